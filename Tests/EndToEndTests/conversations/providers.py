"""The doubles of `dialects/`, with what a conversation needs beside: a log of what was served, and slow, broken,
endless and enormous answers. The model that is asked for names the play.
"""

import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "dialects"))

import scenes  # noqa: E402
from doubles import FIRST_TEXT, UPSTREAM_KEY, Double, Seen  # noqa: E402, F401
from scenes import NAMES, SCENES, Reply, Scene  # noqa: E402

DIALECTS = ("openai", "claude", "gemini")
CHUNK = "x" * 32_768


@dataclass(frozen=True)
class Served:
    """An answer that was sent to its end."""

    dialect: str
    model: str
    scene: Scene


class Provider(Double):
    """One provider; conversations always ask for streams."""

    def __init__(self, dialect: str):
        super().__init__(dialect)
        self.served: list[Served] = []
        #: Plays that wait for it go on once it is set.
        self.gate = threading.Event()
        #: Pieces that were given to the kernel, of all plays together.
        self.pieces = 0
        # Connections that are reset between two requests are no news.
        self.server.handle_error = lambda *_: None

    def special(self, seen: Seen) -> Reply | None:
        # A voice that is never done.
        return Reply(wait=5) if seen.model == "mute" else super().special(seen)

    def reply(self, seen: Seen) -> Reply:
        play = OWN_PLAYS.get(seen.model)
        reply = play(self, seen) if play else super().reply(seen)
        reply.body = self._counted(reply.body, seen)
        return reply

    def _counted(self, body, seen: Seen) -> Iterator[bytes]:
        for piece in body:
            yield piece
            self.pieces += 1
        if seen.model in SCENES:
            self.served.append(Served(self.dialect, seen.model, SCENES[seen.model]))

    def split(self, scene: Scene, seen: Seen) -> tuple[list[bytes], bytes, list[bytes]]:
        """A scene's stream: what comes before the first text, an event with text, and all that follows it."""
        events, first = self.events(scene, seen), FIRST_TEXT[self.dialect]
        return events[:first], events[first], events[first + 1 :]



def stalls(double: Provider, seen: Seen) -> Reply:
    """Some words, then nothing until the gate opens or for longer than anybody waits."""

    def body() -> Iterator[bytes]:
        head, text, rest = double.split(SCENES["text"], seen)
        yield from [*head, text]
        double.gate.wait(15)
        yield from rest

    return Reply(type=double.event_type(seen), body=body())


def drips(double: Provider, seen: Seen) -> Reply:
    """A byte at a time, slower than anybody likes but never silent."""
    whole = b"".join(double.events(SCENES["length"], seen))
    return Reply(type=double.event_type(seen), body=[whole[at : at + 8] for at in range(0, len(whole), 8)], pause=0.01)


def torrent(double: Provider, seen: Seen) -> Reply:
    """Text without end, as fast as it is taken."""

    def body() -> Iterator[bytes]:
        head, text, _ = double.split(Scene((CHUNK,)), seen)
        yield from head
        for _ in range(100_000):
            yield text

    return Reply(type=double.event_type(seen), body=body())


def megabytes(double: Provider, seen: Seen) -> Reply:
    """Five megabytes of text, then an end."""

    def body() -> Iterator[bytes]:
        head, text, rest = double.split(Scene((CHUNK,)), seen)
        yield from head
        for _ in range(160):
            yield text
        yield from rest

    return Reply(type=double.event_type(seen), body=body())


def leisurely(double: Provider, seen: Seen) -> Reply:
    """A scene that takes a second or two."""
    reply = double.stream(SCENES["long"], seen)
    reply.pause = 0.01
    return reply


def nonsense(double: Provider, seen: Seen) -> Reply:
    """Some words, then what is no event of anybody's."""
    head, text, rest = double.split(SCENES["text"], seen)
    noise = [b'data: {"choices": 7, "type": [], "candidates": {}}\n\n', b"data: \xff\xfe no\n\n", b"\x00\x01\n\n"]
    return Reply(type=double.event_type(seen), body=[*head, text, *noise, *rest])


def wordy(double: Provider, seen: Seen) -> Reply:
    """Many sentences."""
    return double.stream(Scene(("It works. " * 20,) * 40), seen)


def junk(double: Provider, seen: Seen) -> Reply:
    """Nothing that anybody could understand, with status 200."""
    return Reply(type="text/event-stream", body=[b"data: }{\n\n"] * 20)


def many_calls(double: Provider, seen: Seen) -> Reply:
    """More function calls than anybody answers."""
    calls = tuple((f"f{index}", {"n": index}) for index in range(12))
    return double.stream(Scene((), calls, finish="tools"), seen)


def endless(double: Provider, seen: Seen) -> Reply:
    """A line after the other until the other side leaves."""
    head, text, _ = double.split(Scene(("All work and no play makes Jack a dull boy. " * 2,)), seen)
    return Reply(type=double.event_type(seen), body=head + [text] * 1_000, pause=0.02)


def hang_up(double: Provider, seen: Seen) -> Reply:
    """The connection goes before an answer."""
    return Reply(wait=0, body=[], is_cut=True, type=double.event_type(seen))


OWN_PLAYS = {
    "stalls": stalls, "drips": drips, "torrent": torrent, "megabytes": megabytes, "leisurely": leisurely,
    "nonsense": nonsense, "junk": junk, "many-calls": many_calls, "endless": endless, "wordy": wordy,
    "hang-up": hang_up,
}  # fmt: skip
PLAYS = (*SCENES, *OWN_PLAYS, "cut", "early", "fails", "bytewise", "plain", "page", "only-head", "late", "oops")
REFUSALS = tuple(f"error-{status}" for status in NAMES)


# --- What was asked, in no dialect's words ---


@dataclass(frozen=True)
class Asked:
    """A request as its dialect means it."""

    system: str
    #: Role and what was said, in order. `call:NAME ARGUMENTS` is a call, `output:TEXT` an output, `image:TYPE` one.
    said: list[tuple[str, str]]
    tools: list[str]
    choice: object
    maximum: int | None
    temperature: float | None


def asked(double: Provider, seen: Seen | None = None) -> Asked:
    return {"openai": _openai, "claude": _claude, "gemini": _gemini}[double.dialect]((seen or double.last).body)


def _dumps(value) -> str:
    return scenes.dumps(value)


def _openai(body: dict) -> Asked:
    system, said = [], []
    for message in body["messages"]:
        content = message.get("content")
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
        texts = []
        for part in parts:
            if part["type"] == "text":
                texts.append(part["text"])
            else:
                texts.append("image:" + part["image_url"]["url"].split(";")[0].removeprefix("data:"))
        match message["role"]:
            case "system" | "developer":
                system += texts
            case "tool":
                said.append(("user", f"output:{''.join(texts)}"))
            case role:
                said += [(role, text) for text in texts]
                for call in message.get("tool_calls") or []:
                    arguments = json.loads(call["function"]["arguments"])
                    said.append((role, f"call:{call['function']['name']} {_dumps(arguments)}"))
    tools = [tool["function"]["name"] for tool in body.get("tools") or []]
    maximum = body.get("max_completion_tokens") or body.get("max_tokens")
    return Asked("\n".join(system), said, tools, body.get("tool_choice"), maximum, body.get("temperature"))


def _claude(body: dict) -> Asked:
    system = body.get("system") or ""
    if not isinstance(system, str):
        system = "\n".join(block["text"] for block in system)
    said = []
    for message in body["messages"]:
        content = message["content"]
        for block in [{"type": "text", "text": content}] if isinstance(content, str) else content:
            match block["type"]:
                case "text":
                    what = block["text"]
                case "image":
                    what = "image:" + block["source"].get("media_type", block["source"]["type"])
                case "tool_use":
                    what = f"call:{block['name']} {_dumps(block['input'])}"
                case "tool_result":
                    inner = block["content"]
                    what = "output:" + (inner if isinstance(inner, str) else "".join(part["text"] for part in inner))
                case kind:
                    what = f"{kind}:"
            said.append((message["role"], what))
    tools = [tool["name"] for tool in body.get("tools") or []]
    return Asked(system, said, tools, body.get("tool_choice"), body["max_tokens"], body.get("temperature"))


def _gemini(body: dict) -> Asked:
    instruction = body.get("systemInstruction") or {"parts": []}
    said = []
    for content in body["contents"]:
        role = {"model": "assistant"}.get(content.get("role"), content.get("role"))
        for part in content["parts"]:
            if "functionCall" in part:
                what = f"call:{part['functionCall']['name']} {_dumps(part['functionCall'].get('args', {}))}"
            elif "functionResponse" in part:
                response = part["functionResponse"]["response"]
                what = "output:" + str(response.get("output") or response.get("result") or _dumps(response))
            elif "inlineData" in part:
                what = "image:" + part["inlineData"]["mimeType"]
            else:
                what = part["text"]
            said.append((role, what))
    config = body.get("generationConfig") or {}
    tools = [f["name"] for tool in body.get("tools") or [] for f in tool["functionDeclarations"]]
    choice = (body.get("toolConfig") or {}).get("functionCallingConfig")
    return Asked(
        "\n".join(part["text"] for part in instruction["parts"]), said, tools, choice,
        config.get("maxOutputTokens"), config.get("temperature"),
    )  # fmt: skip

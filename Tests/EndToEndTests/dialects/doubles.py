"""Providers of three dialects that play scenes: what is asked is written down, what is answered is scripted.

The model that is asked for names the play: a scene (`text`, `tools`, …), or one of the plays below.
"""

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

import scenes
from scenes import SCENES, Reply, Scene

#: What the relay shows the doubles; clients may never see it.
UPSTREAM_KEY = "upstream-secret-5d4c3b2a1f0e"


@dataclass(frozen=True)
class Seen:
    """A request as a double saw it."""

    path: str
    query: dict[str, str]
    fields: dict[str, str]
    raw: bytes
    model: str

    @property
    def body(self) -> dict:
        return json.loads(self.raw)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    #: Connections that may wait, of the many that a crowd of sessions makes at once.
    request_queue_size = 128


class Double:
    """One provider."""

    def __init__(self, dialect: str):
        self.dialect = dialect
        self.seen: list[Seen] = []
        #: Connections that were cut by the other side while something was sent.
        self.lost = 0
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

            def do_POST(self):
                raw = self.rfile.read(int(self.headers.get("content-length") or 0))
                parts = urlsplit(self.path)
                seen = Seen(
                    unquote(parts.path),
                    dict(parse_qsl(parts.query)),
                    {name.lower(): value for name, value in self.headers.items()},
                    raw,
                    double.model(unquote(parts.path), raw, self.headers),
                )
                double.seen.append(seen)
                try:
                    self.play(double.reply(seen))
                except (BrokenPipeError, ConnectionResetError):
                    double.lost += 1
                    self.close_connection = True

            def play(self, reply: Reply):
                time.sleep(reply.wait)
                self.send_response(reply.status)
                self.send_header("content-type", reply.type)
                for name, value in reply.fields.items():
                    self.send_header(name, value)
                self.send_header("transfer-encoding", "chunked")
                self.end_headers()
                for piece in reply.body:
                    time.sleep(reply.pause)
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                if reply.is_cut:
                    self.close_connection = True
                else:
                    self.wfile.write(b"0\r\n\r\n")

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/{'v1beta' if self.dialect == 'gemini' else 'v1'}"

    @property
    def last(self) -> Seen:
        return self.seen[-1]

    def model(self, path: str, raw: bytes, fields) -> str:
        if self.dialect == "gemini":
            return path.split("/models/", 1)[1].rsplit(":", 1)[0]
        if fields.get("content-type", "").startswith("multipart/"):
            return raw.split(b'name="model"\r\n\r\n', 1)[1].split(b"\r\n", 1)[0].decode()
        return json.loads(raw).get("model", "")

    # --- What is answered ---

    def is_stream(self, seen: Seen) -> bool:
        if self.dialect == "gemini":
            return seen.path.endswith(":streamGenerateContent")
        return bool(seen.body.get("stream"))

    def whole(self, scene: Scene, model: str) -> list[bytes]:
        make = {"openai": scenes.openai_whole, "claude": scenes.claude_whole, "gemini": scenes.gemini_whole}
        return [make[self.dialect](scene, model)]

    def events(self, scene: Scene, seen: Seen) -> list[bytes]:
        match self.dialect:
            case "openai":
                options = seen.body.get("stream_options") or {}
                return scenes.openai_events(scene, seen.model, bool(options.get("include_usage")))
            case "claude":
                return scenes.claude_events(scene, seen.model)
            case _ if seen.query.get("alt") == "sse":
                return scenes.gemini_events(scene, seen.model)
            case _:
                return scenes.gemini_array(scene, seen.model)

    def event_type(self, seen: Seen) -> str:
        is_array = self.dialect == "gemini" and seen.query.get("alt") != "sse"
        return "application/json" if is_array else "text/event-stream"

    def error(self, status: int, message: str, **fields: str) -> Reply:
        body = json.dumps(scenes.error_body(self.dialect, status, message)).encode()
        return Reply(status, body=[body], fields=fields)

    def stream(self, scene: Scene, seen: Seen, **more) -> Reply:
        return Reply(type=self.event_type(seen), body=self.events(scene, seen), **more)

    def reply(self, seen: Seen) -> Reply:
        if special := self.special(seen):
            return special
        name = seen.model
        if name in SCENES:
            scene = SCENES[name]
            return self.stream(scene, seen) if self.is_stream(seen) else Reply(body=self.whole(scene, name))
        if name.startswith("error-"):
            message = f"The provider says no to {UPSTREAM_KEY}."
            return self.error(int(name.removeprefix("error-")), message, **{"retry-after": "0"})
        return PLAYS[name](self, seen)

    def special(self, seen: Seen) -> Reply | None:
        """Endpoints beside generating."""
        if seen.path.endswith(("/count_tokens", ":countTokens")):
            return Reply(body=[b'{"input_tokens":123}' if self.dialect == "claude" else b'{"totalTokens":123}'])
        if self.dialect != "openai" or seen.path == "/v1/chat/completions":
            return None
        return OTHERS[seen.path](seen)


#: Where in a stream the first text is.
FIRST_TEXT = {"openai": 1, "claude": 3, "gemini": 0}


# --- Plays: answers that go wrong, or come otherwise than they were asked for ---


def bytewise(double: Double, seen: Seen) -> Reply:
    """Each byte in an HTTP chunk of its own: the stream is split everywhere."""
    reply = double.stream(Scene(tuple(scenes.PIECES), (scenes.WEATHER, scenes.TIME), finish="tools"), seen)
    whole = b"".join(reply.body)
    reply.body = [whole[index : index + 1] for index in range(len(whole))]
    return reply


def cut(double: Double, seen: Seen) -> Reply:
    """The connection goes in the middle of an event, or of the answer."""
    if not double.is_stream(seen):
        return Reply(body=[double.whole(SCENES["text"], "cut")[0][:40]], is_cut=True)
    events, told = double.events(SCENES["text"], seen), 2 + FIRST_TEXT[double.dialect]
    return Reply(type=double.event_type(seen), body=[*events[:told], events[told][:25]], is_cut=True)


def early(double: Double, seen: Seen) -> Reply:
    """The body ends in order, and the answer does not."""
    reply = double.stream(SCENES["long"], seen)
    reply.body = reply.body[:6]
    return reply


def fails(double: Double, seen: Seen) -> Reply:
    """The provider fails in the middle of a stream, and says so."""
    reply = double.stream(SCENES["long"], seen)
    event = scenes.error_event(double.dialect, f"Overloaded at {UPSTREAM_KEY}.")
    if double.event_type(seen) == "application/json":
        event = b",\r\n" + event.removeprefix(b"data: ").strip()
    reply.body = [*reply.body[:6], event]
    return reply


def plain(double: Double, seen: Seen) -> Reply:
    """Whole, whatever was asked."""
    return Reply(body=double.whole(SCENES["tool"], "plain"))


def events_unasked(double: Double, seen: Seen) -> Reply:
    """Events, whatever was asked."""
    if double.dialect == "openai":
        body = scenes.openai_events(SCENES["tool"], "events", True)
    elif double.dialect == "claude":
        body = scenes.claude_events(SCENES["tool"], "events")
    else:
        body = scenes.gemini_events(SCENES["tool"], "events")
    return Reply(type="text/event-stream", body=body)


def page(double: Double, seen: Seen) -> Reply:
    return Reply(502, "text/html", [b"<html><h1>Bad gateway at 10.1.2.3</h1></html>"])


def only_head(double: Double, seen: Seen) -> Reply:
    """A head at once, and nothing for longer than anybody waits."""
    return double.stream(SCENES["text"], seen, pause=4)


def late(double: Double, seen: Seen) -> Reply:
    """Nothing at all for a while."""
    return double.stream(SCENES["text"], seen, wait=0.6)


def oops(double: Double, seen: Seen) -> Reply:
    """An error, with status 200."""
    body = json.dumps(scenes.error_body(double.dialect, 503, "Overloaded in a 200.")).encode()
    return Reply(body=[body])


def endless(double: Double, seen: Seen) -> Reply:
    """A stream that goes on until the other side leaves."""
    events, first = double.events(SCENES["long"], seen), FIRST_TEXT[double.dialect]
    return Reply(type=double.event_type(seen), body=events[:first] + events[first : first + 1] * 400, pause=0.02)


PLAYS: dict[str, Callable[[Double, Seen], Reply]] = {
    "bytewise": bytewise,
    "cut": cut,
    "early": early,
    "fails": fails,
    "plain": plain,
    "events": events_unasked,
    "page": page,
    "only-head": only_head,
    "late": late,
    "oops": oops,
    "endless": endless,
}


# --- OpenAI's endpoints that merely pass ---

SOUND = bytes(range(256)) * 64


def embeddings(seen: Seen) -> Reply:
    usage = {"prompt_tokens": 8, "total_tokens": 8}
    data = [{"object": "embedding", "index": 0, "embedding": [0.25, -0.5]}]
    return Reply(body=[json.dumps({"object": "list", "data": data, "model": "e", "usage": usage}).encode()])


def responses(seen: Seen) -> Reply:
    usage = {
        "input_tokens": 21, "input_tokens_details": {"cached_tokens": 5}, "output_tokens": 12,
        "output_tokens_details": {"reasoning_tokens": 2}, "total_tokens": 33,
    }  # fmt: skip
    text = {"type": "output_text", "text": "Hi", "annotations": []}
    message = {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": [text]}
    response = {
        "id": "resp_1", "object": "response", "created_at": 1790000000, "status": "completed", "model": "r",
        "output": [message], "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "usage": usage,
    }  # fmt: skip
    if not seen.body.get("stream"):
        return Reply(body=[json.dumps(response).encode()])
    begun = response | {"status": "in_progress", "output": [], "usage": None}
    events = [
        ("response.created", {"response": begun}),
        ("response.output_text.delta", {"item_id": "msg_1", "output_index": 0, "content_index": 0, "delta": "Hi"}),
        ("response.completed", {"response": response}),
    ]
    if seen.model == "responses-cut":
        events = events[:2]
    body = [
        f"event: {name}\ndata: {json.dumps({'type': name, 'sequence_number': number} | data)}\n\n".encode()
        for number, (name, data) in enumerate(events)
    ]
    return Reply(type="text/event-stream", body=body)


def completions(seen: Seen) -> Reply:
    usage = {"prompt_tokens": 4, "completion_tokens": 2, "total_tokens": 6}
    head = {"id": "cmpl-1", "object": "text_completion", "created": 1790000000, "model": "c"}
    choice = {"text": " world", "index": 0, "logprobs": None, "finish_reason": "stop"}
    if not seen.body.get("stream"):
        return Reply(body=[json.dumps(head | {"choices": [choice], "usage": usage}).encode()])
    chunks = [head | {"choices": [choice]}]
    if (seen.body.get("stream_options") or {}).get("include_usage"):
        chunks.append(head | {"choices": [], "usage": usage})
    body = [f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks]
    return Reply(type="text/event-stream", body=[*body, b"data: [DONE]\n\n"])


def moderations(seen: Seen) -> Reply:
    result = {"flagged": False, "categories": {}, "category_scores": {}, "category_applied_input_types": {}}
    return Reply(body=[json.dumps({"id": "modr-1", "model": "m", "results": [result]}).encode()])


def images(seen: Seen) -> Reply:
    usage = {"input_tokens": 6, "output_tokens": 50, "total_tokens": 56}
    return Reply(body=[json.dumps({"created": 1790000000, "data": [{"b64_json": "aGk="}], "usage": usage}).encode()])


def speech(seen: Seen) -> Reply:
    return Reply(type="audio/mpeg", body=[SOUND[index : index + 1000] for index in range(0, len(SOUND), 1000)])


def transcriptions(seen: Seen) -> Reply:
    if b"vtt" in seen.raw:
        return Reply(type="text/vtt", body=[b"WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n"])
    usage = {"type": "tokens", "input_tokens": 14, "output_tokens": 3, "total_tokens": 17}
    return Reply(body=[json.dumps({"text": "Hi", "usage": usage}).encode()])


OTHERS = {
    "/v1/embeddings": embeddings,
    "/v1/responses": responses,
    "/v1/completions": completions,
    "/v1/moderations": moderations,
    "/v1/images/generations": images,
    "/v1/audio/speech": speech,
    "/v1/audio/transcriptions": transcriptions,
    "/v1/audio/translations": transcriptions,
}

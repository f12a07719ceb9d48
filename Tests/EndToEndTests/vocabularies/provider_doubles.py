"""Realtime providers that are no OpenAI, each as its section of the protocol reference says (§11-§13): scripted, by hand,
and strict about what they are asked."""

import json
from dataclasses import dataclass, field

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

USAGE = {"total_tokens": 12, "input_tokens": 9, "output_tokens": 3}


@dataclass
class Provider:
    """Speaks beta."""

    #: Path and query that it serves, and the header with the key.
    target: str
    credential: tuple[str, str] = ("authorization", "Bearer upstream-secret")
    is_beta: bool = True
    usage: dict | None = field(default_factory=lambda: dict(USAGE))
    first: tuple[str, ...] = ("session.created",)
    #: What its session is to begin with.
    session: dict = field(
        default_factory=lambda: {
            "id": "sess_1", "object": "realtime.session", "model": "m", "modalities": ["text", "audio"],
            "instructions": "", "voice": "Chelsie", "input_audio_format": "pcm16", "output_audio_format": "pcm16",
            "turn_detection": None, "temperature": 0.8, "max_response_output_tokens": "inf",
        }
    )  # fmt: skip
    #: All that clients sent, over all connections, and the requests of the connections.
    received: list = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    responses: int = 0
    port: int = 0

    async def __aenter__(self) -> "Provider":
        self._server = await serve(self._serve, "127.0.0.1", 0, process_request=self._judge)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_) -> None:
        self._server.close()
        await self._server.wait_closed()

    def _judge(self, connection: ServerConnection, request: Request) -> Response | None:
        self.requests.append(request)
        if request.path != self.target:
            return connection.respond(404, f"nothing at {request.path}")
        name, value = self.credential
        if request.headers.get(name) != value:
            return connection.respond(401, "who is it?")
        if self.is_beta and request.headers.get("openai-beta") != "realtime=v1":
            return connection.respond(400, "beta is not asked for")
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        for type in self.first:
            await self.say(socket, type, **self.told(type))
        async for message in socket:
            # Some providers take their events as binary, too.
            event = json.loads(message)
            self.received.append(event)
            await self.react(socket, event)

    def told(self, type: str) -> dict:
        return {"session": self.session} if type == "session.created" else {"conversation": {"id": "conv_1"}}

    async def say(self, socket: ServerConnection, type: str, **members) -> None:
        await socket.send(json.dumps({"event_id": f"event_{len(self.received)}", "type": type} | members))

    async def react(self, socket: ServerConnection, event: dict) -> None:
        match event["type"]:
            case "session.update":
                self.session |= event["session"]
                await self.say(socket, "session.updated", session=self.session)
            case "conversation.item.create":
                item = {"id": "item_user", "object": "realtime.item", "status": "completed"} | event["item"]
                await self.say(socket, "conversation.item.created", previous_item_id=None, item=item)
            case "response.create":
                await self.respond(socket)

    def parts(self, text: str) -> tuple[str, dict]:
        """The family of deltas, and the part that an answer ends as."""
        if "audio" in self.session.get("modalities", ["audio"]):
            return "response.audio_transcript", {"type": "audio", "transcript": text}
        return "response.text", {"type": "text", "text": text}

    async def respond(self, socket: ServerConnection, text: str = "Good evening.") -> None:
        self.responses += 1
        name = f"resp_{self.responses}"
        response = {"id": name, "object": "realtime.response", "status": "in_progress", "output": [], "usage": None}
        item = {"id": "item_1", "object": "realtime.item", "type": "message", "role": "assistant", "content": []}
        ids = {"response_id": name, "item_id": "item_1", "output_index": 0, "content_index": 0}
        await self.say(socket, "response.created", response=response)
        opened = item | {"status": "in_progress"}
        await self.say(socket, "response.output_item.added", response_id=name, output_index=0, item=opened)
        await self.created(socket, opened)
        family, part = self.parts(text)
        for piece in (text[:5], text[5:]):
            await self.delta(socket, family, ids, piece)
            if family.endswith("transcript"):
                await self.say(socket, "response.audio.delta", **ids, delta="AAAA")
        await self.say(socket, f"{family}.done", **ids, **{key: part[key] for key in part if key != "type"})
        item |= {"status": "completed", "content": [part]}
        await self.say(socket, "response.output_item.done", response_id=name, output_index=0, item=item)
        await self.done(socket, response | {"status": "completed", "output": [item]})

    async def created(self, socket: ServerConnection, item: dict) -> None:
        await self.say(socket, "conversation.item.created", previous_item_id="item_user", item=item)

    async def delta(self, socket: ServerConnection, family: str, ids: dict, piece: str) -> None:
        await self.say(socket, f"{family}.delta", **ids, delta=piece)

    async def done(self, socket: ServerConnection, response: dict) -> None:
        await self.say(socket, "response.done", response=response | {"usage": self.usage})


class Qwen(Provider):
    """Images of its own, and an end that is asked for."""

    async def react(self, socket: ServerConnection, event: dict) -> None:
        if event["type"] == "session.finish":
            await self.say(socket, "session.finished")
        await super().react(socket, event)


class Zhipu(Provider):
    """Must be told the model before all else; beats; counts nothing; wants no opt-in of OpenAI's."""

    async def react(self, socket: ServerConnection, event: dict) -> None:
        if event["type"] != "session.update" and "glm-realtime" != self.session["model"]:
            await self.say(socket, "error", error={"code": "1214", "message": "no model"})
            return
        await self.say(socket, "heartbeat")
        await super().react(socket, event)


class XAI(Provider):
    """GA but for a few settings; text under both names; usage beside the response."""

    def parts(self, text: str) -> tuple[str, dict]:
        return "response.output_text", {"type": "output_text", "text": text}

    async def created(self, socket: ServerConnection, item: dict) -> None:
        await self.say(socket, "conversation.item.added", item=item)

    async def delta(self, socket: ServerConnection, family: str, ids: dict, piece: str) -> None:
        await self.say(socket, "ping", timestamp=1)
        await self.say(socket, "response.text.delta", **ids, delta=piece)
        await super().delta(socket, family, ids, piece)

    async def done(self, socket: ServerConnection, response: dict) -> None:
        await self.say(socket, "response.done", response=response | {"usage": {}}, usage=self.usage)


class Azure(Provider):
    """Refuses a deployment that is not there as the handshake, in its own spelling."""

    def _judge(self, connection: ServerConnection, request: Request) -> Response | None:
        if "no-such" in request.path:
            self.requests.append(request)
            response = connection.respond(400, json.dumps({"error": {"code": "OpperationNotSupported", "message": "?"}}))
            response.headers["content-type"] = "application/json"
            return response
        return super()._judge(connection, request)


class AzureGA(Azure, XAI):
    """GA in earnest: nested settings, one name for each event, usage in the response."""

    async def react(self, socket: ServerConnection, event: dict) -> None:
        if event["type"] == "session.update" and event["session"].get("type") != "realtime":
            error = {"type": "invalid_request_error", "code": "missing_required_parameter", "message": "session.type"}
            await self.say(socket, "error", error=error)
            return
        await super().react(socket, event)

    async def delta(self, socket: ServerConnection, family: str, ids: dict, piece: str) -> None:
        await self.say(socket, f"{family}.delta", **ids, delta=piece)

    async def done(self, socket: ServerConnection, response: dict) -> None:
        await self.say(socket, "response.done", response=response | {"usage": self.usage})


PROVIDERS = {
    "xai": lambda: XAI("/v1/realtime?model=grok-voice", is_beta=False, first=("conversation.created", "session.created")),
    "qwen": lambda: Qwen("/api-ws/v1/realtime?model=qwen3-omni-flash-realtime"),
    "zhipu": lambda: Zhipu("/api/paas/v4/realtime", usage={"total_tokens": 0, "input_tokens": 0, "output_tokens": 0}),
    "stepfun": lambda: Provider("/v1/realtime?model=step-audio-2"),
    "azure": lambda: AzureGA(
        "/openai/v1/realtime?model=my-gpt-realtime", credential=("api-key", "upstream-secret"), is_beta=False,
        session={"type": "realtime", "id": "sess_1", "output_modalities": ["audio"]},
    ),
    "azure-preview": lambda: Azure(
        "/openai/realtime?deployment=my-gpt-realtime&api-version=2024-10-01-preview",
        credential=("api-key", "upstream-secret"),
    ),
}  # fmt: skip

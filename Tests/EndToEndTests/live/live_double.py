"""A Gemini Live upstream that does as the words of its user tell it, and writes down who connected, what came, what it cost.

Messages are binary frames of JSON, as Google's are.
"""

import asyncio
import base64
import json
import re
import threading
from dataclasses import dataclass, field

import websockets
from websockets.asyncio.server import ServerConnection, serve

PATH = re.compile(r"/ws/google\.ai\.generativelanguage\.(v1|v1beta|v1alpha)\.GenerativeService\.BidiGenerateContent$")
AUDIO = [base64.b64encode(bytes([n] * 4800)).decode() for n in (1, 2, 3)]


@dataclass
class Connection:
    """One connection, from its setup to its end."""

    version: str
    headers: dict[str, str]
    setup: dict
    #: Everything after the setup, as it came.
    raw: list[str] = field(default_factory=list)
    messages: list[dict] = field(default_factory=list)
    #: What the model heard: texts of its user, in order.
    heard: list[str] = field(default_factory=list)
    audio_bytes: int = 0
    close_code: int | None = None
    #: Bytes of a flood that the connection has taken.
    flooded: int = 0


def camel(value):
    """Proto JSON takes both cases."""
    if isinstance(value, dict):
        return {re.sub("_([a-z])", lambda m: m[1].upper(), key): camel(item) for key, item in value.items()}
    return [camel(item) for item in value] if isinstance(value, list) else value


class LiveDouble:
    """Serves on a free port until it is stopped."""

    def __init__(self):
        self.connections: list[Connection] = []
        #: Every `usageMetadata` that was told, for turns whose costs are to be found in a ledger.
        self.told: list[dict] = []
        self.handles: dict[str, int] = {}
        self._turns = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1beta"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        async with serve(self._handle, "127.0.0.1", 0, max_size=32 << 20, compression=None) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._stop.wait()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    # What it says.

    async def _say(self, socket: ServerConnection, message: dict) -> None:
        await socket.send(json.dumps(message).encode())

    def _usage(self, audio: bool) -> dict:
        """Different numbers each time, so that none can be taken for another."""
        self._turns += 1
        n = self._turns
        kind = "AUDIO" if audio else "TEXT"
        usage = {
            "promptTokenCount": 100 + n, "responseTokenCount": 20 + n, "thoughtsTokenCount": 3,
            "totalTokenCount": 123 + 2 * n,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 90}, {"modality": "AUDIO", "tokenCount": 10 + n}],
            "responseTokensDetails": [{"modality": kind, "tokenCount": 20 + n}],
        }  # fmt: skip
        self.told.append(usage)
        return usage

    async def _handle(self, socket: ServerConnection) -> None:
        found = PATH.match(socket.request.path.split("?")[0])
        if not found:
            return await socket.close(1008, "no such method")
        try:
            first = json.loads(await socket.recv())
        except websockets.ConnectionClosed:
            return
        setup = camel(first.get("setup", {}))
        connection = Connection(found[1], dict(socket.request.headers.items()), setup)
        self.connections.append(connection)
        model = setup.get("model", "")
        if model == "models/bad-key":
            return await socket.close(1007, "API key expired. Please renew the API key.")
        if model == "models/missing":
            return await socket.close(1008, "models/missing is not found for API version v1beta")
        if model == "models/never-ready":
            return await socket.wait_closed()
        if model == "models/deaf":
            await self._say(socket, {"setupComplete": {}})
            return await self._stop.wait()
        await self._say(socket, {"setupComplete": {"sessionId": "s1"}})
        player = Player(self, socket, connection)
        try:
            async for raw in socket:
                text = raw if isinstance(raw, str) else raw.decode()
                connection.raw.append(text)
                message = camel(json.loads(text))
                connection.messages.append(message)
                await player.take(message)
        except websockets.ConnectionClosed:
            pass
        finally:
            player.cancel()
            connection.close_code = socket.close_code


class Player:
    """One connection's model."""

    def __init__(self, double: LiveDouble, socket: ServerConnection, connection: Connection):
        self.double, self.socket, self.connection = double, socket, connection
        config = connection.setup.get("generationConfig", {})
        self.speaks = config.get("responseModalities", ["AUDIO"]) == ["AUDIO"]
        self.transcribes = "inputAudioTranscription" in connection.setup
        self.pending: list[str] = []
        self.running: asyncio.Task | None = None

    def cancel(self) -> None:
        if self.running:
            self.running.cancel()

    async def say(self, message: dict) -> None:
        await self.double._say(self.socket, message)

    async def take(self, message: dict) -> None:
        if content := message.get("clientContent"):
            texts = [p.get("text", "?") for turn in content.get("turns", []) for p in turn["parts"]]
            self.connection.heard += texts
            self.pending += texts
            await self.interrupt()
            if content.get("turnComplete"):
                await self.turn(" ".join(self.pending))
                self.pending = []
        elif given := message.get("realtimeInput"):
            if audio := given.get("audio"):
                self.connection.audio_bytes += len(base64.b64decode(audio["data"]))
            if "activityStart" in given:
                await self.interrupt()
            if "activityEnd" in given or given.get("audioStreamEnd"):
                if self.transcribes:
                    await self.say({"serverContent": {"inputTranscription": {"text": "what you "}}})
                    await self.say({"serverContent": {"inputTranscription": {"text": "said", "finished": True}}})
                await self.turn("spoken")
            if text := given.get("text"):
                self.connection.heard.append(text)
                await self.turn(text)
        elif answer := message.get("toolResponse"):
            await self.turn("result " + json.dumps(answer["functionResponses"][0]["response"]))

    async def interrupt(self) -> None:
        if not self.running or self.running.done():
            return
        self.running.cancel()
        self.running = None
        await self.say({"serverContent": {"interrupted": True}})
        await self.say({"serverContent": {"turnComplete": True}, "usageMetadata": self.double._usage(self.speaks)})

    async def turn(self, words: str) -> None:
        if "tool" in words:
            usage = self.double._usage(self.speaks) if "counted" in words else None
            call = {"functionCalls": [{"id": f"call-{len(self.connection.messages)}", "name": "weather", "args": {"city": "Ulm"}}]}
            return await self.say({"toolCall": call} | ({"usageMetadata": usage} if usage else {}))
        if "close" in words:
            code = int(re.search(r"close (\d+)", words)[1])
            return await self.socket.close(code, "as you said")
        if "break" in words:
            await self.output("Half")
            return self.socket.transport.abort()
        if "flood" in words:
            self.running = asyncio.create_task(self.flood())
            return
        if "long" in words:
            self.running = asyncio.create_task(self.drone())
            return
        await self.output(f"You said: {words}")
        await self.say({"serverContent": {"generationComplete": True}})
        # Before the turn's end, upon which the client may say the next thing.
        if "sessionResumption" in self.connection.setup:
            handle = f"handle-{len(self.double.handles) + 1}"
            self.double.handles[handle] = len(self.connection.messages)
            await self.say({"sessionResumptionUpdate": {"newHandle": handle, "resumable": True}})
        if "go away" in words:
            await self.say({"goAway": {"timeLeft": "50s"}})
        await self.say({"serverContent": {"turnComplete": True}, "usageMetadata": self.double._usage(self.speaks)})

    async def output(self, text: str) -> None:
        if not self.speaks:
            await self.say({"serverContent": {"modelTurn": {"parts": [{"text": "thinking", "thought": True}]}}})
            for piece in (text[:5], text[5:]):
                await self.say({"serverContent": {"modelTurn": {"parts": [{"text": piece}]}}})
            return
        for piece in AUDIO:
            part = {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": piece}}
            await self.say({"serverContent": {"modelTurn": {"parts": [part]}}})
        await self.say({"serverContent": {"outputTranscription": {"text": text}}})

    async def drone(self) -> None:
        while True:
            await self.output("la")
            await asyncio.sleep(0.05)

    async def flood(self) -> None:
        part = {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": "AAAA" * 16_384}}
        while True:
            await self.say({"serverContent": {"modelTurn": {"parts": [part]}}})
            self.connection.flooded += 65_536

"""Many Gemini Live sessions at once, clients that leave or stop reading, upstreams that do."""

import asyncio
import contextlib
import json

import pytest
import websockets

from live_double import LiveDouble
from live_relay import Costs, LiveRelay
from processes import Key, eventually

NATIVE = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
MEBI = 1024 * 1024
#: More than sockets and queues along the way may hold.
HELD = 24 * MEBI


class Talk:
    """A session in either tongue, over a raw socket."""

    def __init__(self, live: LiveRelay, key: Key, is_native: bool, model: str = "live"):
        self.is_native, self.model = is_native, model
        path = f"{NATIVE}?key={key.text}" if is_native else f"/v1/realtime?model={model}"
        headers = {} if is_native else {"authorization": f"Bearer {key.text}"}
        # Compressed, silence would be as good as nothing.
        self.opening = websockets.connect(
            live.ws + path, additional_headers=headers, max_size=None, max_queue=1, compression=None
        )

    async def __aenter__(self) -> "Talk":
        self.socket = await self.opening
        if self.is_native:
            config = {"responseModalities": ["TEXT"]}
            await self.say({"setup": {"model": f"models/{self.model}", "generationConfig": config}})
        else:
            session = {"type": "realtime", "output_modalities": ["text"]}
            await self.say({"type": "session.update", "session": session})
        return self

    async def __aexit__(self, *error) -> None:
        await self.socket.close()

    async def say(self, message: dict) -> None:
        await self.socket.send(json.dumps(message))

    async def ask(self, text: str) -> None:
        if self.is_native:
            turns = [{"role": "user", "parts": [{"text": text}]}]
            return await self.say({"clientContent": {"turns": turns, "turnComplete": True}})
        content = [{"type": "input_text", "text": text}]
        await self.say({"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": content}})
        await self.say({"type": "response.create"})

    async def audio(self, count: int) -> None:
        data = "A" * count
        if self.is_native:
            return await self.say({"realtimeInput": {"audio": {"data": data, "mimeType": "audio/pcm;rate=24000"}}})
        await self.say({"type": "input_audio_buffer.append", "audio": data})

    async def until_done(self) -> None:
        end = "turnComplete" if self.is_native else "response.done"
        while True:
            message = await asyncio.wait_for(self.socket.recv(), 30)
            text = message if isinstance(message, str) else message.decode()
            assert '"type":"error"' not in text, text
            if end in text:
                return


tongues = pytest.mark.parametrize("is_native", [True, False], ids=["native", "translated"])


async def test_a_hundred_sessions(live: LiveRelay, own: Key, costs: Costs):
    # A session is set up for audio unless its client asks for text within a second.
    few = asyncio.Semaphore(10)

    async def talk(number: int) -> None:
        async with contextlib.AsyncExitStack() as stack:
            async with few:
                session = await stack.enter_async_context(Talk(live, own, is_native=number % 2 == 0))
            for turn in range(3):
                await session.ask(f"{number}.{turn}" + (", go away" if turn == 1 and number % 2 else ""))
                await session.until_done()

    await asyncio.gather(*(talk(number) for number in range(100)))
    rows = eventually(lambda: (r := costs.rows()) and len(r) >= 300 and r, 20, "three hundred rows")
    written = sorted((row["input_text"], row["input_audio"], row["output_text"]) for row in rows)
    assert written == sorted(costs.told)
    assert {(row["status"], row["is_estimated"]) for row in rows} == {("completed", 0)}


@tongues
async def test_a_client_that_leaves(live: LiveRelay, own: Key, costs: Costs, double: LiveDouble, is_native: bool):
    async with Talk(live, own, is_native) as session:
        await session.ask("long")
        for _ in range(4):
            await asyncio.wait_for(session.socket.recv(), 10)
    row = eventually(costs.rows, 30, "a row")[0]
    assert row["status"] == "client_gone"
    eventually(lambda: double.connections[-1].close_code, 30, "the upstream's end")


@tongues
async def test_a_client_that_does_not_read(live: LiveRelay, own: Key, double: LiveDouble, is_native: bool):
    before = len(double.connections)
    async with Talk(live, own, is_native) as session:
        await session.ask("flood")
        await asyncio.to_thread(eventually, lambda: any(c.flooded for c in double.connections[before:]), 10, "a flood")
        connection = double.connections[-1]
        last = -1
        while last != (last := connection.flooded):
            await asyncio.sleep(1)
        assert last < HELD
        session.socket.transport.abort()


@tongues
async def test_an_upstream_that_does_not_read(live: LiveRelay, own: Key, is_native: bool):
    async with Talk(live, own, is_native, "deaf") as session:
        count = 0
        with pytest.raises(TimeoutError):
            while count < 2 * HELD:
                await asyncio.wait_for(session.audio(64 * 1024), 2)
                count += 64 * 1024
        assert count < HELD
        session.socket.transport.abort()


async def test_an_upstream_that_is_never_ready(live: LiveRelay, own: Key):
    async with Talk(live, own, is_native=False, model="never-ready") as session:
        count = 0
        with pytest.raises(TimeoutError):
            while count < 2 * HELD:
                await asyncio.wait_for(session.audio(64 * 1024), 2)
                count += 64 * 1024
        assert count < HELD
        messages = []
        with pytest.raises(websockets.ConnectionClosed):
            while True:
                messages.append(json.loads(await asyncio.wait_for(session.socket.recv(), 30)))
        assert messages[-1]["error"]["code"] == "gateway_timeout"
        assert session.socket.close_code == 1014

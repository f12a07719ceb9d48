"""A client of the compact vocabulary (Sources/RealtimeTranslation/README.md) on a bare WebSocket."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import websockets

from processes import Key, Relay

SECONDS = 30
TYPES = {
    "conversation.created", "message.created", "content.start", "content.delta", "content.stop", "message.completed",
    "error",
}  # fmt: skip


class Compact:
    """One connection. Holds every event to the vocabulary."""

    def __init__(self, socket):
        self.socket = socket
        self.conversation: str | None = None

    async def send(self, type: str, **members) -> None:
        await self.socket.send(json.dumps({"type": type} | members))

    async def receive(self) -> dict:
        async with asyncio.timeout(SECONDS):
            event = json.loads(await self.socket.recv())
        assert event["type"] in TYPES, event
        assert isinstance(event["message"], str), event
        if self.conversation:
            assert event["conversation_id"] == self.conversation, event
        return event

    async def until(self, *types: str) -> list[dict]:
        """Events up to and with one of these types; an error that is not waited for fails the test."""
        events = []
        while True:
            events.append(await self.receive())
            if events[-1]["type"] in types:
                return events
            assert events[-1]["type"] != "error", events[-1]

    async def opened(self, model: str, **more) -> dict:
        """Says which model, and waits for the conversation; `more` goes beside `session`, or into it."""
        session = {"model": model} | more.pop("session", {})
        await self.send("session.update", session=session, **more)
        created = (await self.until("conversation.created"))[-1]
        self.conversation = created["conversation_id"]
        return created

    async def turn(self, text: str) -> list[dict]:
        await self.send("message", message=text)
        return await self.until("message.completed")


@contextlib.asynccontextmanager
async def compact(relay: Relay, key: Key | None = None, **options) -> AsyncIterator[Compact]:
    """Connects; with a key, it goes in a header."""
    headers = {"Authorization": f"Bearer {key.text}"} if key else {}
    async with websockets.connect(f"{relay.ws}/v1/realtime", additional_headers=headers, **options) as socket:
        yield Compact(socket)

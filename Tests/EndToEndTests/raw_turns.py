"""Realtime turns on a bare WebSocket."""

import asyncio
import json

from websockets.exceptions import ConnectionClosed

TURN_SECONDS = 30


def item(text: str) -> str:
    content = [{"type": "input_text", "text": text}]
    return json.dumps(
        {"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": content}}
    )


CREATE = json.dumps({"type": "response.create", "response": {"output_modalities": ["text"]}})


async def text_turn(socket, text: str) -> str:
    """Sends a text and returns the answer's."""
    await socket.send(item(text))
    await socket.send(CREATE)
    answer = ""
    async with asyncio.timeout(TURN_SECONDS):
        while True:
            event = json.loads(await socket.recv())
            assert event["type"] != "error", event
            if event["type"] == "response.output_text.delta":
                answer += event["delta"]
            if event["type"] == "response.done":
                return answer


async def next_event(socket, *types: str) -> dict:
    """Reads up to an event of one of these types."""
    async with asyncio.timeout(TURN_SECONDS):
        while True:
            event = json.loads(await socket.recv())
            if event["type"] in types:
                return event


async def events_to_the_end(socket, seconds: float = TURN_SECONDS) -> tuple[list[dict], ConnectionClosed]:
    """Reads until the connection ends; all events, and how it ended."""
    events = []
    async with asyncio.timeout(seconds):
        while True:
            try:
                events.append(json.loads(await socket.recv()))
            except ConnectionClosed as end:
                return events, end


def close_code(end: ConnectionClosed) -> int | None:
    """The code of the close frame that came; None when there was none."""
    return end.rcvd.code if end.rcvd else None

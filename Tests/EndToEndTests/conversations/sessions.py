"""Realtime sessions of chat models with the official SDK, and on bare WebSockets."""

import asyncio
import json
from contextlib import asynccontextmanager

import openai
import websockets

PATIENCE = 60


@asynccontextmanager
async def session(relay, key, model: str):
    """A session of the official SDK, whose `session.created` was read."""
    async with openai.AsyncOpenAI(base_url=f"{relay.http}/v1", api_key=key.text, max_retries=0) as client:
        async with client.realtime.connect(model=model) as connection:
            created = await receive(connection)
            assert created.type == "session.created", created
            yield connection


async def receive(connection):
    async with asyncio.timeout(PATIENCE):
        return await connection.recv()


async def until(connection, *types: str, allowed: tuple[str, ...] = ()) -> list:
    """Reads up to and with an event of one of these types; no other error may come."""
    events = []
    while True:
        event = await receive(connection)
        events.append(event)
        if event.type in types:
            return events
        assert event.type != "error" or "error" in allowed, event


def text_item(text: str, role: str = "user", **more) -> dict:
    kind = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]} | more


async def add(connection, item: dict, **more):
    """Creates an item; the item as it was told."""
    await connection.conversation.item.create(item=item, **more)
    events = await until(connection, "conversation.item.done")
    assert [event.type for event in events] == ["conversation.item.added", "conversation.item.done"]
    return events[-1].item


async def respond(connection, **options) -> list:
    """Asks for a response and reads to its end, rates included."""
    await connection.response.create(**({"response": options} if options else {}))
    return await until(connection, "rate_limits.updated")


async def turn(connection, text: str, **options) -> list:
    await add(connection, text_item(text))
    return await respond(connection, **options)


def text_of(events: list) -> str:
    return "".join(event.delta for event in events if event.type == "response.output_text.delta")


def done(events: list):
    """The response that these events end."""
    (event,) = [event for event in events if event.type == "response.done"]
    return event.response


async def refusal(connection, event: dict, code: str, param: str | None = None):
    """Sends what must be refused, under a name, and reads the error that carries it; the session goes on."""
    named = {"event_id": f"ev-{code}"} | event
    await connection.send(named)
    error = (await until(connection, "error"))[-1].error
    assert (error.code, error.event_id) == (code, named["event_id"]), error
    assert error.type == "invalid_request_error" and error.message
    assert param is None or error.param == param, error
    return error


# --- On bare WebSockets ---


def dial(relay, key, model: str, **options):
    """A bare WebSocket of a session; nothing was read."""
    usual = {"max_size": None, "compression": None, "open_timeout": PATIENCE, "ping_interval": None}
    usual["additional_headers"] = {"Authorization": f"Bearer {key.text}"}
    return websockets.connect(
        f"ws://127.0.0.1:{relay.port('http')}/v1/realtime?model={model}",
        **(usual | options),
    )


async def next_of(socket, *types: str) -> dict:
    """Reads up to and with an event of one of these types."""
    async with asyncio.timeout(PATIENCE):
        while True:
            event = json.loads(await socket.recv())
            if event["type"] in types:
                return event
            assert event["type"] != "error", event


async def say(socket, text: str, **options) -> None:
    """An item and a response, without waiting for either."""
    await socket.send(json.dumps({"type": "conversation.item.create", "item": text_item(text)}))
    await socket.send(json.dumps({"type": "response.create"} | ({"response": options} if options else {})))


async def bare_turn(socket, text: str) -> dict:
    await say(socket, text)
    return (await next_of(socket, "response.done"))["response"]

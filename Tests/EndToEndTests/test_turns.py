"""Limits and models inside a realtime session, over the official SDK and on bare sockets (robustness B16, G5, G7, G14)."""

import asyncio
import json
import time

import openai
import pytest
import websockets
from websockets.exceptions import InvalidStatus

from processes import Key, Relay
from raw_turns import CREATE, close_code, events_to_the_end, item, next_event, text_turn
from realtime_turns import say, speech, wait_for

SECONDS = 30


def url(relay: Relay, model: str = "gpt-realtime") -> str:
    return f"{relay.ws}/v1/realtime?model={model}"


def bearer(key: Key) -> dict[str, str]:
    return {"Authorization": f"Bearer {key.text}"}


def connect(relay: Relay, key: Key, model: str = "gpt-realtime"):
    return websockets.connect(url(relay, model), additional_headers=bearer(key), open_timeout=SECONDS, max_size=None)


async def test_turn_over_the_limit_is_refused_and_the_session_lives_on(relay: Relay):
    key = relay.create_key("--rpm", "1")
    client = openai.AsyncOpenAI(api_key=key.text, base_url=f"{relay.http}/v1")
    async with client.realtime.connect(model="gpt-realtime") as connection:
        await say(connection, "hello")
        await connection.response.create(response={"output_modalities": ["text"]}, event_id="first")
        await wait_for(connection, "response.done")
        await connection.response.create(response={"output_modalities": ["text"]}, event_id="second")
        async with asyncio.timeout(SECONDS):
            while (event := await connection.recv()).type != "error":
                assert event.type == "rate_limits.updated", event
        assert event.error.code == "rate_limit_exceeded"
        assert event.error.event_id == "second"
        await connection.conversation.item.create(
            item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": "still here"}]}
        )
        await wait_for(connection, "conversation.item.done")


async def test_refused_turn_never_reaches_the_upstream(relay: Relay, log):
    key = relay.create_key("--rpm", "1")
    async with connect(relay, key) as socket:
        await text_turn(socket, "only one")
        await socket.send(CREATE)
        await next_event(socket, "error")
    assert sum("response.create" in text for text in log.received("/v1/realtime")) == 1


async def test_turn_that_begins_by_itself_over_the_limit_is_cancelled(relay: Relay, log):
    """Server turn detection: the second utterance is one response too many."""
    import base64

    key = relay.create_key("--rpm", "1")
    client = openai.AsyncOpenAI(api_key=key.text, base_url=f"{relay.http}/v1")
    async with client.realtime.connect(model="gpt-realtime") as connection:
        audio = base64.b64encode(speech()).decode()
        await connection.input_audio_buffer.append(audio=audio)
        await wait_for(connection, "response.done")
        await connection.input_audio_buffer.append(audio=audio)
        async with asyncio.timeout(SECONDS):
            while (event := await connection.recv()).type != "error":
                pass
        assert event.error.code == "rate_limit_exceeded"
        events = await wait_for(connection, "response.done")
        assert events[-1].response.status == "cancelled"
    assert any("response.cancel" in text for text in log.received("/v1/realtime"))


async def test_sessions_over_the_limit(relay: Relay):
    """B16"""
    key = relay.create_key("--sessions", "1")
    async with connect(relay, key) as socket:
        await next_event(socket, "session.created")
        with pytest.raises(InvalidStatus) as refused:
            await connect(relay, key)
        response = refused.value.response
        assert response.status_code == 429
        assert json.loads(response.body)["error"]["code"] == "too_many_sessions"
        assert int(response.headers["retry-after"]) >= 1
    deadline = time.monotonic() + 20
    while True:
        try:
            async with connect(relay, key) as socket:
                await next_event(socket, "session.created")
            return
        except InvalidStatus:
            assert time.monotonic() < deadline, "the slot never came back"
            await asyncio.sleep(0.05)


async def test_rates_are_told_with_the_101(relay: Relay):
    key = relay.create_key("--rpm", "7", "--tpm", "5000")
    async with connect(relay, key) as socket:
        headers = socket.response.headers
        assert headers["x-ratelimit-limit-requests"] == "7"
        assert headers["x-ratelimit-remaining-requests"] == "7"
        assert headers["x-ratelimit-limit-tokens"] == "5000"


async def test_client_cannot_pick_the_upstream(relay: Relay, key: Key, log):
    """G5"""
    headers = bearer(key) | {"X-Forwarded-Host": "127.0.0.1:1", "X-Forwarded-For": "10.0.0.1"}
    target = f"{url(relay)}&api_base=http%3A%2F%2F127.0.0.1%3A1&base_url=http%3A%2F%2F127.0.0.1%3A1"
    before = len(log.requests("/v1/realtime"))
    async with websockets.connect(target, additional_headers=headers) as socket:
        await next_event(socket, "session.created")
    assert len(log.requests("/v1/realtime")) == before + 1


MODEL_EVENTS = [
    {"type": "session.update", "session": {"type": "realtime", "model": "sim-chat"}},
    {"session": {"model": "sim-chat"}, "event_id": "late", "type": "session.update"},
    {"type": "response.create", "response": {"model": "sim-chat"}},
    {"type": "session.update", "model": "sim-chat", "session": {}},
    {"type": "vendor.specific", "model": "sim-chat"},
]


@pytest.mark.parametrize("event", MODEL_EVENTS, ids=range(len(MODEL_EVENTS)))
@pytest.mark.parametrize("fragments", [1, 3])
async def test_forbidden_model_inside_a_session(relay: Relay, log, event: dict, fragments: int):
    """G7"""
    key = relay.create_key("--models", "gpt-realtime")
    async with connect(relay, key) as socket:
        await next_event(socket, "session.created")
        text = json.dumps(event)
        step = len(text) // fragments + 1
        parts = [text[index : index + step] for index in range(0, len(text), step)]
        await socket.send(parts if fragments > 1 else text)
        told = await next_event(socket, "error")
        assert told["error"]["code"] == "model_not_allowed"
        assert told["error"].get("event_id") == event.get("event_id")
        assert await text_turn(socket, "still here")
    assert not any("sim-chat" in text for text in log.received("/v1/realtime"))


async def test_second_type_does_not_smuggle_a_model(relay: Relay, log):
    """G7, G10: what the relay reads and what the provider reads must be the same event."""
    key = relay.create_key("--models", "gpt-realtime")
    async with connect(relay, key) as socket:
        await next_event(socket, "session.created")
        await socket.send(
            '{"type":"input_audio_buffer.append","audio":"","session":{"model":"sim-chat"},"type":"session.update"}'
        )
        assert (await next_event(socket, "error"))["error"]["code"] == "invalid_event"
    assert not any("sim-chat" in text for text in log.received("/v1/realtime"))


async def test_large_events_still_pass_byte_for_byte(relay: Relay, key: Key):
    """What is held on its way is sent on as it came."""
    async with connect(relay, key, "sim-echo") as socket:
        for text in [
            json.dumps({"type": "session.update", "session": {"instructions": "x" * 300_000}}),
            json.dumps({"session": {"instructions": "y" * 300_000}, "type": "session.update"}),
            json.dumps({"audio": "A" * 400_000, "type": "input_audio_buffer.append"}),
            json.dumps({"audio": "A" * 2_000_000, "type": "input_audio_buffer.append"}),
            json.dumps({"type": "input_audio_buffer.append", "audio": "A" * 2_000_000}),
        ]:
            await socket.send(text)
            async with asyncio.timeout(SECONDS):
                assert await socket.recv() == text


async def test_settings_too_large_to_be_read_are_refused(relay: Relay, key: Key):
    async with connect(relay, key, "sim-echo") as socket:
        await socket.send(json.dumps({"type": "session.update", "session": {"instructions": "x" * 1_200_000}}))
        async with asyncio.timeout(SECONDS):
            told = json.loads(await socket.recv())
            assert told["error"]["code"] == "request_too_large"
            await socket.send("{}")
            assert await socket.recv() == "{}"


async def test_revoked_key_ends_an_idle_session(relay: Relay):
    """G14"""
    key = relay.create_key()
    async with connect(relay, key) as socket:
        await next_event(socket, "session.created")
        relay.revoke(key)
        events, end = await events_to_the_end(socket, 15)
    assert events[-1]["error"]["code"] == "api_key_revoked"
    assert close_code(end) == 3000


async def test_revoked_key_lets_a_response_finish_for_a_while(relay: Relay):
    """G14: between turns, or after a grace of five seconds."""
    key = relay.create_key()
    async with connect(relay, key, "sim-slow") as socket:
        await socket.send(item("say exactly: " + "word " * 60))
        await socket.send(CREATE)
        await next_event(socket, "response.output_text.delta")
        relay.revoke(key)
        events, end = await events_to_the_end(socket, 25)
    assert sum(event["type"] == "response.output_text.delta" for event in events) >= 3
    assert events[-1]["error"]["code"] == "api_key_revoked"
    assert close_code(end) == 3000


async def test_expiring_key_ends_its_session(relay: Relay):
    """G14"""
    key = relay.create_key("--expires", "8s")
    async with connect(relay, key) as socket:
        events, end = await events_to_the_end(socket, 30)
    assert events[-1]["error"]["code"] == "api_key_expired"
    assert close_code(end) == 3000


async def test_client_leaving_in_mid_response_cancels_it_upstream(relay: Relay, key: Key, log):
    async with connect(relay, key, "sim-slow") as socket:
        await socket.send(item("hello"))
        await socket.send(CREATE)
        await next_event(socket, "response.output_text.delta")
    connection = log.last_connection("/v1/realtime")
    deadline = time.monotonic() + 15
    while not log.of(connection, "closed"):
        assert time.monotonic() < deadline, "the upstream was never let go"
        await asyncio.sleep(0.05)
    assert any("response.cancel" in record.get("text", "") for record in log.messages(connection, "received"))
    told = [json.loads(record["text"]) for record in log.messages(connection, "sent") if "text" in record]
    done = [event for event in told if event["type"] == "response.done"]
    assert done and done[-1]["response"]["status"] == "cancelled"

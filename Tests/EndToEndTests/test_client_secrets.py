"""Client secrets: minted with a key, bound to model, configuration and time (protocol: realtime §2)."""

import asyncio
import json
import time
import urllib.error
import urllib.request

import openai
import pytest
import websockets
from websockets.exceptions import InvalidStatus

from processes import Key, Relay
from raw_turns import CREATE, close_code, events_to_the_end, item, next_event, text_turn

SECONDS = 30
ORIGIN = "https://app.example.com"


def post(relay: Relay, path: str, secret: str, body: dict) -> tuple[int, dict]:
    request = urllib.request.Request(
        f"{relay.http}{path}",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def mint(relay: Relay, key: Key, **session) -> str:
    body = {"session": {"type": "realtime", "model": "gpt-realtime"} | session}
    status, answer = post(relay, "/v1/realtime/client_secrets", key.text, body)
    assert status == 200, answer
    return answer["value"]


def connect(relay: Relay, secret: str, query: str = "?model=gpt-realtime"):
    return websockets.connect(
        f"{relay.ws}/v1/realtime{query}",
        additional_headers={"Authorization": f"Bearer {secret}"},
        open_timeout=SECONDS,
    )


def refusal(error: InvalidStatus) -> tuple[int, str]:
    return error.response.status_code, json.loads(error.response.body)["error"]["code"]


def test_sdk_mints(relay: Relay, key: Key):
    client = openai.OpenAI(api_key=key.text, base_url=f"{relay.http}/v1")
    before = time.time()
    answer = client.realtime.client_secrets.create(
        expires_after={"anchor": "created_at", "seconds": 120},
        session={"type": "realtime", "model": "gpt-realtime", "instructions": "be kind"},
    )
    assert answer.value.startswith("ek_")
    assert before + 115 < answer.expires_at < time.time() + 121
    assert answer.session.model == "gpt-realtime"
    assert answer.session.instructions == "be kind"


def test_older_endpoint(relay: Relay, key: Key):
    status, answer = post(relay, "/v1/realtime/sessions", key.text, {"model": "gpt-realtime", "voice": "ash"})
    assert status == 200
    assert answer["client_secret"]["value"].startswith("ek_")
    assert answer["model"] == "gpt-realtime" and answer["voice"] == "ash"
    assert answer["object"] == "realtime.session"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"session": {"type": "realtime"}}, 400, "missing_required_parameter"),
        ({"session": {"type": "realtime", "model": "nobody"}}, 404, "model_not_found"),
        ({"session": []}, 400, "invalid_value"),
        ({"session": {"model": "gpt-realtime"}, "expires_after": {"seconds": 9}}, 400, "invalid_value"),
        ({"session": {"model": "gpt-realtime"}, "expires_after": {"seconds": 7201}}, 400, "invalid_value"),
        ({"session": {"model": "gpt-realtime", "instructions": "x" * 70_000}}, 413, "request_too_large"),
    ],
)
def test_refusals(relay: Relay, key: Key, body: dict, status: int, code: str):
    answered, answer = post(relay, "/v1/realtime/client_secrets", key.text, body)
    assert (answered, answer["error"]["code"]) == (status, code)


def test_a_key_mints_only_for_its_models(relay: Relay):
    key = relay.create_key("--models", "sim-chat")
    status, answer = post(
        relay, "/v1/realtime/client_secrets", key.text, {"session": {"type": "realtime", "model": "gpt-realtime"}}
    )
    assert (status, answer["error"]["code"]) == (403, "model_not_allowed")


def test_a_secret_opens_sessions_only(relay: Relay, key: Key):
    secret = mint(relay, key)
    body = {"session": {"type": "realtime", "model": "gpt-realtime"}}
    status, answer = post(relay, "/v1/realtime/client_secrets", secret, body)
    assert (status, answer["error"]["code"]) == (403, "client_secret_not_allowed")
    chat = {"model": "gpt-realtime", "messages": [{"role": "user", "content": "hi"}]}
    status, answer = post(relay, "/v1/chat/completions", secret, chat)
    assert (status, answer["error"]["code"]) == (403, "client_secret_not_allowed")
    client = openai.OpenAI(api_key=secret, base_url=f"{relay.http}/v1")
    assert [model.id for model in client.models.list()] == ["gpt-realtime"]


async def test_turn_from_a_browser(relay: Relay, key: Key):
    secret = mint(relay, key)
    async with websockets.connect(
        f"{relay.ws}/v1/realtime?model=gpt-realtime",
        origin=ORIGIN,
        subprotocols=["realtime", f"openai-insecure-api-key.{secret}"],
    ) as socket:
        assert socket.subprotocol == "realtime"
        assert "hello" in await text_turn(socket, "hello")


async def test_model_is_bound(relay: Relay, key: Key):
    secret = mint(relay, key)
    with pytest.raises(InvalidStatus) as refused:
        await connect(relay, secret, "?model=sim-chat")
    assert refusal(refused.value) == (403, "model_not_allowed")
    async with connect(relay, secret, "") as socket:
        created = await next_event(socket, "session.created")
        assert created["session"]["model"] == "sim-realtime"


async def test_configuration_is_applied_whatever_the_client_says(relay: Relay, key: Key, log):
    secret = mint(relay, key, instructions="be kind", audio={"output": {"voice": "marin"}})
    async with connect(relay, secret) as socket:
        updated = await next_event(socket, "session.updated")
        assert updated["session"]["instructions"] == "be kind"
        mine = {"type": "realtime", "instructions": "be rude", "output_modalities": ["text"],
                "audio": {"output": {"voice": "ash", "speed": 1.25}}}  # fmt: skip
        await socket.send(json.dumps({"type": "session.update", "session": mine}))
        session = (await next_event(socket, "session.updated"))["session"]
        assert session["instructions"] == "be kind"
        assert session["audio"]["output"]["voice"] == "marin"
        assert session["audio"]["output"]["speed"] == 1.25
        assert session["output_modalities"] == ["text"]
        await socket.send(item("hello"))
        await socket.send(
            json.dumps({"type": "response.create", "response": {"instructions": "be rude", "metadata": {"a": "b"}}})
        )
        done = await next_event(socket, "response.done")
        assert done["response"]["metadata"] == {"a": "b"}
    received = log.received("/v1/realtime")
    assert json.loads(received[0])["type"] == "session.update", "the relay's own event comes first"
    assert not any("be rude" in text for text in received)
    assert not any(secret in text for text in received)


async def test_configuration_cannot_be_smuggled(relay: Relay, key: Key, log):
    """G10: an event that could be read as another one does not go on."""
    secret = mint(relay, key, instructions="be kind")
    async with connect(relay, secret) as socket:
        await next_event(socket, "session.updated")
        await socket.send(
            '{"type":"input_audio_buffer.clear","type":"session.update","session":{"instructions":"be rude"}}'
        )
        assert (await next_event(socket, "error"))["error"]["code"] == "invalid_event"
    assert not any("be rude" in text for text in log.received("/v1/realtime"))


async def test_secret_expires_but_its_session_does_not(relay: Relay, key: Key):
    body = {"session": {"type": "realtime", "model": "gpt-realtime"}, "expires_after": {"seconds": 10}}
    _, answer = post(relay, "/v1/realtime/client_secrets", key.text, body)
    async with connect(relay, answer["value"]) as socket:
        await next_event(socket, "session.created")
        await asyncio.sleep(max(0, answer["expires_at"] - time.time()) + 1.5)
        with pytest.raises(InvalidStatus) as refused:
            await connect(relay, answer["value"])
        assert refusal(refused.value) == (401, "api_key_expired")
        assert await text_turn(socket, "still here")


async def test_maximum_duration_ends_the_session(relay: Relay, key: Key):
    body = {"session": {"type": "realtime", "model": "gpt-realtime"}, "max_session_seconds": 2}
    _, answer = post(relay, "/v1/realtime/client_secrets", key.text, body)
    async with connect(relay, answer["value"]) as socket:
        events, end = await events_to_the_end(socket, 15)
    assert events[-1]["error"]["code"] == "session_expired"
    assert close_code(end) == 1001


async def test_revoking_the_key_ends_the_secret_and_its_session(relay: Relay):
    key = relay.create_key()
    secret = mint(relay, key)
    async with connect(relay, secret) as socket:
        await next_event(socket, "session.created")
        relay.revoke(key)
        events, end = await events_to_the_end(socket, 15)
    assert events[-1]["error"]["code"] == "api_key_revoked"
    assert close_code(end) == 3000
    with pytest.raises(InvalidStatus) as refused:
        await connect(relay, secret)
    assert refusal(refused.value)[0] == 401


async def test_limits_of_the_key_bind_its_secrets(relay: Relay):
    key = relay.create_key("--rpm", "1")
    secrets = [mint(relay, key), mint(relay, key)]
    async with connect(relay, secrets[0]) as first, connect(relay, secrets[1]) as second:
        await text_turn(first, "the only one")
        await second.send(CREATE)
        assert (await next_event(second, "error"))["error"]["code"] == "rate_limit_exceeded"


async def test_secret_counts_after_a_restart(start):
    simulator = start.simulator()
    first = start.relay(simulator.port("https"))
    secret = mint(first, first.create_key(), instructions="be kind")
    first.kill()
    second = first.restarted()
    try:
        async with connect(second, secret) as socket:
            assert (await next_event(socket, "session.updated"))["session"]["instructions"] == "be kind"
            await text_turn(socket, "hello")
    finally:
        second.stop()

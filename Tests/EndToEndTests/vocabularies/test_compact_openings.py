"""First messages of the compact vocabulary that are wrong, late, too large, or too many."""

import asyncio
import contextlib
import json

import httpx
import pytest
import websockets
from websockets.exceptions import InvalidStatus

from compact_client import compact
from processes import Key, Relay
from raw_turns import close_code, events_to_the_end
from upstream_log import UpstreamLog
from versatile import STRANGERS


def update(**session) -> str:
    return json.dumps({"type": "session.update", "session": session})


@pytest.mark.parametrize(
    ("message", "code", "close"),
    [
        ("hello", "invalid_json", 4000),
        ("[]", "invalid_json", 4000),
        ('{"type":"message","message":"hi"}', "invalid_event", 4000),
        ('{"type":"session.update"}', "missing_required_parameter", 4000),
        (update(), "missing_required_parameter", 4000),
        (update(model="gpt-4", temperature=9), "invalid_value", 4000),
        (update(model="gpt-4", tools=[{"type": "web_search"}]), "invalid_value", 4000),
        (update(model="gpt-4"), "authentication_failed", 3000),
        (update(model="gpt-4", api_key="sk-lw-nonsense"), "invalid_api_key", 3000),
        (json.dumps({"type": "session.update", "authorization": "Basic x", "session": {"model": "gpt-4"}}),
         "invalid_value", 4000),
    ],
)  # fmt: skip
async def test_refused(vocabularies: Relay, message: str, code: str, close: int):
    async with compact(vocabularies) as client:
        await client.socket.send(message)
        events, end = await events_to_the_end(client.socket)
    assert [event["type"] for event in events] == ["error"]
    assert events[0]["error"]["code"] == code and events[0]["message"] == events[0]["error"]["message"]
    assert close_code(end) == close


async def test_unknown_model(vocabularies: Relay, member: Key):
    async with compact(vocabularies, member) as client:
        await client.send("session.update", session={"model": "nothing-like-it"}, event_id="mine")
        events, end = await events_to_the_end(client.socket)
    assert events[0]["error"]["event_id"] == "mine"
    assert events[0]["error"]["code"] == "model_not_found" and close_code(end) == 4004


async def test_a_model_that_the_key_may_not_use(vocabularies: Relay):
    key = vocabularies.create_key("--models", "gpt-realtime", name="narrow")
    async with compact(vocabularies) as client:
        await client.socket.send(update(model="gpt-4", api_key=key.text))
        events, end = await events_to_the_end(client.socket)
    assert events[0]["error"]["code"] == "model_not_allowed" and close_code(end) == 3003


@pytest.mark.parametrize("has_key", [True, False])
async def test_silence(vocabularies: Relay, member: Key, has_key: bool):
    async with compact(vocabularies, member if has_key else None) as client:
        events, end = await events_to_the_end(client.socket)
    assert [event["type"] for event in events] == ["error"] and close_code(end) is not None


@pytest.mark.parametrize("has_key", [True, False])
async def test_too_large(vocabularies: Relay, member: Key, has_key: bool):
    async with compact(vocabularies, member if has_key else None) as client:
        with contextlib.suppress(websockets.ConnectionClosed):
            size = 1_100_000 if has_key else 70_000
            await client.socket.send(update(model="gpt-4", instructions="x" * size, api_key=member.text))
        events, end = await events_to_the_end(client.socket)
    assert events and events[0]["error"]["code"] == "request_too_large" and close_code(end) == 1009


async def test_a_wrong_key_in_the_upgrade_is_refused_before_the_101(vocabularies: Relay):
    with pytest.raises(InvalidStatus) as refused:
        async with compact(vocabularies, Key("none", "sk-lw-nonsense")):
            pass
    assert refused.value.response.status_code == 401


async def test_strangers_are_few_and_reach_nobody(vocabularies: Relay, member: Key, log: UpstreamLog):
    before = len(log.requests("/v1/chat/completions"))
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(STRANGERS):
            await stack.enter_async_context(compact(vocabularies))
        with pytest.raises(InvalidStatus) as refused:
            await stack.enter_async_context(compact(vocabularies))
        assert refused.value.response.status_code == 429
        # Who has shown a key is no stranger.
        client = await stack.enter_async_context(compact(vocabularies, member))
        assert len(log.requests("/v1/chat/completions")) == before
        await client.opened("gpt-4")
    async with asyncio.timeout(30):
        while True:
            try:
                async with compact(vocabularies) as client:
                    await client.opened("gpt-4", session={"api_key": member.text})
                    return
            except InvalidStatus:
                await asyncio.sleep(0.05)


async def test_one_who_showed_a_key_is_no_stranger_any_more(vocabularies: Relay, member: Key):
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(STRANGERS + 2):
            client = await stack.enter_async_context(compact(vocabularies))
            await client.opened("gpt-4", authorization=f"Bearer {member.text}")


async def test_a_secret_opens_what_it_is_bound_to_and_nothing_else(vocabularies: Relay, member: Key):
    """A secret is for the session that it was minted for (protocol: realtime §2), wherever it is shown."""
    answer = httpx.post(
        f"{vocabularies.http}/v1/realtime/client_secrets",
        headers={"Authorization": f"Bearer {member.text}"},
        json={"session": {"type": "realtime", "model": "gpt-realtime", "instructions": "bound"}},
    )
    secret = answer.json()["value"]
    async with compact(vocabularies) as client:
        await client.socket.send(update(model="gpt-4", api_key=secret))
        events, end = await events_to_the_end(client.socket)
    assert [event["type"] for event in events] == ["error"] and close_code(end) is not None
    assert not events[0]["error"]["code"].startswith("server")


async def test_binary_messages(vocabularies: Relay, member: Key):
    """What is JSON is JSON, in either kind of message (protocol: realtime §9)."""
    async with compact(vocabularies) as client:
        await client.socket.send(update(model="gpt-4", api_key=member.text).encode())
        client.conversation = (await client.until("conversation.created"))[-1]["conversation_id"]
        await client.socket.send(json.dumps({"type": "message", "message": "in bytes"}).encode())
        assert "in bytes" in (await client.until("message.completed"))[-1]["message"]


async def test_broken_off(vocabularies: Relay):
    """Clients that leave before, within and behind their first message leave nothing behind."""
    for text in ("", "{", update(model="gpt-4")):
        for _ in range(STRANGERS * 2):
            async with asyncio.timeout(30):
                while True:
                    with contextlib.suppress(InvalidStatus):
                        async with compact(vocabularies) as client:
                            if text:
                                await client.socket.send(text)
                            client.socket.transport.abort()
                        break
                    await asyncio.sleep(0.02)

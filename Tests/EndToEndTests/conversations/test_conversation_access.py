"""Who may hold a conversation, and how it may come: secrets, keys of some models, browsers, compression (protocol:
realtime §1, §2)."""

import asyncio
import json

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from processes import Key, eventually
from providers import DIALECTS, asked
from raw_turns import events_to_the_end
from sessions import PATIENCE, bare_turn, dial, next_of, say, session, turn

dialects = pytest.mark.parametrize("dialect", DIALECTS)


def mint(relay, key: Key, **body) -> Key:
    answer = httpx.post(
        f"{relay.http}/v1/realtime/client_secrets", headers={"authorization": f"Bearer {key.text}"}, json=body
    )
    assert answer.status_code == 200, answer.text
    return Key("", answer.json()["value"])


@dialects
async def test_a_secrets_configuration_holds_whatever_the_client_says(host, guest, providers, dialect: str):
    bound = {"type": "realtime", "model": f"{dialect}-text", "instructions": "be kind", "max_output_tokens": 55}
    secret = mint(host, guest, session=bound)
    async with dial(host, secret, f"{dialect}-text") as socket:
        updated = await next_of(socket, "session.updated")
        assert updated["session"]["instructions"] == "be kind"
        mine = {"type": "realtime", "instructions": "be rude", "tool_choice": "none"}
        await socket.send(json.dumps({"type": "session.update", "session": mine}))
        assert (await next_of(socket, "session.updated"))["session"]["instructions"] == "be kind"
        await say(socket, "hello", instructions="be rude", metadata={"a": "b"})
        response = (await next_of(socket, "response.done"))["response"]
        assert response["status"] == "completed" and response["metadata"] == {"a": "b"}
        told = asked(providers[dialect])
        assert (told.system, told.maximum) == ("be kind", 55)
        await socket.send('{"type":"conversation.item.retrieve","item_id":"x","type":"session.update","session":{}}')
        async with asyncio.timeout(PATIENCE):
            while (event := json.loads(await socket.recv()))["type"] != "error":
                pass
        assert event["error"]["code"] == "invalid_event"
    with pytest.raises(InvalidStatus) as refused:
        await dial(host, secret, f"{dialect}-long")
    assert refused.value.response.status_code == 403


async def test_a_secrets_session_has_its_own_end(host, guest, rows):
    """In the middle of a response: its row is written, and the provider let go."""
    session = {"type": "realtime", "model": "claude-endless"}
    secret = mint(host, guest, session=session, max_session_seconds=5)
    async with dial(host, secret, "claude-endless") as socket:
        await say(socket, "go on")
        events, end = await events_to_the_end(socket, PATIENCE)
    assert events[-1]["error"]["code"] == "session_expired" and end.rcvd.code == 1001
    (row,) = rows.new()
    assert row["status"] == "ended" and row["output_text"] > 1


async def test_a_key_of_some_models(host, providers):
    key = host.create_key("--models", "gemini-text")
    with pytest.raises(InvalidStatus) as refused:
        await dial(host, key, "openai-text")
    assert refused.value.response.status_code == 403
    async with dial(host, key, "gemini-text") as socket:
        assert (await bare_turn(socket, "hello"))["status"] == "completed"
        before = len(providers["openai"].seen)
        for event in (
            {"type": "session.update", "session": {"type": "realtime", "model": "openai-text"}},
            {"type": "response.create", "response": {"model": "openai-text"}},
        ):
            await socket.send(json.dumps(event))
            async with asyncio.timeout(PATIENCE):
                while (told := json.loads(await socket.recv()))["type"] != "error":
                    pass
            assert told["error"]["code"] == "model_not_allowed"
        assert (await bare_turn(socket, "still here"))["status"] == "completed"
        assert len(providers["openai"].seen) == before


async def test_a_browser(host, guest):
    key = Key("", "")
    protocols = ["realtime", f"openai-insecure-api-key.{guest.text}"]
    options = {"subprotocols": protocols, "additional_headers": {}, "origin": "https://app.example.com"}
    async with dial(host, key, "claude-tool", **options) as socket:
        assert socket.subprotocol == "realtime"
        assert (await bare_turn(socket, "hello"))["status"] == "completed"


@dialects
async def test_compressed_from_end_to_end(host, guest, dialect: str):
    async with dial(host, guest, f"{dialect}-long", compression="deflate") as socket:
        assert "permessage-deflate" in socket.response.headers["sec-websocket-extensions"]
        for text in ("one", "x" * 300_000):
            response = await bare_turn(socket, text)
            assert response["status"] == "completed" and len(response["output"][0]["content"][0]["text"]) > 500


@dialects
async def test_live_sessions_show_them(host, guest, dialect: str):
    """Who looks on sees the session, its turns and its tokens."""
    async with session(host, guest, f"{dialect}-text") as connection:
        await turn(connection, "hello")
        answer = httpx.get(f"{host.http}/api/sessions").json()
        (found,) = [entry for entry in answer["data"] if entry["model"] == f"{dialect}-text"]
        assert found["kind"] == "realtime" and found["turns"] == 1

    def is_gone() -> bool:
        entries = httpx.get(f"{host.http}/api/sessions").json()["data"]
        return all(entry["model"] != f"{dialect}-text" for entry in entries)

    await asyncio.to_thread(eventually, is_gone, 20, "the session is gone")

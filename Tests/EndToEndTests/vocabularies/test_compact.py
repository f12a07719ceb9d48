"""The compact vocabulary over chat models and over realtime models of either shape."""

import json

import pytest

from compact_client import Compact, compact
from processes import Key, Relay
from raw_turns import close_code, events_to_the_end
from upstream_log import UpstreamLog
from versatile import counted

MODELS = ["gpt-4", "gpt-realtime", "beta-realtime"]
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather at a place.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


@pytest.mark.parametrize("model", MODELS)
async def test_turn(vocabularies: Relay, member: Key, model: str):
    async with compact(vocabularies, member) as client:
        created = await client.opened(model)
        assert created["model"] == model
        for text in ("hello there", "and once more"):
            events = await client.turn(text)
            types = [event["type"] for event in events]
            deltas = [event for event in events if event["type"] == "content.delta"]
            assert types[:2] == ["message.created", "content.start"]
            assert types[2:-2] == ["content.delta"] * len(deltas) and len(deltas) > 1
            assert types[-2:] == ["content.stop", "message.completed"]
            assert {event["index"] for event in events[1:-1]} == {0}
            assert len({event["message_id"] for event in events}) == 1
            done = events[-1]
            assert done["message"] == "".join(delta["message"] for delta in deltas) and text in done["message"]
            assert done["finish_reason"] == "stop" and "tool_calls" not in done
            usage = done["usage"]
            assert usage["input_tokens"] > 0 and usage["output_tokens"] > 0
            assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("place", ["header", "subprotocol", "authorization", "api_key"])
async def test_credential(vocabularies: Relay, member: Key, log: UpstreamLog, model: str, place: str):
    options, more = {}, {}
    if place == "subprotocol":
        options = {"subprotocols": ["realtime", f"openai-insecure-api-key.{member.text}"]}
    elif place == "authorization":
        more = {"authorization": f"Bearer {member.text}"}
    elif place == "api_key":
        more = {"session": {"api_key": member.text}}
    async with compact(vocabularies, member if place == "header" else None, **options) as client:
        assert client.socket.subprotocol == ("realtime" if place == "subprotocol" else None)
        await client.opened(model, **more)
        assert "who is it" in (await client.turn("who is it"))[-1]["message"]
    assert member.text.encode() not in log.raw


@pytest.mark.parametrize("model", MODELS)
async def test_nothing_is_waited_for(vocabularies: Relay, member: Key, model: str):
    """A client that sends all it has at once."""
    async with compact(vocabularies) as client:
        await client.send("session.update", session={"model": model, "api_key": member.text})
        await client.send("message.create", message={"role": "user", "content": "in a hurry"})
        events = await client.until("message.completed")
        assert [event["type"] for event in events].count("conversation.created") == 1
        assert "in a hurry" in events[-1]["message"]


@pytest.mark.parametrize("compression", [None, "deflate"])
async def test_a_message_of_many_reads(vocabularies: Relay, member: Key, compression: str | None):
    # Inflated it comes in pieces, of which only the first comes by itself where somebody had paused the reading.
    async with compact(vocabularies, member, compression=compression) as client:
        await client.opened("gpt-4")
        await client.send("message", role="assistant", message="long " * 60_000)
        assert (await client.turn("hi"))[-1]["finish_reason"] == "stop"


@pytest.mark.parametrize("model", MODELS)
async def test_tools(vocabularies: Relay, member: Key, model: str):
    async with compact(vocabularies, member) as client:
        await client.opened(model, session={"tools": [TOOL]})
        events = await client.turn("What is the weather in Paris?")
        done = events[-1]
        assert done["finish_reason"] == "tool_calls"
        [call] = done["tool_calls"]
        assert call["name"] == "get_weather" and isinstance(json.loads(call["arguments"]), dict)
        about = [event for event in events if event.get("content_type") == "tool_call"]
        assert about[0]["type"] == "content.start" and about[-1]["type"] == "content.stop"
        assert {event["tool_call"]["id"] for event in about} == {call["id"]}
        assert all(event["message"] == "" for event in about)
        assert about[-1]["tool_call"] == call
        pieces = [event["tool_call"]["arguments"] for event in about if event["type"] == "content.delta"]
        assert "".join(pieces) == call["arguments"]
        await client.send("tool_result", call_id="call_of_nobody", output="x")
        assert (await client.until("error"))[-1]["error"]["param"] == "call_id"
        await client.send("tool_result", call_id=call["id"], output={"sky": "clear"})
        assert (await client.until("message.completed"))[-1]["finish_reason"] == "stop"


@pytest.mark.parametrize("model", ["slow-chat", "slow-realtime"])
async def test_cancel_and_one_answer_at_a_time(vocabularies: Relay, member: Key, model: str):
    async with compact(vocabularies, member) as client:
        await client.opened(model)
        await client.send("message", message="take your time and say all of this again")
        await client.until("content.delta")
        await client.send("message", message="are you there?", event_id="impatient")
        events = await client.until("error")
        error = events[-1]["error"]
        assert error["code"] == "conversation_already_has_active_response" and error["event_id"] == "impatient"
        await client.send("response.cancel")
        assert (await client.until("message.completed"))[-1]["finish_reason"] == "cancelled"
        await client.send("message", message="next")
        await client.until("content.delta")


@pytest.mark.parametrize("model", MODELS)
async def test_settings(vocabularies: Relay, member: Key, model: str):
    settings = {"instructions": "Be brief.", "temperature": 0.2, "max_tokens": 8}
    async with compact(vocabularies, member) as client:
        await client.opened(model, session=settings)
        done = (await client.turn("one two three four five six seven eight nine ten eleven twelve"))[-1]
        assert done["finish_reason"] == "length" and done["usage"]["output_tokens"] <= 8
        await client.send("session.update", session={"max_tokens": None})
        done = (await client.turn("one two three four five six seven eight nine ten eleven twelve"))[-1]
        assert done["finish_reason"] == "stop" and "twelve" in done["message"]


async def test_the_model_is_fixed(vocabularies: Relay, member: Key):
    async with compact(vocabularies, member) as client:
        await client.opened("gpt-4")
        await client.send("session.update", session={"model": "gpt-realtime"}, event_id="e")
        error = (await client.until("error"))[-1]["error"]
        assert error["param"] == "session.model" and error["event_id"] == "e"
        assert "still here" in (await client.turn("still here"))[-1]["message"]


@pytest.mark.parametrize(
    "message",
    ["", "hello", "[]", "{}", '{"type":"response.create"}', '{"type":"message"}', '{"type":"message","message":[1]}'],
)
async def test_what_the_vocabulary_has_no_word_for(vocabularies: Relay, member: Key, message: str):
    async with compact(vocabularies, member) as client:
        await client.opened("gpt-4")
        await client.socket.send(message)
        assert (await client.until("error"))[-1]["error"]["type"] == "invalid_request_error"
        assert "still here" in (await client.turn("still here"))[-1]["message"]


async def test_failure(vocabularies: Relay, member: Key):
    async with compact(vocabularies, member) as client:
        await client.opened("failing-realtime")
        await client.send("message", message="fail now, please, in the middle of this")
        await client.until("error")
        assert (await client.until("message.completed"))[-1]["finish_reason"] == "error"


async def test_a_key_that_is_revoked(vocabularies: Relay):
    key = vocabularies.create_key(name="leaving")
    async with compact(vocabularies, key) as client:
        await client.opened("gpt-4")
        vocabularies.revoke(key)
        events, end = await events_to_the_end(client.socket)
        assert events[-1]["type"] == "error" and events[-1]["message"] and close_code(end) == 3000


async def test_the_ledger_has_every_turn(vocabularies: Relay):
    key = vocabularies.create_key(name="counted")
    used = []
    for model in MODELS:
        async with compact(vocabularies, key) as client:
            await client.opened(model)
            used += [(await client.turn(text))[-1]["usage"] for text in ("one", "two")]
    total = counted(vocabularies, key, len(used))
    assert total["requests"] == len(used) and total["errors"] == 0
    assert total["tokens"]["input"] == sum(usage["input_tokens"] for usage in used)
    assert total["tokens"]["output"] == sum(usage["output_tokens"] for usage in used)


async def test_a_crowd(vocabularies: Relay, member: Key):
    """Conversations beside each other are kept apart."""
    clients: list[Compact] = []
    stack = [compact(vocabularies, member) for _ in range(8)]
    try:
        for number, context in enumerate(stack):
            client = await context.__aenter__()
            clients.append(client)
            await client.opened(MODELS[number % len(MODELS)])
        for number, client in enumerate(clients):
            await client.send("message", message=f"my number is {number}")
        for number, client in enumerate(clients):
            assert f"number is {number}" in (await client.until("message.completed"))[-1]["message"]
        assert len({client.conversation for client in clients}) == len(clients)
    finally:
        for context in stack[: len(clients)]:
            await context.__aexit__(None, None, None)

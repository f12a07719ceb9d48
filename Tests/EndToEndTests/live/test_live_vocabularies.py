"""Other words than GA before a Gemini Live upstream: the compact vocabulary, and a beta client of the official SDK."""

import base64
import json

import pytest
from openai import AsyncOpenAI

from compact_client import compact
from live_double import AUDIO, LiveDouble
from live_relay import Costs, LiveRelay
from processes import Key
from raw_turns import close_code, events_to_the_end
from realtime_turns import say, wait_for

TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}


async def test_compact_turns(live: LiveRelay, own: Key, double: LiveDouble, costs: Costs):
    settings = {"instructions": "Be brief.", "temperature": 0.3, "max_tokens": 8_000, "api_key": own.text}
    async with compact(live) as client:
        await client.opened("live", session=settings)
        for text in ("one", "zwei äöü"):
            done = (await client.turn(text))[-1]
            assert done["message"] == f"You said: {text}" and done["finish_reason"] == "stop"
            assert done["usage"]["total_tokens"] > 100
    setup = double.connections[-1].setup
    assert setup["generationConfig"]["responseModalities"] == ["TEXT"]
    assert setup["systemInstruction"]["parts"][0]["text"] == "Be brief."
    assert own.text not in json.dumps(setup) + str(double.connections[-1].headers)
    costs.check()


async def test_compact_tools(live: LiveRelay, own: Key):
    async with compact(live, own) as client:
        await client.opened("live", session={"tools": [TOOL]})
        done = (await client.turn("the tool, please"))[-1]
        assert done["finish_reason"] == "tool_calls"
        [call] = done["tool_calls"]
        assert call["name"] == "weather" and json.loads(call["arguments"]) == {"city": "Ulm"}
        await client.send("tool_result", call_id=call["id"], output={"sky": "clear"})
        done = (await client.until("message.completed"))[-1]
        assert done["message"] == 'You said: result {"sky": "clear"}' and done["finish_reason"] == "stop"
        assert (await client.turn("and on"))[-1]["message"] == "You said: and on"


async def test_compact_cancel(live: LiveRelay, own: Key):
    async with compact(live, own) as client:
        await client.opened("live")
        await client.send("message", message="a long one")
        await client.until("content.delta")
        await client.send("response.cancel")
        assert (await client.until("message.completed"))[-1]["finish_reason"] == "cancelled"
        assert (await client.turn("next"))[-1]["message"] == "You said: next"


async def test_compact_when_the_upstream_is_gone(live: LiveRelay, own: Key):
    async with compact(live, own) as client:
        await client.opened("live")
        await client.send("message", message="close 1011")
        events, end = await events_to_the_end(client.socket)
        assert "error" in [event["type"] for event in events] and close_code(end) is not None
        assert all(isinstance(event["message"], str) for event in events)


@pytest.fixture
async def openai(live: LiveRelay, own: Key):
    async with AsyncOpenAI(
        api_key=own.text, base_url=f"{live.http}/v1", websocket_base_url=f"{live.ws}/v1"
    ) as client:
        yield client


async def test_a_beta_client(openai: AsyncOpenAI, costs: Costs):
    async with openai.beta.realtime.connect(model="live") as connection:
        created = (await wait_for(connection, "session.created"))[-1].session
        assert created.modalities == ["text", "audio"]
        await connection.session.update(session={"modalities": ["text"], "instructions": "Be brief."})
        assert (await wait_for(connection, "session.updated"))[-1].session.modalities == ["text"]
        await say(connection, "old words")
        await connection.response.create()
        events = await wait_for(connection, "response.done")
        assert "".join(event.delta for event in events if event.type == "response.text.delta") == "You said: old words"
        assert [event.type for event in events].count("conversation.item.created") == 2
    costs.check()


async def test_a_beta_client_that_speaks(openai: AsyncOpenAI):
    async with openai.beta.realtime.connect(model="live") as connection:
        await connection.session.update(session={"turn_detection": None, "modalities": ["text", "audio"]})
        await wait_for(connection, "session.updated")
        await connection.input_audio_buffer.append(audio=base64.b64encode(bytes(9_600)).decode())
        await connection.input_audio_buffer.commit()
        await connection.response.create()
        events = await wait_for(connection, "response.done")
        assert [event.delta for event in events if event.type == "response.audio.delta"] == AUDIO
        spoken = [event.delta for event in events if event.type == "response.audio_transcript.delta"]
        assert "".join(spoken) == "You said: spoken"

"""Clients and upstreams of the beta shape, with the official SDK: each over the other, and over a chat model."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator

import openai
import pytest
import websockets

from processes import Key, Relay
from realtime_turns import WEATHER_TOOL, say, speech, text_turn, wait_for
from upstream_log import UpstreamLog, fingerprint, headers, logged_fingerprint
from versatile import counted


@pytest.fixture
async def client(vocabularies: Relay, member: Key) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(
        base_url=f"{vocabularies.http}/v1", websocket_base_url=f"{vocabularies.ws}/v1", api_key=member.text
    ) as client:
        yield client


def types(events: list) -> list[str]:
    return [event.type for event in events]


# A beta client


@pytest.mark.parametrize("model", ["gpt-realtime", "gpt-4", "beta-realtime"])
async def test_beta_client(client: openai.AsyncOpenAI, model: str):
    async with client.beta.realtime.connect(model=model) as connection:
        created = (await wait_for(connection, "session.created"))[-1].session
        assert created.modalities and created.input_audio_format == "pcm16"
        assert not hasattr(created, "audio") and not hasattr(created, "output_modalities")
        await connection.session.update(
            session={
                "modalities": ["text"], "instructions": "Be brief.", "temperature": 0.7, "turn_detection": None,
                "max_response_output_tokens": 200, "tools": [WEATHER_TOOL],
            }
        )  # fmt: skip
        updated = (await wait_for(connection, "session.updated"))[-1].session
        assert updated.modalities == ["text"] and updated.turn_detection is None
        assert updated.max_response_output_tokens == 200 and updated.instructions == "Be brief."
        await say(connection, "hello old shape")
        await connection.response.create()
        events = await wait_for(connection, "response.done")
        told = types(events)
        # One for what was said, one for the answer.
        assert told.count("conversation.item.created") == 2
        assert not [name for name in told if "output_text" in name or name.startswith("conversation.item.added")]
        text = "".join(event.delta for event in events if event.type == "response.text.delta")
        assert "hello old shape" in text
        response = events[-1].response
        assert response.modalities == ["text"] and response.usage.total_tokens > 0
        [answer] = response.output
        assert answer.content[0].type == "text" and answer.content[0].text == text


@pytest.mark.parametrize("model", ["gpt-realtime", "gpt-4", "beta-realtime"])
async def test_beta_client_calls_functions(client: openai.AsyncOpenAI, model: str):
    async with client.beta.realtime.connect(model=model) as connection:
        await connection.session.update(session={"modalities": ["text"], "tools": [WEATHER_TOOL]})
        await say(connection, "What is the weather in Paris?")
        await connection.response.create()
        events = await wait_for(connection, "response.done")
        [call] = [item for item in events[-1].response.output if item.type == "function_call"]
        await connection.conversation.item.create(
            item={"type": "function_call_output", "call_id": call.call_id, "output": '{"sky":"clear"}'}
        )
        await connection.response.create(response={"modalities": ["text"]})
        assert "response.text.done" in types(await wait_for(connection, "response.done"))


@pytest.mark.parametrize("model", ["gpt-realtime", "beta-realtime"])
async def test_beta_client_speaks_and_listens(client: openai.AsyncOpenAI, model: str):
    async with client.beta.realtime.connect(model=model) as connection:
        await connection.session.update(session={"turn_detection": None, "voice": "alloy"})
        await connection.input_audio_buffer.append(audio=base64.b64encode(speech()).decode())
        await connection.input_audio_buffer.commit()
        await connection.response.create()
        events = await wait_for(connection, "response.done")
        assert [event for event in events if event.type == "response.audio.delta" and event.delta]
        assert [event for event in events if event.type == "response.audio_transcript.delta"]
        assert events[-1].response.output[0].content[0].type == "audio"


async def test_errors_name_what_a_beta_client_wrote(client: openai.AsyncOpenAI):
    async with client.beta.realtime.connect(model="gpt-realtime") as connection:
        await connection.session.update(session={"input_audio_format": "opus"}, event_id="mine")
        async with asyncio.timeout(30):
            while (event := await connection.recv()).type != "error":
                pass
        assert event.error.event_id == "mine"
        assert event.error.param.startswith("session.input_audio_format")


async def test_equal_shapes_pass_byte_for_byte(vocabularies: Relay, member: Key, log: UpstreamLog):
    sent = [
        '{ "type" : "session.update", "session" : {"modalities":["text"], "temperature":0.70} }',
        '{"type":"heartbeat.of.a.provider","client_timestamp":1.50}',
    ]
    async with websockets.connect(
        f"{vocabularies.ws}/v1/realtime?model=beta-realtime",
        additional_headers={"Authorization": f"Bearer {member.text}", "OpenAI-Beta": "realtime=v1"},
    ) as socket:
        seen = [await socket.recv()]
        for message in sent:
            await socket.send(message)
            seen.append(await socket.recv())
    connection = log.last_connection("/v1/realtime")
    assert [logged_fingerprint(record) for record in log.messages(connection, "received")] == [*map(fingerprint, sent)]
    assert [logged_fingerprint(record) for record in log.messages(connection, "sent")][: len(seen)] == [
        *map(fingerprint, seen)
    ]


# A GA client over an upstream that speaks beta


async def test_ga_client_over_a_beta_upstream(client: openai.AsyncOpenAI, log: UpstreamLog):
    async with client.realtime.connect(model="beta-realtime") as connection:
        created = (await wait_for(connection, "session.created"))[-1].session
        assert created.type == "realtime" and created.output_modalities == ["audio"]
        assert created.audio.input.format.type == "audio/pcm" and created.audio.output.voice
        await connection.session.update(
            session={
                "type": "realtime", "output_modalities": ["text"], "max_output_tokens": 200,
                "audio": {"input": {"turn_detection": None, "format": {"type": "audio/pcmu"}}},
            }
        )  # fmt: skip
        updated = (await wait_for(connection, "session.updated"))[-1].session
        assert updated.output_modalities == ["text"] and updated.max_output_tokens == 200
        assert updated.audio.input.turn_detection is None and updated.audio.input.format.type == "audio/pcmu"
        text, events = await text_turn(connection, "hello new shape")
        assert "hello new shape" in text
        response = events[-1].response
        assert response.output_modalities == ["text"] and response.output[0].content[0].type == "output_text"
        told = types(events)
        said = events[told.index("conversation.item.added")].item
        assert said.role == "user"
        # What was said and what was answered are each added and done, in this order (protocol: realtime §8).
        items = [(event.type, event.item.id) for event in events if event.type.startswith("conversation.item.")]
        answered = response.output[0].id
        assert items == [
            ("conversation.item.added", said.id), ("conversation.item.done", said.id),
            ("conversation.item.added", answered), ("conversation.item.done", answered),
        ]  # fmt: skip
        assert told.index("response.output_item.done") > len(told) - 1 - told[::-1].index("conversation.item.done")
    request = log.requests("/v1/realtime")[-1]
    assert headers(request)["openai-beta"] == "realtime=v1"


async def test_ga_client_hears_a_beta_upstream(client: openai.AsyncOpenAI):
    async with client.realtime.connect(model="beta-realtime") as connection:
        await connection.session.update(
            session={"type": "realtime", "audio": {"input": {"transcription": {"model": "whisper-1"}}}}
        )
        for start in range(0, len(sound := speech()), 48_000):
            await connection.input_audio_buffer.append(audio=base64.b64encode(sound[start : start + 48_000]).decode())
        events = await wait_for(connection, "response.done")
        assert "input_audio_buffer.speech_started" in types(events)
        assert [event for event in events if event.type == "response.output_audio.delta" and event.delta]
        assert [event for event in events if event.type == "response.output_audio_transcript.delta"]
        assert events[-1].response.output[0].content[0].type == "output_audio"


async def test_ga_client_calls_functions_of_a_beta_upstream(client: openai.AsyncOpenAI):
    async with client.realtime.connect(model="beta-realtime") as connection:
        await connection.session.update(
            session={"type": "realtime", "output_modalities": ["text"], "tools": [WEATHER_TOOL]}
        )
        await say(connection, "What is the weather in Paris?")
        await connection.response.create()
        events = await wait_for(connection, "response.done")
        [call] = [item for item in events[-1].response.output if item.type == "function_call"]
        assert "response.function_call_arguments.done" in types(events)
        await connection.conversation.item.create(
            item={"type": "function_call_output", "call_id": call.call_id, "output": json.dumps({"sky": "clear"})}
        )
        await connection.response.create()
        await wait_for(connection, "response.done")


async def test_beta_turns_are_in_the_ledger(vocabularies: Relay):
    key = vocabularies.create_key(name="old and new")
    tokens = 0
    async with openai.AsyncOpenAI(
        base_url=f"{vocabularies.http}/v1", websocket_base_url=f"{vocabularies.ws}/v1", api_key=key.text
    ) as client:
        async with client.beta.realtime.connect(model="gpt-realtime") as connection:
            await say(connection, "one")
            await connection.response.create(response={"modalities": ["text"]})
            tokens += (await wait_for(connection, "response.done"))[-1].response.usage.total_tokens
        async with client.realtime.connect(model="beta-realtime") as connection:
            _, events = await text_turn(connection, "two")
            tokens += events[-1].response.usage.total_tokens
    total = counted(vocabularies, key, 2)
    assert total["requests"] == 2
    assert total["tokens"]["input"] + total["tokens"]["output"] == tokens

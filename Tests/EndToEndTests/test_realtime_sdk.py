"""Realtime sessions with the official `openai` SDK through the relay, which dials the simulator over verified TLS."""

import asyncio
import base64

import openai
import pytest
from websockets.exceptions import InvalidStatus

from processes import Key, Relay
from realtime_turns import WEATHER_TOOL, audio_of, loudness, say, speech, text_turn, wait_for


def connect(relay: Relay, key: str, tls, model: str = "sim-realtime", **more):
    """A connection over TLS, as the SDK makes it."""
    client = openai.AsyncOpenAI(base_url=f"{relay.https}/v1", api_key=key)
    return client.realtime.connect(model=model, websocket_connection_options={"ssl": tls}, **more)


async def test_session_created_is_the_first_event(relay: Relay, key: Key, tls):
    async with connect(relay, key.text, tls) as connection:
        event = (await wait_for(connection, "session.created"))[0]
        assert event.type == "session.created"
        assert event.session.id.startswith("sess_")


async def test_text_turn(relay: Relay, key: Key, tls):
    async with connect(relay, key.text, tls) as connection:
        text, events = await text_turn(connection, "hello relay")
        assert "hello relay" in text
        done = events[-1].response
        assert done.status == "completed"
        assert done.usage.total_tokens == done.usage.input_tokens + done.usage.output_tokens
        assert done.output[0].content[0].text == text
        types = [event.type for event in events]
        order = [
            "conversation.item.added", "response.created", "response.output_item.added", "response.content_part.added",
            "response.output_text.delta", "response.output_text.done", "response.output_item.done", "response.done",
        ]  # fmt: skip
        positions = [types.index(type) for type in order]
        assert positions == sorted(positions)


async def test_text_turn_in_plain(relay: Relay, key: Key):
    client = openai.AsyncOpenAI(base_url=f"{relay.http}/v1", api_key=key.text)
    async with client.realtime.connect(model="gpt-realtime") as connection:
        text, _ = await text_turn(connection, "guten Tag, wie geht es dir")
        assert text.startswith("Du sagtest:")


async def test_audio_turn_from_text(relay: Relay, key: Key, tls):
    async with connect(relay, key.text, tls) as connection:
        await say(connection, "hello relay")
        await connection.response.create()
        events = await wait_for(connection, "response.done")
        pcm = audio_of(events)
        assert len(pcm) > 24_000 * 2, "less than a second of audio"
        assert 500 < loudness(pcm) < 16_000
        transcript = "".join(e.delta for e in events if e.type == "response.output_audio_transcript.delta")
        assert "hello relay" in transcript
        assert events[-1].response.usage.output_token_details.audio_tokens > 0


async def test_audio_turn_from_speech(relay: Relay, key: Key, tls):
    async with connect(relay, key.text, tls) as connection:
        await connection.session.update(
            session={"type": "realtime", "audio": {"input": {"transcription": {"model": "gpt-4o-transcribe"}}}}
        )
        pcm = speech()
        for start in range(0, len(pcm), 9_600):
            await connection.input_audio_buffer.append(audio=base64.b64encode(pcm[start : start + 9_600]).decode())
        events = await wait_for(connection, "response.done")
        types = [event.type for event in events]
        for type in (
            "input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed",
            "conversation.item.input_audio_transcription.completed", "response.output_audio.delta",
        ):  # fmt: skip
            assert type in types, types
        completed = events[types.index("conversation.item.input_audio_transcription.completed")]
        assert completed.usage.type == "tokens"
        assert events[-1].response.usage.input_token_details.audio_tokens > 0


async def test_manual_commit(relay: Relay, key: Key, tls):
    async with connect(relay, key.text, tls) as connection:
        await connection.session.update(session={"type": "realtime", "audio": {"input": {"turn_detection": None}}})
        await connection.input_audio_buffer.append(audio=base64.b64encode(speech()).decode())
        await connection.input_audio_buffer.commit()
        await wait_for(connection, "input_audio_buffer.committed")
        await connection.response.create(response={"output_modalities": ["text"]})
        events = await wait_for(connection, "response.done")
        assert "seconds of audio" in events[-1].response.output[0].content[0].text


async def test_function_call_turn(relay: Relay, key: Key, tls):
    async with connect(relay, key.text, tls) as connection:
        await connection.session.update(
            session={"type": "realtime", "tools": [WEATHER_TOOL], "output_modalities": ["text"]}
        )
        await say(connection, "What is the weather in Paris?")
        await connection.response.create()
        events = await wait_for(connection, "response.done")
        call = events[-1].response.output[0]
        assert call.type == "function_call"
        assert call.name == "get_weather"
        assert call.arguments == '{"city":"Paris"}'
        deltas = [e.delta for e in events if e.type == "response.function_call_arguments.delta"]
        assert "".join(deltas) == call.arguments
        await connection.conversation.item.create(
            item={"type": "function_call_output", "call_id": call.call_id, "output": "21 degrees and sunny"}
        )
        await connection.response.create()
        events = await wait_for(connection, "response.done")
        assert "21 degrees and sunny" in events[-1].response.output[0].content[0].text


async def test_cancel(relay: Relay, key: Key, tls):
    async with connect(relay, key.text, tls, model="sim-slow") as connection:
        await say(connection, "hello")
        await connection.response.create(response={"output_modalities": ["text"]})
        await wait_for(connection, "response.created")
        await connection.response.cancel()
        events = await wait_for(connection, "response.done")
        assert events[-1].response.status == "cancelled"


async def test_large_events_pass(relay: Relay, key: Key, tls):
    async with connect(relay, key.text, tls, model="sim-large") as connection:
        text, events = await text_turn(connection, "hello")
        assert len(text) > 1_048_576
        assert events[-1].response.output[0].content[0].text == text


async def test_error_events_pass_and_the_session_goes_on(relay: Relay, key: Key, tls):
    async with connect(relay, key.text, tls) as connection:
        await connection.send({"type": "unheard.of", "event_id": "mine"})
        event = (await wait_for(connection, "session.created"))[-1]
        async with asyncio.timeout(10):
            event = await connection.recv()
        assert event.type == "error"
        assert event.error.event_id == "mine"
        text, _ = await text_turn(connection, "still there")
        assert "still there" in text


async def test_transcription_session(relay: Relay, key: Key, tls):
    client = openai.AsyncOpenAI(base_url=f"{relay.https}/v1", api_key=key.text)
    async with client.realtime.connect(
        extra_query={"intent": "transcription"}, websocket_connection_options={"ssl": tls}
    ) as connection:
        created = (await wait_for(connection, "session.created"))[0]
        assert created.session.type == "transcription"
        await connection.input_audio_buffer.append(audio=base64.b64encode(speech()).decode())
        events = await wait_for(connection, "conversation.item.input_audio_transcription.completed")
        assert "transcript" in events[-1].transcript


async def test_twenty_sessions_at_once(relay: Relay, key: Key, tls):
    async def session(number: int) -> None:
        async with connect(relay, key.text, tls) as connection:
            for turn in range(2):
                words = f"session {number} turn {turn}"
                text, _ = await text_turn(connection, words)
                assert words in text

    async with asyncio.timeout(90):
        await asyncio.gather(*(session(number) for number in range(20)))


async def test_bad_key(relay: Relay, tls):
    with pytest.raises(InvalidStatus) as refusal:
        async with connect(relay, "sk-lw-wrong", tls):
            pass
    assert refusal.value.response.status_code == 401
    assert b"invalid_api_key" in refusal.value.response.body

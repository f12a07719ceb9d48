"""Push-to-talk with a chat model: committed audio is transcribed, the model answers, its sentences are spoken, with the official
SDK from end to end."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import openai

from ledger_file import LedgerFile
from processes import Key, Relay, eventually
from voices import PER_LETTER, Voices, letters, sound

PATIENCE = 20


@asynccontextmanager
async def session(relay: Relay, key: Key, model: str = "talker") -> AsyncIterator:
    async with openai.AsyncOpenAI(base_url=f"{relay.http}/v1", api_key=key.text, max_retries=0) as client:
        async with client.realtime.connect(model=model) as connection:
            async with asyncio.timeout(PATIENCE):
                created = await connection.recv()
                assert created.type == "session.created"
                yield connection


async def until(connection, kind: str) -> list:
    """Reads up to and with an event of that type; no other error may come."""
    events = []
    while not events or events[-1].type != kind:
        events.append(await connection.recv())
        assert events[-1].type != "error" or kind == "error", events[-1]
    return events


def text(audio: bytes) -> str:
    return base64.b64encode(audio).decode()


async def talk(connection, words: str) -> None:
    """Says words in pieces that end anywhere, and asks for an answer."""
    audio = sound(words)
    for index in range(0, len(audio), 5_001):
        await connection.input_audio_buffer.append(audio=text(audio[index : index + 5_001]))
    await connection.input_audio_buffer.commit()
    await connection.response.create()


def kinds(events: list) -> list[str]:
    """Types in their order, neighbours that are alike once."""
    types = [event.type for event in events]
    return [kind for index, kind in enumerate(types) if index == 0 or kind != types[index - 1]]


def played(events: list) -> bytes:
    return b"".join(base64.b64decode(event.delta) for event in events if event.type == "response.output_audio.delta")


async def test_a_turn(talking: Relay, speaker: Key, voices: Voices, rows: LedgerFile):
    async with session(talking, speaker) as connection:
        await talk(connection, "hello there")
        events = await until(connection, "response.done")
        assert kinds(events) == [
            "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done", "response.created",
            "conversation.item.input_audio_transcription.completed",
            "response.output_item.added", "conversation.item.added", "response.content_part.added",
            "response.output_audio_transcript.delta", "response.output_audio.delta",
            "response.output_audio_transcript.delta", "response.output_audio.delta",
            "response.output_audio.done", "response.output_audio_transcript.done", "response.content_part.done",
            "conversation.item.done", "response.output_item.done", "response.done",
        ]  # fmt: skip
        (transcript,) = [event for event in events if event.type.endswith("transcription.completed")]
        assert transcript.transcript == "hello there" and transcript.item_id == events[0].item_id
        assert transcript.usage.total_tokens == 17
        said = "You have said hello there. I have heard it well."
        response = events[-1].response
        assert response.status == "completed" and response.output[0].content[0].transcript == said
        audio = played(events)
        assert letters(audio) == "You have said hello there.I have heard it well."
        tokens = len(audio) // 48 // 50
        assert abs(response.usage.output_token_details.audio_tokens - tokens) <= 1
        assert response.usage.input_tokens == 11 and response.usage.output_token_details.text_tokens == 7
    (heard,) = voices.heard
    assert (heard.rate, heard.channels, heard.fields["model"]) == (24_000, 1, "ear")
    assert heard.audio == sound("hello there")
    assert [body["voice"] for body in voices.spoken] == ["sage", "sage"]
    assert [body["input"] for body in voices.spoken] == ["You have said hello there.", "I have heard it well."]
    assert {(body["model"], body["response_format"]) for body in voices.spoken} == {("voice", "pcm")}
    assert voices.asked[0]["messages"][-1] == {"role": "user", "content": "hello there"}
    eventually(lambda: rows.count("status = 'completed'") >= 2, 20, "the turn and the transcription are in the ledger")


async def test_the_conversation_goes_on(talking: Relay, speaker: Key, voices: Voices):
    async with session(talking, speaker) as connection:
        await connection.session.update(
            session={
                "type": "realtime",
                "audio": {
                    "input": {"turn_detection": None, "transcription": {"model": "whisper-1", "language": "en"}},
                    "output": {"voice": "marin", "speed": 1.25},
                },
            }
        )
        updated = (await until(connection, "session.updated"))[-1].session
        assert updated.audio.input.transcription.model == "ear"
        for words in ("the first", "the second"):
            await talk(connection, words)
            assert (await until(connection, "response.done"))[-1].response.status == "completed"
        # The same conversation, written.
        await connection.conversation.item.create(
            item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": "the third"}]}
        )
        await connection.response.create(response={"output_modalities": ["text"]})
        events = await until(connection, "response.done")
        assert events[-1].response.output[0].content[0].text == "You have said the third. I have heard it well."
    assert [message["content"] for message in voices.asked[-1]["messages"]] == [
        "the first", "You have said the first. I have heard it well.",
        "the second", "You have said the second. I have heard it well.", "the third",
    ]  # fmt: skip
    assert {heard.fields["language"] for heard in voices.heard} == {"en"}
    assert {(body["voice"], body["speed"]) for body in voices.spoken} == {("marin", 1.25)}


async def test_telephone_audio(talking: Relay, speaker: Key, voices: Voices):
    async with session(talking, speaker) as connection:
        pcmu = {"format": {"type": "audio/pcmu"}}
        await connection.session.update(session={"type": "realtime", "audio": {"input": pcmu, "output": pcmu}})
        await until(connection, "session.updated")
        await connection.input_audio_buffer.append(audio=text(b"\xff" * 1_600))
        await connection.input_audio_buffer.commit()
        await connection.response.create()
        events = await until(connection, "response.done")
        assert events[-1].response.status == "completed"
        spoken = sum(len(body["input"]) for body in voices.spoken) * PER_LETTER
        assert len(played(events)) == spoken // 6
    assert (voices.heard[0].rate, voices.heard[0].audio) == (8_000, b"\0" * 3_200)


async def test_cancel_stops_the_voice(talking: Relay, speaker: Key, voices: Voices):
    voices.slow_voice = 0.5
    async with session(talking, speaker) as connection:
        await talk(connection, "stop me")
        events = await until(connection, "response.output_audio.delta")
        await connection.response.cancel()
        events += await until(connection, "response.done")
        response = events[-1].response
        assert (response.status, response.status_details.reason) == ("cancelled", "client_cancelled")
        assert response.output[0].content[0].transcript == "You have said stop me. "
        item = response.output[0].id
        heard = len(played(events)) // 48
        await connection.conversation.item.truncate(item_id=item, content_index=0, audio_end_ms=heard // 2)
        await until(connection, "conversation.item.truncated")
        voices.slow_voice = 0
        await talk(connection, "again")
        assert (await until(connection, "response.done"))[-1].response.status == "completed"
    # The model is told as much of its words as was heard.
    answer = voices.asked[-1]["messages"][1]["content"]
    assert answer and response.output[0].content[0].transcript.startswith(answer + " ")
    await asyncio.to_thread(eventually, lambda: voices.lost > 0, 20, "the voice was let go")


async def test_an_ear_that_fails(talking: Relay, speaker: Key, voices: Voices):
    voices.deaf = 500
    async with session(talking, speaker) as connection:
        await talk(connection, "can you hear me")
        events = await until(connection, "response.done")
        (failed,) = [event for event in events if event.type.endswith("transcription.failed")]
        assert failed.error.message
        assert events[-1].response.status_details.error.code == "transcription_failed"
        await connection.conversation.item.delete(item_id=failed.item_id)
        await until(connection, "conversation.item.deleted")
        voices.deaf = 0
        await talk(connection, "and now")
        assert (await until(connection, "response.done"))[-1].response.status == "completed"
    assert voices.asked[0]["messages"][-1]["content"] == "and now"


async def test_a_voice_that_fails(talking: Relay, speaker: Key, voices: Voices):
    voices.hoarse = 503
    async with session(talking, speaker) as connection:
        await talk(connection, "speak up")
        response = (await until(connection, "response.done"))[-1].response
        assert response.status == "failed" and "spoken" in response.status_details.error.message
        voices.hoarse = 0
        await talk(connection, "better")
        assert (await until(connection, "response.done"))[-1].response.status == "completed"


async def test_a_model_that_hears_and_does_not_speak(talking: Relay, speaker: Key, voices: Voices):
    async with session(talking, speaker, "listener") as connection:
        await connection.session.update(session={"type": "realtime", "output_modalities": ["audio"]})
        error = (await until(connection, "error"))[-1].error
        assert error.param == "session.output_modalities" and "speech.synthesis" in error.message
        await talk(connection, "in writing")
        events = await until(connection, "response.done")
        assert "response.output_text.delta" in kinds(events) and not played(events)
    assert not voices.spoken


async def test_bounds_of_the_buffer(talking: Relay, speaker: Key):
    async with session(talking, speaker) as connection:
        await connection.input_audio_buffer.commit()
        assert (await until(connection, "error"))[-1].error.code == "input_audio_buffer_commit_empty"
        piece = text(b"\0" * (50 << 10))
        for _ in range(3):
            await connection.input_audio_buffer.append(audio=piece)
        assert (await until(connection, "error"))[-1].error.code == "input_audio_buffer_full"
        await connection.input_audio_buffer.clear()
        await until(connection, "input_audio_buffer.cleared")
        await talk(connection, "hello")
        assert (await until(connection, "response.done"))[-1].response.status == "completed"

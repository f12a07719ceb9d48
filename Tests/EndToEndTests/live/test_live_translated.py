"""OpenAI's SDK holding realtime sessions with a Gemini Live upstream (protocol: realtime §15)."""

import asyncio
import base64

import pytest
from openai import AsyncOpenAI

from live_double import AUDIO, LiveDouble
from live_relay import Costs, LiveRelay
from processes import Key

TEXT = {"type": "realtime", "output_modalities": ["text"], "instructions": "Be brief."}
#: 100 ms of silence at 24 kHz.
SILENCE = base64.b64encode(bytes(4800)).decode()
SECONDS = 15


@pytest.fixture
def openai(live: LiveRelay, own: Key) -> AsyncOpenAI:
    return AsyncOpenAI(api_key=own.text, base_url=f"{live.http}/v1", websocket_base_url=f"{live.ws}/v1")


async def until(connection, *types: str) -> list:
    """Everything up to an event of one of these types."""
    events = []
    while not events or events[-1].type not in types:
        events.append(await asyncio.wait_for(connection.recv(), SECONDS))
    return events


async def say(connection, text: str) -> None:
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    await connection.conversation.item.create(item=item)


async def ask(connection, text: str) -> list:
    await say(connection, text)
    await connection.response.create()
    return await until(connection, "response.done", "error")


def kinds(events: list) -> list[str]:
    return [event.type for event in events]


async def test_text_turns(openai: AsyncOpenAI, double: LiveDouble, costs: Costs):
    async with openai.realtime.connect(model="live") as connection:
        first = await asyncio.wait_for(connection.recv(), SECONDS)
        assert first.type == "session.created" and first.session.model == "live"
        await connection.session.update(session=TEXT)
        updated = (await until(connection, "session.updated"))[-1]
        assert updated.session.instructions == "Be brief."
        for words in ("one", "zwei äöü"):
            events = await ask(connection, words)
            assert kinds(events) == [
                "conversation.item.added", "conversation.item.done", "response.created",
                "response.output_item.added", "conversation.item.added", "response.content_part.added",
                "response.output_text.delta", "response.output_text.delta",
                "response.output_text.done", "response.content_part.done", "conversation.item.done",
                "response.output_item.done", "response.done",
            ]  # fmt: skip
            done = events[-1].response
            assert done.status == "completed" and done.output[0].content[0].text == f"You said: {words}"
            assert done.usage.total_tokens == double.told[-1]["totalTokenCount"]
    assert double.connections[-1].setup["systemInstruction"]["parts"][0]["text"] == "Be brief."
    assert double.connections[-1].heard == ["one", "zwei äöü"]
    rows = costs.check()
    assert [(row["status"], row["model"]) for row in rows] == [("completed", "live")] * 2


async def test_push_to_talk(openai: AsyncOpenAI, double: LiveDouble, costs: Costs):
    audio = {"input": {"turn_detection": None, "transcription": {"model": "whisper-1"}}}
    async with openai.realtime.connect(model="live") as connection:
        await connection.session.update(session={"type": "realtime", "audio": audio})
        for _ in range(4):
            await connection.input_audio_buffer.append(audio=SILENCE)
        await connection.input_audio_buffer.commit()
        await connection.response.create()
        events = await until(connection, "response.done", "error")
    spoken = b"".join(base64.b64decode(e.delta) for e in events if e.type == "response.output_audio.delta")
    assert spoken == b"".join(base64.b64decode(piece) for piece in AUDIO)
    heard = next(e for e in events if e.type == "conversation.item.input_audio_transcription.completed")
    assert heard.transcript == "what you said"
    assert events[-1].response.output[0].content[0].transcript == "You said: spoken"
    assert kinds(events).count("response.created") == 1
    last = double.connections[-1]
    assert last.audio_bytes == 4 * 4800
    assert [next(iter(m["realtimeInput"])) for m in last.messages] == ["activityStart"] + ["audio"] * 4 + ["activityEnd"]
    rows = costs.check()
    assert len(rows) == 1 and rows[0]["kind"] == "turn"


@pytest.mark.parametrize("words", ["tool", "tool counted"])
async def test_calls_of_functions(openai: AsyncOpenAI, costs: Costs, words: str):
    tools = [{"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}}]
    async with openai.realtime.connect(model="live") as connection:
        await connection.session.update(session=TEXT | {"tools": tools})
        events = await ask(connection, words)
        call = events[-1].response.output[0]
        assert (call.type, call.name, call.arguments) == ("function_call", "weather", '{"city": "Ulm"}')
        output = {"type": "function_call_output", "call_id": call.call_id, "output": '{"sky": "grey"}'}
        await connection.conversation.item.create(item=output)
        await connection.response.create()
        events = await until(connection, "response.done", "error")
        assert events[-1].response.output[0].content[0].text == 'You said: result {"sky": "grey"}'
    costs.check()


async def test_a_response_is_interrupted_and_another_cancelled(openai: AsyncOpenAI, costs: Costs):
    audio = {"input": {"turn_detection": None}}
    async with openai.realtime.connect(model="live") as connection:
        await connection.session.update(session={"type": "realtime", "audio": audio})
        await say(connection, "long")
        await connection.response.create()
        await until(connection, "response.output_audio.delta")
        await connection.input_audio_buffer.append(audio=SILENCE)
        events = await until(connection, "response.done")
        assert "input_audio_buffer.speech_started" in kinds(events)
        done = events[-1].response
        assert (done.status, done.status_details.reason) == ("cancelled", "turn_detected")
        await connection.input_audio_buffer.append(audio=SILENCE)
        await connection.input_audio_buffer.commit()
        await connection.response.create()
        assert (await until(connection, "response.done"))[-1].response.status == "completed"
        await asyncio.to_thread(costs.check)
        # What the upstream counts of a response that is cancelled may come too late for its row.
        await say(connection, "long")
        await connection.response.create()
        await until(connection, "response.output_audio.delta")
        await connection.response.cancel()
        done = (await until(connection, "response.done"))[-1].response
        assert (done.status, done.status_details.reason) == ("cancelled", "client_cancelled")


async def test_the_upstream_goes_and_the_client_does_not_notice(openai: AsyncOpenAI, double: LiveDouble, costs: Costs):
    before = len(double.connections)
    async with openai.realtime.connect(model="live") as connection:
        await connection.session.update(session=TEXT)
        events = await ask(connection, "one, go away")
        for words in ("two", "three, go away", "four"):
            events += await ask(connection, words)
    assert "error" not in kinds(events)
    assert kinds(events).count("session.created") + kinds(events).count("session.updated") <= 2
    used = double.connections[before:]
    assert [connection.heard for connection in used] == [["one, go away"], ["two", "three, go away"], ["four"]]
    assert "handle" not in used[0].setup["sessionResumption"]
    assert all(connection.setup["sessionResumption"]["handle"] for connection in used[1:])
    assert [row["status"] for row in costs.check()] == ["completed"] * 4


async def test_the_upstream_breaks_off(openai: AsyncOpenAI, double: LiveDouble):
    async with openai.realtime.connect(model="live") as connection:
        await connection.session.update(session=TEXT)
        await ask(connection, "one")
        failed = (await ask(connection, "break"))[-1].response
        assert failed.status == "failed" and failed.status_details.error.code == "upstream_lost"
        again = (await ask(connection, "two"))[-1].response
        assert again.output[0].content[0].text == "You said: two"
    assert double.connections[-1].heard == ["two"]


@pytest.mark.parametrize(
    ("model", "code", "close", "message"),
    [
        ("bad-key", "invalid_api_key", 3000, "API key expired. Please renew the API key."),
        ("missing", "invalid_value", 1011, "models/missing is not found for API version v1beta"),
    ],
)
async def test_refusals(openai: AsyncOpenAI, model: str, code: str, close: int, message: str):
    async with openai.realtime.connect(model=model) as connection:
        await connection.session.update(session=TEXT)
        error = (await until(connection, "error"))[-1].error
        assert (error.code, error.message) == (code, message)
        with pytest.raises(Exception) as closed:
            await until(connection, "never")
    assert str(close) in str(closed.value)


async def test_what_cannot_be_done_is_said(openai: AsyncOpenAI):
    async with openai.realtime.connect(model="live") as connection:
        await connection.session.update(session=TEXT)
        await until(connection, "session.updated")
        await connection.session.update(session={"type": "realtime", "output_modalities": ["audio"]})
        error = (await until(connection, "error"))[-1].error
        assert (error.code, error.param) == ("unsupported_session_update", "session.output_modalities")
        await connection.response.create(response={"conversation": "none", "metadata": {"a": "b"}})
        assert (await until(connection, "error"))[-1].error.param == "response.conversation"
        await connection.conversation.item.delete(item_id="nobody")
        assert (await until(connection, "error"))[-1].error.code == "unsupported_event"

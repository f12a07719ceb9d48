"""Without an account: what `longwire serve` has when nothing is configured. Chat models that hear and speak, Gemini Live, and
compact conversations with all of them, with the official SDK where it speaks them."""

import asyncio
import base64
import json

import openai
import pytest

from compact_client import compact
from certificates import Certificates
from processes import Key, Relay
from realtime_turns import WEATHER_TOOL, say, speech, wait_for
from upstream_log import UpstreamLog
from versatile import counted

#: Neither upstreams nor models: the simulator inside the process, twice.
BUILTIN = "listen:\n  - address: 127.0.0.1:0\nstore: sqlite:longwire.sqlite\n"
WRITING = {"type": "realtime", "output_modalities": ["text"], "tools": [WEATHER_TOOL]}


@pytest.fixture
def relay(start) -> Relay:
    return start.configured(BUILTIN)


@pytest.fixture
def key(relay: Relay) -> Key:
    return relay.create_key()


@pytest.fixture
async def client(relay: Relay, key: Key):
    async with openai.AsyncOpenAI(
        base_url=f"{relay.http}/v1", websocket_base_url=f"{relay.ws}/v1", api_key=key.text
    ) as client:
        yield client


async def turn(connection, text: str) -> tuple[str, list]:
    """A turn of a session that writes."""
    await say(connection, text)
    await connection.response.create()
    events = await wait_for(connection, "response.done")
    return "".join(event.delta for event in events if event.type == "response.output_text.delta"), events


@pytest.mark.parametrize("model", ["sim-realtime", "sim-chat", "sim-live", "gpt-4o-mini"])
async def test_every_model_writes_and_calls(client: openai.AsyncOpenAI, relay: Relay, key: Key, model: str):
    async with client.realtime.connect(model=model) as connection:
        await wait_for(connection, "session.created")
        await connection.session.update(session=WRITING)
        await wait_for(connection, "session.updated")
        text, events = await turn(connection, "hello there")
        assert "hello there" in text and events[-1].response.usage.output_tokens > 0
        await say(connection, "What is the weather in Paris?")
        await connection.response.create()
        done = (await wait_for(connection, "response.done"))[-1].response
        [call] = done.output
        assert call.name == "get_weather" and "Paris" in call.arguments
        await connection.conversation.item.create(
            item={"type": "function_call_output", "call_id": call.call_id, "output": '{"sky":"clear"}'}
        )
        await connection.response.create()
        done = (await wait_for(connection, "response.done"))[-1].response
        assert "clear" in done.output[0].content[0].text
    total = await asyncio.to_thread(counted, relay, key, 3)
    assert total["requests"] == 3 and total["tokens"]["output"] > 0


@pytest.mark.parametrize("model", ["sim-realtime", "sim-chat", "sim-live", "gpt-4o-mini"])
async def test_every_model_in_few_messages(relay: Relay, key: Key, model: str):
    async with compact(relay, key) as conversation:
        await conversation.opened(model)
        assert "hello there" in (await conversation.turn("hello there"))[-1]["message"]


@pytest.mark.parametrize("model", ["sim-chat", "sim-live"])
async def test_push_to_talk(client: openai.AsyncOpenAI, model: str):
    async with client.realtime.connect(model=model) as connection:
        created = (await wait_for(connection, "session.created"))[-1].session
        assert created.output_modalities == ["audio"]
        audio = {"input": {"turn_detection": None, "transcription": {"model": "whisper-1"}}}
        await connection.session.update(session={"type": "realtime", "audio": audio})
        await wait_for(connection, "session.updated")
        sound = speech()
        for start in range(0, len(sound), 9_600):
            await connection.input_audio_buffer.append(audio=base64.b64encode(sound[start : start + 9_600]).decode())
        await connection.input_audio_buffer.commit()
        await connection.response.create()
        events = await wait_for(connection, "response.done")
        told = [event.type for event in events]
        assert "input_audio_buffer.committed" in told
        prefix = "conversation.item.input_audio_transcription"
        [heard] = [event.transcript for event in events if event.type == f"{prefix}.completed"]
        assert "seconds of speech" in heard
        spoken = b"".join(
            base64.b64decode(event.delta) for event in events if event.type == "response.output_audio.delta"
        )
        # More than a second of PCM16 at 24 kHz, and not silent.
        assert len(spoken) > 48_000 and len(set(spoken)) > 100
        words = "".join(event.delta for event in events if event.type == "response.output_audio_transcript.delta")
        assert words and events[-1].response.output[0].content[0].transcript == words
        assert events[-1].response.status == "completed"


async def test_a_chat_model_without_speech_says_so(client: openai.AsyncOpenAI):
    async with client.realtime.connect(model="gpt-4o-mini") as connection:
        created = (await wait_for(connection, "session.created"))[-1].session
        assert created.output_modalities == ["text"]
        await connection.input_audio_buffer.append(audio="AAAA", event_id="mine")
        async with asyncio.timeout(20):
            while (event := await connection.recv()).type != "error":
                pass
        assert event.error.event_id == "mine" and "transcription" in event.error.message


async def test_a_live_upstream_that_leaves_is_not_noticed(start, certificates: Certificates):
    upstream = start.simulator()
    relay = start.configured(
        f"{BUILTIN}upstreams:\n  - name: live\n    dialect: gemini\n"
        f"    base_url: https://localhost:{upstream.port('https')}/v1beta\n"
        f"    tls: {{ ca_file: {certificates.ca_file} }}\n"
        "models:\n  - id: leaving\n    routes: [{ upstream: live, model: sim-go-away-2 }]\n    capabilities: [realtime]\n"
    )
    key = relay.create_key()
    async with openai.AsyncOpenAI(
        base_url=f"{relay.http}/v1", websocket_base_url=f"{relay.ws}/v1", api_key=key.text
    ) as client, client.realtime.connect(model="leaving") as connection:
        await wait_for(connection, "session.created")
        await connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        await wait_for(connection, "session.updated")
        for number in range(3):
            text, _ = await turn(connection, f"say exactly: turn {number}")
            assert text == f"turn {number}"
            # The upstream's connection lasts for four seconds.
            await asyncio.sleep(2.5)
    setups = [
        json.loads(record["text"])["setup"]
        for record in UpstreamLog(upstream.log).records
        if record["record"] == "message" and record["direction"] == "received" and '"setup"' in record.get("text", "")
    ]
    assert len(setups) >= 2 and "handle" not in setups[0].get("sessionResumption", {})
    assert all(setup["sessionResumption"]["handle"] for setup in setups[1:])

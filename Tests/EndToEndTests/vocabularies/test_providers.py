"""The configuration examples of Sources/RealtimeTranslation/README.md, each against a double of the provider it is for."""

import asyncio
import contextlib
import json
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import websockets

from compact_client import compact
from ledger_file import LedgerFile
from processes import Key, Relay, binary
from provider_doubles import PROVIDERS, Provider
from raw_turns import TURN_SECONDS
from versatile import counted

README = Path(__file__).resolve().parents[3] / "Sources/RealtimeTranslation/README.md"


def example(port: int) -> str:
    """The example as it is written, with addresses and keys that lead to the double."""
    [text] = re.findall(r"## Providers\n.*?```yaml\n(.*?)```", README.read_text(), re.DOTALL)
    text = re.sub(r"https://[a-zA-Z0-9.-]+/", f"http://127.0.0.1:{port}/", text)
    return re.sub(r"\$\{[A-Z_]+\}", "upstream-secret", text)


@contextlib.asynccontextmanager
async def provided(start, name: str) -> AsyncIterator[tuple[Relay, Key, Provider]]:
    async with PROVIDERS[name]() as provider:
        text = f"listen:\n  - address: 127.0.0.1:0\nstore: sqlite:longwire.sqlite\n{example(provider.port)}"
        relay = await asyncio.to_thread(start.configured, text)
        yield relay, await asyncio.to_thread(relay.create_key), provider


class GA:
    """A GA client on a bare WebSocket."""

    def __init__(self, socket):
        self.socket = socket

    async def send(self, type: str, **members) -> None:
        await self.socket.send(json.dumps({"type": type} | members))

    async def until(self, type: str) -> list[dict]:
        events = []
        async with asyncio.timeout(TURN_SECONDS):
            while not events or events[-1]["type"] != type:
                events.append(json.loads(await self.socket.recv()))
                assert events[-1]["type"] != "error", events[-1]
        return events

    async def turn(self) -> list[dict]:
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]}
        await self.send("conversation.item.create", item=item)
        await self.send("response.create")
        return await self.until("response.done")


@contextlib.asynccontextmanager
async def ga(relay: Relay, key: Key, model: str) -> AsyncIterator[GA]:
    headers = {"Authorization": f"Bearer {key.text}"}
    async with websockets.connect(f"{relay.ws}/v1/realtime?model={model}", additional_headers=headers) as socket:
        yield GA(socket)


def texts(events: list[dict], *types: str) -> str:
    return "".join(event["delta"] for event in events if event["type"] in types)


@pytest.mark.parametrize("name", PROVIDERS)
async def test_a_compact_conversation(start, name: str):
    async with provided(start, name) as (relay, key, provider), compact(relay, key) as client:
        await client.opened(f"{name}-voice")
        for _ in range(2):
            events = await client.turn("hello")
            assert events[-1]["message"] == "Good evening." and events[-1]["finish_reason"] == "stop"
            assert events[-1]["usage"] == provider.usage
        assert (await asyncio.to_thread(counted, relay, key, 2))["requests"] == 2


@pytest.mark.parametrize("name", ["qwen", "zhipu", "stepfun", "azure-preview"])
async def test_a_ga_client_over_a_beta_provider(start, name: str):
    async with provided(start, name) as (relay, key, provider), ga(relay, key, f"{name}-voice") as client:
        session = (await client.until("session.created"))[-1]["session"]
        assert session["type"] == "realtime" and session["output_modalities"] == ["audio"]
        assert session["audio"]["output"] == {"format": {"type": "audio/pcm", "rate": 24000}, "voice": "Chelsie"}
        settings = {"type": "realtime", "output_modalities": ["text"], "audio": {"output": {"voice": "Ethan"}}}
        await client.send("session.update", session=settings)
        session = (await client.until("session.updated"))[-1]["session"]
        assert session["output_modalities"] == ["text"] and session["audio"]["output"]["voice"] == "Ethan"
        events = await client.turn()
        assert texts(events, "response.output_text.delta") == "Good evening."
        told = [event["type"] for event in events if event["type"] != "heartbeat"]
        assert told == [
            "conversation.item.added", "conversation.item.done", "response.created", "response.output_item.added",
            "conversation.item.added", "response.output_text.delta", "response.output_text.delta",
            "response.output_text.done", "conversation.item.done", "response.output_item.done", "response.done",
        ]  # fmt: skip
        assert events[-1]["response"]["output"][0]["content"] == [{"type": "output_text", "text": "Good evening."}]
    sent = next(event for event in provider.received if event["type"] == "session.update")["session"]
    assert sent["modalities"] == ["text"] and sent["voice"] == "Ethan" and "type" not in sent
    assert ("model" in sent) == (name == "zhipu")


async def test_qwen_has_more(start):
    async with provided(start, "qwen") as (relay, key, provider), ga(relay, key, "qwen-voice") as client:
        await client.until("session.created")
        audio = {"input": {"format": {"type": "audio/pcm", "rate": 16000}}, "output": {"format": "pcm24"}}
        await client.send("session.update", session={"type": "realtime", "enable_search": True, "audio": audio})
        session = (await client.until("session.updated"))[-1]["session"]
        assert session["enable_search"] is True and session["audio"]["output"]["format"] == "pcm24"
        await client.send("input_image_buffer.append", image="AAAA")
        await client.send("session.finish")
        await client.until("session.finished")
    update, image, finish = provider.received
    assert update["session"] == {"enable_search": True, "input_audio_format": "pcm16", "output_audio_format": "pcm24"}
    assert image == {"type": "input_image_buffer.append", "image": "AAAA"} and finish == {"type": "session.finish"}


async def test_zhipu_has_more(start):
    async with provided(start, "zhipu") as (relay, key, provider), ga(relay, key, "zhipu-voice") as client:
        await client.until("session.created")
        # Says nothing of its session: the model is named all the same, before all else.
        events = await client.turn()
        assert texts(events, "response.output_audio_transcript.delta") == "Good evening."
        assert "session.updated" not in [event["type"] for event in events]
        fields = {"chat_mode": "video_passive", "tts_source": "e2e"}
        audio = {"input": {"format": "wav16", "turn_detection": {"type": "client_vad"}}}
        await client.send("session.update", session={"type": "realtime", "beta_fields": fields, "audio": audio})
        session = (await client.until("session.updated"))[-1]["session"]
        assert session["beta_fields"] == fields
        assert session["audio"]["input"] == {"format": "wav16", "turn_detection": {"type": "client_vad"}}
        await client.send("input_audio_buffer.append_video_frame", video_frame="AAAA", client_timestamp=1)
        await client.until("heartbeat")
    assert provider.received[0]["session"] == {"model": "glm-realtime"}
    assert provider.received[-1] == {
        "type": "input_audio_buffer.append_video_frame", "video_frame": "AAAA", "client_timestamp": 1,
    }  # fmt: skip


async def test_xai_is_left_as_it_is(start):
    async with provided(start, "xai") as (relay, key, provider), ga(relay, key, "xai-voice") as client:
        assert [event["type"] for event in await client.until("session.created")] == [
            "conversation.created", "session.created",
        ]  # fmt: skip
        settings = {"voice": "eve", "turn_detection": None, "resumption": {"enabled": True}}
        await client.send("session.update", session=settings)
        await client.until("session.updated")
        events = await client.turn()
        assert texts(events, "response.text.delta") == texts(events, "response.output_text.delta") == "Good evening."
        assert "ping" in [event["type"] for event in events]
        total = await asyncio.to_thread(counted, relay, key, 1)
        assert (total["tokens"]["input"], total["tokens"]["output"]) == (9, 3)
    assert provider.received[0]["session"] == settings


@pytest.mark.parametrize("name", ["azure", "azure-preview"])
async def test_azure_says_that_there_is_no_deployment(start, name: str):
    async with provided(start, name) as (relay, key, provider):
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with ga(relay, key, f"{name}-missing"):
                pass
        assert 400 <= refused.value.response.status_code < 600
        assert json.loads(refused.value.response.body)["error"]["message"]
    assert "no-such" in provider.requests[-1].path


async def test_nothing_of_the_clients_credential_reaches_a_provider(start):
    async with provided(start, "azure-preview") as (relay, key, provider):
        async with compact(relay) as client:
            await client.opened("azure-preview-voice", session={"api_key": key.text})
            await client.turn("hello")
        told = json.dumps(provider.received) + "".join(str(request.headers) for request in provider.requests)
        assert key.text not in told


@pytest.mark.parametrize("usage", [None, {}, {"total_tokens": 0, "input_tokens": 0, "output_tokens": 0}])
async def test_what_a_provider_does_not_count_is_estimated(start, usage: dict | None):
    async with provided(start, "zhipu") as (relay, key, provider), ga(relay, key, "zhipu-voice") as client:
        provider.usage = usage
        await client.until("session.created")
        await client.turn()
        await asyncio.to_thread(counted, relay, key, 1)
    [row] = LedgerFile(relay.directory).rows()
    assert row["is_estimated"] == 1


def test_the_example_passes_the_check(tmp_path: Path):
    file = tmp_path / "longwire.yaml"
    file.write_text(example(1))
    done = subprocess.run([binary(), "check", file], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr

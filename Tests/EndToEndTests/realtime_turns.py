"""Turns of the realtime protocol over the official SDK: send, then collect events until the response is done."""

import asyncio
import base64
import math
import struct

TURN_SECONDS = 30
WEATHER_TOOL = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather at a place.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}


async def wait_for(connection, *types: str) -> list:
    """Reads events up to and with one of these types; an unexpected `error` fails the test."""
    events = []
    async with asyncio.timeout(TURN_SECONDS):
        while True:
            event = await connection.recv()
            events.append(event)
            if event.type in types:
                return events
            assert event.type != "error", event


async def say(connection, text: str) -> None:
    await connection.conversation.item.create(
        item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    )


async def text_turn(connection, text: str) -> tuple[str, list]:
    """A text turn; the answer's text and all its events."""
    await say(connection, text)
    await connection.response.create(response={"output_modalities": ["text"]})
    events = await wait_for(connection, "response.done")
    return "".join(event.delta for event in events if event.type == "response.output_text.delta"), events


def speech(seconds: float = 1.5, silence: float = 0.8, rate: int = 24_000) -> bytes:
    """Syllable-like bursts of a tone between silences, PCM16."""
    samples = []
    for index in range(int(seconds * rate)):
        time = index / rate
        loudness = max(0.0, math.sin(2 * math.pi * 3 * time))
        samples.append(int(9_000 * (0.4 + 0.6 * loudness) * math.sin(2 * math.pi * 180 * time)))
    quiet = [0] * int(silence * rate)
    return struct.pack(f"<{len(quiet) * 2 + len(samples)}h", *quiet, *samples, *quiet)


def audio_of(events: list) -> bytes:
    return b"".join(base64.b64decode(event.delta) for event in events if event.type == "response.output_audio.delta")


def loudness(pcm: bytes) -> float:
    """Root mean square of PCM16."""
    samples = struct.unpack(f"<{len(pcm) // 2}h", pcm)
    return math.sqrt(sum(sample * sample for sample in samples) / max(len(samples), 1))

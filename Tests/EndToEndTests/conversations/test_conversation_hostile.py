"""Clients that do not read, do not finish, or send too much, and a hundred sessions at a time: others are served all
the while, and what the relay holds has a bound."""

import asyncio
import contextlib
import json
import os
import random
import socket as sockets
import struct
import time
from collections import Counter
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from chat_relay import PATIENT_TIMES, ChatRelay
from processes import eventually
from providers import DIALECTS, SCENES
from raw_turns import events_to_the_end
from scenes import TEXT
from sessions import PATIENCE, bare_turn, dial, next_of, say, text_item

MEBI = 1 << 20
#: Whether the binary was built with a sanitizer, whose shadow and quarantine say nothing about what the relay holds.
SANITIZED = "LONGWIRE_SANITIZER" in os.environ
#: How soon a turn must be over while others misbehave; a sanitizer takes its time over their half a million pings.
SERVED_SECONDS = 60 if SANITIZED else 30
LIMITS = """\
limits:
  stalled_client: 3s
  close_timeout: 1s
  conversation: { history_bytes: 6MiB }
"""
SMALL = LIMITS.replace("6MiB", "1MiB")
PING = b"\x89\x80\x00\x00\x00\x00"


@pytest.fixture
def besieged(another):
    relay = another(limits=LIMITS, times=PATIENT_TIMES)
    return relay, relay.create_key()


@pytest.fixture
def small(another):
    """With less to remember, so that what goes on without an end is ended soon."""
    relay = another(limits=SMALL, times=PATIENT_TIMES)
    return relay, relay.create_key()


@pytest_asyncio.fixture
async def open_socket():
    """Opens sessions that end with the test, however it ends."""
    opened = []

    async def open_one(*arguments, **options):
        opened.append(await dial(*arguments, **options))
        return opened[-1]

    yield open_one
    for socket in opened:
        if not socket.transport.is_closing():
            socket.transport.abort()
    await asyncio.sleep(0)


def narrow(relay, size: int = 8_192) -> sockets.socket:
    """A connection whose kernel takes little before somebody reads."""
    sock = sockets.socket()
    sock.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, size)
    sock.connect(("127.0.0.1", relay.port("http")))
    return sock


def frame(payload: bytes, *, opcode: int = 1, last: bool = True, declared: int | None = None) -> bytes:
    """A masked frame (RFC 6455 §5.2); `declared` may promise more than there is."""
    count = len(payload) if declared is None else declared
    head = bytes([(0x80 if last else 0) | opcode])
    if count < 126:
        head += bytes([0x80 | count])
    elif count < 1 << 16:
        head += b"\xfe" + struct.pack(">H", count)
    else:
        head += b"\xff" + struct.pack(">Q", count)
    return head + b"\0\0\0\0" + payload


class Watch:
    """The most that the relay has held since."""

    def __init__(self, relay: ChatRelay):
        self.relay, self.base, self.most = relay, relay.resident_bytes, 0
        self.task = asyncio.create_task(self.look())

    async def look(self) -> None:
        while True:
            self.most = max(self.most, self.relay.resident_bytes - self.base)
            await asyncio.sleep(0.02)

    def end(self, bound: int) -> None:
        self.task.cancel()
        print(f"held at most {self.most / MEBI:.1f} MiB of {bound / MEBI:.0f}")
        assert SANITIZED or self.most < bound, f"{self.most / MEBI:.1f} MiB"


async def is_served(relay, key) -> None:
    async with asyncio.timeout(SERVED_SECONDS):
        async with dial(relay, key, "openai-text") as socket:
            assert (await bare_turn(socket, "anybody there?"))["status"] == "completed"


async def warm(relay, key) -> None:
    """Memory that the first turns take and keep says nothing."""
    async with AsyncExitStack() as stack:
        warmed = [await stack.enter_async_context(dial(relay, key, f"{d}-text")) for d in DIALECTS for _ in range(10)]
        await asyncio.gather(*(bare_turn(socket, "x") for socket in warmed))


async def are_let_go(relay, count: int) -> None:
    """Until so many sessions have ended because their clients took nothing."""

    def stalled() -> bool:
        return sum(event.get("cause") == "client_stalled" for event in relay.events) >= count

    await asyncio.to_thread(eventually, stalled, 30, "clients that take nothing are let go")


async def test_clients_that_stop_reading_while_megabytes_come(besieged, providers, open_socket):
    """What a provider sends stays with it; a stalled client is let go, and the provider with it."""
    relay, key = besieged
    await warm(relay, key)
    watch = Watch(relay)
    asked = sum(len(provider.seen) for provider in providers.values())
    lost = sum(provider.lost for provider in providers.values())
    sockets_ = [
        await open_socket(relay, key, f"{dialect}-torrent", sock=narrow(relay), max_queue=1)
        for dialect in DIALECTS
        for _ in range(2)
    ]
    for socket in sockets_:
        await say(socket, "go")
    await asyncio.to_thread(
        eventually, lambda: sum(len(p.seen) for p in providers.values()) >= asked + len(sockets_), 10, "all are asked"
    )
    await asyncio.sleep(1)
    await is_served(relay, key)
    pieces = sum(provider.pieces for provider in providers.values())
    await asyncio.sleep(0.3)
    # Nobody is read for whom nobody reads; what moves are the few that have just been let go.
    assert sum(provider.pieces for provider in providers.values()) - pieces < 500
    # The text that each has heard, which its kernel has taken, and little more; how much a kernel takes is its own affair.
    watch.end(len(sockets_) * 6 * MEBI)
    await are_let_go(relay, len(sockets_))
    lost += len(sockets_)
    await asyncio.to_thread(
        eventually, lambda: sum(p.lost for p in providers.values()) >= lost, 20, "the providers are let go"
    )


async def test_a_client_that_pauses_for_longer_than_providers_may(host, guest):
    """While the client takes nothing the provider is not read, so its silence is not its own: nothing is lost."""
    async with dial(host, guest, "openai-megabytes", sock=narrow(host, 256 * 1024), max_queue=1) as socket:
        await say(socket, "go")
        # The host's providers may be silent for two seconds.
        await asyncio.sleep(3)
        text = 0
        async with asyncio.timeout(60):
            while (event := json.loads(await socket.recv()))["type"] != "response.done":
                text += len(event["delta"]) if event["type"] == "response.output_text.delta" else 0
        assert event["response"]["status"] == "completed" and text == 5 * MEBI


async def test_a_compressed_flood_of_questions(besieged):
    """What is small on the wire and large inside has a large answer besides."""
    relay, key = besieged
    await warm(relay, key)
    watch = Watch(relay)
    socket = await dial(relay, key, "openai-text", sock=narrow(relay), max_queue=1, compression="deflate")
    await socket.send(json.dumps({"type": "conversation.item.create", "item": text_item("x" * MEBI, id="item_big")}))
    retrieve = json.dumps({"type": "conversation.item.retrieve", "item_id": "item_big"})
    for _ in range(3_000):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.05):
                await socket.send(retrieve)
                continue
        break
    await is_served(relay, key)
    watch.end(96 * MEBI)
    socket.transport.abort()


async def test_a_client_that_asks_for_large_items_and_reads_nothing(besieged, open_socket):
    """A small event with a large answer, a thousand times."""
    relay, key = besieged
    await warm(relay, key)
    watch = Watch(relay)
    socket = await open_socket(relay, key, "openai-text", sock=narrow(relay), max_queue=1)
    item = text_item("x" * 4 * MEBI, id="item_big")
    await socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
    retrieve = json.dumps({"type": "conversation.item.retrieve", "item_id": "item_big"}).encode()
    socket.transport.write(frame(retrieve) * 1_000)
    await asyncio.sleep(1)
    await is_served(relay, key)
    watch.end(96 * MEBI)
    await are_let_go(relay, 1)


async def test_a_client_that_reads_late_gets_everything_in_order(besieged):
    """What waited is done when there is room, and nothing is lost."""
    relay, key = besieged
    async with dial(relay, key, "openai-text", sock=narrow(relay, 256 * 824), max_queue=1) as socket:
        await next_of(socket, "session.created")
        item = text_item("x" * (MEBI), id="item_big")
        await socket.send(json.dumps({"type": "conversation.item.create", "item": item}))
        for number in range(16):
            event = {"type": "conversation.item.retrieve", "item_id": "item_big" if number % 2 else f"no{number}"}
            await socket.send(json.dumps(event | {"event_id": f"ev{number}"}))
        await say(socket, "and now?")
        await asyncio.sleep(0.5)
        told = []
        async with asyncio.timeout(PATIENCE):
            while not told or told[-1]["type"] != "response.done":
                told.append(json.loads(await socket.recv()))
        found = [event for event in told if event["type"] in ("conversation.item.retrieved", "error")]
        assert [event["type"] == "error" for event in found] == [True, False] * 8
        assert [event["error"]["event_id"] for event in found[::2]] == [f"ev{number}" for number in range(0, 16, 2)]
        assert told[-1]["response"]["output"][0]["content"][0]["text"] == TEXT


async def test_half_messages(besieged):
    """Messages that never end hold no more than one may have, and not for ever."""
    relay, key = besieged
    await warm(relay, key)
    watch = Watch(relay)
    async with AsyncExitStack() as stack:
        for number in range(30):
            socket = await stack.enter_async_context(dial(relay, key, "openai-text", close_timeout=0.1))
            event = json.dumps({"type": "conversation.item.create", "item": text_item("x" * MEBI)}).encode()
            half = event[: len(event) // 2]
            match number % 3:
                case 0:
                    socket.transport.write(frame(half, last=False))
                case 1:
                    socket.transport.write(frame(half, declared=len(event)))
                case _:
                    socket.transport.write(frame(half[:1], last=False) + frame(half[1:], opcode=0, last=False))
        await asyncio.sleep(0.5)
        await is_served(relay, key)
        watch.end(64 * MEBI)


async def test_ping_floods(besieged, open_socket):
    """Pings between the pieces of a turn are answered or ended, and nobody else waits for it."""
    relay, key = besieged
    await warm(relay, key)
    watch = Watch(relay)
    flooding = [await open_socket(relay, key, "openai-endless", max_queue=1, sock=narrow(relay)) for _ in range(5)]
    for socket in flooding:
        await say(socket, "go")
        socket.transport.write(PING * 100_000)
    for _ in range(5):
        await is_served(relay, key)
    watch.end(64 * MEBI)


async def test_the_largest_events(besieged, open_socket):
    """16 MiB within, one byte more beyond."""
    relay, key = besieged
    socket = await open_socket(relay, key, "openai-text")
    await next_of(socket, "session.created")
    event = json.dumps({"type": "conversation.item.create", "item": text_item("")})
    limit = 16 * MEBI
    event = event.replace('"text": ""', '"text": "' + "x" * (limit - len(event)) + '"')
    assert len(event) == limit
    await socket.send(event)
    async with asyncio.timeout(PATIENCE):
        told = json.loads(await socket.recv())
    assert told["error"]["code"] == "conversation_too_large"
    nested = '{"type":"conversation.item.create","item":' + '{"a":' * 100_000 + "1" + "}" * 100_001
    await socket.send(nested)
    async with asyncio.timeout(PATIENCE):
        assert json.loads(await socket.recv())["type"] == "error"
    await socket.send('{"type":"conversation.item.create","item":[' + "0," * 300_000 + "0]}")
    async with asyncio.timeout(PATIENCE):
        assert json.loads(await socket.recv())["error"]["code"] == "event_too_large"
    assert (await bare_turn(socket, "x"))["status"] == "completed"
    await socket.send(event + " ")
    _, end = await events_to_the_end(socket)
    assert end.rcvd.code == 1009


async def test_a_thousand_items(besieged):
    relay, key = besieged
    async with dial(relay, key, "openai-text") as socket:
        for number in range(1_001):
            item = text_item(str(number))
            await socket.send(json.dumps({"type": "conversation.item.create", "item": item, "event_id": f"ev{number}"}))
        seen = Counter()
        async with asyncio.timeout(PATIENCE):
            while (event := json.loads(await socket.recv()))["type"] != "error":
                seen[event["type"]] += 1
        assert seen["conversation.item.done"] == 1_000
        assert (event["error"]["code"], event["error"]["event_id"]) == ("conversation_too_long", "ev1000")
    await is_served(relay, key)


async def test_clients_that_vanish(besieged, providers, open_socket):
    """Resets at any moment: every provider is let go."""
    relay, key = besieged
    before = sum(len(provider.seen) for provider in providers.values())
    lost = sum(provider.lost for provider in providers.values())

    async def vanish(dialect: str) -> None:
        socket = await open_socket(relay, key, f"{dialect}-endless")
        await say(socket, "go")
        await next_of(socket, "response.output_text.delta")
        await asyncio.sleep(random.uniform(0, 0.2))
        raw = socket.transport.get_extra_info("socket")
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
        socket.transport.abort()

    await asyncio.gather(*(vanish(dialect) for dialect in DIALECTS for _ in range(10)))
    asked = sum(len(provider.seen) for provider in providers.values()) - before
    assert asked == 30
    await asyncio.to_thread(
        eventually, lambda: sum(p.lost for p in providers.values()) - lost >= asked, 20, "the providers are let go"
    )
    await is_served(relay, key)


HUNDRED = ("text", "tool", "long", "drips", "cut", "fails", "stalls", "nonsense", "torrent", "junk")


async def test_a_hundred_sessions(small, open_socket):
    """Several turns each, over providers that answer well and badly, beside clients that are no better."""
    relay, key = small
    await warm(relay, key)
    watch = Watch(relay)
    ended: Counter = Counter()

    async def converse(dialect: str, play: str, number: int) -> None:
        async with dial(relay, key, f"{dialect}-{play}") as socket:
            for count in range(1 if play in ("stalls", "torrent") else 3):
                response = await bare_turn(socket, f"session {number}, turn {count}")
                ended[play, response["status"]] += 1
                if play in SCENES and response["output"]:
                    text = "".join(part.get("text", "") for part in response["output"][0]["content"])
                    assert text == SCENES[play].text

    plays = [(DIALECTS[number % 3], HUNDRED[number % len(HUNDRED)], number) for number in range(100)]
    silent = [await open_socket(relay, key, "openai-torrent", sock=narrow(relay), max_queue=1) for _ in range(5)]
    for socket in silent:
        await say(socket, "go")
    began = time.monotonic()
    await asyncio.gather(*(converse(*play) for play in plays))
    print(f"{time.monotonic() - began:.1f} s: {dict(ended)}")
    for play in ("text", "tool", "long"):
        assert ended[play, "completed"] == 30
    assert ended["drips", "incomplete"] == 30
    for play, count in (("cut", 30), ("fails", 30), ("junk", 30), ("stalls", 10), ("torrent", 10)):
        assert ended[play, "failed"] == count, ended
    watch.end(256 * MEBI)

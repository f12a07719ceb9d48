"""D: permessage-deflate (RFC 7692): bombs, corrupt streams, and what idle compressed sessions weigh."""

import os
import zlib

import pytest

import frames
from frames import BINARY, COMPRESSED, CONTINUATION, PING, TEXT
from lines import Leg
from relays import KIBI, MEBI, MESSAGE_FROM_CLIENT, MESSAGE_FROM_UPSTREAM, ROOMY
from stage import SLACK, Stage
from upstream import switching

OFFER = "Sec-WebSocket-Extensions: permessage-deflate"
#: Compression on every leg, with dictionaries that live on.
EVERYWHERE = ROOMY + "compression: { clients: true, upstreams: true, context_takeover: true }\n"
TAIL = b"\x00\x00\xff\xff"


class Deflater:
    """The compressing half of a peer."""

    def __init__(self):
        self.stream = zlib.compressobj(9, zlib.DEFLATED, -15)

    def message(self, data: bytes) -> bytes:
        """RFC 7692 §7.2.1."""
        whole = self.stream.compress(data) + self.stream.flush(zlib.Z_SYNC_FLUSH)
        assert whole.endswith(TAIL)
        return whole[:-4]


def deflated(data: bytes) -> bytes:
    return Deflater().message(data)


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """About 200 KiB that inflate to 200 MiB."""
    stream, piece = zlib.compressobj(9, zlib.DEFLATED, -15), bytes(MEBI)
    return b"".join(stream.compress(piece) for _ in range(200)) + stream.flush(zlib.Z_SYNC_FLUSH)[:-4]


@pytest.fixture
def everywhere(make_stage) -> Stage:
    return make_stage(EVERYWHERE)


def compressed_session(stage: Stage, transport: str = "plain") -> tuple[Leg, Leg]:
    line = stage.dial(transport)
    line.send(stage.upgrade("plain", OFFER))
    upstream = stage.upstream.accept()
    request = upstream.request()
    offered = request["sec-websocket-extensions"]
    upstream.send(switching(request, *(["sec-websocket-extensions: permessage-deflate"] if offered else [])))
    response = line.response()
    assert response.status == 101
    assert response["sec-websocket-extensions"].startswith("permessage-deflate")
    return Leg(line, masks=True), Leg(upstream, masks=False)


def is_refused_cheaply(stage: Stage, offender: Leg, wire: bytes, code: int, limit: int) -> None:
    stage.relay.forget_peak()
    before, cpu = stage.relay.memory, stage.relay.cpu_seconds
    offender.line.send_what_goes(wire)
    assert offender.closed().code == code
    # What was inflated has gone on to the other side, whose kernel may hold it.
    assert stage.relay.peak_memory - before < limit + SLACK
    assert stage.relay.cpu_seconds - cpu < 3.0


def test_D01_bomb(stage: Stage, transport: str, bomb: bytes):
    client, _ = compressed_session(stage, transport)
    assert len(bomb) < 256 * KIBI
    is_refused_cheaply(stage, client, client.frame(BINARY, bomb, rsv=COMPRESSED), 1009, MESSAGE_FROM_CLIENT)


def test_D01_bomb_from_an_upstream(everywhere: Stage, bomb: bytes):
    client, upstream = compressed_session(everywhere)
    upstream.line.send(upstream.frame(BINARY, bomb, rsv=COMPRESSED))
    everywhere.relay.forget_peak()
    before = everywhere.relay.memory
    while (frame := client.next()).opcode != frames.CLOSE:
        pass
    assert frame.code == 1014
    assert upstream.closed().code == 1009
    assert everywhere.relay.peak_memory - before < MESSAGE_FROM_UPSTREAM + SLACK


def test_D01_a_text_of_zeros_is_no_bomb_below_the_limit(stage: Stage):
    client, upstream = compressed_session(stage)
    data = bytes(MESSAGE_FROM_CLIENT)
    client.send(BINARY, deflated(data), rsv=COMPRESSED)
    assert upstream.message() == (BINARY, data)
    client.send(BINARY, deflated(data + b"x"), rsv=COMPRESSED)
    client.is_closed_with(1009)


def test_D02_bomb_in_fragments(stage: Stage, bomb: bytes):
    client, _ = compressed_session(stage)
    pieces = [bomb[start : start + 512] for start in range(0, len(bomb), 512)]
    wire = client.frame(BINARY, pieces[0], rsv=COMPRESSED, fin=False)
    wire += b"".join(client.frame(CONTINUATION, piece, fin=False) for piece in pieces[1:])
    is_refused_cheaply(stage, client, wire, 1009, MESSAGE_FROM_CLIENT)


def test_D02_bomb_with_context_takeover(everywhere: Stage):
    """Each message is small because the one before it is the dictionary; the last one is too long."""
    client, upstream = compressed_session(everywhere)
    deflater, seed = Deflater(), os.urandom(16 * KIBI)
    client.send(BINARY, deflater.message(seed), rsv=COMPRESSED)
    assert upstream_message(upstream) == seed
    small = deflater.message(seed * 4)
    assert len(small) < 2 * KIBI
    client.send(BINARY, small, rsv=COMPRESSED)
    assert upstream_message(upstream) == seed * 4
    is_refused_cheaply(
        everywhere, client, client.frame(BINARY, deflater.message(bytes(64 * MEBI)), rsv=COMPRESSED), 1009,
        MESSAGE_FROM_CLIENT,
    )  # fmt: skip


def test_D02_small_messages_that_inflate_for_an_upstream_that_stalls(stage: Stage, transport: str):
    """Inflation goes no further than the far side takes what comes out."""
    client, upstream = compressed_session(stage, transport)
    message = client.frame(BINARY, deflated(bytes(MESSAGE_FROM_CLIENT)), rsv=COMPRESSED)
    assert len(message) < 2 * KIBI
    stage.relay.forget_peak()
    before = stage.relay.memory
    client.line.send(message * 200)
    # Give it time to do what it would do.
    stage.serves()
    assert stage.relay.peak_memory - before < SLACK
    for _ in range(200):
        opcode, data = upstream.message()
        assert len(data) == MESSAGE_FROM_CLIENT


INFLATERS: dict[int, object] = {}


def upstream_message(upstream: Leg) -> bytes:
    """A message that the relay may have compressed, its dictionary kept from message to message."""
    first = upstream.data()
    payload, last = first.payload, first
    while not last.fin:
        last = upstream.data()
        payload += last.payload
    if not first.rsv & COMPRESSED:
        return payload
    inflater = INFLATERS.setdefault(id(upstream), zlib.decompressobj(-15))
    return inflater.decompress(payload + TAIL)


CORRUPT = {
    "reserved block type": b"\x07\x00",
    "stored length wrong": b"\x00\x05\x00\x00\x00hello",
    "distance too far": b"\x03\x02\x00",
    "noise": bytes(range(255, 0, -1)),
    "text": b"this is not deflated at all, it is text",
}


@pytest.mark.parametrize("data", CORRUPT.values(), ids=CORRUPT.keys())
def test_D03_corrupt_streams(stage: Stage, data: bytes):
    client, upstream = compressed_session(stage)
    client.send(BINARY, data, rsv=COMPRESSED)
    assert client.closed().code in (1007, 1002)
    assert upstream.closed().code == 1001


def test_D03_corrupt_after_a_good_start(stage: Stage, transport: str):
    client, upstream = compressed_session(stage, transport)
    good = deflated(os.urandom(100_000))
    client.send(BINARY, good[:50_000] + b"\x07\xff" + good[50_000:60_000], rsv=COMPRESSED)
    assert client.closed().code in (1007, 1002)


def test_D03_its_state_is_freed(stage: Stage):
    for _ in range(20):
        client, _ = compressed_session(stage)
        client.send(BINARY, b"\x07\x00", rsv=COMPRESSED)
        client.closed()
        stage.leave()
    before = stage.relay.memory
    for _ in range(60):
        client, _ = compressed_session(stage)
        client.send(BINARY, b"\x07\x00", rsv=COMPRESSED)
        client.closed()
        stage.leave()
    assert stage.relay.memory - before < 4 * MEBI


def test_D04_rsv1_on_a_continuation(stage: Stage):
    client, _ = compressed_session(stage)
    data = deflated(b"hello")
    client.send(TEXT, data[:2], rsv=COMPRESSED, fin=False)
    client.send(CONTINUATION, data[2:], rsv=COMPRESSED)
    client.is_closed_with(1002)


def test_D04_rsv1_on_a_control_frame(stage: Stage):
    client, _ = compressed_session(stage)
    client.send(PING, b"hello", rsv=COMPRESSED)
    client.is_closed_with(1002)


@pytest.mark.parametrize("bad", [b"\xff", b"\xed\xa0\x80", b"good \xc0\xaf good", b"\xf0\x9f\x98"])
def test_D05_bad_utf8_inside(stage: Stage, transport: str, bad: bytes):
    client, upstream = compressed_session(stage, transport)
    client.send(TEXT, deflated(bad), rsv=COMPRESSED)
    client.is_closed_with(1007)
    assert upstream.closed().code == 1001


def test_D06_what_is_legal(stage: Stage):
    """RFC 7692 §7.2.3: an empty message, a final block, stored blocks, more than one block, uncompressed messages."""
    client, upstream = compressed_session(stage)
    stored = b"\x00\x05\x00\xfa\xffHello\x00"
    final = b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00"
    two_blocks = b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"
    for data, text in (
        (b"\x00", b""),
        (deflated(b"Hello"), b"Hello"),
        (stored, b"Hello"),
        (final, b"Hello"),
        (two_blocks, b"Hello"),
    ):
        client.send(TEXT, data, rsv=COMPRESSED)
        assert upstream.message() == (TEXT, text)
        client.send(TEXT, b"plain between")
        assert upstream.message() == (TEXT, b"plain between")
    data = deflated(b"Hello")
    client.line.send(client.frame(TEXT, b"", rsv=COMPRESSED, fin=False))
    for byte in data:
        client.line.send(client.frame(CONTINUATION, bytes([byte]), fin=False))
    client.send(CONTINUATION)
    assert upstream.message() == (TEXT, b"Hello")


ANSWERS = [
    "permessage-deflate; server_max_window_bits=99", "permessage-deflate; server_max_window_bits=7",
    "permessage-deflate; server_max_window_bits=", "permessage-deflate; client_max_window_bits=16",
    "permessage-deflate; unknown", "permessage-deflate, permessage-deflate", "permessage-bzip2", "constructor",
    "permessage-deflate; server_no_context_takeover; server_no_context_takeover", "permessage-deflate; =",
    "permessage-deflate; server_max_window_bits=99999999999999999999",
]  # fmt: skip


@pytest.mark.parametrize("answer", ["permessage-deflate", *ANSWERS])
def test_D07_answers_to_no_offer(stage: Stage, answer: str):
    line = stage.dial()
    line.send(stage.upgrade())
    upstream = stage.upstream.accept()
    request = upstream.request()
    assert request["sec-websocket-extensions"] is None
    upstream.send(switching(request, f"sec-websocket-extensions: {answer}"))
    stage.is_refused(line, 502, "bad_gateway")
    assert upstream.to_the_end() == b""


def test_D07_answers_out_of_range(everywhere: Stage):
    for answer in ANSWERS:
        line = everywhere.dial()
        line.send(everywhere.upgrade())
        upstream = everywhere.upstream.accept()
        request = upstream.request()
        assert request["sec-websocket-extensions"].startswith("permessage-deflate")
        upstream.send(switching(request, f"sec-websocket-extensions: {answer}"))
        everywhere.is_refused(line, 502, "bad_gateway")


def idle_weight(stage: Stage, count: int) -> float:
    """Resident bytes that one of so many idle compressed sessions adds, after each carried a message each way."""
    before = stage.relay.memory
    text = b'{"type":"session.update","padding":"' + b"words to be compressed, " * 120 + b'"}'
    for _ in range(count):
        client, upstream = compressed_session(stage)
        client.send(TEXT, deflated(text), rsv=COMPRESSED)
        assert upstream.message() == (TEXT, text)
        upstream.send(TEXT, text)
        first = client.data()
        assert first.rsv & COMPRESSED, "not compressed"
        while not first.fin:
            first = client.data()
    return (stage.relay.memory - before) / count


def test_D08_idle_sessions_hold_no_streams(make_stage):
    """Without context takeover a loop's streams serve all; one deflater alone would weigh 256 KiB."""
    assert idle_weight(make_stage(), 150) < 32 * KIBI


@pytest.mark.long
def test_D08_a_thousand_idle_sessions(make_stage):
    assert idle_weight(make_stage(), 1000) < 8 * KIBI

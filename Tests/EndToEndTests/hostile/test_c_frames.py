"""C: frames and messages (RFC 6455 §5 to §8). Each breach fails its own leg with its code, and ends the other one."""

import json
import struct
import time

import pytest

import frames
from frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close_payload
from lines import PATIENCE
from relays import KIBI, MEBI, MESSAGE_FROM_CLIENT, MESSAGE_FROM_UPSTREAM, ROOMY
from stage import SLACK, Stage

#: The death of one leg must end the other within a second; the rest is a slow machine's.
DEATH_SECONDS = 5
SIDES = ["client", "upstream"]


@pytest.fixture(params=SIDES)
def side(request: pytest.FixtureRequest) -> str:
    """Who breaks the protocol."""
    return request.param


def fails(stage: Stage, bad: bytes, code: int, side: str, transport: str = "plain", before: str | None = None) -> None:
    """One side sends something bad; its leg is closed with `code`, the other one is told."""
    client, upstream = stage.session(transport)
    offender, other = (client, upstream) if side == "client" else (upstream, client)
    if before is not None:
        offender.send(TEXT, before)
        assert other.message() == (TEXT, before.encode())
    offender.line.send_what_goes(bad)
    offender.is_closed_with(code)
    if side == "client":
        assert other.closed().code == 1001
    else:
        assert other.closed().code == 1014


def shaped(side: str, opcode: int, payload: bytes = b"", **options) -> bytes:
    """A frame as that side has to mask it, unless the options say otherwise."""
    return frames.frame(opcode, payload, **({"mask": side == "client"} | options))


# C1 to C8: headers


def test_C01_masking(stage: Stage, side: str, transport: str):
    fails(stage, shaped(side, TEXT, b"hello", mask=side == "upstream"), 1002, side, transport)


@pytest.mark.parametrize("rsv", [0x40, 0x20, 0x10, 0x70])
def test_C02_reserved_bits(stage: Stage, side: str, rsv: int):
    fails(stage, shaped(side, TEXT, b"hello", rsv=rsv), 1002, side)


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
def test_C02_reserved_opcodes(stage: Stage, side: str, opcode: int):
    fails(stage, shaped(side, opcode, b"hello"), 1002, side)


def test_C03_continuation_first(stage: Stage, side: str, transport: str):
    fails(stage, shaped(side, CONTINUATION, b"hello"), 1002, side, transport, before="")


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_C03_message_inside_a_message(stage: Stage, side: str, opcode: int):
    fails(stage, shaped(side, TEXT, b"one", fin=False) + shaped(side, opcode, b"two"), 1002, side)


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_C04_long_control_frames(stage: Stage, side: str, opcode: int):
    payload = close_payload(1000, b"x" * 124) if opcode == CLOSE else b"x" * 126
    fails(stage, shaped(side, opcode, payload), 1002, side)


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_C04_fragmented_control_frames(stage: Stage, side: str, opcode: int):
    fails(stage, shaped(side, opcode, b"", fin=False), 1002, side)


@pytest.mark.parametrize("length", [1 << 63, (1 << 64) - 1, (1 << 63) + 5])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_C05_lengths_with_the_top_bit(stage: Stage, side: str, transport: str, opcode: int, length: int):
    client, upstream = stage.session(transport)
    offender = client if side == "client" else upstream
    offender.line.send(shaped(side, opcode, b"", declared=length, form=64))
    assert offender.closed().code in (1002, 1009)


@pytest.mark.parametrize("excess", [(1 << 63) - 1, 1 << 62, 1 << 32, None])
def test_C06_lengths_beyond_the_limit(stage: Stage, side: str, excess: int | None):
    """Refused at the header; not a byte of the payload comes, and nothing is set aside for it."""
    limit = MESSAGE_FROM_CLIENT if side == "client" else MESSAGE_FROM_UPSTREAM
    before = stage.relay.memory
    fails(stage, shaped(side, BINARY, b"", declared=excess or limit + 1, form=64), 1009, side)
    assert stage.relay.memory - before < SLACK


def test_C06_lengths_beyond_the_limit_in_fragments(stage: Stage, side: str):
    limit = MESSAGE_FROM_CLIENT if side == "client" else MESSAGE_FROM_UPSTREAM
    bad = shaped(side, BINARY, b"x", fin=False) + shaped(side, CONTINUATION, b"", declared=limit, form=64)
    fails(stage, bad, 1009, side)


def test_C06_the_limit_itself(stage: Stage, transport: str):
    client, upstream = stage.session(transport)
    payload = bytes(range(256)) * (MESSAGE_FROM_CLIENT // 256)
    for start in range(0, len(framed := client.frame(BINARY, payload)), 1 << 18):
        client.line.send(framed[start : start + (1 << 18)])
    assert upstream.message() == (BINARY, payload)


@pytest.mark.parametrize("length, form", [(0, 16), (5, 16), (125, 16), (5, 64), (126, 64), (65535, 64)])
def test_C07_lengths_that_are_not_minimal(stage: Stage, side: str, length: int, form: int):
    fails(stage, shaped(side, BINARY, b"x" * length, form=form), 1002, side)


@pytest.mark.parametrize("payload", [b"\x03", b"x"])
def test_C08_close_of_one_byte(stage: Stage, side: str, payload: bytes):
    fails(stage, shaped(side, CLOSE, payload), 1002, side)


@pytest.mark.parametrize(
    "code", [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32768, 65535]
)  # fmt: skip
def test_C08_close_codes(stage: Stage, side: str, code: int):
    fails(stage, shaped(side, CLOSE, close_payload(code)), 1002, side)


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1011, 1014, 3000, 3999, 4000, 4999])
def test_C08_codes_that_may_travel(stage: Stage, side: str, code: int):
    client, upstream = stage.session()
    offender, other = (client, upstream) if side == "client" else (upstream, client)
    offender.send(CLOSE, close_payload(code, b"why"))
    assert offender.closed().payload[:2] == struct.pack(">H", code)
    assert other.closed().payload == close_payload(code, b"why")


# C9 to C11: UTF-8


@pytest.mark.parametrize("reason", [b"\xff", b"\xc0\x80", b"ab\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"])
def test_C09_close_reasons(stage: Stage, side: str, reason: bytes):
    fails(stage, shaped(side, CLOSE, close_payload(1000, reason)), 1007, side)


BAD_UTF8 = {
    "overlong slash": b"\xc0\xaf",
    "overlong, three bytes": b"\xe0\x80\xaf",
    "overlong, four bytes": b"\xf0\x80\x80\xaf",
    "surrogate": b"\xed\xa0\x80",
    "surrogate pair": b"\xed\xa0\xbd\xed\xb8\x80",
    "beyond U+10FFFF": b"\xf4\x90\x80\x80",
    "F5": b"\xf5\x80\x80\x80",
    "FF": b"\xff",
    "lone continuation": b"\x80",
    "truncated, then ASCII": b"\xe2\x82A",
}


@pytest.mark.parametrize("bad", BAD_UTF8.values(), ids=BAD_UTF8.keys())
def test_C10_text(stage: Stage, side: str, bad: bytes):
    fails(stage, shaped(side, TEXT, b"good " + bad + b" good"), 1007, side)


@pytest.mark.parametrize("bad", [b"\xe2", b"\xe2\x82", b"\xf0\x9f\x98"])
def test_C10_text_that_ends_in_a_character(stage: Stage, side: str, transport: str, bad: bytes):
    fails(stage, shaped(side, TEXT, b"good " + bad), 1007, side, transport)


@pytest.mark.parametrize("bad", BAD_UTF8.values(), ids=BAD_UTF8.keys())
def test_C10_refused_at_the_bad_byte(stage: Stage, bad: bytes):
    """The frame goes on and on, but its first bytes are enough."""
    client, upstream = stage.session()
    whole = client.frame(TEXT, b"good " + bad + b" ", declared=MESSAGE_FROM_CLIENT)
    client.line.drip(whole)
    assert client.closed().code == 1007
    assert upstream.closed().code == 1001


def test_C11_characters_split_everywhere(stage: Stage, side: str, transport: str):
    """Every byte in a packet, and every character over fragments, of its own."""
    client, upstream = stage.session(transport)
    sender, receiver = (client, upstream) if side == "client" else (upstream, client)
    text = "aé€😀" * 3
    data = text.encode()
    pieces = [sender.frame(TEXT, data[:1], fin=False)]
    pieces += [sender.frame(CONTINUATION, data[index : index + 1], fin=False) for index in range(1, len(data))]
    sender.line.drip(b"".join([*pieces, sender.frame(CONTINUATION)]))
    assert receiver.message() == (TEXT, data)


# C12, C13: fragments and size


@pytest.mark.parametrize("size", [0, 1])
def test_C12_too_many_fragments(stage: Stage, side: str, size: int):
    client, upstream = stage.session()
    offender = client if side == "client" else upstream
    stage.relay.forget_peak()
    before = stage.relay.memory
    piece = offender.frame(CONTINUATION, b"x" * size, fin=False, **({"key": bytes(4)} if side == "client" else {}))
    flood = offender.frame(TEXT, b"", fin=False) + piece * 200_000
    # The other end has to read, or the relay stops reading.
    other = upstream if side == "client" else client
    code, position, sent, received = None, 0, 0, bytearray()
    offender.line.sock.setblocking(False)
    other.line.sock.setblocking(False)
    deadline = time.monotonic() + 60
    while code is None and time.monotonic() < deadline:
        moved = False
        try:
            if position < len(flood):
                sent = offender.line.sock.send(flood[position : position + 65536])
                position, moved = position + sent, True
        except BlockingIOError:
            pass
        except ConnectionError:
            position = len(flood)
        try:
            piece_read = other.line.sock.recv(65536)
            moved = moved or bool(piece_read)
            received += piece_read
        except (BlockingIOError, ConnectionError):
            pass
        try:
            offender.line.buffer += offender.line.sock.recv(65536)
        except (BlockingIOError, ConnectionError):
            pass
        while found := frames.parse(offender.line.buffer):
            del offender.line.buffer[: found[1]]
            if found[0].opcode == CLOSE:
                code = found[0].code
        if not moved:
            time.sleep(0.001)
    assert code == 1009
    assert stage.relay.peak_memory - before < 32 * MEBI


def test_C12_as_many_fragments_as_there_may_be(make_stage):
    stage = make_stage(ROOMY + "  fragments: 1000\n")
    client, upstream = stage.session()
    pieces = [client.frame(BINARY, b"x", fin=False), *[client.frame(CONTINUATION, b"x", fin=False)] * 998]
    client.line.send(b"".join(pieces) + client.frame(CONTINUATION, b"x"))
    assert upstream.message() == (BINARY, b"x" * 1000)
    client.line.send(b"".join(pieces) + client.frame(CONTINUATION, b"x", fin=False) + client.frame(CONTINUATION, b"x"))
    client.is_closed_with(1009)


def test_C13_endless_message(stage: Stage, side: str):
    """Its bytes go on as they come, until there are too many; the other side never sees a message's end."""
    client, upstream = stage.session()
    offender, other = (client, upstream) if side == "client" else (upstream, client)
    limit = MESSAGE_FROM_CLIENT if side == "client" else MESSAGE_FROM_UPSTREAM
    stage.relay.forget_peak()
    before = stage.relay.memory
    offender.send(BINARY, b"", fin=False)
    total = 0
    for _ in range(limit // 32768):
        offender.send(CONTINUATION, b"x" * 32768, fin=False)
        while total < 32768:
            frame = other.data()
            assert frame.opcode in (BINARY, CONTINUATION) and not frame.fin
            total += len(frame.payload)
        total -= 32768
    offender.send(CONTINUATION, b"x", fin=False)
    offender.is_closed_with(1009)
    assert other.closed().code == (1001 if side == "client" else 1014)
    assert stage.relay.peak_memory - before < SLACK


def test_C13_message_that_takes_too_long(hurried: Stage, side: str):
    """A bit of it with every ping keeps the connection alive, but not for ever."""
    client, upstream = hurried.session()
    offender, other = (client, upstream) if side == "client" else (upstream, client)
    offender.send(BINARY, b"x", fin=False)
    while (came := offender.next()).opcode == PING:
        offender.send(PONG, came.payload)
        offender.send(CONTINUATION, b"x", fin=False)
        while (came := other.next()).opcode != PING:
            assert came.opcode in (BINARY, CONTINUATION) and not came.fin
        other.send(PONG, came.payload)
    assert (came.opcode, came.code) == (CLOSE, 1008)
    assert other.closed().code == (1001 if side == "client" else 1014)


# C14 to C16: control frames


def test_C14_pings_to_a_relay_whose_pongs_nobody_reads(stage: Stage, side: str, transport: str):
    """At most a few pongs wait; then the pings do, in the sender's own kernel."""
    stage.relay.forget_peak()
    before = stage.relay.memory
    client, upstream = stage.session(transport, "plain" if transport == "plain" else "secure", receive_buffer=4096)
    offender = client if side == "client" else upstream
    flood = b"".join(offender.frame(PING, struct.pack(">I", index) + b"p" * 121) for index in range(20_000))
    offender.line.sock.settimeout(3)
    sent = 0
    try:
        while sent < len(flood):
            sent += offender.line.sock.send(flood[sent : sent + 65536])
    except TimeoutError:
        pass
    offender.line.sock.settimeout(PATIENCE)
    assert stage.relay.peak_memory - before < SLACK
    # Everything is answered once somebody reads, in order, and the session is as good as before.
    size = len(shaped(side, PING, b"x" * 125))
    answered = 0
    while answered < sent // size:
        frame = offender.next()
        if frame.opcode == PONG:
            assert struct.unpack(">I", frame.payload[:4])[0] == answered
            answered += 1
    offender.line.send_what_goes(flood[sent : -(-sent // size) * size])
    offender.send(TEXT, "still here")
    assert (upstream if side == "client" else client).message() == (TEXT, b"still here")


def test_C15_unsolicited_pongs(stage: Stage, side: str):
    client, upstream = stage.session()
    offender, other = (client, upstream) if side == "client" else (upstream, client)
    flood = offender.frame(PONG, b"nobody asked") * 5_000
    for _ in range(10):
        assert offender.line.send_what_goes(flood) == len(flood)
        began = time.monotonic()
        stage.serves()
        assert time.monotonic() - began < DEATH_SECONDS
    offender.send(TEXT, "after them")
    assert other.message() == (TEXT, b"after them")


def test_C16_after_close(stage: Stage, side: str, transport: str):
    client, upstream = stage.session(transport)
    offender, other = (client, upstream) if side == "client" else (upstream, client)
    offender.line.send(
        offender.frame(CLOSE, close_payload(1000, b"bye"))
        + offender.frame(TEXT, "too late")
        + offender.frame(PING, "too late")
        + offender.frame(CLOSE, close_payload(4000, b"again"))
    )
    first = offender.next()
    assert (first.opcode, first.code) == (CLOSE, 1000)
    assert offender.line.to_the_end() == b"", "more than one Close, or an answer to what came after it"
    passed = other.next()
    assert (passed.opcode, passed.payload) == (CLOSE, close_payload(1000, b"bye"))


def test_C17_our_close_is_never_answered(hurried: Stage, side: str, transport: str):
    """The connection is cut after the close timeout."""
    client, upstream = hurried.session(transport)
    closer, mute = (client, upstream) if side == "client" else (upstream, client)
    closer.close(4001, b"over")
    assert mute.closed().code == 4001
    began = time.monotonic()
    assert mute.line.to_the_end() == b""
    assert time.monotonic() - began < PATIENCE / 2


def test_C17_close_while_the_other_side_takes_nothing(hurried: Stage, side: str):
    """The Close cannot even be sent; the connection is cut all the same."""
    client, upstream = hurried.session(receive_buffer=4096)
    closer, mute = (client, upstream) if side == "client" else (upstream, client)
    closer.line.send_what_goes(closer.frame(BINARY, b"x" * 60_000) * 20, 0.1)
    closer.line.send_what_goes(closer.frame(CLOSE, close_payload(1000)), 0.1)
    # The stalled side is given up after its time, and with it the other one.
    closer.line.to_the_end()
    while mute.line.more():
        pass


# C18 to C20, C25: dead, silent and slow peers


def test_C18_last_words(stage: Stage, side: str, transport: str):
    """What was said before the connection ended arrives, whatever follows it in the same packet."""
    client, upstream = stage.session(transport)
    offender, other = (client, upstream) if side == "client" else (upstream, client)
    offender.line.send(offender.frame(TEXT, "last words") + offender.frame(BINARY, b"x" * 100_000))
    offender.line.close()
    assert other.message() == (TEXT, b"last words")
    assert other.message() == (BINARY, b"x" * 100_000)
    assert other.closed().code == (1001 if side == "client" else 1014)


@pytest.mark.parametrize("end", ["FIN", "RST"])
@pytest.mark.parametrize("model", ["plain", "secure"])
def test_C18_gone_in_the_middle_of_a_frame(stage: Stage, side: str, end: str, model: str):
    client, upstream = stage.session("plain", model)
    offender, other = (client, upstream) if side == "client" else (upstream, client)
    offender.send(TEXT, "whole")
    assert other.message() == (TEXT, b"whole")
    offender.line.send(offender.frame(BINARY, b"x" * 1000)[:500])
    cause = {"cause": "client_lost", "close_code": "1006"} if side == "client" else {"cause": "upstream_lost"}
    with stage.relay.tells("session ended", **cause):
        began = time.monotonic()
        if end == "FIN":
            offender.line.close_raw()
        else:
            offender.line.reset()
        assert other.closed().code == (1001 if side == "client" else 1014)
        assert time.monotonic() - began < DEATH_SECONDS


def test_C18_gone_in_the_middle_of_a_long_frame(stage: Stage, side: str):
    """The first half of the frame has gone on already."""
    client, upstream = stage.session()
    offender, other = (client, upstream) if side == "client" else (upstream, client)
    offender.line.send(offender.frame(BINARY, b"x" * 300_000)[:200_000])
    received = 0
    while received < 150_000:
        received += len(other.data().payload)
    offender.line.reset()
    assert other.closed().code == (1001 if side == "client" else 1014)


def test_C19_dead_peer(hurried: Stage, side: str):
    """It says nothing, not even pongs; after two intervals it is cut and the other side is told."""
    client, upstream = hurried.session()
    dead, other = (client, upstream) if side == "client" else (upstream, client)
    began = time.monotonic()
    while (frame := other.next()).opcode != CLOSE:
        if frame.opcode == PING:
            other.send(PONG, frame.payload)
    assert frame.code == (1001 if side == "client" else 1014)
    assert time.monotonic() - began < PATIENCE
    while dead.line.more():
        pass


@pytest.mark.parametrize("model", ["plain", "secure"])
def test_C20_flood_to_a_stalled_client(hurried: Stage, transport: str, model: str):
    """The upstream is read no further than the buffers go; then the client is cut, for which the code is 1008."""
    client, upstream = hurried.session(transport, model, receive_buffer=4096)
    frame = upstream.frame(BINARY, b"x" * 60_000)
    hurried.cuts_who_takes_nothing(upstream, client, frame, cause="client_stalled", close_code="1008")


def stalled_weight(stage: Stage, count: int, transport: str, model: str) -> float:
    """Resident bytes that one client of many costs that reads nothing of what its upstream sends without an end."""
    sessions = [stage.session(transport, model, receive_buffer=4096) for _ in range(count)]
    stage.relay.forget_peak()
    before = stage.relay.memory
    for _, upstream in sessions:
        upstream.line.send_what_goes(upstream.frame(BINARY, b"x" * 60_000) * 200, 0.02)
    return (stage.relay.peak_memory - before) / count


@pytest.mark.parametrize("transport, model", [("plain", "plain"), ("tls", "secure")])
def test_C20_many_stalled_clients(stage: Stage, transport: str, model: str):
    """Each holds what one read brought, and no more."""
    assert stalled_weight(stage, 60, transport, model) < 320 * KIBI


@pytest.mark.long
def test_C20_a_thousand_stalled_clients(make_stage):
    assert stalled_weight(make_stage(), 1000, "plain", "plain") < 200 * KIBI


@pytest.mark.parametrize("model", ["plain", "secure"])
def test_C20_flood_to_a_stalled_upstream(hurried: Stage, transport: str, model: str):
    client, upstream = hurried.session(transport, model)
    hurried.cuts_who_takes_nothing(client, upstream, client.frame(BINARY, b"x" * 60_000), cause="upstream_lost")


def test_C20_the_other_direction_goes_on(hurried: Stage):
    """A client that reads nothing still speaks, until it is cut; its pings wait only for what is before them."""
    client, upstream = hurried.session(receive_buffer=4096)
    upstream.line.send_what_goes(upstream.frame(BINARY, b"x" * 60_000) * 300, 0.1)
    client.send(TEXT, "can you hear me")
    assert upstream.message() == (TEXT, b"can you hear me")


def test_C21_tiny_messages_as_fast_as_possible(stage: Stage, side: str):
    client, upstream = stage.session()
    offender, other = (client, upstream) if side == "client" else (upstream, client)
    count, done = 200_000, 0
    flood = offender.frame(TEXT, b"x", **({"key": bytes(4)} if side == "client" else {})) * 10_000
    stage.relay.forget_peak()
    before = stage.relay.memory
    slowest = 0.0
    size = len(shaped("upstream" if side == "client" else "client", TEXT, b"x", mask=side == "client"))
    for _ in range(count // 10_000):
        offender.line.send(flood)
        began = time.monotonic()
        done += 10_000
        if done % 50_000 == 0:
            stage.serves()
            slowest = max(slowest, time.monotonic() - began)
        other.line.exactly(size * 10_000)
    assert slowest < DEATH_SECONDS
    assert stage.relay.peak_memory - before < SLACK


@pytest.mark.parametrize("reason", [b"x" * 123, "€".encode() * 41, b"", "é".encode() * 61])
def test_C22_long_reasons_travel_whole(stage: Stage, reason: bytes):
    client, upstream = stage.session()
    upstream.close(4002, reason)
    assert client.closed().payload == close_payload(4002, reason)


def test_C22_a_close_without_a_code(stage: Stage, side: str):
    """1005 is what that is called; it may not be sent."""
    client, upstream = stage.session()
    offender, other = (client, upstream) if side == "client" else (upstream, client)
    offender.close(None)
    assert other.closed().payload == b""
    assert offender.closed().payload == b""


@pytest.mark.parametrize("code", [1005, 1006, 1015])
def test_C22_codes_that_may_not_be_sent(stage: Stage, code: int):
    client, upstream = stage.session()
    upstream.send(CLOSE, close_payload(code, b"x" * 123))
    error = client.event()["error"]
    assert error["code"] == "bad_gateway"
    assert client.closed().code == 1014


def test_C23_masking_keys(stage: Stage):
    client, upstream = stage.session()
    client.line.send(b"".join(client.frame(TEXT, b"x", key=bytes(4)) for _ in range(5_000)))
    keys = [upstream.next().key for _ in range(5_000)]
    assert None not in keys
    # Among 5,000 random keys two are alike with a chance of 0.3 %, three almost never.
    assert len(set(keys)) > 4_990
    ones = sum(bin(int.from_bytes(key, "big")).count("1") for key in keys)
    assert abs(ones - 5_000 * 16) < 2_000


@pytest.mark.parametrize("code, reason", [(4003, b""), (4003, b"short"), (1000, b"x" * 60)])
def test_C24_bytes_of_our_close_frames(stage: Stage, side: str, code: int, reason: bytes):
    """Nothing in them but the code and the reason."""
    client, upstream = stage.session()
    offender, other = (client, upstream) if side == "client" else (upstream, client)
    offender.close(code, reason)
    assert other.closed().payload == close_payload(code, reason)
    assert not other.line.buffer
    answer = offender.closed().payload
    assert answer[:2] == struct.pack(">H", code)
    assert answer[2:] in (b"", reason)


def test_C24_bytes_of_a_failing_close(stage: Stage):
    client, _ = stage.session()
    client.send(TEXT, b"\xff")
    payload = client.closed().payload
    assert payload[:2] == struct.pack(">H", 1007)
    assert payload[2:].decode().isprintable()


def test_C25_silent_session(hurried: Stage):
    """It answers pings and says nothing else."""
    client, upstream = hurried.session()
    with hurried.relay.tells("session ended", cause="session_idle"):
        seen = {}
        deadline = time.monotonic() + PATIENCE
        while len(seen) < 2 and time.monotonic() < deadline:
            for leg in (client, upstream):
                if leg in seen:
                    continue
                try:
                    if not leg.line.buffer:
                        leg.line.more(0.05)
                except TimeoutError:
                    continue
                while found := frames.parse(leg.line.buffer):
                    del leg.line.buffer[: found[1]]
                    if found[0].opcode == PING:
                        leg.send(PONG, found[0].payload)
                    elif found[0].opcode == TEXT:
                        assert json.loads(found[0].payload)["type"] == "error"
                    elif found[0].opcode == CLOSE:
                        seen[leg] = found[0].code
        assert seen == {client: 1001, upstream: 1001}

"""I: sessions in which a translator stands between the peers. They are as hard to harm as those whose bytes pass as they are."""

import json

import pytest

import frames
from frames import BINARY, CONTINUATION, PING, TEXT
from lines import Leg
from relays import HURRIED, KIBI, MEBI, MESSAGE_FROM_CLIENT, MESSAGE_FROM_UPSTREAM
from stage import SLACK, Stage
from upstream import answer_handshake

MANNERS = ["beta upstream", "beta client", "compact"]


@pytest.fixture(params=MANNERS)
def manner(request: pytest.FixtureRequest) -> str:
    return request.param


def translated(stage: Stage, manner: str, **options) -> tuple[Leg, Leg]:
    """A session with a translator, in which an answer is being said."""
    if manner == "beta upstream":
        return stage.session("plain", "beta", **options)
    if manner == "beta client":
        return stage.session("plain", "plain", "OpenAI-Beta: realtime=v1", **options)
    line = stage.dial(**options)
    line.send(stage.upgrade(None))
    assert line.response().status == 101
    client = Leg(line, masks=True)
    client.send(TEXT, json.dumps({"type": "session.update", "session": {"model": "plain"}}))
    upstream = answer_handshake(stage.upstream.accept_for("plain"))
    upstream.send(TEXT, json.dumps({"type": "session.created", "session": {}}))
    assert upstream.event()["type"] == "session.update"
    assert client.event()["type"] == "conversation.created"
    client.send(TEXT, json.dumps({"type": "message", "message": "hello"}))
    assert [upstream.event()["type"] for _ in range(2)] == ["conversation.item.create", "response.create"]
    upstream.send(TEXT, json.dumps({"type": "response.created", "response": {"id": "r"}}))
    assert client.event()["type"] == "message.created"
    return client, upstream


def told(manner: str, size: int = 60_000) -> str:
    """What an upstream says most of the time."""
    ids = {"response_id": "r", "item_id": "i", "output_index": 0, "content_index": 0}
    type = {
        "beta upstream": "response.audio.delta", "beta client": "response.output_audio.delta",
        "compact": "response.output_text.delta",
    }[manner]  # fmt: skip
    return json.dumps({"type": type} | ids | {"delta": "A" * size})


def said(size: int = 60_000) -> str:
    """What a client says most of the time."""
    return json.dumps({"type": "input_audio_buffer.append", "audio": "A" * size})


def settle(upstream: Leg) -> None:
    """Plays the end of the answer whose client left: for what it cost the upstream is held a while."""
    while type_of(upstream.message()[1]) != "response.cancel":
        pass
    upstream.send(TEXT, json.dumps({"type": "response.done", "response": {"id": "r", "status": "cancelled"}}))


def test_I01_flood_to_a_stalled_client(hurried: Stage, manner: str):
    client, upstream = translated(hurried, manner, receive_buffer=4096)
    frame = upstream.frame(TEXT, told(manner))
    hurried.cuts_who_takes_nothing(upstream, client, frame, cause="client_stalled", close_code="1008")


def test_I02_a_hundred_stalled_clients(stage: Stage, manner: str):
    """Each holds an event or two, and of the compact vocabulary the text that its end repeats."""
    sessions = [translated(stage, manner, receive_buffer=4096) for _ in range(100)]
    stage.relay.forget_peak()
    before = stage.relay.memory
    for _, upstream in sessions:
        upstream.line.send_what_goes(upstream.frame(TEXT, told(manner)) * 200, 0.02)
    assert (stage.relay.peak_memory - before) / len(sessions) < (1600 if manner == "compact" else 640) * KIBI


@pytest.mark.parametrize("manner", ["beta upstream", "beta client"])
def test_I03_flood_to_a_stalled_upstream(hurried: Stage, manner: str):
    client, upstream = translated(hurried, manner)
    hurried.cuts_who_takes_nothing(client, upstream, client.frame(TEXT, said()), cause="upstream_lost")


def test_I04_answers_that_nobody_reads(make_stage):
    """A client whose every message is refused, and which reads no refusal, is read no further."""
    stage: Stage = make_stage(HURRIED, loops=1)
    for is_warm in (False, True):
        client, _ = translated(stage, "compact", receive_buffer=4096)
        stage.relay.forget_peak()
        before = stage.relay.memory
        flood = client.frame(TEXT, '{"type":"nonsense"}') * 1_000_000
        sent = client.line.send_what_goes(flood, 2)
        assert sent < len(flood), "a million refusals were kept for somebody who reads none"
        # What a loop takes for the first such flood it keeps for the next.
        assert not is_warm or stage.relay.peak_memory - before < SLACK


@pytest.mark.parametrize(
    "nonsense",
    [
        b"", b"\x00", b"{", b"[]", b'{"type":1}', b'{"type":"session.update","session":[]}', b"{" * 70_000,
        b'{"type":"session.created","session":' + b'{"a":' * 500 + b"1" + b"}" * 500 + b"}",
        b'{"type":"response.done","response":{"output":[' + b"{}," * 50_000 + b"{}]}}",
        b'{"type":"conversation.item.created","item":{"id":"' + b"i" * 100_000 + b'","status":"in_progress"}}',
        b'{"type":"error","error":{"param":"\\ud800"}}',
        b'{"type":"response.output_text.delta","response_id":"r","item_id":7,"content_index":1e400,"delta":{}}',
    ],
)  # fmt: skip
def test_I05_nonsense(stage: Stage, manner: str, nonsense: bytes):
    """Whatever becomes of it, the session goes on."""
    client, upstream = translated(stage, manner)
    for opcode in (TEXT, BINARY):
        upstream.send(opcode, nonsense)
    if manner == "compact":
        # The nonsense may have ended the answer.
        upstream.send(TEXT, json.dumps({"type": "response.created", "response": {"id": "r"}}))
    upstream.send(TEXT, told(manner, 4))
    while not type_of(client.message()[1]).endswith("delta"):
        pass
    if manner != "compact":
        client.send(TEXT, nonsense if is_json(nonsense) else b'{"type":"unknown"}')
    client.send(TEXT, json.dumps({"type": "response.cancel"}))
    while type_of(upstream.message()[1]) != "response.cancel":
        pass


def type_of(text: bytes) -> str:
    return str(json.loads(text).get("type")) if is_json(text) else ""


def is_json(text: bytes) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def test_I06_messages_beyond_the_limits(stage: Stage, manner: str):
    client, upstream = translated(stage, manner)
    upstream.line.send_what_goes(frames.frame(TEXT, b"", mask=False, declared=MESSAGE_FROM_UPSTREAM + 1, form=64))
    upstream.is_closed_with(1009)
    assert client.closed().code == 1014
    client, upstream = translated(stage, manner)
    begun = frames.frame(TEXT, b"{", fin=False, mask=True)
    client.line.send_what_goes(
        begun + frames.frame(CONTINUATION, b"", mask=True, declared=MESSAGE_FROM_CLIENT, form=64)
    )
    client.is_closed_with(1009)
    if manner == "compact":
        settle(upstream)
    assert upstream.closed().code == 1001


def test_I07_events_in_pieces(stage: Stage, manner: str):
    """An event over many fragments, with pings between them, is one event."""
    client, upstream = translated(stage, manner)
    event = told(manner, 1_000).encode()
    pieces = [event[start : start + 100] for start in range(0, len(event), 100)]
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        upstream.send(CONTINUATION if number else TEXT, piece, fin=last)
        if not last:
            upstream.send(PING, b"still here")
    while "A" * 1_000 not in (text := client.message()[1].decode()):
        pass
    assert json.loads(text)["type"] in ("response.output_audio.delta", "response.audio.delta", "content.delta")


@pytest.mark.parametrize("side", ["client", "upstream"])
@pytest.mark.parametrize("end", ["close", "reset"])
def test_I08_gone_in_the_middle_of_an_event(stage: Stage, manner: str, side: str, end: str):
    client, upstream = translated(stage, manner)
    leaver, other = (client, upstream) if side == "client" else (upstream, client)
    leaver.send(TEXT, b'{"type":"half', fin=False)
    leaver.line.reset() if end == "reset" else leaver.line.close()
    if manner == "compact" and side == "client":
        settle(upstream)
    assert other.closed().code in (1001, 1014)


def test_I09_large_events(stage: Stage, manner: str):
    """As large as they may be, both ways."""
    client, upstream = translated(stage, manner)
    upstream.send(TEXT, told(manner, 3 * MEBI))
    while len(text := client.message()[1]) < 3 * MEBI:
        pass
    assert is_json(text)
    if manner == "compact":
        return
    client.send(TEXT, said(MESSAGE_FROM_CLIENT - 1_000))
    assert len(upstream.message()[1]) > MESSAGE_FROM_CLIENT - 1_000

"""B: the opening handshake (RFC 6455 §4). What can be refused is refused before the 101 and without a dial."""

import base64
import json
import time

import pytest

from frames import TEXT
from lines import Leg
from processes import Key
from relays import ORIGIN
from stage import Stage
from upstream import answer_handshake, answered, switching

KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
PROMPT_SECONDS = 5


@pytest.fixture(scope="module")
def revoked(roomy_stage: Stage) -> Key:
    key = roomy_stage.relay.create_key(name="revoked")
    roomy_stage.relay.revoke(key)
    return key


@pytest.mark.parametrize(
    "fields",
    [
        [],
        ["Sec-WebSocket-Key:"],
        ["Sec-WebSocket-Key: c2hvcnQ="],
        ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ"],
        ["Sec-WebSocket-Key: " + base64.b64encode(bytes(17)).decode()],
        ["Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!=="],
        [KEY, KEY],
        [KEY, "Sec-WebSocket-Key: " + base64.b64encode(bytes(16)).decode()],
        [KEY + ", " + "dGhlIHNhbXBsZSBub25jZQ=="],
    ],
)
def test_B01_key(stage: Stage, transport: str, fields: list[str]):
    stage.refused(stage.upgrade("plain", *fields, without=("sec-websocket-key",)), 400, transport=transport)
    assert stage.upstream.was_not_dialled()


@pytest.mark.parametrize(
    "version", [None, "12", "8", "0", "14", "13, 8", "013", "13.0", "", "x", "99999999999999999999"]
)
def test_B02_version(stage: Stage, version: str | None):
    fields = [] if version is None else [f"Sec-WebSocket-Version: {version}"]
    response = stage.refused(stage.upgrade("plain", *fields, without=("sec-websocket-version",)), 426)
    assert response["sec-websocket-version"] == "13"
    assert stage.upstream.was_not_dialled()


def test_B03_post(stage: Stage):
    response = stage.refused(stage.upgrade(start="POST /v1/realtime?model=plain HTTP/1.1"), 405)
    assert response["allow"] == "GET"


def test_B03_http_1_0(stage: Stage):
    stage.refused(stage.upgrade(start="GET /v1/realtime?model=plain HTTP/1.0"), 400)


@pytest.mark.parametrize("fields", [[], ["Connection: keep-alive"], ["Connection: upgraded"]])
def test_B04_connection(stage: Stage, fields: list[str]):
    response = stage.ask(stage.upgrade("plain", *fields, without=("connection",)))
    assert response.status == 426
    assert response.error["code"] == "upgrade_required"
    assert response["upgrade"] == "websocket"
    assert stage.upstream.was_not_dialled()


@pytest.mark.parametrize("protocol", ["h2c", "TLS/1.0", "websocket2", "", "webso\u00e7ket"])
def test_B05_other_protocols(stage: Stage, protocol: str):
    """No tunnel, and what follows is not read as anything."""
    request = stage.upgrade("plain", f"Upgrade: {protocol}", without=("upgrade",))
    stage.refused(request + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 426)
    assert stage.upstream.was_not_dialled()


def test_B05_upgrade_of_another_path(stage: Stage):
    response = stage.ask(stage.upgrade(start="GET /healthz HTTP/1.1"))
    assert response.status == 200
    assert response["upgrade"] is None


@pytest.mark.parametrize(
    "fields, body", [(["Content-Length: 5"], "hello"), (["Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n")]
)
def test_B06_bodies(stage: Stage, transport: str, fields: list[str], body: str):
    stage.refused(stage.upgrade("plain", *fields) + body, 400, "unexpected_body", transport)
    assert stage.upstream.was_not_dialled()


def glued(stage: Stage) -> bytes:
    return b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" + Leg(None, masks=True).frame(TEXT, "hello")


def test_B07_bytes_behind_a_refused_handshake(stage: Stage, transport: str):
    stage.refused(stage.upgrade(key="sk-lw-wrong").encode() + glued(stage), 401, "invalid_api_key", transport)


def test_B07_bytes_behind_a_handshake_that_the_upstream_refuses(stage: Stage):
    line = stage.dial()
    line.send(stage.upgrade().encode() + glued(stage))
    upstream = stage.upstream.accept()
    assert upstream.head().target.startswith("/v1/realtime")
    upstream.send(answered("503 Service Unavailable", b"{}"))
    stage.is_refused(line, 503)
    assert upstream.to_the_end() == b"", "the bytes went upstream"


@pytest.mark.parametrize("model", ["plain", "secure"])
def test_B08_frames_behind_the_handshake(stage: Stage, transport: str, model: str):
    """Each is parsed once, whenever it came."""
    line = stage.dial(transport)
    client = Leg(line, masks=True)
    frames = [client.frame(TEXT, f"message {index}") for index in range(50)]
    line.send(stage.upgrade(model).encode() + b"".join(frames[:30]) + frames[30][:3])
    upstream = stage.upstream.accept_for(model)
    request = upstream.head()
    line.send(frames[30][3:] + b"".join(frames[31:40]))
    assert upstream.is_quiet(0.05), "data went upstream before its 101"
    assert not upstream.buffer
    upstream.send(switching(request))
    line.send(b"".join(frames[40:]))
    leg = Leg(upstream, masks=False)
    assert [leg.message()[1].decode() for _ in range(50)] == [f"message {index}" for index in range(50)]
    assert line.response().status == 101


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "https://app.example.com.evil.example",
        "http://app.example.com",
        "",
        "https://app.example.com:444",
        "https://APP.example.com/",
    ],
)
def test_B09_origins(hurried: Stage, origin: str):
    hurried.refused(hurried.upgrade("plain", f"Origin: {origin}"), 403, "origin_not_allowed")
    assert hurried.upstream.was_not_dialled()


def test_B09_two_origins(hurried: Stage):
    response = hurried.ask(hurried.upgrade("plain", f"Origin: {ORIGIN}", "Origin: https://evil.example"))
    assert response.status in (400, 403)
    assert hurried.upstream.was_not_dialled()


def test_B09_a_foreign_page_is_told_in_the_session(hurried: Stage):
    fields = (
        "Origin: https://evil.example",
        f"Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.{hurried.key}",
    )
    line = hurried.dial()
    line.send(hurried.upgrade("plain", *fields, key=None))
    response = line.response()
    assert response.status == 101 and hurried.key not in response.text
    client = Leg(line, masks=True)
    assert client.event()["error"]["code"] == "origin_not_allowed"
    assert client.closed().code == 3003
    assert hurried.upstream.was_not_dialled()


def test_B09_the_allowed_origin(hurried: Stage):
    hurried.session("plain", "plain", f"Origin: {ORIGIN}")


def test_B10_credential_as_the_only_subprotocol(stage: Stage, transport: str):
    key = stage.relay.create_key(name="only subprotocol").text
    line = stage.dial(transport)
    line.send(stage.upgrade("plain", f"Sec-WebSocket-Protocol: openai-insecure-api-key.{key}", key=None))
    upstream = stage.upstream.accept()
    request = upstream.request()
    assert key not in request.text
    assert "openai-insecure-api-key" not in request.text
    upstream.send(switching(request))
    response = line.response()
    assert response.status == 101
    assert key not in response.text
    assert not response.values("sec-websocket-protocol")
    client = Leg(line, masks=True)
    client.close()
    client.closed()
    assert key not in stage.relay.output


@pytest.mark.parametrize(
    "value",
    [
        ", ".join(f"p{index}" for index in range(9000)),
        "a," * 20_000,
        "," * 40_000,
        " " * 40_000 + "a",
        "a" + " " * 40_000 + "b",
        "\t," * 20_000,
    ],
    ids=["many", "one many times", "commas", "blanks before", "blanks between", "tabs"],
)
def test_B11_long_subprotocol_lists(stage: Stage, value: str):
    before = stage.relay.cpu_seconds
    response = stage.refused(stage.upgrade("plain", f"Sec-WebSocket-Protocol: {value}"), 431)
    assert response.error["code"] == "head_too_large"
    assert stage.relay.cpu_seconds - before < 1.0


@pytest.mark.parametrize(
    "value",
    ["a," * 7000, "," * 14_000 + "a", "a" + " " * 14_000 + "b", "\t," * 7000, "a;b", "a b", "ä", "a,a", '"a"', "a/b"],
)
def test_B11_odd_subprotocol_lists(stage: Stage, value: str):
    before = stage.relay.cpu_seconds
    line = stage.dial()
    line.send(stage.upgrade("plain", f"Sec-WebSocket-Protocol: {value}".encode().decode("latin-1")))
    stage.is_refused(line, 400)
    assert stage.relay.cpu_seconds - before < 1.0


def test_B11_blanks_and_empty_elements_are_legal(stage: Stage):
    key = f"openai-insecure-api-key.{stage.key}"
    line = stage.dial()
    line.send(stage.upgrade("plain", f"Sec-WebSocket-Protocol: ,\t realtime \t,,\t{key}  ,", key=None))
    answer_handshake(stage.upstream.accept())
    assert line.response()["sec-websocket-protocol"] == "realtime"


@pytest.mark.parametrize(
    "offer",
    [
        "constructor", "__proto__", "permessage-deflate; constructor", "permessage-deflate; server_max_window_bits=99",
        "permessage-deflate; server_max_window_bits=7", "permessage-deflate; server_max_window_bits=",
        "permessage-deflate; server_max_window_bits", "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=08", 'permessage-deflate; client_max_window_bits="',
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; server_max_window_bits=10; server_max_window_bits=12",
        "permessage-deflate; server_no_context_takeover=1", "permessage-deflate; =", "permessage-deflate; ;;",
        "permessage-deflat", "x-webkit-deflate-frame", "permessage-deflate=1", ";", ",,,",
        "permessage-deflate; a" * 500,
        "permessage-deflate; server_max_window_bits=-9",
        "permessage-deflate; server_max_window_bits=9223372036854775808",
    ],
)  # fmt: skip
def test_B12_extension_offers(stage: Stage, offer: str):
    """Declined, not failed: the session is a plain one."""
    line = stage.dial()
    line.send(stage.upgrade("plain", f"Sec-WebSocket-Extensions: {offer}"))
    upstream = answer_handshake(stage.upstream.accept())
    response = line.response()
    assert response.status == 101
    assert not response.values("sec-websocket-extensions")
    client = Leg(line, masks=True)
    client.send(TEXT, "plain")
    assert upstream.message() == (TEXT, b"plain")


@pytest.mark.parametrize("kind", ["missing", "wrong", "revoked"])
def test_B13_keys(stage: Stage, transport: str, kind: str, revoked: Key):
    key = {"missing": None, "wrong": "sk-lw-wrong", "revoked": revoked.text}[kind]
    code = {"missing": "authentication_failed", "wrong": "invalid_api_key", "revoked": "api_key_revoked"}[kind]
    response = stage.refused(stage.upgrade(key=key), 401, code, transport)
    assert response["www-authenticate"] == "Bearer"
    assert key is None or key.encode() not in response.body
    assert stage.upstream.was_not_dialled()


def test_B14_header_and_query_differ(stage: Stage, transport: str):
    stage.refused(stage.upgrade(query="&key=sk-lw-other"), 400, "conflicting_credentials", transport)
    assert stage.upstream.was_not_dialled()


def test_B14_two_headers(stage: Stage):
    stage.refused(stage.upgrade("plain", "X-Api-Key: sk-lw-other"), 400, "conflicting_credentials")
    stage.refused(stage.upgrade("plain", "Authorization: Bearer sk-lw-other"), 400)
    assert stage.upstream.was_not_dialled()


def test_B15_dial_fails(stage: Stage):
    stage.refused(stage.upgrade("closed"), 502, "bad_gateway")


def test_B15_dial_stalls(stage: Stage):
    stage.refused(stage.upgrade("black-hole"), 504, "gateway_timeout")


@pytest.mark.parametrize("model", ["plain", "secure"])
def test_B15_answer_stalls(hurried: Stage, model: str):
    line = hurried.dial()
    line.send(hurried.upgrade(model))
    upstream = hurried.upstream.accept_for(model)
    upstream.head()
    hurried.is_refused(line, 504, "gateway_timeout")
    assert upstream.to_the_end() == b""


@pytest.mark.parametrize(
    "status, expected, code",
    [("401 Unauthorized", 502, "upstream_auth_error"), ("429 Too Many Requests", 429, "rate_limit_exceeded")],
)
def test_B15_upstream_refuses(stage: Stage, status: str, expected: int, code: str):
    body = json.dumps({"error": {"message": "no", "type": None, "param": None, "code": None}}).encode()
    line = stage.dial()
    line.send(stage.upgrade())
    upstream = stage.upstream.accept()
    upstream.head()
    upstream.send(answered(status, body, "content-type: application/json", "retry-after: 7"))
    response = line.response()
    assert response.status == expected, response.body
    if expected == 429:
        assert response["retry-after"] == "7"
    else:
        assert response.error["code"] == code
    assert stage.relay.key.text.encode() not in response.body


def test_B15_a_client_that_leaves_ends_the_dial(stage: Stage):
    line = stage.dial()
    line.send(stage.upgrade())
    upstream = stage.upstream.accept()
    upstream.head()
    began = time.monotonic()
    line.reset()
    assert upstream.to_the_end() == b""
    assert time.monotonic() - began < PROMPT_SECONDS


def test_B17_a_second_handshake_is_a_bad_frame(stage: Stage, transport: str):
    client, upstream = stage.session(transport)
    client.line.send(stage.upgrade())
    client.is_closed_with(1002)
    assert upstream.closed().code == 1001

"""E: upstreams that are hostile, broken, slow, or not what they say."""

import json
import socket
import subprocess
import time
import zlib

import pytest

import frames
from frames import BINARY, TEXT, close_payload
from lines import PATIENCE, Leg, Line, Response
from relays import KIBI, MEBI, UPSTREAM_KEY
from stage import SLACK, Stage
from upstream import JSON_HEAD, SSE_HEAD, answered, chunk, switching

JSON = "content-type: application/json"
SSE = "content-type: text/event-stream"
#: What the table gives a second for; the rest is a slow machine's.
PROMPT_SECONDS = 5
LINKS = ["plain", "secure"]
TEXT_CHUNK = b'data: {"choices":[{"index":0,"delta":{"content":"hi"}}]}\n\n'


def refused_handshake(stage: Stage, answer: bytes | str, status: int, model: str = "plain") -> Response:
    """The upstream answers a handshake with something that is not a session."""
    line = stage.dial()
    line.send(stage.upgrade(model))
    upstream = stage.upstream.accept_for(model)
    upstream.request()
    upstream.send_what_goes(answer.encode("latin-1") if isinstance(answer, str) else answer)
    response = stage.is_refused(line, status)
    assert upstream.to_the_end() == b""
    assert UPSTREAM_KEY.encode() not in response.body
    return response


def asked(stage: Stage, model: str = "plain", stream: bool = False) -> tuple[Line, Line]:
    """A chat request that has reached the upstream."""
    line = stage.dial()
    line.send(stage.chat(stage.chat_body(model, stream)))
    upstream = stage.upstream.accept_for(model)
    upstream.request()
    return line, upstream


def refused_chat(stage: Stage, answer: bytes | str, status: int, model: str = "plain") -> Response:
    line, upstream = asked(stage, model)
    upstream.send_what_goes(answer.encode("latin-1") if isinstance(answer, str) else answer)
    return stage.is_refused(line, status, ends=False)


# E1 to E4: the answer to a handshake


@pytest.mark.parametrize("model", LINKS)
def test_E01_101_to_a_plain_request(stage: Stage, model: str):
    head = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"
    response = refused_chat(stage, head + "tunnelled", 502, model)
    assert b"tunnelled" not in response.body


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "226 IM Used", "304 Not Modified"])
def test_E02_success_is_no_session(stage: Stage, status: str):
    body = b"" if status.startswith(("204", "304")) else b"<html>welcome</html>"
    response = refused_handshake(stage, answered(status, body), 502)
    assert b"html" not in response.body


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent"])
def test_E02_redirects_are_not_followed(stage: Stage, status: str):
    """The key would go where a stranger points."""
    elsewhere = socket.create_server(("127.0.0.1", 0))
    location = f"location: http://127.0.0.1:{elsewhere.getsockname()[1]}/v1/realtime"
    response = refused_handshake(stage, answered(status, b"", location), 502)
    assert response["location"] is None
    refused_chat(stage, answered(status, b"", location), 502)
    elsewhere.settimeout(0.2)
    with pytest.raises(TimeoutError):
        elsewhere.accept()
    elsewhere.close()


@pytest.mark.parametrize(
    "status, expected",
    [
        ("401 Unauthorized", 502), ("403 Forbidden", 502), ("429 Too Many Requests", 429),
        ("500 Internal Server Error", 500), ("400 Bad Request", 400), ("503 Service Unavailable", 503),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ask", [refused_handshake, refused_chat])
def test_E02_refusals(stage: Stage, ask, status: str, expected: int):
    error = {"error": {"message": f"no, {UPSTREAM_KEY}!", "type": "some_error", "param": None, "code": "some_code"}}
    response = ask(stage, answered(status, json.dumps(error).encode(), JSON), expected)
    assert UPSTREAM_KEY.encode() not in response.body
    assert UPSTREAM_KEY not in stage.relay.output


@pytest.mark.parametrize("ask", [refused_handshake, refused_chat])
def test_E02_a_refusal_in_html(stage: Stage, ask):
    response = ask(stage, answered("503 Service Unavailable", b"<html>down</html>", "content-type: text/html"), 503)
    assert b"html" not in response.body


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("sec-websocket-accept: ", "sec-websocket-accept: A"),
        lambda text: text.replace("sec-websocket-accept", "x-accept"),
        lambda text: text.replace("\r\n\r\n", "\r\nsec-websocket-accept: AAAA\r\n\r\n"),
        lambda text: text.replace("\r\n\r\n", "\r\nsec-websocket-protocol: other\r\n\r\n"),
        lambda text: text.replace("\r\n\r\n", "\r\nsec-websocket-protocol: realtime\r\n\r\n"),
        lambda text: text.replace("upgrade: websocket", "upgrade: h2c"),
        lambda text: text.replace("upgrade: websocket\r\n", ""),
        lambda text: text.replace("connection: Upgrade", "connection: keep-alive"),
        lambda text: text.replace("HTTP/1.1 101", "HTTP/1.0 101"),
    ],
    ids=["wrong", "absent", "twice", "subprotocol", "subprotocol of the client", "h2c", "no upgrade", "no connection",
         "HTTP/1.0"],
)  # fmt: skip
@pytest.mark.parametrize("model", LINKS)
def test_E03_handshakes_that_are_wrong(stage: Stage, model: str, change):
    line = stage.dial()
    line.send(stage.upgrade(model, f"Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.{stage.key}", key=None))
    upstream = stage.upstream.accept_for(model)
    upstream.send(change(switching(upstream.request())))
    stage.is_refused(line, 502, "bad_gateway")
    assert upstream.to_the_end() == b""


@pytest.mark.parametrize("model", LINKS)
def test_E04_frames_behind_the_101(stage: Stage, transport: str, model: str):
    line = stage.dial(transport)
    line.send(stage.upgrade(model))
    upstream = stage.upstream.accept_for(model)
    sender = Leg(upstream, masks=False)
    data = b"".join(sender.frame(TEXT, f"message {index}" * 50) for index in range(200))
    upstream.send(switching(upstream.request()).encode() + data)
    assert line.response().status == 101
    client = Leg(line, masks=True)
    assert [client.message()[1].decode() for _ in range(200)] == [f"message {index}" * 50 for index in range(200)]


def test_E04_a_close_behind_the_101(stage: Stage):
    line = stage.dial()
    line.send(stage.upgrade())
    upstream = stage.upstream.accept()
    closing = frames.frame(frames.CLOSE, close_payload(4001, b"at once"), mask=False)
    upstream.send(switching(upstream.request()).encode() + closing)
    assert line.response().status == 101
    assert Leg(line, masks=True).closed().payload == close_payload(4001, b"at once")


# E5, E6: nonsense and silence


NONSENSE = {
    "no HTTP": b"hello, this is dog\r\n\r\n",
    "SSH": b"SSH-2.0-OpenSSH_9.2\r\n",
    "status of two digits": b"HTTP/1.1 99 X\r\n\r\n",
    "status 000": b"HTTP/1.1 000 X\r\n\r\n",
    "status 999": b"HTTP/1.1 999 X\r\n\r\n",
    "status with sign": b"HTTP/1.1 +20 X\r\n\r\n",
    "HTTP/2": b"HTTP/2 200\r\n\r\n",
    "bare LF": b"HTTP/1.1 200 OK\ncontent-length: 0\n\n",
    "two lengths": b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
    "length and chunks": b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "negative length": b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
    "NUL": b"HTTP/1.1 200 OK\r\nx: a\x00b\r\ncontent-length: 0\r\n\r\n",
    "folding": b"HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 0\r\n\r\n",
    "random": bytes((index * 37) % 256 for index in range(1000)),
}


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE.keys())
@pytest.mark.parametrize("ask", [refused_handshake, refused_chat])
def test_E05_nonsense(stage: Stage, ask, answer: bytes):
    ask(stage, answer, 502)


FLOODS = {
    "one field": b"HTTP/1.1 200 OK\r\nx: " + b"y" * 4 * MEBI,
    "many fields": b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 500_000,
    "status line": b"HTTP/1.1 200 " + b"O" * 4 * MEBI,
    "100 Continue": b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000,
    "103 Early Hints": b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" * 50_000,
}


@pytest.mark.parametrize("answer", FLOODS.values(), ids=FLOODS.keys())
@pytest.mark.parametrize("ask", [refused_handshake, refused_chat])
def test_E05_endless_heads(stage: Stage, ask, answer: bytes):
    stage.relay.forget_peak()
    before = stage.relay.memory
    ask(stage, answer, 502)
    assert stage.relay.peak_memory - before < SLACK


@pytest.mark.parametrize("ask", [refused_handshake, refused_chat])
def test_E05_an_endless_refusal(stage: Stage, ask):
    """The body of a refusal is read to be told, up to a bound."""
    stage.relay.forget_peak()
    before = stage.relay.memory
    response = ask(stage, b"HTTP/1.1 500 Oh\r\ncontent-length: 100000000\r\n\r\n" + b"x" * 16 * MEBI + b"", 500)
    assert len(response.body) < KIBI
    assert stage.relay.peak_memory - before < SLACK


def test_E05_a_few_interim_responses_are_fine(stage: Stage):
    line, upstream = asked(stage)
    upstream.send(b"HTTP/1.1 102 Processing\r\n\r\n" * 3 + answered("200 OK", b"{}", JSON, "connection: close"))
    assert line.response().body == b"{}"


def test_E06_stalled_connect(stage: Stage):
    line = stage.dial()
    line.send(stage.chat(stage.chat_body("black-hole")))
    stage.is_refused(line, 504, "gateway_timeout", ends=False)


@pytest.mark.parametrize("is_session", [True, False])
def test_E06_stalled_tls(stage: Stage, is_session: bool):
    line = stage.dial()
    line.send(stage.upgrade("secure-hasty") if is_session else stage.chat(stage.chat_body("secure-hasty")))
    upstream = stage.upstream.accept_raw()
    stage.is_refused(line, 504, "gateway_timeout", ends=False)
    assert upstream.to_the_end()[:1] == b"\x16"


@pytest.mark.parametrize("model", ["plain-hasty", "secure-hasty"])
def test_E06_stalled_head(stage: Stage, model: str):
    line, upstream = asked(stage, model)
    upstream.send("HTTP/1.1 200 OK\r\ncontent-")
    stage.is_refused(line, 504, "gateway_timeout", ends=False)
    assert upstream.to_the_end() == b""


@pytest.mark.parametrize("model", ["plain-hasty", "secure-hasty"])
def test_E06_stalled_body(stage: Stage, model: str):
    line, upstream = asked(stage, model)
    upstream.send(JSON_HEAD + 'content-length: 100\r\n\r\n{"a":')
    stage.is_refused(line, 504, "gateway_timeout", ends=False)


def test_E06_stalled_long_body(stage: Stage):
    """The status is told already: what is left is to cut the answer short, for all to see."""
    line, upstream = asked(stage, "plain-hasty")
    body = b'{"a":"' + b"x" * 200_000
    upstream.send(JSON_HEAD.encode() + b"content-length: 300000\r\n\r\n" + body)
    head = line.head()
    assert head.status == 200 and head["content-length"] == "300000"
    assert line.to_the_end() == body


def test_E06_stalled_stream(stage: Stage):
    line, upstream = asked(stage, "plain-hasty", stream=True)
    upstream.send(SSE_HEAD + "transfer-encoding: chunked\r\n\r\n")
    upstream.send(chunk(TEXT_CHUNK))
    body = line.response().body
    assert body.startswith(TEXT_CHUNK)
    assert b'"gateway_timeout"' in body and b"[DONE]" not in body


@pytest.mark.parametrize("size", [1, 7])
def test_E06_slow_but_alive(stage: Stage, size: int):
    """Each byte is progress; a response that takes longer than the idle timeout in all is fine."""
    line, upstream = asked(stage, "plain-hasty")
    upstream.drip(JSON_HEAD.encode() + b'content-length: 11\r\n\r\n{"ok":true}', size)
    assert line.response().body == b'{"ok":true}'


# E7: connections that die


@pytest.mark.parametrize("model", LINKS)
@pytest.mark.parametrize("end", ["FIN", "RST"])
def test_E07_gone_before_the_first_byte(stage: Stage, model: str, end: str):
    line, upstream = asked(stage, model)
    upstream.reset() if end == "RST" else upstream.close_raw()
    stage.is_refused(line, 502, "bad_gateway", ends=False)
    assert stage.upstream.was_not_dialled(), "a request that may have been acted on was sent again"


@pytest.mark.parametrize("model", LINKS)
@pytest.mark.parametrize("end", ["FIN", "RST"])
def test_E07_session_gone_before_the_101(stage: Stage, model: str, end: str):
    line = stage.dial()
    line.send(stage.upgrade(model))
    upstream = stage.upstream.accept_for(model)
    upstream.request()
    upstream.reset() if end == "RST" else upstream.close_raw()
    stage.is_refused(line, 502, "bad_gateway")


def pooled(stage: Stage, model: str) -> Line:
    """Leaves a connection in the pool of the loop that serves the returned client line's request."""
    line, upstream = asked(stage, model)
    upstream.send(answered("200 OK", b"{}", JSON))
    assert line.response().body == b"{}"
    stage.client = line
    return upstream


@pytest.mark.parametrize("model", LINKS)
def test_E07_a_pooled_connection_is_used_again(stage: Stage, model: str):
    upstream = pooled(stage, model)
    stage.client.send(stage.chat(stage.chat_body(model)))
    assert upstream.request().start.startswith("POST ")
    upstream.send(answered("200 OK", b'{"n":2}', JSON))
    assert stage.client.response().body == b'{"n":2}'


@pytest.mark.parametrize("model", LINKS)
@pytest.mark.parametrize("end", ["FIN", "RST"])
def test_E07_a_pooled_connection_that_died(stage: Stage, model: str, end: str):
    """The next request goes over a new one."""
    upstream = pooled(stage, model)
    upstream.reset() if end == "RST" else upstream.close_raw()
    time.sleep(0.05)
    stage.client.send(stage.chat(stage.chat_body(model)))
    second = stage.upstream.accept_for(model)
    second.request()
    second.send(answered("200 OK", b'{"n":2}', JSON, "connection: close"))
    assert stage.client.response().body == b'{"n":2}'


def test_E07_a_pooled_connection_that_dies_under_a_request(stage: Stage):
    """The request was sent, so nobody knows what it did: it is not sent again."""
    upstream = pooled(stage, "plain")
    stage.client.send(stage.chat(stage.chat_body()))
    upstream.request()
    upstream.reset()
    stage.is_refused(stage.client, 502, "bad_gateway", ends=False)
    assert stage.upstream.was_not_dialled()


# E8 to E10: event streams


@pytest.mark.parametrize("model", LINKS)
@pytest.mark.parametrize("end", ["FIN", "RST", "last chunk"])
@pytest.mark.parametrize("cut", [b"", b'data: {"choices":[{"index":0,"del', b"data: [DO", b"da", b"data: {}\n"])
def test_E08_cut_streams(stage: Stage, model: str, end: str, cut: bytes):
    """An error event, and neither an invented [DONE] nor an invented reason to stop."""
    line, upstream = asked(stage, model, stream=True)
    upstream.send(SSE_HEAD + "transfer-encoding: chunked\r\n\r\n")
    upstream.send(chunk(TEXT_CHUNK) + (chunk(cut) if cut else b""))
    head = line.head()
    assert head.status == 200 and head["transfer-encoding"] == "chunked"
    assert line.exactly(len(chunk(TEXT_CHUNK))) == chunk(TEXT_CHUNK)
    if end == "last chunk":
        upstream.send(b"0\r\n\r\n")
    elif end == "FIN":
        upstream.close_raw()
    else:
        upstream.reset()
    rest = line.body(head)
    events = [event for event in rest.split(b"\n\n") if event]
    assert json.loads(events[-1].removeprefix(b"data: "))["error"]["code"] == "bad_gateway", rest
    assert b"[DONE]" not in rest and b"stop" not in rest


def streamed(stage: Stage, *pieces: bytes, framing: str = "transfer-encoding: chunked") -> bytes:
    """What becomes of a stream that comes in these pieces."""
    line, upstream = asked(stage, stream=True)
    upstream.send(SSE_HEAD + framing + "\r\n\r\n")
    for piece in pieces:
        upstream.send(chunk(piece) if "chunked" in framing else piece)
        time.sleep(0.01)
    if "chunked" in framing:
        upstream.send(b"0\r\n\r\n")
    else:
        upstream.close()
    # A head alone is promised to nobody: the client's comes with the first event.
    return line.body(line.head())


def test_E09_split_line_ends(stage: Stage):
    whole = TEXT_CHUNK.replace(b"\n", b"\r\n") * 2 + b"data: [DONE]\r\n\r\n"
    # After [DONE] nothing goes on, be it the rest of a line end.
    assert streamed(stage, *(whole[index : index + 1] for index in range(len(whole)))).rstrip() == whole.rstrip()


def test_E09_byte_order_mark(stage: Stage):
    whole = b"\xef\xbb\xbf" + TEXT_CHUNK + b"data: [DONE]\n\n"
    assert streamed(stage, whole[:1], whole[1:2], whole[2:]) == whole


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r", b"\r\n"])
def test_E09_no_final_line_end(stage: Stage, ending: bytes):
    """The last event counts although its blank line is missing."""
    last = b"data: [DONE]" + ending
    assert streamed(stage, TEXT_CHUNK + last, framing="connection: close").rstrip() == (TEXT_CHUNK + last).rstrip()


@pytest.mark.parametrize(
    "flood", [b"data: " + b"x" * 10 * MEBI, (b"data: " + b"x" * 1000 + b"\n") * 11_000, b": " + b"x" * 10 * MEBI]
)
def test_E09_endless_lines_and_events(stage: Stage, flood: bytes):
    stage.relay.forget_peak()
    before = stage.relay.memory
    line, upstream = asked(stage, stream=True)
    upstream.send(SSE_HEAD + "transfer-encoding: chunked\r\n\r\n" + f"{len(flood):x}\r\n")
    position, deadline = 65536, time.monotonic() + PATIENCE
    upstream.send(flood[:position])
    head = line.head()
    upstream.sock.setblocking(False)
    line.sock.setblocking(False)
    while not line.has_ended and b"\r\n0\r\n\r\n" not in line.buffer[-200:] and time.monotonic() < deadline:
        try:
            position += upstream.sock.send(flood[position : position + 65536])
        except BlockingIOError:
            pass
        except ConnectionError:
            position = len(flood)
        try:
            if not (piece := line.sock.recv(65536)):
                line.has_ended = True
            line.buffer += piece
        except BlockingIOError:
            pass
        if position >= len(flood):
            break
    line.sock.settimeout(PATIENCE)
    body = line.body(head)
    assert b'"bad_gateway"' in body, body[-300:]
    assert stage.relay.peak_memory - before < 2 * SLACK
    assert upstream.to_the_end() is not None


def test_E10_done_and_held_open(stage: Stage):
    line, upstream = asked(stage, stream=True)
    upstream.send(SSE_HEAD + "transfer-encoding: chunked\r\n\r\n")
    upstream.send(chunk(TEXT_CHUNK) + chunk(b"data: [DONE]\n\n"))
    began = time.monotonic()
    response = line.response()
    assert response.body == TEXT_CHUNK + b"data: [DONE]\n\n"
    assert time.monotonic() - began < PROMPT_SECONDS
    # The upstream's connection is not used again; it is closed after a moment.
    line.send(stage.chat(stage.chat_body(stream=True)))
    second = stage.upstream.accept()
    second.request()
    assert upstream.to_the_end() == b""


def test_E10_done_and_more(stage: Stage):
    line, upstream = asked(stage, stream=True)
    upstream.send(SSE_HEAD + "transfer-encoding: chunked\r\n\r\n")
    upstream.send(chunk(b"data: [DONE]\n\n" + TEXT_CHUNK) + chunk(TEXT_CHUNK) + b"0\r\n\r\n")
    assert line.response().body == b"data: [DONE]\n\n"


# E11 to E13: bodies


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    "content_type", ["text/html", "text/html; charset=utf-8", "text/plain", "application/xhtml+xml"]
)
def test_E11_an_html_page_with_200(stage: Stage, stream: bool, content_type: str):
    line, upstream = asked(stage, stream=stream)
    upstream.send(answered("200 OK", b"<html>login</html>", f"content-type: {content_type}"))
    response = stage.is_refused(line, 502, "bad_gateway", ends=False)
    assert b"html" not in response.body


def test_E11_an_html_error_page(stage: Stage):
    response = refused_chat(stage, answered("502 Bad Gateway", b"<html>nginx</html>", "content-type: text/html"), 502)
    assert b"html" not in response.body


@pytest.mark.parametrize("stream", [True, False])
def test_E11_a_json_error_with_200(stage: Stage, stream: bool):
    """It is an error, and says so in our shape; the provider's own key in it is not told."""
    error = {"error": {"message": f"bad key {UPSTREAM_KEY}", "type": "server_error", "param": None, "code": None}}
    line, upstream = asked(stage, stream=stream)
    upstream.send(answered("200 OK", json.dumps(error).encode(), JSON))
    response = line.response()
    assert response.status >= 400, response.body
    assert response.error["message"]
    assert UPSTREAM_KEY.encode() not in response.body


def test_E11_an_error_in_a_stream(stage: Stage):
    error = json.dumps({"error": {"message": f"bad key {UPSTREAM_KEY}", "type": "server_error"}}).encode()
    body = streamed(stage, TEXT_CHUNK + b"data: " + error + b"\n\n")
    assert body.startswith(TEXT_CHUNK) and b"server_error" in body
    assert UPSTREAM_KEY.encode() not in body and b"[DONE]" not in body


@pytest.mark.parametrize("model", LINKS)
def test_E12_bytes_behind_the_response(stage: Stage, model: str):
    """They would be the answer to the next client's question."""
    poison = answered("200 OK", b'{"poison":true}', JSON)
    line, upstream = asked(stage, model)
    upstream.send(answered("200 OK", b"{}", JSON) + poison)
    assert line.response().body == b"{}"
    line.send(stage.chat(stage.chat_body(model)))
    second = stage.upstream.accept_for(model)
    second.request()
    second.send(answered("200 OK", b'{"n":2}', JSON, "connection: close"))
    assert line.response().body == b'{"n":2}'


def test_E12_bytes_while_idle(stage: Stage):
    upstream = pooled(stage, "plain")
    upstream.send(answered("200 OK", b'{"poison":true}', JSON))
    assert upstream.to_the_end() == b""
    stage.client.send(stage.chat(stage.chat_body()))
    second = stage.upstream.accept()
    second.request()
    second.send(answered("200 OK", b'{"n":2}', JSON, "connection: close"))
    assert stage.client.response().body == b'{"n":2}'


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "gzip, identity", "zstd"])
@pytest.mark.parametrize("stream", [True, False])
def test_E13_encoded_bodies(stage: Stage, encoding: str, stream: bool):
    stage.relay.forget_peak()
    before = stage.relay.memory
    line, upstream = asked(stage, stream=stream)
    bomb = zlib.compress(bytes(8 * MEBI))
    upstream.send(answered("200 OK", bomb, SSE if stream else JSON, f"content-encoding: {encoding}"))
    stage.is_refused(line, 502, "bad_gateway", ends=False)
    assert upstream.to_the_end() == b""
    assert stage.relay.peak_memory - before < SLACK


@pytest.mark.parametrize("size", [10, 60_000, 65_536, 65_537, 300_000])
@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_E11_whole_answers_pass_byte_for_byte(stage: Stage, size: int, framing: str):
    """However much of them was held to see whether they tell an error."""
    body = b'{"id":"x","error":null,"choices":"' + b"y" * size + b'"}'
    line, upstream = asked(stage)
    if framing == "length":
        upstream.send(answered("200 OK", body, JSON, "connection: close"))
    elif framing == "chunked":
        pieces = b"".join(chunk(body[start : start + 7_000]) for start in range(0, len(body), 7_000))
        upstream.send(JSON_HEAD.encode() + b"transfer-encoding: chunked\r\n\r\n" + pieces + b"0\r\n\r\n")
    else:
        upstream.send(JSON_HEAD.encode() + b"\r\n" + body)
        upstream.close()
    response = line.response()
    assert (response.status, response.body) == (200, body)


def test_E13_nothing_encoded_is_asked_for(stage: Stage):
    line = stage.dial()
    line.send(stage.chat(stage.chat_body(), "Accept-Encoding: gzip, br"))
    upstream = stage.upstream.accept()
    assert upstream.request()["accept-encoding"] == "identity"


# E14, E15: ends


@pytest.mark.parametrize("model", LINKS)
@pytest.mark.parametrize("end", ["FIN", "RST"])
def test_E14_a_client_that_leaves_a_stream(stage: Stage, transport: str, model: str, end: str):
    line, upstream = stage.streaming(model, transport)
    upstream.send(SSE_HEAD + "transfer-encoding: chunked\r\n\r\n")
    upstream.send(chunk(TEXT_CHUNK))
    line.head()
    began = time.monotonic()
    line.reset() if end == "RST" else line.close()
    assert upstream.to_the_end() == b""
    assert time.monotonic() - began < PROMPT_SECONDS


def test_E14_a_client_that_leaves_before_the_answer(stage: Stage, transport: str):
    line = stage.dial(transport)
    line.send(stage.chat(stage.chat_body()))
    upstream = stage.upstream.accept()
    upstream.request()
    began = time.monotonic()
    line.close()
    assert upstream.to_the_end() == b""
    assert time.monotonic() - began < PROMPT_SECONDS


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 1013, 3000, 4000, 4999])
def test_E15_close_codes_are_relayed(stage: Stage, transport: str, code: int):
    client, upstream = stage.session(transport)
    upstream.close(code, b"because")
    assert client.closed().payload == close_payload(code, b"because")
    assert upstream.closed().code == code


@pytest.mark.parametrize("model", LINKS)
@pytest.mark.parametrize("end", ["FIN", "RST"])
def test_E15_an_upstream_that_vanishes(stage: Stage, transport: str, model: str, end: str):
    client, upstream = stage.session(transport, model)
    upstream.send(TEXT, "first")
    assert client.message() == (TEXT, b"first")
    upstream.line.reset() if end == "RST" else upstream.line.close_raw()
    assert client.event()["error"]["code"] == "bad_gateway"
    assert client.closed().code == 1014


def test_E15_an_upstream_that_vanishes_inside_a_message(stage: Stage):
    """No event can be told inside an unfinished message; the close frame can."""
    client, upstream = stage.session()
    upstream.send(BINARY, b"first half", fin=False)
    assert client.data().payload == b"first half"
    upstream.line.reset()
    assert client.data().code == 1014


# E16: names and addresses


@pytest.mark.parametrize("is_session", [True, False])
def test_E16_no_such_name(stage: Stage, is_session: bool):
    line = stage.dial()
    began = time.monotonic()
    line.send(stage.upgrade("no-name") if is_session else stage.chat(stage.chat_body("no-name")))
    response = line.response()
    assert response.status in (502, 504)
    assert response.error["code"] in ("bad_gateway", "gateway_timeout")
    assert time.monotonic() - began < PROMPT_SECONDS


def test_E16_a_resolver_that_does_not_answer(make_stage, tmp_path):
    """Name servers that swallow questions hold up neither the loop nor, beyond its time, the client."""
    configuration = tmp_path / "resolv.conf"
    mute = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        mute.bind(("127.0.0.83", 53))
    except OSError as error:
        pytest.skip(f"port 53 cannot be had: {error}")
    configuration.write_text("nameserver 127.0.0.83\noptions timeout:4 attempts:1\n")
    mount = f'mount --bind {configuration} /etc/resolv.conf && exec "$@"'
    prefix = ("unshare", "--mount", "sh", "-c", mount, "sh")
    if subprocess.run([*prefix, "true"], capture_output=True).returncode:
        pytest.skip("a mount namespace cannot be had")
    with mute:
        stage = make_stage(prefix=prefix, loops=1)
        lines = [stage.dial() for _ in range(8)]
        began = time.monotonic()
        for line in lines:
            line.send(stage.upgrade("no-name"))
        stage.serves()
        assert time.monotonic() - began < PROMPT_SECONDS, "the loop waits for the resolver"
        for line in lines:
            assert line.response().status == 504
        assert time.monotonic() - began < PATIENCE / 2


def test_E16_an_address_family_where_nobody_answers(stage: Stage):
    if not stage.upstream.has_ipv6:
        pytest.skip("no IPv6 on this machine")
    line = stage.dial()
    line.send(stage.upgrade("half-dark"))
    began = time.monotonic()
    upstream = stage.upstream.accept_lit()
    upstream.send(switching(upstream.request()))
    assert line.response().status == 101
    assert time.monotonic() - began < PROMPT_SECONDS


# E17: fields


FIELDS = (
    "set-cookie: session=upstream", "server: secret-server/1.0", "via: 1.1 inner", "x-internal-node: 10.0.0.7",
    "proxy-authenticate: Basic", "strict-transport-security: max-age=1", "x-internal-token: t0ken", "alt-svc: h3",
    "access-control-allow-origin: *", "keep-alive: timeout=5", "trailer: x-checksum",
)  # fmt: skip


def shows_nothing_internal(response: Response) -> None:
    text = response.text.lower()
    names = [name.lower() for name, _ in response.pairs]
    for field in FIELDS:
        assert field.split(":")[0] not in names
    assert "10.0.0.7" not in text and "t0ken" not in text


@pytest.mark.parametrize("kind", ["whole", "stream", "refusal"])
def test_E17_fields_of_responses(stage: Stage, kind: str):
    line, upstream = asked(stage, stream=kind == "stream")
    if kind == "refusal":
        upstream.send(answered("400 Bad Request", b'{"error":{"message":"no"}}', JSON, *FIELDS))
    elif kind == "stream":
        upstream.send(answered("200 OK", TEXT_CHUNK + b"data: [DONE]\n\n", SSE, *FIELDS))
    else:
        upstream.send(answered("200 OK", b"{}", JSON, *FIELDS))
    shows_nothing_internal(line.response())


def test_E17_fields_of_a_handshake(stage: Stage):
    line = stage.dial()
    line.send(stage.upgrade())
    upstream = stage.upstream.accept()
    upstream.send(switching(upstream.request(), *FIELDS))
    response = line.response()
    assert response.status == 101
    shows_nothing_internal(response)

"""G: keys and payloads, as far as they concern what exists: credentials, routing, JSON, log lines, paths."""

import json

import pytest

from relays import KIBI
from stage import Stage
from upstream import answered

JSON = "content-type: application/json"


@pytest.mark.parametrize(
    "value",
    [
        "Bearer ' OR 1=1", "Bearer ' OR '1'='1' --", "Bearer", "Bearer ", "bearer", "Bearer \xe9\xe8", "Basic YTpi",
        "Bearer a b", "Bearer %00", "Bearer sk-lw-", "Bearer " + "x" * 15_000, "", "Bearer \t",
    ],
)  # fmt: skip
def test_G04_strange_credentials(stage: Stage, value: str):
    for request in (
        stage.upgrade("plain", f"Authorization: {value}", key=None),
        stage.chat(stage.chat_body(), f"Authorization: {value}", key=None).decode("latin-1"),
    ):
        line = stage.dial()
        line.send(request)
        response = stage.is_refused(line, 401, ends=False)
        assert "OR 1=1" not in response.body.decode()
    assert stage.upstream.was_not_dialled()


def test_G04_a_huge_credential(stage: Stage):
    stage.refused(stage.upgrade("plain", "Authorization: Bearer " + "x" * 64 * KIBI, key=None), 431)


@pytest.mark.parametrize(
    "extra",
    [
        [],
        [
            "X-Forwarded-Host: evil.example",
            "X-Forwarded-For: 169.254.169.254",
            "Forwarded: host=evil.example",
            "X-Original-URL: http://evil.example",
            "X-Upstream: evil",
        ],
    ],
)
def test_G05_clients_do_not_choose_upstreams(stage: Stage, extra: list[str]):
    body = json.loads(stage.chat_body())
    body |= {"api_base": "http://127.0.0.1:9/", "base_url": "http://127.0.0.1:9/", "api_key": "mine", "upstream": "x"}
    line = stage.dial()
    line.send(stage.chat(json.dumps(body).encode(), *extra, path="/v1/chat/completions?api_base=http://127.0.0.1:9/"))
    upstream = stage.upstream.accept()
    request = upstream.request()
    assert request["host"] == f"127.0.0.1:{stage.upstream.port}"
    assert "evil" not in request.text and "169.254" not in request.text
    upstream.send(answered("200 OK", b"{}", JSON, "connection: close"))
    assert line.response().status == 200


def test_G05_hosts(stage: Stage):
    line = stage.dial()
    line.send(stage.upgrade("plain", "Host: evil.example", without=("host",)))
    assert stage.upstream.accept().head()["host"] == f"127.0.0.1:{stage.upstream.port}"


DEEP = {
    "arrays": b"[" * 100_000 + b"]" * 100_000,
    "objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "arrays that never end": b"[" * 100_000,
    "mixed": b'[{"a":' * 50_000,
}


@pytest.mark.parametrize("value", DEEP.values(), ids=DEEP.keys())
def test_G08_depth(stage: Stage, value: bytes):
    for body in (value, b'{"model":"plain","messages":' + value + b"}"):
        response = stage.ask(stage.chat(body))
        assert response.status == 400
    assert stage.upstream.was_not_dialled()


def test_G08_deep_events_of_a_session(stage: Stage):
    """A session's messages are looked at without recursion, and pass."""
    client, upstream = stage.session()
    for value in DEEP.values():
        message = b'{"type":"response.done","response":' + value + b"}"
        upstream.send(1, message)
        assert client.message() == (1, message)
        client.send(1, message)
        assert upstream.message() == (1, message)


@pytest.mark.parametrize(
    "text, status",
    [
        ('{"model":"plain","stream":1e999999}', 400), ('{"model":1e999999}', 400), ('{"model":-1}', 400),
        ('{"model":9223372036854775808}', 400), ('{"model":"\\ud800"}', 400), ('{"model":"\\udc00\\ud800"}', 400),
        ('{"model":"plain","stream":"yes"}', 400), ('{"model":"plain","stream_options":5,"stream":true}', 400),
        ('{"model":null}', 400), ('{"model":["plain"]}', 400), ('{"model":{}}', 400), ('{"model":true}', 400),
    ],
)  # fmt: skip
def test_G09_values(stage: Stage, text: str, status: int):
    response = stage.ask(stage.chat(text.encode()))
    assert response.status in (status, 404)
    assert stage.upstream.was_not_dialled()


@pytest.mark.parametrize(
    "usage",
    [
        '{"total_tokens":1e999999,"input_tokens":9223372036854775808,"output_tokens":-1}',
        '{"total_tokens":1.5,"input_tokens":"many","output_tokens":null}',
        '{"input_tokens":9223372036854775807,"output_tokens":9223372036854775807}',
        '{"input_token_details":{"cached_tokens":-9223372036854775808},"input_tokens":1}', "[]", '"x"', "1e400",
    ],
)  # fmt: skip
def test_G09_usage_of_a_hostile_upstream(stage: Stage, usage: str):
    client, upstream = stage.session()
    event = ('{"type":"response.done","response":{"usage":%s}}' % usage).encode()
    for _ in range(3):
        upstream.send(1, event)
        assert client.message() == (1, event)
    line = stage.dial()
    line.send(stage.chat(stage.chat_body(stream=True)))
    chat = stage.upstream.accept()
    chat.request()
    body = b'data: {"choices":[],"usage":%s}\n\ndata: [DONE]\n\n' % usage.encode()
    chat.send(answered("200 OK", body, "content-type: text/event-stream", "connection: close"))
    assert line.response().body.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize(
    "body",
    [
        '{"model":"plain","model":"secure"}',
        '{"model":"plain","mod\\u0065l":"secure"}',
        '{"stream":true,"model":"plain","stream":false}',
    ],
)
def test_G10_twice(stage: Stage, body: str):
    response = stage.ask(stage.chat(body.encode()))
    assert response.status == 400
    assert response.error["code"] == "duplicate_parameter"
    assert stage.upstream.was_not_dialled()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b'"plain"', b"5", b"{", b'{"model":"plain"', b'{"model":"plain"}x', b'{"model":"plain"}{}',
        b'\xef\xbb\xbf{"model":"plain"}', b'{"model":"pl\xffain"}', b'{"model":"plain","x":"\xff"}',
        b"{'model':'plain'}",
        b'{"model":"plain",}', b'{"model":"pl\x00ain"}', b'{"model":"pl\nain"}', b"\x1f\x8b\x08", b'{"model":}',
    ],
)  # fmt: skip
def test_G11_bodies(stage: Stage, body: bytes):
    response = stage.ask(stage.chat(body))
    assert response.status in (400, 415), response.body
    assert stage.upstream.was_not_dialled()


@pytest.mark.parametrize(
    "value", ["a\x1b[31mred", "a\nlongwire: forged line", "a\r\nforged", "a\u2028b", "a\x07b", "a\x9b31m"]
)
def test_G12_log_lines(stage: Stage, value: str):
    lines = len(stage.relay.lines)
    response = stage.ask(stage.chat(stage.chat_body(value)))
    assert response.status == 404
    stage.ask(f"GET /v1/{'%1b[31m'} HTTP/1.1\r\nHost: a\r\nX-Request-Id: {'x' * 20}\r\n\r\n")
    stage.relay.logs(f"request_id={response['x-request-id']} ")
    new = "".join(stage.relay.lines[lines:])
    assert "\x1b" not in new and "\x9b" not in new and "\x07" not in new and "\u2028" not in new
    assert not any(line.startswith(("longwire: forged", "forged")) for line in stage.relay.lines[lines:])


@pytest.mark.parametrize(
    "path",
    [
        "//v1/realtime", "/v1/realtime/", "/v1//realtime", "/v1/%72ealtime", "/v1/realtime%2f", "/V1/realtime",
        "/v1/Realtime", "/v1/./realtime", "/v1/x/../realtime", "/v1/realtime;x", "/v1/realtime%00", "/%2e/v1/realtime",
        "/v1\\realtime", "/v1/realtime%20",
    ],
)  # fmt: skip
@pytest.mark.parametrize("with_key", [True, False])
def test_G15_spellings(stage: Stage, path: str, with_key: bool):
    key = stage.key if with_key else None
    line = stage.dial()
    line.send(stage.upgrade(start=f"GET {path}?model=plain HTTP/1.1", key=key))
    stage.is_refused(line, 404)
    assert stage.upstream.was_not_dialled()


@pytest.mark.parametrize(
    "path",
    [
        "//v1/chat/completions",
        "/v1/chat/completions/",
        "/v1/chat/Completions",
        "/v1/chat%2fcompletions",
        "/v1/models/",
        "//v1/models",
        "/v1/MODELS",
    ],
)
@pytest.mark.parametrize("with_key", [True, False])
def test_G15_spellings_of_http(stage: Stage, path: str, with_key: bool):
    key = stage.key if with_key else None
    response = stage.ask(stage.chat(stage.chat_body(), path=path, key=key))
    assert response.status in (404, 405)
    response = stage.ask(f"GET {path} HTTP/1.1\r\nHost: a\r\n" + (f"X-Api-Key: {key}\r\n" if key else "") + "\r\n")
    assert response.status in (404, 405)

"""G: keys and payloads, as far as they concern what exists: credentials, routing, JSON, log lines, paths."""

import json
import socket

import pytest

from relays import KIBI, ROOMY, UPSTREAM_KEY
from stage import Stage
from upstream import answered, switching

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
    stage.relay.logs(request_id=response["x-request-id"])
    new = stage.relay.lines[lines:]
    for character in "\x1b\x9b\x07\u2028":
        assert not any(character in line for line in new)
    assert all(isinstance(json.loads(line), dict) for line in new), "a value ended its line"


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


# G1: canaries. Each slot gets a text of its own, so that a hit says where it came from.

ADMIN_KEY = "admin-canary-6b1d0f3a9c"
TRACED = ROOMY + f"admin_key: {ADMIN_KEY}\n"
CREDENTIAL_FIELDS = ["Authorization: Bearer {}", "Authorization: {}", "x-api-key: {}", "api-key: {}", "x-goog-api-key: {}"]
OTHER_FIELDS = [
    "Cookie: longwire_session={}", "Proxy-Authorization: Basic {}", "X-Request-Id: {}", "X-Client-Request-Id: {}",
    "User-Agent: {}", "OpenAI-Beta: {}", "OpenAI-Organization: {}", "OpenAI-Project: {}", "Idempotency-Key: {}",
    "Referer: https://a/?key={}", "X-Anything: {}", "X-Forwarded-For: {}", "Sec-WebSocket-Protocol: {}",
    "Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.{}", "Sec-WebSocket-Protocol: xai-client-secret.{}",
    "Sec-WebSocket-Extensions: {}",
]  # fmt: skip
QUERIES = ["key={}", "api_key={}", "access_token={}", "token={}", "anything={}", "{}=1", "model={}", "intent={}"]
PATHS = ["/v1/models/{}", "/v1/{}", "/{}", "/v1/realtime/{}", "/api/keys/{}", "/api/{}"]
SHAPES = ["sk-proj-canary{:06d}AbCdEfGh", "sk-lw-canary{:06d}AbCdEfGhIjKlMnOpQrStUvWxYz", "ek_canary{:06d}AbCdEfGhIj",
          "AIzacanary{:06d}AbCdEfGhIjKlMnOp", "xai-canary{:06d}AbCdEfGh", "ek_lw_canary{:06d}AbCdEfGhIjKlMn"]  # fmt: skip


class Canaries:
    """Makes canaries and remembers where they were put."""

    def __init__(self) -> None:
        self.slots: dict[str, str] = {}

    def new(self, slot: str) -> str:
        canary = SHAPES[len(self.slots) % len(SHAPES)].format(len(self.slots))
        self.slots[canary] = slot
        return canary

    def seen_in(self, *texts: str) -> list[str]:
        # The digits are what makes a canary one: a part of it is a leak as well.
        return [slot for canary, slot in self.slots.items() if any(_core(canary) in text for text in texts)]


def _core(canary: str) -> str:
    start = canary.index("canary")
    return canary[start : start + 12]


def test_G01_canaries_of_clients(make_stage):
    """Whatever slot a client puts a key into, it is in no log at the finest level, no metric and no answer."""
    stage: Stage = make_stage(TRACED, environment={"LONGWIRE_LOG_LEVEL": "trace"})
    canaries, heard = Canaries(), []

    def say(request: str | bytes) -> None:
        response = stage.ask(request)
        heard.append(response.text + response.body.decode("latin-1"))

    for field in CREDENTIAL_FIELDS + OTHER_FIELDS:
        for key in (None, "") if field in OTHER_FIELDS else (None,):
            canary = field.format(canaries.new(field))
            body = stage.chat_body("no-such-model")
            say(stage.chat(body, canary, key=key))
            say(stage.upgrade("no-such-model", canary, key=key))
    for query in QUERIES:
        canary = query.format(canaries.new("?" + query))
        say(stage.upgrade(start=f"GET /v1/realtime?{canary} HTTP/1.1", key=None))
        say(stage.upgrade(start=f"GET /v1/realtime?{canary} HTTP/1.1", key=stage.key))
        say(stage.chat(stage.chat_body("no-such-model"), path=f"/v1/chat/completions?{canary}"))
    for path in PATHS:
        canary = path.format(canaries.new(path))
        say(f"GET {canary} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {stage.key}\r\n\r\n")
    bodies = [
        '{{"model":"{}","messages":[]}}', '{{"model":"plain","{}":1,"{}":2}}', '{{"model":"plain","stream":"{}"}}', "{}",
        '{{"model":"{}', '{{"model":["{}"]}}', '{{"model":"no-such-model","messages":[{{"role":"user","content":"{}"}}]}}',
    ]  # fmt: skip
    for body in bodies:
        canary = canaries.new(body)
        say(stage.chat(body.format(canary, canary).encode()))
    say(f"GARBAGE {canaries.new('method')} HTTP/1.1\r\n\r\n")
    say(f"GET / HTTP/1.1\r\nHost: a\r\n{canaries.new('field name')}\r\n\r\n")
    signing_in = json.dumps({"name": canaries.new("name"), "password": canaries.new("password")}).encode()
    say(stage.chat(signing_in, path="/api/sign-in", key=None))

    metrics = stage.ask(f"GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {ADMIN_KEY}\r\n\r\n")
    assert metrics.status == 200 and b"longwire_admissions_total" in metrics.body
    stage.relay.logs("refused")
    assert canaries.seen_in(stage.relay.output, metrics.body.decode(), *heard) == []
    for secret in (stage.key, ADMIN_KEY, UPSTREAM_KEY):
        assert secret not in stage.relay.output + metrics.body.decode() + "".join(heard)


def test_G01_canaries_in_a_session(make_stage):
    """What goes through a session is nobody's business but its ends'."""
    stage: Stage = make_stage(TRACED, environment={"LONGWIRE_LOG_LEVEL": "trace"})
    canaries = Canaries()
    client, upstream = stage.session()
    for shape in ('{{"type":"session.update","session":{{"x":"{}"}}}}', "{}", '{{"type":"{}"}}', '{{"type":"response.create'):
        message = shape.format(canaries.new(shape)) if "{}" in shape else shape
        client.send(1, message)
        upstream.send(1, message)
    client.send(8, b"\x03\xe8" + canaries.new("close reason").encode())
    client.closed()
    stage.relay.logs("session ended")
    metrics = stage.ask(f"GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {ADMIN_KEY}\r\n\r\n").body.decode()
    assert canaries.seen_in(stage.relay.output, metrics) == []


def test_G01_secrets_of_our_own_making(make_stage):
    """A password and its cookie, a client secret and the key behind it: told once to whom they belong, and nowhere else."""
    stage: Stage = make_stage(TRACED, environment={"LONGWIRE_LOG_LEVEL": "trace"})
    password = "canary-password-0a9b8c7d"
    assert stage.relay.run("members", "create", "--name", "canary", given=password + "\n").returncode == 0
    heard = []
    for given in (password, password[:-1]):
        body = json.dumps({"name": "canary", "password": given}).encode()
        heard.append(stage.ask(stage.chat(body, path="/api/sign-in", key=None)))
    signed_in, refused = heard
    assert signed_in.status == 200 and refused.status == 401
    cookie = signed_in["set-cookie"].split(";")[0].partition("=")[2]
    minted = stage.ask(stage.chat(b'{"session":{"type":"realtime","model":"plain"}}', path="/v1/realtime/client_secrets"))
    assert minted.status == 200, minted.body
    secret = json.loads(minted.body)["value"]
    assert secret.startswith("ek_")
    # A session with it, and one with the same secret misspelt.
    line = stage.dial()
    line.send(stage.upgrade("plain", key=secret))
    upstream = stage.upstream.accept_for("plain")
    shown = upstream.head()
    assert secret not in shown.text and stage.key not in shown.text
    upstream.send(switching(shown))
    assert line.response().status == 101
    stage.ask(stage.upgrade("plain", key=secret[:-1]))
    metrics = stage.ask(f"GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {ADMIN_KEY}\r\n\r\n").body.decode()
    for text in (stage.relay.output, metrics, refused.text + refused.body.decode(), signed_in.body.decode()):
        for canary in (password[:-1], cookie, secret[:-1], stage.key, ADMIN_KEY, UPSTREAM_KEY):
            assert canary not in text


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "429 Too Many", "500 Oops"])
def test_G02_an_upstream_that_quotes_our_key(make_stage, status: str):
    """Neither clients, nor logs, nor metrics get what a provider says of the key it was shown."""
    stage: Stage = make_stage(TRACED, environment={"LONGWIRE_LOG_LEVEL": "trace"})
    words = f"Incorrect key {UPSTREAM_KEY} at https://api.example.com/v1?key={UPSTREAM_KEY}, use {stage.key}"
    body = json.dumps({"error": {"message": words, "type": "t", "param": UPSTREAM_KEY, "code": UPSTREAM_KEY}}).encode()
    heard = []
    for request in (stage.chat(stage.chat_body()), stage.upgrade("plain-hasty").encode()):
        line = stage.dial()
        line.send(request)
        upstream = stage.upstream.accept()
        upstream.request()
        upstream.send(answered(status, body, JSON, f"retry-after: {UPSTREAM_KEY}", "connection: close"))
        response = line.response()
        heard.append(response.text + response.body.decode())
    metrics = stage.ask(f"GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {ADMIN_KEY}\r\n\r\n").body.decode()
    for text in (stage.relay.output, metrics, *heard):
        assert UPSTREAM_KEY not in text


def test_G03_a_key_that_is_nearly_right(make_stage):
    """One byte off, at either end, is as wrong as any other, for keys and for the admin key.

    That digests are compared, and in constant time, is `SHA256DigestTests`' to show.
    """
    stage: Stage = make_stage(TRACED)
    for wrong in (stage.key[:-1] + "!", stage.key[:-1], stage.key + "0", stage.key.swapcase(), " x" + stage.key):
        assert stage.ask(stage.chat(stage.chat_body(), key=wrong)).status == 401
    for wrong in (ADMIN_KEY[:-1] + "b", ADMIN_KEY[:-1], ADMIN_KEY + "c", "b" + ADMIN_KEY[1:], stage.key):
        response = stage.ask(f"GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {wrong}\r\n\r\n")
        assert response.status == 403, wrong
    assert stage.ask(f"GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {ADMIN_KEY}\r\n\r\n").status == 200


@pytest.mark.parametrize("kind", ["image_url", "input_audio", "file"])
def test_G06_addresses_in_a_request_are_not_fetched(stage: Stage, kind: str):
    """The bytes go upstream as they came; nothing in this process connects to what they name."""
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.5)
        port = trap.getsockname()[1]
        urls = [
            f"http://127.0.0.1:{port}/x.png", f"http://0.0.0.0:{port}/", f"http://[::]:{port}/",
            f"http://2130706433:{port}/", f"http://localhost:{port}/302", "http://169.254.169.254/latest/meta-data/",
        ]  # fmt: skip
        content = [{"type": kind, kind: {"url": url, "data": url}} for url in urls]
        body = json.dumps({"model": "plain", "messages": [{"role": "user", "content": content}]}).encode()
        line = stage.dial()
        line.send(stage.chat(body))
        upstream = stage.upstream.accept()
        request = upstream.request()
        assert all(url.encode() in request.body for url in urls)
        upstream.send(answered("200 OK", b"{}", JSON, "connection: close"))
        assert line.response().status == 200
        with pytest.raises(TimeoutError):
            trap.accept()

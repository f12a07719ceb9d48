"""Priorities, weights, keys in turn, retries, breakers and clients that leave, with upstreams that do as they are told."""

import contextlib
import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator

import pytest

from processes import Key, Relay, eventually
from scrape import Scrape
from scripted_upstream import Asked, Script, ScriptedUpstream

#: What the table gives a second for (robustness E14); the rest is a slow machine's.
PROMPT_SECONDS = 10
HANDSHAKE = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


class Stage:
    """A relay in front of scripted upstreams, with one model, `talk`."""

    def __init__(
        self, start, upstreams: list[ScriptedUpstream], routes: str, routing: str, keys: int, more: str, first_byte: str
    ):
        entries = "".join(
            f"  - name: u{index}\n    dialect: openai\n    base_url: http://127.0.0.1:{upstream.port}/v1\n"
            f"    api_keys: [{', '.join(f'provider-key-{index}-{number}' for number in range(keys))}]\n"
            f"    timeouts: {{ connect: 2s, first_byte: {first_byte}, idle: 20s }}\n"
            for index, upstream in enumerate(upstreams)
        )
        self.upstreams = upstreams
        self.relay: Relay = start.configured(
            "listen: [{ address: 127.0.0.1:0 }]\nstore: sqlite:longwire.sqlite\n"
            f"upstreams:\n{entries}models:\n  - id: talk\n    routes: {routes}\nrouting: {routing}\n{more}"
        )
        self.key: Key = self.relay.create_key()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.relay.port("http")), timeout=20)

    def request(self, is_session: bool = False, stream: bool = False) -> socket.socket:
        """A client that has asked."""
        connection = self.connect()
        head = f"Host: relay\r\nAuthorization: Bearer {self.key.text}\r\n"
        if is_session:
            connection.sendall(f"GET /v1/realtime?model=talk HTTP/1.1\r\n{head}{HANDSHAKE}\r\n".encode())
        else:
            body = json.dumps({"model": "talk", "stream": stream, "messages": [{"role": "user", "content": "hi"}]})
            connection.sendall(
                f"POST /v1/chat/completions HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()
            )
        return connection

    def ask(self, is_session: bool = False) -> tuple[int, dict[str, str], dict]:
        """Status, fields and body; a session is let go as soon as it was opened."""
        with self.request(is_session) as connection:
            response = http.client.HTTPResponse(connection, method="GET")
            response.begin()
            fields = {name.lower(): value for name, value in response.getheaders()}
            if response.status == 101:
                return 101, fields, {}
            return response.status, fields, json.loads(response.read())

    def succeeds(self, is_session: bool = False) -> None:
        status, _, body = self.ask(is_session)
        assert status == (101 if is_session else 200), body

    def is_refused(self, status: int, code: str, is_session: bool = False) -> dict[str, str]:
        told, fields, body = self.ask(is_session)
        assert (told, body["error"]["code"]) == (status, code), body
        return fields

    def counts(self) -> list[int]:
        return [len(upstream.asked) for upstream in self.upstreams]

    def states(self, upstream: str = "u0") -> list[str]:
        """Of the upstream's keys, as the API tells them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.relay.port("http"), timeout=20)
        with contextlib.closing(connection):
            connection.request("GET", "/api/upstreams")
            found = json.loads(connection.getresponse().read())["data"]
        return [key["state"] for entry in found if entry["name"] == upstream for key in entry["keys"]]


@pytest.fixture
def make(start) -> Iterator[Callable[..., Stage]]:
    upstreams: list[ScriptedUpstream] = []

    def make(
        scripts: list[Script],
        routes: list[dict] | None = None,
        routing: str = "{ attempts: 3, backoff: 50ms }",
        keys: int = 1,
        more: str = "",
        first_byte: str = "10s",
    ) -> Stage:
        mine = [ScriptedUpstream(script) for script in scripts]
        upstreams.extend(mine)
        routes = routes or [{"upstream": f"u{index}", "priority": index} for index in range(len(mine))]
        return Stage(start, mine, json.dumps(routes), routing, keys, more, first_byte)

    yield make
    for upstream in upstreams:
        upstream.close()


def status(code: int, **fields: str) -> Script:
    return lambda asked: asked.answer(code, **fields)


def silent(asked: Asked) -> None:
    asked.wait_until_gone()


def cut(asked: Asked) -> None:
    asked.connection.shutdown(socket.SHUT_RDWR)


BOTH = pytest.mark.parametrize("is_session", [False, True], ids=["chat", "realtime"])


# Order


@BOTH
@pytest.mark.parametrize("first", [status(500), status(503), cut, silent], ids=["500", "503", "cut", "silent"])
def test_fail_over_follows_priorities(make, first: Script, is_session: bool):
    """The first byte's timeout is short, so that silence fails over as well."""
    order: list[int] = []

    def noted(index: int, script: Script) -> Script:
        def run(asked: Asked) -> None:
            order.append(index)
            script(asked)

        return run

    routes = [{"upstream": f"u{index}", "priority": priority} for index, priority in enumerate([7, 0, 3])]
    scripts = [noted(0, Asked.serve), noted(1, first), noted(2, status(502))]
    stage = make(scripts, routes, first_byte="2s")
    stage.succeeds(is_session)
    assert order == [1, 2, 0]


@BOTH
def test_attempts_are_bounded(make, is_session: bool):
    stage = make([status(500)] * 5, routing="{ attempts: 3, backoff: 0s }")
    stage.is_refused(500, "scripted", is_session)
    assert stage.counts() == [1, 1, 1, 0, 0]


def test_weights_share_the_load(make):
    """3 : 1, and the one without weight gets nothing as long as others answer; wide margins, for it is chance."""
    routes = [{"upstream": f"u{index}", "weight": weight} for index, weight in enumerate([3, 1, 0])]
    stage = make([Asked.serve] * 3, routes)
    for _ in range(120):
        stage.succeeds()
    heavy, light, none = stage.counts()
    assert heavy + light == 120 and none == 0
    assert 65 <= heavy <= 112, stage.counts()


# Keys


@BOTH
def test_keys_take_turns(make, is_session: bool):
    stage = make([Asked.serve], keys=3, more="limits: { handshake_timeout: 5s }\n")
    for _ in range(9):
        stage.succeeds(is_session)
    # Connections are spread over loops; the turns are those of the process.
    assert stage.upstreams[0].keys == [f"provider-key-0-{index}" for index in [0, 1, 2] * 3]


@BOTH
@pytest.mark.parametrize("refusal", [401, 403])
def test_a_refused_key_is_disabled_and_the_client_served(make, refusal: int, is_session: bool):
    def script(asked: Asked) -> None:
        asked.answer(refusal) if asked.key.endswith("-0") else asked.serve()

    stage = make([script], keys=2)
    for _ in range(4):
        stage.succeeds(is_session)
    assert stage.upstreams[0].keys == ["provider-key-0-0"] + ["provider-key-0-1"] * 4
    if refusal == 401:
        assert stage.states() == ["disabled", "closed"]
        assert Scrape(stage.relay.http).value("longwire_upstream_key_state", upstream="u0", key="0") == 3

    def warned() -> list[str]:
        return [event["key"] for event in stage.relay.events if event["message"].startswith("provider key disabled")]

    eventually(warned, 10, "the log says so")
    assert warned() == ["0"]
    assert "provider-key-0" not in stage.relay.output
    # An operator has the last word.
    stage.upstreams[0].script = Asked.serve
    stage.relay.enable_provider_key("u0", 0)
    assert stage.states() == ["closed", "closed"]
    for _ in range(2):
        stage.succeeds(is_session)
    assert "provider-key-0-0" in stage.upstreams[0].keys[-2:]


@BOTH
def test_no_key_left_blames_nobody_in_front(make, is_session: bool):
    stage = make([status(401)], keys=2)
    for _ in range(3):
        stage.is_refused(502, "upstream_auth_error", is_session)
    assert stage.counts() == [2]


# Retries


@BOTH
def test_429_goes_to_the_next_and_the_key_rests(make, is_session: bool):
    stage = make([status(429, retry_after="60"), Asked.serve])
    for _ in range(3):
        stage.succeeds(is_session)
    assert stage.counts() == [1, 3]


@BOTH
def test_a_limit_of_everybody_is_told_with_its_time(make, is_session: bool):
    stage = make([status(429, retry_after="60")])
    assert stage.is_refused(429, "scripted", is_session)["retry-after"] == "60"
    fields = stage.is_refused(429, "rate_limit_exceeded", is_session)
    assert 50 <= int(fields["retry-after"]) <= 60
    assert stage.counts() == [1]


@BOTH
def test_a_single_candidate_is_asked_again(make, is_session: bool):
    def script(asked: Asked) -> None:
        asked.answer(503) if len(asked.upstream.asked) < 3 else asked.serve()

    stage = make([script], routing="{ attempts: 3, backoff: 200ms }")
    stage.succeeds(is_session)
    first, second, third = (asked.at for asked in stage.upstreams[0].asked)
    # Half of a backoff is certain, the second one is twice the first.
    assert second - first >= 0.1 and third - second >= 0.2


@BOTH
def test_a_short_retry_after_is_waited_for(make, is_session: bool):
    def script(asked: Asked) -> None:
        asked.answer(429, retry_after="1") if len(asked.upstream.asked) < 2 else asked.serve()

    stage = make([script])
    stage.succeeds(is_session)
    first, second = (asked.at for asked in stage.upstreams[0].asked)
    assert second - first >= 0.99


def test_what_is_the_clients_doing_is_asked_once(make):
    stage = make([status(400), Asked.serve])
    for _ in range(8):
        stage.is_refused(400, "scripted")
    assert stage.counts() == [8, 0] and stage.states() == ["closed"]


# Breakers


@BOTH
def test_a_breaker_opens_and_recovers(make, is_session: bool):
    stage = make(
        [status(500)],
        routing="{ attempts: 1, breaker: { failures: 3, window: 60s, open: 3s, longest_open: 3s } }",
    )
    for _ in range(3):
        stage.is_refused(500, "scripted", is_session)
    assert stage.states() == ["open"]
    fields = stage.is_refused(503, "service_unavailable", is_session)
    assert int(fields["retry-after"]) >= 1
    assert stage.counts() == [3]
    # A probe that fails opens it again.
    eventually(lambda: stage.ask(is_session)[0] == 500, 10, "no probe went through")
    assert stage.counts() == [4] and stage.states() == ["open"]
    stage.upstreams[0].script = Asked.serve
    good = 101 if is_session else 200
    eventually(lambda: stage.ask(is_session)[0] == good, 10, "it did not recover")
    assert stage.states() == ["closed"]
    stage.succeeds(is_session)


def test_an_open_breaker_costs_other_routes_nothing(make):
    routing = "{ attempts: 2, breaker: { failures: 2, open: 1h, longest_open: 1h } }"
    stage = make([silent, Asked.serve], routing=routing, first_byte="2s")
    for _ in range(2):
        stage.succeeds()
    for _ in range(5):
        stage.succeeds()
    assert stage.counts() == [2, 7], "somebody waited for the first byte"


# Clients that leave


@BOTH
def test_a_client_that_leaves_before_the_answer(make, is_session: bool):
    # The first byte's timeout must not be what ends it.
    stage = make([silent], first_byte="60s")
    left = stage.request(is_session)
    asked = eventually(lambda: stage.upstreams[0].asked, 10, "no request")[0]
    left.close()
    eventually(lambda: asked.gone_at, PROMPT_SECONDS, "the upstream is still held")
    assert stage.states() == ["closed"]


def test_a_client_that_leaves_in_a_stream(make):
    def script(asked: Asked) -> None:
        asked.begin_stream()
        asked.wait_until_gone()

    stage = make([script])
    left = stage.request(stream=True)
    assert left.recv(65536)
    left.close()
    eventually(lambda: stage.upstreams[0].asked[0].gone_at, PROMPT_SECONDS, "the upstream is still held")


@BOTH
def test_a_client_that_leaves_in_a_backoff(make, is_session: bool):
    """Nobody is asked for somebody who has gone."""
    stage = make([status(503)], routing="{ attempts: 5, backoff: 3s }")
    left = stage.request(is_session)
    asked = eventually(lambda: stage.upstreams[0].asked, 10, "no request")[0]
    left.close()
    # Until long after the one who left would have been asked for again.
    while time.monotonic() < asked.at + 3.5:
        assert stage.counts() == [1]
        time.sleep(0.02)


@BOTH
def test_a_probe_whose_client_leaves_is_given_back(make, is_session: bool):
    stage = make([status(500)], routing="{ attempts: 1, breaker: { failures: 1, open: 300ms } }")
    stage.is_refused(500, "scripted", is_session)
    stage.upstreams[0].script = silent

    def probe() -> socket.socket | None:
        line = stage.request(is_session)
        line.settimeout(0.2)
        try:
            line.recv(65536)  # Refused: the breaker is still open.
            line.close()
        except TimeoutError:
            return line
        return None

    eventually(probe, 10, "no probe went through").close()
    stage.upstreams[0].script = Asked.serve
    good = 101 if is_session else 200
    eventually(lambda: stage.ask(is_session)[0] == good, 10, "the probe was not given back")
    assert stage.states() == ["closed"]

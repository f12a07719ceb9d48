"""F: TLS toward upstreams: whom we trust, and what happens to bytes at every odd moment."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from authority import WITH_NUL, Authority, HandTLS
from certificates import Certificates
from frames import BINARY, TEXT
from lines import PATIENCE, Ended, Leg, Line, Response
from processes import binary, clean_environment, eventually, free_port
from relays import MEBI
from stage import SLACK, Stage
from upstream import JSON_HEAD, SSE_HEAD, answered, server_context, switching

JSON = "content-type: application/json"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), certificates)


def ask(stage: Stage, model: str, is_session: bool) -> Line:
    line = stage.dial()
    line.send(stage.upgrade(model) if is_session else stage.chat(stage.chat_body(model)))
    return line


def is_not_trusted(stage: Stage, context: ssl.SSLContext, model: str = "secure", status: int = 502) -> None:
    """Neither a session nor a request gets through, and not a byte of HTTP leaves."""
    with stage.relay.tells(reason="upstream_tls"):
        for is_session in (True, False):
            line = ask(stage, model, is_session)
            said = b""
            try:
                upstream = stage.upstream.accept_secure(context)
                said = upstream.to_the_end()
            except (ssl.SSLError, ConnectionError):
                pass
            response = stage.is_refused(line, status, ends=is_session)
            assert said == b"", "the relay spoke to a stranger"
            assert b"localhost" not in response.body and b"certificate" not in response.body.lower()


# F1 to F7: whom we trust


def test_F01_self_signed(stage: Stage, authority: Authority):
    is_not_trusted(stage, server_context(authority.self_signed()))


@pytest.mark.parametrize(
    "options",
    [
        {"days": -1},
        {"names": "DNS:other.example"},
        {"names": None},
        {"names": "DNS:*.localhost"},
        {"names": "DNS:localhost.evil.example"},
        {"names": "URI:https://localhost, email:localhost@evil.example"},
        {"names": "IP:127.0.0.1"},
        {"purpose": "clientAuth"},
    ],
    ids=["expired", "other name", "common name only", "wildcard below", "longer name", "other kinds", "address only",
         "for clients"],
)  # fmt: skip
def test_F01_certificates(stage: Stage, authority: Authority, options: dict):
    is_not_trusted(stage, server_context(authority.issue(**options)))


@pytest.mark.parametrize("is_session", [True, False])
def test_F02_addresses(stage: Stage, is_session: bool):
    """The certificate must have the address; no name is indicated (RFC 6066 §3)."""
    names: list[str | None] = []
    context = server_context_with_sni(stage, names)
    line = ask(stage, "by-address", is_session)
    upstream = stage.upstream.accept_secure(context)
    request = upstream.request()
    upstream.send(switching(request) if is_session else answered("200 OK", b"{}", JSON, "connection: close"))
    assert line.response().status == (101 if is_session else 200)
    assert names == [None]


def server_context_with_sni(stage: Stage, names: list[str | None]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made = stage.certificates
    context.load_cert_chain(made.certificate, made.private_key)
    context.sni_callback = lambda _, name, __: names.append(name)
    return context


def test_F02_names_are_indicated(stage: Stage):
    names: list[str | None] = []
    line = ask(stage, "secure", True)
    upstream = stage.upstream.accept_secure(server_context_with_sni(stage, names))
    upstream.send(switching(upstream.request()))
    assert line.response().status == 101
    assert names == ["localhost"]


@pytest.mark.parametrize("names", ["DNS:localhost", "DNS:127.0.0.1", "IP:127.0.0.2", "IP:::1"])
def test_F02_addresses_that_are_not_in_the_certificate(stage: Stage, authority: Authority, names: str):
    is_not_trusted(stage, server_context(authority.issue(names)), "by-address")


def start(tmp_path: Path, upstream: str) -> tuple[int, str]:
    """What `longwire serve` says of a configuration that it must refuse."""
    configuration = tmp_path / "longwire.yaml"
    configuration.write_text(
        f"listen: [{{ address: 127.0.0.1:0 }}]\nstore: sqlite:{tmp_path}/longwire.sqlite\nupstreams:\n{upstream}"
    )
    result = subprocess.run(
        [str(binary()), "serve", "--config", str(configuration)],
        cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    return result.returncode, result.stdout + result.stderr


@pytest.mark.parametrize(
    "url", ["https://", "https:///v1", "https://:443/v1", "https://?", "wss://", '""', "https://%00/v1"]
)
def test_F03_empty_hosts(tmp_path: Path, url: str):
    code, text = start(
        tmp_path, f'  - {{ name: a, dialect: openai, base_url: {url}, api_keys: ["k"], models: ["*"] }}\n'
    )
    assert code == 78
    assert "base_url" in text


@pytest.mark.parametrize("kind", ["missing", "unreadable", "directory", "empty", "no certificate"])
def test_F04_ca_files(tmp_path: Path, kind: str):
    path = tmp_path / "ca.pem"
    if kind == "directory":
        path.mkdir()
    elif kind == "unreadable":
        path.symlink_to(path)
    elif kind == "empty":
        path.touch()
    elif kind == "no certificate":
        path.write_text("-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n")
    code, text = start(
        tmp_path,
        '  - name: a\n    dialect: openai\n    base_url: https://localhost:9/v1\n    api_keys: [k]\n    models: ["*"]\n'
        f"    tls: {{ ca_file: {path}, verify: full }}\n",
    )
    assert code == 78, text
    assert "ca.pem" in text


def test_F05_nul_in_a_name(stage: Stage, authority: Authority):
    is_not_trusted(stage, server_context(authority.issue(WITH_NUL)))


@pytest.mark.parametrize("is_session", [True, False])
@pytest.mark.parametrize("moment", ["at once", "after the hello"])
def test_F06_plain_http_instead_of_tls(stage: Stage, is_session: bool, moment: str):
    line = ask(stage, "secure", is_session)
    upstream = stage.upstream.accept_raw()
    if moment == "after the hello":
        upstream.exactly(5)
    upstream.send(answered("200 OK", b'{"plain":true}', JSON) + b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
    response = stage.is_refused(line, 502, "bad_gateway", ends=is_session)
    assert b"plain" not in response.body
    assert b"HTTP" not in upstream.to_the_end()


@pytest.mark.parametrize("is_session", [True, False])
@pytest.mark.parametrize(
    "answer",
    [
        b"\x00" * 100,
        b"\x15\x03\x01\x00\x02\x02\x28",
        b"\x16\x03\x03\xff\xff" + b"x" * 200,
        b"\x17\x03\x03\x00\x10" + b"x" * 16,
    ],
)
def test_F06_noise_instead_of_tls(stage: Stage, is_session: bool, answer: bytes):
    line = ask(stage, "secure-hasty", is_session)
    upstream = stage.upstream.accept_raw()
    upstream.send(answer)
    # A record that announces more than comes is waited for.
    assert line.response().status in (502, 504)
    assert b"HTTP" not in upstream.to_the_end()


def test_F07_old_versions(stage: Stage):
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        context = server_context(stage.certificates)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, version
        context.set_ciphers("ALL:@SECLEVEL=0")
        is_not_trusted(stage, context)


def test_F07_tls_1_2_is_fine(stage: Stage):
    context = server_context(stage.certificates)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    line = ask(stage, "secure", True)
    upstream = stage.upstream.accept_secure(context)
    upstream.send(switching(upstream.request()))
    assert line.response().status == 101


class ServerTool:
    """`openssl s_server`, which does on command what Python's TLS cannot; the relay reaches it through us."""

    def __init__(self, certificates: Certificates, *options: str):
        port = free_port()
        self.process = subprocess.Popen(
            [
                "stdbuf", "-o0", "openssl", "s_server", "-accept", f"127.0.0.1:{port}",
                "-cert", str(certificates.certificate),
                "-key", str(certificates.private_key), *options,
            ],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0,
        )  # fmt: skip
        self.output = bytearray()
        threading.Thread(target=self._read, daemon=True).start()
        eventually(lambda: b"ACCEPT" in self.output, PATIENCE, "s_server listens")
        self.inner = socket.create_connection(("127.0.0.1", port), PATIENCE)

    def _read(self) -> None:
        while piece := self.process.stdout.read(65536):
            self.output += piece

    def join(self, line: Line) -> None:
        """Carries bytes between the relay and the tool."""
        line.sock.settimeout(None)
        self.inner.settimeout(None)
        for source, target in ((line.sock, self.inner), (self.inner, line.sock)):
            threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, target: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def say(self, data: bytes) -> None:
        self.process.stdin.write(data)

    def command(self, line: bytes) -> None:
        """Gives an order and waits until it is carried out; what follows at once would be taken for a part of it."""
        done = self.output.count(b"SSL_do_handshake ->")
        self.say(line)
        eventually(lambda: self.output.count(b"SSL_do_handshake ->") > done, PATIENCE, f"{line!r} is carried out")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.inner.close()


@pytest.fixture
def tool(certificates: Certificates) -> Iterator[Callable[..., ServerTool]]:
    """Starts the tool for one test."""
    started: list[ServerTool] = []

    def start(*options: str) -> ServerTool:
        started.append(ServerTool(certificates, *options))
        return started[-1]

    yield start
    for tool in started:
        tool.stop()


def tool_session(stage: Stage, tool: ServerTool) -> Leg:
    """A session whose upstream is the tool; the client's end."""
    line = ask(stage, "secure", True)
    tool.join(stage.upstream.accept_raw())
    key = eventually(
        lambda: re.search(rb"sec-websocket-key: (\S+)\r\n", bytes(tool.output), re.IGNORECASE), PATIENCE, "a request"
    )[1].decode()
    tool.say(switching(Response("", [("sec-websocket-key", key)])).encode())
    assert line.response().status == 101
    return Leg(line, masks=True)


def test_F07_h2_only(stage: Stage, tool):
    """A server that insists on h2 ends the handshake itself; one that picks what we did not offer is a unit test's."""
    server = tool("-alpn", "h2")
    line = ask(stage, "secure", True)
    server.join(stage.upstream.accept_raw())
    stage.is_refused(line, 502, "bad_gateway")


# F8 to F12: bytes at odd moments


@pytest.mark.parametrize("command", [b"K\n", b"k\n"], ids=["both sides", "one side"])
def test_F08_key_updates(stage: Stage, tool, command: bytes):
    """Keys change while we write and while we read."""
    server = tool("-tls1_3")
    client = tool_session(stage, server)
    start = len(server.output)
    for turn in range(1, 4):
        client.send(BINARY, os.urandom(200_000))
        server.command(command)
        client.send(BINARY, os.urandom(200_000))
        server.say(b"\x81\x05after")
        assert client.message() == (TEXT, b"after")
        eventually(lambda n=turn: len(server.output) - start >= 400_000 * n, PATIENCE, "both messages arrive")


def test_F08_renegotiation(stage: Stage, tool):
    """We refuse it. A server that insists ends the session, which the client is told; nobody waits for ever."""
    server = tool("-tls1_2")
    client = tool_session(stage, server)
    client.send(BINARY, os.urandom(200_000))
    server.command(b"r\n")
    client.line.send_what_goes(client.frame(BINARY, os.urandom(200_000)))
    assert client.event()["error"]["code"] == "bad_gateway"
    assert client.closed().code == 1014
    eventually(lambda: b"no renegotiation" in server.output, PATIENCE, "the server is told")


def hand_upstream(stage: Stage, context: ssl.SSLContext | None = None) -> tuple[Line, HandTLS]:
    upstream = HandTLS(stage.upstream.accept_raw(), context or stage.upstream.tls)
    upstream.handshake()
    return upstream.line, upstream


@pytest.mark.parametrize("stream", [True, False])
def test_F09_end_without_close_notify_inside_a_body(stage: Stage, stream: bool):
    """A body that runs until the close could be cut by anyone, so without close_notify it is not whole."""
    line = stage.dial()
    line.send(stage.chat(stage.chat_body("secure", stream)))
    upstream = stage.upstream.accept_secure()
    upstream.request()
    body = b'data: {"choices":[]}\n\n' if stream else b'{"a":"' + b"x" * 100_000
    upstream.send((SSE_HEAD if stream else JSON_HEAD).encode() + b"\r\n" + body)
    head = line.head()
    upstream.close_raw()
    if stream:
        assert b'"bad_gateway"' in line.body(head)
    else:
        with pytest.raises((Ended, AssertionError)):
            line.body(head)


def test_F09_end_without_close_notify_after_the_body(stage: Stage):
    line = ask(stage, "secure", False)
    upstream = stage.upstream.accept_secure()
    upstream.request()
    upstream.send(answered("200 OK", b"{}", JSON))
    upstream.close_raw()
    assert line.response().body == b"{}"


def test_F09_end_with_close_notify(stage: Stage):
    line = ask(stage, "secure", False)
    raw, upstream = hand_upstream(stage)
    upstream.read_request()
    raw.send(upstream.sealed(JSON_HEAD.encode() + b"\r\n" + b'{"whole":true}') + upstream.farewell())
    raw.close()
    assert line.response().body == b'{"whole":true}'


@pytest.mark.parametrize("size", [10, 20_000, 200_000])
def test_F10_everything_in_one_segment(stage: Stage, size: int):
    """The last data, close_notify and FIN at once: all of it is delivered, and nothing spins."""
    before = stage.relay.cpu_seconds
    for framing in ("length", "close"):
        line = ask(stage, "secure", False)
        raw, upstream = hand_upstream(stage)
        upstream.read_request()
        body = json.dumps({"text": "x" * size}).encode()
        head = JSON_HEAD + (f"content-length: {len(body)}\r\n\r\n" if framing == "length" else "\r\n")
        raw.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        raw.send(upstream.sealed(head.encode() + body) + upstream.farewell())
        raw.close()
        assert line.response().body == body
    time.sleep(0.3)
    assert stage.relay.cpu_seconds - before < 1.0


def test_F10_last_message_and_close_of_a_session(stage: Stage):
    line = ask(stage, "secure", True)
    raw, upstream = hand_upstream(stage)
    request = upstream.read_request()
    sender = Leg(raw, masks=False)
    raw.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    data = switching(request).encode() + sender.frame(TEXT, "y" * 50_000) + sender.frame(8, b"\x0f\xa1last")
    raw.send(upstream.sealed(data) + upstream.farewell())
    raw.close()
    assert line.response().status == 101
    client = Leg(line, masks=True)
    assert client.message() == (TEXT, b"y" * 50_000)
    assert client.closed().code == 4001


@pytest.mark.parametrize("piece", [1, 5, 1000, 16_000, 40_000])
def test_F11_records_in_slices(stage: Stage, piece: int):
    """Whole messages appear as soon as their record is whole, without another byte to wake us up."""
    line = ask(stage, "secure", True)
    raw, upstream = hand_upstream(stage)
    request = upstream.read_request()
    raw.send(upstream.sealed(switching(request).encode()))
    assert line.response().status == 101
    client, sender = Leg(line, masks=True), Leg(raw, masks=False)
    for size in (0, 1, 16_000, 100_000) if piece > 5 else (0, 1, 3_000):
        raw.drip(upstream.sealed(sender.frame(BINARY, b"z" * size) + sender.frame(TEXT, "next")), piece)
        assert client.message() == (BINARY, b"z" * size)
        assert client.message() == (TEXT, b"next")


@pytest.mark.parametrize("size", [1 * MEBI, 6 * MEBI, 20 * MEBI])
@pytest.mark.parametrize("model", ["plain", "secure"])
def test_F12_large_bodies_to_a_slow_reader(stage: Stage, model: str, size: int):
    """What the kernel refuses waits, and goes on unchanged."""
    body = stage.chat_body(model, text=os.urandom(size // 2).hex())
    line = stage.dial()
    line.send(stage.chat(body))
    upstream = stage.upstream.accept_for(model)
    head = upstream.head()
    time.sleep(0.1)
    assert upstream.body(head) == body
    upstream.send(answered("200 OK", b"{}", JSON, "connection: close"))
    assert line.response().body == b"{}"


def test_F12_messages_to_a_slow_reader(stage: Stage, transport: str):
    client, upstream = stage.session(transport, "secure")
    messages = [os.urandom(50_000 + index) for index in range(100)]
    wire = b"".join(client.frame(BINARY, message) for message in messages)
    sent = client.line.send_what_goes(wire, 0.3)
    received = [upstream.message()[1] for _ in range(10)]
    while sent < len(wire) or len(received) < len(messages):
        if sent < len(wire):
            sent += client.line.send_what_goes(wire[sent : sent + 500_000], 0.05)
        if len(received) < len(messages):
            try:
                upstream.line.sock.settimeout(0.2)
                received.append(upstream.message()[1])
            except TimeoutError:
                pass
    assert received == messages


# F13 to F16: one connection after another


def test_F13_a_failed_connection_before_a_good_one(stage: Stage, authority: Authority):
    bad = server_context(authority.self_signed())
    for _ in range(5):
        is_not_trusted(stage, bad)
        stage.serves("tls", "secure")


def test_F13_failures_between_the_records_of_a_good_one(make_stage, authority: Authority):
    """On one loop, so that both share a thread and its error queue."""
    stage = make_stage(loops=1)
    client, upstream = stage.session("tls", "secure")
    bad = server_context(authority.self_signed())
    for index in range(10):
        line = ask(stage, "secure", True)
        with pytest.raises((ssl.SSLError, ConnectionError)):
            stage.upstream.accept_secure(bad).exactly(1)
        assert line.response().status == 502
        client.send(TEXT, f"up {index}")
        assert upstream.message() == (TEXT, f"up {index}".encode())
        upstream.send(TEXT, f"down {index}")
        assert client.message() == (TEXT, f"down {index}".encode())


def test_F14_interrupted_by_signals(make_stage):
    """Stopping and continuing interrupts every system call; nothing is lost."""
    stage = make_stage()
    client, upstream = stage.session("tls", "secure")
    done = threading.Event()

    def disturb() -> None:
        while not done.wait(0.001):
            os.kill(stage.relay.process.pid, signal.SIGSTOP)
            os.kill(stage.relay.process.pid, signal.SIGCONT)

    disturber = threading.Thread(target=disturb)
    disturber.start()
    try:
        for index in range(200):
            payload = os.urandom(1_000 + index * 100)
            client.send(BINARY, payload)
            assert upstream.message() == (BINARY, payload)
            upstream.send(BINARY, payload)
            assert client.message() == (BINARY, payload)
    finally:
        done.set()
        disturber.join()


@pytest.mark.parametrize("model", ["plain", "secure"])
def test_F14_writes_to_peers_that_are_gone(stage: Stage, transport: str, model: str):
    for _ in range(20):
        client, upstream = stage.session(transport, model)
        flood = upstream.frame(BINARY, b"x" * 10_000) * 20
        client.line.reset()
        upstream.line.send_what_goes(flood, 1)
        upstream.line.reset()
    assert stage.relay.is_running


def test_F15_slow_handshake(stage: Stage):
    line = ask(stage, "secure-hasty", True)
    upstream = HandTLS(stage.upstream.accept_raw(), stage.upstream.tls)
    began = time.monotonic()
    with pytest.raises((OSError, Ended)):
        upstream._take_in()
        with pytest.raises(ssl.SSLWantReadError):
            upstream.tls.do_handshake()
        for byte in upstream.outgoing.read():
            upstream.line.send(bytes([byte]))
            time.sleep(0.05)
    assert time.monotonic() - began < PATIENCE / 2
    stage.is_refused(line, 504, "gateway_timeout")


def test_F15_long_chain(stage: Stage, authority: Authority):
    before = stage.relay.memory
    is_not_trusted(stage, server_context(authority.with_long_chain()))
    assert stage.relay.memory - before < SLACK


def resumption(stage: Stage, model: str, context: ssl.SSLContext) -> bool:
    """Whether a connection resumed a session of an earlier one."""
    line = ask(stage, model, False)
    upstream = stage.upstream.accept_secure(context)
    upstream.request()
    resumed = upstream.sock.session_reused
    upstream.send(answered("200 OK", b"{}", JSON, "connection: close"))
    assert line.response().body == b"{}"
    upstream.close()
    return bool(resumed)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_F16_resumed_sessions(make_stage, version: ssl.TLSVersion):
    """A session is resumed with the host it was made with, never with another one, be it the same machine."""
    stage = make_stage(loops=1)
    context = server_context(stage.certificates)
    context.minimum_version = context.maximum_version = version
    assert not resumption(stage, "secure", context)
    assert resumption(stage, "secure", context)
    assert not resumption(stage, "by-address", context)
    assert resumption(stage, "by-address", context)


def test_F16_a_resumed_session_is_not_trusted_more(make_stage, authority: Authority):
    """A server that does not know the session shows a certificate, and that one counts."""
    stage = make_stage(loops=1)
    resumption(stage, "secure", server_context(stage.certificates))
    is_not_trusted(stage, server_context(authority.issue("DNS:other.example")))
    stage.serves("plain", "secure")

"""Starting and stopping the binary: `simulate`, `serve` and the key commands."""

import contextlib
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from certificates import Certificates

START_SECONDS = 60
STOP_SECONDS = 15
LISTENING = re.compile(r"listening on (https?)://(\S+?):(\d+)\s*$")
#: What a process dies of that does something it must never do.
FAULTS = {-number for number in (signal.SIGILL, signal.SIGTRAP, signal.SIGABRT, signal.SIGBUS, signal.SIGSEGV)}
SANITIZER_REPORT = re.compile(r"(ERROR|WARNING): \w+Sanitizer")
#: Below the range that the kernel chooses from (ip(7), ip_local_port_range).
UNASSIGNED_PORTS = range(10_000, 32_768)
#: What the relay shows upstream, and the only credential that may be seen there.
UPSTREAM_KEY = "upstream-secret-1f0e9d8c7b6a"


def binary() -> Path:
    given = os.environ.get("LONGWIRE_BIN")
    if given:
        return Path(given).resolve()
    build = Path(__file__).resolve().parents[2] / ".build"
    for kind in ("release", "debug"):
        if (build / kind / "longwire").exists():
            return build / kind / "longwire"
    raise FileNotFoundError("no longwire binary: build it, or set LONGWIRE_BIN")


def clean_environment() -> dict[str, str]:
    """Ours without anything that would change what the binary does."""
    removed = ("LONGWIRE_", "OPENAI_", "ANTHROPIC_", "GEMINI_")
    return {name: value for name, value in os.environ.items() if not name.startswith(removed)}


class Running:
    """A process of the binary that prints where it listens."""

    #: Those that somebody still holds.
    known: weakref.WeakSet["Running"] = weakref.WeakSet()

    def __init__(
        self,
        arguments: list[str],
        directory: Path,
        listeners: int,
        environment: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
    ):
        """`environment` is added to ours; `prefix` is a command that runs the binary, such as `prlimit`."""
        self.known.add(self)
        self.arguments = arguments
        self.lines: list[str] = []
        self.addresses: list[tuple[str, int]] = []  # scheme, port
        self._ready = threading.Condition()
        self._has_ended = False
        self.process = subprocess.Popen(
            [*prefix, str(binary()), *arguments],
            cwd=directory,
            env=clean_environment() | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        with self._ready:
            done = self._ready.wait_for(lambda: len(self.addresses) >= listeners or self._has_ended, START_SECONDS)
        if not done or len(self.addresses) < listeners:
            self.kill()
            raise RuntimeError(f"{arguments[0]} did not start:\n" + self.output)

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self._ready:
                self.lines.append(line)
                if found := LISTENING.search(line):
                    self.addresses.append((found[1], int(found[3])))
                self._ready.notify_all()
        with self._ready:
            self._has_ended = True
            self._ready.notify_all()

    @property
    def output(self) -> str:
        return "".join(self.lines)

    @property
    def events(self) -> list[dict[str, str]]:
        """What it has logged, one object for each line; every line that is none of its announcements must be one."""
        return [json.loads(line) for line in list(self.lines) if line.startswith("{")]

    def port(self, scheme: str) -> int:
        return next(port for kind, port in self.addresses if kind == scheme)

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """kill -9"""
        if self.is_running:
            self.process.kill()
        self.process.wait()

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        if self.is_running:
            self.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._reader.join(STOP_SECONDS)
        assert self.process.returncode not in FAULTS, "it died:\n" + self.output[-20_000:]
        # Of a binary that was built with one: a race is told while it runs, a leak at its end.
        reports = [line for line in self.lines if SANITIZER_REPORT.search(line)]
        assert not reports, "a sanitizer has something to say:\n" + self.output[-20_000:]


class Simulator(Running):
    """The upstream, with TLS and a log of what arrives."""

    def __init__(self, directory: Path, certificates: Certificates, port: int = 0):
        self.log = directory / "upstream.log"
        super().__init__(
            [
                "simulate", "--listen", f"127.0.0.1:{port}", "--certificate", str(certificates.certificate),
                "--private-key", str(certificates.private_key), "--log", str(self.log),
            ],
            directory,
            listeners=1,
        )  # fmt: skip


CONFIGURATION = """\
listen:
  - address: 127.0.0.1:0
  - address: 127.0.0.1:0
    tls: {{ certificate: {certificate}, private_key: {private_key} }}
store: sqlite:longwire.sqlite
upstreams:
  - name: simulator
    dialect: openai
    base_url: https://localhost:{upstream}/v1
    api_keys: ["{upstream_key}"]
    tls: {{ ca_file: {ca}, verify: full }}
    timeouts: {{ connect: 10s, first_byte: 5s, idle: 20s }}
{passthrough}{faulty}  - name: down
    dialect: openai
    base_url: http://127.0.0.1:{closed}/v1
    api_keys: ["{upstream_key}"]
    timeouts: {{ connect: 1s, first_byte: 2s, idle: 5s }}
models:
{models}routing: {{ backoff: 0s }}
limits:
  handshake_timeout: 10s
  request_body: 4MiB
  message_from_client: 4MiB
{more}"""

#: The simulator once more: where a fault is asked for, what is learned of the upstream must not concern other tests.
FAULTY = """\
  - name: {name}
    dialect: openai
    base_url: https://localhost:{upstream}/v1
    api_keys: ["{upstream_key}"]
    tls: {{ ca_file: {ca}, verify: full }}
    timeouts: {{ connect: 10s, first_byte: 5s, idle: 20s }}
"""

MODEL = """\
  - id: {id}
    routes:
{routes}    owned_by: longwire
    capabilities: [realtime, chat]
"""

#: Public id → routes (upstream, model, priority). All but the last three carry their own name upstream.
MODELS: dict[str, list[tuple[str, str, int]]] = {
    name: [("simulator", name, 0)]
    for name in (
        "sim-realtime", "sim-chat", "sim-echo", "sim-large", "sim-binary", "sim-garbage", "sim-slow",
        "sim-stall-mid-turn", "sim-drop-mid-turn", "sim-fail-turn", "sim-expire",
        "sim-close-1000", "sim-close-1013", "sim-close-4000", "sim-close-1005", "sim-close-1006", "sim-close-999",
    )
} | {
    name: [(f"faulty-{name}", name, 0)]
    for name in (
        "sim-stall-handshake", "sim-refuse-400", "sim-refuse-401", "sim-refuse-403", "sim-refuse-429",
        "sim-refuse-500", "sim-refuse-503",
    )
} | {
    "gpt-realtime": [("simulator", "sim-realtime", 0)],
    "renamed-chat": [("simulator", "sim-chat", 0)],
    "down": [("down", "sim-realtime", 0)],
    "fail-over": [("down", "sim-realtime", 0), ("simulator", "sim-realtime", 1)],
    "fail-over-refused": [("faulty-sim-refuse-503", "sim-refuse-503", 0), ("simulator", "sim-realtime", 1)],
}  # fmt: skip


def free_port() -> int:
    """A port on which nobody listens, nor will by chance: of those that the kernel gives to nobody who asks for any."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", random.choice(UNASSIGNED_PORTS)))
            return probe.getsockname()[1]


@dataclass(frozen=True)
class Key:
    id: str
    text: str


class Relay(Running):
    """The relay, listening in plain and with TLS, dialling a simulator over TLS with verification."""

    def __init__(
        self,
        directory: Path,
        certificates: Certificates,
        upstream_port: int,
        more: str = "",
        passthrough: bool = False,
        more_models: str = "",
        options: Sequence[str] = (),
    ):
        """`more` goes to the end of the configuration, `more_models` to its models, `options` to the command line."""
        self.directory = directory
        self.config = directory / "longwire.yaml"
        models = "".join(
            MODEL.format(
                id=name,
                routes="".join(
                    f"      - {{ upstream: {upstream}, model: {model}, priority: {priority} }}\n"
                    for upstream, model, priority in routes
                ),
            )
            for name, routes in MODELS.items()
        )
        self.config.write_text(
            CONFIGURATION.format(
                certificate=certificates.certificate,
                private_key=certificates.private_key,
                ca=certificates.ca_file,
                upstream=upstream_port,
                upstream_key=UPSTREAM_KEY,
                closed=free_port(),
                faulty="".join(
                    FAULTY.format(
                        name=name, upstream=upstream_port, upstream_key=UPSTREAM_KEY, ca=certificates.ca_file
                    )
                    for name in sorted({route[0] for routes in MODELS.values() for route in routes})
                    if name.startswith("faulty-")
                ),
                passthrough='    models: ["*"]\n' if passthrough else "",
                models=models + more_models,
                more=more,
            )
        )
        super().__init__(["serve", "--config", str(self.config), *options], directory, listeners=2)

    @classmethod
    def configured(cls, directory: Path, text: str) -> "Relay":
        """A relay with this configuration, which has one listener."""
        relay = object.__new__(cls)
        relay.directory = directory
        relay.config = directory / "longwire.yaml"
        relay.config.write_text(text)
        Running.__init__(relay, ["serve", "--config", str(relay.config)], directory, listeners=1)
        return relay

    def restarted(self) -> "Relay":
        """Another process with the same configuration and store; this one must have ended."""
        relay = object.__new__(Relay)
        relay.directory = self.directory
        relay.config = self.config
        Running.__init__(relay, ["serve", "--config", str(self.config)], self.directory, listeners=2)
        return relay

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.port('http')}"

    @property
    def https(self) -> str:
        return f"https://localhost:{self.port('https')}"

    @property
    def ws(self) -> str:
        return f"ws://127.0.0.1:{self.port('http')}"

    @property
    def wss(self) -> str:
        return f"wss://localhost:{self.port('https')}"

    def run(
        self, *arguments: str, given: str = "", environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command with the relay's configuration; `given` is its standard input."""
        return subprocess.run(
            [str(binary()), *arguments, "--config", str(self.config)],
            cwd=self.directory,
            env=clean_environment() | dict(environment or {}),
            input=given,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
        )

    def command(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert result.returncode == 0, f"{arguments}: {result.stdout}{result.stderr}"
        return result.stdout

    def create_key(self, *options: str, name: str = "test") -> Key:
        made = json.loads(self.command("keys", "create", "--name", name, "--json", *options))
        return Key(made["id"], made["key"])

    def create_key_by_api(self, name: str = "test") -> Key:
        """The same within milliseconds."""
        made = ask_admin_api(self.port("http"), "/api/keys", {"name": name}, status=201)
        return Key(made["id"], made["key"])

    def enable_provider_key(self, upstream: str, index: int = 0) -> None:
        """Makes the relay forget what it has learned of a provider key."""
        ask_admin_api(self.port("http"), f"/api/upstreams/{upstream}/keys/{index}/enable", {}, status=200)

    def revoke(self, key: Key) -> None:
        self.command("keys", "revoke", key.id)


def ask_admin_api(port: int, path: str, body: dict, status: int) -> dict:
    """The data that a POST is answered with, where no admin key is configured: admin is who sits here."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
    assert answer.status == status, content
    return json.loads(content)["data"]


def local_ports_to(port: int) -> set[str]:
    """Our ends of established connections to a port of the loopback interface (proc(5), net/tcp)."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {row[1] for row in rows if row[2] == f"0100007F:{port:04X}" and row[3] == "01"}


def eventually(condition, seconds: float, what: str):
    """Waits until a condition gives something true, which it returns."""
    deadline = time.monotonic() + seconds
    while True:
        if result := condition():
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)

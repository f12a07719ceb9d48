"""Relays for hostile tests: their configuration, and what can be seen of such a process from outside."""

import contextlib
import http.client
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from certificates import Certificates
from processes import Key, Relay, Running, clean_environment, eventually, free_port
from upstream import Upstream

#: What the relay shows upstreams; it may be seen nowhere else.
UPSTREAM_KEY = "upstream-secret-9a8b7c6d5e4f"
KIBI, MEBI = 1024, 1024 * 1024
#: Whether the binary was built with a sanitizer, whose shadow and quarantine say nothing about what the relay holds.
SANITIZED = "LONGWIRE_SANITIZER" in os.environ
#: Limits of size that both kinds of relay have, small enough to be reached quickly.
MESSAGE_FROM_CLIENT, MESSAGE_FROM_UPSTREAM = MEBI, 4 * MEBI
ORIGIN = "https://app.example.com"

ROOMY = f"""\
limits:
  request_body: 24MiB
  message_from_client: {MESSAGE_FROM_CLIENT}
  message_from_upstream: {MESSAGE_FROM_UPSTREAM}
"""
#: Milliseconds for which a peer may take nothing, where every wait is short.
STALLED_MILLISECONDS = 1500
#: Every wait short, so that running into it does not take long.
HURRIED = f"""\
limits:
  request_body: 1MiB
  message_from_client: {MESSAGE_FROM_CLIENT}
  message_from_upstream: {MESSAGE_FROM_UPSTREAM}
  handshake_timeout: 3s
  body_timeout: 1s
  keep_alive: 2s
  stalled_client: {STALLED_MILLISECONDS}ms
  ping_interval: 2s
  message_timeout: 4s
  close_timeout: 1s
  idle_session: 8s
origins: ["{ORIGIN}"]
"""

CONFIGURATION = """\
listen:
  - address: 127.0.0.1:0
  - address: 127.0.0.1:0
    tls: {{ certificate: {certificate}, private_key: {private_key} }}
store: sqlite:longwire.sqlite
upstreams:
{upstreams}models:
{models}routing: {{ backoff: 0s, breaker: {{ failures: 1000 }} }}
{more}"""

GENEROUS_TIMES = "{ connect: 15s, first_byte: 15s, idle: 15s }"
SHORT_TIMES = "{ connect: 1s, first_byte: 3s, idle: 3s }"


def upstream_entry(name: str, url: str, times: str = GENEROUS_TIMES, tls: str = "", models: str = "") -> str:
    return (
        f"  - name: {name}\n    dialect: openai\n    base_url: {url}\n"
        f'    api_keys: ["{UPSTREAM_KEY}"]\n    timeouts: {times}\n'
        + (f"    tls: {tls}\n" if tls else "")
        + (f"    models: {models}\n" if models else "")
    )


def upstream_entries(upstream: Upstream, certificates: Certificates) -> dict[str, str]:
    """Name → entry; a model of the same name leads to each."""
    trust = f"{{ ca_file: {certificates.ca_file}, verify: full }}"
    plain, secure = f"127.0.0.1:{upstream.port}", f"localhost:{upstream.secure_port}"
    entries = {
        "plain": upstream_entry("plain", f"http://{plain}/v1", models='["loose-*"]'),
        "plain-hasty": upstream_entry("plain-hasty", f"http://{plain}/v1", SHORT_TIMES),
        "beta": upstream_entry("beta", f"http://{plain}/v1") + "    realtime: { shape: beta }\n",
        "secure": upstream_entry("secure", f"https://{secure}/v1", tls=trust),
        "secure-hasty": upstream_entry("secure-hasty", f"https://{secure}/v1", SHORT_TIMES, tls=trust),
        "by-address": upstream_entry("by-address", f"https://127.0.0.1:{upstream.secure_port}/v1", tls=trust),
        "black-hole": upstream_entry("black-hole", f"http://127.0.0.1:{upstream.black_hole_port}/v1", SHORT_TIMES),
        "closed": upstream_entry("closed", f"http://127.0.0.1:{free_port()}/v1"),
        "no-name": upstream_entry("no-name", "http://no-such-host.invalid/v1", SHORT_TIMES),
    }
    if upstream.has_ipv6:
        # `localhost` is ::1 and 127.0.0.1; on the former nobody answers.
        entries["half-dark"] = upstream_entry("half-dark", f"http://localhost:{upstream.half_dark_port}/v1")
    return entries


class HostileRelay(Running):
    """A relay between hostile clients and hostile upstreams."""

    directory: Path
    run = Relay.run
    command = Relay.command
    create_key = Relay.create_key
    revoke = Relay.revoke

    def __init__(
        self,
        directory: Path,
        certificates: Certificates,
        upstream: Upstream,
        more: str = ROOMY,
        prefix: Sequence[str] = (),
        environment: dict[str, str] | None = None,
        loops: int = 0,
    ):
        self.directory = directory
        self.config = directory / "longwire.yaml"
        entries = upstream_entries(upstream, certificates)
        self.config.write_text(
            CONFIGURATION.format(
                certificate=certificates.certificate,
                private_key=certificates.private_key,
                upstreams="".join(entries.values()),
                models="".join(
                    f"  - id: {name}\n    routes: [{{ upstream: {name}, model: {name} }}]\n"
                    "    capabilities: [realtime, chat]\n"
                    for name in entries
                ),
                more=more,
            )
        )
        super().__init__(
            ["serve", "--config", str(self.config), "--loops", str(loops)],
            directory,
            listeners=2,
            environment={"LONGWIRE_LOG_LEVEL": "info"} | (environment or {}),
            prefix=prefix,
        )
        self.key: Key = self.create_key(name="everyone")

    def forget_keys(self) -> None:
        """What was learned of provider keys in one test must not concern the next."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port("http"), timeout=30)
        given = re.search(r"^admin_key: (\S+)$", self.config.read_text(), re.MULTILINE)
        admin = {"Authorization": f"Bearer {given[1]}"} if given else {}
        connection.request("GET", "/api/upstreams", headers=admin)
        for upstream in json.loads(connection.getresponse().read())["data"]:
            if any(key["state"] != "closed" or key["excluded_models"] for key in upstream["keys"]):
                connection.request("POST", f"/api/upstreams/{upstream['name']}/keys/0/enable", headers=admin)
                connection.getresponse().read()
        connection.close()

    @property
    def proc(self) -> Path:
        return Path("/proc") / str(self.process.pid)

    @property
    def descriptors(self) -> int:
        return len(os.listdir(self.proc / "fd"))

    @property
    def open_ends(self) -> int:
        """Descriptors without those that are opened once, when they are first needed: the store's and timers."""
        count = 0
        for entry in os.listdir(self.proc / "fd"):
            try:
                target = os.readlink(self.proc / "fd" / entry)
            except OSError:
                continue  # closed meanwhile
            count += "longwire.sqlite" not in target and "timerfd" not in target
        return count

    def _status(self, name: str) -> int:
        if SANITIZED:
            return 0
        line = next(line for line in (self.proc / "status").read_text().splitlines() if line.startswith(name + ":"))
        return int(line.split()[1]) * KIBI

    @property
    def memory(self) -> int:
        """Resident bytes."""
        return self._status("VmRSS")

    @property
    def peak_memory(self) -> int:
        """The most resident bytes since `forget_peak`."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        (self.proc / "clear_refs").write_text("5")

    @property
    def cpu_seconds(self) -> float:
        fields = (self.proc / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def logged(self, message: str = "", **fields: str) -> list[dict[str, str]]:
        """Events of the log whose message begins like this and that have all these fields."""
        return [
            event
            for event in self.events
            if event["message"].startswith(message) and fields.items() <= event.items()
        ]

    def logs(self, message: str = "", seconds: float = 10, **fields: str) -> dict[str, str]:
        """Waits for such an event, which is the only one, or whose fields are of this test alone."""
        return eventually(lambda: self.logged(message, **fields), seconds, f"{message!r} {fields} in the log")[0]

    @contextlib.contextmanager
    def tells(self, message: str = "", seconds: float = 10, **fields: str) -> Iterator[Callable[[], bool]]:
        """What happens within is told by one more such event, maybe a little later; gives whether it has come."""
        before = len(self.logged(message, **fields))

        def has_come() -> bool:
            return len(self.logged(message, **fields)) > before

        yield has_come
        eventually(has_come, seconds, f"{message!r} {fields} in the log")


__all__ = ["HostileRelay", "Key", "clean_environment"]

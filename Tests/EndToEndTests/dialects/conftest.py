"""Three doubles, one relay before them, and an SDK of each dialect."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from clients import CLIENTS
from doubles import PLAYS, UPSTREAM_KEY, Double
from ledger_file import LedgerFile
from processes import Key, Relay, Running, eventually
from scenes import NAMES, SCENES

DIALECTS = ("openai", "claude", "gemini")
#: Times that plays run into, short enough to wait for.
TIMES = "{ connect: 2s, first_byte: 2s, idle: 3s }"
OTHERS = ("embeddings", "responses", "responses-cut", "completions", "moderations", "images", "speech", "whisper")


def model(id: str, *routes: tuple[str, str], more: str = "") -> str:
    lines = "".join(
        f"      - {{ upstream: {upstream}, model: {name}, priority: {priority} }}\n"
        for priority, (upstream, name) in enumerate(routes)
    )
    return f"  - id: {id}\n    routes:\n{lines}{more}"


PRICED = "    pricing: { input: 0.001, cached_input: 0.0001, output: 0.002 }\n"
SHOWN = "    capabilities: [chat, vision]\n    context_length: 128000\n    created: 1790000000\n    owned_by: doubles\n"


def configuration(doubles: dict[str, Double]) -> str:
    refusals = [f"error-{status}" for status in NAMES]
    # A refusal concerns a key of ours, or its upstream: each has one of its own.
    upstreams = "".join(
        f"  - name: {dialect}{kind}\n    dialect: {dialect}\n    base_url: {doubles[dialect].base_url}\n"
        f'    api_keys: ["{UPSTREAM_KEY}"]\n    timeouts: {TIMES}\n'
        + ("    conversion: strict\n" if kind == "-strict" else "")
        for dialect in DIALECTS
        for kind in ("", "-strict", *(f"-{refusal}" for refusal in refusals))
    )
    models = [
        model(f"{dialect}-{play}", (dialect, play), more=PRICED) for dialect in DIALECTS for play in (*SCENES, *PLAYS)
    ]
    models += [
        model(f"{dialect}-{refusal}", (f"{dialect}-{refusal}", refusal)) for dialect in DIALECTS for refusal in refusals
    ]
    models += [model(f"strict-{dialect}", (f"{dialect}-strict", "text")) for dialect in DIALECTS]
    models += [model(name, ("openai", name), more=PRICED) for name in OTHERS]
    models += [
        model(f"over-{dialect}", (first, play), (dialect, "text"))
        for dialect, first, play in (
            ("openai", "claude", "page"), ("claude", "gemini", "only-head"), ("gemini", "openai", "oops"),
        )
    ]  # fmt: skip
    models.append(model("vendor/with-slash", ("gemini", "text"), more=SHOWN))
    return (
        "listen:\n  - address: 127.0.0.1:0\nstore: sqlite:longwire.sqlite\n"
        f"upstreams:\n{upstreams}models:\n{''.join(models)}"
        "limits: { stream_keep_alive: 200ms, request_body: 4MiB }\n"
        # Plays fail on purpose, again and again.
        "routing: { attempts: 3, backoff: 0s, breaker: { failures: 1000 } }\n"
    )


class DialectRelay(Running):
    """A relay before three doubles."""

    run, command, create_key, http = Relay.run, Relay.command, Relay.create_key, Relay.http

    def __init__(self, directory: Path, doubles: dict[str, Double]):
        self.directory = directory
        self.config = directory / "longwire.yaml"
        self.config.write_text(configuration(doubles))
        super().__init__(["serve", "--config", str(self.config)], directory, listeners=1)


@pytest.fixture(scope="session")
def doubles() -> Iterator[dict[str, Double]]:
    doubles = {dialect: Double(dialect) for dialect in DIALECTS}
    yield doubles
    for double in doubles.values():
        double.stop()


@pytest.fixture(scope="session")
def between(tmp_path_factory: pytest.TempPathFactory, doubles: dict[str, Double]) -> Iterator[DialectRelay]:
    """The relay."""
    relay = DialectRelay(tmp_path_factory.mktemp("between"), doubles)
    yield relay
    assert relay.is_running, "the relay died during the tests:\n" + relay.output[-4000:]
    relay.stop()
    assert UPSTREAM_KEY not in relay.output


@pytest.fixture(scope="session")
def own(between: DialectRelay) -> Key:
    return between.create_key(name="dialects")


@pytest.fixture(scope="session")
def clients(between: DialectRelay, own: Key) -> dict:
    return {dialect: make(between.http, own.text) for dialect, make in CLIENTS.items()}


@pytest.fixture(scope="session")
def http(between: DialectRelay, own: Key) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=between.http, headers={"authorization": f"Bearer {own.text}"}, timeout=20) as client:
        yield client


@pytest.fixture
def ledger(between: DialectRelay) -> "Ledger":
    return Ledger(between)


class Ledger:
    """The rows that a test adds."""

    def __init__(self, relay: DialectRelay):
        self.file = LedgerFile(relay.directory)
        # Rows of tests before this one may still be on their way.
        count = -1
        while count != (count := len(self.file.rows())):
            time.sleep(0.1)
        self.before = count

    def rows(self, count: int = 1) -> list[dict]:
        rows = eventually(lambda: (r := self.file.rows()[self.before :]) and len(r) >= count and r, 5, "a row")
        assert len(rows) == count
        return rows

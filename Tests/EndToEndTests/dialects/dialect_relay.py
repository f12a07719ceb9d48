"""The relay before three doubles, whose models are what the doubles play, and what a test has of it."""

from pathlib import Path

import httpx

from clients import CLIENTS
from doubles import PLAYS, UPSTREAM_KEY, Double
from ledger_file import LedgerFile
from processes import Key, Relay, Running
from scenes import NAMES, SCENES

DIALECTS = ("openai", "claude", "gemini")
#: Times that plays run into, short enough to wait for.
TIMES = "{ connect: 5s, first_byte: 2s, idle: 3s }"
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

    run, command, http = Relay.run, Relay.command, Relay.http
    create_key, create_key_by_api = Relay.create_key, Relay.create_key_by_api

    def __init__(self, directory: Path, doubles: dict[str, Double]):
        self.directory = directory
        self.config = directory / "longwire.yaml"
        self.config.write_text(configuration(doubles))
        super().__init__(["serve", "--config", str(self.config)], directory, listeners=1)


class Clients(dict):
    """Dialect → SDK, made when it is asked for."""

    def __init__(self, relay: DialectRelay, key: Key):
        self.relay, self.key = relay, key

    def __missing__(self, dialect: str):
        self[dialect] = CLIENTS[dialect](self.relay.http, self.key.text)
        return self[dialect]


def http_client(relay: DialectRelay, key: Key) -> httpx.Client:
    return httpx.Client(base_url=relay.http, headers={"authorization": f"Bearer {key.text}"}, timeout=20)


class Ledger:
    """The rows of a key."""

    def __init__(self, relay: DialectRelay, key: Key):
        self.file, self.key = LedgerFile(relay.directory), key

    def rows(self, count: int = 1) -> list[dict]:
        return self.file.awaited(count, "key_id = ?", self.key.id)

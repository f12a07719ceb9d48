"""A relay that opens the providers' chat models as realtime sessions."""

from pathlib import Path

from processes import Relay, Running
from providers import DIALECTS, PLAYS, REFUSALS, UPSTREAM_KEY, Provider

#: Times that plays run into, short enough to wait for.
TIMES = "{ connect: 5s, first_byte: 3s, idle: 3s }"
#: For a machine that has a hundred sessions to serve, and their clients and providers to play.
PATIENT_TIMES = "{ connect: 20s, first_byte: 20s, idle: 5s }"
PRICED = "    pricing: { input: 0.001, cached_input: 0.0001, output: 0.002 }\n"
#: Room for a few short turns.
SMALL = "    context_length: 200\n"


def model(id: str, *routes: tuple[str, str], more: str = PRICED) -> str:
    lines = "".join(
        f"      - {{ upstream: {upstream}, model: {name}, priority: {priority} }}\n"
        for priority, (upstream, name) in enumerate(routes)
    )
    return f"  - id: {id}\n    capabilities: [chat]\n    routes:\n{lines}{more}"


def configuration(providers: dict[str, Provider], limits: str, times: str) -> str:
    # A refusal concerns a key of ours, or its upstream: each has one of its own.
    upstreams = "".join(
        f"  - name: {dialect}{kind}\n    dialect: {dialect}\n    base_url: {providers[dialect].base_url}\n"
        f'    api_keys: ["{UPSTREAM_KEY}"]\n    timeouts: {times}\n'
        for dialect in DIALECTS
        for kind in ("", *(f"-{refusal}" for refusal in REFUSALS))
    )
    models = [model(f"{dialect}-{play}", (dialect, play)) for dialect in DIALECTS for play in PLAYS]
    models += [
        model(f"{dialect}-{refusal}", (f"{dialect}-{refusal}", refusal)) for dialect in DIALECTS for refusal in REFUSALS
    ]
    models += [
        model(f"over-{dialect}", (first, play), (dialect, "text"))
        for dialect, first, play in (
            ("openai", "claude", "page"), ("claude", "gemini", "only-head"), ("gemini", "openai", "oops"),
        )
    ]  # fmt: skip
    models += [model(f"small-{dialect}", (dialect, "text"), more=PRICED + SMALL) for dialect in DIALECTS]
    spoken = "    speech:\n      synthesis: { upstream: openai, model: mute }\n"
    models += [model(f"spoken-{dialect}", (dialect, "wordy"), more=PRICED + spoken) for dialect in DIALECTS]
    return (
        "listen:\n  - address: 127.0.0.1:0\nstore: sqlite:longwire.sqlite\n"
        f"upstreams:\n{upstreams}models:\n{''.join(models)}"
        f"{limits}"
        # Plays fail on purpose, again and again.
        "routing: { attempts: 3, backoff: 0s, breaker: { failures: 1000 } }\n"
    )


class ChatRelay(Running):
    """A relay before the providers."""

    run, command, revoke, http = Relay.run, Relay.command, Relay.revoke, Relay.http
    create_key, create_key_by_api = Relay.create_key, Relay.create_key_by_api

    def __init__(self, directory: Path, providers: dict[str, Provider], limits: str = "", times: str = TIMES):
        self.directory = directory
        self.config = directory / "longwire.yaml"
        self.config.write_text(configuration(providers, limits, times))
        self._serve()

    def _serve(self) -> None:
        Running.__init__(
            self,
            ["serve", "--config", str(self.config)],
            self.directory,
            listeners=1,
            environment={"LONGWIRE_LOG_LEVEL": "info"},
        )

    @property
    def resident_bytes(self) -> int:
        """proc(5), `status`."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))

    def restarted(self) -> "ChatRelay":
        """Another process with the same configuration and store; this one must have ended."""
        relay = object.__new__(ChatRelay)
        relay.directory, relay.config = self.directory, self.config
        relay._serve()
        return relay

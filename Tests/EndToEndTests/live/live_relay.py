"""The relay before the double, and what its ledger must say."""

from pathlib import Path

from certificates import Certificates
from ledger_file import LedgerFile
from live_double import LiveDouble
from processes import Key, Relay, Running, eventually

UPSTREAM_KEY = "upstream-secret-5d3c2b1a0f9e"
#: Public id → the upstream's name.
MODELS = {"live": "gemini-live-upstream", "bad-key": "bad-key", "missing": "missing", "deaf": "deaf", "never-ready": "never-ready"}


class LiveRelay(Running):
    """A relay before the double, in plain and with TLS."""

    run, command, create_key = Relay.run, Relay.command, Relay.create_key
    ws, wss, http, https = Relay.ws, Relay.wss, Relay.http, Relay.https

    def __init__(self, directory: Path, certificates: Certificates, double: LiveDouble):
        self.directory = directory
        self.config = directory / "longwire.yaml"
        models = "".join(
            f"  - id: {public}\n    routes:\n      - {{ upstream: google, model: {name} }}\n    capabilities: [realtime]\n"
            "    pricing: { input: 0.001, output: 0.002, audio_input: 0.003, audio_output: 0.012 }\n"
            for public, name in MODELS.items()
        )
        self.config.write_text(
            "listen:\n  - address: 127.0.0.1:0\n  - address: 127.0.0.1:0\n"
            f"    tls: {{ certificate: {certificates.certificate}, private_key: {certificates.private_key} }}\n"
            "store: sqlite:longwire.sqlite\n"
            f"upstreams:\n  - name: google\n    dialect: gemini\n    base_url: {double.base_url}\n"
            f'    api_keys: ["{UPSTREAM_KEY}"]\n'
            f"models:\n{models}"
            "  - id: chat-only\n    routes:\n      - { upstream: google, model: m }\n    capabilities: [chat]\n"
        )
        super().__init__(["serve", "--config", str(self.config)], directory, listeners=2)


class Costs:
    """The rows of one key beside what the double has told meanwhile."""

    def __init__(self, file: LedgerFile, double: LiveDouble, key: Key):
        self.file, self.double, self.key = file, double, key
        self.before = len(double.told)

    def rows(self) -> list[dict]:
        return self.file.rows("key_id = ?", self.key.id)

    @property
    def told(self) -> list[tuple]:
        return [
            (
                90, usage["promptTokenCount"] - 90,
                usage["responseTokenCount"] + usage["thoughtsTokenCount"],
            )
            for usage in self.double.told[self.before :]
        ]  # fmt: skip

    def check(self) -> list[dict]:
        """Every count that was told stands in one row, and what no count was told for costs nothing."""
        count = len(self.told)
        rows = eventually(lambda: (r := self.rows()) and len([x for x in r if x["input_text"]]) >= count and r, 10, "rows")
        written = [
            (row["input_text"], row["input_audio"], row["output_text"] + row["output_audio"])
            for row in rows
            if row["input_text"] or row["input_audio"] or row["output_text"]
        ]
        assert written == self.told
        assert not any(row["is_estimated"] for row in rows)
        return rows

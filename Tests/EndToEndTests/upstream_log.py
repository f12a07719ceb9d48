"""The simulator's log of what arrived and what it sent: one JSON object a line."""

import base64
import hashlib
import json
from pathlib import Path


class UpstreamLog:
    def __init__(self, path: Path):
        self.path = path

    @property
    def raw(self) -> bytes:
        return self.path.read_bytes() if self.path.exists() else b""

    @property
    def records(self) -> list[dict]:
        """All whole lines."""
        lines = self.raw.split(b"\n")[:-1]
        return [json.loads(line) for line in lines if line]

    def requests(self, path: str) -> list[dict]:
        """Heads of requests whose target has that path."""
        return [
            record
            for record in self.records
            if record["record"] == "request" and record["target"].split("?")[0] == path
        ]

    def last_connection(self, path: str) -> int:
        return self.requests(path)[-1]["connection"]

    def of(self, connection: int, record: str) -> list[dict]:
        return [entry for entry in self.records if entry["connection"] == connection and entry["record"] == record]

    def messages(self, connection: int, direction: str) -> list[dict]:
        return [entry for entry in self.of(connection, "message") if entry["direction"] == direction]

    def received(self, path: str) -> list[str]:
        """Texts that came on the last connection for that path."""
        return [record.get("text", "") for record in self.messages(self.last_connection(path), "received")]


def headers(request: dict) -> dict[str, str]:
    return {name.lower(): value for name, value in request["headers"]}


def fingerprint(message: str | bytes) -> tuple[str, int, str]:
    """Opcode, length and digest of a message, as the log tells them."""
    data = message.encode() if isinstance(message, str) else message
    return (
        "text" if isinstance(message, str) else "binary",
        len(data),
        base64.b64encode(hashlib.sha256(data).digest()).decode(),
    )


def logged_fingerprint(record: dict) -> tuple[str, int, str]:
    return record["opcode"], record["length"], record["sha256"]

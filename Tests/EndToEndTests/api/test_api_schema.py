"""Schemathesis against a running relay: what is documented is what is answered, whatever is sent."""

import subprocess
import sys
from pathlib import Path

from callers import ADMIN_KEY
from processes import Relay

EXAMPLES = 20
SECONDS = 600


def test_the_document_holds(start, simulator, tmp_path: Path) -> None:
    relay: Relay = start.relay(simulator.port("https"), more=f"admin_key: {ADMIN_KEY}\n")
    result = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"), "run", relay.http + "/api/openapi.json",
            "--header", f"Authorization: Bearer {ADMIN_KEY}", "--checks", "all", "--max-examples", str(EXAMPLES),
            "--seed", "7", "--request-timeout", "20", "--no-color",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-12000:] + result.stderr[-2000:]
    assert relay.is_running
    assert ADMIN_KEY not in relay.output

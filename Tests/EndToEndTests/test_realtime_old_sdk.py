"""The SDK generation before 2.x: it offers compression, caps messages at 1 MiB, and speaks the beta shape too."""

import os
import subprocess
from pathlib import Path

import pytest

from certificates import Certificates
from processes import Key, Relay

PYTHON = os.environ.get("LONGWIRE_OPENAI_1_PYTHON")
SCRIPT = Path(__file__).with_name("old_sdk_turn.py")


@pytest.mark.skipif(not PYTHON, reason="LONGWIRE_OPENAI_1_PYTHON is not set")
@pytest.mark.parametrize("shape", ["ga", "beta"])
def test_text_turn(relay: Relay, key: Key, certificates: Certificates, shape: str):
    result = subprocess.run(
        [PYTHON, str(SCRIPT), f"{relay.https}/v1", key.text, shape],
        env=os.environ | {"SSL_CERT_FILE": str(certificates.ca_file)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    assert "hello old friend" in result.stdout

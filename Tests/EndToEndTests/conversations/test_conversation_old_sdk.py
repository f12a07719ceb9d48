"""The SDK generation before 2.x in a conversation with chat models, in both shapes (protocol: realtime §11)."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from providers import DIALECTS, SCENES, Asked, asked
from scenes import WEATHER

PYTHON = os.environ.get("LONGWIRE_OPENAI_1_PYTHON")
SCRIPT = Path(__file__).with_name("old_sdk_conversation.py")


@pytest.mark.skipif(not PYTHON, reason="LONGWIRE_OPENAI_1_PYTHON is not set")
@pytest.mark.parametrize("shape", ["ga", "beta"])
def test_a_conversation(host, guest, providers, rows, shape: str):
    url = f"ws://127.0.0.1:{host.port('http')}/v1"
    models = [f"{dialect}-tool" for dialect in DIALECTS]
    result = subprocess.run(
        [PYTHON, str(SCRIPT), url, guest.text, shape, *models], capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    for dialect, model in zip(DIALECTS, models, strict=True):
        expect(told[model], asked(providers[dialect]), shape)
    assert [row["status"] for row in rows.new(9)] == ["completed"] * 9


def expect(seen: dict, told: Asked, shape: str) -> None:
    assert seen["texts"] == ["Let me look."] * 3 and seen["statuses"] == ["completed"] * 3
    assert seen["calls"] == [[WEATHER[0], WEATHER[1]]]
    assert seen["metadata"] == [None, {"k": "v"}, None]
    assert seen["usage"]["input_tokens"] == SCENES["tool"].prompt
    assert told.system == "Be brief." and told.tools == ["get_weather"]
    assert told.said[0] == ("user", "hello old friend") and ("user", "output:22 degrees") in told.said
    assert "aside" not in str(told.said)
    if shape == "beta":
        assert told.temperature == 0.7
        assert seen["session"]["modalities"] == ["text"] and "type" not in seen["session"]
        assert "conversation.item.created" in seen["types"] and "response.text.delta" in seen["types"]
        assert not [kind for kind in seen["types"] if "output_text" in kind or kind == "conversation.item.added"]
    else:
        assert seen["session"]["output_modalities"] == ["text"]

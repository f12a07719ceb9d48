"""A relay whose chat models hear and speak by a provider's other endpoints."""

from collections.abc import Iterator

import pytest

from ledger_file import LedgerFile
from processes import Key, Relay
from voices import UPSTREAM_KEY, Voices

CONFIGURATION = """\
listen:
  - address: 127.0.0.1:0
store: sqlite:longwire.sqlite
upstreams:
  - name: provider
    dialect: openai
    base_url: {base_url}
    api_keys: ["{key}"]
models:
  - id: talker
    routes: [{{ upstream: provider, model: chat }}]
    capabilities: [chat]
    pricing: {{ input: 0.001, output: 0.002 }}
    speech:
      transcription: {{ upstream: provider, model: ear }}
      synthesis: {{ upstream: provider, model: voice, voice: sage }}
  - id: listener
    routes: [{{ upstream: provider, model: chat }}]
    capabilities: [chat]
    speech:
      transcription: {{ upstream: provider, model: ear }}
limits: {{ conversation: {{ audio_bytes: 128KiB }} }}
routing: {{ attempts: 1, breaker: {{ failures: 1000 }} }}
"""


@pytest.fixture
def voices() -> Iterator[Voices]:
    voices = Voices()
    yield voices
    voices.stop()


@pytest.fixture
def talking(tmp_path, voices: Voices) -> Iterator[Relay]:
    relay = Relay.configured(tmp_path, CONFIGURATION.format(base_url=voices.base_url, key=UPSTREAM_KEY))
    yield relay
    assert relay.is_running, "the relay died during the tests:\n" + relay.output[-4000:]
    relay.stop()
    assert UPSTREAM_KEY not in relay.output


@pytest.fixture
def speaker(talking: Relay) -> Key:
    return talking.create_key(name="speaker")


@pytest.fixture
def rows(talking: Relay) -> LedgerFile:
    return LedgerFile(talking.directory)

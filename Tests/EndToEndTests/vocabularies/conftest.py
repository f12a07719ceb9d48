"""One relay for the tests of a file, and a key to it."""

from collections.abc import Iterator

import pytest

from certificates import Certificates
from processes import Key, Relay, Simulator
from versatile import configuration


@pytest.fixture(scope="module")
def vocabularies(
    tmp_path_factory: pytest.TempPathFactory, simulator: Simulator, certificates: Certificates
) -> Iterator[Relay]:
    text = configuration(simulator.port("https"), certificates)
    relay = Relay.configured(tmp_path_factory.mktemp("vocabularies"), text)
    yield relay
    assert relay.is_running, "the relay died during the tests:\n" + relay.output[-4000:]
    relay.stop()


@pytest.fixture(scope="module")
def member(vocabularies: Relay) -> Key:
    return vocabularies.create_key(name="member")

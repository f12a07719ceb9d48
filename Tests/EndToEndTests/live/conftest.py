"""A double of Gemini Live, and a relay before it with TLS, which Google's SDK insists on."""

from collections.abc import Iterator

import pytest

from certificates import Certificates
from ledger_file import LedgerFile
from live_double import LiveDouble
from live_relay import UPSTREAM_KEY, Costs, LiveRelay
from processes import Key


@pytest.fixture(scope="session")
def double() -> Iterator[LiveDouble]:
    double = LiveDouble()
    yield double
    double.stop()


@pytest.fixture(scope="session")
def live(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, double: LiveDouble
) -> Iterator[LiveRelay]:
    relay = LiveRelay(tmp_path_factory.mktemp("live"), certificates, double)
    yield relay
    assert relay.is_running, "the relay died during the tests:\n" + relay.output[-4000:]
    relay.stop()
    assert UPSTREAM_KEY not in relay.output


@pytest.fixture
def own(live: LiveRelay) -> Key:
    return live.create_key(name="live")


@pytest.fixture
def costs(live: LiveRelay, double: LiveDouble, own: Key) -> Costs:
    return Costs(LedgerFile(live.directory), double, own)

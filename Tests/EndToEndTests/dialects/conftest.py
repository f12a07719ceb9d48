"""Three doubles, one relay before them, and an SDK of each dialect."""

from collections.abc import Iterator

import httpx
import pytest

from dialect_relay import DIALECTS, Clients, DialectRelay, http_client
from doubles import UPSTREAM_KEY, Double
from processes import Key


@pytest.fixture(scope="session")
def doubles() -> Iterator[dict[str, Double]]:
    doubles = {dialect: Double(dialect) for dialect in DIALECTS}
    yield doubles
    for double in doubles.values():
        double.stop()


@pytest.fixture(scope="session")
def between(tmp_path_factory: pytest.TempPathFactory, doubles: dict[str, Double]) -> Iterator[DialectRelay]:
    """The relay."""
    relay = DialectRelay(tmp_path_factory.mktemp("between"), doubles)
    yield relay
    assert relay.is_running, "the relay died during the tests:\n" + relay.output[-4000:]
    relay.stop()
    assert UPSTREAM_KEY not in relay.output


@pytest.fixture(scope="session")
def own(between: DialectRelay) -> Key:
    return between.create_key(name="dialects")


@pytest.fixture(scope="session")
def clients(between: DialectRelay, own: Key) -> Clients:
    return Clients(between, own)


@pytest.fixture(scope="session")
def http(between: DialectRelay, own: Key) -> Iterator[httpx.Client]:
    with http_client(between, own) as client:
        yield client

"""A relay with an admin key, one without, and everybody who may ask it something."""

from collections.abc import Iterator

import httpx
import pytest

from callers import ADMIN_KEY
from certificates import Certificates
from processes import Relay, Simulator


@pytest.fixture(scope="session")
def guarded(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, simulator: Simulator
) -> Iterator[Relay]:
    """A relay with an admin key."""
    relay = Relay(
        tmp_path_factory.mktemp("guarded"), certificates, simulator.port("https"), more=f"admin_key: {ADMIN_KEY}\n"
    )
    yield relay
    assert relay.is_running, "the relay died during the tests:\n" + relay.output[-4000:]
    relay.stop()


@pytest.fixture(scope="session")
def unguarded(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, simulator: Simulator
) -> Iterator[Relay]:
    """A relay without an admin key, for whoever sits at the machine."""
    relay = Relay(tmp_path_factory.mktemp("unguarded"), certificates, simulator.port("https"))
    yield relay
    assert relay.is_running, "the relay died during the tests:\n" + relay.output[-4000:]
    relay.stop()


@pytest.fixture(scope="session")
def admin(guarded: Relay) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=guarded.http, headers={"authorization": f"Bearer {ADMIN_KEY}"}) as client:
        yield client


@pytest.fixture(scope="session")
def nobody(guarded: Relay) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=guarded.http) as client:
        yield client

"""Providers of three dialects, and one relay before them that opens their chat models as realtime sessions."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat_relay import ChatRelay
from ledger_file import LedgerFile
from processes import Key, eventually
from providers import DIALECTS, UPSTREAM_KEY, Provider


@pytest.fixture(scope="session")
def providers() -> Iterator[dict[str, Provider]]:
    providers = {dialect: Provider(dialect) for dialect in DIALECTS}
    yield providers
    for provider in providers.values():
        provider.gate.set()
        provider.stop()


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory, providers: dict[str, Provider]) -> Iterator[ChatRelay]:
    """The relay."""
    relay = ChatRelay(tmp_path_factory.mktemp("host"), providers)
    yield relay
    assert relay.is_running, "the relay died during the tests:\n" + relay.output[-4000:]
    relay.stop()
    assert UPSTREAM_KEY not in relay.output


@pytest.fixture(scope="session")
def guest(host: ChatRelay) -> Key:
    return host.create_key(name="conversations")


@pytest.fixture
def another(tmp_path: Path, providers: dict[str, Provider]) -> Iterator:
    """Starts relays of a test's own."""
    running: list[ChatRelay] = []

    def start(**options) -> ChatRelay:
        place = tmp_path / f"relay-{len(running)}"
        place.mkdir()
        running.append(ChatRelay(place, providers, **options))
        return running[-1]

    yield start
    for relay in running:
        relay.stop()


@pytest.fixture
def rows(host: ChatRelay) -> "Rows":
    return Rows(host)


class Rows:
    """The ledger's rows that a test adds."""

    def __init__(self, relay: ChatRelay):
        self.file = LedgerFile(relay.directory)
        # Rows of tests before this one may still be on their way.
        count = -1
        while count != (count := len(self.file.rows())):
            time.sleep(0.1)
        self.before = count

    def new(self, count: int = 1) -> list[dict]:
        rows = eventually(lambda: (r := self.file.rows()[self.before :]) and len(r) >= count and r, 5, "a row")
        assert len(rows) == count, rows
        return rows

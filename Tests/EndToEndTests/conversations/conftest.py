"""Providers of three dialects, and one relay before them that opens their chat models as realtime sessions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chat_relay import ChatRelay
from ledger_file import LedgerFile
from processes import Key
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


@pytest.fixture
def guest(host: ChatRelay) -> Key:
    """A key of the test's own."""
    return host.create_key_by_api(name="conversations")


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
def rows(host: ChatRelay, guest: Key) -> "Rows":
    return Rows(host, guest)


class Rows:
    """The ledger's rows that a test adds, with its guest's key or with those that it makes; others' may still come."""

    def __init__(self, relay: ChatRelay, guest: Key):
        self.file = LedgerFile(relay.directory)
        self.others = self.file.keys() - {guest.id}

    def new(self, count: int = 1) -> list[dict]:
        return self.file.awaited(count, f"key_id NOT IN ({', '.join('?' * len(self.others))})", *self.others)

"""One simulator and one relay for each process that runs tests, and factories for tests that need their own."""

import contextlib
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from certificates import Certificates, make_certificates
from processes import Key, Relay, Running, Simulator
from upstream_log import UpstreamLog


#: What takes longest, the longest first: where several files are run at a time, none of these is left over at the end.
LONG_FILES = (
    "console/test_console_pages.py", "conversations/test_conversation_hostile.py", "test_batches.py",
    "console/test_console_way.py", "api/test_api_schema.py", "hostile/test_i_vocabularies.py", "test_ledger.py",
    "hostile/test_c_frames.py", "console/test_console_access.py", "live/test_live_crowd.py",
)  # fmt: skip


#: Seconds, where httpx would give up after five: a machine that stalls is no failure.
HTTPX_TIMEOUT = 60
for call in (httpx.Client.__init__, httpx.AsyncClient.__init__, httpx.request, httpx.get, httpx.post):
    call.__kwdefaults__["timeout"] = HTTPX_TIMEOUT

#: Characters of a process's output, the last ones.
TOLD_OF_A_FAILURE = 2000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {Path(__file__).parent / name: rank for rank, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """With a failure goes what the processes of that moment have said last."""
    report = yield
    if report.failed:
        for running in list(Running.known):
            state = "running" if running.is_running else f"ended with {running.process.returncode}"
            report.sections.append((f"{' '.join(running.arguments)}: {state}", running.output[-TOLD_OF_A_FAILURE:]))
    return report


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def tls(certificates: Certificates) -> ssl.SSLContext:
    return certificates.client_context()


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path_factory.mktemp("simulator"), certificates)
    yield simulator
    simulator.stop()


@pytest.fixture(scope="session")
def relay(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, simulator: Simulator
) -> Iterator[Relay]:
    relay = Relay(tmp_path_factory.mktemp("relay"), certificates, simulator.port("https"))
    yield relay
    assert relay.is_running, "the relay died during the tests:\n" + relay.output[-4000:]
    relay.stop()


@pytest.fixture(scope="session")
def key(relay: Relay) -> Key:
    return relay.create_key(name="everyone")


@pytest.fixture
def log(simulator: Simulator) -> UpstreamLog:
    return UpstreamLog(simulator.log)


@pytest.fixture
def start(tmp_path: Path, certificates: Certificates) -> Iterator["Starter"]:
    starter = Starter(tmp_path, certificates)
    yield starter
    starter.stop()


class Starter:
    """Starts processes for one test and ends them with it."""

    def __init__(self, directory: Path, certificates: Certificates):
        self.directory = directory
        self.certificates = certificates
        self.running: list[Running] = []

    def _place(self, name: str) -> Path:
        place = self.directory / f"{name}-{len(self.running)}"
        place.mkdir()
        return place

    def simulator(self, port: int = 0) -> Simulator:
        return self._kept(Simulator(self._place("simulator"), self.certificates, port))

    def relay(self, upstream_port: int, **options) -> Relay:
        return self._kept(Relay(self._place("relay"), self.certificates, upstream_port, **options))

    def configured(self, text: str) -> Relay:
        """A relay with a configuration that is all the test's own, and one listener without TLS."""
        return self._kept(Relay.configured(self._place("relay"), text))

    def again(self, relay: Relay, upstream_port: int, **options) -> Relay:
        """Another process where one has ended: same configuration, same store."""
        return self._kept(Relay(relay.directory, self.certificates, upstream_port, **options))

    def _kept(self, process):
        self.running.append(process)
        return process

    def stop(self) -> None:
        """Ends all of them, the latest first, also when one that ends has something to complain about."""
        with contextlib.ExitStack() as ends:
            for process in self.running:
                ends.callback(process.stop)

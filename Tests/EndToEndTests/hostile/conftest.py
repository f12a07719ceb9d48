"""Two relays for the whole folder, one with generous times and one with short ones, and a factory for more."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from certificates import Certificates
from relays import HURRIED, ROOMY, HostileRelay
from stage import Stage
from upstream import Upstream

LONG = os.environ.get("LONGWIRE_LONG") == "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("long") and not LONG:
            item.add_marker(pytest.mark.skip(reason="takes long; set LONGWIRE_LONG=1"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: runs only with LONGWIRE_LONG=1")


@pytest.fixture(scope="session")
def upstream(certificates: Certificates) -> Iterator[Upstream]:
    with contextlib.closing(Upstream(certificates)) as upstream:
        yield upstream


def _stage(
    directory: Path, certificates: Certificates, upstream: Upstream, more: str, **options
) -> tuple[Stage, HostileRelay]:
    relay = HostileRelay(directory, certificates, upstream, more, **options)
    try:
        return Stage(relay, upstream, certificates), relay
    except BaseException:
        relay.kill()
        raise


@pytest.fixture(scope="session")
def roomy_stage(tmp_path_factory, certificates: Certificates, upstream: Upstream) -> Iterator[Stage]:
    stage, relay = _stage(tmp_path_factory.mktemp("roomy"), certificates, upstream, ROOMY)
    yield stage
    relay.stop()


@pytest.fixture(scope="session")
def hurried_stage(tmp_path_factory, certificates: Certificates, upstream: Upstream) -> Iterator[Stage]:
    stage, relay = _stage(tmp_path_factory.mktemp("hurried"), certificates, upstream, HURRIED)
    yield stage
    relay.stop()


@pytest.fixture
def stage(roomy_stage: Stage) -> Iterator[Stage]:
    """The relay with generous times. After the test it must be as well as before."""
    yield roomy_stage
    roomy_stage.is_well()


@pytest.fixture
def hurried(hurried_stage: Stage) -> Iterator[Stage]:
    """The relay with short times, and an allow-list of origins."""
    yield hurried_stage
    hurried_stage.is_well()


@pytest.fixture
def make_stage(tmp_path: Path, certificates: Certificates, upstream: Upstream) -> Iterator[Callable[..., Stage]]:
    """Starts relays for one test. Those that still run after it must be well."""
    stages: list[Stage] = []

    def make(more: str = ROOMY, **options) -> Stage:
        directory = tmp_path / f"relay-{len(stages)}"
        directory.mkdir()
        stages.append(_stage(directory, certificates, upstream, more, **options)[0])
        return stages[-1]

    yield make
    try:
        for stage in stages:
            if stage.relay.is_running:
                stage.is_well()
    finally:
        for stage in stages:
            stage.leave()
            stage.relay.stop()


@pytest.fixture(params=["plain", "tls"])
def transport(request: pytest.FixtureRequest) -> str:
    """How the client connects."""
    return request.param

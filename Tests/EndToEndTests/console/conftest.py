"""One browser for all tests of the console, and relays for those that need their own."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="Playwright is not installed")
from playwright.sync_api import Browser, expect, sync_playwright  # noqa: E402

from console_stage import CHROMIUM, PATIENCE, ConsoleRelay, Watched, launch, watched  # noqa: E402
from voice import write_voice  # noqa: E402


# Of a module, not of the session: while Playwright runs, its event loop is in the way of tests that have their own.
@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not os.path.exists(CHROMIUM):
        pytest.skip("Debian's chromium is not installed")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = launch(playwright, write_voice(tmp_path_factory.mktemp("voice") / "voice.wav"))
        yield browser
        browser.close()


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Callable[..., ConsoleRelay]]:
    """Starts a relay on an empty store."""
    running: list[ConsoleRelay] = []

    def start(more: str = "") -> ConsoleRelay:
        place = tmp_path / f"relay-{len(running)}"
        place.mkdir()
        running.append(ConsoleRelay(place, more))
        return running[-1]

    yield start
    for relay in running:
        relay.stop()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Opens a page that is watched; at the end of the test nothing may have been wrong with it."""
    opened: list[Watched] = []

    def open_page(relay: ConsoleRelay, **options) -> Watched:
        opened.append(watched(browser, relay.http, **options))
        return opened[-1]

    yield open_page
    for page in opened:
        page.close()

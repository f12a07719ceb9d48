"""A relay with prices, and a browser that is watched."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from processes import Running

CHROMIUM = "/usr/bin/chromium"
SCREENSHOTS = "LONGWIRE_SCREENSHOTS"
DESKTOP, PHONE, WIDE = (1440, 900), (390, 844), (1920, 1080)
#: Milliseconds that a page may take for anything, on a machine that does other things as well.
PATIENCE = 20_000

CONFIGURATION = """\
listen:
  - address: 127.0.0.1:0
store: sqlite:longwire.sqlite
upstreams:
  - { name: simulator, dialect: simulator }
models:
  - id: sim-realtime
    routes: [{ upstream: simulator, model: sim-realtime }]
    owned_by: simulator
    capabilities: [realtime, function_calling]
    context_length: 128000
    pricing: { input: 0.004, cached_input: 0.0004, output: 0.016, audio_input: 0.032, audio_output: 0.064 }
  - id: sim-slow
    routes: [{ upstream: simulator, model: sim-slow }]
    owned_by: simulator
    capabilities: [realtime]
    pricing: { input: 0.004, output: 0.016, audio_input: 0.032, audio_output: 0.064 }
  - id: sim-chat
    routes: [{ upstream: simulator, model: sim-chat }]
    owned_by: simulator
    capabilities: [chat, function_calling, vision]
    context_length: 128000
    pricing: { input: 0.005, output: 0.015 }
  - id: sim-refuse-500
    routes: [{ upstream: simulator, model: sim-refuse-500 }]
    owned_by: simulator
    capabilities: [chat]
"""


class ConsoleRelay(Running):
    """A relay of its own, with the simulator inside, on an empty store."""

    def __init__(self, directory: Path, more: str = ""):
        self.directory = directory
        config = directory / "longwire.yaml"
        config.write_text(CONFIGURATION + more)
        super().__init__(["serve", "--config", str(config)], directory, listeners=1)

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.port('http')}"

    def api(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=self.http, headers=headers, timeout=PATIENCE / 1_000)


def launch(playwright: Playwright, voice: Path) -> Browser:
    return playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=[
            "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={voice}", "--autoplay-policy=no-user-gesture-required",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
        ],
    )  # fmt: skip


@dataclass
class Watched:
    """A page, and everything about it that should not have been."""

    context: BrowserContext
    page: Page
    origin: str
    problems: list[str] = field(default_factory=list)
    #: Texts of messages that are expected: a refusal is told on the browser's console as well.
    expected: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))
        self.page.on("request", self._look)

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(words in text for words in self.expected):
            self.problems.append(f"{kind}: {text}")

    def _look(self, request) -> None:
        if not request.url.startswith((self.origin + "/", "blob:" + self.origin, "data:")):
            self.problems.append(f"request to elsewhere: {request.url}")

    def open(self, view: str = "") -> Page:
        self.page.goto(self.origin + "/" + (f"#/{view}" if view else ""))
        return self.page

    def picture(self, name: str, page: Page | None = None) -> None:
        """Writes a screenshot for people, where the run was asked for them."""
        if directory := os.environ.get(SCREENSHOTS):
            Path(directory).mkdir(parents=True, exist_ok=True)
            (page or self.page).screenshot(path=f"{directory}/{name}.png")

    def close(self) -> None:
        self.context.close()
        assert not self.problems, "\n".join(self.problems)


def watched(browser: Browser, origin: str, language: str = "en-GB", scheme: str = "light", size=DESKTOP) -> Watched:
    context = browser.new_context(
        locale=language,
        color_scheme=scheme,
        viewport={"width": size[0], "height": size[1]},
        permissions=["microphone", "clipboard-read", "clipboard-write"],
    )
    return Watched(context, context.new_page(), origin)

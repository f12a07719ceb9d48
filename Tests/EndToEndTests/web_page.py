"""A page of another origin in a real browser, and what it tells."""

import http.server
import json
import queue
import shutil
import subprocess
import threading
from pathlib import Path

#: Seconds in which a page must have told something.
PATIENCE = 60


def has_chromium() -> bool:
    return shutil.which("chromium") is not None


class WebPage:
    """A web server with one page, which tells by `fetch("/told", {method: "POST", body: JSON})`."""

    def __init__(self, content: str = ""):
        self.content = content
        self.told: queue.Queue[dict] = queue.Queue()
        page = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(page.content.encode())

            def do_POST(self):
                page.told.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def browse(self, profile: Path) -> dict:
        """Opens the page in chromium and returns the first thing it tells."""
        browser = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
             f"--user-data-dir={profile}", self.address],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            return self.told.get(timeout=PATIENCE)
        finally:
            browser.kill()
            browser.wait()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

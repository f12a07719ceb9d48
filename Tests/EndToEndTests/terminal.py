"""A command on a terminal of its own, typed to and read from as a person would."""

import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Mapping
from pathlib import Path

from processes import binary, clean_environment

READ_SECONDS = 20


class Terminal:
    """The binary with all three standard files on a pseudo-terminal (pty(7))."""

    def __init__(self, arguments: list[str], directory: Path, environment: Mapping[str, str] | None = None):
        self.seen = ""
        self._looked = 0
        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [str(binary()), *arguments],
            cwd=directory,
            env=clean_environment() | {"TERM": "xterm"} | dict(environment or {}),
            stdin=theirs, stdout=theirs, stderr=theirs,
            # A session with this terminal in control, so that Ctrl-C is a signal.
            preexec_fn=lambda: (os.setsid(), __import__("fcntl").ioctl(0, termios.TIOCSCTTY, 0)),
        )  # fmt: skip
        os.close(theirs)

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def expect(self, pattern: str) -> str:
        """Waits until what was printed since the last match matches; returns all up to its end."""
        deadline = time.monotonic() + READ_SECONDS
        while True:
            if found := re.search(pattern, self.seen[self._looked :], re.DOTALL):
                before, self._looked = self._looked, self._looked + found.end()
                return self.seen[before : self._looked]
            if not self._read(deadline):
                raise AssertionError(f"never printed {pattern!r}; the rest is {self.seen[self._looked:]!r}")

    def end(self) -> int:
        """Waits for the end; the exit code."""
        deadline = time.monotonic() + READ_SECONDS
        while self._read(deadline):
            pass
        os.close(self.ours)
        return self.process.wait(READ_SECONDS)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def _read(self, deadline: float) -> bool:
        if not select.select([self.ours], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return False
        try:
            data = os.read(self.ours, 65536)
        except OSError:  # EIO: the other side has closed.
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)

"""Two tunnels that do nothing but copy bytes, one on epoll and one on io_uring: what an engine costs without a relay on it.
And the first of them with the least that a relay of WebSocket messages does with each byte.

They are compiled from `engines/` when they are asked for.
"""

import subprocess
import time
from pathlib import Path

from cells import Cell, ExchangeCell
from peers import Certificates, Peer, PeerFailure

SOURCES = Path(__file__).resolve().parent / "engines"


class BareTunnel(Peer):
    """A tunnel of one thread; it has no TLS and is told one upstream."""

    #: How the engine is called, and what it is told besides.
    engine = ("epoll",)

    def __init__(self, directory: Path, certificates: Certificates, prefix: list[str]):
        super().__init__(directory, certificates, prefix)
        self.binary = directory / "engines"
        if not self.binary.exists():
            self._compile()

    def _compile(self) -> None:
        command = ["cc", "-std=gnu11", "-O3", "-Wall", "-Wextra", "-Werror", "-o", str(self.binary),
                   *(str(source) for source in sorted(SOURCES.glob("*.c")))]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            raise PeerFailure(f"cc: {error}") from error
        if done.returncode != 0:
            raise PeerFailure(f"cc: {done.stderr.strip()[-2000:]}")

    def can_relay(self, cell: Cell | ExchangeCell) -> bool:
        return isinstance(cell, Cell) and not cell.tls

    def command(self, upstream: int, tls: bool, dialect: str) -> list[str]:
        return [str(self.binary), *self.engine, str(self.port), str(upstream)]

    def _await_listening(self) -> None:
        """Waits until it says so: a connection for trial would be passed on, and arrive when the load generator listens."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process is not None and self.process.poll() is None:
            if "listening" in self.log.read_text():
                return
            time.sleep(0.01)
        raise PeerFailure(f"{self.name} does not listen on port {self.port}:\n{self.log.read_text()[-2000:]}")

    def version(self) -> str:
        return f"bare tunnel on {self.name}"


class Epoll(BareTunnel):
    """What Longwire does with its sockets and nothing else."""

    name = "epoll"


class Checking(BareTunnel):
    """The same, and it looks whether what it passes on is text: the least to be done with what comes from an upstream."""

    name = "epoll-check"
    engine = ("--check", "epoll")


class Masking(BareTunnel):
    """The same, and it takes off a mask and puts on another: the least to be done with what comes from a client."""

    name = "epoll-mask"
    engine = ("--mask", "epoll")


class Uring(BareTunnel):
    """The same over io_uring; needs Linux 6.18."""

    name = "uring"
    engine = ("uring",)

"""What the runner measures: WebSocket cells of mode, size, number of sessions and kind of upstream, and HTTP cells of
mode, number of clients and dialect of the upstream, in three selections."""

from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True)
class Cell:
    """One workload; `tls` says how the relay reaches its upstream."""

    mode: str
    size: int
    sessions: int
    tls: bool
    direction: str | None = None
    #: Messages that a session's stream may have under way; None: what the kernel takes.
    window: int | None = None

    @property
    def name(self) -> str:
        """How the cell is called in tables and by `--only`: mode:size:sessions:upstream[:direction][:window]."""
        name = f"{self.mode}:{self.size}:{self.sessions}:{'tls' if self.tls else 'plain'}"
        return name + (f":{self.direction}" if self.direction else "") + (f":w{self.window}" if self.window else "")

    def arguments(self, seconds: float) -> list[str]:
        """The load generator's arguments."""
        arguments = [self.mode, "--size", str(self.size), "--sessions", str(self.sessions), "--seconds", str(seconds)]
        if self.direction:
            arguments += ["--direction", self.direction]
        if self.window:
            arguments += ["--window", str(self.window)]
        if self.mode == "idle":
            arguments += ["--warm-up", "0"]
        return arguments


@dataclass(frozen=True)
class ExchangeCell:
    """Chat completions over HTTP; the upstream is plain and speaks `dialect`, clients speak OpenAI's."""

    answers: str
    clients: int
    dialect: str = "openai"
    tls: bool = False

    @property
    def mode(self) -> str:
        return f"http-{self.answers}"

    @property
    def name(self) -> str:
        """mode:clients:dialect."""
        return f"{self.mode}:{self.clients}:{self.dialect}"

    @property
    def base(self) -> str | None:
        """The same cell without translation."""
        return None if self.dialect == "openai" else ExchangeCell(self.answers, self.clients).name

    def arguments(self, seconds: float) -> list[str]:
        return ["chat", self.answers, "--connections", str(self.clients), "--dialect", self.dialect,
                "--seconds", str(seconds)]


def exchanges() -> list[ExchangeCell]:
    """HTTP: whole answers, streams of 100 pieces, the same translated, and one client alone for its wait."""
    return [
        ExchangeCell("whole", 64),
        ExchangeCell("events", 64),
        ExchangeCell("whole", 64, "claude"),
        ExchangeCell("events", 64, "claude"),
        ExchangeCell("whole", 1),
        ExchangeCell("events", 1),
    ]


def quick() -> list[Cell]:
    """A handful, for a look while working."""
    return [
        Cell("ping-pong", 1024, 64, False),
        Cell("stream", 1024, 64, False),
        Cell("idle", 1024, 1000, False),
        Cell("ping-pong", 1024, 64, True),
        Cell("stream", 16384, 64, True),
    ]


def usual() -> list[Cell | ExchangeCell]:
    """What is compared from one version to the next."""
    cells = []
    for tls in (False, True):
        cells += [
            Cell("ping-pong", 1024, 64, tls),
            Cell("ping-pong", 1024, 1000, tls),
            Cell("stream", 1024, 64, tls),
            Cell("stream", 16384, 64, tls),
            Cell("stream", 262144, 64, tls),
            Cell("stream", 1024, 64, tls, "up"),
            Cell("stream", 1024, 64, tls, "down", 64),
            Cell("stream", 1024, 64, tls, "up", 64),
            Cell("paced", 1024, 1000, tls),
            Cell("idle", 1024, 1000, tls),
        ]
    return cells + exchanges()


def full() -> list[Cell | ExchangeCell]:
    """Every mode, size and number of sessions."""
    sizes = (64, 1024, 16384, 262144)
    counts = (1, 64, 1000)
    cells = []
    for tls in (False, True):
        cells += [Cell("ping-pong", size, count, tls) for size, count in product(sizes, counts)]
        for direction in ("down", "up"):
            cells += [Cell("stream", size, count, tls, direction) for size, count in product(sizes, counts)]
        cells += [Cell("paced", 1024, count, tls) for count in counts]
        cells += [Cell("idle", 1024, count, tls) for count in (64, 1000)]
        cells += [Cell("stall", 1024, 1000, tls)]
    return cells + exchanges()


def chosen(cells: list[Cell | ExchangeCell], patterns: list[str]) -> list[Cell | ExchangeCell]:
    """The cells whose name is a pattern or has all parts of one, such as `stream:tls`; all of them without patterns."""
    if not patterns:
        return cells
    names = {cell.name for cell in cells}
    wanted = [set(pattern.split(":")) for pattern in patterns if pattern not in names]
    return [cell for cell in cells
            if cell.name in patterns or any(parts <= set(cell.name.split(":")) for parts in wanted)]

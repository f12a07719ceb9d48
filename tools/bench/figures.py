"""From single measurements to rows of a table: medians over the rounds, and ratios of medians."""

from dataclasses import dataclass
from statistics import median

from cells import Cell, ExchangeCell


@dataclass(frozen=True)
class Figure:
    """One number of a report: what it is called, its unit, and where it stands."""

    name: str
    unit: str
    path: tuple[str, ...]
    scale: float = 1
    #: Taken off the figure of the ends talking to each other without a relay.
    is_added: bool = False


CPU = Figure("CPU per message", "µs", ("relay", "microseconds_per_message"))
USER = Figure("  in user space", "µs", ("relay", "user_microseconds_per_message"))
GENERATOR = Figure("  of the load generator", "µs", ("bench", "microseconds_per_message"))
THROUGHPUT = Figure("throughput", "MB/s", ("megabytes_per_second",))
P50 = Figure("added latency p50", "µs", ("latency", "p50_microseconds"), is_added=True)
P99 = Figure("added latency p99", "µs", ("latency", "p99_microseconds"), is_added=True)
OPEN = Figure("CPU to open a session", "µs", ("opening", "relay_microseconds_per_session"))
IDLE = Figure("memory per idle session", "kB", ("memory", "bytes_per_open_session"), 1 / 1000)
PEAK = Figure("peak memory", "MB", ("memory", "peak_bytes"), 1 / 1_000_000)

PER_EXCHANGE = Figure("CPU per exchange", "µs", ("relay", "microseconds_per_message"))
PER_PIECE = Figure("CPU per piece", "µs", ("relay", "microseconds_per_message"))
FIRST = Figure("added time to first byte p50", "µs", ("first_byte", "p50_microseconds"), is_added=True)

#: Of many clients at once it would tell how busy the two ends are.
ALONE = {FIRST}

FIGURES = {
    "http-whole": [PER_EXCHANGE, FIRST],
    "http-events": [PER_PIECE, FIRST],
    "ping-pong": [CPU, USER, GENERATOR],
    "stream": [CPU, USER, GENERATOR, THROUGHPUT, PEAK],
    "paced": [CPU, USER, P50, P99],
    "idle": [OPEN, IDLE],
    "stall": [PEAK],
}


def value(report: dict, figure: Figure) -> float | None:
    """The figure of one report; None where it was not measured."""
    found = report
    for key in figure.path:
        found = found.get(key) if isinstance(found, dict) else None
    return None if found is None else found * figure.scale


def summary(reports: list[dict], figure: Figure, baseline: list[dict]) -> float | None:
    """The median over the rounds, less the baseline's where the figure says so."""
    values = [found for report in reports if (found := value(report, figure)) is not None]
    if not values:
        return None
    result = median(values)
    if figure.is_added:
        ground = [found for report in baseline if (found := value(report, figure)) is not None]
        result -= median(ground) if ground else 0
    return result


def text(number: float | None) -> str:
    """Three significant digits."""
    if number is None:
        return "-"
    size = abs(number)
    return f"{number:.{0 if size >= 100 else 1 if size >= 10 else 2}f}"


def translation(cell: ExchangeCell, results: dict[str, dict[str, list[dict]]], peer: str) -> list[str]:
    """What translating costs: the first peer's CPU over that of the same cell without it."""
    figure = FIGURES[cell.mode][0]
    mine, base = (summary(results.get(name, {}).get(peer, []), figure, []) for name in (cell.name, cell.base))
    return ["", "CPU to untranslated", text(mine / base if mine is not None and base else None)]


def rows(cell: Cell | ExchangeCell, results: dict[str, list[dict]], peers: list[str]) -> list[list[str]]:
    """The cell's rows: name, figure, one column for each peer, and the first peer's ratio to each of the others."""
    table = []
    for figure in FIGURES[cell.mode]:
        if figure in ALONE and cell.clients > 1:
            continue
        numbers = {peer: summary(results.get(peer, []), figure, results.get("direct", [])) for peer in peers}
        ratios = []
        for other in peers[1:]:
            mine, theirs = numbers[peers[0]], numbers[other]
            is_ratio = mine is not None and theirs is not None and theirs > 0
            ratios.append(f"{mine / theirs:.2f}" if is_ratio else "-")
        label = cell.name if not table else ""
        table.append([label, f"{figure.name}, {figure.unit}", *(text(numbers[peer]) for peer in peers), *ratios])
    return table


def header(peers: list[str]) -> list[str]:
    return ["cell", "figure", *peers, *(f"{peers[0]}/{other}" for other in peers[1:])]


def aligned(table: list[list[str]]) -> str:
    """Columns under each other, numbers to the right."""
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    lines = []
    for row in table:
        parts = [
            item.ljust(width) if column < 2 else item.rjust(width)
            for column, (item, width) in enumerate(zip(row, widths))
        ]
        lines.append("  ".join(parts).rstrip())
    return "\n".join(lines)

"""Reads what callgrind wrote: who called whom, how often, and what it cost (valgrind's manual, callgrind's format)."""

import collections
import re
import subprocess
from pathlib import Path


class Profile:
    """Instructions of functions and calls; a function is known by callgrind's number for its name."""

    def __init__(self, path: Path):
        self.names: dict[str, str] = {}
        self.own: collections.Counter[str] = collections.Counter()
        self.within: collections.Counter[str] = collections.Counter()
        self.calls: dict[str, dict[str, list[int]]] = collections.defaultdict(dict)
        self._read(path)
        self._demangle()

    @property
    def total(self) -> int:
        return sum(self.own.values())

    def _number(self, text: str) -> str:
        """A name stands behind its number only the first time."""
        number, _, name = text.partition(" ")
        if name:
            self.names[number] = name
        return number

    def _read(self, path: Path) -> None:
        caller = callee = ""
        count = None
        with path.open(errors="replace") as lines:
            for line in lines:
                line = line.rstrip("\n")
                if line.startswith("fn="):
                    caller = self._number(line[3:])
                elif line.startswith("cfn="):
                    callee = self._number(line[4:])
                elif line.startswith("calls="):
                    count = int(line[6:].split()[0])
                elif re.match(r"[0-9+*-]", line) and len(line.split()) > 1:
                    cost = int(line.split()[1])
                    if count is None:
                        self.own[caller] += cost
                        continue
                    call = self.calls[caller].setdefault(callee, [0, 0])
                    call[0] += count
                    call[1] += cost
                    self.within[callee] += cost
                    count = None

    def _demangle(self) -> None:
        # A mark of recursion stands behind the name.
        mangled = "\n".join(name.partition("'")[0] for name in self.names.values())
        try:
            plain = subprocess.run(["swift", "demangle", "--compact", "--simplified"], input=mangled,
                                   capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            return
        for number, name in zip(list(self.names), plain.splitlines(), strict=False):
            self.names[number] = re.sub(r"specialized |in _[0-9A-F]+", "", name)

    def named(self, part: str) -> str | None:
        """The costliest function whose name holds a text."""
        found = [number for number, name in self.names.items() if part in name]
        return max(found, key=lambda number: self.within[number], default=None)

    def tree(self, root: str, divisor: float, least: float) -> list[str]:
        """A function with all that it calls, by cost, each function opened once: cost and calls, each per `divisor`."""
        lines: list[str] = []
        opened: set[str] = set()

        def show(number: str, count: int, cost: int, depth: int) -> None:
            callees = [] if number in opened else [
                (inner, *call) for inner, call in self.calls[number].items() if call[1] / divisor >= least
            ]
            more = " …" if number in opened and self.calls[number] else ""
            lines.append(f"{cost / divisor:10.0f} {count / divisor:8.2f}x {'  ' * depth}{self.names[number][:120]}{more}")
            opened.add(number)
            for inner, calls, inner_cost in sorted(callees, key=lambda call: -call[2]):
                show(inner, calls, inner_cost, depth + 1)

        callers = sum(calls[root][0] for calls in self.calls.values() if root in calls)
        show(root, callers, self.within[root], 0)
        return lines

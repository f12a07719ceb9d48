"""Counts what the Autobahn suite reported, and judges it.

usage: report.py [--record FILE] RESULTS PART…

RESULTS/PART holds the suite's index.json and expected.txt, the ids that should have run. With --record the counts
replace the table between the two markers in FILE.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

BEHAVIOURS = ["OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED", "FAILED"]
#: Neither is a verdict on us: the suite only tells what it saw.
FINE = {"OK", "INFORMATIONAL"}
#: Where CONFORMANCE.md explains why it cannot be otherwise. The echo of what came before a violation has to come back
#: through the relay, which has failed the connection by then.
LENIENT = {
    "relay": {"3.2", "3.3", "3.4", "4.1.3", "4.1.4", "4.1.5", "4.2.3", "4.2.4", "4.2.5", "5.15"},
}
BEGIN = "<!-- counts: written by tools/conformance/run --record -->"
END = "<!-- end of counts -->"


def order(case: str) -> list[int]:
    return [int(number) for number in case.split(".")]


class Part:
    """The results of one part."""

    def __init__(self, name: str, directory: Path):
        self.name = name
        self.expected = (directory / "expected.txt").read_text().split()
        index = directory / "index.json"
        agents = json.loads(index.read_text()) if index.exists() else {}
        self.cases: dict[str, dict] = agents.get(name, {})
        self.counts = Counter(case["behavior"] for case in self.cases.values())
        self.missing = [case for case in self.expected if case not in self.cases]

    def remarkable(self, case: str) -> str | None:
        """What is to be said of a case, or nothing when all is well."""
        result = self.cases[case]
        words = [] if result["behavior"] in FINE else [result["behavior"]]
        if result["behaviorClose"] not in FINE:
            words.append(f"close {result['behaviorClose']}")
        return ", ".join(words) or None

    def is_failed(self, case: str) -> bool:
        result = self.cases[case]
        if result["behaviorClose"] not in FINE:
            return True
        if result["behavior"] == "NON-STRICT":
            return case not in LENIENT.get(self.name, set())
        return result["behavior"] not in FINE

    @property
    def failed(self) -> list[str]:
        return [case for case in self.cases if self.is_failed(case)] + self.missing

    def print(self) -> None:
        counts = ", ".join(f"{self.counts[behaviour]} {behaviour}" for behaviour in BEHAVIOURS)
        print(f"{self.name}: {len(self.cases)} of {len(self.expected)} cases ran: {counts}")
        for case in sorted(self.cases, key=order):
            if remark := self.remarkable(case):
                print(f"  {case:8} {remark}{'' if self.is_failed(case) else ' (explained in CONFORMANCE.md)'}")
        if self.missing:
            print("  did not run: " + " ".join(self.missing))

    def row(self) -> str:
        cells = [self.name, str(len(self.cases)), *(str(self.counts[behaviour]) for behaviour in BEHAVIOURS)]
        others = [case for case in sorted(self.cases, key=order) if self.cases[case]["behavior"] != "OK"]
        return f"| {' | '.join(cells)} | {' '.join(others)} |"


def record(path: Path, parts: list[Part]) -> None:
    """Replaces the rows of the parts that ran."""
    text = path.read_text()
    before, rest = text.split(BEGIN)
    table, after = rest.split(END)
    rows = {line.split("|")[1].strip(): line for line in table.splitlines() if line.startswith("| ")}
    rows.pop("part", None)
    rows.update({part.name: part.row() for part in parts})
    head = f"| part | cases | {' | '.join(BEHAVIOURS)} | ids not OK |\n|---|{'---|' * (len(BEHAVIOURS) + 2)}"
    body = "\n".join(rows[name] for name in ("framing", "relay", "client") if name in rows)
    path.write_text(f"{before}{BEGIN}\n{head}\n{body}\n{END}{after}")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--record", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("parts", nargs="+")
    arguments = parser.parse_args()
    parts = [Part(name, arguments.results / name) for name in arguments.parts]
    for part in parts:
        part.print()
    if arguments.record:
        record(arguments.record, parts)
    failed = sum(len(part.failed) for part in parts)
    passed = sum(len(set(part.cases) - set(part.failed)) for part in parts)
    print(f"conformance: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

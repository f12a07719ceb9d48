"""The ledger as it stands in the relay's database."""

import sqlite3
from contextlib import closing
from pathlib import Path

from processes import eventually


class LedgerFile:
    def __init__(self, directory: Path):
        self.path = directory / "longwire.sqlite"

    def rows(self, condition: str = "1", *arguments) -> list[dict]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=20)) as database:
            database.row_factory = sqlite3.Row
            found = database.execute(f"SELECT * FROM ledger WHERE {condition} ORDER BY number", arguments)
            return [dict(row) for row in found]

    def awaited(self, count: int, condition: str = "1", *arguments) -> list[dict]:
        """The rows for which a condition holds, once there are that many; more are a failure."""
        rows = eventually(
            lambda: (found := self.rows(condition, *arguments)) and len(found) >= count and found, 20, f"{count} rows"
        )
        assert len(rows) == count, rows
        return rows

    def keys(self) -> set[str]:
        """The ids of all keys there are."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=20)) as database:
            return {id for (id,) in database.execute("SELECT id FROM keys")}

    def count(self, condition: str = "1", *arguments) -> int:
        return len(self.rows(condition, *arguments))

    def hours(self) -> list[dict]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=20)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute("SELECT * FROM ledger_hours")]

    @property
    def journals(self) -> list[Path]:
        return sorted(self.path.parent.glob("longwire.sqlite-ledger.*"))

    def lock(self) -> sqlite3.Connection:
        """Another program that keeps every writer out until it is closed."""
        database = sqlite3.connect(self.path, timeout=20, isolation_level=None, check_same_thread=False)
        database.execute("BEGIN EXCLUSIVE")
        return database

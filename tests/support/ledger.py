"""What the trust bench found: a line a promise as it is tried, and the table of docs/trust.md, kept line by line."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

BEGIN, END = "<!-- figures: written by make trust -->", "<!-- end of figures -->"
HEAD = "| | promise | database | what was tried | figure | limit | | when, on what |\n" + "|---" * 8 + "|\n"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Line:
    """One promise as it was tried: its number in the list of promises, and whether the figure keeps to the limit."""

    number: str
    promise: str
    database: str
    tried: str
    figure: str
    limit: str
    holds: bool

    def __str__(self) -> str:
        verdict = "kept  " if self.holds else "BROKEN"
        found = f"{self.figure} (limit {self.limit}); {self.tried}"
        return f"{verdict} {self.number} {self.promise} ({self.database}): {found}"


class Ledger:
    """Takes lines; with a file given, each replaces what stood there for the same promise on the same database."""

    def __init__(self, database: str, file: Path | None = None) -> None:
        self.database, self.file = database, file

    def note(self, number: str, promise: str, tried: str, figure: str, limit: str, holds: bool) -> None:
        """Print the line, keep it, and fail the test where the promise is broken."""
        line = Line(number, promise, self.database, tried, figure, limit, holds)
        print(f"\n{line}")
        if self.file is not None:
            write(self.file, line, machine())
        assert holds, str(line)


def write(file: Path, line: Line, when: str) -> None:
    text = file.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    table, after = rest.split(END, 1)
    rows = {key_of(row): row for row in table.splitlines() if row.startswith("| ") and "---" not in row}
    rows.pop(("", "promise", "database"), None)
    kept = "kept" if line.holds else "**broken**"
    cells = (line.number, line.promise, line.database, line.tried, line.figure, line.limit, kept, when)
    row = "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"
    rows[key_of(row)] = row
    body = "\n".join(rows[key] for key in sorted(rows, key=in_order))
    file.write_text(f"{before}{BEGIN}\n{HEAD}{body}\n{END}{after}", encoding="utf-8")


def key_of(row: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in row.split("|")[1:4])


def in_order(key: tuple[str, ...]) -> tuple[object, ...]:
    digits = re.search(r"\d+", key[0])
    return (int(digits[0]) if digits else 0, *key[1:])


def machine() -> str:
    """The day, the class of machine, what ran: enough to compare, nothing that says where."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    ran = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {commit or 'no commit'}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), {ran}"

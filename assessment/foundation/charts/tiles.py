"""Units as equal tiles where they lie towards each other on the map: a small unit is seen as well as a large one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessment.foundation.charts import svg
from assessment.foundation.charts.heat import ink_on

WIDE, HIGH, GAP = 100, 66, 4


@dataclass(frozen=True)
class Tile:
    """A unit at ``row`` and ``column`` (from 1), its words in two lines, and its step of the heat scale, 0 to 5."""

    row: int
    column: int
    name: str
    words: str
    step: int
    said: str
    href: str = ""


def tiles(label: str, every: Sequence[Tile]) -> svg.Chart:
    """The grid, moved to its upper left corner."""
    top, left = min(one.row for one in every), min(one.column for one in every)
    rows, columns = max(one.row for one in every) - top + 1, max(one.column for one in every) - left + 1
    drawn = [
        svg.Detail(
            one.said, tuple(_tile(one, (one.column - left) * (WIDE + GAP), (one.row - top) * (HIGH + GAP))), one.href
        )
        for one in sorted(every, key=lambda one: (one.row, one.column))
    ]
    return svg.chart(columns * (WIDE + GAP) - GAP, rows * (HIGH + GAP) - GAP, label, drawn, "tiles")


def _tile(one: Tile, x: int, y: int) -> Iterator[svg.Mark]:
    ink, middle = ink_on(one.step), x + Fraction(WIDE, 2)
    yield svg.rect(x, y, WIDE, HIGH, f"h{one.step}")
    yield from svg.label(middle, y + 26, one.name, WIDE - 8, f"mid {ink}")
    yield svg.text(middle, y + HIGH - 8, one.words, "mid rev" if ink == "rev" else "mid")

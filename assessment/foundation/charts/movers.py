"""Who rose and who fell most, as bars to either side: for groups too large for a line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from assessment.foundation.charts import svg

WIDTH, MIDDLE, REACH, ROW, TOP = 640, 320, 130, 20, 6


def movers(label: str, moves: Sequence[tuple[str, int]]) -> svg.Chart:
    """Names with the places they won (lost: negative), in the order in which they are drawn."""
    most = max((abs(places) for _name, places in moves), default=1) or 1
    shapes: list[svg.Shape] = [svg.path(f"M{MIDDLE} {TOP - 4}V{TOP + ROW * len(moves)}", "axis")]
    for number, (name, places) in enumerate(moves):
        shapes += _bar(name, places, Fraction(REACH * abs(places), most), TOP + number * ROW)
    return svg.chart(WIDTH, TOP + ROW * len(moves) + 4, label, shapes, "wide")


def _bar(name: str, places: int, length: Fraction, y: int) -> Iterator[svg.Shape]:
    if places > 0:
        yield svg.rect(MIDDLE, y, length, 14, "fa")
        yield svg.text(MIDDLE + length + 6, y + 12, f"↑{places}", "b")
        yield svg.text(MIDDLE - 8, y + 12, name, "end")
    else:
        yield svg.rect(MIDDLE - length, y, length, 14, "fc")
        yield svg.text(MIDDLE - length - 6, y + 12, f"↓{-places}", "b end")
        yield svg.text(MIDDLE + 8, y + 12, name)

"""Rank by period, one line a unit: grey context, at most two lines marked, labels at both ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from assessment.foundation.charts import svg

LEAST, MOST, WIDTH, TOP = 120, 210, 640, 34  # room for names at each end, the usual width, first rank
TWO_LINES = 26  # so far apart that a name may stand on two lines
MIDDLE = Fraction(9, 2)  # from the middle of a letter to its foot
MARKED = ("hi", "lo")


@dataclass(frozen=True)
class Line:
    """A unit's rank in each period; ``None`` where it was not ranked. ``css`` is ``hi``, ``lo`` or nothing."""

    name: str
    ranks: tuple[int | None, ...]
    css: str = ""


def bump(label: str, periods: Sequence[str], lines: Sequence[Line]) -> svg.Chart:
    """The lines of one peer group; ranks are never drawn across groups."""
    last = max((rank for line in lines for rank in line.ranks if rank), default=1)
    step = 40 if last <= 8 else 26 if last <= 20 else 15
    bottom = TOP + (last - 1) * step + 12
    left = max([LEAST, *(svg.wide(f"{line.name} 99") + 16 for line in lines)])
    left = min(left, MOST) if step >= TWO_LINES else left
    width = WIDTH + 2 * max(0, left - MOST)
    xs = [left + Fraction((width - 2 * left) * number, max(len(periods) - 1, 1)) for number in range(len(periods))]
    shapes = [shape for x, name in zip(xs, periods, strict=True) for shape in _column(x, name, bottom)]
    for line in sorted(lines, key=lambda one: (one.css in MARKED, one.name)):
        drawn = tuple(_line(line, xs, step, left - 14))
        told = ", ".join(f"{name} {rank or '–'}" for name, rank in zip(periods, line.ranks, strict=True))
        if drawn:
            shapes.append(svg.Detail(f"{line.name}: {told}", drawn))
    return svg.chart(width, bottom + 24, label, shapes, "wide")


def _column(x: Fraction, name: str, bottom: int) -> Iterator[svg.Shape]:
    yield svg.path(f"M{svg.place(x)} {TOP - 14}V{bottom}", "grid")
    yield svg.text(x, bottom + 18, name, "s mid")


def _line(line: Line, xs: Sequence[Fraction], step: int, room: int) -> Iterator[svg.Mark]:
    points = [
        (x, TOP + (rank - 1) * step) for x, rank in zip(xs, line.ranks, strict=True) if rank is not None
    ]
    if not points:
        return
    yield svg.path(_curve(points), f"ln {line.css}".strip())
    for x, y in points:
        yield svg.circle(x, y, 5 if line.css else 4 if step > 15 else 3, f"pt {line.css}".strip())
    known = [rank for rank in line.ranks if rank is not None]
    bold = "b" if line.css else ""
    if line.ranks[0] is not None:
        yield from svg.label(xs[0] - 14, points[0][1] + MIDDLE, f"{line.name} {known[0]}", room, f"{bold} end".strip())
    if line.ranks[-1] is not None and len(line.ranks) > 1:
        yield from svg.label(points[-1][0] + 14, points[-1][1] + MIDDLE, f"{known[-1]} {line.name}", room, bold)


def _curve(points: Sequence[tuple[Fraction | int, int]]) -> str:
    """From rank to rank in a soft step; flat where the rank stays."""
    drawn = f"M{svg.place(points[0][0])} {points[0][1]}"
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = svg.place((Fraction(x) + Fraction(to_x)) / 2)
        drawn += f"C{middle} {y} {middle} {to_y} {svg.place(to_x)} {to_y}"
    return drawn

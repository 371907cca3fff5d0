"""What was done against what was planned, period by period, both from 0: the gap at the end is what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessment.foundation.charts import svg

WIDTH, LEFT, RIGHT, TOP, HIGH = 640, 16, 150, 18, 130
APART = 16  # how far the two words at the end stand apart at least


@dataclass(frozen=True)
class Course:
    """A number a period (``None`` where there is none), and what is written at its end."""

    numbers: tuple[Fraction | None, ...]
    words: str
    said: tuple[str, ...] = ()


def progress(label: str, periods: Sequence[str], planned: Course, done: Course) -> svg.Chart:
    """``planned`` in grey behind ``done``; only every so many periods are named that their names do not touch."""
    known = [number for line in (planned, done) for number in line.numbers if number is not None]
    highest = max([*known, Fraction(1)])
    step = Fraction(WIDTH - LEFT - RIGHT, max(len(periods) - 1, 1))
    bottom = TOP + HIGH

    def point(place: int, number: Fraction) -> tuple[Fraction, Fraction]:
        return LEFT + place * step, bottom - number * HIGH / highest

    shapes: list[svg.Shape] = [svg.path(f"M{LEFT - 8} {bottom}H{WIDTH - RIGHT + 8}", "axis")]
    every = max(1, -(-max((svg.wide(name) + 12 for name in periods), default=1) // max(int(step), 1)))
    for place, name in enumerate(periods):
        if place % every == 0:
            shapes.append(svg.text(LEFT + place * step, bottom + 18, name, "s mid" if place else "s"))
    ends = []
    for line, css in ((planned, ""), (done, "hi")):
        points = [(place, *point(place, number)) for place, number in enumerate(line.numbers) if number is not None]
        if points:
            shapes += _line(line, points, css)
            ends.append((points[-1][1], points[-1][2], line.words, "b" if css else ""))
    shapes += _ends(ends)
    return svg.chart(WIDTH, bottom + 24, label, shapes, "wide")


def _line(line: Course, points: Sequence[tuple[int, Fraction, Fraction]], css: str) -> Iterator[svg.Shape]:
    d = "M" + "L".join(f"{svg.place(x)} {svg.place(y)}" for _place, x, y in points)
    yield svg.path(d, f"ln {css}".strip())
    for place, x, y in points:
        mark = svg.circle(x, y, 5 if css else 4, f"pt {css}".strip())
        yield svg.Detail(line.said[place], (mark,)) if line.said else mark


def _ends(ends: list[tuple[Fraction, Fraction, str, str]]) -> Iterator[svg.Shape]:
    """The words at the ends, the lower pushed down where both end in one place."""
    ends = sorted(ends, key=lambda one: one[1])
    last = None
    for x, y, words, css in ends:
        y = y + 4 if last is None else max(y + 4, last + APART)
        yield svg.text(x + 14, y, words, css)
        last = y

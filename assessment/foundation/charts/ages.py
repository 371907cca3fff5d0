"""How long things have stood open: a bar an age, cut by severity, the count in every piece that holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessment.foundation.charts import svg

WIDTH, LEFT, RIGHT, ROW, TOP = 640, 130, 50, 30, 28
SHADES = ("h5", "h4", "h3", "h2", "h1")
"""The gravest is darkest; what comes after the fifth is as light as it."""


@dataclass(frozen=True)
class Age:
    """An age's name and, of each severity in order, how many there are; ``hrefs`` lead to them, "" where nowhere."""

    name: str
    counts: tuple[int, ...]
    said: tuple[str, ...]
    hrefs: tuple[str, ...] = ()


def ages(label: str, severities: Sequence[str], rows: Sequence[Age]) -> svg.Chart:
    """The ages from young to old; all bars share one scale from 0."""
    most = max((sum(row.counts) for row in rows), default=0) or 1
    shapes: list[svg.Shape] = list(_legend(severities))
    for number, row in enumerate(rows):
        shapes += _row(row, Fraction(WIDTH - LEFT - RIGHT, most), TOP + ROW * number)
    return svg.chart(WIDTH, TOP + ROW * len(rows) + 4, label, shapes, "wide")


def shade(number: int) -> str:
    return SHADES[min(number, len(SHADES) - 1)]


def _legend(severities: Sequence[str]) -> Iterator[svg.Shape]:
    x = LEFT
    for number, name in enumerate(severities):
        yield svg.rect(x, 4, 10, 10, shade(number))
        yield svg.text(x + 15, 14, name, "s")
        x += 15 + svg.wide(name) + 18


def _row(row: Age, scale: Fraction, y: int) -> Iterator[svg.Shape]:
    yield svg.text(LEFT - 10, y + 15, row.name, "end")
    x = Fraction(LEFT)
    for number, count in enumerate(row.counts):
        if not count:
            continue
        width, css = count * scale, shade(number)
        marks: list[svg.Mark] = [svg.rect(x, y, max(width - 1, Fraction(1)), 20, css)]
        if width > svg.wide(str(count)) + 8:
            marks.append(svg.text(x + width / 2, y + 15, str(count), "mid rev" if number < 2 else "mid b"))
        yield svg.Detail(row.said[number], tuple(marks), row.hrefs[number] if row.hrefs else "")
        x += width
    yield svg.text(x + 8, y + 15, str(sum(row.counts)), "b")

"""From the full marks down to the score, the largest loss first; for phones the same losses as plain bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessment.foundation.charts import svg

LEFT, WIDTH, RIGHT, ROW, TOP = 190, 700, 60, 30, 22


@dataclass(frozen=True)
class Loss:
    """What one item took away (a gain is negative), with its words and its colour's class."""

    name: str
    amount: Fraction
    words: str
    css: str = "fa"


def waterfall(label: str, full: Fraction, losses: Sequence[Loss], name: str, total: str) -> svg.Chart:
    """A cut axis: lengths are compared here, not positions."""
    levels = _levels(full, losses)
    low, high = min([full, *levels]), max([full, *levels])
    low, high = Fraction(int(low)), Fraction(-int(-high))
    span = max(high - low, Fraction(1))
    scale = Fraction(WIDTH - LEFT - RIGHT) / span
    bottom = TOP + ROW * len(losses) + 34
    shapes = list(_axis(low, high, scale, bottom))
    before = full
    for number, (loss, after) in enumerate(zip(losses, levels, strict=True)):
        y = TOP + 10 + ROW * number
        start, end = LEFT + (min(before, after) - low) * scale, LEFT + (max(before, after) - low) * scale
        shapes += svg.label(LEFT - 12, y + 13, loss.name, LEFT - 12, "end")
        shapes.append(svg.rect(start, y, max(end - start, Fraction(1)), 16, loss.css))
        shapes.append(svg.text(end + 6, y + 13, loss.words, "num"))
        shapes.append(svg.path(f"M{svg.place(LEFT + (after - low) * scale)} {y}v46", "axis"))
        before = after
    y = TOP + 22 + ROW * len(losses)
    shapes += svg.label(LEFT - 12, y, name, LEFT - 12, "b end")
    shapes.append(svg.text(LEFT + (before - low) * scale + 6, y, total, "b"))
    return svg.chart(WIDTH, bottom + 6, label, shapes, "wide")


def _levels(full: Fraction, losses: Sequence[Loss]) -> list[Fraction]:
    levels, level = [], full
    for loss in losses:
        level -= loss.amount
        levels.append(level)
    return levels


def _axis(low: Fraction, high: Fraction, scale: Fraction, bottom: int) -> Iterator[svg.Shape]:
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if (high - low) / step <= 8)
    mark = -(-int(low) // step) * step
    while mark <= high:
        x = LEFT + (mark - low) * scale
        yield svg.path(f"M{svg.place(x)} {TOP}V{bottom - 14}", "grid")
        yield svg.text(x, 14, str(mark), "s mid")
        mark += step


def bars(label: str, losses: Sequence[Loss]) -> svg.Chart:
    """The same losses for a narrow page."""
    largest = max((abs(loss.amount) for loss in losses), default=Fraction(1)) or Fraction(1)
    shapes: list[svg.Shape] = []
    for number, loss in enumerate(losses):
        y = 9 + 44 * number
        width = max(abs(loss.amount) / largest * 270, Fraction(1))
        shapes.append(svg.text(0, y + 11, loss.name))
        shapes.append(svg.rect(0, y + 17, width, 12, loss.css))
        shapes.append(svg.text(width + 6, y + 28, loss.words))
    return svg.chart(350, 44 * len(losses) + 12, label, shapes)

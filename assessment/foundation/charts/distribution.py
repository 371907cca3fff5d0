"""How many units have which score: bars over half-open steps of one width, with the mean marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from assessment.foundation.charts import svg

WIDTH, LEFT, RIGHT, TOP, HIGH = 640, 20, 20, 44, 110
WIDTHS = (Fraction(1, 10), Fraction(1, 5), Fraction(1, 2), *map(Fraction, (1, 2, 5, 10, 20, 50, 100)))
MOST = 14  # bars


def distribution(label: str, scores: Sequence[Fraction], mean: str) -> svg.Chart:
    """``mean`` is the word and number written at the line of the mean."""
    low, high = min(scores, default=Fraction(0)), max(scores, default=Fraction(0))
    step = next((one for one in WIDTHS if (high - low) / one < MOST - 1), WIDTHS[-1])
    start = low // step * step
    counts = [0] * (int((high - start) // step) + 1)
    for score in scores:
        counts[int((score - start) // step)] += 1
    return svg.chart(WIDTH, TOP + HIGH + 26, label, _shapes(counts, start, step, scores, mean), "wide")


def _shapes(
    counts: Sequence[int], start: Fraction, step: Fraction, scores: Sequence[Fraction], mean: str
) -> Iterator[svg.Shape]:
    across, tallest = Fraction(WIDTH - LEFT - RIGHT, len(counts)), max(*counts, 1)
    bottom = TOP + HIGH
    for number, count in enumerate(counts):
        x, height = LEFT + number * across, Fraction(HIGH * count, tallest)
        if count:
            low, high = _plain(start + number * step), _plain(start + (number + 1) * step)
            bar = svg.rect(x + 1, bottom - height, across - 2, height, "fa")
            words = svg.text(x + across / 2, bottom - height - 5, str(count), "s mid")
            yield svg.Detail(f"{low} ≤ … < {high}: {count}", (bar, words))
    yield svg.path(f"M{LEFT} {bottom}H{WIDTH - RIGHT}", "axis")
    every = 1 if len(counts) <= 10 else 2
    for number in range(0, len(counts) + 1, every):
        yield svg.text(LEFT + number * across, bottom + 18, _plain(start + number * step), "s mid")
    if scores:
        x = LEFT + (sum(scores, Fraction(0)) / len(scores) - start) / step * across
        yield svg.path(f"M{svg.place(x)} {TOP - 26}V{bottom}", "ln lo")
        yield svg.text(x + (6 if x < WIDTH / 2 else -6), TOP - 20, mean, "b" if x < WIDTH / 2 else "b end")


def _plain(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else f"{float(number):.1f}"

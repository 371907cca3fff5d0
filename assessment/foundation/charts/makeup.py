"""What each score is made of: a track a unit, cut by weight; what is not filled was lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessment.foundation.charts import svg

COLOURS = ("fa", "fb", "fc", "fd")
WIDTH, LEAST, MOST, RIGHT, ROW, TOP = 640, 110, 360, 54, 20, 30


@dataclass(frozen=True)
class Track:
    """A unit, its total as printed, and of each part what was won of what there was to win."""

    name: str
    total: str
    parts: tuple[tuple[Fraction, Fraction], ...]


def makeup(label: str, parts: Sequence[str], tracks: Sequence[Track]) -> svg.Chart:
    """``parts`` are named once, above; they keep their colour and order in every track."""
    left = min(max([LEAST, *(svg.wide(track.name) + 14 for track in tracks)]), MOST)
    shapes = list(_legend(parts, left))
    for number, track in enumerate(tracks):
        shapes += _track(track, left, TOP + number * ROW)
    return svg.chart(WIDTH, TOP + ROW * len(tracks) + 4, label, shapes, "wide")


def _legend(parts: Sequence[str], left: int) -> Iterator[svg.Shape]:
    across = Fraction(WIDTH - left, max(len(parts), 1))
    for number, name in enumerate(parts):
        yield svg.rect(left + number * across, 4, 10, 10, COLOURS[number % len(COLOURS)])
        yield svg.text(left + number * across + 15, 14, name, "s")


def _track(track: Track, left: int, y: int) -> Iterator[svg.Shape]:
    whole = sum((most for _won, most in track.parts), Fraction(0)) or Fraction(1)
    x, room = Fraction(left), WIDTH - left - RIGHT
    yield svg.text(left - 10, y + 12, track.name, "end")
    for number, (won, most) in enumerate(track.parts):
        width = room * most / whole
        if width <= 3:
            continue
        filled = max(min(won / most, Fraction(1)), Fraction(0)) * (width - 3)
        yield svg.rect(x, y + 2, width - 3, 12, "lost")
        if filled:
            yield svg.rect(x, y + 2, filled, 12, COLOURS[number % len(COLOURS)])
        x += width
    yield svg.text(WIDTH - 4, y + 12, track.total, "b end")

"""A chart on paper: the shapes that the page shows as SVG, drawn as vectors in the colours of print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from reportlab.platypus import Flowable

from assessment.foundation.charts.svg import Chart, Circle, Path, Rect, Text
from assessment.foundation.paper.canvas import Colour, Ink
from assessment.foundation.paper.fonts import FontBook

SIZE, SMALL = 13.0, 12.0  # of letters, in units of the chart
LEAST = 0.6  # how far a long name may be made smaller to stay inside
INK, INK_2, CONTEXT, EDGE = (0.09, 0.1, 0.11), (0.25, 0.28, 0.31), (0.55, 0.58, 0.6), (0.45, 0.47, 0.5)
BLUE, GREEN, OCHRE, PURPLE = (0.06, 0.3, 0.5), (0.11, 0.52, 0.48), (0.66, 0.45, 0.04), (0.48, 0.36, 0.65)
WHITE, GRID, SUNKEN = (1.0, 1.0, 1.0), (0.886, 0.882, 0.859), (0.93, 0.93, 0.92)


@dataclass(frozen=True)
class Look:
    """Of one class: filled, stroked how thick, or both."""

    fill: Colour | None = None
    stroke: Colour | None = None
    thickness: float = 1.0


LOOKS: Mapping[str, Look] = MappingProxyType({
    "grid": Look(stroke=GRID), "axis": Look(stroke=EDGE), "ln": Look(stroke=CONTEXT, thickness=2),
    "ln hi": Look(stroke=BLUE, thickness=3.5), "ln lo": Look(stroke=OCHRE, thickness=3.5),
    "pt": Look(WHITE, CONTEXT, 2), "pt hi": Look(BLUE, BLUE, 2), "pt lo": Look(OCHRE, OCHRE, 2), "dot": Look(INK),
    "fa": Look(BLUE), "fb": Look(GREEN), "fc": Look(OCHRE), "fd": Look(PURPLE), "lost": Look(SUNKEN, GRID, 0.5),
    "h0": Look((0.957, 0.969, 0.98), GRID, 0.5), "h1": Look((0.867, 0.914, 0.953)), "h2": Look((0.733, 0.827, 0.902)),
    "h3": Look((0.545, 0.702, 0.827)), "h4": Look((0.184, 0.431, 0.639)), "h5": Look(BLUE),
})
COMMAND = re.compile(r"([MLHVChv])([^MLHVChv]*)")


class Figure(Flowable):  # type: ignore[misc, unused-ignore]
    """The chart as wide as the type area; it is never parted."""

    def __init__(self, chart: Chart, role: str, bold: str, fonts: FontBook) -> None:
        super().__init__()
        self._chart, self._role, self._bold, self._fonts = chart, role, bold, fonts
        self.spaceBefore, self.spaceAfter = 4, 8

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        scale = width / self._chart.width
        if self._chart.height * scale > height > 0.9 * width:  # a whole page is not enough: smaller, not cut
            scale = height / self._chart.height
        self._scale = scale
        self.width, self.height = width, self._chart.height * scale
        return self.width, self.height

    def draw(self) -> None:
        marks = tuple(self._chart.marks())
        operators = [piece for shape in marks if not isinstance(shape, Text) for piece in self._drawn(shape)]
        self.canv.addLiteral(f"q {self._scale:.5f} 0 0 {-self._scale:.5f} 0 {self.height:.3f} cm 1 j 1 J "
                             + " ".join(operators) + " Q")
        for shape in marks:
            if isinstance(shape, Text):
                self._write(shape)

    def _drawn(self, shape: Path | Rect | Circle) -> Iterator[str]:
        look = LOOKS.get(shape.css, Look(stroke=INK))
        if look.fill:
            yield " ".join(f"{part:g}" for part in look.fill) + " rg"
        if look.stroke:
            yield " ".join(f"{part:g}" for part in look.stroke) + f" RG {look.thickness:g} w"
        yield _outline(shape)
        yield "B" if look.fill and look.stroke else "f" if look.fill else "S"

    def _write(self, shape: Text) -> None:
        classes = shape.css.split()
        chain = self._fonts.chain(self._bold if "b" in classes else self._role)
        size = (SMALL if "s" in classes else SIZE) * self._scale
        x, wide = float(shape.x) * self._scale, chain.width(shape.words) * size
        room = x if "end" in classes else self.width if "mid" in classes else self.width - x
        if wide > room > 0:
            fitted = max(room / wide, LEAST)
            size, wide = size * fitted, wide * fitted
        x -= wide if "end" in classes else wide / 2 if "mid" in classes else 0.0
        ink = Ink(self.canv, WHITE if "rev" in classes else INK if "b" in classes else INK_2)
        ink.write(x, self.height - float(shape.y) * self._scale, chain.runs(shape.words, self._chart.label), size)
        ink.done()


def _outline(shape: Path | Rect | Circle) -> str:
    """The shape as path operators, in units of the chart, downwards as the page counts."""
    if isinstance(shape, Rect):
        return " ".join(f"{float(one):.2f}" for one in (shape.x, shape.y, shape.width, shape.height)) + " re"
    if isinstance(shape, Circle):
        return _round(float(shape.x), float(shape.y), shape.r)
    return " ".join(_path(shape.d))


def _round(x: float, y: float, r: float) -> str:
    bend = 0.5523 * r
    corners = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 0))
    drawn = [f"{x + r:.2f} {y:.2f} m"]
    for (ax, ay), (bx, by) in pairwise(corners):
        points = (x + ax * r + bx * bend, y + ay * r + by * bend, x + bx * r + ax * bend, y + by * r + ay * bend,
                  x + bx * r, y + by * r)
        drawn.append(" ".join(f"{one:.2f}" for one in points) + " c")
    return " ".join(drawn) + " h"


def _path(d: str) -> Iterator[str]:
    """The commands that our charts use, each with one set of numbers."""
    x = y = 0.0
    for command, given in COMMAND.findall(d):
        numbers = [float(one) for one in given.replace(",", " ").split()]
        if command == "C":
            x, y = numbers[4], numbers[5]
            yield " ".join(f"{one:.2f}" for one in numbers) + " c"
            continue
        if command in "ML":
            x, y = numbers
        elif command in "Hh":
            x = numbers[0] + (x if command == "h" else 0.0)
        else:
            y = numbers[0] + (y if command == "v" else 0.0)
        yield f"{x:.2f} {y:.2f} {'m' if command == 'M' else 'l'}"

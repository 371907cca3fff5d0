"""Drawn parts of a paper: the place of a seal, the colophon at the foot of the last page, the code to verify it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from assessment.foundation.paper.canvas import BLACK, GREY, Ink, rule_operators
from assessment.foundation.paper.fonts import FontBook
from assessment.foundation.paper.text import ASCENT, Style, Text


class SignaturePlace(Flowable):  # type: ignore[misc, unused-ignore]
    """Who signs over the date, and a faint ring where the seal goes: never a picture of a seal."""

    def __init__(self, signer: str, day: str, seal: str, style: Style, indent: float, ring: float,
                 fonts: FontBook) -> None:
        super().__init__()
        self._ring = ring
        self._signer, self._day, self._seal = signer, day, seal
        self._style, self._indent, self._fonts = style, indent, fonts

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        self.height = max(self._ring, 2 * self._style.leading) + 6 if self._seal else 3 * self._style.leading
        return width, self.height

    def draw(self) -> None:
        style, chain = self._style, self._fonts.chain(self._style.role)
        signer, day = (chain.width(text) * style.size for text in (self._signer, self._day))
        # The date keeps its distance from the margin; a longer name above it is centred on it if it can be.
        middle = self.width - self._indent - day / 2
        middle = min(middle, self.width - signer / 2) if style.align == "right" else max(day, signer, self._ring) / 2
        centre = self.height / 2
        ink = Ink(self.canv, style.colour)
        y = centre - style.size * ASCENT
        ink.write(middle - signer / 2, y + style.leading, chain.runs(self._signer), style.size)
        ink.write(middle - day / 2, y, chain.runs(self._day), style.size)
        ink.done()
        if self._seal:
            self._draw_ring(middle, centre)

    def _draw_ring(self, x: float, y: float) -> None:
        canvas, chain, size = self.canv, self._fonts.chain(self._style.role), 7
        canvas.saveState()
        canvas.setStrokeGray(0.6)
        canvas.setLineWidth(0.5)
        canvas.setDash(2, 2)
        canvas.circle(x, y, self._ring / 2, stroke=1, fill=0)
        canvas.restoreState()
        ink = Ink(canvas, GREY)
        ink.write(x - chain.width(self._seal) * size / 2, y - self._ring * 0.35, chain.runs(self._seal), size)
        ink.done()


class Colophon(Flowable):  # type: ignore[misc, unused-ignore]
    """The last lines of the last page, between rules as wide as the type area (GB/T 9704: 版记)."""

    def __init__(self, copies: str, printer: str, day: str, style: Style, foot: float,
                 fonts: FontBook) -> None:
        super().__init__()
        self._foot = foot
        inset = style.but(left=style.size, right=style.size, align="left")
        self._copies = Text(copies, inset, fonts) if copies else None
        self._printer, self._day, self._style, self._fonts = printer, day, style, fonts

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        self._copies_height = self._copies.wrap(width, height)[1] + 8 if self._copies else 0.0
        needed = self._copies_height + self._style.leading + 10 + self._foot
        self.height = max(height, needed)  # fill the page, so as to stand at its foot
        return width, self.height

    def draw(self) -> None:
        style, chain, line = self._style, self._fonts.chain(self._style.role), self._style.leading + 8
        thick, thin = 0.35 * mm, 0.25 * mm
        top = line + self._copies_height
        self.canv.translate(0, self._foot)
        rules = rule_operators(0, self.width, [0, top], thick)
        if self._copies:
            self._copies.drawOn(self.canv, 0, line + 4)
            rules += " " + rule_operators(0, self.width, [line], thin)
        y = 4 + (self._style.leading - style.size) / 2 + style.size * (1 - ASCENT)
        ink = Ink(self.canv)
        ink.write(style.size, y, chain.runs(self._printer), style.size)
        x = self.width - style.size - chain.width(self._day) * style.size
        ink.write(x, y, chain.runs(self._day), style.size)
        ink.done(rules)


class Verification(Flowable):  # type: ignore[misc, unused-ignore]
    """How a reader checks the paper: a QR code, and beside it the same in words."""

    def __init__(self, address: str, lines: Sequence[str], style: Style, fonts: FontBook) -> None:
        super().__init__()
        self._address, self._code = address, 24 * mm
        self._words = [Text(line, style.but(left=self._code + 10), fonts) for line in lines]
        self.spaceBefore = 10

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        self._heights = [words.wrap(width, height)[1] for words in self._words]
        self.height = max(self._code, sum(self._heights)) + 12
        return width, self.height

    def draw(self) -> None:
        import segno

        # Any mask can be read; weighing all eight would take a quarter of the time of a notice.
        rows = segno.make(self._address, error="m", micro=False, mask=3).matrix
        cell = self._code / len(rows)
        top = self.height - 6
        bars = [
            f"{x * cell:.3f} {top - (y + 1) * cell:.3f} {length * cell:.3f} {cell:.3f} re"
            for y, row in enumerate(rows) for x, length in dark_runs(row)
        ]
        self.canv.addLiteral("q 0 g " + " ".join(bars) + " f Q")
        Ink(self.canv, BLACK).done(rule_operators(0, self.width, [0, self.height], 0.4))
        y = top - max(0.0, (self._code - sum(self._heights)) / 2)
        for words, height in zip(self._words, self._heights, strict=True):
            y -= height
            words.drawOn(self.canv, 0, y)


def dark_runs(row: Iterable[int]) -> list[tuple[int, int]]:
    """Where dark cells begin in a row and how many stand together."""
    runs, x = [], 0
    for dark, cells in groupby(row):
        length = len(list(cells))
        if dark:
            runs.append((x, length))
        x += length
    return runs

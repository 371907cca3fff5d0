"""The canvas of a paper: text as ready operators, and page numbers that know the last page."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from assessment.foundation.paper.breaking import Line
from assessment.foundation.paper.embedding import Subsets, deflated
from assessment.foundation.paper.fonts import Chain, Face, Run

RED = (0.85, 0.0, 0.0)
BLACK = (0.0, 0.0, 0.0)
GREY = (0.45, 0.45, 0.45)
REMEMBERED = 10_000  # texts of one paper

Colour = tuple[float, float, float]
Piece = tuple[str, float, str]  # font in the file, stroke as a share of the size, operand


class PaperCanvas(Canvas):  # type: ignore[misc, unused-ignore]
    """reportlab's canvas, with what it lacks."""

    def __init__(self, *arguments: Any, write_folio: Callable[[PaperCanvas, int, int], None], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._write_folio = write_folio
        self._pieces: dict[Run, tuple[Piece, ...]] = {}
        self._subsets: dict[str, Subsets] = {}

    def pieces(self, run: Run) -> tuple[Piece, ...]:
        """The run in the codes of this file's font subsets; each distinct text is encoded once, or nearly."""
        found = self._pieces.get(run)
        if found is None:
            if len(self._pieces) > REMEMBERED:  # the names of a very long table come once each
                self._pieces.clear()
            found = self._pieces[run] = tuple(self._encoded(*run))
        return found

    def _encoded(self, face: Face, text: str) -> Iterator[Piece]:
        """One piece for as long as the characters lie in one subset."""
        subsets = self._subsets.get(face.font.fontName)
        if subsets is None:
            subsets = self._subsets[face.font.fontName] = Subsets(face.font, f"F{len(self._subsets) + 1}")
        for font, places in groupby(map(subsets.place, text), key=itemgetter(0)):
            yield font, face.stroke, "(" + "".join([code for _, code in places]) + ") Tj"

    def folio_place(self, page: int) -> None:
        """Where a number goes that is written when the last page is known."""
        self.doForm(f"folio{page}")

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        """Pack a page as soon as it is full: thousands of them wait for the last one."""
        super().showPage()
        page = self._doc.Pages.pages[-1]
        page.Contents, page.stream = deflated(zlib.compress(page.stream.encode())), None

    def save(self) -> None:
        if self._code:
            self.showPage()
        pages = self.getPageNumber() - 1
        for page in range(1, pages + 1):
            self.beginForm(f"folio{page}")
            self._write_folio(self, page, pages)
            self.endForm()
        for subsets in self._subsets.values():
            subsets.embed(self._doc)
        super().save()


class Ink:
    """Text of one block, gathered as PDF operators and put on the page in one stroke."""

    def __init__(self, canvas: PaperCanvas, colour: Colour = BLACK) -> None:
        self._canvas = canvas
        self._operators = [f"q {_rgb(colour)} rg {_rgb(colour)} RG BT"]
        self._font: tuple[str, float, float] | None = None
        self._spacing = 0.0

    def write(self, x: float, y: float, runs: Sequence[Run], size: float, spacing: float = 0.0) -> None:
        add = self._operators.append
        if spacing != self._spacing:
            add(f"{spacing:.4f} Tc")
            self._spacing = spacing
        add(f"1 0 0 1 {x:.3f} {y:.3f} Tm")
        for run in runs:
            for name, stroke, operand in self._canvas.pieces(run):
                font = (name, size, stroke)
                if font != self._font:
                    self._set_font(font)
                add(operand)

    def _set_font(self, font: tuple[str, float, float]) -> None:
        name, size, stroke = font
        if self._font is None or self._font[1:] != font[1:]:
            self._operators.append(f"2 Tr {stroke * size:.3f} w" if stroke else "0 Tr")
        self._operators.append(f"{name} {size:g} Tf")
        self._font = font

    def write_line(self, x: float, y: float, line: Line, size: float, extra: float = 0.0) -> None:
        """A line of atoms; ``extra`` opens it up after each Chinese character and each space."""
        for part in line.opened if extra else line.closed:
            if part.text != " ":
                self.write(x, y, part.chain.runs(part.text), size, extra if part.is_loose else 0.0)
            x += part.width + part.openings * extra

    def done(self, lines: str = "") -> None:
        """Put it on the page; ``lines`` are path operators drawn along with the text."""
        self._operators.append("ET")
        self._canvas.addLiteral("\n".join(self._operators) + f" {lines} Q")


def _rgb(colour: Colour) -> str:
    return " ".join(f"{part:g}" for part in colour)


def rule_operators(x1: float, x2: float, ys: Sequence[float], thickness: float) -> str:
    """Level rules as path operators."""
    return f"{thickness:g} w " + " ".join(f"{x1:.2f} {y:.2f} m {x2:.2f} {y:.2f} l" for y in ys) + " S"


def post_operators(xs: Sequence[float], y1: float, y2: float, thickness: float) -> str:
    """Upright rules as path operators."""
    return f"{thickness:g} w " + " ".join(f"{x:.2f} {y1:.2f} m {x:.2f} {y2:.2f} l" for x in xs) + " S"


def centred(chain: Chain, text: str, size: float, x: float) -> float:
    return x - chain.width(text) * size / 2


__all__ = ["BLACK", "GREY", "RED", "Colour", "Face", "Ink", "PaperCanvas", "centred", "post_operators",
           "rule_operators"]

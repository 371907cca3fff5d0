"""The canvas of a paper: text as ready operators, and page numbers that know the last page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from reportlab.lib.rl_accel import escapePDF
from reportlab.pdfgen.canvas import Canvas

from assessment.foundation.paper.breaking import Line
from assessment.foundation.paper.fonts import Chain, Face, Run

RED = (0.85, 0.0, 0.0)
BLACK = (0.0, 0.0, 0.0)
GREY = (0.45, 0.45, 0.45)
REMEMBERED = 10_000  # texts of one paper

Colour = tuple[float, float, float]
Piece = tuple[str, float, str]  # font in the file, stroke as a share of the size, operand


class PaperCanvas(Canvas):  # type: ignore[misc, unused-ignore]
    """reportlab's canvas, with the two things it lacks."""

    def __init__(self, *arguments: Any, write_folio: Callable[[PaperCanvas, int, int], None], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._write_folio = write_folio
        self._pieces: dict[Run, tuple[Piece, ...]] = {}
        self._encodings: dict[Face, dict[str, tuple[str, str]]] = {}

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
        codes = self._encodings.setdefault(face, {})
        font, gathered = "", ""
        for character in text:
            known = codes.get(character)
            if known is None:
                known = codes[character] = self._encode(face, character)
            if known[0] != font and gathered:
                yield font, face.stroke, f"({gathered}) Tj"
                gathered = ""
            font = known[0]
            gathered += known[1]
        if gathered:
            yield font, face.stroke, f"({gathered}) Tj"

    def _encode(self, face: Face, character: str) -> tuple[str, str]:
        """The font in the file that has the character, and its code there as it is written in a string."""
        ((subset, code),) = face.font.splitString(character, self._doc)
        return face.font.getSubsetInternalName(subset, self._doc), escapePDF(code)

    def folio_place(self, page: int) -> None:
        """Where a number goes that is written when the last page is known."""
        self.doForm(f"folio{page}")

    def save(self) -> None:
        if self._code:
            self.showPage()
        pages = self.getPageNumber() - 1
        for page in range(1, pages + 1):
            self.beginForm(f"folio{page}")
            self._write_folio(self, page, pages)
            self.endForm()
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
        if not extra:
            for chain, text in _same_chain(line):
                self.write(x, y, chain.runs(text), size)
                x += chain.width(text) * size
            return
        for position, atom in enumerate(line.atoms):
            if atom.text != " ":
                self.write(x, y, atom.chain.runs(atom.text), size)
            x += atom.width + (extra if opens(line, position) else 0.0)

    def done(self, lines: str = "") -> None:
        """Put it on the page; ``lines`` are path operators drawn along with the text."""
        self._operators.append("ET")
        self._canvas.addLiteral("\n".join(self._operators) + f" {lines} Q")


def opens(line: Line, position: int) -> bool:
    """Whether a justified line opens up after this atom."""
    if position + 1 >= len(line.atoms):
        return False
    atom, following = line.atoms[position], line.atoms[position + 1]
    return atom.stretches or (following.stretches and not following.is_space)


def _same_chain(line: Line) -> list[tuple[Chain, str]]:
    merged: list[tuple[Chain, str]] = []
    for atom in line.atoms:
        if merged and merged[-1][0] is atom.chain:
            merged[-1] = (atom.chain, merged[-1][1] + atom.text)
        else:
            merged.append((atom.chain, atom.text))
    return merged


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


__all__ = ["BLACK", "GREY", "RED", "Colour", "Face", "Ink", "PaperCanvas", "centred", "opens", "post_operators",
           "rule_operators"]

"""Where things stand on a page of a PDF, read from its operators: text with its baseline, rules with thickness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

MM = 72 / 25.4
NUMBERS = frozenset(["cm", "Tm", "w", "RG", "G", "m", "l", "S", "s", "B", "f", "n"])
ASCENT = 0.88  # of the size: from the top of a character's square to its baseline


@dataclass(frozen=True)
class Written:
    """A stretch of text: left end and baseline from the top left corner of the page, in millimetres; size in points."""

    x: float
    y: float
    size: float
    font: str

    @property
    def top(self) -> float:
        """Of the characters' square."""
        return self.y - self.size * ASCENT / MM


@dataclass(frozen=True)
class Ruled:
    """A straight line, in millimetres from the top left corner; its colour as it was set."""

    x1: float
    y1: float
    x2: float
    y2: float
    thickness: float
    colour: tuple[float, ...]

    @property
    def is_level(self) -> bool:
        return abs(self.y1 - self.y2) < 0.01


def times(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
    """Matrix ``a`` applied before ``b``."""
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )  # fmt: skip


class Page:
    """What was written and ruled on one page, its forms included."""

    def __init__(self, page: Any, reader: PdfReader) -> None:
        self.height, self._reader = float(page.mediabox.height), reader
        self.written: list[Written] = []
        self.ruled: list[Ruled] = []
        self._state: dict[str, Any] = {"m": (1, 0, 0, 1, 0, 0), "w": 1.0, "c": (0.0,), "font": "", "size": 0.0}
        self._lines: list[Any] = []
        self._read(page.get_contents(), page["/Resources"])

    def _read(self, source: Any, resources: Any) -> None:
        kept, self._lines = [], []
        for operands, operator in source.operations:
            name = operator.decode()
            if name == "q":
                kept.append(dict(self._state))
            elif name == "Q":
                self._state = kept.pop()
            elif name == "Tf":
                self._state["font"] = str(resources["/Font"][operands[0]]["/BaseFont"])
                self._state["size"] = float(operands[1])
            elif name == "Tj":
                self._write()
            elif name == "Do" and resources["/XObject"][operands[0]]["/Subtype"] == "/Form":
                form = resources["/XObject"][operands[0]]
                self._read(ContentStream(form, self._reader), form["/Resources"])
            elif name in NUMBERS:
                self._set(name, tuple(map(float, operands)))

    def _set(self, name: str, numbers: tuple[float, ...]) -> None:
        state = self._state
        match name:
            case "cm":
                state["m"] = times(numbers, state["m"])
            case "Tm":
                state["text"] = numbers
            case "w":
                state["w"] = numbers[0]
            case "RG" | "G":
                state["c"] = numbers
            case "m":
                state["at"] = numbers
            case "l":
                self._lines.append((state["at"], numbers))
                state["at"] = numbers
            case _:  # painted, or thrown away
                self.ruled += [self._line(*line) for line in self._lines if name in ("S", "s", "B")]
                self._lines = []

    def _place(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self._state["m"]
        return (a * x + c * y + e) / MM, (self.height - (b * x + d * y + f)) / MM

    def _write(self) -> None:
        x, y = self._place(*self._state["text"][4:])
        self.written.append(Written(x, y, self._state["size"], self._state["font"]))

    def _line(self, start: tuple[float, float], end: tuple[float, float]) -> Ruled:
        return Ruled(*self._place(*start), *self._place(*end), self._state["w"] / MM, self._state["c"])


def pages_of(pdf: bytes) -> Iterator[Page]:
    reader = PdfReader(BytesIO(pdf))
    for page in reader.pages:
        yield Page(page, reader)

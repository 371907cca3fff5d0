"""Blocks of text on a paper: paragraphs, titles, gaps, rules, bookmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reportlab.platypus import Flowable

from assessment.foundation.paper.breaking import Atom, Line, atoms_of, balanced_width, break_lines, clean
from assessment.foundation.paper.canvas import BLACK, Colour, Ink, rule_operators
from assessment.foundation.paper.fonts import FontBook

ASCENT = 0.88  # of the size: from the top of a character's square to its baseline


@dataclass(frozen=True)
class Style:
    """How a paragraph is set; all lengths in points."""

    role: str
    size: float
    leading: float
    align: str = "justify"  # or left, centre, right
    first_indent: float = 0.0
    left: float = 0.0
    right: float = 0.0
    before: float = 0.0
    after: float = 0.0
    colour: Colour = BLACK
    balanced: bool = False
    latin: bool = False

    def but(self, **changes: object) -> Style:
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Span:
    """A stretch of text in another role than its paragraph's."""

    text: str
    role: str


class Text(Flowable):  # type: ignore[misc, unused-ignore]
    """A paragraph. A line feed in it begins a new line."""

    def __init__(self, text: str | Sequence[str | Span], style: Style, fonts: FontBook, place: str = "",
                 label: str = "", label_at: float = 0.0) -> None:
        super().__init__()
        spans = [text] if isinstance(text, str) else list(text)
        self._spans = [span if isinstance(span, Span) else Span(span, style.role) for span in spans]
        self._style, self._fonts = style, fonts
        self._label, self._label_at = label, label_at  # a number in the margin of the first line
        self._place = place or "".join(span.text for span in self._spans)[:40]
        self._lines: list[tuple[Line, float]] | None = None  # with the room each has
        self.spaceBefore, self.spaceAfter = style.before, style.after

    def _break(self, width: float) -> list[tuple[Line, float]]:
        style = self._style
        room = width - style.left - style.right
        lines: list[tuple[Line, float]] = []
        for part in self._parts():
            own = balanced_width(part, room) if style.balanced else room
            first = own - (style.first_indent if not lines else 0.0)
            broken = break_lines(part, first, own)
            lines += [(line, room - style.first_indent if not lines and i == 0 else room)
                      for i, line in enumerate(broken)]
        return lines

    def _parts(self) -> list[tuple[Atom, ...]]:
        """The atoms between line feeds."""
        parts: list[tuple[Atom, ...]] = [()]
        for span in self._spans:
            for number, piece in enumerate(clean(span.text).split("\n")):
                if number:
                    parts.append(())
                chain = self._fonts.chain(span.role)
                parts[-1] += atoms_of(piece, chain, self._style.size, self._place, self._style.latin)
        return parts

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        if self._lines is None:
            self._lines = self._break(width)
        self.width, self.height = width, len(self._lines) * self._style.leading
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        if self._lines is None:
            self.wrap(width, height)
        lines = self._lines or []
        fitting = int((height + 0.01) // self._style.leading)
        if self._style.latin and len(lines) > 2:  # two lines at least stay together, above and below
            fitting = min(fitting, len(lines) - 2) if fitting < len(lines) else fitting
            fitting = 0 if fitting < 2 else fitting
        if not 0 < fitting < len(lines):
            return []
        return [self._part(lines[:fitting], first=True), self._part(lines[fitting:], first=False)]

    def _part(self, lines: list[tuple[Line, float]], first: bool) -> Text:
        style = self._style if first else self._style.but(first_indent=0.0, before=0.0)
        part = Text("", style, self._fonts, self._place, self._label if first else "", self._label_at)
        part._lines = lines
        return part

    def draw(self) -> None:
        style = self._style
        ink = Ink(self.canv, style.colour)
        top = self.height
        if self._label:
            chain = self._fonts.chain(style.role)
            ink.write(self._label_at, top - style.size * ASCENT, chain.runs(self._label, self._place), style.size)
        for number, (line, room) in enumerate(self._lines or []):
            y = top - number * style.leading - style.size * ASCENT
            indent = style.left + (style.first_indent if number == 0 and style.align in ("justify", "left") else 0.0)
            x, extra = indent, 0.0
            if style.align == "justify":
                extra = spread(line, room, style.size)
            elif style.align != "left":
                x += (room - line.width) / (2 if style.align == "centre" else 1)
            ink.write_line(x, y, line, style.size, extra)
        ink.done()


def spread(line: Line, room: float, size: float) -> float:
    """What each opening of a justified line gets; a last line, and one that would gape, stay as they are."""
    openings = sum(line.openings)
    if line.last or not openings:
        return 0.0
    extra = (room - line.width) / openings
    return extra if extra < size else 0.0


class Gap(Flowable):  # type: ignore[misc, unused-ignore]
    """Empty height, kept even at the top of a page."""

    def __init__(self, height: float) -> None:
        super().__init__()
        self.height = height

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return 0, self.height

    def draw(self) -> None:
        """Nothing."""


class Rule(Flowable):  # type: ignore[misc, unused-ignore]
    """A level rule as wide as the type area, ``above`` below what stands before it."""

    def __init__(self, thickness: float, colour: Colour = BLACK, above: float = 0.0, below: float = 0.0) -> None:
        super().__init__()
        self._thickness, self._colour, self._above, self._below = thickness, colour, above, below

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width, self.height = width, self._above + self._thickness + self._below
        return width, self.height

    def draw(self) -> None:
        Ink(self.canv, self._colour).done(
            rule_operators(0, self.width, [self._below + self._thickness / 2], self._thickness)
        )


class Bookmark(Flowable):  # type: ignore[misc, unused-ignore]
    """An entry of the file's outline that leads here; ``found`` is told on which page it came to stand."""

    def __init__(self, title: str, key: str, level: int, found: dict[str, int]) -> None:
        super().__init__()
        self._title, self._key, self._level, self._found = title, key, level, found

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        self._found[self._title] = self.canv.getPageNumber()
        self.canv.bookmarkHorizontal(self._key, 0, 20)
        self.canv.addOutlineEntry(self._title, self._key, self._level)

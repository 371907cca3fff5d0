"""Tables of any length: measured once, cut into pages by arithmetic, each page written as one string of operators."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from reportlab.platypus import Flowable, PageBreak

from assessment.foundation.paper.breaking import Line, atoms_of, break_lines, clean
from assessment.foundation.paper.canvas import Ink, post_operators, rule_operators
from assessment.foundation.paper.fonts import Chain, FontBook
from assessment.foundation.paper.text import ASCENT

TAIL = 3  # rows at least on the last page of a table
Cell = str | tuple[Line, ...]  # a plain string fits on one line as it is


@dataclass(frozen=True)
class Column:
    title: str
    align: str = "centre"  # or left, right
    least: float = 0.0  # points
    strong: bool = False  # set like a heading


@dataclass(frozen=True)
class Grid:
    """A table as it is handed in: every cell is text already. Without a single title it has no header."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    name: str = ""


@dataclass(frozen=True)
class TableStyle:
    role: str
    header_role: str
    size: float
    leading: float
    padding: float
    side: float = 4.0
    before: float = 3.0
    after: float = 12.0
    framed: bool = True  # upright rules between the columns
    latin: bool = False
    tallest: int = 24  # lines of a cell before it is continued in a row below


class TableLayout:
    """Widths, broken cells and heights of a table in a given width."""

    def __init__(self, grid: Grid, style: TableStyle, fonts: FontBook, width: float) -> None:
        self.grid, self.style, self.width = grid, style, width
        self.chain, self.header_chain = fonts.chain(style.role), fonts.chain(style.header_role)
        self._measured: dict[Chain, dict[str, tuple[str, float]]] = defaultdict(dict)
        self.widths = self._column_widths(width)
        self.lefts = list(accumulate(self.widths, initial=0.0))
        self.rooms = [width - 2 * style.side for width in self.widths]
        self.chains = [self.chain_of(column) for column in grid.columns]
        self.header_chains = [self.header_chain for _ in grid.columns]
        titles = [column.title for column in grid.columns]
        self.header = self._row(titles, header=True)
        self.rows: list[tuple[tuple[Cell, ...], int]] = []  # cells and how many lines high
        self.ruled: list[bool] = []  # whether a rule stands under it
        for row in grid.rows:
            self._add_row(self._row(row))
        self.header_height = self._height(_lines_high(self.header)) if any(titles) else 0.0
        self.tops = list(accumulate((self._height(high) for _, high in self.rows), initial=0.0))
        self._measured.clear()

    def _height(self, lines: int) -> float:
        return lines * self.style.leading + 2 * self.style.padding

    def _column_widths(self, width: float) -> list[float]:
        """What each column needs; room left over is shared out, room wanting is taken from the widest."""
        style, columns = self.style, self.grid.columns
        needs = []
        for number, column in enumerate(columns):
            title = max((self._measure(word, self.header_chain) for word in _words(column.title)), default=0.0)
            chain = self.chain_of(column)
            distinct = {row[number] for row in self.grid.rows}
            cells = max((self._measure(text, chain) for text in distinct), default=0.0)
            # A hair more than measured, so that the longest cell of a column is not broken by a rounding.
            needs.append(max(title, cells, column.least) + 2 * style.side + 0.1)
        if sum(needs) <= width:
            left_over = (width - sum(needs)) / sum(needs)
            return [need * (1 + left_over) for need in needs]
        return shrink(needs, width, 3 * style.size + 2 * style.side)

    def _measure(self, text: str, chain: Chain) -> float:
        return self._known(text, chain)[1]

    def _known(self, text: str, chain: Chain) -> tuple[str, float]:
        """The text cleaned, and its width on one line: columns of long tables hold few distinct texts."""
        measured = self._measured[chain]
        known = measured.get(text)
        if known is None:
            cleaned = clean(text)
            if cleaned == text:
                cleaned = text  # not kept twice: a long table is mostly such
            flat = cleaned.replace("\n", " ")
            chain.runs(flat, self.grid.name)
            known = measured[text] = (cleaned, chain.width(flat) * self.style.size)
        return known

    def chain_of(self, column: Column) -> Chain:
        return self.header_chain if column.strong else self.chain

    def _row(self, row: Sequence[str], header: bool = False) -> tuple[Cell, ...]:
        style = self.style
        cells: list[Cell] = []
        for text, room, chain in zip(row, self.rooms, self.header_chains if header else self.chains, strict=True):
            cleaned, measured = self._known(text, chain)
            if not header and measured <= room and "\n" not in cleaned:
                cells.append(cleaned)
            else:
                cells.append(tuple(
                    line for part in cleaned.split("\n")
                    for line in break_lines(atoms_of(part, chain, style.size, self.grid.name, style.latin), room, room)
                ))
        return tuple(cells)

    def _add_row(self, cells: tuple[Cell, ...]) -> None:
        """A cell longer than a page goes on in rows of its own, with no rule between them."""
        high, tallest = _lines_high(cells), self.style.tallest
        for start in range(0, high, tallest):
            part = cells if high <= tallest else tuple(_cell_part(cell, start, start + tallest) for cell in cells)
            self.rows.append((part, _lines_high(part)))
            self.ruled.append(start + tallest >= high)


def shrink(needs: Sequence[float], width: float, least: float) -> list[float]:
    """Cut the widest columns down to one common width so that all fit."""
    low, high = 0.0, max(needs)
    for _ in range(40):
        middle = (low + high) / 2
        if sum(min(need, max(middle, least)) for need in needs) > width:
            high = middle
        else:
            low = middle
    cut = [min(need, max(low, least)) for need in needs]
    scale = width / sum(cut)
    return [part * scale for part in cut]


def _words(title: str) -> list[str]:
    """A heading may be broken between words, or after two Chinese characters."""
    return [word if word.isascii() else word[:2] for word in title.split()] or [""]


def _lines_high(cells: Sequence[Cell]) -> int:
    return max([1, *(len(cell) for cell in cells if not isinstance(cell, str))])


def _cell_part(cell: Cell, start: int, end: int) -> Cell:
    if isinstance(cell, str):
        return cell if start == 0 else ""
    return cell[start:end]


class Table(Flowable):  # type: ignore[misc, unused-ignore]
    """Rows ``start`` to ``stop`` of a layout under its header."""

    def __init__(self, grid: Grid, style: TableStyle, fonts: FontBook) -> None:
        super().__init__()
        self._grid, self._style, self._fonts = grid, style, fonts
        self._layout: TableLayout | None = None
        self._start, self._stop = 0, len(grid.rows)
        self.spaceBefore = style.before  # the space below is its own, that no rule falls below the type area

    def _laid_out(self, width: float) -> TableLayout:
        if self._layout is None:
            self._layout = TableLayout(self._grid, self._style, self._fonts, width)
            self._stop = len(self._layout.rows)
        return self._layout

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        layout = self._laid_out(width)
        self.width = width
        self.height = layout.header_height + layout.tops[self._stop] - layout.tops[self._start] + self._style.after
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        layout = self._laid_out(width)
        room = height - self._style.after - layout.header_height + layout.tops[self._start] + 0.01
        stop = min(bisect_right(layout.tops, room) - 1, self._stop)
        if stop <= self._start:
            return []
        if stop == self._stop:
            return [self]
        between: list[Flowable] = []
        if self._stop - stop < TAIL <= stop - self._start - TAIL:
            stop, between = self._stop - TAIL, [PageBreak()]  # no row stands alone on the last page
        parts = [self._part(self._start, stop), *between, self._part(stop, self._stop)]
        if self._stop - self._start == len(layout.rows):
            self._layout = None  # the parts hold it, and it goes when they are drawn: a long table's is large
        return parts

    def _part(self, start: int, stop: int) -> Table:
        part = Table(self._grid, self._style, self._fonts)
        part._layout, part._start, part._stop = self._layout, start, stop
        return part

    def draw(self) -> None:
        layout, style = self._laid_out(self.width), self._style
        self.canv.translate(0, style.after)
        ink, high = Ink(self.canv), self.height - style.after
        if layout.header_height:
            self._draw_row(ink, layout.header, high, layout.header_height, header=True)
        base = high - layout.header_height
        fine = []
        for number in range(self._start, self._stop):
            cells, _ = layout.rows[number]
            top = base - (layout.tops[number] - layout.tops[self._start])
            height = layout.tops[number + 1] - layout.tops[number]
            self._draw_row(ink, cells, top, height)
            if layout.ruled[number] and number + 1 < self._stop:
                fine.append(top - height)
        width = layout.lefts[-1]
        heavy = [high, 0.0]
        lines = rule_operators(0, width, heavy, 0.9) + " " + rule_operators(0, width, [base], 0.6)
        lines += " 0.4 G " if not style.framed else " "
        lines += rule_operators(0, width, fine, 0.3) if fine else ""
        lines += " " + post_operators(layout.lefts, 0, high, 0.3) if style.framed else ""
        ink.done(lines)

    def _draw_row(self, ink: Ink, cells: Sequence[Cell], top: float, height: float, header: bool = False) -> None:
        layout, style = self._laid_out(self.width), self._style
        size, name = style.size, layout.grid.name
        single = top - (height - size) / 2 - size * ASCENT
        for number, cell in enumerate(cells):
            if not cell:
                continue
            align = "centre" if header and style.framed else layout.grid.columns[number].align
            left, right = layout.lefts[number] + style.side, layout.lefts[number + 1] - style.side
            if isinstance(cell, str):
                chain = layout.chains[number]
                ink.write(_x(align, left, right, chain.width(cell) * size), single, chain.runs(cell, name), size)
                continue
            y = top - (height - (len(cell) - 1) * style.leading - style.size) / 2 - style.size * ASCENT
            for line in cell:
                ink.write_line(_x(align, left, right, line.width), y, line, style.size)
                y -= style.leading


def _x(align: str, left: float, right: float, width: float) -> float:
    if align == "left":
        return left
    return right - width if align == "right" else (left + right - width) / 2

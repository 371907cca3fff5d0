"""Ranks and bands as formulas: equal totals share a rank, keys separate them, quotas and vetoes move bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessment.foundation.exact import largest_remainder
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.rules.standing import Band
from assessment.scoring.workbook import formulas
from assessment.scoring.workbook.book import Sheet
from assessment.scoring.workbook.lines import Block, Line
from assessment.scoring.workbook.parameters import Parameters


@dataclass(frozen=True)
class Key:
    """What separates equal totals: the column of its values, of whether all have one, and its direction."""

    values: int
    applies: int
    descending: bool


@dataclass(frozen=True)
class Ranks:
    """The formulas of a unit's rank among its peer group."""

    sheet: Sheet
    ranked: int
    """The column of the number that is ranked."""
    order: int
    """The column of the rank that skips places; shared places count as many times as they are shared."""
    keys: Sequence[Key]

    def _own(self, line: Line, column: int) -> str:
        return self.sheet.cell(line.row, column)

    def _all(self, block: Block, column: int) -> str:
        return self.sheet.span((block.first, column), (block.last, column))

    def _class(self, block: Block, line: Line, before: int) -> str:
        """1 for those whom neither the total nor the first few keys separate from the unit."""
        ranked = self._all(block, self.ranked)
        found = f"ISNUMBER({ranked})*({ranked}={self._own(line, self.ranked)})"
        for key in self.keys[:before]:
            equal = f"({self._all(block, key.values)}={self._own(line, key.values)})"
            found += f"*(({equal}+1-{self._own(line, key.applies)})>0)"
        return found

    def applies(self, block: Block, line: Line, place: int) -> str:
        """Whether a key separates: only where all who are equal so far have it."""
        lacking = f"(1-ISNUMBER({self._all(block, self.keys[place].values)}))"
        return f"IF(SUMPRODUCT({self._class(block, line, place)}*{lacking})=0,1,0)"

    def by_place(self, block: Block, line: Line) -> str:
        """The rank where places are skipped after equals (1224)."""
        ranked, own = self._all(block, self.ranked), self._own(line, self.ranked)
        found = f"1+SUMPRODUCT(ISNUMBER({ranked})*({ranked}>{own}))"
        for place, key in enumerate(self.keys):
            sign = ">" if key.descending else "<"
            better = f"({self._all(block, key.values)}{sign}{self._own(line, key.values)})"
            found += f"+SUMPRODUCT({self._class(block, line, place)}*{better})*{self._own(line, key.applies)}"
        return f'IF(ISNUMBER({own}),{found},"")'

    def dense(self, block: Block, line: Line) -> str:
        """The rank where no place is skipped (1223)."""
        order, own = self._all(block, self.order), self._own(line, self.order)
        classes = f"ISNUMBER({order})*({order}<{own})/(COUNTIF({order},{order})+1-ISNUMBER({order}))"
        return f'IF(ISNUMBER({own}),1+SUMPRODUCT({classes}),"")'


@dataclass(frozen=True)
class Bands:
    """The formulas of a unit's band, as its place from 1 for the best."""

    sheet: Sheet
    scheme: Scheme
    parameters: Parameters

    def by_total(self, total: str, limit: str) -> str:
        """By the published total, lowered by vetoes and caps."""
        table = [(span, str(place)) for place, (_, span) in enumerate(self.scheme.band_table, 1)]
        codes = [band.code for band, _ in self.scheme.band_table]
        found = formulas.by_span(
            total, table, lambda place, bound: self.parameters.of(codes[place], "lower bound", bound.at)
        )
        return f'IF(ISNUMBER({total}),MAX({found},{limit}),"")'

    def within_quota(self, block: Block, line: Line, place: int, before: int, rank: int, most: str) -> str:
        """Who falls out of a band whose quota is full falls to the next; units of equal rank stand or fall together."""
        own = self.sheet.cell(line.row, before)
        ranks = self.sheet.span((block.first, rank), (block.last, rank))
        bands = self.sheet.span((block.first, before), (block.last, before))
        taken = (
            f"SUMPRODUCT(ISNUMBER({ranks})*({ranks}<={self.sheet.cell(line.row, rank)})*({bands}={place}))"
        )
        return f"IF({own}={place},IF({taken}>{most},{place + 1},{own}),{own})"

    def most(self, band: Band, block: Block, totals: str, all_blocks: Sequence[Block]) -> str:
        """How many of a peer group may be in a band."""
        if band.quota is None:
            sizes = {
                one.group: sum(line.card.total_published is not None for line in one.lines) for one in all_blocks
            }
            shares = largest_remainder(band.quota_of_all or 0, sizes) if any(sizes.values()) else {}
            return self.parameters.of(band.code, f"quota of {block.group}", shares.get(block.group, 0))
        wanted = f"{self.parameters.of(band.code, 'quota', band.quota)}*COUNT({totals})"
        exact = formulas.snapped(wanted)
        return f"INT({exact})" if band.quota_rounding == "down" else f"ROUND({exact},0)"

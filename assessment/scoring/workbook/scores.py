"""The sheet of scores: items, headings, total, rank and band of every unit as formulas, beside what was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from assessment.foundation.i18n import N_, Bilingual
from assessment.foundation.reals import Number
from assessment.programmes.rules.indicators import Dimension
from assessment.programmes.rules.normalised import Aggregation
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import ItemScore
from assessment.scoring.rules.reading import find
from assessment.scoring.rules.values import Kind
from assessment.scoring.workbook import composites, formulas
from assessment.scoring.workbook.adjusting import Adjustments
from assessment.scoring.workbook.book import HEAD_ROWS, Sheet, bilingual
from assessment.scoring.workbook.formulas import Wordless
from assessment.scoring.workbook.items import Items, is_near
from assessment.scoring.workbook.lines import Block, Indicator, Line
from assessment.scoring.workbook.parameters import Parameters, band_label
from assessment.scoring.workbook.standing import Bands, Key, Ranks

CODE, ZH, EN, RANK, TOTAL, BAND, SAME = range(7)
FIRST_ITEM = 7
AFTER_ITEMS = (
    ("sum", N_("Sum of the items")), ("full", N_("Full marks that apply")), ("base", N_("Of 100")),
    ("bonus", N_("Bonus")), ("deductions", N_("Deductions")), ("exact", N_("Total before rounding")),
    ("order", N_("Rank with places skipped")),
)  # fmt: skip
AFTER_PARTS = (("base", N_("On the scale")), *AFTER_ITEMS[3:])
"""A composite adds nothing up."""
PUBLISHED = (("rank", N_("Published rank")), ("total", N_("Published total")), ("band", N_("Published band")))


@dataclass(frozen=True)
class Columns:
    """Where what stands on the sheet of scores."""

    items: dict[str, int]
    headings: dict[str, int]
    after: dict[str, int]
    keys: tuple[tuple[str, bool, int], ...]
    """(name, more is better, column): beside it stands whether the key separates."""
    bands: tuple[int, ...]
    """The band by total and veto, then after each quota."""
    published: dict[str, int]

    @property
    def first_item(self) -> int:
        """The first column of items."""
        return FIRST_ITEM

    @property
    def last_item(self) -> int:
        """The last column of items."""
        return FIRST_ITEM + len(self.items) - 1


@dataclass(frozen=True)
class Scores:
    """Writes the sheet."""

    sheet: Sheet
    scheme: Scheme
    parameters: Parameters
    items: Items
    adjustments: Adjustments
    indicators: Sequence[Indicator]
    headings: Sequence[Dimension]
    blocks: Sequence[Block]
    columns: Columns

    # --- headings ----------------------------------------------------------------------------------------------------

    def heads(self) -> None:
        """Name all columns."""
        for place, message, width in (
            (CODE, N_("Code"), 10), (ZH, N_("Chinese name"), 16), (EN, N_("English name"), 30), (RANK, N_("Rank"), 7),
            (TOTAL, N_("Total"), 9), (BAND, N_("Band"), 14), (SAME, N_("As published"), 9),
        ):  # fmt: skip
            self.sheet.column(place, "", bilingual(message), width)
        for one in self.indicators:
            self.sheet.column(self.columns.items[one.code], one.code, f"{one.name.zh}\n{one.name.en}".strip(), 10)
        for heading in self.headings:
            place = self.columns.headings[heading.code]
            self.sheet.column(place, heading.code, f"{heading.zh}\n{heading.en}".strip(), 10)
        for name, message in after_items(self.scheme, self.indicators):
            self.sheet.column(self.columns.after[name], name, bilingual(message), 10)
        for name, _, place in self.columns.keys:
            self.sheet.column(place, name, bilingual(N_("Separates equal totals")), 12)
            self.sheet.column(place + 1, name, bilingual(N_("Known of all that are equal")), 12)
        for place in self.columns.bands:
            self.sheet.column(place, "band", bilingual(N_("Place of the band")), 12)
        for name, message in PUBLISHED:
            self.sheet.column(self.columns.published[name], name, bilingual(message), 14)

    def print_to_total(self) -> None:
        """On paper stands what makes the total; the columns that only place equals and bands are for the screen."""
        last = max((block.last for block in self.blocks), default=HEAD_ROWS)
        self.sheet.raw.print_area(0, 0, last, self.columns.after["exact"])

    def group(self, block: Block, name: Bilingual) -> None:
        """The line above a peer group: its name, and the full marks of each indicator."""
        last = max(self.columns.published.values())
        for place in range(last + 1):
            self.sheet.raw.write_blank(block.row, place, None, self.sheet.book.style("group"))
        self.sheet.text(block.row, CODE, f"{name.zh} {name.en}".strip() or block.group, "group")
        for code, place in self.columns.items.items():
            if code in block.points:
                self.sheet.number(block.row, place, block.points[code], "full", "0.00##")

    # --- a unit ------------------------------------------------------------------------------------------------------

    def line(self, block: Block, line: Line) -> None:
        """Everything of one unit."""
        self.sheet.row(line.row, (line.card.unit, line.name.zh, line.name.en))
        for one in self.indicators:
            self._item(block, line, one)
        for heading in self.headings:
            self._heading(block, line, heading)
        self._total(block, line)
        self._rank(block, line)
        self._band(block, line)
        self._published(line)

    def _cell(self, line: Line, name: str) -> str:
        return self.sheet.cell(line.row, self.columns.after[name])

    def _item(self, block: Block, line: Line, indicator: Indicator) -> None:
        place, score = self.columns.items[indicator.code], line.item(indicator.code)
        if score is None:
            return
        self.items.write(block, line, indicator, self.sheet.cell(block.row, place, fixed=True))
        rounding = self.scheme.rounding.item if indicator.item else None
        number = f"0.{'0' * rounding.places}" if rounding and rounding.places else "0" if rounding else ""
        if score.exact is not None and rounding and is_near(score.exact, rounding.places):
            self.sheet.value(line.row, place, score.published, number)
            return
        try:
            formula = self._counted(block, line, indicator, score)
        except Wordless:
            self.sheet.value(line.row, place, "n/a" if score.counted is None else score.counted, number)
            return
        now = "n/a" if score.counted is None else score.counted
        self.sheet.formula(line.row, place, formula, now, "formula", number)

    def _counted(self, block: Block, line: Line, indicator: Indicator, score: ItemScore) -> str:
        """What enters the total: by the rule, else by what the scheme says of gaps; rounded if it rounds items."""
        by_rule, item = self.items.score(line, indicator.code), indicator.item
        if item is None:
            return by_rule
        least = self.items.least(item)
        missing = {"zero_by_decision": least, "peer_mean": f"AVERAGE({self.items.scores(block, item.code)})"}.get(
            self.scheme.policy(item), '"n/a"'
        )
        if self.items.is_alone and score.kind is Kind.MISSING and missing.startswith("AVERAGE"):
            raise Wordless
        withheld_policy = self.scheme.missing.withheld or self.scheme.policy(item)
        withheld = least if withheld_policy == "zero_by_decision" else '"n/a"'
        gap = f'IF({by_rule}="missing",{missing},IF({by_rule}="withheld",{withheld},"n/a"))'
        found = f"IF(ISNUMBER({by_rule}),{by_rule},{gap})"
        if vetoes := self.adjustments.vetoes(self._code(line), item.code):
            found = f"IF(AND(ISNUMBER({found}),{vetoes}>0),{least},{found})"
        if (rounding := self.scheme.rounding.item) is not None:
            places = self.parameters.of("rounding", "places of items", rounding.places)
            found = f'IF(ISNUMBER({found}),{formulas.rounded(f"N({found})", places, rounding.mode)},"n/a")'
        return found

    def _code(self, line: Line) -> str:
        return self.sheet.cell(line.row, CODE)

    def _heading(self, block: Block, line: Line, heading: Dimension) -> None:
        places = [self.columns.items[item.code] for item in heading.leaves if item.code in self.columns.items]
        score = next((one for one in line.card.dimensions if one.code == heading.code), None)
        place = self.columns.headings[heading.code]
        if score is None or not places:
            return
        if self.scheme.composite is not None:
            self._composed(line, place, heading.aggregation, heading.available, heading.items, block, score.exact)
            return
        mine = self.sheet.span((line.row, places[0]), (line.row, places[-1]))
        self.sheet.formula(line.row, place, f'IF(COUNT({mine})=0,"",SUM({mine}))', score.exact, "formula")

    def _total(self, block: Block, line: Line) -> None:
        card, after = line.card, self.columns.after
        ends = (self.columns.first_item, self.columns.last_item)
        mine = self.sheet.span((line.row, ends[0]), (line.row, ends[1]))
        marks = self.items.weights(line) or self.sheet.span((block.row, ends[0]), (block.row, ends[1]))
        adds = self.scheme.bonus is not None and self.scheme.bonus.mode == "add"
        bonus = card.bonus if adds else Fraction(0)
        base: Number | None = None if card.total_exact is None else card.total_exact - bonus + card.deductions
        if self.scheme.composite is not None and not self.items.weights(line):
            whole, below = self.scheme.composite, self.scheme.indicators
            self._composed(line, after["base"], whole.aggregate, whole.available, below, block, base)
        else:
            self._summed(line, mine, marks, base)
        self.sheet.formula(line.row, after["bonus"], self.adjustments.bonus(self._code(line)), card.bonus, "formula")
        lost = self.adjustments.deductions(self._code(line))
        self.sheet.formula(line.row, after["deductions"], lost, card.deductions, "formula")
        base_cell, lost_cell = self._cell(line, "base"), self._cell(line, "deductions")
        plus = f"+{self._cell(line, 'bonus')}" if adds else ""
        self.sheet.formula(
            line.row, after["exact"], f'IF(ISNUMBER({base_cell}),{base_cell}{plus}-{lost_cell},"")', card.total_exact,
            "formula", "0.00######",
        )  # fmt: skip
        self._rounded_total(line)

    def _summed(self, line: Line, mine: str, marks: str, base: Number | None) -> None:
        """The sum of the items, of 100."""
        after, full = self.columns.after, line.card.maximum
        earned = None if base is None else base * full / 100
        self.sheet.formula(line.row, after["sum"], f"SUM({mine})", earned, "formula")
        self.sheet.formula(line.row, after["full"], f"SUMPRODUCT(ISNUMBER({mine})*{marks})", full, "formula")
        if base is None and full > 0:
            self.sheet.value(line.row, after["base"], base)
            return
        whole = self._cell(line, "full")
        found = f'IF({whole}=0,"",{self._cell(line, "sum")}*100/{whole})'
        self.sheet.formula(line.row, after["base"], found, base, "formula")

    def _composed(
        self, line: Line, place: int, aggregation: Aggregation, available: Fraction | None, entries: Sequence[Any],
        block: Block, now: Number | None,
    ) -> None:  # fmt: skip
        """The mean of what stands beneath a heading of a composite, or beneath its total."""
        try:
            parts = [self._part(block, line, entry) for entry in entries]
            self.sheet.formula(line.row, place, composites.mean(aggregation, available, entries, parts), now, "formula")
        except Wordless:
            self.sheet.value(line.row, place, now)

    def _part(self, block: Block, line: Line, entry: Any) -> tuple[str, str]:
        """The cell of a heading or an indicator, and that of its weight."""
        if isinstance(entry, Dimension):
            weight = self.parameters.of(entry.code, "weight", entry.points)
            return self.sheet.cell(line.row, self.columns.headings[entry.code]), weight
        place = self.columns.items[entry.code]
        return self.sheet.cell(line.row, place), self.sheet.cell(block.row, place, fixed=True)

    def _rounded_total(self, line: Line) -> None:
        rounding, card, exact = self.scheme.rounding.of_total, line.card, self._cell(line, "exact")
        number = f"0.{'0' * rounding.places}" if rounding.places else "0"
        if card.total_exact is not None and is_near(card.total_exact, rounding.places):
            self.sheet.value(line.row, TOTAL, card.total_published, number)
            return
        places = self.parameters.of("rounding", "places of the total", rounding.places)
        formula = f'IF(ISNUMBER({exact}),{formulas.rounded(f"N({exact})", places, rounding.mode)},"")'
        self.sheet.formula(line.row, TOTAL, formula, card.total_published, "strong", number)

    # --- its place ---------------------------------------------------------------------------------------------------

    def ranks(self) -> Ranks:
        """The formulas of ranks."""
        of_exact = self.scheme.ranking.of == "exact_total"
        keys = [Key(place, place + 1, descending) for _, descending, place in self.columns.keys]
        return Ranks(self.sheet, self.columns.after["exact"] if of_exact else TOTAL, self.columns.after["order"], keys)

    def _rank(self, block: Block, line: Line) -> None:
        if self.items.is_alone:
            self.sheet.value(line.row, RANK, line.published.rank, "0")
            return
        ranks = self.ranks()
        for number, (name, _, place) in enumerate(self.columns.keys):
            self._key(line, name, place)
            self.sheet.formula(line.row, place + 1, ranks.applies(block, line, number), 1, "formula", "0")
        order = self.columns.after["order"]
        self.sheet.formula(line.row, order, ranks.by_place(block, line), line.card.rank, "whole")
        own = self.sheet.cell(line.row, order)
        formula = own if self.scheme.ranking.ties == "1224" else ranks.dense(block, line)
        self.sheet.formula(line.row, RANK, formula, line.card.rank, "whole", "0")

    def _key(self, line: Line, name: str, place: int) -> None:
        """A key's value, or nothing where it is not known."""
        found = find(self.scheme, line.unit, name).number
        item = line.item(name) if found is None and name not in self.scheme.names else None
        if name == "bonus" and "bonus" not in self.scheme.values:
            formula, found = self._cell(line, "bonus"), line.card.bonus
        elif item is not None:
            formula, found = self.sheet.cell(line.row, self.columns.items[name]), item.counted
        else:
            try:
                formula = self.items.named(line, name)
            except Wordless:
                if found is None:
                    self.sheet.text(line.row, place, "")
                else:
                    self.sheet.value(line.row, place, found)
                return
        self.sheet.formula(line.row, place, f'IF(ISNUMBER({formula}),{formula},"")', found, "formula", "General")

    def _band(self, block: Block, line: Line) -> None:
        if not self.scheme.bands:
            return
        if self.items.is_alone and any(band.has_quota for band in self.scheme.bands):
            self.sheet.value(line.row, BAND, self._label(line.published.band))
            return
        bands = Bands(self.sheet, self.scheme, self.parameters)
        total = self.sheet.cell(line.row, TOTAL)
        totals = self.sheet.span((block.first, TOTAL), (block.last, TOTAL))
        now = self._place(line.card.band or "")
        first, *rest = self.columns.bands
        limit = self.adjustments.best_band(self._code(line))
        self.sheet.formula(line.row, first, bands.by_total(total, limit), now, "formula", "0")
        before = first
        for place, column in zip(quota_places(self.scheme), rest, strict=True):
            most = bands.most(self.scheme.band_table[place - 1][0], block, totals, self.blocks)
            formula = bands.within_quota(block, line, place, before, self.columns.after["order"], most)
            self.sheet.formula(line.row, column, formula, now, "formula", "0")
            before = column
        own = self.sheet.cell(line.row, before)
        named = f'IF(ISNUMBER({own}),INDEX({self.parameters.band_names},{own}),"")'
        self.sheet.formula(line.row, BAND, named, self._label(line.card.band or ""), "centred")

    def _place(self, code: str) -> int | None:
        codes = [band.code for band, _ in self.scheme.band_table]
        return codes.index(code) + 1 if code in codes else None

    def _label(self, code: str) -> str:
        found = next((band for band in self.scheme.bands if band.code == code), None)
        return band_label(code, found.zh, found.en) if found else code

    def _published(self, line: Line) -> None:
        published, own = line.published, self.columns.published
        facts = {"rank": published.rank, "total": published.total, "band": self._label(published.band)}
        for name, fact in facts.items():
            if fact is None or isinstance(fact, str):
                self.sheet.text(line.row, own[name], fact or "", "as_published")
            else:
                places = self.scheme.rounding.of_total.places
                number = f"0.{'0' * places}" if name == "total" and places else "0"
                self.sheet.number(line.row, own[name], fact, "as_published", number)
        rank, total, band = (self.sheet.cell(line.row, own[name]) for name in ("rank", "total", "band"))
        mine = [self.sheet.cell(line.row, place) for place in (RANK, TOTAL, BAND)]
        same = f'AND({mine[0]}={rank},{mine[1]}&""={total}&"",{mine[2]}={band})'
        self.sheet.formula(line.row, SAME, f'IF({same},"✓","✗")', "✓", "centred")


def after_items(scheme: Scheme, indicators: Sequence[Indicator]) -> Sequence[tuple[str, str]]:
    """The columns between items and ranks, with their headings; periods are added up even where items are not."""
    return AFTER_PARTS if scheme.composite and all(one.item for one in indicators) else AFTER_ITEMS


def quota_places(scheme: Scheme) -> list[int]:
    """The places, from 1 for the best, of the bands that only some may be in."""
    return [place for place, (band, _) in enumerate(scheme.band_table[:-1], 1) if band.has_quota]


def columns(scheme: Scheme, indicators: Sequence[Indicator], headings: Sequence[Dimension]) -> Columns:
    """Place everything, from left to right."""
    place = FIRST_ITEM
    items = {one.code: place + number for number, one in enumerate(indicators)}
    place += len(items)
    found = {heading.code: place + number for number, heading in enumerate(headings)}
    place += len(found)
    after = {name: place + number for number, (name, _) in enumerate(after_items(scheme, indicators))}
    place += len(after)
    keys = [("bonus", True)] if scheme.bonus and scheme.bonus.mode == "tie_break_only" else []
    keys += [(key.value, key.descending) for key in scheme.ranking.then]
    placed = tuple((name, descending, place + 2 * number) for number, (name, descending) in enumerate(keys))
    place += 2 * len(keys)
    bands = tuple(range(place, place + 1 + len(quota_places(scheme)))) if scheme.bands else ()
    place += len(bands)
    published = {name: place + number for number, (name, _) in enumerate(PUBLISHED)}
    return Columns(items, found, after, placed, bands, published)

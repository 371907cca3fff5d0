"""The sheet of items: for every unit and indicator the value, the target and what the rule makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from assessment.foundation.exact import Refinable, rounded
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number
from assessment.programmes.rules.changes import Change
from assessment.programmes.rules.indicators import LETTER, PEER_MEAN, Item, Sliding, Targeted
from assessment.programmes.rules.normalised import Normalised
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import ItemScore
from assessment.scoring.rules.reading import find
from assessment.scoring.rules.targets import agreed_value
from assessment.scoring.rules.values import Kind
from assessment.scoring.workbook import composites, formulas
from assessment.scoring.workbook.book import Sheet, bilingual
from assessment.scoring.workbook.formulas import Cells, Wordless
from assessment.scoring.workbook.lines import Block, Indicator, Key, Line
from assessment.scoring.workbook.parameters import Parameters

GAPS = ("withheld", "missing", "n/a")
COMPUTED_DIGITS = 12


@dataclass(frozen=True)
class _Columns:
    """The columns of one indicator."""

    values: tuple[int, ...]
    target: int | None
    score: int


@dataclass
class Items:
    """The sheet of items; `score` is the cell of what a rule gives, before policy and rounding."""

    sheet: Sheet
    inputs: Sheet
    scheme: Scheme
    parameters: Parameters
    places: Mapping[Key, int]
    """The column of every input."""
    is_alone: bool = False
    """Whether only one unit stands in the workbook, so that nothing can be computed of its peers."""
    _columns: dict[str, _Columns] = field(default_factory=dict)

    def heads(self, indicators: Sequence[Indicator], start: int) -> None:
        """Name the columns of every indicator."""
        place = start
        for one in indicators:
            parts = one.item.parts if one.item else (one.code,)
            values = tuple(range(place, place + len(parts)))
            for column, name in zip(values, parts, strict=True):
                self.sheet.column(column, one.code, f"{bilingual(N_('Value'))}\n{name}", 13)
            place += len(parts)
            target = place if _has_target(one.item) else None
            if target is not None:
                self.sheet.column(target, one.code, bilingual(N_("Target")), 11)
                place += 1
            self.sheet.column(place, one.code, bilingual(N_("By the rule")), 11)
            self._columns[one.code] = _Columns(values, target, place)
            place += 1

    def least(self, item: Item) -> str:
        """What nothing earns: 0 points, or the least that a composite's rule can give."""
        if self.scheme.composite is None or not isinstance(item, Normalised):
            return "0"
        low = self.scheme.composite.scale[0]
        return composites.LEAST.get(item.rule_name) or self.parameters.of(item.code, "scale, low", low)

    def score(self, line: Line, code: str) -> str:
        """The cell of what the rule gives a unit."""
        return self.sheet.cell(line.row, self._columns[code].score)

    def scores(self, block: Block, code: str) -> str:
        """The cells of what the rule gives the units of a peer group."""
        return self._span(block, self._columns[code].score)

    def _span(self, block: Block, column: int) -> str:
        return self.sheet.span((block.first, column), (block.last, column))

    def write(self, block: Block, line: Line, indicator: Indicator, points: str) -> None:
        """One indicator of one unit."""
        item, score, columns = indicator.item, line.item(indicator.code), self._columns[indicator.code]
        if score is None:
            return
        if item is None:
            cell = self.sheet.cell(line.row, columns.values[0])
            total = line.parts.get(indicator.code)
            self.sheet.formula(line.row, columns.values[0], self.input(line, ("part", indicator.code)),
                               "n/a" if total is None else total, "formula")  # fmt: skip
            weight = self.input(line, ("weight", indicator.code))
            self._put(line, columns.score, score, f"IF(ISNUMBER({cell}),{weight}*{cell}/100,{cell})")
            return
        try:
            self._write(block, line, item, columns, score, points)
        except Wordless:
            self.sheet.value(line.row, columns.score, _now(score))

    def _write(
        self, block: Block, line: Line, item: Item, columns: _Columns, score: ItemScore, points: str
    ) -> None:
        names = item.parts if item.parts != (item.reads,) else (agreed_value(item, line.unit),)
        cells = {}
        for name, column in zip(names, columns.values, strict=True):
            found = find(self.scheme, line.unit, name)
            formula = self.named(line, name, carries=self.scheme.policy(item) == "carry_forward")
            self.sheet.formula(line.row, column, formula, _found(found.number, found.kind), "formula", "General")
            cells[name] = self.sheet.cell(line.row, column)
        target = self._target(line, item, names[0], columns)
        peers = self._span(block, columns.values[0])
        where = self._cells(item, points, cells, target, peers)
        is_normal = self.scheme.composite is not None
        rule = composites.normalised(self.scheme, item, where) if is_normal else formulas.by_rule(item, where)
        if self.is_alone and peers in rule:
            raise Wordless
        if item.some_suffice:
            given = f"COUNT({','.join(cells.values())})>0"
            gaps = _gravest(list(cells.values()), "0", ("withheld",))
            self._put(line, columns.score, score, _gravest(list(cells.values()), f"IF({given},{rule},{gaps})",
                                                           ("withheld",)))  # fmt: skip
        elif len(cells) == 1:
            value = next(iter(cells.values()))
            self._put(line, columns.score, score, f"IF(ISNUMBER({value}),{rule},{value})")
        else:
            self._put(line, columns.score, score, _gravest(list(cells.values()), rule, (*GAPS, "÷0")))

    def _put(self, line: Line, column: int, score: ItemScore, formula: str) -> None:
        rounding = self.scheme.rounding.item
        if score.exact is not None and rounding and is_near(score.exact, rounding.places):
            self.sheet.value(line.row, column, score.published)
        else:
            self.sheet.formula(line.row, column, formula, _now(score), "formula")

    def _cells(self, item: Item, points: str, cells: Mapping[str, str], target: str, peers: str) -> Cells:
        return Cells(points, cells, target, peers, lambda name, number: self.parameters.of(item.code, name, number))

    def _target(self, line: Line, item: Item, name: str, columns: _Columns) -> str:
        if isinstance(item, Targeted) and isinstance(item.target, Decimal):
            return self.parameters.of(item.code, "target", item.target)
        if isinstance(item, Sliding) and isinstance(item.average, Decimal):
            return self.parameters.of(item.code, "average", item.average)
        if columns.target is None:
            return ""
        stated = item.target if isinstance(item, Targeted) else item.average if isinstance(item, Sliding) else ""
        now: Number | Decimal | None
        if stated == LETTER:
            formula = self.input(line, ("target", name))
            now = line.unit.targets.get(name)
            if isinstance(item, Targeted) and item.schedule:
                due = self.input(line, ("schedule", name))
                formula, now = f"IF(ISNUMBER({due}),{due},{formula})", line.unit.schedules.get(name, now)
        else:
            name = str(stated)
            formula, now = self.named(line, name), find(self.scheme, line.unit, name).number
        self.sheet.formula(line.row, columns.target, formula, now, "formula", "General")
        return self.sheet.cell(line.row, columns.target)

    def weights(self, line: Line) -> str:
        """What the parts of a composed period weigh for the unit; empty where the period is not composed."""
        places = [place for (source, _), place in self.places.items() if source == "weight"]
        return self.inputs.span((line.row, places[0]), (line.row, places[-1])) if places else ""

    def input(self, line: Line, key: Key) -> str:
        """The cell of an input."""
        if key not in self.places:
            raise Wordless
        return self.inputs.cell(line.row, self.places[key])

    def named(self, line: Line, name: str, *, carries: bool = False, source: str = "value") -> str:
        """A value by its name, collected or computed: a number, or the word for its gap."""
        if name in self.scheme.changes:
            return self._changed(line, name, carries)
        if name not in self.scheme.formulas:
            return self._collected(line, name, carries, source)
        leaves = [self._collected(line, leaf, carries, source) for leaf in dict.fromkeys(self.scheme.collected(name))]
        expression = self._expression(line, name, carries, source)
        return _gravest(leaves, f'IFERROR(ROUND({expression},{COMPUTED_DIGITS}),"÷0")', GAPS)

    def _changed(self, line: Line, name: str, carries: bool) -> str:
        """How much better a value has become; what is not known of the earlier period is a gap."""
        change = self.scheme.changes[name]
        now = self.named(line, change.of, carries=carries)
        before = self.named(line, change.of, source="before" if change.since == "period_before" else "year")
        rising = change.direction == "higher_is_better"
        gain = f"({now}-{before})" if rising else f"({before}-{now})"
        best = self.parameters.of(name, "best", change.best)
        gap = f"({best}-{before})" if rising else f"({before}-{best})"
        whole = {"absolute": "100", "percent": before, "gap_closed": gap}[change.by]
        found = f'IF({whole}<=0,"÷0",ROUND({gain}*100/{whole},{COMPUTED_DIGITS}))'
        if (met := self._met(change, now)) and change.standard_met != "counts":
            worse = "" if change.standard_met == "left_out" else f",{gain}<0"
            found = f'IF(AND({met}{worse}),"n/a",{found})'
        lacking = '"n/a"' if change.without_earlier == "left_out" else f'IF({before}="n/a","n/a","missing")'
        return f'IF(ISNUMBER({now}),IF(ISNUMBER({before}),{found},IF({before}="÷0","÷0",{lacking})),{now})'

    def _met(self, change: Change, now: str) -> str:
        """Whether a value meets its standard; empty where it has none."""
        standard = self.scheme.standard_of(change.of)
        if standard is None:
            return ""
        bounds = (("at_most", "<=", standard.at_most), ("at_least", ">=", standard.at_least))
        met = [f"{now}{sign}{self.parameters.of(change.of, word, bound)}"
               for word, sign, bound in bounds if bound is not None]  # fmt: skip
        return f"AND({','.join(met)})"

    def _expression(self, line: Line, name: str, carries: bool, source: str) -> str:
        if name not in self.scheme.formulas:
            return self._collected(line, name, carries, source)
        formula = self.scheme.formulas[name]
        parts = {part: self._expression(line, part, carries, source) for part in formula.names}
        return formulas.written(formula, parts)

    def _collected(self, line: Line, name: str, carries: bool, source: str) -> str:
        if name in self.scheme.changes:
            raise Wordless
        cell = self.input(line, (source, name))
        if not carries:
            return cell
        before = self.input(line, ("before", name))
        return f'IF(AND({cell}="missing",ISNUMBER({before})),{before},{cell})'


def _has_target(item: Item | None) -> bool:
    if isinstance(item, Targeted):
        return isinstance(item.target, str)
    return isinstance(item, Sliding) and isinstance(item.average, str) and item.average != PEER_MEAN


def _gravest(cells: Sequence[str], otherwise: str, gaps: Sequence[str]) -> str:
    """The gravest gap among some values, else what is computed of them."""
    found = otherwise
    for gap in gaps[::-1]:
        some = ",".join(f'{cell}="{gap}"' for cell in cells)
        found = f'IF(OR({some}),"{gap}",{found})'
    return found


def _found(number: Number | None, kind: Kind) -> Number | str:
    words = {Kind.MISSING: "missing", Kind.NOT_APPLICABLE: "n/a", Kind.WITHHELD: "withheld", Kind.GIVEN: "÷0"}
    return words[kind] if number is None else number


def _now(score: ItemScore) -> Number | str:
    return _found(score.exact if score.kind is Kind.GIVEN else None, score.kind)


def is_near(exact: Number, places: int) -> bool:
    """Whether a number lies so near a rounding boundary, and not on it, that binary fractions cannot tell the side."""
    close = Fraction(rounded(exact, 9, "half_even"))
    if (close * 10**places * 2) % 2 != 1:
        return False
    return isinstance(exact, Refinable) or Fraction(exact) != close



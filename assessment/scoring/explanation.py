"""A unit's result explained as data: from the rank down to the records under each figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assessment.foundation.exact import Refinable, canonical, shown
from assessment.foundation.i18n import Bilingual, InLanguages
from assessment.foundation.reals import Number
from assessment.programmes.rules.indicators import Dimension
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.explanation_shape import (
    Adjusted,
    Explanation,
    File,
    Heading,
    Held,
    Indicator,
    Input,
    Line,
    Names,
    Place,
    Rank,
    Source,
    Total,
    Wanted,
)
from assessment.scoring.rules import margins
from assessment.scoring.rules.cards import ItemScore, Results, Scorecard, Step
from assessment.scoring.rules.composition import CompositeInput
from assessment.scoring.rules.values import Adjustment, UnitInput
from assessment.scoring.wanting import Teller, Wanting, wanting

NAMELESS = Bilingual("", "")


@dataclass(frozen=True)
class Behind:
    """What an adjustment rests on, as far as the reader may see it: (kind, id) of records, and their files."""

    records: tuple[tuple[str, str], ...] = ()
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Known:
    """What the record knows beyond scheme and figures; a spreadsheet knows none of it."""

    name: Bilingual = NAMELESS
    period: str = ""
    edition: int | None = None
    scheme_sha256: str = ""
    parts: Mapping[str, Bilingual] = field(default_factory=dict)
    records: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    sources: Callable[[str], Sequence[Source]] = lambda _code: ()
    behind: Callable[[str], Behind] = lambda _adjustment: Behind()
    """What lies behind an adjustment, by its record's name as in ``adjustment 12``."""
    sees_others: bool = True
    """Whether the reader may know where others stand; else nothing is said that would give their totals away."""


def trial(scheme: Scheme, units: Sequence[UnitInput] | Sequence[CompositeInput], results: Results, unit: str
          ) -> margins.Trial:  # fmt: skip
    """The unit in its table, to be supposed different."""
    plain = (UnitInput(one.code, one.values or {}, adjustments=one.adjustments, group=one.group)
             if isinstance(one, CompositeInput) else one for one in units)  # fmt: skip
    return margins.Trial(scheme, {one.code: one for one in plain}, results, unit)


def explained(tried: margins.Trial, known: Known) -> Explanation:
    """Everything about one unit's result."""
    found = wanting(tried, sees_others=known.sees_others)
    told = _Told(tried, known, found, Teller(tried.scheme, known.parts))
    scheme, card = tried.scheme, tried.card
    return Explanation(
        scheme=scheme.scheme, version=scheme.version, scheme_sha256=known.scheme_sha256, period=known.period,
        edition=known.edition, unit=card.unit, name=_names(known.name), group=card.group, rank=told.rank(),
    )  # fmt: skip


@dataclass(frozen=True)
class _Told:
    tried: margins.Trial
    known: Known
    found: Wanting
    teller: Teller

    @property
    def _card(self) -> Scorecard:
        return self.tried.card

    def rank(self) -> Rank:
        card = self._card
        size = sum(one.group == card.group and one.rank is not None for one in self.tried.results.scorecards)
        needed = tuple(
            Wanted(goal=one.goal.value, value="total", now=_exact(one.now), needed=_maybe(one.total),
                   then=_place(one.standing), **_both(self.teller.needed(one)))
            for one in self.found.needed
        )  # fmt: skip
        return Rank(
            rank=card.rank, of=size, tied=card.tied, band=card.band or "", vetoes=card.vetoes,
            steps=tuple(map(_line, card.steps)), would_change=needed, bounds=self._bounds(""), total=self._total(),
        )  # fmt: skip

    def _bounds(self, code: str) -> tuple[Held, ...]:
        return tuple(
            Held(bound=one.name, origin=one.origin, then=_placed(one.standing), **_both(self.teller.bound(one)))
            for one in self.found.bounds if one.code == code
        )  # fmt: skip

    def _total(self) -> Total:
        card, rounding = self._card, self.tried.scheme.rounding.of_total
        published = None if card.total_published is None else f"{card.total_published:f}"
        entries = () if self.tried.is_composed else self.tried.scheme.indicators
        beneath = {item.code for one in entries if isinstance(one, Dimension) for item in one.leaves}
        return Total(
            exact=_maybe(card.total_exact), published=published,
            rounding=rounding.mode, places=rounding.places, points=_exact(card.maximum), bonus=_exact(card.bonus),
            deductions=_exact(card.deductions),
            adjustments=tuple(map(self._adjusted, self.tried.own.adjustments)),
            headings=tuple(self._heading(one) for one in entries if isinstance(one, Dimension)),
            indicators=tuple(self._indicator(one) for one in card.items if one.code not in beneath),
        )  # fmt: skip

    def _adjusted(self, one: Adjustment) -> Adjusted:
        behind = self.known.behind(one.origin)
        return Adjusted(
            kind=one.kind.value, clause=one.code, points=_exact(one.points), record=one.origin,
            rests_on=behind.records, evidence=behind.files,
        )  # fmt: skip

    def _heading(self, heading: Dimension) -> Heading:
        score = next((one for one in self._card.dimensions if one.code == heading.code), None)
        found = (self._card.item(one.code) for one in heading.items if not isinstance(one, Dimension))
        return Heading(
            code=heading.code, name=Names(zh=heading.zh, en=heading.en),
            exact=_maybe(score.exact) if score else None, points=_exact(score.maximum) if score else "0",
            headings=tuple(self._heading(one) for one in heading.items if isinstance(one, Dimension)),
            indicators=tuple(self._indicator(one) for one in found if one is not None),
        )  # fmt: skip

    def _indicator(self, score: ItemScore) -> Indicator:
        item = next((one for one in self.tried.scheme.items if one.code == score.code), None)
        name = Bilingual(item.zh, item.en) if item else self.known.parts.get(score.code, Bilingual("", ""))
        wanted = tuple(
            Wanted(goal=one.goal.value, value=one.value, now=_exact(one.now), needed=_maybe(one.needed),
                   then=_place(one.standing), **_both(self.teller.margin(one)))
            for one in self.found.margins if one.code == score.code
        )  # fmt: skip
        return Indicator(
            code=score.code, name=_names(name), rule=score.explanation.rule, clause=score.explanation.clause,
            points=_exact(score.points), state=score.kind.value, undecided=score.undecided, exact=_maybe(score.exact),
            rounded=None if score.published is None else f"{score.published:f}",
            inputs=self._inputs(item), steps=tuple(map(_line, score.explanation.steps)), would_change=wanted,
            bounds=self._bounds(score.code), records=tuple(self.known.records.get(score.code, ())),
            sources=tuple(self.known.sources(score.code)),
        )  # fmt: skip

    def _inputs(self, item: Any) -> tuple[Input, ...]:
        values = self.tried.own.values
        names = self.tried.scheme.inputs(item) if item is not None else ()
        return tuple(
            Input(value=name, number=_maybe(values[name].number), state=values[name].kind.value)
            if name in values else Input(value=name, number=None, state="missing")
            for name in names
        )  # fmt: skip


def _exact(number: Number | Decimal) -> str:
    if isinstance(number, Refinable):
        return shown(number)
    if isinstance(number, Decimal):
        return canonical(number)
    text = shown(number)
    return text if not text.endswith("…") else str(Fraction(number))


def _maybe(number: Number | Decimal | None) -> str | None:
    return None if number is None else _exact(number)


def _both(sentence: InLanguages) -> dict[str, str]:
    return {language: sentence.in_language(language) for language in ("zh", "en")}


def _names(name: Bilingual) -> Names:
    return Names(zh=name.zh, en=name.en)


def _line(step: Step) -> Line:
    return Line(about=step.about.value, **_both(step.sentence))


def _placed(standing: margins.Standing) -> Place:
    return Place(total=_maybe(standing.total), rank=standing.rank, band=standing.band)


def _place(standing: margins.Standing | None) -> Place | None:
    return None if standing is None else _placed(standing)

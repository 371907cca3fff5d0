"""What would have changed a result, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessment.foundation.exact import canonical, shown
from assessment.foundation.i18n import N_, Bilingual, Label, Sentence, say
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.margins import (
    Bound,
    Goal,
    Margin,
    Needed,
    Standing,
    Trial,
    bounds,
    margins,
    needed_totals,
)

BOUNDS = {
    "cap": N_("the cap"), "clip": N_("the limits of its mark"), "at_most": N_("the most that may be lost"),
    "zero_from": N_("the limit from which nothing is left"), "losses": N_("the limits of what may be lost"),
    "least": N_("the least that counts"),
}  # fmt: skip


@dataclass(frozen=True)
class Wanting:
    """Everything that would have changed one unit's result."""

    needed: Sequence[Needed]
    margins: Sequence[Margin]
    bounds: Sequence[Bound]


def wanting(trial: Trial, only: str = "", *, sees_others: bool = True) -> Wanting:
    """What would have changed the total, rank or band, and each indicator, or `only` one.

    Who may not know where others stand is told of full marks only: all else would give their totals away.
    """
    if not sees_others:
        return Wanting((), [_of_itself(one) for one in margins(trial, (), only)], ())
    needed = needed_totals(trial)
    return Wanting(needed, margins(trial, needed, only), bounds(trial, only))


def _of_itself(one: Margin) -> Margin:
    return replace(one, standing=Standing(one.standing.total, None, "") if one.standing else None)


@dataclass(frozen=True)
class Teller:
    """Says it with the names of the scheme."""

    scheme: Scheme
    parts: Mapping[str, Bilingual]
    """The names of the parts of a composed period."""

    def everything(self, found: Wanting) -> Iterator[tuple[str, Sentence]]:
        """(indicator, or nothing for the whole; sentence), the whole first."""
        yield from (("", self.needed(one)) for one in found.needed)
        yield from (("", self.bound(one)) for one in found.bounds if not one.code)
        yield from ((one.code, self.margin(one)) for one in found.margins)
        yield from ((one.code, self.bound(one)) for one in found.bounds if one.code)

    def needed(self, one: Needed) -> Sentence:
        """The total that would have meant a better rank or band."""
        if one.total is None or one.standing is None or one.points is None:
            if one.goal is Goal.RANK:
                return say("No total would have meant a better rank.")
            if one.limits:
                return say("No total would have meant a better band: {origins} lowers it.", origins=list(one.limits))
            return say("No total would have meant a better band.")
        facts = {"points": self._points(one.points), "total": self._points(one.total)}
        if one.goal is Goal.RANK:
            message = N_("{points} points more, a total of {total}, would have meant rank {rank}.")
            return say(message, rank=one.standing.rank, **facts)
        message = N_("{points} points more, a total of {total}, would have meant the band “{band}”.")
        return say(message, band=self._band(one.standing.band), **facts)

    def margin(self, one: Margin) -> Sentence:
        """The value that would have reached a goal."""
        name = self._value(one.value)
        if one.needed is None or one.standing is None:
            return {
                Goal.FULL: say("No value of {name} would have earned full marks.", name=name),
                Goal.RANK: say("No value of {name} alone would have changed the rank.", name=name),
                Goal.BAND: say("No value of {name} alone would have changed the band.", name=name),
            }[one.goal]
        facts = {"name": name, "needed": canonical(one.needed), "now": shown(one.now, 4)}
        if one.goal is Goal.FULL:
            return say("{name} at {needed} instead of {now} would have earned full marks.", **facts)
        if one.goal is Goal.RANK:
            message = N_("{name} at {needed} instead of {now} would have meant rank {rank}.")
            return say(message, rank=one.standing.rank, **facts)
        message = N_("{name} at {needed} instead of {now} would have meant the band “{band}”.")
        return say(message, band=self._band(one.standing.band), **facts)

    def bound(self, one: Bound) -> Sentence:
        """Where the unit would stand without a bound that held."""
        stands = self._standing(one)
        if one.name in {"veto", "band_cap"}:
            return say("Without {origin}: {standing}", origin=one.origin, standing=stands)
        if one.name == "quota":
            return say("Without the quota of bands: {standing}", standing=stands)
        if not one.code:
            whole = {"bonus": N_("the caps of bonuses"), "deductions": N_("the caps of deductions")}[one.origin]
            return say("Without {bound}: {standing}", bound=Label(whole), standing=stands)
        bound = Label(BOUNDS[one.name])
        return say("Without {bound} of {name}: {standing}", bound=bound, name=self._item(one.code), standing=stands)

    def _standing(self, one: Bound) -> Sentence:
        found = one.standing
        total = self._points(found.total) if found.total is not None else "—"
        if not found.band:
            return say("a total of {total}, rank {rank}.", total=total, rank=found.rank or "—")
        band = self._band(found.band)
        return say("a total of {total}, rank {rank}, “{band}”.", total=total, rank=found.rank or "—", band=band)

    def _points(self, number: Decimal) -> str:
        return f"{number:.{self.scheme.rounding.of_total.places}f}"

    def _band(self, code: str) -> Bilingual:
        found = next((band for band in self.scheme.bands if band.code == code), None)
        return Bilingual(found.zh or code, found.en or code) if found else Bilingual(code, code)

    def _item(self, code: str) -> Bilingual:
        found = next((item for item in self.scheme.items if item.code == code), None)
        named = Bilingual(found.zh, found.en) if found else self.parts.get(code, Bilingual("", ""))
        return Bilingual(named.zh or named.en or code, named.en or named.zh or code)

    def _value(self, name: str) -> Bilingual:
        value = self.scheme.values.get(name) or self.scheme.changes.get(name)
        if value is not None and (value.zh or value.en):
            return Bilingual(value.zh or name, value.en or name)
        if name in self.scheme.formulas:
            item = next((item for item in self.scheme.items if item.reads == name), None)
            return self._item(item.code if item else name)
        return self._item(name)

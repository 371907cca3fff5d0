"""How an amount or a place was reached, in sentences: what its page shows and its paper prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assessment.foundation.i18n import NOTHING, Bilingual, InLanguages, Sentence, say
from assessment.programmes.rules.conditions import Eligibility
from assessment.programmes.rules.scheme import Scheme
from assessment.rewards.models import Award, Mode, Round


def reached(award: Award) -> tuple[Sentence, ...]:
    """From what the amount was computed, so that anybody can compute it again; empty where nothing was."""
    how = {
        Mode.POOL: _of_a_pool, Mode.LADDER: _on_a_ladder, Mode.FORMULA: _by_a_formula,
        Mode.THRESHOLDS: _by_a_step, Mode.TOP: _among_the_first, Mode.MOST_IMPROVED: _by_its_gain,
    }[Mode(award.round.mode)]  # fmt: skip
    return tuple(how(award, award.basis))


def rests_on(one: Round, scheme: Scheme) -> InLanguages | str:
    """The clause that a round's rule rests on; where it names none, who may receive, as a sentence."""
    rule = next((each for each in scheme.rewards if each.code == one.rule_code), None)
    if rule is None or rule.eligible is None or one.basis != str(rule.eligible):
        return one.basis
    return asks(rule.eligible, scheme)


def asks(eligible: Eligibility, scheme: Scheme) -> Sentence:
    """Who may receive, in the scheme's words."""
    asked: list[InLanguages | str] = []
    if eligible.bands:
        bands = [Bilingual(band.zh, band.en) for band in scheme.bands if band.code in eligible.bands]
        asked.append(say("a result in the band {bands}", bands=bands))
    if eligible.no_veto:
        asked.append(say("no veto"))
    if eligible.no_open_case:
        asked.append(say("no open case"))
    return say("Asked for: {conditions}", conditions=[*asked, *map(str, eligible.comparisons)])


def stated(one: Round) -> Sentence:
    """By what order whole amounts and places are given out."""
    if one.mode == Mode.POOL:
        return say(
            "Whole amounts by largest remainder; what is left over goes by the larger fraction, then the larger "
            "weight, then the unit code."
        )
    if one.mode == Mode.LADDER:
        return say("Ties on a step share its sum; what cannot be divided goes one by one in the order of unit codes.")
    if one.mode == Mode.FORMULA:
        return say("Each amount is computed exactly, and rounded once unless a bound takes its place.")
    if one.mode == Mode.THRESHOLDS:
        return say("Each unit has the amount of the highest step that it reaches.")
    if any("of_all" in award.basis for award in one.awards):
        return say(
            "The places are shared among the peer groups by size and largest remainder; equal remainders go to the "
            "larger group, then by its code. What a group cannot fill stays empty."
        )
    return NOTHING


def _bound(basis: Mapping[str, Any]) -> Iterator[Sentence]:
    if basis["bound"] == "cap":
        yield say("at the cap of {cap}", cap=basis["cap"])
    if basis["bound"] == "floor":
        yield say("at the floor of {floor}", floor=basis["floor"])


def _of_a_pool(award: Award, basis: Mapping[str, Any]) -> Iterator[Sentence]:
    if not basis:
        return
    if not basis["computed"]:
        yield say("weight 0")
    elif basis["computed"] == basis["weight_shown"]:
        yield say("weight {weight}", weight=basis["weight_shown"])
    else:
        yield say("weight {computed} = {weight}", computed=basis["computed"], weight=basis["weight_shown"])
    yield say("quota {quota}", quota=basis["quota_shown"])
    yield from _bound(basis)


def _on_a_ladder(award: Award, basis: Mapping[str, Any]) -> Iterator[Sentence]:
    if basis.get("positions"):
        yield say("positions {positions}, together {sum}", positions=basis["positions"], sum=basis["steps"])


ROUNDED = {
    "half_up": say("halves are rounded away from zero"),
    "half_even": say("halves are rounded to the even digit"),
}


def _by_a_formula(award: Award, basis: Mapping[str, Any]) -> Iterator[Sentence]:
    if not basis:
        return
    if basis["computed"] == basis["result"]:
        yield say("{formula} = {result}", formula=basis["formula"], result=basis["result"])
    else:
        told = {name: basis[name] for name in ("formula", "computed", "result")}
        yield say("{formula} = {computed} = {result}", **told)
    yield from _bound(basis)
    if not basis["bound"] and not basis["result"].lstrip("-").isdigit():
        yield ROUNDED[basis["round"]]


def _by_a_step(award: Award, basis: Mapping[str, Any]) -> Iterator[Sentence]:
    if not basis.get("step"):
        if award.rank is not None:
            yield say("below every step")
    elif basis["by_band"]:
        yield say("step from the band “{band}”: {amount}", band=basis["step"], amount=basis["worth"])
    else:
        yield say("step from {total} points: {amount}", total=basis["step"], amount=basis["worth"])


def _among_the_first(award: Award, basis: Mapping[str, Any]) -> Iterator[Sentence]:
    if "of_all" in basis:
        facts = {name: basis[name] for name in ("places", "of_all", "units", "all_units")}
        yield say("{places} of {of_all} places for {units} of {all_units} units", **facts)


def _by_its_gain(award: Award, basis: Mapping[str, Any]) -> Iterator[Sentence]:
    if "by" in basis:
        yield say("before {before}", before=basis["before"] or "—")
    if "gain" in basis:
        yield say("gain {gain}", gain=basis["gain"])
    yield from _among_the_first(award, basis)

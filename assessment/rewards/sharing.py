"""From an edition to amounts and places: the values a rule needs are read, the rest is computed by the pure rules."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from assessment.foundation.errors import Invalid
from assessment.foundation.exact import rounded, shown
from assessment.foundation.i18n import say
from assessment.foundation.reals import Number
from assessment.organisations.queries import continued_on
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.programmes.rules.consequences import LadderReward, MostImproved, PoolReward, Reward, TopReward
from assessment.programmes.rules.formulas import DividedByZero, Undefined
from assessment.programmes.rules.scheme import Scheme
from assessment.rewards.rules.apportionment import CannotShare, Claim, apportion
from assessment.rewards.rules.places import Ranked, first_places, most_improved, on_steps
from assessment.scoring import queries as scoring
from assessment.scoring.models import Edition, Scorecard


@dataclass(frozen=True)
class Worth:
    """What a unit's result is worth under a rule; `nominal` before an exclusion took it."""

    amount: int = 0
    nominal: int = 0
    place: int | None = None
    basis: dict[str, Any] = field(default_factory=dict)


def shared(
    session: Session,
    period: Period,
    edition: Edition,
    rule: Reward,
    cards: Sequence[Scorecard],
    out: set[int],
    before: Edition | None,
) -> dict[int, Worth]:
    """By unit id, group by group; `out` are the units that are not eligible."""
    groups: dict[str, list[Scorecard]] = defaultdict(list)
    for card in cards:
        groups[card.group_code].append(card)
    earlier = _totals_before(session, period, before)
    found: dict[int, Worth] = {}
    for some in groups.values():
        if isinstance(rule, PoolReward):
            found |= _pool(session, period, edition, rule, some, out)
        elif isinstance(rule, LadderReward):
            found |= _ladder(rule, some, out)
        else:
            found |= _places(rule, some, out, earlier)
    return found


# --- a pool ----------------------------------------------------------------------------------------------------------


def _pool(
    session: Session, period: Period, edition: Edition, rule: PoolReward, cards: Sequence[Scorecard], out: set[int]
) -> dict[int, Worth]:
    """Who is not eligible keeps the floor or nothing, as the scheme says; the rest is shared among the others."""
    values = _values(session, period, edition)
    scheme = programmes.scheme(session, edition.scheme_version_id)
    taking = [card for card in cards if card.unit_id not in out or rule.ineligible == "keep_the_floor"]
    claims, formulas = [], {}
    for card in taking:
        weight = Fraction(0)
        if card.unit_id not in out:
            weight, formulas[card.unit_code] = _weight(scheme, rule, card, values.get(card.unit_id, {}))
        claims.append(Claim(card.unit_code, max(weight, Fraction(0)), rule.floor, rule.cap))
    try:
        awards = {award.unit: award for award in apportion(rule.pool, claims)}
    except CannotShare as refused:
        faults = [one.sentence for one in refused.objections]
        raise Invalid(say("The pool cannot be shared: {why}", why=faults[0]), faults=faults) from refused
    found = {}
    for card in cards:
        award = awards.get(card.unit_code)
        if award is None:
            found[card.unit_id] = Worth()
            continue
        basis = {
            "weight": str(award.weight), "weight_shown": shown(award.weight, 4),
            "quota": str(award.quota), "quota_shown": shown(award.quota, 4),
            "floor": rule.floor, "cap": rule.cap, "bound": award.bound, "share": str(rule.share),
            "computed": formulas.get(card.unit_code, ""),
        }  # fmt: skip
        found[card.unit_id] = Worth(award.amount, award.amount, None, basis)
    return found


def _weight(
    scheme: Scheme, rule: PoolReward, card: Scorecard, values: Mapping[str, Fraction]
) -> tuple[Fraction, str]:
    """The unit's weight, and the formula with its numbers."""
    known = {**values, "total": Fraction(card.total or 0)}
    try:
        numbers = {name: _value(scheme, name, card, known) for name in rule.share.names}
        weight = rule.share.compute(numbers)
    except DividedByZero:
        raise Invalid(say("“{share}” divides by 0 for {unit}.", share=str(rule.share), unit=card.name)) from None
    except Undefined as reason:
        facts = {"share": str(rule.share), "unit": card.name, "why": say(reason.message, **reason.facts)}
        raise Invalid(say("“{share}” has no result for {unit}: {why}", **facts)) from None
    # A pool is shared by fractions: a root or logarithm counts to thirty places.
    weight = weight if isinstance(weight, Fraction) else Fraction(rounded(weight, 30, "half_even"))
    return weight, rule.share.with_numbers({name: shown(number) for name, number in numbers.items()})


def _value(scheme: Scheme, name: str, card: Scorecard, known: Mapping[str, Fraction]) -> Number:
    if name in known:
        return known[name]
    if name in scheme.formulas:
        formula = scheme.formulas[name]
        return formula.compute({part: _value(scheme, part, card, known) for part in formula.names})
    raise Invalid(say("{unit} has no value “{name}”, on which its share depends.", unit=card.name, name=name))


def _values(session: Session, period: Period, edition: Edition) -> dict[int, dict[str, Fraction]]:
    """By unit: what the edition was computed from and, for a composite, what the letters say on its last day."""
    found: dict[int, dict[str, Fraction]] = defaultdict(dict)
    for unit_id, targets in programmes.targets_on(session, period.programme_id, period.last_day).items():
        scheme = programmes.scheme(session, edition.scheme_version_id)
        for name, target in targets.items():
            if target.term is not None and name in scheme.values and scheme.values[name].from_ == "letter":
                found[unit_id][name] = Fraction(target.term)
    by_code = {card.unit_code: card.unit_id for card in scoring.league_table(session, edition.id)}
    for unit in json.loads(edition.inputs)["units"]:
        for name, value in unit.get("values", {}).items():
            if value["number"] is not None and unit["code"] in by_code:
                found[by_code[unit["code"]]][name] = Fraction(value["number"])
    return found


# --- places ----------------------------------------------------------------------------------------------------------


def _ladder(rule: LadderReward, cards: Sequence[Scorecard], out: set[int]) -> dict[int, Worth]:
    """Ranks stay as published: who is not eligible loses a gain (nobody moves up to it), but is spared no loss."""
    units = {card.unit_code: card for card in cards}
    found = {}
    for step in on_steps([_ranked(card) for card in cards], rule.top, rule.from_bottom, rule.ties):
        card = units[step.unit]
        amount = 0 if card.unit_id in out and step.amount > 0 else step.amount
        basis = {"positions": list(step.positions), "steps": step.total}
        found[card.unit_id] = Worth(amount, step.amount, None, basis)
    return found


def _totals_before(session: Session, period: Period, before: Edition | None) -> dict[int, Decimal | None]:
    """By unit of now, which may have had another code then."""
    if before is None:
        return {}
    now = continued_on(session, period.last_day)
    return {now.get(card.unit_id, card.unit_id): card.total for card in scoring.league_table(session, before.id)}


def _places(
    rule: TopReward | MostImproved, cards: Sequence[Scorecard], out: set[int], earlier: Mapping[int, Decimal | None]
) -> dict[int, Worth]:
    """Places go to those who are eligible, in their order."""
    taking = [_ranked(card, earlier.get(card.unit_id)) for card in cards if card.unit_id not in out]
    if isinstance(rule, MostImproved):
        placed = most_improved(taking, rule.places, rule.by, rule.ties)
    else:
        placed = first_places(taking, rule.places, rule.ties)
    by_code = {one.unit: one for one in placed}
    found = {}
    for card in cards:
        one = by_code.get(card.unit_code)
        basis: dict[str, Any] = {}
        if isinstance(rule, MostImproved):
            was = earlier.get(card.unit_id)
            basis = {"by": rule.by, "before": None if was is None else str(was)}
        if one is not None:
            basis["gain" if isinstance(rule, MostImproved) else "total"] = shown(one.by, 4)
        found[card.unit_id] = Worth(0, 0, one.place if one else None, basis)
    return found


def _ranked(card: Scorecard, before: Decimal | None = None) -> Ranked:
    return Ranked(card.unit_code, card.rank, card.total, before)

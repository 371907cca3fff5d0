"""Sums that a peer group shares: a pool by weight, a ladder by rank."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from assessment.foundation.errors import Invalid
from assessment.foundation.exact import rounded, shown
from assessment.foundation.i18n import say
from assessment.programmes.rules.rewards import LadderReward, PoolReward
from assessment.rewards.rules.apportionment import Award, CannotShare, Claim, apportion
from assessment.rewards.rules.places import Ranked, on_steps
from assessment.rewards.sharing.numbers import reckoned, values
from assessment.rewards.sharing.worth import Ground, Worth, gain_lost
from assessment.scoring.models import Scorecard


def pool(ground: Ground, rule: PoolReward, cards: Sequence[Scorecard], out: set[int]) -> dict[int, Worth]:
    """Who is not eligible keeps the floor or nothing, as the scheme says; the rest is shared among the others."""
    known, scheme = values(ground, rule.share), ground.scheme
    claims, formulas = [], {}
    for card in cards:
        weight = Fraction(0)
        if card.unit_id in out:
            if rule.ineligible == "nothing":
                continue
        else:
            numbers = {**known.get(card.unit_id, {}), "total": Fraction(card.total or 0)}
            told = reckoned(scheme, rule.share, card, numbers)
            # A pool is shared by fractions: a root or logarithm counts to thirty places.
            exact = told.number
            weight = exact if isinstance(exact, Fraction) else Fraction(rounded(exact, 30, "half_even"))
            formulas[card.unit_code] = told.computed
        claims.append(Claim(card.unit_code, max(weight, Fraction(0)), rule.floor, rule.cap))
    try:
        awards = {award.unit: award for award in apportion(rule.pool, claims)}
    except CannotShare as refused:
        faults = [one.sentence for one in refused.objections]
        raise Invalid(say("The pool cannot be shared: {why}", why=faults[0]), faults=faults) from refused
    return {
        card.unit_id: _share(rule, awards[card.unit_code], formulas.get(card.unit_code, ""))
        if card.unit_code in awards
        else Worth()
        for card in cards
    }


def _share(rule: PoolReward, award: Award, computed: str) -> Worth:
    basis = {
        "weight": str(award.weight), "weight_shown": shown(award.weight, 4),
        "quota": str(award.quota), "quota_shown": shown(award.quota, 4),
        "floor": rule.floor, "cap": rule.cap, "bound": award.bound, "share": str(rule.share),
        "computed": computed,
    }  # fmt: skip
    return Worth(award.amount, award.amount, None, basis)


def ladder(rule: LadderReward, cards: Sequence[Scorecard], out: set[int]) -> dict[int, Worth]:
    """Ranks stay as published: nobody moves up to the step of who is not eligible."""
    units = {card.unit_code: card for card in cards}
    ranked = [Ranked(card.unit_code, card.rank, card.total) for card in cards]
    found = {}
    for step in on_steps(ranked, rule.top, rule.from_bottom, rule.ties):
        card = units[step.unit]
        basis = {"positions": list(step.positions), "steps": step.total}
        found[card.unit_id] = Worth(gain_lost(step.amount, card.unit_id in out), step.amount, None, basis)
    return found

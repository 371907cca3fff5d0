"""Amounts that each unit earns by itself: by a formula, and by the step it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from assessment.foundation.errors import Invalid
from assessment.foundation.exact import canonical, shown
from assessment.foundation.i18n import say
from assessment.foundation.reals import Undecided
from assessment.programmes.rules.rewards import LARGEST, FormulaReward, ThresholdReward
from assessment.rewards.rules.amounts import Bounded, bounded, step_reached
from assessment.rewards.sharing.numbers import Reckoned, reckoned, results, sizes, values
from assessment.rewards.sharing.worth import Ground, Worth, gain_lost
from assessment.scoring.models import Scorecard


def by_formula(ground: Ground, rule: FormulaReward, cards: Sequence[Scorecard], out: set[int]) -> dict[int, Worth]:
    """Every unit with a rank; what is beyond a bound is set to it, the rest rounded once."""
    known, size, scheme = values(ground, rule.amount), sizes(cards), ground.scheme
    found = {}
    for card in cards:
        if card.rank is None:
            found[card.unit_id] = Worth()
            continue
        numbers = {**known.get(card.unit_id, {}), **results(card, size[card.group_code])}
        told = reckoned(scheme, rule.amount, card, numbers)
        whole = _whole(rule, card, told)
        basis = {
            "formula": str(rule.amount), "computed": told.computed, "result": shown(told.number), "round": rule.round,
            "floor": rule.floor, "cap": rule.cap, "bound": whole.bound,
        }  # fmt: skip
        amount = gain_lost(whole.amount, card.unit_id in out)
        found[card.unit_id] = Worth(amount, whole.amount, None, basis)
    return found


def _whole(rule: FormulaReward, card: Scorecard, told: Reckoned) -> Bounded:
    facts = {"formula": str(rule.amount), "unit": card.name}
    try:
        whole = bounded(told.number, rule.round, rule.floor, rule.cap)
    except Undecided:
        raise Invalid(say("“{formula}” cannot be rounded for {unit}; simplify it.", **facts)) from None
    if abs(whole.amount) > LARGEST:
        raise Invalid(say("“{formula}” gives {unit} more than {most}; correct it.", most=Decimal(LARGEST), **facts))
    return whole


def by_thresholds(ground: Ground, rule: ThresholdReward, cards: Sequence[Scorecard], out: set[int]) -> dict[int, Worth]:
    """The amount of the first step that a unit's published total, or its band, reaches."""
    order = [band.code for band, _ in ground.scheme.band_table]
    # A band counts by how far it is from the best: 0, -1, -2 ...
    heights = [Fraction(-order.index(one.band)) if one.band else Fraction(one.from_ or 0) for one in rule.steps]
    found = {}
    for card in cards:
        by_band = rule.steps[0].band is not None
        height = _height(card, order, by_band)
        reached = step_reached(height, heights) if height is not None else None
        if reached is None:
            found[card.unit_id] = Worth(basis={"step": ""})
            continue
        step = rule.steps[reached]
        basis = {"step": step.band or canonical(step.from_ or 0), "by_band": by_band, "worth": step.amount}
        found[card.unit_id] = Worth(gain_lost(step.amount, card.unit_id in out), step.amount, None, basis)
    return found


def _height(card: Scorecard, order: Sequence[str], by_band: bool) -> Fraction | None:
    if card.rank is None or card.total is None:
        return None
    if not by_band:
        return Fraction(card.total)
    return Fraction(-order.index(card.band)) if card.band in order else None

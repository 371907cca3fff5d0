"""The numbers of each unit that a formula of a reward may name: its result, its marks, its values."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessment.foundation.errors import Invalid
from assessment.foundation.exact import shown
from assessment.foundation.i18n import say
from assessment.foundation.reals import Number, Undecided
from assessment.programmes import queries as programmes
from assessment.programmes.rules.formulas import DividedByZero, Formula, Undefined
from assessment.programmes.rules.scheme import Scheme
from assessment.rewards.sharing.worth import Ground
from assessment.scoring import queries as scoring
from assessment.scoring.measures import measured
from assessment.scoring.models import Scorecard


@dataclass(frozen=True)
class Reckoned:
    """What a formula gives for a unit, and the formula with its numbers, as an explanation shows it."""

    number: Number
    computed: str


def reckoned(
    scheme: Scheme, formula: Formula, card: Scorecard, known: Mapping[str, Number], places: int = 12
) -> Reckoned:
    """Compute it exactly, or refuse with what stands against it."""
    told = {"formula": str(formula), "unit": card.name}
    try:
        numbers = {name: _value(scheme, formula, name, card, known) for name in formula.names}
        number = formula.compute(numbers)
        return Reckoned(number, formula.with_numbers({name: shown(one, places) for name, one in numbers.items()}))
    except DividedByZero:
        raise Invalid(say("“{formula}” divides by 0 for {unit}.", **told)) from None
    except Undefined as reason:
        why = say(reason.message, **reason.facts)
        raise Invalid(say("“{formula}” has no result for {unit}: {why}", **told, why=why)) from None
    except Undecided:
        raise Invalid(say("“{formula}” cannot be rounded for {unit}; simplify it.", **told)) from None


def _value(scheme: Scheme, formula: Formula, name: str, card: Scorecard, known: Mapping[str, Number]) -> Number:
    if name in known:
        return known[name]
    if name in scheme.formulas:
        inner = scheme.formulas[name]
        return inner.compute({part: _value(scheme, formula, part, card, known) for part in inner.names})
    told = {"name": name, "formula": str(formula), "unit": card.name}
    raise Invalid(
        say("{unit} has no number for “{name}”, which “{formula}” needs; correct the results or the scheme.", **told)
    )


def values(ground: Ground, formula: Formula) -> dict[int, dict[str, Number]]:
    """By unit: what the edition was computed from and, for a composite, what the letters say on its last day."""
    scheme, session = ground.scheme, ground.session
    found: dict[int, dict[str, Number]] = defaultdict(dict)
    targets = programmes.targets_on(session, ground.period.programme_id, ground.period.last_day)
    for unit_id, of_unit in targets.items():
        for name, target in of_unit.items():
            if target.term is not None and name in scheme.values and scheme.values[name].from_ == "letter":
                found[unit_id][name] = Fraction(target.term)
    by_code = {card.unit_code: card.unit_id for card in scoring.league_table(session, ground.edition.id)}
    for unit in json.loads(ground.edition.inputs)["units"]:
        for name, value in unit.get("values", {}).items():
            if value["number"] is not None and unit["code"] in by_code:
                found[by_code[unit["code"]]][name] = Fraction(value["number"])
    if changing := _changes(scheme, formula):
        for code, told in measured(session, ground.edition.id, changing).items():
            found[by_code[code]].update(told.values)
    return found


def _changes(scheme: Scheme, formula: Formula) -> list[str]:
    """The changes since an earlier period that a formula reads, itself or through formulas."""
    seen: dict[str, None] = {}
    ahead = list(formula.names)
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen[name] = None
            ahead += scheme.formulas[name].names if name in scheme.formulas else ()
    return [name for name in seen if name in scheme.changes]


def results(card: Scorecard, size: int) -> dict[str, Number]:
    """Its published total, its rank from either end of its peer group, and the marks it was given."""
    found: dict[str, Number] = {
        item["code"]: Fraction(item["score"]) for item in card.items if item.get("score") is not None
    }
    if card.total is not None:
        found["total"] = Fraction(card.total)
    if card.rank is not None:
        found |= {"rank": Fraction(card.rank), "rank_from_bottom": Fraction(size - card.rank + 1)}
    return found


def sizes(cards: Sequence[Scorecard]) -> dict[str, int]:
    """How many units of each peer group have a rank."""
    found: dict[str, int] = {}
    for card in cards:
        found[card.group_code] = found.get(card.group_code, 0) + (card.rank is not None)
    return found

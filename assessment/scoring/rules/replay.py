"""Scoring again from what an edition froze: the same text gives the same scores, ranks and bands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessment.foundation.exact import canonical
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import Results
from assessment.scoring.rules.composition import CompositeInput, compose
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.frozen import thawed_composite, thawed_unit
from assessment.scoring.rules.values import UnitInput


@dataclass(frozen=True)
class Replayed:
    """What a unit scores when its frozen inputs are computed again."""

    unit: str
    group: str
    total: Decimal | None
    rank: int | None
    band: str


Inputs = Sequence[UnitInput] | Sequence[CompositeInput]
"""What an edition froze: figures of units, or the parts that each unit's period is composed of."""


def computed_again(scheme: Scheme, inputs: str) -> Results:
    """``inputs`` is an edition's canonical JSON; nothing else is asked."""
    return computed_with(scheme, inputs)[1]


def computed_with(scheme: Scheme, inputs: str) -> tuple[Inputs, Results]:
    """The inputs as they were, and what they give."""
    units = json.loads(inputs)["units"]
    if units and "parts" in units[0]:
        parts = [thawed_composite(one) for one in units]
        return parts, compose(scheme, parts)
    figures = [thawed_unit(one) for one in units]
    return figures, score(scheme, figures)


def replay(scheme: Scheme, inputs: str) -> tuple[Replayed, ...]:
    """The standing of every unit when an edition's inputs are computed again."""
    return tuple(
        Replayed(card.unit, card.group, card.total_published, card.rank, card.band or "")
        for card in computed_again(scheme, inputs).scorecards
    )


@dataclass(frozen=True)
class Result:
    """One number or word that an edition holds of a unit, to the last digit; None where there is none."""

    unit: str
    what: str
    text: str | None


def results_of(results: Results) -> Iterator[Result]:
    """Everything that is kept of each unit: its group, total, rank and band, and every item exactly."""
    for card in results.scorecards:
        yield from standing(card.unit, card.group, card.total_published, card.rank, card.band or "")
        for item in card.items:
            yield item_result(card.unit, item.code, item.kind.value, item.counted)


def standing(unit: str, group: str, total: Decimal | None, rank: int | None, band: str) -> Iterator[Result]:
    """What a unit's row of the table says."""
    yield Result(unit, "group", group)
    yield Result(unit, "total", None if total is None else canonical(total))
    yield Result(unit, "rank", None if rank is None else str(rank))
    yield Result(unit, "band", band)


def item_result(unit: str, code: str, kind: str, exact: object | None) -> Result:
    """An item's exact score, or why there is none."""
    return Result(unit, code, kind if exact is None else str(exact))

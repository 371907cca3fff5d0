"""Scoring again from what an edition froze: the same text gives the same scores, ranks and bands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.composition import compose
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.frozen import thawed_composite, thawed_unit


@dataclass(frozen=True)
class Replayed:
    """What a unit scores when its frozen inputs are computed again."""

    unit: str
    group: str
    total: Decimal | None
    rank: int | None
    band: str


def replay(scheme: Scheme, inputs: str) -> tuple[Replayed, ...]:
    """``inputs`` is an edition's canonical JSON; nothing else is asked."""
    units = json.loads(inputs)["units"]
    if units and "parts" in units[0]:
        results = compose(scheme, [thawed_composite(one) for one in units])
    else:
        results = score(scheme, [thawed_unit(one) for one in units])
    return tuple(
        Replayed(card.unit, card.group, card.total_published, card.rank, card.band or "") for card in results.scorecards
    )

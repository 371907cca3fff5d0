"""Where a unit is strong and where weak, read from the scorecards of an edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Actor
from assessment.organisations.duties import Duty
from assessment.scoring.models import Scorecard
from assessment.scoring.queries import may_see_all
from assessment.scoring.rules.insight import Placing, placed

OWN = (Duty.REPORT, Duty.OBJECT, Duty.SIGN_LETTERS)


def may_see_places(card: Scorecard, viewer: Actor) -> bool:
    """A unit's strengths and weaknesses are for itself and for the office, also where scores are everybody's."""
    return any(viewer.holds(duty, card.unit_id) for duty in OWN) or may_see_all(viewer, card.unit_id)


def places_of(session: Session, card: Scorecard) -> list[Placing]:
    """A unit's place in every indicator that counts for it, among the units of its peer group."""
    group = select(Scorecard.items).where(
        Scorecard.edition_id == card.edition_id, Scorecard.group_code == card.group_code
    )
    return placed(_counted(card.items), [_counted(items) for items in session.scalars(group)])


def _counted(items: Iterable[Mapping[str, Any]]) -> dict[str, Fraction]:
    return {item["code"]: Fraction(item["exact"]) for item in items if item["exact"] is not None}

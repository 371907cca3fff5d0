"""Which scores and editions an officer sees, as conditions of queries over edition, period and programme."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from assessment.organisations.duties import Duty
from assessment.organisations.officers import Officer
from assessment.programmes.models import Period, Programme
from assessment.scoring.models import Edition, Scorecard
from assessment.scoring.queries import PUBLIC, SERVED

OFFICE = (Duty.COMPUTE, Duty.PREPARE, Duty.APPROVE, Duty.REVIEW, Duty.PUBLISH, Duty.AUDIT)
LOCALITY = (Duty.REPORT, Duty.OBJECT, Duty.SIGN_LETTERS)


def reach(officer: Officer, duties: tuple[Duty, ...]) -> frozenset[int]:
    return frozenset[int]().union(*(officer.unit_ids_for(duty) for duty in duties))


def is_announced() -> ColumnElement[bool]:
    """Everybody's who signs in; what was never approved stays the office's, also when its period is published."""
    return and_(Edition.approved_at.is_not(None), Period.state.in_(PUBLIC))


def editions_seen(officer: Officer) -> ColumnElement[bool]:
    return or_(is_announced(), Programme.unit_id.in_(reach(officer, OFFICE)))


def cards_seen(officer: Officer) -> ColumnElement[bool]:
    """The same as `queries.may_see` of each: announced ones, the office's all, a unit's own once they were served."""
    own = and_(Scorecard.unit_id.in_(reach(officer, LOCALITY)), Period.state.in_(SERVED))
    return or_(is_announced(), own, Scorecard.unit_id.in_(reach(officer, OFFICE)))

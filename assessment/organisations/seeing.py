"""Which units an officer sees, as a condition of a query: the same as `queries.may_see_unit` of each."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from assessment.foundation.sql import among
from assessment.organisations.duties import Duty
from assessment.organisations.models import Unit
from assessment.organisations.officers import Officer
from assessment.organisations.queries import tree_on


def units_seen(session: Session, officer: Officer) -> ColumnElement[bool]:
    seen = among(Unit.id, officer.unit_ids)
    if not officer.holds(Duty.ADMINISTER):
        return seen
    tree = tree_on(session, officer.day)
    is_over_all = any(officer.holds(Duty.ADMINISTER, top) for top in tree.children.get(None, []))
    return or_(seen, Unit.id.not_in(tree.units)) if is_over_all else seen

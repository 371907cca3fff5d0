"""What a person proposes by hand for a score, and the record that it rests on: one that is there, of this very unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability.models import Case
from assessment.accountability.trace import unit_of
from assessment.adjustments import services as adjustments
from assessment.adjustments.models import Adjustment
from assessment.adjustments.services import Proposal
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import say
from assessment.inspections.models import Finding, Visit
from assessment.organisations.queries import tree_on
from assessment.programmes.models import Period
from assessment.remediation.models import Task

GROUNDS: Mapping[str, type[Task | Visit | Finding | Case]] = {
    model.__tablename__: model for model in (Task, Finding, Visit, Case)
}
"""What a person may name as the ground of a proposal, besides the period itself."""


def record_named(session: Session, kind: str, number: str) -> Any:
    """The record with the number that stands on its page; a finding after its visit, as in DC-2012-003/2."""
    if kind == Finding.__tablename__:
        visit, _, own = number.rpartition("/")
        query = select(Finding).join(Visit, Visit.id == Finding.visit_id).where(Visit.number == visit)
        is_number = own.isascii() and own.isdecimal() and len(own) < 6
        return session.scalar(query.where(Finding.number == int(own))) if is_number else None
    model: Any = GROUNDS[kind]
    return session.scalar(select(model).where(model.number == number))


def propose(session: Session, act: Act, proposal: Proposal) -> Adjustment | None:
    """Propose it, if its ground is a matter of the unit, of one below it, or of what these were before a merger."""
    kind, record_id = proposal.origin
    if kind in GROUNDS:
        tree = tree_on(session, session.get_one(Period, proposal.period_id).last_day)
        about = unit_of(session, (kind, str(record_id)))
        if about not in tree.with_forebears(tree.subtree(proposal.unit_id)):
            sentence = say("This record is about another unit; name one of the unit that the adjustment is for.")
            raise Invalid(sentence, fields={"origin_number": sentence})
    return adjustments.propose(session, act, proposal)

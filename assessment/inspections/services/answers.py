"""Answers item by item: saved as they are typed, sent again without harm, never one over another unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, OutOfDate
from assessment.foundation.i18n import Sentence, say
from assessment.inspections.models import AnswerKind, ChecklistItem, Finding, Outcome, Visit, VisitAnswer
from assessment.inspections.process import VISIT
from assessment.inspections.queries import answers_of, items_of_visit
from assessment.inspections.rules.conditions import condition
from assessment.inspections.services.visits import NewFinding, record_finding

LONGEST = 4_000


@dataclass(frozen=True)
class NewAnswer:
    """What was seen at one item, and which writing of it the sender had seen before."""

    item_id: int
    outcome: str = ""
    value: str = ""
    note: str = ""
    seen: int = 0
    """The version he saw; 0: no answer yet."""
    sent_as: str = ""
    """The sender's own key: the same key again changes nothing."""
    follows: str = ""
    """The key of his own earlier writing that this one takes the place of, though no receipt came back for it."""


def answer_item(session: Session, visit: Visit, act: Act, new: NewAnswer) -> VisitAnswer:
    """Write one answer; raises ``OutOfDate`` where somebody else has written since, with what stands now."""
    items = {one.id: one for one in items_of_visit(session, visit)}
    stored = session.scalar(
        select(VisitAnswer).where(VisitAnswer.visit_id == visit.id, VisitAnswer.item_id == new.item_id)
    )
    if stored is not None and new.sent_as and stored.sent_as == new.sent_as:
        return stored  # it came before, and only the receipt was lost
    if new.item_id not in items:
        raise Invalid(say("Choose an item of this visit's checklist."))
    outcome, value = checked(items[new.item_id], new, answers_of(session, visit.id))
    if stored is not None and stored.version != new.seen and not (new.follows and stored.sent_as == new.follows):
        raise OutOfDate(_meanwhile(stored))
    if stored is None and new.seen:
        raise OutOfDate(say("This answer was never there; load the page again."))
    made = stored or VisitAnswer(visit_id=visit.id, item_id=new.item_id, version=0)
    body = {"item": items[new.item_id].code, "outcome": outcome, "value": value}
    VISIT.perform(session, visit, "answer_item", act, body=body)
    made.outcome, made.value, made.note, made.sent_as = outcome, value, new.note.strip()[:LONGEST], new.sent_as[:64]
    made.version, made.written_at, made.written_by, made.writer = made.version + 1, act.at, act.by.key, act.by.label
    session.add(made)
    session.flush()
    return made


def record_once(session: Session, visit: Visit, act: Act, new: NewFinding, sent_as: str) -> Finding:
    """A finding sent from a phone: the same key again is the same finding."""
    known = session.scalar(select(Finding).where(Finding.sent_as == sent_as)) if sent_as else None
    if known is not None and known.visit_id == visit.id:
        return known
    if new.item_id not in {one.id for one in items_of_visit(session, visit)}:
        raise Invalid(say("Choose an item of this visit's checklist."))
    made = record_finding(session, visit, act, new)
    made.sent_as = sent_as[:64] or None
    return made


def _meanwhile(stored: VisitAnswer) -> Sentence:
    return say(
        "{writer} wrote here on {moment}. Compare both, then send yours again or leave it as it is.",
        writer=stored.writer, moment=stored.written_at,
    )  # fmt: skip


def checked(item: ChecklistItem, new: NewAnswer, answers: Mapping[int, VisitAnswer]) -> tuple[str, str]:
    """The outcome and the value as they are stored; raises ``Invalid`` naming the field."""
    value, outcome = new.value.strip()[:LONGEST], new.outcome
    fault: dict[str, Sentence] = {}
    if item.kind == AnswerKind.SELECT_ONE:
        chosen = next((one for one in item.choices if one[0] == value), None)
        if chosen is None:
            fault["value"] = say("Choose one.")
        else:
            outcome = chosen[3] or outcome
    elif item.kind in (AnswerKind.INTEGER, AnswerKind.DECIMAL) and outcome != Outcome.NOT_APPLICABLE:
        number = _number(value, whole=item.kind == AnswerKind.INTEGER)
        if number is None:
            fault["value"] = say("Write a number.")
    if outcome not in set(Outcome):
        fault["outcome"] = say("Say whether it is in order.")
    if not fault and value and item.must_hold and not condition(item.must_hold).holds({}, value):
        fault["value"] = say("The form does not take “{value}”: {condition}", value=value, condition=item.must_hold)
    if fault:
        raise Invalid(next(iter(fault.values())), fields=fault)
    return outcome, value


def _number(text: str, *, whole: bool) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and len(text) < 20 and (not whole or number == int(number)) else None

"""What can be done with an objection; to change the disputed thing is a joint act in ``cycles``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.i18n import N_, local_day, say
from assessment.objections.models import Objection, ObjectionMatter, ObjectionPoint, ObjectionState, Outcome
from assessment.objections.process import OBJECTION, matter_of
from assessment.organisations import handover
from assessment.organisations.duties import Duty
from assessment.organisations.officers import officer_on
from assessment.organisations.recusal import barred


@dataclass(frozen=True)
class NewPoint:
    """One thing the unit disputes, in its own words, with the value it holds to be right where there is one."""

    subject: str
    statement: str
    requested: Decimal | None = None


def lodge(
    session: Session,
    act: Act,
    *,
    origin: tuple[str, object],
    unit_id: int,
    period_id: int | None,
    ground: str,
    points: Sequence[NewPoint],
    matter: Iterable[tuple[str, object]],
    window_until: datetime,
    decide_by: datetime,
) -> Objection:
    """Lodge an objection within its window; its matter is stored as it is today."""
    if act.at > window_until:
        raise NotNow(say("The time to object ended at {until}.", until=window_until))
    if not points or any(not point.statement.strip() for point in points):
        raise Invalid(say("Say what you dispute and why: at least one point, each with its reason."))
    objection = Objection(
        number=_next_number(session, act.at.year),
        unit_id=unit_id,
        period_id=period_id,
        origin_kind=origin[0],
        origin_id=str(origin[1]),
        ground=ground,
        lodged_at=act.at,
        window_until=window_until,
        decide_by=decide_by,
    )
    objection.points = [
        ObjectionPoint(number=number, subject=point.subject, statement=point.statement, requested=point.requested)
        for number, point in enumerate(points, 1)
    ]
    objection.matter = [
        ObjectionMatter(kind=kind, record_id=record_id)
        for kind, record_id in sorted({(kind, str(record_id)) for kind, record_id in matter})
    ]
    return OBJECTION.start(session, objection, "lodge", act, touched=objection.points, relied_on=[origin])


def _next_number(session: Session, year: int) -> str:
    count = (
        session.scalar(select(func.count()).select_from(Objection).where(Objection.number.like(f"YY-{year}-%"))) or 0
    )
    return f"YY-{year}-{count + 1:04d}"


def admit(session: Session, objection: Objection, act: Act) -> None:
    OBJECTION.perform(session, objection, "admit", act)


def find_inadmissible(session: Session, objection: Objection, act: Act) -> None:
    """Out of time, or without a ground; the reason is served on the unit."""
    OBJECTION.perform(session, objection, "find_inadmissible", act)


def assign(session: Session, objection: Objection, act: Act, *, reviewer_id: int) -> None:
    """Give it to a reviewer; whoever had a part in the matter, or a post at the unit, is refused by name of the act."""
    reviewer = officer_on(session, reviewer_id, local_day(act.at))
    if not reviewer.holds(Duty.REVIEW, objection.unit_id):
        raise NotPermitted(say("{name} does not review objections of this unit.", name=reviewer.label))
    against = barred(session, reviewer, matter_of(objection), [objection.unit_id], local_day(act.at))
    if against:
        raise NotPermitted(against)
    given = [point for point in objection.points if point.outcome]
    taken_back = given if objection.reviewer_id not in (None, reviewer_id) else []
    OBJECTION.perform(session, objection, "assign", act, touched=taken_back, body={"reviewer": reviewer.key})
    objection.reviewer_id = reviewer_id
    for point in taken_back:  # another reviewer decides for himself; what was answered before stays in the trail
        _take_back(point)


def _take_back(point: ObjectionPoint) -> None:
    point.outcome, point.answer, point.granted, point.changes = None, "", None, ""


OF_ONE_NUMBER = ("adjustment", "finding")
"""Origins that have a number of their own: there a point without a subject disputes it."""


def answer(
    session: Session,
    objection: Objection,
    act: Act,
    *,
    number: int,
    outcome: Outcome,
    answer: str,
    granted: Decimal | None = None,
    changes: str = "",
) -> None:
    """Answer one point; an upheld one may set the value, one in part says by a number or in words what changes."""
    if not answer.strip():
        sentence = say("Give the reason for your answer to point {number}.", number=number)
        raise Invalid(sentence, fields={"answer": sentence})
    point = next((one for one in objection.points if one.number == number), None)
    if point is None:
        raise Invalid(say("There is no point {number} in this objection.", number=number))
    if granted is not None and not point.subject and objection.origin_kind not in OF_ONE_NUMBER:
        raise Invalid(say("Point {number} disputes no single value; answer it without a number.", number=number))
    if outcome is Outcome.IN_PART and granted is None and not changes.strip():
        sentence = say(
            "Upheld in part: say what changes, by the number that counts from now on or in words; without it nothing "
            "would follow from your decision."
        )
        raise Invalid(sentence, fields={"changes": sentence})
    OBJECTION.perform(session, objection, "answer", act, touched=[point], relied_on=matter_of(objection))
    point.outcome, point.answer = outcome.value, answer
    point.granted = granted if outcome is not Outcome.DISMISSED else None
    point.changes = changes.strip() if outcome is Outcome.IN_PART else ""


def decide(session: Session, objection: Objection, act: Act) -> None:
    OBJECTION.perform(session, objection, "decide", act, touched=objection.points, relied_on=matter_of(objection))
    objection.decided_at = act.at


def apply(session: Session, objection: Objection, act: Act) -> None:
    """Note that the disputed thing now is as decided; called by the joint act that changed it."""
    OBJECTION.perform(session, objection, "apply", act, relied_on=[(objection.origin_kind, objection.origin_id)])


def close(session: Session, objection: Objection, act: Act) -> None:
    OBJECTION.perform(session, objection, "close", act)


def withdraw(session: Session, objection: Objection, act: Act) -> None:
    OBJECTION.perform(session, objection, "withdraw", act)


# --- handed over -----------------------------------------------------------------------------------------------------


def assigned_to(session: Session, person_id: int) -> list[Objection]:
    """Objections that wait for this reviewer's decision."""
    query = select(Objection).where(Objection.reviewer_id == person_id).order_by(Objection.id)
    return list(session.scalars(query.where(Objection.state == ObjectionState.ASSIGNED.value)))


def pass_on(session: Session, objection: Objection, predecessor_id: int, successor_id: int, act: Act) -> None:
    """Give it to the successor in the reviewer's post, unless something bars that one; points are answered anew."""
    day = local_day(act.at)
    successor = officer_on(session, successor_id, day)
    against = barred(session, successor, matter_of(objection), [objection.unit_id], day)
    if against:
        raise NotPermitted(
            say("Objection {number} cannot go over to the successor: {why} Assign it to another reviewer first.",
                number=objection.number, why=against)
        )  # fmt: skip
    given = [point for point in objection.points if point.outcome]
    for point in given:
        _take_back(point)
    objection.reviewer_id = successor_id
    audit.record(session, act, "pass_on", objection, touched=given, body={"reviewer": successor.key})


handover.register(handover.Bound("objection", N_("Objections to decide"), assigned_to, pass_on))

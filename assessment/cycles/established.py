"""What has been established against a unit, and the clauses of its scheme under which that is proposed for its score.

A decided case, falsification and listed supervision reach a score in no other way; a person confirms or refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability import queries as cases
from assessment.accountability.models import Case, CaseState, Outcome, Source
from assessment.adjustments import services as adjusting
from assessment.adjustments.models import Adjustment, AdjustmentKind, AdjustmentState
from assessment.adjustments.services import Proposal
from assessment.foundation.actors import Act
from assessment.foundation.i18n import Bilingual, Sentence, local_day, say
from assessment.inspections.queries import period_for
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, SchemeVersion
from assessment.programmes.rules.adjusting import DeductionItem, Veto
from assessment.programmes.rules.scheme import Scheme
from assessment.remediation.models import FalseClosure, Listing, Notice, Task, TaskState
from assessment.scoring.models import Edition
from assessment.submissions.models import Submission

FALSIFICATION = "falsification.established"
FALLEN = "所依据的决定或者督办已不成立 The decision or listing it rests on has fallen."
ENDED = (AdjustmentState.REFUSED.value, AdjustmentState.LIFTED.value)


@dataclass(frozen=True)
class Established:
    """One fact in the scheme's word, of which unit and day, and the record that says so."""

    event: str
    unit_id: int
    programme_id: int
    day: date
    origin: tuple[str, int]
    ground: Sentence


def propose_established(session: Session, act: Act) -> int:
    """Propose what the schemes say follows from each fact, once; for the period that is still to be approved."""
    facts = [*of_cases(session), *_of_listings(session)]
    proposals: list[Proposal] = []
    for fact in facts:
        period = period_for(session, fact.programme_id, fact.day)
        if period is not None:
            proposals += _under(programmes.scheme(session, period.scheme_version_id), period, fact)
    return len(adjusting.propose_many(session, act, proposals)) if proposals else 0


def _under(scheme: Scheme, period: Period, fact: Established) -> Iterator[Proposal]:
    """The clauses of a scheme that name this fact."""
    for item in scheme.deductions.items if scheme.deductions else ():
        if item.on == fact.event:
            yield _proposal(period, fact, item, AdjustmentKind.DEDUCTION)
    for veto in scheme.vetoes:
        if veto.on == fact.event:
            kind = AdjustmentKind.ELIGIBILITY if veto.effect.no_commendation else AdjustmentKind.VETO
            yield _proposal(period, fact, veto, kind)


def _proposal(period: Period, fact: Established, clause: DeductionItem | Veto, kind: AdjustmentKind) -> Proposal:
    name = Bilingual(clause.zh, clause.en)
    ground = {language: say("{name}: {ground}", name=name, ground=fact.ground).in_language(language)
              for language in ("zh", "en")}  # fmt: skip
    points = clause.each if isinstance(clause, DeductionItem) else None
    effect = "" if isinstance(clause, DeductionItem) else effect_of(clause)
    return Proposal(
        fact.unit_id, period.id, kind, clause.code, ground["zh"], fact.origin, points, effect, ground_en=ground["en"]
    )


def effect_of(veto: Veto) -> str:
    """A veto's effect as an adjustment keeps it: ``band=failed``."""
    for name in ("band", "band_at_most", "item_zero"):
        if (value := getattr(veto.effect, name)) is not None:
            return f"{name}={value}"
    return "no_commendation"


# --- facts -----------------------------------------------------------------------------------------------------------


def of_cases(session: Session) -> Iterator[Established]:
    """Decisions that were served and found fault; their facts count on the last day of what was found."""
    query = select(Case).where(Case.served_at.is_not(None), Case.outcome.is_not(None)).order_by(Case.id)
    for case in session.scalars(query):
        programme_id = _programme_of(session, case)
        if programme_id is None or not cases.ended_with_fault(case):
            continue
        days = [fact.happened_on for fact in case.standing_facts]
        ground = say("decided after an investigation, on {day}", day=local_day(case.decided_at or case.prompted_at))
        for event in events_of(case):
            yield Established(event, case.unit_id, programme_id, max(days, default=local_day(case.prompted_at)),
                              (cases.KIND, case.id), ground)  # fmt: skip


def events_of(case: Case) -> list[str]:
    """What a decision establishes, in the scheme's words: how it ended, and falsification where a closure was false."""
    if not cases.ended_with_fault(case) or case.outcome is None:
        return []
    proofs = {kind for fact in case.standing_facts for kind, _ in fact.evidence}
    is_false = case.source == Source.FALSE_CLOSURE or FalseClosure.__tablename__ in proofs
    return [f"case.{Outcome(case.outcome).value}", *([FALSIFICATION] if is_false else [])]


def _programme_of(session: Session, case: Case) -> int | None:
    """The programme that a case is about: by the results, task or report that prompted it, else by its norms."""
    found = _programme_of_origin(session, case)
    named = [int(record_id) for kind, record_id in case.norms if kind == SchemeVersion.__tablename__]
    return session.get_one(SchemeVersion, named[0]).programme_id if found is None and named else found


def _programme_of_origin(session: Session, case: Case) -> int | None:
    origin = int(case.origin_id) if case.origin_id.isdecimal() else 0
    if case.edition_id is not None:
        return _programme_of_period(session, session.get_one(Edition, case.edition_id).period_id)
    if case.origin_kind == FalseClosure.__tablename__:
        false = session.get(FalseClosure, origin)
        return _programme_of_task(session, false.task_id) if false is not None else None
    if case.origin_kind == Task.__tablename__:
        return _programme_of_task(session, origin)
    adjustment = session.get(Adjustment, origin) if case.origin_kind == Adjustment.__tablename__ else None
    report = session.get(Submission, origin) if case.origin_kind == Submission.__tablename__ else None
    about = adjustment or report
    return _programme_of_period(session, about.period_id) if about is not None else None


def _programme_of_period(session: Session, period_id: int) -> int:
    return session.get_one(Period, period_id).programme_id


def _programme_of_task(session: Session, task_id: int) -> int | None:
    return session.scalar(
        select(SchemeVersion.programme_id)
        .join(Notice, Notice.scheme_version_id == SchemeVersion.id)
        .join(Task, Task.notice_id == Notice.id)
        .where(Task.id == task_id)
    )


def _of_listings(session: Session) -> Iterator[Established]:
    """Major tasks under listed supervision, from the day on which they were listed."""
    query = (
        select(Listing, SchemeVersion.programme_id)
        .join(Task, Task.id == Listing.task_id)
        .join(Notice, Notice.id == Task.notice_id)
        .join(SchemeVersion, SchemeVersion.id == Notice.scheme_version_id)
        .where(Task.state != TaskState.WITHDRAWN.value)
        .order_by(Listing.id)
    )
    for listing, programme_id in session.execute(query):
        day = local_day(listing.listed_at)
        ground = say("listed supervision {number}, since {day}", number=listing.number, day=day)
        origin = (Listing.__tablename__, listing.id)
        yield Established("supervision.listed", listing.unit_id, programme_id, day, origin, ground)


# --- when they fall --------------------------------------------------------------------------------------------------


def lift_with_their_fact(session: Session, act: Act) -> int:
    """A decision revoked or changed, a listed task withdrawn: what was proposed or confirmed for it falls."""
    standing = session.scalars(
        select(Adjustment)
        .where(Adjustment.origin_kind.in_([cases.KIND, Listing.__tablename__, Task.__tablename__]))
        .where(Adjustment.state.not_in(ENDED))
        .order_by(Adjustment.id)
    ).all()
    fallen = [one for one in standing if _has_fallen(session, one)]
    for one in fallen:
        adjusting.lift(session, one, act.because(FALLEN))
    return len(fallen)


def _has_fallen(session: Session, one: Adjustment) -> bool:
    if one.origin_kind == Listing.__tablename__:
        listing = session.get_one(Listing, int(one.origin_id))
        return session.get_one(Task, listing.task_id).state == TaskState.WITHDRAWN
    if one.origin_kind == Task.__tablename__:
        return session.get_one(Task, int(one.origin_id)).state == TaskState.WITHDRAWN
    case = session.get_one(Case, int(one.origin_id))
    if cases.ended_with_fault(case) is None:  # decided anew just now: its decision stands until another takes its place
        return False
    if case.state == CaseState.REVOKED or not cases.ended_with_fault(case):
        return True
    events = _events_named(session, one)
    return bool(events) and not events & set(events_of(case))


def _events_named(session: Session, one: Adjustment) -> set[str]:
    """The events under which an adjustment's clause stands in the scheme; none where a person chose the clause."""
    if one.is_by_hand:
        return set()
    scheme = programmes.scheme(session, session.get_one(Period, one.period_id).scheme_version_id)
    clauses: list[DeductionItem | Veto] = [*(scheme.deductions.items if scheme.deductions else ()), *scheme.vetoes]
    return {str(clause.on) for clause in clauses if clause.code == one.clause and clause.on is not None}

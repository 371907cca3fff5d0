"""Consequences that flow against the floors: facts below prompt a person above; a rule opens and decides nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from assessment.accountability import queries as cases
from assessment.accountability import services as accountability
from assessment.accountability.models import Case, Source
from assessment.accountability.services import NewPrompt
from assessment.adjustments import queries as adjustments
from assessment.adjustments import services as adjusting
from assessment.adjustments.models import BY_PERSON, Adjustment, AdjustmentKind, AdjustmentState
from assessment.cycles.established import FALSIFICATION, of_cases
from assessment.cycles.prompting import prompt_from_ladders as prompt_from_ladders
from assessment.delivery.queries import services_of
from assessment.foundation.actors import Act
from assessment.foundation.i18n import Bilingual
from assessment.inspections.models import Finding, FindingState
from assessment.organisations.queries import heirs_on
from assessment.programmes.models import Period
from assessment.remediation import queries as remediation
from assessment.remediation import services as tasks
from assessment.remediation.models import FalseClosure, Notice, Task
from assessment.remediation.queries import rungs_of
from assessment.rewards import queries as reward_queries
from assessment.rewards import services as rewards
from assessment.rewards.models import Round
from assessment.scoring import queries as scoring
from assessment.scoring.models import Edition


def lapse_replies(session: Session, act: Act) -> int:
    """The time to reply to a case's notice has run out; the case goes on without the reply."""
    waiting = cases.due_to_lapse(session, act.at)
    for case in waiting:
        accountability.lapse(session, case, act)
    return len(waiting)


def expire_effects(session: Session, act: Act) -> int:
    """A decision's effect ends on its day, by itself."""
    ended = cases.due_to_expire(session, act.at)
    for case in ended:
        accountability.expire(session, case, act)
    return len(ended)


def prompt_from_false_closures(session: Session, act: Act) -> int:
    """A closure that was found false prompts a trace."""
    new = []
    for row, task in session.execute(select(FalseClosure, Task).join(Task, Task.id == FalseClosure.task_id)):
        title = Bilingual(f"虚假整改：{task.title_zh}", f"False closure: {task.title_en}")
        origin = ("false_closure", row.id)
        new.append(NewPrompt(row.unit_id, title, Source.FALSE_CLOSURE, origin, proposes="trace"))
    return len(accountability.prompt_many(session, act, new)) if new else 0


def prompt_from_overdue_tasks(session: Session, act: Act) -> int:
    """A major task that a person has raised to the highest level of escalation prompts a case."""
    new = []
    highest: dict[int | None, str] = {}
    rows = session.execute(
        select(Task, Notice.scheme_version_id)
        .join(Notice, Notice.id == Task.notice_id)
        .where(Task.is_major, Task.escalated_to != "", Task.due_at < act.at, Task.state.not_in(["closed", "withdrawn"]))
    )
    for task, version in rows:
        if version not in highest:
            rungs = rungs_of(session, version)
            highest[version] = rungs[-1].level if rungs else ""
        if task.escalated_to == highest[version]:
            title = Bilingual(f"重大隐患逾期未改：{task.title_zh}", f"Major task overdue: {task.title_en}")
            occurrence = task.due_at.isoformat()
            new.append(NewPrompt(task.unit_id, title, Source.OVERDUE_TASK, ("task", task.id), occurrence=occurrence))
    return len(accountability.prompt_many(session, act, new)) if new else 0


def prompt_from_vetoes(session: Session, act: Act) -> int:
    """A confirmed veto prompts a case, unless a case gave it; the veto itself came through its own hearing."""
    new = [
        NewPrompt(
            one.unit_id, Bilingual(f"一票否决：{one.ground}", f"Veto: {one.ground}"), Source.VETO,
            ("adjustment", one.id),
            rule=one.clause,
        )
        for one in session.scalars(
            select(Adjustment).where(
                Adjustment.kind == AdjustmentKind.VETO.value,
                Adjustment.state == AdjustmentState.CONFIRMED.value,
                Adjustment.origin_kind != cases.KIND,
            )
        )
    ]  # fmt: skip
    return len(accountability.prompt_many(session, act, new)) if new else 0


def receive_notices(session: Session, act: Act) -> int:
    """Tasks follow their notice: once its paper is signed for elsewhere, or deemed received, their clocks run."""
    waiting = remediation.notices_to_be_received(session)
    if not waiting:
        return 0
    served = services_of(session, "notice", "notice", waiting)
    known = [one for one in waiting if any(served.get(str(one), {}).values())]
    tasks_of = remediation.to_be_received(session, known)
    ready = [task for task in tasks_of if served[str(task.notice_id)].get(task.unit_id)]
    if ready:
        tasks.receive_all(session, ready, act)
    return len(ready)


def hear_settled_findings(session: Session, act: Act) -> int:
    """A fact that was served with its report, and commented on or not, counts as heard once its visit is settled."""
    heard = session.scalars(
        select(Adjustment)
        .join(Finding, cast(Finding.id, String) == Adjustment.origin_id)
        .where(Adjustment.origin_kind == "finding", Finding.state == FindingState.CONFIRMED.value)
        .where(Adjustment.state == AdjustmentState.PROPOSED.value)
        .where(Adjustment.origin_occurrence.not_like(f"{BY_PERSON}%"))  # the unit was heard on the fact, not on this
        .order_by(Adjustment.id)
    ).all()
    adjusting.hear_all(session, heard, act)
    return len(heard)


def lift_adjustments(session: Session, act: Act) -> int:
    """What was proposed or confirmed for a finding falls with it."""
    fallen = session.scalars(
        select(Adjustment)
        .join(Finding, cast(Finding.id, String) == Adjustment.origin_id)
        .where(Adjustment.origin_kind == "finding", Finding.state == FindingState.DROPPED.value)
        .where(Adjustment.state.not_in([AdjustmentState.REFUSED.value, AdjustmentState.LIFTED.value]))
    ).all()
    for one in fallen:
        adjusting.lift(session, one, act.because("所依据的问题已被撤销 The finding it rests on has fallen."))
    return len(fallen)


def prepare_round(
    session: Session, act: Act, *, edition: Edition, rule_code: str, overruled: Collection[int] = ()
) -> Round:
    """Prepare rewards with what other rooms know: vetoes and ineligibility exclude, an open case holds back.

    ``overruled``: units for whom an upheld objection has set these exclusions aside.
    """
    excluded, held = handed_in(session, edition, overruled)
    return rewards.prepare(session, act, edition=edition, rule_code=rule_code, exclusions=excluded, held=held)


def correct(session: Session, one: Round, act: Act, *, overruled: Collection[int] = ()) -> Round:
    """Prepare the round that corrects an approved one by the results and the facts of now."""
    edition = standing_results(session, one)
    excluded, held = handed_in(session, edition, overruled)
    return rewards.correct(session, one, act, edition=edition, exclusions=excluded, held=held)


def as_corrected(session: Session, one: Round, act: Act) -> Round:
    """What that correction would say; it is there for nobody yet."""
    edition = standing_results(session, one)
    return rewards.corrected(session, one, act, edition, *handed_in(session, edition))


def standing_results(session: Session, one: Round) -> Edition:
    """The results in force of a round's period."""
    edition = session.get_one(Edition, one.edition_id)
    return scoring.edition_in_force(session, edition.period_id) or edition


def handed_in(
    session: Session, edition: Edition, overruled: Collection[int] = ()
) -> tuple[list[rewards.Reason], list[rewards.Reason]]:
    """What excludes units from the rewards of a period, and what holds theirs back, each with the record behind it."""
    period = session.get_one(Period, edition.period_id)
    excluded: list[rewards.Reason] = [
        (one.unit_id, one.ground, ("adjustment", one.id))
        for period_id in (period.id, *(one.part_id for one in period.parts))
        for views in adjustments.for_period(session, period_id).values()
        for one in views
        if one.is_confirmed and one.kind in (AdjustmentKind.VETO, AdjustmentKind.ELIGIBILITY)
        and one.unit_id not in overruled
    ]
    why = Bilingual("问责案件尚未办结", "An accountability case is open")
    held: list[rewards.Reason] = [
        (unit_id, why, (Case.__tablename__, case_id))
        for unit_id, ids in cases.open_case_units(session).items()
        for case_id in ids
    ]
    return [*excluded, *_falsified(session, period, overruled)], held


def _falsified(session: Session, period: Period, overruled: Collection[int]) -> Iterator[rewards.Reason]:
    """Who was found to have falsified in the period, also where no clause makes a veto of it; heirs answer for it."""
    heirs = heirs_on(session, date.max)
    for fact in of_cases(session):
        is_of_period = fact.programme_id == period.programme_id and period.first_day <= fact.day <= period.last_day
        if fact.event != FALSIFICATION or not is_of_period:
            continue
        for unit_id in {fact.unit_id, heirs.get(fact.unit_id, fact.unit_id)} - set(overruled):
            yield unit_id, Bilingual("弄虚作假已经查实", "Falsification was established"), fact.origin


def release_awards(session: Session, act: Act) -> int:
    """A case that ended without fault releases what it held back, unless another is open; fault waits for a leader."""
    count, still_open = 0, cases.open_case_units(session)
    for award in reward_queries.held_back(session):
        case = session.get(Case, int(award.held_id)) if award.held_kind == Case.__tablename__ else None
        if case is not None and cases.ended_with_fault(case) is False:
            others = [one for one in still_open.get(award.unit_id, ()) if str(one) != award.held_id]
            if others:
                origin = (Case.__tablename__, others[0])
                rewards.hold(session, award.round, act, unit_id=award.unit_id, why=award.held, origin=origin)
            else:
                rewards.release(session, award.round, act, unit_id=award.unit_id)
            count += 1
    return count

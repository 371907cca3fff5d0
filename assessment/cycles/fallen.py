"""Facts that have fallen or come up since: a case or reward that rests on them is flagged, an award held back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from assessment.accountability import ladders
from assessment.accountability import queries as cases
from assessment.accountability import rules as accountability_rules
from assessment.accountability import services as accountability
from assessment.accountability.models import BEFORE_THE_DECISION, Case, CaseState, Source
from assessment.adjustments.models import Adjustment, AdjustmentState
from assessment.foundation.actors import Act
from assessment.foundation.i18n import Bilingual
from assessment.inspections.models import Finding, FindingState
from assessment.programmes.models import Period
from assessment.remediation.models import FalseClosure, Task, TaskState
from assessment.rewards import queries as reward_queries
from assessment.rewards import services as rewards
from assessment.rewards.models import Award, Round, RoundState
from assessment.scoring import queries as scoring
from assessment.scoring.models import Edition, EditionState
from assessment.submissions.models import Submission

Ref = tuple[str, str]
NOT_DECIDED = (CaseState.PROMPTED, *BEFORE_THE_DECISION)
BEFORE_THE_GRANT = (RoundState.PREPARED, RoundState.CHECKED, RoundState.PUBLICITY, RoundState.APPROVED)
A_CASE_IS_OPEN = Bilingual("问责案件尚未办结", "An accountability case is open")


# --- cases ---------------------------------------------------------------------------------------------------------


def flag_cases(session: Session, act: Act) -> int:
    """A prompt or case whose origin or proof has fallen says so to whoever has it; it is for people to end it."""
    standing = session.scalars(
        select(Case)
        .options(selectinload(Case.facts))
        .where(Case.state.not_in([CaseState.DISMISSED.value, CaseState.SETTLED.value, CaseState.REVOKED.value]))
        .order_by(Case.id)
    ).all()
    gone = fallen(session, (ref for case in standing for ref in (case.origin, *_proofs(case))))
    ladders_gone = _ladders_gone(session, [case for case in standing if case.source == Source.LADDER])
    count = 0
    for case in standing:
        reasons = [*_origin_gone(case, gone), *ladders_gone.get(case.id, ()), *_proofs_gone(case, gone)]
        text = "\n".join(reasons)
        if reasons and text != case.flagged:
            accountability.flag(session, case, act.because(text))
            count += 1
    return count


def _proofs(case: Case) -> Iterator[Ref]:
    for fact in case.standing_facts:
        yield from ((kind, record_id) for kind, record_id in fact.evidence)


def _origin_gone(case: Case, gone: set[Ref]) -> Iterator[str]:
    if case.origin in gone:
        yield f"所依据的事实已不成立（{case.origin_kind} {case.origin_id}）。 The fact behind it has fallen."


def _proofs_gone(case: Case, gone: set[Ref]) -> Iterator[str]:
    for fact in case.standing_facts:
        if any((kind, record_id) in gone for kind, record_id in fact.evidence):
            yield f"事实认定第{fact.number}项的证据已不成立。 The proof of finding of fact {fact.number} has fallen."


def fallen(session: Session, refs: Iterable[Ref]) -> set[Ref]:
    """Which of these records stand no more: findings dropped, tasks withdrawn, adjustments refused or lifted."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, record_id in refs:
        if record_id.isdecimal():
            by_kind[kind].add(int(record_id))
    queries = {
        "finding": select(Finding.id).where(Finding.state == FindingState.DROPPED.value),
        "task": select(Task.id).where(Task.state == TaskState.WITHDRAWN.value),
        "false_closure": select(FalseClosure.id)
        .join(Task, Task.id == FalseClosure.task_id)
        .where(Task.state == TaskState.WITHDRAWN.value),
        "adjustment": select(Adjustment.id).where(
            Adjustment.state.in_([AdjustmentState.REFUSED.value, AdjustmentState.LIFTED.value])
        ),
    }
    return {
        (kind, str(record_id))
        for kind, query in queries.items()
        if by_kind[kind]
        for record_id in by_kind[kind].intersection(session.scalars(query))
    }


def _ladders_gone(session: Session, prompted: Sequence[Case]) -> dict[int, list[str]]:
    """Cases that a ladder would not prompt on what stands now, or not to the same.

    Counted by what is approved, published or not: whoever has the case should know before acting on it.
    """
    found: dict[int, list[str]] = {}
    due: dict[int, dict[tuple[int, str], str]] = {}
    superseded = _superseded(session, {case.edition_id for case in prompted})
    unsettled = [case for case in prompted if case.edition_id in superseded or case.state in NOT_DECIDED]
    for case, edition in _on_editions(session, unsettled):
        if edition.period_id not in due:
            period = session.get_one(Period, edition.period_id)
            now_due = ladders.due_now(session, period)
            due[period.id] = {(one.unit_id, one.ladder.code): one.climb.action for one in now_due}
        now = due[edition.period_id].get((case.unit_id, case.rule), "")
        if now != case.proposes:
            found[case.id] = [_as_counted_now(superseded.get(edition.id), now)]
    return found


def _as_counted_now(corrected: Edition | None, action: str) -> str:
    zh = f"按更正后的第{corrected.number}版" if corrected else "按现有结果和豁免重新计算，"
    en = f"By edition {corrected.number}, corrected, it" if corrected else "Counted again by what stands now, it"
    if not action:
        return f"{zh}不再触发。 {en} no longer triggers."
    word = accountability_rules.proposed(action)
    return f"{zh}应提示“{word.in_language('zh')}”。 {en} proposes: {word.in_language('en')}."


def _on_editions(session: Session, some: Sequence[Case]) -> list[tuple[Case, Edition]]:
    by_id = {case.id: case for case in some}
    query = select(Case.id, Edition).join(Edition, Edition.id == Case.edition_id).where(Case.id.in_(by_id))
    return [(by_id[case_id], edition) for case_id, edition in session.execute(query.order_by(Case.id))]


def _superseded(session: Session, edition_ids: Iterable[int | None]) -> dict[int, Edition]:
    """Edition -> the approved one that stands in its place, of those that no longer stand."""
    wanted = [one for one in edition_ids if one is not None]
    query = select(Edition).where(Edition.id.in_(wanted), Edition.state == EditionState.SUPERSEDED.value)
    old = session.scalars(query).all()
    now = scoring.editions_in_force(session, sorted({one.period_id for one in old}))
    return {one.id: now[one.period_id] for one in old if one.period_id in now}


# --- rewards -------------------------------------------------------------------------------------------------------


def flag_rounds(session: Session, act: Act) -> int:
    """A round whose results were corrected, whose exclusion fell, or whose unit was found at fault since its grant."""
    standing = session.scalars(select(Round).where(Round.state.not_in(reward_queries.NO_MORE)).order_by(Round.id)).all()
    corrected = _superseded(session, {edition for one in standing for edition in (one.edition_id, one.before_id)})
    admitted = _admitted_again(session)
    at_fault = _at_fault(session, standing)
    count = 0
    for one in standing:
        reasons = [*_results_gone(one, corrected), *admitted.get(one.id, ()), *at_fault.get(one.id, ())]
        text = "\n".join(reasons)
        if reasons and text != one.flagged:
            rewards.flag(session, one, act.because(text))
            count += 1
    return count


def _results_gone(one: Round, corrected: Mapping[int, Edition]) -> Iterator[str]:
    for edition_id in (one.edition_id, one.before_id):
        now = corrected.get(edition_id or 0)
        if now is not None:
            yield f"所依据的结果已由第{now.number}版更正。 Its results were corrected by edition {now.number}."


def _admitted_again(session: Session) -> dict[int, list[str]]:
    """Round -> the units in it whose exclusion rests on nothing any more."""
    excluded = session.scalars(select(Award).where(Award.exclusion_id != "").order_by(Award.id)).all()
    gone = fallen(session, ((one.exclusion_kind, one.exclusion_id) for one in excluded))
    found: dict[int, list[str]] = defaultdict(list)
    for one in excluded:
        if (one.exclusion_kind, one.exclusion_id) in gone:
            why = f"排除{one.name_zh}的依据已不成立。 What excluded {one.name_en} has fallen."
            found[one.round_id].append(why)
    return found


def _at_fault(session: Session, standing: Sequence[Round]) -> dict[int, list[str]]:
    """Granted awards whose unit a case about the same results or reports has found at fault."""
    granted = {one.id: one for one in standing if one.state == RoundState.GRANTED}
    found: dict[int, list[str]] = defaultdict(list)
    about = _faults(session) if granted else {}
    if not about:
        return found
    units = {unit_id for unit_id, _ in about}
    query = select(Award).where(Award.round_id.in_(granted), Award.unit_id.in_(units)).order_by(Award.id)
    for award in session.scalars(query.where(Award.granted_at.is_not(None), Award.clawed_back_at.is_(None))):
        period = reward_queries.period_of(session, granted[award.round_id])
        periods = (period.id, *(part.part_id for part in period.parts))
        number = next((about[award.unit_id, each] for each in periods if (award.unit_id, each) in about), "")
        if number and award.is_awarded:
            found[award.round_id].append(
                f"发放后案件{number}认定{award.name_zh}有责任。 Since the grant case {number} has found fault with "
                f"{award.name_en}."
            )
    return found


def _faults(session: Session) -> dict[tuple[int, int], str]:
    """(unit, period) -> number of a case that found fault with the unit's results or reports of the period."""
    found = {}
    decided = session.scalars(select(Case).where(Case.served_at.is_not(None)).order_by(Case.id)).all()
    for case in decided:
        if not cases.ended_with_fault(case):
            continue
        edition = session.get(Edition, case.edition_id) if case.edition_id else None
        is_report = case.origin_kind == Submission.__tablename__ and case.origin_id.isdecimal()
        report = session.get(Submission, int(case.origin_id)) if is_report else None
        for period_id in (one.period_id for one in (edition, report) if one is not None):
            found[case.unit_id, period_id] = case.number
    return found


# --- holding back --------------------------------------------------------------------------------------------------


def hold_awards(session: Session, act: Act, some: Sequence[Round] | None = None) -> int:
    """An award waits while a case against its unit is open, also one opened after the round was prepared."""
    open_ones = cases.open_case_units(session)
    if not open_ones:
        return 0
    states = [state.value for state in BEFORE_THE_GRANT]
    count = 0
    for one in reward_queries.rounds(session, states=states) if some is None else some:
        for award in one.awards:
            case_id = _new_case(award, open_ones.get(award.unit_id, ()))
            if case_id is not None and award.granted_at is None and award.is_gain:
                origin = (cases.KIND, case_id)
                rewards.hold(session, one, act, unit_id=award.unit_id, why=A_CASE_IS_OPEN, origin=origin)
                count += 1
    return count


def _new_case(award: Award, case_ids: Sequence[int]) -> int | None:
    """A case that holds it back and has not yet; one from which a leader released it holds it no more."""
    if award.is_held:
        return None
    known = award.held_id if award.held_kind == cases.KIND else ""
    return next((case_id for case_id in case_ids if str(case_id) != known), None)

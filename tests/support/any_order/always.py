"""What holds of a case, a round and an objection at any time, read from the records and the trail alone."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability import queries
from assessment.accountability.models import (
    BEFORE_A_CASE,
    BEFORE_THE_DECISION,
    Ballot,
    Case,
    MotionFate,
    Outcome,
)
from assessment.foundation import audit
from assessment.foundation.audit import AuditRow
from assessment.objections.models import Objection, ObjectionState
from assessment.organisations.officers import key_of, person_id_of
from assessment.rewards import queries as rewards
from assessment.rewards.models import Award, Mode, Round, RoundState

GRAVER = list(Outcome)


# --- cases -----------------------------------------------------------------------------------------------------------


def nothing_is_decided_without_a_hearing(session: Session, case: Case) -> None:
    if case.state in (*BEFORE_A_CASE, *BEFORE_THE_DECISION):
        return
    acts = [row.act for row in audit.history(session, case)]
    assert queries.notice_served_at(session, case) is not None
    told = max(place for place, act in enumerate(acts) if act in ("serve_notice", "serve_supplement"))
    assert {"reply", "lapse"} & set(acts[told:]), "heard after it was last told"
    assert all(point.answer for point in case.points)
    assert all(fact.told_at is not None for fact in case.standing_facts)
    assert any(queries.proves_something(fact) for fact in case.standing_facts)
    assert len(case.declared_investigators) >= 2


def a_case_is_decided_by_several_who_took_no_part(session: Session, case: Case) -> None:
    carried = [one for one in case.motions if one.fate == MotionFate.CARRIED]
    if case.outcome is None:
        return
    assert carried
    assert (case.outcome, case.decision) == (carried[-1].outcome, carried[-1].decision)
    parts = ("open_case", "review_law", "return_report", "appoint_investigator")
    others = {person_id_of(row.who) for row in audit.history(session, case) if row.act in parts}
    others |= {one.person_id for one in case.investigators}
    voters: list[int] = []
    for motion in carried:
        assert 2 * motion.count(Ballot.IN_FAVOUR) > len(motion.votes) >= case.deciders
        voters += [vote.person_id for vote in motion.votes]
    assert not others & set(voters)
    assert len(voters) == len(set(voters)), "a decision taken anew is taken by others"


def a_review_never_makes_a_decision_worse(session: Session, case: Case) -> None:
    decided = [GRAVER.index(Outcome(one.outcome)) for one in case.motions if one.fate == MotionFate.CARRIED]
    assert decided == sorted(decided, reverse=True)


def others_are_told_no_name_and_only_of_a_criticism(session: Session, case: Case) -> None:
    told = queries.told_by_circular(session, case)
    assert not told or case.circulated_at is not None
    for motion in case.motions:
        assert not queries.persons_named(session, case, motion.circular)
        assert motion.id not in told or motion.outcome == Outcome.CIRCULATED_CRITICISM


# --- rounds ----------------------------------------------------------------------------------------------------------


def the_amounts_sum_to_the_pool_or_to_nothing(session: Session, one: Round) -> None:
    total = sum((award.nominal for award in one.awards), Decimal(0))
    assert total == {Mode.POOL: one.pool, Mode.LADDER: 0}.get(Mode(one.mode), 0)
    if one.mode == Mode.POOL:
        assert sum(award.amount for award in one.awards) == one.pool, "an exclusion leaves the others its share"
    for award in one.awards:
        assert award.amount in (award.nominal, 0), "an exclusion takes a gain, and nothing else changes an amount"


def what_is_paid_is_what_was_granted_and_neither_held_nor_lost(session: Session, one: Round) -> None:
    kept = {award.unit_code: (award.kept[0] or 0) - (award.before_amount or 0) for award in one.awards}
    paid = dict.fromkeys(kept, Decimal(0))
    for line in rewards.payments(one, "en"):
        paid[line.unit] += line.due
    assert paid == (kept if one.has_money else dict.fromkeys(kept, 0)), "what flows is what each unit has by it"
    for award in one.awards:
        assert not (award.granted_at and (award.is_held or award.forfeited))
        assert not award.is_held or award.held_kind
    if one.state not in (RoundState.GRANTED, RoundState.REVOKED):
        assert not any(award.granted_at for award in one.awards)


def a_round_is_approved_by_another_after_its_publicity(session: Session, one: Round) -> None:
    if one.state not in (RoundState.APPROVED, RoundState.GRANTED):
        return
    rows = {row.act: row for row in audit.history(session, one)}
    assert one.publicity_until is not None
    assert rows["approve_round"].at > one.publicity_until >= rows["open_publicity"].at
    assert rows["approve_round"].who != rows["prepare"].who
    for objection in rewards.objections_to(session, one):
        ended = (ObjectionState.APPLIED, ObjectionState.CLOSED, ObjectionState.INADMISSIBLE, ObjectionState.WITHDRAWN)
        assert objection.state in ended


def nothing_is_paid_twice(session: Session, one: Round) -> None:
    standing = select(Round.id).where(
        Round.edition_id == one.edition_id, Round.rule_code == one.rule_code, Round.state != RoundState.REVOKED.value
    )
    assert len(session.scalars(standing).all()) <= 1


# --- objections ------------------------------------------------------------------------------------------------------

DECIDING = ("answer", "decide")


def whom_something_bars_decides_no_objection(session: Session, one: Objection) -> None:
    """The trail read plainly: whoever answered or decided had, until then, changed none of what is disputed."""
    matter = [(part.kind, part.record_id) for part in one.matter]
    hands = [row for row in audit.acts_on(session, matter) if row.act not in ("compute", "compose")]
    for row in audit.history(session, one):
        if row.act in DECIDING:
            assert not [hand for hand in hands if hand.who == row.who and hand.seq < row.seq]
    lodged = next(row for row in audit.history(session, one) if row.act == "lodge")
    assert one.reviewer_id is None or key_of(one.reviewer_id) != lodged.who


def every_point_is_answered_by_the_one_reviewer(session: Session, one: Objection) -> None:
    if one.state not in (ObjectionState.DECIDED, ObjectionState.APPLIED, ObjectionState.CLOSED):
        return
    assert all(point.outcome and point.answer for point in one.points)
    rows = audit.history(session, one)
    last = max(row.seq for row in rows if row.act == "assign")
    answers = {row.who for row in rows if row.act in DECIDING and row.seq > last}
    assert one.reviewer_id is not None
    assert answers == {key_of(one.reviewer_id)}
    assert one.lodged_at <= one.window_until


def an_objection_takes_nothing_from_who_lodged_it(session: Session, one: Objection) -> None:
    """The list that follows an objection awards its unit no less than the one it was lodged against."""
    if one.state != ObjectionState.APPLIED or one.origin_kind != Award.__tablename__:
        return
    award = session.get_one(Award, int(one.origin_id))
    after = rewards.standing_round(session, award.round.edition_id, award.round.rule_code)
    if after is not None:
        assert next(each for each in after.awards if each.unit_id == award.unit_id).amount >= award.amount


Check = Callable[[Session, Any], None]
ALWAYS: Mapping[type, tuple[Check, ...]] = {
    Case: (
        nothing_is_decided_without_a_hearing, a_case_is_decided_by_several_who_took_no_part,
        a_review_never_makes_a_decision_worse, others_are_told_no_name_and_only_of_a_criticism,
    ),
    Round: (
        the_amounts_sum_to_the_pool_or_to_nothing, what_is_paid_is_what_was_granted_and_neither_held_nor_lost,
        a_round_is_approved_by_another_after_its_publicity, nothing_is_paid_twice,
    ),
    Objection: (
        whom_something_bars_decides_no_objection, every_point_is_answered_by_the_one_reviewer,
        an_objection_takes_nothing_from_who_lodged_it,
    ),
}  # fmt: skip


def rows_since(session: Session, seq: int) -> list[AuditRow]:
    return list(session.scalars(select(AuditRow).where(AuditRow.seq > seq).order_by(AuditRow.seq)))

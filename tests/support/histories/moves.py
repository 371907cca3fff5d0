"""Every move of a history: on which records it can be made, whose it is, and the room's own service that makes it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from assessment.accountability import services as cases
from assessment.accountability.models import Case
from assessment.adjustments import services as adjustments
from assessment.adjustments.models import Adjustment
from assessment.bulletins import services as bulletins
from assessment.bulletins.models import Bulletin, BulletinState
from assessment.bulletins.services import Signed
from assessment.cycles import consequences, corrections
from assessment.cycles import services as cycles
from assessment.cycles.queries import unsettled_rewards
from assessment.delivery import services as delivery
from assessment.delivery.models import ON_ITS_WAY, Paper
from assessment.foundation.actors import Act
from assessment.foundation.i18n import Bilingual
from assessment.inspections import services as inspections
from assessment.inspections.models import ChecklistItem, Finding, Visit
from assessment.inspections.queries import teams_of
from assessment.inspections.services import NewFinding
from assessment.objections import services as objections
from assessment.objections.models import Objection, Outcome
from assessment.objections.services import NewPoint
from assessment.organisations.models import Person
from assessment.programmes.models import Period
from assessment.remediation import services as tasks
from assessment.remediation.models import Task
from assessment.remediation.services import Done, NewEvidence, NewPlan
from assessment.rewards import services as rewards
from assessment.rewards.models import Award, Round
from assessment.scoring import queries as scoring
from assessment.scoring.corrections import rests_on_what_changed
from assessment.scoring.models import Edition, Scorecard
from assessment.submissions import services as submissions
from assessment.submissions.models import Submission
from support.histories.world import Quarter
from support.months import values

Found = Callable[[Quarter], list[Any]]
AFTER_APPROVAL = ("approved", "publicity", "published", "consequences", "closed")


@dataclass(frozen=True)
class Move:
    """``by``: whose it is. ``many``: done to most of the records there are at once, each for itself."""

    name: str
    found: Found
    by: Callable[[Quarter, Any], str]
    do: Callable[[Quarter, Any, Act, Random], object]
    many: bool = False
    is_detour: bool = False


def of(model: Any, *states: str) -> Found:
    return lambda world: world.all(model, model.state.in_(states))


def is_(username: str) -> Callable[[Quarter, Any], str]:
    return lambda *_: username


def its_officer(world: Quarter, record: Any) -> str:
    return f"officer-{world.code(record.unit_id)}"


def plainly(service: Callable[..., object]) -> Callable[[Quarter, Any, Act, Random], object]:
    return lambda world, record, act, _: service(world.session, record, act)


# --- reports and scores ----------------------------------------------------------------------------------------------


def _of_months(*states: str) -> Callable[..., Found]:
    def found(*wanted: str) -> Found:
        return lambda world: [one for month in world.months(*states)
                              for one in world.all(Submission, Submission.period_id == month.id,
                                                   Submission.state.in_(wanted))]  # fmt: skip
    return found


def report(world: Quarter, one: Submission, act: Act, chance: Random) -> None:
    whole = chance.choice((100, 120))
    numbers = values(chance.choice((4, 8, 10, 12)), whole - chance.choice((0, 3, 10, 40)), whole)
    submissions.submit(world.session, one, act, numbers)


def _to_compute(world: Quarter) -> list[Period]:
    """Verified, or served and changed since."""
    found = world.months("verifying")
    for month in world.months("provisional", "objections"):
        edition = scoring.edition_in_force(world.session, month.id)
        if edition is not None and scoring.has_changed_since(world.session, month, edition):
            found.append(month)
    return found


def _to_correct(world: Quarter) -> list[Period]:
    found = []
    for month in world.months(*AFTER_APPROVAL):
        edition, waiting = (one(world.session, month.id)
                            for one in (scoring.edition_in_force, scoring.correction_waiting))  # fmt: skip
        if edition is not None and waiting is None and rests_on_what_changed(world.session, month, edition):
            found.append(month)
    return found


def _corrected(world: Quarter) -> list[Period]:
    return [one for one in world.months(*AFTER_APPROVAL) if scoring.correction_waiting(world.session, one.id)]


# --- objections ------------------------------------------------------------------------------------------------------


def _own_scores(world: Quarter) -> list[Scorecard]:
    editions = [scoring.edition_in_force(world.session, one.id) for one in world.months("objections", *AFTER_APPROVAL)]
    return [card for one in editions if one for card in one.scorecards if card.unit_code in ("220101", "220202")]


def lodge(world: Quarter, subject: Any, act: Act, chance: Random) -> None:
    disputes = isinstance(subject, Scorecard)
    point = NewPoint("cameras", "漏计三个", Decimal(chance.choice((9, 15)))) if disputes else NewPoint("", "过重")
    cycles.lodge(world.session, subject, act, ground="不服", points=[point])


def answer(world: Quarter, one: Objection, act: Act, chance: Random) -> None:
    outcome = chance.choice((Outcome.UPHELD, Outcome.UPHELD, Outcome.DISMISSED))
    for point in one.points:
        granted = point.requested if outcome is Outcome.UPHELD else None
        objections.answer(
            world.session, one, act, number=point.number, outcome=outcome, answer="已核实", granted=granted
        )
    objections.decide(world.session, one, act)


# --- bulletins and rewards -------------------------------------------------------------------------------------------


def _untold(world: Quarter) -> list[Edition]:
    told = {one.edition_id for one in world.all(Bulletin) if one.state != BulletinState.WITHDRAWN}
    return [one for one in world.all(Edition, Edition.state == "approved") if one.id not in told]


def submit_bulletin(world: Quarter, one: Bulletin, act: Act, _: Random) -> None:
    prepared = bulletins.prepare_submission(world.session, one, world.store, at=world.now)
    bulletins.submit(world.session, one, act, prepared)


def approve_bulletin(world: Quarter, one: Bulletin, act: Act, _: Random) -> None:
    bulletins.approve(world.session, one, act, seen_zh=one.body_zh, seen_en=one.body_en)


def publish(world: Quarter, one: Bulletin, act: Act, _: Random) -> None:
    """The signature itself is tried elsewhere; here what follows from the publication."""
    signed = [hashlib.sha256(f"{one.id}-{language}".encode()).hexdigest() for language in ("zh", "en")]
    cycles.publish(world.session, one, act, Signed(one.id, one.body_zh, one.body_en, *signed))


def _rewards_due(world: Quarter) -> list[Period]:
    return [one for one in world.months("consequences") if _rules(world, one)]


def _rules(world: Quarter, month: Period) -> list[str]:
    edition = scoring.edition_in_force(world.session, month.id)
    return [one.code for one in unsettled_rewards(world.session, month, edition.id)] if edition else []


def prepare(world: Quarter, month: Period, act: Act, chance: Random) -> None:
    edition = scoring.edition_in_force(world.session, month.id)
    assert edition is not None
    consequences.prepare_round(world.session, act, edition=edition, rule_code=chance.choice(_rules(world, month)))


def waive(world: Quarter, month: Period, act: Act, chance: Random) -> None:
    cycles.waive(world.session, month, act, rule_code=chance.choice(_rules(world, month) or ["R1"]))


def _awards(world: Quarter) -> list[Award]:
    return [award for one in world.all(Round, Round.state == "publicity") for award in one.awards]


# --- inspections, tasks, cases ---------------------------------------------------------------------------------------


def its_leader(world: Quarter, visit: Visit) -> str:
    leader = next(one for one in teams_of(world.session, [visit.id])[visit.id] if one.is_leader)
    return world.session.get_one(Person, leader.person_id).username


def visit(world: Quarter, one: Visit, act: Act, chance: Random) -> None:
    inspections.begin_visit(world.session, one, act)
    items = world.all(ChecklistItem)
    inspections.record_findings(world.session, one, act, [
        NewFinding(chance.choice(items).id, f"机柜{n}", Bilingual(f"问题{n}", f"Problem {n}")) for n in range(2)
    ])  # fmt: skip


def rechecks(world: Quarter, task: Task) -> str:
    """An inspector who did not record the finding."""
    recorder = world.session.get_one(Finding, int(task.origin_id)).recorded_by
    names = (f"inspector-{n}" for n in range(1, 5))
    return next(name for name in names if f"person:{world.province.people[name].id}" != recorder)


def file_plan(world: Quarter, task: Task, act: Act, _: Random) -> None:
    day = (task.due_at - timedelta(days=1)).date()
    tasks.file_plan(world.session, task, act, NewPlan("换蓄电池", "2万元", "中心主任", day, "发电机备用"))


def report_done(world: Quarter, task: Task, act: Act, _: Random) -> None:
    day, name = act.at.date(), f"after-{task.id}-{act.at:%d%H}.jpg"
    shot = NewEvidence(hashlib.sha256(name.encode()).hexdigest(), name, "image/jpeg", 9, day)
    tasks.report_done(world.session, task, act, Done(day, [shot]))


def open_case(world: Quarter, case: Case, act: Act, _: Random) -> None:
    some = [world.province.people[name].id for name in ("ida", "ivan")]
    cases.open_case(world.session, case, act, authority="公安厅", ground="第32条", investigators=some)


def serve_notice(world: Quarter, case: Case, act: Act, _: Random) -> None:
    for name in ("ida", "ivan"):
        cases.declare(world.session, case, world.act(name))
    cases.serve_notice(world.session, case, act, allegations="任务逾期")


MOVES: tuple[Move, ...] = (
    Move("report", _of_months("open")("due", "draft", "returned"), its_officer, report, many=True),
    Move("verify", _of_months("open", "verifying")("submitted", "endorsed"), is_("verifier"),
         plainly(submissions.verify), many=True),
    Move("validate", _of_months("verifying")("verified"), is_("office"), plainly(submissions.validate), many=True),
    Move("zero_by_decision", _of_months("verifying")("due", "draft", "returned"), is_("office"),
         plainly(submissions.zero_by_decision), many=True),
    Move("compute", _to_compute, is_("office"), plainly(cycles.compute)),
    Move("receive", of(Paper, *ON_ITS_WAY), its_officer, plainly(delivery.receive), many=True),
    Move("confirm", of(Adjustment, "heard"), is_("leader"), plainly(adjustments.confirm), many=True),
    Move("approve", lambda world: world.months("objections"), is_("leader"), plainly(cycles.approve)),
    Move("correct", _to_correct, is_("office"), plainly(cycles.correct)),
    Move("approve_correction", _corrected, is_("leader"), plainly(cycles.approve_correction)),
    Move("admit", of(Objection, "lodged"), is_("office"), plainly(objections.admit)),
    Move("assign", of(Objection, "admitted"), is_("office"), lambda world, one, act, _: objections.assign(
        world.session, one, act, reviewer_id=world.province.people["reviewer"].id)),
    Move("answer", of(Objection, "assigned"), is_("reviewer"), answer),
    Move("apply", of(Objection, "decided"), is_("office"), plainly(cycles.apply)),
    Move("close_objection", of(Objection, "applied"), is_("office"), plainly(objections.close)),
    Move("draft", _untold, is_("office"), lambda world, one, act, _: corrections.draft(world.session, one, act)),
    Move("submit_bulletin", of(Bulletin, "drafted"), is_("office"), submit_bulletin),
    Move("approve_bulletin", of(Bulletin, "submitted"), is_("leader"), approve_bulletin),
    Move("publish", of(Bulletin, "approved"), is_("office"), publish),
    Move("begin_consequences", lambda world: world.months("published"), is_("office"),
         plainly(cycles.begin_consequences)),
    Move("prepare", _rewards_due, is_("office"), prepare),
    Move("check", of(Round, "prepared"), is_("office"), plainly(rewards.check), many=True),
    Move("open_publicity", of(Round, "checked"), is_("office"), plainly(rewards.open_publicity), many=True),
    Move("approve_round", of(Round, "publicity"), is_("leader"), plainly(rewards.approve_round), many=True),
    Move("grant", of(Round, "approved"), is_("office"), plainly(cycles.grant), many=True),
    Move("close", lambda world: world.months("consequences"), is_("office"), plainly(cycles.close)),
    Move("visit", of(Visit, "assigned"), its_leader, visit),
    Move("report_visit", of(Visit, "under_way"), its_leader, plainly(inspections.report)),
    Move("settle", of(Visit, "reported", "commented"), is_("colleague"), plainly(inspections.settle)),
    Move("file_plan", of(Task, "received", "plan_returned"), its_officer, file_plan, many=True),
    Move("accept_plan", of(Task, "plan_filed"), is_("supervisor"), plainly(tasks.accept_plan), many=True),
    Move("start_work", of(Task, "received", "plan_accepted"), its_officer, plainly(tasks.start_work), many=True),
    Move("report_done", of(Task, "under_way", "returned"), its_officer, report_done, many=True),
    Move("recheck", of(Task, "reported_done"), rechecks, plainly(tasks.recheck), many=True),
    Move("close_task", of(Task, "rechecked"), is_("supervisor"), plainly(tasks.close_task), many=True),
    Move("warn", of(Case, "prompted"), is_("leader"), plainly(cases.warn)),
    Move("serve_notice", of(Case, "opened"), is_("ida"), serve_notice),
    # What is not on the way: done now and then.
    Move("lodge", _own_scores, its_officer, lodge, is_detour=True),
    Move("lodge_award", _awards, its_officer, lodge, is_detour=True),
    Move("lodge_adjustment", of(Adjustment, "proposed", "heard", "confirmed"), its_officer, lodge, is_detour=True),
    Move("withdraw_report", _of_months("open")("submitted"), its_officer, plainly(submissions.withdraw),
         is_detour=True),
    Move("return_report", _of_months("open", "verifying")("submitted"), is_("verifier"),
         plainly(submissions.return_submission), is_detour=True),
    Move("set_value", _of_months("verifying", "provisional", "objections")("validated"), is_("office"),
         lambda world, one, act, chance: submissions.set_value(
             world.session, one, act, values(chance.choice((3, 9)), 95, 100)), is_detour=True),
    Move("compute_anew", lambda world: world.months("provisional", "objections"), is_("office"),
         plainly(cycles.compute), is_detour=True),
    Move("refuse", of(Adjustment, "proposed", "heard"), is_("leader"), plainly(adjustments.refuse), is_detour=True),
    Move("lift", of(Adjustment, "confirmed"), is_("leader"), plainly(adjustments.lift), is_detour=True),
    Move("withdraw_objection", of(Objection, "lodged", "admitted", "assigned"), its_officer,
         plainly(objections.withdraw), is_detour=True),
    Move("find_inadmissible", of(Objection, "lodged"), is_("office"), plainly(objections.find_inadmissible),
         is_detour=True),
    Move("withdraw_bulletin", of(Bulletin, "published"), is_("leader"), plainly(bulletins.withdraw), is_detour=True),
    Move("waive", _rewards_due, is_("leader"), waive, is_detour=True),
    Move("revoke", of(Round, "prepared", "checked"), is_("office"), plainly(rewards.revoke), is_detour=True),
    Move("revoke_granted", of(Round, "granted"), is_("leader"), plainly(rewards.revoke), is_detour=True),
    Move("return_task", of(Task, "reported_done", "rechecked"), is_("supervisor"), plainly(tasks.return_task),
         is_detour=True),
    Move("withdraw_task", of(Task, "issued", "received", "under_way"), is_("supervisor"), plainly(tasks.withdraw),
         is_detour=True),
    Move("open_case", of(Case, "prompted"), is_("leader"), open_case, is_detour=True),
    Move("dismiss", of(Case, "prompted"), is_("leader"), plainly(cases.dismiss), is_detour=True),
    Move("cancel", lambda world: world.months("planned", "open", "provisional")[2:], is_("leader"),
         plainly(cycles.cancel), is_detour=True),
)  # fmt: skip
ONWARDS = tuple(one for one in MOVES if not one.is_detour)
DETOURS = tuple(one for one in MOVES if one.is_detour)

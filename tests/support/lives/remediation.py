"""Tasks, supervision letters, second looks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.i18n import Bilingual
from assessment.inspections.models import Finding
from assessment.inspections.services import overturn_finding
from assessment.organisations.duties import Duty
from assessment.remediation import services
from assessment.remediation.models import Listing, SecondLook, SupervisionLetter, Task
from assessment.remediation.queries import last_reports, roll_of
from support import remediation as given
from support.inspections import COUNTIES, SEED, Campaigning
from support.remediation import DAY_AFTER, LATER, PLAN
from support.transitions import Bar, Beginning, Life, Way, also

NEW_DEADLINE = LATER + timedelta(days=60)


class Tasks(Campaigning):
    """A campaign's world with two tasks just issued to one county."""

    minor: Task
    major: Task


def tasks(session: Session, _folder: Path) -> Tasks:
    made, (minor, major) = given.issued(session)
    world = Tasks(**vars(made))
    for code in COUNTIES:
        world.province.officer("cousin", "locality_officer", code)
    session.flush()
    world.minor, world.major = minor, major
    return world


def unit(world: Tasks, task: Task) -> Act:
    return given.unit(world, task)


def unit_later(world: Tasks, task: Task) -> Act:
    return given.unit(world, task, LATER)


def office(world: Tasks, _task: object = None) -> Act:
    return world.act("office", LATER)


def inspector(world: Tasks, task: Task) -> Act:
    """Who did not record the finding."""
    return world.act(given.recheckers(world, task), LATER)


def overdue(world: Tasks, task: Task) -> Act:
    """The office, two days after the task was due."""
    return world.act("office", task.due_at + timedelta(days=2))


# --- what bars -------------------------------------------------------------------------------------------------------


def has_a_post_there(world: Tasks, _task: object) -> Act:
    """Holds the duties of the supervision, and a post at the unit."""
    office_duties = world.act("office", LATER).by.duties | world.act("inspector-1", LATER).by.duties  # type: ignore[attr-defined]
    return also(world.act("cousin", LATER), *office_duties)


def who_fixed_it(world: Tasks, task: Task) -> Act:
    return also(given.unit(world, task, LATER), Duty.ACCEPT_PLANS)


def who_found_it(world: Tasks, task: Task) -> Act:
    recorded_by = world.session.get_one(Finding, int(task.origin_id)).recorded_by
    name = next(one for one, person in world.province.people.items() if f"person:{person.id}" == recorded_by)
    return world.act(name, LATER)


def not_rechecked(world: Tasks, task: Task) -> None:
    report = last_reports(world.session, [task.id])[task.id]
    report.rechecked_at = None


def office_next_day(world: Tasks, _task: object = None) -> Act:
    return world.act("office", DAY_AFTER)


def who_rechecked(world: Tasks, task: Task) -> Act:
    return world.act(given.recheckers(world, task), LATER)


def a_colleague(world: Tasks, task: Task) -> Act:
    """Who holds the same duties, and decided nothing."""
    return also(world.act("colleague", LATER), *inspector(world, task).by.duties, Duty.ACCEPT_PLANS)  # type: ignore[attr-defined]


def excused(_world: Tasks, task: Task) -> None:
    task.is_excused = True


def similar_known(world: Tasks, task: Task) -> None:
    world.minor.similar_to_id = task.id


def is_similar(world: Tasks, task: Task) -> None:
    task.similar_to_id = world.minor.id


OTHERS = Bar("only who did it takes it back", by=a_colleague)
POST = (Bar("holds a post at", by=has_a_post_there),)
EXCUSED = Bar("An excuse was accepted", spoil=excused)


# --- tasks -----------------------------------------------------------------------------------------------------------


def step(world: Tasks, walk: Any = None) -> Task:
    if walk is not None:
        walk(world, world.major)
    return world.major


def plan_filed(world: Tasks) -> Task:
    given.received(world, world.major)
    services.file_plan(world.session, world.major, unit(world, world.major), PLAN)
    return world.major


def plan_returned(world: Tasks) -> Task:
    task = plan_filed(world)
    services.return_plan(world.session, task, world.act("office", DAY_AFTER, "措施不实"))
    return task


def plan_accepted(world: Tasks) -> Task:
    task = plan_filed(world)
    services.accept_plan(world.session, task, world.act("office", DAY_AFTER))
    return task


def received_minor(world: Tasks) -> Task:
    given.received(world, world.minor)
    return world.minor


def returned(world: Tasks) -> Task:
    given.reported_done(world, world.major)
    services.return_task(world.session, world.major, world.act("office", LATER, "照片不清"))
    return world.major


def withdrawn(world: Tasks) -> Task:
    overturn_finding(world.session, finding_of(world, world.major), world.act("office", LATER, "误报"))
    return world.major


def finding_of(world: Tasks, task: Task) -> Finding:
    return world.session.get_one(Finding, int(task.origin_id))


def fallen(build: Callable[[Tasks], Task]) -> Callable[[Tasks], Task]:
    """Its finding was overturned; the task, which falls with it by the same act, is left to be withdrawn here."""

    def and_fell(world: Tasks) -> Task:
        task = build(world)
        audit.record(world.session, office(world), "overturn_finding", finding_of(world, task))
        return task

    return and_fell


def new_task(world: Tasks, act: Act) -> object:
    title, severity = Bilingual("问题", "Problem"), Bilingual("一般隐患", "Minor")
    wanted = services.NewTask(title, ("finding", 99), "minor", severity, act.at + timedelta(days=20))
    return services.issue_notice(
        world.session, act, unit_id=world.unit_id("220101"), origin=("visit", 99), tasks=[wanted], number="ZG-X"
    )


def deadline(_world: Tasks, _task: Task) -> dict[str, Any]:
    return {"due_at": NEW_DEADLINE}


STANDING: dict[str, Callable[[Tasks], Task]] = {
    "issued": step,
    "received": lambda world: step(world, given.received),
    "plan_filed": plan_filed,
    "plan_returned": plan_returned,
    "plan_accepted": plan_accepted,
    "under_way": lambda world: step(world, given.working),
    "reported_done": lambda world: step(world, given.reported_done),
    "rechecked": lambda world: step(world, given.rechecked),
    "returned": returned,
    "closed": lambda world: step(world, given.closed),
}

TASK = Life(
    "task",
    tasks,
    beginnings=(Beginning("issue_notice", office, new_task),),
    states={**STANDING, "withdrawn": withdrawn},
    ways=(
        Way("receive", unit),
        Way("file_plan", unit, lambda *_: {"plan": PLAN}),
        Way("accept_plan", office, bars=POST),
        Way("return_plan", office, bars=POST),
        Way("take_back_plan", office_next_day, bars=(OTHERS,)),
        Way("start_work", unit, starts={"received": received_minor}, bars=(
            Bar("needs an accepted plan", of=lambda world: step(world, given.received)),
        )),
        Way("report_done", unit_later, lambda *_: {"done": given.done()}),
        Way("recheck", inspector, bars=POST),
        Way("take_back_recheck", who_rechecked, bars=(OTHERS,)),
        Way("close_task", office, bars=(
            Bar("has not been re-checked", spoil=not_rechecked),
            Bar("You had a hand in the fix", by=who_fixed_it),
            Bar("You recorded the finding", by=who_found_it),
            *POST,
        )),
        Way("return_task", office, bars=POST),
        Way("reopen", office, deadline, bars=POST),
        Way("establish_false_closure", office, deadline, bars=POST),
        Way("withdraw", office, bars=(Bar("when its finding falls", of=lambda world: world.major),),
            starts={state: fallen(build) for state, build in STANDING.items()}),
        Way("escalate", overdue,
            bars=(replace(EXCUSED, answered="has reached no further level"),)),
        Way("report_similar", office, lambda *_: {"places": ["机柜8", "机柜9"]}, bars=(
            Bar("were reported already", spoil=similar_known), Bar("is itself a similar problem", spoil=is_similar),
        )),
        Way("accept_excuse", overdue, bars=(EXCUSED,)),
    ),
)  # fmt: skip


# --- supervision letters ---------------------------------------------------------------------------------------------


def letter(world: Tasks, act: Act | None = None) -> SupervisionLetter:
    return services.issue_supervision_letter(
        world.session, act or office(world), task=world.major, number="DB-1", demand="说明原因"
    )


def letter_received(world: Tasks) -> SupervisionLetter:
    one = letter(world)
    services.receive_letter(world.session, one, at_unit(world))
    return one


def answered(world: Tasks) -> SupervisionLetter:
    one = letter_received(world)
    services.answer_letter(world.session, one, at_unit(world), "设备未到")
    return one


def answer_returned(world: Tasks) -> SupervisionLetter:
    one = answered(world)
    services.return_answer(world.session, one, world.act("office", LATER, "不够具体"))
    return one


def accepted(world: Tasks) -> SupervisionLetter:
    one = answered(world)
    services.accept_answer(world.session, one, office(world))
    return one


def letter_closed(world: Tasks) -> SupervisionLetter:
    one = accepted(world)
    services.close_letter(world.session, one, office(world))
    return one


def at_unit(world: Tasks, _letter: object = None) -> Act:
    return given.unit(world, world.major, LATER + timedelta(hours=1))


SUPERVISION_LETTER = Life(
    "supervision_letter",
    tasks,
    beginnings=(Beginning("issue_supervision_letter", office, letter),),
    states={
        "issued": letter,
        "received": letter_received,
        "answered": answered,
        "returned": answer_returned,
        "accepted": accepted,
        "closed": letter_closed,
    },
    ways=(
        Way("receive_letter", at_unit),
        Way("answer_letter", at_unit, lambda *_: {"answer": "设备已到"}),
        Way("accept_answer", office),
        Way("return_answer", office),
        Way("close_letter", office),
    ),
)


# --- second looks ----------------------------------------------------------------------------------------------------


def look(world: Tasks, act: Act | None = None) -> SecondLook:
    if world.major.state != "closed":
        given.closed(world, world.major)
    return services.freeze_second_look(
        world.session, act or office(world), unit_id=world.unit_id("22"), number="HT-1", size=1
    )


def look_drawn(world: Tasks) -> SecondLook:
    one = look(world)
    services.draw_second_look(world.session, one, office(world), SEED)
    return one


def looked(world: Tasks) -> SecondLook:
    one = look_drawn(world)
    services.look_again(world.session, one, world.act("inspector-1", LATER), **what_was_seen(world, one))
    return one


def look_closed(world: Tasks) -> SecondLook:
    one = looked(world)
    services.close_second_look(world.session, one, office(world))
    return one


def what_was_seen(world: Tasks, one: SecondLook) -> dict[str, Any]:
    return {"task_id": next(row.task_id for row, _ in roll_of(world.session, one.id)), "holds": True}


SECOND_LOOK = Life(
    "second_look",
    tasks,
    beginnings=(Beginning("freeze_second_look", office, look, lambda world: given.closed(world, world.major)),),
    states={"frozen": look, "drawn": look_drawn, "closed": look_closed},
    ways=(
        Way("draw_second_look", office, lambda *_: {"seed": SEED}),
        Way("look_again", lambda world, _: world.act("inspector-1", LATER), what_was_seen),
        Way("close_second_look", office, starts={"drawn": looked}),
    ),
)



# --- listed supervision ----------------------------------------------------------------------------------------------


def leader(world: Tasks, _listing: object = None) -> Act:
    return world.act("leader", LATER)


def listing(world: Tasks, act: Act | None = None) -> Listing:
    return services.list_task(
        world.session, act or office(world), task=world.major, number="GP-1", demand=Bilingual("限期", "In time")
    )


def listing_public(world: Tasks) -> Listing:
    one = listing(world)
    services.publish_listing(world.session, one, leader(world))
    return one


def put_right(world: Tasks) -> Listing:
    one = listing_public(world)
    given.closed(world, world.major)
    return one


def closure_public(world: Tasks) -> Listing:
    one = put_right(world)
    services.publish_closure(world.session, one, office(world))
    return one


LISTED_SUPERVISION = Life(
    "listed_supervision",
    tasks,
    beginnings=(Beginning("list_task", office, listing),),
    states={"listed": listing, "public": listing_public, "closure_public": closure_public},
    ways=(
        Way("publish_listing", leader),
        Way("publish_closure", office, starts={"public": put_right}, bars=(Bar("is not closed", of=listing_public),)),
    ),
)

LIVES = (TASK, SUPERVISION_LETTER, SECOND_LOOK, LISTED_SUPERVISION)

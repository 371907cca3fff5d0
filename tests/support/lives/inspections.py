"""Checklists, campaigns, visits and findings."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.i18n import Bilingual
from assessment.inspections import queries, services
from assessment.inspections.models import Campaign, Checklist, Finding, SecondOpinion, Stance, Visit
from assessment.inspections.services import NewAnswer, NewComment, NewFinding, NewInspector, NewObject
from assessment.organisations.duties import Duty
from assessment.organisations.officers import officer_on
from assessment.remediation.queries import tasks_from
from support import inspections as given
from support.inspections import AFTER_COMMENTS, ITEMS, SEED, SERVED, START, Campaigning
from support.remediation import closed as closed_task
from support.transitions import Bar, Beginning, By, Life, Way, also

NEXT_DAY = SERVED + timedelta(days=1)
"""When the report counts as received, and the unit may still comment."""


def everybody(session: Session, _folder: Path) -> Campaigning:
    return given.make_campaigning(session)


@cache
def by(username: str, at: Any = START) -> By:
    return lambda world, *_record: world.act(username, at)


# --- checklists ------------------------------------------------------------------------------------------------------


def drafted(world: Campaigning, act: Act | None = None, items: Any = ITEMS) -> Checklist:
    return services.draft_checklist(
        world.session, act or world.act("office"), programme_id=world.version.programme_id,
        unit_id=world.unit_id("22"), code="more", title=Bilingual("另一检查表", "Another list"), items=items,
    )  # fmt: skip


def in_use(world: Campaigning) -> Checklist:
    checklist = drafted(world)
    services.bring_into_use(world.session, checklist, world.act("office"))
    return checklist


def superseded(world: Campaigning) -> Checklist:
    checklist = in_use(world)
    services.supersede(world.session, checklist, world.act("office", reason="有新表"))
    return checklist


def empty_list(world: Campaigning) -> Checklist:
    return drafted(world, items=())


CHECKLIST = Life(
    "checklist",
    everybody,
    beginnings=(Beginning("draft_checklist", by("office"), drafted),),
    states={"drafted": drafted, "in_use": in_use, "superseded": superseded},
    ways=(
        Way("edit_items", by("office"), lambda *_: {"items": ITEMS[:1]}),
        Way("bring_into_use", by("office"), bars=(Bar("has no items", of=empty_list),)),
        Way("supersede", by("office")),
    ),
)


# --- campaigns -------------------------------------------------------------------------------------------------------


def approved(world: Campaigning) -> Campaign:
    campaign = given.draft(world)
    services.approve_campaign(world.session, campaign, world.act("leader"))
    return campaign


def frozen(world: Campaigning) -> Campaign:
    campaign = approved(world)
    services.freeze_rolls(world.session, campaign, world.act("office"))
    return campaign


def drawn(world: Campaigning) -> Campaign:
    campaign = frozen(world)
    world.visits = services.draw(world.session, campaign, world.act("office"), SEED)
    return campaign


def under_way(world: Campaigning) -> Campaign:
    campaign = drawn(world)
    services.begin(world.session, campaign, world.act("office"))
    return campaign


def all_settled(world: Campaigning) -> Campaign:
    """Nothing was found anywhere."""
    campaign = under_way(world)
    for visit in world.visits:
        given.reported(world, visit, 0)
        services.settle(world.session, visit, world.act("colleague"))
    return campaign


def concluded(world: Campaigning) -> Campaign:
    all_settled(world)
    return given.concluded(world)


def all_closed(world: Campaigning) -> Campaign:
    campaign = concluded(world)
    for visit in world.visits:
        services.close_visit(world.session, visit, world.act("office"))
    return campaign


def campaign_closed(world: Campaigning) -> Campaign:
    campaign = all_closed(world)
    services.close_campaign(world.session, campaign, world.act("office"))
    return campaign


def rolls(world: Campaigning, _campaign: Campaign) -> dict[str, Any]:
    return {
        "objects": [NewObject("X-1", world.unit_id("220101"), Bilingual("中心", "Centre"))],
        "inspectors": [NewInspector("01", world.province.person("inspector-1").id, may_lead=True)],
    }


def first_of_each(world: Campaigning, campaign: Campaign) -> dict[str, Any]:
    return {
        "inspector_id": queries.inspectors_of(world.session, campaign.id)[0].id,
        "object_id": queries.objects_of(world.session, campaign.id)[0].id,
    }


def more_than_there_are(_world: Campaigning, campaign: Campaign) -> None:
    campaign.sample = 99


def list_superseded(world: Campaigning, _campaign: Campaign) -> None:
    services.supersede(world.session, world.checklist, world.act("office", reason="有新表"))


def nobody_leads(world: Campaigning, campaign: Campaign) -> None:
    for one in queries.inspectors_of(world.session, campaign.id):
        one.may_lead = False


def draft_by(world: Campaigning, act: Act) -> Campaign:
    return services.draft_campaign(
        world.session, act, programme_id=world.version.programme_id, scheme_version_id=world.version.id,
        unit_id=world.unit_id("22"), checklist_id=world.checklist.id, number="2012-09",
        title=Bilingual("专项督查", "A campaign"), scope=Bilingual("全部", "All"), first_day=date(2012, 9, 3),
        last_day=date(2012, 10, 31), sample=1,
    )  # fmt: skip


def one_confirmed(world: Campaigning) -> Campaign:
    """One visit settled with a finding, the other without."""
    campaign = under_way(world)
    for visit, count in zip(world.visits, (1, 0), strict=True):
        given.reported(world, visit, count)
    given.after_comments(world)
    services.settle_all(world.session, world.visits, world.act("colleague", AFTER_COMMENTS))
    return campaign


def without_its_task(world: Campaigning) -> Campaign:
    """A confirmed finding whose task was lost."""
    campaign = one_confirmed(world)
    found = queries.findings_of(world.session, [visit.id for visit in world.visits])
    for task in tasks_from(world.session, "finding", [one.id for some in found.values() for one in some]).values():
        task.origin_id = "0"
    world.session.flush()
    return campaign


def concluded_with_findings(world: Campaigning) -> Campaign:
    one_confirmed(world)
    return given.concluded(world, at=AFTER_COMMENTS)


def asked(world: Campaigning, campaign: Campaign | None = None) -> Campaign:
    campaign = campaign or one_confirmed(world)
    services.ask_second_opinions(world.session, campaign, world.act("office", AFTER_COMMENTS), 1, SEED)
    return campaign


def asked_late(world: Campaigning) -> Campaign:
    return asked(world, concluded_with_findings(world))


def opinion_of(world: Campaigning, campaign: Campaign) -> SecondOpinion | None:
    """The one that was asked for, once one was."""
    return world.session.scalar(select(SecondOpinion).where(SecondOpinion.campaign_id == campaign.id))


def who_was_asked(world: Campaigning, campaign: Campaign) -> Act:
    opinion = opinion_of(world, campaign)
    person_id = opinion.person_id if opinion else world.province.person("inspector-1").id
    return Act(officer_on(world.session, person_id, AFTER_COMMENTS.date()), AFTER_COMMENTS)


def who_was_not_asked(world: Campaigning, campaign: Campaign) -> Act:
    opinion = opinion_of(world, campaign)
    was = opinion.person_id if opinion else 0
    name = next(f"inspector-{n}" for n in range(1, 5) if world.province.person(f"inspector-{n}").id != was)
    return world.act(name, AFTER_COMMENTS)


def the_opinion(world: Campaigning, campaign: Campaign) -> dict[str, Any]:
    opinion = opinion_of(world, campaign)
    return {"opinion_id": opinion.id if opinion else 0, "severity": "major"}


FROZEN = Bar("The rolls were frozen", of=frozen)

CAMPAIGN = Life(
    "campaign",
    everybody,
    beginnings=(Beginning("draft_campaign", by("office"), draft_by),),
    states={
        "drafted": given.draft,
        "approved": approved,
        "drawn": drawn,
        "under_way": under_way,
        "concluded": concluded,
        "closed": campaign_closed,
    },
    ways=(
        Way("set_rolls", by("office"), rolls),
        Way("approve_campaign", by("leader"), bars=(
            Bar("Its checklist is not in use", spoil=list_superseded),
            Bar("objects are to be drawn", spoil=more_than_there_are),
            Bar("one of whom may lead", spoil=nobody_leads),
        )),
        Way("declare_recusal", by("office"), first_of_each, bars=(FROZEN,)),
        Way("freeze_rolls", by("office"), bars=(FROZEN,)),
        Way("draw", by("office"), lambda *_: {"seed": SEED}, starts={"approved": frozen},
            bars=(Bar("Freeze the rolls first", of=approved),)),
        Way("begin", by("office")),
        Way("ask_second_opinions", by("office", AFTER_COMMENTS), lambda *_: {"size": 1, "seed": SEED},
            starts={"under_way": one_confirmed, "concluded": concluded_with_findings}),
        Way("give_second_opinion", who_was_asked, the_opinion, starts={"under_way": asked, "concluded": asked_late},
            bars=(Bar("Nobody has asked you", by=who_was_not_asked),)),
        Way("conclude", by("office"), lambda world, _: {"number": "2012-1", "prepared": given.rendered(world)},
            starts={"under_way": all_settled},
            bars=(Bar("visits are not settled", of=under_way), Bar("has no task", of=without_its_task))),
        Way("close_campaign", by("office"), starts={"concluded": all_closed},
            bars=(Bar("visits are not closed", of=concluded),)),
    ),
)  # fmt: skip


# --- visits ----------------------------------------------------------------------------------------------------------


def leader_of(world: Campaigning, visit: Visit) -> Act:
    return world.leader_of(visit)


def member_of(world: Campaigning, visit: Visit) -> Act:
    """Of the team, and not its leader, though he could lead another."""
    member = next(one for one in queries.teams_of(world.session, [visit.id])[visit.id] if not one.is_leader)
    act = Act(officer_on(world.session, member.person_id, START.date()), START)
    return also(act, Duty.LEAD_INSPECTION)


def not_on_the_team(world: Campaigning, visit: Visit) -> Act:
    team = {one.person_id for one in queries.teams_of(world.session, [visit.id])[visit.id]}
    people = (world.province.person(f"inspector-{number}") for number in range(1, 5))
    return Act(officer_on(world.session, next(one.id for one in people if one.id not in team), START.date()), START)


def unit_in_time(world: Campaigning, visit: Visit) -> Act:
    return world.officer_of(visit.unit_id, NEXT_DAY)


def unit_too_late(world: Campaigning, visit: Visit) -> Act:
    return world.officer_of(visit.unit_id, AFTER_COMMENTS)


def who_inspected(world: Campaigning, visit: Visit) -> Act:
    """Of the team, with the office's duty: his own findings are not his to settle."""
    return replace(also(world.leader_of(visit), Duty.SETTLE_FINDINGS), at=AFTER_COMMENTS)


def assigned(world: Campaigning) -> Visit:
    return given.under_way(world)[0]


def begun(world: Campaigning) -> Visit:
    visit = assigned(world)
    given.with_findings(world, visit)
    return visit


def not_received(world: Campaigning) -> Visit:
    visit = assigned(world)
    given.reported(world, visit)
    return visit


def reported(world: Campaigning) -> Visit:
    visit = not_received(world)
    given.after_comments(world)
    return visit


def commented(world: Campaigning, stance: Stance = Stance.ACCEPTED) -> Visit:
    visit = reported(world)
    found = queries.findings_of(world.session, [visit.id])[visit.id]
    comments = {one.id: NewComment(stance, "已知") for one in found}
    services.comment(world.session, visit, unit_in_time(world, visit), comments)
    return visit


def disputed(world: Campaigning) -> Visit:
    return commented(world, Stance.DISPUTED)


def settled(world: Campaigning) -> Visit:
    visit = reported(world)
    services.settle(world.session, visit, world.act("colleague", AFTER_COMMENTS))
    return visit


def put_right(world: Campaigning) -> Visit:
    """Its tasks have ended: one was closed, the other fell with its finding."""
    visit = settled(world)
    kept, dropped = queries.findings_of(world.session, [visit.id])[visit.id]
    closed_task(world, tasks_from(world.session, "finding", [kept.id])[str(kept.id)])
    services.overturn_finding(world.session, dropped, world.act("office", AFTER_COMMENTS, "误报"))
    return visit


def closed(world: Campaigning) -> Visit:
    visit = put_right(world)
    services.close_visit(world.session, visit, world.act("office", AFTER_COMMENTS))
    return visit


def a_member(world: Campaigning, visit: Visit) -> dict[str, Any]:
    team = queries.teams_of(world.session, [visit.id])[visit.id]
    return {"person_id": next(one.person_id for one in team if not one.is_leader)}


def a_problem(world: Campaigning, _visit: Visit) -> dict[str, Any]:
    return {"new": NewFinding(world.items[0].id, "机柜9", Bilingual("积尘", "Dust"))}


OFF_THE_TEAM = Bar("You are not on the team", by=not_on_the_team)

def first_item(world: Campaigning, _visit: Visit) -> dict[str, Any]:
    return {"new": NewAnswer(world.items[0].id, outcome="in_order")}


def a_required_item(world: Campaigning, _visit: Visit) -> None:
    world.items[0].is_required = True


VISIT = Life(
    "visit",
    everybody,
    beginnings=(
        Beginning(
            "draw", by("office"), lambda world, act: services.draw(world.session, world.campaign, act, SEED), frozen
        ),
        Beginning(
            "plan_reinspection", by("office", AFTER_COMMENTS),
            lambda world, act: services.plan_reinspection(world.session, world.visits[0], act), settled,
        ),
    ),
    states={
        "assigned": assigned,
        "under_way": begun,
        "reported": reported,
        "commented": commented,
        "settled": settled,
        "closed": closed,
    },
    ways=(
        Way("replace_inspector", by("office"), a_member),
        Way("begin_visit", leader_of, bars=(OFF_THE_TEAM,)),
        Way("record_finding", leader_of, a_problem, bars=(OFF_THE_TEAM,)),
        Way("answer_item", leader_of, first_item, bars=(OFF_THE_TEAM,)),
        Way("report", leader_of, bars=(
            Bar("Only the leader of its team", by=member_of),
            Bar("required items of visit", spoil=a_required_item),
        )),
        Way("comment", unit_in_time, lambda *_: {"text": "属实"}, bars=(Bar("that is over", by=unit_too_late),)),
        Way("settle", by("colleague", AFTER_COMMENTS), bars=(
            Bar("You inspected at visit", by=who_inspected),
            Bar("The unit may comment", by=by("colleague", NEXT_DAY), states=("reported",)),
            Bar("has not been received", of=not_received),
            Bar("The unit disputes finding", of=disputed),
        )),
        Way("close_visit", by("office", AFTER_COMMENTS), starts={"settled": put_right},
            bars=(Bar("are still open", of=settled),)),
        Way("plan_reinspection", by("office", AFTER_COMMENTS)),
    ),
)  # fmt: skip


# --- findings --------------------------------------------------------------------------------------------------------


def one_of(visit: Any) -> Any:
    """The first finding of a visit that stands like this."""
    return lambda world: queries.findings_of(world.session, [visit(world).id])[world.visits[0].id][0]


def dropped(world: Campaigning) -> Finding:
    finding: Finding = one_of(reported)(world)
    services.drop_finding(world.session, finding, world.act("colleague", AFTER_COMMENTS, "不实"))
    return finding


def its_inspector(world: Campaigning, _finding: Finding) -> Act:
    return who_inspected(world, world.visits[0])


def settle_its_visit(world: Campaigning, _finding: Finding, act: Act) -> None:
    services.settle(world.session, world.visits[0], act)


BEING_SETTLED = (
    Bar("You inspected at visit", by=its_inspector),
    Bar("once the team leader has signed off", of=one_of(begun)),
)
OFFICE = by("colleague", AFTER_COMMENTS)

FINDING = Life(
    "finding",
    everybody,
    beginnings=(
        Beginning("record_finding", lambda world: world.leader_of(world.visits[0]), lambda world, act: (
            services.record_finding(world.session, world.visits[0], act, **a_problem(world, world.visits[0]))
        ), begun),
    ),
    states={"recorded": one_of(reported), "confirmed": one_of(settled), "dropped": dropped},
    ways=(
        Way("answer_comment", OFFICE, bars=BEING_SETTLED),
        Way("amend_finding", OFFICE, lambda *_: {"place": "机柜7"}, bars=BEING_SETTLED),
        Way("drop_finding", OFFICE, bars=BEING_SETTLED),
        Way("settle", OFFICE, do=settle_its_visit, carried=True, bars=(Bar("when its visit is settled"),)),
        Way("overturn_finding", OFFICE, bars=(Bar("You inspected at visit", by=its_inspector),)),
        Way("lessen_finding", OFFICE, lambda *_: {"by": ("objection_point", 1), "words": "机柜7"},
            bars=(Bar("You inspected at visit", by=its_inspector),)),
    ),
)  # fmt: skip

LIVES = (CHECKLIST, CAMPAIGN, VISIT, FINDING)

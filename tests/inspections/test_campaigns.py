"""Campaigns and checklists: what is fixed when, and a draw that anyone can repeat."""

from datetime import date

import pytest

from assessment.foundation import draw as drawing
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.inspections import queries, services
from assessment.inspections.models import Visit
from assessment.inspections.process import CAMPAIGN
from support import inspections as given

REASON = "理由"


def test_a_checklist_in_use_is_frozen_and_can_be_superseded(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        office, inspector = world.act("office", reason=REASON), world.act("inspector-1", reason=REASON)
        with pytest.raises(NotNow):
            services.edit_items(session, world.checklist, office, given.ITEMS)
        with pytest.raises(NotPermitted):
            services.supersede(session, world.checklist, inspector)
        services.supersede(session, world.checklist, office)
        with pytest.raises(NotNow):
            services.supersede(session, world.checklist, office)


def test_a_checklist_without_items_is_not_brought_into_use(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        office = world.act("office")
        facts = {"programme_id": world.version.programme_id, "unit_id": world.unit_id("22"), "code": "centres"}
        fresh = services.draft_checklist(session, office, title=world.checklist.title, **facts)
        assert fresh.edition == 2
        with pytest.raises(NotNow):
            services.bring_into_use(session, fresh, office)
        with pytest.raises(Invalid, match="twice"):
            services.edit_items(session, fresh, office, [given.ITEMS[0], given.ITEMS[0]])
        services.edit_items(session, fresh, office, given.ITEMS)
        services.bring_into_use(session, fresh, office)
        with pytest.raises(NotPermitted):
            services.draft_checklist(session, world.act("inspector-1"), title=world.checklist.title, **facts)


def test_the_office_plans_and_a_leader_approves(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        campaign = given.draft(world)
        with pytest.raises(NotPermitted):
            services.approve_campaign(session, campaign, world.act("office"))
        services.approve_campaign(session, campaign, world.act("leader"))
        with pytest.raises(NotNow):  # no widening of scope
            services.set_rolls(session, campaign, world.act("office"), [], [])


def test_a_plan_with_too_few_objects_is_not_approved(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        campaign = given.draft(world, sample=9)
        with pytest.raises(NotNow, match="roll has 4"):
            services.approve_campaign(session, campaign, world.act("leader"))


@pytest.mark.parametrize("facts", [{"sample": 0}, {"number": " "}])
def test_a_plan_is_checked(frame: Frame, facts: dict[str, object]) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        with pytest.raises(Invalid):
            given.draft(world, **facts)


def approved(world: given.Campaigning) -> None:
    services.approve_campaign(world.session, given.draft(world), world.act("leader"))


def test_the_seed_is_not_taken_before_the_rolls_are_frozen(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        approved(world)
        with pytest.raises(NotNow, match="Freeze the rolls first"):
            CAMPAIGN.perform(session, world.campaign, "draw", world.act("office"))
        services.freeze_rolls(session, world.campaign, world.act("office"))
        with pytest.raises(NotNow, match="frozen on"):
            services.freeze_rolls(session, world.campaign, world.act("office"))


@pytest.mark.parametrize("seed", ["", "123", "3141592653589793238x", "314159265358979323846"])
def test_a_seed_has_twenty_digits(frame: Frame, seed: str) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        approved(world)
        services.freeze_rolls(session, world.campaign, world.act("office"))
        with pytest.raises(Invalid):
            services.draw(session, world.campaign, world.act("office"), seed)


def test_anyone_can_repeat_the_draw(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        visits = given.under_way(world)
        campaign = world.campaign
        codes = [one.code for one in queries.objects_of(session, campaign.id)]
        assert campaign.population_hash == drawing.population_hash(codes)
        again = [one.id for one in drawing.draw(sorted(codes), campaign.sample, given.SEED)]
        drawn = queries.objects_of(session, campaign.id, drawn_only=True)
        assert [one.code for one in drawn] == again
        assert [visit.object_id for visit in visits] == [one.id for one in drawn]
        for team in queries.teams_of(session, [visit.id for visit in visits]).values():
            assert len(team) >= 2
            assert sum(member.is_leader for member in team) == 1


def test_a_roll_changed_after_the_hash_is_refused(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        approved(world)
        services.freeze_rolls(session, world.campaign, world.act("office"))
        queries.objects_of(session, world.campaign.id)[0].code = "another"
        session.flush()
        with pytest.raises(NotNow, match="not the ones"):
            services.draw(session, world.campaign, world.act("office"), given.SEED)


def test_it_is_never_drawn_again(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        given.under_way(world)
        with pytest.raises(NotNow):
            services.draw(session, world.campaign, world.act("office"), given.SEED)


def test_an_inspector_with_a_post_at_a_unit_does_not_inspect_there(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        world.province.officer("inspector-3", "locality_officer", "220101")
        given.under_way(world, sample=4)
        teams = queries.teams_of(session, [visit.id for visit in world.visits])
        there = next(visit for visit in world.visits if visit.unit_id == world.unit_id("220101"))
        barred = world.province.person("inspector-3").id
        assert barred not in {member.person_id for member in teams[there.id]}
        assert len(queries.recusals_of(session, world.campaign.id)) == 1


def test_a_declared_interest_counts_before_the_freeze_only(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        approved(world)
        inspector = queries.inspectors_of(session, world.campaign.id)[0]
        thing = queries.objects_of(session, world.campaign.id)[0]
        with pytest.raises(Invalid):
            services.declare_recusal(session, world.campaign, world.act("office"), inspector.id, thing.id)
        services.declare_recusal(session, world.campaign, world.act("office", reason=REASON), inspector.id, thing.id)
        services.freeze_rolls(session, world.campaign, world.act("office"))
        late = world.act("office", reason=REASON)
        with pytest.raises(NotNow):
            services.declare_recusal(session, world.campaign, late, inspector.id, thing.id)


def test_overlapping_campaigns_are_told(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        first = given.draft(world)
        second = given.draft(world, number="2012-02")
        assert [(one.number, len(one.unit_ids)) for one in queries.overlaps(session, second)] == [(first.number, 4)]


def test_a_campaign_is_concluded_once_all_visits_are_settled_and_closed_after_them(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        visits = given.under_way(world)
        office = world.act("colleague")
        with pytest.raises(NotNow, match="2 visits are not settled"):
            services.conclude(session, world.campaign, office, "通1", None)
        for visit in visits:
            given.reported(world, visit, 0)
        services.settle_all(session, visits, office)
        session.flush()
        with pytest.raises(Invalid):
            services.conclude(session, world.campaign, office, " ", None)
        with pytest.raises(NotPermitted):
            services.conclude(session, world.campaign, world.leader_of(visits[0]), "通1", None)
        given.concluded(world, "通1")
        session.flush()
        with pytest.raises(NotNow, match="2 visits are not closed"):
            services.close_campaign(session, world.campaign, office)
        services.close_visit_all(session, visits, office)
        services.close_campaign(session, world.campaign, office)
        assert world.campaign.state == "closed"


def test_a_campaign_begins_after_its_draw(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        approved(world)
        with pytest.raises(NotNow):
            services.begin(session, world.campaign, world.act("office"))


def test_a_visit_is_not_begun_outside_the_campaigns_days(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        visit: Visit = given.under_way(world)[0]
        late = given.START.replace(month=12)
        with pytest.raises(NotNow, match="runs from"):
            services.begin_visit(session, visit, world.leader_of(visit, late))
        assert world.campaign.last_day == date(2012, 10, 31)

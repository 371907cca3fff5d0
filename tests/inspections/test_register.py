"""The year's register: what each campaign weighs, what overlaps, and who let the cap of days be exceeded and why."""

import csv
import io
from pathlib import Path

from sqlalchemy.orm import Session

from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.inspections import services
from assessment.inspections.register import year_of, years
from support import inspections as given
from support.inspections import SEVERITIES, START, Campaigning
from support.web import site

CAPPED = SEVERITIES + "inspection_days: 1\n"


def two_campaigns(session: Session) -> Campaigning:
    """The first one under way, the second approved over the cap of one day."""
    world = given.make_campaigning(session, CAPPED)
    clock.stand_at(session, START)
    given.under_way(world, sample=4)
    second = given.draft(world, sample=2, number="2012-02")
    services.approve_campaign(session, second, world.act("leader", reason="Two fires in August"))
    return world


def test_a_years_campaigns_stand_with_their_weight_and_who_let_a_cap_be_exceeded_why(frame: Frame) -> None:
    with frame.write() as session:
        leader = two_campaigns(session).act("leader").by.label
    with frame.read() as session:
        assert years(session) == [2012]
        assert year_of(session, 2013).lines == []
        first, second = year_of(session, 2012).lines
        assert (first.objects, first.visits, len(first.units), first.overlaps) == (4, 4, 4, ("2012-02",))
        assert (second.visits, second.overlaps, len(second.over)) == (0, ("2012-01",), 4)
        assert second.campaign.excess_reason == "Two fires in August"
        assert second.approved_by == leader


def test_each_unit_has_its_days_made_drawn_and_possible(frame: Frame) -> None:
    with frame.write() as session:
        world = two_campaigns(session)
        before = {one.unit_id: one for one in year_of(session, 2012).units}
        facts = {(one.made, one.drawn, one.possible, one.cap, one.is_over) for one in before.values()}
        assert facts == {(0, 1, 1, 1, True)}
        visit = world.visits[0]
        services.begin_visit(session, visit, world.leader_of(visit))
        session.flush()
        after = {one.unit_id: one for one in year_of(session, 2012).units}
        assert (after[visit.unit_id].made, after[visit.unit_id].drawn, after[visit.unit_id].days) == (1, 0, 2)


def test_the_office_takes_the_register_along_and_localities_do_not_learn_who_is_drawn(
    frame: Frame, tmp_path: Path
) -> None:
    with frame.write() as session:
        world = two_campaigns(session)
        office, officer = (world.province.person(name).id for name in ("office", "officer-220101"))
    pages = site(frame, tmp_path)

    def rows(where: str) -> list[dict[str, str]]:
        answer = pages.browser(office).get(f"/inspections/register/2012{where}?as=csv")
        return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))

    assert [row["Code"] for row in rows("/units")] == sorted(given.COUNTIES)
    assert [row["Number"] for row in rows("")] == ["2012-01", "2012-02"]
    assert rows("")[1]["Why the cap is exceeded"] == "Two fires in August"
    assert pages.browser(office).get("/inspections/register/99999").status_code == 404
    for where in ("/inspections/register", "/inspections/register/2012/units"):
        assert pages.browser(officer).get(where).status_code == 403

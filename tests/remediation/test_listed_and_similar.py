"""Listed supervision in public from publication to closure, and the same problem found elsewhere in the unit."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from assessment.delivery.queries import papers_about
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.inspections.models import Finding
from assessment.organisations.officers import key_of
from assessment.remediation import queries, services
from assessment.remediation.models import Listing, Task
from support import remediation as given
from support.remediation import LATER
from support.web import site

DEMAND = Bilingual("限期整改", "Put it right in time")


def listed(session: Session, task: Task, world: given.Campaigning, number: str = "GP-1") -> Listing:
    return services.list_task(session, world.act("office", LATER), task=task, number=number, demand=DEMAND)


def test_only_open_major_tasks_are_listed_and_only_once(frame: Frame) -> None:
    with frame.write() as session:
        world, (minor, major) = given.issued(session)
        with pytest.raises(NotNow, match="Only major tasks"):
            listed(session, minor, world)
        with pytest.raises(NotPermitted):
            services.list_task(session, given.unit(world, major), task=major, number="GP-1", demand=DEMAND)
        with pytest.raises(Invalid):
            listed(session, major, world, " ")
        one = listed(session, major, world)
        assert [paper.unit_id for paper in papers_about(session, ("listed_supervision", one.id))] == [major.unit_id]
        assert (one.publish_by - one.listed_at) >= timedelta(days=5)
        with pytest.raises(NotNow, match="listed already"):
            listed(session, major, world, "GP-2")


def test_it_is_public_from_the_leaders_publication_and_its_closure_stands_in_the_same_place(
    frame: Frame, tmp_path: Path
) -> None:
    with frame.write() as session:
        world, (_minor, major) = given.issued(session)
        one = listed(session, major, world)
        listing_id, title = one.id, major.title.en
    public = site(frame, tmp_path / "open", ASSESSMENT_PUBLIC="on").anonymous()
    assert title not in public.get("/remediation/listed").text
    with frame.write() as session:
        world.session, one = session, session.get_one(Listing, listing_id)
        with pytest.raises(NotPermitted):
            services.publish_listing(session, one, world.act("office", LATER))
        services.publish_listing(session, one, world.act("leader", LATER))
    page = public.get("/remediation/listed").text
    assert title in page
    assert "Put it right in time" in page
    assert "Not yet" in page
    with frame.write() as session:
        world.session, one = session, session.get_one(Listing, listing_id)
        with pytest.raises(NotNow, match="is not closed"):
            services.publish_closure(session, one, world.act("office", LATER))
        given.closed(world, session.get_one(Task, one.task_id))
        services.publish_closure(session, one, world.act("office", LATER))
    page = public.get("/remediation/listed").text
    assert title in page
    assert "Not yet" not in page
    assert site(frame, tmp_path / "shut").anonymous().get("/remediation/listed").status_code == 404


def test_each_similar_place_becomes_a_linked_task_with_as_much_time_and_without_points(frame: Frame) -> None:
    with frame.write() as session:
        world, (minor, _major) = given.issued(session)
        by = world.act("office", LATER)
        with pytest.raises(Invalid):
            services.report_similar(session, minor, by, ["  "])
        with pytest.raises(NotPermitted):
            services.report_similar(session, minor, given.unit(world, minor, LATER), ["机柜8"])
        findings = session.query(Finding).count()
        notice = services.report_similar(session, minor, by, ["机柜8", "机柜9", "机柜8"])
        made = queries.similar_to(session, minor.id)
        assert [(one.place, one.severity, one.state) for one in made] == [
            ("机柜8", minor.severity, "issued"), ("机柜9", minor.severity, "issued"),
        ]  # fmt: skip
        assert all(one.notice_id == notice.id and one.found_by == minor.found_by for one in made)
        took = minor.first_due_at - minor.issued_at
        assert all(abs(one.due_at - LATER - took) <= timedelta(days=1) for one in made)
        assert session.query(Finding).count() == findings  # nobody found it, so nothing is taken off
        with pytest.raises(NotNow, match="reported already"):
            services.report_similar(session, minor, by, ["机柜10"])
        with pytest.raises(NotNow, match="itself a similar problem"):
            services.report_similar(session, made[0], by, ["机柜10"])
        inspector = next(key for key in made[0].found_by.split() if key.startswith("person:"))
        assert inspector in {key_of(person.id) for person in world.province.people.values()}

"""The first page answers each role's own question, also where there is nothing yet."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from assessment.delivery.models import Paper
from assessment.delivery.services import deem_received, serve
from assessment.foundation import clock
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.organisations.duties import ROLES
from assessment.organisations.models import Unit
from support.objections import RECEIVED_AT, a_score_received, an_officer
from support.organisations import by_setup
from support.web import SiteUnderTest, site

PLACES = {"locality_head": "220101", "locality_officer": "220101"}


def test_every_role_has_a_first_page_before_anything_has_happened(
    frame: Frame, people: dict[str, int], the_site
) -> None:  # type: ignore[no-untyped-def]
    for name in people:
        for language in ("en", "zh"):
            browser = the_site.browser(people[name])
            browser.client.set_cookie("language", language)
            assert browser.get("/").status_code == 200, name


@pytest.fixture
def after_january(frame: Frame, tmp_path: Path) -> tuple[SiteUnderTest, dict[str, int]]:
    with frame.write() as session:
        served = a_score_received(session)
        people = {
            role: an_officer(session, served.world.units[PLACES.get(role, "220000")], role, role).person_id
            for role in ROLES
        }
        clock.stand_at(session, RECEIVED_AT + timedelta(days=1))
    return site(frame, tmp_path), people


def test_each_page_says_how_many_papers_wait_until_they_are_signed_for(
    frame: Frame, after_january: tuple[SiteUnderTest, dict[str, int]]
) -> None:
    the_site, people = after_january
    waiting = re.compile(r'<span class="waits">(\d+)')
    with frame.write() as session:
        unit_id = session.scalars(select(Unit.id).where(Unit.code == PLACES["locality_head"])).one()
        for number in (1, 2):
            serve(session, by_setup(RECEIVED_AT), unit_id=unit_id, kind="notice", subject=("notice", number),
                  title=Bilingual("整改通知书", "Remediation notice"))  # fmt: skip
    for address in ("/", "/account"):
        told = waiting.findall(the_site.browser(people["locality_head"]).get(address).text)
        assert set(told) == {"3"}, "with the score that was served"
        assert not waiting.findall(the_site.browser(people["leader"]).get(address).text), "not his to sign for"
    with frame.write() as session:
        notices = session.scalars(select(Paper).where(Paper.kind == "notice")).all()
        deem_received(session, notices, Act(CLOCK, RECEIVED_AT + timedelta(days=30)))
    assert set(waiting.findall(the_site.browser(people["locality_head"]).get("/").text)) == {"1"}


def test_the_inbox_tells_what_is_new_and_lets_one_sign_for_all_of_it(
    frame: Frame, after_january: tuple[SiteUnderTest, dict[str, int]]
) -> None:
    the_site, people = after_january
    with frame.write() as session:
        unit_id = session.scalars(select(Unit.id).where(Unit.code == PLACES["locality_head"])).one()
        serve(session, by_setup(RECEIVED_AT), unit_id=unit_id, kind="notice", subject=("notice", 1),
              title=Bilingual("整改通知书", "Remediation notice"))  # fmt: skip
        waiting = session.scalars(select(Paper.id).where(Paper.unit_id == unit_id, Paper.state == "available")).all()
        others = session.scalars(select(Paper.id).where(Paper.unit_id != unit_id)).first()
    head = the_site.browser(people["locality_head"])
    inbox = head.get("/delivery").text
    assert inbox.count(">unread</span>") == len(waiting) == 2
    assert [f'value="{one}" checked' in inbox for one in waiting] == [True, True]
    assert head.post("/delivery/receive_all", {}).status_code == 422
    assert head.post("/delivery/receive_all", {"one": [str(waiting[0]), str(others)]}).status_code == 404
    assert head.post("/delivery/receive_all", {"one": [str(one) for one in waiting]}).status_code == 303
    inbox = head.get("/delivery").text
    assert "2 papers are signed for." in inbox
    assert ">unread</span>" not in inbox
    assert "Sign for what is ticked" not in inbox
    assert head.post("/delivery/receive_all", {"one": str(waiting[0])}).status_code == 409
    assert the_site.browser(people["leader"]).post("/delivery/receive_all", {"one": "1"}).status_code == 403


def test_every_role_has_a_first_page_once_scores_are_served(
    after_january: tuple[SiteUnderTest, dict[str, int]],
) -> None:
    the_site, people = after_january
    pages = {role: the_site.browser(person).get("/") for role, person in people.items()}
    assert {role: page.status_code for role, page in pages.items() if page.status_code != 200} == {}
    leader = pages["leader"].text
    assert "Who leads, Jan 2012" in leader
    assert " leads." in leader
    assert "Timetable of the cycle" in leader
    locality = pages["locality_head"].text
    assert "Your place" in locality
    assert "Where marks were lost" in locality
    assert "Object to the score of" in locality
    assert "Is the period complete?" in pages["assessment_office"].text
    assert "each chained to the one before" in pages["auditor"].text
    assert "Who leads" not in locality, "others' provisional scores are not the localities'"

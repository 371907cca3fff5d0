"""Adjustments in the browser: proposed by the office, confirmed together by a leader, each with its page."""

from pathlib import Path

import pytest

from assessment.adjustments import queries, services
from assessment.foundation import audit, clock
from assessment.foundation.actors import CLOCK
from assessment.foundation.frame import Frame
from assessment.programmes.models import PeriodState
from support.adjustments import a_proposal
from support.objections import an_officer
from support.programmes import NOW, a_year_planned, act
from support.submissions import begun
from support.web import Browser, SiteUnderTest, site

PEOPLE = {"otto": ("assessment_office", "220000"), "lena": ("leader", "220000"), "olga": ("locality_officer", "220101")}


class World:
    """The site, with three adjustments heard and one only proposed."""

    def __init__(self, the_site: SiteUnderTest, people: dict[str, int], ids: list[int], period: int, unit: int) -> None:
        self.site, self.people, self.ids, self.period, self.unit = the_site, people, ids, period, unit

    def as_(self, name: str) -> Browser:
        return self.site.browser(self.people[name])


@pytest.fixture
def world(frame: Frame, tmp_path: Path) -> World:
    with frame.write() as session:
        world = a_year_planned(session)
        people = {
            name: an_officer(session, world.units[code], name, role).person_id for name, (role, code) in PEOPLE.items()
        }
        period = world.periods["2012-01"]
        begun(period, PeriodState.VERIFYING)
        some = [a_proposal(world, code) for code in ("220101", "220102", "220201")]
        made = services.propose_many(session, act(world.office), some)
        later = services.propose(session, act(world.office), a_proposal(world, origin=("finding", 8)))
        assert later is not None
        session.flush()
        services.hear_all(session, made, act(CLOCK))
        clock.stand_at(session, NOW)
        ids, unit = [one.id for one in (*made, later)], world.units["220102"]
        found = period.id
    return World(site(frame, tmp_path), people, ids, found, unit)


def test_a_leader_confirms_what_is_ticked_by_one_act(world: World) -> None:
    lena = world.as_("lena")
    assert "Confirm or refuse 3 adjustments" in lena.get("/").text
    page = lena.get("/adjustments").text
    assert "4 adjustments for Jan 2012 are still to be decided." in page
    assert page.count('name="one"') == 3
    answer = lena.post(f"/adjustments/{world.period}/confirm_all", {"one": [str(one) for one in world.ids[:2]]})
    assert answer.status_code == 303
    with world.site.frame.read() as session:
        assert len([row for row in audit.export(session) if row["act"] == "confirm"]) == 1
        assert [one.id for one in queries.undecided(session)] == world.ids[2:]


def test_what_was_not_heard_cannot_be_ticked_in(world: World) -> None:
    lena = world.as_("lena")
    lena.get("/adjustments")
    answer = lena.post(f"/adjustments/{world.period}/confirm_all", {"one": [str(one) for one in world.ids]})
    assert answer.status_code == 409
    assert lena.post(f"/adjustments/{world.period}/confirm_all", {}).status_code == 422
    with world.site.frame.read() as session:
        assert len(queries.undecided(session)) == 4


def test_refusing_one_needs_its_reason(world: World) -> None:
    lena = world.as_("lena")
    where = f"/adjustments/{world.ids[0]}"
    assert "Refuse the adjustment" in lena.get(where).text
    lena.get(f"{where}/refuse")
    assert lena.post(f"{where}/refuse", {"reason": ""}).status_code == 422
    assert lena.post(f"{where}/refuse", {"reason": "Not proved."}).status_code == 303
    assert "Not proved." in lena.get(where).text


def test_the_office_proposes_and_does_not_confirm(world: World) -> None:
    otto = world.as_("otto")
    assert otto.get("/adjustments/propose").status_code == 200
    form = {"period_id": str(world.period), "unit_id": str(world.unit), "kind": "bonus", "clause": "B1",
            "points": "", "effect": "", "ground": "A method copied by three cities."}  # fmt: skip
    assert "Say how many points" in otto.post("/adjustments/propose", form).text
    made = otto.post("/adjustments/propose", {**form, "points": "2"})
    assert made.status_code == 303
    assert "2 points proposed" in otto.get(made.location).text
    assert "proposed before" in otto.post("/adjustments/propose", {**form, "points": "2"}).text
    assert otto.post(f"/adjustments/{world.period}/confirm_all", {"one": str(world.ids[0])}).status_code == 403


def test_a_record_that_a_proposal_rests_on_is_named_by_its_number_and_must_be_there(world: World) -> None:
    otto = world.as_("otto")
    otto.get("/adjustments/propose")
    form = {"period_id": str(world.period), "unit_id": str(world.unit), "kind": "deduction", "clause": "D1",
            "points": "2", "effect": "", "ground": "A critical incident.", "origin_kind": "task"}  # fmt: skip
    assert "Give the number of the record" in otto.post("/adjustments/propose", form).text
    assert "There is no" in otto.post("/adjustments/propose", {**form, "origin_number": "ZG-1-009"}).text


def test_a_locality_sees_its_own_only(world: World) -> None:
    olga = world.as_("olga")
    assert olga.get(f"/adjustments/{world.ids[0]}").status_code == 200
    assert olga.get(f"/adjustments/{world.ids[1]}").status_code == 404
    assert olga.get("/adjustments/propose").status_code == 403

"""Endorsement by the unit above: it is told what waits for it, and a report that waits holds up no other."""

import re
from pathlib import Path
from typing import Any

from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.organisations.models import Unit
from assessment.submissions import services
from assessment.submissions.models import Submission
from support.organisations import Province
from support.programmes import SCHEME, act
from support.submissions import IN_TIME, a_period_open, values
from support.web import SiteUnderTest, site

ENDORSED = SCHEME.replace("unit: camera, kind: cumulative", "unit: camera, endorsed_by: parent, kind: cumulative")


def two_sent(frame: Frame, folder: Path) -> tuple[SiteUnderTest, dict[str, Any], dict[str, int], int]:
    """Two counties have sent their reports; one was endorsed already."""
    with frame.write() as session:
        clock.stand_at(session, IN_TIME)
        world, reports = a_period_open(session, source=ENDORSED)
        province = Province(session, {code: session.get_one(Unit, one) for code, one in world.units.items()})
        province.officer("above", "locality_officer", "220100")
        province.officer("vera", "verifier", "220000")
        for code in ("220101", "220102"):
            services.submit(session, reports[code], act(world.locality(code), IN_TIME), values())
        services.endorse(session, reports["220102"], act(world.locality("220100"), IN_TIME))
        people = {name: person.id for name, person in province.people.items()}
        ids, period = {code: one.id for code, one in reports.items()}, world.periods["2012-01"].id
    return site(frame, folder), people, ids, period


def states(frame: Frame, ids: dict[str, int]) -> list[str]:
    with frame.read() as session:
        return [session.get_one(Submission, ids[code]).state for code in ("220101", "220102")]


def test_the_unit_above_finds_on_its_first_page_what_waits_for_it_and_endorses(frame: Frame, tmp_path: Path) -> None:
    served, people, ids, _ = two_sent(frame, tmp_path)
    browser = served.browser(people["above"])
    assert "Reports to endorse: 1" in browser.get("/").text
    assert f"/submissions/{ids['220101']}" in browser.get("/").text
    assert f"/submissions/{ids['220101']}/endorse" in browser.get(f"/submissions/{ids['220101']}").text
    page = browser.get(f"/submissions/{ids['220101']}/endorse")
    version = re.search(r'name="version"[^>]* value="(\d+)"', page.text)
    assert version
    assert browser.post(f"/submissions/{ids['220101']}/endorse", {"version": version[1]}).status_code == 303
    assert states(frame, ids) == ["endorsed", "endorsed"]
    assert "Reports to endorse" not in browser.get("/").text


def test_a_report_that_waits_for_the_unit_above_holds_up_no_other(frame: Frame, tmp_path: Path) -> None:
    served, people, ids, period = two_sent(frame, tmp_path)
    browser = served.browser(people["vera"])
    assert "Reports to verify: 1" in browser.get("/").text
    assert "1 report can be verified." in browser.get(f"/submissions?period={period}").text
    assert browser.post(f"/submissions/periods/{period}/verify_many").status_code == 303
    assert states(frame, ids) == ["submitted", "verified"]

"""A member's ballot as a chromium draws it; the example's scheme asks no panel, so this one is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assessment.faces.web import sessions
from assessment.foundation import clock
from assessment.foundation.frame import Frame
from support.looks import FULL_AT, Windows
from support.panels import a_hall
from support.submissions import IN_TIME
from support.visitors import served_app
from support.web import site

pytestmark = pytest.mark.face


@pytest.fixture
def ballot(frame: Frame, tmp_path: Path) -> tuple[Any, str, list[str]]:
    """The house, a member's cookies, and the pages of the ballot."""
    with frame.write() as session:
        clock.stand_at(session, IN_TIME)
        hall = a_hall(session)
        hall.opened()
        seat, member = hall.seat(0).id, hall.members[0].id
        paths = [f"/panels/ballots/{seat}", *(f"/panels/ballots/{seat}/{one.id}" for one in hall.reports.values())]
    under_test = site(frame, tmp_path)
    kept = under_test.browser(member).client.get_cookie(sessions.COOKIE)
    assert kept is not None
    return under_test.app, f"{sessions.COOKIE}={kept.value}", paths


def test_a_members_ballot_serves_every_reader(ballot: tuple[Any, str, list[str]], browser: Any) -> None:
    app, cookies, paths = ballot
    assert len(paths) >= 3
    with served_app(app) as address:
        windows = Windows(browser, address)
        found = {(path, one): windows.of(cookies, one).look(path) for one in FULL_AT for path in paths}
        windows.close()
    assert set(map(str, found.values())) == {"[]"}, found

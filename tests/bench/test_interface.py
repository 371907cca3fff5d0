"""Lists of the interface and the search with 3,000 units and 30,000 tasks: 150 ms of server time is the promise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import pytest
from sqlalchemy import insert

from assessment.faces.web import sessions
from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.organisations.models import ApiToken, Placement, Resource, Unit, UnitName
from assessment.organisations.passwords import fingerprint
from assessment.remediation.models import Notice, Task
from support.organisations import make_province
from support.web import STANDS_AT, site

pytestmark = pytest.mark.bench
UNITS, TASKS_EACH = 3_000, 10
LONG_AGO = date(2010, 1, 1)


def fill(session: Any) -> tuple[int, str]:
    """A leader of a province with many counties and their tasks; returns the person and a token that reads all."""
    clock.stand_at(session, STANDS_AT)
    province = make_province(session)
    province.officer("lena", "leader", "22")
    city, first = province.unit("2201").id, 1_000
    ids = range(first, first + UNITS)
    names = {one: (f"第{one}县", f"County number {one}") for one in ids}
    session.execute(insert(Unit), [
        {"id": one, "code": f"9{one:05}", "name_zh": names[one][0], "name_en": names[one][1], "level": "county",
         "valid_from": LONG_AGO} for one in ids
    ])  # fmt: skip
    session.execute(insert(UnitName), [
        {"unit_id": one, "name_zh": names[one][0], "name_en": names[one][1], "valid_from": LONG_AGO} for one in ids
    ])  # fmt: skip
    session.execute(insert(Placement), [{"unit_id": one, "parent_id": city, "valid_from": LONG_AGO} for one in ids])
    session.execute(insert(Notice), [
        {"id": one, "number": f"N-{one}", "unit_id": one, "origin_kind": "visit", "origin_id": str(one),
         "issued_at": STANDS_AT, "plan_within": "10w"} for one in ids
    ])  # fmt: skip
    session.execute(insert(Task), [task(one, number) for one in ids for number in range(TASKS_EACH)])
    token, now = sessions.new_token(), clock.system_now()
    session.add(ApiToken(person_id=province.people["lena"].id, name="bench", resources=" ".join(Resource), made_at=now,
                         token_hash=fingerprint(token), ends_at=now + timedelta(days=1), last_used_at=now))  # fmt: skip
    return province.people["lena"].id, token


def task(unit_id: int, number: int) -> dict[str, Any]:
    return {
        "number": f"T-{unit_id}-{number}", "notice_id": unit_id, "unit_id": unit_id, "origin_kind": "finding",
        "origin_id": f"{unit_id}-{number}", "title_zh": f"第{number}号监控设备离线",
        "title_en": f"Camera {number} is off", "place": "路口",
        "clause": "", "severity": "minor", "severity_zh": "一般", "severity_en": "Minor",
        "issued_at": STANDS_AT, "first_due_at": STANDS_AT, "due_at": STANDS_AT, "ask_extension_by": STANDS_AT,
        "state": "issued", "version": 1,
    }  # fmt: skip


def milliseconds(ask: Callable[[], Any]) -> float:
    rounds = []
    for _ in range(7):
        begun = process_time()
        assert ask().status_code == 200
        rounds.append(1000 * (process_time() - begun))
    return median(rounds)


def test_lists_and_search_with_three_thousand_units(frame: Frame, tmp_path: Path) -> None:
    with frame.write() as session:
        person_id, token = fill(session)
    place = site(frame, tmp_path)
    browser, client = place.browser(person_id), place.app.test_client(use_cookies=False)
    headers = {"Authorization": f"Bearer {token}"}
    took = {
        path: milliseconds(lambda path=path: client.get(f"/api/v1{path}", headers=headers))  # type: ignore[misc]
        for path in ("", "/units", "/units?limit=500", "/tasks", "/tasks?overdue=true&limit=500", "/scores", "/periods")
    }
    for words in ("第1500县", "T-2345-7", "设备", "nowhere to be found"):
        took[f"search {words}"] = milliseconds(lambda words=words: browser.get(f"/search?q={words}"))  # type: ignore[misc]
    print("\n" + "\n".join(f"{name or '/'}: {one:.0f} ms" for name, one in took.items()))

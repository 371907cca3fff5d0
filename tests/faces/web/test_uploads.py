"""Files are read before the transaction that takes them in begins: nobody waits while somebody's file is parsed."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.faces.web.pages import inspections_checklists, programmes, uploads
from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.inspections.models import Checklist
from assessment.organisations.models import Person, Unit
from assessment.programmes.models import SchemeVersion
from support.organisations import Province
from support.programmes import NOW, SCHEME, a_year_planned
from support.web import Browser, SiteUnderTest, site

UNITS = b"code,name_zh,name_en,level,parent\n220103,c,C,county,220100\n"
PEOPLE = b"username,name,email,language,unit,title_zh,title_en,role\nlee,Lee,,en,220100,a,A,locality_officer\n"
OTHER = SCHEME.replace("scheme: cameras", "scheme: other").encode()


class Watched(Frame):
    """A frame that knows whether anybody is writing."""

    writing = 0

    @contextmanager
    def write(self) -> Iterator[Session]:
        with super().write() as session:
            self.writing += 1
            try:
                yield session
            finally:
                self.writing -= 1


@pytest.fixture
def desk(frame: Frame, tmp_path: Path) -> tuple[Watched, SiteUnderTest, dict[str, int]]:
    watched = Watched(frame.engine)
    with watched.write() as session:
        clock.stand_at(session, NOW)
        world = a_year_planned(session, SCHEME)
        province = Province(session, {code: session.get_one(Unit, one) for code, one in world.units.items()})
        for name, role in (("admin", "administrator"), ("office", "assessment_office")):
            province.officer(name, role, "220000")
        people = {name: person.id for name, person in province.people.items()}
    return watched, site(watched, tmp_path), people


def sent(browser: Browser, path: str, content: bytes, name: str) -> Any:
    browser.get(path)
    return browser.post(path, {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("who", "path", "content", "name", "room", "reader", "model"),
    [
        ("admin", "/organisations/import/units", UNITS, "u.csv", uploads, "read_table", Unit),
        ("admin", "/organisations/import/people", PEOPLE, "p.csv", uploads, "read_table", Person),
        ("office", "/programmes/write_scheme", OTHER, "s.yaml", programmes, "read_scheme_file", SchemeVersion),
    ],
)
def test_a_file_is_read_while_nobody_has_to_wait_and_then_taken_in(
    desk: Any, monkeypatch: pytest.MonkeyPatch, who: str, path: str, content: bytes, name: str, room: Any, reader: str,
    model: Any,
) -> None:  # fmt: skip
    frame, served, people = desk
    read: Callable[..., Any] = getattr(room, reader)
    during: list[int] = []

    def watched(*given: Any, **named: Any) -> Any:
        during.append(frame.writing)
        return read(*given, **named)

    monkeypatch.setattr(room, reader, watched)
    count = select(func.count()).select_from(model)
    with frame.read() as session:
        before = session.scalar(count)
    answer = sent(served.browser(people[who]), path, content, name)
    assert answer.status_code == 303, answer.text
    assert during == [0]
    with frame.read() as session:
        assert session.scalar(count) == before + 1


@pytest.mark.parametrize(
    ("who", "path", "name", "says"),
    [
        ("admin", "/organisations/import/units", "u.csv", "The column is missing."),
        ("admin", "/organisations/import/people", "p.xlsx", "The column is missing."),
        ("office", "/programmes/write_scheme", "s.yaml", "nothing was taken from it"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_on_its_page(
    desk: Any, who: str, path: str, name: str, says: str
) -> None:
    _, served, people = desk
    answer = sent(served.browser(people[who]), path, b"nothing: [of this\n", name)
    assert answer.status_code == 422
    assert says in answer.text


def test_a_checklists_workbook_is_read_before_too(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    frame, served, _people = desk
    during: list[int] = []

    def watched(content: bytes, graded: list[str]) -> Any:
        during.append(frame.writing)
        return read(content, graded)

    read = inspections_checklists.read_form
    monkeypatch.setattr(inspections_checklists, "read_form", watched)
    with frame.write() as session:
        province = Province(session, {unit.code: unit for unit in session.scalars(select(Unit))})
        province.officer("keeper", "supervision_office", "220000")
        keeper = province.people["keeper"].id
    browser, path = served.browser(keeper), "/inspections/checklists/import_form"
    browser.get(path)
    form = {"programme_id": "1", "file": (io.BytesIO(b"no workbook"), "a.xlsx")}
    answer = browser.post(path, form, content_type="multipart/form-data")
    assert (answer.status_code, during) == (422, [0])
    assert "This is no XLSForm" in answer.text
    with frame.read() as session:
        assert session.scalar(select(func.count()).select_from(Checklist)) == 0

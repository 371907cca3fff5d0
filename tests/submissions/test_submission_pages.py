"""The pages of programmes, reporting and practices, as each role meets them."""

import hashlib
import html
import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from assessment.faces.web.pages import submissions as room
from assessment.foundation import clock
from assessment.foundation.audit import AuditRow
from assessment.foundation.frame import Frame
from assessment.foundation.tables import read_table, write_csv, write_xlsx
from assessment.organisations.models import Unit
from assessment.practices import services as practices
from assessment.practices.services import NewPractice
from assessment.submissions import services
from assessment.submissions.models import Submission
from support.organisations import Province
from support.programmes import World, act
from support.submissions import IN_TIME, a_period_open, values
from support.web import Browser, SiteUnderTest, site

ROLES = {
    "office": ("assessment_office", "220000"),
    "leader": ("leader", "220000"),
    "verifier": ("verifier", "220000"),
    "county": ("locality_head", "220101"),
    "prefecture": ("locality_officer", "220100"),
    "auditor": ("auditor", "220000"),
    "administrator": ("administrator", "220000"),
}


class Stage:
    """A site with a period open, one report sent, one practice shared."""

    def __init__(self, frame: Frame, folder: Path) -> None:
        with frame.write() as session:
            clock.stand_at(session, IN_TIME)
            self.world, submissions = a_period_open(session)
            province = Province(session, {code: session.get_one(Unit, one) for code, one in self.world.units.items()})
            self.people = {}
            for name, (role, code) in ROLES.items():
                province.officer(name, role, code)
                self.people[name] = province.people[name].id
            self.ids = {code: one.id for code, one in submissions.items()}
            sender = self.world.locality("220102")
            services.submit(session, submissions["220102"], act(sender, IN_TIME), values(450, 98, 100, "91.5"))
            new = NewPractice(self.world.units["220101"], "Night patrols by camera", "We did it.", "Report 3")
            self.practice_id = practices.submit_practice(
                session, act(sender_of(self.world), IN_TIME), self.world.programme, new
            ).id
            self.letter_id = next(one.id for one in self.world.letters if one.unit_id == self.world.units["220101"])
            self.version_id, self.programme_id = self.world.version.id, self.world.programme.id
        self.site: SiteUnderTest = site(frame, folder)

    def as_(self, name: str) -> Browser:
        return self.site.browser(self.people[name])


def sender_of(world: World) -> object:
    return world.locality("220101")


@pytest.fixture
def stage(frame: Frame, tmp_path: Path) -> Stage:
    return Stage(frame, tmp_path)


@pytest.mark.parametrize("name", ROLES)
def test_every_page_opens_for_whoever_may_see_it(stage: Stage, name: str) -> None:
    browser = stage.as_(name)
    mine, other = stage.ids["220101"], stage.ids["220201"]
    expected = {
        "/programmes": 200,
        f"/programmes/{stage.programme_id}": 200,
        f"/programmes/schemes/{stage.version_id}": 200,
        f"/programmes/{stage.programme_id}/letters": 200,
        "/submissions": 200,
        "/practices": 200,
        f"/programmes/letters/{stage.letter_id}": 404 if name == "administrator" else 200,
        f"/submissions/{mine}": 404 if name == "administrator" else 200,
        f"/submissions/{other}": 404 if name in ("county", "prefecture", "administrator") else 200,
        f"/practices/{stage.practice_id}": 404 if name in ("verifier", "administrator") else 200,
        "/submissions/99999": 404,
    }
    found = {path: browser.get(path).status_code for path in expected}
    assert found == expected


def test_a_county_sends_its_report_and_gets_a_receipt(stage: Stage, frame: Frame) -> None:
    browser = stage.as_("county")
    where = f"/submissions/{stage.ids['220101']}"
    assert "On time until" in browser.get(f"{where}/submit").text
    typed = {"number-cameras": "1O", "number-online": "90", "number-all": "100", "number-online_rate": "90"}
    wrong = browser.post(f"{where}/submit", typed)
    assert wrong.status_code == 422
    assert 'value="1O"' in wrong.text
    saved = browser.post(f"{where}/save_draft", typed)
    assert saved.status_code == 303
    sent = browser.post(f"{where}/submit", {**typed, "number-cameras": "1,010"}, follow_redirects=True)
    assert "The report has been received." in sent.text
    assert "Complete and on time." in sent.text
    with frame.read() as session:
        assert session.get_one(Submission, stage.ids["220101"]).state == "submitted"


def test_evidence_is_kept_and_can_be_fetched_again(stage: Stage) -> None:
    browser = stage.as_("county")
    where = f"/submissions/{stage.ids['220101']}"
    browser.get(f"{where}/attach_evidence")
    file = (BytesIO(b"%PDF-1.4\n%%EOF\n"), "list.pdf")
    answer = browser.post(
        f"{where}/attach_evidence", {"value_code": "cameras", "file": file}, content_type="multipart/form-data"
    )
    assert answer.status_code == 303, answer.text[-2000:]
    assert "list.pdf" in browser.get(where).text
    assert browser.get("/submissions/evidence/1").data == b"%PDF-1.4\n%%EOF\n"
    assert stage.as_("administrator").get("/submissions/evidence/1").status_code == 404


def test_one_file_serves_many_values_and_is_known_when_it_comes_again(stage: Stage) -> None:
    county, content = stage.as_("county"), b"%PDF-1.4\n%%EOF\n"
    where = f"/submissions/{stage.ids['220101']}"
    assert attached(county, where, content, "a.pdf", ["cameras", "online"]).status_code == 303
    shown = county.get(where).text
    assert shown.count("a.pdf") >= 2
    other = f"/submissions/{stage.ids['220201']}"
    again = attached(stage.as_("prefecture"), other, content, "b.pdf", ["cameras"])
    assert again.status_code == 404  # not his unit
    reused = county.post(f"{where}/attach_evidence", {"value_code": "all", "kept": hashlib.sha256(content).hexdigest()})
    assert reused.status_code == 303
    nothing = county.post(f"{where}/attach_evidence", {"value_code": "all", "kept": "0" * 64})
    assert nothing.status_code == 422


def test_for_what_a_file_has_served_elsewhere_is_said_to_whoever_may_know(stage: Stage) -> None:
    content = b"%PDF-1.4\n%%EOF\n"
    attached(stage.as_("county"), f"/submissions/{stage.ids['220101']}", content, "a.pdf", ["cameras"])
    with stage.site.frame.write() as session:
        sender = act(stage.world.locality("220102"), IN_TIME)
        services.withdraw(session, session.get_one(Submission, stage.ids["220102"]), sender)
    prefecture = stage.as_("prefecture")
    attached(prefecture, f"/submissions/{stage.ids['220102']}", content, "b.pdf", ["online"])
    told = prefecture.get(f"/submissions/{stage.ids['220102']}").text
    assert "This file already served for New cameras of Unit 220101, Jan 2012." in told


def attached(browser: Browser, where: str, content: bytes, name: str, codes: list[str]) -> Any:
    browser.get(f"{where}/attach_evidence")
    form = {"value_code": codes, "file": (BytesIO(content), name)}
    return browser.post(f"{where}/attach_evidence", form, content_type="multipart/form-data")


def png(tail: bytes = b"") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    return buffer.getvalue() + tail


def workbook(**parts: bytes) -> bytes:
    """A sound workbook with parts added, or put in the place of its own."""
    sound, buffer = BytesIO(write_xlsx(("unit", "period", "cameras"), [("220101", "2012-01", 5)], "a")), BytesIO()
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in old.namelist():
            if name not in parts:
                archive.writestr(name, old.read(name))
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


XXE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>'
HOSTILE = {
    "picture and web page at once": (png(b"<script>alert(1)</script>"), "a.png"),
    "picture and archive at once": (png(workbook()), "a.png"),
    "PDF and archive at once": (b"%PDF-1.4\n%%EOF\n" + workbook(), "a.pdf"),
    "entities of its own": (workbook(**{"xl/sharedStrings.xml": XXE}), "a.xlsx"),
    "the same part twice": (workbook(**{"XL/Workbook.xml": b"<workbook/>"}), "a.xlsx"),
    "a part outside": (workbook(**{"../../etc/cron.d/x": b"x"}), "a.xlsx"),
    "macros": (workbook(**{"xl/vbaProject.bin": b"x"}), "a.xlsx"),
    "a name that climbs": (png(), "../../../../etc/passwd.png"),
    "a name of another system": (png(), "C:\\windows\\a.png"),
    "a name written backwards": (png(), "a\u202egnp.exe.png"),
    "a name with a line of a header": (png(), "a\r\nSet-Cookie: x=y.png"),
    "a name with markup": (png(), '"><script>alert(1)</script>.png'),
    "a name without end": (png(), "a" * 5000 + ".png"),
    "a name like a formula": (png(), "=cmd|' /C calc'!A0.png"),
    "script": (b"<svg onload=alert(1)>", "a.svg"),
    "cells without end": (b"unit,period,cameras\n" + b"," * 2_000_000, "a.csv"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused_or_harmless_at_both_doors(stage: Stage, kind: str) -> None:
    content, name = HOSTILE[kind]
    county, where = stage.as_("county"), f"/submissions/{stage.ids['220101']}"
    answer = attached(county, where, content, name, ["cameras"])
    assert answer.status_code in (303, 400, 422), answer.status_code
    if answer.status_code == 303:
        page, file = county.get(where), county.get("/submissions/evidence/1")
        assert "<script>alert" not in page.text
        assert file.data == content
        assert file.headers["Content-Disposition"].startswith("attachment")
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        assert not re.search(r"[\r\n\u202e]|\.\.[/\\]|Set-Cookie", file.headers["Content-Disposition"].split(";")[1])
        assert file.mimetype in ("image/png", "application/pdf", "text/csv", room.XLSX)
    county.get("/submissions/import")
    form = {"file": (BytesIO(content), name)}
    taken = county.post("/submissions/import", form, content_type="multipart/form-data")
    assert taken.status_code in (200, 400, 422)
    assert "root:" not in taken.text
    assert "<script>alert" not in taken.text


def test_a_verifier_enters_what_was_found_beside_the_claim(stage: Stage) -> None:
    where = f"/submissions/{stage.ids['220102']}"
    browser = stage.as_("verifier")
    assert "does not make" in browser.get(where).text  # 98 of 100 is not 91.5 %
    browser.get(f"{where}/verify")
    assert browser.post(f"{where}/verify", {}).status_code == 422
    assert browser.post(f"{where}/verify", {"number-cameras": "400"}).status_code == 303
    assert "over-reported by 12.5" in browser.get(where).text
    office = stage.as_("office")
    office.get(f"{where}/validate")
    form = {"number-cameras": "400", "number-online": "98", "number-all": "100", "number-online_rate": "98"}
    assert office.post(f"{where}/validate", form).status_code == 303
    assert office.get(f"{where}/values/cameras").status_code == 200


def test_buttons_are_drawn_exactly_where_pressing_works(stage: Stage) -> None:
    where = f"/submissions/{stage.ids['220102']}"
    assert "/verify" in stage.as_("verifier").get(where).text
    assert "/verify" not in stage.as_("auditor").get(where).text
    assert stage.as_("auditor").get(f"{where}/verify").status_code == 403


def test_a_practice_is_shared_accepted_and_commended(stage: Stage) -> None:
    county = stage.as_("county")
    county.get("/practices/submit_practice")
    data = {"programme_id": stage.programme_id, "unit_id": stage.world.units["220101"], "title": "A", "text": "B"}
    made = county.post("/practices/submit_practice", data)
    assert made.status_code == 303
    where = made.headers["Location"]
    office, leader = stage.as_("office"), stage.as_("leader")
    office.get(f"{where}/accept")
    assert office.post(f"{where}/accept").status_code == 303
    leader.get(f"{where}/commend")
    assert leader.post(f"{where}/commend").status_code == 303
    assert "Commended" in stage.as_("verifier").get("/practices").text


def test_a_table_is_checked_before_it_is_sent(stage: Stage, frame: Frame) -> None:
    county = stage.as_("county")
    county.get("/submissions/import")
    text = b"unit,period,cameras,online,all,online_rate\n220101,2012-01,5,1,2,50\n"
    dry = sent_file(county, text)
    assert (dry.status_code, "The file is sound." in dry.text) == (200, True)
    assert sent_file(county, text.replace(b"220101", b"220201")).status_code == 422
    token = re.search(r'action="(/submissions/import/[^"]+)"', dry.text)
    assert token
    assert stage.as_("prefecture").get(f"{token[1]}/marked.xlsx").status_code == 404  # nobody else's file
    assert county.post(token[1]).status_code == 303
    again = sent_file(county, text)
    assert "There is nothing new in it to send." in again.text
    with frame.write() as session:
        assert session.get_one(Submission, stage.ids["220101"]).state == "submitted"
        before = list(session.scalars(select(AuditRow.seq).where(AuditRow.kind == "submission")))
    assert county.post(token[1]).status_code == 303  # the same file twice
    with frame.read() as session:
        assert list(session.scalars(select(AuditRow.seq).where(AuditRow.kind == "submission"))) == before


def test_a_file_with_faults_comes_back_with_each_at_its_cell(stage: Stage) -> None:
    county = stage.as_("county")
    county.get("/submissions/import")
    text = b"unit,period,cameras,online\n220101,2012-01,1O,=1+1\n\n220201,2012-01,007,-5\n"
    refused = sent_file(county, text)
    assert refused.status_code == 422
    assert "Row 2, column \u201ccameras\u201d" in html.unescape(refused.text)
    link = re.search(r'href="([^"]+/marked.xlsx)"', refused.text)
    assert link
    workbook = county.get(link[1]).data
    table = read_table(workbook, "m.xlsx")
    assert table.columns == ("unit", "period", "cameras", "online", "# faults")
    first, second = table.rows
    assert (first.number, second.number) == (2, 4)  # every row in its own place
    assert (first.text("cameras"), first.text("online"), second.text("cameras")) == ("1O", "=1+1", "007")
    assert "is not a number" in first.text("# faults")
    with zipfile.ZipFile(BytesIO(workbook)) as archive:
        assert b"is not a number" in archive.read("xl/comments1.xml")
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    mended = write_csv(table.columns, [("220101", "2012-01", "10", "1", first.text("# faults"))])
    assert "The file is sound." in sent_file(county, mended).text


def sent_file(browser: Browser, content: bytes) -> Any:
    form = {"file": (BytesIO(content), "a.csv")}
    return browser.post("/submissions/import", form, content_type="multipart/form-data")


def test_the_letter_prints_and_the_scheme_reads_aloud(stage: Stage) -> None:
    leader = stage.as_("leader")
    assert leader.get(f"/programmes/letters/{stage.letter_id}.pdf").data.startswith(b"%PDF")
    assert "as a share of the schedule of the letter" in leader.get(f"/programmes/schemes/{stage.version_id}").text
    assert leader.get(f"/programmes/{stage.programme_id}/letters/targets.csv").status_code == 200


def test_the_office_amends_a_letter_and_the_leader_approves_it(stage: Stage) -> None:
    office = stage.as_("office")
    office.get(f"/programmes/letters/{stage.letter_id}/amend")
    data = {
        "ground": "force_majeure",
        "evidence": "Flood report 3",
        "effective_from": "2012-07-01",
        "targets": "cameras = 90",
    }
    assert office.post(f"/programmes/letters/{stage.letter_id}/amend", {**data, "evidence": ""}).status_code == 422
    made = office.post(f"/programmes/letters/{stage.letter_id}/amend", data)
    assert made.status_code == 303
    leader = stage.as_("leader")
    leader.get(made.headers["Location"] + "/approve_amendment")
    assert leader.post(made.headers["Location"] + "/approve_amendment").status_code == 303


LATER = datetime(2012, 3, 1, tzinfo=UTC)

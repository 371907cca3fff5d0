"""The trace leads from an outcome back over all it rests on; the dossier holds fourteen parts and its own hash."""

import hashlib
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pypdf
import pytest
from sqlalchemy import select

from assessment.accountability import services
from assessment.accountability.dossier import TITLES, Dossier, Part, render_dossier
from assessment.accountability.models import Case, CircumstanceKind, Source
from assessment.accountability.trace import Lane, held, records_behind, trace, unit_of
from assessment.delivery.models import Paper
from assessment.foundation import audit, clock
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual, translate
from assessment.foundation.trail_verifier import digest
from assessment.organisations.models import Holding
from assessment.organisations.queries import posts_ever_held
from assessment.remediation import services as remediation
from assessment.remediation.models import FalseClosure
from support import remediation as given
from support.accountability import TASK, make_court
from support.web import SiteUnderTest, site

# --- the trace -------------------------------------------------------------------------------------------------------


@pytest.fixture
def false_closure(frame: Frame) -> tuple[str, str]:
    """A task that was closed, found not to be fixed, and prompted a case."""
    with frame.write() as session:
        world, (task, _) = given.issued(session)
        given.closed(world, task)
        world.province.officer("overseer", "supervision_office")
        act = world.province.act("overseer", at=given.LATER, reason="回头看发现未整改")
        remediation.establish_false_closure(session, task, act, given.LATER + timedelta(days=30))
        session.flush()
        closure = session.scalars(select(FalseClosure)).one()
        world.province.officer("leader", "leader")
        new = services.NewPrompt(
            task.unit_id, Bilingual("虚假销号", "False closure"), Source.PERSON, ("false_closure", closure.id)
        )
        services.prompt(session, world.province.act("leader"), new)
        return ("false_closure", str(closure.id))


def test_a_false_closure_leads_back_over_its_task_notice_finding_and_visit(
    frame: Frame, false_closure: tuple[str, str]
) -> None:
    with frame.read() as session:
        unit_id = unit_of(session, false_closure)
        assert unit_id is not None
        behind = records_behind(session, unit_id, false_closure)
        steps = {kind: step for (kind, _), step in reversed(behind.items())}
        assert [steps[kind] for kind in ("false_closure", "task", "notice", "finding", "visit")] == [0, 1, 2, 2, 3]
        assert {"accountability_case", "campaign", "paper"} <= set(steps)
        found = trace(session, unit_id, false_closure)
    acts = [(one.row.kind, one.row.act) for one in found]
    seqs = [one.row.seq for one in found]
    assert seqs == sorted(seqs, reverse=True), "from the outcome back"
    assert {("task", "close_task"), ("task", "report_done"), ("visit", "settle")} <= set(acts)
    assert {Lane.ACCOUNTABILITY, Lane.REMEDIATION, Lane.INSPECTION, Lane.SERVICE} <= {one.lane for one in found}


def test_every_act_stands_beside_who_held_which_post_that_day(frame: Frame) -> None:
    with frame.write() as session:
        court = make_court(session)
        first = court.province.person("head")
        holding = session.scalars(select(Holding).where(Holding.person_id == first.id)).one()
        holding.valid_to = date(2012, 6, 1)
        court.province.officer("heir", "locality_officer", "220101")
        session.scalars(select(Holding).order_by(Holding.id.desc())).first().valid_from = date(2012, 6, 1)  # type: ignore[union-attr]
        session.flush()
        posts = posts_ever_held(session, court.county)
    assert [one.person for one in held(posts, date(2012, 5, 31))] == ["Head"]
    assert [one.person for one in held(posts, date(2012, 6, 1))] == ["Heir"]


def test_nothing_is_traced_that_is_not_there(frame: Frame) -> None:
    with frame.read() as session:
        for outcome in (("task", "7"), ("task", "x"), ("task", "9" * 30), ("nothing", "1"), ("person", "1")):
            assert unit_of(session, outcome) is None


# --- pages -----------------------------------------------------------------------------------------------------------


class Stage:
    """A decided case behind a site."""

    def __init__(self, frame: Frame, folder: Path) -> None:
        self.frame = frame
        with frame.write() as session:
            court = make_court(session)
            court.province.officer("third", "investigator")
            case = court.executed()
            self.case_id, self.number = case.id, case.number
            clock.stand_at(session, court.now)
            self.people = {name: person.id for name, person in court.province.people.items()}
        self.site: SiteUnderTest = site(frame, folder)

    def get(self, name: str, address: str):  # type: ignore[no-untyped-def]
        return self.site.browser(self.people[name]).get(address)

    def readings(self) -> list[tuple[str, str]]:
        with self.frame.read() as session:
            rows = audit.acts_on(session, [("accountability_case", self.case_id)], audit.RELIED_ON)
            return [(row.act, row.label.split(";")[0]) for row in rows if row.act in ("open_file", "take_dossier")]


@pytest.fixture
def stage(frame: Frame, tmp_path: Path) -> Stage:
    return Stage(frame, tmp_path)


def test_only_who_has_the_case_walks_its_trace(stage: Stage) -> None:
    address = f"/accountability/trace/accountability_case/{stage.case_id}"
    page = stage.get("leader", address)
    assert page.status_code == 200
    assert "Posts held at the unit that day" in page.text
    assert page.text.count('class="mark"') > 3
    assert "Vote on the motion" in page.text
    for name in ("head", "other", "admin", "office", "third", "auditor"):
        assert stage.get(name, address).status_code == 404, name
    assert "Report and verification" not in stage.get("leader", f"{address}?lane=service").text
    assert stage.get("leader", f"{address}?lane=nonsense").status_code == 200


def test_every_reading_is_in_the_log_once_a_day(stage: Stage) -> None:
    address = f"/accountability/{stage.case_id}"
    for name in ("leader", "leader", "judge", "head"):
        assert stage.get(name, address).status_code == 200
    assert stage.get("other", address).status_code == 404
    assert stage.readings() == [("open_file", "Leader"), ("open_file", "Judge"), ("open_file", "Head")]
    assert "Judge" in stage.get("leader", address).text


def test_a_dossier_is_taken_for_a_reason_that_stays_with_the_files_hash(stage: Stage) -> None:
    address = f"/accountability/{stage.case_id}/dossier"
    for name in ("head", "other", "third", "admin", "auditor"):
        assert stage.get(name, address).status_code == 404, name
    browser = stage.site.browser(stage.people["judge"])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"reason": ""}).status_code == 422
    taken = browser.post(address, {"reason": "复查需要"})
    assert (taken.status_code, taken.mimetype) == (200, "application/pdf")
    assert ("take_dossier", "Judge") in stage.readings()
    with stage.frame.read() as session:
        rows = audit.acts_on(session, [("accountability_case", stage.case_id)], audit.RELIED_ON)
        row = next(one for one in rows if one.act == "take_dossier")
        body = json.loads(session.get_one(audit.AuditBody, row.seq).body or "")
        assert row.reason == "复查需要"
        assert audit.verify(session) == []
    pdf = pypdf.PdfReader(io.BytesIO(taken.data))
    assert body == {"sha256": hashlib.sha256(taken.data).hexdigest(), "pages": len(pdf.pages)}
    content = json.loads(pdf.attachments["dossier.json"][0])
    text = "".join(page.extract_text() for page in pdf.pages)
    assert digest(content)[:24] in text.replace("\n", "")
    assert len(content["parts"]) == len(TITLES) == 14


# --- the dossier -----------------------------------------------------------------------------------------------------


def made(language: str, long: int = 0) -> Dossier:
    rows = tuple((str(number), "一段很长的文字 " * 12) for number in range(long))
    parts = tuple(Part(paragraphs=("有。",), columns=("No.", "What") if rows else (), rows=rows) for _ in TITLES)
    return Dossier(
        language, "甲省公安厅", "WZ-2012-001", "案件", "丙县", day="2012-11-13", taken_by="Judge",
        state="Decided", parts=parts, readings=Part(), head="ab" * 32,
    )  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_index_names_the_page_on_which_each_part_begins(language: str) -> None:
    dossier = made(language, long=30)
    rendered = render_dossier(dossier)
    assert rendered.content == render_dossier(dossier).content, "the same case, the same bytes"
    pdf = pypdf.PdfReader(io.BytesIO(rendered.content))
    texts = [page.extract_text().replace(" ", "").replace("\n", "") for page in pdf.pages]
    begins = {}
    for one in pdf.outline:
        for entry in one if isinstance(one, list) else [one]:
            begins[entry["/Title"]] = pdf.get_destination_page_number(entry) + 1
    assert len(begins) == 1 + 14 + 1
    for title in TITLES:
        name = translate(title, language)
        page = next(number for heading, number in begins.items() if heading.endswith(name))
        assert f"{name.replace(' ', '')}{page}" in texts[1], (name, page)
    assert rendered.pages == len(pdf.pages)


def test_a_part_without_anything_says_so() -> None:
    bare = render_dossier(made("en"))
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(bare.content)).pages)
    assert "Nothing is recorded in this part yet." in text


def test_a_circumstance_and_its_proof_are_in_the_case_that_is_traced(frame: Frame) -> None:
    with frame.write() as session:
        court = make_court(session)
        case = court.replied()
        services.record_circumstance(
            session, case, court.act("ida"), kind=CircumstanceKind.MITIGATING, statement="补正", evidence=[("task", 77)]
        )
        session.flush()
        behind = records_behind(session, case.unit_id, ("accountability_case", str(case.id)))
        assert {TASK[0]} == {kind for kind, _ in behind if kind == "task"}
        assert ("task", "77") in behind
        assert session.get(Case, case.id) is case
        assert {kind for kind, _ in behind} >= {"paper"}
        assert session.scalars(select(Paper.id)).all()

"""Checklists from forms, answers item by item, and a restaurant form through score and grade by data alone."""

import copy
import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given as hypothetical
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation.errors import Invalid, NotNow, OutOfDate
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.inspections import queries, services
from assessment.inspections.files import read_form
from assessment.inspections.models import Checklist, Finding, Visit
from assessment.inspections.rules.conditions import Unknown, condition
from assessment.inspections.rules.grading import grade, grades_of, score
from assessment.inspections.services import NewAnswer, NewFinding
from support import hygiene
from support import inspections as given
from support.web import site

GRADED = ("critical", "minor", "practice")


def faults_of(sheets: dict[str, list[dict[str, str]]]) -> list[str]:
    with pytest.raises(Invalid) as refused:
        read_form(hygiene.workbook(sheets), GRADED)
    return [str(one) for one in refused.value.faults or (refused.value.sentence,)]


# --- the form --------------------------------------------------------------------------------------------------------


def test_a_published_form_is_read_whole() -> None:
    form = read_form(hygiene.workbook(hygiene.sheets()), GRADED)
    assert (form.code, form.full_points, form.grades[0]) == ("hygiene", Decimal(100), ("A", Decimal(90)))
    assert len(form.items) == sum(len(items) for *_, items in hygiene.SECTIONS) + 1
    hands = next(one for one in form.items if one.code == "f05")
    assert hands.section == Bilingual("从业人员健康与卫生", "Employee health and hygiene")
    assert hands.text.en.startswith("Hands clean")
    assert (hands.points, hands.severity, hands.is_required, hands.wants_photo) == (Decimal(4), "critical", True, True)
    assert hands.choices[1] == ("out", "不合格 OUT", "Out of compliance", "problem")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ({"type": "select_one nowhere"}, "row 4, column “type”: There is no list “nowhere”"),
        ({"type": "geopoint"}, "row 4, column “type”: “geopoint” is not taken"),
        ({"name": "two words"}, "row 4, column “name”: “two words” is no name"),
        ({"name": "f03"}, "row 5, column “name”: “f03” stands twice"),
        ({"points": "many"}, "row 4, column “points”: “many” is no number of points"),
        ({"severity": ""}, "row 4, column “severity”: Say how grave it is"),
        ({"severity": "awful"}, "row 4, column “severity”: The scheme knows no severity “awful”"),
        ({"required": "perhaps"}, "row 4, column “required”: Write yes or no"),
        ({"relevant": "${later} = 'x'"}, "row 4, column “relevant”: Nothing called “later” is asked before"),
        ({"constraint": "once(.)"}, "row 4, column “constraint”: “once(.)” is not understood"),
        ({"label::中文 (zh)": "", "label::English (en)": ""}, "row 4, column “label”: Say what is asked"),
    ],
)
def test_each_fault_names_sheet_row_and_column(spoil: dict[str, str], told: str) -> None:
    sheets = copy.deepcopy(hygiene.sheets())
    sheets["survey"][2].update(spoil)
    assert any(told in one and "Sheet “survey”" in one for one in faults_of(sheets)), faults_of(sheets)


def test_faults_of_other_sheets_and_of_groups_are_told_as_well() -> None:
    sheets = copy.deepcopy(hygiene.sheets())
    sheets["survey"].pop()
    sheets["choices"][1]["name"] = "in"
    sheets["choices"][2]["outcome"] = "fine"
    sheets["settings"][0]["grades"] = "A 80; B 90"
    told = "\n".join(faults_of(sheets))
    for what in ("no “end group”", "“in” stands twice in", "Write in_order, problem", "Write the grades falling"):
        assert what in told


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"type,name,label\n", hygiene.workbook({"x": []})])
def test_what_is_no_form_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_form(content)


@pytest.mark.parametrize(
    ("text", "answers", "own", "holds"),
    [
        ("${a} = 'yes'", {"a": "yes"}, "", True),
        ("${a} = 'yes' or ${b} > 3", {"a": "no", "b": "10"}, "", True),
        ("not(selected(${a}, 'x')) and ${b} != ''", {"a": "y x", "b": "1"}, "", False),
        (". >= 0 and . <= 60", {}, "61", False),
        (". >= 0 and (. <= 60 or . = 99)", {}, "99", True),
        ("", {}, "", True),
    ],
)
def test_conditions_are_those_of_forms(text: str, answers: dict[str, str], own: str, *, holds: bool) -> None:
    assert condition(text).holds(answers, own) is holds


@hypothetical(st.text(alphabet="${}ab.'\"<>=!() andornotselected0129,", max_size=60))
def test_any_text_is_a_condition_or_is_refused_with_what_is_wrong(text: str) -> None:
    told = "understood"
    try:
        condition(text).holds({"a": "1"}, "2")
    except Unknown as fault:
        told = str(fault)
    assert told


@hypothetical(st.lists(st.integers(0, 40)))
def test_a_score_is_never_below_zero_and_a_grade_never_rises_with_points(points: list[int]) -> None:
    grades = grades_of("A 90; B 80; C 70")
    assert grades is not None
    order = ["A", "B", "C", ""]
    reached = score(Decimal(100), map(Decimal, points))
    assert reached == max(0, 100 - sum(points))
    assert order.index(grade(grades, reached)) <= order.index(grade(grades, max(reached - 1, Decimal(0))))


# --- a restaurant ----------------------------------------------------------------------------------------------------


class Kitchen:
    """One visit by the published form, under way."""

    def __init__(self, session: Session) -> None:
        self.session, self.world = session, given.make_campaigning(session, severities=SEVERITIES)
        form = read_form(hygiene.workbook(hygiene.sheets()), GRADED)
        office = self.world.act("office")
        made = services.draft_checklist(
            session, office, programme_id=self.world.version.programme_id, unit_id=self.world.unit_id("22"),
            code=form.code, title=form.title, items=form.items, full_points=form.full_points, grades=form.grades,
        )  # fmt: skip
        services.bring_into_use(session, made, office)
        self.world.checklist = made
        self.items = {one.code: one for one in queries.items_of(session, made.id)}
        self.visit = given.under_way(self.world)[0]
        self.lead = self.world.leader_of(self.visit)
        services.begin_visit(session, self.visit, self.lead)

    def answer(self, code: str, value: str, **facts: object) -> object:
        new = NewAnswer(self.items[code].id, value=value, **facts)  # type: ignore[arg-type]
        return services.answer_item(self.session, self.visit, self.lead, new)

    def all_in(self, *out: str) -> None:
        for code in self.items:
            self.answer(code, "4" if code == "cold" else "out" if code in out else "in", outcome="in_order")
        for code in out:
            new = NewFinding(self.items[code].id, "后厨操作台", Bilingual("不合格", "Out of compliance"))
            services.record_finding(self.session, self.visit, self.lead, new)


SEVERITIES = """
severities:
  critical: {zh: 关键项严重, en: Critical risk, fix_within: 3w, points: 4}
  minor: {zh: 关键项轻微, en: Minor violation, fix_within: 15w, points: 2}
  practice: {zh: 良好操作, en: Good retail practice, fix_within: 30w, points: 1}
"""


@pytest.mark.parametrize(
    ("out", "reached", "letter"),
    [
        ((), 100, "A"),
        (("f05", "f07", "f24", "f25"), 90, "A"),
        (("f05", "f07", "f24", "f25", "f47"), 89, "B"),
        (("f02", "f03", "f04", "f05", "f06", "f24"), 79, "C"),
        (("f02", "f03", "f04", "f05", "f06", "f07", "f09", "f24", "f25"), 70, "C"),
        (("f02", "f03", "f04", "f05", "f06", "f07", "f09", "f24", "f25", "f49"), 69, ""),
    ],
)
def test_a_restaurant_is_scored_and_graded_by_the_form_alone(
    frame: Frame, out: tuple[str, ...], reached: int, letter: str
) -> None:
    with frame.write() as session:
        kitchen = Kitchen(session)
        kitchen.all_in(*out)
        services.report(session, kitchen.visit, kitchen.lead)
        result = queries.result_of(session, kitchen.visit)
        assert result is not None
        assert (result.score, result.grade) == (Decimal(reached), letter)
        given.after_comments(kitchen.world)
        services.settle(session, kitchen.visit, kitchen.world.act("colleague", given.AFTER_COMMENTS))
        settled = queries.findings_of(session, [kitchen.visit.id])[kitchen.visit.id]
        assert sum(one.points for one in settled) == 100 - reached


def test_a_minor_violation_of_a_critical_item_costs_two_points(frame: Frame, tmp_path: Path) -> None:
    with frame.write() as session:
        kitchen = Kitchen(session)
        kitchen.all_in()
        visit_id, item_id = kitchen.visit.id, kitchen.items["f07"].id
        lead = int(kitchen.lead.by.key.removeprefix("person:"))
    browser = site(frame, tmp_path).browser(lead)
    where = f"/inspections/visits/{visit_id}/record_finding"
    browser.get(where)
    facts = {"item_id": item_id, "severity": "minor", "place": "后厨操作台", "description": "46 °C"}
    assert browser.post(where, facts, content_type="multipart/form-data").status_code == 303
    with frame.read() as session:
        result = queries.result_of(session, session.get_one(Visit, visit_id))
        assert result is not None
        assert (result.score, result.grade) == (Decimal(98), "A")


def test_a_report_is_not_signed_off_while_a_required_item_is_open(frame: Frame) -> None:
    with frame.write() as session:
        kitchen = Kitchen(session)
        with pytest.raises(NotNow, match="required items"):
            services.report(session, kitchen.visit, kitchen.lead)
        kitchen.all_in()
        services.report(session, kitchen.visit, kitchen.lead)


def test_answers_fit_their_kind_and_their_condition(frame: Frame) -> None:
    with frame.write() as session:
        kitchen = Kitchen(session)
        for code, value in (("cold", "warm"), ("cold", "61"), ("f05", "maybe"), ("f05", "")):
            with pytest.raises(Invalid):
                kitchen.answer(code, value, outcome="in_order")
        kitchen.answer("f07", "na")
        items, answers = queries.items_of_visit(session, kitchen.visit), queries.answers_of(session, kitchen.visit.id)
        assert "cold" not in {one.code for one in queries.asked_now(items, answers)}


# --- two at one visit, and a bad network -----------------------------------------------------------------------------


def test_nobody_overwrites_the_other_unseen(frame: Frame) -> None:
    with frame.write() as session:
        kitchen = Kitchen(session)
        kitchen.answer("f05", "in", sent_as="one")
        with pytest.raises(OutOfDate, match="wrote here on"):
            kitchen.answer("f05", "out", sent_as="two")
        kitchen.answer("f05", "out", sent_as="three", seen=1)
        assert queries.answers_of(session, kitchen.visit.id)[kitchen.items["f05"].id].value == "out"


def test_what_is_sent_again_changes_nothing(frame: Frame) -> None:
    with frame.write() as session:
        kitchen = Kitchen(session)
        for _ in range(3):
            kitchen.answer("f05", "out", sent_as="one")
            new = NewFinding(kitchen.items["f05"].id, "后厨", Bilingual("无皂液", "No soap"))
            services.record_once(session, kitchen.visit, kitchen.lead, new, "one")
        assert queries.answers_of(session, kitchen.visit.id)[kitchen.items["f05"].id].version == 1
        assert len(queries.findings_of(session, [kitchen.visit.id])[kitchen.visit.id]) == 1
        kitchen.answer("f05", "in", sent_as="two", follows="one")  # written on before the receipt came back
        assert queries.answers_of(session, kitchen.visit.id)[kitchen.items["f05"].id].version == 2


def test_a_reinspection_carries_only_what_was_flagged(frame: Frame) -> None:
    with frame.write() as session:
        kitchen = Kitchen(session)
        kitchen.all_in("f05", "f24")
        services.report(session, kitchen.visit, kitchen.lead)
        given.after_comments(kitchen.world)
        services.settle(session, kitchen.visit, kitchen.world.act("colleague", given.AFTER_COMMENTS))
        again = services.plan_reinspection(session, kitchen.visit, kitchen.world.act("office", given.AFTER_COMMENTS))
        assert [one.code for one in queries.items_of_visit(session, again)] == ["f05", "f24"]
        lead = kitchen.world.leader_of(again, given.AFTER_COMMENTS)
        services.begin_visit(session, again, lead)
        new = NewFinding(kitchen.items["f03"].id, "后厨", Bilingual("不合格", "Out of compliance"))
        with pytest.raises(Invalid, match="only at what was found before"):
            services.record_finding(session, again, lead, new)


def test_a_form_is_taken_in_on_a_page_or_refused_with_all_its_faults(frame: Frame, tmp_path: Path) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session, severities=SEVERITIES)
        person_id, programme = world.province.person("office").id, world.version.programme_id
    browser = site(frame, tmp_path).browser(person_id)
    path = "/inspections/checklists/import_form"

    def send(sheets: dict[str, list[dict[str, str]]]) -> int:
        browser.get(path)
        file = (io.BytesIO(hygiene.workbook(sheets)), "hygiene.xlsx")
        facts = {"programme_id": str(programme), "file": file}
        return browser.post(path, facts, content_type="multipart/form-data").status_code

    broken = copy.deepcopy(hygiene.sheets())
    broken["survey"][2]["type"] = "geopoint"
    assert send(broken) == 422
    assert browser.last is not None
    assert "Sheet “survey”, row 4, column “type”" in browser.last.text
    assert send(hygiene.sheets()) == 303
    with frame.read() as session:
        made = session.scalars(select(Checklist).where(Checklist.code == "hygiene")).one()
        assert (made.state, made.full_points) == ("drafted", Decimal(100))
        assert session.scalars(select(Finding)).all() == session.scalars(select(Visit)).all() == []

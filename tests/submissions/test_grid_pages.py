"""The grid of a period as a prefecture meets it: typed, pasted, contested, checked, sent by one act."""

import html
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from assessment.foundation import mail
from assessment.foundation.audit import AuditRow
from assessment.foundation.frame import Frame
from assessment.foundation.outbox import OutboxItem
from assessment.submissions import services
from assessment.submissions.models import Submission
from support.desks import Desk, shown
from support.programmes import TREE, act
from support.submissions import IN_TIME, WIDE, WIDE_VALUES
from support.web import questions_of_the_page


@pytest.fixture
def desk(frame: Frame, tmp_path: Path) -> Desk:
    return Desk(frame, tmp_path)


def test_what_is_typed_is_saved_within_a_breath_and_told_by_the_servers_clock(desk: Desk) -> None:
    browser = desk.as_("first")
    seen = shown(browser.get(f"{desk.where}/grid"))
    answer = browser.post(f"{desk.where}/cells", {desk.cell("220101", "cameras"): "1O", "shown": seen})
    assert answer.json["at"] == "10:00"  # where the readers are; no browser's clock has a say
    assert desk.typed("220101") == {"cameras": ("1O", "given")}
    again = browser.get(f"{desk.where}/grid").text
    assert 'value="1O"' in again
    assert 'aria-invalid="true"' in again


def test_who_is_slower_sees_both_values_and_keeps_his_own_text(desk: Desk) -> None:
    first, second = desk.as_("first"), desk.as_("second")
    cell = desk.cell("220101", "cameras")
    seen, _ = [shown(one.get(f"{desk.where}/grid")) for one in (first, second)]
    first.post(f"{desk.where}/cells", {cell: "5", "shown": seen})
    told = second.post(f"{desk.where}/cells", {cell: "6", desk.cell("220101", "all"): "9", "shown": seen}).json
    lost = told["overtaken"][str(desk.ids["220101"])]["cameras"]
    assert "First" in lost["sentence"]
    assert "has entered: 5. You typed: 6." in lost["sentence"]
    assert desk.typed("220101") == {"cameras": ("5", "given"), "all": ("9", "given")}  # what is not contested is kept
    page = second.post(f"{desk.where}/grid", {cell: "6", "shown": seen})
    assert page.status_code == 409
    assert 'value="6"' in page.text
    assert "has entered: 5. You typed: 6." in html.unescape(page.text)
    decided = second.post(f"{desk.where}/grid", {cell: "6", "shown": shown(page)})  # sending again is a decision
    assert decided.status_code == 303
    assert desk.typed("220101")["cameras"] == ("6", "given")


def test_the_loser_of_one_report_sees_both_values_there_too(desk: Desk) -> None:
    first, second = desk.as_("first"), desk.as_("second")
    where = f"/submissions/{desk.ids['220101']}"
    seen, _ = [shown(one.get(f"{where}/submit")) for one in (first, second)]
    first.post(f"{where}/autosave", {"number-cameras": "5", "kind-cameras": "given", "shown": seen})
    page = second.post(f"{where}/save_draft", {"number-cameras": "6", "shown": seen})
    assert page.status_code == 409
    assert "has entered: 5. You typed: 6." in html.unescape(page.text)
    assert 'value="6"' in page.text
    assert second.post(f"{where}/save_draft", {"number-cameras": "6", "shown": shown(page)}).status_code == 303


def test_a_form_without_scripts_overwrites_nothing_it_did_not_touch(desk: Desk) -> None:
    first, second = desk.as_("first"), desk.as_("second")
    seen = shown(second.get(f"{desk.where}/grid"))
    first.get(f"{desk.where}/grid")
    first.post(f"{desk.where}/cells", {desk.cell("220101", "cameras"): "5", "shown": seen})
    whole = {**dict.fromkeys(desk.filled("220101", "220102"), ""), desk.cell("220102", "all"): "7", "shown": seen}
    assert second.post(f"{desk.where}/grid", whole).status_code == 303
    assert desk.typed("220101") == {"cameras": ("5", "given")}
    assert desk.typed("220102") == {"all": ("7", "given")}


def test_only_complete_reports_are_sent_by_one_act_each_with_its_receipt(desk: Desk) -> None:
    browser = desk.as_("first")
    page = browser.get(f"{desk.where}/grid")
    typed = {**desk.filled("220101"), desk.cell("220102", "cameras"): "1O", "shown": shown(page), "then": "answers"}
    answers = browser.post(f"{desk.where}/grid", typed, follow_redirects=True)
    assert "1 report is ready to be sent." in answers.text
    assert "Missing: Cameras online, Cameras in all, Share online" in answers.text
    assert "Cannot be read: New cameras" in answers.text
    form = {"report": str(desk.ids["220101"]), "shown": shown(answers)}
    sent = browser.post(f"{desk.where}/answers", form, follow_redirects=True)
    with desk.frame.read() as session:
        one = session.get_one(Submission, desk.ids["220101"])
        assert (one.state, session.get_one(Submission, desk.ids["220102"]).state) == ("submitted", "draft")
        assert str(one.receipt) in sent.text
        assert one.content_hash in sent.text
        acts = session.scalars(select(AuditRow.act).where(AuditRow.kind == "submission")).all()
        [letter] = session.scalars(select(OutboxItem).where(OutboxItem.kind == mail.MAIL)).all()
    assert acts.count("submit") == 1
    assert letter.payload["to"] == "first@example.org"
    assert str(one.receipt) in letter.payload["body"]
    assert one.content_hash in letter.payload["body"]


def test_what_somebody_changed_after_the_answers_were_looked_at_is_not_sent(desk: Desk) -> None:
    first, second = desk.as_("first"), desk.as_("second")
    seen = shown(first.get(f"{desk.where}/grid"))
    first.post(f"{desk.where}/cells", {**desk.filled("220101"), "shown": seen})
    answers = first.get(f"{desk.where}/answers")
    later = shown(second.get(f"{desk.where}/grid"))
    second.post(f"{desk.where}/cells", {desk.cell("220101", "cameras"): "6", "shown": later})
    refused = first.post(f"{desk.where}/answers", {"report": desk.ids["220101"], "shown": shown(answers)})
    assert refused.status_code == 409
    with desk.frame.read() as session:
        assert session.get_one(Submission, desk.ids["220101"]).state == "draft"


def test_one_report_is_checked_before_it_is_sent(desk: Desk) -> None:
    browser = desk.as_("second")
    where = f"/submissions/{desk.ids['220101']}"
    page = browser.get(f"{where}/submit")
    typed = {"number-cameras": "5", "number-online": "90", "shown": shown(page), "then": "answers"}
    answers = browser.post(f"{where}/save_draft", typed, follow_redirects=True)
    assert "it lacks Cameras in all, Share online" in answers.text
    assert "Nothing has been sent yet." in answers.text
    sent = browser.post(f"{where}/submit", {"shown": shown(answers)}, follow_redirects=True)
    assert "The report has been received." in sent.text


NONSENSE = ("", "{", "[1]", '{"1": 2}', '{"1": {"a": [1]}}', '{"x": {}}', "9" * 5000, "[" * 9000)


@pytest.mark.parametrize("given", NONSENSE)
def test_a_page_that_says_nonsense_of_what_it_showed_overwrites_nothing(desk: Desk, given: str) -> None:
    first, second = desk.as_("first"), desk.as_("second")
    cell = desk.cell("220101", "cameras")
    first.get(f"{desk.where}/grid")
    first.post(f"{desk.where}/cells", {cell: "5", "shown": ""})
    second.get(f"{desk.where}/grid")
    told = second.post(f"{desk.where}/cells", {cell: "6", "shown": given})
    assert told.json["overtaken"]
    assert desk.typed("220101")["cameras"] == ("5", "given")


def test_nobody_types_into_reports_that_are_not_his(desk: Desk) -> None:
    browser = desk.as_("first")
    browser.get(f"{desk.where}/grid")
    assert browser.post(f"{desk.where}/cells", {desk.cell("220201", "cameras"): "1", "shown": ""}).status_code == 404
    assert browser.post(f"{desk.where}/cells", {f"cell-{2**40}-cameras": "1", "shown": ""}).json["shown"] == {}
    assert browser.post(f"{desk.where}/cells", {desk.cell("220101", "nothing"): "1", "shown": ""}).status_code == 422


def test_a_report_that_was_sent_is_shown_and_cannot_be_typed_into(desk: Desk) -> None:
    with desk.frame.write() as session:
        one = session.get_one(Submission, desk.ids["220101"])
        sender = act(desk.world.locality("220101"), IN_TIME)
        services.save_draft(session, one, sender, {"cameras": ("77", "given")})
        services.submit(session, one, sender)
    browser = desk.as_("first")
    page = browser.get(f"{desk.where}/grid").text
    assert "Sent on" in page
    assert desk.cell("220101", "cameras") not in page
    assert "77" in page
    refused = browser.post(f"{desk.where}/grid", {desk.cell("220101", "cameras"): "8", "shown": "{}"})
    assert refused.status_code == 409


# --- sixty counties --------------------------------------------------------------------------------------------------


@pytest.fixture
def many(frame: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Desk:
    counties = {f"2201{n:02}": ("220100", "county") for n in range(3, request.param + 1)}
    monkeypatch.setattr("support.programmes.TREE", {**TREE, **counties})
    return Desk(frame, tmp_path, WIDE)


def read_by(desk: Desk, path: str) -> list[str]:
    asked, page = questions_of_the_page(desk.frame.engine, desk.as_("first"), path)
    assert page.status_code == 200
    assert page.text.count("<input") > 2 * WIDE_VALUES
    return asked


@pytest.mark.parametrize("many", [6, 60], indirect=True)
def test_the_grid_asks_five_questions_however_many_rows(many: Desk) -> None:
    with many.frame.write() as session:  # one drafted, one sent and taken back, the rest untouched
        sender = act(many.world.locality("220100"), IN_TIME)
        codes = [code for code in many.ids if code.startswith("2201")]
        for code in codes[:2]:
            services.save_draft(session, session.get_one(Submission, many.ids[code]), sender, {"v1": ("7", "given")})
        services.submit(session, session.get_one(Submission, many.ids[codes[1]]), sender)
    asked = read_by(many, f"{many.where}/grid")
    assert len(asked) <= 5, "\n\n".join(asked)


def test_the_sheet_of_all_units_comes_back_through_the_import(desk: Desk) -> None:
    browser = desk.as_("first")
    sheet = browser.get(f"{desk.where}/template.csv").data.decode("utf-8-sig")
    lines = sheet.splitlines()
    assert lines[0] == "unit,# name,period,cameras,online,all,online_rate"
    assert lines[1].startswith("#,Unit,,New cameras")
    assert [line.split(",")[0] for line in lines[2:]] == ["220101", "220102"]
    assert json.loads(shown(browser.get(f"{desk.where}/grid"))) == {}

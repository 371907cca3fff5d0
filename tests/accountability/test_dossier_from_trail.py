"""The dossier follows from the trail alone: from the exported rows the same acts, dates, posts and hashes come out."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from assessment.accountability import queries
from assessment.accountability.dossier import Dossier
from assessment.accountability.models import Ballot, Case, Outcome
from assessment.accountability.papers import render_case_paper
from assessment.accountability.trace import records_behind
from assessment.delivery.queries import papers_about
from assessment.faces.web.kit import act_label, kind_word
from assessment.faces.web.pages.accountability_papers import case_paper
from assessment.faces.web.pages.accountability_parts import dossier_of
from assessment.foundation import audit, clock
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import moment_text, said, translate
from assessment.foundation.trail_verifier import faults
from assessment.organisations.officers import label_in
from assessment.organisations.queries import unit_views
from support.accountability import Court, make_court
from support.web import SiteUnderTest, site

CHRONOLOGY, ACTS, DECISION = 1, 3, 10
BY_ACT = {
    "Prompted": "prompt", "Opened": "open_case", "Replied": "reply", "Report filed": "file_report",
    "Passed the legal review": "review_law", "Decided": "decide", "Carried out": "execute",
    "Notice available to the unit": "serve_notice", "Decision available to the unit": "serve_decision",
}  # fmt: skip
"""Moments of the chronology, and the acts of the case that made them."""


@pytest.fixture
def court(frame: Frame) -> Iterator[Court]:
    with frame.write() as session:
        made = make_court(session)
        for number, person in enumerate(made.province.people.values()):
            person.name = f"Xq{number}zz"
        yield made


def taken(court: Court, case: Case, shown: SiteUnderTest, language: str) -> tuple[Dossier, list[dict[str, Any]]]:
    """A dossier, and the trail as it is exported at that moment."""
    court.link()
    with shown.app.test_request_context("/"):
        dossier = dossier_of(court.session, case, court.act("judge"), language)
    return dossier, [json.loads(json.dumps(row)) for row in audit.export(court.session)]


def when(row: dict[str, Any], language: str) -> str:
    return moment_text(datetime.fromisoformat(row["at"]), language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_acts_of_a_dossier_are_recomputed_from_the_exported_rows(
    court: Court, frame: Frame, tmp_path: Path, language: str
) -> None:
    case, shown = court.executed(), site(frame, tmp_path)
    dossier, exported = taken(court, case, shown, language)
    assert list(faults(exported, [dossier.head])) == [], "its head is one of theirs"
    unit_id = case.unit_id
    behind = records_behind(court.session, unit_id, (queries.KIND, str(case.id)))
    expected, between = [], "；" if language == "zh" else "; "
    for row in exported:
        touched = {(kind, name) for relation, kind, name, _ in row["refs"] if relation == audit.TOUCHED}
        found = sorted(touched & set(behind), key=lambda ref: (behind[ref], ref))[:3]
        if found:
            records = between.join(f"{translate(kind_word(kind), language)} {name}" for kind, name in found)
            what = f"{said(act_label(row['kind'], row['act']), language)} ({records})"
            expected.append((str(row["seq"]), when(row, language), what, label_in(row["label"], language)))
    assert len(expected) > 15
    assert [row[:4] for row in dossier.parts[ACTS].rows] == expected


def test_every_moment_vote_and_post_that_a_dossier_tells_has_its_row(
    court: Court, frame: Frame, tmp_path: Path
) -> None:
    case, shown = court.reviewed(), site(frame, tmp_path)
    court.move(case)
    court.vote(case, {**dict.fromkeys(court.panel()[:2], Ballot.IN_FAVOUR), court.panel()[2]: Ballot.AGAINST})
    dossier, exported = taken(court, case, shown, "en")
    this = [queries.KIND, str(case.id)]
    acts = [row for row in exported if this in [ref[1:3] for ref in row["refs"]]]
    told = {what: day for day, what, _ in dossier.parts[CHRONOLOGY].rows if what in BY_ACT}
    assert {"Prompted", "Opened", "Replied", "Report filed", "Passed the legal review"} <= set(told)
    for what, day in told.items():
        assert day in {when(row, "en") for row in acts if row["act"] == BY_ACT[what]}, what
    votes = [row for row in exported if row["act"] == "vote"]
    assert [row[1] for row in dossier.parts[DECISION].rows] == [label_in(row["label"], "en") for row in votes]
    # Whoever of the unit has acted did so in the post that the dossier says was held that day.
    unit = unit_views(court.session, {case.unit_id}, court.now.date())[case.unit_id].name.en
    by_unit = [row for row in dossier.parts[ACTS].rows if f"{unit}: " in row[3]]
    assert by_unit
    for *_, who, posts in by_unit:
        name, post = who.split("; ")[:2]
        assert f"{post.removeprefix(f'{unit}: ')}: {name}" in posts


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_proposal_to_the_organ_tells_posts_and_no_person(court: Court, language: str) -> None:
    case = court.served(Outcome.PROPOSAL, organ="省纪委")
    paper = case_paper(court.session, case, queries.PROPOSAL, language)
    assert paper is not None
    assert (paper.unit, paper.number) == ("省纪委", case.number)
    assert all((paper.findings, paper.responsible, paper.answers))
    posts = [one.post.in_language(language) for one in case.chain]
    assert [line.replace("：", ": ").split(": ")[0] for line in paper.responsible] == posts
    told = json.dumps(asdict(paper), ensure_ascii=False)
    assert not [one.name for one in court.province.people.values() if one.name in told]
    assert render_case_paper(paper) == render_case_paper(paper)


def test_the_unit_receives_a_copy_of_the_proposal_with_its_decision(frame: Frame, tmp_path: Path) -> None:
    with frame.write() as session:
        court = make_court(session)
        case = court.served(Outcome.PROPOSAL, organ="省纪委")
        address = f"/accountability/{case.id}/case_proposal.pdf"
        people = {name: person.id for name, person in court.province.people.items()}
        served = {one.kind: one for one in papers_about(session, (queries.KIND, case.id))}
        copy, decision = served[queries.PROPOSAL], served[queries.DECISION]
        assert {(one.unit_id, one.available_at) for one in (copy, decision)} == {(court.county, court.now)}
        clock.stand_at(session, court.now)
    shown = site(frame, tmp_path)
    assert shown.browser(people["head"]).get(address).mimetype == "application/pdf"
    assert [shown.browser(people[name]).get(address).status_code for name in ("other", "office", "admin")] == [404] * 3

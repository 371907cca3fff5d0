"""The supervision bulletin: fixed as it was served, with every problem and its task, in both languages."""

import io
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.delivery.models import Paper
from assessment.foundation import audit, clock
from assessment.foundation.errors import OutOfDate
from assessment.foundation.frame import Frame
from assessment.inspections import services
from assessment.inspections.models import Campaign
from assessment.inspections.queries import findings_of
from assessment.remediation.models import Task
from assessment.remediation.queries import tasks_from
from support import inspections as given
from support.inspections import Campaigning
from support.web import STANDS_AT, site

NUMBER = "吉督通报〔2012〕1号"


def settled(session: Session) -> Campaigning:
    """Two visits with two problems each, all confirmed."""
    world = given.make_campaigning(session)
    for visit in given.under_way(world):
        given.reported(world, visit, 2)
    services.settle_all(session, world.visits, world.act("colleague", given.after_comments(world)))
    return world


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_bulletin_is_fixed_by_its_hash_and_names_every_problem_with_its_task(frame: Frame, tmp_path: Path) -> None:
    with frame.write() as session:
        world = settled(session)
        clock.stand_at(session, STANDS_AT)
        person_id, tasks = world.province.person("office").id, [task.number for task in session.scalars(select(Task))]
    browser = site(frame, tmp_path).browser(person_id)
    form = browser.get("/inspections/1/conclude").text
    version = re.search(r'name="version" type="hidden" value="(\d+)"', form)[1]  # type: ignore[index]
    answer = browser.post("/inspections/1/conclude", {"number": NUMBER, "version": version})
    assert answer.status_code == 303, answer.text
    read = {}
    for language, words in (("zh", "问题与整改任务"), ("en", "Problems and their tasks")):
        browser.client.set_cookie("language", language)
        read[language] = browser.get("/inspections/1/bulletin.pdf").data
        text = text_of(read[language])
        assert "".join(words.split()) in text
        assert len(tasks) == 4
        assert all(number in text for number in tasks)
    with frame.read() as session:
        campaign = session.get_one(Campaign, 1)
        hashes = {language: sha256(pdf).hexdigest() for language, pdf in read.items()}
        assert hashes == {"zh": campaign.bulletin_zh, "en": campaign.bulletin_en}
        body = next(json.loads(row["body"]) for row in list(audit.export(session)) if row["act"] == "conclude")
        assert (body["number"], body["body_zh"], body["body_en"]) == (NUMBER, hashes["zh"], hashes["en"])
        served = session.scalars(select(Paper).where(Paper.kind == "supervision_bulletin")).all()
        assert {paper.document for paper in served} == {hashes["zh"]}
    with frame.write() as session:  # what becomes of the tasks does not change what was served
        for task in session.scalars(select(Task)):
            task.title_zh = "别的问题"
    browser.client.set_cookie("language", "zh")
    assert browser.get("/inspections/1/bulletin.pdf").data == read["zh"]


def test_a_bulletin_that_misses_what_was_decided_meanwhile_is_not_served(frame: Frame) -> None:
    with frame.write() as session:
        world = settled(session)
        at = given.AFTER_COMMENTS
        before = given.rendered(world, NUMBER, at)
        found = findings_of(session, [world.visits[0].id])[world.visits[0].id][0]
        task = tasks_from(session, "finding", [found.id])[str(found.id)]
        task.number += "-2"
        session.flush()
        with pytest.raises(OutOfDate, match="while the bulletin was being rendered"):
            services.conclude(session, world.campaign, world.act("office", at), NUMBER, before)

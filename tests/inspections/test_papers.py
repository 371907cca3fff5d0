"""The supervision bulletin cites the notice of every problem, in both languages."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from assessment.foundation.frame import Frame
from assessment.inspections import services
from support import inspections as given
from support.web import site


@pytest.mark.parametrize(("language", "words"), [("en", "Problems and their tasks"), ("zh", "问题与整改任务")])
def test_a_bulletin_names_the_notice_of_every_problem(frame: Frame, tmp_path: Path, language: str, words: str) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        given.under_way(world)
        for visit in world.visits:
            given.reported(world, visit, 2)
        at = given.after_comments(world)
        services.settle_all(session, world.visits, world.act("colleague", at))
        services.conclude(session, world.campaign, world.act("office", at), "吉督通报〔2012〕1号")
        person_id, numbers = world.province.person("office").id, [visit.number for visit in world.visits]
    browser = site(frame, tmp_path).browser(person_id)
    browser.client.set_cookie("language", language)
    pdf = browser.get("/inspections/1/bulletin.pdf").data
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "".join(words.split()) in text
    assert all(f"ZG-{number}" in text for number in numbers)
    assert pdf == browser.get("/inspections/1/bulletin.pdf").data

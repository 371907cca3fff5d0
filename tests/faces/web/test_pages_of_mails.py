"""Every thing a mail speaks of leads to its page, behind the sign-in, whatever the address of that page is today."""

import re
from pathlib import Path

import assessment
from assessment.faces.web import pages
from assessment.faces.web.kit.addresses import ADDRESSES
from assessment.foundation.frame import Frame
from support.web import site

SPOKEN_OF = re.compile(r'Line\([^\n]*\("([a-z_]+)", [a-z_.]+\)')


def test_every_kind_of_record_that_mails_speak_of_has_a_page() -> None:
    pages.found()
    source = Path(assessment.__file__).parent
    written = [path.read_text("utf-8") for path in source.rglob("*.py")]
    kinds = {kind for text in written if "letters import Line" in text for kind in SPOKEN_OF.findall(text)}
    assert kinds >= {"task", "submission", "reports", "paper", "panel_seat", "accountability_case"}
    assert kinds <= set(ADDRESSES)


def test_a_link_of_a_mail_leads_on_to_the_page_and_asks_for_the_sign_in_first(
    frame: Frame, people: dict[str, int], tmp_path: Path
) -> None:
    the_site = site(frame, tmp_path)
    asked = the_site.anonymous().get("/go/paper/3")
    assert (asked.status_code, asked.location) == (303, "/sign-in?next=/go/paper/3")
    browser = the_site.browser(people["olga"])
    assert browser.get("/go/paper/3").location == "/delivery/3"
    assert browser.get("/go/reports/3").location == "/submissions/periods/3/grid"
    for nowhere in ("/go/paper/x", "/go/nothing/3", "/go/paper/.."):
        assert browser.get(nowhere).status_code == 404, nowhere

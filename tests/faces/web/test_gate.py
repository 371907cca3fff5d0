"""The gate: marks, tokens, headers, languages, and what is not there for somebody."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Blueprint
from sqlalchemy import func, select

from assessment.faces.web.headers import POLICY
from assessment.faces.web.kit import transactions
from assessment.faces.web.kit.marks import MARK, Mark, UnmarkedView, holding
from assessment.faces.web.pages import account, health, home
from assessment.foundation.audit import AuditRow
from assessment.foundation.frame import Frame
from assessment.organisations.models import Person
from support.web import Browser, SiteUnderTest, site

As = Callable[[str], Browser]


def last_row(frame: Frame) -> AuditRow:
    with frame.read() as db:
        row = db.scalar(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1))
    assert row is not None
    return row


def rows(frame: Frame) -> int:
    with frame.read() as db:
        return db.scalar(select(func.count()).select_from(AuditRow)) or 0


def mail_of(frame: Frame, person_id: int) -> str:
    with frame.read() as db:
        person = db.get(Person, person_id)
        assert person is not None
        return person.email


def test_a_view_without_a_mark_keeps_the_site_from_starting(frame: Frame, tmp_path: Path) -> None:
    room = Blueprint("bare", __name__)
    room.add_url_rule("/bare", "bare", lambda: "")
    with pytest.raises(UnmarkedView, match=r"bare\.bare"):
        site(frame, tmp_path, [room])


def test_the_whole_site_starts(frame: Frame, tmp_path: Path) -> None:
    assert site(frame, tmp_path).anonymous().get("/sign-in").status_code == 200


def test_a_mark_that_asks_for_no_duty_is_refused_where_it_is_written() -> None:
    with pytest.raises(TypeError):
        holding()


def test_nobody_is_shown_a_page_that_is_not_public(the_site: SiteUnderTest) -> None:
    for rule in the_site.app.url_map.iter_rules():
        mark: Mark = getattr(the_site.app.view_functions[rule.endpoint], MARK)
        if mark.public:
            continue
        path = the_site.app.test_request_context().push() or rule.rule
        path = path.replace("<int:", "<").split("<")[0] + ("1" if "<" in rule.rule else "")
        browser = the_site.anonymous()
        browser.get("/sign-in")
        for method in (rule.methods or set()) & {"GET", "POST"}:
            if "<" in rule.rule:
                continue
            answer = browser.get(path) if method == "GET" else browser.post(path)
            assert answer.status_code in (303, 401), (method, path)
            assert method == "GET" or answer.status_code == 401


def test_every_answer_carries_the_policy(the_site: SiteUnderTest, as_: As) -> None:
    for answer in (the_site.anonymous().get("/sign-in"), as_("lena").get("/"), as_("lena").get("/no-such-page")):
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Referrer-Policy" in answer.headers
        assert "unsafe" not in POLICY


def test_pages_of_somebody_signed_in_are_kept_nowhere(as_: As) -> None:
    assert as_("lena").get("/").headers["Cache-Control"] == "no-store"


def test_no_page_has_a_style_or_a_script_of_its_own(as_: As) -> None:
    text = as_("lena").get("/account").text
    assert "style=" not in text
    assert "<style" not in text
    assert "onclick" not in text
    assert text.count("<script") == text.count('<script type="module" src=')


@pytest.mark.parametrize("token", ["", "not-a-token"])
def test_a_form_without_a_good_token_changes_nothing(
    the_site: SiteUnderTest, as_: As, people: dict[str, int], token: str
) -> None:
    lena = as_("lena")
    lena.token = token
    answer = lena.post(f"/trial/{people['olga']}/touch", {"email": "x@y"})
    assert answer.status_code == 400
    assert mail_of(the_site.frame, people["olga"]) == ""
    assert "x@y" in answer.text, "what was typed is lost"


def test_another_persons_token_is_no_token(the_site: SiteUnderTest, as_: As, people: dict[str, int]) -> None:
    lena, ada = as_("lena"), as_("ada")
    lena.token = ada.token
    assert lena.post(f"/trial/{people['olga']}/touch", {"email": "x@y"}).status_code == 400


def test_a_token_dies_with_its_sign_in(the_site: SiteUnderTest, as_: As, people: dict[str, int]) -> None:
    lena = as_("lena")
    stale = lena.token
    lena.post("/sign-out")
    lena.get("/sign-in")
    lena.token = stale
    assert lena.post("/sign-in", {"username": "lena", "password": "x"}).status_code == 400


def test_every_address_that_changes_something_asks_for_a_token(the_site: SiteUnderTest, as_: As) -> None:
    lena = as_("lena")
    for rule in the_site.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        path = rule.rule
        for part in rule.arguments:
            path = path.replace(f"<int:{part}>", "1").replace(f"<{part}>", "x")
        lena.token = ""
        assert lena.post(path).status_code in (400, 403), path


def test_a_view_that_answers_with_a_refusal_is_undone(the_site: SiteUnderTest, as_: As, people: dict[str, int]) -> None:
    lena, path = as_("lena"), f"/trial/{people['olga']}/touch"
    assert lena.post(path, {"email": "no@x", "status": "422"}).status_code == 422
    assert mail_of(the_site.frame, people["olga"]) == ""
    assert lena.post(path, {"email": "yes@x"}).text == f"prepared for {people['olga']}"
    assert mail_of(the_site.frame, people["olga"]) == "yes@x"


def test_a_preparation_runs_before_the_write_begins(the_site: SiteUnderTest, as_: As, people: dict[str, int]) -> None:
    seen: list[str] = []
    room = Blueprint("timing", __name__)
    view = the_site.app.view_functions["trial.touch"]
    original = view.preparation  # type: ignore[attr-defined]
    view.preparation = lambda **given: seen.append(str("session" in transactions.g)) or original(**given)  # type: ignore[attr-defined]
    as_("lena").post(f"/trial/{people['olga']}/touch", {"email": "a@b"})
    assert seen == ["False"]
    assert room.name == "timing"


@pytest.mark.parametrize("path", ["/trial/{audrey}", "/trial/999999", "/trial/99999999999999999999"])
def test_anothers_record_and_a_missing_one_answer_alike(as_: As, people: dict[str, int], path: str) -> None:
    answer = as_("lena").get(path.format(**people))
    assert answer.status_code == 404
    assert "it is not yours to see" in answer.text


def test_a_page_by_duty_is_refused_without_it(as_: As) -> None:
    assert as_("lena").get("/audit").status_code == 403
    assert as_("audrey").get("/audit").status_code == 200


def test_a_refused_act_leaves_a_row_and_nothing_else(the_site: SiteUnderTest, as_: As, people: dict[str, int]) -> None:
    lena = as_("lena")
    before = rows(the_site.frame)
    answer = lena.post(f"/trial/{people['olga']}/suspend", {"reason": "because", "name": "x"})
    assert answer.status_code == 403
    row = last_row(the_site.frame)
    assert rows(the_site.frame) == before + 1
    assert (row.act, row.who) == ("refused", f"person:{people['lena']}")
    with the_site.frame.read() as db:
        person = db.get(Person, people["olga"])
        assert person is not None
        assert person.state == "active"


def test_looking_where_one_may_not_leaves_no_row(the_site: SiteUnderTest, as_: As) -> None:
    lena = as_("lena")
    before = rows(the_site.frame)
    lena.get("/audit")
    assert rows(the_site.frame) == before


def test_the_language_is_the_browsers_until_one_is_chosen(the_site: SiteUnderTest) -> None:
    browser = the_site.anonymous()
    browser.client.delete_cookie("language")
    assert 'lang="zh-Hans"' in browser.get("/sign-in", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}).text
    assert '<html lang="en"' in browser.get("/sign-in", headers={"Accept-Language": "en-GB"}).text
    going = browser.get("/sign-in?language=zh&next=/audit")
    assert going.status_code == 303
    assert going.headers["Location"] == "/sign-in?next=%2Faudit"
    assert '<html lang="zh-Hans"' in browser.get("/sign-in", headers={"Accept-Language": "en-GB"}).text


def test_the_theme_is_remembered(the_site: SiteUnderTest) -> None:
    browser = the_site.anonymous()
    browser.get("/sign-in?theme=dark")
    assert 'data-theme="dark"' in browser.get("/sign-in").text
    browser.get("/sign-in?theme=system")
    assert "data-theme" not in browser.get("/sign-in").text


def test_too_large_a_request_is_refused_with_a_sentence(as_: As, people: dict[str, int]) -> None:
    answer = as_("lena").post(f"/trial/{people['olga']}/touch", {"email": "x" * (33 * 2**20)})
    assert answer.status_code == 413
    assert "32 MB" in answer.text


def test_a_nul_is_no_crash(as_: As) -> None:
    assert as_("lena").get("/?q=%00").status_code == 400


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused_as_pages(as_: As, method: str) -> None:
    lena = as_("lena")
    answer = getattr(lena.client, method)("/", headers={"Accept": "text/html"})
    assert answer.status_code == 405
    assert "used in another way" in answer.text


def test_the_site_serves_below_a_path(frame: Frame, tmp_path: Path, people: dict[str, int]) -> None:
    below = site(frame, tmp_path, [account.pages, home.pages, health.pages], ASSESSMENT_URL="https://gov.example/five").anonymous()
    answer = below.get("/five/sign-in")
    assert answer.status_code == 200
    assert 'href="/five/static/assessment.css"' in answer.text
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Path=/five" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("url", "prefix"), [("https://gov.example", "__Host-"), ("https://gov.example/five", "__Secure-")]
)
def test_behind_https_cookies_are_bound_to_the_host_and_the_policy_to_https(
    frame: Frame, tmp_path: Path, people: dict[str, int], url: str, prefix: str
) -> None:
    secure = site(frame, tmp_path, [account.pages, home.pages, health.pages], ASSESSMENT_URL=url)
    browser = secure.anonymous()
    page = browser.get("/sign-in", base_url=url)
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    sent = {"username": "olga", "password": "quiet-maple-harbour-88"}
    answer = browser.post("/sign-in", sent, base_url=url)
    assert answer.status_code == 303
    cookies = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    assert {cookie.split("=")[0] for cookie in cookies} == {f"{prefix}five_measures", f"{prefix}five_measures_form"}
    for cookie in cookies:
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Domain" not in cookie

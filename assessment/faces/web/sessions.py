"""Sessions: the cookie holds a random token and nothing else; what it means stands in a row, and ends with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assessment.faces.web import refusals
from assessment.faces.web.kit import banner
from assessment.faces.web.kit.transactions import LOOKING, frame, stop_reading
from assessment.foundation import clock, i18n
from assessment.foundation.i18n import Sentence, say
from assessment.faces.web import accounts_now as accounts
from assessment.organisations import officers, queries
from assessment.organisations.officers import Officer

COOKIE = "five_measures"
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Here:
    """The sign-in behind this request."""

    sign_in_id: int
    person_id: int
    is_seen_as: bool
    must_change: bool
    last_seen_at: datetime
    post: Any


def officer_of_request(db: Session, now: datetime) -> Officer | None:
    """Who sends this request, read anew each time: duties may have changed a minute ago."""
    token = request.cookies.get(COOKIE, "")
    found = accounts.session_of(db, token, clock.system_now()) if token else None
    if found is None:
        return None
    day = now.astimezone(i18n.reading_zone()).date()
    officer = officers.officer_on(db, found.person_id, day, seen_as=found.is_seen_as)
    g.sign_in = Here(
        found.id, found.person_id, found.is_seen_as, accounts.must_change(db, found.person_id), found.last_seen_at,
        _post_line(db, officer, day),
    )  # fmt: skip
    return officer


def _post_line(db: Session, officer: Officer, day: Any) -> Any:
    """The post as the page's head shows it: unit and title, in the reader's language, without the name."""
    if not officer.posts:
        return officer.name
    post = officer.posts[0]
    unit = queries.unit_views(db, [post.unit_id], day).get(post.unit_id)
    return i18n.Bilingual(
        f"{unit.name.zh} · {post.title.zh}" if unit else post.title.zh,
        f"{unit.name.en} · {post.title.en}" if unit else post.title.en,
    )


def here() -> Here | None:
    return g.get("sign_in")  # type: ignore[no-any-return]


def post_line() -> Any:
    """Who one is, as the head of every page says it; marked where one looks through another's eyes."""
    found = here()
    if found is None:
        return ""
    return say("{post} (seen as)", post=found.post) if found.is_seen_as else found.post


def mark_seen() -> None:
    """At most every five minutes, in a write of its own: a page that is looked at writes nothing else."""
    found = here()
    if found is None or clock.system_now() - found.last_seen_at < SEEN_EVERY:
        return
    stop_reading()
    with frame().write() as db:
        accounts.see(db, found.sign_in_id, clock.system_now())


def bind_forms() -> None:
    """A form's token lives and dies with the sign-in: whoever signs out, in or over takes no old form along."""
    mark = hashlib.sha256(request.cookies.get(COOKIE, "").encode()).hexdigest()[:24] if here() else ""
    if session.get("of", "") != mark:
        flashes = session.get("_flashes")
        session.clear()
        session["of"] = mark
        if flashes:
            session["_flashes"] = flashes


def source() -> str:
    return request.remote_addr or ""


def hand_out(response: Response, token: str) -> Response:
    """Give the browser its token; it ends with the browser, the row ends it sooner."""
    response.set_cookie(
        COOKIE,
        token,
        path=current_app.config["APPLICATION_ROOT"],
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def take_back(response: Response) -> Response:
    response.delete_cookie(COOKIE, path=current_app.config["APPLICATION_ROOT"])
    return response


def ask_to_sign_in() -> ResponseReturnValue:
    """Nobody is signed in: a page is asked for again after sign-in; what was typed stays on the page."""
    if request.method in LOOKING and request.accept_mimetypes.accept_html and not request.cookies.get(COOKIE):
        door = "example.people" if banner.may_see_as() else "account.sign_in"
        return redirect(url_for(door, next=request.full_path.rstrip("?")), 303)
    refusals.SECURITY.info("not signed in: %s %s", request.method, request.path)
    return refusals.page(401, Sentence(refusals.SENTENCES[401]))


def change_eyes(db: Session, person_id: int) -> str:
    """In the examples: end the session one has, and begin one as somebody else; returns its token."""
    found = here()
    if found is not None:
        accounts.end(db, found.sign_in_id, clock.system_now(), "seen as somebody else")
    return accounts.see_as(db, person_id, clock.system_now(), source())

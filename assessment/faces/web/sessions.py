"""Sessions: the cookie holds a random token and nothing else; what it means stands in a row, and ends with it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assessment.faces.web import refusals
from assessment.faces.web.kit import banner
from assessment.faces.web.kit.marks import Mark
from assessment.faces.web.kit.transactions import LOOKING, current_session, frame, stop_reading
from assessment.faces.web.kit.viewer import viewer
from assessment.foundation import clock, i18n
from assessment.foundation.actors import Act
from assessment.foundation.i18n import Sentence, say
from assessment.organisations import officers, queries, services
from assessment.organisations.models import Person, SignIn
from assessment.organisations.officers import Officer
from assessment.organisations.second_factors import is_needed
from assessment.organisations.services.sign_ins import SignedIn

COOKIE = "five_measures"
LONGEST_AGENT = 200
KEPT = "kept:"
"""Before the name of a field that was typed before the session ended."""


@dataclass(frozen=True)
class Here:
    """The sign-in behind this request, and the post as the page's head shows it."""

    sign_in: SignedIn
    post: Any


def cookie_name() -> str:
    """Behind https a browser takes a cookie of such a name from this host alone, and never over a bare line."""
    if not current_app.config["SESSION_COOKIE_SECURE"]:
        return COOKIE
    return f"__Host-{COOKIE}" if current_app.config["APPLICATION_ROOT"] == "/" else f"__Secure-{COOKIE}"


def token_of_request() -> str:
    return request.cookies.get(cookie_name(), "")


def officer_of_request(db: Session, now: datetime) -> Officer | None:
    """Who sends this request, read anew each time: duties may have changed a minute ago."""
    token = token_of_request()
    found = services.signed_in(db, token, clock.system_now()) if token else None
    if found is None:
        return None
    day = now.astimezone(i18n.reading_zone()).date()
    officer = officers.officer_on(db, found.person_id, day, seen_as=found.is_seen_as)
    g.here = Here(found, _post_line(db, officer, day))
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


def here() -> SignedIn | None:
    """The sign-in behind this request."""
    return g.here.sign_in if "here" in g else None


def post_line() -> Any:
    """Who one is, as the head of every page says it; marked where one looks through another's eyes."""
    if "here" not in g:
        return ""
    return say("{post} (seen as)", post=g.here.post) if g.here.sign_in.is_seen_as else g.here.post


def mark_seen() -> None:
    """At most every five minutes, in a write of its own: a page that is looked at writes nothing else."""
    found, at = here(), clock.system_now()
    if found is not None and found.should_be_touched(at):
        stop_reading()
        with frame().write() as db:
            services.touch(db, found.sign_in_id, at)


def bind_forms() -> None:
    """A form's token lives and dies with the sign-in: whoever signs out, in or over takes no old form along."""
    mark = mark_of(token_of_request()) if here() else ""
    if session.get("of", "") != mark:
        flashes = session.get("_flashes")
        session.clear()
        session["of"] = mark
        if flashes:
            session["_flashes"] = flashes


def begin_forms(token: str) -> None:
    """From here on forms belong to the sign-in with this token, also on the page that this answer draws."""
    session.clear()
    g.pop("csrf_token", None)
    session["of"] = mark_of(token) if token else ""


def mark_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:24]


def source() -> str:
    return request.remote_addr or ""


def agent() -> str:
    """What the browser calls itself."""
    return request.headers.get("User-Agent", "")[:LONGEST_AGENT]


def hand_out(response: Response, token: str) -> Response:
    """Give the browser its token; it ends with the browser, the row ends it sooner."""
    response.set_cookie(
        cookie_name(),
        token,
        path=current_app.config["APPLICATION_ROOT"],
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def take_back(response: Response) -> Response:
    response.delete_cookie(
        cookie_name(), path=current_app.config["APPLICATION_ROOT"], secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True, samesite="Lax",
    )  # fmt: skip
    return response


def ask_to_sign_in() -> ResponseReturnValue:
    """Nobody is signed in: a page is asked for again after sign-in; what was typed stays on the page."""
    going = request.full_path.rstrip("?")
    if half(current_session()) is not None:
        return redirect(url_for("account.code", next=going if request.method in LOOKING else None), 303)
    if request.method in LOOKING and request.accept_mimetypes.accept_html and not token_of_request():
        door = "example.people" if banner.may_see_as() else "account.sign_in"
        return redirect(url_for(door, next=going if going != "/" else None), 303)
    refusals.SECURITY.info("not signed in: %s %s", request.method, request.path)
    if not request.accept_mimetypes.accept_html:
        return refusals.page(401, Sentence(refusals.SENTENCES[401]))
    kept = [(KEPT + name, value) for name, value in refusals.typed()]
    return render_template("account/sign_in.html", form=None, kept=kept, goal=going, ended=True), 401


def new_token() -> str:
    """256 bits by chance: the whole cookie."""
    return secrets.token_urlsafe(32)


def change_eyes(db: Session, person: Person, at: datetime) -> str:
    """In the examples: end the session one has, and begin one as somebody else; returns its token."""
    found, token = here(), new_token()
    officer = officers.officer_on(db, person.id, at.astimezone(i18n.reading_zone()).date(), seen_as=True)
    if found is not None:
        services.sign_out(db, found.sign_in_id, Act(viewer(), at))
    services.see_as(db, person, Act(officer, at), token=token, source=source(), now=clock.system_now())
    return token


PASSWORD_FIRST = ("account.password", "account.change_password", "account.sign_out")
FACTOR_FIRST = (
    "account.second_factor", "account.begin_second_factor", "account.offered", "account.set_up_second_factor",
    *PASSWORD_FIRST,
)  # fmt: skip


def ask_first(mark: Mark) -> ResponseReturnValue | None:
    """A one-time password opens one door only: to choosing one's own. Behind it, where a duty asks for a second factor,
    stands another one: to setting it up. Through others' eyes there is neither."""
    found = here()
    if found is None or mark.public or found.is_seen_as:
        return None
    if found.must_change:
        return None if request.endpoint in PASSWORD_FIRST else redirect(url_for("account.password"), 303)
    if found.proved_at is None and request.endpoint not in FACTOR_FIRST and is_needed(viewer().duties):
        return redirect(url_for("account.second_factor"), 303)
    return None


def half(db: Session) -> SignIn | None:
    """The sign-in of this browser that has brought the right password, and no code yet."""
    token = token_of_request()
    return services.half_signed_in(db, token, clock.system_now()) if token else None

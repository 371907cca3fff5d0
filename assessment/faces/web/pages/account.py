"""One's own account: signing in and out, the password, the sessions, the language."""

from __future__ import annotations

from flask import Blueprint, render_template

from assessment.faces.web import sessions
from assessment.faces.web.kit import current_session, signed_in, viewer

pages = Blueprint("account", __name__, url_prefix="/account")


@pages.get("")
@signed_in
def show() -> str:
    return render_template("account/show.html", here=sessions.here(), officer=viewer(), session=current_session())


@pages.get("/sign-in")
def sign_in() -> str:
    return ""


sign_in.access_mark = __import__("assessment.faces.web.kit.marks", fromlist=["Mark"]).Mark(public=True)

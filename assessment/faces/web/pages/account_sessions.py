"""Where one is signed in: each session with its browser; one of them ended, or all others."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, flash, redirect, render_template, url_for
from sqlalchemy import select

from assessment.faces.web import sessions
from assessment.faces.web.kit import _, act_word, current_act, current_session, not_there, signed_in, viewer
from assessment.faces.web.pages import account as room
from assessment.foundation import clock
from assessment.foundation.i18n import N_
from assessment.organisations import services
from assessment.organisations.models import SignIn
from assessment.organisations.services.sign_ins import ABSOLUTE, IDLE, MOST_SESSIONS

act_word("end_other_sessions", N_("Other sessions ended"))
SHOWN_FOR = timedelta(days=30)
MOST_SHOWN = 20
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
ENDED = {
    "sign-out": N_("signed out"),
    "password change": N_("password changed"),
    "second factor": N_("second factor"),
    "second factor taken away": N_("second factor taken away"),
    "change of duty": N_("duties changed"),
    "suspension": N_("account suspended"),
    "end": N_("account ended"),
    "too many": N_("one session too many"),
}


@room.pages.get("/account/sessions")
@signed_in
def sessions_list() -> str:
    return render_template(
        "account/sessions.html", here=sessions.here(), open_ones=open_sessions(viewer().person_id),
        ended=ended_sessions(viewer().person_id), named=named, why=ENDED, idle=IDLE.seconds // 60,
        hours=ABSOLUTE.seconds // 3600, most=MOST_SESSIONS,
    )  # fmt: skip


def open_sessions(person_id: int) -> list[SignIn]:
    """The sessions that are open somewhere, the newest first."""
    now = clock.system_now()
    query = select(SignIn).where(
        SignIn.person_id == person_id, SignIn.ended_at.is_(None), ~SignIn.awaits_code, SignIn.ends_at > now,
        SignIn.last_seen_at > now - IDLE,
    )  # fmt: skip
    return list(current_session().scalars(query.order_by(SignIn.created_at.desc(), SignIn.id.desc())))


def ended_sessions(person_id: int) -> list[SignIn]:
    """The last ones that are over: whoever finds a stranger's among them knows that something is wrong."""
    now = clock.system_now()
    query = select(SignIn).where(
        SignIn.person_id == person_id, ~SignIn.awaits_code, SignIn.created_at > now - SHOWN_FOR,
        SignIn.ended_at.is_not(None) | (SignIn.ends_at <= now) | (SignIn.last_seen_at <= now - IDLE),
    )  # fmt: skip
    return list(current_session().scalars(query.order_by(SignIn.created_at.desc(), SignIn.id.desc()).limit(MOST_SHOWN)))


def named(agent: str) -> str:
    """A browser as its owner calls it, as far as it says so itself."""
    found = [next((name for mark, name in some if mark in agent), "") for some in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name)


@room.pages.post("/account/sessions/<int:sign_in_id>/end")
@signed_in
def end_session(sign_in_id: int) -> Response:
    """End one of one's own sessions elsewhere."""
    row = current_session().get(SignIn, sign_in_id) if sign_in_id < 2**31 else None
    if row is None or row.person_id != viewer().person_id:
        raise not_there()
    services.sign_out(current_session(), sign_in_id, current_act())
    flash(_("That session has ended."))
    return redirect(url_for("account.sessions_list"), 303)  # type: ignore[return-value]


@room.pages.post("/account/sessions/end_others")
@signed_in
def end_other_sessions() -> Response:
    """Everywhere but here."""
    here = sessions.here()
    assert here is not None
    services.end_other_sessions(current_session(), room.me(), current_act(), sign_in_id=here.sign_in_id)
    flash(_("Every other session of yours has ended."))
    return redirect(url_for("account.sessions_list"), 303)  # type: ignore[return-value]

"""Programs at the door: a token in the header says for whom they read; cookies say nothing."""

from __future__ import annotations

from datetime import datetime

from flask import g, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from assessment.faces.web import refusals
from assessment.faces.web.kit.transactions import frame, stop_reading
from assessment.foundation import clock
from assessment.foundation.i18n import local_day
from assessment.organisations import officers, services
from assessment.organisations.officers import Officer
from assessment.organisations.services.sign_ins import WINDOW


def officer_of_request(db: Session, now: datetime) -> Officer | None:
    """Whose token this is, with the duties of today; raises where too many wrong ones came from the same address."""
    kind, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    if not kind:
        return None
    at = clock.system_now()
    if services.is_slowed(db, request.remote_addr or "", at):
        refusals.SECURITY.warning("token: too many wrong ones from %s", request.remote_addr)
        raise TooManyRequests(retry_after=int(WINDOW.total_seconds()))
    bearer = services.bearer_of(db, token.strip(), at) if kind.lower() == "bearer" else None
    if bearer is None:
        g.wrong_token = token.strip()
        return None
    g.bearer = bearer
    return officers.officer_on(db, bearer.person_id, local_day(now), seen_as=bearer.is_seen_as)


def note() -> bool:
    """Count a wrong token, write down that a right one was used; whether the request may go on."""
    at, bearer = clock.system_now(), g.get("bearer")
    if "wrong_token" in g:
        refusals.SECURITY.warning("token refused from %s", request.remote_addr)
        stop_reading()
        with frame().write() as db:
            services.note_wrong_token(db, g.wrong_token, request.remote_addr or "", at)
        return False
    if bearer is not None and bearer.should_be_noted(at):
        stop_reading()
        with frame().write() as db:
            services.note_token_used(db, bearer.token_id, at)
    return True

"""Refusals on their way out: the page that says what happened and what to do, and the row of a refused act."""

from __future__ import annotations

import logging
from types import MappingProxyType
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from assessment.faces.web import watching
from assessment.faces.web.kit import words
from assessment.faces.web.kit.actions import out_of_date
from assessment.faces.web.kit.transactions import LOOKING, frame, stop_reading
from assessment.faces.web.kit.viewer import is_program, is_signed_in, now, viewer
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import N_, Sentence

LOG = logging.getLogger("assessment.web")
SECURITY = logging.getLogger("assessment.security")
NOTED = (403, 404, 409)
KEPT_BACK = ("csrf_token", "password", "new_password", "repeated", "current")

HEADINGS: dict[int, str] = {
    400: N_("This could not be understood"),
    401: N_("Please sign in first"),
    403: N_("This is not yours to do"),
    404: N_("There is nothing here"),
    405: N_("This address is used in another way"),
    409: N_("This cannot be done now"),
    413: N_("That is too large"),
    422: N_("Something in the form needs another look"),
    429: N_("Too many attempts"),
    500: N_("Something went wrong on our side"),
}
SENTENCES: dict[int, str] = {
    400: N_("Part of the request was missing or not readable. Go back, load the page again and try once more."),
    401: N_("You are not signed in, or your session has ended."),
    403: N_("Your post does not hold a duty that opens this page. Whoever holds it can do it, or grant it to you."),
    404: N_("There is nothing at this address, or it is not yours to see. The address may be mistyped or old."),
    405: N_("The page exists, but not for this kind of request. Go to the start page and follow a link."),
    409: N_("The matter has moved on since you opened it. Load its page again and look at how it stands."),
    413: N_("A file may have 10 MB, one request {limit} MB. Send the files one by one, or smaller pictures."),
    422: N_("Nothing was changed. Go back, correct what is marked and send it again."),
    429: N_("Too many wrong tokens came from this address. Wait fifteen minutes, then try again with a right one."),
    500: N_("Nothing was changed. Try again; if it happens again, give the administrator the reference below."),
}
FORGED = N_("The page had been open for too long, or you signed in again since. What you typed is kept: send it again.")


# --- the refused row -------------------------------------------------------------------------------------------------


def note_later(refusal: Refusal) -> None:
    """For a view that answers a refusal itself, with a status that undoes it: the row follows after that."""
    g.refusal_to_note = refusal


def note(status: int, sentence: Sentence) -> None:
    """Leave a row of an act that was refused to somebody signed in, in a transaction of its own."""
    if status not in NOTED:
        return
    SECURITY.warning("refused %s %s %s for %s", status, request.method, watching.route(), getattr(viewer(), "key", "?"))
    if request.method in LOOKING or not is_signed_in():
        return
    accessed = list(dict.fromkeys(g.get("accessed", [])))
    stop_reading()
    with frame().write() as session:
        audit.record(
            session,
            Act(viewer(), now()),
            "refused",
            None,
            kind=accessed[0][0] if accessed else "request",
            relied_on=accessed,
            body={"address": request.path[:400], "status": status, "sentence": str(sentence)},
        )


def note_if_asked(response: Response) -> Response:
    """Where a view answered a refusal itself, its row follows when the view's own transaction is undone."""
    refusal: Refusal | None = g.pop("refusal_to_note", None)
    if refusal is not None:
        note(refusal.status, refusal.sentence)
    return response


# --- the pages -------------------------------------------------------------------------------------------------------


def typed() -> list[tuple[str, str]]:
    """What the person had typed; never a password or a token."""
    if request.method in LOOKING:
        return []
    try:
        fields = request.form.items(multi=True)
    except HTTPException:
        return []
    return [(name, value) for name, value in fields if name not in KEPT_BACK and value]


def page(status: int, sentence: Any = None, *, faults: Any = (), can_resend: bool = False) -> Response:
    """An error page in the reader's language."""
    if is_program():
        return problem(status, sentence, faults)
    if request.accept_mimetypes.best == "application/json":
        said = words.said(sentence) if sentence else words.label(SENTENCES.get(status, SENTENCES[400]))
        return make_response(jsonify(status=status, sentence=said), status)
    made = make_response(
        render_template(
            "errors/error.html",
            status=status,
            heading=HEADINGS.get(status, HEADINGS[400]),
            sentence=sentence or Sentence(
                SENTENCES.get(status, SENTENCES[400]), MappingProxyType({"limit": _limit_mb()})
            ),
            faults=faults,
            typed=typed(),
            can_resend=can_resend,
            reference=g.get("request_id", ""),
        ),
        status,
    )
    made.headers["Cache-Control"] = "no-store"
    return made


PROBLEM = "application/problem+json"
TOKEN_NEEDED = N_("This needs a token that is valid: send “Authorization: Bearer” and the token. Its owner can make "
                  "another under “My account”.")  # fmt: skip


def problem(status: int, sentence: Any = None, faults: Any = ()) -> Response:
    """A refusal as programs read it: RFC 9457, in the language they asked for."""
    known = SENTENCES.get(status, SENTENCES[400])
    detail = sentence or Sentence(TOKEN_NEEDED if status == 401 else known, MappingProxyType({"limit": _limit_mb()}))
    facts: dict[str, Any] = {
        "type": "about:blank", "title": words.label(HEADINGS.get(status, HEADINGS[400])), "status": status,
        "detail": words.said(detail), "faults": [words.said(one) for one in faults if one != sentence],
    }  # fmt: skip
    made = make_response(jsonify(facts), status)
    made.mimetype = PROBLEM
    if status == 401:
        made.headers["WWW-Authenticate"] = 'Bearer realm="five-measures"'
    return made


def _limit_mb() -> int:
    return (request.max_content_length or 0) // 2**20


def install(app: Flask) -> None:
    """One place translates every refusal and error into its page."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(StaleDataError, lambda _error: refused(out_of_date()))
    app.register_error_handler(DBAPIError, unsettled)
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(HTTPException, answered)
    app.register_error_handler(Exception, broken)
    app.after_request(note_if_asked)


def refused(refusal: Refusal) -> Response:
    note(refusal.status, refusal.sentence)
    return page(refusal.status, refusal.sentence, faults=(*refusal.faults, *refusal.fields.values()))


RACES = ("23505", "40001", "40P01")
"""PostgreSQL's words for two writers at once: the same number given twice, not serializable, a deadlock."""


def unsettled(error: DBAPIError) -> Response:
    """Who lost a race sends it again; anything else the database refuses is a bug."""
    if getattr(error.orig, "sqlstate", None) not in RACES:
        return broken(error)
    LOG.warning("lost a race: %s %s (%s)", request.method, watching.route(), error.orig)
    return refused(out_of_date())


def forged(error: CSRFError) -> Response:
    SECURITY.warning("form without a valid token: %s %s (%s)", request.method, watching.route(), error.description)
    return page(400, Sentence(FORGED), can_resend=is_signed_in())


def answered(error: HTTPException) -> Response:
    """What Flask and its kin refuse: an unknown address, another method, too large a request."""
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    if error.code == 404:
        note(404, Sentence(SENTENCES[404]))
    made = page(error.code)
    if isinstance(error, RequestEntityTooLarge):
        made.headers["Connection"] = "close"
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    made.headers.update(kept)
    return made


def broken(error: Exception) -> Response:
    """A bug: the log has it under the reference that the page shows."""
    LOG.error("error %s: %s %s", g.get("request_id"), request.method, watching.route(), exc_info=error)
    if current_app.testing:
        raise error
    return page(500)

"""Anybody may check a bulletin: by its number, or the file itself, with its signature and its ranking."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Response, render_template, request
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import Length

from assessment.bulletins import queries
from assessment.bulletins.models import Bulletin
from assessment.bulletins.verification import Heads, Line, Outcome, verify
from assessment.faces.web.kit import Form, current_session, download, not_there, public, stripped, without_transaction
from assessment.faces.web.pages import bulletins as room
from assessment.faces.web.pages.bulletins import settings
from assessment.foundation.i18n import N_, Label, say
from assessment.foundation.paper.signature import CERTIFICATE_FILE

LARGEST_FILE = 16 * 2**20


class CheckForm(Form):
    number = StringField(N_("Number"), [Length(max=80)], filters=[stripped])
    file = FileField(N_("The PDF file"))


@room.pages.get("/verify")
@public
def check() -> str:
    """Check a bulletin by its number, or by the file itself."""
    form = CheckForm(formdata=None)
    number = request.args.get("number", "").strip()[:80]
    form.number.data = number
    found = queries.by_number(current_session(), number) if number else None
    return _checked(form, number=number, found=found)


@room.pages.post("/verify")
@public
@without_transaction
def check_file() -> Any:
    form = CheckForm()
    uploaded = form.file.data
    content = uploaded.read(LARGEST_FILE + 1) if uploaded else b""
    if not form.validate() or not content or len(content) > LARGEST_FILE:
        sentence = say("Choose the PDF file of a bulletin.")
        if len(content) > LARGEST_FILE:
            sentence = say("The file is larger than {limit} MB.", limit=LARGEST_FILE // 2**20)
        form.file.errors = [*form.file.errors, sentence]
        return _checked(form), 422
    known = queries.by_document(current_session(), hashlib.sha256(content).hexdigest())
    outcome = verify(content, certificate(), None, trusting=False, heads=heads())
    return _checked(form, outcome=outcome, known=known)


def heads() -> Heads:
    """What this installation's own trail says of a printed head."""
    session = current_session()

    def published_with(number: str) -> str | None:
        found = queries.by_number(session, number)
        return found.audit_head if found else None

    return Heads(lambda head: queries.place_in_trail(session, head), published_with)


def certificate() -> bytes | None:
    """The authority's own, so that anybody sees what a bulletin of this installation is signed with."""
    given = settings().certificate
    try:
        return (Path(given) if given else settings().keys / CERTIFICATE_FILE).read_bytes()
    except OSError:
        return None


def _checked(
    form: CheckForm,
    *,
    number: str = "",
    found: Bulletin | None = None,
    outcome: Sequence[Line] = (),
    known: tuple[Bulletin, str] | None = None,
) -> str:
    form.number.flags.required = form.file.flags.required = True  # each is all that its half of the page asks for
    return render_template(
        "bulletins/check.html",
        form=form,
        number=number,
        found=found,
        outcome=[(line, CHECK_WORDS[line.name], SHAPES[line.outcome]) for line in outcome],
        failed=any(line.outcome is Outcome.FAILED for line in outcome),
        known=known,
        has_results=settings().public,
    )


SHAPES = {Outcome.OK: "done", Outcome.FAILED: "stop", Outcome.NOT_CHECKED: ""}
CHECK_WORDS = {
    "signature": Label(N_("Signature")),
    "signer": Label(N_("Signer")),
    "attachment": Label(N_("Attachment")),
    "ranking": Label(N_("Ranking, recomputed")),
    "head": Label(N_("Head of the audit trail")),
    "chain": Label(N_("Audit trail")),
}


@room.pages.get("/verify/certificate.pem")
@public
def own_certificate() -> Response:
    """The certificate with which anyone can check a bulletin offline."""
    content = certificate()
    if content is None:
        raise not_there()
    return download(content, "certificate.pem", "application/x-pem-file")

"""The dossier of a case: whoever has it takes it for a reason; the trail keeps who, why and the file's hash."""

from __future__ import annotations

import hashlib

from flask import Response, render_template

from assessment.accountability import queries, services
from assessment.accountability.dossier import render_dossier
from assessment.accountability.models import Case
from assessment.faces.web.kit import (
    access,
    address_of,
    current_act,
    current_session,
    download,
    frame,
    language,
    not_there,
    signed_in,
    viewer,
    without_transaction,
)  # fmt: skip
from assessment.faces.web.kit.forms import ReasonForm
from assessment.faces.web.kit.transactions import stop_reading
from assessment.faces.web.pages import accountability as room
from assessment.faces.web.pages.accountability_parts import dossier_of


def _full_case(case_id: int) -> Case:
    """Who reads only part of a case, as its unit does, takes no dossier of it."""
    session = current_session()
    case = access(Case, case_id)
    if not (queries.sees_all(session, case, viewer()) or queries.auditor_said_why(session, case, viewer())):
        raise not_there()
    return case


@room.pages.get("/<int:case_id>/dossier")
@signed_in
def dossier(case_id: int) -> str:
    case = _full_case(case_id)
    form = ReasonForm()
    return render_template("accountability/dossier.html", case=case, form=form, back=address_of(queries.KIND, case.id))


@room.pages.post("/<int:case_id>/dossier")
@signed_in
@without_transaction
def take_dossier(case_id: int) -> Response | tuple[str, int]:
    """Render first, then note who took it, why and its hash; without the note nobody gets it."""
    case = _full_case(case_id)
    form = ReasonForm()
    if not form.validate():
        back = address_of(queries.KIND, case.id)
        return render_template("accountability/dossier.html", case=case, form=form, back=back), 422
    act = current_act().because(form.reason.data.strip())
    number = case.number
    rendered = render_dossier(dossier_of(current_session(), case, act, language()))
    stop_reading()  # on SQLite the note waits for readers, its own request's too
    with frame().write() as session:
        sha256 = hashlib.sha256(rendered.content).hexdigest()
        services.note_dossier(session, session.get_one(Case, case_id), act, sha256=sha256, pages=rendered.pages)
    return download(rendered.content, f"{number}-dossier.{language()}.pdf", "application/pdf")

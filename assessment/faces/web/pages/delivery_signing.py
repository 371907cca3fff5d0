"""Signing for several papers of the inbox by one act."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from assessment.delivery import services
from assessment.delivery.models import Paper
from assessment.faces.web.kit import current_act, current_session, holding, ngettext, not_there, viewer
from assessment.faces.web.pages import delivery as room
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import say
from assessment.organisations.duties import Duty


@room.pages.post("/receive_all")
@holding(Duty.RECEIVE_PAPERS)
def receive_all() -> Response:
    """Sign for what was ticked; a paper that a colleague has signed for meanwhile refuses them all, by its name."""
    session = current_session()
    ticked = request.form.getlist("one")[: room.MOST_AT_ONCE]
    wanted = {int(text) for text in ticked if text.isascii() and text.isdecimal() and len(text) < 10}
    if not wanted:
        raise Invalid(say("Nothing was chosen: tick the papers to sign for."))
    mine = viewer().unit_ids_for(Duty.RECEIVE_PAPERS)
    in_mine = (Paper.id.in_(wanted), Paper.unit_id.in_(mine), Paper.available_at.is_not(None))
    papers = session.scalars(select(Paper).where(*in_mine).order_by(Paper.id)).all()
    if len(papers) != len(wanted):
        raise not_there()
    services.receive_all(session, papers, current_act())
    flash(ngettext("{n} paper is signed for.", "{n} papers are signed for.", len(papers)))
    return redirect(url_for("delivery.index"), 303)

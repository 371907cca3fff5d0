"""More time for a report: asked for by who reports, with a reason; somebody else decides."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import DateField
from wtforms.validators import DataRequired

from assessment.faces.web.kit import ReasonForm, access, address_of, current_act, current_session, now, signed_in
from assessment.faces.web.pages import submissions as room
from assessment.foundation.errors import NotPermitted, Refusal
from assessment.foundation.i18n import N_, reading_zone
from assessment.foundation.workdays import end_of
from assessment.organisations.queries import unit_views
from assessment.submissions import queries, services
from assessment.submissions.models import Submission
from assessment.submissions.process import is_anothers


class ExtensionForm(ReasonForm):
    until = DateField(N_("Until"), [DataRequired(N_("Say by which day."))])


def may_ask(one: Submission) -> bool:
    """Whether the button is offered: to who reports it, while it is with the unit and on time."""
    if one.state not in ("due", "draft") or one.period.state not in room.OPEN:
        return False
    known = queries.deadlines(current_session(), one)
    return not is_anothers(one, current_act()) and now() <= known.on_time_until


@room.pages.route("/<int:submission_id>/ask_extension", methods=["GET", "POST"])
@signed_in
def ask_extension(submission_id: int) -> Response | str | tuple[str, int]:
    """The page, its refusals, and on to the request."""
    session, one, form = current_session(), access(Submission, submission_id), ExtensionForm()
    anothers = is_anothers(one, current_act())
    if anothers:
        raise NotPermitted(anothers)
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate():
        try:
            until = end_of(form.until.data, reading_zone())  # type: ignore[arg-type]
            made = services.ask_extension(session, one, current_act(), until=until)
            session.flush()
            return redirect(address_of("extension", made.id), 303)
        except Refusal as found:
            refusal = found
            form.take_over(found)
    page = render_template(
        "submissions/ask_extension.html",
        form=form,
        refusal=refusal,
        submission=one,
        unit=unit_views(session, {one.unit_id}, one.period.last_day)[one.unit_id],
        deadlines=queries.deadlines(session, one),
        back=url_for("submissions.show", submission_id=one.id),
    )
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


@room.pages.context_processor
def extensions_at_hand() -> dict[str, Any]:
    return {"may_ask_extension": may_ask}

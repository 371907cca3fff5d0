"""The first page: what is asked of this person, until when."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template

from assessment.faces.web.kit import (
    _,
    address_of,
    count_word,
    current_session,
    home,
    language,
    ngettext,
    not_there,
    now,
    said,
    signed_in,
    viewer,
)  # fmt: skip
from assessment.foundation.i18n import Sentence

pages = Blueprint("home", __name__)


@pages.get("/")
@signed_in
def index() -> str:
    session, officer = current_session(), viewer()
    asked = home.asked(session, officer, now())
    drawn = home.panels(session, officer, now())
    return render_template(
        "home/index.html",
        heading=heading(asked, home.headings(session, officer, now())),
        asked=asked,
        wide=[panel for panel in drawn if panel.is_wide],
        narrow=[panel for panel in drawn if not panel.is_wide],
    )


@pages.get("/go/<kind>/<record_id>")
@signed_in
def go(kind: str, record_id: str) -> Response:
    """On to where such a record is shown today: a mail is kept for years, an address may change. Whether there is such
    a record, and who may see it, its own page says."""
    where = address_of(kind, record_id)
    if not where:
        raise not_there()
    return redirect(where)  # type: ignore[return-value]


def heading(asked: list[home.Waiting], said_first: list[Sentence]) -> str:
    """The answer, not a title: "Changchun leads. Four things are asked of you. One is overdue." """
    parts = [said(sentence) for sentence in said_first]
    if asked:
        n, word = len(asked), count_word(len(asked))
        overdue = sum(one.is_overdue(now()) for one in asked)
        parts.append(ngettext("{count} thing is asked of you.", "{count} things are asked of you.", n, count=word))
        if overdue:
            parts.append(ngettext("{count} is overdue.", "{count} are overdue.", overdue, count=count_word(overdue)))
    else:
        parts.append(_("Nothing is asked of you now."))
    return ("" if language() == "zh" else " ").join(parts)

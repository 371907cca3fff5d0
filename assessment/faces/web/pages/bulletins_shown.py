"""One bulletin: what it says, its documents, and who has received it."""

from __future__ import annotations

from flask import Response, render_template
from markupsafe import Markup
from sqlalchemy import select

from assessment.bulletins import queries
from assessment.bulletins.models import Bulletin
from assessment.bulletins.papers import render_bulletin
from assessment.bulletins.pictures import drawn
from assessment.delivery import queries as delivery
from assessment.delivery.models import ON_ITS_WAY, SERVED
from assessment.faces.web.kit import (
    access,
    buttons,
    current_session,
    download,
    language,
    listing,
    signed_in,
    timeline,
    viewer,
)
from assessment.faces.web.pages import bulletins as room
from assessment.faces.web.pages.bulletins import LANGUAGES, heading_of, store, today
from assessment.organisations.duties import Duty
from assessment.programmes.models import Period
from assessment.scoring.models import Edition

PDF = "application/pdf"


@room.pages.get("/bulletins/<int:record_id>")
@signed_in
def show(record_id: int) -> str:
    session = current_session()
    bulletin = access(Bulletin, record_id)
    edition = session.get_one(Edition, bulletin.edition_id)
    period = session.get_one(Period, edition.period_id)
    content = queries.words_of(session, bulletin, language(), today())
    works = any(viewer().holds(duty, bulletin.unit_id) for duty in queries.WORKERS)
    served = delivery.states_about(session, ("bulletin", bulletin.id)) if works else {}
    own = viewer().unit_ids_for(Duty.RECEIVE_PAPERS)
    waiting = delivery.papers_about(session, ("bulletin", bulletin.id), own) if own else []
    longest = max((group.rows for group in content.groups), key=len, default=())
    return render_template(
        "bulletins/show.html",
        bulletin=bulletin,
        edition=edition,
        period=period,
        heading=heading_of(bulletin),
        content=content,
        places=listing("places", longest, ()),
        pictures=[(title, Markup(chart)) for title, chart in drawn(content)],  # noqa: S704 - drawn and escaped by us
        offers=buttons(bulletin),
        corrects=session.get(Bulletin, bulletin.corrects_id) if bulletin.corrects_id else None,
        corrected_by=session.scalar(
            select(Bulletin).where(Bulletin.corrects_id == bulletin.id, Bulletin.state.in_(queries.SHOWN))
        ),
        received=sum(served.get(state, 0) for state in SERVED),
        served=sum(served.values()),
        to_sign_for=[paper for paper in waiting if paper.state in ON_ITS_WAY],
        happened=timeline(session, bulletin) if works else [],
        works=works,
        languages=LANGUAGES,
    )


@room.pages.get("/bulletins/<int:record_id>/<any(zh, en):rendition>.pdf")
@signed_in
def document(record_id: int, rendition: str) -> Response:
    """The paper itself: signed once published, as submitted before, and of a draft as it would be printed today."""
    bulletin = access(Bulletin, record_id)
    return paper_of(bulletin, rendition)


def paper_of(bulletin: Bulletin, rendition: str) -> Response:
    return download(*printed(bulletin, rendition), PDF, is_inline=True)


def printed(bulletin: Bulletin, rendition: str) -> tuple[bytes, str]:
    """The paper in one language, and its file's name."""
    name = getattr(bulletin, f"signed_{rendition}") or getattr(bulletin, f"body_{rendition}")
    if name:
        with store().open(name) as file:
            content = file.read()
    else:
        content = render_bulletin(queries.content_of(current_session(), bulletin, rendition, today()))
    stem = queries.file_stem(bulletin.number or f"draft-{bulletin.id}")
    return content, f"{stem}.{rendition}.pdf"

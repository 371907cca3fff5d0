"""The receipts of a bulletin: on whom it was served, who opened it, who signed for it, and who has not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, url_for

from assessment.bulletins import queries
from assessment.bulletins.models import Bulletin
from assessment.delivery import queries as delivery
from assessment.delivery.models import ON_ITS_WAY, Paper, PaperState
from assessment.delivery.process import PAPER
from assessment.faces.web.kit import (
    Column,
    access,
    address_of,
    choice,
    current_session,
    holding,
    paged,
    search,
    viewer,
)
from assessment.faces.web.kit.words import actor
from assessment.faces.web.pages import bulletins as room
from assessment.faces.web.pages.delivery import chip, units_of
from assessment.foundation.errors import NotPermitted
from assessment.foundation.i18n import N_, Label, Sentence, Word, say
from assessment.organisations.queries import UnitView

MISSING = "missing"
"""The filter that shows those who have neither signed nor are deemed to have received it."""
SHOWN = (PaperState.RECEIVED, PaperState.DEEMED_RECEIVED, PaperState.OPENED, PaperState.AVAILABLE)


@room.pages.get("/bulletins/<int:record_id>/receipts")
@holding(*queries.WORKERS)
def receipts(record_id: int) -> Response | str:
    session = current_session()
    bulletin = access(Bulletin, record_id)
    if not any(viewer().holds(duty, bulletin.unit_id) for duty in queries.WORKERS):
        raise NotPermitted(say("Who received a bulletin is shown to those who prepare, approve, publish or audit it."))
    about = ("bulletin", bulletin.id)
    counts = delivery.states_about(session, about)
    units: dict[int, UnitView] = {}
    columns = [
        Column("unit", N_("Unit"), lambda p: units[p.unit_id].name, link=lambda p: address_of("paper", p.id),
               key_for_sorting=lambda p: units[p.unit_id].code, is_head=True),
        Column("state", N_("State"), lambda p: PAPER.word(p.state), shown=chip),
        Column("available", N_("In the inbox since"), lambda p: p.available_at, is_minor=True),
        Column("opened", N_("Opened"), lambda p: p.opened_at, is_minor=True),
        Column("served", N_("Received"), lambda p: p.served_at),
        Column("by", N_("Signed for by"), lambda p: actor(p.received_by), is_minor=True),
        Column("deemed", N_("Deemed received on"), lambda p: p.deemed_at if p.state in ON_ITS_WAY else None,
               is_minor=True),
    ]  # fmt: skip
    filters = [choice("state", N_("State"), lambda p: p.state, STATES), search(lambda p: units[p.unit_id].name)]
    state, words = (one.chosen for one in filters)
    wanted = delivery.Receipts(about, [*ON_ITS_WAY] if state == MISSING else [state] if state else (), words)

    def read(sort: str, limit: int | None, offset: int) -> list[Paper]:
        papers = wanted.read(session, sort, limit, offset)
        units.update(units_of(papers))
        return papers

    total = sum(counts.values())
    found = paged("receipts", read, (wanted.count(session) if state or words else total, total), columns, filters)
    found.empty = say("It is served on nobody before it is published.")
    return found.answer(
        "bulletins/receipts.html", bulletin=bulletin, heading=heading(counts), figures=figures(bulletin, counts)
    )


STATES: Sequence[tuple[str, Label | Word]] = [
    (MISSING, Label(N_("Not received yet"))),
    *((state.value, PAPER.word(state)) for state in SHOWN),
]


def heading(counts: Mapping[str, int]) -> Sentence:
    """In one sentence, whether anybody is missing."""
    missing, total = sum(counts.get(state, 0) for state in ON_ITS_WAY), sum(counts.values())
    if not total:
        return say("It has been served on nobody yet.")
    if missing:
        return say("{missing} of {total} have not received it yet.", missing=missing, total=total)
    return say("All {total} have received it.", total=total)


def figures(bulletin: Bulletin, counts: Mapping[str, int]) -> list[tuple[Any, int, str, str]]:
    """How many in each state, each count leading to the rows behind it."""
    return [
        (PAPER.word(state), counts.get(state, 0), "", url_for(".receipts", record_id=bulletin.id, state=state.value))
        for state in SHOWN
    ]

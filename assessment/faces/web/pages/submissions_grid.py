"""Reporting for many units at once: the grid of a period, the answers to check, and the receipts."""

from __future__ import annotations

from typing import Any

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from assessment.faces.web.kit import (
    Form,
    _,
    access,
    address,
    current_act,
    current_session,
    holding,
    not_there,
    now,
    viewer,
)
from assessment.faces.web.pages import submissions as room
from assessment.faces.web.pages import submissions_typing as typing
from assessment.foundation.errors import Invalid, NotFound, Refusal
from assessment.foundation.i18n import say
from assessment.organisations.duties import Duty
from assessment.programmes.models import Period, SchemeVersion
from assessment.submissions import grids, services
from assessment.submissions.drafts import Overtaken
from assessment.submissions.grids import Grid
from assessment.submissions.models import UNIT, Submission

A_PAGE = 100
"""Rows on one page; a form has to be sent back whole where there are no scripts."""
address("reports", "submissions.grid", "period_id")
DUTIES = {UNIT: Duty.REPORT, "provider": Duty.PROVIDE_DATA, "panel": Duty.PROVIDE_DATA}


def period_with_scheme(period_id: int) -> Period:
    """The period with all that its grid asks of it, in one query."""
    session = current_session()
    found = session.execute(
        select(Period, SchemeVersion)
        .join(SchemeVersion, SchemeVersion.id == Period.scheme_version_id)
        .where(Period.id == min(period_id, 2**31 - 1))
        .options(joinedload(Period.programme))
    ).first()
    if found is None:
        raise not_there()
    session.info.setdefault("scheme_versions", {})[found[1].id] = found[1]
    return access(Period, period_id)


def own_grid(period_id: int) -> Grid:
    """What the viewer reports of this period: the units' own reports, or those of a provider's line."""
    period = period_with_scheme(period_id)
    sources = [source for source, duty in DUTIES.items() if viewer().unit_ids_for(duty)]
    wanted = request.args.get("source", "")
    for source in [wanted] if wanted in sources else sources:
        found = grids.grid(current_session(), period, source, viewer().unit_ids_for(DUTIES[source]), now())
        if found.rows:
            return found
    raise NotFound(say("Nobody asks you for reports of this period."))


def page_of(grid: Grid) -> tuple[Grid, int, int]:
    """The rows of the page that the address names, its number, and how many there are."""
    pages = max(1, -(-len(grid.rows) // A_PAGE))
    given = request.args.get("page", "1")
    page = min(max(1, int(given)), pages) if given.isdecimal() and len(given) < 9 else 1
    rows = grid.rows[(page - 1) * A_PAGE : page * A_PAGE]
    return Grid(grid.period, grid.source, grid.fields, rows), page, pages


@room.pages.get("/periods/<int:period_id>/grid")
@holding(*room.REPORTERS)
def grid(period_id: int) -> str:
    return drawn(own_grid(period_id))


def drawn(whole: Grid, refusal: Refusal | None = None, lost: dict[tuple[int, str], Any] | None = None) -> str:
    """The grid as it stands, or with what was typed where that was refused."""
    shown, page, pages = page_of(whole)
    typed = typing.typed_cells() if refusal is not None else {}
    texts = {
        (row.submission.id, field.code): _text(row, field.code, typed.get(row.submission.id, {}))
        for row in shown.rows
        for field in row.fields
    }
    deadlines = {row.deadlines for row in shown.open_rows}
    return render_template(
        "submissions/grid.html",
        grid=shown,
        whole=whole,
        texts=texts,
        bad={key for key, text in texts.items() if grids.value_of({"number": text, "kind": "given"}) is None},
        lost=lost or {},
        refusal=refusal,
        deadline=deadlines.pop().sentence() if len(deadlines) == 1 else None,
        shown=typing.to_show([(row.submission.id, row.cells) for row in shown.open_rows]),
        page=page,
        pages=pages,
        source=room.SOURCE_WORDS.get(whole.source, ""),
    )


def _text(row: grids.GridRow, code: str, typed: dict[str, typing.Typed]) -> str:
    if code in typed and row.is_open:
        return typed[code][0]
    cell = row.cells.get(code)
    return typing.as_text((cell["number"], cell["kind"])) if cell else ""


def keep(whole: Grid) -> list[tuple[Submission, list[Overtaken]]]:
    """Everything that was typed, report by report; what is closed by now refuses the whole."""
    seen, open_rows = typing.shown(), {row.submission.id: row for row in whole.rows}
    kept = []
    for report, cells in typing.typed_cells().items():
        row = open_rows.get(report)
        if row is None:
            raise not_there()
        if not _is_changed(row, cells):
            continue
        overtaken = services.autosave(current_session(), row.submission, current_act(), cells, seen.get(report, {}))
        kept.append((row.submission, overtaken))
    return kept


def _is_changed(row: grids.GridRow, cells: dict[str, typing.Typed]) -> bool:
    """A form without scripts sends every cell of every row; only rows that somebody typed into are written."""
    return any(text.strip() != _text(row, code, {}) for code, (text, _kind) in cells.items())


@room.pages.post("/periods/<int:period_id>/cells")
@holding(*room.REPORTERS)
def cells(period_id: int) -> Response:
    """Keep what is being typed into the grid; the page is told when, and where somebody else was faster."""
    return jsonify(typing.saved(keep(own_grid(period_id))))


@room.pages.post("/periods/<int:period_id>/grid")
@holding(*room.REPORTERS)
def save_grid(period_id: int) -> Response | tuple[str, int]:
    """Save the drafts; on to the answers where that was pressed. Whole or not at all, and nothing typed is lost."""
    whole, lost = own_grid(period_id), dict[tuple[int, str], Any]()
    try:
        kept = keep(whole)
        lost = {(one.id, o.code): services.overtaken_sentence(o) for one, some in kept for o in some}
        services.refuse_overtaken([o for _, some in kept for o in some])
    except Refusal as refusal:
        g.refusal_to_note = refusal
        current_session().rollback()
        return drawn(own_grid(period_id), refusal, lost), refusal.status
    if request.form.get("then") == "answers":
        return redirect(url_for(".grid_answers", period_id=period_id, source=whole.source), 303)
    flash(_("The drafts are saved. Nothing has been sent."))
    return redirect(url_for(".grid", period_id=period_id, source=whole.source, page=request.args.get("page")), 303)


# --- check your answers, send ----------------------------------------------------------------------------------------


@room.pages.get("/periods/<int:period_id>/answers")
@holding(*room.REPORTERS)
def grid_answers(period_id: int) -> str:
    """Which reports are complete, what the others lack; only what is ticked is sent."""
    return answers_of(own_grid(period_id))


def answers_of(whole: Grid, refusal: Refusal | None = None) -> str:
    ready = [row for row in whole.open_rows if row.is_complete]
    return render_template(
        "submissions/grid_answers.html",
        grid=whole,
        ready=ready,
        waiting=[row for row in whole.open_rows if not row.is_complete],
        sent=[row for row in whole.rows if not row.is_open],
        shown=typing.to_show([(row.submission.id, row.cells) for row in ready]),
        form=Form(),
        refusal=refusal,
    )


@room.pages.post("/periods/<int:period_id>/answers")
@holding(*room.REPORTERS)
def send_grid(period_id: int) -> Response | tuple[str, int]:
    """Send the reports that were ticked, by one act, each with its receipt; if they still are what was seen."""
    whole, seen = own_grid(period_id), typing.shown()
    ticked = set(request.form.getlist("report"))
    chosen = [row for row in whole.open_rows if str(row.submission.id) in ticked]
    session, act = current_session(), current_act()
    try:
        if not chosen:
            raise Invalid(say("Tick the reports that you want to send."))
        values = [
            (row.submission, services.seen_whole(session, row.submission, act, {}, seen.get(row.submission.id, {})))
            for row in chosen
        ]
        services.submit_many(session, act, values)
        session.flush()
    except Refusal as refusal:
        g.refusal_to_note = refusal
        session.rollback()
        return answers_of(own_grid(period_id), refusal), refusal.status
    flash(_("{n} reports were sent.", n=len(chosen)))
    return redirect(url_for(".receipts", period_id=period_id, source=whole.source), 303)


@room.pages.get("/periods/<int:period_id>/receipts")
@holding(*room.REPORTERS)
def receipts(period_id: int) -> str:
    """Number, time and hash of everything that has been received."""
    whole = own_grid(period_id)
    received = [row for row in whole.rows if row.submission.receipt]
    return render_template("submissions/receipts.html", grid=whole, received=received)


@room.pages.get("/periods/<int:period_id>/template.<kind>")
@holding(*room.REPORTERS)
def grid_template(period_id: int, kind: str) -> Response:
    """The sheet of all units to fill in and send back, with what is known already."""
    whole = own_grid(period_id)
    return room.sheet(whole.period, whole.fields, whole.rows, kind, whole.period.code)

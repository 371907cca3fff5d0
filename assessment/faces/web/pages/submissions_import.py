"""Reports from a table: looked at first, with every fault at its cell, then sent whole by one act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response

from assessment.faces.web.kit import (
    Form,
    _,
    current_act,
    current_session,
    download,
    holding,
    language,
    prepared,
    prepares,
)
from assessment.faces.web.pages import submissions as room
from assessment.faces.web.pages import uploads
from assessment.faces.web.pages.uploads import Sheet
from assessment.foundation.errors import Invalid, NotFound, NotNow, Refusal
from assessment.foundation.i18n import N_, say
from assessment.foundation.sheets_marked import marked
from assessment.foundation.tables import TableFaults
from assessment.programmes.models import Period
from assessment.submissions import files


class ImportForm(Form):
    file = FileField(N_("File"), [FileRequired(N_("Choose a file."))])


@dataclass(frozen=True)
class Looked:
    """A table and what became of looking at it: what would be sent, or what is wrong."""

    sheet: Sheet
    checked: files.Checked | None = None
    refusal: Refusal | None = None

    @property
    def can_be_marked(self) -> bool:
        return isinstance(self.refusal, TableFaults)


def open_periods() -> list[Period]:
    return [one for one in room.reported_periods() if one.state in room.OPEN]


def look() -> Looked | Refusal | None:
    """Read the file and hold it against what is asked, before any transaction that writes."""
    found = uploads.receive_sheet()
    return looked(found) if isinstance(found, Sheet) else found


def looked(sheet: Sheet) -> Looked:
    some = open_periods()
    if not some:
        return Looked(sheet, refusal=NotNow(say("No period is open for reporting now.")))
    try:
        found = files.check_submissions(current_session(), current_act(), some[0].programme, sheet.table, sheet.name)
    except Refusal as refusal:
        return Looked(sheet, refusal=refusal)
    return Looked(sheet, found)


@room.pages.route("/import", methods=["GET", "POST"])
@prepares(look)
@holding(*room.REPORTERS)
def import_() -> Any:
    """A dry run with all faults; nothing is sent by it."""
    form = ImportForm()
    found = prepared() if request.method == "POST" else None
    if isinstance(found, Looked):
        return page(form, found), found.refusal.status if found.refusal else 200
    if request.method == "POST" and not isinstance(found, Refusal):
        form.validate()
    drawn = render_template("submissions/import.html", form=form, refusal=found, found=None, periods=open_periods())
    return (drawn, found.status if found else 422) if request.method == "POST" else drawn


def page(form: ImportForm, found: Looked) -> str:
    return render_template(
        "submissions/import.html", form=form, refusal=found.refusal, found=found, periods=open_periods()
    )


def fetch(token: str) -> Sheet | Refusal:
    try:
        return uploads.received_sheet(token)
    except Refusal as refusal:
        return refusal


@room.pages.post("/import/<token>")
@prepares(fetch)
@holding(*room.REPORTERS)
def send_import(token: str) -> Any:
    """Send what was looked at, by one act; what has changed since is looked at again."""
    sheet = prepared()
    if isinstance(sheet, NotFound):
        raise sheet
    some = open_periods()
    try:
        if isinstance(sheet, Refusal):
            raise sheet
        if not some:
            raise Invalid(say("No period is open for reporting now."))
        session = current_session()
        found = files.import_submissions(session, current_act(), some[0].programme, sheet.table, sheet.name)
    except Refusal as refusal:
        current_session().rollback()
        return page(ImportForm(formdata=None), Looked(sheet, refusal=refusal)), refusal.status
    flash(
        _("{new} reports were sent, {changed} sent again, {same} were there already.",
          new=found.new, changed=found.changed, same=found.same)
    )  # fmt: skip
    return redirect(url_for(".index"), 303)


@room.pages.get("/import/<token>/marked.xlsx")
@holding(*room.REPORTERS)
def marked_import(token: str) -> Response:
    """The table with every fault at its cell, to be mended and sent again."""
    found = looked(uploads.received_sheet(token))
    faults = found.refusal.table_faults if isinstance(found.refusal, TableFaults) else ()
    stem = found.sheet.name.rpartition(".")[0] or found.sheet.name
    return download(marked(found.sheet.table, faults, stem, language()), f"{stem}-marked.xlsx", room.XLSX)

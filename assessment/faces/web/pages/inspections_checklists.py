"""Checklists: written item by item or taken from a form, frozen once they are used."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import Response, render_template, request, url_for
from wtforms import (
    FileField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length

from assessment.faces.web.kit import (
    Action,
    Form,
    access,
    acts,
    address_of,
    buttons,
    current_act,
    current_session,
    holding,
    options,
    prepared,
    prepares,
    signed_in,
    timeline,
    viewer,
)
from assessment.faces.web.pages import inspections as room
from assessment.foundation.errors import Invalid, Refusal
from assessment.foundation.i18n import N_, Bilingual, say
from assessment.inspections import queries, services
from assessment.inspections.files import Form as ReadForm
from assessment.inspections.files import read_form
from assessment.inspections.models import (
    AnswerKind,
    Checklist,
    ChecklistItem,
)
from assessment.inspections.process import CHECKLIST
from assessment.organisations.duties import Duty
from assessment.programmes.models import Programme
from assessment.programmes.queries import programmes, scheme, version_in_force

# --- checklists ------------------------------------------------------------------------------------------------------


@room.pages.get("/checklists")
@signed_in
def checklists() -> str:
    session = current_session()
    some = [one for one in queries.checklists(session) if queries.may_see_checklist(session, one, viewer())]
    return render_template(
        "inspections/checklists.html", checklists=some, may_draft=viewer().holds(Duty.KEEP_CHECKLISTS)
    )


@room.pages.get("/checklists/<int:checklist_id>")
@signed_in
def checklist(checklist_id: int) -> str:
    session = current_session()
    one = access(Checklist, checklist_id)
    return render_template(
        "inspections/checklist.html",
        checklist=one,
        items=queries.items_of(session, one.id),
        grades=queries.grades_of(session, one.programme_id),
        offers=buttons(one),
        happened=timeline(session, one),
    )


class ItemsForm(Form):
    items = TextAreaField(
        N_("Items"), [DataRequired(N_("Write at least one item."))],
        description=N_("One a line: code | what is asked | in English | severity | points | clause."),
    )  # fmt: skip


def read_items(text: str) -> list[services.NewItem]:
    """The items as they were typed; the line at fault is named."""
    return [_item(line) for line in filter(str.strip, text.splitlines())]


def edit_items(session: Any, one: Checklist, act: Any, items: str) -> None:
    before = {item.code: item for item in queries.items_of(session, one.id)}
    read = [_as_before(item, before.get(item.code)) for item in read_items(items or "")]
    services.edit_items(session, one, act, read)


def _as_before(item: services.NewItem, before: ChecklistItem | None) -> services.NewItem:
    """What a line does not say stays as it was: section, guidance, and all that came from a form."""
    if before is None:
        return item
    return replace(
        item, section=before.section, method=before.method, kind=AnswerKind(before.kind), choices=before.choices,
        is_required=before.is_required, wants_photo=before.wants_photo, relevant=before.relevant,
        must_hold=before.must_hold,
    )  # fmt: skip


def _item(line: str) -> services.NewItem:
    parts = [part.strip() for part in line.split("|")]
    fault = say(
        "“{line}” is not an item: code | what is asked | in English | severity | points | clause.", line=line[:80]
    )
    if len(parts) < 5 or not parts[0] or not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,4})?", parts[4], re.ASCII):
        raise Invalid(fault, fields={"items": fault})
    text, clause = Bilingual(parts[1], parts[2] or parts[1]), parts[5] if len(parts) > 5 else ""
    return services.NewItem(parts[0], text, parts[3], Decimal(parts[4]), clause=clause)


def fill_items(form: Any, session: Any, one: Checklist) -> None:
    if not form.is_submitted():
        form.items.data = "\n".join(
            f"{i.code} | {i.text_zh} | {i.text_en} | {i.severity} | {i.points.normalize():f} | {i.clause}"
            for i in queries.items_of(session, one.id)
        )


class ChecklistForm(ItemsForm):
    programme_id = SelectField(N_("Programme"), coerce=int, choices=[])
    code = StringField(N_("Code"), [DataRequired(N_("Give it a code.")), Length(max=40)])
    title_zh = StringField(N_("Name in Chinese"), [DataRequired(N_("Give it a title.")), Length(max=200)])
    title_en = StringField(N_("Name in English"), [DataRequired(N_("Give it a title.")), Length(max=200)])


@room.pages.route("/checklists/draft_checklist", methods=["GET", "POST"])
@holding(Duty.KEEP_CHECKLISTS)
def draft_checklist() -> Response | str | tuple[str, int]:
    session, form = current_session(), ChecklistForm()
    form.programme_id.choices = options([(one.id, one.title) for one in programmes(session)])

    def do() -> str:
        programme = session.get_one(Programme, form.programme_id.data)
        made = services.draft_checklist(
            session, current_act(), programme_id=programme.id, unit_id=programme.unit_id,
            code=form.code.data or "", title=Bilingual(form.title_zh.data or "", form.title_en.data or ""),
            items=read_items(form.items.data or ""),
        )  # fmt: skip
        return address_of("checklist", made.id)

    return room.asked(form, do, N_("Draft a checklist"), url_for(".checklists"))


class UploadForm(Form):
    programme_id = SelectField(N_("Programme"), coerce=int, choices=[])
    file = FileField(
        N_("XLSForm workbook"),
        description=N_("An .xlsx with the sheets survey, choices and settings, as ODK and Kobo use them."),
    )


def form_sent() -> ReadForm | Refusal | None:
    """The form in the workbook that was sent; a refusal where it has faults."""
    sent, session = request.files.get("file"), current_session()
    programme = session.get(Programme, request.form.get("programme_id", -1, type=int))
    if request.method != "POST" or programme is None:
        return None
    version = version_in_force(session, programme.id)
    graded = scheme(session, version.id).severities if version is not None else {}
    try:
        return read_form(sent.read() if sent else b"", list(graded))
    except Refusal as refusal:
        return refusal


@room.pages.route("/checklists/import_form", methods=["GET", "POST"])
@prepares(form_sent)
@holding(Duty.KEEP_CHECKLISTS)
def import_form() -> Response | str | tuple[str, int]:
    """A checklist from a workbook: drafted as a whole, or not at all with every fault by sheet, row and column."""
    session, form = current_session(), UploadForm()
    form.programme_id.choices = options([(one.id, one.title) for one in programmes(session)])

    def do() -> str:
        programme = session.get_one(Programme, form.programme_id.data)
        read = prepared()
        if isinstance(read, Refusal):
            raise read
        if not (read.code and read.title.zh):
            raise Invalid(say("The sheet “settings” names the form: form_id and form_title."))
        made = services.draft_checklist(
            session, current_act(), programme_id=programme.id, unit_id=programme.unit_id, code=read.code,
            title=read.title, items=read.items, full_points=read.full_points, grades=read.grades,
        )  # fmt: skip
        return address_of("checklist", made.id)

    return room.asked(form, do, N_("Take a checklist from a form"), url_for(".checklists"))


acts(
    room.pages, Checklist, CHECKLIST,
    {
        "edit_items": Action(edit_items, ItemsForm, fill=fill_items),
        "bring_into_use": Action(services.bring_into_use, explain=lambda session, one: say(
            "From now on it is frozen; a change is a new edition.")),
        "supersede": Action(services.supersede),
    },
    path="/checklists/<int:record_id>",
)  # fmt: skip

"""The trail, for those who audit it, and the acts on one record for whoever may see that record."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file
from sqlalchemy import Select, select

from assessment.faces.web.kit import (
    act_label,
    act_word,
    address,
    address_of,
    cell,
    current_act,
    current_session,
    download,
    frame,
    happenings,
    holding,
    kind_word,
    local_path,
    not_there,
    signed_in,
    viewer,
    without_transaction,
)  # fmt: skip
from assessment.faces.web.kit.lists import A_PAGE
from assessment.faces.web.kit.scopes import may_see_kind
from assessment.foundation import audit, tables
from assessment.foundation.audit import AuditBody, AuditRef, AuditRow
from assessment.foundation.i18n import N_, reading_zone
from assessment.organisations.duties import Duty

pages = Blueprint("audit", __name__, url_prefix="/audit")
address("audit_row", "audit.show", "seq", N_("Audit entry"))
act_word("export", N_("Exported"))
act_word("recompute", N_("Announced results computed again"))
VEILED: set[str] = set()
"""Kinds whose details the trail does not show here: a case's contents are opened in its own room, with a reason."""
MOST_REFS = 200
COLUMNS = ("seq", "at", "who", "label", "act", "kind", "id", "reason", "hash")
FILTERS = ("who", "act", "kind", "record", "after", "before")


@pages.get("")
@holding(Duty.AUDIT)
def index() -> str:
    """Newest first, backwards by numbers: a trail of millions opens as fast as one of ten."""
    query = filtered(select(AuditRow).order_by(AuditRow.seq.desc()))
    below = request.args.get("below", "")
    if below.isdecimal() and len(below) < 18:
        query = query.where(AuditRow.seq < int(below))
    rows = list(current_session().scalars(query.limit(A_PAGE + 1)))
    return render_template(
        "audit/index.html",
        rows=rows[:A_PAGE],
        older=rows[A_PAGE - 1].seq if len(rows) > A_PAGE else None,
        head=audit.head(current_session()),
        chosen={name: request.args.get(name, "").strip() for name in FILTERS},
        kinds=list(current_session().scalars(select(AuditRow.kind).distinct().order_by(AuditRow.kind))),
        act_label=act_label,
        told_reason=told_reason,
    )


def filtered(query: Select[AuditRow]) -> Select[AuditRow]:
    """The address's arguments as conditions; those that mean nothing are left out."""
    given = {name: request.args.get(name, "").strip() for name in FILTERS}
    if given["who"]:
        query = query.where(AuditRow.label.contains(given["who"], autoescape=True) | (AuditRow.who == given["who"]))
    if given["act"]:
        query = query.where(AuditRow.act == given["act"])
    if given["kind"]:
        query = query.where(AuditRow.kind == given["kind"])
    if given["record"]:
        touching = select(AuditRef.seq).where(AuditRef.record_id == given["record"])
        if given["kind"]:
            touching = touching.where(AuditRef.kind == given["kind"])
        query = query.where(AuditRow.seq.in_(touching))
    for name, end in (("after", False), ("before", True)):
        edge = edge_of(given[name], is_end=end)
        if edge is not None:
            query = query.where(AuditRow.at < edge if end else AuditRow.at >= edge)
    return query


def edge_of(text: str, *, is_end: bool) -> datetime | None:
    try:
        day = date.fromisoformat(text)
        edge = datetime.combine(day, time(), reading_zone())
        return edge + timedelta(days=1) if is_end else edge
    except (ValueError, OverflowError):
        return None


@pages.get("/<int:seq>")
@signed_in
def show(seq: int) -> str:
    """One act: to auditors, and to whoever may see a record that it changed."""
    session = current_session()
    row = session.get(AuditRow, seq) if seq < 2**62 else None
    if row is None:
        raise not_there()
    query = select(AuditRef).where(AuditRef.seq == seq).order_by(AuditRef.kind, AuditRef.record_id)
    refs = list(session.scalars(query))
    touched = [one for one in refs if one.relation == audit.TOUCHED]
    is_auditor = viewer().holds(Duty.AUDIT)
    if not is_auditor and not any(may_see_kind(one.kind, one.record_id) for one in touched):
        raise not_there()
    body = session.get(AuditBody, seq)
    return render_template(
        "audit/show.html",
        row=row,
        what=act_label(row.kind, row.act),
        reason=told_reason(row),
        refs=[one for one in refs if is_auditor or may_see_kind(one.kind, one.record_id)][:MOST_REFS],
        ref_count=len(refs),
        body=details(body.body if body else None) if is_auditor and row.kind not in VEILED else None,
        is_sealed=body is not None and body.body is None,
        is_veiled=row.kind in VEILED,
        is_auditor=is_auditor,
    )


def told_reason(row: AuditRow) -> str:
    """A case's reasons are its contents: they are read in its own room by whoever may, an auditor after saying why."""
    return "" if row.kind in VEILED else row.reason


def details(body: str | None) -> list[tuple[str, str]]:
    found: dict[str, Any] = json.loads(body) if body else {}
    texts = (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in found.values())
    return list(zip(found, texts, strict=True))


@pages.get("/of/<kind>/<record_id>")
@signed_in
def of(kind: str, record_id: str) -> str:
    """Every act on one record, newest first."""
    if not (viewer().holds(Duty.AUDIT) or may_see_kind(kind, record_id)):
        raise not_there()
    rows = audit.acts_on(current_session(), [(kind, record_id)])
    if not rows:
        raise not_there()
    return render_template(
        "audit/of.html",
        kind=kind,
        word=kind_word(kind),
        record_id=record_id,
        happened=[one if kind not in VEILED else replace(one, reason="") for one in happenings(reversed(rows))],
        back=address_of(kind, record_id) or local_path(request.args.get("next")),
    )


@pages.post("/export")
@holding(Duty.AUDIT)
@without_transaction
def export() -> Response:
    """The whole trail as JSON lines, for the stand-alone verifier. That it was taken is itself an act."""
    with frame().write() as session:
        audit.record(session, current_act(), "export", None, kind="audit_row")
    file = tempfile.SpooledTemporaryFile(max_size=4 * 2**20)  # noqa: SIM115 - sent, then closed by the server
    with frame().read() as session:
        for row in audit.export(session):
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    file.seek(0)
    answer = send_file(file, "application/x-ndjson", as_attachment=True, download_name="trail.jsonl")  # type: ignore[arg-type]
    answer.call_on_close(file.close)
    return answer


@pages.get("/export.csv")
@holding(Duty.AUDIT)
def export_rows() -> Response:
    """The rows that the filter shows, as a table."""
    rows = current_session().scalars(filtered(select(AuditRow).order_by(AuditRow.seq)).limit(tables.MOST_ROWS))
    cells = (
        [row.seq, cell(row.at), row.who, row.label, row.act, row.kind, row.subject_id, told_reason(row), row.hash]
        for row in rows
    )
    return download(tables.write_csv(COLUMNS, cells), "trail.csv", "text/csv")

"""A visit on a phone: one item at a time with one hand, saved as one goes, kept unsent while there is no network."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for

from assessment.faces.web.kit import (
    access,
    current_act,
    current_session,
    label,
    language,
    prepared,
    prepares,
    said,
    signed_in,
)
from assessment.faces.web.pages import inspections as room
from assessment.faces.web.pages.inspections_visits import keep_evidence, new_finding
from assessment.foundation.errors import Invalid, NotNow, OutOfDate, Refusal
from assessment.foundation.i18n import N_, moment_text, say
from assessment.inspections import queries, services
from assessment.inspections.models import Campaign, ChecklistItem, Outcome, Visit, VisitAnswer, VisitState
from assessment.inspections.process import VISIT
from assessment.inspections.services import NewAnswer


@room.pages.get("/visits/<int:visit_id>/walk")
@signed_in
def walk(visit_id: int) -> str:
    return walking(access(Visit, visit_id))


def walking(one: Visit, refusal: Refusal | None = None, at_item: int = 0) -> str:
    """Every item with its answer; a browser with scripts shows one of them at a time."""
    session = current_session()
    items, answers = queries.items_of_visit(session, one), queries.answers_of(session, one.id)
    asked = {item.id for item in queries.asked_now(items, answers)}
    grades = queries.severities(session, session.get_one(Campaign, one.campaign_id))
    may = any(offer.action == "answer_item" and offer.is_open for offer in VISIT.available(session, one, current_act()))
    if not may and one.state == VisitState.ASSIGNED:
        raise NotNow(say("Begin the visit first."))
    return render_template(
        "inspections/walk.html",
        visit=one,
        unit=room.units_of([one.unit_id])[one.unit_id],
        thing=queries.object_of(session, one),
        items=items,
        answers=answers,
        asked=asked,
        done=len(asked & set(answers)),
        outcomes=OUTCOMES,
        severities=grades,
        found={item.id: found_at(session, one, item) for item in items},
        refusal=refusal,
        at_item=at_item,
        typed=request.form if refusal else {},
        may=may,
    )


OUTCOMES = [
    (Outcome.IN_ORDER.value, N_("In order")),
    (Outcome.PROBLEM.value, N_("A problem")),
    (Outcome.NOT_APPLICABLE.value, N_("Does not apply")),
]


def found_at(session: Any, one: Visit, item: ChecklistItem) -> list[Any]:
    every = queries.findings_of(session, [one.id])[one.id]
    return [finding for finding in every if finding.checklist_item_id == item.id]


def keep(visit_id: int, item_id: int) -> Any:
    return keep_evidence(visit_id)


@room.pages.post("/visits/<int:visit_id>/walk/<int:item_id>")
@signed_in
@prepares(keep)
def walk_item(visit_id: int, item_id: int) -> Response | tuple[str, int] | tuple[Response, int]:
    """One answer, with a finding where something was described; a script is answered with a receipt."""
    one, wants_receipt = access(Visit, visit_id), "application/json" in request.headers.get("Accept", "")
    try:
        answer = take(one, item_id)
        current_session().flush()
    except (OutOfDate, Invalid) as refusal:
        if wants_receipt:
            return jsonify(refused(refusal, one, item_id)), refusal.status
        return walking(one, refusal, item_id), refusal.status
    if wants_receipt:
        return jsonify(receipt(one, answer))  # type: ignore[return-value]
    return redirect(url_for(".walk", visit_id=one.id, _anchor=f"item-{following(one, item_id)}"), 303)  # type: ignore[return-value]


def take(one: Visit, item_id: int) -> VisitAnswer:
    session, act, sent = current_session(), current_act(), request.form
    seen = sent.get("seen", "0")
    new = NewAnswer(
        item_id, sent.get("outcome", ""), sent.get("value", ""), sent.get("note", ""),
        int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else 0,
        sent.get("sent_as", "")[:64], sent.get("follows", "")[:64],
    )  # fmt: skip
    answer = services.answer_item(session, one, act, new)
    if answer.outcome == Outcome.PROBLEM and sent.get("place", "").strip():
        facts = {"item_id": item_id, "severity": sent.get("severity", ""), "place": sent["place"],
                 "description": sent.get("description", "")}  # fmt: skip
        services.record_once(session, one, act, new_finding(session, one, act, prepared(), **facts), new.sent_as)
    return answer


def receipt(one: Visit, answer: VisitAnswer) -> dict[str, Any]:
    """What proves to the phone that the server has it, and what is asked from here on."""
    session = current_session()
    items, answers = queries.items_of_visit(session, one), queries.answers_of(session, one.id)
    return {
        "receipt": f"{one.number}/{answer.item_id}/{answer.version}", "version": answer.version,
        "saved": moment_text(answer.written_at, language()),
        "asked": [item.id for item in queries.asked_now(items, answers)],
    }  # fmt: skip


def refused(refusal: Refusal, one: Visit, item_id: int) -> dict[str, Any]:
    """What is wrong, and what stands on the server where somebody else has written."""
    stored = queries.answers_of(current_session(), one.id).get(item_id)
    words = {value: label(word) for value, word in OUTCOMES}
    return {
        "error": said(refusal.sentence), "stored": None if stored is None or not isinstance(refusal, OutOfDate) else {
            "version": stored.version, "writer": stored.writer, "note": stored.note, "value": stored.value,
            "outcome": words.get(stored.outcome, stored.outcome),
        },
    }  # fmt: skip


def following(one: Visit, item_id: int) -> int:
    """The next item that is asked, or this one at the end."""
    session = current_session()
    items = queries.asked_now(queries.items_of_visit(session, one), queries.answers_of(session, one.id))
    ids = [item.id for item in items]
    place = ids.index(item_id) + 1 if item_id in ids else 0
    return ids[min(place, len(ids) - 1)] if ids else item_id

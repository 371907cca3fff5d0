"""The trace of an outcome as a timeline: lanes by subject, every act with its row of the trail and that day's posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from assessment.accountability import queries
from assessment.accountability.models import Case
from assessment.accountability.trace import OUTCOMES, Lane, Traced, trace, unit_of
from assessment.faces.web.kit import (
    act_label,
    address_of,
    current_session,
    kind_word,
    not_there,
    now,
    signed_in,
    viewer,
)  # fmt: skip
from assessment.faces.web.kit.scopes import may_see_kind
from assessment.faces.web.pages import accountability as room
from assessment.faces.web.pages.audit import told_reason
from assessment.foundation.audit import identity
from assessment.foundation.db import kind_of
from assessment.foundation.i18n import Label, local_day
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views

LEFT, WIDE, HIGH = 150, 640, 22
"""Of the chart: room for the lanes' names, the width of time, the height of a lane."""
ON_A_PHONE = (0, 310, 40)
"""The same where a lane's name stands above its line."""
OF_CASES = ("accountability_case", "case_motion", "interview")
SHOWN = 12
"""As many records of one act are named; the row of the trail has all."""


@room.pages.get("/trace/<kind>/<record_id>")
@signed_in
def back(kind: str, record_id: str) -> str:
    """From an outcome back to everything it rests on; ``?lane=`` shows one subject alone."""
    session = current_session()
    unit_id = unit_of(session, (kind, record_id))
    if unit_id is None or not may_trace(session, kind, record_id, unit_id):
        raise not_there()
    everything = [one for one in trace(session, unit_id, (kind, record_id)) if _is_for_viewer(session, one)]
    wanted = request.args.get("lane", "")
    shown = [one for one in everything if one.lane == wanted] if wanted in set(Lane) else everything
    counts = Counter(one.lane for one in everything)
    return render_template(
        "accountability/trace.html",
        kind=kind,
        record_id=record_id,
        word=kind_word(kind),
        unit=unit_views(session, {unit_id}, local_day(now()))[unit_id],
        home=address_of(kind, record_id),
        happened=[_told(one, place, shown) for place, one in enumerate(shown)],
        charts=[("not-phone", chart(everything)), ("only-phone", chart(everything, *ON_A_PHONE))],
        lanes=[(lane, Label(lane.label), counts[lane]) for lane in Lane if counts[lane]],
        wanted=wanted if wanted in set(Lane) else "",
        count=len(everything),
    )


def may_trace(session: Session, kind: str, record_id: str, unit_id: int) -> bool:
    """Whoever may see the outcome and, because persons stand in it, is charged with the unit or belongs to it."""
    officer = viewer()
    if kind == queries.KIND:
        case = session.get_one(Case, int(record_id))
        return queries.sees_all(session, case, officer) or queries.auditor_said_why(session, case, officer)
    charged = (Duty.OPEN_CASES, Duty.CALL_INTERVIEWS, Duty.AUDIT, *queries.OF_THE_UNIT)
    investigates = any(one.unit_id == unit_id for one in queries.investigating(session, officer.person_id))
    is_charged = investigates or any(officer.holds(duty, unit_id) for duty in charged)
    return is_charged and may_see_kind(kind, record_id)


def _is_for_viewer(session: Session, one: Traced) -> bool:
    """Acts of a case only for those who have it; of the others, whatever touched a record that the viewer may see."""
    for kind, record_id in one.records[:SHOWN]:
        if kind == queries.KIND:
            case = session.get_one(Case, int(record_id))
            if queries.sees_all(session, case, viewer()) or queries.auditor_said_why(session, case, viewer()):
                return True
        elif kind not in OF_CASES and (viewer().holds(Duty.AUDIT) or _may_see(kind, record_id)):
            return True
    return one.records[0][0] in OF_CASES[1:] and _may_see(*one.records[0])


def _may_see(kind: str, record_id: str) -> bool:
    """Values are seen with the report or score they belong to, which is in the trace beside them."""
    return kind in ("submission_value", "practice", "letter_target") or may_see_kind(kind, record_id)


def _told(one: Traced, place: int, shown: Sequence[Traced]) -> dict[str, Any]:
    earlier = shown[place + 1] if place + 1 < len(shown) else None
    return {
        "row": one.row,
        "what": act_label(one.row.kind, one.row.act),
        "reason": told_reason(one.row),
        "lane": one.lane,
        "lane_word": Label(one.lane.label),
        "records": [(kind_word(kind), name, address_of(kind, name)) for kind, name in one.records[:SHOWN]],
        "more": max(0, len(one.records) - SHOWN),
        "posts": one.posts,
        "changed": earlier is None or one.posts != earlier.posts,
    }


# --- the chart -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """One act on the chart; it leads to its line below."""

    x: int
    y: int
    traced: Traced


def chart(everything: Sequence[Traced], left: int = LEFT, wide: int = WIDE, high: int = HIGH) -> dict[str, Any]:
    """Marks from the first act to the last, a lane a subject; acts of one moment and lane share a mark."""
    lanes = [lane for lane in Lane if any(one.lane == lane for one in everything)]
    if not everything:
        return {"marks": [], "lanes": [], "height": 0}
    first, last = everything[-1].day, everything[0].day
    days = max(1, (last - first).days)
    marks: dict[tuple[int, int], Mark] = {}
    for one in everything:
        x = left + 8 + (wide - 16) * (one.day - first).days // days
        y = high * lanes.index(one.lane) + (high - 11)
        marks.setdefault((x, y), Mark(x, y, one))
    words = [
        (Label(lane.label), high * place + (high - 11), high * place + (high - 7 if left else 13))
        for place, lane in enumerate(lanes)
    ]
    height = high * len(lanes) + 20
    return {
        "marks": list(marks.values()), "lanes": words, "left": left, "right": left + wide, "height": height,
        "first": first, "last": last,
    }  # fmt: skip


@room.pages.app_template_global()
def where_to_trace(record: Any) -> str:
    """The address of a record's trace, for whoever may walk it; else empty."""
    kind, name = kind_of(record), identity(record)
    session = current_session()
    unit_id = unit_of(session, (kind, name)) if kind in OUTCOMES else None
    if unit_id is None or not may_trace(session, kind, name, unit_id):
        return ""
    return url_for("accountability.back", kind=kind, record_id=name)

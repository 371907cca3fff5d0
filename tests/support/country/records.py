"""What lies in a made-up country from earlier: reports of closed periods, their results, and tasks."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import SETUP, Act
from assessment.foundation.exact import canonical as canonical_number
from assessment.foundation.trail_verifier import digest
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, SchemeVersion
from assessment.programmes.rules.scheme import Scheme
from assessment.remediation.models import Notice, Task, TaskReport
from assessment.scoring.models import Edition, Scorecard
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.frozen import frozen_item
from assessment.scoring.rules.values import UnitInput, Value
from assessment.scoring.services import cut_off
from assessment.submissions.models import Submission, SubmissionValue
from support.country.places import Places
from support.country.rows import lots, put
from support.country.scheme import codes
from support.country.sizes import Size

TENTHS = [canonical_number(Decimal(number) / 10) for number in range(1301)]
MISSING_ONE_IN = 200
SAMPLE = 12


def drawn(size: Size, period: str) -> random.Random:
    """The same chance for the same country and period, whatever was drawn before."""
    return random.Random(f"{size.seed} {period}")


def texts(size: Size, chance: random.Random) -> list[str | None]:
    """One county's values: most between 60 and 130, some not reported."""
    return [None if chance.random() * MISSING_ONE_IN < 1 else TENTHS[600 + int(700 * chance.random() ** 0.7)]
            for _ in codes(size)]  # fmt: skip


def reported(session: Session, size: Size, places: Places, period: Period) -> None:
    """The validated reports of a closed period, one a county; in the trail as one import."""
    chance, asked = drawn(size, period.code), codes(size)
    moment = period.report_by
    assert moment is not None
    same = {
        "period_id": period.id, "due_at": moment, "late_until": period.late_until, "state": "validated",
        "receipt": None, "receipts": 1, "submitted_by": "set-up", "first_complete_at": moment,
        "return_due_at": None, "endorser_unit_id": None, "submitted_at": moment, "validated_at": moment,
    }  # fmt: skip
    reports = put(session, Submission, [{"unit_id": unit, **same} for unit in places.counties])
    alike = {"stage": "validated", "version_number": 1}
    rows: list[dict[str, Any]] = []
    for report in reports:
        rows += [
            {"submission_id": report, "value_code": code, **alike, "number": text,
             "kind": "given" if text is not None else "missing", "set_at": moment, "set_by": "set-up"}
            for code, text in zip(asked, texts(size, chance), strict=True)
        ]  # fmt: skip
    keys = put(session, SubmissionValue, rows, ready={"number"})
    audit.record(session, Act(SETUP, moment), "lay_reports", None, kind="submission_value",
                 touched=lots(SubmissionValue, keys, rows), body={"made up": period.code})  # fmt: skip


def computed(session: Session, size: Size, places: Places, version: SchemeVersion, period: Period) -> None:
    """An approved edition of a closed period: drawn totals, and the explained items of a dozen counties over and over.

    What it was computed from is not kept, so that it cannot be replayed; all else is as large as real ones are.
    """
    scheme, chance = programmes.read_scheme(version), drawn(size, f"{period.code} results")
    items = _items(size, scheme, chance)
    totals = sorted((chance.randint(4_000, 9_999) for _ in places.counties), reverse=True)
    rows = [{
        "period_id": period.id, "number": 1, "scheme_version_id": version.id, "computed_at": period.provisional_on,
        "computed_by": "set-up", "cut_off": cut_off(period), "method": version.sha256, "inputs": "",
        "inputs_sha256": digest(""), "results_sha256": digest(period.code), "approved_at": period.provisional_on,
        "state": "approved",
    }]  # fmt: skip
    edition = put(session, Edition, rows)
    ranks = {total: len(totals) - place for place, total in enumerate(reversed(totals))}
    cards = []
    for total, which in zip(totals, chance.sample(range(len(totals)), len(totals)), strict=True):
        text, sealed = items[which % SAMPLE]
        cards.append({
            "edition_id": edition[0], "unit_id": places.counties[which], "unit_code": places.codes[which],
            "name_zh": f"虚构第{which + 1}县", "name_en": f"Made-up county {which + 1}", "group_code": "counties",
            "total": Decimal(total) / 100, "total_with_proposed": None, "rank": ranks[total],
            "band": next((word for word, least in BANDS if total >= least), "failed"), "late_days": 0,
            "items": text, "notes": "[]", "items_sha256": sealed,
        })  # fmt: skip
    keys = put(session, Scorecard, cards, ready={"items", "notes"})
    audit.record(session, Act(SETUP, cut_off(period)), "lay_results", None, kind="edition",
                 touched=[*lots(Edition, edition, rows), *lots(Scorecard, keys, cards)],
                 body={"made up": period.code})  # fmt: skip


BANDS = (("excellent", 9_000), ("good", 7_500), ("pass", 6_000))


def _items(size: Size, scheme: Scheme, chance: random.Random) -> list[tuple[str, str]]:
    """A few counties scored in earnest: their explained items as text, and its digest."""
    units = [
        UnitInput(
            str(n),
            {code: Value(Decimal(text or 0)) for code, text in zip(codes(size), texts(size, chance), strict=True)}
            | {"tasks_due": Value(Decimal(5)), "tasks_closed": Value(Decimal(n % 6))},
            {"level": "county"},
        )
        for n in range(SAMPLE)
    ]
    found = score(scheme, units)
    assert not found.troubles, found.troubles[:3]
    reads = {item.code: scheme.inputs(item) for item in scheme.items}
    plain = [[frozen_item(item, reads[item.code], [("submission_value", 1)] * len(reads[item.code]))
              for item in card.items] for card in found.scorecards]  # fmt: skip
    return [(json.dumps(one), digest(one)) for one in plain]


def close(session: Session, periods: Sequence[Period]) -> None:
    """Earlier periods are over; no act of a person closed them."""
    ids = [period.id for period in periods]
    session.execute(update(Period).where(Period.id.in_(ids)).values(state="closed"))


def tasked(session: Session, size: Size, places: Places, version: SchemeVersion) -> None:
    """Tasks over all periods, one notice a county; nine of ten reported, most of these in time."""
    chance, units = drawn(size, "tasks"), places.counties
    start = datetime.combine(size.first_day, time(1), UTC)
    span = timedelta(days=30 * size.periods)
    notices = [
        {"number": f"MU-{unit}", "unit_id": unit, "origin_kind": "visit", "origin_id": f"made-up-{unit}",
         "scheme_version_id": version.id, "issued_at": start, "plan_within": "10w", "plan_by": None} for unit in units
    ]  # fmt: skip
    given = put(session, Notice, notices)
    rows = []
    for number in range(size.tasks):
        issued = start + span * chance.random()
        due, is_done = issued + timedelta(days=21), chance.random() < 0.9
        reported_at = issued + timedelta(days=chance.randint(3, 24)) if is_done else None
        where = number % len(units)
        rows.append({
            "number": f"MU-T-{number}", "notice_id": given[where], "unit_id": units[where], "origin_kind": "finding",
            "origin_id": f"made-up-{number}",
            "title_zh": f"虚构第{number}号隐患", "title_en": f"Made-up hazard {number}",
            "place": "路口", "clause": "", "severity": "minor", "severity_zh": "一般", "severity_en": "Minor",
            "issued_at": issued, "first_due_at": due, "due_at": due, "ask_extension_by": due, "received_at": issued,
            "reported_at": reported_at, "closed_at": reported_at, "withdrawn_at": None, "similar_to_id": None,
            "closed_in_time": reported_at <= due if reported_at else None,
            "state": "closed" if is_done else "under_way",
        })  # fmt: skip
    keys = put(session, Task, rows)
    reports = zip(keys, (row["reported_at"] for row in rows), strict=True)
    put(session, TaskReport, [
        {"task_id": key, "turn": 1, "fixed_on": at.date(), "note": "", "reported_at": at, "reported_by": "set-up",
         "reporter": "set-up", "rechecked_at": at, "method": "remote", "returned_at": None}
        for key, at in reports if at is not None
    ])  # fmt: skip
    touched = [*lots(Notice, given, notices), *lots(Task, keys, rows)]
    body = {"made up": len(rows)}
    audit.record(session, Act(SETUP, start), "lay_tasks", None, kind="task", touched=touched, body=body)

"""The reported values behind an item: claimed, verified, validated, with their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from assessment.faces.web.kit import (
    address_of,
    label,
    said,
    viewer,
)
from assessment.faces.web.pages.scoring import Standing
from assessment.foundation.i18n import N_, Bilingual
from assessment.organisations.queries import units_on
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.models import Scorecard
from assessment.submissions import queries as submissions
from assessment.submissions.models import Submission, SubmissionValue

KINDS = {
    "missing": N_("missing"),
    "not_applicable": N_("not applicable"),
    "withheld": N_("withheld"),
}
MOST_SOURCES = 60


@dataclass(frozen=True)
class Source:
    """A value behind an item in its three columns, none of which overwrites another."""

    value: Bilingual
    unit: Bilingual
    address: str
    claimed: str
    verified: str
    validated: str
    set_by: str
    files: tuple[tuple[str, str], ...]


def sources_of(standing: Standing, card: Scorecard, code: str) -> list[Source]:
    """The reported values that an open item rests on: claimed, verified, validated, with their evidence."""
    item = next((one for one in card.items if one["code"] == code), None)
    ids = [int(one) for kind, one in item["cites"] if kind == "submission_value"] if item else []
    if not ids:
        return []
    session = standing.session
    cited = session.scalars(select(SubmissionValue).where(SubmissionValue.id.in_(ids[:MOST_SOURCES]))).all()
    reports = {
        one.id: one
        for one in session.scalars(select(Submission).where(Submission.id.in_({row.submission_id for row in cited})))
        if submissions.may_see(session, one, viewer())
    }
    units = units_on(session, standing.period.last_day)
    return [
        _source(standing.scheme, reports[row.submission_id], row, units)
        for row in cited
        if row.submission_id in reports
    ]


def _source(scheme: Scheme, report: Submission, row: SubmissionValue, units: Mapping[int, Any]) -> Source:
    code, named = row.value_code, scheme.values.get(row.value_code)
    columns = (submissions.claimed(report), submissions.verified(report), submissions.validated(report))
    claimed, verified, validated = (_number(values[code]) if code in values else "" for values in columns)
    files = [
        (file.name, address_of("evidence", file.id)) for file in report.standing_evidence if file.value_code == code
    ]
    unit = units.get(report.unit_id)
    return Source(
        Bilingual(named.zh, named.en) if named and (named.zh or named.en) else Bilingual(code, code),
        unit.name if unit else Bilingual("", ""),
        address_of("submission", report.id),
        claimed,
        verified,
        validated,
        row.set_by,
        tuple(files),
    )


def _number(value: Any) -> str:
    return said(value.number) if value.number is not None else label(KINDS.get(value.kind.value, value.kind.value))

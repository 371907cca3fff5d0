"""New versions of many values at once: past the mapper, and in the trail as one digest a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.bulk import insert_rows, new_keys
from assessment.foundation.exact import canonical
from assessment.submissions.models import SubmissionValue
from assessment.submissions.queries import Versions
from assessment.submissions.rules import Stage, Value, ValueKind

VALUE_COLUMNS = ("id", "submission_id", "value_code", "stage", "version_number", "number", "kind", "set_at", "set_by",
                 "reason", "origin_kind", "origin_id")  # fmt: skip
NOTHING_YET = (0, Value(None, ValueKind.MISSING))
Next = Mapping[str, tuple[int, Value]]
"""Value code -> the number of its new version, and what it says."""


def next_versions(known: Versions, values: Mapping[str, Value]) -> dict[str, tuple[int, Value]]:
    """The next version of each value that differs from the newest one in its column, or has none there."""
    found = {}
    for code, value in values.items():
        version, last = known.get(code, NOTHING_YET)
        if not version or (last.number, last.kind) != (value.number, value.kind):
            found[code] = (version + 1, value)
    return found


def write(session: Session, act: Act, stage: Stage, reports: Iterable[tuple[int, Next]]) -> list[audit.Lot]:
    """Write the new versions of reports (submission id, versions) into a column; returns what the act touched."""
    some = list(reports)
    table = cast(Table, SubmissionValue.__table__)
    keys = iter(new_keys(session, table, sum(len(new) for _, new in some)))
    alike = (act.at, act.by.label, act.reason, "", "")
    column = stage.value
    rows: list[tuple[Any, ...]] = []
    lots: list[audit.Lot] = []
    for own, new in some:
        mine = [
            (next(keys), own, code, column, version, None if value.number is None else canonical(value.number),
             _WORDS[value.kind], *alike)
            for code, (version, value) in new.items()
        ]  # fmt: skip
        rows += mine
        lots += audit.lots(SubmissionValue.__tablename__, [(row[0], row[1:7]) for row in mine])  # its __judged__
    insert_rows(session, table, VALUE_COLUMNS, rows, ready={"number"})
    return lots


_WORDS = {kind: kind.value for kind in ValueKind}  # an enum's own value is asked for by a call

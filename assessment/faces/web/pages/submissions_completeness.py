"""The completeness board, value by value: which value of which unit is missing, claimed, verified, late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request, url_for

from assessment.faces.web.kit import Column, address_of, choice, current_session, holding, listing, now, search, viewer
from assessment.faces.web.kit.lists import Filter
from assessment.faces.web.pages import submissions as room
from assessment.faces.web.pages.submissions_grid import period_with_scheme
from assessment.foundation.i18n import N_, Label
from assessment.organisations.queries import UnitView
from assessment.submissions import completeness as reads
from assessment.submissions import queries
from assessment.submissions.completeness import Progress, ValueLine


@dataclass(frozen=True)
class Row:
    """One unit of the table, with its lines by value code."""

    unit: UnitView
    lines: dict[str, ValueLine]

    @property
    def address(self) -> str:
        return address_of("submission", next(iter(self.lines.values())).submission.id)

    @property
    def waiting(self) -> int:
        return sum(line.progress in reads.WAITS for line in self.lines.values())


@room.pages.get("/periods/<int:period_id>/completeness")
@holding(*queries.CHECKERS)
def completeness(period_id: int) -> Response | str:
    """Values by units, as a table or as the list behind it; each count is that of the list it leads to."""
    period = period_with_scheme(period_id)
    every = reads.completeness(
        current_session(), period, now(), lambda one: queries.may_see(current_session(), one, viewer())
    )
    narrowed = filters(every)
    lines = listing("completeness", every, COLUMNS, narrowed)
    rows = rows_of(lines.items)
    shown = {line.field.code: line.field for line in lines.items}
    return lines.answer(
        "submissions/completeness.html",
        period=period,
        units=listing("units", rows, ()),
        fields=[field for field in {line.field.code: line.field for line in every}.values() if field.code in shown],
        waiting=Counter(line.field.code for line in lines.items if line.progress in reads.WAITS),
        as_list=request.args.get("view") == "list",
        counts={one: count_if(every, narrowed, "state", one.value) for one in Progress},
        late=count_if(every, narrowed, "late", "yes"),
    )


def rows_of(lines: Sequence[ValueLine]) -> list[Row]:
    found: dict[int, Row] = {}
    for line in lines:
        found.setdefault(line.unit.id, Row(line.unit, {})).lines[line.field.code] = line
    return list(found.values())


def count_if(lines: Sequence[ValueLine], narrowed: Sequence[Filter], name: str, value: str) -> int:
    """How many lines the list would show if this filter said so, and the others what they say now."""
    said = [(one.test, value if one.name == name else one.chosen) for one in narrowed]
    asked = [(test, chosen) for test, chosen in said if chosen]
    return sum(all(test(line, chosen) for test, chosen in asked) for line in lines)


def filters(lines: Sequence[ValueLine]) -> list[Filter]:
    above = {line.above.id: line.above for line in lines if line.above is not None}
    sources = {line.submission.source for line in lines}
    return [
        choice("state", N_("State"), lambda one: one.progress, [(one.value, one.label) for one in Progress]),
        choice("late", N_("Late"), lambda one: "yes" if one.is_late else "no",
               [("yes", N_("Late")), ("no", N_("In time"))]),
        choice("above", N_("Unit above"), lambda one: one.above.id if one.above else "",
               [(str(unit.id), unit.name) for unit in sorted(above.values(), key=lambda unit: unit.code)]),
        choice("source", N_("Source"), lambda one: one.submission.source,
               [(code, word) for code, word in room.SOURCE_WORDS.items() if code in sources]),
        search(lambda one: one.unit.name, lambda one: one.unit.code, lambda one: one.field.name,
               lambda one: one.field.code),
    ]  # fmt: skip


COLUMNS = (
    Column("unit", N_("Unit"), lambda one: one.unit.name, is_head=True, key_for_sorting=lambda one: one.unit.code,
           link=lambda one: address_of("submission", one.submission.id)),
    Column("value", N_("Value"), lambda one: one.field.name, key_for_sorting=lambda one: one.field.code,
           link=lambda one: url_for("submissions.versions", submission_id=one.submission.id, code=one.field.code)),
    Column("state", N_("State"), lambda one: Label(one.progress.label), key_for_sorting=lambda one: one.progress.value),
    Column("late", N_("Late"), lambda one: Label(N_("Late")) if one.is_late else None),
    Column("received", N_("First received"), lambda one: one.received_at, is_minor=True),
    Column("due", N_("On time until"), lambda one: one.deadlines.returned_until or one.deadlines.on_time_until,
           is_minor=True),
    Column("above", N_("Unit above"), lambda one: one.above.name if one.above else None, is_minor=True),
    Column("source", N_("Source"), lambda one: Label(room.SOURCE_WORDS.get(one.submission.source, "")), is_minor=True),
)  # fmt: skip

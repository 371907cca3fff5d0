"""The board: what became of all tasks, by unit, severity, campaign or age; every count leads to the list behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from flask import Response, request, url_for
from markupsafe import Markup

from assessment.faces.web.kit import Column, _, current_session, label, listing, now, said, signed_in, viewer
from assessment.faces.web.pages import remediation as room
from assessment.faces.web.pages.remediation_list import AGES
from assessment.foundation import charts
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import N_, Label
from assessment.inspections.queries import campaign_names, campaigns_of_visits
from assessment.remediation import queries
from assessment.remediation.rules import Tally, tallied

BY = {"unit": N_("Unit"), "severity": N_("Severity"), "campaign": N_("Campaign"), "age": N_("Age")}
BEHIND: dict[str, dict[str, str]] = {
    "found": {"state": "standing"}, "open": {"state": "open"}, "overdue": {"due": "overdue", "state": "all"},
    "closed": {"state": "closed"}, "in_time": {"closed": "in_time"}, "recurred": {"closed": "recurred"},
}  # fmt: skip
"""What the address of the list says to show exactly the tasks of a count (withdrawn ones are no longer counted)."""


@room.pages.get("/board")
@signed_in
def board() -> Response | str:
    session, mine = current_session(), queries.visible_units(viewer())
    by = request.args.get("by", "unit")
    by = by if by in BY else "unit"
    key, names = grouping(by, mine)
    every = queries.board(session, mine, now())
    tallies = tallied(replace(one.line, group=key(one)) for one in every if key(one) is not None)
    rows = [(group, tallies[group]) for group in names if group in tallies]
    found = listing("board", rows, columns(by, names))
    return found.answer(
        "remediation/board.html", by=by, ways=list(BY.items()), total=sum(tallies.values(), Tally()), share=per_cent,
        picture=ages_of([one for one in every if one.line.is_open]),
    )


def ages_of(tasks: list[queries.BoardTask]) -> Markup:
    """How long the open ones have stood open, by severity; the gravest first and darkest."""
    counts = Counter((one.age, one.severity) for one in tasks)
    names = {one.severity: one.severity_name for one in tasks}
    severities = sorted(names, key=lambda code: (sum(counts[age, code] for age, _word in AGES), code))
    if not tasks:
        return Markup()
    rows = [_age(age, label(word), severities, names, counts) for age, word in AGES]
    title = _("Open tasks by age and severity")
    return Markup(charts.ages(title, [said(names[code]) for code in severities], rows))  # noqa: S704 - texts escaped


def _age(age: str, word: str, severities: list[str], names: Any, counts: Counter[tuple[str, str]]) -> charts.Age:
    numbers = tuple(counts[age, code] for code in severities)
    told = tuple(
        _("{age}, {severity}: {n} open", age=word, severity=names[code], n=n)
        for code, n in zip(severities, numbers, strict=True)
    )
    hrefs = tuple(url_for("remediation.index", age=age, severity=code, state="open") for code in severities)
    return charts.Age(word, numbers, told, hrefs)


def grouping(by: str, mine: frozenset[int]) -> tuple[Callable[[queries.BoardTask], Any], dict[Any, Any]]:
    """How a task is grouped, and the groups' names in their order."""
    session = current_session()
    if by == "unit":
        units = sorted(room.units_of(mine).values(), key=lambda unit: unit.code)
        return (lambda one: one.unit_id), {unit.id: unit.name for unit in units}
    if by == "severity":
        found = {one.severity: one.severity_name for one in queries.board(session, mine, now())}
        return (lambda one: one.severity), dict(sorted(found.items()))
    if by == "campaign":
        visits = campaigns_of_visits(session)
        return (lambda one: visits.get(one.visit)), dict(campaign_names(session))
    return (lambda one: one.age), {name: Label(word) for name, word in AGES}


def columns(by: str, names: dict[Any, Any]) -> list[Column]:
    def number_of(name: str, label: str, *, is_minor: bool = False) -> Column:
        return Column(
            name, label, lambda row: getattr(row[1], name), is_number=True, is_minor=is_minor,
            link=lambda row: behind(by, row[0], name) if getattr(row[1], name) else "",
        )  # fmt: skip

    def share(name: str, label: str) -> Column:
        return Column(name, label, lambda row: per_cent(getattr(row[1], name)), is_number=True, is_minor=True)

    return [
        Column("group", BY[by], lambda row: names[row[0]], is_head=True),
        number_of("found", N_("Problems found")), number_of("open", N_("Still open")),
        number_of("overdue", N_("Overdue")),
        number_of("closed", N_("Closed by now")), share("closed_share", N_("Closed of found, %")),
        number_of("in_time", N_("Closed in time"), is_minor=True),
        share("in_time_share", N_("In time of those due, %")),
        number_of("recurred", N_("Reopened"), is_minor=True), share("recurrence", N_("Reopened of found, %")),
        Column("mean_days", N_("Mean days to closure"), lambda row: tenths(row[1].mean_days), is_number=True,
               is_minor=True),
    ]  # fmt: skip


def behind(by: str, group: Any, name: str) -> str:
    facts: dict[str, Any] = {by: group, **BEHIND[name]}
    return url_for("remediation.index", **facts)


def per_cent(share: Fraction | None) -> Any:
    return None if share is None else rounded(share * 100, 1, "half_up")


def tenths(number: Fraction | None) -> Any:
    return None if number is None else rounded(number, 1, "half_up")

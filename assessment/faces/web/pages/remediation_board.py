"""The board: what became of all tasks, by unit, severity, campaign or age; every count leads to the list behind it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask import Response, request, url_for
from markupsafe import Markup

from assessment.faces.web.kit import (
    Column,
    Listing,
    _,
    current_session,
    label,
    language,
    listing,
    now,
    paged,
    said,
    signed_in,
    viewer,
)
from assessment.faces.web.pages import remediation as room
from assessment.faces.web.pages.remediation_list import AGES
from assessment.foundation import charts
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import N_, Label
from assessment.inspections.queries import campaign_names, visits_by_campaign
from assessment.remediation import queries, tallies
from assessment.remediation.rules import Tally

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
    open_ones = tallies.ages_of_open(session, mine, now())
    found, total = by_unit(mine) if by == "unit" else by_few(by, mine)
    return found.answer(
        "remediation/board.html", by=by, ways=list(BY.items()), total=total, share=per_cent, picture=ages_of(open_ones)
    )


def by_unit(mine: frozenset[int]) -> tuple[Listing, tallies.Whole]:
    """As many lines as there are units: the database sums, sorts and cuts them."""
    session, names = current_session(), {}

    def read(sort: str, limit: int | None, offset: int) -> list[tuple[int, Tally]]:
        rows = tallies.by_unit(session, mine, now(), sorted_by(sort), limit, offset)
        names.update({unit.id: unit.name for unit in room.units_of(unit_id for unit_id, _tally in rows).values()})
        return rows

    total = tallies.whole(session, mine)
    return paged("board", read, (total.units, total.units), columns("unit", names)), total


def sorted_by(sort: str) -> str:
    """The address's word as ``tallies.by_unit`` knows it; one that names no column sorts nothing."""
    name = sort.removeprefix("-")
    known = {"group": f"name_{language()}", **{one.name: one.name for one in columns("unit", {})[1:]}}
    return sort.replace(name, known[name]) if name in known else ""


def by_few(by: str, mine: frozenset[int]) -> tuple[Listing, Tally]:
    session = current_session()
    names: dict[Any, Any]
    found: dict[Any, Tally]
    if by == "severity":
        names, found = tallies.severities(session, mine), {**tallies.by_severity(session, mine, now())}
    elif by == "campaign":
        visits = visits_by_campaign()
        names, found = dict(campaign_names(session)), {**tallies.by_campaign(session, mine, now(), visits)}
    else:
        names, found = {name: Label(word) for name, word in AGES}, {**tallies.by_age(session, mine, now())}
    rows = [(group, found[group]) for group in names if group in found]
    return listing("board", rows, columns(by, names)), sum((tally for _group, tally in rows), Tally())


def ages_of(tasks: list[tallies.Standing]) -> Markup:
    """How long the open ones have stood open, by severity; the gravest first and darkest."""
    counts = {(one.age, one.severity): one.number for one in tasks}
    names = {one.severity: one.severity_name for one in tasks}
    severities = sorted(names, key=lambda code: (sum(counts.get((age, code), 0) for age, _word in AGES), code))
    if not tasks:
        return Markup()
    rows = [_age(age, label(word), severities, names, counts) for age, word in AGES]
    title = _("Open tasks by age and severity")
    return Markup(charts.ages(title, [said(names[code]) for code in severities], rows))  # noqa: S704 - texts escaped


def _age(age: str, word: str, severities: list[str], names: Any, counts: dict[tuple[str, str], int]) -> charts.Age:
    numbers = tuple(counts.get((age, code), 0) for code in severities)
    told = tuple(
        _("{age}, {severity}: {n} open", age=word, severity=names[code], n=n)
        for code, n in zip(severities, numbers, strict=True)
    )
    hrefs = tuple(url_for("remediation.index", age=age, severity=code, state="open") for code in severities)
    return charts.Age(word, numbers, told, hrefs)


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

"""My place: what a unit is asked for, where it stands and why, how its peers are spread, and what was done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import Blueprint, g, render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from assessment.faces.web.kit import act_label, address_of, current_session, holding, home, now, said, viewer
from assessment.faces.web.kit.navigation import entry
from assessment.faces.web.pages import homes
from assessment.faces.web.pages import scoring as scores
from assessment.faces.web.pages.ladder_looks import looks_of
from assessment.faces.web.pages.scoring import Row, Standing
from assessment.faces.web.pages.scoring_progress import progress_of
from assessment.foundation import audit
from assessment.foundation.charts import svg
from assessment.foundation.i18n import N_, say
from assessment.objections import queries as objections
from assessment.organisations.queries import unit_views
from assessment.remediation import queries as remediation
from assessment.scoring import queries as scoring
from assessment.submissions import queries as submissions

pages = Blueprint("place", __name__, url_prefix="/my-place")
entry(N_("My place"), "place.show", 25, tuple(homes.LOCALITY))

SMALLEST = 4
"""Units of a group from which on their spread is shown: of fewer, everybody would know whose points these are."""
MOST = 40


@dataclass(frozen=True)
class Line:
    """One item: what it gave, what it cost, and how the peer group is spread on it, without names."""

    code: str
    name: Any
    points: str
    maximum: str
    lost: Any
    spread: Markup
    middle: str


@pages.get("")
@holding(*homes.LOCALITY)
def show() -> str:
    session, officer = current_session(), viewer()
    standing, row, served = placed(session, officer.home_unit_id)
    unit_id = officer.home_unit_id
    unit = unit_views(session, {unit_id}, officer.day).get(unit_id) if unit_id is not None else None
    served_states = frozenset(scoring.SERVED)
    against_schedule = progress_of(session, standing, unit_id, served_states) if standing and unit_id else []
    return render_template(
        "place/show.html",
        unit=unit,
        facts=homes.facts_of_place(standing, row) if standing and row else None,
        lines=lines(standing, row) if standing and row else [],
        served=served,
        asked=home.asked(session, officer, now()),
        trail=own_trail(session, officer),
        progress=against_schedule,
        final=standing is not None and homes.is_final(standing.period),
        ladders=looks_of(session, unit_id) if unit_id is not None else [],
    )


def placed(session: Session, unit_id: int | None) -> tuple[Standing | None, Row | None, list[Any]]:
    """The table of the period that the address names, else of the newest; the unit's row in it; all served periods."""
    served = [one for one in homes.scored(session, viewer()) if one[0].state in scoring.SERVED]
    wanted = request.args.get("period", "")
    chosen = sorted(served, key=lambda one: str(one[0].id) != wanted)
    for period, edition in chosen if unit_id is not None else ():
        standing = Standing(session, period, edition)
        row = next((one for one in standing.rows() if one.card.unit_id == unit_id), None)
        if row is not None:
            return standing, row, [one for one, _ in served]
    return None, None, []


def lines(standing: Standing, row: Row) -> list[Line]:
    """Every item, what cost most first; others' points only once they are published."""
    final = homes.is_final(standing.period)
    peers = [card for card in standing.cards if card.group_code == row.card.group_code]
    if final and len(peers) >= SMALLEST:
        scoring.with_marks(standing.session, peers)
    found = []
    for item in row.card.items:
        if item["exact"] is None:
            continue
        own, most = Fraction(item["exact"]), Fraction(str(item["maximum"]).rstrip("…"))
        others = sorted(_points(peers, item["code"])) if final and len(peers) >= SMALLEST else []
        name = scores.item_name(standing.scheme, standing.period, item["code"])
        label = ""
        if others:
            low, high = _said(standing, others[0]), _said(standing, others[-1])
            label = said(
                say("{item}: own {own}, the group from {low} to {high}", item=name, own=_said(standing, own), low=low,
                    high=high)
            )  # fmt: skip
        found.append(
            Line(
                item["code"], name, _said(standing, own), _said(standing, most),
                scores.rounded(most - own, standing.places, "half_up"),
                spread(others, own, label) if others else Markup(),
                _said(standing, quartile(others, 2)) if others else "",
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: -one.lost)


def _points(cards: Sequence[Any], code: str) -> list[Fraction]:
    items = (item for card in cards for item in card.items)
    return [Fraction(item["exact"]) for item in items if item["code"] == code and item["exact"] is not None]


def _said(standing: Standing, number: Fraction) -> str:
    return f"{scores.rounded(number, standing.places, 'half_up'):f}"


def quartile(some: Sequence[Fraction], n: int) -> Fraction:
    """The n-th of three, as an order statistic: the value that a unit really has."""
    return some[max(0, -(-len(some) * n // 4) - 1)]


def spread(some: Sequence[Fraction], own: Fraction, label: str) -> Markup:
    """From the lowest to the highest of the group, its middle half, its median, and the own unit as the only dot."""
    bottom, top = min(some[0], own), max(some[-1], own)

    def at(points: Fraction) -> Fraction:
        return 6 + 148 * (points - bottom) / (top - bottom) if top > bottom else Fraction(80)

    low, first, middle, third, high = some[0], quartile(some, 1), quartile(some, 2), quartile(some, 3), some[-1]
    shapes = [
        svg.path(f"M{svg.place(at(low))} 12H{svg.place(at(high))}", "axis"),
        svg.rect(at(first), 7, max(at(third) - at(first), Fraction(1)), 10, "half"),
        svg.path(f"M{svg.place(at(middle))} 5V19", "median"),
        svg.circle(at(own), 12, 5, "me-dot"),
    ]
    return Markup(svg.chart(160, 24, label, shapes))  # noqa: S704 - made of our own shapes; the label is escaped there


# --- what was done in the unit's own matters -------------------------------------------------------------------------


def own_trail(session: Session, officer: Any) -> list[homes.Sent]:
    """The newest acts on the reports, objections and tasks of the own unit and those below it, with their numbers."""
    units = frozenset().union(*(officer.unit_ids_for(duty) for duty in homes.LOCALITY))
    names = unit_views(session, units, officer.day)
    named: dict[tuple[str, str], Any] = {}
    for report in submissions.of_units(session, units)[:24]:
        unit = names[report.unit_id].name
        named["submission", str(report.id)] = say("{unit}, {period}", unit=unit, period=report.period.title)
    for one in objections.of_units(session, units)[:24]:
        named["objection", str(one.id)] = say("Objection {number}", number=one.number)
    wanted = remediation.Filter(unit_ids=units)
    for task in remediation.tasks(session, wanted, g.now, limit=60):
        named["task", str(task.id)] = say("Task {number}", number=task.number)
    found: list[homes.Sent] = []
    for row in reversed(audit.acts_on(session, list(named))):
        key = homes.subject_of(session, row, named)
        if key is None or row.act in ("save_draft", "refused"):
            continue
        what = said(act_label(row.kind, row.act))
        found.append(homes.Sent(row.at, what, said(named[key]), address_of(*key), row.seq))
        if len(found) == MOST:
            break
    return found

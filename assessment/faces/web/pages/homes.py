"""The first page of each role: who leads and what slips, my place, where to go next, what is complete and healthy."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import current_app, g, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.adjustments import queries as adjustments
from assessment.bulletins.models import Bulletin
from assessment.bulletins.process import BULLETIN
from assessment.cycles import queries as cycles
from assessment.cycles.process import PERIOD
from assessment.faces.web.kit import (
    act_label,
    address_of,
    chip_class,
    home_heading,
    home_panel,
    kind_word,
    label,
    process_of,
    said,
)
from assessment.faces.web.kit.home import HEADS, PANELS, Panel
from assessment.faces.web.pages import homes_charts as charts
from assessment.faces.web.pages import objections as objection_pages
from assessment.faces.web.pages import scoring as scores
from assessment.faces.web.pages.scoring import Row, Standing
from assessment.foundation import audit
from assessment.foundation.audit import AuditRef, AuditRow
from assessment.foundation.i18n import N_, NOTHING, Bilingual, Label, Sentence, local_day, say
from assessment.foundation.outbox import OutboxItem
from assessment.foundation.workdays import Duration
from assessment.inspections import queries as inspections
from assessment.inspections.models import VisitState
from assessment.inspections.process import VISIT
from assessment.objections import queries as objections
from assessment.organisations.duties import Duty
from assessment.organisations.models import AccountState, Person
from assessment.organisations.process import ACCOUNT
from assessment.organisations.queries import grants_to_confirm, subtree_ids, unit_views
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, PeriodState
from assessment.remediation import queries as remediation
from assessment.rewards import queries as rewards
from assessment.scoring import queries as scoring
from assessment.scoring import recomputing
from assessment.scoring.models import Edition, EditionState, Scorecard
from assessment.submissions import queries as submissions
from assessment.submissions.models import SubmissionState
from assessment.submissions.process import SUBMISSION

LOCALITY = (Duty.REPORT, Duty.OBJECT, Duty.SIGN_LETTERS)
SUPERVISORS = (Duty.SETTLE_FINDINGS, Duty.INSPECT, Duty.LEAD_INSPECTION)
SCORED = (PeriodState.PROVISIONAL, *map(PeriodState, scoring.SERVED))
SMALL = 15
"""Groups up to this size are shown whole, and named when somebody falls in them."""
TOP = 5

# The league and the place drawn here say more than the ranking's own short panels do.
PANELS[:] = [one for one in PANELS if one[2].__module__ != scores.__name__]
HEADS[:] = [one for one in HEADS if one[1].__module__ != scores.__name__]


def at(endpoint: str, **values: Any) -> str:
    """An address, or "" where nobody has made that page (yet)."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


# --- which period, which programme -----------------------------------------------------------------------------------


def own_programmes(session: Session, officer: Any) -> list[int]:
    """Programmes in whose area an officer works; of a unit below, those it is assessed under."""
    return [
        one.id
        for one in programmes.programmes(session)
        if one.unit_id in officer.unit_ids
        or (officer.home_unit_id is not None and officer.home_unit_id in subtree_ids(session, one.unit_id, officer.day))
    ]


def scored(session: Session, officer: Any) -> list[tuple[Period, Edition]]:
    """Months (the shortest periods) that have scores, the newest first, each with the edition in force."""
    if "scored" not in g:
        rows = session.execute(
            select(Period, Edition)
            .join(Edition, Edition.period_id == Period.id)
            .where(Period.programme_id.in_(own_programmes(session, officer)))
            .where(Edition.state != EditionState.SUPERSEDED.value, Period.state.in_([one.value for one in SCORED]))
            .order_by(Period.last_day.desc(), Period.first_day.desc(), Edition.number.desc())
            .limit(24)
        )
        g.scored = [(period, edition) for period, edition in rows if not period.is_composite]
    return g.scored  # type: ignore[no-any-return]


def newest(session: Session, officer: Any) -> Standing | None:
    """The newest table the officer may see whole."""
    if "standing" not in g:
        found = next((one for one in scored(session, officer) if scores.may_see_period(one[0], officer)), None)
        g.standing = Standing(session, *found) if found else None
        g.rows = g.standing.rows() if g.standing else []
    return g.standing  # type: ignore[no-any-return]


def rows_of(standing: Standing) -> list[Row]:
    return g.rows if g.get("standing") is standing else standing.rows()  # type: ignore[no-any-return]


def groups_of(standing: Standing) -> list[tuple[Bilingual, list[Row]]]:
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(standing):
        by_code[row.card.group_code].append(row)
    return [(some[0].group, some) for code in standing.scheme.groups if (some := by_code.get(code))]


def is_final(period: Period) -> bool:
    return period.state in scoring.PUBLIC


# --- leader ----------------------------------------------------------------------------------------------------------

NTH = (
    "",
    "",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
)
COUNTS_ZH = ("〇", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
COUNTS_EN = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@home_heading(Duty.APPROVE)
def who_leads_and_who_slips(session: Session, officer: Any, moment: datetime) -> Sentence:
    standing = newest(session, officer)
    groups = groups_of(standing) if standing else []
    if standing is None or not groups:
        return NOTHING
    first = [row.card for row in groups[0][1] if row.card.rank == 1]
    leads = _leads(session, standing, first[0]) if len(first) == 1 else NOTHING
    falls = _falls([row for _name, rows in groups if len(rows) <= SMALL for row in rows])
    if leads and falls:
        return say("{first} {second}", first=leads, second=falls)
    return leads or falls


def _leads(session: Session, standing: Standing, card: Scorecard) -> Sentence:
    """For how many periods in a row, this one included."""
    earlier = scoring.standings(
        session, standing.period.programme_id, standing.period.kind, only=Scorecard.rank == 1
    )
    first_by_period: dict[int, set[int]] = defaultdict(set)
    for one in earlier:
        if one.period_id != standing.period.id and one.group_code == card.group_code and one.rank == 1:
            first_by_period[one.period_id].add(one.unit_id)
    times = 1
    for units in reversed(list(first_by_period.values())):
        if units != {card.unit_id}:
            break
        times += 1
    if 2 <= times < len(NTH):
        return say("{unit} leads for the {nth} month.", unit=card.name, nth=Bilingual(COUNTS_ZH[times], NTH[times]))
    if times > 1:
        return say("{unit} leads for {count} months.", unit=card.name, count=times)
    return say("{unit} leads.", unit=card.name)


def _falls(rows: Sequence[Row]) -> Sentence:
    fallen = [row for row in rows if row.moved is not None and row.moved < 0]
    if not fallen:
        return NOTHING
    deepest = min(fallen, key=lambda row: (row.moved or 0, row.card.unit_code))
    places = -(deepest.moved or 0)
    if places == 1:
        return say("{unit} falls one place.", unit=deepest.card.name)
    word = Bilingual(COUNTS_ZH[places], COUNTS_EN[places]) if places < len(COUNTS_EN) else places
    return say("{unit} falls {count} places.", unit=deepest.card.name, count=word)


NO_SCORES = N_(
    "Once the scores of a period are computed, each peer group stands here with its movement and what made each score."
)
NO_PLACE = N_(
    "Once the first score of your unit is served, its rank, the way to the next rank and each mark lost stand here."
)


@home_panel(Duty.APPROVE, Duty.PREPARE, Duty.AUDIT, order=20)
def league(session: Session, officer: Any, moment: datetime) -> Panel | None:
    """The top of each peer group, with movement and what made the score."""
    standing = newest(session, officer)
    if standing is None:
        return Panel(TITLES["league"], "homes/none.html", {"text": say(NO_SCORES)}, is_wide=True)
    parts = charts.parts_of(standing.scheme)
    tops = [(name, len(rows), rows[: SMALL if len(rows) <= SMALL else TOP]) for name, rows in groups_of(standing)]
    scoring.with_marks(session, [row.card for _name, _size, rows in tops for row in rows])
    groups = [(name, size, [(row, charts.makeup(row.card.items, parts)) for row in rows]) for name, size, rows in tops]
    return Panel(
        say("Who leads, {period}", period=standing.period.title),
        "homes/league.html",
        {"standing": standing, "groups": groups, "parts": parts if standing.scheme.dimensions else parts[:4],
         "state": None if is_final(standing.period) else PERIOD.word(standing.period.state)},
        is_wide=True,
        more=at("scoring.ranking", period=standing.period.id),
    )  # fmt: skip


TITLES = {
    "league": Label(N_("Who leads")),
    "slips": Label(N_("What slips")),
    "timetable": Label(N_("Timetable of the cycle")),
    "figures": Label(N_("The province in figures")),
    "place": Label(N_("Your place")),
    "sent": Label(N_("What happened to what you sent")),
    "rights": Label(N_("Rights you have now")),
    "visits": Label(N_("Where to go next")),
    "looks": Label(N_("Due for a second look")),
    "overdue": Label(N_("Overdue by severity")),
    "complete": Label(N_("Is the period complete?")),
    "desk": Label(N_("On the desk")),
    "trail": Label(N_("The trail")),
    "accounts": Label(N_("Accounts")),
    "running": Label(N_("Is it healthy?")),
}


@dataclass(frozen=True)
class Slip:
    """A unit that lost points (or, where nobody did, places) since the period before, with where."""

    card: Scorecard
    change: Decimal
    places: int
    lost: list[tuple[Any, Decimal]]
    line: Any


@home_panel(Duty.APPROVE, Duty.PREPARE, order=30)
def slips(session: Session, officer: Any, moment: datetime) -> Panel | None:
    standing = newest(session, officer)
    if standing is None or standing.before is None:
        return None
    edition = scoring.edition_in_force(session, standing.before.id)
    if edition is None:
        return None
    old = {card.unit_id: card for card in scoring.league_table(session, edition.id, is_light=True)}
    shown = [row for _name, rows in groups_of(standing) if len(rows) <= SMALL for row in rows] or rows_of(standing)
    changes = [
        (row.card, row.card.total - before)
        for row in shown
        if row.card.total is not None
        and row.card.unit_id in old
        and (before := old[row.card.unit_id].total) is not None
    ]
    moved = {row.card.id: row.moved or 0 for row in shown}
    worst = sorted((one for one in changes if one[1] < 0), key=lambda one: one[1])[:3]
    if not worst:
        fallen = [one for one in changes if moved[one[0].id] < 0]
        worst = sorted(fallen, key=lambda one: (moved[one[0].id], one[1]))[:3]
    lines = _totals(session, standing, [card.unit_id for card, _change in worst])
    scoring.with_marks(session, [one for card, _change in worst for one in (card, old[card.unit_id])])
    found = [
        Slip(
            card, change, -moved[card.id], _lost(standing, card, old[card.unit_id]),
            charts.sparkline(
                [*lines.get(card.unit_id, []), card.total], said(say("Scores of {unit} so far", unit=card.name))
            ),
        )
        for card, change in worst
    ]  # fmt: skip
    rest = sum(change >= 0 for _card, change in changes)
    facts = {"slips": found, "standing": standing, "rest": rest, "since": standing.before.title}
    return Panel(TITLES["slips"], "homes/slips.html", facts, more=at("scoring.ranking", period=standing.period.id))


def _totals(session: Session, standing: Standing, unit_ids: Sequence[int]) -> dict[int, list[Decimal]]:
    found: dict[int, list[Decimal]] = defaultdict(list)
    only = Scorecard.unit_id.in_(unit_ids)
    for one in scoring.standings(session, standing.period.programme_id, standing.period.kind, only=only):
        if one.period_id != standing.period.id and one.total is not None:
            found[one.unit_id].append(one.total)
    return found


def _lost(standing: Standing, card: Scorecard, before: Scorecard) -> list[tuple[Any, Decimal]]:
    """The items that took most, with what they took."""
    was = {item["code"]: Fraction(item["exact"] or 0) for item in before.items}
    changes = [
        (item["code"], Fraction(item["exact"] or 0) - was[item["code"]]) for item in card.items if item["code"] in was
    ]
    worst = sorted((one for one in changes if one[1] < 0), key=lambda one: one[1])[:3]
    return [
        (scores.item_name(standing.scheme, standing.period, code), scores.rounded(change, standing.places, "half_up"))
        for code, change in worst
    ]


@home_panel(Duty.APPROVE, Duty.PREPARE, Duty.PLAN_CYCLES, order=40)
def timetable(session: Session, officer: Any, moment: datetime) -> Panel | None:
    """The period whose results are next, and the two after it."""
    own = own_programmes(session, officer)
    query = select(Period).where(Period.programme_id.in_(own)).order_by(Period.last_day, Period.first_day)
    some = [
        one
        for one in session.scalars(query)
        if one.report_by is not None and not one.is_composite and one.state not in ("closed", "cancelled")
    ]
    begun = [one for one in some if one.state not in scoring.PUBLIC]
    chosen = begun[:3]
    if not chosen:
        return None
    courses = [course_of(session, one) for one in chosen]
    coming = _coming(courses, moment)
    facts = {
        "picture": charts.timetable(courses, moment),
        "coming": coming[:6],
        "courses": courses,
        "legend": charts.LEGEND,
    }
    return Panel(TITLES["timetable"], "homes/timetable.html", facts, is_wide=True, more=at("cycles.index"))


def course_of(session: Session, period: Period) -> charts.Course:
    """The phases of a period from its planned moments; objections last until the last window, or its estimate."""
    served = period.provisional_on
    windows = cycles.objection_windows(session, period) if period.state == PeriodState.OBJECTIONS else {}
    last = max((end for end in windows.values() if end is not None), default=None)
    if last is None and served is not None:
        last = (
            served + timedelta(days=9)
            if period.is_provisional
            else cycles.after(session, period, served, Duration(6, "w"))
        )
    steps = [
        ("report", period.opens_at, period.report_by),
        ("late", period.report_by, period.late_until),
        ("verify", period.late_until, served),
        ("object", served, last),
    ]
    phases = tuple(
        charts.Phase(*charts.PHASES[name], start, end)
        for name, start, end in steps
        if start is not None and end is not None and end > start
    )  # fmt: skip
    return charts.Course(period.title, phases, address_of("period", period.id))


ENDS = {
    charts.PHASES["report"][0]: N_("{period}: reports are due"),
    charts.PHASES["late"][0]: N_("{period}: reporting closes"),
    charts.PHASES["verify"][0]: N_("{period}: verification ends"),
    charts.PHASES["object"][0]: N_("{period}: the time to object ends"),
}


def _coming(courses: Sequence[charts.Course], moment: datetime) -> list[tuple[datetime, Sentence]]:
    found = [
        (phase.end, say(ENDS[phase.label], period=course.title))
        for course in courses
        for phase in course.phases
        if phase.end >= moment
    ]
    return sorted(found, key=lambda one: one[0])


@dataclass(frozen=True)
class Figure:
    """A value of the whole province, with the sum of the targets where there is one."""

    name: Bilingual
    total: Decimal
    share: Decimal | None


FIGURED = ("cumulative", "level", "count")


@home_panel(Duty.APPROVE, order=90)
def figures(session: Session, officer: Any, moment: datetime) -> Panel | None:
    """Sums over the largest units, from the very inputs the scores were computed from."""
    standing = newest(session, officer)
    if standing is None:
        return None
    units = json.loads(standing.edition.inputs)["units"]
    level = "prefecture" if any(_level(one) == "prefecture" for one in units) else _level(units[0]) if units else ""
    some = [one for one in units if _level(one) == level]
    found = []
    for code, value in standing.scheme.values.items():
        if value.kind not in FIGURED or value.from_ != "submission":
            continue
        numbers = [one["values"].get(code, {}).get("number") for one in some]
        total = sum((Fraction(number) for number in numbers if number), Fraction(0))
        targets = sum((Fraction(one["targets"][code]) for one in some if one["targets"].get(code)), Fraction(0))
        share = scores.rounded(total * 100 / targets, 1, "half_up") if targets else None
        found.append(Figure(Bilingual(value.zh, value.en or code), scores.rounded(total, 0, "half_up"), share))
    if not found:
        return None
    facts = {"figures": found[:4], "period": standing.period, "tasks": _closed(session, officer)}
    return Panel(TITLES["figures"], "homes/figures.html", facts, is_wide=True)


def _level(unit: Any) -> str:
    return str(unit["attributes"].get("level", ""))


def _closed(session: Session, officer: Any) -> tuple[int, int]:
    """Tasks closed, and all that were not withdrawn."""
    states = remediation.by_state(session, officer.unit_ids)
    return states.get("closed", 0), sum(n for state, n in states.items() if state != "withdrawn")


# --- locality --------------------------------------------------------------------------------------------------------


@home_panel(*LOCALITY, order=20)
def place(session: Session, officer: Any, moment: datetime) -> Panel | None:
    """Rank, movement, distance to the next, and what the marks were lost for."""
    own = officer.home_unit_id
    if own is None:
        return None
    for period, edition in scored(session, officer):
        if period.state not in scoring.SERVED:
            continue
        standing = Standing(session, period, edition)
        row = next((one for one in standing.rows() if one.card.unit_id == own), None)
        if row is not None:
            return Panel(
                TITLES["place"], "homes/place.html", facts_of_place(standing, row), more=at("place.show"),
            )  # fmt: skip
    return Panel(TITLES["place"], "homes/none.html", {"text": say(NO_PLACE)})


def nth(n: int | None) -> Bilingual | None:
    """A rank as it is said: ``4th``, ``第4``."""
    if n is None:
        return None
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return Bilingual(f"第{n}", f"{n}{ending}")


def facts_of_place(standing: Standing, row: Row) -> dict[str, Any]:
    """Others' scores are shown only once they are published."""
    peers = [card for card in standing.cards if card.group_code == row.card.group_code]
    at_place = next((n for n, card in enumerate(peers) if card.unit_id == row.card.unit_id), 0)
    final = is_final(standing.period)
    ranked = [card for card in peers if card.total is not None]
    lost = sorted(
        (
            (item, Fraction(str(item["maximum"]).rstrip("…")) - Fraction(item["exact"]))
            for item in row.card.items
            if item["exact"] is not None
        ),
        key=lambda one: -one[1],
    )
    above = peers[at_place - 1] if final and at_place > 0 else None
    below = peers[at_place + 1] if final and at_place + 1 < len(peers) else None
    on_one_line = say("Scores of the group on one line; {unit} is at {total}", unit=row.card.name, total=row.card.total)
    return {
        "standing": standing,
        "row": row,
        "rank": nth(row.card.rank),
        "before": nth(row.before),
        "size": len(ranked),
        "picture": charts.line_of(ranked, row.card.unit_id, said(on_one_line)) if final else "",
        "above": _gap(above, row.card),
        "below": _gap(below, row.card),
        "lost": [
            (
                item["code"],
                scores.item_name(standing.scheme, standing.period, item["code"]),
                scores.rounded(some, standing.places, "half_up"),
            )
            for item, some in lost[:4]
            if some > 0
        ],
        "all_lost": scores.rounded(sum((some for _item, some in lost), Fraction(0)), standing.places, "half_up"),
        "state": PERIOD.word(standing.period.state) if not final else None,
    }  # fmt: skip


def _gap(other: Scorecard | None, own: Scorecard) -> tuple[Bilingual, Decimal] | None:
    """The neighbour, and how many points lie between."""
    if other is None or other.total is None or own.total is None:
        return None
    return other.name, abs(other.total - own.total)


@dataclass(frozen=True)
class Sent:
    """Something that became of what a unit sent."""

    at: datetime
    what: str
    record: str
    address: str
    seq: int


TWICE, MOST = 2, 6
"""The newest two acts on each record, six lines in all."""


@home_panel(*LOCALITY, order=30)
def sent(session: Session, officer: Any, moment: datetime) -> Panel:
    """The newest acts of others on the unit's own reports, objections and practices."""
    own = [officer.home_unit_id] if officer.home_unit_id is not None else []
    named: dict[tuple[str, str], Any] = {}
    for report in submissions.of_units(session, own)[:6]:
        named["submission", str(report.id)] = say("Report for {period}", period=report.period.title)
    for one in objections.of_units(session, own)[:10]:
        named["objection", str(one.id)] = say("Objection {number}", number=one.number)
    rows = [row for row in audit.acts_on(session, list(named)) if row.act not in ("save_draft", "open_submissions")]
    found: list[Sent] = []
    times: dict[tuple[str, str], int] = defaultdict(int)
    for row in reversed(rows):
        key = subject_of(session, row, named)
        if key is None or times[key] == TWICE:
            continue
        times[key] += 1
        what = said(act_label(row.kind, row.act))
        found.append(Sent(row.at, what, said(named[key]), address_of(*key), row.seq))
        if len(found) == MOST:
            break
    return Panel(TITLES["sent"], "homes/sent.html", {"sent": found}, is_wide=True)


def subject_of(session: Session, row: AuditRow, named: dict[tuple[str, str], Any]) -> tuple[str, str] | None:
    """Which of the unit's own records an act was about; a bulk act touched one of them among many."""
    if (row.kind, row.subject_id) in named:
        return row.kind, row.subject_id
    refs = session.execute(
        select(AuditRef.kind, AuditRef.record_id).where(
            AuditRef.seq == row.seq,
            AuditRef.kind.in_({kind for kind, _ in named}),
            AuditRef.record_id.in_({record for _, record in named}),
        )
    )
    return next(((kind, record) for kind, record in refs if (kind, record) in named), None)


@home_panel(Duty.OBJECT, order=40)
def rights(session: Session, officer: Any, moment: datetime) -> Panel | None:
    some = objection_pages.rights(session, officer)
    if not some:
        return None
    return Panel(TITLES["rights"], "homes/rights.html", {"rights": some[:3]}, more=at("objections.index"))


# --- supervision -----------------------------------------------------------------------------------------------------


@home_panel(*SUPERVISORS, order=20)
def visits(session: Session, officer: Any, moment: datetime) -> Panel:
    """Where an inspector goes next; for the office, every visit that is not settled."""
    mine = not officer.holds(Duty.SETTLE_FINDINGS)
    person = officer.person_id if mine else None
    some = [
        one
        for state in (VisitState.UNDER_WAY, VisitState.ASSIGNED, VisitState.REPORTED, VisitState.COMMENTED)
        for one in inspections.visits(session, person_id=person, state=state, limit=8)
    ][:8]
    units = unit_views(session, {one.unit_id for one in some}, officer.day)
    lines = [(one, units[one.unit_id].name, VISIT.word(one.state), address_of("visit", one.id)) for one in some]
    text = say("Once a campaign is drawn, the visits stand here in the order in which they are due.")
    facts = {"lines": lines, "text": text, "process": VISIT}
    return Panel(TITLES["visits"], "homes/visits.html", facts, is_wide=True, more=at("inspections.index"))


@home_panel(*SUPERVISORS, Duty.ACCEPT_PLANS, order=30)
def looks(session: Session, officer: Any, moment: datetime) -> Panel:
    """Tasks reported done that wait for a re-check, the oldest first."""
    wanted = remediation.Filter(unit_ids=officer.unit_ids, state="reported_done")
    count = remediation.count(session, wanted, moment)
    some = remediation.tasks(session, wanted, moment, limit=6)
    units = unit_views(session, {one.unit_id for one in some}, officer.day)
    lines = [(one, units[one.unit_id].name, address_of("task", one.id)) for one in some]
    where = at("remediation.index", state="reported_done")
    return Panel(TITLES["looks"], "homes/looks.html", {"lines": lines, "count": count}, is_wide=True, more=where)


AGES = ((7, N_("up to a week")), (30, N_("up to a month")), (10_000, N_("longer")))


@home_panel(*SUPERVISORS, Duty.APPROVE, order=50)
def overdue(session: Session, officer: Any, moment: datetime) -> Panel | None:
    """Open tasks beyond their time, by severity and age."""
    some = remediation.overdue(session, moment, officer.unit_ids)
    table: dict[tuple[Any, str], list[int]] = defaultdict(lambda: [0] * len(AGES))
    for task in some:
        days = (moment - task.due_at).days
        place = next(n for n, (most, _word) in enumerate(AGES) if days <= most)
        table[task.severity_name, task.severity][place] += 1
    lines = [(name, severity, counts, sum(counts)) for (name, severity), counts in table.items()]
    lines.sort(key=lambda one: -one[3])
    facts = {"lines": lines, "count": len(some), "ages": [word for _most, word in AGES]}
    return Panel(TITLES["overdue"], "homes/overdue.html", facts, more=at("remediation.index", due="overdue"))


# --- assessment office -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Board:
    """A period's reports by state."""

    period: Period
    counts: list[tuple[Any, str, int]]
    total: int
    settled: int
    flagged: int | None
    """Reports with something odd in them; of very many, each is looked through where it is opened."""
    address: str


ORDER = (SubmissionState.VALIDATED, SubmissionState.VERIFIED, SubmissionState.ENDORSED, SubmissionState.SUBMITTED,
         SubmissionState.RETURNED, SubmissionState.DRAFT, SubmissionState.DUE)  # fmt: skip
WORKING = (PeriodState.OPEN, PeriodState.VERIFYING, PeriodState.PROVISIONAL)


SHAPES = {state.value: chip_class(SUBMISSION, state.value) for state in ORDER}


LOOKED_THROUGH = 300


@home_panel(Duty.SET_VALUES, Duty.VERIFY, order=15)
def complete(session: Session, officer: Any, moment: datetime) -> Panel:
    query = select(Period).where(Period.state.in_([one.value for one in WORKING])).order_by(Period.last_day)
    own = set(own_programmes(session, officer))
    boards = []
    for period in session.scalars(query):
        counts = submissions.counts(session, period.id)
        if period.programme_id not in own or not counts:
            continue
        total = sum(counts.values())
        looked = submissions.of_period(session, period.id) if total <= LOOKED_THROUGH else []
        flags = submissions.flags_of_many(session, period, looked) if looked else {}
        boards.append(
            Board(
                period,
                [(SUBMISSION.word(state), state.value, counts[state]) for state in ORDER if counts.get(state)],
                total,
                counts.get(SubmissionState.VALIDATED, 0),
                sum(bool(one) for one in flags.values()) if looked else None,
                at("submissions.index", period=period.id),
            )
        )
    text = say("When reporting opens, every report stands here by state, with what looks odd in it.")
    facts = {"boards": boards, "text": text, "shapes": SHAPES}
    return Panel(TITLES["complete"], "homes/complete.html", facts, is_wide=True, more=at("submissions.index"))


@dataclass(frozen=True)
class Matter:
    """One line of the office's desk."""

    what: Any
    state: Any
    shape: str
    address: str


@home_panel(Duty.PREPARE, order=25)
def desk(session: Session, officer: Any, moment: datetime) -> Panel:
    """Provisional scores, objections, adjustments, the bulletin in work, the reward round."""
    lines: list[Matter] = []
    for period, edition in scored(session, officer)[:3]:
        if period.state in (PeriodState.PROVISIONAL, PeriodState.OBJECTIONS, PeriodState.APPROVED):
            what = say("Scores for {period}, edition {number}", period=period.title, number=edition.number)
            lines.append(Matter(what, PERIOD.word(period.state), "going", at("scoring.ranking", period=period.id)))
    open_ones = objections.in_states(session, *map(objection_pages.ObjectionState, objections.UNDECIDED))
    late = objections.late(session, moment)
    if open_ones:
        word, css = (say("{count} late", count=late), "stop") if late else (say("in time"), "going")
        lines.append(Matter(say("{count} open objections", count=len(open_ones)), word, css, at("objections.index")))
    waiting = adjustments.undecided(session)
    if waiting:
        heard = sum(one.state == "heard" for one in waiting)
        word = say("{count} heard", count=heard)
        lines.append(
            Matter(say("{count} undecided adjustments", count=len(waiting)), word, "going", at("adjustments.index"))
        )
    for one in session.scalars(
        select(Bulletin).where(Bulletin.state.in_(["drafted", "returned", "submitted", "approved"]))
    ):
        lines.append(Matter(one.title, BULLETIN.word(one.state), "going", address_of("bulletin", one.id)))
    for round_ in rewards.rounds(session, states=("prepared", "checked", "publicity"), is_light=True):
        lines.append(Matter(round_.title, rewards_word(round_), "going", address_of("reward_round", round_.id)))
    return Panel(TITLES["desk"], "homes/desk.html", {"lines": lines})


def rewards_word(one: Any) -> Any:
    return process_of(one).word(one.state)


# --- auditor ---------------------------------------------------------------------------------------------------------


@home_panel(Duty.AUDIT, order=10)
def trail(session: Session, officer: Any, moment: datetime) -> Panel:
    """The head of the trail, the newest acts, and what was refused."""
    rows = session.scalar(select(func.max(AuditRow.seq))) or 0
    newest_rows = session.scalars(select(AuditRow).order_by(AuditRow.seq.desc()).limit(6)).all()
    refused = session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.act == "refused")) or 0
    exported = session.scalar(select(func.max(AuditRow.at)).where(AuditRow.act == "export"))
    facts = {
        "head": audit.head(session), "rows": rows, "refused": refused, "exported": exported,
        "newest": [(row, said(act_label(row.kind, row.act)), label(kind_word(row.kind))) for row in newest_rows],
    }  # fmt: skip
    return Panel(TITLES["trail"], "homes/trail.html", facts, is_wide=True, more=at("audit.index"))


@home_heading(Duty.AUDIT)
def how_long_the_trail_is(session: Session, officer: Any, moment: datetime) -> Sentence:
    rows = session.scalar(select(func.max(AuditRow.seq))) or 0
    return say("The trail holds {count} acts, each chained to the one before.", count=Decimal(rows))


# --- administrator ---------------------------------------------------------------------------------------------------


@home_panel(Duty.ADMINISTER, order=10)
def accounts(session: Session, officer: Any, moment: datetime) -> Panel:
    counts = dict(session.execute(select(Person.state, func.count()).group_by(Person.state)).all())
    day = local_day(moment)
    facts = {
        "figures": [
            (ACCOUNT.word(state.value), counts.get(state.value, 0), "", at("organisations.people", state=state.value))
            for state in AccountState
        ],
        "grants": len(grants_to_confirm(session, day)),
        "people": at("organisations.people"),
    }
    return Panel(TITLES["accounts"], "homes/accounts.html", facts, is_wide=True, more=at("organisations.people"))


def announced_again(session: Session) -> tuple[Sentence, bool] | None:
    """What the version that runs made of announced editions, and whether all are equal; None where it met none."""
    newest_version = recomputing.newest(session)
    if newest_version is None or not newest_version[1]:
        return None
    version, found = newest_version
    differing = [one.edition_id for one in found if one.differences]
    facts = {"version": version.version, "day": local_day(version.met_at), "count": len(found)}
    if not differing:
        message = N_("Re-computed by version {version} on {day}: all {count} announced editions are equal.")
        return say(message, **facts), True
    rows = session.execute(
        select(Period.code, Edition.number)
        .join(Edition, Edition.period_id == Period.id)
        .where(Edition.id.in_(differing))
        .order_by(Period.code, Edition.number)
    )
    message = N_("Re-computed by version {version} on {day}: {differing} of {count} announced editions differ, and "
                 "stay as they were announced: {editions}.")  # fmt: skip
    editions = [f"{code} ({number})" for code, number in rows]
    return say(message, differing=len(differing), editions=editions, **facts), False


@home_panel(Duty.ADMINISTER, order=20)
def running(session: Session, officer: Any, moment: datetime) -> Panel:
    """The clock, what it could not do, and what waits to be sent."""
    waiting = session.scalar(select(func.count()).select_from(OutboxItem).where(OutboxItem.done_at.is_(None))) or 0
    failed = session.scalar(
        select(func.count()).select_from(OutboxItem).where(OutboxItem.done_at.is_(None), OutboxItem.failure != "")
    )
    facts = {
        "tick": cycles.last_tick(session),
        "overdue": len(cycles.overdue_entries(session, moment)),
        "waiting": waiting,
        "failed": failed or 0,
        "health": at("health.readyz"),
        "diary": at("cycles.index"),
        "deliveries": at("delivery.deliveries"),
        "upgrade": announced_again(session),
    }
    return Panel(TITLES["running"], "homes/running.html", facts, is_wide=True)

"""Scores: the league table of a period, and for every number why it is what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.adjustments import queries as adjustments
from assessment.bulletins.queries.facts import band_name, group_name
from assessment.cycles import queries as cycle_queries
from assessment.cycles import remedies
from assessment.faces.web.kit import (
    Column,
    _,
    access,
    address,
    address_of,
    choice,
    current_session,
    download,
    label,
    language,
    listing,
    not_there,
    now,
    said,
    scope,
    search,
    shape,
    signed_in,
    viewer,
)
from assessment.faces.web.kit.lists import XLSX
from assessment.faces.web.pages.scoring_explained import Explained
from assessment.faces.web.pages.scoring_influence import sides, without_each
from assessment.faces.web.pages.scoring_whatif import LIVE, Form
from assessment.foundation.charts import Line, Loss, bars, bump, waterfall
from assessment.foundation.errors import NotNow
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import MONTHS, N_, Bilingual, Sentence, say
from assessment.objections import queries as objections
from assessment.organisations.duties import Duty
from assessment.organisations.queries import units_on
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, SchemeVersion
from assessment.programmes.rules.robustness import Robustness
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring import queries, recomputing
from assessment.scoring.models import Edition, EditionState, Scorecard
from assessment.scoring.placings import may_see_places, places_of
from assessment.scoring.process import EDITION
from assessment.scoring.rules.frozen import thawed_step
from assessment.scoring.rules.ranges.found import RankRange
from assessment.scoring.sensitivity import rank_ranges, specification
from assessment.submissions import queries as submissions
from assessment.submissions.models import Submission, SubmissionValue

pages = Blueprint("scoring", __name__, url_prefix="/scoring")
address("scorecard", "scoring.scorecard", "card_id", N_("Scorecard"))
address("edition", "scoring.edition", "edition_id", N_("Edition"))
scope(Scorecard, queries.may_see)
scope(Edition, lambda session, edition, who: may_see_edition(session.get_one(Period, edition.period_id), edition, who))
shape("edition", "provisional", "going")
shape("edition", "approved", "done")

NONE = "—"
STEPS = (5, 10, 15, 20, 30)
"""Marks lost in per cent of an item: the lower bounds of the darker steps of the heat map."""
COLOURS = ("fa", "fb", "fc", "fd")
FULL = Fraction(100)


def may_see_period(period: Period, who: Any) -> bool:
    """Published tables are everybody's who signs in; before, they are the office's and the leaders'."""
    return period.state in queries.PUBLIC or queries.may_see_all(who, period.programme.unit_id)


def may_see_edition(period: Period, edition: Edition, who: Any) -> bool:
    """What was computed and never approved stays the office's, also when the period is published."""
    if edition.approved_at is None:
        return queries.may_see_all(who, period.programme.unit_id)
    return may_see_period(period, who)


# --- the league table ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One item of one unit, as the heat map draws it."""

    code: str
    score: str
    shade: str
    number: Decimal | None


@dataclass(frozen=True)
class Row:
    """One unit in the table."""

    card: Scorecard
    group: Bilingual
    band: Bilingual
    before: int | None
    to_next: Decimal | None
    cells: Mapping[str, Cell]
    is_disputed: bool
    range: RankRange | None = None

    @property
    def moved(self) -> int | None:
        """Places won (positive) or lost since the period before."""
        return None if self.before is None or self.card.rank is None else self.before - self.card.rank


@dataclass(frozen=True)
class Head:
    """A column of the heat map."""

    code: str
    name: Bilingual
    maximum: str


@dataclass(frozen=True)
class Standing:
    """A period's table with everything that is drawn from it."""

    session: Session
    period: Period
    edition: Edition

    @cached_property
    def scheme(self) -> Scheme:
        return programmes.scheme(self.session, self.edition.scheme_version_id)

    @property
    def places(self) -> int:
        return self.scheme.rounding.of_total.places

    @cached_property
    def cards(self) -> list[Scorecard]:
        return queries.league_table(self.session, self.edition.id)

    @cached_property
    def before(self) -> Period | None:
        return queries.period_before(self.session, self.period)

    @cached_property
    def heads(self) -> list[Head]:
        found: dict[str, Head] = {}
        for card in self.cards:
            for item in card.items:
                code = item["code"]
                found.setdefault(code, Head(code, item_name(self.scheme, self.period, code), item["maximum"]))
        return list(found.values())

    def rows(self) -> list[Row]:
        ranks = queries.ranks_before(self.session, self.period)
        disputed = objections.under_objection(self.session, self.period.id)
        ranges = rank_ranges(self.edition)
        above: dict[str, Decimal] = {}
        better: dict[str, Decimal] = {}
        found = []
        for card in self.cards:
            gap = None
            if card.total is not None:
                if card.group_code in above and above[card.group_code] != card.total:
                    better[card.group_code] = above[card.group_code]
                above[card.group_code] = card.total
                gap = better[card.group_code] - card.total if card.group_code in better else None
            found.append(
                Row(
                    card,
                    group_name(self.scheme, card.group_code),
                    band_name(self.scheme, card.band) if card.band else Bilingual("", ""),
                    ranks.get(card.unit_id),
                    gap,
                    {item["code"]: cell_of(item, self.places) for item in card.items},
                    card.unit_id in disputed,
                    ranges.get(card.unit_code),
                )
            )
        return found

    @property
    def varied(self) -> Sentence | None:
        """What was varied for the rank ranges, if there are any."""
        found = self.edition.sensitivity
        return specification(found.specification) if found else None

    def points(self, total: Decimal | None) -> str:
        return NONE if total is None else f"{total:.{self.places}f}"


def item_name(scheme: Scheme, period: Period, code: str) -> Bilingual:
    item = next((item for item in scheme.items if item.code == code), None)
    if item is not None:
        return Bilingual(item.zh, item.en)
    part = next((one for one in period.parts if one.code == code), None)
    return part.title if part is not None else Bilingual("", "")


def cell_of(item: Mapping[str, Any], places: int) -> Cell:
    if item["exact"] is None:
        return Cell(item["code"], NONE, "", None)
    score, most = Fraction(item["exact"]), Fraction(str(item["maximum"]).rstrip("…"))
    shown = rounded(score, places, "half_up")
    return Cell(item["code"], f"{shown:f}", f"ht{shade(most - score, most)}", shown)


def shade(lost: Fraction, most: Fraction) -> int:
    """In which of the six half-open steps the marks lost lie, as a share of the item."""
    share = lost * 100 / most if most > 0 else Fraction(0)
    return sum(share >= step for step in STEPS)


def visible_periods(session: Session) -> list[Period]:
    """Periods with a table that the viewer may see whole, newest first."""
    scored = select(Edition.period_id).distinct()
    found = session.scalars(select(Period).where(Period.id.in_(scored)).order_by(Period.last_day.desc(), Period.id))
    who = viewer()
    return [period for period in found if may_see_period(period, who)]


@pages.get("")
@signed_in
def ranking() -> Response | str:
    session = current_session()
    periods = visible_periods(session)
    wanted = request.args.get("period", "")
    if wanted and wanted not in {str(period.id) for period in periods}:
        raise not_there()
    if not periods:
        return render_template("scoring/none.html")
    period = next((one for one in periods if str(one.id) == wanted), None) or usual(session, periods)
    edition = queries.edition_in_force(session, period.id)
    if edition is None:
        raise not_there()
    standing = Standing(session, period, edition)
    rows = standing.rows()
    groups = [(code, group_name(standing.scheme, code)) for code in standing.scheme.groups]
    groups = [(code, name) for code, name in groups if any(row.card.group_code == code for row in rows)]
    found = listing(
        f"ranking-{period.code}",
        rows,
        columns=_columns(standing),
        filters=[
            choice(
                "group", N_("Peer group"), lambda row: row.card.group_code, groups if len(groups) > 1 else [("", "")]
            ),
            search(lambda row: row.card.name, lambda row: row.card.unit_code, label=N_("Unit")),
        ],
    )
    return found.answer(
        "scoring/ranking.html",
        standing=standing,
        period=period,
        edition=edition,
        periods=periods,
        groups=groups,
        grouped=[
            (code, name, rows)
            for code, name in groups
            if (rows := [r for r in found.items if r.card.group_code == code])
        ],
        means=_means(standing, found.items),
        charts=_bumps(session, standing, found.items, groups),
        heading=leads(standing),
        may_replay=queries.may_see_all(viewer(), period.programme.unit_id),
    )


def usual(session: Session, periods: Sequence[Period]) -> Period:
    """What is shown unasked: the newest published month of the viewer's newest programme, else the newest of all."""
    return next((one for one in periods if one.state in queries.PUBLIC and not one.is_composite), periods[0])


def _columns(standing: Standing) -> list[Column]:
    return [
        Column("group", N_("Peer group"), lambda row: row.group),
        Column("rank", N_("Rank"), lambda row: row.card.rank, is_number=True),
        Column("move", N_("Places won"), lambda row: row.moved, is_number=True),
        *(_range_columns() if standing.varied else ()),
        Column("code", N_("Code"), lambda row: row.card.unit_code),
        Column("unit", N_("Unit"), lambda row: row.card.name, is_head=True),
        Column("score", N_("Score"), lambda row: row.card.total, is_number=True),
        Column("band", N_("Band"), lambda row: row.band),
        Column("late_days", N_("Days late"), lambda row: row.card.late_days, is_number=True),
        *(Column(f"item-{head.code}", head.code, _of_item(head.code), is_number=True) for head in standing.heads),
    ]


def _range_columns() -> list[Column]:
    return [
        Column("rank_low", N_("Best rank of the range"), lambda row: row.range and row.range.low, is_number=True),
        Column("rank_high", N_("Worst rank of the range"), lambda row: row.range and row.range.high, is_number=True),
        Column("tier", N_("Tier"), lambda row: row.range and row.range.tier, is_number=True),
    ]


def _of_item(code: str) -> Any:
    return lambda row: row.cells[code].number if code in row.cells else None


def _means(standing: Standing, rows: Sequence[Row]) -> dict[str, str]:
    """The mean of the total ("") and of every item, of the rows shown."""
    columns: dict[str, list[Decimal]] = {"": [row.card.total for row in rows if row.card.total is not None]}
    for head in standing.heads:
        numbers = [row.cells[head.code].number for row in rows if head.code in row.cells]
        columns[head.code] = [number for number in numbers if number is not None]
    return {
        code: f"{rounded(sum(map(Fraction, some), Fraction(0)) / len(some), standing.places, 'half_up'):f}"
        if some
        else NONE
        for code, some in columns.items()
    }


def leads(standing: Standing) -> Sentence:
    """The answer first: who leads each group."""
    first: dict[str, list[Bilingual]] = {}
    for card in standing.cards:
        if card.rank == 1:
            first.setdefault(card.group_code, []).append(card.name)
    names = [name for some in first.values() for name in some]
    if not names or len(names) > 3:
        return say("Ranking, {period}", period=standing.period.title)
    if len(names) == 1:
        return say("{unit} leads in {period}", unit=names[0], period=standing.period.title)
    return say("{units} lead in {period}", units=names, period=standing.period.title)


@dataclass(frozen=True)
class Bump:
    """Ranks of one group over the periods of a kind: the picture and its table."""

    name: Bilingual
    picture: Markup
    periods: tuple[str, ...]
    lines: tuple[Line, ...]
    is_long: bool


def _bumps(
    session: Session, standing: Standing, rows: Sequence[Row], groups: Iterable[tuple[str, Bilingual]]
) -> list[Bump]:
    """Rank by period up to the one shown, at most twelve, a panel each peer group; the widest movers are marked."""
    period = standing.period
    states = queries.SERVED if queries.may_see_all(viewer(), period.programme.unit_id) else queries.PUBLIC
    past = [
        (one.period_code, one.unit_id, one.rank)
        for one in queries.standings(session, period.programme_id, period.kind, states)
        if one.period_code < period.code
    ]
    past += [(period.code, card.unit_id, card.rank) for card in standing.cards]
    codes = sorted({code for code, _unit, _rank in past})[-12:]
    if len(codes) < 2:
        return []
    named = {row.card.unit_id: row for row in rows}
    ranks: dict[int, dict[str, int | None]] = {}
    for code, unit_id, rank in past:
        ranks.setdefault(unit_id, {})[code] = rank
    marked = {code for code in request.args.getlist("mark") if code}
    found = []
    for code, name in groups:
        members = [row for row in named.values() if row.card.group_code == code]
        if not members:
            continue
        chosen = _marks(members, marked)
        lines = tuple(
            Line(
                said(row.card.name),
                tuple(ranks.get(row.card.unit_id, {}).get(one) for one in codes),
                chosen.get(row.card.unit_id, ""),
            )
            for row in members
        )
        short = tuple(short_period(one) for one in codes)
        title = _("Rank by period, {group}", group=name if name.zh or name.en else standing.period.programme.title)
        picture = Markup(bump(title, short, lines))  # noqa: S704 - drawn by us, texts escaped there
        found.append(Bump(name, picture, short, lines, len(members) > 20))
    return found


def _marks(members: Sequence[Row], wanted: set[str]) -> dict[int, str]:
    """At most two lines: those asked for, else the one that rose and the one that fell most."""
    asked = [row for row in members if row.card.unit_code in wanted][:2]
    if asked:
        return {row.card.unit_id: css for row, css in zip(asked, ("hi", "lo"), strict=False)}
    moved = [row for row in members if row.moved]
    chosen = {}
    if moved:
        up, down = max(moved, key=lambda row: row.moved or 0), min(moved, key=lambda row: row.moved or 0)
        if (up.moved or 0) > 0:
            chosen[up.card.unit_id] = "hi"
        if (down.moved or 0) < 0:
            chosen[down.card.unit_id] = "lo"
    return chosen


def short_period(code: str) -> str:
    """``Jan`` or ``1月`` for 2012-01; Q1 and years as they are."""
    tail = code.rpartition("-")[2]
    if tail.isdecimal() and len(tail) == 2:
        return f"{int(tail)}月" if language() == "zh" else MONTHS[int(tail) - 1]
    return tail


# --- one unit's scores over time -----------------------------------------------------------------------------------


@pages.get("/scores")
@signed_in
def index() -> Response | str:
    """Every scorecard the viewer may see: a locality's own, the office's all."""
    session, who = current_session(), viewer()
    rows = session.execute(
        select(Scorecard.id, Scorecard.unit_id, Scorecard.unit_code, Scorecard.name_zh, Scorecard.name_en,
               Scorecard.total, Scorecard.rank, Scorecard.band, Edition.state, Period)
        .join(Edition, Edition.id == Scorecard.edition_id)
        .join(Period, Period.id == Edition.period_id)
        .where(Edition.state != EditionState.SUPERSEDED.value)
        .order_by(Period.last_day.desc(), Scorecard.group_code, Scorecard.rank)
    ).all()  # fmt: skip
    own = frozenset().union(*(who.unit_ids_for(duty) for duty in (Duty.REPORT, Duty.OBJECT, Duty.SIGN_LETTERS)))
    shown = []
    for row in rows:
        whole = queries.may_see_all(who, row.Period.programme.unit_id)
        if whole or (row.unit_id in own and row.Period.state in queries.SERVED):
            shown.append(row)
    found = listing(
        "scores",
        shown,
        columns=[
            Column("period", N_("Period"), lambda row: row.Period.title, key_for_sorting=lambda row: row.Period.code),
            Column("unit", N_("Unit"), lambda row: Bilingual(row.name_zh, row.name_en), is_head=True,
                   link=lambda row: url_for("scoring.scorecard", card_id=row.id)),
            Column("rank", N_("Rank"), lambda row: row.rank, is_number=True),
            Column("score", N_("Score"), lambda row: row.total, is_number=True, shown=lambda row: two(row.total)),
            Column("band", N_("Band"), lambda row: band_in(row.Period, row.band), is_minor=True),
            Column("state", N_("Results"), lambda row: EDITION.word(row.state), is_minor=True),
        ],
        filters=[
            choice("period", N_("Period"), lambda row: row.Period.code,
                   [(code, code) for code in sorted({row.Period.code for row in shown}, reverse=True)]),
            search(lambda row: Bilingual(row.name_zh, row.name_en), lambda row: row.unit_code, label=N_("Unit")),
        ],
    )  # fmt: skip
    return found.answer("scoring/index.html")


def two(total: Decimal | None) -> str:
    return NONE if total is None else f"{total:.2f}"


def band_in(period: Period, code: str) -> Bilingual:
    scheme = programmes.scheme(current_session(), period.scheme_version_id)
    return band_name(scheme, code) if code else Bilingual("", "")


# --- why this rank -------------------------------------------------------------------------------------------------


ABOUT = {
    "input": N_("Value"),
    "target": N_("Target"),
    "peers": N_("The others"),
    "formula": N_("Computed"),
    "bound": N_("Bounds"),
    "state": N_("State"),
    "adjustment": N_("Adjustment"),
    "rounding": N_("Rounding"),
    "band": N_("Band"),
    "rank": N_("Rank"),
}
RULES = {
    "given": N_("As given"),
    "completion": N_("Completion"),
    "control": N_("Control"),
    "efficacy": N_("Efficacy"),
    "banded": N_("Between standards"),
    "peer_minmax": N_("Against the others"),
    "position": N_("By place"),
    "sliding": N_("Around the average"),
    "steps": N_("By steps"),
    "deduct": N_("Deduction"),
    "deduct_several": N_("Deductions for several things"),
    "panel": N_("Votes of a panel"),
    "min_max": N_("From lowest to highest"),
    "z_score": N_("Distance from the mean"),
    "goalposts": N_("Between goalposts"),
    "distance_to_target": N_("Distance to the target"),
    "percentile_rank": N_("Percentile rank"),
    "rank": N_("Place from the lowest"),
    "borda": N_("How many are worse"),
    "composed": N_("Composed of parts"),
}
KINDS = {
    "missing": N_("missing"),
    "not_applicable": N_("not applicable"),
    "withheld": N_("withheld"),
}
INSIDE = ("submission_value",)
"""Shown as the value's own line, not as a record of its own."""


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


@dataclass(frozen=True)
class Cite:
    """A record that an item rests on."""

    kind: str
    record_id: str
    address: str


@dataclass(frozen=True)
class Item:
    """One item as the page explains it."""

    code: str
    name: Bilingual
    rule: str
    clause: str
    maximum: str
    score: str
    lost: Decimal | None
    since: Decimal | None
    kind: str
    steps: tuple[tuple[str, Sentence], ...]
    """What each step is about, and the step."""
    cites: tuple[Cite, ...]
    is_open: bool
    is_undecided: bool


@pages.get("/scorecards/<int:card_id>")
@signed_in
def scorecard(card_id: int) -> str:
    session = current_session()
    card = access(Scorecard, card_id)
    edition = session.get_one(Edition, card.edition_id)
    period = session.get_one(Period, edition.period_id)
    standing = Standing(session, period, edition)
    previous = _card_before(session, standing, card)
    items = [_item(standing, item, previous) for item in card.items]
    losses = _losses(standing, card, items)
    size = session.scalars(
        select(Scorecard.id).where(
            Scorecard.edition_id == edition.id, Scorecard.group_code == card.group_code, Scorecard.rank.is_not(None)
        )
    ).all()
    views = adjustments.for_period(session, period.id).get(card.unit_id, [])
    sees_table = may_see_period(period, viewer())
    window = (
        cycle_queries.objection_windows(session, period).get(card.unit_id) if period.state == "objections" else None
    )
    return render_template(
        "scoring/scorecard.html",
        card=card,
        edition=edition,
        period=period,
        standing=standing,
        items=items,
        size=len(size),
        group=group_name(standing.scheme, card.group_code),
        band=band_name(standing.scheme, card.band) if card.band else None,
        heading=_heading(card, len(size)),
        summary=_summary(standing, items),
        previous=previous,
        before=standing.before,
        sources=_sources(standing, card, request.args.get("item", "")),
        kinds=KINDS,
        notes=[(ABOUT.get(note["about"], ""), _note(standing.scheme, note)) for note in card.notes],
        adjustments=[(view, address_of("adjustment", view.id)) for view in views],
        pictures=_pictures(standing, card, losses),
        sides=sides(places_of(session, card), {one.code: one.name for one in items})
        if card.rank and may_see_places(card, viewer()) else ([], []),
        sees_table=sees_table,
        may_object=_may_object(session, card),
        window=window,
        against=[
            one for one in objections.against(session, "scorecard", card.id)
            if objections.may_see(session, one, viewer())
        ],
        version=session.get_one(SchemeVersion, edition.scheme_version_id),
        would_change=_explained(standing).would_change(card, request.args.get("item", "")),
    )  # fmt: skip


def _explained(standing: Standing) -> Explained:
    """What a table froze, to be explained to whoever reads it."""
    sees_others = may_see_edition(standing.period, standing.edition, viewer())
    return Explained(standing.session, standing.scheme, standing.period, standing.edition, sees_others)


def _of_card(card: Scorecard) -> Explained:
    session = current_session()
    edition = session.get_one(Edition, card.edition_id)
    return _explained(Standing(session, session.get_one(Period, edition.period_id), edition))


@pages.get("/scorecards/<int:card_id>.json")
@signed_in
def scorecard_data(card_id: int) -> Response:
    """The same explanation as data, in the shape of docs/explanation.md."""
    found = _of_card(card := access(Scorecard, card_id)).as_data(card)
    if found is None:
        raise NotNow(say("Computed again, this result differs; its edition says where. There is nothing to explain."))
    return Response(found.model_dump_json(indent=1) + "\n", mimetype="application/json")


@pages.get("/scorecards/<int:card_id>.xlsx")
@signed_in
def scorecard_workbook(card_id: int) -> Response:
    """The unit's own part of the workbook."""
    found = _of_card(card := access(Scorecard, card_id))
    content = found.as_workbook([card], language(), only=card.unit_code)
    return download(content, f"{found.period.code}-{card.unit_code}.xlsx", XLSX)


def _card_before(session: Session, standing: Standing, card: Scorecard) -> Scorecard | None:
    """The unit's own card of the period before, where the viewer may see it."""
    edition = queries.edition_in_force(session, standing.before.id) if standing.before else None
    found = queries.scorecard(session, edition.id, card.unit_id) if edition else None
    return found if found is not None and queries.may_see(session, found, viewer()) else None


def _note(scheme: Scheme, note: Mapping[str, Any]) -> Sentence:
    """A note as a sentence; it froze the band's code, and its name is what one reads."""
    band = note["facts"].get("band")
    if not isinstance(band, str):
        return thawed_step(note)
    name = band_name(scheme, band)
    return thawed_step({**note, "facts": {**note["facts"], "band": {"zh": name.zh, "en": name.en}}})


def _full(maximum: str) -> str:
    """Full marks as a column can hold them: a third of a hundred is 33.33 there, and exact in the steps."""
    return f"{rounded(Fraction(maximum.rstrip('…')), 2, 'half_up'):f}" if maximum.endswith("…") else maximum


def _item(standing: Standing, item: Mapping[str, Any], previous: Scorecard | None) -> Item:
    earlier = next((one for one in previous.items if one["code"] == item["code"]), None) if previous else None
    places = standing.places
    lost = since = None
    if item["exact"] is not None:
        score = Fraction(item["exact"])
        lost = rounded(Fraction(str(item["maximum"]).rstrip("…")) - score, places, "half_up")
        if earlier is not None and earlier["exact"] is not None:
            since = rounded(score - Fraction(earlier["exact"]), places, "half_up")
    return Item(
        item["code"],
        item_name(standing.scheme, standing.period, item["code"]),
        RULES.get(item["rule"], item["rule"]),
        _clause(standing.scheme, item["clause"]),
        _full(item["maximum"]),
        cell_of(item, places).score,
        lost,
        since,
        item["kind"],
        tuple((ABOUT.get(step["about"], ""), thawed_step(step)) for step in item["steps"]),
        tuple(Cite(kind, one, address_of(kind, one)) for kind, one in item["cites"] if kind not in INSIDE),
        request.args.get("item") == item["code"],
        bool(item["undecided"]),
    )


def _sources(standing: Standing, card: Scorecard, code: str) -> list[Source]:
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
    files = [(file.name, address_of("evidence", file.id)) for file in report.standing_evidence if file.value_code == code]
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


MOST_SOURCES = 60


def _clause(scheme: Scheme, code: str) -> str:
    named = scheme.basis.get(code)
    return said(Bilingual(named.zh, named.en)) if named is not None and (named.zh or named.en) else code


def _heading(card: Scorecard, size: int) -> Sentence:
    if card.rank is None:
        return say("Why is {unit} not ranked?", unit=card.name)
    return say("Why is {unit} number {rank} of {size}?", unit=card.name, rank=card.rank, size=size)


def _summary(standing: Standing, items: Sequence[Item]) -> list[Bilingual]:
    """The items that took most of the marks."""
    lossy = sorted((one for one in items if one.lost and one.lost > 0), key=lambda one: -(one.lost or 0))
    return [one.name if one.name.zh or one.name.en else Bilingual(one.code, one.code) for one in lossy[:3]]


def _losses(standing: Standing, card: Scorecard, items: Sequence[Item]) -> list[Loss]:
    """Marks lost by item, largest first, then what bonuses and deductions made of the rest."""
    colours = _colours(standing.scheme)
    found = [
        Loss(
            f"{one.code} {said(one.name)}".strip(), Fraction(one.lost), _signed(-one.lost), colours.get(one.code, "fa")
        )
        for one in items
        if one.lost
    ]
    found.sort(key=lambda loss: -loss.amount)
    if card.total is not None and _is_sum(standing):
        rest = FULL - sum((loss.amount for loss in found), Fraction(0)) - Fraction(card.total)
        if rest:
            other = rounded(rest, standing.places, "half_up")
            if other:
                found.append(Loss(_("Adjustments"), Fraction(other), _signed(-other), "fc"))
    return found


def _is_sum(standing: Standing) -> bool:
    """Whether the total is what the items leave of 100: neither made of other periods nor of means."""
    return not standing.period.is_composite and standing.scheme.composite is None


def _signed(number: Decimal) -> str:
    return f"{number:+f}".replace("-", "\u2212")


def _colours(scheme: Scheme) -> dict[str, str]:
    """Each dimension's own colour, always in the same order."""
    return {
        item.code: COLOURS[place % len(COLOURS)]
        for place, dimension in enumerate(scheme.dimensions)
        for item in dimension.leaves
    }


def _pictures(standing: Standing, card: Scorecard, losses: Sequence[Loss]) -> tuple[Markup, Markup] | None:
    if card.total is None or not losses or not _is_sum(standing):
        return None
    total = standing.points(card.total)
    label = _("From 100 to {total}: marks lost by item, largest first", total=total)
    wide = waterfall(label, FULL, losses, said(card.name), total)
    narrow = bars(_("Marks lost by item, largest first"), losses)
    return Markup(wide), Markup(narrow)  # noqa: S704 - drawn by us, texts escaped there


# --- objecting -----------------------------------------------------------------------------------------------------


def _may_object(session: Session, card: Scorecard) -> bool:
    return viewer().holds(Duty.OBJECT, card.unit_id) and remedies.is_open(session, card, now())


# --- an edition, replayed ------------------------------------------------------------------------------------------


@pages.get("/editions/<int:edition_id>")
@signed_in
def edition(edition_id: int) -> str:
    """The frozen snapshot and what comes out when it is computed again, here and now."""
    session = current_session()
    found = access(Edition, edition_id)
    period = session.get_one(Period, found.period_id)
    standing = Standing(session, period, found)
    again = recomputing.compute_again(session, found)
    others = session.scalars(select(Edition).where(Edition.period_id == period.id).order_by(Edition.number)).all()
    upgrade = recomputing.of_edition(session, found.id)
    may_leave_out = not period.is_composite and queries.may_see_all(viewer(), period.programme.unit_id)
    asked = may_leave_out and "without" in request.args
    return render_template(
        "scoring/edition.html", edition=found, period=period, count=again.results, others=others,
        version=session.get_one(SchemeVersion, found.scheme_version_id),
        differing=differences_of(standing, again.differences), wrong=len(again.differences), upgrade=upgrade,
        then=differences_of(standing, recomputing.plain(upgrade.differences)) if upgrade else (),
        may_leave_out=may_leave_out, units={card.unit_code: card.name for card in standing.cards},
        without=list(without_each(standing.scheme, found.inputs)) if asked else None,
    )  # fmt: skip


MOST_DIFFERENCES = 200


def differences_of(standing: Standing, some: Sequence[recomputing.Difference]) -> list[tuple[str, str, str, str]]:
    """(unit, what, announced, found again) as a reader takes them, the first so many."""
    names = {card.unit_code: card.name for card in standing.cards}
    return [
        (said(names.get(one.unit, one.unit)), said(one.word), one.stored, one.again)
        for one in some[:MOST_DIFFERENCES]
    ]


@pages.get("/editions/<int:edition_id>/workbook.xlsx")
@signed_in
def edition_workbook(edition_id: int) -> Response:
    """All scores of a period as a workbook whose cells compute."""
    session = current_session()
    found = access(Edition, edition_id)
    standing = Standing(session, session.get_one(Period, found.period_id), found)
    content = _explained(standing).as_workbook(standing.cards, language())
    return download(content, f"{standing.period.code}-{found.number}.xlsx", XLSX)


@pages.get("/what-if")
@signed_in
def what_if() -> str:
    """Other weights or targets on a copy of an edition: winners and losers, and nothing kept."""
    session = current_session()
    edition_id = request.args.get("edition", "")
    found = access(Edition, int(edition_id)) if edition_id.isdecimal() and len(edition_id) < 10 else None
    period = session.get_one(Period, found.period_id) if found else None
    if found is None or period is None or period.is_composite:
        raise not_there()
    if not queries.may_see_all(viewer(), period.programme.unit_id):
        raise not_there()
    standing = Standing(session, period, found)
    form = Form(standing.scheme, request.args)
    outcomes = form.outcomes(found.inputs) if not form.faults else []
    named = [(code, group_name(standing.scheme, code)) for code in standing.scheme.groups]
    said_of = (standing.scheme.robustness or Robustness()).model_copy(update={"draws": LIVE}).plainly()
    return render_template(
        "scoring/what_if.html", period=period, edition=found, standing=standing, form=form,
        heading=_moved(outcomes, form), varied=specification(said_of) if any(one.range for one in outcomes) else None,
        names={card.unit_code: card.name for card in standing.cards},
        weights=[(code, name, fields) for code, name in [("", Bilingual("", "")), *named]
                 if (fields := [one for one in form.weights if one.group == code])],
        groups=[(code, name, rows) for code, name in named if (rows := [one for one in outcomes if one.group == code])],
    )  # fmt: skip


def _moved(outcomes: Sequence[Any], form: Form) -> Sentence:
    """The answer first: how many would win and lose places."""
    if not form.is_changed or not outcomes:
        return say("What if?")
    won, lost = sum(one.places > 0 for one in outcomes), sum(one.places < 0 for one in outcomes)
    return say("{won} would win places, {lost} would lose some.", won=won, lost=lost)

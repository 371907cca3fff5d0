"""Panels: convened by the office, voted on by their members with a phone in one hand, counted in the open."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from assessment.faces.web.kit import (
    Action,
    Column,
    Form,
    Waiting,
    access,
    acts,
    address,
    address_of,
    buttons,
    current_act,
    current_session,
    entry,
    holding,
    listing,
    not_there,
    now,
    options,
    said,
    scope,
    search,
    signed_in,
    stripped,
    timeline,
    viewer,
    waiting,
)
from assessment.foundation.errors import NotFound, NotPermitted, Refusal
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import N_, InZone, Label, Sentence, local_day, say
from assessment.organisations.duties import Duty
from assessment.organisations.officers import Officer, person_id_of
from assessment.organisations.queries import people_by_username, tree_on
from assessment.panels import queries, services
from assessment.panels.models import Panel, PanelState, Seat, SeatState
from assessment.panels.process import PANEL, SEAT
from assessment.panels.rules import ABSTAINED, FEWEST, may_abstain
from assessment.panels.services import NewPanel
from assessment.programmes.models import Period
from assessment.programmes.rules.counted import Panel as Item
from assessment.submissions.models import Submission

pages = Blueprint("panels", __name__, url_prefix="/panels")
scope(Panel, queries.may_see)
scope(Seat, queries.may_see_seat)
address("panel", "panels.show", "panel_id", N_("Panel"))
entry(N_("Panels"), "panels.index", 97, queries.READERS)
address("panel_seat", "panels.ballot", "seat_id", N_("Ballot"))


@pages.get("")
@signed_in
def index() -> Response | str:
    """The panels that one may see; those in which one sits, with one's own ballot."""
    session = current_session()
    some = [one for one in queries.panels(session) if queries.may_see(session, one, viewer())]
    found = listing("panels", some, [
        Column("number", N_("Number"), lambda one: one.number, link=_page_of, is_head=True),
        Column("period", N_("Period"), lambda one: one.period.title, key_for_sorting=lambda one: one.period.code),
        Column("state", N_("State"), lambda one: PANEL.word(one.state)),
        Column("until", N_("Votes until"), lambda one: one.closes_at),
        Column("handed", N_("Ballots in"), lambda one: f"{handed_in(one)}/{len(one.seats)}"),
    ], [search(lambda one: one.number, lambda one: one.period.title)])  # fmt: skip
    mine = [(one, queries.seat_of(session, one, viewer())) for one in some]
    return found.answer(
        "panels/index.html", mine=[(one, seat) for one, seat in mine if seat and one.state == PanelState.OPEN],
        may_convene=viewer().holds(Duty.PLAN_CYCLES),
    )  # fmt: skip


def _page_of(panel: Panel) -> str:
    return address_of("panel", panel.id)


def handed_in(panel: Panel) -> int:
    return sum(seat.state == SeatState.HANDED_IN for seat in panel.seats)


@pages.get("/<int:panel_id>")
@signed_in
def show(panel_id: int) -> str:
    """Who sits on it and has voted, who is barred where, and after the count what it gave."""
    session = current_session()
    panel = access(Panel, panel_id)
    reports = queries.reports_of(session, panel.period_id)
    units = queries.units_of(session, panel, reports)
    day = local_day(panel.opened_at or now())
    return render_template(
        "panels/show.html", panel=panel, items=queries.items_of(session, panel.period), reports=reports, units=units,
        seats=[(seat, list(queries.bars(session, seat.person_id, reports, day).values())) for seat in panel.seats],
        handed_in=handed_in(panel), own=queries.seat_of(session, panel, viewer()), offers=buttons(panel),
        counted=queries.counted(session, panel), happened=timeline(session, panel), SEAT=SEAT,
        names=queries.names_of(session, panel.period), mean=mean_text,
        closes=InZone(panel.closes_at, panel.period.programme.zone) if panel.closes_at else None,
    )  # fmt: skip


def mean_text(found: queries.Counted) -> Any:
    """The mean as a page shows it; scoring rounds by the scheme's own rule, from the values."""
    return None if found.mean is None else rounded(found.mean, 2, "half_up")


# --- convened --------------------------------------------------------------------------------------------------------


class ConveneForm(Form):
    number = StringField(N_("Number"), [DataRequired(N_("Give the panel a number.")), Length(max=60)], [stripped])
    period = SelectField(N_("Period"), coerce=int, choices=[])
    quorum = IntegerField(
        N_("Quorum"), [InputRequired(N_("Say how many."))], default=FEWEST,
        description=N_("How many must give a unit a mark; below that its values are withheld. Three at least, so that "
                       "nobody can work out who gave what."),
    )  # fmt: skip
    days = IntegerField(
        N_("Working days to vote"), [InputRequired(N_("Say how many."))], default=5,
        description=N_("From the day the ballot is opened; it ends before reporting closes."),
    )  # fmt: skip
    members = SelectMultipleField(
        N_("Members"), coerce=int, choices=[], option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
        description=N_("Who holds a post at a unit has no vote on it."),
    )  # fmt: skip
    others = StringField(
        N_("Others, by user name"), [Length(max=2000)], [stripped],
        description=N_("Who holds no post at the authority; separated by spaces."),
    )  # fmt: skip


@pages.route("/convene", methods=["GET", "POST"])
@holding(Duty.PLAN_CYCLES)
def convene() -> Any:
    session, form = current_session(), ConveneForm()
    form.period.choices = options([(one.id, one.title) for one in queries.periods_to_vote_on(session)])
    form.members.choices = [SelectChoice(one.person_id, posted(one)) for one in to_seat()]
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate():
        try:
            new = NewPanel(
                access(Period, form.period.data), form.number.data or "", form.quorum.data or 0, form.days.data or 0,
                [*(form.members.data or ()), *named(form.others.data or "")],
            )  # fmt: skip
            return redirect(address_of("panel", services.convene(session, current_act(), new).id), 303)
        except Refusal as found:
            refusal = found
            form.take_over(found)
    page = render_template("panels/convene.html", form=form, refusal=refusal)
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


def posted(officer: Officer) -> str:
    """Name and posts, as a choice."""
    return " · ".join([officer.name, *(said(post.title) for post in officer.posts)])


def to_seat() -> list[Officer]:
    """Whoever holds a post where this office's duty reaches and nobody is assessed: at the top, and in its bodies."""
    tree = tree_on(current_session(), local_day(now()))
    tops = [one for one in tree.children.get(None, []) if viewer().holds(Duty.PLAN_CYCLES, one)]
    bodies = [one for top in tops for one in tree.children.get(top, []) if tree.units[one].level == "body"]
    own = person_id_of(viewer().key)
    found = queries.people_to_seat(current_session(), local_day(now()), {*tops, *bodies})
    return [one for one in found if one.person_id != own]


def named(text: str) -> list[int]:
    names = text.lower().replace(",", " ").replace("，", " ").split()
    found = people_by_username(current_session(), names)
    unknown = next((name for name in names if name not in found), None)
    if unknown is not None:
        against = say("There is no person with the user name {username}.", username=unknown[:80])
        raise NotFound(against, fields={"others": against})
    return [person.id for person in found.values()]


def before_counting(session: Any, panel: Panel) -> Sentence:
    return say(
        "{count} of {members} ballots were handed in. The count enters the values of every unit, and lets go of who "
        "gave what; it cannot be undone.", count=handed_in(panel), members=len(panel.seats),
    )  # fmt: skip


acts(
    pages,
    Panel,
    PANEL,
    {
        "open_ballot": Action(services.open_ballot),
        "close_ballot": Action(services.close_ballot),
        "count_ballots": Action(services.count_ballots, explain=before_counting),
        "cancel_panel": Action(services.cancel_panel),
    },
)


# --- voted -----------------------------------------------------------------------------------------------------------


def at_ballot(seat: Seat) -> dict[str, Any]:
    """What a member's own pages show: the units, where he is barred, and what is marked; of a sealed one no marks."""
    session, panel = current_session(), seat.panel
    reports = queries.reports_of(session, panel.period_id)
    units = queries.units_of(session, panel, reports)
    against = queries.bars(session, seat.person_id, reports, local_day(now()))
    offers = SEAT.available(session, seat, current_act())
    is_open = any(offer.is_open for offer in offers if offer.action == "mark_unit")
    return {
        "seat": seat, "panel": panel, "against": against, "units": units, "is_open": is_open,
        "reports": sorted(reports, key=lambda one: units[one.unit_id].code),
        "marked": {int(name) for name in seat.marks or {}} if seat.state == SeatState.ASKED else set(),
        "closes": InZone(panel.closes_at, panel.period.programme.zone) if panel.closes_at else None,
    }  # fmt: skip


@pages.get("/ballots/<int:seat_id>")
@signed_in
def ballot(seat_id: int) -> str:
    """One's own ballot: every unit, marked or not."""
    seat = access(Seat, seat_id)
    return render_template("panels/ballot.html", offers=buttons(seat), SEAT=SEAT, **at_ballot(seat))


@pages.route("/ballots/<int:seat_id>/<int:report_id>", methods=["GET", "POST"])
@signed_in
def mark_unit(seat_id: int, report_id: int) -> Any:
    """One unit of one's own ballot: a choice or a mark for each indicator; saved, and on to the next one."""
    seat = access(Seat, seat_id)
    facts = at_ballot(seat)
    report = next((one for one in facts["reports"] if one.id == report_id), None)
    if report is None:
        raise not_there()
    items = queries.items_of(current_session(), seat.panel.period)
    refusal: Refusal | None = None
    if request.method == "POST":
        typed = answers_typed(items)
        try:
            services.mark_unit(current_session(), seat, current_act(), report=report, answers=typed)
            return redirect(following(seat, facts, report), 303)
        except Refusal as found:
            if isinstance(found, NotPermitted):
                raise
            refusal = found
    elif not facts["is_open"]:
        return redirect(url_for(".ballot", seat_id=seat.id))
    elif report.id in facts["against"]:
        raise NotPermitted(facts["against"][report.id])
    else:
        typed = (seat.marks or {}).get(str(report.id), {})
    page = render_template(
        "panels/unit.html", report=report, items=items, typed=typed, refusal=refusal, abstained=ABSTAINED,
        may_abstain=may_abstain, names=queries.names_of(current_session(), seat.panel.period),
        place=facts["reports"].index(report) + 1, **facts,
    )  # fmt: skip
    return (page, refusal.status) if refusal else page


def answers_typed(items: tuple[Item, ...]) -> dict[str, str]:
    """Indicator -> what was chosen; an empty field for a mark is no answer, the box beside it abstains."""
    found = {}
    for item in items:
        text = request.form.get(f"answer-{item.code}", "").strip()
        if request.form.get(f"abstain-{item.code}"):
            found[item.code] = ABSTAINED
        elif text:
            found[item.code] = text
    return found


def following(seat: Seat, facts: dict[str, Any], report: Submission) -> str:
    """The next unit that is not marked yet, else the list."""
    marked = {int(name) for name in seat.marks or {}}
    reports: list[Submission] = facts["reports"]
    at = reports.index(report)
    left = [one for one in reports[at + 1 :] + reports[:at] if one.id not in marked and one.id not in facts["against"]]
    if not left:
        return url_for(".ballot", seat_id=seat.id)
    return url_for(".mark_unit", seat_id=seat.id, report_id=left[0].id)


def sealed(session: Any, seat: Seat, act: Any) -> None:
    services.hand_in(session, seat, act, salt=secrets.token_hex(services.SALT_LENGTH // 2))


def before_sealing(session: Any, seat: Seat) -> Sentence:
    return say("Your ballot is sealed: nobody reads or changes it, you neither, and the count lets go of your name.")


acts(pages, Seat, SEAT, {"hand_in": Action(sealed, explain=before_sealing)}, path="/ballots/<int:record_id>")


# --- what waits ------------------------------------------------------------------------------------------------------


@waiting
def to_vote(session: Any, officer: Any, at: Any) -> list[Waiting]:
    """Ballots to be handed in; and for the office, panels to be closed or counted."""
    own = person_id_of(officer.key)
    found = [
        Waiting(
            say("Panel {number}: your vote for {period}", number=seat.panel.number, period=seat.panel.period.title),
            say("Hand in your ballot by {moment}.",
                moment=InZone(seat.panel.closes_at, seat.panel.period.programme.zone)),
            seat.panel.closes_at, address_of("panel_seat", seat.id), Label(N_("Vote")), SEAT.word(seat.state),
        )
        for seat in (queries.open_seats(session, own) if own is not None else [])
        if seat.panel.closes_at is not None and at <= seat.panel.closes_at
    ]  # fmt: skip
    for panel in queries.waiting_for_the_office(session) if officer.holds(Duty.PLAN_CYCLES) else []:
        if officer.holds(Duty.PLAN_CYCLES, panel.unit_id):
            found.append(Waiting(
                say("Panel {number} has voted on {period}", number=panel.number, period=panel.period.title),
                say("Count the ballots; the values are entered by it."), None, address_of("panel", panel.id),
                Label(N_("Count the ballots")), PANEL.word(panel.state),
            ))  # fmt: skip
    return found

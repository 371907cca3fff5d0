"""The list of tasks, read a page at a time, and many of them moved by one act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import String, cast, select

from assessment.faces.web.kit import (
    Column,
    Form,
    NoForm,
    ReasonForm,
    _,
    address_of,
    choice,
    current_act,
    current_session,
    not_there,
    now,
    paged,
    search,
    signed_in,
    typed,
    viewer,
)
from assessment.faces.web.kit.lists import A_PAGE
from assessment.faces.web.pages import remediation as room
from assessment.faces.web.pages.remediation_acts import PlanForm, RecheckForm
from assessment.foundation.errors import NotPermitted, Refusal
from assessment.foundation.i18n import N_, Label, say
from assessment.inspections.models import Visit
from assessment.inspections.queries import campaign_names
from assessment.organisations.areas import areas, units_in
from assessment.organisations.duties import Duty
from assessment.remediation import queries, services
from assessment.remediation.models import Task
from assessment.remediation.process import TASK

S = room.S
DUE = [("overdue", N_("Overdue")), ("soon", N_("Due within a week")), ("later", N_("Later"))]
WAITS = [("unit", N_("The unit")), ("office", N_("The supervision"))]
AGES = [("week", N_("Under 7 days")), ("month", N_("7 to 29 days")), ("quarter", N_("30 to 89 days")),
        ("older", N_("90 days and more"))]  # fmt: skip
CLOSED = [("in_time", N_("In time")), ("late", N_("Late")), ("recurred", N_("Reopened"))]


@room.pages.get("")
@signed_in
def index() -> Response | str:
    """The tasks one may see, the most urgent first; the address holds the filter, the database answers it."""
    session, mine = current_session(), queries.visible_units(viewer())
    wanted = chosen(mine)
    stand = queries.standing(session, wanted, now())
    units: dict[int, Any] = {}

    def read(sort: str, limit: int | None, offset: int) -> list[queries.TaskLine]:
        lines = queries.tasks(session, wanted, now(), limit, offset, sort)
        units.update(room.units_of(line.unit_id for line in lines))
        return lines

    found = paged("tasks", read, (stand.left, stand.every), columns(units), filters(session, stand, mine))
    return found.answer(
        "remediation/index.html",
        stand=stand,
        bulk=[(name, Label(TASK.transition(name).label)) for name in bulk_actions()],
        looks=viewer().holds(Duty.DRAW),
        escalates=viewer().holds(Duty.ACCEPT_PLANS),
    )


def chosen(mine: frozenset[int]) -> queries.Filter:
    """What the address says: open ones, unless it says otherwise."""
    said = (request.args.get(name, "").strip() for name in ("state", "unit", "campaign", "area"))
    state, unit, campaign, area = said
    state = state or ("" if any(request.args.get(name) for name in ("due", "closed", "age")) else "open")
    visits = select(cast(Visit.id, String)).where(Visit.campaign_id == int(campaign)) if is_id(campaign) else None
    return queries.Filter(
        mine & {int(unit)} if is_id(unit) else mine, within=mine, state="" if state == "all" else state, visits=visits,
        units=units_in(area, room.today()) if area else None, words=request.args.get("q", "").strip(),
        **{name: request.args.get(name, "") for name in ("severity", "due", "waits", "age", "closed")},
    )  # fmt: skip


def is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def columns(units: dict[int, Any]) -> list[Column]:
    return [
        Column("pick", N_("Choose"), lambda t: "", shown=room.pick),
        Column("number", N_("Number"), lambda t: t.number, is_minor=True),
        Column("title", N_("Task"), lambda t: t.title, link=lambda t: address_of("task", t.id), is_head=True),
        Column("unit", N_("Unit"), lambda t: units[t.unit_id].name, key_for_sorting=lambda t: units[t.unit_id].code),
        Column("severity", N_("Severity"), lambda t: t.severity_name, is_minor=True),
        Column("due", N_("Due"), lambda t: t.due_at, shown=room.due_shown),
        Column("state", N_("State"), lambda t: TASK.word(t.state), shown=room.state_shown),
    ]


def filters(session: Any, stand: queries.Standing, mine: frozenset[int]) -> list[Any]:
    """Already applied in the database; shown here with what is chosen."""
    states: list[tuple[str, Any]] = [("open", N_("Open")), ("all", N_("All states")), ("standing", N_("Not withdrawn"))]
    states += [(s.value, TASK.words[s]) for s in S]
    return [
        answered("state", N_("State"), states), answered("severity", N_("Severity"), list(stand.severities.items())),
        answered("due", N_("Due"), DUE), answered("waits", N_("Waits for"), WAITS),
        answered("age", N_("Age"), AGES), answered("closed", N_("Closure"), CLOSED),
        answered("campaign", N_("Campaign"), campaign_names(session)),
        *of_units(session, mine),
        search(lambda t: t.number, lambda t: t.title, lambda t: t.place),
    ]  # fmt: skip


def of_units(session: Any, mine: frozenset[int]) -> list[Any]:
    """One of a page's worth of units is chosen; of more, one is found by code or name, or by the area it lies in."""
    unit = request.args.get("unit", "")
    some = mine if len(mine) <= A_PAGE else mine & {int(unit)} if is_id(unit) else ()
    units = sorted(room.units_of(some).values(), key=lambda one: one.code)
    found = [answered("unit", N_("Unit"), [(one.id, one.name) for one in units])] if units else []
    if len(mine) > A_PAGE:
        found.append(typed("area", N_("Unit or area, by code or name"), areas(session, mine, room.today())))
    return found


def answered(name: str, label: str, choices: Sequence[tuple[Any, Any]]) -> Any:
    return choice(name, label, lambda t: "", choices)


# --- many by one act -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bulk:
    """An act over many tasks: what it asks, and what it calls."""

    service: Callable[..., Any]
    form: type[Form] = NoForm


def file_plans(session: Any, tasks: Sequence[Task], act: Any, plan: services.NewPlan) -> None:
    services.file_plan_all(session, tasks, act, plan)


BULK: dict[str, Bulk] = {
    "receive": Bulk(services.receive_all),
    "file_plan": Bulk(file_plans, PlanForm),
    "accept_plan": Bulk(services.accept_plan_all),
    "return_plan": Bulk(services.return_plan_all, ReasonForm),
    "start_work": Bulk(services.start_work_all),
    "recheck": Bulk(services.recheck_all, RecheckForm),
    "close_task": Bulk(services.close_task_all),
    "take_back_plan": Bulk(services.take_back_plan_all),
    "take_back_recheck": Bulk(services.take_back_recheck_all),
    "return_task": Bulk(services.return_task_all, ReasonForm),
    "escalate": Bulk(services.escalate_all),
}


def bulk_actions() -> list[str]:
    """What this person can do with tasks anywhere."""
    found = []
    for name in BULK:
        duty = TASK.transition(name).duty
        if any(viewer().holds(one) for one in ((duty,) if isinstance(duty, str) else duty)):
            found.append(name)
    return found


@room.pages.get("/bulk")
@signed_in
def bulk_start() -> Response:
    """From the list: the chosen tasks and the chosen act, or all that the filter shows."""
    if request.args.get("action") not in BULK:
        raise not_there()
    kept = {key: request.args.getlist(key) for key in request.args if key not in ("csrf_token", "action")}
    return redirect(url_for(".bulk", action=request.args["action"], **kept), 303)  # type: ignore[arg-type, return-value]


@room.pages.route("/bulk/<action>", methods=["GET", "POST"])
@signed_in
def bulk(action: str) -> Response | str | tuple[str, int]:
    """First how many can be done and which not, then the act: all of them or none."""
    if action not in BULK:
        raise not_there()
    if action not in bulk_actions():
        word = Label(TASK.transition(action).label)
        raise NotPermitted(say("You do not hold the duty for “{action}” here.", action=word))
    session, form = current_session(), BULK[action].form()
    ready, others = sorted_out(session, picked(session), action)
    refusal: Refusal | None = None
    if request.method == "POST" and ready and form.validate():
        try:
            BULK[action].service(session, ready, current_act(), **form.facts())
            session.flush()
            flash(done(action, len(ready)))
            return redirect(url_for(".index"), 303)  # type: ignore[return-value]
        except NotPermitted:
            raise
        except Refusal as found:
            refusal = found
            form.take_over(found)
    row = TASK.transition(action)
    page = render_template(
        "remediation/bulk.html", row=row, form=form, refusal=refusal, ready=ready, others=others[:50], left=len(others)
    )
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


def done(action: str, count: int) -> str:
    """With the way back, where there is one."""
    if action not in queries.TAKEN_BACK_BY:
        return _("Done for {n} tasks.", n=count)
    where = url_for(".bulk", action=queries.TAKEN_BACK_BY[action], last=1)
    link = Markup('<a href="{}">{}</a>').format(where, _("Take it back"))
    return _("Done for {n} tasks. {link}", n=count, link=link)


def picked(session: Any) -> list[Task]:
    """The tasks that were chosen, of those one may see; with ``last`` those of one's newest act."""
    mine = queries.visible_units(viewer())
    if request.args.get("last"):
        newest = queries.newest_to_take_back(session, viewer().key)
        ids = newest[1] if newest else []
    elif request.args.get("all"):
        ids = queries.task_ids(session, chosen(mine), now())
    else:
        ids = [int(one) for one in request.args.getlist("ids") if is_id(one)]
    found: list[Task] = []
    for some in queries.chunks(ids):
        found += session.scalars(select(Task).where(Task.id.in_(some), Task.unit_id.in_(mine)).order_by(Task.id))
    return found


def sorted_out(session: Any, tasks: Sequence[Task], action: str) -> tuple[list[Task], list[Task]]:
    """Those at the right step of a unit one acts for, and the others."""
    row = TASK.transition(action)
    duties = (row.duty,) if isinstance(row.duty, str) else row.duty

    def fits(task: Task) -> bool:
        held = any(viewer().holds(one, task.unit_id) for one in duties)
        return (
            held
            and task.state in TASK.transition(action, task).sources
            and not (action == "start_work" and task.state == S.RECEIVED and task.needs_plan)
        )

    ready = [task for task in tasks if fits(task)]
    if action in queries.TAKEN_BACK_BY.values():
        rows = queries.last_acts(session, [task.id for task in ready])
        ready = [task for task in ready if task.id in rows and rows[task.id].may_be_taken_back_by(viewer().key)]
    chosen_ones = set(ready)
    return ready, [task for task in tasks if task not in chosen_ones]

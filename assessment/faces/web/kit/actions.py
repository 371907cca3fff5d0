"""One line an action: every transition of a room gets its address, its page, its form, its refusals and its redirect.

    acts(pages, Visit, VISIT, {
        "settle": Action(services.settle),                  # a yes (and a reason where the table asks for one)
        "report": Action(services.report, ReportForm),      # service(session, record, act, **form.facts())
        "assign": Action(services.assign, AssignForm, fill=lambda form, session, visit: form.fill(session, visit)),
    })

serves ``<prefix>/<id>/<action>``: GET shows what will happen and the form, POST does it. ``fill`` sets choices and
first values. A refusal shows the page again, with what was typed. ``template`` may extend ``acts/act.html``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from assessment.faces.web.kit import words
from assessment.faces.web.kit.addresses import address_of, local_path
from assessment.faces.web.kit.chips import PROCESSES, process_of
from assessment.faces.web.kit.forms import Form, NoForm, ReasonForm
from assessment.faces.web.kit.marks import signed_in
from assessment.faces.web.kit.scopes import access, check_version
from assessment.faces.web.kit.transactions import current_session, prepared, prepares
from assessment.faces.web.kit.viewer import current_act
from assessment.foundation.db import kind_of
from assessment.foundation.errors import NotPermitted, OutOfDate, Refusal
from assessment.foundation.i18n import Label, Sentence, say
from assessment.foundation.workflow import Offer, Process, Transition


@dataclass(frozen=True)
class Action:
    """What an address does. ``service(session, record, act, **facts)``; ``form`` names the facts."""

    service: Callable[..., Any]
    form: type[Form] | None = None
    fill: Callable[[Any, Session, Any], None] | None = None
    """``(form, session, record)``: choices, and on GET first values."""
    facts: Callable[[Any], dict[str, Any]] | None = None
    """``(form) -> facts`` where they are not simply the fields."""
    explain: Callable[[Session, Any], Sentence] | None = None
    """What will happen, said before it does."""
    done: str = ""
    """What is said afterwards (marked with ``N_``); else the action's label."""
    goes_to: Callable[[Any, Any], str] | None = None
    """``(record, what the service returned) -> address``; else the record's page."""
    prepare: Callable[..., Any] | None = None
    """Runs before the write transaction; its result is the fact ``prepared``. See ``kit.transactions``."""
    template: str = "acts/act.html"


ACTS_ON = "acts_on"


def acts(
    pages: Blueprint, model: type, process: Process[Any], actions: Mapping[str, Action], path: str = "/<int:record_id>"
) -> None:
    """Add the addresses of a process's actions to a room's pages."""
    kind = kind_of(model)
    PROCESSES[kind] = process
    for name, action in actions.items():
        process.transition(name)  # an action that the table does not know is a slip, found at start
        endpoint = f"{kind}_{name}"
        view = signed_in(_view(model, process, name, action))
        setattr(view, ACTS_ON, (kind, name))
        if action.prepare is not None:
            view = prepares(action.prepare)(view)
        pages.add_url_rule(f"{path}/{name}", endpoint, view, methods=["GET", "POST"])


def _view(model: type, process: Process[Any], name: str, action: Action) -> Callable[..., Any]:
    def view(record_id: int) -> Response | str | tuple[str, int]:
        return answer(access(model, record_id), process, name, action)

    return view


def answer(record: Any, process: Process[Any], name: str, action: Action) -> Any:
    session, act = current_session(), current_act()
    row = process.transition(name, record)
    form = (action.form or (ReasonForm if row.needs_reason else NoForm))()
    if action.fill is not None:
        action.fill(form, session, record)
    page = _Page(record, process, row, action, form)
    refused = _refusal(process, session, record, name, act)
    if refused is not None and (request.method == "GET" or isinstance(refused, NotPermitted)):
        raise refused
    if request.method == "GET":
        form.version.data = str(record.version)
        return page.draw()
    try:
        check_version(record)
        if refused is not None:  # before the form is read: nothing that could be typed would help now
            raise refused
        if not form.validate():
            return page.draw(), 422
        facts = action.facts(form) if action.facts else form.facts()
        if action.prepare is not None:
            facts["prepared"] = prepared()
        result = action.service(session, record, act, **facts)
        session.flush()
    except StaleDataError as stale:
        raise out_of_date() from stale
    except NotPermitted:
        raise
    except Refusal as refusal:
        return page.refuse(refusal)
    flash(words.label(action.done) if action.done else str(done_sentence(row).in_language(words.language())))
    return redirect(action.goes_to(record, result) if action.goes_to else page.back, 303)


def _refusal(process: Process[Any], session: Session, record: Any, name: str, act: Any) -> Refusal | None:
    return process._decide(session, record, process.transition(name, record), act)  # noqa: SLF001 - the one decision


def out_of_date() -> OutOfDate:
    return OutOfDate(say("Somebody else has just changed this. What you typed is kept: compare, then send it again."))


def done_sentence(row: Transition[Any]) -> Sentence:
    return say("Done: {action}.", action=Label(row.label))


@dataclass
class _Page:
    """The page of one action, asked for, or shown again after a refusal."""

    record: Any
    process: Process[Any]
    row: Transition[Any]
    action: Action
    form: Form

    @property
    def back(self) -> str:
        return address_of(kind_of(self.record), self.record.id) or local_path(request.args.get("next")) or "/"

    def draw(self, refusal: Refusal | None = None, stored: dict[str, Any] | None = None) -> str:
        explain = self.action.explain
        return render_template(
            self.action.template,
            record=self.record,
            process=self.process,
            row=self.row,
            form=self.form,
            refusal=refusal,
            stored=stored or {},
            explanation=explain(current_session(), self.record) if explain else None,
            back=self.back,
        )

    def refuse(self, refusal: Refusal) -> tuple[str, int]:
        """The same page with the refusal on it; nothing was done, what was typed stays, and a row says it was tried."""
        g.refusal_to_note = refusal
        stored = {}
        current_session().rollback()  # what the service had begun must not be shown as if it stood
        current_session().refresh(self.record)
        if isinstance(refusal, OutOfDate):
            stored = self._stored()
            self.form.version.data = str(self.record.version)  # sending again is then a decision, not a slip
        self.form.take_over(refusal)
        return self.draw(refusal, stored), refusal.status

    def _stored(self) -> dict[str, Any]:
        """What the record holds now, where the form says something else: shown side by side."""
        shown = ((field.name, getattr(self.record, field.name, None)) for field in self.form.fields_shown())
        return {name: value for name, value in shown if value is not None and value != self.form[name].data}


def endpoints_of_acts() -> dict[tuple[str, str], str]:
    """(kind, action) -> endpoint: a button is drawn only where there is an address to press."""
    known = current_app.extensions["assessment"]
    if "acts" not in known:
        views = current_app.view_functions.items()
        known["acts"] = {getattr(view, ACTS_ON): endpoint for endpoint, view in views if hasattr(view, ACTS_ON)}
    return known["acts"]  # type: ignore[no-any-return]


TAKING_BACK = frozenset(
    {"withdraw", "cancel", "revoke", "suspend", "end", "return", "claw", "forfeit", "drop", "overturn", "take"}
)
"""How the names of actions begin that stop, undo or send back."""


@dataclass(frozen=True)
class Button:
    """An offer with its address, as the action bar draws it."""

    offer: Offer[Any]
    address: str

    @property
    def label(self) -> Label:
        return Label(self.offer.label)

    @property
    def is_open(self) -> bool:
        return self.offer.is_open

    @property
    def takes_back(self) -> bool:
        """Stops or undoes something: never what a page urges to press."""
        return self.offer.action.split("_")[0] in TAKING_BACK

    @property
    def refused(self) -> Sentence:
        return self.offer.refused


def buttons(record: Any, process: Process[Any] | None = None) -> list[Button]:
    """What the viewer may do with a record now, open or locked; give it to the ``action_bar`` macro."""
    kind = kind_of(record)
    lives = process or process_of(record)
    endpoints = endpoints_of_acts()
    found = {}
    for offer in lives.available(current_session(), record, current_act()):
        endpoint = endpoints.get((kind, offer.action))
        if endpoint is not None and (offer.action not in found or offer.is_open):
            found[offer.action] = Button(offer, url_for(endpoint, record_id=record.id))
    return sorted(found.values(), key=lambda one: (not one.is_open, one.takes_back))

"""What presses a task on: more time refused or granted, supervision letters, levels of escalation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, redirect, render_template, request
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from assessment.faces.web.kit import (
    Action,
    Column,
    Form,
    ReasonForm,
    access,
    acts,
    address_of,
    buttons,
    current_act,
    current_session,
    holding,
    listing,
    now,
    signed_in,
    timeline,
    viewer,
)
from assessment.faces.web.pages import remediation as room
from assessment.faces.web.pages.remediation_list import bulk_actions
from assessment.foundation.errors import NotPermitted, Refusal
from assessment.foundation.i18n import N_, Label, Sentence, reading_zone, say
from assessment.foundation.workdays import end_of
from assessment.organisations.duties import Duty
from assessment.remediation import queries, services
from assessment.remediation.models import SupervisionLetter, Task
from assessment.remediation.process import SUPERVISION_LETTER

# --- more time, letters ----------------------------------------------------------------------------------------------


class ExtensionForm(ReasonForm):
    until = DateField(N_("Until"), [DataRequired(N_("Say by which day."))])


@room.pages.route("/<int:task_id>/ask_extension", methods=["GET", "POST"])
@signed_in
def ask_extension(task_id: int) -> Response | str | tuple[str, int]:
    task = access(Task, task_id)
    if not viewer().holds(Duty.ANSWER_NOTICES, task.unit_id):
        raise NotPermitted(say("You do not answer notices for this unit."))

    def do(form: ExtensionForm) -> str:
        made = services.ask_extension(
            current_session(),
            [task],
            current_act(),
            end_of(form.until.data, reading_zone()),  # type: ignore[arg-type]
        )
        current_session().flush()
        return address_of("extension", made.id)

    text = say(
        "More time can be asked for until {moment}, with a reason. Somebody else decides.", moment=task.ask_extension_by
    )
    return asked_on_a_page(ExtensionForm(), do, task, N_("Ask for an extension"), text)


class LetterForm(Form):
    number = StringField(N_("Number"), [DataRequired(N_("Give the letter a number.")), Length(max=60)])
    demand = TextAreaField(
        N_("What is asked"), [DataRequired(N_("Say what the unit is asked to do.")), Length(max=4000)]
    )


@room.pages.route("/<int:task_id>/issue_supervision_letter", methods=["GET", "POST"])
@signed_in
def issue_supervision_letter(task_id: int) -> Response | str | tuple[str, int]:
    task = access(Task, task_id)
    if not SUPERVISION_LETTER.may_open("issue_supervision_letter", viewer(), task.unit_id):
        raise NotPermitted(say("You do not hold the duty to issue supervision letters."))

    def do(form: LetterForm) -> str:
        made = services.issue_supervision_letter(
            current_session(), current_act(), task=task, number=form.number.data or "", demand=form.demand.data or ""
        )
        return address_of("supervision_letter", made.id)

    text = say("It is served on the unit, which answers within 10 working days of receipt.")
    return asked_on_a_page(LetterForm(), do, task, N_("Issue a supervision letter"), text)


def asked_on_a_page(
    form: Any, do: Callable[[Any], str], task: Task, heading: str, text: Sentence
) -> Response | str | tuple[str, int]:
    """An act that opens a record about a task: its page, its refusals, its redirect."""
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate():
        try:
            return redirect(do(form), 303)  # type: ignore[return-value]
        except NotPermitted:
            raise
        except Refusal as found:
            refusal = found
            form.take_over(found)
    page = render_template("remediation/ask.html", form=form, refusal=refusal, task=task, heading=heading, text=text)
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


@room.pages.get("/letters/<int:letter_id>")
@signed_in
def letter(letter_id: int) -> str:
    session = current_session()
    one = access(SupervisionLetter, letter_id)
    return render_template(
        "remediation/letter.html",
        letter=one,
        task=session.get_one(Task, one.task_id),
        unit=room.units_of([one.unit_id])[one.unit_id],
        offers=buttons(one),
        happened=timeline(session, one),
    )


class AnswerForm(Form):
    answer = TextAreaField(N_("Answer"), [DataRequired(N_("Write the answer.")), Length(max=8000)])


acts(
    room.pages, SupervisionLetter, SUPERVISION_LETTER,
    {
        "receive_letter": Action(services.receive_letter),
        "answer_letter": Action(services.answer_letter, AnswerForm),
        "accept_answer": Action(services.accept_answer),
        "return_answer": Action(services.return_answer),
        "close_letter": Action(services.close_letter),
    },
    path="/letters/<int:record_id>",
)  # fmt: skip


@room.pages.get("/escalations")
@holding(Duty.ACCEPT_PLANS, Duty.APPROVE, Duty.AUDIT)
def escalations() -> Response | str:
    """Tasks whose age has reached a level that nobody has raised them to yet."""
    session = current_session()
    some = queries.prompts(session, now(), queries.visible_units(viewer()))
    units = room.units_of({one.task.unit_id for one in some})
    found = listing(
        "escalations", some,
        [
            Column("pick", N_("Choose"), lambda p: "", shown=lambda p: room.pick(p.task)),
            Column("task", N_("Task"), lambda p: p.task.title, is_head=True,
                   link=lambda p: address_of("task", p.task.id)),
            Column("unit", N_("Unit"), lambda p: units[p.task.unit_id].name),
            Column("due", N_("Due"), lambda p: p.task.due_at,
                   shown=lambda p: room.due_shown(queries.line(p.task, now()))),
            Column("level", N_("Level reached"), lambda p: p.rung.name),
            Column("proposes", N_("Proposes"), lambda p: Label(PROPOSALS.get(p.rung.proposes, "")), is_minor=True),
        ],
    )  # fmt: skip
    return found.answer("remediation/escalations.html", may_act="escalate" in bulk_actions())


PROPOSALS = {
    "supervision_letter": N_("A supervision letter"),
    "listed_supervision": N_("Listed supervision"),
    "special_inspection": N_("A special inspection"),
}

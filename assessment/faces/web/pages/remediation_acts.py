"""What is done with a task, and what each act asks for."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, MultipleFileField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from assessment.faces.web.kit import (
    Action,
    Form,
    ReasonForm,
    access,
    acts,
    current_session,
    options,
)
from assessment.faces.web.pages import remediation as room
from assessment.faces.web.pages.uploads import keep_files, recorded
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import N_, reading_zone, say
from assessment.foundation.workdays import end_of
from assessment.remediation import queries, services
from assessment.remediation.models import (
    Method,
    RemediationPlan,
    Task,
)
from assessment.remediation.process import TASK


class PlanForm(Form):
    """五到位: five things, none of which may be missing."""

    measures = TextAreaField(N_("Measures"), [DataRequired(N_("Say what will be done.")), Length(max=4000)])
    money = StringField(N_("Money"), [DataRequired(N_("Say what it costs and who pays.")), Length(max=500)])
    person = StringField(
        N_("Person in charge"), [DataRequired(N_("Name the post that answers for the work.")), Length(max=200)],
        description=N_("The post, not a name."),
    )
    deadline = DateField(N_("Deadline"), [DataRequired(N_("Say by which day."))])
    safeguards = TextAreaField(
        N_("Safeguards"), [DataRequired(N_("Say what keeps people and service safe meanwhile.")), Length(max=4000)]
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        return {"plan": self.plan()}

    def plan(self) -> services.NewPlan:
        return services.NewPlan(
            self.measures.data or "", self.money.data or "", self.person.data or "", self.deadline.data,
            self.safeguards.data or "",
        )  # fmt: skip


class DoneForm(Form):
    fixed_on = DateField(N_("Fixed on"), [DataRequired(N_("Say on which day it was fixed."))])
    taken_on = DateField(
        N_("Evidence taken on"), [DataRequired(N_("Say on which day the evidence was taken."))],
        description=N_("On the day of the fix or later."),
    )
    files = MultipleFileField(
        N_("Evidence"), description=N_("Photographs of the installation, test records, invoices; at most 10 MB each.")
    )
    note = TextAreaField(N_("Note"), [Length(max=4000)])


def keep_evidence(record_id: int) -> Any:
    access(Task, record_id)
    return keep_files()


def report_done(session: Any, task: Task, act: Any, prepared: Any, **facts: Any) -> None:
    files = recorded(session, prepared, act.at)
    shown = [
        services.NewEvidence(one.stored.sha256, one.name, one.mime, one.stored.size, facts["taken_on"]) for one in files
    ]
    try:
        services.report_done(session, task, act, services.Done(facts["fixed_on"], shown, facts["note"] or ""))
    except Refusal as refusal:
        refusal.fields = {"files" if name == "evidence" else name: said for name, said in refusal.fields.items()}
        raise


class RecheckForm(Form):
    method = RadioField(
        N_("How"), choices=options([(Method.VISIT.value, N_("On the spot")), (Method.REMOTE.value, N_("From afar"))]),
        default=Method.VISIT.value,
    )  # fmt: skip
    note = TextAreaField(N_("What was seen"), [Length(max=4000)])


class SimilarForm(Form):
    places = TextAreaField(
        N_("Places"), [DataRequired(N_("Write one place a line."))],
        description=N_("One a line, exactly: the place and the device. Each becomes a task, linked to this one."),
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        return {"places": (self.places.data or "").splitlines()}


class AgainForm(ReasonForm):
    """A way back that sets a new deadline."""

    due_on = DateField(N_("New deadline"), [DataRequired(N_("Say by which day."))])

    def facts(self) -> dict[str, Any]:
        return {"due_at": end_of(self.due_on.data, reading_zone())}


@room.pages.app_template_global()
def plan_of(task: Task) -> RemediationPlan | None:
    """What is judged when a plan is accepted or returned."""
    return queries.plan_of(current_session(), task.id)


acts(
    room.pages, Task, TASK,
    {
        "receive": Action(services.receive, explain=lambda session, task: say(
            "You sign for the whole notice: all of its tasks are received with it.")),
        "file_plan": Action(services.file_plan, PlanForm, explain=lambda session, task: say(
            "A plan names five things: measures, money, person, deadline, safeguards. None may be missing.")),
        "accept_plan": Action(services.accept_plan, template="remediation/plan.html",
                              explain=lambda session, task: say("The unit can start the work.")),
        "return_plan": Action(services.return_plan, template="remediation/plan.html"),
        "take_back_plan": Action(services.take_back_plan, explain=lambda session, task: say(
            "Your decision is undone by an act of its own; the plan waits again.")),
        "start_work": Action(services.start_work),
        "report_done": Action(report_done, DoneForm, prepare=keep_evidence, explain=lambda session, task: say(
            "Add what shows the fix, taken on the day of the fix or later. The supervision then looks at it again.")),
        "recheck": Action(services.recheck, RecheckForm, explain=lambda session, task: say(
            "You record that it was put right. If it was not, return it with a reason instead.")),
        "take_back_recheck": Action(services.take_back_recheck, explain=lambda session, task: say(
            "Your re-check is undone by an act of its own; the report waits to be looked at again.")),
        "close_task": Action(services.close_task, explain=lambda session, task: say(
            "With this the task is closed: you answer for it. You neither fixed, reported nor found it.")),
        "return_task": Action(services.return_task),
        "reopen": Action(services.reopen, AgainForm, explain=lambda session, task: say(
            "It keeps its number and counts once more.")),
        "establish_false_closure": Action(services.establish_false_closure, AgainForm, explain=lambda session, one: say(
            "You establish that what was reported done was not so. It is counted, and a case is prompted.")),
        "withdraw": Action(services.withdraw),
        "escalate": Action(services.escalate),
        "accept_excuse": Action(services.accept_excuse),
        "report_similar": Action(services.report_similar, SimilarForm, explain=lambda session, task: say(
            "The same problem at the unit's other installations: each is put right like this one, without points.")),
    },
)  # fmt: skip

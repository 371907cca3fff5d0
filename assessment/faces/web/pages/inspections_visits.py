"""Visits and their findings: recorded, reported, commented on, settled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, render_template, request, url_for
from wtforms import (
    DecimalField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from assessment.delivery.queries import papers_about
from assessment.faces.web.kit import (
    Action,
    Form,
    ReasonForm,
    access,
    acts,
    address_of,
    buttons,
    current_session,
    download,
    language,
    not_there,
    options,
    signed_in,
    timeline,
)
from assessment.faces.web.pages import inspections as room
from assessment.faces.web.pages.uploads import keep_files, recorded, send, store
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import N_, Bilingual, local_day, say
from assessment.foundation.workdays import Duration
from assessment.inspections import queries, services
from assessment.inspections.models import (
    Campaign,
    ChecklistItem,
    Finding,
    FindingEvidence,
    Stance,
    Visit,
    VisitState,
)
from assessment.inspections.papers import (
    FindingLine,
    ReportPaper,
    render_bulletin,
    render_report,
)
from assessment.inspections.process import FINDING, VISIT
from assessment.inspections.services.concluding import compose
from assessment.programmes.models import Programme
from assessment.remediation.queries import tasks_from

# --- visits ----------------------------------------------------------------------------------------------------------


@room.pages.get("/visits/<int:visit_id>")
@signed_in
def visit(visit_id: int) -> str:
    session = current_session()
    one = access(Visit, visit_id)
    findings = queries.findings_of(session, [one.id])[one.id]
    ids = [finding.id for finding in findings]
    return render_template(
        "inspections/visit.html",
        visit=one,
        campaign=session.get_one(Campaign, one.campaign_id),
        thing=queries.object_of(session, one),
        unit=room.units_of([one.unit_id])[one.unit_id],
        team=queries.teams_of(session, [one.id])[one.id],
        findings=findings,
        items={item.id: item for item in items_for(session, one)},
        evidence=queries.evidence_of(session, ids),
        comments=queries.comments_of(session, ids),
        tasks=tasks_from(session, "finding", ids),
        severities=queries.severities(session, session.get_one(Campaign, one.campaign_id)),
        comments_until=queries.comments_until(session, [one])[one.id],
        first=session.get(Visit, one.re_inspects_id) if one.re_inspects_id else None,
        papers=papers_about(session, ("visit", one.id)),
        result=queries.result_of(session, one),
        answered=len(queries.answers_of(session, one.id)),
        offers=buttons(one),
        places=strip(one),
        happened=timeline(session, one),
    )


def items_for(session: Any, one: Visit) -> list[ChecklistItem]:
    return queries.items_of_visit(session, one)


def strip(one: Visit) -> list[tuple[Any, Any, str]]:
    moments = {
        VisitState.UNDER_WAY: one.visited_on, VisitState.REPORTED: one.reported_at,
        VisitState.COMMENTED: one.commented_at, VisitState.SETTLED: one.settled_at,
    }  # fmt: skip
    order = list(VisitState)
    here = order.index(VisitState(one.state))
    return [
        (VISIT.words[state], as_day(moments.get(state)), "now" if place == here else ("did" if place < here else ""))
        for place, state in enumerate(order)
    ]


def as_day(moment: Any) -> Any:
    return local_day(moment) if isinstance(moment, datetime) else (moment or "")


@room.pages.get("/visits/<int:visit_id>.pdf")
@signed_in
def visit_pdf(visit_id: int) -> Response:
    """The report as it was signed off; what was decided afterwards stands on the page."""
    session = current_session()
    one = access(Visit, visit_id)
    if one.reported_at is None:
        raise not_there()
    campaign = session.get_one(Campaign, one.campaign_id)
    programme = session.get_one(Programme, campaign.programme_id)
    grades = queries.severities(session, campaign)
    paper = ReportPaper(
        number=one.number, authority=programme.authority, unit=room.units_of([one.unit_id])[one.unit_id].name,
        thing=queries.object_of(session, one).name, campaign=campaign.title, visited_on=one.visited_on or room.today(),
        inspectors=tuple(member.code for member in queries.teams_of(session, [one.id])[one.id]),
        findings=tuple(
            FindingLine(found.number, found.description, found.place, found.clause, grade_name(grades, found.severity))
            for found in queries.findings_of(session, [one.id])[one.id]
        ),
        comment_within=in_both(Duration.parse(campaign.comment_within)), is_example=programme.is_example,
    )  # fmt: skip
    content = render_report(paper, language(), as_day(one.reported_at))
    return download(content, f"{one.number}-{language()}.pdf", "application/pdf", is_inline=True)


@room.pages.get("/<int:campaign_id>/bulletin.pdf")
@signed_in
def bulletin_pdf(campaign_id: int) -> Response:
    """督查通报, as it was served; those concluded before bulletins were kept, as things stand."""
    session = current_session()
    one = access(Campaign, campaign_id)
    if one.concluded_at is None:
        raise not_there()
    kept = one.bulletin_zh if language() == "zh" else one.bulletin_en
    if kept:
        with store().open(kept) as file:
            content = file.read()
    else:
        content = render_bulletin(compose(session, one, one.bulletin_number, one.concluded_at), language())
    return download(content, f"{one.number}-bulletin-{language()}.pdf", "application/pdf", is_inline=True)


def grade_name(grades: Any, code: str) -> Bilingual:
    return Bilingual(grades[code].zh, grades[code].en) if code in grades else Bilingual(code, code)


def in_both(fact: Any) -> Bilingual:
    return Bilingual(fact.in_language("zh"), fact.in_language("en"))


class FindingForm(Form):
    """Mobile first: what is asked, how grave, exactly where, what was seen, the photograph."""

    item_id = SelectField(N_("What was looked at"), coerce=int, choices=[])
    severity = RadioField(N_("What did you find?"), choices=[], validators=[DataRequired(N_("Choose one."))])
    place = StringField(
        N_("Exact place and device"),
        [DataRequired(N_("Say exactly where: the place and the device.")), Length(max=500)],
    )
    description = TextAreaField(N_("What was seen"), [DataRequired(N_("Describe the problem.")), Length(max=4000)])
    files = MultipleFileField(
        N_("Evidence"), description=N_("Photographs of installations and papers, never of people; at most 10 MB each.")
    )


def fill_finding(form: Any, session: Any, one: Visit) -> None:
    items = items_for(session, one)
    form.item_id.choices = options([(item.id, Bilingual(f"{item.code} {item.text_zh}", f"{item.code} {item.text_en}"))
                                    for item in items])  # fmt: skip
    grades = queries.severities(session, session.get_one(Campaign, one.campaign_id))
    form.severity.choices = options([(code, grade) for code, grade in grades.items()])
    asked_for = request.args.get("item", "")
    if not form.is_submitted():
        item = next((item for item in items if str(item.id) == asked_for), items[0] if items else None)
        if item is not None:
            form.item_id.data, form.severity.data = item.id, item.severity


def keep_evidence(record_id: int) -> Any:
    access(Visit, record_id)
    return keep_files()


def record_finding(session: Any, one: Visit, act: Any, prepared: Any, **facts: Any) -> Finding:
    return services.record_finding(session, one, act, new_finding(session, one, act, prepared, **facts))


def new_finding(session: Any, one: Visit, act: Any, prepared: Any, **facts: Any) -> services.NewFinding:
    """The scheme's points for the severity chosen; the item's own where it is the item's severity."""
    files = recorded(session, prepared, act.at)
    items = {item.id: item for item in items_for(session, one)}
    grades = queries.severities(session, session.get_one(Campaign, one.campaign_id))
    if facts["item_id"] not in items or facts["severity"] not in grades:
        raise Invalid(say("Choose an item of this visit's checklist."))
    item, severity = items[facts["item_id"]], facts["severity"]
    points = item.points if severity == item.severity else grades[severity].points
    text = Bilingual(facts["description"], facts["description"])
    evidence = [services.NewEvidence(f.stored.sha256, f.name, f.mime, f.stored.size) for f in files]
    return services.NewFinding(item.id, facts["place"], text, severity, points, evidence=evidence)


class ReplaceForm(ReasonForm):
    person_id = SelectField(N_("Who cannot come"), coerce=int, choices=[])


def fill_replace(form: Any, session: Any, one: Visit) -> None:
    form.person_id.choices = options([(m.person_id, m.name) for m in queries.teams_of(session, [one.id])[one.id]])


class CommentForm(Form):
    """One question a finding: made for the visit it is asked about."""

    text = TextAreaField(N_("General comment"), [Length(max=8000)])


def fill_comment(form: Any, session: Any, one: Visit) -> None:
    """The answers to the findings are read from the request by name: there are as many as findings."""


def comment(session: Any, one: Visit, act: Any, text: str) -> None:
    comments = {}
    for finding in queries.findings_of(session, [one.id])[one.id]:
        stance = request.form.get(f"stance-{finding.id}", "")
        words = request.form.get(f"text-{finding.id}", "").strip()
        if stance in (Stance.ACCEPTED, Stance.DISPUTED):
            comments[finding.id] = services.NewComment(Stance(stance), words)
        elif words:
            comments[finding.id] = services.NewComment(Stance.DISPUTED, words)
    services.comment(session, one, act, comments, text or "")


@room.pages.app_template_global()
def findings_to_comment(one: Visit) -> list[Finding]:
    return queries.findings_of(current_session(), [one.id])[one.id]


def after_finding(one: Visit, _made: Any) -> str:
    """The next one at once: an inspector stands in the field with one hand free."""
    return url_for("inspections.visit", visit_id=one.id)


acts(
    room.pages, Visit, VISIT,
    {
        "replace_inspector": Action(services.replace_inspector, ReplaceForm, fill=fill_replace),
        "begin_visit": Action(services.begin_visit),
        "record_finding": Action(record_finding, FindingForm, fill=fill_finding, prepare=keep_evidence,
                                 goes_to=after_finding, template="inspections/record.html"),
        "report": Action(services.report, explain=lambda session, one: say(
            "You sign for the team. The report is served on the unit, which may comment on the facts.")),
        "comment": Action(comment, CommentForm, fill=fill_comment, template="inspections/comment.html",
                          explain=lambda session, one: say("Say to each finding whether it is so.")),
        "settle": Action(services.settle, explain=lambda session, one: say(
            "Findings that were not dropped are confirmed. The notice is served with a task for each; points that they "
            "cost are proposed, and a leader confirms them.")),
        "close_visit": Action(services.close_visit),
        "plan_reinspection": Action(services.plan_reinspection, goes_to=lambda one, made: address_of("visit", made.id)),
    },
    path="/visits/<int:record_id>",
)  # fmt: skip


# --- findings --------------------------------------------------------------------------------------------------------


@room.pages.get("/findings/<int:finding_id>")
@signed_in
def finding(finding_id: int) -> str:
    session = current_session()
    one = access(Finding, finding_id)
    its_visit = session.get_one(Visit, one.visit_id)
    around = queries.findings_of(session, [its_visit.id])[its_visit.id]
    place = [other.id for other in around].index(one.id)
    return render_template(
        "inspections/finding.html",
        finding=one,
        visit=its_visit,
        unit=room.units_of([one.unit_id])[one.unit_id],
        item=session.get_one(ChecklistItem, one.checklist_item_id),
        grade=queries.severities(session, session.get_one(Campaign, its_visit.campaign_id)).get(one.severity),
        files=queries.evidence_of(session, [one.id]).get(one.id, []),
        comment=queries.comments_of(session, [one.id]).get(one.id),
        task=tasks_from(session, "finding", [one.id]).get(str(one.id)),
        previous=around[place - 1] if place else None,
        following=around[place + 1] if place + 1 < len(around) else None,
        place=place + 1,
        count=len(around),
        offers=buttons(one),
        happened=timeline(session, one),
    )


@room.pages.get("/evidence/<int:evidence_id>")
@signed_in
def evidence(evidence_id: int) -> Response:
    one = access(FindingEvidence, evidence_id)
    return send(one.sha256, one.name, one.mime)  # type: ignore[no-any-return]


class AmendForm(ReasonForm):
    severity = RadioField(N_("Severity"), choices=[])
    points = DecimalField(N_("Points"), [Optional(), NumberRange(min=0)], places=None)
    place = StringField(N_("Exact place and device"), [Length(max=500)])


def fill_amend(form: Any, session: Any, one: Finding) -> None:
    its_visit = session.get_one(Visit, one.visit_id)
    grades = queries.severities(session, session.get_one(Campaign, its_visit.campaign_id))
    form.severity.choices = options([(code, grade) for code, grade in grades.items()])
    if not form.is_submitted():
        form.severity.data, form.points.data, form.place.data = one.severity, one.points.normalize(), one.place


acts(
    room.pages, Finding, FINDING,
    {
        "answer_comment": Action(services.answer_comment),
        "amend_finding": Action(services.amend_finding, AmendForm, fill=fill_amend),
        "drop_finding": Action(services.drop_finding),
        "overturn_finding": Action(services.overturn_finding, explain=lambda session, one: say(
            "Its task is withdrawn; what it proposed to the score loses its ground.")),
    },
    path="/findings/<int:record_id>",
)  # fmt: skip

"""The files behind a report's values: attached for many values at once, replaced by a later version, taken away."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from assessment.faces.web.kit import Form, access, language, said, viewer
from assessment.faces.web.pages import uploads
from assessment.foundation.errors import Invalid, Refusal
from assessment.foundation.i18n import N_, say
from assessment.organisations.queries import unit_views
from assessment.submissions import queries, services
from assessment.submissions.models import Evidence, Submission


class EvidenceForm(Form):
    value_code = SelectMultipleField(
        N_("For which values"), [DataRequired(N_("Choose at least one value."))], choices=[],
        option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
    )  # fmt: skip
    file = FileField(N_("File"), description=N_("PDF, picture or table; at most 10 MB."))
    kept = SelectField(N_("Or a file you have sent before"), choices=[], default="")


def fill_values(form: Any, session: Any, submission: Submission) -> None:
    form.value_code.choices = [
        SelectChoice(one.code, one.name.in_language(language())) for one in queries.form_of(session, submission)
    ]
    files = {one.sha256: one.name for one in queries.evidence_of_unit(session, submission.unit_id)}
    form.kept.choices = [SelectChoice("", "–"), *(SelectChoice(sha256, name) for sha256, name in files.items())]


def receive_file(record_id: int) -> Any:
    """Look at the file and keep it before the write begins."""
    access(Submission, record_id)
    received = uploads.keep_files("file")
    return received if isinstance(received, Refusal) or not received else received[0]


def attach(
    session: Any, submission: Submission, act: Any, value_code: list[str], file: Any, kept: str, prepared: Any
) -> None:
    """One file behind as many values as it serves; whoever attaches it is told for what it served before."""
    del file
    if isinstance(prepared, Refusal):
        raise prepared
    if prepared:
        [one] = uploads.recorded(session, [prepared], act.at)
        facts = (one.stored.sha256, one.stored.size, one.name, one.mime)
    else:
        facts = _sent_before(session, submission, kept)
    uses = uses_elsewhere(session, submission, facts[0])
    for code in value_code:
        services.attach_evidence(session, submission, act, services.NewEvidence(code, *facts))
    for use in uses[:3]:
        flash(said(use))


def _sent_before(session: Any, submission: Submission, sha256: str) -> tuple[str, int, str, str]:
    found = next((one for one in queries.evidence_of_unit(session, submission.unit_id) if one.sha256 == sha256), None)
    if found is None:
        refused = say("Choose a file.")
        raise Invalid(refused, fields={"file": refused})
    return found.sha256, found.size, found.name, found.mime


def uses_elsewhere(session: Any, submission: Submission, sha256: str) -> list[Any]:
    """For what a file has served already, as far as this reader may know it."""
    others = queries.uses_of(session, [sha256]).get(sha256, [])
    units = unit_views(session, {one.submission.unit_id for one in others}, submission.period.last_day)
    return [
        say("This file already served for {value} of {unit}, {period}.", value=_name_of(session, one),
            unit=units[one.submission.unit_id].name, period=one.submission.period.title)
        if queries.may_see(session, one.submission, viewer())
        else say("This file already served for another unit.")
        for one in others
        if one.submission_id != submission.id
    ]  # fmt: skip


def _name_of(session: Any, evidence: Evidence) -> Any:
    fields = {field.code: field.name for field in queries.form_of(session, evidence.submission)}
    return fields.get(evidence.value_code, evidence.value_code)


class RemoveForm(Form):
    evidence = SelectField(N_("Which file"), coerce=int, choices=[])


def fill_files(form: Any, session: Any, submission: Submission) -> None:
    form.evidence.choices = [
        SelectChoice(one.id, f"{one.name} ({one.value_code})") for one in submission.standing_evidence
    ]


def remove(session: Any, submission: Submission, act: Any, evidence: int) -> None:
    found = access(Evidence, evidence, submission_id=submission.id)
    services.remove_evidence(session, submission, act, found)


class ReplaceForm(RemoveForm):
    file = FileField(
        N_("The file that takes its place"), [FileRequired(N_("Choose a file."))],
        description=N_(
            "PDF, picture or table; at most 10 MB. The earlier one stays readable. Where the same file stands behind "
            "several values of this report, it is replaced behind all of them."
        ),
    )  # fmt: skip


def replace(session: Any, submission: Submission, act: Any, evidence: int, file: Any, prepared: Any) -> None:
    """A new version behind every value of this report behind which the earlier file stands."""
    del file
    if isinstance(prepared, Refusal):
        raise prepared
    if not prepared:
        refused = say("Choose a file.")
        raise Invalid(refused, fields={"file": refused})
    earlier = access(Evidence, evidence, submission_id=submission.id)
    [one] = uploads.recorded(session, [prepared], act.at)
    facts = (one.stored.sha256, one.stored.size, one.name, one.mime)
    uses = uses_elsewhere(session, submission, facts[0])
    same = [each for each in submission.standing_evidence if each.sha256 == earlier.sha256]
    for each in same or [earlier]:
        services.replace_evidence(session, submission, act, each, services.NewEvidence(each.value_code, *facts))
    for use in uses[:3]:
        flash(said(use))

"""What is done with reports: asked for, drafted, sent, returned, verified, validated; every value a new version."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.delivery.models import Extension
from assessment.delivery.services import Deadline, calendar
from assessment.delivery.services import ask_extension as ask_for_more_time
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.draw import draw_with_risks, inputs_hash, population_hash
from assessment.foundation.errors import Invalid, NotNow, NotPermitted, OutOfDate
from assessment.foundation.exact import canonical as canonical_text
from assessment.foundation.i18n import Sentence, say
from assessment.foundation.trail_verifier import canonical
from assessment.foundation.workdays import Duration, due
from assessment.organisations.duties import Duty
from assessment.programmes.models import Period
from assessment.programmes.queries import scheme
from assessment.submissions import writing
from assessment.submissions.checks import ROLL_COLUMNS, on_the_roll
from assessment.submissions.drafts import Overtaken, Shown, as_text, merged, of_values, typed_cell
from assessment.submissions.mails import send_receipts
from assessment.submissions.models import (
    CounterCheck,
    Evidence,
    Submission,
    SubmissionDraft,
    SubmissionState,
    SubmissionValue,
)
from assessment.submissions.process import COUNTER_CHECK, SUBMISSION, may_report
from assessment.submissions.queries import (
    Versions,
    claimed,
    claimed_versions,
    deadlines,
    evidence_hashes,
    fields_of,
    form_of,
    is_frozen,
    latest,
    locked,
    newest_versions,
    reporting_units,
    standing_files,
    validated,
    verified,
    with_drafts,
    working_copy,
)
from assessment.submissions.queries import (
    typed as as_typed,
)
from assessment.submissions.rules import MISSING, Stage, Value, ValueKind, missing_codes, read_value

WITH_THE_UNIT = (SubmissionState.DUE, SubmissionState.DRAFT, SubmissionState.RETURNED)
RETURNED_WITHIN = Duration(1, "w")
Values = Mapping[str, Value]
Typed = Mapping[str, tuple[str, str]]
"""A draft as it was typed: value code -> (number as text, kind)."""


# --- asked for -------------------------------------------------------------------------------------------------------


def open_submissions(session: Session, act: Act, period: Period) -> list[Submission]:
    """Ask every reporting unit and provider for their values of a period; done twice it has one effect."""
    if period.report_by is None or period.late_until is None:
        raise NotNow(say("{period} has no reporting deadline yet; fix one first.", period=period.title))
    query = select(Submission.unit_id, Submission.source).where(Submission.period_id == period.id)
    known = {(unit_id, source) for unit_id, source in session.execute(query)}
    rules = scheme(session, period.scheme_version_id)
    made = []
    for unit, source in reporting_units(session, period):
        if (unit.unit_id, source) in known:
            continue
        endorsed = any(field.endorsed for field in fields_of(rules, source, is_leaf=unit.is_leaf))
        submission = Submission(
            unit_id=unit.unit_id, period=period, source=source, due_at=period.report_by, late_until=period.late_until,
            endorser_unit_id=unit.unit.parent_id if endorsed else None, receipts=0,
        )  # fmt: skip
        SUBMISSION.begin(submission, "open_submissions", act)
        made.append(submission)
    session.add_all(made)
    if made:
        audit.record(
            session, act, "open_submissions", None, kind="submission", touched=made, relied_on=[period],
            body={"period": period.code, "due": period.report_by, "count": len(made)},
        )  # fmt: skip
    session.flush()
    return made


def move_deadlines(session: Session, act: Act, period: Period) -> None:
    """Give the reports of a period the moments to which the period was moved."""
    if not any(act.by.holds(duty, period.programme.unit_id) for duty in (Duty.PLAN_CYCLES, Duty.CLOCK)):
        raise NotPermitted(say("Periods are planned by the assessment office."))
    if period.report_by is None or period.late_until is None:
        return
    moved = []
    for one in session.scalars(select(Submission).where(Submission.period_id == period.id)):
        if (one.due_at, one.late_until) != (period.report_by, period.late_until):
            one.due_at, one.late_until = period.report_by, period.late_until
            moved.append(one)
    if moved:
        audit.record(session, act, "move_deadlines", None, kind="submission", touched=moved, relied_on=[period])


# --- drafted and sent ------------------------------------------------------------------------------------------------


def save_draft(
    session: Session, submission: Submission, act: Act, values: Typed | Values, shown: Mapping[str, Shown] | None = None
) -> None:
    """Keep what has been typed, however wrong it still is; nothing is sent by it.

    With ``shown`` (what the page showed) it is whole or not at all: ``OutOfDate`` names what somebody else has changed.
    """
    typed = _asked_for(session, submission, values)
    _unlocked(session, submission, act)
    SUBMISSION.perform(session, submission, "save_draft", act)
    refuse_overtaken(_keep(session, submission, act, typed, shown))
    session.flush()


def autosave(
    session: Session, submission: Submission, act: Act, typed: Typed, shown: Mapping[str, Shown] | None = None
) -> list[Overtaken]:
    """Keep what is being typed, and tell which cells are not kept because somebody else has changed them since.

    Only the first time is an act with a row: one a second would bury the trail.
    """
    session.refresh(submission, with_for_update={"of": Submission})  # two who type at once come one after the other
    session.expire(submission, ["draft"])  # what was read together with the lock is as old as the waiting for it
    if submission.draft is not None:
        session.refresh(submission.draft)
    if submission.state in WITH_THE_UNIT and (submission.draft is None or submission.state == SubmissionState.DUE):
        _unlocked(session, submission, act)
        SUBMISSION.perform(session, submission, "save_draft", act)
    else:
        against = may_report(session, submission, act)
        if against:
            raise NotNow(against)
        if submission.state not in WITH_THE_UNIT:
            raise NotNow(say("This report has been sent already; take it back before you send another."))
    overtaken = _keep(session, submission, act, _asked_for(session, submission, typed), shown)
    session.flush()
    return overtaken


def _asked_for(session: Session, submission: Submission, values: Typed | Values) -> dict[str, tuple[str, str]]:
    known = {field.code for field in form_of(session, submission)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise Invalid(say("The scheme does not ask for “{code}”.", code=unknown[0]))
    return {code: typed_cell(value) for code, value in values.items()}


def _keep(
    session: Session,
    submission: Submission,
    act: Act,
    typed: Mapping[str, tuple[str, str]],
    shown: Mapping[str, Shown] | None,
) -> list[Overtaken]:
    draft = submission.draft
    cells, overtaken = merged(working_copy(submission), typed, shown, act.by.label)
    if draft is None:
        submission.draft = SubmissionDraft(typed=cells, saved_at=act.at, saved_by=act.by.key)
    elif cells != draft.typed:
        draft.typed, draft.saved_at, draft.saved_by = cells, act.at, act.by.key
    return overtaken


def refuse_overtaken(overtaken: Sequence[Overtaken]) -> None:
    """Raise ``OutOfDate`` with both texts of each cell in which somebody else was faster, if there is any."""
    if overtaken:
        raise OutOfDate(
            say("Somebody else has changed {count} of these values since. Yours are kept: compare, then send again.",
                count=len(overtaken)),
            fields={one.code: overtaken_sentence(one) for one in overtaken},
        )  # fmt: skip


def overtaken_sentence(one: Overtaken) -> Sentence:
    """Both texts, for whoever was slower; nothing of either is lost."""
    theirs = as_text(one.theirs) or say("nothing")
    return say("{who} has entered: {theirs}. You typed: {mine}.", who=one.by or say("Somebody else"), theirs=theirs,
               mine=as_text(one.mine) or say("nothing"))  # fmt: skip


def seen_whole(
    session: Session, submission: Submission, act: Act, typed: Typed, shown: Mapping[str, Shown]
) -> dict[str, Value]:
    """What is about to be sent, if it is what somebody saw before him; else ``OutOfDate`` names what is not."""
    codes = [field.code for field in form_of(session, submission)]
    mine = {code: typed_cell(typed.get(code, shown.get(code, Shown()).typed)) for code in codes}
    _, overtaken = merged(working_copy(submission), mine, shown, act.by.label, is_whole=True)
    refuse_overtaken(overtaken)
    return read_draft(session, submission, mine)


def _unlocked(session: Session, submission: Submission, act: Act) -> None:
    """The lock test in its order, before the process says less precisely that the state is wrong."""
    if submission.state == SubmissionState.VALIDATED:
        against = locked(session, submission, act.at)
        if against:
            raise NotNow(against)


def read_draft(session: Session, submission: Submission, typed: Typed | None = None) -> dict[str, Value]:
    """The working copy as values; raises ``Invalid`` with what is wrong in each field."""
    if typed is None:
        typed = as_typed(submission)
    values: dict[str, Value] = {}
    fields: dict[str, Sentence] = {}
    for field in form_of(session, submission):
        text, kind = typed.get(field.code, ("", ValueKind.GIVEN.value))
        try:
            values[field.code] = _read(text, kind)
        except ValueError:
            fields[field.code] = say(
                "“{text}” is not a number. Write digits with a point for decimals, or say why there is none.",
                text=text[:40],
            )
    if fields:
        raise Invalid(say("{count} values cannot be read as they are.", count=len(fields)), fields=fields)
    return values


def _read(text: str, kind: str) -> Value:
    if kind in (ValueKind.NOT_APPLICABLE, ValueKind.WITHHELD):
        if text.strip():
            raise ValueError("a number beside a reason why there is none")
        return Value(None, ValueKind(kind))
    return read_value(text)


def submit(session: Session, submission: Submission, act: Act, values: Values | None = None) -> None:
    """Send the report: a receipt with number, time and hash; the first complete one decides whether it was in time."""
    _unlocked(session, submission, act)
    given = values if values is not None else read_draft(session, submission)
    known = {code: (row.version_number, Value(row.number, ValueKind(row.kind)))
             for code, row in latest(submission.values, Stage.CLAIMED).items()}  # fmt: skip
    sent = _Sending(session, submission, act, given, known, [row.sha256 for row in submission.standing_evidence])
    rows = versions(submission, Stage.CLAIMED, sent.values, act)
    SUBMISSION.perform(
        session, submission, "submit", act, touched=rows, relied_on=submission.standing_evidence, body=sent.body()
    )
    submission.values.extend(rows)
    sent.settle()
    submission.return_due_at = None
    session.flush()
    send_receipts(session, act, [submission])


def submit_many(
    session: Session,
    act: Act,
    reports: Mapping[Submission, Values] | Sequence[tuple[Submission, Values]],
    body: Mapping[str, object] | None = None,
) -> None:
    """Send many reports by one act, as an import does: one row in the trail, its values written all at once."""
    pairs = list(reports.items()) if isinstance(reports, Mapping) else list(reports)
    submissions = [submission for submission, _ in pairs]
    with_drafts(session, submissions)
    known = claimed_versions(session, submissions)
    files = evidence_hashes(session, submissions)
    sendings = [
        _Sending(session, one, act, values, known.get(one.id, {}), files.get(one.id, ())) for one, values in pairs
    ]
    for sending in sendings:  # before the one UPDATE: the table holds no sent report without a receipt
        sending.settle()
    new = [(sending.submission.id, sending.new) for sending in sendings]
    SUBMISSION.perform_all(
        session, submissions, "submit", act, touched=writing.write(session, act, Stage.CLAIMED, new),
        body={**(body or {}), "receipts": [sending.body() for sending in sendings]},
    )  # fmt: skip
    for submission in submissions:  # only now: the table holds no returned report without its moment
        submission.return_due_at = None
    _read_anew(session, submissions)
    send_receipts(session, act, submissions)


def leave_to_ballot(submissions: Iterable[Submission], *, by_ballot: bool = True) -> None:
    """Let a panel vote on these values instead of anybody typing them; part of the act that convenes or cancels it."""
    for submission in submissions:
        submission.by_ballot = by_ballot


def enter_ballots(
    session: Session,
    reports: Mapping[Submission, Values],
    act: Act,
    *,
    number: str,
    reasons: Mapping[Submission, str] | None = None,
) -> None:
    """Enter what a panel's ballots gave: by one act, as claimed values that go the way of all others.

    It is sent by the ballot, not by whoever counts it: counting sets no value, and bars nobody from checking.
    """
    rows: list[SubmissionValue] = []
    sendings = [_Sending(session, one, act, values, {}, ()) for one, values in reports.items()]
    for sending in sendings:
        sending.settle()
        one = sending.submission
        one.submitted_by, one.submitted_label = f"ballot:{number}", number
        mine = versions(one, Stage.CLAIMED, sending.values, act)
        for row in mine:
            row.reason = "" if row.number is not None else (reasons or {}).get(one, "")
        one.values.extend(mine)
        rows += mine
    SUBMISSION.perform_all(
        session, list(reports), "enter_ballots", act, touched=rows,
        body={"panel": number, "receipts": [sending.body() for sending in sendings]},
    )  # fmt: skip


class _Sending:
    """One report on its way: the versions it adds, its receipt, and whether it is complete."""

    def __init__(
        self, session: Session, submission: Submission, act: Act, values: Values, known: Versions, files: Iterable[str]
    ) -> None:
        self.session, self.submission, self.act = session, submission, act
        asked = [field.code for field in form_of(session, submission)]
        unknown = sorted(values.keys() - set(asked))
        if unknown:
            raise Invalid(say("The scheme does not ask for “{code}”.", code=unknown[0]))
        self.values = {code: values.get(code, known.get(code, writing.NOTHING_YET)[1]) for code in asked}
        if all(value.kind == ValueKind.MISSING for value in self.values.values()):
            raise Invalid(say("The report is empty; give at least one value before you send it."))
        self.new = writing.next_versions(known, self.values)
        self.lacking = missing_codes(asked, self.values)
        self.number = f"{submission.period.code}-{submission.id:05d}-{submission.receipts + 1}"
        texts = {code: _text(value.number) for code, value in self.values.items()}
        self.hash = content_hash({code: _WORDS[value.kind] for code, value in self.values.items()}, texts, files)

    def body(self) -> dict[str, object]:
        return {"receipt": self.number, "sha256": self.hash, "missing": self.lacking}

    def settle(self) -> None:
        one, act = self.submission, self.act
        one.receipts += 1
        one.receipt, one.content_hash = self.number, self.hash
        one.submitted_by, one.submitted_label, one.submitted_at = act.by.key, act.by.label, act.at
        if not self.lacking and one.first_complete_at is None:
            one.first_complete_at = act.at
        if one.draft is not None:
            self.session.delete(one.draft)
            one.draft = None


def content_hash(kinds: Mapping[str, str], texts: Mapping[str, str | None], evidence: Iterable[str]) -> str:
    """What a receipt says was received: every value with its kind, and the hashes of the evidence."""
    content = {"values": {code: [kind, texts[code]] for code, kind in kinds.items()}, "evidence": sorted(evidence)}
    return hashlib.sha256(canonical(content)).hexdigest()


_WORDS = {kind: kind.value for kind in ValueKind}  # an enum's own value is asked for by a call


def _text(number: Decimal | None) -> str | None:
    """As the database and the trail write it."""
    return None if number is None else canonical_text(number)


def versions(
    submission: Submission, stage: Stage, values: Values, act: Act, origin: tuple[str, object] = ("", "")
) -> list[SubmissionValue]:
    """The next version of each value that differs from the newest one in its column; nothing is overwritten."""
    known = latest(submission.values, stage)
    rows = []
    for code, value in values.items():
        last = known.get(code)
        if last is not None and not origin[0] and (last.number, last.kind) == (value.number, value.kind):
            continue
        rows.append(
            SubmissionValue(
                submission_id=submission.id, value_code=code, stage=stage.value, number=value.number,
                version_number=last.version_number + 1 if last is not None else 1, kind=value.kind.value, set_at=act.at,
                set_by=act.by.label, reason=act.reason, origin_kind=origin[0], origin_id=str(origin[1]),
            )
        )  # fmt: skip
    return rows


def withdraw(session: Session, submission: Submission, act: Act) -> None:
    """The unit takes its report back to change it, until the deadline; what was received stays on record."""
    SUBMISSION.perform(session, submission, "withdraw", act)
    submission.draft = SubmissionDraft(typed=of_values(claimed(submission)), saved_at=act.at, saved_by=act.by.key)
    session.flush()


def ask_extension(session: Session, submission: Submission, act: Act, *, until: datetime) -> Extension:
    """Ask for more time, with a reason, while there is some; somebody else decides."""
    against = may_report(session, submission, act)
    if against or submission.state not in (SubmissionState.DUE, SubmissionState.DRAFT):
        raise NotNow(against or say("This report has been sent; no more time is needed for it."))
    due_at = deadlines(session, submission).on_time_until
    asked = [Deadline(submission.unit_id, ("submission", submission.id), due_at)]
    return ask_for_more_time(
        session, act, unit_id=submission.unit_id, deadlines=asked, until=until, grant_duty=Duty.EXTEND_REPORTING
    )


# --- evidence --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewEvidence:
    """A file that lies in the file store already."""

    value_code: str
    sha256: str
    size: int
    name: str
    mime: str


def attach_evidence(session: Session, submission: Submission, act: Act, file: NewEvidence) -> Evidence:
    """Put a received file behind a value; its hash is the evidence."""
    evidence = Evidence(
        submission_id=submission.id, value_code=file.value_code, sha256=file.sha256, size=file.size,
        name=file.name[:200], mime=file.mime[:100], added_at=act.at, added_by=act.by.label,
    )  # fmt: skip
    SUBMISSION.perform(
        session, submission, "attach_evidence", act, touched=[evidence],
        body={"value": file.value_code, "sha256": file.sha256, "name": file.name},
    )  # fmt: skip
    if file.value_code not in {field.code for field in form_of(session, submission)}:
        raise Invalid(say("The scheme does not ask for “{code}”.", code=file.value_code))
    _refuse_twice(submission, file)
    submission.evidence.append(evidence)
    session.flush()
    return evidence


def replace_evidence(
    session: Session, submission: Submission, act: Act, evidence: Evidence, file: NewEvidence
) -> Evidence:
    """Put a received file in the place of one behind a value; the earlier stays readable, linked from the later."""
    _refuse_ended(submission, evidence)
    later = Evidence(
        submission_id=submission.id, value_code=evidence.value_code, sha256=file.sha256, size=file.size,
        name=file.name[:200], mime=file.mime[:100], added_at=act.at, added_by=act.by.label,
        replaces_id=evidence.id, version_number=evidence.version_number + 1,
    )  # fmt: skip
    SUBMISSION.perform(
        session, submission, "replace_evidence", act, touched=[evidence, later],
        body={"value": evidence.value_code, "sha256": file.sha256, "name": file.name, "replaces": evidence.sha256},
    )  # fmt: skip
    _refuse_twice(submission, NewEvidence(evidence.value_code, file.sha256, file.size, file.name, file.mime))
    evidence.ended_at, evidence.ended_by = act.at, act.by.label
    session.flush()  # the earlier ends before the later begins: one of a kind stands at a time
    submission.evidence.append(later)
    session.flush()
    return later


def remove_evidence(session: Session, submission: Submission, act: Act, evidence: Evidence) -> None:
    """Take a file from behind a value; one that was sent before, or has earlier versions, stays readable as ended."""
    _refuse_ended(submission, evidence)
    SUBMISSION.perform(
        session, submission, "remove_evidence", act, touched=[evidence],
        body={"value": evidence.value_code, "sha256": evidence.sha256, "name": evidence.name},
    )  # fmt: skip
    if evidence.replaces_id is not None or _was_sent(submission, evidence):
        evidence.ended_at, evidence.ended_by = act.at, act.by.label
    else:
        submission.evidence.remove(evidence)
        session.delete(evidence)
    session.flush()


def _was_sent(submission: Submission, evidence: Evidence) -> bool:
    return submission.submitted_at is not None and evidence.added_at <= submission.submitted_at


def _refuse_ended(submission: Submission, evidence: Evidence) -> None:
    if evidence.submission_id != submission.id:
        raise Invalid(say("This file belongs to another report."))
    if evidence.ended_at is not None:
        raise Invalid(say("This file was replaced or taken away already; choose one that stands."))


def _refuse_twice(submission: Submission, file: NewEvidence) -> None:
    standing = {(one.value_code, one.sha256) for one in submission.standing_evidence}
    if (file.value_code, file.sha256) in standing:
        raise Invalid(say("The same file is attached here already."))


# --- checked by others -----------------------------------------------------------------------------------------------


def endorse(session: Session, submission: Submission, act: Act) -> None:
    """The unit above stands behind the report."""
    SUBMISSION.perform(session, submission, "endorse", act)


def return_submission(session: Session, submission: Submission, act: Act) -> None:
    """Send it back with a reason; the unit has its own time to send it again."""
    due_at = _return_due(session, submission, act.at)  # read before: nothing is returned without its moment
    SUBMISSION.perform(session, submission, "return_submission", act)
    submission.return_due_at = due_at
    session.flush()


def _return_due(session: Session, submission: Submission, now: datetime) -> datetime:
    limit = scheme(session, submission.period.scheme_version_id).calendar.returned_within
    within = Duration.parse(str(limit)) if limit is not None else RETURNED_WITHIN
    return due(now, within, calendar(session), ZoneInfo(submission.period.programme.zone))


def verify(session: Session, submission: Submission, act: Act, values: Values | None = None) -> None:
    """Write what was found to be true beside what was claimed; without values: everything as claimed."""
    rows = versions(submission, Stage.VERIFIED, _asked(session, submission, _found(submission, values)), act)
    SUBMISSION.perform(session, submission, "verify", act, touched=rows, relied_on=submission.standing_evidence)
    submission.verified_by = act.by.key
    submission.values.extend(rows)
    session.flush()


def verify_many(session: Session, act: Act, found: Mapping[Submission, Values | None]) -> None:
    """Verify many reports by one act: for each what was found, or None for everything as claimed."""
    submissions = list(found)
    claims = newest_versions(session, submissions, Stage.CLAIMED)
    known = newest_versions(session, submissions, Stage.VERIFIED)
    new = [
        (one.id, writing.next_versions(
            known.get(one.id, {}), _asked(session, one, _of(claims, one) if values is None else values)
        )) for one, values in found.items()
    ]  # fmt: skip
    rows = writing.write(session, act, Stage.VERIFIED, new)
    looked_at = standing_files(session, submissions)  # before any is changed: a query in between writes them one by one
    for submission in submissions:
        submission.verified_by = act.by.key
    SUBMISSION.perform_all(session, submissions, "verify", act, touched=rows, relied_on=looked_at)
    _read_anew(session, submissions)


def _of(column: Mapping[int, Versions], submission: Submission) -> dict[str, Value]:
    return {code: value for code, (_, value) in column.get(submission.id, {}).items()}


def _read_anew(session: Session, submissions: Iterable[Submission]) -> None:
    """Their values were written past the mapper, which holds those of before."""
    for submission in submissions:
        session.expire(submission, ["values"])


def _found(submission: Submission, values: Values | None) -> Values:
    return claimed(submission) if values is None else values


def _asked(session: Session, submission: Submission, values: Values) -> Values:
    unknown = sorted(set(values) - {field.code for field in form_of(session, submission)})
    if unknown:
        raise Invalid(say("The scheme does not ask for “{code}”.", code=unknown[0]))
    return values


def validate(session: Session, submission: Submission, act: Act, values: Values | None = None) -> None:
    """Settle the values that scoring uses: those given, else verified, else claimed."""
    rows = versions(submission, Stage.VALIDATED, _settled(session, submission, values), act)
    relied_on = [
        *latest(submission.values, Stage.CLAIMED).values(),
        *latest(submission.values, Stage.VERIFIED).values(),
    ]
    SUBMISSION.perform(session, submission, "validate", act, touched=rows, relied_on=relied_on)
    submission.validated_by, submission.validated_at = act.by.key, act.at
    submission.values.extend(rows)
    session.flush()


def validate_many(session: Session, act: Act, submissions: Sequence[Submission]) -> None:
    """Validate many reports by one act: verified where there is a verified value, else as claimed."""
    columns = [newest_versions(session, submissions, stage) for stage in Stage]  # the later ones have the last word
    new = []
    for submission in submissions:
        said = {code: value for column in columns for code, value in _of(column, submission).items()}
        settled = {field.code: said.get(field.code, MISSING) for field in form_of(session, submission)}
        new.append((submission.id, writing.next_versions(columns[-1].get(submission.id, {}), settled)))
    rows = writing.write(session, act, Stage.VALIDATED, new)
    for submission in submissions:
        submission.validated_by, submission.validated_at = act.by.key, act.at
    SUBMISSION.perform_all(session, submissions, "validate", act, touched=rows)
    _read_anew(session, submissions)


def _settled(session: Session, submission: Submission, values: Values | None) -> dict[str, Value]:
    known = {**claimed(submission), **verified(submission), **validated(submission)}
    given = _asked(session, submission, values or {})
    return {field.code: given.get(field.code, known.get(field.code, MISSING)) for field in form_of(session, submission)}


def set_value(session: Session, submission: Submission, act: Act, values: Values) -> None:
    """Correct validated values with a reason, before the provisional scores are served."""
    rows = versions(submission, Stage.VALIDATED, _asked(session, submission, values), act)
    SUBMISSION.perform(session, submission, "set_value", act, touched=rows)
    submission.validated_by, submission.validated_at = act.by.key, act.at
    submission.values.extend(rows)
    session.flush()


def zero_by_decision(session: Session, submission: Submission, act: Act, codes: Sequence[str] | None = None) -> None:
    """Count what was not given as 0, by a decision with its reason: the kind stays what it was.

    Only that: a claimed value is validated by ``validate`` alone, and one that was taken back or sent back to the unit
    and did not come again counts as missing.
    """
    with_the_unit = submission.state in WITH_THE_UNIT
    settled = _checked(session, submission) if with_the_unit else _settled(session, submission, None)
    wanted = settled.keys() if codes is None else set(codes)
    decided = {
        code: Value(Decimal(0), value.kind)
        for code, value in settled.items()
        if code in wanted and value.number is None and value.kind in (ValueKind.MISSING, ValueKind.WITHHELD)
    }
    if not decided:
        raise Invalid(say("There is no missing value here to decide on."))
    rest = {code: value for code, value in settled.items() if code not in decided} if with_the_unit else {}
    rows = versions(submission, Stage.VALIDATED, rest, act)
    rows += versions(submission, Stage.VALIDATED, decided, act, ("decision", act.by.key))
    SUBMISSION.perform(session, submission, "zero_by_decision", act, touched=rows, body={"values": sorted(decided)})
    if submission.state == SubmissionState.VALIDATED:
        submission.validated_by, submission.validated_at = act.by.key, act.at
    submission.values.extend(rows)
    session.flush()


def _checked(session: Session, submission: Submission) -> dict[str, Value]:
    """What somebody has verified or validated of a report that now lies with its unit; nothing stands as claimed."""
    known = {**verified(submission), **validated(submission)}
    return {field.code: known.get(field.code, MISSING) for field in form_of(session, submission)}


DECIDING = (Duty.SET_VALUES, Duty.ADMIT_OBJECTIONS, Duty.REVIEW, Duty.CLOCK)


def set_validated_by_decision(
    session: Session, submission: Submission, act: Act, values: Values, origin: tuple[str, object]
) -> list[SubmissionValue]:
    """Add the validated versions that a decision (an upheld objection) orders, whatever is frozen; part of a joint act.

    A number for a value that was not given keeps its kind.
    """
    if not any(act.by.holds(duty, submission.unit_id) for duty in DECIDING):
        raise NotPermitted(say("You do not hold the duty to carry out this decision here."))
    if not act.reason.strip():
        raise Invalid(say("Name the decision by which the values change."))
    if submission.state != SubmissionState.VALIDATED and not is_frozen(submission):
        raise NotNow(say("The values have not been validated yet; there is nothing to be changed by a decision."))
    rows = versions(submission, Stage.VALIDATED, _asked(session, submission, values), act, origin)
    audit.record(
        session, act, "set_validated_by_decision", submission, touched=rows, relied_on=[origin],
        body={"origin": list(origin), "values": sorted(values)},
    )  # fmt: skip
    submission.values.extend(rows)
    session.flush()
    return rows


# --- counter-verification --------------------------------------------------------------------------------------------


def freeze_counter_check(
    session: Session, act: Act, *, period: Period, number: str, at_random: int, by_risk: int
) -> CounterCheck:
    """Put every verified value of a period on the roll, with what called a person in it, and fix both by their hashes;
    the seed comes afterwards."""
    roll = on_the_roll(session, period)
    risky = sum(item.risks > 0 for item in roll)
    fields: dict[str, Sentence] = {}
    if not 0 < at_random <= len(roll):
        fields["at_random"] = say("There are {count} verified values; draw between 1 and that.", count=len(roll))
    elif not 0 <= by_risk <= min(risky, len(roll) - at_random):
        fields["by_risk"] = say("There are {count} values that called a person; draw no more of them.", count=risky)
    if fields:
        raise Invalid(next(iter(fields.values())), fields=fields)
    check = CounterCheck(
        number=number.strip(), period=period, unit_id=period.programme.unit_id, at_random=at_random, by_risk=by_risk,
        population=len(roll), population_hash=population_hash(item.name for item in roll),
        inputs_hash=inputs_hash((ROLL_COLUMNS, [(item.name, str(item.risks)) for item in roll])), frozen_at=act.at,
        items=roll,
    )  # fmt: skip
    COUNTER_CHECK.start(
        session, check, "freeze_counter_check", act, touched=roll, relied_on=[period],
        body={"population": check.population_hash, "inputs": check.inputs_hash},
    )  # fmt: skip
    session.flush()
    return check


def draw_counter_check(session: Session, check: CounterCheck, act: Act, seed: str) -> None:
    """Enter the seed (20 digits: dice or a public number) and draw: first at random, then among the risks."""
    if not re.fullmatch(r"[0-9]{20}", seed):
        sentence = say("A seed has 20 digits: from dice, or from a public number.")
        raise Invalid(sentence, fields={"seed": sentence})
    roll = {item.name: item for item in check.items}
    rows = [(item.name, str(item.risks)) for item in check.items]
    if inputs_hash((ROLL_COLUMNS, rows)) != check.inputs_hash:
        raise NotNow(say("The roll is not the one that was frozen; this cannot be drawn."))
    drawn = draw_with_risks({name: item.risks for name, item in roll.items()}, check.at_random, check.by_risk, seed)
    for place, (one, is_by_risk) in enumerate(drawn, 1):
        roll[one.id].place, roll[one.id].ticket, roll[one.id].is_by_risk = place, one.ticket, is_by_risk
    touched = [roll[one.id] for one, _ in drawn]
    COUNTER_CHECK.perform(session, check, "draw_counter_check", act, touched=touched, body={"seed": seed})
    check.seed, check.drawn_at = seed, act.at


def record_check(
    session: Session, check: CounterCheck, act: Act, *, item_id: int, found: Decimal | None, note: str = ""
) -> None:
    """What another than the verifier found for a drawn value; it corrects nothing by itself."""
    item = next((one for one in check.items if one.id == item_id and one.place is not None), None)
    if item is None:
        raise Invalid(say("This value was not drawn."))
    submission = session.get_one(Submission, item.submission_id)
    if act.by.key in (submission.verified_by, submission.submitted_by, submission.validated_by):
        raise NotPermitted(say("You had a hand in this value; somebody else checks it."))
    if found != item.verified and not note.strip():
        sentence = say("Say what was found, and where.")
        raise Invalid(sentence, fields={"note": sentence})
    item.found, item.note, item.checked_by, item.checked_at = found, note.strip(), act.by.label, act.at
    COUNTER_CHECK.perform(session, check, "record_check", act, touched=[item], relied_on=[submission])


def close_counter_check(session: Session, check: CounterCheck, act: Act) -> None:
    """Every drawn value has been checked; the rate of error stands."""
    COUNTER_CHECK.perform(session, check, "close_counter_check", act)

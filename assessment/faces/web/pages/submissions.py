"""Reporting: what is asked of a unit, its report in three columns, and the board of a period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from assessment.delivery.queries import extensions_about
from assessment.faces.web.kit import (
    Action,
    Column,
    Form,
    _,
    access,
    act_word,
    acts,
    address,
    address_of,
    buttons,
    choice,
    current_act,
    current_session,
    download,
    holding,
    language,
    listing,
    not_there,
    now,
    scope,
    search,
    signed_in,
    timeline,
    viewer,
)
from assessment.faces.web.pages import submissions_evidence as proof
from assessment.faces.web.pages import submissions_typing as typing
from assessment.faces.web.pages import uploads
from assessment.faces.web.pages.panels import mean_text
from assessment.foundation.errors import Invalid, NotNow, NotPermitted, Refusal
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import N_, Label, local_day, say
from assessment.foundation.tables import write_csv, write_xlsx
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views
from assessment.panels import queries as panels
from assessment.programmes.models import Period, PeriodState
from assessment.programmes.queries import targets_on
from assessment.submissions import files, grids, queries, services
from assessment.submissions.models import Evidence, Submission, SubmissionState
from assessment.submissions.process import SUBMISSION, is_anothers, may_report
from assessment.submissions.queries import Field
from assessment.submissions.rules import (
    MISSING,
    Stage,
    Timeliness,
    Value,
    ValueKind,
    over_reporting,
    timeliness_of,
    written,
)

pages = Blueprint("submissions", __name__, url_prefix="/submissions")
address("submission", "submissions.show", "submission_id", N_("Report"))
address("evidence", "submissions.evidence", "evidence_id", N_("Evidence"))
scope(Submission, queries.may_see)
scope(Evidence, queries.may_see_evidence)
act_word("move_deadlines", N_("Deadlines moved"))
act_word("set_validated_by_decision", N_("Value set by decision"))


@pages.context_processor
def at_hand() -> dict[str, Any]:
    """What the forms' templates ask of a report beyond its own columns."""
    return {
        "unit_of": lambda one: unit_views(current_session(), {one.unit_id}, one.period.last_day)[one.unit_id],
        "deadlines_of": lambda one: queries.deadlines(current_session(), one),
    }


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REPORTERS = (Duty.REPORT, Duty.PROVIDE_DATA)
OPEN = (PeriodState.OPEN, PeriodState.VERIFYING)


# --- lists -----------------------------------------------------------------------------------------------------------


@pages.get("")
@signed_in
def index() -> Response | str:
    """Those who check begin at the board of a period, those who report at what is asked of them."""
    return board() if queries.checks(viewer()) else mine()


def board() -> Response | str:
    session = current_session()
    some = reported_periods()
    if not some:
        return render_template("submissions/none.html", checks=True)
    period = chosen_period(some)
    lines = [
        line for line in queries.board(session, period, now()) if queries.may_see(session, line.submission, viewer())
    ]
    flagged: dict[int, tuple[Any, ...]] = {}

    def look_at(some: Sequence[queries.BoardLine]) -> None:
        """Read what these hold and what calls a person in them."""
        flagged.update(queries.flags_of_many(session, period, [line.submission for line in some]))

    if is_whole := len(lines) <= FEW or asks_for_all():
        look_at(lines)
    known = queries.deadlines_of(session, [line.submission for line in lines])
    found = listing(
        "reports",
        lines,
        [
            Column("unit", N_("Unit"), lambda one: one.unit.name, link=_page_of, is_head=True, key_for_sorting=_code),
            Column(
                "source", N_("Source"), lambda one: Label(SOURCE_WORDS.get(one.submission.source, "")), is_minor=True
            ),
            Column("state", N_("State"), lambda one: SUBMISSION.word(one.submission.state)),
            Column("answered", N_("Answered"), lambda one: f"{one.answered}/{one.asked}", key_for_sorting=_lacks),
            Column("timeliness", N_("Timeliness"), lambda one: Label(one.timeliness.label)),
            Column("late", N_("Days late"), lambda one: one.days_late, is_number=True, is_minor=True),
            Column(
                "extended", N_("Extended until"), lambda one: known[one.submission.id].extended_until, is_minor=True
            ),
            Column(
                "flags", N_("To look at"), lambda one: len(flagged.get(one.submission.id, ())) or None, is_number=True
            ),
        ],
        [
            choice(
                "state",
                N_("State"),
                lambda one: one.submission.state,
                [(s.value, SUBMISSION.words[s]) for s in SubmissionState],
            ),
            choice(
                "timeliness", N_("Timeliness"), lambda one: one.timeliness, [(t.value, t.label) for t in Timeliness]
            ),
            search(lambda one: one.unit.name, lambda one: one.unit.code),
        ],
    )
    if not is_whole:
        look_at(found.shown)
    received = sum(line.submission.first_complete_at is not None for line in lines)
    return found.answer(
        "submissions/board.html",
        period=period,
        periods=some,
        received=received,
        count=len(lines),
        states={state: sum(line.submission.state == state for line in lines) for state in SubmissionState},
        words=SUBMISSION.words,
        late=[line for line in lines if line.timeliness == Timeliness.MISSING],
        flag_count=sum(len(one) for one in flagged.values()) if is_whole else None,
        ready=can_be_checked([one.submission for one in lines], "verified", "submitted", "endorsed"),
        may_validate=viewer().holds(Duty.SET_VALUES) and period.state in (*OPEN, PeriodState.PROVISIONAL),
        may_verify=viewer().holds(Duty.VERIFY) and period.state in (*OPEN, PeriodState.PROVISIONAL),
        to_verify=can_be_checked([one.submission for one in lines], "submitted", "endorsed"),
    )


FEW = 300
"""Reports up to which every one is looked through to draw the board; of more, those of the page."""


def asks_for_all() -> bool:
    """A file, or an order by what only looking through each report tells."""
    by = request.args.get("sort", "").lstrip("-")
    return request.args.get("as", "") in ("csv", "xlsx") or by in ("answered", "flags")


def can_be_checked(some: Iterable[Submission], *states: str) -> list[Submission]:
    """Those in one of these states that do not wait for the unit above: one that does must not hold up the others."""
    waiting = (one for one in some if one.state in states)
    return [one for one in waiting if one.endorser_unit_id is None or one.state != SubmissionState.SUBMITTED]


SOURCE_WORDS = {"unit": N_("the unit itself"), "provider": N_("a data provider"), "panel": N_("a panel")}


def _page_of(line: Any) -> str:
    return address_of("submission", line.submission.id)


def _code(line: Any) -> str:
    return str(line.unit.code)


def _lacks(line: Any) -> int:
    return int(line.answered - line.asked)


def reported_periods() -> list[Period]:
    """Periods for which reports were asked for, the newest first."""
    query = select(Period).where(Period.id.in_(select(Submission.period_id).distinct()))
    return list(current_session().scalars(query.order_by(Period.last_day.desc(), Period.id.desc())))


def chosen_period(some: list[Period]) -> Period:
    """The one the address names, else the newest that is open, else the newest."""
    wanted = request.args.get("period", "")
    by_id = {str(one.id): one for one in some}
    return by_id.get(wanted) or next((one for one in some if one.state in OPEN), some[0])


@dataclass(frozen=True)
class Line:
    submission: Submission
    unit: Any
    deadlines: queries.Deadlines

    @property
    def waits(self) -> bool:
        return self.submission.state in ("due", "draft", "returned") and not self.submission.by_ballot


def mine() -> Response | str:
    session = current_session()
    some = [one for one in queries.of_units(session, own_units()) if queries.may_see(session, one, viewer())]
    if not some:
        return render_template("submissions/none.html", checks=False)
    known = queries.deadlines_of(session, some)
    units = unit_views(session, {one.unit_id for one in some}, local_day(now()))
    lines = [Line(one, units[one.unit_id], known[one.id]) for one in some]
    open_ones = [one for one in lines if one.waits and one.submission.period.state in OPEN]
    asks = asked_together(open_ones)
    found = listing(
        "my-reports",
        lines,
        [
            Column(
                "period",
                N_("Period"),
                lambda one: one.submission.period.title,
                link=_page_of,
                is_head=True,
                key_for_sorting=lambda one: one.submission.period.code,
            ),
            Column("unit", N_("Unit"), lambda one: one.unit.name, key_for_sorting=_code),
            Column("state", N_("State"), lambda one: SUBMISSION.word(one.submission.state)),
            Column("due", N_("On time until"), lambda one: one.deadlines.on_time_until),
            Column(
                "received", N_("First complete receipt"), lambda one: one.submission.first_complete_at, is_minor=True
            ),
        ],
        [
            choice(
                "state",
                N_("State"),
                lambda one: one.submission.state,
                [(s.value, SUBMISSION.words[s]) for s in SubmissionState],
            ),
            search(lambda one: one.unit.name, lambda one: one.submission.period.title),
        ],
    )
    return found.answer("submissions/mine.html", open_ones=open_ones, asks=asks, may_import=bool(own_units()))


@dataclass(frozen=True)
class Ask:
    """What is asked for one period of one source: a report, or a grid of many."""

    lines: list[Line]

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def title(self) -> Any:
        one = self.first
        if len(self.lines) == 1:
            return say("{period}: {unit}", period=one.submission.period.title, unit=one.unit.name)
        return say("{period}: {count} units", period=one.submission.period.title, count=len(self.lines))

    @property
    def address(self) -> str:
        one = self.first.submission
        if len(self.lines) == 1:
            return url_for("submissions.submission_submit", record_id=one.id)
        return url_for("submissions.grid", period_id=one.period_id, source=one.source)


def asked_together(lines: list[Line]) -> list[Ask]:
    """Reports of one period and source stand in one grid; a lone one has its own form."""
    found: dict[tuple[int, str], list[Line]] = {}
    for one in lines:
        found.setdefault((one.submission.period_id, one.submission.source), []).append(one)
    return [Ask(some) for some in found.values()]


def own_units() -> frozenset[int]:
    found: frozenset[int] = frozenset()
    for duty in (*REPORTERS, Duty.SIGN_LETTERS):
        found |= viewer().unit_ids_for(duty)
    return found


# --- one report ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One value in its three columns, with what helps to judge it."""

    field: Field
    columns: dict[str, Value]
    versions: int
    last: Value
    target: Any
    flags: tuple[Any, ...]
    typed: tuple[str, str] = ("", "given")
    error: Any = None

    @property
    def over(self) -> Any:
        """How much more was claimed than verified, as a sentence; nothing where they agree."""
        found = over_reporting(
            self.columns.get("claimed", MISSING).number, self.columns.get("verified", MISSING).number
        )
        if found is None or found.share == 0:
            return None
        if found.share is None:
            return say("claimed, and nothing of it found")
        percent = rounded(abs(found.share) * Fraction(100), 1, "half_up")
        if found.share > 0:
            return say("over-reported by {percent} %", percent=percent)
        return say("under-reported by {percent} %", percent=percent)


def cells(submission: Submission, typed: dict[str, tuple[str, str]] | None = None, errors: Any = None) -> list[Cell]:
    """The report's rows."""
    session = current_session()
    columns = {stage.value: queries.as_values(queries.latest(submission.values, stage)) for stage in Stage}
    counts: dict[str, int] = {}
    for row in submission.values:
        counts[row.value_code] = counts.get(row.value_code, 0) + 1
    targets = targets_on(session, submission.period.programme_id, submission.period.last_day).get(
        submission.unit_id, {}
    )
    before = queries.before(session, submission)
    flags = queries.flags_of(session, submission) if queries.checks(viewer()) else ()
    typed = typed if typed is not None else queries.typed(submission)
    found = []
    for field in queries.form_of(session, submission):
        target = targets.get(field.code)
        found.append(
            Cell(
                field,
                {stage: values[field.code] for stage, values in columns.items() if field.code in values},
                counts.get(field.code, 0),
                before.get(field.code, MISSING),
                target.amount_due(submission.period.last_day.month) if target else None,
                tuple(flag for flag in flags if flag.value_code == field.code),
                typed.get(field.code, ("", "given")),
                (errors or {}).get(field.code),
            )
        )
    return found


@pages.get("/<int:submission_id>")
@signed_in
def show(submission_id: int) -> str:
    session = current_session()
    one = access(Submission, submission_id)
    checks = queries.checks(viewer())
    flags = queries.flags_of(session, one) if checks else ()
    return render_template(
        "submissions/show.html",
        submission=one,
        unit=unit_views(session, {one.unit_id}, one.period.last_day)[one.unit_id],
        cells=cells(one),
        deadlines=queries.deadlines(session, one),
        extensions=extensions_about(session, ("submission", one.id)),
        offers=buttons(one),
        happened=timeline(session, one),
        general_flags=[flag for flag in flags if not flag.value_code],
        checks=checks,
        stages=list(Stage),
        written=written,
        kinds=KIND_WORDS,
        may_remove=SUBMISSION.available(session, one, current_act()),
        source=SOURCE_WORDS.get(one.source, ""),
        chains=queries.evidence_chains(one),
        looks=queries.looks_at(session, one),
        uses={file.sha256: proof.uses_elsewhere(session, one, file.sha256) for file in one.standing_evidence},
        names={field.code: field.name for field in queries.form_of(session, one)},
        ballots=panels.counted_for(session, one.id) if one.source == panels.SOURCE else None,
        mean=mean_text,
    )


KIND_WORDS = {kind.value: kind.label for kind in ValueKind}


@pages.get("/<int:submission_id>/receipt")
@signed_in
def receipt(submission_id: int) -> Response | str:
    one = access(Submission, submission_id)
    if not one.receipt:
        return redirect(url_for(".show", submission_id=one.id))
    session = current_session()
    known = queries.claimed(one)
    lacking = [
        field.name for field in queries.form_of(session, one) if known.get(field.code, MISSING).kind == "missing"
    ]
    return render_template(
        "submissions/receipt.html",
        submission=one,
        unit=unit_views(session, {one.unit_id}, one.period.last_day)[one.unit_id],
        lacking=lacking,
        deadlines=queries.deadlines(session, one),
    )


@pages.get("/<int:submission_id>/values/<code>")
@signed_in
def versions(submission_id: int, code: str) -> str:
    """Every version of one value, in all three columns."""
    one = access(Submission, submission_id)
    field = next((field for field in queries.form_of(current_session(), one) if field.code == code), None)
    if field is None:
        raise not_there()
    return render_template(
        "submissions/versions.html",
        submission=one,
        unit=unit_views(current_session(), {one.unit_id}, one.period.last_day)[one.unit_id],
        field=field,
        rows=queries.history(current_session(), one.id, code),
        stage_labels={stage.value: stage.label for stage in Stage},
        kinds=KIND_WORDS,
        address_of=address_of,
    )


HELPFUL = ("rate_not_derivable", "leap", "fell", "no_evidence", "evidence_reused")
"""What somebody may have mistyped or forgotten; what else calls a verifier is not for training on."""


@pages.get("/<int:submission_id>/answers")
@signed_in
def answers(submission_id: int) -> str:
    """Check your answers: what would be sent, and what is missing; nothing is sent before that."""
    session = current_session()
    one = access(Submission, submission_id)
    anothers = is_anothers(one, current_act())
    if anothers:
        raise NotPermitted(anothers)
    refused = may_report(session, one, current_act())
    if refused or one.state not in services.WITH_THE_UNIT:
        raise NotNow(refused or say("This report has been sent already; take it back before you send another."))
    row = grids.row_of(session, one, now())
    flags = queries.flags_of_many(session, one.period, [one], {one.id: row.values})[one.id]
    hints = [flag for flag in flags if flag.code in HELPFUL]
    return render_template(
        "submissions/answers.html",
        submission=one,
        row=row,
        before=queries.before(session, one),
        hints={code: [flag for flag in hints if flag.value_code == code] for code in row.asked},
        evidence={code: [file for file in one.standing_evidence if file.value_code == code] for code in row.asked},
        shown=typing.to_show([(one.id, row.cells)]),
        timeliness=timeliness_of(row.deadlines.on_time_until, None, now()),
        kinds=KIND_WORDS,
    )


# --- forms -----------------------------------------------------------------------------------------------------------


class GridForm(Form):
    """The report's own form: its fields follow from the scheme, so they are read from the request."""

    grid: list[Cell]
    stage = ""

    def typed(self) -> dict[str, tuple[str, str]]:
        return typing.typed_fields()

    @property
    def shown(self) -> str:
        """What the server holds, for the page to say later what it had shown."""
        return typing.to_show([(self.submission.id, queries.working_copy(self.submission))])

    def take_over(self, refusal: Refusal) -> None:
        super().take_over(refusal)
        self.grid = cells(self.submission, self.typed() or None, refusal.fields)

    submission: Any = None


def fill(form: Any, session: Any, submission: Submission) -> None:
    form.submission = submission
    form.grid = cells(submission, (form.typed() or None) if request.method == "POST" else None)


class ReasonGridForm(GridForm):
    reason = TextAreaField(N_("Reason"), [DataRequired(N_("Say why."))])


def fill_column(stage: Stage, *, first: bool) -> Any:
    """Fill the grid with a column for checking: empty (verify), or with what stands there so far (validate)."""

    def filled(form: Any, session: Any, submission: Submission) -> None:
        form.submission, form.stage = submission, stage.value
        if request.method == "POST":
            form.grid = cells(submission, form.typed())
            return
        known = (
            {**queries.claimed(submission), **queries.verified(submission), **queries.validated(submission)}
            if first
            else {}
        )
        form.grid = cells(
            submission,
            {code: ("" if value.number is None else written(value), value.kind.value) for code, value in known.items()},
        )

    return filled


def save_typed(session: Any, submission: Submission, act: Any, typed: Any) -> None:
    services.save_draft(session, submission, act, typed, seen_of(submission))


def seen_of(submission: Submission) -> Any:
    return typing.shown().get(submission.id, {}) if "shown" in request.form else None


def submit_typed(session: Any, submission: Submission, act: Any, typed: Any) -> None:
    """Send what is in the fields, or what the page of answers showed; what cannot be read is said at its field."""
    seen = seen_of(submission)
    if seen is None:
        values = services.read_draft(session, submission, typed)
    else:
        values = services.seen_whole(session, submission, act, typed, seen)
    services.submit(session, submission, act, values)


def verify_typed(session: Any, submission: Submission, act: Any, typed: Any) -> None:
    """An empty field is not verified; a value stands as claimed until somebody found another."""
    if request.form.get("as_claimed"):
        services.verify(session, submission, act, None)
        return
    values = read_found(session, submission, typed)
    if not values:
        raise Invalid(say("Nothing is entered. Enter what you found, or confirm everything as claimed."))
    services.verify(session, submission, act, values)


def validate_typed(session: Any, submission: Submission, act: Any, typed: Any) -> None:
    services.validate(session, submission, act, services.read_draft(session, submission, typed))


def correct_typed(session: Any, submission: Submission, act: Any, typed: Any) -> None:
    before = queries.validated(submission)
    values = services.read_draft(session, submission, typed)
    changed = {code: value for code, value in values.items() if before.get(code, MISSING) != value}
    if not changed:
        raise Invalid(say("Nothing is changed; correct a value first."))
    services.set_value(session, submission, act, changed)


def read_found(session: Any, submission: Submission, typed: Any) -> dict[str, Value]:
    entered = {code: cell for code, cell in typed.items() if cell[0] or cell[1] in ("not_applicable", "withheld")}
    values = services.read_draft(session, submission, entered)
    return {code: values[code] for code in entered if code in values}


def _typed(form: Any) -> dict[str, Any]:
    return {"typed": form.typed()}


def _receipt(record: Submission, _result: Any) -> str:
    return url_for("submissions.receipt", submission_id=record.id)


def _form_or_answers(record: Submission, _result: Any) -> str:
    """On to the answers, where that was pressed; else the form again."""
    if request.form.get("then") == "answers":
        return url_for("submissions.answers", submission_id=record.id)
    return url_for("submissions.submission_submit", record_id=record.id)


class ZeroForm(Form):
    reason = TextAreaField(
        N_("Reason"), [DataRequired(N_("Say why."))], description=N_("Name the decision and what it rests on.")
    )


acts(
    pages,
    Submission,
    SUBMISSION,
    {
        "submit": Action(
            submit_typed, GridForm, fill=fill, facts=_typed, goes_to=_receipt, template="submissions/report.html"
        ),
        "save_draft": Action(
            save_typed,
            GridForm,
            fill=fill,
            facts=_typed,
            goes_to=_form_or_answers,
            done=N_("The draft is saved. Nothing has been sent."),
            template="submissions/report.html",
        ),
        "withdraw": Action(services.withdraw),
        "attach_evidence": Action(proof.attach, proof.EvidenceForm, fill=proof.fill_values, prepare=proof.receive_file),
        "replace_evidence": Action(proof.replace, proof.ReplaceForm, fill=proof.fill_files, prepare=proof.receive_file),
        "remove_evidence": Action(proof.remove, proof.RemoveForm, fill=proof.fill_files),
        "endorse": Action(services.endorse),
        "verify": Action(
            verify_typed,
            GridForm,
            fill=fill_column(Stage.VERIFIED, first=False),
            facts=_typed,
            template="submissions/check.html",
        ),
        "validate": Action(
            validate_typed,
            GridForm,
            fill=fill_column(Stage.VALIDATED, first=True),
            facts=_typed,
            template="submissions/check.html",
        ),
        "set_value": Action(
            correct_typed,
            ReasonGridForm,
            fill=fill_column(Stage.VALIDATED, first=True),
            facts=_typed,
            template="submissions/check.html",
        ),
        "return_submission": Action(services.return_submission),
        "zero_by_decision": Action(services.zero_by_decision, ZeroForm),
    },
)


@pages.post("/<int:submission_id>/autosave")
@signed_in
def autosave(submission_id: int) -> Response:
    """Keep what is being typed; the page tells when it was kept, and what somebody else was faster with."""
    one = access(Submission, submission_id)
    overtaken = services.autosave(current_session(), one, current_act(), typing.typed_fields(), seen_of(one))
    return jsonify(typing.saved([(one, overtaken)]))


# --- many at once ----------------------------------------------------------------------------------------------------


def _of(period_id: int, *states: str) -> list[Submission]:
    some = can_be_checked(queries.of_period(current_session(), access(Period, period_id).id), *states)
    return [one for one in some if queries.may_see(current_session(), one, viewer())]


@pages.post("/periods/<int:period_id>/validate_many")
@holding(Duty.SET_VALUES)
def validate_many(period_id: int) -> Response:
    """Every report that was sent: verified values where there are any, else as claimed."""
    some = _of(period_id, "submitted", "endorsed", "verified")
    services.validate_many(current_session(), current_act(), some)
    flash(_("{n} reports were validated.", n=len(some)))
    return redirect(url_for(".index", period=period_id), 303)


@pages.post("/periods/<int:period_id>/verify_many")
@holding(Duty.VERIFY)
def verify_many(period_id: int) -> Response:
    some = _of(period_id, "submitted", "endorsed")
    services.verify_many(current_session(), current_act(), dict.fromkeys(some))
    flash(_("{n} reports were verified as claimed.", n=len(some)))
    return redirect(url_for(".index", period=period_id), 303)


# --- files -----------------------------------------------------------------------------------------------------------


@pages.get("/evidence/<int:evidence_id>")
@signed_in
def evidence(evidence_id: int) -> Response:
    """The file's own bytes, to keep."""
    one = access(Evidence, evidence_id)
    return uploads.send(one.sha256, one.name, one.mime)  # type: ignore[no-any-return]


@pages.get("/<int:submission_id>/template.<kind>")
@signed_in
def template(submission_id: int, kind: str) -> Response:
    """The sheet to fill in and send back, with what is known already."""
    one = access(Submission, submission_id)
    row = grids.row_of(current_session(), one, now())
    return sheet(one.period, row.fields, [row], kind, f"{one.period.code}-{one.id}")


def sheet(period: Period, fields: Any, rows: Any, kind: str, name: str) -> Response:
    columns, lines = files.template(period, fields, rows, language())
    if kind == "xlsx":
        return download(write_xlsx(columns, lines, period.code), f"{name}.xlsx", XLSX)
    return download(b"\xef\xbb\xbf" + write_csv(columns, lines), f"{name}.csv", "text/csv")

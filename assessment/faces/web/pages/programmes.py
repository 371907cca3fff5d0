"""Programmes: what is assessed, by which scheme, with which letters, in which periods."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, Regexp, ValidationError

from assessment.cycles import services as cycles
from assessment.faces.web.kit import (
    Action,
    Column,
    Form,
    Listing,
    Waiting,
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
    label,
    language,
    now,
    paged,
    prepared,
    prepares,
    scope,
    search,
    signed_in,
    stripped,
    timeline,
    viewer,
    waiting,
)
from assessment.faces.web.kit.lists import A_PAGE
from assessment.faces.web.kit.scopes import may_see_kind
from assessment.faces.web.pages import uploads
from assessment.foundation.errors import Invalid, NotPermitted, Refusal
from assessment.foundation.exact import canonical, parse_decimal
from assessment.foundation.i18n import N_, Label, Sentence, local_day, reading_zone, say
from assessment.foundation.tables import write_csv
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views, units_on
from assessment.organisations.trees import tree_on
from assessment.programmes import letter_lists, queries, sentences, services
from assessment.programmes.files import (
    LETTER_EXPORT,
    SchemeFile,
    import_letters,
    import_scheme,
    letter_rows,
    read_scheme_file,
)
from assessment.programmes.models import (
    AmendmentGround,
    Letter,
    LetterMatter,
    LetterProposal,
    LetterState,
    MatterOutcome,
    Programme,
    ProposalOutcome,
    SchemeState,
    SchemeVersion,
)
from assessment.programmes.papers import LetterPaper, render_letter
from assessment.programmes.process import LETTER, SCHEME_VERSION
from assessment.programmes.rule_sentences import rule
from assessment.programmes.rules.faults import SchemeFaults
from assessment.programmes.services import Change
from assessment.remediation.models import Task

pages = Blueprint("programmes", __name__, url_prefix="/programmes")
COUNTED_IN = (
    N_("camera"), N_("case"), N_("centre"), N_("day"), N_("factor"), N_("method"), N_("occasion"), N_("percent"),
    N_("person"), N_("system"), N_("task"),
)  # fmt: skip
"""What the schemes that come along count in; another scheme's words stand as they were written."""

address("programme", "programmes.show", "programme_id", N_("Programme"))
address("scheme_version", "programmes.scheme", "version_id", N_("Scheme"))
address("letter", "programmes.letter", "letter_id", N_("Letter"))

scope(Programme, queries.may_see_programme)
scope(SchemeVersion, queries.may_see_version)
scope(Letter, queries.may_see_letter)
act_word("found_programme", N_("Programme set up"))
act_word("plan_periods", N_("Periods planned"))
act_word("move_period", N_("Period moved"))


def today() -> date:
    return local_day(now())


# --- programmes ------------------------------------------------------------------------------------------------------


@pages.get("")
@signed_in
def index() -> Response | str:
    session = current_session()
    some = queries.programmes(session)
    in_force = {one.id: queries.version_in_force(session, one.id) for one in some}
    return render_template(
        "programmes/index.html", programmes=some, in_force=in_force, may_import=viewer().holds(Duty.PLAN_CYCLES)
    )


@pages.get("/<int:programme_id>")
@signed_in
def show(programme_id: int) -> str:
    session = current_session()
    programme = access(Programme, programme_id)
    version = queries.version_in_force(session, programme.id)
    return render_template(
        "programmes/show.html",
        programme=programme,
        version=version,
        scheme=queries.read_scheme(version) if version else None,
        versions=[
            one for one in queries.versions(session, programme.id) if queries.may_see_version(session, one, viewer())
        ],
        periods=queries.periods(session, programme.id),
        letters=letter_lists.counts(session, programme.id, letter_lists.seen(viewer())),
        without=queries.units_without_letter(session, programme.id, today()) if sees_all(programme) else [],
        may_plan=viewer().holds(Duty.PLAN_CYCLES, programme.unit_id),
        years=years_to_look_at(programme) if sees_all(programme) else [],
        today=today(),
    )


def years_to_look_at(programme: Programme) -> list[int]:
    """The years that began from another one, and the next."""
    every = [queries.read_scheme(one).periods for one in queries.versions(current_session(), programme.id)
             if one.state in (SchemeState.IN_FORCE, SchemeState.SUPERSEDED)]  # fmt: skip
    known = sorted({one.from_.year for one in every if one is not None})
    return [*known[1:], known[-1] + 1] if known else []


def sees_all(programme: Programme) -> bool:
    return any(viewer().holds(duty, programme.unit_id) for duty in queries.MAKERS)


def visible_letters(programme: Programme) -> list[Letter]:
    session = current_session()
    some = queries.letters(session, programme.id, with_targets=False)
    return [one for one in some if queries.may_see_letter(session, one, viewer())]


# --- schemes ---------------------------------------------------------------------------------------------------------


@pages.get("/schemes/<int:version_id>")
@signed_in
def scheme(version_id: int) -> str:
    session = current_session()
    version = access(SchemeVersion, version_id)
    read, faults = None, []
    try:
        read = queries.read_scheme(version)
    except SchemeFaults as found:
        faults = [queries.fault_sentence(fault) for fault in found.faults]
    return render_template(
        "programmes/scheme.html",
        version=version,
        scheme=read,
        faults=faults,
        offers=buttons(version),
        happened=timeline(session, version),
        **read_aloud(read),
    )


def read_aloud(scheme: Any) -> dict[str, Any]:
    """The scheme in sentences, as the page draws it."""
    if scheme is None:
        return {}
    return {
        "parts": sentences.parts(scheme),
        "count": len(scheme.items),
        "points_of": sentences.points,
        "rule_of": lambda item: rule(item, scheme),
        "levels": list(sentences.levels(scheme)),
        "limits": list(sentences.limits(scheme)),
        "extras": [*sentences.year(scheme), *sentences.changes(scheme), *sentences.extras(scheme)],
        "values": list(scheme.values.items()),
        "source_of": sentences.source,
    }


@pages.get("/schemes/<int:version_id>/source")
@signed_in
def source(version_id: int) -> Response:
    version = access(SchemeVersion, version_id)
    name = f"{version.programme.code}-{version.number}.scheme.yaml"
    return download(version.source.encode("utf-8"), name, "text/plain")


class ReviseForm(Form):
    source = TextAreaField(N_("The scheme file"), [DataRequired(N_("The text is empty.")), Length(max=1_000_000)])


class FromPeriodForm(Form):
    from_period = StringField(
        N_("From which period"),
        [Regexp(r"^[12][0-9]{3}(-(0[1-9]|1[0-2]|Q[1-4]))?$", message=N_("Write it as 2012-01, 2012-Q1 or 2012."))],
        [stripped],
    )


def _first_period(form: Any, session: Any, version: SchemeVersion) -> None:
    if request.method == "GET":
        periods = queries.read_scheme(version).periods
        form.from_period.data = str(periods.from_) if periods else str(today().year)


def _source(form: Any, session: Any, version: SchemeVersion) -> None:
    if request.method == "GET":
        form.source.data = version.source


acts(
    pages,
    SchemeVersion,
    SCHEME_VERSION,
    {
        "approve_scheme": Action(
            services.approve_scheme,
            explain=lambda session, one: say("You approve exactly the text with the hash {hash}.", hash=one.sha256),
        ),
        "check": Action(services.check),
        "submit": Action(
            services.submit,
            explain=lambda session, one: say("From here on the text is sealed by the hash {hash}.", hash=one.sha256),
        ),
        "return_scheme": Action(services.return_scheme),
        "bring_into_force": Action(services.bring_into_force, FromPeriodForm, fill=_first_period),
        "revise": Action(services.revise, ReviseForm, fill=_source, template="programmes/revise.html"),
        "supersede": Action(services.supersede),
    },
    path="/schemes/<int:record_id>",
)


class FileForm(Form):
    file = FileField(N_("File"), [FileRequired(N_("Choose a file."))])


def scheme_sent() -> SchemeFile | Refusal | None:
    """The scheme in the file that was sent; a refusal where it has faults."""
    file = request.files.get("file")
    if request.method != "POST" or file is None or not file.filename:
        return None
    try:
        return read_scheme_file(file.read())
    except Refusal as refusal:
        return refusal


@pages.route("/write_scheme", methods=["GET", "POST"])
@prepares(scheme_sent)
@holding(Duty.PLAN_CYCLES)
def write_scheme() -> Response | str | tuple[str, int]:
    """A scheme file becomes a draft, with its programme if that is new."""
    form = FileForm()
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate():
        try:
            scheme = prepared()
            if isinstance(scheme, Refusal):
                raise scheme
            import_scheme(current_session(), current_act(), scheme, unit_id=authority())
            flash(_("The scheme is taken in as a draft."))
            return redirect(url_for(".index"), 303)
        except Refusal as found:
            refusal = found
    page = render_template(
        "programmes/import.html",
        form=form,
        refusal=refusal,
        back=url_for(".index"),
        heading=_("Write a scheme"),
        text=_("A YAML file in UTF-8. It is checked whole; nothing is taken from a file with a fault."),
    )
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


def authority() -> int:
    """The topmost unit for which the viewer plans cycles."""
    reach = viewer().unit_ids_for(Duty.PLAN_CYCLES)
    units = units_on(current_session(), today())
    tops = [one for one in units.values() if one.id in reach and one.parent_id not in reach]
    return min(tops, key=lambda unit: unit.code).id


# --- periods ---------------------------------------------------------------------------------------------------------


@pages.post("/<int:programme_id>/plan_periods")
@holding(Duty.PLAN_CYCLES)
def plan_periods(programme_id: int) -> Response:
    programme = access(Programme, programme_id)
    version = queries.version_in_force(current_session(), programme.id)
    if version is not None:
        planned = cycles.plan(current_session(), version, current_act())
        flash(_("{n} periods were planned.", n=len(planned)))
    return redirect(url_for(".show", programme_id=programme.id), 303)


# --- letters ---------------------------------------------------------------------------------------------------------


@pages.get("/<int:programme_id>/letters")
@signed_in
def letters(programme_id: int) -> Response | str:
    session = current_session()
    programme = access(Programme, programme_id)
    seen = letter_lists.seen(viewer())
    counts = letter_lists.counts(session, programme.id, seen)
    codes = queries.cascaded_codes(session, programme.id)
    code = request.args.get("value", "")
    code = code if code in codes else next(iter(codes), "")
    cascade = queries.cascade_map(session, programme, today(), code) if code else []
    return letters_found(programme, seen, counts.every).answer(
        "programmes/letters.html",
        programme=programme,
        map=cascade,
        codes=codes,
        code=code,
        words=LETTER.words,
        negotiated=letter_lists.negotiated(session, programme.id, seen),
        is_seen=is_seen,
        is_short=size(cascade) <= A_PAGE,
        opened=opened(),
        may_plan=viewer().holds(Duty.PLAN_CYCLES, programme.unit_id),
        names=value_names(programme),
        drafted=counts.to_offer,
        signed=counts.to_countersign,
        may_approve=viewer().holds(Duty.APPROVE, programme.unit_id),
        signed_count=counts.in_force + counts.signed,
        count=counts.every,
    )


def letters_found(programme: Programme, seen: Any, every: int) -> Listing:
    session = current_session()
    units: dict[int, Any] = {}
    filters = [
        choice("state", N_("State"), lambda one: one.state, [(one.value, LETTER.words[one]) for one in LetterState]),
        search(lambda one: units[one.unit_id].name, lambda one: one.number),
    ]
    wanted = letter_lists.Wanted(programme.id, seen, *(one.chosen for one in filters))

    def read(sort: str, limit: int | None, offset: int) -> list[letter_lists.LetterLine]:
        lines = wanted.read(session, sort, limit, offset)
        units.update(unit_views(session, {one.unit_id for one in lines}, today()))
        return lines

    columns = [
        Column("number", N_("Number"), lambda one: one.number, link=lambda one: address_of("letter", one.id),
               is_head=True),
        Column("unit", N_("Unit"), lambda one: units[one.unit_id].name),
        Column("version", N_("Version"), lambda one: one.version_number, is_number=True, is_minor=True),
        Column("from", N_("In effect from"), lambda one: one.effective_from, is_minor=True),
        Column("state", N_("State"), lambda one: LETTER.word(one.state)),
    ]  # fmt: skip
    left = wanted.count(session) if wanted.state or wanted.words else every
    return paged("letters", read, (left, every), columns, filters)


def is_seen(unit_id: int, state: str) -> bool:
    """``queries.may_see_letter`` for a line of the map."""
    duties = queries.MAKERS if state == LetterState.DRAFTED else (*queries.MAKERS, *queries.LOCALITY)
    return any(viewer().holds(duty, unit_id) for duty in duties)


def size(nodes: Sequence[queries.CascadeNode]) -> int:
    return sum(1 + size(one.children) for one in nodes)


def opened() -> frozenset[int]:
    """The unit whose lines are asked for, and those above it."""
    asked = request.args.get("open", "")
    unit_id = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None
    return frozenset(one.id for one in tree_on(current_session(), today()).path(unit_id))


def value_names(programme: Programme) -> dict[str, Any]:
    version = queries.version_in_force(current_session(), programme.id)
    return dict(queries.read_scheme(version).values) if version else {}


@pages.get("/<int:programme_id>/letters/targets.csv")
@signed_in
def targets(programme_id: int) -> Response:
    programme = access(Programme, programme_id)
    seen = {one.unit_id for one in visible_letters(programme)}
    units = unit_views(current_session(), seen, today())
    rows = letter_rows(current_session(), programme.id, {one: view.code for one, view in units.items()})
    mine = [row for row in rows if row[0] in {view.code for view in units.values()}]
    return download(b"\xef\xbb\xbf" + write_csv(LETTER_EXPORT, mine), "letters.csv", "text/csv")  # type: ignore[arg-type]


@pages.route("/<int:programme_id>/letters/draft_letters", methods=["GET", "POST"])
@prepares(lambda programme_id: uploads.read_sheet())
@holding(Duty.PLAN_CYCLES)
def draft_letters(programme_id: int) -> Response | str | tuple[str, int]:
    """A table of targets becomes letters, all or none."""
    programme = access(Programme, programme_id)
    version = queries.version_in_force(current_session(), programme.id)
    form = FileForm()
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate() and version is not None:
        try:
            sheet = prepared()
            if isinstance(sheet, Refusal):
                raise sheet
            found = import_letters(current_session(), current_act(), version, *sheet)
            flash(_("{new} letters were drafted, {same} were there already.", new=found.new, same=found.same))
            return redirect(url_for(".letters", programme_id=programme.id), 303)
        except Refusal as fault:
            refusal = fault
    page = render_template(
        "programmes/import.html",
        form=form,
        refusal=refusal,
        back=url_for(".letters", programme_id=programme.id),
        heading=_("Draft letters"),
        text=_("CSV or XLSX: columns unit, value, target and, for a schedule, month. One fault, and nothing is taken."),
    )
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


@pages.post("/<int:programme_id>/letters/offer_all")
@holding(Duty.PLAN_CYCLES)
def offer_all(programme_id: int) -> Response:
    programme = access(Programme, programme_id)
    some = [one for one in visible_letters(programme) if one.state == LetterState.DRAFTED and not one.is_amendment]
    services.offer_all(current_session(), some, current_act())
    flash(_("{n} letters were offered.", n=len(some)))
    return redirect(url_for(".letters", programme_id=programme.id), 303)


@pages.post("/<int:programme_id>/letters/countersign_all")
@holding(Duty.APPROVE)
def countersign_all(programme_id: int) -> Response:
    programme = access(Programme, programme_id)
    some = [one for one in visible_letters(programme) if one.state == LetterState.SIGNED]
    services.countersign_all(current_session(), some, current_act())
    flash(_("{n} letters were countersigned.", n=len(some)))
    return redirect(url_for(".letters", programme_id=programme.id), 303)


@pages.get("/letters/<int:letter_id>")
@signed_in
def letter(letter_id: int) -> str:
    session = current_session()
    one = access(Letter, letter_id)
    version = session.get_one(SchemeVersion, one.scheme_version_id)
    others = [other for other in queries.letters(session, one.programme_id, [one.unit_id]) if other.id != one.id]
    names = queries.read_scheme(version).values
    return render_template(
        "programmes/letter.html",
        letter=one,
        unit=unit_views(session, {one.unit_id}, today())[one.unit_id],
        names=names,
        version=version,
        offers=buttons(one),
        happened=timeline(session, one),
        table=target_table(one),
        ground=Label(AmendmentGround(one.ground).label) if one.ground else None,
        others=[other for other in others if queries.may_see_letter(session, other, viewer())],
        may_amend=may_amend(one),
        proposals=one.proposals[::-1],
        outcome=lambda proposal: Label(ProposalOutcome(proposal.outcome).label),
        terms={target.value_code: target.number for target in one.targets if target.month is None},
        matters=[Matter.of(session, each) for each in one.matters],
    )


@dataclass(frozen=True)
class Matter:
    """Key remediation as the letter's page shows it: what was decided, and how far its task is today."""

    row: LetterMatter
    outcome: Label
    address: str
    task: Task | None

    @classmethod
    def of(cls, session: Any, row: LetterMatter) -> Matter:
        seen = may_see_kind(row.origin_kind, row.origin_id)
        task = session.get(Task, int(row.origin_id)) if seen and row.origin_kind == Task.__tablename__ else None
        address = address_of(row.origin_kind, row.origin_id) if seen else ""
        return cls(row, Label(MatterOutcome(row.outcome).label), address, task)


@pages.get("/letters/<int:letter_id>.pdf")
@signed_in
def letter_pdf(letter_id: int) -> Response:
    """The letter as it is signed by hand."""
    one = access(Letter, letter_id)
    paper = queries.letter_paper(current_session(), one)
    day = (one.countersigned_at or one.offered_at or now()).astimezone(reading_zone()).date()
    content = render_letter(LetterPaper(**paper), language(), day)
    return download(content, f"letter-{one.id}-{language()}.pdf", "application/pdf", is_inline=True)


def may_amend(letter: Letter) -> bool:
    return letter.state == LetterState.IN_FORCE and LETTER.may_open("amend", viewer(), letter.unit_id)


def target_table(letter: Letter) -> list[tuple[str, Decimal | None, dict[int, Decimal]]]:
    """(value code, target of the term, schedule by month), in the order of the letter."""
    codes = dict.fromkeys(one.value_code for one in letter.targets)
    terms = {one.value_code: one.number for one in letter.targets if one.month is None}
    months: dict[str, dict[int, Decimal]] = {code: {} for code in codes}
    for one in letter.targets:
        if one.month is not None:
            months[one.value_code][one.month] = one.number
    return [(code, terms.get(code), months[code]) for code in codes]


LINE = re.compile(r"^\s*([^\s,=]+)\s*(?:[\s,=]\s*([0-9]{1,2}))?\s*=\s*(\S+)\s*$")


def read_targets(text: str) -> tuple[dict[str, Decimal], dict[str, dict[int, Decimal]]]:
    """``cameras = 120`` for the term, ``cameras 6 = 60`` for June; a ValueError names the line."""
    terms: dict[str, Decimal] = {}
    schedules: dict[str, dict[int, Decimal]] = {}
    for line in filter(str.strip, text.splitlines()):
        found = LINE.match(line)
        if found is None or (found[2] and not 1 <= int(found[2]) <= 12):
            raise ValueError(line)
        try:
            number = parse_decimal(found[3])
        except ValueError:
            raise ValueError(line) from None
        if found[2]:
            schedules.setdefault(found[1], {})[int(found[2])] = number
        else:
            terms[found[1]] = number
    return terms, schedules


def _readable(form: Any, field: Any) -> None:
    try:
        read_targets(field.data or "")
    except ValueError as fault:
        raise ValidationError(
            N_("A line is not a target; write “cameras = 120”, or “cameras 6 = 60” for June.")
        ) from fault


class TargetsForm(Form):
    targets = TextAreaField(
        N_("Targets"),
        [DataRequired(N_("Name at least one target.")), _readable],
        description=N_("One a line: the value’s code, for a schedule the month, then = and the number."),
    )


class AmendForm(TargetsForm):
    ground = SelectField(N_("Ground"), choices=[SelectChoice(one.value, "") for one in AmendmentGround])
    evidence = TextAreaField(
        N_("Evidence"), [DataRequired(N_("Name the document that shows the ground for the change."))]
    )
    effective_from = DateField(N_("Takes effect on"), [DataRequired(N_("Say from which day."))])

    def change(self) -> Change:
        terms, schedules = read_targets(self.targets.data or "")
        return Change(
            AmendmentGround(self.ground.data), self.evidence.data or "", self.effective_from.data, terms, schedules
        )


def _current_targets(form: Any, session: Any, letter: Letter) -> None:
    if isinstance(form, AmendForm):
        form.ground.choices = [SelectChoice(one.value, label(one.label)) for one in AmendmentGround]
    if request.method == "GET":
        form.targets.data = "\n".join(
            f"{one.value_code}{f' {one.month}' if one.month else ''} = {canonical(one.number)}"
            for one in letter.targets
        )


def _target_facts(form: Any) -> dict[str, Any]:
    terms, schedules = read_targets(form.targets.data or "")
    return {"targets": terms, "schedules": schedules}


class ProposalForm(Form):
    """One field a target: they follow from the letter, so they are read from the request."""

    terms: list[tuple[str, str]]
    reason = TextAreaField(
        N_("Reason"), [DataRequired(N_("Say why these targets, and not those offered."))],
        description=N_("Name what you rest it on: capacity, last year’s figures, a change of plan."),
    )  # fmt: skip


def _terms(form: Any, session: Any, letter: Letter) -> None:
    typed = {name.removeprefix("target-"): text for name, text in request.form.items() if name.startswith("target-")}
    terms = [one for one in letter.targets if one.month is None]
    form.terms = [(one.value_code, typed.get(one.value_code, canonical(one.number))) for one in terms]


def propose(session: Any, letter: Letter, act: Any) -> None:
    """What is in the fields; a fault is said for the first that cannot be read."""
    targets = {}
    for name, text in request.form.items():
        if name.startswith("target-"):
            try:
                targets[name.removeprefix("target-")] = parse_decimal(text.strip())
            except ValueError:
                against = say("“{text}” is not a number; write digits with a point for decimals.", text=text[:40])
                raise Invalid(against) from None
    services.propose_targets(session, letter, act, targets=targets)


class MattersForm(Form):
    """Key remediation of a draft: what is ticked stands in the letter."""

    taken_in = SelectMultipleField(N_("Taken into the letter"), coerce=int, choices=[])
    reason = TextAreaField(
        N_("Reason"), [Length(max=4000)], [stripped],
        description=N_("Needed where something is left out; it is not proposed for this letter again."),
    )  # fmt: skip


def _matters(form: Any, session: Any, letter: Letter) -> None:
    form.taken_in.choices = [
        (one.id, f"{one.number} {one.title.in_language(language())} ({one.why.in_language(language())})")
        for one in letter.undecided_matters
    ]
    if request.method == "GET":
        form.taken_in.data = [one.id for one in letter.undecided_matters]


acts(
    pages,
    Letter,
    LETTER,
    {
        "settle_matters": Action(
            services.settle_matters, MattersForm, fill=_matters,
            explain=lambda session, one: say(
                "These tasks are open and grave. Taken in, they bind the unit as targets do; the tasks keep their "
                "deadlines."
            ),
        ),
        "offer": Action(services.offer),
        "set_targets": Action(services.set_targets, TargetsForm, fill=_current_targets, facts=_target_facts),
        "withdraw_offer": Action(services.withdraw_offer),
        "propose_targets": Action(
            propose, ProposalForm, fill=_terms, template="programmes/propose.html",
            done=N_("Your proposal lies before the office. The offer stands until it has answered."),
        ),
        "take_back_proposal": Action(services.take_back_proposal),
        "accept_proposal": Action(
            services.accept_proposal,
            explain=lambda session, one: say("The draft takes over the proposed targets; then offer it again."),
        ),
        "decline_proposal": Action(services.decline_proposal),
        "sign": Action(
            services.sign,
            explain=lambda session, one: say(
                "You sign for the locality; {count} targets bind it until {day}.",
                count=len(one.targets),
                day=one.term_to,
            ),
        ),
        "countersign": Action(
            services.countersign,
            explain=lambda session, one: say("You sign for the authority; with it the letter is in force."),
        ),
        "approve_amendment": Action(services.approve_amendment),
        "end_letter": Action(services.end_letter),
    },
    path="/letters/<int:record_id>",
)


@pages.route("/letters/<int:letter_id>/amend", methods=["GET", "POST"])
@signed_in
def amend(letter_id: int) -> Response | str | tuple[str, int]:
    """A new version on one of the three grounds; it waits for the level that set the target."""
    one = access(Letter, letter_id)
    if not LETTER.may_open("amend", viewer(), one.unit_id):
        raise NotPermitted(say("You do not hold the duty for “{action}” here.", action=Label(N_("Amend the letter"))))
    form = AmendForm()
    _current_targets(form, current_session(), one)
    refusal: Refusal | None = None
    if request.method == "POST" and form.validate():
        try:
            made = services.amend(current_session(), one, current_act(), form.change())
            return redirect(url_for(".letter", letter_id=made.id), 303)
        except Refusal as fault:
            refusal = fault
            form.take_over(fault)
    page = render_template("programmes/amend.html", form=form, refusal=refusal, letter=one)
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


# --- what waits ------------------------------------------------------------------------------------------------------


@waiting
def to_sign(session: Any, officer: Any, at: Any) -> list[Waiting]:
    """Letters to be signed, schemes and amendments to be decided."""
    found: list[Waiting] = []
    signs, approves = officer.unit_ids_for(Duty.SIGN_LETTERS), officer.unit_ids_for(Duty.APPROVE)
    if signs or approves:
        found += _letters_waiting(session, signs, approves)
    if approves:
        found += _schemes_waiting(session, officer)
    plans = officer.unit_ids_for(Duty.PLAN_CYCLES)
    if plans:
        found += _proposals_waiting(session, plans)
    return found


def _proposals_waiting(session: Any, plans: frozenset[int]) -> list[Waiting]:
    query = select(Letter).join(LetterProposal).where(LetterProposal.outcome == ProposalOutcome.OPEN.value)
    return [
        Waiting(
            say("Other targets proposed: letter {number}", number=one.number),
            say("Accept or decline them with a reason; until then nobody signs."),
            None,
            url_for("programmes.letter", letter_id=one.id),
            Label(N_("Answer")),
        )
        for one in session.scalars(query.order_by(Letter.id))
        if one.unit_id in plans
    ]


def _letters_waiting(session: Any, signs: frozenset[int], approves: frozenset[int]) -> list[Waiting]:
    some = session.scalars(select(Letter).where(Letter.state.in_(("offered", "signed", "drafted"))).order_by(Letter.id))
    mine = [one for one in some if one.state == LetterState.OFFERED and one.unit_id in signs][:20]
    found = [
        Waiting(
            say("Sign the responsibility letter {number}", number=one.number),
            say("It was offered on {moment}; with your signature it goes to the leader.", moment=one.offered_at),
            None,
            url_for("programmes.letter", letter_id=one.id),
            Label(N_("Read and sign")),
        )
        for one in mine
    ]
    if approves:
        query = select(Letter).where(
            (Letter.state == "signed") | ((Letter.state == "drafted") & Letter.amends_id.is_not(None))
        )
        waiting_for = [one for one in session.scalars(query) if one.unit_id in approves]
        if waiting_for:
            first = waiting_for[0]
            sentence: Sentence = say("Signed by the localities, or amended by the office; they wait for you.")
            found.append(
                Waiting(
                    say("{count} letters to countersign or approve", count=len(waiting_for)),
                    sentence,
                    None,
                    url_for("programmes.letters", programme_id=first.programme_id),
                    Label(N_("Look at them")),
                )
            )
    return found


def _schemes_waiting(session: Any, officer: Any) -> list[Waiting]:
    some = session.scalars(select(SchemeVersion).where(SchemeVersion.state == SchemeState.SUBMITTED))
    return [
        Waiting(
            say("Approve or return the scheme {number}", number=one.number),
            say("Submitted on {moment}.", moment=one.submitted_at),
            None,
            url_for("programmes.scheme", version_id=one.id),
            Label(N_("Read the scheme")),
        )
        for one in some
        if officer.holds(Duty.APPROVE, one.programme.unit_id)
    ]

"""Reads of what was reported: fields asked for, values in three columns, timeliness, flags, and what scoring takes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from assessment.delivery.queries import extensions_until
from assessment.foundation.actors import Actor
from assessment.foundation.audit import RELIED_ON, AuditRef, AuditRow
from assessment.foundation.i18n import NOTHING, Bilingual, InZone, Sentence, say
from assessment.foundation.sql import among
from assessment.organisations.duties import Duty
from assessment.organisations.queries import UnitView, subtree_ids, unit_views
from assessment.programmes.models import NOT_SERVED, Period, PeriodState
from assessment.programmes.queries import AssessedUnit, assessed_units, scheme, targets_on
from assessment.programmes.rules.scheme import Scheme
from assessment.submissions.drafts import Cell, Typed, of_values
from assessment.submissions.models import UNIT, Evidence, Submission, SubmissionState, SubmissionValue
from assessment.submissions.rules import (
    MISSING,
    Flag,
    Looked,
    Stage,
    Timeliness,
    Value,
    ValueKind,
    days_late,
    flags,
    missing_codes,
    rolled_up,
    rolled_up_rate,
    timeliness_of,
)

SOURCES = {UNIT: "submission"}
"""A submission's source -> what the scheme calls it; providers and panels bear the scheme's own word."""


# --- what is asked ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """One value that a source reports."""

    code: str
    name: Bilingual
    unit: str
    kind: str
    evidence: str
    of: tuple[str, str] | None = None
    is_own: bool = False
    endorsed: bool = False


def fields_of(rules: Scheme, source: str, *, is_leaf: bool = True) -> tuple[Field, ...]:
    """What a source reports under a scheme, in the order of the file; the counts of a rate stand before it.

    Only leaf bodies report everything: above them only what the scheme marks ``own``, the rest is rolled up.
    """
    found: dict[str, Field] = {}
    for code in _codes(rules):
        value = rules.values.get(code)
        if (value.from_ if value else "submission") != SOURCES.get(source, source):
            continue
        for part in (value.of or ()) if value else ():
            if part not in rules.values:
                found.setdefault(part, Field(part, Bilingual("", part), "", "count", "optional"))
        found[code] = _field(rules, code)
    if is_leaf:
        return tuple(found.values())
    return tuple(field for field in found.values() if field.is_own)


def _codes(rules: Scheme) -> dict[str, None]:
    codes = dict.fromkeys(rules.values)
    for item in rules.items:
        codes.update(dict.fromkeys(rules.inputs(item)))
    return codes


def _field(rules: Scheme, code: str) -> Field:
    value = rules.values.get(code)
    if value is None:
        item = next(item for item in rules.items if code in rules.inputs(item))
        name = Bilingual(item.zh, item.en) if item.code == code else Bilingual("", code)
        return Field(code, name, "", "", "optional")
    name = Bilingual(value.zh, value.en or code)
    return Field(
        code, name, value.unit, value.kind or "", value.evidence, value.of, value.own, value.endorsed_by == "parent"
    )


def sources_of(rules: Scheme) -> tuple[str, ...]:
    """Who reports under a scheme: the unit itself, and providers or panels where it names any."""
    used = {value.from_ for value in rules.values.values()}
    own = () if rules.values and "submission" not in used else (UNIT,)
    return own + tuple(word for word in ("provider", "panel") if word in used)


def form_of(session: Session, submission: Submission) -> tuple[Field, ...]:
    """What a report asks for; a version of a scheme never changes once reports are asked for by it."""
    rules = scheme(session, submission.period.scheme_version_id)
    forms: dict[tuple[int, str], tuple[Field, ...]] = session.info.setdefault("forms", {})
    key = (submission.period.scheme_version_id, submission.source)
    whole = forms.get(key) or forms.setdefault(key, fields_of(rules, submission.source))
    if not any(field.is_own for field in whole):
        return whole
    leaf = {one.unit_id: one.is_leaf for one in assessed_units(session, submission.period)}
    return fields_of(rules, submission.source, is_leaf=leaf.get(submission.unit_id, True))


# --- the three columns -----------------------------------------------------------------------------------------------


def latest(rows: Iterable[SubmissionValue], stage: Stage) -> dict[str, SubmissionValue]:
    """The newest version of each value in a column."""
    found: dict[str, SubmissionValue] = {}
    for row in rows:
        if row.stage == stage and (
            row.value_code not in found or row.version_number > found[row.value_code].version_number
        ):
            found[row.value_code] = row
    return found


def as_values(rows: Mapping[str, SubmissionValue]) -> dict[str, Value]:
    return {code: Value(row.number, ValueKind(row.kind)) for code, row in rows.items()}


def claimed(submission: Submission) -> dict[str, Value]:
    return as_values(latest(submission.values, Stage.CLAIMED))


Versions = Mapping[str, tuple[int, Value]]
"""value code -> the newest version's number, and what it says."""


def claimed_versions(session: Session, submissions: Iterable[Submission]) -> dict[int, dict[str, tuple[int, Value]]]:
    """The newest claims of many reports; of those alone that were ever sent."""
    return newest_versions(session, [one for one in submissions if one.receipts], Stage.CLAIMED)


def newest_versions(
    session: Session, submissions: Iterable[Submission], stage: Stage
) -> dict[int, dict[str, tuple[int, Value]]]:
    """submission id -> the newest version of each value in one column, read as columns: a country's are many."""
    V = SubmissionValue  # noqa: N806 - its columns, not its records
    wanted = [one.id for one in submissions]
    kinds = {kind.value: kind for kind in ValueKind}
    found: dict[int, dict[str, tuple[int, Value]]] = {}
    for start in range(0, len(wanted), 500):
        query = (
            select(V.submission_id, V.value_code, V.version_number, V.number, V.kind)
            .where(V.submission_id.in_(wanted[start : start + 500]), V.stage == stage.value)
            .order_by(V.version_number, V.id)
        )
        for submission_id, code, version, number, kind in session.execute(query):
            found.setdefault(submission_id, {})[code] = (version, Value(number, kinds[kind]))
    return found


def standing_files(session: Session, submissions: Iterable[Submission]) -> list[tuple[str, int]]:
    """The evidence that stands in many reports, as the trail names records."""
    wanted = [one.id for one in submissions]
    found: list[tuple[str, int]] = []
    for start in range(0, len(wanted), 500):
        some = Evidence.submission_id.in_(wanted[start : start + 500])
        query = select(Evidence.id).where(some, Evidence.ended_at.is_(None)).order_by(Evidence.id)
        found += [(Evidence.__tablename__, one) for one in session.scalars(query)]
    return found


def evidence_hashes(session: Session, submissions: Iterable[Submission]) -> dict[int, list[str]]:
    """submission id -> the hashes of the files that stand in it."""
    wanted = [one.id for one in submissions]
    found: dict[int, list[str]] = {}
    for start in range(0, len(wanted), 500):
        query = select(Evidence.submission_id, Evidence.sha256).where(
            Evidence.submission_id.in_(wanted[start : start + 500]), Evidence.ended_at.is_(None)
        )
        for submission_id, sha256 in session.execute(query):
            found.setdefault(submission_id, []).append(sha256)
    return found


def verified(submission: Submission) -> dict[str, Value]:
    return as_values(latest(submission.values, Stage.VERIFIED))


def validated(submission: Submission) -> dict[str, Value]:
    return as_values(latest(submission.values, Stage.VALIDATED))


def history(session: Session, submission_id: int, value_code: str) -> list[SubmissionValue]:
    """Every version of a value, oldest first."""
    return list(
        session.scalars(
            select(SubmissionValue)
            .where(SubmissionValue.submission_id == submission_id, SubmissionValue.value_code == value_code)
            .order_by(SubmissionValue.set_at, SubmissionValue.id)
        )
    )


def working_copy(submission: Submission) -> dict[str, Cell]:
    """The cells of the draft, else of what was sent last."""
    return submission.draft.typed if submission.draft is not None else of_values(claimed(submission))


def typed(submission: Submission) -> dict[str, Typed]:
    """The working copy as it was typed: value code -> (number as text, kind)."""
    return {code: (cell["number"], cell["kind"]) for code, cell in working_copy(submission).items()}


# --- deadlines -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deadlines:
    """On time until, late until, then closed."""

    on_time_until: datetime
    late_until: datetime
    extended_until: datetime | None
    returned_until: datetime | None
    zone: str

    @property
    def closes_at(self) -> datetime:
        given = (self.on_time_until, self.late_until, self.extended_until, self.returned_until)
        return max(moment for moment in given if moment is not None)

    def sentence(self) -> Sentence:
        if self.returned_until is not None:
            again = InZone(self.returned_until, self.zone)
            return say("Returned: send it again by {moment}. Then closed.", moment=again)
        if self.extended_until is not None:
            until = InZone(self.extended_until, self.zone)
            return say("Extended: on time until {moment}. Then closed.", moment=until)
        due, late = InZone(self.on_time_until, self.zone), InZone(self.late_until, self.zone, is_named=False)
        return say("On time until {due}. Late until {late}. Then closed.", due=due, late=late)


def deadlines(session: Session, submission: Submission) -> Deadlines:
    return deadlines_of(session, [submission])[submission.id]


def deadlines_of(session: Session, submissions: Iterable[Submission]) -> dict[int, Deadlines]:
    some = list(submissions)
    extended = extensions_until(session, "submission", [one.id for one in some])
    zones = {one.period_id: one.period.programme.zone for one in {one.period_id: one for one in some}.values()}
    found = {}
    for one in some:
        until = extended.get(str(one.id))
        returned = one.return_due_at if one.state == SubmissionState.RETURNED else None
        on_time = max(one.due_at, until) if until else one.due_at
        found[one.id] = Deadlines(on_time, one.late_until, until, returned, zones[one.period_id])
    return found


def locked(session: Session, submission: Submission, now: datetime, known: Deadlines | None = None) -> Sentence:
    """Why nothing can be reported now, or nothing. In order, each with its own words: period over? extension?
    already validated? window closed?"""
    period = submission.period
    if period.state == PeriodState.PLANNED:
        opens = InZone(period.opens_at, period.programme.zone)
        return say("Reporting for {period} opens on {moment}.", period=period.title, moment=opens)
    if period.state == PeriodState.CANCELLED:
        return say("{period} was cancelled; nothing is reported for it.", period=period.title)
    if period.state not in (PeriodState.OPEN, PeriodState.VERIFYING):
        return say(
            "{period} is over: its scores have been computed. What is wrong in it can still be objected to.",
            period=period.title,
        )
    if submission.state != SubmissionState.VALIDATED and (by_ballot := left_to_a_ballot(submission)):
        return by_ballot
    if known is None and now > submission.due_at:
        known = deadlines(session, submission)
    if known is not None and known.extended_until is not None and now > known.closes_at:
        ended = InZone(known.extended_until, known.zone)
        return say("The extension ended on {moment}; the report can no longer be changed.", moment=ended)
    if submission.state == SubmissionState.VALIDATED:
        return say("These values have been validated; the unit can object to them when the score is served.")
    if known is not None and now > known.closes_at:
        if known.returned_until is not None:
            again = InZone(known.returned_until, known.zone)
            return say("It was to be sent again by {moment}; the window is closed.", moment=again)
        closed = InZone(known.late_until, known.zone)
        return say("Reporting closed on {moment}, and no extension was granted.", moment=closed)
    return NOTHING


def left_to_a_ballot(submission: Submission) -> Sentence:
    """Why nobody types these values, where a panel votes on them."""
    if submission.by_ballot:
        return say("A panel votes on these values by secret ballot; the count enters them.")
    return NOTHING


def is_frozen(submission: Submission) -> bool:
    """Once the provisional scores are served, only a decision changes a validated value."""
    return submission.period.state not in NOT_SERVED


# --- lists -----------------------------------------------------------------------------------------------------------


def of_period(session: Session, period_id: int) -> list[Submission]:
    return list(session.scalars(select(Submission).where(Submission.period_id == period_id).order_by(Submission.id)))


def find(session: Session, period_id: int, unit_id: int, source: str = UNIT) -> Submission | None:
    return session.scalar(
        select(Submission).where(
            Submission.period_id == period_id, Submission.unit_id == unit_id, Submission.source == source
        )
    )


def of_units(session: Session, unit_ids: Iterable[int], limit: int = 500) -> list[Submission]:
    """Reports of some units, those to be sent soonest first, then the newest."""
    wanted = set(unit_ids)
    query = select(Submission).order_by(Submission.due_at.desc(), Submission.id)
    if len(wanted) <= 500:
        query = query.where(Submission.unit_id.in_(wanted)).limit(limit)
    return [one for one in session.scalars(query) if one.unit_id in wanted][:limit]


def changes(session: Session, period_id: int, seen: ColumnElement[bool]) -> list[Row[int, Any, Any, str]]:
    """Every later version of a value in the reports of a period, the newest first: ``unit_id``, ``version``, and what
    the version before it said (``was``, ``was_kind``). Versions of a value are numbered one by one."""
    after, before = aliased(SubmissionValue, name="version"), aliased(SubmissionValue)
    of_the_same = (
        before.submission_id == after.submission_id, before.value_code == after.value_code,
        before.stage == after.stage, before.version_number == after.version_number - 1,
    )  # fmt: skip
    query = (
        select(Submission.unit_id, after, before.number.label("was"), before.kind.label("was_kind"))
        .join(after, after.submission_id == Submission.id)
        .join(before, and_(*of_the_same))
        .where(Submission.period_id == period_id, after.version_number > 1, seen)
        .order_by(after.set_at.desc(), after.id.desc())
    )
    return list(session.execute(query))


def with_values(session: Session, submissions: Iterable[Submission]) -> None:
    """Load the values of many submissions at once."""
    ids = [one.id for one in submissions]
    for start in range(0, len(ids), 500):
        session.scalars(
            select(Submission)
            .where(Submission.id.in_(ids[start : start + 500]))
            .options(selectinload(Submission.values), selectinload(Submission.evidence), selectinload(Submission.draft))
            .execution_options(populate_existing=False)
        ).all()


def with_drafts(session: Session, submissions: Iterable[Submission]) -> None:
    """Load what is being typed into many submissions at once."""
    ids = [one.id for one in submissions]
    for start in range(0, len(ids), 500):
        some = Submission.id.in_(ids[start : start + 500])
        session.scalars(select(Submission).where(some).options(selectinload(Submission.draft))).all()


def counts(session: Session, period_id: int) -> dict[str, int]:
    """How many submissions of a period stand in each state."""
    query = select(Submission.state, func.count()).where(Submission.period_id == period_id).group_by(Submission.state)
    return dict(session.execute(query).all())


def unresolved(session: Session, period_id: int) -> int:
    """Submissions that still stand in the way of approving the period's results."""
    return sum(count for state, count in counts(session, period_id).items() if state != SubmissionState.VALIDATED)


@dataclass(frozen=True)
class BoardLine:
    """One submission on the completeness board."""

    submission: Submission
    unit: UnitView
    timeliness: Timeliness
    days_late: int
    codes: Sequence[str]
    """Of the values it is asked for."""

    @property
    def asked(self) -> int:
        return len(self.codes)

    @cached_property
    def answered(self) -> int:
        """How many of them it holds; `with_values` reads those of many lines together."""
        return self.asked - len(missing_codes(self.codes, claimed(self.submission)))

    @property
    def is_complete(self) -> bool:
        return self.answered == self.asked


def board(session: Session, period: Period, now: datetime) -> list[BoardLine]:
    """Every submission of a period with what it lacks, by unit."""
    submissions = of_period(session, period.id)
    units = unit_views(session, {one.unit_id for one in submissions}, period.last_day)
    known = deadlines_of(session, submissions)
    zone = ZoneInfo(period.programme.zone)
    lines = []
    rules = scheme(session, period.scheme_version_id)
    leaf = {one.unit_id: one.is_leaf for one in assessed_units(session, period)}
    asked = {
        (source, is_leaf): tuple(field.code for field in fields_of(rules, source, is_leaf=is_leaf))
        for source in {one.source for one in submissions}
        for is_leaf in (True, False)
    }
    for one in submissions:
        on_time_until = known[one.id].on_time_until
        late = 0
        if one.first_complete_at is not None:
            late = days_late(on_time_until.astimezone(zone).date(), one.first_complete_at.astimezone(zone).date())
        lines.append(
            BoardLine(
                one, units[one.unit_id], timeliness_of(on_time_until, one.first_complete_at, now), late,
                asked[one.source, leaf.get(one.unit_id, True)],
            )
        )  # fmt: skip
    return sorted(lines, key=lambda line: (line.unit.code, line.submission.source))


def timeliness(session: Session, period_id: int) -> dict[int, int]:
    """unit id -> days late, by the first complete receipt; a report never received counts up to the last day."""
    period = session.get_one(Period, period_id)
    zone = ZoneInfo(period.programme.zone)
    own = [one for one in of_period(session, period_id) if one.source == UNIT]
    known = deadlines_of(session, own)
    found = {}
    for one in own:
        received = one.first_complete_at or known[one.id].closes_at
        due_on = known[one.id].on_time_until.astimezone(zone).date()
        found[one.unit_id] = days_late(due_on, received.astimezone(zone).date())
    return found


# --- what scoring takes ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ValidatedValue:
    """A value as scoring uses it, with the records it comes from."""

    number: Decimal | None
    kind: ValueKind
    value_ids: tuple[int, ...] = ()
    submission_ids: tuple[int, ...] = ()
    is_rolled_up: bool = False
    by_decision: bool = False

    @property
    def value(self) -> Value:
        return Value(self.number, self.kind)

    @property
    def matter(self) -> list[tuple[str, int]]:
        """The records a decision on this value would be about."""
        return [
            *(("submission", one) for one in self.submission_ids),
            *(("submission_value", one) for one in self.value_ids),
        ]


def validated_values(session: Session, period_id: int) -> dict[int, dict[str, ValidatedValue]]:
    """unit id -> value code -> value; bodies above the leaves get the roll-up of those below them."""
    period = session.get_one(Period, period_id)
    found: dict[int, dict[str, ValidatedValue]] = defaultdict(dict)
    V = SubmissionValue  # noqa: N806 - its columns, not its records: a province's values are many
    query = (
        select(Submission.unit_id, V.submission_id, V.id, V.value_code, V.number, V.kind, V.origin_kind)
        .join(Submission, Submission.id == V.submission_id)
        .where(Submission.period_id == period_id, V.stage == Stage.VALIDATED)
        .order_by(V.version_number, V.id)
    )
    for unit_id, submission_id, row_id, code, number, kind, origin in session.execute(query):
        found[unit_id][code] = ValidatedValue(
            number, ValueKind(kind), (row_id,), (submission_id,), by_decision=bool(origin)
        )
    units = assessed_units(session, period)
    rules = scheme(session, period.scheme_version_id)
    leaves = {one.unit_id for one in units if one.is_leaf}
    for one in units:
        if not one.is_leaf:
            below = subtree_ids(session, one.unit_id, period.last_day) & leaves
            found[one.unit_id] = {
                **_rolled(rules, [found.get(unit_id, {}) for unit_id in sorted(below)]),
                **found[one.unit_id],
            }
    return dict(found)


def _rolled(rules: Scheme, parts: list[dict[str, ValidatedValue]]) -> dict[str, ValidatedValue]:
    fields = [field for source in sources_of(rules) for field in fields_of(rules, source) if not field.is_own]
    found: dict[str, ValidatedValue] = {}
    for field in fields:
        if field.of is None:
            found[field.code] = _together(parts, (field.code,), rolled_up(_column(parts, field.code)))
    for field in fields:
        if field.of is not None:
            part, whole = (rolled_up(_column(parts, code)) for code in field.of)
            found[field.code] = _together(parts, field.of, rolled_up_rate(part, whole))
    return found


def _column(parts: list[dict[str, ValidatedValue]], code: str) -> list[Value]:
    return [part[code].value if code in part else MISSING for part in parts]


def _together(parts: list[dict[str, ValidatedValue]], codes: Iterable[str], value: Value) -> ValidatedValue:
    sources = [part[code] for part in parts for code in codes if code in part]
    return ValidatedValue(
        value.number, value.kind, tuple(one for source in sources for one in source.value_ids),
        tuple(sorted({one for source in sources for one in source.submission_ids})), is_rolled_up=True,
        by_decision=any(source.by_decision for source in sources),
    )  # fmt: skip


# --- what calls a person ---------------------------------------------------------------------------------------------


def flags_of(session: Session, submission: Submission) -> tuple[Flag, ...]:
    return flags_of_many(session, submission.period, [submission]).get(submission.id, ())


def flags_of_many(
    session: Session,
    period: Period,
    submissions: list[Submission],
    given: Mapping[int, Mapping[str, Value]] | None = None,
) -> dict[int, tuple[Flag, ...]]:
    """What in each report calls a person, read with a handful of queries for a whole period; ``given`` (by submission)
    are values that have not been sent yet."""
    with_values(session, submissions)
    rules = scheme(session, period.scheme_version_id)
    units = {one.unit_id for one in submissions}
    targets = targets_on(session, period.programme_id, period.last_day, units)
    asked = {source: fields_of(rules, source) for source in {one.source for one in submissions}}
    before = _previous(session, period, submissions)
    reused = _reused(session, submissions)
    known = deadlines_of(session, submissions)
    found = {}
    for one in submissions:
        fields = asked[one.source]
        mine = targets.get(one.unit_id, {})
        amounts = {code: target.amount_due(period.last_day.month) for code, target in mine.items()}
        found[one.id] = flags(
            Looked(
                claimed=given[one.id] if given is not None else claimed(one),
                previous=before.get((one.unit_id, one.source), {}),
                targets={code: amount for code, amount in amounts.items() if amount is not None},
                rates={field.code: field.of for field in fields if field.of},
                running=[field.code for field in fields if field.kind == "cumulative"],
                evidence_required=[field.code for field in fields if field.evidence == "required"],
                evidence={row.value_code for row in one.standing_evidence},
                used_elsewhere={row.value_code for row in one.standing_evidence if row.sha256 in reused},
                submitted_at=one.submitted_at,
                closes_at=known[one.id].on_time_until,
            )
        )
    return found


def _previous(
    session: Session, period: Period, asked: Sequence[Submission]
) -> dict[tuple[int, str], dict[str, Value]]:
    """What the same sources said of the same units for the period before of the same kind and year: validated, else
    claimed."""
    last = session.scalar(
        select(Period)
        .where(Period.programme_id == period.programme_id, Period.kind == period.kind)
        .where(Period.last_day < period.first_day, Period.state != PeriodState.CANCELLED)
        .order_by(Period.last_day.desc())
        .limit(1)
    )
    if last is None or last.last_day.year != period.last_day.year:
        return {}
    wanted = {(one.unit_id, one.source) for one in asked}
    query = select(Submission).where(Submission.period_id == last.id).order_by(Submission.id)
    if len(asked) <= 500:
        query = query.where(Submission.unit_id.in_({unit_id for unit_id, _source in wanted}))
    submissions = [one for one in session.scalars(query) if (one.unit_id, one.source) in wanted]
    with_values(session, submissions)
    return {(one.unit_id, one.source): {**claimed(one), **validated(one)} for one in submissions}


def before(session: Session, submission: Submission) -> dict[str, Value]:
    """What the same source said of the same unit for the period before."""
    return _previous(session, submission.period, [submission]).get((submission.unit_id, submission.source), {})


def _reused(session: Session, submissions: list[Submission]) -> set[str]:
    hashes = {row.sha256 for one in submissions for row in one.standing_evidence}
    if not hashes:
        return set()
    rows = session.execute(select(Evidence.sha256, Evidence.submission_id).where(Evidence.sha256.in_(sorted(hashes))))
    uses = Counter(sha256 for sha256, _ in {(sha256, submission_id) for sha256, submission_id in rows})
    return {sha256 for sha256, count in uses.items() if count > 1}


def uses_of(session: Session, hashes: Iterable[str]) -> dict[str, list[Evidence]]:
    """For what each file serves, the oldest first."""
    found: dict[str, list[Evidence]] = {}
    query = select(Evidence).where(Evidence.sha256.in_(sorted(set(hashes)))).options(joinedload(Evidence.submission))
    for one in session.scalars(query.order_by(Evidence.id)):
        found.setdefault(one.sha256, []).append(one)
    return found


@dataclass(frozen=True)
class Look:
    """That somebody verified from a file, and when."""

    at: datetime
    who: str


def looks_at(session: Session, submission: Submission) -> dict[int, list[Look]]:
    """evidence id -> who verified the report while this version stood; the oldest first."""
    ids = [str(one.id) for one in submission.evidence]
    query = (
        select(AuditRef.record_id, AuditRow.at, AuditRow.label)
        .join(AuditRow, AuditRow.seq == AuditRef.seq)
        .where(AuditRef.kind == Evidence.__tablename__, AuditRef.record_id.in_(ids))
        .where(AuditRef.relation == RELIED_ON, AuditRow.act == "verify")
        .order_by(AuditRow.seq)
    )
    found: dict[int, list[Look]] = {}
    for record_id, at, who in session.execute(query) if ids else ():
        found.setdefault(int(record_id), []).append(Look(at, who))
    return found


def evidence_chains(submission: Submission) -> list[list[Evidence]]:
    """Every file of a report with those that it replaced, the newest version first; in the order they came."""
    replaced = {one.replaces_id for one in submission.evidence}
    by_id = {one.id: one for one in submission.evidence}
    chains = []
    for newest in submission.evidence:
        if newest.id not in replaced:
            chain = [newest]
            while (earlier := chain[-1].replaces_id) is not None:
                chain.append(by_id[earlier])
            chains.append(chain)
    return chains


def evidence_of_unit(session: Session, unit_id: int, limit: int = 100) -> list[Evidence]:
    """What a unit has attached to its reports so far, the newest first."""
    query = select(Evidence).join(Submission).where(Submission.unit_id == unit_id).order_by(Evidence.id.desc())
    return list(session.scalars(query.limit(limit)))


def reporting_units(session: Session, period: Period) -> list[tuple[AssessedUnit, str]]:
    """Who has to report for a period, and as which source."""
    rules = scheme(session, period.scheme_version_id)
    return [
        (unit, source)
        for unit in assessed_units(session, period)
        for source in sources_of(rules)
        if fields_of(rules, source, is_leaf=unit.is_leaf)
    ]


# --- who may look ----------------------------------------------------------------------------------------------------

CHECKERS = (Duty.VERIFY, Duty.SET_VALUES, Duty.COMPUTE, Duty.APPROVE, Duty.REVIEW, Duty.AUDIT)
REPORTERS = (Duty.REPORT, Duty.SIGN_LETTERS, Duty.OBJECT)


def may_see(session: Session, submission: Submission, viewer: Actor) -> bool:
    """The unit and those above it, the provider who reports it, and whoever checks or decides."""
    unit_id = submission.unit_id
    if submission.source != UNIT and viewer.holds(Duty.PROVIDE_DATA, unit_id):
        return True
    return any(viewer.holds(duty, unit_id) for duty in (*CHECKERS, *REPORTERS))


def seen(viewer: Any) -> ColumnElement[bool]:
    """The same for the database."""
    mine = frozenset[int]().union(*(viewer.unit_ids_for(duty) for duty in (*CHECKERS, *REPORTERS)))
    provided = and_(Submission.source != UNIT, among(Submission.unit_id, viewer.unit_ids_for(Duty.PROVIDE_DATA)))
    return or_(among(Submission.unit_id, mine), provided)


def may_see_evidence(session: Session, evidence: Evidence, viewer: Actor) -> bool:
    return may_see(session, evidence.submission, viewer)


def checks(viewer: Actor) -> bool:
    """Whether somebody looks at reports from above: such a one begins at the board, not at a form."""
    return any(viewer.holds(duty) for duty in CHECKERS)

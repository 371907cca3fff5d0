"""What is known of programmes: schemes read once, targets that count on a day, periods, and who is assessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import Session, selectinload

from assessment.foundation.actors import Actor
from assessment.foundation.errors import NotFound
from assessment.foundation.i18n import Bilingual, Sentence, say
from assessment.organisations.duties import Duty
from assessment.organisations.queries import UnitView, subtree_ids, unit_views, units_on
from assessment.programmes.models import (
    AmendmentGround,
    Letter,
    LetterState,
    LetterTarget,
    Period,
    PeriodPart,
    PeriodState,
    Programme,
    SchemeState,
    SchemeVersion,
)
from assessment.programmes.rules.faults import Fault, SchemeFaults
from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.scheme import Scheme

# --- schemes ---------------------------------------------------------------------------------------------------------

SEALED = (SchemeState.SUBMITTED, SchemeState.APPROVED, SchemeState.IN_FORCE, SchemeState.SUPERSEDED)
_read: dict[str, Scheme] = {}
KEPT = 50


def scheme(session: Session, scheme_version_id: int) -> Scheme:
    """The scheme as the rules read it; each text is read once a process, by its hash."""
    # Held for the session's life: its identity map forgets what nobody holds, and this is asked for every record.
    held: dict[int, SchemeVersion] = session.info.setdefault("scheme_versions", {})
    version = held.get(scheme_version_id) or session.get(SchemeVersion, scheme_version_id)
    if version is None:
        raise NotFound(say("There is no such version of a scheme."))
    held[scheme_version_id] = version
    return read_scheme(version)


def read_scheme(version: SchemeVersion) -> Scheme:
    """Raises ``SchemeFaults`` for a draft that cannot be read."""
    found = _read.get(version.sha256)
    if found is None:
        found = load_scheme(version.source, is_sealed=version.state in SEALED)
        while len(_read) >= KEPT:
            _read.pop(next(iter(_read)), None)
        _read[version.sha256] = found
    return found


def scheme_faults(source: str) -> list[Sentence]:
    """Everything wrong with a scheme's text, in the order of the file."""
    try:
        load_scheme(source)
    except SchemeFaults as faults:
        return [fault_sentence(fault) for fault in faults.faults]
    return []


def fault_sentence(fault: Fault) -> Sentence:
    what = say(fault.message, **fault.facts)
    if fault.line and fault.place:
        return say("{place} (line {line}): {what}", place=fault.place, line=fault.line, what=what)
    if fault.line:
        return say("Line {line}: {what}", line=fault.line, what=what)
    return say("{place}: {what}", place=fault.place, what=what) if fault.place else what


def programmes(session: Session) -> list[Programme]:
    return list(session.scalars(select(Programme).order_by(Programme.is_example, Programme.id)))


def programme_by_code(session: Session, code: str) -> Programme | None:
    return session.scalar(select(Programme).where(Programme.code == code))


def versions(session: Session, programme_id: int) -> list[SchemeVersion]:
    query = select(SchemeVersion).where(SchemeVersion.programme_id == programme_id)
    return list(session.scalars(query.order_by(SchemeVersion.id.desc())))


def version_in_force(session: Session, programme_id: int) -> SchemeVersion | None:
    return session.scalar(
        select(SchemeVersion)
        .where(SchemeVersion.programme_id == programme_id, SchemeVersion.state == SchemeState.IN_FORCE)
        .order_by(SchemeVersion.id.desc())
        .limit(1)
    )


# --- letters and targets ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LetterTargets:
    """What one unit's letter promises for one value, and the version of the letter that says so."""

    letter_id: int
    letter_number: str
    version_number: int
    term: Decimal | None
    """The target of the whole term."""
    schedule: Mapping[int, Decimal] = field(default_factory=dict)
    """Month of the year -> what must be reached by its end."""

    def by_month(self, month: int) -> Decimal | None:
        """What must be reached by the end of a month: the last step of the schedule so far, 0 before the first."""
        if not self.schedule:
            return None
        reached = [step for step in self.schedule if step <= month]
        return self.schedule[max(reached)] if reached else Decimal(0)

    def amount_due(self, month: int | None) -> Decimal | None:
        """The schedule's amount where there is one, else the target of the term."""
        scheduled = self.by_month(month) if month is not None else None
        return self.term if scheduled is None else scheduled


COUNTS = (LetterState.IN_FORCE.value, LetterState.ENDED.value)


def letters_on(
    session: Session, programme_id: int, day: date, unit_ids: Collection[int] | None = None
) -> dict[int, Letter]:
    """The version of each unit's letter that counts on a day; one that has ended since still counts for its days."""
    query = select(Letter).where(*_counting(programme_id, day)).order_by(Letter.version_number, Letter.id)
    if unit_ids is not None and len(unit_ids) <= 500:
        query = query.where(Letter.unit_id.in_(unit_ids))
    return {one.unit_id: one for one in session.scalars(query) if unit_ids is None or one.unit_id in unit_ids}


def _counting(programme_id: int, day: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Letter.programme_id == programme_id,
        Letter.state.in_(COUNTS),
        Letter.effective_from <= day,
        Letter.term_to >= day,
        or_(Letter.effective_to.is_(None), Letter.effective_to >= day),
    )


def _lettered(session: Session, programme_id: int, day: date) -> frozenset[int]:
    """The units for which a letter counts on a day."""
    return frozenset(session.scalars(select(Letter.unit_id).where(*_counting(programme_id, day))))


def targets_on(
    session: Session, programme_id: int, day: date, unit_ids: Collection[int] | None = None
) -> dict[int, dict[str, LetterTargets]]:
    """unit id -> value code -> targets, by the letters that count on the day; of all units, or of these."""
    letters = {letter.id: letter for letter in letters_on(session, programme_id, day, unit_ids).values()}
    terms: dict[tuple[int, str], Decimal] = {}
    schedules: dict[tuple[int, str], dict[int, Decimal]] = defaultdict(dict)
    for target in _targets_of(session, list(letters)):
        key = (target[0], target[1])
        if target[2] is None:
            terms[key] = target[3]
        else:
            schedules[key][target[2]] = target[3]
    found: dict[int, dict[str, LetterTargets]] = defaultdict(dict)
    for letter_id, code in sorted({*terms, *schedules}):
        letter = letters[letter_id]
        key = (letter_id, code)
        found[letter.unit_id][code] = LetterTargets(
            letter_id,
            letter.number,
            letter.version_number,
            terms.get(key),
            dict(sorted(schedules.get(key, {}).items())),
        )
    return dict(found)


def _targets_of(session: Session, letter_ids: list[int]) -> Iterable[tuple[int, str, int | None, Decimal]]:
    """(letter id, value code, month, number): a province's targets are many, and nobody changes these."""
    some = select(LetterTarget.letter_id, LetterTarget.value_code, LetterTarget.month, LetterTarget.number)
    for start in range(0, len(letter_ids), 500):
        yield from session.execute(some.where(LetterTarget.letter_id.in_(letter_ids[start : start + 500])))


def letters(
    session: Session, programme_id: int, unit_ids: Iterable[int] | None = None, *, with_targets: bool = True
) -> list[Letter]:
    """Every version of every letter, newest version first within a unit."""
    query = select(Letter).where(Letter.programme_id == programme_id)
    query = query.options(selectinload(Letter.targets)) if with_targets else query
    found = session.scalars(query.order_by(Letter.unit_id, Letter.version_number.desc(), Letter.id.desc()))
    wanted = None if unit_ids is None else set(unit_ids)
    return [letter for letter in found if wanted is None or letter.unit_id in wanted]


SUMMED = ("cumulative", "level", "count")


@dataclass(frozen=True)
class CascadeNode:
    """A unit on the map of one value: its target, the sum of those directly below it, and how far its letter is."""

    unit: UnitView
    state: str
    """Its letter's state; "" where it has none."""
    letter_id: int | None
    own: Decimal | None
    below: Decimal | None
    without: int
    """Units directly below it that have no target."""
    children: tuple[CascadeNode, ...] = ()

    @property
    def difference(self) -> Decimal | None:
        return None if self.own is None or self.below is None else self.below - self.own

    @property
    def adds_up(self) -> bool:
        return self.difference == 0 and not self.without


def cascade_map(session: Session, programme: Programme, day: date, code: str) -> list[CascadeNode]:
    """The targets of one value from the province down, drafts and offers included: whether they will add up."""
    newest: dict[int, Row[int, int, str]] = {}
    query = (
        select(Letter.id, Letter.unit_id, Letter.state)
        .where(Letter.programme_id == programme.id, Letter.state != LetterState.ENDED.value)
        .where(Letter.term_from <= day, Letter.term_to >= day)
        .order_by(Letter.version_number, Letter.id)
    )
    for letter in session.execute(query):
        newest[letter.unit_id] = letter
    targets = (
        select(LetterTarget.letter_id, LetterTarget.number)
        .join(Letter, Letter.id == LetterTarget.letter_id)
        .where(Letter.programme_id == programme.id, LetterTarget.value_code == code, LetterTarget.month.is_(None))
    )
    numbers = {letter_id: number for letter_id, number in session.execute(targets)}  # noqa: C416 - rows are no pairs
    terms = {unit_id: numbers.get(letter.id) for unit_id, letter in newest.items()}
    units = units_on(session, day)
    shown = _units_above(units, newest) | set(newest)
    inside = subtree_ids(session, programme.unit_id, day)
    below: dict[int | None, list[int]] = defaultdict(list)
    for unit_id in sorted(shown & inside, key=lambda one: units[one].code if one in units else ""):
        if unit_id in units:
            below[units[unit_id].parent_id].append(unit_id)

    def node(unit_id: int) -> CascadeNode:
        children = tuple(node(one) for one in below.get(unit_id, ()))
        known = [one.own if one.own is not None else one.below for one in children]
        given = [number for number in known if number is not None]
        mine = newest.get(unit_id)
        return CascadeNode(
            units[unit_id], mine.state if mine else "", mine.id if mine else None, terms.get(unit_id),
            _exact_sum(given) if given else None, len(known) - len(given), children,
        )  # fmt: skip

    return [node(programme.unit_id)] if programme.unit_id in units and newest else []


def cascaded_codes(session: Session, programme_id: int) -> list[str]:
    """The values of the letters' targets that can be summed, in the order of the scheme."""
    newest = select(Letter).where(Letter.programme_id == programme_id).order_by(Letter.id.desc()).limit(1)
    letter = session.scalar(newest)
    if letter is None:
        return []
    query = select(LetterTarget.value_code).join(Letter).where(Letter.programme_id == programme_id).distinct()
    used = set(session.scalars(query))
    values = scheme(session, letter.scheme_version_id).values
    return [code for code, value in values.items() if code in used and value.kind in SUMMED]


def _exact_sum(numbers: Iterable[Decimal]) -> Decimal:
    """A sum without the context's rounding."""
    total = sum((Fraction(number) for number in numbers), Fraction(0))
    places = max((-int(number.as_tuple().exponent) for number in numbers), default=0)
    places = max(places, 0)
    return Decimal((int(total < 0), tuple(map(int, str(abs(int(total * 10**places))))), -places))


# --- periods ---------------------------------------------------------------------------------------------------------


def periods(session: Session, programme_id: int) -> list[Period]:
    """All periods by their last day, parts before the whole."""
    query = select(Period).where(Period.programme_id == programme_id).options(selectinload(Period.parts))
    return list(session.scalars(query.order_by(Period.last_day, Period.first_day.desc())))


def period_by_code(session: Session, programme_id: int, code: str) -> Period | None:
    return session.scalar(select(Period).where(Period.programme_id == programme_id, Period.code == code))


def wholes_of(session: Session, period_id: int) -> list[Period]:
    """The composite periods of which a period is a part."""
    query = select(Period).join(PeriodPart, PeriodPart.period_id == Period.id).where(PeriodPart.part_id == period_id)
    return list(session.scalars(query.order_by(Period.id)))


def open_periods(session: Session) -> list[Period]:
    """Periods in which reporting is under way."""
    return list(session.scalars(select(Period).where(Period.state == PeriodState.OPEN).order_by(Period.last_day)))


@dataclass(frozen=True)
class AssessedUnit:
    """A unit that takes part in a period, and the peer group in which it is ranked."""

    unit: UnitView
    group: str
    is_leaf: bool
    """Nobody below it takes part: it reports itself; the others' values are rolled up."""

    @property
    def unit_id(self) -> int:
        return self.unit.id


def assessed_units(session: Session, period: Period) -> list[AssessedUnit]:
    """Who takes part, by code: in the programme's area, in a peer group, and with a letter where there are any."""
    programme = session.get_one(Programme, period.programme_id)
    rules = scheme(session, period.scheme_version_id)
    units = units_on(session, period.last_day)
    area = subtree_ids(session, programme.unit_id, period.last_day) - {programme.unit_id}
    signed = _lettered(session, programme.id, period.last_day)
    groups: dict[int, str] = {}
    for unit_id in area & units.keys():
        claimed = rules.group_of(units[unit_id].code, attributes_of(units[unit_id], units))
        if len(claimed) == 1 and (unit_id in signed if signed else units[unit_id].level != "body"):
            groups[unit_id] = claimed[0]
    with_parts = _units_above(units, groups)
    found = [AssessedUnit(units[unit_id], group, unit_id not in with_parts) for unit_id, group in groups.items()]
    return sorted(found, key=lambda one: one.unit.code)


def attributes_of(unit: UnitView, units: Mapping[int, UnitView]) -> dict[str, str]:
    """What a scheme may sort units by: their level, and the code of the unit above them."""
    above = units.get(unit.parent_id) if unit.parent_id is not None else None
    return {"level": str(unit.level), "parent": above.code if above else ""}


def _units_above(units: Mapping[int, UnitView], some: Iterable[int]) -> set[int]:
    above: set[int] = set()
    for unit_id in some:
        parent = units[unit_id].parent_id
        while parent is not None and parent not in above and parent in units:
            above.add(parent)
            parent = units[parent].parent_id
    return above


def units_without_letter(session: Session, programme_id: int, day: date) -> list[UnitView]:
    """Units of the programme's peer groups for which no letter counts, while it counts for others."""
    programme = session.get_one(Programme, programme_id)
    version = version_in_force(session, programme_id)
    signed = _lettered(session, programme_id, day)
    if version is None or not signed:
        return []
    rules, units = read_scheme(version), units_on(session, day)
    area = subtree_ids(session, programme.unit_id, day) - {programme.unit_id}
    missing = [
        units[unit_id]
        for unit_id in area & units.keys()
        if unit_id not in signed
        and units[unit_id].level != "body"
        and rules.group_of(units[unit_id].code, attributes_of(units[unit_id], units))
    ]
    return sorted(missing, key=lambda unit: unit.code)


# --- who may look ----------------------------------------------------------------------------------------------------

MAKERS = (Duty.PLAN_CYCLES, Duty.APPROVE, Duty.AUDIT)
LOCALITY = (Duty.SIGN_LETTERS, Duty.REPORT, Duty.RECEIVE_PAPERS, Duty.VERIFY, Duty.SET_VALUES, Duty.REVIEW)
PUBLIC_SCHEME = (SchemeState.APPROVED, SchemeState.IN_FORCE, SchemeState.SUPERSEDED)


def may_see_programme(session: Session, programme: Programme, viewer: Actor) -> bool:
    """Everybody who works here knows what is assessed."""
    return True


def may_see_version(session: Session, version: SchemeVersion, viewer: Actor) -> bool:
    """An approved scheme is everybody's to read; a draft is its makers'."""
    return version.state in PUBLIC_SCHEME or any(viewer.holds(one, version.programme.unit_id) for one in MAKERS)


def may_see_letter(session: Session, letter: Letter, viewer: Actor) -> bool:
    """Its makers always; the unit and those above it once it was offered."""
    if any(viewer.holds(one, letter.unit_id) for one in MAKERS):
        return True
    return letter.state != LetterState.DRAFTED and any(viewer.holds(one, letter.unit_id) for one in LOCALITY)


# --- for the paper ---------------------------------------------------------------------------------------------------


def letter_paper(session: Session, letter: Letter) -> dict[str, Any]:
    """The facts of ``papers.LetterPaper``, by name; a paper knows no database, and no query a paper."""
    version = session.get_one(SchemeVersion, letter.scheme_version_id)
    values = read_scheme(version).values
    codes = dict.fromkeys(target.value_code for target in letter.targets)
    terms = {target.value_code: target.number for target in letter.targets if target.month is None}
    lines = []
    for code in codes:
        value = values.get(code)
        schedule = {one.month: one.number for one in letter.targets if one.value_code == code and one.month is not None}
        name = Bilingual(value.zh, value.en or code) if value else Bilingual("", code)
        lines.append((name, value.unit if value else "", terms.get(code), schedule))
    return {
        "number": letter.number,
        "version_number": letter.version_number,
        "authority": letter.programme.authority,
        "unit": unit_views(session, [letter.unit_id], letter.term_to)[letter.unit_id].name,
        "programme": letter.programme.title,
        "scheme_number": version.number,
        "term_from": letter.term_from,
        "term_to": letter.term_to,
        "targets": tuple(lines),
        "matters": tuple((one.number, one.title, one.why, one.due_on) for one in letter.bound_to),
        "ground": AmendmentGround(letter.ground).label if letter.ground else "",
        "evidence": letter.evidence,
        "effective_from": letter.effective_from,
        "signed_by": letter.signed_label,
        "countersigned_by": letter.countersigned_label,
        "is_example": letter.programme.is_example,
    }

"""A new year begins from last year's programme: scheme, letters and checklists as drafts, every state begun anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm import Session

from assessment.cycles.key_remediation import matters_of
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.exact import canonical, parse_decimal, rounded
from assessment.foundation.i18n import Bilingual, say
from assessment.inspections import queries as inspections
from assessment.inspections import services as inspecting
from assessment.inspections.models import AnswerKind, Checklist, ChecklistItem, ChecklistState
from assessment.inspections.services import NewItem
from assessment.organisations.duties import Duty
from assessment.organisations.queries import Forebears, forebears_between, units_on
from assessment.programmes import queries, services
from assessment.programmes.models import Letter, Programme, SchemeState, SchemeVersion
from assessment.programmes.rules.next_year import moved_on, version_for
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.services import NewLetter
from assessment.programmes.services.periods import span_of


@dataclass(frozen=True)
class NewYear:
    """What beginning a year made."""

    version: SchemeVersion
    letters: Sequence[Letter]
    matters: int
    """Key remediation proposed for these letters."""


def source_of(session: Session, programme: Programme) -> SchemeVersion:
    """The version that the next year starts from: the one in force, or the last that was."""
    counted = (SchemeState.IN_FORCE, SchemeState.SUPERSEDED)
    found = queries.version_in_force(session, programme.id) or next(
        (one for one in queries.versions(session, programme.id) if one.state in counted), None
    )
    if found is None:
        raise NotNow(say("No scheme of this programme was ever in force; there is nothing to start from."))
    return found


def year_of(scheme: Scheme) -> int:
    """The year that a scheme is written for."""
    if scheme.periods is None:
        raise Invalid(say("The scheme names no periods, so it is for no year; give it a new version by hand."))
    return scheme.periods.from_.year


def year_before(session: Session, programme: Programme, year: int) -> int:
    """The last year before this one for which a scheme was ever in force."""
    counted = (SchemeState.IN_FORCE, SchemeState.SUPERSEDED)
    schemes = [queries.read_scheme(one) for one in queries.versions(session, programme.id) if one.state in counted]
    years = [one.periods.from_.year for one in schemes if one.periods is not None]
    earlier = [one for one in years if one < year]
    if not earlier:
        raise NotNow(say("No scheme of this programme was in force before {year}.", year=str(year)))
    return max(earlier)


def version_of(session: Session, programme: Programme, year: int) -> SchemeVersion | None:
    """The newest version that is written for a year; a draft that cannot be read is known by its number."""
    return next((one for one in queries.versions(session, programme.id) if _is_for(one, year)), None)


def _is_for(version: SchemeVersion, year: int) -> bool:
    if queries.scheme_faults(version.source):
        return version.number.startswith(str(year))
    periods = queries.read_scheme(version).periods
    return periods is not None and periods.from_.year == year


def start_year(session: Session, programme: Programme, act: Act, *, year: int) -> NewYear:
    """Draft the scheme and the letters of a year as they were in the year before, and propose key remediation.

    Nothing that was decided is carried on: the scheme is checked and approved anew, letters are offered and signed
    anew. The periods are planned from the scheme once it is in force.
    """
    _must_plan(act, programme)
    source = source_of(session, programme)
    before = year_of(queries.read_scheme(source))
    if year <= before:
        raise Invalid(say("The scheme in force is for {before} already; begin a later year.", before=str(before)))
    if version_of(session, programme, year) is not None:
        raise NotNow(say("{year} has begun already; its drafts are there.", year=str(year)))
    text = moved_on(source.source, before, year)
    version = services.write_scheme(session, act, text, unit_id=programme.unit_id)
    letters, matters = _draft(session, programme, version, act, before, year)
    body = {"year": year, "from": source.number, "version": version.number, "letters": len(letters), "matters": matters}
    audit.record(session, act, "start_year", programme, relied_on=[source], body=body)
    return NewYear(version, letters, matters)


def draft_missing_letters(session: Session, programme: Programme, act: Act, *, year: int) -> list[Letter]:
    """The letters of units that have come up since the year was begun, from those they carry on."""
    _must_plan(act, programme)
    version = version_of(session, programme, year)
    if version is None:
        raise NotNow(say("{year} has not begun yet.", year=str(year)))
    return _draft(session, programme, version, act, year_before(session, programme, year), year)[0]


def _must_plan(act: Act, programme: Programme) -> None:
    if not act.by.holds(Duty.PLAN_CYCLES, programme.unit_id):
        raise NotPermitted(say("A new year is begun by the assessment office."))


def _draft(
    session: Session, programme: Programme, version: SchemeVersion, act: Act, before: int, year: int
) -> tuple[list[Letter], int]:
    """The letters that are missing in this officer's reach, and how much key remediation was proposed for them."""
    drafts = letters_for(session, programme, before, year, act)
    letters = services.draft_letters(session, act, programme, version, drafts)
    proposed = (services.propose_matters(session, one, act, matters_of(session, one, act.at)) for one in letters)
    return letters, sum(len(some) for some in proposed)


def new_number(source: SchemeVersion, year: int) -> str:
    """What the next year's version will be called."""
    return version_for(source.number, year)


# --- letters ---------------------------------------------------------------------------------------------------------


def letters_for(session: Session, programme: Programme, before: int, year: int, act: Act) -> list[NewLetter]:
    """Each unit's letter as that of the year before, with what it has taken over since from units that have ended.

    A unit that begins later than today is in nobody's reach yet; its letter follows when it is there. A unit that one
    alone became has its targets; of several, targets of amounts add up with their shares, and one of
    another kind is left to be set, unless all of them had the same.
    """
    last_day, (first, last) = span_of(str(before))[2], span_of(str(year))[1:]
    old = queries.letters_on(session, programme.id, last_day)
    scheme = queries.read_scheme(source_of(session, programme))
    forebears = forebears_between(session, last_day, first)
    there = _of_term(session, programme, first, last)
    missing = [
        one for one in sorted(units_on(session, first).values(), key=lambda one: one.code)
        if one.id not in there and act.by.holds(Duty.PLAN_CYCLES, one.id)
    ]
    known = [(one.id, mine) for one in missing if (mine := _targets(scheme, forebears, one.id, old))]
    return [
        NewLetter(unit_id, f"{programme.reference}责〔{year}〕{number}号", first, last, *_split(targets))
        for number, (unit_id, targets) in enumerate(known, len(there) + 1)
    ]  # fmt: skip


Targets = Mapping[tuple[str, int | None], Decimal]


def _targets(scheme: Scheme, forebears: Forebears, unit_id: int, old: Mapping[int, Letter]) -> Targets:
    parts = [(old[then], share) for then, share in sorted(forebears.of(unit_id).items()) if then in old]
    theirs = [({(one.value_code, one.month): one.number for one in letter.targets}, share) for letter, share in parts]
    places = dict.fromkeys(place for targets, _ in theirs for place in targets)
    found = {}
    for code, month in places:
        shares = [(targets[code, month], share) for targets, share in theirs if (code, month) in targets]
        number = _together(shares, adds=_adds(scheme, code))
        if number is not None:
            found[code, month] = number
    return found


def _adds(scheme: Scheme, code: str) -> bool:
    return code in scheme.values and scheme.values[code].kind in queries.SUMMED


def _together(shares: Sequence[tuple[Decimal, Fraction]], *, adds: bool) -> Decimal | None:
    """One target out of those taken over; ``None`` where only a person can say. Amounts keep their decimal places."""
    if adds:
        places = max(max(0, -int(number.as_tuple().exponent)) for number, _ in shares)
        total = sum((Fraction(number) * share for number, share in shares), Fraction(0))
        return parse_decimal(canonical(rounded(total, places, "half_up")))
    return shares[0][0] if len({number for number, _ in shares}) == 1 else None


def _split(targets: Targets) -> tuple[dict[str, Decimal], dict[str, dict[int, Decimal]]]:
    schedules: dict[str, dict[int, Decimal]] = {}
    for (code, month), number in targets.items():
        if month is not None:
            schedules.setdefault(code, {})[month] = number
    return {code: number for (code, month), number in targets.items() if month is None}, schedules


# --- checklists ------------------------------------------------------------------------------------------------------


def copy_checklists(session: Session, programme: Programme, act: Act) -> list[Checklist]:
    """The next edition of every checklist in use, as a draft; one that is being drafted already is left alone."""
    if not act.by.holds(Duty.KEEP_CHECKLISTS, programme.unit_id):
        raise NotPermitted(say("Checklists are kept by the supervision office."))
    return [_next_edition(session, act, one) for one in checklists_to_copy(session, programme)]


def checklists_to_copy(session: Session, programme: Programme) -> list[Checklist]:
    """Those in use that have no draft yet."""
    every = inspections.checklists(session, programme.id)
    drafted = {one.code for one in every if one.state == ChecklistState.DRAFTED}
    return [one for one in every if one.state == ChecklistState.IN_USE and one.code not in drafted]


def _next_edition(session: Session, act: Act, old: Checklist) -> Checklist:
    items = [_as_new(one) for one in inspections.items_of(session, old.id)]
    grades = [(name, least) for name, least in _grades(old)]
    return inspecting.draft_checklist(
        session, act, programme_id=old.programme_id, unit_id=old.unit_id, code=old.code, title=old.title, items=items,
        full_points=old.full_points, grades=grades,
    )  # fmt: skip


def _grades(old: Checklist) -> Iterator[tuple[str, Decimal]]:
    yield from ((name, parse_decimal(least)) for name, least in old.grades)


def _as_new(item: ChecklistItem) -> NewItem:
    return NewItem(
        code=item.code, text=item.text, severity=item.severity, points=item.points, section=item.section,
        clause=item.clause, method=Bilingual(item.method_zh, item.method_en), kind=AnswerKind(item.kind),
        choices=item.choices, is_required=item.is_required, wants_photo=item.wants_photo, relevant=item.relevant,
        must_hold=item.must_hold,
    )  # fmt: skip


# --- what differs ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TargetChange:
    """One unit's target of a value, last year's (also of those it carries on) and this year's."""

    unit_id: int
    code: str
    before: Decimal | None
    after: Decimal | None
    forebears: tuple[int, ...]
    """Other units whose targets are in ``before``."""

    @property
    def is_same(self) -> bool:
        return self.before == self.after


def target_changes(session: Session, programme: Programme, before: int, year: int) -> list[TargetChange]:
    """Every target of the term, of either year, by unit; drafts of the new year are read as they stand now."""
    last_day, (first, last) = span_of(str(before))[2], span_of(str(year))[1:]
    old = queries.letters_on(session, programme.id, last_day)
    scheme = queries.read_scheme(source_of(session, programme))
    forebears = forebears_between(session, last_day, first)
    new = _of_term(session, programme, first, last)
    units = sorted(units_on(session, first).values(), key=lambda one: one.code)
    found = []
    for unit in units:
        was = _targets(scheme, forebears, unit.id, old)
        now = new.get(unit.id, {})
        others = tuple(one for one in sorted(forebears.of(unit.id)) if one != unit.id and one in old)
        for code in dict.fromkeys([*(code for code, month in was if month is None), *now]):
            found.append(TargetChange(unit.id, code, was.get((code, None)), now.get(code), others))
    return found


def _of_term(session: Session, programme: Programme, first: date, last: date) -> dict[int, dict[str, Decimal]]:
    """unit id -> value code -> the term's target in the newest version of its letter for these days."""
    found: dict[int, dict[str, Decimal]] = {}
    for letter in queries.letters(session, programme.id):
        if (letter.term_from, letter.term_to) == (first, last) and letter.unit_id not in found:
            found[letter.unit_id] = {one.value_code: one.number for one in letter.targets if one.month is None}
    return found


def units_left(session: Session, programme: Programme, before: int) -> list[int]:
    """Units with a letter of the year before that have ended by its end: others carry on what they had."""
    last_day = span_of(str(before))[2]
    now = units_on(session, last_day + timedelta(days=1))
    return [one for one in queries.letters_on(session, programme.id, last_day) if one not in now]

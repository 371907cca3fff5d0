"""Periods planned ahead from the scheme's calendar and the working-day table, and moved with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.i18n import say
from assessment.foundation.workday_table import load_calendar
from assessment.foundation.workdays import BeyondCalendar, Calendar, Duration, due, end_of
from assessment.organisations.duties import Duty
from assessment.programmes.models import Period, PeriodKind, PeriodPart, PeriodState, Programme, SchemeVersion
from assessment.programmes.queries import read_scheme
from assessment.programmes.rules.scheme import Scheme

MOVABLE = (PeriodState.PLANNED, PeriodState.OPEN, PeriodState.VERIFYING)
SEALED = ("approved", "in_force")
ORDER = ("report_by", "late_until", "verify_by", "provisional_on")
ONE_DAY = timedelta(days=1)


def span_of(code: str) -> tuple[PeriodKind, date, date]:
    """Kind, first and last day of ``2012-01``, ``2012-Q1`` or ``2012``."""
    found = re.fullmatch(r"([12][0-9]{3})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?", code, re.ASCII)
    if found is None:
        raise Invalid(say("“{code}” is not a period; write 2012-01, 2012-Q1 or 2012.", code=code[:20]))
    year = int(found[1])
    if found[2]:
        return PeriodKind.MONTH, *_months(year, int(found[2]), 1)
    if found[3]:
        return PeriodKind.QUARTER, *_months(year, 3 * int(found[3]) - 2, 3)
    return PeriodKind.YEAR, *_months(year, 1, 12)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    end = year * 12 + month - 1 + count
    return date(year, month, 1), date(end // 12, end % 12 + 1, 1) - ONE_DAY


def plan_periods(session: Session, act: Act, version: SchemeVersion, *, year: int | None = None) -> list[Period]:
    """Plan every period the scheme names and the wholes they make; those that are planned already stay as they are."""
    programme = version.programme
    _may_plan(act, programme, version)
    scheme = read_scheme(version)
    if scheme.periods is None:
        raise Invalid(say("The scheme does not say how often it assesses; plan its periods one by one."))
    codes = [code for code in _codes(scheme) if year is None or code.startswith(str(year))]
    return _plan(session, act, version, codes)


def plan_period(session: Session, act: Act, version: SchemeVersion, code: str) -> Period:
    """Plan one period by its code, for a scheme that names no periods or one more beside them."""
    _may_plan(act, version.programme, version)
    planned = _plan(session, act, version, [code])
    if not planned:
        raise Invalid(say("{code} is planned already.", code=code))
    return planned[0]


def _may_plan(act: Act, programme: Programme, version: SchemeVersion) -> None:
    if not act.by.holds(Duty.PLAN_CYCLES, programme.unit_id):
        raise NotPermitted(say("Periods are planned by the assessment office."))
    if version.state not in SEALED:
        raise NotNow(say("Periods are planned by an approved scheme; version {number} is not.", number=version.number))


def _codes(scheme: Scheme) -> Iterator[str]:
    """The scheme's own periods, then the quarters and years they make up whole or in part."""
    assert scheme.periods is not None
    first, last = scheme.periods.from_, scheme.periods.to
    step = {"month": 1, "quarter": 3, "year": 12}[scheme.periods.every]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month, step)
    for count in months:
        yield _code(count // 12, count % 12 + 1, step)
    if scheme.year is None:
        return
    if step == 1 and scheme.year.quarter:
        yield from dict.fromkeys(_code(count // 12, count % 12 + 1, 3) for count in months)
    yield from dict.fromkeys(str(count // 12) for count in months)


def _code(year: int, month: int, step: int) -> str:
    if step == 1:
        return f"{year:04d}-{month:02d}"
    return f"{year:04d}-Q{(month + 2) // 3}" if step == 3 else f"{year:04d}"


def _plan(session: Session, act: Act, version: SchemeVersion, codes: list[str]) -> list[Period]:
    scheme, programme = read_scheme(version), version.programme
    known = {
        period.code: period for period in session.scalars(select(Period).where(Period.programme_id == programme.id))
    }
    calendars = _calendars(session)
    planned = []
    for code in codes:
        if code in known:
            continue
        period = known[code] = _period(programme, version, scheme, code, calendars)
        parts = [*_parts(scheme, period, known), *_year_end(session, scheme, period)]
        period.parts = [PeriodPart(part=part, weight=weight) for part, weight in parts]
        if period.parts:
            _estimate(period, scheme, calendars, ZoneInfo(programme.zone))
        planned.append(period)
    session.add_all(planned)
    if planned:
        audit.record(
            session, act, "plan_periods", None, kind="period", touched=planned, relied_on=[version],
            body={"periods": [period.code for period in planned], "count": len(planned)},
        )  # fmt: skip
    session.flush()
    return planned


def _calendars(session: Session) -> tuple[Calendar, Calendar]:
    """The days deadlines may rest on, and the further ones that plans may show."""
    return load_calendar(session), load_calendar(session, provisional=True)


def _period(
    programme: Programme, version: SchemeVersion, scheme: Scheme, code: str, calendars: tuple[Calendar, Calendar]
) -> Period:
    kind, first, last = span_of(code)
    zone = ZoneInfo(programme.zone)
    period = Period(
        programme=programme, scheme_version_id=version.id, code=code, kind=kind.value, first_day=first, last_day=last,
        opens_at=datetime.combine(last + ONE_DAY, datetime.min.time(), tzinfo=zone),
        is_provisional=False,
    )  # fmt: skip
    limits = scheme.calendar.after_period_end
    for name in ORDER:
        limit = getattr(limits, name)
        if limit is not None:
            _set(period, name, end_of(last, zone), Duration.parse(str(limit)), calendars, zone)
    return period


def _set(
    period: Period, name: str, start: datetime, limit: Duration, calendars: tuple[Calendar, Calendar], zone: ZoneInfo
) -> None:
    firm, shown = calendars
    try:
        moment = due(start, limit, firm, zone)
    except BeyondCalendar:
        period.is_provisional = True
        try:
            moment = due(start, limit, shown, zone)
        except BeyondCalendar:
            moment = end_of(start.astimezone(zone).date() + timedelta(days=limit.count * 7 // 5), zone)
    setattr(period, name, moment)


def _parts(scheme: Scheme, whole: Period, known: dict[str, Period]) -> list[tuple[Period, Decimal]]:
    """A quarter is the mean of its months, a year its quarters by the scheme's weights."""
    if scheme.periods is None or scheme.year is None or whole.kind == PeriodKind.MONTH:
        return []
    inside = [one for one in known.values() if whole.first_day <= one.first_day and one.last_day <= whole.last_day]
    if whole.kind == PeriodKind.QUARTER:
        months = sorted((one for one in inside if one.kind == PeriodKind.MONTH), key=lambda one: one.code)
        return [(one, Decimal(1)) for one in months] if scheme.year.quarter else []
    by_code = {one.code: one for one in inside}
    quarters = ((f"{whole.code}-{name}", weight) for name, weight in scheme.year.weights.items())
    within = 1 - scheme.year.year_end.share if scheme.year.year_end else Fraction(1)
    return [(by_code[code], _decimal(Fraction(weight) * within)) for code, weight in quarters if code in by_code]


def _decimal(share: Fraction) -> Decimal:
    """A weight as it is kept; percentages and their products end."""
    return Decimal(share.numerator) / Decimal(share.denominator)


def _year_end(session: Session, scheme: Scheme, whole: Period) -> list[tuple[Period, Decimal]]:
    """The same year of the programme by which the year-end assessment is made; it is planned before this one."""
    said = scheme.year.year_end if scheme.year else None
    if said is None or whole.kind != PeriodKind.YEAR:
        return []
    found = session.scalar(
        select(Period).join(Programme).where(Programme.code == said.scheme, Period.code == whole.code)
    )
    if found is None:
        raise Invalid(say("{year} of the year-end assessment “{scheme}” is not planned yet; plan it first, by its own "
                          "scheme.", year=whole.code, scheme=said.scheme))  # fmt: skip
    return [(found, _decimal(said.share * 100))]


def _estimate(period: Period, scheme: Scheme, calendars: tuple[Calendar, Calendar], zone: ZoneInfo) -> None:
    """A whole reports nothing itself; its provisional scores follow the publication of its last part."""
    period.report_by = period.late_until = period.verify_by = None
    last = max((part.part.provisional_on for part in period.parts if part.part.provisional_on), default=None)
    if last is None:
        return
    rules = scheme.calendar
    for limit in (
        rules.from_service.object_within,
        rules.after_last_window_or_decision.approve_within,
        rules.composite.provisional_on,
    ):
        if limit is not None:
            _set(period, "provisional_on", last, Duration.parse(str(limit)), calendars, zone)
            assert period.provisional_on is not None
            last = period.provisional_on


def move_period(session: Session, period: Period, act: Act, **moments: datetime) -> None:
    """Move planned moments of a period, with a reason; what lies behind cannot be moved."""
    if not act.by.holds(Duty.PLAN_CYCLES, period.programme.unit_id):
        raise NotPermitted(say("Periods are planned by the assessment office."))
    if not act.reason.strip():
        raise Invalid(say("Say why the period is moved; the reason is shown to everyone whose deadline it is."))
    if period.state not in MOVABLE:
        raise NotNow(say("The period’s moments are past; they can no longer be moved."))
    before = {}
    for name, moment in moments.items():
        if name not in ("opens_at", *ORDER):
            raise ValueError(f"a period has no moment {name!r}")
        before[name] = getattr(period, name)
        if before[name] is not None and before[name] <= act.at:
            raise NotNow(say("{moment} has passed and cannot be moved.", moment=before[name]))
        if moment <= act.at:
            raise Invalid(say("{moment} has passed; choose a moment to come.", moment=moment))
    _in_order({name: moments.get(name, getattr(period, name)) for name in ORDER})
    for name, moment in moments.items():
        setattr(period, name, moment)
    audit.record(session, act, "move_period", period, body={"from": before, "to": dict(moments)})


def _in_order(moments: Mapping[str, datetime | None]) -> None:
    given = [moment for moment in moments.values() if moment is not None]
    if given != sorted(given):
        raise Invalid(say("Reporting ends before lateness, verification and provisional scores; put them in order."))

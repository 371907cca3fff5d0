"""Lists of records: what of each is read, who sees which, and what they can be narrowed by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from assessment.bulletins.models import Bulletin, BulletinState
from assessment.bulletins.queries import SHOWN, WORKERS
from assessment.faces.api import shapes
from assessment.faces.api.asking import Filter
from assessment.faces.api.shapes import Names, Ref, names
from assessment.faces.web.kit import now
from assessment.foundation.i18n import Bilingual
from assessment.organisations.models import Level, Placement, Resource, Unit, UnitName, valid_on
from assessment.organisations.officers import Officer
from assessment.organisations.seeing import units_seen
from assessment.programmes.models import Period, PeriodKind, PeriodState, Programme, SchemeVersion
from assessment.remediation.models import Task, TaskState
from assessment.remediation.queries import is_overdue, task_is_overdue, visible_units
from assessment.scoring.models import Edition, EditionState, Scorecard
from assessment.scoring.seeing import cards_seen, editions_seen, reach

Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Collection:
    """Records of one kind. ``rows`` asks for those that the officer sees, in no order; ``key`` orders them."""

    name: str
    one: str
    resource: Resource
    meaning: str
    model: type
    key: Any
    shape: type[shapes.Stated]
    rows: Callable[[Session, Officer], Rows]
    make: Callable[[Any], shapes.Stated]
    filters: tuple[Filter, ...]


def at(name: str, record_id: int) -> str:
    """A record's own address."""
    return url_for(f"api.{name}", id=record_id)


def of(listed: str, **filters: Any) -> str:
    return url_for(f"api.{listed}", **filters)


def among(column: Any) -> Callable[[Any], ColumnElement[bool]]:
    return lambda value: column == value


def words(states: Any) -> tuple[str, ...]:
    return tuple(one.value for one in states)


# --- units, programmes, periods --------------------------------------------------------------------------------------


def _units(session: Session, officer: Officer) -> Rows:
    return (
        select(Unit.id, Unit.code, func.coalesce(UnitName.name_zh, Unit.name_zh).label("name_zh"),
               func.coalesce(UnitName.name_en, Unit.name_en).label("name_en"), Unit.level, Placement.parent_id,
               Unit.valid_from, Unit.valid_to)
        .outerjoin(UnitName, and_(UnitName.unit_id == Unit.id, valid_on(UnitName, officer.day)))
        .outerjoin(Placement, and_(Placement.unit_id == Unit.id, valid_on(Placement, officer.day)))
        .where(units_seen(session, officer))
    )  # fmt: skip


def _unit(row: Any) -> shapes.Unit:
    return shapes.Unit(
        id=row.id, code=row.code, name=Names(zh=row.name_zh, en=row.name_en), level=row.level, parent=row.parent_id,
        valid_from=row.valid_from.isoformat(), valid_to=shapes.day(row.valid_to), address=at("unit", row.id),
    )  # fmt: skip


def _programmes(_session: Session, _officer: Officer) -> Rows:
    return select(Programme)


def _programme(row: Any) -> shapes.Programme:
    found: Programme = row.Programme
    return shapes.Programme(
        id=found.id, code=found.code, title=names(found.title), authority=names(found.authority), unit=found.unit_id,
        zone=found.zone, is_example=found.is_example, is_illustrative=found.is_illustrative,
        created_at=shapes.said(found.created_at), address=at("programme", found.id),
        periods=of("periods", programme=found.id),
    )  # fmt: skip


def _periods(_session: Session, _officer: Officer) -> Rows:
    return select(Period)


def _period(row: Any) -> shapes.Period:
    found: Period = row.Period
    return shapes.Period(
        id=found.id, code=found.code, title=names(found.title), programme=found.programme_id, kind=found.kind,
        state=found.state, first_day=found.first_day.isoformat(), last_day=found.last_day.isoformat(),
        opens_at=shapes.said(found.opens_at), report_by=shapes.moment(found.report_by),
        late_until=shapes.moment(found.late_until), verify_by=shapes.moment(found.verify_by),
        address=at("period", found.id), editions=of("editions", period=found.id),
    )  # fmt: skip


# --- editions and scores ---------------------------------------------------------------------------------------------


def _editions(_session: Session, officer: Officer) -> Rows:
    """Without what was computed from: that is megabytes."""
    return (
        select(Edition.id, Edition.number, Edition.period_id, Period.code.label("period_code"), Edition.state,
               Edition.computed_at, Edition.approved_at, Edition.cut_off, SchemeVersion.number.label("scheme"),
               Edition.method, Edition.inputs_sha256, Edition.results_sha256)
        .join(Period, Period.id == Edition.period_id)
        .join(Programme, Programme.id == Period.programme_id)
        .join(SchemeVersion, SchemeVersion.id == Edition.scheme_version_id)
        .where(editions_seen(officer))
    )  # fmt: skip


def _edition(row: Any) -> shapes.Edition:
    return shapes.Edition(
        id=row.id, number=row.number, period=_period_ref(row), state=row.state,
        computed_at=shapes.said(row.computed_at), approved_at=shapes.moment(row.approved_at),
        cut_off=shapes.said(row.cut_off), scheme=row.scheme, scheme_sha256=row.method,
        inputs_sha256=row.inputs_sha256, results_sha256=row.results_sha256, address=at("edition", row.id),
        ranking=at("ranking", row.id), scores=of("scores", edition=row.id),
    )  # fmt: skip


def _period_ref(row: Any) -> Ref:
    return Ref(id=row.period_id, code=row.period_code, address=at("period", row.period_id))


def _scores(_session: Session, officer: Officer) -> Rows:
    return (
        select(Scorecard.id, Scorecard.edition_id, Edition.state.label("edition_state"), Edition.period_id,
               Period.code.label("period_code"), Scorecard.unit_id, Scorecard.unit_code, Scorecard.name_zh,
               Scorecard.name_en, Scorecard.group_code, Scorecard.total, Scorecard.rank, Scorecard.band,
               Scorecard.late_days)
        .join(Edition, Edition.id == Scorecard.edition_id)
        .join(Period, Period.id == Edition.period_id)
        .where(cards_seen(officer))
    )  # fmt: skip


def _score(row: Any) -> shapes.Score:
    return shapes.Score(**score_facts(row))


def score_facts(row: Any) -> dict[str, Any]:
    """What a list and the whole score both say."""
    return {
        "id": row.id, "edition": row.edition_id, "edition_state": row.edition_state, "period": _period_ref(row),
        "unit": unit_ref(row), "name": names(Bilingual(row.name_zh, row.name_en)), "group": row.group_code,
        "total": shapes.number(row.total), "rank": row.rank, "band": row.band, "late_days": row.late_days,
        "address": at("score", row.id), "explanation": at("explanation", row.id),
    }  # fmt: skip


def unit_ref(row: Any) -> Ref:
    return Ref(id=row.unit_id, code=row.unit_code, address=at("unit", row.unit_id))


# --- tasks and bulletins ---------------------------------------------------------------------------------------------


def _tasks(_session: Session, officer: Officer) -> Rows:
    return select(Task).where(Task.unit_id.in_(visible_units(officer)))


def _task(row: Any) -> shapes.Task:
    one: Task = row.Task
    return shapes.Task(
        id=one.id, number=one.number, title=names(one.title), place=one.place, clause=one.clause, unit=one.unit_id,
        severity=shapes.Severity(code=one.severity, zh=one.severity_zh, en=one.severity_en), is_major=one.is_major,
        state=one.state, is_overdue=task_is_overdue(one, now()), issued_at=shapes.said(one.issued_at),
        first_due_at=shapes.said(one.first_due_at), due_at=shapes.said(one.due_at),
        reported_at=shapes.moment(one.reported_at), closed_at=shapes.moment(one.closed_at),
        closed_in_time=one.closed_in_time, reopen_count=one.reopen_count, address=at("task", one.id),
    )  # fmt: skip


def _overdue(wanted: bool) -> ColumnElement[bool]:
    return is_overdue(now()) if wanted else not_(is_overdue(now()))


def _bulletins(_session: Session, officer: Officer) -> Rows:
    return select(Bulletin).where(or_(Bulletin.state.in_(SHOWN), Bulletin.unit_id.in_(reach(officer, WORKERS))))


def _bulletin(row: Any) -> shapes.Bulletin:
    one: Bulletin = row.Bulletin
    return shapes.Bulletin(
        id=one.id, number=one.number, title=names(one.title), programme=one.programme_id, edition=one.edition_id,
        state=one.state, dated=shapes.day(one.dated), published_at=shapes.moment(one.published_at),
        corrects=one.corrects_id, audit_head=one.audit_head or None,
        documents=shapes.Documents(zh=one.signed_zh or one.body_zh or None, en=one.signed_en or one.body_en or None),
        papers=shapes.Papers(zh=at("paper_zh", one.id), en=at("paper_en", one.id)),
        address=at("bulletin", one.id), data=at("data", one.id), page=url_for("bulletins.show", record_id=one.id),
    )  # fmt: skip


COLLECTIONS = (
    Collection(
        "units", "unit", Resource.UNITS, "Units with which the token's owner has to do.", Unit, Unit.id, shapes.Unit,
        _units, _unit, (
            Filter("code", "The unit's code.", among(Unit.code), str),
            Filter("level", "Its level.", among(Unit.level), str, words(Level)),
            Filter("parent", "The unit right above it today.", among(Placement.parent_id)),
        ),
    ),
    Collection(
        "programmes", "programme", Resource.PROGRAMMES, "What is assessed.", Programme, Programme.id, shapes.Programme,
        _programmes, _programme, (Filter("code", "The programme's code.", among(Programme.code), str),),
    ),
    Collection(
        "periods", "period", Resource.PERIODS, "Months, quarters and years.", Period, Period.id, shapes.Period,
        _periods, _period, (
            Filter("programme", "Of this programme.", among(Period.programme_id)),
            Filter("code", "As in 2012-10.", among(Period.code), str),
            Filter("kind", "How long.", among(Period.kind), str, words(PeriodKind)),
            Filter("state", "How far it is.", among(Period.state), str, words(PeriodState)),
        ),
    ),
    Collection(
        "editions", "edition", Resource.EDITIONS,
        "Computations: announced ones for everybody, others for those who work on them.", Edition, Edition.id,
        shapes.Edition, _editions, _edition, (
            Filter("programme", "Of this programme.", among(Period.programme_id)),
            Filter("period", "Of this period.", among(Edition.period_id)),
            Filter("state", "Approved is what counts.", among(Edition.state), str, words(EditionState)),
        ),
    ),
    Collection(
        "scores", "score", Resource.SCORES, "Results of units; those not announced yet for the unit and the office.",
        Scorecard, Scorecard.id, shapes.Score, _scores, _score, (
            Filter("period", "Of this period.", among(Edition.period_id)),
            Filter("edition", "Of this edition.", among(Scorecard.edition_id)),
            Filter("unit", "Of this unit.", among(Scorecard.unit_id)),
            Filter("edition_state", "Approved is what counts.", among(Edition.state), str, words(EditionState)),
        ),
    ),
    Collection(
        "tasks", "task", Resource.TASKS, "What units have to put right.", Task, Task.id, shapes.Task, _tasks, _task, (
            Filter("unit", "Of this unit.", among(Task.unit_id)),
            Filter("number", "The task's number.", among(Task.number), str),
            Filter("state", "How far it is.", among(Task.state), str, words(TaskState)),
            Filter("overdue", "Whether its time is over and nothing came in time.", _overdue, bool),
        ),
    ),
    Collection(
        "bulletins", "bulletin", Resource.BULLETINS,
        "Bulletins: published ones for everybody, drafts for those who work on them.", Bulletin, Bulletin.id,
        shapes.Bulletin, _bulletins, _bulletin, (
            Filter("programme", "Of this programme.", among(Bulletin.programme_id)),
            Filter("edition", "From this edition.", among(Bulletin.edition_id)),
            Filter("state", "How far it is.", among(Bulletin.state), str, words(BulletinState)),
        ),
    ),
)  # fmt: skip

"""Search: units, tasks, bulletins, cases, objections and programmes by number or word, within what one may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from assessment.accountability import queries as cases
from assessment.accountability.models import Case
from assessment.accountability.process import CASE
from assessment.bulletins.models import Bulletin
from assessment.bulletins.process import BULLETIN
from assessment.bulletins.queries import SHOWN, WORKERS
from assessment.cycles import remedies
from assessment.faces.web.kit import address_of, current_session, signed_in, viewer
from assessment.foundation.i18n import N_, Bilingual, Word
from assessment.foundation.sql import among
from assessment.objections.models import Objection
from assessment.objections.process import OBJECTION
from assessment.organisations.models import Unit
from assessment.organisations.queries import unit_views
from assessment.organisations.seeing import units_seen
from assessment.programmes.models import Programme
from assessment.remediation.models import Task
from assessment.remediation.process import TASK
from assessment.remediation.queries import visible_units
from assessment.scoring.seeing import reach

pages = Blueprint("search", __name__)
LONGEST, MOST_WORDS = 100, 6
SHOWN_OF_A_KIND = 8
LOOKED_AT = 40
"""So many matters that only some may know of are looked at one by one."""


@dataclass(frozen=True)
class Hit:
    """One record that was found: what it is called, where it stands, and its page."""

    title: Any
    address: str
    number: str = ""
    about: Any = ""
    state: Word | str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind; ``has_more`` than are shown."""

    label: str
    hits: tuple[Hit, ...]
    has_more: bool


@pages.get("/search")
@signed_in
def index() -> str:
    asked = request.args.get("q", "").strip()[:LONGEST]
    return render_template("search/index.html", asked=asked, groups=found(current_session(), viewer(), asked))


def found(session: Session, officer: Any, asked: str) -> list[Group]:
    """What the words occur in, kind by kind; a kind of which nothing was found is left out."""
    words = asked.split()[:MOST_WORDS]
    if not words:
        return []
    every = ((label, list(_first(look(session, officer, words)))) for label, look in KINDS)
    return [
        Group(label, tuple(hits[:SHOWN_OF_A_KIND]), len(hits) > SHOWN_OF_A_KIND) for label, hits in every if hits
    ]


def _first(hits: Iterable[Hit]) -> Iterator[Hit]:
    for number, hit in enumerate(hits):
        if number > SHOWN_OF_A_KIND:
            return
        yield hit


def holds(words: list[str], *columns: Any) -> ColumnElement[bool]:
    """Every word occurs in the columns, put together: one comparison a word costs a quarter of one a column."""
    together = func.lower(reduce(lambda some, one: some + " " + one, columns))
    return and_(*(together.like(_pattern(word), escape="/") for word in words))


_BRACKETS = "[]()（）【】〔〕"


def _pattern(word: str) -> str:
    """The word within a text; the brackets of a number may be typed as one likes."""
    parts = [re.sub(r"([%_/])", r"/\1", part.lower()) for part in re.split(f"[{re.escape(_BRACKETS)}]+", word)]
    return f"%{'%'.join(parts)}%" if any(parts) else f"%{word}%"


Look = Callable[[Session, Any, list[str]], Iterable[Hit]]


def _units(session: Session, officer: Any, words: list[str]) -> Iterator[Hit]:
    query = select(Unit).where(units_seen(session, officer), holds(words, Unit.code, Unit.name_zh, Unit.name_en))
    for one in session.scalars(query.order_by(func.length(Unit.name_zh), Unit.code).limit(SHOWN_OF_A_KIND + 1)):
        yield Hit(one.name, address_of("unit", one.id), one.code)


def _programmes(session: Session, _officer: Any, words: list[str]) -> Iterator[Hit]:
    query = select(Programme).where(holds(words, Programme.code, Programme.title_zh, Programme.title_en))
    for one in session.scalars(query.order_by(Programme.id).limit(SHOWN_OF_A_KIND + 1)):
        yield Hit(one.title, address_of("programme", one.id), about=one.authority)


def _tasks(session: Session, officer: Any, words: list[str]) -> Iterator[Hit]:
    query = (
        select(Task.id, Task.number, Task.title_zh, Task.title_en, Task.unit_id, Task.state)
        .where(among(Task.unit_id, visible_units(officer)))
        .where(holds(words, Task.number, Task.title_zh, Task.title_en, Task.place))
    )
    rows = session.execute(query.order_by(Task.id.desc()).limit(SHOWN_OF_A_KIND + 1)).all()
    units = unit_views(session, {row.unit_id for row in rows}, officer.day)
    for row in rows:
        title = Bilingual(row.title_zh, row.title_en)
        yield Hit(title, address_of("task", row.id), row.number, units[row.unit_id].name, TASK.word(row.state))


def _bulletins(session: Session, officer: Any, words: list[str]) -> Iterator[Hit]:
    query = (
        select(Bulletin)
        .where(or_(Bulletin.state.in_(SHOWN), among(Bulletin.unit_id, reach(officer, WORKERS))))
        .where(holds(words, Bulletin.number, Bulletin.title_zh, Bulletin.title_en))
    )
    for one in session.scalars(query.order_by(Bulletin.id.desc()).limit(SHOWN_OF_A_KIND + 1)):
        yield Hit(one.title, address_of("bulletin", one.id), one.number, state=BULLETIN.word(one.state))


def _objections(session: Session, officer: Any, words: list[str]) -> Iterator[Hit]:
    """By its number or its unit, which say nothing of what is disputed; each looked at as its page does."""
    query = (
        select(Objection, Unit)
        .join(Unit, Unit.id == Objection.unit_id)
        .where(among(Objection.unit_id, officer.unit_ids), holds(words, Objection.number, Unit.name_zh, Unit.name_en))
    )
    for one, unit in session.execute(query.order_by(Objection.id.desc()).limit(LOOKED_AT)):
        if remedies.may_see(session, one, officer):
            yield Hit(unit.name, address_of("objection", one.id), one.number, state=OBJECTION.word(one.state))


def _cases(session: Session, officer: Any, words: list[str]) -> Iterator[Hit]:
    """A case by need only: its matter is searched and shown for those who may read it, its number for who may know."""
    wanted = holds(words, Case.number, Case.title_zh, Case.title_en)
    query = select(Case).where(among(Case.unit_id, officer.unit_ids), wanted).options(selectinload(Case.investigators))
    for one in session.scalars(query.order_by(Case.id.desc()).limit(LOOKED_AT)):
        reads = cases.may_see(session, one, officer)
        if reads or (_is_number(one.number, words) and cases.may_know(session, one, officer)):
            shown = one.title if reads else one.number
            yield Hit(shown, address_of("accountability_case", one.id), one.number, state=CASE.word(one.state))


def _is_number(number: str, words: list[str]) -> bool:
    return bool(number) and all(word.casefold() in number.casefold() for word in words)


KINDS: tuple[tuple[str, Look], ...] = (
    (N_("Units"), _units),
    (N_("Tasks"), _tasks),
    (N_("Bulletins"), _bulletins),
    (N_("Cases"), _cases),
    (N_("Objections"), _objections),
    (N_("Programmes"), _programmes),
)

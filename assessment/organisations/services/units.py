"""Units over time: added, renamed, placed elsewhere, ended with their successors. Nothing dated is ever overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.i18n import NOTHING, Bilingual, Sentence, say
from assessment.organisations import queries
from assessment.organisations.models import Holding, Level, Placement, Post, PostDuty, Succession, Unit, UnitName
from assessment.organisations.process import against_adding, against_administering
from assessment.organisations.services.posts import somebody_administers
from assessment.organisations.services.sign_ins import end_sessions

Row = TypeVar("Row", UnitName, Placement)

LAST_TILE = 40
"""Rows and columns of the tile map."""


def add_unit(
    session: Session,
    act: Act,
    *,
    code: str,
    name: Bilingual,
    level: str,
    parent_id: int | None,
    valid_from: date,
    valid_to: date | None = None,
) -> Unit:
    """A new unit, by its official code; a renamed or re-placed one is not new."""
    _permitted(against_adding(session, parent_id, act))
    if queries.unit_by_code(session, code.strip()) is not None:
        sentence = say("There is a unit with the code {code} already.", code=code.strip())
        raise Invalid(sentence, fields={"code": sentence})
    if parent_id is not None:
        _check_parent(session, None, parent_id, valid_from)
    unit = make_unit(session, code.strip(), name, level, valid_from, valid_to)
    session.flush()
    if parent_id is not None:
        session.add(Placement(unit_id=unit.id, parent_id=parent_id, valid_from=valid_from, valid_to=valid_to))
    _noted(session, act, "add_unit", unit, code=unit.code, name=[name.zh, name.en], parent=parent_id, since=valid_from)
    return unit


def make_unit(
    session: Session, code: str, name: Bilingual, level: str, valid_from: date, valid_to: date | None
) -> Unit:
    """The rows of a unit, checked, without a row in the trail: an import makes many in one act."""
    fields: dict[str, Sentence] = {}
    if not code or not name.zh.strip() or not name.en.strip():
        fields["code" if not code else "name"] = say("A unit has a code and a name in both languages.")
    if level not in list(Level):
        fields["level"] = say("The level is one of {levels}.", levels=[one.value for one in Level])
    if valid_to is not None and valid_to <= valid_from:
        fields["valid_to"] = say("The last day lies before the first.")
    if fields:
        raise Invalid(next(iter(fields.values())), fields=fields)
    unit = Unit(
        code=code,
        name_zh=name.zh.strip(),
        name_en=name.en.strip(),
        level=level,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(unit)
    session.flush()
    session.add(
        UnitName(unit_id=unit.id, name_zh=unit.name_zh, name_en=unit.name_en, valid_from=valid_from, valid_to=valid_to)
    )
    return unit


def rename_unit(session: Session, unit: Unit, act: Act, *, name: Bilingual, day: date) -> None:
    """A new name from a day; papers and tables of earlier days keep the old one."""
    _permitted(against_administering(session, unit.id, act))
    _check_alive(unit, day)
    if not name.zh.strip() or not name.en.strip():
        sentence = say("A unit has a code and a name in both languages.")
        raise Invalid(sentence, fields={"name": sentence})
    before = [unit.name_zh, unit.name_en]
    _replace(session, UnitName, unit, day, name_zh=name.zh.strip(), name_en=name.en.strip())
    unit.name_zh, unit.name_en = name.zh.strip(), name.en.strip()
    _noted(session, act, "rename_unit", unit, before=before, after=[name.zh, name.en], since=day)


def place_unit(session: Session, unit: Unit, act: Act, *, parent_id: int, day: date) -> None:
    """Below another unit from a day."""
    _permitted(against_administering(session, unit.id, act) or against_administering(session, parent_id, act))
    _check_alive(unit, day)
    _check_parent(session, unit.id, parent_id, day)
    _replace(session, Placement, unit, day, parent_id=parent_id)
    _noted(session, act, "place_unit", unit, parent=parent_id, since=day)


def set_tile(session: Session, unit: Unit, act: Act, *, row: int | None, column: int | None) -> None:
    """Where the unit lies on the map-like grid, counted from 1 at the upper left; nothing twice takes it off."""
    _permitted(against_administering(session, unit.id, act))
    sentence = against_tile(row, column)
    if sentence:
        raise Invalid(sentence, fields={"row": sentence})
    before = [unit.tile_row, unit.tile_column]
    unit.tile_row, unit.tile_column = row, column
    _noted(session, act, "set_tile", unit, before=before, after=[row, column])


def against_tile(row: int | None, column: int | None) -> Sentence:
    if (row is None) != (column is None):
        return say("A tile has a row and a column, or neither.")
    if row is not None and column is not None and not (1 <= row <= LAST_TILE and 1 <= column <= LAST_TILE):
        return say("Rows and columns of the tile map run from 1 to {last}.", last=LAST_TILE)
    return NOTHING


def end_unit(session: Session, unit: Unit, act: Act, *, day: date, shares: Mapping[int, Decimal] | None = None) -> None:
    """No more from a day on. ``shares``: who carries on its matters, with what share of its figures; they sum to 1."""
    heirs = dict(shares or {})
    _permitted(against_administering(session, unit.id, act))
    _check_alive(unit, day)
    _check_heirs(session, unit, heirs, day)
    below = len(queries.tree_on(session, day).children.get(unit.id, []))
    if below:
        raise NotNow(say("{count} units still stand below it on that day; place them elsewhere first.", count=below))
    with somebody_administers(session, day):
        people = _end_all(session, unit, day)
    session.add_all(
        Succession(predecessor_id=unit.id, successor_id=one, on=day, share=share) for one, share in heirs.items()
    )
    _noted(session, act, "end_unit", unit, day=day, successors={str(one): share for one, share in heirs.items()})
    end_sessions(session, people, "change of duty")


def _check_heirs(session: Session, unit: Unit, heirs: Mapping[int, Decimal], day: date) -> None:
    if unit.id in heirs or (heirs and sum(heirs.values()) != 1) or any(share <= 0 for share in heirs.values()):
        sentence = say("The shares of the successors are above zero and sum to 1.")
        raise Invalid(sentence, fields={"shares": sentence})
    if any(not session.get_one(Unit, one).is_valid_on(day) for one in heirs):
        raise Invalid(say("A successor is not valid on {day}.", day=day))


def _end_all(session: Session, unit: Unit, day: date) -> list[int]:
    """The unit, its names, places, posts and who holds them; returns these people."""
    posts = session.scalars(select(Post).where(Post.unit_id == unit.id)).all()
    ids = [post.id for post in posts]
    holdings = session.scalars(select(Holding).where(Holding.post_id.in_(ids))).all()
    unit.valid_to = day
    _close(session.scalars(select(UnitName).where(UnitName.unit_id == unit.id)), day)
    _close(session.scalars(select(Placement).where(Placement.unit_id == unit.id)), day)
    _close([*posts, *holdings, *session.scalars(select(PostDuty).where(PostDuty.post_id.in_(ids)))], day)
    return [holding.person_id for holding in holdings]


def merge_units(session: Session, units: Iterable[Unit], act: Act, *, into: Unit, day: date) -> None:
    """Several units end, and one carries on all their matters."""
    for unit in units:
        end_unit(session, unit, act, day=day, shares={into.id: Decimal(1)})


# --- parts -----------------------------------------------------------------------------------------------------------


def _permitted(against: Sentence) -> None:
    if against:
        raise NotPermitted(against)


def _noted(session: Session, act: Act, verb: str, unit: Unit, **body: Any) -> None:
    queries.forget_trees(session)
    audit.record(session, act, verb, unit, body=body)


def _check_alive(unit: Unit, day: date) -> None:
    if not unit.is_valid_on(day):
        raise NotNow(say("{unit} is not valid on {day}.", unit=unit.name, day=day))


def _check_parent(session: Session, unit_id: int | None, parent_id: int, day: date) -> None:
    tree = queries.tree_on(session, day)
    sentence = NOT_THERE if parent_id not in tree.units else None
    if unit_id is not None and parent_id in tree.subtree(unit_id):
        sentence = say("A unit cannot stand below itself or below one of its own.")
    if sentence:
        raise Invalid(sentence, fields={"parent": sentence})


NOT_THERE = say("The unit above it is not valid on that day.")


def _replace(session: Session, model: type[Row], unit: Unit, day: date, **values: Any) -> None:
    """Close what holds on the day and open the new row; one that began that same day was a slip and gives way."""
    rows = session.scalars(select(model).where(model.unit_id == unit.id)).all()
    if any(row.valid_from > day and row.valid_to != row.valid_from for row in rows):
        raise NotNow(say("A later change is entered already; enter this one from a day after it."))
    _close(rows, day)
    session.add(model(unit_id=unit.id, valid_from=day, valid_to=unit.valid_to, **values))
    session.flush()


def _close(rows: Iterable[Any], day: date) -> None:
    """End dated rows on a day; what would only have begun later never holds."""
    for row in rows:
        if row.valid_to is None or row.valid_to > day:
            row.valid_to = max(day, row.valid_from)

"""Worlds that many tests begin from: made once by services, then laid into an empty database as the rows they left.

Every statement a service issues, every row of the trail, is there as if the acts had just been done; only the doing is
spared, which was a third of the suite's time.
"""

import dataclasses
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from sqlalchemy import Table, func, inspect, select, text
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.db import Base

P = ParamSpec("P")
W = TypeVar("W")


class Row(NamedTuple):
    """A record of the world, to be looked up anew."""

    kind: type
    key: tuple[Any, ...]


class Laid(NamedTuple):
    """What a world left in each table, and how what the test holds of it hangs together."""

    rows: dict[Table, list[dict[str, Any]]]
    shape: Any


THE_SESSION = object()
_KEPT: dict[tuple[Any, ...], Laid] = {}


def kept(make: Callable[Concatenate[Session, P], W]) -> Callable[Concatenate[Session, P], W]:
    """Mark a function that makes a world in a session's empty database, of nothing but its own arguments."""

    @wraps(make)
    def made(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> W:
        if not _is_empty(session):
            return make(session, *args, **kwargs)
        kind = session.get_bind().dialect.name
        name = (kind, make.__module__, make.__qualname__, args, tuple(sorted(kwargs.items())))
        if name not in _KEPT:
            world = make(session, *args, **kwargs)
            session.flush()
            audit.link(session)
            _KEPT[name] = Laid(_rows(session), _shape(world, session))
            return world
        _lay(session, _KEPT[name].rows)
        found: W = _filled(_KEPT[name].shape, session)
        return found

    return made


@cache
def _anything(dialect: str) -> str:
    return "SELECT " + " OR ".join(f"EXISTS (SELECT 1 FROM {one.name})" for one in Base.metadata.tables.values())


def _is_empty(session: Session) -> bool:
    if session.new or session.info.get("trail"):
        return False
    return not session.execute(text(_anything(session.get_bind().dialect.name))).scalar()


def _rows(session: Session) -> dict[Table, list[dict[str, Any]]]:
    found = {}
    for table in Base.metadata.sorted_tables:
        query = table.select().order_by(*table.primary_key.columns)
        rows = [dict(row) for row in session.connection().execute(query).mappings()]
        if rows:
            found[table] = rows
    return found


def _lay(session: Session, laid: dict[Table, list[dict[str, Any]]]) -> None:
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    for table, rows in laid.items():
        connection.execute(table.insert(), rows)
        key = table.autoincrement_column
        if connection.dialect.name == "postgresql" and key is not None:
            # A sequence that a table does not have is NULL, and setval of it changes nothing.
            connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, key.name), func.max(key))))


def _shape(held: Any, session: Session) -> Any:
    """Records as where to find them, whatever holds them."""
    if held is session:
        return THE_SESSION
    state = inspect(held, raiseerr=False)
    if state is not None and hasattr(state, "identity_key"):
        return Row(type(held), tuple(state.identity))
    return _copied(held, lambda part: _shape(part, session))


def _filled(shape: Any, session: Session) -> Any:
    if shape is THE_SESSION:
        return session
    if isinstance(shape, Row):
        return session.get_one(shape.kind, shape.key)
    return _copied(shape, lambda part: _filled(part, session))


def _copied(held: Any, part: Callable[[Any], Any]) -> Any:
    if isinstance(held, dict):
        return {part(key): part(value) for key, value in held.items()}
    if isinstance(held, list | set | tuple) and not hasattr(held, "_fields"):
        return type(held)(part(one) for one in held)
    if dataclasses.is_dataclass(held) and not isinstance(held, type):
        copy = object.__new__(type(held))
        for field in dataclasses.fields(held):
            object.__setattr__(copy, field.name, part(getattr(held, field.name)))
        return copy
    return held

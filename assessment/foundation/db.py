"""The database: one base for all tables, engines for SQLite and PostgreSQL, and columns that hold what they say."""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


PATIENCE = 10
"""Seconds to wait for a server that does not answer: whoever asks how it is must be told soon."""


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; a naive one is refused, because it could be any hour."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value!r}")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table's base. A record's *kind*, by which trail and addresses know it, is its table's name."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Moment}

    __judged__: tuple[str, ...] = ()
    """Columns by which a locality is judged: their digest enters the trail with every change."""


def kind_of(record: Any) -> str:
    """The word for a record in trail, addresses and references: its table's name."""
    return str(record.__tablename__)


def one_of(column: str, states: type[enum.StrEnum]) -> CheckConstraint:
    """No row can hold a word that the enum does not have."""
    words = ", ".join(f"'{state.value}'" for state in states)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def make_engine(url: str) -> Engine:
    """An engine whose transactions are durable and, on SQLite, take the write lock before they read.

    What a statement was given is in no error: errors go to the log, and passwords' hashes and names do not.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        address = parsed.set(drivername="postgresql+psycopg")
        patience = {} if "connect_timeout" in parsed.query else {"connect_timeout": PATIENCE}
        return create_engine(address, pool_pre_ping=True, connect_args=patience, hide_parameters=True)
    arguments = {"check_same_thread": False, "timeout": 30}
    engine = create_engine(parsed, connect_args=arguments, hide_parameters=True)
    event.listen(engine, "connect", _settle_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _settle_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the begin event below opens transactions, not the driver
    cursor = connection.cursor()
    for pragma in ("busy_timeout=30000", "journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A plain BEGIN that reads and then writes fails at once under contention, whatever the busy timeout.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

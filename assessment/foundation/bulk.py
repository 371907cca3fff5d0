"""Many rows at once: past the mapper and past SQLAlchemy's own loop, at the speed of the driver."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Dialect, Table, func, select, text
from sqlalchemy.orm import Session


def new_keys(session: Session, table: Table, count: int) -> range | list[int]:
    """Keys for new rows. On SQLite the writer holds the only lock; PostgreSQL's sequence may skip what others took."""
    key = next(iter(table.primary_key.columns))
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        sequence = text("SELECT nextval(pg_get_serial_sequence(:name, :key)) FROM generate_series(1, :count)")
        return list(connection.scalars(sequence, {"name": table.name, "key": key.name, "count": count}))
    last = connection.scalar(select(func.max(key))) or 0
    return range(last + 1, last + 1 + count)


def insert_rows(
    session: Session, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]], ready: Collection[str] = ()
) -> None:
    """Rows in the order of ``names``; whatever else of the session waits is written first, as a flush would.

    The columns in ``ready`` come as the database holds them.
    """
    session.flush()
    connection = session.connection()
    written = _written(table, names, rows, ready, connection.dialect)
    columns = ", ".join(names)
    if connection.dialect.name == "postgresql":
        cursor: Any = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
        with cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as lines:
            for row in written:
                lines.write_row(row)
        return
    places = ", ".join("?" * len(names))
    if rows:
        statement = f"INSERT INTO {table.name} ({columns}) VALUES ({places})"  # noqa: S608 - names from the metadata
        connection.exec_driver_sql(statement, list(written))


def _written(
    table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]], ready: Collection[str], dialect: Dialect
) -> Iterator[tuple[Any, ...]]:
    """As the driver takes them; the same value is turned into what the column holds only once."""
    columns = list(zip(*rows, strict=True))
    for place, name in enumerate(names):
        processor = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        if processor is not None and columns and name not in ready:
            known = {value: processor(value) for value in set(columns[place])}
            columns[place] = tuple(map(known.__getitem__, columns[place]))
    return zip(*columns, strict=True)

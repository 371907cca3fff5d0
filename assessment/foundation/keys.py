"""Keys of new records, given before they are written: SQLite takes rows by the thousand if it need not name them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, func, inspect, select
from sqlalchemy.orm import Mapper, Session


def give_keys(session: Session, *_: Any) -> None:
    """Number the new records of each table behind its last one, as the database would.

    SQLAlchemy writes many rows by one statement where it knows which key went to which row. SQLite promises no order
    of the keys it returns, so rows go one by one there (24,000 statements in the example's year). The writer holds
    the only write lock from its first moment: nobody else can take these numbers. PostgreSQL needs none of this.
    """
    by_table: dict[Mapper[Any], list[Any]] = {}
    for record in session.new:
        by_table.setdefault(inspect(record).mapper, []).append(record)
    for mapper, records in by_table.items():
        key = mapper.primary_key[0]
        if len(records) < 2 or len(mapper.primary_key) > 1 or not isinstance(key.type, Integer) or key.foreign_keys:
            continue
        name = mapper.get_property_by_column(key).key
        unnumbered = sorted(
            (one for one in records if getattr(one, name) is None), key=lambda one: inspect(one).insert_order
        )
        last = session.connection().scalar(select(func.max(key))) or 0
        for number, record in enumerate(unnumbered, last + 1):
            setattr(record, name, number)

"""Writing the same facts into many records at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from assessment.remediation.queries import chunks


def add_rows(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Many rows of a table that nobody needs as objects in this act."""
    if rows:
        session.execute(insert(model), rows)


def set_all(session: Session, records: Sequence[Any], **values: Any) -> None:
    """The same values into many records of one kind: one UPDATE for 500, instead of one for each."""
    if not records:
        return
    if len(records) == 1:  # the page's case: the record's own version watches over it
        for name, value in values.items():
            setattr(records[0], name, value)
        return
    session.flush()
    model = type(records[0])
    for ids in chunks(record.id for record in records):
        session.execute(
            update(model).where(model.id.in_(ids)).values(**values).execution_options(synchronize_session=False)
        )
    for record in records:
        for name, value in values.items():
            set_committed_value(record, name, value)

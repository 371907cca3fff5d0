"""Rows past the mapper, with what the mapper would have filled in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.bulk import insert_rows, new_keys


def put(session: Session, model: Any, rows: Sequence[dict[str, Any]], ready: Collection[str] = ()) -> list[int]:
    """Write rows of one shape; each gets a key and the scalar defaults of its model. Returns the keys."""
    if not rows:
        return []
    table = cast(Table, model.__table__)
    whole = table.columns
    alike = {one.name: one.default.arg for one in whole if one.default is not None and one.name not in rows[0]}
    keys = list(new_keys(session, table, len(rows)))
    names = ["id", *rows[0], *alike]
    lines = [(key, *row.values(), *alike.values()) for key, row in zip(keys, rows, strict=True)]
    insert_rows(session, table, names, lines, ready)
    return keys


def lots(model: Any, keys: Sequence[int], rows: Sequence[dict[str, Any]]) -> list[audit.Lot]:
    """What the trail says of these rows, one digest for all whose keys follow one another."""
    judged = model.__judged__
    defaults = {one.name: one.default.arg for one in model.__table__.columns if one.default is not None}
    facts = ((key, [row.get(name, defaults.get(name)) for name in judged]) for key, row in zip(keys, rows, strict=True))
    return list(audit.lots(model.__tablename__, facts))

"""The played example grown to a province of 3,000 units: each county again and again, with all that hangs on it.

Rows are laid by the database itself, one INSERT a table: what stands in a row of a county, its papers, tasks and
scores stands in that of its copies, under their own numbers. Nothing is acted, so the trail does not match: it is for
measuring alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from sqlalchemy import Column, Connection, String, Table, Text, UniqueConstraint, select, text

from assessment.foundation.db import Base

COUNTIES = "SELECT id FROM unit WHERE level = 'county'"
OPEN = "SELECT id FROM period WHERE state IN ('objections', 'open')"
FIRST = "(SELECT count(*) FROM {name} o WHERE o.unit_id = {name}.unit_id AND o.id <= {name}.id) <= {most}"
CHOSEN = {
    "unit": f"id IN ({COUNTIES})",
    "person": "id IN (SELECT h.person_id FROM holding h JOIN post p ON p.id = h.post_id"
    f" WHERE p.unit_id IN ({COUNTIES}))",
    "finding": FIRST.format(name="finding", most=10),
    "task": FIRST.format(name="task", most=10),
    "practice": FIRST.format(name="practice", most=4),
    "submission_value": f"submission_id IN (SELECT id FROM submission WHERE period_id IN ({OPEN}))",
}
"""Which rows of a table are copied, where it is not all that hang on a copied row."""
CUT = ("task", "finding", "practice")
"""Of these not all are copied: what belongs to one of them goes with it."""
ALONE = {"audit_row", "audit_body", "audit_ref", "consequence", "stored_file", "counter_check_item"}
SOFT = {"subject_id": "subject_kind", "origin_id": "origin_kind"}
"""Columns that name a record of the kind another column says."""
CODED = {("unit", "code"), ("scorecard", "unit_code"), ("award", "unit_code"), ("campaign_object", "code")}
DETAILED = 4
"""So many of the last editions keep the marks of each indicator; all of them would be a gigabyte of text."""


def multiply(connection: Connection, units: int = 3_000) -> None:
    """Grow a copy of the played example, which lies in SQLite."""
    counties = connection.scalar(text(f"SELECT count(*) FROM ({COUNTIES})")) or 1
    times = -(-units // counties) - 1
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    connection.exec_driver_sql("CREATE TEMP TABLE copy (k INTEGER PRIMARY KEY)")
    connection.execute(text("INSERT INTO copy VALUES (:k)"), [{"k": k} for k in range(1, times + 1)])
    tables = [one for one in Base.metadata.sorted_tables if one.name not in ALONE]
    strides: dict[str, int] = {}
    for table in tables:
        _mark(connection, table, strides)
    for table in tables:
        if table.name in strides:
            connection.exec_driver_sql(_copying(table, strides))
    _rank(connection)
    _say(connection, times)
    _trail(connection)
    connection.exec_driver_sql("ANALYZE")


# --- rows ------------------------------------------------------------------------------------------------------------


def _mark(connection: Connection, table: Table, strides: dict[str, int]) -> None:
    """Note the rows that are copied: chosen by name, or hanging on a unit or on another copied row."""
    name = table.name
    hangs = [(parent, f"{column.name} IN (SELECT id FROM temp.had_{parent})") for column, parent in _parents(table)
             if parent in strides]  # fmt: skip
    bound = [one for parent, one in hangs if parent in CUT and parent != name]
    either = f"({' OR '.join(one for _, one in hangs)})" if hangs else ""
    chosen = " AND ".join(filter(None, [CHOSEN.get(name), either, *bound]))
    if name in ("unit", "person"):
        chosen = CHOSEN[name]
    if not chosen:
        return
    key = "id" if "id" in table.columns else "rowid"
    connection.exec_driver_sql(
        f"CREATE TEMP TABLE had_{name} AS SELECT rowid AS row, {key} AS id FROM {name} WHERE {chosen}"
    )
    connection.exec_driver_sql(f"CREATE INDEX temp.ix_{name} ON had_{name} (id)")
    if connection.exec_driver_sql(f"SELECT count(*) FROM temp.had_{name}").scalar():
        strides[name] = 10 ** len(str(connection.exec_driver_sql(f"SELECT max(rowid) FROM {name}").scalar()))


def _parents(table: Table) -> list[tuple[Column[Any], str]]:
    return [(column, key.column.table.name) for column in table.columns for key in column.foreign_keys]


def _copying(table: Table, strides: dict[str, int]) -> str:
    parents = {column.name: parent for column, parent in _parents(table) if parent in strides}
    told = ", ".join(_copied(table, column, parents, strides) for column in table.columns)
    names = ", ".join(column.name for column in table.columns)
    return (
        f"INSERT INTO {table.name} ({names}) SELECT {told} FROM {table.name} o"
        f" JOIN temp.had_{table.name} had ON had.row = o.rowid CROSS JOIN temp.copy"
    )


def _copied(table: Table, column: Column[Any], parents: dict[str, str], strides: dict[str, int]) -> str:
    name = f"o.{column.name}"
    if column.name == "id":
        return f"o.id + k * {strides[table.name]}"
    if column.name in parents:
        return _moved(name, parents[column.name], strides)
    if column.name in SOFT and SOFT[column.name] in table.columns:
        kinds = [kind for kind in strides if "id" in Base.metadata.tables[kind].columns]
        moved = {kind: _moved(f"CAST({name} AS INTEGER)", kind, strides) for kind in kinds}
        cases = " ".join(f"WHEN '{kind}' THEN CAST({one} AS TEXT)" for kind, one in moved.items())
        return f"CASE o.{SOFT[column.name]} {cases} ELSE {name} END"
    if (table.name, column.name) in CODED:
        return f"{name} || printf('%02d', k)"
    if column.name in ("name_zh", "name_en"):
        return f"{name} || ' ' || k"
    if isinstance(column.type, String | Text) and _is_unique(table, column):
        return f"{name} || '-' || k"
    return name


def _moved(name: str, parent: str, strides: dict[str, int]) -> str:
    return f"CASE WHEN {name} IN (SELECT id FROM temp.had_{parent}) THEN {name} + k * {strides[parent]} ELSE {name} END"


def _is_unique(table: Table, column: Column[Any]) -> bool:
    """Whether a copy needs another word here."""
    alone = column.unique or any(one.unique and list(one.columns) == [column] for one in table.indexes)
    keys = [set(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    return bool(alone) or {column} in keys


# --- what rows say of each other -------------------------------------------------------------------------------------


def _rank(connection: Connection) -> None:
    """Totals that differ, and places after them in each peer group of each edition."""
    connection.exec_driver_sql(
        "UPDATE scorecard SET total = printf('%.2f', total - (id % 997) / 100.0) WHERE total IS NOT NULL AND id > 10000"
    )
    connection.exec_driver_sql(
        "UPDATE scorecard SET rank = r.place FROM (SELECT id, rank() OVER (PARTITION BY edition_id, group_code"
        " ORDER BY CAST(total AS REAL) DESC) AS place FROM scorecard WHERE rank IS NOT NULL) r"
        " WHERE r.id = scorecard.id"
    )
    last = f"SELECT id FROM edition WHERE state <> 'superseded' ORDER BY id DESC LIMIT {DETAILED}"
    connection.exec_driver_sql(f"UPDATE scorecard SET items = '[]' WHERE id > 10000 AND edition_id NOT IN ({last})")


def _say(connection: Connection, times: int) -> None:
    """What is kept as text with a part for each unit: the inputs of the last editions, and rank ranges."""
    edition, ranges = Base.metadata.tables["edition"], Base.metadata.tables["sensitivity"]
    standing = select(edition.c.id, edition.c.inputs).where(edition.c.state != "superseded")
    for edition_id, inputs in connection.execute(standing.order_by(edition.c.id.desc()).limit(DETAILED)).all():
        said = json.loads(inputs)
        said["units"] = _grown(said["units"], "code", times)
        whole = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        seal = hashlib.sha256(whole.encode()).hexdigest()
        changed = edition.update().where(edition.c.id == edition_id)
        connection.execute(changed.values(inputs=whole, inputs_sha256=seal))
    for one in connection.execute(select(ranges.c.id, ranges.c.ranges)).all():
        grown = _grown(one.ranges, "unit", times)
        connection.execute(ranges.update().where(ranges.c.id == one.id).values(ranges=grown))


def _grown(rows: list[dict[str, Any]], code: str, times: int) -> list[dict[str, Any]]:
    counties = [row for row in rows if re.fullmatch(r"22\d\d(?!00)\d\d", row[code])]
    return [*rows, *({**row, code: f"{row[code]}{k:02}"} for row in counties for k in range(1, times + 1))]


TRAIL = "at, recorded_at, who, label, act, kind, subject_id, reason, body_digest, refs_digest, previous"


def _trail(connection: Connection) -> None:
    """Twenty rows for each; what its page shows is the newest."""
    connection.exec_driver_sql(
        f"INSERT INTO audit_row (seq, {TRAIL}, hash) SELECT seq + k * 10000, {TRAIL}, hash || k FROM audit_row"
        " CROSS JOIN temp.copy WHERE k <= 20"
    )
    connection.exec_driver_sql(
        "INSERT INTO audit_ref (seq, relation, kind, record_id, digest)"
        " SELECT seq + k * 10000, relation, kind, record_id, digest FROM audit_ref CROSS JOIN temp.copy WHERE k <= 5"
    )

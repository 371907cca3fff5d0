"""The audit trail: one row an act, written in the act's own transaction, each row chained to the one before."""

from __future__ import annotations

import hashlib
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, cast

from sqlalchemy import BigInteger, ForeignKey, Index, String, Table, Text, func, inspect, select
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from assessment.foundation import clock
from assessment.foundation.actors import Act
from assessment.foundation.db import Base, kind_of
from assessment.foundation.trail_verifier import GENESIS, canonical, digest, faults, refs_digest, row_hash

CHAIN_LOCK = 20121219
TOUCHED, RELIED_ON = "touched", "relied_on"


class AuditRow(Base):
    """What was done, by whom, when, why; it points at people as text, so nobody's leaving changes it."""

    __tablename__ = "audit_row"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(80), index=True)
    label: Mapped[str] = mapped_column(Text)
    act: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text)
    body_digest: Mapped[str] = mapped_column(String(64))
    refs_digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditRef(Base):
    """A record that an act changed or relied on, with the digest of what it is judged by; never sealed."""

    __tablename__ = "audit_ref"
    __table_args__ = (Index("ix_audit_ref_record", "kind", "record_id"),)

    seq: Mapped[int] = mapped_column(ForeignKey("audit_row.seq"), primary_key=True)
    relation: Mapped[str] = mapped_column(String(10), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))


class AuditBody(Base):
    """An act's details, in a table of its own so that they can be sealed without breaking the chain."""

    __tablename__ = "audit_body"

    seq: Mapped[int] = mapped_column(ForeignKey("audit_row.seq"), primary_key=True)
    body: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True)
class Lot:
    """Records of one kind with keys one after the other, written by one act: one reference, one digest for all."""

    kind: str
    first: int
    last: int
    digest: str

    @property
    def name(self) -> str:
        return f"{self.first}-{self.last}"


_LOT = re.compile(r"([0-9]+)-([0-9]+)")


def lots(kind: str, rows: Iterable[tuple[int, Sequence[Any]]]) -> Iterator[Lot]:
    """New rows (key, the columns they are judged by) as few lots as their keys allow."""
    facts: list[Sequence[Any]] = []
    first = last = 0
    for key, judged in rows:
        if facts and key != last + 1:
            yield Lot(kind, first, last, lot_digest(facts))
            facts = []
        first, last = (first if facts else key), key
        facts.append(judged)
    if facts:
        yield Lot(kind, first, last, lot_digest(facts))


def lot_digest(facts: Iterable[Sequence[Any]]) -> str:
    return digest([[one if type(one) in _AS_THEY_ARE else plain(one) for one in row] for row in facts])


@dataclass
class Entry:
    """An act that waits for the end of its transaction to be linked into the chain."""

    act: Act
    action: str
    subject: Any | None
    kind: str
    touched: Sequence[Any]
    relied_on: Sequence[Any]
    body: Mapping[str, Any] = field(default_factory=dict)


def record(
    session: Session,
    act: Act,
    action: str,
    subject: Any | None,
    *,
    kind: str = "",
    touched: Iterable[Any] = (),
    relied_on: Iterable[Any] = (),
    body: Mapping[str, Any] | None = None,
) -> None:
    """Note one act. ``subject`` and ``touched`` are records it changed, ``relied_on`` those it was decided from.

    Records are resolved when the transaction closes, so new ones need no id yet; a bulk act gives ``kind`` only.
    """
    pending: list[Entry] = session.info.setdefault("trail", [])
    pending.append(
        Entry(
            act,
            action,
            subject,
            kind or (kind_of(subject) if subject is not None else ""),
            tuple(touched),
            tuple(relied_on),
            dict(body or {}),
        )
    )


def link(session: Session) -> None:
    """Chain the transaction's acts behind the last row, under one lock (else chains fork and PostgreSQL deadlocks)."""
    pending: list[Entry] = session.info.pop("trail", [])
    if not pending:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(CHAIN_LOCK)))
    last = session.execute(select(AuditRow.seq, AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)).first()
    seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
    recorded_at = clock.system_now()
    rows, refs, bodies = [], [], []
    for entry in pending:
        seq += 1
        found = _refs(entry)
        body = canonical(plain(entry.body)).decode("utf-8")
        row = {
            "seq": seq,
            "at": stamp(entry.act.at),
            "recorded_at": stamp(recorded_at),
            "who": entry.act.by.key,
            "label": entry.act.by.label,
            "act": entry.action,
            "kind": entry.kind,
            "id": identity(entry.subject) if entry.subject is not None else "",
            "reason": entry.act.reason,
            "body_digest": hashlib.sha256(body.encode("utf-8")).hexdigest(),
            "refs_digest": refs_digest(found),
            "previous": previous,
        }
        previous = row_hash(row)
        subject_id = row.pop("id")
        rows.append({**row, "at": entry.act.at, "recorded_at": recorded_at, "subject_id": subject_id, "hash": previous})
        refs += [{"seq": seq, "relation": r, "kind": k, "record_id": i, "digest": d} for r, k, i, d in found]
        bodies.append({"seq": seq, "body": body})
    connection = session.connection()  # rows as they are, past the mapper: half the time of a bulk act was spent in it
    for model, lines in ((AuditRow, rows), (AuditRef, refs), (AuditBody, bodies)):
        if lines:
            connection.execute(cast(Table, model.__table__).insert(), lines)


def _refs(entry: Entry) -> list[tuple[str, str, str, str]]:
    found: dict[tuple[str, str, str], str] = {}
    changed = entry.touched if entry.subject is None else (entry.subject, *entry.touched)
    for relation, records in ((TOUCHED, changed), (RELIED_ON, entry.relied_on)):
        for one in records:
            if isinstance(one, Lot):
                found[relation, one.kind, one.name] = one.digest
            elif isinstance(one, tuple):  # (kind, id): a record that need not be loaded for this
                found.setdefault((relation, str(one[0]), str(one[1])), "")
            else:
                key = (relation, kind_of(one), identity(one))
                found[key] = judged_digest(one) if relation == TOUCHED else ""
    return [(*key, value) for key, value in sorted(found.items())]


def identity(one: Any) -> str:
    state = inspect(one)
    # A record that was flushed carries its key; to ask the mapper for it takes four times as long.
    key = state.key[1] if state.key is not None else state.mapper.primary_key_from_instance(one)
    return str(key[0]) if len(key) == 1 else "/".join(str(part) for part in key)


def judged_digest(one: Any) -> str:
    """The digest of the columns a locality is judged by, or "" where the record has none."""
    return _digest_of(one.__judged__, [getattr(one, name) for name in one.__judged__]) if one.__judged__ else ""


def _digest_of(names: Sequence[str], facts: Sequence[Any]) -> str:
    return digest([[name, plain(fact)] for name, fact in zip(names, facts, strict=True)])


def stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"


def plain(value: Any) -> Any:
    """A value as JSON holds it, in one way only."""
    kind = type(value)
    if kind in _AS_THEY_ARE:  # asked first: most are, and asking for a mapping takes ten times as long
        return value
    if kind is Decimal:
        return _written(value)
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value if isinstance(value, (str, int)) else str(value)


def _written(number: Decimal) -> str:
    """Without an exponent and without zeros at the end, every digit kept."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


# --- reading the trail -------------------------------------------------------------------------------------------


def head(session: Session) -> str:
    """The hash of the newest row: what a bulletin prints."""
    return session.scalar(select(AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)) or GENESIS


def acts_on(session: Session, records: Iterable[tuple[str, object]], relation: str = TOUCHED) -> list[AuditRow]:
    """Every act that changed (or relied on) one of these records, oldest first: what recusal and the trace read."""
    wanted: dict[str, set[str]] = {}
    for kind, record_id in records:
        wanted.setdefault(kind, set()).add(str(record_id))
    found: dict[int, AuditRow] = {}
    for kind, ids in wanted.items():
        for some in _chunks(sorted(ids), 500):
            rows = session.scalars(
                select(AuditRow)
                .join(AuditRef, AuditRef.seq == AuditRow.seq)
                .where(AuditRef.relation == relation, AuditRef.kind == kind, AuditRef.record_id.in_(some))
            )
            found.update({row.seq: row for row in rows})
    return [found[seq] for seq in sorted(found)]


def history(session: Session, one: Any) -> list[AuditRow]:
    return acts_on(session, [(kind_of(one), identity(one))])


def _chunks(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def export(session: Session) -> Iterator[dict[str, Any]]:
    """The whole trail, a dictionary an act, in the shape the stand-alone verifier reads."""
    columns = (AuditRef.seq, AuditRef.relation, AuditRef.kind, AuditRef.record_id, AuditRef.digest)
    refs = iter(session.execute(select(*columns).order_by(AuditRef.seq).execution_options(yield_per=2000)))
    ref = next(refs, None)
    query = (
        select(AuditRow, AuditBody.body)
        .outerjoin(AuditBody, AuditBody.seq == AuditRow.seq)
        .order_by(AuditRow.seq)
        .execution_options(yield_per=1000)
    )
    for row, body in session.execute(query):
        mine = []
        while ref is not None and ref.seq == row.seq:
            mine.append([ref.relation, ref.kind, ref.record_id, ref.digest])
            ref = next(refs, None)
        yield {
            "seq": row.seq, "at": stamp(row.at), "recorded_at": stamp(row.recorded_at), "who": row.who,
            "label": row.label, "act": row.act, "kind": row.kind, "id": row.subject_id, "reason": row.reason,
            "body_digest": row.body_digest, "refs_digest": row.refs_digest, "previous": row.previous,
            "hash": row.hash, "refs": mine, "body": body,
        }  # fmt: skip


def verify(session: Session, heads: Iterable[str] = ()) -> list[str]:
    """Everything wrong with the trail, and every judged record that is not what the trail last saw."""
    return [sentence for _, sentence in faults(export(session), heads)] + list(_changed_behind(session))


def _changed_behind(session: Session) -> Iterator[str]:
    for mapper in sorted(Base.registry.mappers, key=lambda m: m.class_.__tablename__):
        model = mapper.class_
        if not model.__judged__:
            continue
        kind = model.__tablename__
        known = dict(
            session.execute(
                select(AuditRef.record_id, AuditRef.digest)
                .where(AuditRef.kind == kind, AuditRef.relation == TOUCHED, AuditRef.digest != "")
                .order_by(AuditRef.seq)
            )
            .all()
        )
        ranges = sorted((*key, name) for name in known if (key := _lot_of(name)))
        lot = ""
        inside: list[Sequence[Any]] = []
        for name, facts in _judged_rows(session, mapper):
            here = _holding(ranges, name) if ranges else ""
            if here != lot:  # keys come in order, so that only one lot is held at a time: a country's fill memory
                yield from _wrong_in_lot(kind, lot, inside, known)
                lot, inside = here, []
            if here:
                inside.append(facts)
            elif (seen := known.pop(name, None)) is None:
                yield f"{kind} {name} is in the database, but no act in the trail made it."
            elif seen != _digest_of(model.__judged__, facts):
                yield f"{kind} {name} was changed behind the trail: it is not what the last act on it recorded."
        yield from _wrong_in_lot(kind, lot, inside, known)
        for name in known:
            if _lot_of(name):
                yield from _wrong_in_lot(kind, name, [], {name: known[name]})
            else:
                yield f"{kind} {name} was removed behind the trail."


def _judged_rows(session: Session, mapper: Mapper[Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    """(identity, what it is judged by) of every record, by key; as columns, for a record takes five times as long."""
    keys = [getattr(mapper.class_, mapper.get_property_by_column(column).key) for column in mapper.primary_key]
    judged = [getattr(mapper.class_, name) for name in mapper.class_.__judged__]
    query = select(*keys, *judged).order_by(*mapper.primary_key).execution_options(yield_per=2000)
    for row in session.execute(query):
        yield "/".join(map(str, row[: len(keys)])), row[len(keys) :]


def _wrong_in_lot(kind: str, name: str, facts: Sequence[Sequence[Any]], known: dict[str, str]) -> Iterator[str]:
    if name and lot_digest(facts) != known.pop(name):
        yield f"{kind} {name}: one of them was changed, added or removed behind the trail."


def _lot_of(name: str) -> tuple[int, int] | None:
    found = _LOT.fullmatch(name)
    return (int(found[1]), int(found[2])) if found else None


def _holding(ranges: Sequence[tuple[int, int, str]], name: str) -> str:
    """The lot that a record belongs to; lots of one kind do not overlap."""
    at = bisect_right(ranges, (int(name), sys.maxsize, ""))
    return ranges[at - 1][2] if at and int(name) <= ranges[at - 1][1] else ""


def seal_bodies(session: Session, rows: Iterable[AuditRow]) -> None:
    """Take acts' details out of sight (a case's contents after their term); the chain still holds.

    Whoever seals records it, and names these rows.
    """
    for row in rows:
        body = session.get(AuditBody, row.seq)
        if body is not None:
            body.body = None

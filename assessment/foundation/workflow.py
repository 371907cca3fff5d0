"""The workflow engine: a process is a table of transitions, and everything else reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import String, bindparam, inspect, or_, update
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from assessment.foundation import audit
from assessment.foundation.actors import Act, Actor
from assessment.foundation.db import kind_of
from assessment.foundation.errors import Invalid, NotNow, NotPermitted, OutOfDate, Refusal
from assessment.foundation.i18n import NOTHING, Label, Sentence, Word, say


class Stateful:
    """A record that lives through a process: its state, and a version that finds out racing writers."""

    state: Mapped[str] = mapped_column(String(32), index=True)
    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands the class in
        return {"version_id_col": cls.version}


R = TypeVar("R", bound=Any)
Guard = Callable[[Session, R, Act], Sentence]
ManyGuard = Callable[[Session, Sequence[R], Act], Sentence]


@dataclass(frozen=True)
class Opening:
    """How a record comes into being: the act, who may, and what the button says."""

    action: str
    duty: str | tuple[str, ...]
    label: str


@dataclass(frozen=True)
class Transition(Generic[R]):
    """One row of a process. A guard answers with what stands against it, or with ``NOTHING``."""

    action: str
    sources: tuple[StrEnum, ...]
    target: StrEnum | None
    """``None`` leaves the state as it is."""
    duty: str | tuple[str, ...]
    label: str
    guard: Guard[R] | None = None
    needs_reason: bool = False
    guard_many: ManyGuard[R] | None = None
    """The same guard for many records in one query."""


@dataclass(frozen=True)
class Offer(Generic[R]):
    """A transition that this actor may ask for now, and what still stands against it."""

    transition: Transition[R]
    refused: Sentence

    @property
    def action(self) -> str:
        return self.transition.action

    @property
    def label(self) -> str:
        return self.transition.label

    @property
    def is_open(self) -> bool:
        return not self.refused


@dataclass(frozen=True)
class Process(Generic[R]):
    """States, openings and transitions of one kind of record.

    ``unit_of`` names the unit at which the duty must be held; ``None`` means anywhere.
    """

    name: str
    states: type[StrEnum]
    initial: StrEnum
    openings: tuple[Opening, ...]
    transitions: tuple[Transition[R], ...]
    words: Mapping[StrEnum, Word]
    """Each state's own word, as its chip shows it."""
    unit_of: Callable[[R], int | None] = field(default=lambda record: None)

    def word(self, state: str) -> Word:
        return self.words[self.states(state)]

    # --- deciding ---------------------------------------------------------------------------------------------

    def _held(self, duty: str | tuple[str, ...], actor: Actor, unit_id: int | None) -> bool:
        return any(actor.holds(one, unit_id) for one in ((duty,) if isinstance(duty, str) else duty))

    def _decide(self, session: Session, record: R, transition: Transition[R], act: Act) -> Refusal | None:
        """The one place where it is decided; buttons and acts both come here."""
        if record.state not in transition.sources:
            return NotNow(
                say(
                    "“{action}” cannot be done now: this is {state}.",
                    action=Label(transition.label),
                    state=self.word(record.state),
                )
            )
        if not self._held(transition.duty, act.by, self.unit_of(record)):
            return NotPermitted(say("You do not hold the duty for “{action}” here.", action=Label(transition.label)))
        against = transition.guard(session, record, act) if transition.guard else NOTHING
        return NotNow(against) if against else None

    def transition(self, action: str, record: R | None = None) -> Transition[R]:
        """The row of an action; where an action has several rows, the one that starts from the record's state."""
        rows = [row for row in self.transitions if row.action == action]
        if not rows:
            raise KeyError(f"{self.name} has no action {action!r}")
        if record is not None:
            rows = [row for row in rows if record.state in row.sources] or rows
        return rows[0]

    def available(self, session: Session, record: R, act: Act) -> list[Offer[R]]:
        """What this actor can do with this record now; a locked offer says what opens it."""
        offers = []
        for row in self.transitions:
            decided = self._decide(session, record, row, act)
            if decided is None:
                offers.append(Offer(row, NOTHING))
            elif record.state in row.sources and self._held(row.duty, act.by, self.unit_of(record)):
                offers.append(Offer(row, decided.sentence))
        return offers

    def may_open(self, action: str, actor: Actor, unit_id: int | None = None) -> bool:
        opening = next(one for one in self.openings if one.action == action)
        return self._held(opening.duty, actor, unit_id)

    # --- acting -----------------------------------------------------------------------------------------------

    def start(
        self,
        session: Session,
        record: R,
        action: str,
        act: Act,
        *,
        touched: Iterable[Any] = (),
        relied_on: Iterable[Any] = (),
        body: Mapping[str, Any] | None = None,
    ) -> R:
        """Bring a record into being in its first state, with its audit row."""
        self.begin(record, action, act)
        session.add(record)
        audit.record(
            session,
            act,
            action,
            record,
            touched=touched,
            relied_on=relied_on,
            body={**(body or {}), "to": record.state},
        )
        return record

    def begin(self, record: R, action: str, act: Act) -> None:
        """Put a new record into its first state without a row of its own (one act that makes many writes one row)."""
        if not self.may_open(action, act.by, self.unit_of(record)):
            opening = next(one for one in self.openings if one.action == action)
            raise NotPermitted(say("You do not hold the duty for “{action}” here.", action=Label(opening.label)))
        record.state = self.initial.value

    def perform(
        self,
        session: Session,
        record: R,
        action: str,
        act: Act,
        *,
        touched: Iterable[Any] = (),
        relied_on: Iterable[Any] = (),
        body: Mapping[str, Any] | None = None,
    ) -> None:
        """Move a record and write the row; raises the ``Refusal`` that the page would have shown."""
        row = self.transition(action, record)
        refusal = self._decide(session, record, row, act)
        if refusal is not None:
            raise refusal
        require_reason(row, act)
        before = record.state
        if row.target is not None:
            record.state = row.target.value
        audit.record(
            session, act, action, record, touched=touched, relied_on=relied_on,
            body={**(body or {}), "from": before, "to": record.state},
        )  # fmt: skip

    def perform_all(
        self,
        session: Session,
        records: Sequence[R],
        action: str,
        act: Act,
        *,
        touched: Iterable[Any] = (),
        relied_on: Iterable[Any] = (),
        body: Mapping[str, Any] | None = None,
    ) -> None:
        """Move many records by one act: one guard query, one UPDATE, one audit row; all of them or none."""
        if not records:
            return
        rows = {self.transition(action, record) for record in records}
        if len(rows) != 1:
            raise NotNow(say("These are not all at the same step; choose ones that are."))
        row = rows.pop()
        require_reason(row, act)
        self._decide_many(session, records, row, act)
        before = sorted({record.state for record in records})
        if row.target is not None:
            self._move_many(session, records, row)
        audit.record(
            session, act, action, None, kind=kind_of(records[0]), touched=[*records, *touched], relied_on=relied_on,
            body={**(body or {}), "from": before, "to": row.target, "count": len(records)},
        )  # fmt: skip

    def _decide_many(self, session: Session, records: Sequence[R], row: Transition[R], act: Act) -> None:
        held: dict[int | None, bool] = {}
        for record in records:
            unit_id = self.unit_of(record)
            if unit_id not in held:
                held[unit_id] = self._held(row.duty, act.by, unit_id)
            if record.state not in row.sources or not held[unit_id]:
                refusal = self._decide(session, record, row, act)
                assert refusal is not None
                raise refusal
        if row.guard_many is not None:
            against = row.guard_many(session, records, act)
            if against:
                raise NotNow(against)
        elif row.guard is not None:
            for record in records:
                against = row.guard(session, record, act)
                if against:
                    raise NotNow(against)

    def _move_many(self, session: Session, records: Sequence[R], row: Transition[R]) -> None:
        """The new state, with whatever else of the records waits to be written, each checked against its version."""
        if any(inspect(record).key is None or "state" in inspect(record).committed_state for record in records):
            session.flush()  # an act of a moment ago stands first
        assert row.target is not None
        model, waiting = type(records[0]), _waiting(records)
        columns = {name: attribute.columns[0] for name, attribute in inspect(model).column_attrs.items()}
        moved = 0
        for names, changed in waiting.items():
            statement = (
                update(model.__table__)
                .where(model.id == bindparam("its_id"), model.version == bindparam("its_version"))
                .where(or_(*(model.state == source.value for source in row.sources)))
                .values({columns[name]: bindparam(name) for name in names})
                .values(state=row.target.value, version=model.version + 1)
            )
            moved += session.connection().execute(statement, [facts for _, facts in changed]).rowcount
        if moved != len(records):
            raise OutOfDate(say("Somebody else has just acted on some of these. Load the page again."))
        for names, changed in waiting.items():
            for record, facts in changed:
                for name in names:
                    set_committed_value(record, name, facts[name])
                set_committed_value(record, "state", row.target.value)
                set_committed_value(record, "version", record.version + 1)
        session.flush()

    # --- telling ----------------------------------------------------------------------------------------------

    def as_mermaid(self) -> str:
        """The diagram for ``docs/processes/``."""
        lines = ["stateDiagram-v2"]
        lines += [f"    [*] --> {self.initial.value}: {opening.action}" for opening in self.openings]
        lines += [
            f"    {source.value} --> {(row.target or source).value}: {row.action}"
            for row in self.transitions
            for source in row.sources
        ]
        return "\n".join(lines) + "\n"


def require_reason(row: Transition[Any], act: Act) -> None:
    if row.needs_reason and not act.reason.strip():
        sentence = say("Say why: “{action}” needs a reason.", action=Label(row.label))
        raise Invalid(sentence, fields={"reason": sentence})


def _waiting(records: Sequence[R]) -> dict[tuple[str, ...], list[tuple[R, dict[str, Any]]]]:
    """The records by what else of them waits to be written: many are then written by one statement, not one each."""
    known = inspect(type(records[0])).column_attrs.keys()
    found: dict[tuple[str, ...], list[tuple[R, dict[str, Any]]]] = defaultdict(list)
    for record in records:
        names = tuple(sorted(inspect(record).committed_state.keys() & set(known)))
        facts = {name: getattr(record, name) for name in names}
        found[names].append((record, {**facts, "its_id": record.id, "its_version": record.version}))
    return found

"""One record in one state: everything that may be done with it is done, everything else is refused; all is undone."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act, Machine
from assessment.foundation.errors import Invalid, NotNow, NotPermitted, Refusal
from assessment.foundation.workflow import Process, Transition
from assessment.organisations.models import Unit
from support.house import services_named
from support.transitions.people import NOBODY, everything_but, only_at
from support.transitions.table import Bar, By, Ledger, Way

SETTLED = {"calendar", "unit_trees"}
"""What a session remembers of days and units, which no life changes."""
REASON = "Because it has to be. 事出有因"


@dataclass
class Scene:
    """One record in one state."""

    room: str
    process: Process[Any]
    ledger: Ledger
    world: Any
    record: Any
    state: str = ""
    """Where the record stood before anything was tried."""
    acts: dict[By, Act] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.state = self.record.state

    @property
    def session(self) -> Session:
        found: Session = self.world.session
        return found

    def meet(self, way: Way) -> None:
        """Do the action, or be refused it: as the table says for this state."""
        row = self.process.transition(way.action, self.record)
        if self.state not in row.sources:
            self._not_from_here(way)
            return
        self._without_duty(way, row)
        self._elsewhere(way, row)
        if row.needs_reason:
            self._without_reason(way)
        if row.guard is not None:
            self._barred(way)
        self._done(way, row)

    # --- done ----------------------------------------------------------------------------------------------------

    def _done(self, way: Way, row: Transition[Any]) -> None:
        target = row.target.value if row.target is not None else self.state
        with undone(self.session):
            fault = ""
            try:
                self._ask(way, self._act(way), in_earnest=True)
                self.session.flush()
            except Refusal as refusal:
                fault = f"was refused: {refusal}"
            rows = [one for one in trail(self.session) if one.action == way.action and self._is_about(one)]
            moved = [(one.body.get("from"), one.body.get("to")) for one in rows]
            if not fault and moved not in ([(self.state, target)], [([self.state], row.target)]):
                fault = f"left {moved} in the trail"
            self.session.refresh(self.record)
            if not fault and self.record.state != target:
                fault = f"led to {self.record.state}"
            self._expect(not fault, way, fault)
        self.ledger.done[self.state, way.action] += not fault

    def _is_about(self, entry: audit.Entry) -> bool:
        return any(one is self.record for one in (entry.subject, *entry.touched))

    # --- refused -------------------------------------------------------------------------------------------------

    def _not_from_here(self, way: Way) -> None:
        """The process says that it is not the time; and the service does not do it, whatever it looks at first."""
        self._refuse(way, self._act(way), (Refusal,), "state")
        act = self._act(way)
        refusal = refusal_of(lambda: self.process.perform(self.session, self.record, way.action, act))
        self._expect(
            isinstance(refusal, NotNow) and refusal.sentence.facts.get("state") == self.process.word(self.state),
            way, f"by the process: {refusal!r}",
        )  # fmt: skip

    def _without_duty(self, way: Way, row: Transition[Any]) -> None:
        """The very person who could, with every duty but this; and somebody who holds none at all."""
        act = self._act(way)
        for bad in (everything_but(act, row.duty, units(self.session)), replace(act, by=NOBODY)):
            self._refuse(way, bad, (NotPermitted,), "duty")

    def _elsewhere(self, way: Way, row: Transition[Any]) -> None:
        unit_id = self.process.unit_of(self.record)
        if unit_id is not None and not isinstance(self._act(way).by, Machine):  # the clock is at home everywhere
            other = max(units(self.session) - {unit_id})
            self._refuse(way, only_at(self._act(way), row.duty, other), (NotPermitted,), "duty")

    def _without_reason(self, way: Way) -> None:
        self._refuse(way, self._act(way).because("  "), (Invalid,), "reason")

    def _barred(self, way: Way) -> None:
        for bar in way.bars:
            if bar.of is None and (not bar.states or self.state in bar.states):
                with undone(self.session):
                    self.against(way, bar)

    def against(self, way: Way, bar: Bar) -> None:
        """The guard says its sentence, and that is what is answered."""
        if bar.spoil:
            bar.spoil(self.world, self.record)
            self.session.flush()
            audit.link(self.session)
        row = self.process.transition(way.action, self.record)
        act = because((bar.by or way.by)(self.world, self.record))
        assert row.guard is not None
        assert self.state in row.sources, f"{way.action} does not start from {self.state}"
        said = row.guard(self.session, self.record, act)
        self._expect(bool(said) and bar.says in str(said), way, f"the guard said “{said}”, not “{bar.says}”")
        refusal = self._refuse(way, act, (NotNow,), "guard")
        is_answered = bar.answered in str(refusal) if bar.answered else str(refusal) == str(said)
        self._expect(is_answered, way, f"the guard's “{said}” was not what was answered: “{refusal}”")

    def _refuse(self, way: Way, act: Act, kinds: tuple[type[Refusal], ...], why: str) -> Refusal | None:
        """Ask, and expect one of these kinds of no, with a sentence, and nothing changed by it."""
        self.session.flush()
        before, told = self._row(), len(trail(self.session))
        with undone(self.session):
            refusal = refusal_of(lambda: self._ask(way, act))
            said = isinstance(refusal, kinds) and bool(str(refusal).strip())
            self._expect(said, way, f"{why}: {refusal!r} instead of a refusal ({kinds[0].__name__})")
            about = [one for one in trail(self.session)[told:] if one.action == way.action and self._is_about(one)]
            self._expect(not about, way, f"{why}: refused, and yet in the trail")
        is_same = self._row() == before and len(trail(self.session)) == told
        self._expect(is_same, way, f"{why}: refused, and yet changed")
        self.ledger.refused[self.state, way.action, why] += said
        return refusal

    def _row(self) -> Any:
        table = type(self.record).__table__
        return self.session.execute(select(table).where(table.c.id == self.record.id)).one()

    # --- asking --------------------------------------------------------------------------------------------------

    def _act(self, way: Way) -> Act:
        """Read once: who somebody is takes more queries than all that he is refused."""
        if way.by not in self.acts:
            self.acts[way.by] = because(way.by(self.world, self.record))
        return self.acts[way.by]

    def _ask(self, way: Way, act: Act, *, in_earnest: bool = False) -> object:
        """By the service; what is only carried along can be asked of nobody but the process."""
        if way.carried and not in_earnest:
            return self.process.perform(self.session, self.record, way.action, act)
        if way.do is not None:
            return way.do(self.world, self.record, act)
        taken, facts = way.hand(self.world, self.record), way.facts(self.world, self.record)
        return service(self.room, way.action)(self.session, taken, act, **facts)

    def _expect(self, held: bool, way: Way, otherwise: str) -> None:
        if not held:
            self.ledger.wrong.append(f"{self.process.name}.{way.action} from {self.state}: {otherwise}")


# --- parts -----------------------------------------------------------------------------------------------------------


def service(room: str, action: str) -> Callable[..., Any]:
    """The one function of that name, as tests/house holds every action to have."""
    (name,) = services_named(action, room)
    module, _, function = name.rpartition(".")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def units(session: Session) -> frozenset[int]:
    return frozenset(session.scalars(select(Unit.id)))


def because(act: Act) -> Act:
    return act if act.reason else act.because(REASON)


def refusal_of(ask: Callable[[], object]) -> Refusal | None:
    try:
        ask()
    except Refusal as refusal:
        return refusal
    return None


def trail(session: Session) -> list[audit.Entry]:
    """The acts that wait to be linked."""
    found: list[audit.Entry] = session.info.get("trail", [])
    return found


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """As the frame undoes a refused request: whatever was written is taken back, in the database and in the trail."""
    session.flush()
    before, nested = list(trail(session)), session.begin_nested()
    try:
        yield
    finally:
        nested.rollback()
        session.expire_all()  # an UPDATE of many tells the session's records nothing of its being undone
        for remembered in session.info.keys() - SETTLED:  # what a session reads once may be of what is gone
            del session.info[remembered]
        session.info["trail"] = before

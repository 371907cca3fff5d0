"""Walks a whole process: each beginning, and each action on a record in each state.

The walk asks each service, by the name the house gives it: it must do what the table's row says, and refuse whoever
lacks the duty, whoever holds it elsewhere only, whoever gives no reason, and whomever the guard bars. What the table
does not list from a state must be refused there, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.errors import NotPermitted
from assessment.foundation.frame import Frame
from assessment.foundation.workflow import Opening, Process
from support.sweep import model_of
from support.transitions.people import NOBODY, everything_but
from support.transitions.scene import Scene, refusal_of, trail, undone, units
from support.transitions.table import Ledger, Life


class Walk:
    """One process, walked through."""

    def __init__(self, room: str, process: Process[Any], life: Life, frame: Frame, folder: Path) -> None:
        self.room, self.process, self.life, self.frame, self.folder = room, process, life, frame, folder
        self.model = model_of(process.name)
        self.ledger = Ledger()
        self.world: Any = None
        self.ways = {way.action: way for way in life.ways}

    def through(self) -> Ledger:
        with Session(self.frame.engine.execution_options(writes=True), expire_on_commit=False) as session:
            session.connection()
            self.world = self.life.make(session, self.folder)
            session.flush()
            audit.link(session)
            return self._walk()

    def _walk(self) -> Ledger:
        """Each action on a record in each state; then the records that only a guard is shown."""
        for opening in self.process.openings:
            self._begin(opening)
        for state in self.process.states:
            if self._known(f"state {state}", state in self.life.states):
                self._in(state)
        for way in self.life.ways:
            for bar in way.bars:
                if bar.of is not None:
                    with self._scene(bar.of) as scene:
                        scene.against(way, bar)
        return self.ledger

    def _in(self, state: str) -> None:
        actions = dict.fromkeys(row.action for row in self.process.transitions)
        ways = [self.ways[action] for action in actions if self._known(action, action in self.ways)]
        with self._scene(self.life.states[state]) as scene:
            for way in ways if self._stands(scene, state) else ():
                if state not in way.starts:
                    scene.meet(way)
        for way in ways:
            if state in way.starts:
                with self._scene(way.starts[state]) as scene:
                    if self._stands(scene, state):
                        scene.meet(way)

    def _stands(self, scene: Scene, state: str) -> bool:
        self.expect(scene.state == state, f"{self.process.name}: what was built to be {state} is {scene.state}")
        return scene.state == state

    def _known(self, what: str, held: bool) -> bool:
        self.expect(held, f"{self.process.name}: support/lives does not say anything about {what}")
        return held

    @contextmanager
    def _world(self) -> Iterator[Any]:
        """The world as it was made, once a walk; whatever happens in it is taken back."""
        with undone(self.world.session):
            world = copy(self.world)
            for name, held in vars(world).items():
                if isinstance(held, dict | list):
                    setattr(world, name, held.copy())
            yield world

    @contextmanager
    def _scene(self, build: Callable[[Any], Any]) -> Iterator[Scene]:
        with self._world() as world:
            record = build(world)
            world.session.flush()
            audit.link(world.session)
            yield Scene(self.room, self.process, self.ledger, world, record)

    def _begin(self, opening: Opening) -> None:
        how = next((one for one in self.life.beginnings if one.action == opening.action), None)
        where = f"{self.process.name}.{opening.action}"
        if how is None:
            self._known(opening.action, False)
            return
        with self._world() as world:
            if how.world:
                how.world(world)
            session: Session = world.session
            act = how.by(world)
            before = self._count(session)
            for bad in (everything_but(act, opening.duty, units(session)), replace(act, by=NOBODY)):
                with undone(session):
                    refusal = refusal_of(lambda bad=bad: how.do(world, bad))  # type: ignore[misc]
                    self.expect(isinstance(refusal, NotPermitted), f"{where} without the duty: {refusal!r}")
                self.expect(self._count(session) == before, f"{where}: a refused opening left a record")
                self.ledger.refused["", opening.action, "duty"] += 1
            with undone(session):
                how.do(world, act)
                session.flush()
                self.expect(self._count(session) > before, f"{where}: nothing came into being")
                told = {one.action for one in trail(session)}
                self.expect((how.told or opening.action) in told, f"{where} is not in the trail")
                self.ledger.done["", opening.action] += 1

    def _count(self, session: Session) -> int:
        query = select(func.count()).select_from(self.model).where(self.model.state == self.process.initial)
        return session.scalar(query) or 0

    def expect(self, held: bool, otherwise: str) -> None:
        if not held:
            self.ledger.wrong.append(otherwise)

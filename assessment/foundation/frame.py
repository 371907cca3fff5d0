"""The frame of a request, a job or a command: it alone opens and closes transactions, and links the trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.keys import give_keys


class Frame:
    """``with frame.read() as session`` to look, ``with frame.write() as session`` to act: whole or not at all."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session:
            event.listen(session, "before_flush", _refuse_to_write)
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with Session(self.engine.execution_options(writes=True), expire_on_commit=False) as session:
            session.connection()  # takes SQLite's write lock before anything is read
            if self.engine.dialect.name == "sqlite":
                event.listen(session, "before_flush", give_keys)
            yield session
            session.flush()
            audit.link(session)
            session.commit()


def only_reads(session: Session) -> bool:
    """Whether what it sees is what was committed: nothing of its own that may yet be undone."""
    return not session.connection().get_execution_options().get("writes", False)


def _refuse_to_write(session: Session, *_: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("a reading frame was asked to write")

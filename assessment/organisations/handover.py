"""Work that is bound to a person by name, and how it goes over to the successor in the post.

Nothing is bound to a person where a post suffices; the few rooms that must (an inspector drawn for a visit, the
reviewer of an objection) say here how to find such work and how to give it to another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act


@dataclass(frozen=True)
class Bound:
    """One kind of bound work."""

    kind: str
    label: str
    find: Callable[[Session, int], Sequence[Any]]
    """The open records bound to a person."""
    move: Callable[[Session, Any, int, int, Act], None]
    """(session, record, predecessor, successor, act): bind one of them to another, with a row in the trail; refuses
    where that one is barred."""


_BOUND: dict[str, Bound] = {}


def register(bound: Bound) -> None:
    """A room names its bound work as its services are imported."""
    _BOUND[bound.kind] = bound


def kinds() -> list[Bound]:
    return [_BOUND[kind] for kind in sorted(_BOUND)]


def open_work(session: Session, person_id: int) -> list[tuple[Bound, Any]]:
    """What would be left lying if this person went."""
    return [(bound, record) for bound in kinds() for record in bound.find(session, person_id)]


def move_all(session: Session, person_id: int, successor_id: int, act: Act) -> list[tuple[str, str]]:
    """Give all of it to the successor; returns (kind, id) of each record moved."""
    work = open_work(session, person_id)
    for bound, record in work:
        bound.move(session, record, person_id, successor_id, act)
    return [(bound.kind, str(record.id)) for bound, record in work]

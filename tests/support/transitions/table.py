"""What a life is made of: how a record comes into each state of its process, and who does what with it there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act

By = Callable[[Any, Any], Act]
"""(world, record) -> who acts, and when."""


def nothing(_world: Any, _record: Any) -> dict[str, Any]:
    return {}


def itself(_world: Any, record: Any) -> Any:
    return record


@dataclass(frozen=True)
class Bar:
    """One case in which a guard stands against somebody who holds the duty."""

    says: str
    """Part of the guard's sentence."""
    by: By | None = None
    """Who is barred; without: whoever else could do it."""
    spoil: Callable[[Any, Any], object] | None = None
    """What happened to the world before."""
    of: Callable[[Any], Any] | None = None
    """Another record, in a state from which the row starts, that the guard lets nobody move."""
    answered: str = ""
    """What the service answers instead, having looked at something else before it asks the process."""
    states: tuple[str, ...] = ()
    """Where this can be the case; without: in every state from which the row starts."""


@dataclass(frozen=True)
class Way:
    """How one action is done: by whom, and with which facts."""

    action: str
    by: By
    facts: Callable[[Any, Any], Mapping[str, Any]] = nothing
    hand: Callable[[Any, Any], Any] = itself
    """What the service is given: the record, unless the act is another record's that carries this one along."""
    do: Callable[[Any, Any, Act], object] | None = None
    """Instead of the service of that name, where its signature is its own."""
    bars: tuple[Bar, ...] = ()
    starts: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """State -> world -> another record that stands in it: where the life's own could not go this way."""
    carried: bool = False
    """Moves only along with another record: nobody can ask the service for this one, so refusals are the process's."""


@dataclass(frozen=True)
class Beginning:
    """How a record comes into being."""

    action: str
    by: Callable[[Any], Act]
    do: Callable[[Any, Act], object]
    world: Callable[[Any], object] | None = None
    """What must stand before."""
    told: str = ""
    """Its word in the trail, where that is not the action's."""


@dataclass(frozen=True)
class Life:
    """How to bring a record of one process into each of its states, and what is done with it there."""

    name: str
    make: Callable[[Session, Path], Any]
    """The world: (session, folder) -> whatever the functions below take."""
    beginnings: tuple[Beginning, ...]
    states: Mapping[str, Callable[[Any], Any]]
    """State -> world -> a record that stands in it, having come there by its acts."""
    ways: tuple[Way, ...]


@dataclass
class Ledger:
    """What was done and refused, and everything that was not as it should be."""

    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

"""Who acts: floor 0 knows a person only by a key, a label and the duties held somewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol


class Actor(Protocol):
    """Somebody, or the clock, seen from below: enough to decide and to record."""

    @property
    def key(self) -> str:
        """Stable through time: ``person:12``, ``clock``."""

    @property
    def label(self) -> str:
        """Name and post held now, as the trail keeps them."""

    def holds(self, duty: str, unit_id: int | None = None) -> bool:
        """Whether this duty is held for the unit; ``None`` asks whether it is held anywhere."""


@dataclass(frozen=True)
class Act:
    """By whom, when, and why something is done; every service takes one."""

    by: Actor
    at: datetime
    reason: str = ""

    def because(self, reason: str) -> Act:
        return replace(self, reason=reason)


@dataclass(frozen=True)
class Machine:
    """An actor that is no person: the clock, or the set-up of an installation."""

    key: str
    label: str
    duties: frozenset[str]

    def holds(self, duty: str, unit_id: int | None = None) -> bool:
        return duty in self.duties


CLOCK_DUTY = "clock"
SETUP_DUTY = "set_up"
CLOCK = Machine("clock", "The clock 时钟", frozenset({CLOCK_DUTY}))
SETUP = Machine("set-up", "The set-up 安装程序", frozenset({SETUP_DUTY}))

"""What the first page is made of: rooms say what waits for a person, and draw panels for a duty."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from assessment.foundation.i18n import NOTHING, Sentence


@dataclass(frozen=True)
class Waiting:
    """One thing that is asked of a person. ``title`` and ``button`` are anything the page can say (Sentence, Label)."""

    title: Any
    sentence: Sentence
    """What happens until when: "On time until 30 Nov, 23:59. Late until 7 Dec. Then closed." """
    due: datetime | None
    address: str
    button: Any
    chip: Any = None
    """A word for its state, where there is one."""

    def is_overdue(self, now: datetime) -> bool:
        return self.due is not None and self.due < now


@dataclass(frozen=True)
class Panel:
    """A part of the home page: a template and what it is drawn from; ``wide`` puts it into the main column."""

    title: Any
    template: str
    facts: dict[str, Any] = field(default_factory=dict)
    is_wide: bool = False
    more: str = ""
    """An address with more of the same."""


Ask = Callable[[Session, Any, datetime], Iterable[Waiting]]
Draw = Callable[[Session, Any, datetime], Panel | None]
Head = Callable[[Session, Any, datetime], Sentence]
ASKS: list[Ask] = []
PANELS: list[tuple[int, tuple[str, ...], Draw]] = []
HEADS: list[tuple[tuple[str, ...], Head]] = []


def waiting(function: Ask) -> Ask:
    """Register ``(session, officer, now) -> [Waiting]``; it is asked for everybody, so it must ask duties first."""
    ASKS.append(function)
    return function


def home_panel(*duties: str, order: int = 50) -> Callable[[Draw], Draw]:
    """Register ``(session, officer, now) -> Panel | None`` for those who hold one of the duties (none: for all)."""

    def keep(function: Draw) -> Draw:
        PANELS.append((order, duties, function))
        PANELS.sort(key=lambda one: one[0])
        return function

    return keep


def home_heading(*duties: str) -> Callable[[Head], Head]:
    """Register a sentence that begins the heading for some duties: "Changchun leads for the third month." """

    def keep(function: Head) -> Head:
        HEADS.append((duties, function))
        return function

    return keep


def asked(session: Session, officer: Any, now: datetime) -> list[Waiting]:
    """Everything that waits for this person, the most urgent first; what has no date comes last."""
    found = [one for ask in ASKS for one in ask(session, officer, now)]
    return sorted(found, key=lambda one: (one.due is None, one.due or now))


def panels(session: Session, officer: Any, now: datetime) -> list[Panel]:
    drawn = (draw(session, officer, now) for _, duties, draw in PANELS if _for(duties, officer))
    return [panel for panel in drawn if panel is not None]


def headings(session: Session, officer: Any, now: datetime) -> list[Sentence]:
    said = (head(session, officer, now) for duties, head in HEADS if _for(duties, officer))
    return [sentence for sentence in said if sentence != NOTHING]


def _for(duties: tuple[str, ...], officer: Any) -> bool:
    return not duties or any(officer.holds(duty) for duty in duties)

"""The list of a programme's letters: filtered, sorted and cut by the database, for whoever may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from assessment.foundation.sql import among
from assessment.organisations.models import Unit
from assessment.programmes.models import Letter, LetterProposal, LetterState, ProposalOutcome
from assessment.programmes.queries import LOCALITY, MAKERS

SORTED_BY: Mapping[str, Any] = {
    "number": Letter.number, "unit": Unit.code, "version": Letter.version_number, "from": Letter.effective_from,
    "state": Letter.state,
}  # fmt: skip


def seen(viewer: Any) -> ColumnElement[bool]:
    """``queries.may_see_letter`` for the database."""
    makers, locality = (
        frozenset[int]().union(*(viewer.unit_ids_for(duty) for duty in duties)) for duties in (MAKERS, LOCALITY)
    )
    offered = and_(Letter.state != LetterState.DRAFTED.value, among(Letter.unit_id, locality))
    return or_(among(Letter.unit_id, makers), offered)


@dataclass(frozen=True)
class Counts:
    """How many letters there are, and how many wait for whom; amendments wait for nobody's act on many."""

    every: int = 0
    in_force: int = 0
    signed: int = 0
    to_offer: int = 0
    to_countersign: int = 0


def counts(session: Session, programme_id: int, seen: ColumnElement[bool]) -> Counts:
    def number(state: LetterState, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(case((and_(Letter.state == state.value, *conditions), 1)))

    first = Letter.amends_id.is_(None)
    query = select(
        func.count(), number(LetterState.IN_FORCE), number(LetterState.SIGNED), number(LetterState.DRAFTED, first),
        number(LetterState.SIGNED, first),
    )  # fmt: skip
    return Counts(*session.execute(query.where(Letter.programme_id == programme_id, seen)).one())


@dataclass(frozen=True)
class LetterLine:
    """A letter as the list shows it."""

    id: int
    number: str
    unit_id: int
    version_number: int
    effective_from: date
    state: str


@dataclass(frozen=True)
class Wanted:
    """The letters that somebody may see, narrowed by state and by words of the unit's name or the letter's number."""

    programme_id: int
    seen: ColumnElement[bool]
    state: str = ""
    words: str = ""

    def where(self) -> ColumnElement[bool]:
        found = [Letter.programme_id == self.programme_id, self.seen]
        if self.state:
            found.append(Letter.state == self.state)
        if self.words:
            texts = (Unit.name_zh, Unit.name_en, Letter.number)
            found.append(or_(*(text.icontains(self.words, autoescape=True) for text in texts)))
        return and_(*found)

    def count(self, session: Session) -> int:
        query = select(func.count()).select_from(Letter).join(Unit, Unit.id == Letter.unit_id)
        return session.scalar(query.where(self.where())) or 0

    def read(self, session: Session, sort: str, limit: int | None, offset: int) -> list[LetterLine]:
        """Sorted by one of ``SORTED_BY``; otherwise by unit, the newest version first."""
        columns = (
            Letter.id, Letter.number, Letter.unit_id, Letter.version_number, Letter.effective_from, Letter.state,
        )  # fmt: skip
        key = SORTED_BY.get(sort.removeprefix("-"))
        query = select(*columns).join(Unit, Unit.id == Letter.unit_id).where(self.where())
        if key is not None:
            query = query.order_by(key.desc() if sort.startswith("-") else key)
        query = query.order_by(Letter.unit_id, Letter.version_number.desc(), Letter.id.desc())
        return [LetterLine(*row) for row in session.execute(query.limit(limit).offset(offset))]


def negotiated(session: Session, programme_id: int, seen: ColumnElement[bool]) -> list[Letter]:
    """Those to which their units have proposed other targets, and nobody has answered yet."""
    is_open = select(LetterProposal.letter_id).where(LetterProposal.outcome == ProposalOutcome.OPEN.value)
    query = select(Letter).where(Letter.programme_id == programme_id, seen, Letter.id.in_(is_open))
    return list(session.scalars(query.order_by(Letter.unit_id, Letter.version_number.desc(), Letter.id.desc())))

"""The norm in force then: which version of the scheme and of the unit's letter applied on the days of the facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability.models import Case
from assessment.foundation.i18n import NOTHING, Bilingual, Sentence, say
from assessment.organisations.queries import tree_on
from assessment.programmes import queries as programmes
from assessment.programmes.models import Letter, Period, Programme, SchemeVersion


@dataclass(frozen=True)
class Norm:
    """A version of a scheme or letter, and the days of the facts on which it was in force."""

    kind: str
    id: int
    name: Bilingual
    days: frozenset[date]

    @property
    def key(self) -> tuple[str, str]:
        return (self.kind, str(self.id))


def norms_in_force(session: Session, unit_id: int, days: Iterable[date]) -> list[Norm]:
    """Read from the periods and letters that cover these days, oldest first; nobody types which version applied."""
    found: dict[tuple[str, int], Norm] = {}
    for day in sorted(set(days)):
        above = {unit.id for unit in tree_on(session, day).path(unit_id)} | {unit_id}
        query = select(Programme).where(Programme.unit_id.in_(above)).order_by(Programme.id)
        for programme in session.scalars(query):
            for kind, one_id, name in _on(session, programme, unit_id, day):
                known = found.get((kind, one_id))
                found[kind, one_id] = Norm(kind, one_id, name, (known.days if known else frozenset()) | {day})
    return list(found.values())


def _on(session: Session, programme: Programme, unit_id: int, day: date) -> Iterable[tuple[str, int, Bilingual]]:
    covering = select(Period.scheme_version_id).where(
        Period.programme_id == programme.id, Period.first_day <= day, Period.last_day >= day
    )
    versions = select(SchemeVersion).where(SchemeVersion.id.in_(covering)).order_by(SchemeVersion.id)
    for version in session.scalars(versions):
        title = programme.title
        name = Bilingual(f"{title.zh}（{version.number}版）", f"{title.en}, version {version.number}")
        yield SchemeVersion.__tablename__, version.id, name
    letter = programmes.letters_on(session, programme.id, day).get(unit_id)
    if letter is not None:
        turn = letter.version_number
        name = Bilingual(f"责任书{letter.number}第{turn}版", f"Responsibility letter {letter.number}, version {turn}")
        yield Letter.__tablename__, letter.id, name


def norms_of(session: Session, case: Case) -> list[Norm]:
    """What was in force on the days of the facts that stand."""
    return norms_in_force(session, case.unit_id, (fact.happened_on for fact in case.standing_facts))


def norm_faults(session: Session, case: Case, chosen: Sequence[tuple[str, object]]) -> Sentence:
    """What stands against relying on these: one not in force then, or a day to which none of them applied."""
    there = norms_of(session, case)
    wanted = {(kind, str(record_id)) for kind, record_id in chosen}
    if wanted - {one.key for one in there}:
        return say("A norm was chosen that was not in force on any day of the facts.")
    bare = sorted(
        fact.number
        for fact in case.standing_facts
        if any(fact.happened_on in one.days for one in there)
        and not any(fact.happened_on in one.days and one.key in wanted for one in there)
    )
    if bare:
        return say("Choose the norm that was in force on the day of findings of fact {numbers}.", numbers=bare)
    return NOTHING

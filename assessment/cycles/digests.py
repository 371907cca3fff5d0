"""The mail of a day: what is overdue, what comes due and what is new, each with the page where it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assessment.foundation import letters
from assessment.foundation.i18n import InLanguages, Sentence, join, say
from assessment.foundation.letters import Line, Things
from assessment.organisations.duties import Duty
from assessment.organisations.queries import Recipient


@dataclass(frozen=True)
class Reminder:
    """One thing that a unit owes, or is told of, said in a line."""

    unit_id: int
    duty: Duty
    line: Line
    due_at: datetime | None = None
    """Without: it is told for information, and is not what comes due."""

    @property
    def is_news(self) -> bool:
        return self.due_at is None


@dataclass(frozen=True)
class _All:
    """Several sentences as one subject: ``1 thing is overdue, 2 new papers``."""

    parts: tuple[Sentence, ...]

    def in_language(self, language: str) -> str:
        return join(self.parts, language)


def digest(person: Recipient, told: Sequence[Reminder], at: datetime) -> dict[str, str]:
    """All of one day in one message, in the person's language; the most pressing first."""
    overdue = _lines(person, [one for one in told if one.due_at is not None and one.due_at < at])
    due = _lines(person, [one for one in told if one.due_at is not None and one.due_at >= at])
    news = _lines(person, [one for one in told if one.is_news])
    subjects = (
        (overdue, say("1 thing is overdue"), say("{count} things are overdue", count=len(overdue))),
        (due, say("1 thing comes due"), say("{count} things come due", count=len(due))),
        (news, say("1 new paper"), say("{count} new papers", count=len(news))),
    )
    subject = _All(tuple(one if len(lines) == 1 else many for lines, one, many in subjects if lines))
    headings = ((say("Overdue:"), overdue), (say("Coming due:"), due), (say("New in your inbox:"), news))
    parts: list[InLanguages] = [Things(heading, lines) for heading, lines in headings if lines]
    if overdue or due:
        parts.append(say("A reminder stops by itself once the thing is done."))
    parts.append(say("How often mail comes, you choose on the page of your account."))
    return letters.written(person.email, person.label, person.language, person.person_id, subject, parts)


def _lines(person: Recipient, told: Sequence[Reminder]) -> tuple[Line, ...]:
    """The same thing of a provider's many units is said once."""
    said = {one.line.in_language(person.language): one.line for one in reversed(told)}
    return tuple(reversed(said.values()))

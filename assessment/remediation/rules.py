"""When a task counts as in time or overdue, and which level of escalation its age has reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from fractions import Fraction

from assessment.foundation.i18n import Bilingual
from assessment.programmes.rules.conditions import Comparison


@dataclass(frozen=True)
class Report:
    """One report that a task is done: when it came, and when it was sent back."""

    reported_at: datetime
    returned_at: datetime | None = None

    def stands_at(self, moment: datetime) -> bool:
        return self.reported_at <= moment and (self.returned_at is None or self.returned_at > moment)


@dataclass(frozen=True)
class Clocks:
    """What decides whether a task is in time: its deadline, and its reports."""

    due_at: datetime
    reports: Sequence[Report] = ()
    withdrawn_at: datetime | None = None

    def report_at(self, moment: datetime) -> Report | None:
        """The report that stands at a moment."""
        return next((one for one in self.reports if one.stands_at(moment)), None)

    def is_withdrawn(self, moment: datetime) -> bool:
        return self.withdrawn_at is not None and self.withdrawn_at <= moment

    def in_time(self, moment: datetime) -> bool:
        """Whether the standing report came by the deadline.

        The unit's clock stops when it reports: that the re-check takes its time is not the unit's lateness.
        A report that is returned later falls, and with it this answer.
        """
        report = self.report_at(moment)
        return report is not None and report.reported_at <= self.due_at

    def is_overdue(self, moment: datetime) -> bool:
        """The deadline has passed and no report stands, or the one that stands came too late."""
        return not self.is_withdrawn(moment) and moment > self.due_at and not self.in_time(moment)

    def is_unanswered(self, moment: datetime) -> bool:
        """Overdue, and still nothing reported: what escalation goes by."""
        return self.is_overdue(moment) and self.report_at(moment) is None


@dataclass(frozen=True)
class Rung:
    """One level of escalation, as the scheme states it: when, who is told, what is proposed."""

    level: str
    name: Bilingual
    when: Comparison
    """``days_to_due <= 3``, ``days_overdue >= 1``."""
    tell: tuple[str, ...] = ()
    proposes: str = ""

    def is_reached(self, due_on: date, today: date) -> bool:
        left = (due_on - today).days
        return self.when.holds(left if self.when.name == "days_to_due" else -left)


def level_reached(rungs: Iterable[Rung], due_on: date, today: date) -> Rung | None:
    """The last rung of the ladder that a task's age has reached; a person decides whether it is taken."""
    found = [rung for rung in rungs if rung.is_reached(due_on, today)]
    return found[-1] if found else None


def is_further(rungs: Sequence[Rung], rung: Rung, taken: str) -> bool:
    """Whether a rung lies beyond the one already taken."""
    order = [one.level for one in rungs]
    return taken not in order or order.index(rung.level) > order.index(taken)


@dataclass(frozen=True)
class Tally:
    """What became of a group of tasks; every share is exact, and none where nothing is there to share."""

    found: int = 0
    open: int = 0
    overdue: int = 0
    due: int = 0
    closed: int = 0
    in_time: int = 0
    recurred: int = 0
    seconds: int = 0
    """From notice to closure, over all that are closed."""

    @property
    def closed_share(self) -> Fraction | None:
        """整改率: closed of found."""
        return Fraction(self.closed, self.found) if self.found else None

    @property
    def in_time_share(self) -> Fraction | None:
        """按期整改率: closed in time of those due."""
        return Fraction(self.in_time, self.due) if self.due else None

    @property
    def recurrence(self) -> Fraction | None:
        """复发率: reopened of found."""
        return Fraction(self.recurred, self.found) if self.found else None

    @property
    def mean_days(self) -> Fraction | None:
        return Fraction(self.seconds, self.closed * 86_400) if self.closed else None

    def __add__(self, other: Tally) -> Tally:
        names = tuple(field.name for field in fields(self))
        return Tally(*(getattr(self, name) + getattr(other, name) for name in names))


FIVE = ("measures", "money", "person", "deadline", "safeguards")
"""五到位: what a plan must name, all of it (安监总局令第16号 art. 15 names the same, with aims)."""

"""A period in which a panel is asked for votes and marks, its members, and ballots that are marked and handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.organisations.models import Person, Unit
from assessment.organisations.officers import Officer, key_of
from assessment.panels import queries, services
from assessment.panels.models import Panel, Seat
from assessment.panels.services import NewPanel
from assessment.programmes.models import Period
from assessment.submissions.models import Submission
from support.organisations import Province
from support.programmes import SCHEME, Somebody, World, act
from support.submissions import IN_TIME, a_period_open

AFTER = datetime(2012, 2, 3, 17, 0, tzinfo=UTC)
"""After a ballot of one working day that was opened at ``IN_TIME``."""
SALT = "5a17" * 8
VOTES = "{code: S1, points: 30, rule: panel, votes: {good: 100, fair: 60}, abstentions: silent, at_least: 3, en: Hall}"
MARKS = "{code: S2, points: 30, rule: panel, marks: [j1, j2, j3, j4, j5], trim: 1, at_least: 3, en: Order}"


def scheme_with(*items: str) -> str:
    """The small scheme with these indicators of a panel beside new cameras."""
    named = ("good", "fair", "silent", "j1", "j2", "j3", "j4", "j5")
    words = [word for word in named if any(word in item for item in items)]
    values = "".join(f"  {word}: {{en: {word}, from: panel}}\n" for word in words)
    head, _, _ = SCHEME.partition("  - {code: O1")
    head = head.replace("points: 60,", f"points: {100 - 30 * len(items)},")
    return head.replace("indicators:\n", values + "indicators:\n") + "".join(f"  - {item}\n" for item in items)


@dataclass
class Hall:
    """A world with a panel's members; ``panel`` once it was convened."""

    session: Session
    world: World
    province: Province
    reports: dict[str, Submission]
    """Of the panel, by unit code."""
    members: list[Person] = field(default_factory=list)
    panel: Panel = None  # type: ignore[assignment]

    @property
    def period(self) -> Period:
        return self.world.periods["2012-01"]

    def office(self, at: datetime = IN_TIME) -> Act:
        return act(self.world.office, at)

    def convened(self, quorum: int = 3, days: int = 1) -> Panel:
        new = NewPanel(self.period, "TP-1", quorum, days, [one.id for one in self.members])
        self.panel = services.convene(self.session, self.office(), new)
        return self.panel

    def opened(self, quorum: int = 3, days: int = 1) -> Panel:
        services.open_ballot(self.session, self.convened(quorum, days), self.office())
        return self.panel

    def seat(self, number: int) -> Seat:
        person_id = self.members[number].id
        return next(one for one in self.panel.seats if one.person_id == person_id)

    def by(self, number: int, at: datetime = IN_TIME) -> Act:
        return act(member(self.members[number]), at)

    def mark(self, number: int, code: str, answers: Mapping[str, str], at: datetime = IN_TIME) -> None:
        report = self.reports[code]
        services.mark_unit(self.session, self.seat(number), self.by(number, at), report=report, answers=answers)

    def hand_in(self, number: int, at: datetime = IN_TIME) -> None:
        services.hand_in(self.session, self.seat(number), self.by(number, at), salt=SALT)

    def vote(self, number: int, answers: Mapping[str, str]) -> None:
        """The same for every unit that this member may vote on, and handed in."""
        barred = queries.bars(self.session, self.members[number].id, list(self.reports.values()), IN_TIME.date())
        for code, report in self.reports.items():
            if report.id not in barred:
                self.mark(number, code, answers)
        self.hand_in(number)

    def close_and_count(self, at: datetime = AFTER) -> None:
        services.close_ballot(self.session, self.panel, self.office(at))
        services.count_ballots(self.session, self.panel, self.office(at))


def member(person: Person) -> Somebody | Officer:
    """As the process knows him: everybody's duty, and his own key."""
    return Somebody(key_of(person.id), {"own_account": frozenset({0})})


def a_hall(session: Session, source: str = "", members: int = 5) -> Hall:
    """January is reported on; members hold posts at the province, where nobody is assessed."""
    world, _ = a_period_open(session, source=source or scheme_with(VOTES, MARKS))
    province = Province(session, {code: session.get_one(Unit, one) for code, one in world.units.items()})
    by_id = {unit_id: code for code, unit_id in world.units.items()}
    reports = {by_id[one.unit_id]: one for one in queries.reports_of(session, world.periods["2012-01"].id)}
    hall = Hall(session, world, province, reports)
    for number in range(members):
        province.officer(f"judge{number}", "review_officer", "220000")
        hall.members.append(province.people[f"judge{number}"])
    return hall

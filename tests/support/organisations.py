"""Units, posts and people for tests: a small province, and whoever is needed in it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation import workday_table
from assessment.foundation.actors import SETUP, Act
from assessment.foundation.i18n import Bilingual
from assessment.organisations import services
from assessment.organisations.models import Person, Post, Unit
from assessment.organisations.officers import Officer, officer_on
from assessment.organisations.passwords import Strength
from support.kept import kept

QUICK = Strength(time=1, memory_kib=8, lanes=1)
"""Passwords that are no safer than they must be in a test."""

LONG_AGO = date(2010, 1, 1)
NOW = datetime(2012, 11, 13, 1, 0, tzinfo=UTC)  # a Tuesday, nine in the morning in Changchun
TODAY = date(2012, 11, 13)


def by_setup(at: datetime = NOW, reason: str = "") -> Act:
    return Act(SETUP, at, reason)


@dataclass
class Province:
    """A province with two prefectures of two counties each, and an office; people are made as they are asked for."""

    session: Session
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    posts: dict[tuple[str, str], Post] = field(default_factory=dict)

    def unit(self, code: str) -> Unit:
        return self.units[code]

    def post(self, role: str, code: str) -> Post:
        if (role, code) not in self.posts:
            title = Bilingual(f"{role}岗", role.replace("_", " ").capitalize())
            self.posts[role, code] = services.add_post(
                self.session, by_setup(), unit_id=self.unit(code).id, title=title, role=role, valid_from=LONG_AGO
            )
        return self.posts[role, code]

    def person(self, username: str) -> Person:
        if username not in self.people:
            person = services.invite(self.session, by_setup(), username=username, name=username.capitalize())
            services.let_in(self.session, [person], by_setup())
            self.people[username] = person
        return self.people[username]

    def officer(self, username: str, role: str = "", code: str = "22", day: date = TODAY) -> Officer:
        """A person in a post with the duties of a role at a unit; without a role, with what they have."""
        person = self.person(username)
        if role:
            services.appoint(self.session, person, by_setup(), post=self.post(role, code), valid_from=LONG_AGO)
        return officer_on(self.session, person.id, day)

    def act(self, username: str, role: str = "", code: str = "22", at: datetime = NOW, reason: str = "") -> Act:
        return Act(self.officer(username, role, code), at, reason)


UNITS = (
    ("22", "甲省", "Alpha Province", "province", None),
    ("2201", "乙市", "Beta City", "prefecture", "22"),
    ("220101", "丙县", "Gamma County", "county", "2201"),
    ("220102", "丁县", "Delta County", "county", "2201"),
    ("2202", "戊市", "Epsilon City", "prefecture", "22"),
    ("220201", "己县", "Zeta County", "county", "2202"),
    ("220202", "庚县", "Eta County", "county", "2202"),
    ("22-office", "考评办", "Assessment Office", "body", "22"),
)


@kept
def make_province(session: Session, *, calendar: bool = True) -> Province:
    """With the working days of 2012 and 2013, which papers need."""
    if calendar:
        workday_table.fill(session, (2012, 2013))
    province = Province(session)
    for code, zh, en, level, parent in UNITS:
        province.units[code] = services.add_unit(
            session, by_setup(), code=code, name=Bilingual(zh, en), level=level,
            parent_id=province.units[parent].id if parent else None, valid_from=LONG_AGO,
        )  # fmt: skip
    return province


def make_counties(session: Session, above: str, number: int) -> None:
    """So many more below a prefecture: as many units as no choice of a form offers one by one."""
    parent = session.scalars(select(Unit).where(Unit.code == above)).one()
    for n in range(number):
        services.add_unit(
            session, by_setup(), code=f"{above}9{n:03d}", name=Bilingual(f"新{n}县", f"New County {n}"), level="county",
            parent_id=parent.id, valid_from=LONG_AGO,
        )  # fmt: skip

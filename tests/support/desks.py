"""A site with a period open for reporting, and two officers of one prefecture in front of the same grid."""

import html
import re
from pathlib import Path
from typing import Any

from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.organisations.models import Person, Unit
from assessment.submissions import queries
from assessment.submissions.models import Submission
from support.organisations import Province
from support.programmes import SCHEME, World
from support.submissions import IN_TIME, a_period_open
from support.web import Browser, SiteUnderTest, site


class Desk:
    """A site with a period open, and two officers of one prefecture."""

    def __init__(self, frame: Frame, folder: Path, source: str = SCHEME) -> None:
        self.frame = frame
        with frame.write() as session:
            clock.stand_at(session, IN_TIME)
            self.world: World
            self.world, submissions = a_period_open(session, source=source)
            province = Province(session, {code: session.get_one(Unit, one) for code, one in self.world.units.items()})
            self.people = {}
            for name in ("first", "second"):
                province.officer(name, "locality_officer", "220100")
                self.people[name] = province.people[name].id
            session.get_one(Person, self.people["first"]).email = "first@example.org"
            self.ids = {code: one.id for code, one in submissions.items()}
            self.period = self.world.periods["2012-01"].id
        self.where = f"/submissions/periods/{self.period}"
        self.site: SiteUnderTest = site(frame, folder)

    def as_(self, name: str) -> Browser:
        return self.site.browser(self.people[name])

    def typed(self, code: str) -> dict[str, tuple[str, str]]:
        with self.frame.read() as session:
            return queries.typed(session.get_one(Submission, self.ids[code]))

    def cell(self, unit: str, code: str) -> str:
        return f"cell-{self.ids[unit]}-{code}"

    def filled(self, *units: str) -> dict[str, str]:
        numbers = {"cameras": "5", "online": "90", "all": "100", "online_rate": "90"}
        return {self.cell(unit, code): number for unit in units for code, number in numbers.items()}


def shown(page: Any) -> str:
    found = re.search(r'name="shown" value="([^"]*)"', page.text)
    assert found
    return html.unescape(found[1])

"""One province with everybody whom cases, rewards and objections need, and one of each well on its way."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from assessment.accountability.models import Case, Outcome, Source
from assessment.accountability.services import NewPrompt, prompt
from assessment.adjustments import services as adjustments
from assessment.adjustments.models import AdjustmentKind
from assessment.adjustments.services import Proposal
from assessment.cycles import consequences
from assessment.cycles import services as cycles
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.i18n import Bilingual
from assessment.objections import services as objections
from assessment.objections.models import Objection
from assessment.objections.services import NewPoint
from assessment.organisations.officers import Officer, officer_on
from assessment.rewards import services as rewards
from assessment.rewards.models import Round
from assessment.scoring.models import Edition
from support.accountability import TASK, Court
from support.organisations import NOW
from support.rewards import a_fund

ROLES = (
    ("ida", "investigator"), ("ivan", "investigator"), ("third", "investigator"), ("lawyer", "legal_reviewer"),
    *((name, "deciding_body") for name in ("judge", "jane", "june", "second", "kate", "kim")),
    ("judge", "review_officer"), ("rita", "review_officer"), ("ruth", "review_officer"), ("ruth", "assessment_office"),
)  # fmt: skip
"""Judge also reviews objections and Ruth also prepares rounds: each is barred from what he or she had a hand in."""
HEAD, EXCLUDED, OTHER = "officer-220101", "officer-220102", "officer-220201"
CLOCK_IS = "the clock"
PEOPLE = (CLOCK_IS, "leader", "ida", "ivan", "third", "lawyer", "judge", "jane", "june", "second", "kate", "kim",
          HEAD, EXCLUDED, OTHER, "auditor", "office", "ruth", "rita", "reviewer")  # fmt: skip


@dataclass
class Bench(Court):
    """A court that knows people and units by number, so that every record can be forgotten between two runs."""

    ids: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    editions: tuple[int, int] = (0, 0)
    cases: tuple[int, ...] = ()
    rounds: tuple[int, ...] = ()
    objections: tuple[int, ...] = ()
    turn: int = 0
    run: int = 0
    known: dict[str, Officer] = field(default_factory=dict)

    @property
    def county(self) -> int:
        return self.units["220101"]

    def person_id(self, username: str) -> int:
        return self.ids[HEAD if username == "head" else username]

    def act(self, username: str, reason: str = "事出有因") -> Act:
        if username == CLOCK_IS:
            return Act(CLOCK, self.now, reason)
        if username not in self.known:  # nobody's duties change here
            self.known[username] = officer_on(self.session, self.person_id(username), self.now.date())
        return Act(replace(self.known[username], day=self.now.date()), self.now, reason)

    def prompted(
        self, source: Source = Source.OVERDUE_TASK, origin: tuple[str, object] = TASK, occurrence: str = "",
        by: str = CLOCK_IS,
    ) -> Case:  # fmt: skip
        self.turn += 1
        new = NewPrompt(self.county, Bilingual("重大隐患逾期未整改", "Major hazard overdue"), source, origin,
                        occurrence=occurrence or str(self.turn))  # fmt: skip
        case = prompt(self.session, self.act(by), new)
        assert case is not None
        return case

    def disputed(self, case: int, one: int) -> list[int]:
        """Which of the objections are about this case or this round."""
        return [place for place, is_about in enumerate((one == 0, case == 2)) if is_about]

    def prepared(self, rule: str, by: str) -> Round:
        """Most improved compares two months; everything else is prepared from the first."""
        edition = self.session.get_one(Edition, self.editions[1 if rule == "R3" else 0])
        return consequences.prepare_round(self.session, self.act(by), edition=edition, rule_code=rule)


def make_bench(session: Session) -> Bench:
    """Cases at six places of their life; a pool in publicity, a ladder granted; two objections with their reviewers."""
    fund = a_fund(session)
    fund.year.now = NOW
    province = fund.year.province
    for username, role in ROLES:
        province.officer(username, role)
    bench = Bench(session, province)
    bench.ids = {name: person.id for name, person in province.people.items()}
    bench.units = {code: unit.id for code, unit in province.units.items()}
    first, second = fund.results(), fund.results("2012-02")
    bench.editions = (first.id, second.id)
    _keep_out(session, bench, first)
    ladder = bench.prepared("R4", "ruth")
    rewards.check(session, ladder, bench.act("office"))
    rewards.open_publicity(session, ladder, bench.act("office"))
    assert ladder.publicity_until is not None
    bench.now = ladder.publicity_until.replace(hour=23)
    bench.now = bench.now.replace(day=bench.now.day + 1, hour=1)
    rewards.approve_round(session, ladder, bench.act("leader"))
    cycles.grant(session, ladder, bench.act("office"))
    told = bench.served()
    bench.receive(told, "decision")
    criticised, noticed = bench.served(Outcome.CIRCULATED_CRITICISM), bench.noticed()
    bench.receive(criticised, "decision")
    bench.receive(noticed)
    cases = (bench.prompted(), bench.reviewed(), told, bench.reported(), criticised, noticed)
    pool = bench.prepared("R1", "office")
    rewards.check(session, pool, bench.act("office"))
    rewards.open_publicity(session, pool, bench.act("office"))
    bench.link()
    out = next(award for award in pool.awards if not award.is_eligible)
    disputed = [_assigned(session, bench, out, EXCLUDED, "office", "reviewer"),
                _assigned(session, bench, told, HEAD, "rita", "rita")]  # fmt: skip
    bench.link()
    bench.objections = tuple(one.id for one in disputed)
    bench.cases, bench.rounds = tuple(one.id for one in cases), (pool.id, ladder.id)
    bench.known = {}
    return bench


def _assigned(session: Session, bench: Bench, subject: Any, who: str, by: str, reviewer: str) -> Objection:
    one = cycles.lodge(session, subject, bench.act(who), ground="不服", points=[NewPoint("", "不属实")])
    bench.link()
    objections.admit(session, one, bench.act(by))
    objections.assign(session, one, bench.act(by), reviewer_id=bench.person_id(reviewer))
    return one


def _keep_out(session: Session, bench: Bench, edition: Edition) -> None:
    """A confirmed adjustment keeps one county out of the pool, until an objection to its award is upheld."""
    proposal = Proposal(bench.units["220102"], edition.period_id, AdjustmentKind.ELIGIBILITY, "E1", "迟报",
                        ("period", edition.period_id))  # fmt: skip
    one = adjustments.propose(session, bench.act("office"), proposal)
    assert one is not None
    adjustments.hear(session, one, bench.act(CLOCK_IS))
    adjustments.confirm(session, one, bench.act("leader"))

"""Cases for tests: a province with everybody whom a case needs, and a case walked as far as a test wants."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability import services
from assessment.accountability.models import Ballot, Case, Circulation, Conduct, Outcome, Responsibility, Source
from assessment.accountability.norms import norms_of
from assessment.delivery import services as delivery
from assessment.delivery.models import Paper
from assessment.foundation import audit
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.i18n import Bilingual
from support.kept import kept
from support.organisations import NOW, Province, make_province

TASK = ("task", 61)
"""An overdue task as the trail knows it; no room below is needed to hold somebody to account."""


@dataclass
class Court:
    """The people of a case, and where time stands."""

    session: Session
    province: Province
    now: datetime = NOW
    people: dict[str, str] = field(default_factory=dict)

    def act(self, username: str, reason: str = "") -> Act:
        return Act(self.province.officer(username, day=self.now.date()), self.now, reason)

    def clock(self, reason: str = "") -> Act:
        return Act(CLOCK, self.now, reason)

    @property
    def county(self) -> int:
        return self.province.unit("220101").id

    def person_id(self, username: str) -> int:
        return self.province.people[username].id

    def link(self) -> None:
        """As the frame does at the end of a transaction: recusal reads what is in the trail."""
        self.session.flush()
        audit.link(self.session)

    # --- steps -------------------------------------------------------------------------------------------------------

    def prompted(
        self, source: Source = Source.OVERDUE_TASK, origin: tuple[str, object] = TASK, occurrence: str = ""
    ) -> Case:
        act = self.act("leader") if source is Source.PERSON else self.clock()
        new = services.NewPrompt(
            self.county, Bilingual("重大隐患逾期未整改", "Major hazard overdue"), source, origin, occurrence=occurrence
        )
        case = services.prompt(self.session, act, new)
        assert case is not None
        return case

    def opened(self) -> Case:
        case = self.prompted()
        self.open(case)
        return case

    def open(self, case: Case) -> None:
        services.open_case(
            self.session, case, self.act("leader"), authority="公安厅", ground="第32条",
            investigators=[self.person_id("ida"), self.person_id("ivan")],
        )  # fmt: skip
        self.session.flush()

    def declared(self) -> Case:
        case = self.opened()
        for name in ("ida", "ivan"):
            services.declare(self.session, case, self.act(name))
        return case

    def noticed(self) -> Case:
        case = self.declared()
        services.serve_notice(self.session, case, self.act("ida"), allegations="任务61逾期两个月")
        return case

    def receive(self, case: Case, kind: str = "case_notice") -> Paper:
        self.now += timedelta(hours=1)
        paper = self.session.scalars(
            select(Paper).where(Paper.kind == kind, Paper.subject_id == str(case.id), Paper.unit_id == self.county)
        ).one()
        delivery.receive(self.session, paper, self.act("head"))
        return paper

    def replied(self, points: tuple[str, ...] = ("设备未到", "已申请延期")) -> Case:
        case = self.noticed()
        self.receive(case)
        self.now += timedelta(days=2)
        services.reply(self.session, case, self.act("head"), points=points)
        self.session.flush()
        return case

    def find(self, case: Case, evidence: tuple[str, object] = TASK) -> None:
        services.add_fact(
            self.session,
            case,
            self.act("ida"),
            happened_on=date(2012, 9, 11),
            statement="逾期未整改",
            evidence=[evidence],
        )
        services.name_responsible(
            self.session, case, self.act("ivan"), person_id=self.person_id("head"), day=date(2012, 9, 11),
            responsibility=Responsibility.MAIN, duty="主管整改", reason="未督促",
        )  # fmt: skip
        self.session.flush()

    def report(self, case: Case) -> None:
        for point in case.points:
            services.answer_point(self.session, case, self.act("ida"), number=point.number, answer="8月已到货")
        services.file_report(
            self.session, case, self.act("ida"), norm="责任书第2版", causes="督促不力", conduct=Conduct.WEAK,
            proposal="书面检查", norms=[one.key for one in norms_of(self.session, case)],
        )  # fmt: skip

    def reported(self) -> Case:
        """Facts are found first and put to the unit with the notice; then it replies."""
        case = self.declared()
        self.find(case)
        services.serve_notice(self.session, case, self.act("ida"), allegations="任务61逾期两个月")
        self.receive(case)
        self.now += timedelta(days=2)
        services.reply(self.session, case, self.act("head"), points=("设备未到", "已申请延期"))
        self.session.flush()
        self.report(case)
        return case

    def hear_again(self, case: Case, points: tuple[str, ...] = ("对新事实无异议",)) -> None:
        """What was found after the notice is put to the unit, which replies to it."""
        services.serve_supplement(self.session, case, self.act("ida"))
        self.session.flush()
        self.receive(case, "case_supplement")
        services.reply(self.session, case, self.act("head"), points=points)
        self.session.flush()

    def reviewed(self) -> Case:
        case = self.reported()
        services.review_law(self.session, case, self.act("lawyer"), opinion="程序合法")
        self.link()
        return case

    def panel(self, first: str = "judge") -> tuple[str, ...]:
        """Three members of the deciding body; whoever takes a decision anew finds two that had no part in the first."""
        others = ("jane", "june") if first == "judge" else (f"{first}.b", f"{first}.c")
        for name in others:
            if name not in self.province.people:
                self.province.officer(name, "deciding_body")
        return (first, *others)

    def move(
        self, case: Case, outcome: Outcome = Outcome.WRITTEN_INSPECTION, by: str | Act = "judge", organ: str = ""
    ) -> None:
        today = self.now.date()
        act = self.act(by) if isinstance(by, str) else by
        services.move(
            self.session, case, act, outcome=outcome, decision="责令书面检查", publicity="全省", organ=organ,
            execute_by=today + timedelta(days=30), effect_until=today + timedelta(days=180),
            circulation=Circulation.LOCALITIES, circular="该县重大隐患逾期未整改",
        )  # fmt: skip
        self.session.flush()

    def vote(self, case: Case, ballots: dict[str, Ballot]) -> None:
        for name, ballot in ballots.items():
            services.vote(self.session, case, self.act(name), ballot=ballot, reason="证据不足")
        self.session.flush()

    def carried(self, case: Case, outcome: Outcome = Outcome.WRITTEN_INSPECTION, organ: str = "") -> None:
        """Moved and voted on, and not yet recorded as decided."""
        self.move(case, outcome, organ=organ)
        self.vote(case, dict.fromkeys(self.panel(), Ballot.IN_FAVOUR))

    def decide(
        self, case: Case, outcome: Outcome = Outcome.WRITTEN_INSPECTION, by: str | Act = "judge", organ: str = ""
    ) -> None:
        self.move(case, outcome, by, organ)
        assert isinstance(by, str)
        self.vote(case, dict.fromkeys(self.panel(by), Ballot.IN_FAVOUR))
        services.decide(self.session, case, self.act(by))
        self.session.flush()

    def served(self, outcome: Outcome = Outcome.WRITTEN_INSPECTION, organ: str = "") -> Case:
        case = self.reviewed()
        self.decide(case, outcome, organ=organ)
        services.serve_decision(self.session, case, self.act("judge"))
        self.session.flush()
        return case

    def executed(self) -> Case:
        case = self.served()
        self.receive(case, "decision")
        services.hand_in_inspection(self.session, case, self.act("head"), text="失职，已整改")
        services.execute(self.session, case, self.act("judge"), how="已提交书面检查")
        return case


@kept
def make_court(session: Session) -> Court:
    province = make_province(session)
    for username, role, code in (
        ("leader", "leader", "22"), ("ida", "investigator", "22"), ("ivan", "investigator", "22"),
        ("lawyer", "legal_reviewer", "22"), ("judge", "deciding_body", "22"), ("jane", "deciding_body", "22"),
        ("june", "deciding_body", "22"), ("auditor", "auditor", "22"),
        ("admin", "administrator", "22"), ("office", "assessment_office", "22"), ("head", "locality_head", "220101"),
        ("other", "locality_head", "220201"),
    ):  # fmt: skip
        province.officer(username, role, code)
    court = Court(session, province)
    court.link()
    return court


NEXT_YEAR = datetime(2013, 11, 1, tzinfo=UTC)

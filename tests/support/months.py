"""A programme of Alpha Province played month by month through services, as people and the clock would."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.adjustments import queries as adjustments
from assessment.adjustments import services as adjusting
from assessment.bulletins import services as bulletins
from assessment.bulletins.models import Bulletin
from assessment.cycles import services as cycles
from assessment.cycles.queries import score_papers
from assessment.delivery import services as delivery
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.audit import AuditRow
from assessment.foundation.filestore import FileStore
from assessment.organisations.models import Person, Unit
from assessment.programmes import services as programmes
from assessment.programmes.models import Period, Programme, SchemeVersion
from assessment.programmes.services import NewLetter
from assessment.scoring.models import Edition
from assessment.submissions import services as submissions
from assessment.submissions.models import Submission
from assessment.submissions.rules import Value, given
from support.kept import kept
from support.organisations import Province, make_province
from support.programmes import SCHEME

EXTRA = """\
bonus: {cap: 5, mode: add, items: [{code: P1, each: 1, zh: 典型案例, en: Cases chosen}]}
deductions:
  cap: 10
  items: [{code: D1, each: 1, count: submission.late_days, at_most: 5, zh: 逾期报送, en: Days late}]
missing: zero_by_decision
bands:
  - {code: excellent, from: 90, zh: 优秀, en: Excellent}
  - {code: good, from: 75, zh: 良好, en: Good}
  - {code: pass, from: 60, zh: 合格, en: Pass}
  - {code: failed, below: 60, zh: 不合格, en: Failed}
"""
COUNTIES = ("220101", "220102", "220201", "220202")
PREFECTURES = ("2201", "2202")
TERM = {"2201": 300, "2202": 240, "220101": 120, "220102": 180, "220201": 120, "220202": 120}

Reports = Mapping[str, tuple[int, int, int]]
"""Unit code -> new cameras this year, cameras online, cameras in all."""
JANUARY: Reports = {"220101": (10, 96, 100), "220102": (12, 90, 100), "220201": (8, 80, 100), "220202": (4, 99, 100)}
FEBRUARY: Reports = {"220101": (12, 90, 100), "220102": (30, 97, 100), "220201": (20, 88, 100), "220202": (16, 95, 100)}


@dataclass
class Months:
    """The programme, its people, and where time stands."""

    session: Session
    province: Province
    programme: Programme
    version: SchemeVersion
    now: datetime
    periods: dict[str, Period] = field(default_factory=dict)

    def act(self, username: str, reason: str = "", at: datetime | None = None) -> Act:
        moment = at or self.now
        return Act(self.province.officer(username, day=moment.date()), moment, reason)

    def clock(self) -> Act:
        return Act(CLOCK, self.now)

    def at(self, moment: datetime | None) -> None:
        assert moment is not None
        self.now = moment

    # --- the steps of a month ------------------------------------------------------------------------------------

    def reports_of(self, code: str) -> dict[str, Submission]:
        """Who is asked, by unit code."""
        by_id = {unit.id: name for name, unit in self.province.units.items()}
        query = select(Submission).where(Submission.period_id == self.periods[code].id)
        return {by_id[one.unit_id]: one for one in self.session.scalars(query)}

    def open(self, code: str) -> dict[str, Submission]:
        self.at(self.periods[code].opens_at)
        cycles.open_reporting(self.session, self.periods[code], self.clock())
        self.session.flush()
        return self.reports_of(code)

    def send(
        self, code: str, asked: Mapping[str, Submission], reports: Reports, late: Mapping[str, int] | None = None
    ) -> None:
        """``late``: unit code -> days after its time."""
        report_by = self.periods[code].report_by
        assert report_by is not None
        for unit, numbers in reports.items():
            self.at(report_by + timedelta(days=(late or {}).get(unit, -1)))
            submissions.submit(self.session, asked[unit], self.act(f"officer-{unit}"), values(*numbers))

    def validate(self, asked: Mapping[str, Submission]) -> None:
        self.now += timedelta(hours=1)
        submissions.verify_many(self.session, self.act("verifier"), dict.fromkeys(asked.values()))
        submissions.validate_many(self.session, self.act("office"), list(asked.values()))
        self.session.flush()

    def report(self, code: str, reports: Reports, late: Mapping[str, int] | None = None) -> None:
        asked = self.open(code)
        self.send(code, asked, reports, late)
        self.at(self.periods[code].late_until)
        cycles.close_reporting(self.session, self.periods[code], self.clock())
        self.session.flush()
        self.validate(asked)

    def compute(self, code: str) -> Edition:
        edition = cycles.compute(self.session, self.periods[code], self.act("office"))
        self.session.flush()
        return edition

    def serve(self, code: str) -> None:
        self.at(self.periods[code].provisional_on or self.now)
        cycles.serve(self.session, self.periods[code], self.clock())
        self.session.flush()

    def receive(self, code: str) -> None:
        self.now += timedelta(hours=2)
        by_id = {unit.id: name for name, unit in self.province.units.items()}
        for paper in score_papers(self.session, self.periods[code].id):
            if paper.served_at is None:
                delivery.receive(self.session, paper, self.act(f"officer-{by_id[paper.unit_id]}"))
        self.session.flush()

    def settle_adjustments(self, code: str) -> None:
        """After the windows: what was proposed is heard, and confirmed by the leader."""
        self.now += timedelta(days=8)
        cycles.hear_adjustments(self.session, self.clock())
        waiting = adjustments.undecided(self.session, self.periods[code].id)
        if waiting:
            adjusting.confirm_all(self.session, waiting, self.act("leader"))
            self.compute(code)
            self.receive(code)
            self.now += timedelta(days=8)

    def approve(self, code: str) -> Edition:
        self.settle_adjustments(code)
        cycles.approve(self.session, self.periods[code], self.act("leader"))
        self.session.flush()
        query = select(Edition).where(Edition.period_id == self.periods[code].id, Edition.state == "approved")
        return self.session.scalars(query).one()

    def approved(self, code: str, reports: Reports, late: Mapping[str, int] | None = None) -> Edition:
        """Everything from the opening of reporting to final results."""
        self.report(code, reports, late)
        self.compute(code)
        self.serve(code)
        self.receive(code)
        return self.approve(code)

    # --- its bulletin --------------------------------------------------------------------------------------------

    def submitted(self, edition: Edition, store: FileStore) -> Bulletin:
        self.now += timedelta(hours=1)
        bulletin = bulletins.draft(self.session, self.act("office"), edition)
        self.session.flush()
        self.submit(bulletin, store)
        return bulletin

    def submit(self, bulletin: Bulletin, store: FileStore) -> None:
        prepared = bulletins.prepare_submission(
            self.session, bulletin, store, at=self.now, address="https://example.org/verify"
        )
        bulletins.submit(self.session, bulletin, self.act("office"), prepared)
        self.session.flush()

    def approve_bulletin(self, bulletin: Bulletin) -> None:
        act = self.act("leader")
        bulletins.approve(self.session, bulletin, act, seen_zh=bulletin.body_zh, seen_en=bulletin.body_en)
        self.session.flush()


def values(cameras: int, online: int, whole: int) -> dict[str, Value]:
    rate = Decimal(online * 100) / Decimal(whole)
    return {"cameras": given(cameras), "online": given(online), "all": given(whole), "online_rate": given(rate)}


@kept
def a_year(session: Session, source: str = SCHEME + EXTRA, *, illustrative: bool = True) -> Months:
    """Units, people, letters in force, and the periods of 2012 planned."""
    province = make_province(session)
    everybody = (
        ("office", "assessment_office", "22"), ("leader", "leader", "22"), ("verifier", "verifier", "22"),
        ("reviewer", "review_officer", "22"), ("auditor", "auditor", "22"),
        *((f"officer-{code}", "locality_head", code) for code in (*PREFECTURES, *COUNTIES)),
    )  # fmt: skip
    for username, role, code in everybody:
        province.officer(username, role, code)
    now = datetime(2012, 1, 3, 1, 0, tzinfo=UTC)
    office, leader = (Act(province.officer(name, day=now.date()), now) for name in ("office", "leader"))
    version = programmes.write_scheme(
        session, office, source, unit_id=province.unit("22").id, is_illustrative=illustrative
    )
    programmes.check(session, version, office)
    programmes.submit(session, version, office)
    programmes.approve_scheme(session, version, leader)
    programmes.bring_into_force(session, version, office, from_period="2012-01")
    letters = programmes.draft_letters(session, office, version.programme, version, [
        NewLetter(
            province.unit(code).id, f"责〔2012〕{number}号", date(2012, 1, 1), date(2012, 12, 31),
            {"cameras": Decimal(amount)},
            {"cameras": {month: Decimal(amount * month // 12) for month in range(1, 13)}},
        )
        for number, (code, amount) in enumerate(TERM.items(), 1)
    ])  # fmt: skip
    programmes.offer_all(session, letters, office)
    by_id = {unit.id: code for code, unit in province.units.items()}
    for letter in letters:
        signer = province.officer(f"officer-{by_id[letter.unit_id]}", day=now.date())
        programmes.sign(session, letter, Act(signer, now))
    programmes.countersign_all(session, letters, leader)
    months = Months(session, province, version.programme, version, now)
    months.periods = {period.code: period for period in programmes.plan_periods(session, office, version)}
    session.flush()
    return months


M = TypeVar("M", bound=Months)


def resumed(session: Session, kind: type[M]) -> M:
    """The same world in another session, some days after whatever happened last."""
    province = Province(session)
    province.units = {unit.code: unit for unit in session.scalars(select(Unit))}
    province.people = {person.username: person for person in session.scalars(select(Person))}
    periods = {period.code: period for period in session.scalars(select(Period))}
    version = session.scalars(select(SchemeVersion)).one()
    last = session.scalar(select(AuditRow.at).order_by(AuditRow.seq.desc()).limit(1))
    assert last is not None
    return kind(session, province, version.programme, version, last + timedelta(days=1), periods)

"""A small province with a programme in force: two prefectures, three counties, letters, a planned year."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.workday_table import fill
from assessment.organisations.duties import Duty
from assessment.organisations.models import Placement, Unit, UnitName
from assessment.programmes import services
from assessment.programmes.models import Letter, Period, Programme, SchemeVersion
from assessment.programmes.services import NewLetter
from support.kept import kept

SCHEME = """\
format: 1
scheme: cameras
version: "2012.1"
title: {en: Building the network, zh: 视频监控建设}
authority: {en: Public Security Department, zh: 公安厅, reference: 公通}
zone: Asia/Shanghai
working_days: cn
periods: {every: month, from: 2012-01, to: 2012-12}
calendar:
  after_period_end: {report_by: 3w, late_until: 4w, verify_by: 6w, provisional_on: 7w}
  returned_within: 1w
  from_service: {object_within: 3w}
  after_last_window_or_decision: {approve_within: 5w}
  composite: {provisional_on: 1w after its last part is published}
year: {weights: {Q1: 10, Q2: 30, Q3: 30, Q4: 30}, quarter: mean_of_months}
peer_groups:
  prefectures: {zh: 市（州）, en: Prefectures, of: {level: prefecture}}
  counties: {zh: 县（市、区）, en: Counties, of: {level: county}}
values:
  cameras: {zh: 新增探头, en: New cameras, unit: camera, kind: cumulative, evidence: required}
  online: {zh: 在线数, en: Cameras online, unit: camera, kind: level}
  all: {zh: 总数, en: Cameras in all, unit: camera, kind: level}
  online_rate: {zh: 在线率, en: Share online, unit: percent, kind: rate, of: [online, all]}
  late_days: {zh: 迟报天数, en: Days late, unit: day, from: submission.late_days}
indicators:
  - {code: B1, points: 60, value: cameras, rule: completion, target: letter, schedule: letter, en: New cameras}
  - {code: O1, points: 40, value: online_rate, rule: completion, target: 100, zh: 在线率, en: Share online}
"""

NOW = datetime(2012, 1, 4, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Somebody:
    """An actor with duties at units, without a person behind."""

    key: str
    duties: dict[str, frozenset[int]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return f"{self.key}, a post"

    def holds(self, duty: str, unit_id: int | None = None) -> bool:
        units = self.duties.get(duty, frozenset())
        return bool(units) if unit_id is None else unit_id in units

    def unit_ids_for(self, duty: str) -> frozenset[int]:
        return self.duties.get(duty, frozenset())


@dataclass
class World:
    """Ids of units by code, and the people who act on them."""

    units: dict[str, int]
    office: Somebody
    leader: Somebody
    verifier: Somebody
    provider: Somebody
    programme: Programme = None  # type: ignore[assignment]
    version: SchemeVersion = None  # type: ignore[assignment]
    letters: list[Letter] = field(default_factory=list)
    periods: dict[str, Period] = field(default_factory=dict)

    def locality(self, code: str, name: str = "") -> Somebody:
        """An officer of a unit, with its subtree."""
        reach = frozenset(one for other, one in self.units.items() if other.startswith(code.rstrip("0")))
        duties = (Duty.REPORT, Duty.SIGN_LETTERS, Duty.OBJECT)
        return Somebody(name or f"officer of {code}", {duty.value: reach for duty in duties})


def act(by: object, at: datetime = NOW, reason: str = "") -> Act:
    return Act(by, at, reason)  # type: ignore[arg-type]


TREE = {
    "220000": (None, "province"),
    "220100": ("220000", "prefecture"),
    "220200": ("220000", "prefecture"),
    "220101": ("220100", "county"),
    "220102": ("220100", "county"),
    "220201": ("220200", "county"),
}


@kept
def a_province(session: Session) -> World:
    """Units and people, no programme yet."""
    fill(session, [2011, 2012, 2013])
    units: dict[str, int] = {}
    for code, (parent, level) in TREE.items():
        names = {"name_zh": f"单位{code}", "name_en": f"Unit {code}", "valid_from": date(2000, 1, 1)}
        unit = Unit(code=code, level=level, **names)
        session.add(unit)
        session.flush()
        units[code] = unit.id
        session.add(UnitName(unit_id=unit.id, **names))
        if parent:
            session.add(Placement(unit_id=unit.id, parent_id=units[parent], valid_from=date(2000, 1, 1)))
    session.flush()
    everywhere = frozenset(units.values())

    def with_duties(key: str, *duties: Duty) -> Somebody:
        return Somebody(key, {duty.value: everywhere for duty in duties})

    return World(
        units,
        office=with_duties("office", Duty.PLAN_CYCLES, Duty.SET_VALUES, Duty.PREPARE, Duty.ADMIT_OBJECTIONS),
        leader=with_duties("leader", Duty.APPROVE),
        verifier=with_duties("verifier", Duty.VERIFY),
        provider=with_duties("provider", Duty.PROVIDE_DATA),
    )


@kept
def a_scheme_in_force(session: Session, source: str = SCHEME) -> World:
    world = a_province(session)
    office, leader = act(world.office), act(world.leader)
    version = services.write_scheme(session, office, source, unit_id=world.units["220000"])
    services.check(session, version, office)
    services.submit(session, version, office)
    services.approve_scheme(session, version, leader)
    services.bring_into_force(session, version, office, from_period="2012-01")
    world.programme, world.version = version.programme, version
    return world


def new_letters(world: World) -> list[NewLetter]:
    amounts = {"220100": 300, "220200": 100, "220101": 100, "220102": 200, "220201": 120}
    amounts |= {code: 120 for code, (_, level) in TREE.items() if level == "county" and code not in amounts}
    return [
        NewLetter(
            world.units[code],
            f"责〔2012〕{number}号",
            date(2012, 1, 1),
            date(2012, 12, 31),
            {"cameras": Decimal(amount)},
            {"cameras": {month: Decimal(amount * month // 12) for month in range(1, 13)}},
        )
        for number, (code, amount) in enumerate(amounts.items(), 1)
    ]


@kept
def a_year_planned(session: Session, source: str = SCHEME) -> World:
    """Letters in force and the periods of 2012 planned."""
    world = a_scheme_in_force(session, source)
    office = act(world.office)
    letters = services.draft_letters(session, office, world.programme, world.version, new_letters(world))
    services.offer_all(session, letters, office)
    for letter in letters:
        code = next(code for code, unit_id in world.units.items() if unit_id == letter.unit_id)
        services.sign(session, letter, act(world.locality(code)))
    services.countersign_all(session, letters, act(world.leader))
    world.letters = letters
    world.periods = {period.code: period for period in services.plan_periods(session, office, world.version)}
    return world

"""A province with a scheme in force, a checklist in use, and a campaign as far along as a test wants it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from assessment.delivery.queries import due_to_be_deemed
from assessment.delivery.services import deem_received
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.i18n import Bilingual
from assessment.inspections import services
from assessment.inspections.models import Campaign, Checklist, ChecklistItem, Finding, Visit
from assessment.inspections.queries import items_of, teams_of
from assessment.inspections.services import NewFinding, NewInspector, NewItem, NewObject
from assessment.inspections.services.concluding import compose
from assessment.organisations.officers import officer_on
from assessment.programmes import services as programmes
from assessment.programmes.models import SchemeVersion
from support.kept import kept
from support.organisations import Province, make_province
from support.programmes import SCHEME

SEED = "31415926535897932384"
START = datetime(2012, 9, 3, 1, 0, tzinfo=UTC)  # a Monday, nine in the morning in Changchun
COUNTIES = ("220101", "220102", "220201", "220202")
SEVERITIES = """
severities:
  minor: {zh: 一般隐患, en: Minor, fix_within: 15w, points: 0}
  major: {zh: 重大隐患, en: Major, fix_within: 60d, listed: true, ask_extension_before: 20w, points: 2}
escalation:
  - {level: blue, when: days_to_due <= 3, tell: [unit], zh: 蓝色提醒, en: Reminder}
  - {level: yellow, when: days_overdue >= 1, tell: [unit, superior], zh: 黄色预警, en: Warning}
  - {level: red, when: days_overdue >= 10, tell: [unit, leader], propose: supervision_letter, zh: 红色督办, en: Letter}
"""
ITEMS = (
    NewItem("A1", Bilingual("设备清洁完好", "The device is clean and whole"), "minor", Decimal(0), clause="art. 12"),
    NewItem("D1", Bilingual("备用电源可供电30分钟", "Backup power holds"), "major", Decimal(2), clause="art. 21"),
)


@dataclass
class Campaigning:
    """Whoever takes part, by the user names that tests use."""

    session: Session
    province: Province
    version: SchemeVersion
    checklist: Checklist
    items: list[ChecklistItem] = field(default_factory=list)
    campaign: Campaign = None  # type: ignore[assignment]
    visits: list[Visit] = field(default_factory=list)

    def act(self, username: str, at: datetime = START, reason: str = "") -> Act:
        return Act(officer_on(self.session, self.province.person(username).id, at.date()), at, reason)

    def unit_id(self, code: str) -> int:
        return self.province.unit(code).id

    def leader_of(self, visit: Visit, at: datetime = START) -> Act:
        member = next(one for one in teams_of(self.session, [visit.id])[visit.id] if one.is_leader)
        return Act(officer_on(self.session, member.person_id, at.date()), at)

    def officer_of(self, unit_id: int, at: datetime = START, reason: str = "") -> Act:
        code = next(code for code, unit in self.province.units.items() if unit.id == unit_id)
        return self.act(f"officer-{code}", at, reason)


@kept
def make_campaigning(session: Session, severities: str = SEVERITIES) -> Campaigning:
    """People and a checklist; no campaign yet."""
    province = make_province(session)
    for name in ("office", "colleague"):
        province.officer(name, "supervision_office", "22")
    province.officer("leader", "leader", "22")
    for number in range(1, 5):
        province.officer(f"inspector-{number}", "team_leader" if number < 3 else "team_member", "22")
    for code in COUNTIES:
        province.officer(f"officer-{code}", "locality_officer", code)
    _confirm(session, province)
    version = _scheme(session, province, severities)
    world = Campaigning(session, province, version, None)  # type: ignore[arg-type]
    world.checklist = services.draft_checklist(
        session, world.act("office"), programme_id=version.programme_id, unit_id=world.unit_id("22"), code="centres",
        title=Bilingual("监控中心检查表", "Monitoring centres"), items=ITEMS,
    )  # fmt: skip
    services.bring_into_use(session, world.checklist, world.act("office"))
    world.items = items_of(session, world.checklist.id)
    return world


def _confirm(session: Session, province: Province) -> None:
    """Grants that take two have no effect until the second has confirmed them."""
    from assessment.organisations.models import Holding, PostDuty

    session.flush()
    for row in [*session.query(Holding), *session.query(PostDuty)]:
        row.confirmed_by = row.confirmed_by or "set-up"


def _scheme(session: Session, province: Province, severities: str) -> SchemeVersion:
    province.officer("assessor", "assessment_office", "22")
    by = Act(officer_on(session, province.person("assessor").id, START.date()), START)
    lead = Act(officer_on(session, province.person("leader").id, START.date()), START)
    version = programmes.write_scheme(session, by, SCHEME + severities, unit_id=province.unit("22").id)
    programmes.check(session, version, by)
    programmes.submit(session, version, by)
    programmes.approve_scheme(session, version, lead)
    programmes.bring_into_force(session, version, by, from_period="2012-01")
    session.flush()
    return version


def draft(world: Campaigning, *, sample: int = 2, number: str = "2012-01", per_county: int = 1) -> Campaign:
    """A campaign over the four counties, by four inspectors of whom two may lead."""
    world.campaign = services.draft_campaign(
        world.session, world.act("office"), programme_id=world.version.programme_id, scheme_version_id=world.version.id,
        unit_id=world.unit_id("22"), checklist_id=world.checklist.id, number=number,
        title=Bilingual("监控中心专项督查", "Inspection of centres"), scope=Bilingual("全部中心", "All centres"),
        first_day=date(2012, 9, 3), last_day=date(2012, 10, 31), sample=sample,
        objects=[
            NewObject(f"{code}-{n:02d}", world.unit_id(code), Bilingual(f"{code}中心{n}", f"Centre {n} of {code}"))
            for code in COUNTIES
            for n in range(per_county)
        ],
        inspectors=[
            NewInspector(f"{n:02d}", world.province.person(f"inspector-{n}").id, may_lead=n < 3) for n in range(1, 5)
        ],
    )  # fmt: skip
    return world.campaign


def under_way(world: Campaigning, **facts: int) -> list[Visit]:
    """Approved, drawn, begun: its visits are assigned."""
    campaign = draft(world, **facts)
    services.approve_campaign(world.session, campaign, world.act("leader"))
    services.freeze_rolls(world.session, campaign, world.act("office"))
    world.visits = services.draw(world.session, campaign, world.act("office"), SEED)
    services.begin(world.session, campaign, world.act("office"))
    return world.visits


def with_findings(world: Campaigning, visit: Visit, count: int = 2) -> list[Finding]:
    """A visit begun by its leader, who records findings, each second one major."""
    lead = world.leader_of(visit)
    services.begin_visit(world.session, visit, lead)
    return services.record_findings(world.session, visit, lead, [
        NewFinding(world.items[n % 2].id, f"机柜{n}", Bilingual(f"问题{n}", f"Problem {n}")) for n in range(count)
    ])  # fmt: skip


def reported(world: Campaigning, visit: Visit, count: int = 2) -> list[Finding]:
    """Signed off and served."""
    found = with_findings(world, visit, count)
    services.report(world.session, visit, world.leader_of(visit))
    return found


SERVED = START + timedelta(days=7)
AFTER_COMMENTS = START + timedelta(days=30)


def after_comments(world: Campaigning) -> datetime:
    """Nobody signed, so the reports are deemed received; then the time for comments passes, too."""
    deem_received(world.session, due_to_be_deemed(world.session, SERVED), Act(CLOCK, SERVED))
    return AFTER_COMMENTS


def rendered(world: Campaigning, number: str = "2012-1", at: datetime = START) -> services.Rendered:
    """The bulletin as it would be prepared, but for its files."""
    content = compose(world.session, world.campaign, number, at)
    return services.Rendered(world.campaign.id, content, "a" * 64, "b" * 64)


def concluded(world: Campaigning, number: str = "2012-1", at: datetime = START) -> Campaign:
    services.conclude(world.session, world.campaign, world.act("office", at), number, rendered(world, number, at))
    return world.campaign

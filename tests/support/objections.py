"""Objections at every step, and a provisional score that a county has received."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.cycles import services as cycles
from assessment.delivery import services as delivery
from assessment.delivery.models import Paper
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.i18n import Bilingual
from assessment.objections import services
from assessment.objections.models import Objection, Outcome
from assessment.objections.services import NewPoint
from assessment.organisations import services as organisations
from assessment.organisations.officers import Officer, officer_on
from assessment.programmes.models import Period, PeriodState
from assessment.scoring import queries as scoring
from assessment.scoring.models import Scorecard
from assessment.submissions import services as submissions
from support.kept import kept
from support.organisations import LONG_AGO, NOW, Province, by_setup, make_province
from support.programmes import Somebody, World
from support.submissions import IN_TIME, a_period_open, begun, values

IN_A_WEEK = NOW + timedelta(days=7)
MATTER: tuple[tuple[str, object], ...] = (("scorecard", 1), ("submission_value", 7))
TWO_POINTS = (
    NewPoint("cameras", "Twelve were installed; the counting sheet is attached.", Decimal(12)),
    NewPoint("", "The rate was taken on a day without power."),
)


@kept
def a_county(session: Session) -> Province:
    """A county with its officer, the office, the supervision office and a reviewer."""
    province = make_province(session)
    for name, role, code in (
        ("olga", "locality_officer", "220101"),
        ("otto", "assessment_office", "22"),
        ("sven", "supervision_office", "22"),
        ("rita", "review_officer", "22"),
    ):
        province.officer(name, role, code)
    return province


def lodged(
    session: Session,
    province: Province,
    *,
    at: datetime = NOW,
    origin: tuple[str, object] = ("scorecard", 1),
    points: Iterable[NewPoint] = TWO_POINTS,
    matter: Iterable[tuple[str, object]] = MATTER,
) -> Objection:
    objection = services.lodge(
        session, province.act("olga", at=at), origin=origin, unit_id=province.unit("220101").id, period_id=None,
        ground="The count is wrong.", points=list(points), matter=matter, window_until=IN_A_WEEK,
        decide_by=NOW + timedelta(days=20),
    )  # fmt: skip
    session.flush()
    return objection


def admitted(session: Session, province: Province) -> Objection:
    objection = lodged(session, province)
    services.admit(session, objection, province.act("otto"))
    return objection


def assigned(session: Session, province: Province) -> Objection:
    objection = admitted(session, province)
    services.assign(session, objection, province.act("otto"), reviewer_id=province.people["rita"].id)
    return objection


def answered(session: Session, province: Province) -> Objection:
    objection = assigned(session, province)
    act = province.act("rita")
    services.answer(
        session, objection, act, number=1, outcome=Outcome.UPHELD, answer="The sheet shows 12.", granted=Decimal(12)
    )
    services.answer(session, objection, act, number=2, outcome=Outcome.DISMISSED, answer="The rule names the day.")
    return objection


def decided(session: Session, province: Province) -> Objection:
    objection = answered(session, province)
    services.decide(session, objection, province.act("rita"))
    return objection


# --- a score that was received ---------------------------------------------------------------------------------------

SERVED_AT = datetime(2012, 2, 21, 1, 0, tzinfo=UTC)
RECEIVED_AT = SERVED_AT + timedelta(hours=3)


@dataclass
class Served:
    """A month whose provisional scores are served, and one county's received."""

    world: World
    period: Period
    card: Scorecard

    def officer(self) -> Somebody:
        return self.world.locality("220101")

    def office(self, at: datetime = RECEIVED_AT) -> Act:
        return Act(everywhere(self.world, "office", "set_values", "compute", "admit_objections"), at)


def everywhere(world: World, name: str, *duties: str) -> Somebody:
    return Somebody(name, {duty: frozenset(world.units.values()) for duty in duties})


def a_reviewer(session: Session, unit_id: int) -> Officer:
    """A person who reviews objections everywhere below this unit."""
    return an_officer(session, unit_id, "rita", "review_officer")


def an_officer(session: Session, unit_id: int, name: str, role: str) -> Officer:
    """A person in a post at a unit, with the duties of a role."""
    title = Bilingual(f"{role}岗", role.replace("_", " ").capitalize())
    post = organisations.add_post(session, by_setup(), unit_id=unit_id, title=title, role=role, valid_from=LONG_AGO)
    person = organisations.invite(session, by_setup(), username=name, name=name.capitalize())
    organisations.let_in(session, [person], by_setup())
    organisations.appoint(session, person, by_setup(), post=post, valid_from=LONG_AGO)
    session.flush()
    return officer_on(session, person.id, RECEIVED_AT.date())


@kept
def a_score_received(session: Session, *, is_received: bool = True) -> Served:
    """January computed and served by the clock; county 220101 has signed for its score."""
    world, reports = a_period_open(session)
    office = Act(everywhere(world, "office", "set_values", "compute", "receive_papers"), IN_TIME)
    some = [(one, values(8 if code == "220101" else 10)) for code, one in sorted(reports.items())]
    submissions.submit_many(session, Act(everywhere(world, "reporter", "report"), IN_TIME), some)
    submissions.validate_many(session, office, list(reports.values()))
    period = world.periods["2012-01"]
    begun(period, PeriodState.VERIFYING)
    edition = cycles.compute(session, period, Act(office.by, SERVED_AT - timedelta(days=1)))
    cycles.serve(session, period, Act(CLOCK, SERVED_AT))
    session.flush()
    card = scoring.scorecard(session, edition.id, world.units["220101"])
    assert card is not None
    if is_received:
        paper = session.scalar(select(Paper).where(Paper.subject_kind == "scorecard", Paper.subject_id == str(card.id)))
        assert paper is not None
        delivery.receive(session, paper, Act(office.by, RECEIVED_AT))
    return Served(world, period, card)

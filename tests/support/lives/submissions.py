"""Reports of a period."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assessment.foundation.actors import CLOCK, Act
from assessment.programmes.models import Period, PeriodState
from assessment.submissions import services
from assessment.submissions.models import CounterCheck, Submission
from assessment.submissions.rules import MISSING
from assessment.submissions.services import NewEvidence
from support.lives.planned import Planned, planned
from support.programmes import SCHEME, Somebody
from support.submissions import IN_TIME, begun, values
from support.transitions import Bar, Beginning, By, Life, Way

ENDORSED = SCHEME.replace("evidence: required", "evidence: required, endorsed_by: parent")
AFTER_ALL = datetime(2012, 3, 1, 2, 0, tzinfo=UTC)
"""After the last moment for January's reports, also for those that were returned."""


def year(session: Session, _folder: Path) -> Planned:
    """January's reporting has begun; the unit above endorses what a county reports."""
    world = planned(session, ENDORSED)
    begun(january(world))
    session.flush()
    return world


def january(world: Planned) -> Period:
    return world.periods["2012-01"]


def reporter(world: Planned, _one: object = None) -> Act:
    return Act(world.locality("220101"), IN_TIME)


def above(world: Planned, _one: object = None) -> Act:
    return Act(world.locality("220100", "officer of the prefecture"), IN_TIME)


def verifier(world: Planned, _one: object = None) -> Act:
    return Act(world.verifier, IN_TIME)


def office(world: Planned, _one: object = None) -> Act:
    return Act(world.office, IN_TIME)


def office_after_all(world: Planned, _one: object = None) -> Act:
    return Act(world.office, AFTER_ALL)


def clock(_world: Planned, _one: object = None) -> Act:
    return Act(CLOCK, IN_TIME)


# --- how a report comes to be there ----------------------------------------------------------------------------------


def due(world: Planned) -> Submission:
    made = services.open_submissions(world.session, clock(world), january(world))
    return next(one for one in made if one.unit_id == world.units["220101"])


def draft(world: Planned) -> Submission:
    one = due(world)
    services.save_draft(world.session, one, reporter(world), TYPED)
    services.attach_evidence(world.session, one, reporter(world), FILE)
    return one


def submitted(world: Planned) -> Submission:
    """With a value left out, that a decision may count as 0."""
    one = draft(world)
    services.submit(world.session, one, reporter(world), {**values(), "cameras": MISSING})
    return one


def endorsed(world: Planned) -> Submission:
    one = submitted(world)
    services.endorse(world.session, one, above(world))
    return one


def unendorsed(world: Planned) -> Submission:
    """Of a unit whose report nobody need endorse."""
    one = submitted(world)
    one.endorser_unit_id = None
    return one


def returned(world: Planned) -> Submission:
    one = submitted(world)
    services.return_submission(world.session, one, verifier(world).because("缺少佐证"))
    return one


def verified(world: Planned) -> Submission:
    one = endorsed(world)
    services.verify(world.session, one, verifier(world))
    return one


def validated(world: Planned) -> Submission:
    one = verified(world)
    services.validate(world.session, one, office(world))
    return one


TYPED = {code: (str(value.number), value.kind.value) for code, value in values().items()}
FILE = NewEvidence("cameras", "a" * 64, 9, "sheet.pdf", "application/pdf")
MORE = NewEvidence("cameras", "b" * 64, 9, "more.pdf", "application/pdf")


def given(_world: Planned, _one: object) -> dict[str, Any]:
    return {"values": values()}


def left_to_a_ballot(world: Planned) -> Submission:
    one = due(world)
    services.leave_to_ballot([one])
    return one


def counted_ballots(world: Planned, one: Submission, act: Act) -> None:
    services.enter_ballots(world.session, {one: values()}, act, number="TP-1")


def first_file(world: Planned, one: Submission, act: Act) -> None:
    """Where there is none, one of another report: to be refused for it, or for the state, is the same to this test."""
    evidence = one.evidence[0] if one.evidence else services.Evidence(submission_id=one.id, value_code="", name="")
    services.remove_evidence(world.session, one, act, evidence)


def first_file_replaced(world: Planned, one: Submission, act: Act) -> None:
    nothing = services.Evidence(submission_id=one.id, value_code="", name="", version_number=1)
    evidence = one.evidence[0] if one.evidence else nothing
    services.replace_evidence(world.session, one, act, evidence, MORE)


# --- what bars -------------------------------------------------------------------------------------------------------


def a_provider(world: Planned, _one: object) -> Act:
    return Act(world.provider, IN_TIME)


def not_above(world: Planned, _one: object) -> Act:
    """An officer who reports for the county, and not for the unit above it."""
    return Act(world.locality("220101", "another officer"), IN_TIME)


def himself(duties_of: str, at: datetime = IN_TIME) -> By:
    """Who sent the report, with this other person's duties."""

    def by(world: Planned, _one: object) -> Act:
        return Act(Somebody(world.locality("220101").key, getattr(world, duties_of).duties), at)

    return by


def himself_above(world: Planned, one: object) -> Act:
    return Act(Somebody(world.locality("220101").key, above(world).by.duties), IN_TIME)  # type: ignore[attr-defined]


def a_minute_late(world: Planned, one: Submission) -> Act:
    return Act(world.locality("220101"), one.due_at + timedelta(minutes=1))


def served(world: Planned, _one: object) -> None:
    begun(january(world), PeriodState.OBJECTIONS)


# --- counter-checks --------------------------------------------------------------------------------------------------

SEED = "40281973655104928376"


def checks(session: Session, folder: Path) -> Planned:
    """A report verified, so that there is something to draw."""
    world = year(session, folder)
    verified(world)
    session.flush()
    return world


def frozen(world: Planned, by: Act | None = None) -> CounterCheck:
    return services.freeze_counter_check(
        world.session, by or office(world), period=january(world), number="FH-1", at_random=1, by_risk=0
    )


def drawn(world: Planned) -> CounterCheck:
    one = frozen(world)
    services.draw_counter_check(world.session, one, office(world), SEED)
    return one


def checked(world: Planned) -> CounterCheck:
    one = drawn(world)
    services.record_check(world.session, one, another_verifier(world), **as_verified(world, one))
    return one


def check_closed(world: Planned) -> CounterCheck:
    one = checked(world)
    services.close_counter_check(world.session, one, office(world))
    return one


def another_verifier(world: Planned, _one: object = None) -> Act:
    return Act(Somebody("another verifier", world.verifier.duties), IN_TIME)


def as_verified(_world: Planned, one: CounterCheck) -> dict[str, Any]:
    item = min(one.items, key=lambda item: item.place or 99)
    return {"item_id": item.id, "found": item.verified}


COUNTER_CHECK = Life(
    "counter_check",
    checks,
    beginnings=(Beginning("freeze_counter_check", office, frozen),),
    states={"frozen": frozen, "drawn": drawn, "closed": check_closed},
    ways=(
        Way("draw_counter_check", office, lambda *_: {"seed": SEED}),
        Way("record_check", another_verifier, as_verified),
        Way("close_counter_check", office, starts={"drawn": checked}, bars=(Bar("not been checked yet", of=drawn),)),
    ),
)  # fmt: skip


NOT_THE_UNIT = Bar("The unit itself reports this", by=a_provider)
FROZEN = Bar("have been served", spoil=served)
OF_THE_UNIT = (NOT_THE_UNIT,)


def who_checks(duties_of: str) -> tuple[Bar, ...]:
    return (FROZEN, Bar("You sent this report", by=himself(duties_of), states=("endorsed", "verified")))


LIVES = (
    Life(
        "submission",
        year,
        beginnings=(
            Beginning("open_submissions", clock, lambda world, act: services.open_submissions(
                world.session, act, january(world)
            )),
        ),
        states={
            "due": due,
            "draft": draft,
            "submitted": submitted,
            "endorsed": endorsed,
            "returned": returned,
            "verified": verified,
            "validated": validated,
        },
        ways=(
            Way("submit", reporter, given, bars=OF_THE_UNIT),
            Way("enter_ballots", office, do=counted_ballots, starts={"due": left_to_a_ballot},
                bars=(Bar("No panel votes", of=due),)),
            Way("save_draft", reporter, lambda *_: {"values": TYPED}, bars=OF_THE_UNIT),
            Way("attach_evidence", reporter, lambda *_: {"file": MORE}, bars=OF_THE_UNIT),
            Way("replace_evidence", reporter, do=first_file_replaced, bars=OF_THE_UNIT),
            Way("remove_evidence", reporter, do=first_file, bars=OF_THE_UNIT),
            Way("withdraw", reporter, bars=(
                NOT_THE_UNIT,
                Bar("that is over", by=a_minute_late),
            )),
            Way("endorse", above, bars=(
                Bar("The unit above endorses", by=not_above),
                Bar("You sent this report", by=himself_above),
            )),
            Way("verify", verifier, starts={"submitted": unendorsed}, bars=who_checks("verifier")),
            Way("validate", office, starts={"submitted": unendorsed}, bars=who_checks("office")),
            Way("return_submission", verifier, bars=(
                Bar("You sent this report", by=himself("verifier")),
                Bar("The unit above endorses", by=not_above),
            )),
            Way("set_value", office, given, bars=(FROZEN, Bar("You sent this report", by=himself("office")))),
            Way("zero_by_decision", office_after_all, bars=(
                FROZEN,
                Bar("You sent this report", by=himself("office", AFTER_ALL), states=("submitted", "verified")),
                Bar("can still report until", by=office, states=("due", "draft")),
            )),
        ),
    ),
    COUNTER_CHECK,
)  # fmt: skip

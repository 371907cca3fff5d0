"""Whoever opens cases is reminded when one is due for sealing, and nobody before, after, or with its number by mail."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from assessment.accountability import services
from assessment.accountability.models import Case
from assessment.accountability.queries.clocks import ending_terms, kept_until
from assessment.cycles import reminders
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.frame import Frame
from assessment.foundation.outbox import OutboxItem
from support.accountability import Court, make_court


def over(court: Court) -> Case:
    """A prompt that was dismissed: its texts are kept ten years from then."""
    case = court.prompted()
    services.dismiss(court.session, case, court.act("leader", "已整改"))
    court.session.flush()
    return case


def test_a_case_is_due_for_sealing_from_the_day_after_its_term_until_it_is_sealed(frame: Frame) -> None:
    with frame.write() as session:
        court = make_court(session)
        case = over(court)
        until = kept_until(case)
        assert (until.year, until.month, until.day) == (court.now.year + 10, court.now.month, court.now.day)
        assert ending_terms(session, until - timedelta(days=1)) == []
        assert ending_terms(session, until) == [(case, until)]
        waiting_case = court.prompted(occurrence="2")
        assert [one.id for one, _ in ending_terms(session, until)] == [case.id]  # what is not over is not sealed
        assert waiting_case.state == "prompted"
        later = datetime(until.year, until.month, until.day, 12, tzinfo=UTC) + timedelta(days=1)
        court.link()
        court.now = later
        services.seal_case(session, case, court.act("leader", "保存期满"))
        assert ending_terms(session, until + timedelta(days=2)) == []


def test_the_clock_reminds_those_who_open_cases_on_their_days_without_naming_the_case(frame: Frame) -> None:
    with frame.write() as session:
        court = make_court(session)
        for name in ("leader", "office"):
            court.province.people[name].email = f"{name}@example.org"
        case = over(court)
        due = kept_until(case) + timedelta(days=1)

        def mails(days_before: int) -> list[OutboxItem]:
            day = due - timedelta(days=days_before)
            reminders.remind(session, Act(CLOCK, datetime(day.year, day.month, day.day, 1, tzinfo=UTC)))
            session.flush()
            return list(session.scalars(select(OutboxItem).order_by(OutboxItem.id)))

        assert mails(60) == []
        told = mails(30)
        assert len(told) == 1
        assert told[0].payload["to"] == "leader@example.org"
        assert case.number not in told[0].payload["body"]
        assert len(mails(29)) == 1
        assert len(mails(7)) == 2

"""The made-up country of the benches, a very small one: its records hold, and its period goes the whole way."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event, func, select

from assessment.foundation import audit
from assessment.foundation.frame import Frame
from assessment.programmes.models import Period
from assessment.remediation.models import Task
from assessment.scoring.models import Scorecard
from assessment.submissions import services as submissions
from assessment.submissions.models import Submission
from support.country.acting import Month
from support.country.laying import Country, lay
from support.country.sizes import FULL, Size
from support.web import settings

SMALL = Size(provinces=2, prefectures=4, counties=12, indicators=5, periods=2, tasks=60, people=20)


def test_a_country_is_laid_and_its_newest_period_goes_from_reports_to_a_published_bulletin(
    frame: Frame, tmp_path: Path
) -> None:
    month = Month(lay(frame, SMALL), settings(tmp_path))
    month.report()
    took = month.publish()
    with frame.read() as session:
        counts = [session.scalar(select(func.count()).select_from(model)) for model in (Task, Submission, Scorecard)]
        assert counts == [60, 2 * 12, 2 * 12]
        assert len(session.scalars(select(Period)).all()) == SMALL.periods
        assert len(month.country.places.people) == SMALL.people
        assert month.country.period(session).state == "published"
        assert audit.verify(session) == []
    assert len(list((month.place.documents / "bulletins").glob("*.pdf"))) == 2
    assert took["serve every unit its score"].statements < SMALL.counties + 10  # and not one more for each unit


def test_many_reports_are_verified_and_validated_in_as_many_statements_as_few(frame: Frame, tmp_path: Path) -> None:
    month = Month(lay(frame, SMALL), settings(tmp_path))
    month.report()
    few = _asked(frame, month.country, 2)
    many = _asked(frame, month.country, 9)
    assert many == few
    with frame.read() as session:
        assert audit.verify(session) == []


def test_a_part_of_a_country_has_fewer_places_and_as_many_indicators() -> None:
    part = FULL.times(0.1)
    assert (part.counties, part.indicators, part.months[0], part.months[-1]) == (284, 100, "2010-01", "2012-12")


def _asked(frame: Frame, country: Country, count: int) -> int:
    """Statements for verifying and validating so many reports by one act each."""
    with frame.write() as session:
        period = country.period(session)
        assert period.late_until is not None
        verifier, office = (country.act(session, who, period.late_until) for who in ("verifier", "assessment_office"))
        sent = select(Submission).where(Submission.period_id == period.id, Submission.state == "submitted")
        some = list(session.scalars(sent.order_by(Submission.id).limit(count)))
        with _counted(frame) as asked:
            submissions.verify_many(session, verifier, dict.fromkeys(some))
            submissions.validate_many(session, office, some)
        values = {len(one.values) for one in some}
    assert values == {3 * (SMALL.indicators - 1)}
    return len(asked)


@contextmanager
def _counted(frame: Frame) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(frame.engine, "before_cursor_execute", note)
    yield asked
    event.remove(frame.engine, "before_cursor_execute", note)

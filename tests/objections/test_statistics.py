"""What became of objections, counted: every objection once, cases not at all, no unit and no reviewer named."""

from datetime import timedelta
from pathlib import Path

from assessment.foundation import clock
from assessment.foundation.actors import Act
from assessment.foundation.frame import Frame
from assessment.objections import services, statistics
from assessment.objections.models import Objection, Outcome
from support.objections import a_county, lodged
from support.organisations import NOW, Province
from support.web import site


def decided(province: Province, outcomes: tuple[Outcome, ...], after: timedelta) -> Objection:
    session = province.session
    one = lodged(session, province)
    services.admit(session, one, province.act("otto"))
    services.assign(session, one, province.act("otto"), reviewer_id=province.people["rita"].id)
    rita = Act(province.officer("rita"), NOW + after)
    for number, outcome in enumerate(outcomes, 1):
        words = {"answer": "As the sheet shows.", "changes": "It is worded anew." if outcome is PART else ""}
        services.answer(session, one, rita, number=number, outcome=outcome, **words)
    services.decide(session, one, rita)
    return one


UP, DOWN, PART = Outcome.UPHELD, Outcome.DISMISSED, Outcome.IN_PART


def test_each_objection_counts_once_by_what_became_of_all_its_points(frame: Frame) -> None:
    with frame.write() as session:
        province = a_county(session)
        for outcomes, days in (((UP, UP), 1), ((UP, DOWN), 3), ((DOWN, DOWN), 5), ((PART, PART), 30)):
            decided(province, outcomes, timedelta(days=days))
        lodged(session, province)
        services.find_inadmissible(
            session, lodged(session, province), Act(province.officer("otto"), NOW, "No ground is named.")
        )
        services.withdraw(session, lodged(session, province), province.act("olga"))
        session.flush()
        whole = statistics.together(statistics.tallies(session))
        assert (whole.lodged, whole.decided, whole.undecided, whole.inadmissible, whole.withdrawn) == (7, 4, 1, 1, 1)
        assert (whole.upheld, whole.in_part, whole.dismissed) == (1, 2, 1)
        assert (whole.late, whole.median_days) == (1, 3)
        assert statistics.points_by_subject(session) == {"cameras": {"upheld": 2, "in_part": 1, "dismissed": 1}}


def test_the_page_is_everybodys_and_says_nothing_of_cases_units_or_reviewers(frame: Frame, tmp_path: Path) -> None:
    with frame.write() as session:
        clock.stand_at(session, NOW + timedelta(days=2))
        province = a_county(session)
        decided(province, (UP, DOWN), timedelta(days=1))
        lodged(session, province, origin=("accountability_case", 1))
        people = {name: person.id for name, person in province.people.items()}
    browser = site(frame, tmp_path).browser(people["olga"])
    page = browser.get("/objections/outcomes").text
    assert "Of 1 decided objections, 1 were upheld, wholly or in part." in page
    table = browser.get("/objections/outcomes?as=csv").text
    assert table.splitlines()[1].split(",")[2:6] == ["1", "0", "1", "0"]
    assert len(table.splitlines()) == 2
    assert "Rita" not in page + table
    assert "Gamma" not in table

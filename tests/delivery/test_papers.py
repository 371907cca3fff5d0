"""Papers served: available, opened, received or deemed received; the clocks start when they should."""

from datetime import UTC, date, datetime, timedelta

import pytest

from assessment.delivery import queries, services
from assessment.delivery.models import Paper, PaperState
from assessment.foundation import audit
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.foundation.workdays import BeyondCalendar
from support.organisations import NOW, Province, by_setup, make_province

TITLE = Bilingual("整改通知书", "Remediation notice")
SUBJECT = ("notice", 5)
DEEMED = datetime(2012, 11, 16, 15, 59, 59, tzinfo=UTC)  # the third working day after 13 November, its last second


def served(province: Province, code: str = "2201", at: datetime = NOW) -> Paper:
    return services.serve(
        province.session, by_setup(at), unit_id=province.unit(code).id, kind="notice", subject=SUBJECT, title=TITLE
    )


def test_a_paper_signed_for_is_served_from_that_moment(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        paper = served(province)
        unit_id = paper.unit_id
        assert (paper.state, paper.dated, paper.deemed_at) == (PaperState.AVAILABLE, date(2012, 11, 13), DEEMED)
        assert queries.service_of(session, "notice", SUBJECT) == {unit_id: None}
        later = NOW + timedelta(hours=5)
        act = province.act("he", "locality_officer", "2201", at=later)
        services.open_paper(session, paper, act)
        assert queries.service_of(session, "notice", SUBJECT) == {unit_id: None}
        services.receive(session, paper, act)
        assert queries.service_of(session, "notice", SUBJECT) == {unit_id: later}
        assert paper.received_by.startswith("He; Beta City: Locality officer")


def test_several_papers_are_signed_for_by_one_act_all_or_none(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        first, second, third = (served(province) for _ in range(3))
        act = province.act("he", "locality_officer", "2201", at=NOW + timedelta(hours=5))
        services.open_paper(session, first, act)
        services.receive_all(session, [first, second], act)
        session.flush()
        assert {(one.state, one.served_at) for one in (first, second)} == {(PaperState.RECEIVED, act.at)}
        assert {one.received_by for one in (first, second)} == {act.by.label}
    with pytest.raises(NotNow), frame.write() as session:
        papers = [session.get_one(Paper, one.id) for one in (third, second)]
        services.receive_all(session, papers, act)
    with frame.read() as session:
        assert session.get_one(Paper, third.id).state == PaperState.AVAILABLE
        ends = {audit.acts_on(session, [("paper", str(one.id))])[-1].seq for one in (first, second)}
        assert len(ends) == 1, "one row of the trail"


def test_nobody_signs_for_papers_of_another_unit_among_his_own(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        papers = [served(province), served(province, "220102")]
        act = province.act("al", "locality_officer", "220102")
        with pytest.raises(NotPermitted):
            services.receive_all(session, papers, act)
        session.rollback()


def test_a_paper_nobody_signs_for_is_deemed_received_after_three_working_days(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        paper = served(province)
        for early in (NOW, DEEMED - timedelta(seconds=1)):
            assert queries.due_to_be_deemed(session, early) == []
            with pytest.raises(NotNow, match="not before"):
                services.deem_received(session, paper, Act(CLOCK, early))
        assert queries.due_to_be_deemed(session, DEEMED) == [paper]
        services.deem_received(session, [paper], Act(CLOCK, DEEMED + timedelta(hours=9)))
        assert paper.served_at == DEEMED
        assert queries.service_of(session, "notice", SUBJECT) == {paper.unit_id: DEEMED}
        with pytest.raises(NotNow):
            services.receive(session, paper, province.act("he", "locality_officer", "2201"))


def test_a_holiday_is_no_working_day(frame: Frame) -> None:
    with frame.write() as session:
        before_the_holidays = datetime(2012, 9, 28, 2, 0, tzinfo=UTC)  # 29 worked; 30 to 7 October not
        paper = served(make_province(session), at=before_the_holidays)
        assert paper.deemed_at == datetime(2012, 10, 9, 15, 59, 59, tzinfo=UTC)


def test_only_the_unit_or_those_above_it_sign(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        paper = served(province, "220101")
        for username, role, code in (
            ("al", "locality_officer", "220102"),
            ("bo", "leader", "22"),
            ("cy", "auditor", "22"),
        ):
            act = province.act(username, role, code)
            for action in (services.open_paper, services.receive):
                with pytest.raises(NotPermitted):
                    action(session, paper, act)
        services.receive(session, paper, province.act("di", "locality_officer", "2201"))


@pytest.mark.parametrize(("role", "code"), [("locality_officer", "2201"), ("administrator", "22")])
def test_only_who_acts_for_those_above_serves(frame: Frame, role: str, code: str) -> None:
    with frame.write() as session:
        province = make_province(session)
        unit_id = province.unit("2201").id
        with pytest.raises(NotPermitted):
            services.serve(
                session, province.act("he", role, code), unit_id=unit_id, kind="notice", subject=SUBJECT, title=TITLE
            )


def test_a_paper_bears_no_date_before_it_is_available(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        paper = services.NewPaper(province.unit("2201").id, SUBJECT, TITLE, dated=date(2012, 11, 12))
        with pytest.raises(Invalid, match="earlier date"):
            services.serve_many(session, by_setup(), "notice", [paper])


def test_an_issued_paper_lies_in_no_inbox_until_it_is_served(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        unit_id = province.unit("2201").id
        paper = services.issue(session, by_setup(), "notice", services.NewPaper(unit_id, SUBJECT, TITLE))
        session.flush()
        assert queries.inbox(session, [unit_id]) == []
        for action in (services.open_paper, services.receive):
            with pytest.raises(NotNow):
                action(session, paper, province.act("he", "locality_officer", "2201"))
        services.serve_issued(session, [paper], by_setup())
        assert [line.waits for line in queries.inbox(session, [unit_id])] == [True]
        with pytest.raises(NotNow):
            services.serve_issued(session, [paper], by_setup())


def test_service_that_failed_starts_no_clock(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        paper = served(province)
        with pytest.raises(Invalid, match="Say why"):
            services.fail(session, paper, by_setup())
        with pytest.raises(NotPermitted):
            services.fail(session, paper, province.act("he", "locality_officer", "2201", reason="not ours"))
        services.fail(session, paper, by_setup(reason="sent to the wrong unit"))
        assert queries.service_of(session, "notice", SUBJECT) == {}
        assert queries.due_to_be_deemed(session, DEEMED) == []


def test_many_papers_are_one_act(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        items = [(unit.id, SUBJECT, TITLE, f"no. {unit.code}") for unit in province.units.values()]
        papers = services.serve_many(session, by_setup(), "notice", items)
        assert len({paper.id for paper in papers}) == len(items)
    with frame.read() as session:
        rows = [row for row in audit.acts_on(session, [("paper", paper.id) for paper in papers]) if row.act == "serve"]
        assert len(rows) == 1
        units = list(province.units.values())
        assert queries.count_waiting(session, [unit.id for unit in units]) == len(items)
        assert queries.count_inbox(session, [units[0].id], state="received") == 0


def test_nothing_is_served_beyond_the_announced_working_days(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        with pytest.raises(BeyondCalendar, match="Working days are known"):
            served(province, at=datetime(2013, 12, 31, 2, 0, tzinfo=UTC))


def test_of_two_papers_on_a_subject_the_first_service_counts(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        first, second = served(province), served(province)
        act = province.act("he", "locality_officer", "2201", at=NOW + timedelta(hours=1))
        services.receive(session, second, act)
        assert queries.service_of(session, "notice", SUBJECT) == {first.unit_id: act.at}
        assert [paper.id for paper in queries.papers_about(session, SUBJECT)] == [second.id, first.id]

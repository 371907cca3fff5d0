"""Panels: who sits on them, what they vote on, and what the count gives."""

from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import CLOCK
from assessment.foundation.audit import AuditBody, AuditRow
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.foundation.outbox import OutboxItem
from assessment.organisations import services as organisations
from assessment.panels import queries, services
from assessment.panels.models import Panel, Seat
from assessment.panels.rules import asked, not_on_the_ballot
from assessment.panels.services import NewPanel
from assessment.programmes.queries import scheme
from assessment.programmes.rules.loading import load_scheme
from assessment.scoring.rules.reading import find_for
from assessment.scoring.rules.values import Kind, UnitInput
from assessment.scoring.rules.values import Value as Scored
from assessment.submissions import queries as submissions
from assessment.submissions import services as reporting
from assessment.submissions.models import Submission
from assessment.submissions.rules import Stage, ValueKind, given
from support.organisations import LONG_AGO, by_setup
from support.panels import AFTER, MARKS, SALT, VOTES, Hall, a_hall, scheme_with
from support.programmes import SCHEME, act
from support.submissions import IN_TIME

PLACES = ("j1", "j2", "j3", "j4", "j5")
MEAN_OF_FIVE = ("100", "70", "80", "90", "0")


def voted(hall: Hall, marks: tuple[str, ...] = MEAN_OF_FIVE) -> None:
    for number, mark in enumerate(marks):
        hall.vote(number, {"S1": "good" if number else "fair", "S2": mark})


def test_the_count_enters_the_panels_values_and_says_how_it_came_to_them(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.opened()
        voted(hall)
        hall.close_and_count()
        report = hall.reports["220101"]
        assert submissions.claimed(report) == {
            "good": given(4), "fair": given(1), "silent": given(0),
            "j1": given(0), "j2": given(70), "j3": given(80), "j4": given(90), "j5": given(100),
        }  # fmt: skip
        assert report.state == "submitted"
        votes, marks = queries.counted(session, hall.panel)[report.id]
        assert (votes.mean, votes.row.counted, votes.row.left_out) == (Fraction(92), 5, 0)
        assert (marks.mean, marks.row.counted, marks.row.left_out) == (Fraction(80), 5, 1)
        assert marks.marks == (0, 70, 80, 90, 100)
        assert queries.marks_behind(session, report) == {
            **dict.fromkeys(("good", "fair", "silent"), votes.marks), **dict.fromkeys(PLACES, marks.marks),
        }  # fmt: skip
        own = submissions.find(session, hall.period.id, report.unit_id)
        assert own is not None
        assert queries.marks_behind(session, own) == {}
        assert session.get_one(Panel, hall.panel.id).state == "counted"
        session.flush()
    with frame.read() as session:
        assert audit.verify(session) == []


def test_the_count_goes_on_to_be_validated_also_by_whoever_counted(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.opened()
        voted(hall)
        hall.close_and_count()
        report = hall.reports["220101"]
        with pytest.raises(NotNow, match="not sent back"):
            reporting.return_submission(session, report, act(hall.world.verifier, AFTER).because("x"))
        reporting.validate(session, report, hall.office(AFTER))
        assert submissions.validated(report)["good"] == given(4)


def test_what_the_rule_of_the_scheme_makes_of_the_values_is_what_the_count_shows(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.opened()
        for number, mark in enumerate(("100", "70.25", "80", "", "90")):
            hall.vote(number, {"S1": ("good", "fair", "", "good", "good")[number], "S2": mark})
        hall.close_and_count()
        values = submissions.claimed(hall.reports["220101"])
        rules = scheme(session, hall.period.scheme_version_id)
        unit = UnitInput("220101", {code: Scored(one.number, Kind(one.kind)) for code, one in values.items()}, {})
        for shown in queries.counted(session, hall.panel)[hall.reports["220101"].id]:
            found = find_for(rules, unit, shown.item)
            assert sorted(found.numbers) == sorted(
                code for code in shown.item.parts if values[code].kind == ValueKind.GIVEN
            )
        votes, marks = queries.counted(session, hall.panel)[hall.reports["220101"].id]
        assert (votes.row.abstained, votes.mean) == (1, Fraction(360, 4))
        assert (marks.row.abstained, marks.mean) == (1, Fraction("85"))
        assert values["j5"] == reporting.Value(None, ValueKind.NOT_APPLICABLE)


def test_below_the_quorum_the_values_are_withheld_with_the_reason_and_no_mark_is_told(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.opened(quorum=4)
        for number in range(3):
            hall.vote(number, {"S1": "good", "S2": "80"})
        hall.close_and_count()
        report = hall.reports["220101"]
        assert {value.kind for value in submissions.claimed(report).values()} == {ValueKind.WITHHELD}
        row = submissions.latest(report.values, Stage.CLAIMED)["good"]
        assert row.reason.startswith("3 ballots gave a mark; 4 are needed. ")
        assert all(not one.marks for one in hall.panel.tallies)
        assert "4 are needed" in str(queries.counted(session, hall.panel)[report.id][0].against)


def test_where_the_scheme_says_so_too_few_votes_make_the_indicator_not_apply(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session, scheme_with(VOTES.replace("at_least: 3", "at_least: 4, too_few: not_applicable")))
        hall.opened()
        for number in range(3):
            hall.vote(number, {"S1": "good"})
        hall.close_and_count()
        kinds = {value.kind for value in submissions.claimed(hall.reports["220101"]).values()}
        assert kinds == {ValueKind.NOT_APPLICABLE}


def test_the_scheme_that_the_manual_shows_is_one_that_a_panel_votes_on() -> None:
    page = (Path(__file__).parents[2] / "docs" / "panels.md").read_text(encoding="utf-8")
    shown = page.partition("```yaml\nvalues:\n")[2].partition("```")[0]
    source = SCHEME.partition("values:\n")[0] + "values:\n" + shown
    rules = load_scheme(source)
    assert [item.code for item in asked(rules)] == ["S1", "S2"]
    assert not not_on_the_ballot(rules)


# --- recusal ---------------------------------------------------------------------------------------------------------


def test_nobody_votes_on_a_unit_where_he_holds_a_post_and_the_others_count_without_him(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        of_county = hall.province.post("locality_officer", "220101")
        organisations.appoint(session, hall.members[0], by_setup(), post=of_county, valid_from=LONG_AGO)
        hall.opened()
        with pytest.raises(NotPermitted, match="holds a post at Unit 220101"):
            hall.mark(0, "220101", {"S1": "good", "S2": "100"})
        voted(hall)
        hall.close_and_count()
        tallies = {(one.submission_id, one.item_code): one for one in hall.panel.tallies}
        own = tallies[hall.reports["220101"].id, "S1"]
        assert (own.ballots, own.barred) == (4, 1)
        assert tallies[hall.reports["220102"].id, "S1"].ballots == 5


def test_a_mark_given_before_a_post_was_taken_does_not_come_into_the_ballot(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.opened()
        for code in hall.reports:
            hall.mark(0, code, {"S1": "good", "S2": "100"})
        of_county = hall.province.post("locality_officer", "220101")
        organisations.appoint(session, hall.members[0], by_setup(), post=of_county, valid_from=LONG_AGO)
        hall.hand_in(0)
        assert str(hall.reports["220101"].id) not in (hall.seat(0).marks or {})


def test_where_an_empty_place_counts_as_nought_nobody_may_be_barred_or_missing(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session, scheme_with(MARKS.replace("trim: 1", "trim: 1, abstaining: zero")), members=4)
        hall.convened()
        with pytest.raises(NotNow, match="5 places, and 4 members"):
            services.open_ballot(session, hall.panel, hall.office())
        services.cancel_panel(session, hall.panel, hall.office().because("一席空缺"))
        hall.province.officer("judge4", "locality_officer", "220101")
        hall.members.append(hall.province.people["judge4"])
        new = NewPanel(hall.period, "TP-2", 3, 1, [one.id for one in hall.members])
        hall.panel = services.convene(session, hall.office(), new)
        with pytest.raises(NotNow, match="is barred from a unit"):
            services.open_ballot(session, hall.panel, hall.office())


# --- in time, once, and by whom --------------------------------------------------------------------------------------


def test_nobody_votes_twice_or_with_anothers_ballot_or_late(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.opened()
        hall.vote(0, {"S1": "good", "S2": "100"})
        for again in (lambda: hall.mark(0, "220101", {"S1": "fair", "S2": "0"}), lambda: hall.hand_in(0)):
            with pytest.raises(NotNow, match="cannot be done now"):
                again()
        report = hall.reports["220101"]
        with pytest.raises(NotNow, match="another member"):
            services.mark_unit(session, hall.seat(1), hall.by(2), report=report, answers={"S1": "good", "S2": "1"})
        assert hall.panel.closes_at is not None
        second = timedelta(seconds=1)
        for code in hall.reports:
            hall.mark(1, code, {"S1": "good", "S2": "1"}, hall.panel.closes_at)
            hall.mark(2, code, {"S1": "good", "S2": "1"})
        hall.hand_in(1, hall.panel.closes_at)
        with pytest.raises(NotNow, match="does not count"):
            hall.mark(2, "220101", {"S1": "fair", "S2": "2"}, hall.panel.closes_at + second)
        with pytest.raises(NotNow, match="does not count"):
            hall.hand_in(2, hall.panel.closes_at + second)
        hall.close_and_count()
        assert {one.ballots for one in hall.panel.tallies} == {2}


def test_a_ballot_is_whole_and_of_words_and_marks_that_the_scheme_knows(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.opened()
        hall.mark(0, "220101", {"S1": "good", "S2": "99.25"})
        with pytest.raises(NotNow, match="units have no mark yet"):
            hall.hand_in(0)
        wrong = [("best", "1"), ("", "x"), *(("good", mark) for mark in ("101", "1.125", "-1", "NaN"))]
        for bad in [{"S1": "good"}, *({"S1": vote, "S2": mark} for vote, mark in wrong)]:
            with pytest.raises(Invalid, match="missing or cannot be read"):
                hall.mark(0, "220101", bad)
        other = submissions.find(session, hall.period.id, hall.world.units["220101"])
        assert other is not None
        with pytest.raises(Invalid, match="not on the ballot"):
            services.mark_unit(session, hall.seat(0), hall.by(0), report=other, answers={"S1": "good", "S2": "1"})


def test_it_closes_when_its_time_is_over_or_all_have_voted_and_the_clock_does_it(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.opened()
        with pytest.raises(NotNow, match="The panel votes until"):
            services.close_ballot(session, hall.panel, hall.office())
        assert services.close_overdue(session, act(CLOCK, IN_TIME)) == 0
        assert services.close_overdue(session, act(CLOCK, AFTER)) == 1
        assert hall.panel.state == "closed"
        with pytest.raises(NotPermitted):  # the clock closes; counting is a person's act
            services.count_ballots(session, hall.panel, act(CLOCK, AFTER))
    with frame.write() as session:
        assert session.scalars(select(Panel.state)).one() == "closed"


def test_those_who_have_all_voted_need_not_wait(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.opened(days=2)
        voted(hall)
        hall.close_and_count(IN_TIME)
        assert hall.panel.state == "counted"


def test_who_may_be_called_and_on_what_is_said_field_by_field(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.province.officer("admin", "administrator", "220000")
        ids = [one.id for one in hall.members]

        def refused(members: list[int], quorum: int = 3, days: int = 1, number: str = "TP-1") -> dict[str, str]:
            with pytest.raises(Invalid) as found:
                services.convene(session, hall.office(), NewPanel(hall.period, number, quorum, days, members))
            return {name: str(sentence) for name, sentence in found.value.fields.items()}

        assert "administers accounts" in refused([*ids[:4], hall.province.people["admin"].id])["members"]
        assert "cannot reach a quorum" in refused(ids[:2])["members"]
        assert "places for 5 judges" in refused([*ids, hall.province.person("sixth").id])["members"]
        assert "whose they are" in refused(ids, quorum=2)["quorum"]
        assert set(refused(ids, days=0, number=" ")) == {"days", "number"}
        hall.convened()
        again = refused(ids)
        assert "already; give another" in again["number"]
        assert "A panel votes on" in again["period"]
        himself = act(type(hall.world.office)(f"person:{ids[0]}", hall.world.office.duties), IN_TIME)
        services.cancel_panel(session, hall.panel, hall.office().because("重新召集"))
        with pytest.raises(Invalid, match="does not sit on it"):
            services.convene(session, himself, NewPanel(hall.period, "TP-3", 3, 1, ids))


def test_a_scheme_that_does_not_say_how_ballots_are_put_together_has_no_ballot(frame: Frame) -> None:
    source = scheme_with(VOTES).replace("indicators:\n", "  look: {en: Look, from: panel}\nindicators:\n")
    with frame.write() as session:
        hall = a_hall(session, source.replace("value: cameras, rule: completion", "value: look, rule: completion"))
        with pytest.raises(Invalid, match="how ballots on “look” are put together"):
            hall.convened()


def test_nobody_types_what_a_panel_votes_on_until_it_is_cancelled(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.convened()
        report = hall.reports["220101"]
        with pytest.raises(NotNow, match="by secret ballot"):
            reporting.submit(session, report, act(hall.world.provider, IN_TIME), {"good": given(5)})
        with pytest.raises(NotNow, match="not been counted"):
            reporting.zero_by_decision(session, report, hall.office(AFTER).because("x"))
        services.cancel_panel(session, hall.panel, hall.office().because("改为书面"))
        reporting.submit(session, report, act(hall.world.provider, IN_TIME), {"good": given(5)})
        assert report.state == "submitted"


def test_a_ballot_that_would_end_after_reporting_closes_is_not_opened(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.convened(days=40)
        with pytest.raises(NotNow, match="after reporting closes"):
            services.open_ballot(session, hall.panel, hall.office())


def test_members_are_told_by_mail_and_reminded_and_no_mail_tells_of_marks(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        for person in hall.members:
            person.email = f"{person.username}@example.org"
        hall.opened()
        told = [item.payload for item in session.scalars(select(OutboxItem))]
        assert {one["to"] for one in told} == {person.email for person in hall.members}
        assert all("TP-1" in one["subject"] for one in told)


# --- what was sealed -------------------------------------------------------------------------------------------------


def test_a_ballot_changed_behind_its_seal_stops_the_count(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.opened()
        voted(hall)
        seat = hall.seat(1)
        seat.marks = {name: {**marks, "S2": "0"} for name, marks in (seat.marks or {}).items()}
        session.flush()
        services.close_ballot(session, hall.panel, hall.office(AFTER))
        with pytest.raises(NotNow, match="not the one that was sealed; nothing is counted"):
            services.count_ballots(session, hall.panel, hall.office(AFTER))


def test_the_trail_finds_a_seal_that_was_changed_together_with_its_ballot(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.opened()
        voted(hall)
        session.flush()
    with frame.write() as session:
        seat = session.scalars(select(Seat).order_by(Seat.id)).all()[1]
        seat.marks = {name: {**marks, "S2": "0"} for name, marks in (seat.marks or {}).items()}
        seat.sha256 = services.seal("TP-1", seat.id, seat.salt, seat.marks)
    with frame.read() as session:
        assert any("panel_seat" in str(fault) for fault in audit.verify(session))


def test_after_the_count_nothing_is_left_of_who_gave_what(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.opened()
        voted(hall)
        seals = [seat.sha256 for seat in hall.panel.seats]
        hall.close_and_count()
        session.flush()
    with frame.read() as session:
        assert {(marks, salt) for marks, salt in session.execute(select(Seat.marks, Seat.salt))} == {(None, "")}
        assert sorted(seals) == sorted(session.scalars(select(Seat.sha256)))
        handed = session.scalars(select(AuditBody.body).join(AuditRow, AuditRow.seq == AuditBody.seq)
                                 .where(AuditRow.act == "hand_in").order_by(AuditRow.seq)).all()  # fmt: skip
        assert len(handed) == 5
        assert all(seal in (body or "") and SALT not in (body or "") for seal, body in zip(seals, handed, strict=True))


def all_bodies(session: Session) -> str:
    return "\n".join(body or "" for body in session.scalars(select(AuditBody.body)))


def test_reports_of_the_panel_are_the_only_ones_it_touches(frame: Frame) -> None:
    with frame.write() as session:
        hall = a_hall(session)
        hall.opened()
        voted(hall)
        hall.close_and_count()
        states = session.execute(select(Submission.source, Submission.state).distinct()).all()
        assert sorted(states) == [("panel", "submitted"), ("unit", "due")]

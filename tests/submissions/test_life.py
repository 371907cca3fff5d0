"""The life of a report, from being asked for to being validated, and what each step refuses."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from assessment.delivery import services as delivery
from assessment.foundation import audit
from assessment.foundation.actors import CLOCK
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.organisations.duties import Duty
from assessment.programmes.models import PeriodState
from assessment.submissions import queries, services
from assessment.submissions.models import Submission, SubmissionValue
from assessment.submissions.rules import MISSING, NOT_APPLICABLE, Value, ValueKind, given
from support.programmes import SCHEME, Somebody, World, act
from support.submissions import IN_TIME, a_period_open, begun, values

LATE = datetime(2012, 2, 6, 2, 0, tzinfo=UTC)  # due by the 3rd, late until the 6th
CLOSED = datetime(2012, 2, 8, tzinfo=UTC)


def one_sent(session: Session, at: datetime = IN_TIME) -> tuple[World, Submission]:
    world, submissions = a_period_open(session)
    one = submissions["220101"]
    services.submit(session, one, act(world.locality("220101"), at), values())
    return world, one


def test_only_leaf_bodies_are_asked_to_report_and_only_once(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        assert sorted(submissions) == ["220101", "220102", "220201"]
        assert services.open_submissions(session, act(CLOCK), world.periods["2012-01"]) == []
        with pytest.raises(NotPermitted):
            services.open_submissions(session, act(world.leader), world.periods["2012-02"])


def test_a_report_goes_from_draft_to_validated_and_the_trail_holds(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        one = submissions["220101"]
        unit = world.locality("220101")
        services.save_draft(session, one, act(unit, IN_TIME), {"cameras": ("1x", "given")})
        assert one.state == "draft"
        services.submit(session, one, act(unit, IN_TIME), values())
        assert (one.state, one.first_complete_at) == ("submitted", IN_TIME)
        assert one.receipt is not None
        assert one.receipt.startswith("2012-01-")
        services.verify(session, one, act(world.verifier, IN_TIME), {"cameras": given(8)})
        services.validate(session, one, act(world.office, IN_TIME))
        assert one.state == "validated"
        assert queries.validated(one)["cameras"] == given(8)
        assert queries.claimed(one)["cameras"] == given(10)
    with frame.read() as session:
        assert audit.verify(session) == []


def test_a_changed_value_is_found_by_the_trail(frame: Frame) -> None:
    with frame.write() as session:
        _, one = one_sent(session)
        row = one.values[0]
    with frame.write() as session:
        session.execute(text("UPDATE submission_value SET number = '99' WHERE id = :id"), {"id": row.id})
    with frame.read() as session:
        assert any("submission_value" in fault for fault in audit.verify(session))


def test_prefectures_get_the_roll_up_of_their_counties(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        figures = {"220101": (10, 90, 100), "220102": (20, 45, 50), "220201": (7, 1, 3)}
        reports = [(submissions[code], values(*numbers, "90")) for code, numbers in figures.items()]
        services.submit_many(session, act(world.locality("220000"), IN_TIME), reports)
        services.verify_many(session, act(world.verifier, IN_TIME), dict.fromkeys(submissions.values()))
        services.validate_many(session, act(world.office, IN_TIME), list(submissions.values()))
    with frame.read() as session:
        period = world.periods["2012-01"].id
        found = queries.validated_values(session, period)
        above = found[world.units["220100"]]
        assert (above["cameras"].number, above["all"].number, above["online_rate"].number) == (30, 150, 90)
        assert found[world.units["220200"]]["online_rate"].number == Decimal("33.333333")
        assert len(above["cameras"].value_ids) == 2
        assert queries.counts(session, period) == {"validated": 3}
        assert queries.unresolved(session, period) == 0
        assert audit.verify(session) == []


def test_a_missing_county_leaves_the_prefecture_without_a_value(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        one = submissions["220101"]
        services.submit(session, one, act(world.locality("220101"), IN_TIME), {**values(), "cameras": MISSING})
        services.validate(session, one, act(world.office, IN_TIME))
        found = queries.validated_values(session, world.periods["2012-01"].id)
        assert found[world.units["220100"]]["cameras"].kind == ValueKind.MISSING


def test_only_the_unit_reports_and_only_its_own(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        one = submissions["220101"]
        for somebody in (world.locality("220102"), world.office):
            with pytest.raises(NotPermitted):
                services.submit(session, one, act(somebody, IN_TIME), values())
            with pytest.raises(NotPermitted):
                services.save_draft(session, one, act(somebody, IN_TIME), {})
        with pytest.raises(NotNow, match="unit itself"):
            services.submit(session, one, act(world.provider, IN_TIME), values())


def test_the_lock_has_its_own_words_for_each_reason(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        one, period = submissions["220101"], world.periods["2012-01"]

        def words(at: datetime = IN_TIME) -> str:
            return str(queries.locked(session, one, at))

        assert words() == ""
        assert "no extension" in words(CLOSED)
        begun(period, PeriodState.PLANNED)
        assert "opens on" in words()
        begun(period, PeriodState.CANCELLED)
        assert "cancelled" in words()
        begun(period, PeriodState.OBJECTIONS)
        assert "is over" in words(CLOSED)
        begun(period)
        services.submit(session, one, act(world.locality("220101"), IN_TIME), values())
        services.validate(session, one, act(world.office, IN_TIME))
        assert "have been validated" in words(CLOSED)
        with pytest.raises(NotNow, match="have been validated"):
            services.submit(session, one, act(world.locality("220101"), IN_TIME), values())


def extended(session: Session, world: World, one: Submission, until: datetime) -> None:
    asker = world.locality("220101")
    granter = Somebody("granter", {Duty.EXTEND_REPORTING.value: frozenset(world.units.values())})
    deadline = delivery.Deadline(one.unit_id, ("submission", one.id), one.due_at)
    asked = delivery.ask_extension(
        session, act(asker, IN_TIME, "flood"), unit_id=one.unit_id, deadlines=[deadline], until=until,
        grant_duty=Duty.EXTEND_REPORTING,
    )  # fmt: skip
    delivery.grant_extension(session, asked, act(granter, IN_TIME))


def test_an_extension_opens_the_window_and_makes_the_report_timely_until_it_ends(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        one = submissions["220101"]
        extended(session, world, one, CLOSED + timedelta(days=2))
        services.submit(session, one, act(world.locality("220101"), CLOSED), values())
        assert queries.timeliness(session, one.period_id)[one.unit_id] == 0
        assert "extension ended" in str(queries.locked(session, one, CLOSED + timedelta(days=9)))


def test_lateness_is_counted_from_the_first_complete_receipt(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        unit = world.locality("220101")
        one = submissions["220101"]
        services.submit(session, one, act(unit, IN_TIME), {**values(), "cameras": MISSING})
        assert one.first_complete_at is None
        services.return_submission(session, one, act(world.verifier, IN_TIME, "cameras are missing"))
        assert one.return_due_at is not None
        services.save_draft(session, one, act(unit, IN_TIME), {"cameras": given(4)})
        assert one.state == "returned"
        services.submit(session, one, act(unit, LATE), {"cameras": given(4)})
        services.return_submission(session, one, act(world.verifier, LATE, "look again"))
        services.submit(session, one, act(unit, LATE + timedelta(hours=3)), {"cameras": NOT_APPLICABLE})
        assert one.first_complete_at == LATE
        days = queries.timeliness(session, one.period_id)
        assert (days[one.unit_id], days[world.units["220102"]]) == (3, 3)


def test_a_report_is_taken_back_until_the_deadline_only(frame: Frame) -> None:
    with frame.write() as session:
        world, one = one_sent(session)
        unit = world.locality("220101")
        with pytest.raises(NotNow, match="that is over"):
            services.withdraw(session, one, act(unit, LATE))
        services.withdraw(session, one, act(unit, IN_TIME))
        assert (one.state, one.first_complete_at) == ("draft", IN_TIME)
        assert queries.typed(one)["cameras"] == ("10", "given")
        services.submit(session, one, act(unit, IN_TIME))
        assert one.receipt == f"2012-01-{one.id:05d}-2"


def test_who_reported_neither_verifies_validates_nor_returns(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        one = submissions["220101"]
        duties = {**world.locality("220101").duties, **world.verifier.duties, **world.office.duties}
        everything = Somebody("everything", duties)
        services.submit(session, one, act(everything, IN_TIME), values())
        with pytest.raises(NotNow, match="somebody else"):
            services.verify(session, one, act(everything, IN_TIME))
        with pytest.raises(NotNow, match="somebody else"):
            services.validate_many(session, act(everything, IN_TIME), [one])
        with pytest.raises(NotNow, match="somebody else"):
            services.return_submission(session, one, act(everything, IN_TIME, "no"))


def test_duties_are_asked_at_every_step(frame: Frame) -> None:
    with frame.write() as session:
        world, one = one_sent(session)
        for service, by in ((services.verify, world.office), (services.validate, world.verifier)):
            with pytest.raises(NotPermitted):
                service(session, one, act(by, IN_TIME))
        with pytest.raises(NotPermitted):
            services.withdraw(session, one, act(world.office, IN_TIME))
        with pytest.raises(Invalid, match="Say why"):
            services.return_submission(session, one, act(world.verifier, IN_TIME))
        with pytest.raises(NotNow):
            services.endorse(session, one, act(world.locality("220100"), IN_TIME))


def test_an_endorsement_comes_from_the_unit_above_and_before_verification(frame: Frame) -> None:
    endorsed = SCHEME.replace("unit: camera, kind: cumulative", "unit: camera, endorsed_by: parent, kind: cumulative")
    with frame.write() as session:
        world, submissions = a_period_open(session, source=endorsed)
        one = submissions["220101"]
        services.submit(session, one, act(world.locality("220101"), IN_TIME), values())
        with pytest.raises(NotNow, match="not endorsed"):
            services.verify(session, one, act(world.verifier, IN_TIME))
        with pytest.raises(NotNow, match="unit above"):
            services.endorse(session, one, act(world.locality("220101", "another"), IN_TIME))
        services.endorse(session, one, act(world.locality("220100"), IN_TIME))
        services.verify(session, one, act(world.verifier, IN_TIME))
        assert one.state == "verified"


def test_a_validated_value_is_corrected_with_a_reason_until_the_scores_are_served(frame: Frame) -> None:
    with frame.write() as session:
        world, one = one_sent(session)
        with pytest.raises(NotNow):
            services.set_value(session, one, act(world.office, IN_TIME, "x"), {"cameras": given(1)})
        services.validate(session, one, act(world.office, IN_TIME))
        with pytest.raises(Invalid, match="Say why"):
            services.set_value(session, one, act(world.office, IN_TIME), {"cameras": given(1)})
        services.set_value(session, one, act(world.office, IN_TIME, "typed twice"), {"cameras": given(5)})
        assert [row.version_number for row in queries.history(session, one.id, "cameras")] == [1, 1, 2]
        begun(one.period, PeriodState.OBJECTIONS)
        with pytest.raises(NotNow, match="objection only"):
            services.set_value(session, one, act(world.office, IN_TIME, "again"), {"cameras": given(6)})
        rows = services.set_validated_by_decision(
            session, one, act(world.office, IN_TIME, "objection 3 upheld"), {"cameras": given(7)}, ("objection", 3)
        )
        assert rows[0].version_number == 3
        assert queries.validated(one)["cameras"] == given(7)
        with pytest.raises(NotPermitted):
            services.set_validated_by_decision(
                session, one, act(world.leader, IN_TIME, "x"), {"cameras": given(7)}, ("objection", 3)
            )


def test_missing_values_count_as_nought_by_decision_only_after_the_window_has_closed(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        one = submissions["220201"]
        with pytest.raises(NotNow, match="can still report"):
            services.zero_by_decision(session, one, act(world.office, IN_TIME, "Decision 4"))
        with pytest.raises(Invalid, match="Say why"):
            services.zero_by_decision(session, one, act(world.office, CLOSED))
        services.zero_by_decision(session, one, act(world.office, CLOSED, "Decision 4"))
        found = queries.validated_values(session, one.period_id)[one.unit_id]["cameras"]
        assert (found.number, found.kind, found.by_decision) == (0, ValueKind.MISSING, True)
        with pytest.raises(Invalid, match="no missing value"):
            services.zero_by_decision(session, one, act(world.office, CLOSED, "Decision 5"))
    with frame.read() as session:
        assert audit.verify(session) == []


def test_a_decision_on_missing_values_validates_no_claimed_one(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        one, unit = submissions["220101"], world.locality("220101")
        services.submit(session, one, act(unit, IN_TIME), {"cameras": given(10)})
        services.zero_by_decision(session, one, act(world.office, CLOSED, "Decision 4"))
        assert one.state == "submitted", "what was claimed is still to be verified"
        assert "cameras" not in queries.validated(one)
        decided = queries.validated(one)["online"]
        assert (decided.number, decided.kind) == (0, ValueKind.MISSING)
        services.validate(session, one, act(world.office, CLOSED))
        assert queries.validated(one)["cameras"] == given(10)
        assert queries.validated(one)["online"] == decided


def test_a_report_sent_back_that_never_came_again_counts_as_missing(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        one, unit = submissions["220101"], world.locality("220101")
        services.submit(session, one, act(unit, IN_TIME), {"cameras": given(10)})
        services.return_submission(session, one, act(world.office, IN_TIME, "The sheet is not signed."))
        services.zero_by_decision(session, one, act(world.office, CLOSED + timedelta(days=30), "Decision 4"))
        assert one.state == "validated"
        found = queries.validated(one)["cameras"]
        assert (found.number, found.kind) == (0, ValueKind.MISSING), "nobody has verified what was claimed"


def test_what_nobody_asked_for_is_refused(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        one, unit = submissions["220101"], world.locality("220101")
        with pytest.raises(Invalid, match="does not ask"):
            services.submit(session, one, act(unit, IN_TIME), {"nothing": given(1)})
        with pytest.raises(Invalid, match="does not ask"):
            services.save_draft(session, one, act(unit, IN_TIME), {"nothing": given(1)})
        with pytest.raises(Invalid, match="empty"):
            services.submit(session, one, act(unit, IN_TIME), {})


def test_evidence_belongs_to_a_draft_and_its_reuse_is_seen(frame: Frame) -> None:
    file = services.NewEvidence("cameras", "a" * 64, 10, "list.pdf", "application/pdf")
    with frame.write() as session:
        world, submissions = a_period_open(session)
        first, second = submissions["220101"], submissions["220102"]
        for code, one in (("220101", first), ("220102", second)):
            unit = world.locality(code)
            kept = services.attach_evidence(session, one, act(unit, IN_TIME), file)
            with pytest.raises(Invalid, match="already"):
                services.attach_evidence(session, one, act(unit, IN_TIME), file)
            if one is second:
                services.remove_evidence(session, one, act(unit, IN_TIME), kept)
                services.attach_evidence(session, one, act(unit, IN_TIME), file)
            services.submit(session, one, act(unit, IN_TIME), values())
            with pytest.raises(NotNow):
                services.attach_evidence(session, one, act(unit, IN_TIME), file)
            with pytest.raises(NotNow):
                services.remove_evidence(session, one, act(unit, IN_TIME), one.evidence[0])
        assert "evidence_reused" in {flag.code for flag in queries.flags_of(session, first)}


def test_one_report_is_looked_at_without_reading_those_of_all_other_units(frame: Frame) -> None:
    with frame.write() as session:
        world, january = a_period_open(session)
        for code, one in january.items():
            services.submit(session, one, act(world.locality(code), IN_TIME), values(3))
        begun(world.periods["2012-02"])
        services.open_submissions(session, act(CLOCK), world.periods["2012-02"])
    read: set[int] = set()

    def note(value: SubmissionValue, _context: object) -> None:
        read.add(value.submission_id)

    event.listen(SubmissionValue, "load", note)
    with frame.read() as session:
        february = session.scalars(
            select(Submission).where(Submission.unit_id == world.units["220101"])
            .where(Submission.period_id == world.periods["2012-02"].id)
        ).one()  # fmt: skip
        assert queries.before(session, february)["cameras"] == given(3)
        queries.flags_of(session, february)
    event.remove(SubmissionValue, "load", note)
    assert read == {january["220101"].id}


def test_the_reports_of_a_moved_period_move_with_it(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        period = world.periods["2012-01"]
        period.report_by = period.late_until = CLOSED
        services.move_deadlines(session, act(world.office, IN_TIME), period)
        assert {one.due_at for one in submissions.values()} == {CLOSED}
        with pytest.raises(NotPermitted):
            services.move_deadlines(session, act(world.leader, IN_TIME), period)


def test_a_provider_reports_its_own_line_and_the_unit_does_not(frame: Frame) -> None:
    source = SCHEME.replace("kind: level}\n  all:", "kind: level, from: provider}\n  all:", 1)
    with frame.write() as session:
        world, _ = a_period_open(session, source=source)
        one = queries.find(session, world.periods["2012-01"].id, world.units["220101"], "provider")
        assert one is not None
        with pytest.raises(NotNow, match="data provider"):
            services.submit(session, one, act(world.locality("220101"), IN_TIME), {"online": given(1)})
        services.submit(session, one, act(world.provider, IN_TIME), {"online": given(1)})
        assert one.first_complete_at == IN_TIME


def test_a_draft_keeps_what_was_typed_however_wrong(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        one, unit = submissions["220101"], act(world.locality("220101"), IN_TIME)
        services.autosave(session, one, unit, {"cameras": ("1O", "given")})
        services.autosave(session, one, unit, {"online": ("5", "given")})
        assert queries.typed(one) == {"cameras": ("1O", "given"), "online": ("5", "given")}
        with pytest.raises(Invalid) as refused:
            services.submit(session, one, unit)
        assert set(refused.value.fields) == {"cameras"}
        audit.link(session)
        assert "submit" not in {row.act for row in audit.history(session, one)}  # refused: nothing is recorded
        services.submit(session, one, unit, {"cameras": Value(Decimal(10))})
        with pytest.raises(NotNow, match="sent already"):
            services.autosave(session, one, unit, {"cameras": ("1", "given")})

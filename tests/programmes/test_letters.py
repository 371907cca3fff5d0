"""Responsibility letters: signed by both sides, amended on three grounds, compared with those below."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from assessment.delivery.queries import inbox
from assessment.foundation import audit
from assessment.foundation.actors import CLOCK
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.foundation.tables import TableFaults
from assessment.programmes import queries, services
from assessment.programmes.files import import_letters
from assessment.programmes.models import AmendmentGround, Letter, LetterProposal
from assessment.programmes.services import Change, NewLetter
from support.programmes import Somebody, World, a_scheme_in_force, a_year_planned, act, new_letters

MARCH = date(2012, 3, 31)


def flood(**changes: object) -> Change:
    facts = {
        "ground": AmendmentGround.FORCE_MAJEURE,
        "evidence": "Flood report 3",
        "effective_from": date(2012, 7, 1),
        "targets": {"cameras": Decimal(80)},
    }
    return Change(**{**facts, **changes})  # type: ignore[arg-type]


def test_letters_are_served_when_they_are_offered_and_count_when_both_have_signed(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        assert {one.state for one in world.letters} == {"in_force"}
        assert len(inbox(session, [world.units["220101"]])) == 1
        target = queries.targets_on(session, world.programme.id, MARCH)[world.units["220101"]]["cameras"]
        assert (target.term, target.by_month(3), target.amount_due(None)) == (100, 25, 100)
    with frame.read() as session:
        assert audit.verify(session) == []


def test_only_the_locality_signs_and_only_a_leader_countersigns(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        letter = services.draft_letters(session, act(world.office), world.programme, world.version, new_letters(world))[
            2
        ]
        head = world.locality("220101")
        with pytest.raises(NotNow):
            services.sign(session, letter, act(head))
        with pytest.raises(NotPermitted):
            services.offer(session, letter, act(head))
        services.offer(session, letter, act(world.office))
        with pytest.raises(NotPermitted):
            services.sign(session, letter, act(world.locality("220102")))
        with pytest.raises(Invalid):
            services.withdraw_offer(session, letter, act(world.office))
        services.withdraw_offer(session, letter, act(world.office, reason="a wrong figure"))
        services.set_targets(
            session, letter, act(world.office), targets={"cameras": Decimal(101), "online": Decimal(5)}
        )
        services.offer(session, letter, act(world.office))
        with pytest.raises(NotNow):
            services.set_targets(session, letter, act(world.office), targets={"cameras": Decimal(1)})
        services.sign(session, letter, act(head))
        with pytest.raises(NotNow):
            services.withdraw_offer(session, letter, act(world.office, reason="too late"))
        both = Somebody(head.key, world.leader.duties)
        with pytest.raises(NotNow, match="somebody else"):
            services.countersign(session, letter, act(both))
        services.countersign(session, letter, act(world.leader))
        assert letter.state == "in_force"


def test_a_letter_without_targets_is_not_offered(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        bare = NewLetter(world.units["220101"], "1", date(2012, 1, 1), date(2012, 12, 31), {})
        letters = services.draft_letters(session, act(world.office), world.programme, world.version, [bare])
        with pytest.raises(NotNow, match="no target"):
            services.offer_all(session, letters, act(world.office))


def test_only_the_office_drafts_letters(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        with pytest.raises(NotPermitted):
            services.draft_letters(session, act(world.leader), world.programme, world.version, new_letters(world))


def test_an_amendment_is_a_new_version_and_days_before_it_keep_the_old_target(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        letter = next(one for one in world.letters if one.unit_id == world.units["220101"])
        amended = services.amend(session, letter, act(world.office), flood())
        with pytest.raises(Invalid, match="already waiting"):
            services.amend(session, letter, act(world.office), flood())
        with pytest.raises(NotNow):
            services.offer(session, amended, act(world.office))
        with pytest.raises(NotPermitted):
            services.approve_amendment(session, amended, act(world.office))
        drafter = Somebody(world.office.key, world.leader.duties)
        with pytest.raises(NotNow, match="somebody else"):
            services.approve_amendment(session, amended, act(drafter))
        services.approve_amendment(session, amended, act(world.leader))
        assert (letter.state, letter.effective_to) == ("ended", date(2012, 6, 30))
        unit, programme = world.units["220101"], world.programme.id
        before, after = (
            queries.targets_on(session, programme, day)[unit]["cameras"] for day in (MARCH, date(2012, 8, 1))
        )
        assert (before.term, before.version_number) == (100, 1)
        assert (after.term, after.version_number) == (80, 2)
        assert after.by_month(6) == 50
        assert len(inbox(session, [unit])) == 2


@pytest.mark.parametrize(
    "changes",
    [{"evidence": " "}, {"effective_from": date(2012, 1, 1)}, {"effective_from": date(2013, 1, 1)}, {"targets": {}}],
)
def test_an_amendment_needs_evidence_a_day_of_the_term_and_a_change(frame: Frame, changes: dict[str, object]) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        with pytest.raises(Invalid):
            services.amend(session, world.letters[0], act(world.office), flood(**changes))


def test_a_first_version_is_not_approved_as_an_amendment(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        letter = services.draft_letters(session, act(world.office), world.programme, world.version, new_letters(world))[
            0
        ]
        with pytest.raises(NotNow, match="both sides"):
            services.approve_amendment(session, letter, act(world.leader))


def test_a_letter_ends_when_its_term_is_over(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        with pytest.raises(NotNow, match="runs until"):
            services.end_letter(session, world.letters[0], act(CLOCK))
        services.end_letter(session, world.letters[0], act(CLOCK, datetime(2013, 1, 2, tzinfo=UTC)))
        assert world.letters[0].state == "ended"


def test_targets_are_compared_with_those_below(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        (top,) = queries.cascade_map(session, world.programme, MARCH, "cameras")
        assert [(one.unit.code, one.own, one.below) for one in top.children] == [
            ("220100", 300, 300),
            ("220200", 100, 120),
        ]
        assert [one.difference for one in top.children] == [0, 20]


def test_a_unit_without_a_letter_is_named(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        letter = next(one for one in world.letters if one.unit_id == world.units["220201"])
        letter.effective_to = date(2012, 1, 31)
        session.flush()
        assert [one.code for one in queries.units_without_letter(session, world.programme.id, MARCH)] == ["220201"]
        assessed = queries.assessed_units(session, world.periods["2012-03"])
        assert {one.unit.code: (one.group, one.is_leaf) for one in assessed} == {
            "220100": ("prefectures", False),
            "220101": ("counties", True),
            "220102": ("counties", True),
            "220200": ("prefectures", True),
        }


TABLE = b"unit,value,target,month\n220101,cameras,100,\n220101,cameras,50,6\n220102,cameras,7,\n"


def test_a_table_of_targets_becomes_letters_once(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        tried = import_letters(session, act(world.office), world.version, TABLE, "t.csv", dry_run=True)
        assert (tried.new, len(queries.letters(session, world.programme.id))) == (2, 0)
        assert import_letters(session, act(world.office), world.version, TABLE, "t.csv").new == 2
        again = import_letters(session, act(world.office), world.version, TABLE, "t.csv")
        assert (again.new, again.same) == (0, 2)
        with pytest.raises(TableFaults):
            import_letters(session, act(world.office), world.version, TABLE.replace(b"100", b"101"), "t.csv")


def test_every_fault_of_a_table_is_named_with_its_row(frame: Frame) -> None:
    bad = b"unit,value,target,month\n999,cameras,1,\n220101,nothing,1,\n220101,cameras,x,\n220101,cameras,1,13\n"
    with frame.write() as session:
        world = a_scheme_in_force(session)
        with pytest.raises(TableFaults) as refused:
            import_letters(session, act(world.office), world.version, bad, "t.csv")
        assert [(one.row, one.column) for one in refused.value.table_faults] == [
            (2, "unit"), (3, "value"), (4, "target"), (5, "month"),
        ]  # fmt: skip
        assert queries.letters(session, world.programme.id) == []


# --- negotiated ------------------------------------------------------------------------------------------------------


def an_offer(session: Session) -> tuple[World, Letter]:
    world = a_scheme_in_force(session)
    letters = services.draft_letters(session, act(world.office), world.programme, world.version, new_letters(world))
    services.offer_all(session, letters, act(world.office))
    return world, next(one for one in letters if one.unit_id == world.units["220101"])


def proposal(session: Session, world: World, letter: Letter, number: int = 80) -> LetterProposal:
    by = act(world.locality("220101"), reason="Fewer people live here.")
    return services.propose_targets(session, letter, by, targets={"cameras": Decimal(number)})


def test_what_the_unit_proposes_waits_for_an_answer_and_nobody_signs_meanwhile(frame: Frame) -> None:
    with frame.write() as session:
        world, letter = an_offer(session)
        one = proposal(session, world, letter)
        assert (one.turn, one.targets, letter.state) == (1, {"cameras": "80"}, "offered")
        with pytest.raises(NotNow, match="wait for an answer"):
            services.sign(session, letter, act(world.locality("220101")))
        services.decline_proposal(session, letter, act(world.office, reason="The plan is agreed."))
        assert (one.outcome, one.answer) == ("declined", "The plan is agreed.")
        services.sign(session, letter, act(world.locality("220101")))
        assert {row.number for row in letter.targets if row.month is None} == {100}


def test_an_accepted_proposal_is_offered_anew_with_its_schedule_in_proportion(frame: Frame) -> None:
    with frame.write() as session:
        world, letter = an_offer(session)
        before = {row.month: row.number for row in letter.targets}
        proposal(session, world, letter)
        services.accept_proposal(session, letter, act(world.office))
        after = {row.month: row.number for row in letter.targets}
        assert (letter.state, after[None]) == ("drafted", 80)
        assert all(abs(after[month] - before[month] * 80 / 100) <= Decimal("0.5") for month in before)  # whole cameras
        services.offer(session, letter, act(world.office))
        assert len(inbox(session, [world.units["220101"]])) == 2
        services.sign(session, letter, act(world.locality("220101")))
        session.flush()
    with frame.read() as session:
        assert audit.verify(session) == []


def test_a_proposal_names_other_targets_of_the_letter_with_a_reason(frame: Frame) -> None:
    with frame.write() as session:
        world, letter = an_offer(session)
        head = act(world.locality("220101"), reason="Why not.")
        with pytest.raises(Invalid, match="as they were offered"):
            services.propose_targets(session, letter, head, targets={"cameras": Decimal(100)})
        with pytest.raises(Invalid, match="no target for “helmets”"):
            services.propose_targets(session, letter, head, targets={"helmets": Decimal(1)})
        with pytest.raises(Invalid, match="needs a reason"):
            services.propose_targets(session, letter, act(world.locality("220101")), targets={"cameras": Decimal(1)})
        with pytest.raises(NotPermitted):
            services.propose_targets(
                session, letter, act(world.locality("220102"), reason="r"), targets={"cameras": Decimal(1)}
            )
        proposal(session, world, letter)
        services.take_back_proposal(session, letter, act(world.locality("220101")))
        assert proposal(session, world, letter, 70).turn == 2
        services.withdraw_offer(session, letter, act(world.office, reason="We meet on Monday."))
        assert [one.outcome for one in letter.proposals] == ["taken_back", "declined"]


def test_the_map_shows_whether_drafts_add_up_and_who_has_no_target(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        wanted = {"220100": 200, "220101": 100, "220102": 90, "220200": 50}
        drafts = [
            NewLetter(world.units[code], f"No. {code}", date(2012, 1, 1), date(2012, 12, 31), {"cameras": Decimal(n)})
            for code, n in wanted.items()
        ]
        services.draft_letters(session, act(world.office), world.programme, world.version, drafts)
        assert queries.cascaded_codes(session, world.programme.id) == ["cameras"]
        (top,) = queries.cascade_map(session, world.programme, MARCH, "cameras")
        assert (top.unit.code, top.own, top.below) == ("220000", None, 250)
        first, second = top.children
        assert (first.difference, first.adds_up, first.without) == (-10, False, 0)
        assert second.children == ()
        services.set_targets(
            session, session.get_one(Letter, first.children[1].letter_id), act(world.office),
            targets={"cameras": Decimal(100)},
        )  # fmt: skip
        (top,) = queries.cascade_map(session, world.programme, MARCH, "cameras")
        assert top.children[0].adds_up

"""Whether inspectors measure alike, second opinions that see nothing, and how heavily a plan lies on a unit."""

from fractions import Fraction

import pytest
from hypothesis import given as hypothetical
from hypothesis import strategies as st
from sqlalchemy import select

from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.frame import Frame
from assessment.inspections import queries, services
from assessment.inspections.burden import burden_of
from assessment.inspections.models import Finding, SecondOpinion
from assessment.inspections.rules.agreement import Inspected, kappa, leanings
from assessment.organisations.officers import officer_on
from support import inspections as given
from support.inspections import AFTER_COMMENTS, SEED

WORDS = st.sampled_from(["minor", "major", "grave"])


def test_kappa_is_that_of_the_textbook() -> None:
    # Two readers, fifty grants: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: observed 0.7, expected 0.5.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(pairs) == Fraction(2, 5)
    assert kappa([]) is None
    assert kappa([("y", "y")] * 9) is None  # nothing to agree on


@hypothetical(st.lists(st.tuples(WORDS, WORDS), min_size=1))
def test_kappa_lies_below_one_and_does_not_mind_who_is_first(pairs: list[tuple[str, str]]) -> None:
    found = kappa(pairs)
    assert found == kappa([(second, first) for first, second in pairs])
    assert found is None or -1 <= found <= 1
    if found == 1:
        assert all(first == second for first, second in pairs)


def test_a_lenient_inspector_stands_below_one_and_drift_is_his_last_month_over_his_first() -> None:
    rows = [Inspected("01", f"2012-0{month}", count, count // 2, Fraction(0)) for month, count in ((5, 2), (6, 4))]
    rows += [Inspected("02", "2012-05", 9, 0, Fraction(0))] * 2
    found = leanings(rows)
    assert (found["01"].severity, found["01"].drift, found["01"].major_share) == (Fraction(1, 2), 2, Fraction(1, 2))
    assert (found["02"].severity, found["02"].drift) == (Fraction(3, 2), None)


@hypothetical(st.lists(st.tuples(st.sampled_from(["01", "02", "03"]), st.integers(0, 9))))
def test_leanings_average_to_one(drawn: list[tuple[str, int]]) -> None:
    found = leanings(Inspected(code, "2012-05", count, 0, Fraction(0)) for code, count in drawn)
    if sum(count for _, count in drawn):
        mean = sum(one.visits * (one.severity or 0) for one in found.values()) / len(drawn)
        assert mean == 1


def test_a_second_opinion_is_blind_ones_own_and_given_once(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        given.under_way(world)
        for visit in world.visits:
            given.reported(world, visit, 3)
        given.after_comments(world)
        services.settle_all(session, world.visits, world.act("colleague", AFTER_COMMENTS))
        office, campaign = world.act("office", AFTER_COMMENTS), world.campaign
        for size, seed in ((0, SEED), (7, SEED), (3, "1")):
            with pytest.raises(Invalid):
                services.ask_second_opinions(session, campaign, office, size, seed)
        made = services.ask_second_opinions(session, campaign, office, 4, SEED)
        teams = queries.teams_of(session, [visit.id for visit in world.visits])
        for one in made:
            finding = session.get_one(Finding, one.finding_id)
            assert one.person_id not in {member.person_id for member in teams[finding.visit_id]}
        assert {one.finding_id for one in services.ask_second_opinions(session, campaign, office, 2, SEED)}.isdisjoint(
            one.finding_id for one in made
        )
        first = made[0]
        by = type(office)(officer_on(session, first.person_id, AFTER_COMMENTS.date()), AFTER_COMMENTS)
        other = next(one for one in session.scalars(select(SecondOpinion)) if one.person_id != first.person_id)
        with pytest.raises(Invalid, match="on which you were asked"):
            services.give_second_opinion(session, campaign, by, other.id, "minor")
        with pytest.raises(Invalid, match="no severity"):
            services.give_second_opinion(session, campaign, by, first.id, "dreadful")
        before = session.get_one(Finding, first.finding_id).severity
        services.give_second_opinion(session, campaign, by, first.id, "major")
        with pytest.raises(NotNow):
            services.give_second_opinion(session, campaign, by, first.id, "minor")
        assert session.get_one(Finding, first.finding_id).severity == before
        assert queries.opinion_pairs(session, campaign.id) == ([(before, "major")], 6)


def test_only_a_leader_with_a_reason_inspects_a_unit_on_more_days_than_the_cap(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session, severities=given.SEVERITIES + "inspection_days: 1\n")
        given.under_way(world, sample=4)  # one day at each of the four
        second = given.draft(world, sample=4, number="2012-02")
        assert burden_of(session, second).excess == {world.unit_id(code): 2 for code in given.COUNTIES}
        with pytest.raises(Invalid, match="4 units"):
            services.approve_campaign(session, second, world.act("leader"))
        services.approve_campaign(session, second, world.act("leader", reason="连续两起事故"))
        assert (second.state, second.excess_reason) == ("approved", "连续两起事故")


def test_documents_asked_for_elsewhere_are_told(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        first = given.draft(world)
        second = given.draft(world, number="2012-02")
        first.documents, second.documents = "值班记录\n设备台账", "设备 台账\n合同"
        session.flush()
        assert [(what, number) for what, number, _ in burden_of(session, second).asked] == [("设备 台账", "2012-01")]

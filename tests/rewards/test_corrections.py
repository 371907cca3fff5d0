"""A corrigendum under an approved round: the difference is public, approved by another, and moved with its sign."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from assessment.delivery.models import Paper
from assessment.foundation import audit
from assessment.foundation.errors import NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import say
from assessment.rewards import queries, services
from assessment.rewards.models import Award, Round
from support.rewards import TOTALS, Fund, a_fund

SWAPPED = {**TOTALS, "220201": "93.00"}
"""The third becomes second: 220102 falls to the third place."""


@pytest.fixture
def fund(frame: Frame) -> Iterator[Fund]:
    with frame.write() as session:
        yield a_fund(session)


def moved(one: Round) -> dict[str, int]:
    return {award.unit_code: int(award.due) for award in one.awards}


def award(one: Round, code: str) -> Award:
    return next(each for each in one.awards if each.unit_code == code)


def letters(fund: Fund, one: Round) -> dict[int, str]:
    """Unit -> the title of the letter about its award in this round."""
    ids = [str(each.id) for each in one.awards]
    query = select(Paper).where(Paper.subject_kind == "award", Paper.subject_id.in_(ids)).order_by(Paper.id)
    return {paper.unit_id: paper.title_en for paper in fund.session.scalars(query)}


def test_a_ladder_moves_between_the_units_and_sums_to_nothing(fund: Fund) -> None:
    old = fund.granted("R4")
    fund.corrected_results(SWAPPED)
    new = fund.correct(old)
    assert new.id is not None
    assert moved(new) == {"220101": 0, "220102": -120, "220201": 120, "220202": 0}
    assert (queries.nominal_sum(new), queries.due_sum(new), new.expected) == (0, 0, 0)
    assert (old.state, queries.payments(new, "en")) == ("granted", [])
    fund.carried_through(new)
    assert old.state == "superseded"
    rows = {row.unit: (int(row.awarded), int(row.before), int(row.due)) for row in queries.payments(new, "en")}
    assert rows == {"220102": (-60, 60, -120), "220201": (60, -60, 120)}
    assert set(letters(fund, new)) == {fund.unit("220102"), fund.unit("220201")}
    assert "Notice of a correction" in letters(fund, new)[fund.unit("220102")]


def test_a_pool_still_sums_to_itself_and_only_the_difference_is_paid(fund: Fund) -> None:
    old = fund.granted("R1")
    fund.corrected_results({**TOTALS, "220202": "80.00"})
    new = fund.correct(old)
    assert queries.sum_of(new) == 1000
    assert sum(moved(new).values()) == 0
    assert moved(new)["220202"] == award(new, "220202").amount - 50 > 0
    fund.carried_through(new)
    assert sum(row.due for row in queries.payments(new, "zh")) == 0


def test_places_of_praise_move_too(fund: Fund) -> None:
    old = fund.granted("R2")
    fund.corrected_results(SWAPPED)
    new = fund.carried_through(fund.correct(old))
    changed = {each.unit_code: (each.before_place, each.place) for each in new.awards if each.is_changed}
    assert changed == {"220102": (2, None), "220201": (None, 2)}
    assert set(letters(fund, new)) == {fund.unit("220102"), fund.unit("220201")}


def test_a_unit_that_is_no_longer_ranked_returns_all_of_it(fund: Fund) -> None:
    old = fund.granted("R4")
    fund.corrected_results({code: total for code, total in TOTALS.items() if code != "220101"})
    new = fund.correct(old)
    gone = award(new, "220101")
    assert (gone.due, gone.is_eligible) == (-100, False)
    assert queries.nominal_sum(new) == 0


def test_a_correction_is_public_and_approved_by_somebody_else_like_any_round(fund: Fund) -> None:
    old = fund.granted("R4")
    with pytest.raises(NotNow, match="Nothing on which this round rests has changed"):
        fund.correct(old)
    fund.corrected_results(SWAPPED)
    with pytest.raises(NotPermitted):
        fund.correct(old, by="leader")
    new = fund.correct(old)
    with pytest.raises(NotNow, match=f"{new.number} is under way"):
        fund.correct(old)
    with pytest.raises(NotNow, match="this is Prepared"):
        services.approve_round(fund.session, new, fund.act("leader"))
    services.check(fund.session, new, fund.act("office"))
    services.open_publicity(fund.session, new, fund.act("office"))
    with pytest.raises(NotNow, match="The list is public until"):
        services.approve_round(fund.session, new, fund.act("leader"))
    services.revoke(fund.session, new, fund.act("leader", "重做"))
    assert fund.correct(old).number != new.number


def test_only_what_was_approved_is_corrected_and_nothing_is_prepared_beside_it(fund: Fund) -> None:
    early, paid = fund.public("R1"), fund.granted("R4")
    edition = fund.corrected_results(SWAPPED)
    with pytest.raises(NotNow, match="Only what was approved is corrected"):
        fund.correct(early)
    with pytest.raises(NotNow, match=f"{paid.number} rests on earlier results .* correct it"):
        services.prepare(fund.session, fund.act("office"), edition=edition, rule_code="R4")


def test_what_was_approved_and_not_granted_is_corrected_as_a_whole(fund: Fund) -> None:
    old = fund.approved("R4")
    fund.corrected_results(SWAPPED)
    with pytest.raises(NotNow, match="not the approved ones any more"):
        services.grant(fund.session, old, fund.act("office"))
    new = fund.correct(old)
    assert moved(new) == {"220101": 100, "220102": -60, "220201": 60, "220202": -100}


def test_what_a_fault_took_does_not_come_back_by_a_correction(fund: Fund) -> None:
    old = fund.granted("R4")
    services.claw_back(fund.session, old, fund.act("leader", "虚报"), unit_id=fund.unit("220101"))
    fund.corrected_results({**TOTALS, "220101": "96.00"})
    new = fund.correct(old)
    lost = award(new, "220101")
    assert (lost.amount, lost.due, lost.forfeited) == (100, 0, "虚报")
    fund.carried_through(new)
    assert queries.payments(new, "en") == []


def test_an_open_case_holds_back_what_a_correction_brings_and_not_what_it_takes(fund: Fund) -> None:
    old = fund.granted("R4")
    fund.corrected_results(SWAPPED)
    why = say("A case is open.")
    held = [(fund.unit(code), why, ("accountability_case", 7)) for code in ("220102", "220201")]
    new = fund.carried_through(fund.correct(old, held=held))
    assert [row.unit for row in queries.payments(new, "en")] == ["220102"]
    assert award(new, "220201").kept == (-60, None)
    services.release(fund.session, new, fund.year.clock(), unit_id=fund.unit("220201"))
    assert [row.unit for row in queries.payments(new, "en")] == ["220102", "220201"]


def test_what_is_granted_or_asked_back_meanwhile_makes_the_correction_start_again(fund: Fund) -> None:
    old = fund.granted("R4")
    fund.corrected_results(SWAPPED)
    new = fund.correct(old)
    services.claw_back(fund.session, old, fund.act("leader", "虚报"), unit_id=fund.unit("220102"))
    with pytest.raises(NotNow, match="What was granted before has changed since"):
        services.check(fund.session, new, fund.act("office"))


def test_a_correction_is_corrected_again_from_what_was_paid_in_all(fund: Fund) -> None:
    old = fund.granted("R4")
    fund.corrected_results(SWAPPED)
    new = fund.carried_through(fund.correct(old))
    fund.corrected_results(TOTALS)
    again = fund.correct(new)
    assert moved(again) == {"220101": 0, "220102": 120, "220201": -120, "220202": 0}
    with pytest.raises(NotNow, match="Only what was approved"):
        fund.correct(old)


def test_revoking_what_was_granted_asks_every_unit_for_it_by_a_letter(fund: Fund) -> None:
    one = fund.granted("R4")
    services.revoke(fund.session, one, fund.act("leader", "依据不成立"))
    assert len(letters(fund, one)) == 4
    assert all("claw-back" in title for title in letters(fund, one).values())
    assert sum(row.due for row in queries.payments(one, "en")) == 0


def test_the_trail_holds_the_differences_and_stays_whole(frame: Frame) -> None:
    with frame.write() as session:
        fund = a_fund(session)
        old = fund.granted("R4")
        fund.year.now += timedelta(days=1)
        fund.corrected_results(SWAPPED)
        new = fund.carried_through(fund.correct(old))
        number = new.id
    with frame.read() as session:
        made = session.get_one(Round, number)
        row = next(row for row in audit.history(session, made) if row.act == "correct")
        body = session.get_one(audit.AuditBody, row.seq).body
        assert '"differences":{"220102":"-120","220201":"120"}' in body.replace(" ", "")
        assert [fault for fault in audit.verify(session) if "award" in fault or "reward" in fault] == []

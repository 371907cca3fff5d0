"""Over-reporting has the consequence that the scheme says, by steps, proposed once and decided by a person."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assessment.adjustments.models import Adjustment
from assessment.cycles import services as cycles
from assessment.foundation.frame import Frame
from assessment.programmes.rules.adjusting import DeductionItem, OverReportStep
from assessment.programmes.rules.faults import SchemeFaults
from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.sentences import extras
from assessment.submissions import services as submissions
from assessment.submissions.rules import given as number
from support.months import EXTRA, JANUARY, Months, a_year, values
from support.programmes import SCHEME

STEPS = "over_reporting: [{above: 5, times: 1}, {above: 20, times: 3}], nothing_found: 5"
ITEM = f"{{code: D2, each: 0.5, {STEPS}, zh: 虚报, en: Over-reporting}}"
WITH_STEPS = SCHEME + EXTRA.replace("en: Days late}]", f"en: Days late}}, {ITEM}]")


@pytest.fixture
def months(frame: Frame) -> Iterator[Months]:
    with frame.write() as session:
        yield a_year(session, WITH_STEPS)


def verified(months: Months, found: dict[str, int]) -> dict[str, Adjustment]:
    """January, where a verifier found other numbers of new cameras; the proposals by unit code."""
    asked = months.open("2012-01")
    months.send("2012-01", asked, JANUARY)
    months.at(months.periods["2012-01"].late_until)
    cycles.close_reporting(months.session, months.periods["2012-01"], months.clock())
    reports = {
        asked[code]: {**values(*numbers), "cameras": number(found.get(code, numbers[0]))}
        for code, numbers in JANUARY.items()
    }
    submissions.verify_many(months.session, months.act("verifier"), reports)
    submissions.validate_many(months.session, months.act("office"), list(asked.values()))
    months.session.flush()
    months.compute("2012-01")
    by_id = {unit.id: code for code, unit in months.province.units.items()}
    some = months.session.scalars(select(Adjustment).where(Adjustment.clause == "D2"))
    return {by_id[one.unit_id]: one for one in some}


def test_the_highest_step_reached_is_proposed_and_nothing_below_the_first(months: Months) -> None:
    # claimed 10, 12, 8, 4
    found = verified(months, {"220101": 9, "220102": 12, "220201": 6, "220202": 0})
    assert {code: one.points for code, one in found.items()} == {
        "220101": Decimal("0.5"), "220201": Decimal("1.5"), "220202": Decimal("2.5"),
    }  # fmt: skip
    assert all(one.state == "proposed" and one.kind == "deduction" for one in found.values())
    assert found["220101"].ground_en == "Over-reporting: New cameras, 10 claimed, 9 verified, 11.1 % more"
    assert found["220202"].ground == "虚报：新增探头，申报4，核实全无"
    assert found["220101"].origin_kind == "submission_value"


def test_who_claimed_too_little_loses_nothing_and_computing_again_proposes_nothing_again(months: Months) -> None:
    assert verified(months, {"220101": 20}) == {}
    before = months.session.scalars(select(Adjustment.id)).all()
    months.compute("2012-01")
    assert months.session.scalars(select(Adjustment.id)).all() == before


RISING = tuple(OverReportStep(above=Decimal(above), times=Decimal(times)) for above, times in ((5, 1), (20, 3)))
SOME = DeductionItem(
    code="D2", each=Decimal(1), nothing_found=Decimal(5), zh="虚报", en="Over-reporting", over_reporting=RISING
)


@given(st.fractions(-2, 2))
def test_a_step_begins_above_its_share_and_never_takes_less_for_more(share: Fraction) -> None:
    expected = None if share <= Fraction(1, 20) else Decimal(1) if share <= Fraction(1, 5) else Decimal(3)
    assert SOME.times(share) == expected
    assert SOME.times(None) == 5


def test_the_steps_are_read_aloud() -> None:
    said = [str(one) for one in extras(load_scheme(WITH_STEPS))]
    assert "Over-reporting: claimed more than 5 % above what was verified, 0.5 points less" in said
    assert "Over-reporting: claimed, and nothing of it found, 2.5 points less" in said


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ("over_reporting: [{above: 20, times: 1}, {above: 5, times: 3}]", "must rise"),
        ("over_reporting: [{above: 5, times: 3}, {above: 20, times: 1}]", "must rise"),
        ("over_reporting: [{above: 5, times: 1}], count: submission.late_days", "not by both"),
        ("nothing_found: 5", "belongs to the steps"),
        ("over_reporting: [{above: -5, times: 1}]", "5"),
    ],
)
def test_steps_that_make_no_sense_are_refused(steps: str, why: str) -> None:
    with pytest.raises(SchemeFaults) as refused:
        load_scheme(WITH_STEPS.replace(STEPS, steps))
    assert any(why in fault.message or why in str(fault.facts) for fault in refused.value.faults)

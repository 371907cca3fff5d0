"""What a value can be, when a report is late, and what calls a person."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from assessment.submissions.rules import (
    MISSING,
    NOT_APPLICABLE,
    WITHHELD,
    Looked,
    Timeliness,
    Value,
    ValueKind,
    days_late,
    flags,
    given,
    is_derivable,
    missing_codes,
    over_reporting,
    read_value,
    rolled_up,
    rolled_up_rate,
    timeliness_of,
    written,
)  # fmt: skip

NOON = datetime(2012, 11, 13, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", MISSING), (" ", MISSING), ("n/a", NOT_APPLICABLE), ("不适用", NOT_APPLICABLE), ("withheld", WITHHELD),
        ("0", given(0)), ("91.50", Value(Decimal("91.50"))), ("1,690", given(1690)), ("−5", given(-5)),
    ],
)  # fmt: skip
def test_a_cell_is_a_number_or_says_why_there_is_none(text: str, value: Value) -> None:
    assert read_value(text) == value
    assert read_value(written(value)) == value


@pytest.mark.parametrize("text", ["1O", "1,6", "NaN", "1e999", "1 2", "٣"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        read_value(text)


def test_withheld_and_not_applicable_are_answers_and_missing_is_none() -> None:
    assert missing_codes(["a", "b", "c", "d"], {"a": WITHHELD, "b": NOT_APPLICABLE, "c": MISSING}) == ["c", "d"]


def test_over_reporting_is_signed_and_exact() -> None:
    assert over_reporting(Decimal(450), Decimal(400)).share == Fraction(1, 8)  # type: ignore[union-attr]
    assert over_reporting(Decimal(9), Decimal(12)).share == Fraction(-1, 4)  # type: ignore[union-attr]
    assert over_reporting(Decimal(3), Decimal(0)).is_full  # type: ignore[union-attr]
    assert over_reporting(Decimal(0), Decimal(0)).share == 0  # type: ignore[union-attr]
    assert over_reporting(None, Decimal(0)) is None


def test_days_late_are_days_and_never_negative() -> None:
    assert days_late(date(2012, 11, 5), date(2012, 11, 8)) == 3
    assert days_late(date(2012, 11, 5), date(2012, 11, 1)) == 0


def test_timeliness_follows_the_first_complete_receipt() -> None:
    assert timeliness_of(NOON, NOON, NOON) == Timeliness.ON_TIME
    assert timeliness_of(NOON, NOON + timedelta(seconds=1), NOON) == Timeliness.LATE
    assert timeliness_of(NOON, None, NOON) == Timeliness.AWAITED
    assert timeliness_of(NOON, None, NOON + timedelta(seconds=1)) == Timeliness.MISSING


def test_no_whole_number_of_385_makes_91_point_5_percent() -> None:
    rate = Decimal("91.5")
    assert not any(is_derivable(rate, Decimal(n), Decimal(385)) for n in range(386))
    assert is_derivable(Decimal("91.4"), Decimal(352), Decimal(385))


def test_a_percentage_may_be_rounded_either_way() -> None:
    assert is_derivable(Decimal("12.5"), Decimal(1), Decimal(8))
    assert is_derivable(Decimal(13), Decimal(1), Decimal(8))
    assert is_derivable(Decimal(12), Decimal(1), Decimal(8))
    assert not is_derivable(Decimal(14), Decimal(1), Decimal(8))
    assert is_derivable(Decimal(0), Decimal(0), Decimal(0))


def codes(**facts: object) -> set[str]:
    return {flag.code for flag in flags(Looked(**facts))}  # type: ignore[arg-type]


def test_each_flag_is_raised_by_its_own_cause() -> None:
    claim = {"x": given(31)}
    assert codes(claimed=claim) == set()
    assert codes(claimed=claim, previous={"x": given(10)}) == {"leap"}
    assert codes(claimed=claim, previous={"x": Value(Decimal("10.34"))}) == set()
    assert codes(claimed=claim, previous={"x": given(1)}, running=["x"]) == set()
    assert codes(claimed=claim, previous={"x": given(32)}, running=["x"]) == {"fell"}
    assert codes(claimed=claim, targets={"x": Decimal("31.0")}) == {"equals_target"}
    assert codes(claimed={"x": WITHHELD}) == {"withheld"}
    assert codes(claimed=claim, evidence_required=["x"]) == {"no_evidence"}
    assert codes(claimed=claim, evidence_required=["x"], evidence=["x"], used_elsewhere=["x"]) == {"evidence_reused"}
    rate = {"r": Value(Decimal("91.5")), "p": given(352), "w": given(385)}
    assert codes(claimed=rate, rates={"r": ("p", "w")}) == {"rate_not_derivable"}
    assert codes(claimed=claim, submitted_at=NOON, closes_at=NOON + timedelta(minutes=59)) == {"last_hour"}
    assert codes(claimed=claim, submitted_at=NOON, closes_at=NOON + timedelta(minutes=61)) == set()
    assert codes(claimed={name: given(n) for name, n in zip("abcde", (10, 25, 30, 45, 100), strict=True)}) == {
        "heaping"
    }


def test_a_roll_up_sums_what_was_given_and_says_when_something_is_missing() -> None:
    assert rolled_up([given(1), Value(Decimal("0.25")), NOT_APPLICABLE]) == Value(Decimal("1.25"))
    assert rolled_up([given(1), MISSING]) == MISSING
    assert rolled_up([given(1), WITHHELD]) == MISSING
    assert rolled_up([NOT_APPLICABLE]) == NOT_APPLICABLE
    assert rolled_up([]) == MISSING
    assert rolled_up([given(1), Value(Decimal(0), ValueKind.MISSING)]) == given(1)


def test_a_rate_of_many_is_made_of_their_counts() -> None:
    assert rolled_up_rate(given(1), given(3)) == Value(Decimal("33.333333"))
    assert rolled_up_rate(given(0), given(0)) == NOT_APPLICABLE
    assert rolled_up_rate(MISSING, given(3)) == MISSING
    assert rolled_up_rate(NOT_APPLICABLE, given(3)) == NOT_APPLICABLE

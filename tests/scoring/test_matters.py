"""Which adjustments are about one matter, where a scheme counts each matter once 就高不重复."""

from decimal import Decimal

import pytest

from assessment.adjustments.models import AdjustmentKind
from assessment.adjustments.queries import AdjustmentView
from assessment.foundation.i18n import Bilingual
from assessment.programmes.rules.loading import load_scheme
from assessment.scoring.gathering import as_input

SCHEME = """format: 1
scheme: m
version: "1"
bonus: {{cap: 9, mode: add, same_matter: {same}, items: [{{code: J1, each: 1}}, {{code: J2, each: 3}}]}}
indicators: [{{code: x, points: 100, rule: given}}]
"""


def praised(number: int, kind: str, record: str) -> AdjustmentView:
    ground = Bilingual("表扬", "praise")
    bonus = AdjustmentKind.BONUS.value
    return AdjustmentView(number, 1, "confirmed", bonus, f"J{number}", Decimal(2), "", ground, kind, record)


@pytest.mark.parametrize(
    ("kind", "record", "matters"),
    [("task", "7", {"task 7"}), ("period", "3", {""}), ("", "", {""})],
    ids=["about one task", "counted over a period", "about no record"],
)
def test_a_record_is_a_matter_and_a_period_is_none(kind: str, record: str, matters: set[str]) -> None:
    scheme = load_scheme(SCHEME.format(same="highest_only"))
    assert {as_input(praised(number, kind, record), scheme).matter for number in (1, 2)} == matters


def test_where_every_praise_counts_nobody_asks_for_the_matter() -> None:
    scheme = load_scheme(SCHEME.format(same="all"))
    assert as_input(praised(1, "task", "7"), scheme).matter == ""

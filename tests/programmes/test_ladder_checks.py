"""A ladder that could never count, or never reach its rung, is refused with a sentence and its line."""

from pathlib import Path

import pytest

from assessment.programmes.rules.faults import SchemeFaults
from assessment.programmes.rules.loading import load_scheme

SOURCE = (Path(__file__).parents[2] / "assessment/demo/files/hebei-2018.scheme.yaml").read_text("utf-8")
H1 = "count: months where in_bottom cumulative within year, at: {1: early_warning}"


@pytest.mark.parametrize(("wrong", "said"), [
    ("count: months where in_bottom cumulativ, at: {1: trace}", "cannot be counted"),
    ("count: weeks where in_bottom consecutive, at: {1: trace}", "cannot be counted"),
    ("count: trace consecutive, at: {1: interview}", "“trace” is only ever proposed"),
    ("count: vetoes cumulative within year, at: {1: trace}", "no vetoes to count"),
    ("count: months where band in (failed) consecutive, at: {1: trace}", "There is no band “failed”"),
    ("count: quarters where in_bottom consecutive, at: {1: trace}", "nobody is in_bottom"),
    ("count: quarters where pm25 > 35 consecutive, at: {1: trace}", "has no values of its own"),
    ("count: months where in_bottom cumulative within quarter, at: {4: trace}", "At most 3 can be counted"),
    ("count: months where in_bottom cumulative within 2 months, at: {3: trace}", "At most 2 can be counted"),
    ("count: months where in_bottom cumulative within 2 quarters, at: {1: trace}", "write “within 2 months”"),
    ("count: months where in_bottom cumulative, reset: period not counted, at: {1: trace}", "is consecutive"),
    ("count: months where in_bottom cumulative, reset: never, at: {1: trace}", "highest rung"),
    ("count: months where in_bottom cumulative, excused_by: [rain], at: {1: trace}", "force_majeure"),
    ("count: months where in_bottom consecutive, at: {0: trace}", "is not a number of times"),
    ("count: months where in_bottom consecutive, at: {1: praise}", "is not an action"),
    ("count: months where in_bottom consecutive, per: towns, at: {1: trace}", "There is no peer group “towns”"),
])  # fmt: skip
def test_a_ladder_that_cannot_work_is_named_with_its_line(wrong: str, said: str) -> None:
    with pytest.raises(SchemeFaults) as refused:
        load_scheme(SOURCE.replace(H1, wrong))
    told = [fault for fault in refused.value.faults if said in str(fault)]
    assert told, str(refused.value)
    assert told[0].line


@pytest.mark.parametrize("right", [
    "count: months where in_bottom cumulative within 12 months, reset: highest rung, at: {2: trace, 3: interview}",
    "count: remediation.overdue_major cumulative within year, at: {20: trace}",
    "count: months where remediation.false_closures >= 1 consecutive, excused_by: [], at: {2: trace}",
    "count: quarters where rank_from_bottom <= 1 cumulative within 4 periods, at: {2: trace}",
])
def test_what_can_be_counted_is_accepted_and_reads_as_it_was_written(right: str) -> None:
    scheme = load_scheme(SOURCE.replace(H1, right))
    assert str(scheme.ladders[0].count) == right.split(", ")[0].removeprefix("count: ")

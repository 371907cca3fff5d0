"""Rows written in bulk: one digest for many in the trail, and still every change behind it is found."""

from typing import Any

import pytest
from sqlalchemy import text

from assessment.foundation import audit
from assessment.foundation.frame import Frame
from assessment.submissions import services
from support.programmes import act
from support.submissions import IN_TIME, a_period_open, values


def sent(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        sender = act(world.locality("220000"), IN_TIME)
        reports = [(submissions["220101"], values(1)), (submissions["220102"], values(2))]
        services.submit_many(session, sender, reports)


def faults(frame: Frame) -> list[str]:
    with frame.read() as session:
        return audit.verify(session)


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_values_sent_in_bulk_stand_in_the_trail_by_report(frame: Frame, database: str) -> None:
    sent(frame)
    assert faults(frame) == []
    with frame.read() as session:
        refs = session.execute(
            text("SELECT record_id FROM audit_ref WHERE kind = 'submission_value' AND digest <> '' ORDER BY record_id")
        ).scalars()
        assert [one.count("-") for one in refs] == [1, 1]  # two reports, two lots


CHANGES: dict[str, Any] = {
    "changed": "UPDATE submission_value SET number = '9' WHERE id = 2",
    "given another kind": "UPDATE submission_value SET kind = 'withheld', number = NULL WHERE id = 2",
    "removed": "DELETE FROM submission_value WHERE id = 8",
    "moved to another report": "UPDATE submission_value SET submission_id = 1, version_number = 7 WHERE id = 8",
    "added": "INSERT INTO submission_value (submission_id, value_code, stage, version_number, number, kind, set_at, "
    "set_by, reason, origin_kind, origin_id) SELECT submission_id, value_code, stage, 9, number, kind, set_at, set_by, "
    "reason, origin_kind, origin_id FROM submission_value WHERE id = 1",
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_done_to_one_of_them_behind_the_trail_is_named(frame: Frame, change: str) -> None:
    sent(frame)
    with frame.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(CHANGES[change]))
    [fault] = faults(frame)
    assert fault.startswith("submission_value ")


def test_keys_with_gaps_make_several_lots() -> None:
    rows = [(1, ("a",)), (2, ("b",)), (5, ("c",)), (6, ("d",))]
    assert [(one.first, one.last) for one in audit.lots("x", rows)] == [(1, 2), (5, 6)]
    assert list(audit.lots("x", [])) == []

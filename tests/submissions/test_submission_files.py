"""Reports from tables: whole or not at all, every fault named, the same file twice without effect."""

import pytest

from assessment.foundation import audit
from assessment.foundation.frame import Frame
from assessment.foundation.tables import TableFaults, read_table, write_csv
from assessment.submissions import grids, queries, services
from assessment.submissions.files import EXPORT, export_rows, import_submissions, template
from assessment.submissions.rules import NOT_APPLICABLE, given
from support.programmes import act
from support.submissions import IN_TIME, a_period_open

LONG = b"unit,period,value,number\n220101,2012-01,cameras,10\n220101,2012-01,online,n/a\n220102,2012-01,cameras,5\n"
WIDE = b"unit,period,cameras,online,all,online_rate\n220101,2012-01,10,90,100,90\n220102,2012-01,20,45,50,90\n"


@pytest.mark.parametrize("table", [LONG, WIDE])
def test_both_shapes_are_read_and_sent_once(frame: Frame, table: bytes) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        sender = act(world.locality("220100"), IN_TIME)
        tried = import_submissions(session, sender, world.programme, table, "r.csv", dry_run=True)
        assert (tried.new, submissions["220101"].state) == (2, "due")
        assert import_submissions(session, sender, world.programme, table, "r.csv").new == 2
        assert queries.claimed(submissions["220101"])["cameras"] == given(10)
        again = import_submissions(session, sender, world.programme, table, "r.csv")
        assert (again.new, again.changed, again.same) == (0, 0, 2)
    with frame.read() as session:
        assert audit.verify(session) == []


def test_an_incomplete_report_is_taken_and_said_to_be_so(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        found = import_submissions(session, act(world.locality("220100"), IN_TIME), world.programme, LONG, "r.csv")
        assert len(found.notes) == 2
        assert submissions["220101"].first_complete_at is None
        assert queries.claimed(submissions["220101"])["online"] == NOT_APPLICABLE


def test_every_fault_is_named_by_row_and_column(frame: Frame) -> None:
    bad = (
        b"unit,period,value,number\n999,2012-01,cameras,1\n220101,2011-01,cameras,1\n220101,2012-01,nothing,1\n"
        b"220101,2012-01,cameras,1O\n220101,2012-01,online,1\n220101,2012-01,online,2\n220201,2012-01,online,2\n"
    )
    with frame.write() as session:
        world, submissions = a_period_open(session)
        with pytest.raises(TableFaults) as refused:
            import_submissions(session, act(world.locality("220100"), IN_TIME), world.programme, bad, "r.csv")
        assert [(one.row, one.column) for one in refused.value.table_faults] == [
            (2, "unit"), (3, "period"), (4, "number"), (5, "number"), (7, "number"), (8, "unit"),
        ]  # fmt: skip
        assert submissions["220101"].state == "due"


def test_a_report_that_was_sent_is_taken_back_before_it_is_sent_differently(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        sender = act(world.locality("220100"), IN_TIME)
        import_submissions(session, sender, world.programme, WIDE, "r.csv")
        other = WIDE.replace(b",20,", b",21,")
        with pytest.raises(TableFaults, match="cannot be used"):
            import_submissions(session, sender, world.programme, other, "r.csv")
        services.withdraw(session, submissions["220102"], sender)
        found = import_submissions(session, sender, world.programme, other, "r.csv")
        assert (found.changed, found.same) == (1, 1)


def test_the_sheet_to_fill_in_can_be_sent_back(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        row = grids.row_of(session, submissions["220101"], IN_TIME)
        columns, rows = template(world.periods["2012-01"], row.fields, [row], "en")
        assert rows[0][:4] == ["#", "Unit", "", "New cameras"]
        filled = write_csv(columns, [rows[0], (*rows[1][:3], "1", "2", "4", "50")])
        assert read_table(filled, "t").columns == columns
        found = import_submissions(session, act(world.locality("220101"), IN_TIME), world.programme, filled, "t.csv")
        assert found.new == 1
        lines = list(export_rows(session, world.periods["2012-01"]))
        assert len(lines[0]) == len(EXPORT)
        assert lines[1][3:5] == ("cameras", "1")

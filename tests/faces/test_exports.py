"""Exports: named columns, documented, neutral in a spreadsheet, logged."""

from sqlalchemy import select

from assessment.faces import exports
from assessment.faces.cli.docs import EXPORTS
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.audit import AuditRow
from assessment.foundation.clock import system_now
from assessment.foundation.frame import Frame


def test_every_kind_has_as_many_columns_as_its_query_gives(frame: Frame) -> None:
    with frame.read() as session:
        for kind, export in exports.EXPORTS.items():
            assert len(export.query.selected_columns) == len(export.columns), kind
            assert list(exports.rows(session, kind, "2012-01")) == []


def test_the_columns_are_documented() -> None:
    """Run `make docs` when this fails."""
    assert EXPORTS.read_text(encoding="utf-8") == exports.as_markdown()


def test_whoever_takes_the_record_away_is_recorded(frame: Frame) -> None:
    with frame.write() as session:
        exports.note(session, Act(CLOCK, system_now()), "scores", "2012-01", 9)
    with frame.read() as session:
        assert session.scalars(select(AuditRow.act)).all() == ["export"]

"""What must always hold, held against a whole year of the example, all rooms together; and each shown able to fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from support.example import copied, quick_engine
from support.invariants import (
    INVARIANTS,
    Invariant,
    acts_by_record,
    closed_tasks_were_proved,
    each_planned_time_has_one_effect,
    ranks_follow_from_totals,
    scored_values_have_their_setter,
    snapshots_are_sealed,
    states_were_reached_by_the_table,
    the_trail_holds,
    what_follows_stands_on_what_was_decided,
)


@pytest.fixture(scope="module")
def engine(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The played example, whose tests undo what they do."""
    made = quick_engine(copied(played, tmp_path_factory.mktemp("invariants") / "instance"))
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine.execution_options(writes=True)) as found:
        yield found
        found.rollback()


@pytest.mark.parametrize("holds", INVARIANTS, ids=lambda one: one.__name__)
def test_it_holds_for_a_whole_year(session: Session, holds: Invariant) -> None:
    assert list(holds(session)) == []


def test_the_year_is_rich_enough_to_show_it(session: Session) -> None:
    tasks = acts_by_record(session, "task")
    assert len(tasks) > 4000
    assert max(len(acts) for acts in tasks.values()) >= 6


BREAKS: tuple[tuple[Invariant, str], ...] = (
    (snapshots_are_sealed, "UPDATE edition SET inputs = inputs || ' ' WHERE id = 1"),
    (snapshots_are_sealed, "UPDATE scorecard SET items = '[]' WHERE id = 1"),
    (ranks_follow_from_totals, "UPDATE scorecard SET total = '0.01' WHERE rank = 1 AND group_code = 'counties'"),
    (ranks_follow_from_totals, "UPDATE scorecard SET rank = rank + 1 WHERE edition_id = 1"),
    (scored_values_have_their_setter, "UPDATE submission_value SET set_by = '' WHERE stage = 'validated'"),
    (closed_tasks_were_proved, "DELETE FROM task_evidence"),
    (closed_tasks_were_proved, "UPDATE audit_row SET who = 'person:1' WHERE act IN ('report_done', 'close_task')"),
    (states_were_reached_by_the_table, "UPDATE task SET state = 'reported_done' WHERE state = 'under_way'"),
    (states_were_reached_by_the_table, "UPDATE audit_row SET act = 'close_task' WHERE act = 'receive'"),
    (the_trail_holds, "UPDATE audit_row SET reason = 'another' WHERE seq = 99"),
    (each_planned_time_has_one_effect, "UPDATE audit_row SET act = 'serve' WHERE kind = 'period' AND who = 'clock'"),
    (what_follows_stands_on_what_was_decided, "UPDATE edition SET state = 'provisional'"),
    (what_follows_stands_on_what_was_decided, "UPDATE case_motion SET fate = 'lost' WHERE fate = 'carried'"),
)


@pytest.mark.parametrize(("holds", "statement"), BREAKS)
def test_it_is_noticed_where_it_does_not_hold(session: Session, holds: Invariant, statement: str) -> None:
    for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        session.execute(text(f'DROP TRIGGER "{name}"'))  # whoever holds the file can
    session.execute(text(statement))
    assert next(holds(session), None) is not None

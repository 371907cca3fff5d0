"""The tree of units is read once after each change, and never stale, whoever changed it and how."""

from datetime import date

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from assessment.foundation.frame import Frame
from assessment.organisations import trees
from assessment.organisations.duties import Duty
from assessment.organisations.officers import officer_on
from support.organisations import TODAY, make_province

SPRING = date(2012, 4, 1)
CHANGES = (
    "UPDATE unit_name SET name_en = 'New County' WHERE unit_id = (SELECT id FROM unit WHERE code = '220101')",
    "UPDATE unit SET level = 'body' WHERE code = '220101'",
    """UPDATE placement SET parent_id = (SELECT id FROM unit WHERE code = '2202')
       WHERE unit_id = (SELECT id FROM unit WHERE code = '220101')""",
    """INSERT INTO succession (predecessor_id, successor_id, on_day, share)
       SELECT a.id, b.id, '2012-01-01', '1' FROM unit a, unit b WHERE a.code = '220101' AND b.code = '220102'""",
    "DELETE FROM succession",
)
"""As another process sends them: nothing of ours hears of these but the database."""


def whole(tree: trees.Tree) -> tuple[object, ...]:
    return tree.day, tree.units, tree.heirs, tree.children, tree.forebears


def reads(engine: Engine) -> list[str]:
    asked = list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "unit_name" in statement:
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    return asked


def test_a_tree_is_read_once_for_all_transactions_until_it_changes(frame: Frame) -> None:
    with frame.write() as session:
        make_province(session)
    asked = reads(frame.engine)
    found = []
    for _ in range(3):
        with frame.read() as session:
            found.append(trees.tree_on(session, TODAY))
    assert len(asked) == 1
    assert found[0] is found[1] is found[2]


def test_what_another_process_changes_is_seen_by_the_next_transaction(frame: Frame) -> None:
    with frame.write() as session:
        make_province(session)
    for change in CHANGES:
        with frame.read() as session:
            before = whole(trees.tree_on(session, TODAY))
        with frame.engine.execution_options(writes=True).begin() as connection:
            connection.execute(text(change))
        with frame.read() as session:
            now = whole(trees.tree_on(session, TODAY))
            assert now == whole(trees._read(session, TODAY))  # the reading that is spared
        assert now != before, change


def test_what_was_undone_was_never_there(frame: Frame) -> None:
    with frame.write() as session:
        make_province(session)
    with frame.read() as session:
        before = whole(trees.tree_on(session, TODAY))
    with Session(frame.engine.execution_options(writes=True)) as session:
        session.execute(text(CHANGES[0]))
        assert whole(trees.tree_on(session, TODAY)) != before
        session.rollback()
    with frame.read() as session:
        assert whole(trees.tree_on(session, TODAY)) == before


def test_without_a_token_nothing_is_kept(frame: Frame) -> None:
    with frame.write() as session:
        make_province(session)
        session.execute(text("DELETE FROM tree_version"))
    asked = reads(frame.engine)
    for _ in range(2):
        with frame.read() as session:
            trees.tree_on(session, TODAY)
    assert len(asked) == 2


@pytest.mark.parametrize("code", ["22", "2201", "220101"])
def test_duties_of_one_post_share_one_set_of_units_and_those_of_two_reach_both(frame: Frame, code: str) -> None:
    with frame.write() as session:
        province = make_province(session)
        officer = province.officer("ada", "locality_head", code)
        subtree = trees.tree_on(session, TODAY).subtree(province.unit(code).id)
        assert officer.unit_ids == subtree
        assert len({id(units) for units in officer.reach.values()}) == 1
        both = province.officer("ada", "locality_head", "2202")
        other = trees.tree_on(session, TODAY).subtree(province.unit("2202").id)
        assert both.unit_ids_for(Duty.SIGN_LETTERS) == both.unit_ids_for_any(both.reach) == subtree | other
        assert officer_on(session, officer.person_id, TODAY).unit_ids_for_any(()) == frozenset()

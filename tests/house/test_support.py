"""The test databases themselves: fresh, separate, and of the kind that was asked for."""

import pytest
from sqlalchemy import inspect, text

from assessment.foundation.db import Base, make_engine
from assessment.foundation.frame import Frame


def tables_at(url: str) -> set[str]:
    engine = make_engine(url)
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    return found


def test_a_database_holds_every_table(database_url: str) -> None:
    assert tables_at(database_url) == set(Base.metadata.tables)


def test_a_bare_database_holds_none(bare_database_url: str) -> None:
    assert tables_at(bare_database_url) == set()


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_writes_no_other_sees(frame: Frame, turn: int) -> None:
    with frame.write() as session:
        assert session.scalar(text("SELECT count(*) FROM business_clock")) == 0
        session.execute(text("INSERT INTO business_clock (id, stands_at) VALUES (1, '2012-11-13 00:00:00+00')"))


@pytest.mark.postgres
def test_marked_tests_run_on_postgresql(frame: Frame) -> None:
    assert frame.engine.dialect.name == "postgresql"


def test_others_run_where_they_were_sent(frame: Frame, request: pytest.FixtureRequest) -> None:
    assert frame.engine.dialect.name == request.config.getoption("--database")

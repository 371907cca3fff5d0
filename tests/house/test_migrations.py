"""Migrations: up and down with data in the tables, on both databases; at the end the schema is what the models say."""

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from assessment.foundation import audit, schema
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.db import Base, make_engine
from assessment.foundation.frame import Frame
from support.databases import import_all_models

pytestmark = pytest.mark.filterwarnings("ignore:Computed default:UserWarning")

NOW = "2012-11-13 09:00:00"


def load_a_unit(engine: Engine) -> None:
    """Rows as the schema of 0001 takes them, written without the models, which move on."""
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO unit (id, code, name_zh, name_en, level, valid_from) "
                "VALUES (1, '220000', '吉林省', 'Jilin', 'province', '1949-10-01')"
            )
        )


def a_unit_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT name_zh FROM unit WHERE code = '220000'")) == "吉林省"


def load_an_act(engine: Engine) -> None:
    with Frame(engine).write() as session:
        audit.record(session, Act(CLOCK, datetime(2012, 11, 13, tzinfo=UTC)), "chime", None)


def an_act_is_there(engine: Engine) -> bool:
    with Frame(engine).read() as session:
        return len(list(audit.export(session))) == 1 and audit.verify(session) == []


TESTERS = {"0001": (load_a_unit, a_unit_is_there), "0002": (load_an_act, an_act_is_there)}
"""Revision -> what to load at it, and what must still be there later: as many as there are migrations, always."""


@pytest.fixture
def engine(bare_database_url: str):  # type: ignore[no-untyped-def]
    import_all_models()
    found = make_engine(bare_database_url)
    yield found
    found.dispose()


def revisions() -> list[str]:
    script = ScriptDirectory.from_config(schema.configuration())
    return [one.revision for one in script.walk_revisions()][::-1]


def test_there_is_one_line_of_migrations_and_a_tester_for_each() -> None:
    assert len(ScriptDirectory.from_config(schema.configuration()).get_heads()) == 1
    assert sorted(TESTERS) == revisions()


@pytest.mark.postgres
def test_up_and_down_with_data_on_postgresql(engine: Engine) -> None:
    up_and_down(engine)


def test_up_and_down_with_data(engine: Engine) -> None:
    up_and_down(engine)


def up_and_down(engine: Engine) -> None:
    loaded = []
    for revision in revisions():
        schema.migrate(engine, revision)
        assert schema.current(engine) == revision
        load, is_there = TESTERS[revision]
        load(engine)
        loaded.append((revision, is_there))
        assert all(still_there(engine) for _, still_there in loaded)
    for revision in revisions()[::-1][1:]:
        schema.migrate(engine, revision)
        assert all(still_there(engine) for at, still_there in loaded if at <= revision)
        schema.migrate(engine)
        assert all(still_there(engine) for at, still_there in loaded if at <= revision)
        schema.migrate(engine, revision)
    schema.migrate(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}


@pytest.mark.postgres
def test_the_schema_is_what_the_models_say_on_postgresql(engine: Engine) -> None:
    the_models_match(engine)


def test_the_schema_is_what_the_models_say(engine: Engine) -> None:
    the_models_match(engine)


def the_models_match(engine: Engine) -> None:
    schema.migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_database_itself_refuses_to_change_the_trail(engine: Engine) -> None:
    schema.migrate(engine)
    load_an_act(engine)
    for statement in ("UPDATE audit_row SET reason = 'none'", "DELETE FROM audit_ref", "DELETE FROM audit_row"):
        with pytest.raises(DBAPIError) as refused, engine.execution_options(writes=True).begin() as connection:
            connection.execute(text("INSERT INTO audit_ref VALUES (1, 'touched', 'bell', '1', '')"))
            connection.execute(text(statement))
        assert "only ever added to" in str(refused.value)


def test_a_newer_database_is_known_to_be_unknown(engine: Engine) -> None:
    assert schema.known("0001")
    assert not schema.known("9999")

"""Migrations: up and down with data in the tables, on both databases; at the end the schema is what the models say."""

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from assessment.foundation import audit, schema
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.db import Base, make_engine
from assessment.foundation.frame import Frame
from assessment.foundation.trail_verifier import faults
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
        return len(list(audit.export(session))) == 1 and not list(faults(audit.export(session), []))


def load_a_task(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        unit = connection.scalar(text("SELECT id FROM unit WHERE code = '220000'"))
        put(connection, "notice", id=1, number="ZG-1", unit_id=unit, scheme_version_id=None, plan_by=None)
        put(connection, "task", id=1, number="ZG-1-001", notice_id=1, unit_id=unit, state="issued", found_by="person:7")


def a_task_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT number FROM task WHERE id = 1")) == "ZG-1-001"


def load_a_tile(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE unit SET tile_row = 3, tile_column = 4 WHERE code = '220000'"))


def a_tile_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        found = connection.execute(text("SELECT tile_row, tile_column FROM unit WHERE code = '220000'")).one()
        return tuple(found) == (3, 4)


def load_a_range(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "sensitivity", id=1, edition_id=1, draws=100, seed="7")


def a_range_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT seed FROM sensitivity WHERE edition_id = 1")) == "7"


def load_a_calendar(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "person", id=71, username="kay", mails="none")
        put(connection, "calendar_address", id=1, person_id=71, token_hash="f" * 64)


def a_calendar_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        query = text("SELECT p.mails FROM person p JOIN calendar_address c ON c.person_id = p.id")
        return connection.scalar(query) == "none"


def load_a_recomputation(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "software_version", id=1, version="1.0")
        put(connection, "recomputation", id=1, software_version_id=1, edition_id=1, units=9)


def a_recomputation_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT units FROM recomputation WHERE edition_id = 1")) == 9


def load_a_counter_check(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "counter_check", id=1, number="FH-1", state="frozen", seed="", at_random=3, by_risk=1)
        put(connection, "counter_check_item", id=1, counter_check_id=1, name="220101/unit/cameras", found="12.5")
        put(connection, "letter_proposal", id=1, turn=1, outcome="open", answered_at=None, targets='{"cameras": "90"}')


def a_counter_check_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT found FROM counter_check_item WHERE id = 1"))
        return (found, connection.scalar(text("SELECT outcome FROM letter_proposal"))) == ("12.5", "open")


def load_a_vote(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "accountability_case", id=9, number="WZ-9", state="prompted", source="person", settled_by="",
            decided_by="", opened_by="", reviewed_by="", circulation="localities")  # fmt: skip
        put(connection, "case_motion", id=9, case_id=9, fate="open", outcome="no_case", circulation="unit",
            settled_at=None)  # fmt: skip
        put(connection, "person", id=91, username="vera", mails="none")
        put(connection, "case_vote", motion_id=9, person_id=91, ballot="in_favour", reason="")
        put(connection, "case_declaration", case_id=9, part="decider", person_id=91)
        put(connection, "case_circumstance", id=9, case_id=9, kind="mitigating")


def a_vote_is_there(engine: Engine) -> bool:
    query = "SELECT v.ballot FROM case_vote v JOIN case_motion m ON m.id = v.motion_id WHERE m.case_id = 9"
    with engine.connect() as connection:
        return connection.scalar(text(query)) == "in_favour"


def load_a_decision_in_part(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "objection", id=11, number="YY-11", state="lodged", unit_id=1, period_id=None)
        put(connection, "objection_point", id=11, objection_id=11, outcome="in_part", answer="两台中一台", granted=None,
            changes="改记一台")  # fmt: skip


def a_decision_in_part_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT answer FROM objection_point WHERE id = 11")) == "两台中一台"


def load_an_excuse(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        facts = {"state": "granted", "ground": "force_majeure", "reason": "洪水", "withdrawn_at": None}
        put(connection, "ladder_excuse", id=1, **facts)


def an_excuse_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT reason FROM ladder_excuse WHERE id = 1")) == "洪水"


KNOWN: dict[str, dict[str, object]] = {
    "edition": {"state": "approved", "inputs_sha256": "0" * 64},
    "period": {"state": "open", "kind": "month"},
    "scheme_version": {"state": "drafted", "sha256": "0" * 64},
    "checklist": {"state": "drafted"},
    "campaign": {"state": "drafted", "per_object": 2, "seed": "", "population_hash": ""},
    "visit": {"state": "settled"},
    "person": {"state": "active", "language": "zh"},
    "submission": {"state": "due"},
    "letter": {"state": "drafted", "ground": None},
}
"""What must stand in a row for its conditions to hold."""


def load_a_listing(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "task", id=71, number="ZG-71", notice_id=1, state="issued", similar_to_id=1)
        put(connection, "checklist_item", id=1, kind="check", points=0)
        put(connection, "finding", id=71, visit_id=71, state="recorded", points=0, sent_as="a phone's key")
        put(connection, "visit_answer", id=1, visit_id=71, item_id=1, outcome="in_order")
        put(connection, "second_opinion", id=1, finding_id=71, person_id=71, severity="", given_at=None)
        put(connection, "listed_supervision", id=1, number="GP-1", task_id=71, state="listed")


def a_listing_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        query = "SELECT l.number FROM listed_supervision l JOIN task t ON t.id = l.task_id WHERE t.similar_to_id = 1"
        return connection.scalar(text(query)) == "GP-1"


def load_a_replaced_file(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        facts = {"submission_id": 1, "value_code": "cameras", "size": 9}
        earlier, later = "a" * 64, "b" * 64
        put(connection, "evidence", id=71, sha256=earlier, version_number=1, ended_at=NOW, ended_by="kay", **facts)
        put(connection, "evidence", id=72, sha256=later, version_number=2, replaces_id=71, ended_at=None, ended_by="",
            **facts)  # fmt: skip


def a_replaced_file_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        query = "SELECT e.sha256 FROM evidence e JOIN evidence l ON l.replaces_id = e.id WHERE l.version_number = 2"
        return connection.scalar(text(query)) == "a" * 64


def load_a_ballot(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "panel", id=71, number="TP-1", state="closed", quorum=3, closes_at=NOW)
        put(connection, "person", id=72, username="judge", mails="none")
        put(connection, "panel_seat", id=71, panel_id=71, person_id=72, state="handed_in", sha256="c" * 64,
            handed_in_at=NOW, marks='{"1": {"S1": "good"}}')  # fmt: skip
        put(connection, "panel_tally", id=71, panel_id=71, submission_id=1, outcome="given", marks="60 80 100")


def a_ballot_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        query = "SELECT s.sha256 FROM panel_seat s JOIN panel_tally t ON t.panel_id = s.panel_id"
        return connection.scalar(text(query)) == "c" * 64


def load_a_kept_bulletin(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "campaign", id=73, number="DC-73", state="drafted", per_object=2, sample=1, seed="",
            bulletin_zh="d" * 64)  # fmt: skip


def a_kept_bulletin_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT bulletin_zh FROM campaign WHERE id = 73")) == "d" * 64


def load_a_token(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "person", id=74, username="tok", mails="none")
        put(connection, "api_token", id=1, person_id=74, token_hash="a" * 64, ends_at="2099-01-01 00:00:00+00:00")


def a_token_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        query = text("SELECT a.token_hash FROM api_token a JOIN person p ON p.id = a.person_id WHERE p.id = 74")
        return connection.scalar(query) == "a" * 64


def load_key_remediation(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "letter", id=75, number="L-75", state="drafted", version_number=1, amends_id=None, ground=None,
            evidence="", effective_to=None)  # fmt: skip
        put(connection, "letter_matter", id=75, letter_id=75, outcome="proposed", decided_by="", reason="")


def key_remediation_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT outcome FROM letter_matter WHERE id = 75")) == "proposed"


def load_a_lost_telephone(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "person", id=79, username="fac", mails="none")
        put(connection, "second_factor", person_id=79, sealed="1.x", since=NOW)
        put(connection, "recovery_code", id=1, person_id=79, code_hash="c" * 64)
        put(connection, "factor_reset", id=1, person_id=79, state="asked")


def a_lost_telephone_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        query = text("SELECT r.state FROM factor_reset r JOIN second_factor f ON f.person_id = r.person_id")
        return connection.scalar(query) == "asked"


def load_what_is_counted(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "adjustment", id=20, kind="deduction", state="proposed", points="1", origin_occurrence="20",
            evidence='[["task", "1"]]')  # fmt: skip
        why = '[{"zh": "一票否决", "en": "A veto", "kind": "adjustment", "id": "20"}]'
        connection.execute(text("UPDATE award SET also_excluded = :why WHERE id = 82"), {"why": why})


def what_is_counted_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        tasks = connection.scalar(text("SELECT evidence FROM adjustment WHERE id = 20"))
        why = connection.scalar(text("SELECT also_excluded FROM award WHERE id = 82"))
        return "task" in str(tasks) and "A veto" in str(why)


def load_a_correction(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        known = {"edition_id": 1, "before_id": None}
        put(connection, "reward_round", id=81, number="JL-81", attempt=1, state="superseded", mode="ladder", **known)
        put(connection, "reward_round", id=82, number="JL-82", attempt=2, state="prepared", mode="ladder",
            corrects_id=81, **known)  # fmt: skip
        put(connection, "award", id=82, round_id=82, before_amount=-60, is_eligible=True)
        put(connection, "practice", id=82, state="submitted")
        put(connection, "practice_use", id=1, practice_id=82, state="in_use", note="since May", ended_at=None)


def a_correction_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT before_amount FROM award WHERE id = 82"))
        return (found, connection.scalar(text("SELECT note FROM practice_use"))) == (-60, "since May")


def load_a_formula(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "reward_round", id=83, number="JL-83", attempt=3, state="prepared", mode="formula",
            edition_id=1, before_id=None, corrects_id=None, money="万元")  # fmt: skip
        put(connection, "award", id=83, round_id=83, is_eligible=True, amount=36)


def a_formula_is_there(engine: Engine) -> bool:
    with engine.connect() as connection:
        query = text("SELECT a.amount FROM award a JOIN reward_round r ON r.id = a.round_id WHERE r.mode = 'formula'")
        return connection.scalar(query) == 36


def put(connection: Connection, table: str, **facts: object) -> None:
    """A row as the schema of the moment takes it, with whatever it points at; what is not named gets something."""
    row = {**KNOWN.get(table, {}), **facts}
    inspector = inspect(connection)
    for column in inspector.get_columns(table):
        if column["name"] not in row and not column["nullable"]:
            row[column["name"]] = something_of(str(column["type"]).upper())
    for key in inspector.get_foreign_keys(table):
        name, other = key["constrained_columns"][0], key["referred_table"]
        known = text(f"SELECT 1 FROM {other} WHERE id = :id")
        if row.get(name) is not None and other != table and not connection.scalar(known, {"id": row[name]}):
            put(connection, other, id=row[name])
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)


def something_of(type_: str) -> object:
    if "BOOL" in type_:
        return False
    if "DATETIME" in type_ or "TIMESTAMP" in type_:
        return NOW
    if "DATE" in type_:
        return NOW[:10]
    return 1 if "INT" in type_ else "[]" if "JSON" in type_ else "x"


CHANGES_OF_THE_TREE = (
    "UPDATE unit SET name_en = name_en",
    "INSERT INTO unit (id, code, name_zh, name_en, level, valid_from) VALUES (22, '2', 'b', 'b', 'body', '2012-01-01')",
    "INSERT INTO unit_name (unit_id, name_zh, name_en, valid_from) VALUES (22, 'b', 'b', '1949-10-01')",
    "INSERT INTO placement (unit_id, parent_id, valid_from) VALUES (22, 1, '1949-10-01')",
    "INSERT INTO succession (predecessor_id, successor_id, on_day, share) VALUES (22, 1, '2012-01-01', '1')",
    *(f"DELETE FROM {table} WHERE {column} = 22" for table, column in (
        ("succession", "predecessor_id"), ("placement", "unit_id"), ("unit_name", "unit_id"), ("unit", "id"))),
)  # fmt: skip


def every_change_of_the_tree_draws_a_token(engine: Engine) -> bool:
    with engine.execution_options(writes=True).connect() as connection:
        tokens = [connection.scalar(text("SELECT token FROM tree_version"))]
        for change in CHANGES_OF_THE_TREE:
            connection.execute(text(change))
            tokens.append(connection.scalar(text("SELECT token FROM tree_version")))
        connection.rollback()
    return len(set(tokens)) == 1 + len(CHANGES_OF_THE_TREE)


TESTERS = {
    "0022": (lambda _engine: None, every_change_of_the_tree_draws_a_token),
    "0018": (load_an_excuse, an_excuse_is_there),
    "0001": (load_a_unit, a_unit_is_there),
    "0002": (load_an_act, an_act_is_there),
    "0003": (load_a_task, a_task_is_there),
    "0004": (load_a_range, a_range_is_there),
    "0005": (load_a_recomputation, a_recomputation_is_there),
    "0006": (load_a_calendar, a_calendar_is_there),
    "0007": (load_a_listing, a_listing_is_there),
    "0008": (load_a_counter_check, a_counter_check_is_there),
    "0009": (load_a_replaced_file, a_replaced_file_is_there),
    "0010": (load_a_vote, a_vote_is_there),
    "0011": (load_a_decision_in_part, a_decision_in_part_is_there),
    "0012": (load_a_ballot, a_ballot_is_there),
    "0013": (load_a_kept_bulletin, a_kept_bulletin_is_there),
    "0015": (load_key_remediation, key_remediation_is_there),
    "0014": (load_a_token, a_token_is_there),
    "0016": (load_a_tile, a_tile_is_there),
    "0019": (load_a_lost_telephone, a_lost_telephone_is_there),
    "0017": (load_a_correction, a_correction_is_there),
    "0021": (load_a_formula, a_formula_is_there),
    "0020": (load_what_is_counted, what_is_counted_is_there),
}
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


def test_a_table_is_laid_anew_while_rows_of_others_point_at_it(engine: Engine) -> None:
    """On SQLite 0017 copies `reward_round`; whoever has ever given an award has rows that point at it."""
    schema.migrate(engine, "0016")
    load_a_unit(engine)
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "reward_round", id=1, number="JL-1", state="prepared", mode="ladder", edition_id=1)
        put(connection, "award", id=1, round_id=1, is_eligible=True)
    schema.migrate(engine, "0017")
    with engine.execution_options(writes=True).begin() as connection:
        assert connection.scalar(text("SELECT round_id FROM award")) == 1
        with pytest.raises(DBAPIError):
            connection.execute(text("UPDATE award SET round_id = 987"))


@pytest.mark.skipif("config.getoption('--database') == 'postgresql'")
def test_a_migration_that_leaves_rows_pointing_at_nothing_is_undone(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema.migrate(engine, "0016")

    def forget(config: Config, _revision: str) -> None:
        connection = config.attributes["connection"]
        connection.exec_driver_sql("INSERT INTO placement VALUES (1, 987, 987, '2012-01-01', NULL)")

    monkeypatch.setattr(schema.command, "upgrade", forget)
    with pytest.raises(DBAPIError, match="placement"):
        schema.migrate(engine, "0017")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM placement")) == 0


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


def test_tasks_from_before_know_who_inspected_and_cases_reported_before_that_their_units_were_told(
    engine: Engine,
) -> None:
    schema.migrate(engine, "0002")
    load_a_unit(engine)
    with engine.execution_options(writes=True).begin() as connection:
        put(connection, "finding", id=5, visit_id=3, state="confirmed", points=0)
        for number, replaced in ((7, None), (9, None), (8, NOW)):
            put(connection, "person", id=number, username=f"u{number}")
            put(connection, "visit_inspector", id=number, visit_id=3, person_id=number, replaced_at=replaced)
        put(connection, "task", id=1, number="T", notice_id=1, unit_id=1, state="issued", origin_kind="finding",
            origin_id="5")  # fmt: skip
        for number, state in ((1, "reported"), (2, "replied")):
            put(connection, "accountability_case", id=number, number=f"WZ-{number}", state=state, source="person",
                origin_id=str(number), opened_at=NOW, notice_at=NOW, settled_by="", decided_by="", opened_by="a",
                reviewed_by="")  # fmt: skip
            put(connection, "case_fact", id=number, case_id=number, number=1, is_struck=False)
    schema.migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT found_by FROM task")) == "person:7 person:9"
        told = connection.execute(text("SELECT told_at FROM case_fact ORDER BY id")).scalars().all()
        assert [bool(one) for one in told] == [True, False]


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

"""Upgrades: backed up first, whole or not at all, and never of a database that is newer than the program."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from assessment.faces.backups import making
from assessment.faces.backups.making import BEFORE_UPGRADE
from assessment.faces.cli.upgrading import upgrade
from assessment.foundation import schema
from assessment.foundation.db import make_engine
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import Sentence
from assessment.foundation.settings import Settings
from support.databases import import_all_models
from support.servers import tools_on_path

import_all_models()
NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{last}", None, None


def upgrade():
    op.create_table("novelty", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO novelty (id) VALUES (1)")
    op.execute("DELETE FROM unit")
    {then}


def downgrade():
    op.drop_table("novelty")
"""


@dataclass
class Older:
    """An instance whose database stands one migration behind the program."""

    found: Settings
    engine: Engine
    told: list[str] = field(default_factory=list)

    def upgrade(self) -> None:
        upgrade(self.found, self.engine, self.tell)

    def tell(self, sentence: Sentence) -> None:
        self.told.append(str(sentence))

    def units(self) -> int:
        with self.engine.connect() as connection:
            return connection.scalar(text("SELECT count(*) FROM unit")) or 0

    @property
    def backups(self) -> list[str]:
        return sorted(path.name for path in (self.found.instance / "backups").glob("*.gz"))


@pytest.fixture
def older(bare_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Older]:
    tools_on_path(monkeypatch)
    monkeypatch.setattr(schema, "MIGRATIONS", shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations"))
    engine = make_engine(bare_database_url)
    schema.migrate(engine)
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(
            text(
                "INSERT INTO unit (id, code, name_zh, name_en, level, valid_from) "
                "VALUES (1, '220000', '吉林省', 'Jilin', 'province', '1949-10-01')"
            )
        )
    named = {"ASSESSMENT_INSTANCE": str(tmp_path / "here"), "DATABASE_URL": bare_database_url}
    yield Older(Settings.from_environment(named), engine)
    engine.dispose()


def add_migration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, then: str) -> str:
    last, folder = schema.expected(), tmp_path / "newer"
    shutil.copytree(schema.MIGRATIONS, folder)
    (folder / "versions" / "9999_next.py").write_text(NEXT.format(last=last, then=then))
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    return last


def test_an_upgrade_that_fails_half_way_returns_by_itself(
    older: Older, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = add_migration(monkeypatch, tmp_path, 'op.execute("INSERT INTO novelty (id) VALUES (1)")')
    with pytest.raises(Refusal, match="nothing of it stays") as refusal:
        older.upgrade()
    assert schema.current(older.engine) == last
    assert f"stands at {last} as before" in str(refusal.value.sentence)
    assert not inspect(older.engine).has_table("novelty")
    assert older.units() == 1
    (name,) = older.backups
    assert name.endswith(f"{BEFORE_UPGRADE}.tar.gz")
    assert name in str(refusal.value.sentence)


def test_an_upgrade_backs_up_first_and_happens_once(
    older: Older, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_migration(monkeypatch, tmp_path, "pass")
    older.upgrade()
    assert (schema.current(older.engine), older.units(), len(older.backups)) == ("9999", 0, 1)
    older.upgrade()
    assert len(older.backups) == 1
    assert [sentence.split(":")[0].split(" to ")[1] for sentence in older.told] == ["9999"]


def test_without_a_backup_there_is_no_upgrade(
    older: Older, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = add_migration(monkeypatch, tmp_path, "pass")
    with making.alone(older.found), pytest.raises(Refusal, match="backup is being made"):
        older.upgrade()
    assert schema.current(older.engine) == last


def test_a_newer_database_is_refused_and_left_alone(older: Older) -> None:
    with older.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9998'"))
    with pytest.raises(Refusal, match="newer than the program"):
        older.upgrade()
    assert schema.current(older.engine) == "9998"
    assert older.backups == []

"""Backups: whole under write load, checked without being laid back, laid back whole or not at all."""

import gzip
import os
import shutil
import tarfile
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, make_url, text

from assessment.cycles.models import Heartbeat
from assessment.faces.backups import archive, databases, postgres, restoring
from assessment.faces.backups.checking import check
from assessment.faces.backups.making import BEFORE_UPGRADE, KEPT, age_of_backup, alone, create, nightly
from assessment.faces.backups.restoring import READY, restore, settle
from assessment.foundation import audit, clock, schema
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.db import make_engine
from assessment.foundation.errors import Invalid, NotNow, Refusal
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.settings import Settings
from support.databases import SqliteDatabases, import_all_models
from support.servers import tools_on_path

import_all_models()
AT = datetime(2012, 11, 13, tzinfo=UTC)
WRITERS = 3


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    tools_on_path(monkeypatch)


def settings(folder: Path, url: str) -> Settings:
    return Settings.from_environment({"ASSESSMENT_INSTANCE": str(folder), "DATABASE_URL": url})


def is_sqlite(found: Settings) -> bool:
    return databases.kind_of(found.database_url) == "sqlite"


def stamp(url: str, revision: str) -> None:
    with databases.opened(url, writes=True) as connection, connection.begin():
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Settings:
    return small_instance(tmp_path / "here", database_url)


@dataclass(frozen=True)
class Made:
    """An instance and its backup, for tests that change neither."""

    here: Settings
    path: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, chosen_databases: Any) -> Iterator[Made]:
    with pytest.MonkeyPatch.context() as patched, chosen_databases.fresh() as url:
        tools_on_path(patched)
        here = small_instance(tmp_path_factory.mktemp("made"), url)
        yield Made(here, create(here))


def small_instance(folder: Path, database_url: str) -> Settings:
    """With a key, a document and one act that names a file."""
    stamp(database_url, schema.expected())
    found = settings(folder, database_url)
    found.keys.mkdir(parents=True)
    (found.keys / "secret").write_text("s")
    (found.keys / "signing-certificate.pem").write_text("c")
    (found.documents / "bulletins").mkdir(parents=True)
    (found.documents / "bulletins" / "1.zh.pdf").write_text("pdf")
    write(found, "first")
    return found


@pytest.fixture
def there(bare_database_url: str, tmp_path: Path) -> Settings:
    """An empty place."""
    return settings(tmp_path / "there", bare_database_url)


def write(found: Settings, name: str) -> None:
    """A file, then one transaction of two acts that name it."""
    engine = make_engine(found.database_url)
    try:
        stored = FileStore(found.uploads).put(name.encode())
        with Frame(engine).write() as session:
            for _ in range(2):
                audit.record(session, Act(CLOCK, AT), "chime", None, body={"file": stored.sha256})
    finally:
        engine.dispose()


def trail(found: Settings) -> list[str]:
    """The file that each act names, in order; the chain holds."""
    engine = make_engine(found.database_url)
    try:
        with Frame(engine).read() as session:
            assert audit.verify(session) == []
            return [row["body"] for row in audit.export(session)]
    finally:
        engine.dispose()


def everything(found: Settings) -> dict[str, bytes]:
    """Every file of an instance but its backups."""
    return {
        path.relative_to(found.instance).as_posix(): path.read_bytes()
        for path in sorted(found.instance.rglob("*"))
        if path.is_file() and "backups" not in path.parts
    }


def test_a_backup_made_under_write_load_holds_whole_acts_with_their_files(here: Settings, there: Settings) -> None:
    stop = threading.Event()
    acknowledged: list[str] = []

    def keep_writing(writer: int) -> None:
        count = 0
        while not stop.is_set():
            write(here, f"{writer}/{count}")
            acknowledged.append(f"{writer}/{count}")
            count += 1

    writers = [threading.Thread(target=keep_writing, args=(number,)) for number in range(WRITERS)]
    for one in writers:
        one.start()
    try:
        create(here)
        before = len(acknowledged)
        path = create(here)
    finally:
        stop.set()
        for one in writers:
            one.join()
    restored = restore(there, path)
    inside = Counter(trail(there))
    assert set(inside.values()) == {2}, "half a transaction"
    assert len(inside) > before, "what was acknowledged before the backup began is in it"
    store = FileStore(there.uploads)
    assert all(store.check(body.split('"')[3]) for body in inside), "a row names a file that is not there"
    assert restored.manifest.rows["audit_row"] == sum(inside.values())
    assert restored.aside is None
    with databases.opened(there.database_url) as connection:
        assert databases.facts(connection).head == restored.manifest.head


def test_what_is_laid_back_is_what_was_there_and_works_on(made: Made, there: Settings) -> None:
    restore(there, made.path)
    assert trail(there) == trail(made.here)
    files = {name: content for name, content in everything(made.here).items() if name.split("/")[0] in archive.FOLDERS}
    assert files.items() <= everything(there).items()
    write(there, "after")
    assert len(trail(there)) == len(trail(made.here)) + 2


def test_a_backup_is_its_owners_alone_and_says_what_is_in_it(here: Settings) -> None:
    path = create(here)
    assert path.stat().st_mode & 0o077 == 0
    manifest = check(path)
    assert (manifest.schema, manifest.rows["audit_row"]) == (schema.expected(), 2)
    assert {name.split("/")[0] for name in manifest.files} == {
        *archive.FOLDERS, archive.DATABASES[make_url(here.database_url).get_backend_name()]
    }  # fmt: skip
    assert create(here) != path, "two within a second are two"
    assert [one.name for one in path.parent.iterdir() if one.name.startswith((".making", ".checking"))] == []


def content(packed: bytes) -> bytes:
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error):
        return b""


def test_damage_is_found_wherever_it_lies(made: Made, tmp_path: Path) -> None:
    whole = made.path.read_bytes()
    hurt = tmp_path / "hurt.tar.gz"
    found = 0
    for place in range(40, len(whole), max(1, len(whole) // 12)):
        bent = whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :]
        if content(bent) == content(whole):  # zeros copied from another place are zeros
            continue
        found += 1
        hurt.write_bytes(bent)
        with pytest.raises(Invalid):
            check(hurt)
    assert found > 4
    hurt.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Invalid, match="cannot be read as a backup"):
        check(hurt)


def repacked(path: Path, target: Path, **changes: object) -> Path:
    """The same backup by somebody who knows how a manifest is made."""
    with tarfile.open(path) as old:
        old.extractall(target.with_suffix(".d"), filter="data")
    folder = target.with_suffix(".d")
    manifest = archive.unpack(path, lambda _name: None)
    entries = [(name, folder / name) for name in sorted(manifest.files)]
    archive.pack(target, entries, lambda hashes: replace(manifest, files=hashes, **changes))  # type: ignore[arg-type]
    return target


def test_rows_that_are_missing_or_altered_are_found_behind_right_hashes(here: Settings, tmp_path: Path) -> None:
    path = create(here)
    fewer = repacked(path, tmp_path / "fewer.tar.gz", rows={**check(path).rows, "audit_row": 3})
    with pytest.raises(Invalid, match="not what it should be") as refusal:
        check(fewer)
    assert "audit_row has 2 rows, not 3" in str(refusal.value.faults[0])
    with databases.opened(here.database_url, writes=True) as connection, connection.begin():
        connection.execute(text("UPDATE audit_row SET reason = 'another' WHERE seq = 1"))
    if is_sqlite(here):
        with pytest.raises(Invalid) as refusal:
            create(here)
        assert "Row 1 was changed" in str(refusal.value.faults[0])
        assert len(list((here.instance / "backups").glob("*.tar.gz"))) == 1, "an unchecked file never has a name"


def test_a_file_that_no_backup_holds_is_not_unpacked(tmp_path: Path) -> None:
    path, inside = tmp_path / "odd.tar.gz", tmp_path / "x"
    inside.write_text("x")
    for name in ("uploads/../../evil", "other", "/etc/passwd"):
        with tarfile.open(path, "w:gz") as made:
            made.add(inside, name, filter=lambda member, name=name: member.replace(name=name, deep=False))  # type: ignore[misc]
        with pytest.raises(Invalid, match="which no backup holds"):
            archive.unpack(path, lambda name: tmp_path / "out" / name)
    assert not (tmp_path / "out").exists()


def test_what_stands_is_replaced_only_on_demand_and_put_aside_whole(made: Made, there: Settings) -> None:
    restore(there, made.path)
    write(there, "later")
    (there.documents / "bulletins" / "2.zh.pdf").write_text("later")
    before = everything(there)
    with pytest.raises(NotNow, match="--replace"):
        restore(there, made.path)
    assert everything(there) == before
    done = restore(there, made.path, replace=True)
    assert trail(there) == trail(made.here)
    assert done.aside is not None
    assert (done.aside / "documents" / "bulletins" / "2.zh.pdf").read_text() == "later"
    assert not (there.documents / "bulletins" / "2.zh.pdf").exists()
    write(there, "still")
    again = create(there)  # what was put aside is in no later backup
    assert check(again).rows["audit_row"] == 4


def broken_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    moves = iter(range(1000))
    real = restoring._move

    def move(source: Path, target: Path) -> None:
        if next(moves) == step:
            raise OSError("no room")
        real(source, target)

    monkeypatch.setattr(restoring, "_move", move)


def test_a_restore_that_fails_leaves_what_was_there(
    made: Made, there: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore(there, made.path)
    write(there, "later")
    before, acts = everything(there), trail(there)
    for step in range(6) if is_sqlite(there) else (4,):
        with monkeypatch.context() as patched:
            broken_at(step, patched)
            with pytest.raises(OSError, match="no room"):
                restore(there, made.path, replace=True)
        assert (everything(there), trail(there)) == (before, acts)
        assert not settle(there)


def test_a_damaged_backup_changes_nothing(made: Made, there: Settings, tmp_path: Path) -> None:
    restore(there, made.path)
    before = everything(there)
    wrong = repacked(made.path, tmp_path / "wrong.tar.gz", head="f" * 64)
    with pytest.raises(Invalid, match="not what it should be"):
        restore(there, wrong, replace=True)
    assert everything(there) == before
    assert trail(there) == trail(made.here)


@pytest.mark.parametrize("steps", [1, 4])
def test_a_restore_that_was_killed_is_settled_by_the_next_command(
    made: Made, there: Settings, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    restore(there, made.path)
    write(there, "later")
    acts = trail(there)
    real, left = restoring._move, iter(range(steps))

    def move(source: Path, target: Path) -> None:
        if next(left, None) is None:
            os._exit(9)
        real(source, target)

    child = os.fork()
    if not child:
        monkeypatch.setattr(restoring, "_move", move)
        try:
            restore(there, made.path, replace=True)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert (there.instance / READY).exists()
    assert settle(there)
    assert trail(there) == (trail(made.here) if is_sqlite(there) else acts)  # there the tables had not been laid yet
    assert (there.keys / "secret").read_text() == "s"
    assert not (there.instance / READY).exists()
    assert not settle(there)


def test_a_database_that_cannot_be_read_any_more_is_put_aside_with_its_journal(
    tmp_path: Path, sqlite_databases: SqliteDatabases
) -> None:
    with sqlite_databases.fresh() as url, sqlite_databases.fresh() as other:
        here, there = small_instance(tmp_path / "here", url), settings(tmp_path / "there", other)
        path, file = create(here), Path(make_url(other).database or "")
        file.write_bytes(b"not a database at all" * 100)
        file.with_name(f"{file.name}-journal").write_bytes(b"of what it was")
        with pytest.raises(NotNow):
            restore(there, path)
        restore(there, path, replace=True)
        assert trail(there) == trail(here)
        assert not file.with_name(f"{file.name}-journal").exists()


def test_nothing_is_laid_over_a_database_that_is_at_work(made: Made, there: Settings) -> None:
    restore(there, made.path)
    with databases.opened(there.database_url, writes=True) as connection, connection.begin():
        now = clock.system_now()
        connection.execute(insert(Heartbeat).values(process="a", started_at=now, ticked_at=now))
    with pytest.raises(NotNow, match="stop every run"):
        restore(there, made.path, replace=True)


def test_a_newer_backup_and_one_of_another_database_are_refused(made: Made, tmp_path: Path) -> None:
    newer = repacked(made.path, tmp_path / "newer.tar.gz", schema="9999")
    with pytest.raises(Invalid, match="made by a newer program"):
        restore(settings(tmp_path / "empty", made.here.database_url), newer, replace=True)
    other = "postgresql://nobody@127.0.0.1:1/none" if is_sqlite(made.here) else f"sqlite:///{tmp_path / 'x.sqlite3'}"
    manifest = check(made.path)
    with pytest.raises(Invalid, match="set DATABASE_URL to a database of that kind"):
        restoring._fits(settings(tmp_path / "empty", other), manifest)


@pytest.mark.postgres
def test_missing_tools_are_named(here: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Iterator[Path]:
        return iter(())

    monkeypatch.setattr(postgres, "_folders", none)
    with pytest.raises(Refusal, match=r"pg_dump of PostgreSQL \d+ is needed .* postgresql-client-\d+"):
        create(here)
    assert not list((here.instance / "backups").glob("*.gz"))


def test_a_dump_is_read_by_later_tools_and_written_by_its_servers_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for major in (18, 16):
        program = tmp_path / str(major) / "pg_restore"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\necho 'pg_restore (PostgreSQL) {major}.4 (Debian)'\n")
        program.chmod(0o755)
    monkeypatch.setattr(postgres, "_folders", lambda: iter((tmp_path / "18", tmp_path / "16")))
    assert postgres.tool("pg_restore", 16) == str(tmp_path / "16" / "pg_restore")
    assert postgres.tool("pg_restore", 17, or_later=True) == str(tmp_path / "18" / "pg_restore")
    with pytest.raises(Refusal, match="pg_restore of PostgreSQL 17 is needed"):
        postgres.tool("pg_restore", 17)


def test_one_backup_a_night_however_many_clocks(here: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [datetime(2026, 1, 1, 2, tzinfo=UTC)]
    monkeypatch.setattr(clock, "system_now", lambda: now[0])
    os.utime(here.keys / "signing-certificate.pem", (0, 0))
    made = here.instance / "backups"
    with alone(here):
        nightly(here)  # another clock is making one
    assert not list(made.glob("*.gz"))
    nightly(here)
    nightly(here)
    (one,) = made.glob("*.gz")
    old = [made / f"202501{day:02}T020000{label}.tar.gz" for day in range(1, 20) for label in ("", BEFORE_UPGRADE)]
    for path in old:
        shutil.copyfile(one, path)
    now[0] += timedelta(hours=21)
    nightly(here)
    left = [path.name for path in made.glob("*.gz")]
    assert sum(BEFORE_UPGRADE not in name for name in left) == KEPT
    assert sum(BEFORE_UPGRADE in name for name in left) == 19
    assert age_of_backup(here) == timedelta(0)


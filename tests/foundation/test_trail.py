"""The trail: one chain, in the act's own transaction, that names what was changed behind it."""

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update

from assessment.foundation import audit, trail_verifier
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.audit import AuditBody, AuditRef, AuditRow
from assessment.foundation.frame import Frame

ACT = Act(CLOCK, datetime(2012, 11, 13, 9, 0, tzinfo=UTC))


def note(frame: Frame, count: int) -> None:
    with frame.write() as session:
        for number in range(count):
            audit.record(session, ACT, "chime", None, kind="bell", touched=[("bell", number)], body={"number": number})


def exported(frame: Frame) -> list[dict]:
    with frame.read() as session:
        return list(audit.export(session))


def faults(rows: list[dict], *heads: str) -> list[str]:
    return [sentence for _, sentence in trail_verifier.faults(rows, heads)]


def test_a_trail_that_nobody_touched_verifies(frame: Frame) -> None:
    note(frame, 3)
    note(frame, 2)
    rows = exported(frame)
    assert [row["seq"] for row in rows] == [1, 2, 3, 4, 5]
    assert faults(rows, rows[2]["hash"]) == []


def test_an_act_that_is_rolled_back_leaves_no_row(frame: Frame) -> None:
    with pytest.raises(RuntimeError, match="half way"), frame.write() as session:
        audit.record(session, ACT, "chime", None)
        raise RuntimeError("half way")
    assert exported(frame) == []


@pytest.mark.parametrize(
    "field", ["at", "who", "label", "act", "kind", "id", "reason", "body", "refs", "hash", "previous"]
)
def test_every_changed_field_is_found_and_its_row_named(frame: Frame, field: str) -> None:
    note(frame, 4)
    rows = exported(frame)
    rows[1][field] = [["touched", "bell", "9", ""]] if field == "refs" else "changed"
    assert any("2" in sentence for sentence in faults(rows))


def test_a_removed_row_is_found(frame: Frame) -> None:
    note(frame, 4)
    rows = exported(frame)
    assert faults(rows[:1] + rows[2:])[0] == "Row 2 is missing: row 3 stands in its place."


def test_a_cut_tail_and_a_chain_computed_anew_are_found_with_one_printed_head(frame: Frame) -> None:
    note(frame, 5)
    rows = exported(frame)
    printed = rows[3]["hash"]
    cut = rows[:3]
    assert faults(cut) == []
    assert "does not occur" in faults(cut, printed)[0]
    forged, previous = [], trail_verifier.GENESIS
    for row in rows:
        row = {**row, "reason": "forged" if row["seq"] == 2 else row["reason"], "previous": previous}
        row["hash"] = previous = trail_verifier.row_hash(row)
        forged.append(row)
    assert faults(forged) == []
    assert "does not occur" in faults(forged, printed)[0]


def test_a_row_changed_in_the_database_is_found_and_named(frame: Frame) -> None:
    note(frame, 3)
    with frame.engine.execution_options(writes=True).begin() as connection:
        connection.execute(update(AuditRow).where(AuditRow.seq == 2).values(reason="no reason"))
    with frame.read() as session:
        assert audit.verify(session) == ["Row 2 was changed after it was written."]


def test_a_row_deleted_in_the_database_is_found(frame: Frame) -> None:
    note(frame, 3)
    with frame.engine.execution_options(writes=True).begin() as connection:
        for table in (AuditRef, AuditBody, AuditRow):
            connection.execute(delete(table).where(table.seq == 2))
    with frame.read() as session:
        assert "Row 2 is missing" in audit.verify(session)[0]


def test_a_sealed_body_leaves_the_chain_whole_and_is_itself_recorded(frame: Frame) -> None:
    note(frame, 2)
    with frame.write() as session:
        audit.seal_bodies(session, [session.get_one(AuditRow, 1)])
        audit.record(session, ACT, "seal", None, touched=[("audit_row", 1)])
    with frame.read() as session:
        assert session.get_one(AuditBody, 1).body is None
        assert audit.verify(session) == []
        assert session.scalars(select(AuditRow.act)).all() == ["chime", "chime", "seal"]


@pytest.mark.postgres
def test_writers_beside_each_other_make_one_chain(frame: Frame) -> None:
    threads = [threading.Thread(target=lambda: [note(frame, 1) for _ in range(15)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = exported(frame)
    assert len(rows) == 60
    assert faults(rows) == []


def test_the_verifier_stands_alone_in_one_file_of_the_standard_library(frame: Frame, tmp_path: Path) -> None:
    source = Path(trail_verifier.__file__)
    assert len(source.read_text(encoding="utf-8").splitlines()) <= 200
    note(frame, 3)
    rows = exported(frame)
    log = tmp_path / "trail.jsonl"
    log.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-I", source, log, *arguments], capture_output=True, text=True, check=False
        )

    good = run("--head", rows[1]["hash"])
    assert (good.returncode, good.stdout) == (0, f"ok - 3 rows, head {rows[2]['hash']}\n")
    log.write_text(log.read_text(encoding="utf-8").replace('"number\\":1', '"number\\":7'), encoding="utf-8")
    bad = run()
    assert (bad.returncode, bad.stderr) == (1, "failed - The body of row 2 was changed.\n")
    log.write_text("{not json", encoding="utf-8")
    assert "Line 1" in run().stderr
    assert "Traceback" not in run().stderr


def test_a_reading_frame_refuses_to_write(frame: Frame) -> None:
    with pytest.raises(RuntimeError, match="asked to write"), frame.read() as session:
        session.add(AuditBody(seq=1, body="x"))
        session.flush()


def test_sqlite_is_durable_on_every_connection(tmp_path: Path) -> None:
    from assessment.foundation.db import make_engine

    engine = make_engine(f"sqlite:///{tmp_path / 'd.sqlite3'}")
    with engine.connect() as connection:
        pragmas = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    engine.dispose()
    assert pragmas == ["delete", 2, 1]

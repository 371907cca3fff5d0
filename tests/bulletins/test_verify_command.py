"""``verify`` and ``trail-verifier``: offline, one line a check, exit 0 only if nothing failed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from assessment.bulletins import services
from assessment.cycles import services as cycles
from assessment.faces.cli.verifying import trail_verifier_command, verify_command
from assessment.foundation import audit
from assessment.foundation.db import make_engine
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.paper.signature import ensure_signer
from support.databases import SqliteDatabases
from support.months import JANUARY, a_year

LINES = ["signature", "signer", "attachment", "ranking", "head", "chain"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, sqlite_databases: SqliteDatabases) -> Path:
    """A published bulletin, the certificate it is signed with, and the log it stands in."""
    place = tmp_path_factory.mktemp("verify")
    store = FileStore(place / "store")
    with sqlite_databases.fresh() as url:
        engine = make_engine(url)
        frame = Frame(engine)
        with frame.write() as session:
            months = a_year(session)
            edition = months.approved("2012-01", JANUARY)
            audit.link(session)
            bulletin = months.submitted(edition, store)
            months.approve_bulletin(bulletin)
            signer = ensure_signer(place / "keys", "Alpha Province", months.now)
            signed = services.prepare_publication(bulletin, store, signer, at=months.now)
            cycles.publish(session, bulletin, months.act("office"), signed)
        with frame.read() as session:
            rows = [json.dumps(row, ensure_ascii=False) for row in audit.export(session)]
        engine.dispose()
    (place / "log.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (place / "certificate.pem").write_bytes(signer.certificate)
    (place / "bulletin.pdf").write_bytes(store.path(signed.signed_zh).read_bytes())
    return place


def run(*arguments: str | Path) -> tuple[int, dict[str, str], str]:
    result = CliRunner(env={"ASSESSMENT_INSTANCE": "/nonexistent"}).invoke(verify_command, [str(a) for a in arguments])
    lines = dict(re.findall(r"^(\w+): (ok|failed|not checked) - .+$", result.stdout, flags=re.MULTILINE))
    return result.exit_code, lines, result.output


def test_a_genuine_bulletin_with_its_certificate_and_log_passes_every_check(folder: Path) -> None:
    code, lines, output = run(
        folder / "bulletin.pdf", "--certificate", folder / "certificate.pem", "--log", folder / "log.jsonl"
    )
    assert (code, list(lines)) == (0, LINES), output
    assert set(lines.values()) == {"ok"}


def test_without_a_certificate_the_signer_is_not_known(folder: Path) -> None:
    code, lines, output = run(folder / "bulletin.pdf")
    assert (code, lines["signature"], lines["signer"]) == (0, "ok", "not checked")
    assert "signer is not known to you" in output


def test_a_log_alone_is_checked(folder: Path) -> None:
    code, lines, _ = run("--log", folder / "log.jsonl")
    assert (code, lines["chain"], lines["signature"], lines["head"]) == (0, "ok", "not checked", "not checked")


def test_a_changed_log_names_the_act(folder: Path, tmp_path: Path) -> None:
    rows = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    rows[6] = rows[6].replace('"reason": "', '"reason": "x', 1)
    (tmp_path / "log.jsonl").write_text("\n".join(rows), encoding="utf-8")
    code, lines, output = run("--log", tmp_path / "log.jsonl")
    assert (code, lines["chain"]) == (1, "failed")
    assert "seq 7" in output


def test_a_changed_bulletin_fails(folder: Path, tmp_path: Path) -> None:
    content = bytearray((folder / "bulletin.pdf").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "b.pdf").write_bytes(content)
    code, lines, _ = run(tmp_path / "b.pdf", "--certificate", folder / "certificate.pem")
    assert (code, lines["signature"]) == (1, "failed")


def test_bad_files_get_a_sentence_and_no_traceback(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no pdf\n", encoding="utf-8")
    for arguments in (
        (tmp_path / "none.pdf",),
        (folder / "bulletin.pdf", "--certificate", tmp_path / "x"),
        ("--log", tmp_path / "x"),
        ("--log", folder / "bulletin.pdf"),
    ):
        code, lines, output = run(*arguments)
        assert (code, lines) == (1, {}), output
        assert "Traceback" not in output
    assert run(tmp_path / "x")[0] == 1
    assert run()[0] == 2


def test_the_printed_verifier_stands_alone(folder: Path, tmp_path: Path) -> None:
    source = CliRunner().invoke(trail_verifier_command).stdout
    assert len(source.splitlines()) <= 200
    (tmp_path / "v.py").write_text(source, encoding="utf-8")
    command = [sys.executable, "-I", str(tmp_path / "v.py"), str(folder / "log.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("ok - ")

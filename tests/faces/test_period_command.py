"""``period`` at the console: read by anybody, moved on by a named person with the guards and rows of the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from assessment.__main__ import main
from assessment.faces.cli import founding
from assessment.foundation import clock, schema, software
from assessment.foundation.audit import AuditBody, AuditRow
from assessment.foundation.db import make_engine
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.programmes.models import Period
from assessment.scoring import queries as scoring
from assessment.scoring import recomputing
from assessment.scoring.models import Edition, Scorecard
from support.example import copied, settings_of
from support.months import JANUARY, Months, a_year, resumed

Run = Callable[..., Result]


@pytest.fixture
def instance(played: Path, tmp_path: Path) -> Path:
    copied(played, tmp_path / "instance")
    return tmp_path / "instance"


@pytest.fixture
def run(instance: Path) -> Run:
    def command(*arguments: str) -> Result:
        environment = {"ASSESSMENT_INSTANCE": str(instance), "ASSESSMENT_SECRET": "a secret", "LC_ALL": "C"}
        result = CliRunner().invoke(main, ["period", *arguments], env=environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return command


@pytest.fixture
def frame(instance: Path):  # type: ignore[no-untyped-def]
    engine = make_engine(settings_of(instance).database_url)
    yield Frame(engine)
    engine.dispose()


def last_row(frame: Frame) -> AuditRow:
    with frame.read() as session:
        found = session.scalar(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1))
    assert found is not None
    return found


# --- looking -------------------------------------------------------------------------------------------------------


def test_every_period_is_listed_in_the_reader_s_language(run: Run) -> None:
    english, chinese = run("list").stdout, run("list", "--lang", "zh").stdout
    assert "2012-Q3  Quarter 3, 2012" in english
    assert "2012年第三季度" in chinese
    assert "sichuan-disclosure" in english
    assert "sichuan-disclosure" not in run("list", "--programme", "jilin-video-network").stdout


def test_a_period_says_what_comes_next_and_what_stands_against_it(run: Run) -> None:
    shown = run("show", "2012-10").stdout
    assert "next: Compute anew (Assessment office)" in shown
    assert "not yet: Approve the results (Leader): Not every unit has received its provisional score yet." in shown
    assert "part 2012-01, weight 1" in run("show", "2012-Q1").stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("show", "2031-01"), "There is no period “2031-01”; see: python -m assessment period list\n"),
        (("show", "two"), "There is no period “two”; see: python -m assessment period list\n"),
        (("show", "2011", "--programme", "nobody"), "There is no programme “nobody”.\n"),
        (("replay", "2012-12"), "2012-12 has no scores yet; there is nothing to replay.\n"),
        (("compute", "2012-10"), "Say who acts: add --as and a user name.\n"),
        (("approve", "2012-10", "--as", "nobody"), "There is no person with the user name nobody.\n"),
        (("publish", "2012-12", "--as", "office"), "2012年12月尚无通报；结果随通报公布，须先起草、送审并批准通报。\n"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    said = (*arguments, "--lang", "zh") if "publish" in arguments else arguments
    result = run(*said)
    assert (result.exit_code, result.stderr) == (1, sentence)


def test_a_period_is_named_or_all_of_them(run: Run) -> None:
    assert run("replay").exit_code == 2
    assert run("replay", "2012-01", "--all").exit_code == 2


# --- computing again -----------------------------------------------------------------------------------------------


def test_all_announced_editions_come_out_as_they_were_announced(run: Run) -> None:
    result = run("replay", "--all")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert len(lines) == 13
    assert "2012-09, edition 1: 69 units, 1035 results, all equal." in lines
    assert lines[-1].endswith("editions 12, all equal to the last digit.")


def change(frame: Frame, code: str, unit: str) -> int:
    """A digit of one item's score and a rank, changed in the database behind everybody's back."""
    with frame.write() as session:
        card = session.scalars(
            select(Scorecard).join(Edition).join(Period)
            .where(Period.code == code, Scorecard.unit_code == unit, Edition.approved_at.is_not(None))
            .order_by(Edition.number.desc())
        ).first()  # fmt: skip
        assert card is not None
        items = json.loads(json.dumps(card.items))
        items[0]["exact"] += "1"
        session.execute(
            text("UPDATE scorecard SET items = :items, rank = rank + 1 WHERE id = :one"),
            {"items": json.dumps(items), "one": card.id},
        )
        return card.edition_id


def test_a_replay_names_every_difference_to_the_digit(run: Run, frame: Frame) -> None:
    change(frame, "2012-09", "220102")
    result = run("replay", "2012-09")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("2012-09, edition 1, 220102: Rank was frozen as ")
    assert lines[1].startswith("2012-09, edition 1, 220102: B1 was frozen as ")
    assert lines[2].startswith("1 of 1 editions differ under version ")


# --- after an upgrade ----------------------------------------------------------------------------------------------


def prepared(instance: Path) -> list[str]:
    told: list[str] = []
    settings = settings_of(instance)
    engine = make_engine(settings.database_url)
    founding.prepare(settings, engine, lambda sentence: told.append(str(sentence)))
    engine.dispose()
    return told


def test_the_same_version_computes_nothing_again(instance: Path, frame: Frame) -> None:
    prepared(instance)
    before = last_row(frame).seq
    assert prepared(instance) == []
    assert last_row(frame).seq == before


def test_another_version_computes_every_announced_edition_again_and_alters_none(
    instance: Path, frame: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(instance)
    monkeypatch.setattr(software, "version", lambda: "2.0+another")
    told = prepared(instance)
    assert (told[0], told[-1]) == (
        "Computing 12 announced editions again with version 2.0+another.", "All 12 are equal to the last digit.",
    )  # fmt: skip
    assert last_row(frame).act == "recompute"
    edition_id = change(frame, "2012-09", "220102")
    monkeypatch.setattr(software, "version", lambda: "3.0+one more")
    told = prepared(instance)
    assert told[-1].startswith("1 of 12 differ, and stay as they were announced: 2012-09 (1).")
    with frame.read() as session:
        found = recomputing.of_edition(session, edition_id)
        assert found is not None
        assert [(one.unit, one.what) for one in recomputing.plain(found.differences)] == [
            ("220102", "rank"), ("220102", "B1"),
        ]  # fmt: skip
        assert found.by.version == "3.0+one more"
        body = json.loads(session.get_one(AuditBody, last_row(frame).seq).body or "")
        assert (body["before"], body["version"], body["differing"]) == ("2.0+another", "3.0+one more", [edition_id])


# --- acting --------------------------------------------------------------------------------------------------------


def test_a_named_person_computes_with_the_row_that_the_page_would_leave(run: Run, frame: Frame) -> None:
    result = run("compute", "2012-10", "--as", "office")
    assert (result.exit_code, result.stdout) == (0, "Edition 2 of Oct 2012 is computed: 69 units, 69 of them ranked.\n")
    with frame.read() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.seq.desc()).limit(6)).all()
    computed = next(row for row in rows if (row.act, row.kind) == ("compute", "period"))
    assert computed.label.endswith("(at the console)")


def test_the_guards_of_the_pages_hold_and_a_refused_act_leaves_its_row(run: Run, frame: Frame) -> None:
    before = last_row(frame).seq
    result = run("approve", "2012-10", "--as", "leader")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Not every unit has received its provisional score yet." in result.stderr
    row = last_row(frame)
    assert (row.seq, row.act, row.kind) == (before + 1, "refused", "period")
    assert "at the console" in row.label
    assert run("compute", "2012-10", "--as", "leader").exit_code == 1
    assert run("serve", "2012-10", "--as", "leader").exit_code == 1


def test_a_month_is_moved_on_by_people_at_the_console(database_url: str, tmp_path: Path) -> None:
    """Computed, served, approved and published, each by whoever's duty it is, at the moment at which time stands."""
    engine = make_engine(database_url)
    with engine.begin() as connection:
        MigrationContext.configure(connection).stamp(ScriptDirectory.from_config(schema.configuration()), "head")
    store, world_frame = FileStore(tmp_path / "uploads"), Frame(engine)
    environment = {"ASSESSMENT_INSTANCE": str(tmp_path), "DATABASE_URL": database_url, "LC_ALL": "C"}

    def by(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["period", *arguments], env=environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    def meanwhile(do: Callable[[Months], object]) -> None:
        with world_frame.write() as session:
            months = resumed(session, Months) if session.scalar(select(Period.id).limit(1)) else a_year(session)
            do(months)
            clock.stand_at(session, months.now)

    def served_and_heard(months: Months) -> None:
        months.receive("2012-01")
        months.settle_adjustments("2012-01")

    def bulletin(months: Months) -> None:
        edition = scoring.edition_in_force(months.session, months.periods["2012-01"].id)
        assert edition is not None
        months.approve_bulletin(months.submitted(edition, store))

    meanwhile(lambda months: months.report("2012-01", JANUARY))
    assert "Edition 1 of Jan 2012 is computed: 6 units" in by("compute", "2012-01", "--as", "office")[1]
    meanwhile(lambda months: months.at(months.periods["2012-01"].provisional_on))
    assert by("serve", "2012-01", "--as", "office")[0] == 0
    meanwhile(served_and_heard)
    assert by("approve", "2012-01", "--as", "office")[0] == 1
    assert by("approve", "2012-01", "--as", "leader") == (0, "The results of Jan 2012 are approved.\n")
    assert "has no bulletin yet" in by("publish", "2012-01", "--as", "office")[1]
    meanwhile(bulletin)
    assert by("publish", "2012-01", "--as", "leader")[0] == 1
    code, said = by("publish", "2012-01", "--as", "office")
    assert (code, said.endswith("is published, with the results of Jan 2012.\n")) == (0, True)
    assert "Jan 2012: Published" in by("show", "2012-01")[1]
    engine.dispose()

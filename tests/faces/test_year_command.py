"""``year`` at the console: a year begun by a named person of the office, and compared with the one before it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from assessment.__main__ import main
from support.example import copied


def run(instance: Path, *arguments: str) -> Result:
    environment = {"ASSESSMENT_INSTANCE": str(instance), "ASSESSMENT_SECRET": "a secret", "LC_ALL": "C"}
    result = CliRunner().invoke(main, ["year", *arguments], env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_year_is_begun_once_and_compared_with_the_one_before(played: Path, tmp_path: Path) -> None:
    copied(played, tmp_path / "instance")
    instance = tmp_path / "instance"
    before = run(instance, "compare", "jilin-video-network", "2013")
    assert before.exit_code == 0
    assert "cameras_new" in before.stdout  # no letter yet: every target is still to come
    refused = run(instance, "start", "jilin-video-network", "2013", "--as", "leader")
    assert refused.exit_code == 1
    assert "begun by the assessment office" in refused.stderr
    done = run(instance, "start", "jilin-video-network", "2013", "--as", "office")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("Version 2013.1 and ")
    again = run(instance, "start", "jilin-video-network", "2013", "--as", "office")
    assert again.exit_code == 1
    assert "2013 has begun already" in again.stderr
    compared = run(instance, "compare", "jilin-video-network", "2013").stdout
    assert "2012.1" in compared
    assert "cameras_new" not in compared  # drafted as they were
    assert run(instance, "letters", "jilin-video-network", "2013", "--as", "office").stdout.startswith("0 letters")
    assert run(instance, "checklists", "jilin-video-network", "--as", "office").exit_code == 1
    assert run(instance, "compare", "no-such-programme", "2013").exit_code == 1

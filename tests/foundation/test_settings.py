"""Settings: a working default for each, a sentence for each that cannot be used."""

from pathlib import Path

import pytest

from assessment.foundation.settings import BadSetting, Settings


def test_an_empty_environment_works() -> None:
    found = Settings.from_environment({})
    assert found.database_url.startswith("sqlite:///")
    assert (found.host, found.port, found.url, found.zone) == (
        "127.0.0.1",
        8000,
        "http://127.0.0.1:8000",
        "Asia/Shanghai",
    )


def test_a_secret_can_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("quiet\n", encoding="utf-8")
    assert Settings.from_environment({"ASSESSMENT_SECRET_FILE": str(tmp_path / "secret")}).secret == "quiet"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASSESSMENT_PORT", "eighty"),
        ("ASSESSMENT_ZONE", "Mars/Olympus"),
        ("ASSESSMENT_LANGUAGE", "fr"),
        ("ASSESSMENT_PUBLIC", "perhaps"),
        ("ASSESSMENT_PUBLIC", "only:a,,b"),
        ("ASSESSMENT_SECRET_FILE", "/nowhere/secret"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        Settings.from_environment({name: value})


@pytest.mark.parametrize(
    ("value", "a", "b"), [("off", False, False), ("on", True, True), ("only:a-2012, c", True, False)]
)
def test_results_are_public_for_all_programmes_none_or_those_named(value: str, a: bool, b: bool) -> None:
    found = Settings.from_environment({"ASSESSMENT_PUBLIC": value})
    assert (found.is_public("a-2012"), found.is_public("b-2012")) == (a, b)

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assessment.foundation.paper import fonts
from assessment.foundation.paper.document import Column, Document, Grid
from assessment.foundation.paper.fonts import ROLES, FontBook, MissingGlyph, NoFonts, font_report

UNKNOWN = "\ue123"  # a private character that no font has


@pytest.fixture(scope="module")
def pip_only() -> FontBook:
    return FontBook(system=())


def test_a_machine_with_nothing_but_pip_can_set_every_role(pip_only: FontBook) -> None:
    for role in ROLES:
        assert pip_only.chain(role).width("吉林省2012年〔〕①〇㐂，“”—") > 0


def test_a_font_of_the_operator_goes_before_all_others(tmp_path: Path) -> None:
    last = next(file for file in fonts.packaged() if file.name == fonts.LAST_RESORT)
    (tmp_path / "body.ttf").symlink_to(last)
    assert FontBook(own=tmp_path).chain("body").files[0] == tmp_path / "body.ttf"


def test_a_character_is_set_in_the_first_font_that_has_it(pip_only: FontBook) -> None:
    runs = pip_only.chain("latin").runs("Garzê 甘孜")
    assert "".join(text for _, text in runs) == "Garzê 甘孜"
    assert runs[-1][0].has("甘孜")


def test_a_missing_character_is_named_with_its_place_and_no_paper_is_made() -> None:
    document = Document("zh", "通报", issuer="考评办")
    document.paragraph(f"王{UNKNOWN}同志")
    with pytest.raises(MissingGlyph, match=r"U\+E123.*王.同志"):
        document.render()


def test_a_missing_character_in_a_table_is_named_too() -> None:
    document = Document("zh", "通报", issuer="考评办")
    document.table(Grid([Column("单位")], [["长春"], [UNKNOWN]], name="排名表"))
    with pytest.raises(MissingGlyph, match="排名表") as raised:
        document.render()
    assert raised.value.characters == (UNKNOWN,)


def test_without_any_chinese_font_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "packaged", lambda: ())
    with pytest.raises(NoFonts, match=r"requirements-fonts\.txt"):
        FontBook(system=()).chain("body")


def test_the_report_says_what_would_look_better(pip_only: FontBook) -> None:
    uses = {use.role: use for use in pip_only.report()}
    assert uses["body"].makeshift
    assert "Fangsong" in uses["body"].better
    assert {use.role for use in font_report()} == set(ROLES)


def test_the_packages_that_bring_fonts_are_never_imported() -> None:
    code = """
import sys
from assessment.foundation.paper.fonts import font_book
font_book().chain("body")
sys.exit(bool({"zhplot", "matplotlib", "font_source_serif_pro"} & set(sys.modules)))
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

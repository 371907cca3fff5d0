from __future__ import annotations

import subprocess
import sys
from io import SEEK_END, BufferedReader
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.t2CharStringPen import T2CharStringPen

from assessment.foundation.paper import fonts
from assessment.foundation.paper.document import Column, Document, Grid
from assessment.foundation.paper.fontfile import Section, advances_of, characters_of, open_font, outlines_of
from assessment.foundation.paper.fonts import ROLES, FontBook, MissingGlyph, NoFonts, font_report
from assessment.foundation.paper.outlines import OutlineFace

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


def small_font(path: Path, characters: dict[int, str]) -> Path:
    """With PostScript outlines: a square for each glyph, each wider than the one before."""
    names = [".notdef", *dict.fromkeys(characters.values())]
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(characters)
    shapes = {}
    for number, name in enumerate(names):
        pen = T2CharStringPen(500 + number, None)
        pen.moveTo((0, 0)), pen.lineTo((0, 100)), pen.lineTo((100 + number, 100)), pen.closePath()
        shapes[name] = pen.getCharString()
    builder.setupCFF("Small", {}, shapes, {})
    builder.setupHorizontalMetrics({name: (500 + number, 0) for number, name in enumerate(names)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Small", "psName": "Small"})
    builder.setupOS2(), builder.setupPost()
    builder.save(path)
    return path


def compare_with_fonttools(path: Path, text: str) -> None:
    with open_font(path, fonts.chinese_index(path)) as whole:
        glyphs, advances, drawn = whole.getReverseGlyphMap(), whole["hmtx"].metrics, whole.getGlyphSet()
        known = whole.getBestCmap()
        characters, advance, outlines = characters_of(whole), advances_of(whole), outlines_of(whole, path)
        assert dict(characters) == {code: glyphs[name] for code, name in known.items()}
        assert len(characters) == len(known)
        assert all(advance(characters[code]) == advances[name][0] for code, name in known.items())
        for character in text:
            ours, theirs = RecordingPen(), RecordingPen()
            outlines[characters[ord(character)]].draw(ours)
            drawn[known[ord(character)]].draw(theirs)
            assert ours.value == theirs.value != []


def test_a_large_font_is_read_as_fonttools_reads_it() -> None:
    found = sorted(path for name, path in fonts.find_files(fonts.system_folders()).items() if "cjk" in name)
    if not found:
        pytest.skip("no font with PostScript outlines on this machine")
    compare_with_fonttools(found[0], "吉林省A1，”")


@pytest.mark.parametrize("beyond", [{}, {0x20000: "three"}], ids=["listed by segments", "listed by groups"])
def test_so_is_a_small_one_however_its_characters_are_listed(tmp_path: Path, beyond: dict[int, str]) -> None:
    characters = {0x4E00: "one", 0x4E01: "two", 0x4E8C: "two", **beyond}
    path = small_font(tmp_path / "small.otf", characters)
    compare_with_fonttools(path, "".join(map(chr, characters)))
    face = OutlineFace(path, 0)
    assert [face.getCharWidth(code) for code in characters] == [501, 502, 502, 503][: len(characters)]
    assert 0x4E02 not in face.charToGlyph
    assert 0x20 not in face.charToGlyph


@pytest.mark.parametrize(("start", "end"), [(3, 9), (0, 20), (15, 40)])
def test_a_section_of_a_file_is_a_file_of_its_own(tmp_path: Path, start: int, end: int) -> None:
    content = bytes(range(20))
    (tmp_path / "whole").write_bytes(content)
    with BufferedReader(Section(tmp_path / "whole", start, end - start)) as part:
        assert part.read() == content[start:end]
        part.seek(1)
        assert part.read(2) == content[start + 1 : start + 3]
        assert part.seek(-1, SEEK_END) == end - start - 1

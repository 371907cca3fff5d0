"""Fonts inside a paper: the characters it uses and no others, whatever was made before it."""

from __future__ import annotations

from io import BytesIO

from fontTools.ttLib import TTFont
from pypdf import PdfReader

from assessment.foundation.paper.document import Document
from assessment.foundation.paper.embedding import cut_out
from assessment.foundation.paper.fonts import font_book


def paper(words: str) -> bytes:
    document = Document("zh", "通报", issuer="考评办")
    document.paragraph(words)
    return document.render()


def many(count: int) -> str:
    known = font_book().chain("body").first.characters
    return "".join([chr(code) for code in range(0x4E00, 0x5800) if code in known][:count])


def test_a_paper_of_more_characters_than_a_font_in_it_may_have_reads_as_it_was_written() -> None:
    words = many(400) + "(\\)"
    read = "".join(page.extract_text() for page in PdfReader(BytesIO(paper(words))).pages)
    assert words in "".join(read.split())


def test_a_paper_made_after_others_is_the_same_as_one_made_first() -> None:
    cut_out.cache_clear()
    first = paper("长春市整改通知")
    paper("四平市" + many(300))
    again = paper("长春市整改通知")  # what it needs is known
    cut_out.cache_clear()
    paper("四平市" + many(300))
    assert first == again == paper("长春市整改通知")


def test_only_characters_that_are_used_are_embedded() -> None:
    fonts = PdfReader(BytesIO(paper("整改"))).pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    files = [font.get_object()["/FontDescriptor"]["/FontFile2"].get_data() for font in fonts]
    counts = [TTFont(BytesIO(file))["maxp"].numGlyphs for file in files]
    assert max(counts) <= len(set("整改通报考评办— 1")) + 2, "with the sign for what is missing and the space"

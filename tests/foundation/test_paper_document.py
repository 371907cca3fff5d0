from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from pypdf import PdfReader

from assessment.foundation.paper.breaking import NOT_FIRST, NOT_LAST, atoms_of, break_lines
from assessment.foundation.paper.document import Column, Document, Grid, letters
from assessment.foundation.paper.fonts import FontBook, font_book
from assessment.foundation.paper.numerals import chinese_number
from assessment.foundation.paper.plain import PlainPaper, Section, render_paper

PARAGRAPH = "依照《督导检查办法》第十七条，责令你局限期整改（“回头看”另行安排），并于3个工作日内报送整改方案。" * 3


def text_of(pdf: bytes) -> list[str]:
    """The text of each page without white space."""
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def notice(language: str) -> PlainPaper:
    chinese = language == "zh"
    return PlainPaper(
        language=language,
        issuer="吉林省公安厅督查室" if chinese else "Supervision Office",
        title="责令限期整改通知书" if chinese else "Notice to remedy",
        number="吉公督改〔2012〕31号" if chinese else "JGDG [2012] No. 31",
        day="2012年10月30日" if chinese else "30 Oct 2012",
        addressee="长春市公安局：" if chinese else "To: Changchun",
        opening=(PARAGRAPH if chinese else "You are required to remedy what is listed below. " * 5,),
        facts=(("整改期限", "2012年11月14日"),) if chinese else (("Due", "14 Nov 2012"),),
        sections=(Section("存在的问题" if chinese else "Findings",
                          table=Grid([Column("No."), Column("Finding", "left")], [("1", "A" * 300), ("2", "b")])),),
        remedy=("可自收到之日起5个工作日内申请复核。",) if chinese else ("You may apply for a review.",),
        counter_signatures=("组长",) if chinese else ("Team leader",),
        verification="https://example.org/verify/31",
        digest="9f2c" * 16,
        copies="省厅考评办" if chinese else "assessment office",
        sample="示例" if chinese else "Sample",
    )


def long_table(rows: int, fonts: FontBook | None = None) -> bytes:
    document = Document("zh", "全表", issuer="考评办", fonts=fonts)
    columns = [Column("名次"), Column("单位", "left"), Column("得分", "right")]
    document.table(Grid(columns, [(f"#{n}#", f"第{n}县", f"{n / 7:.2f}") for n in range(1, rows + 1)]))
    return document.render()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_paper_is_the_same_bytes(language: str) -> None:
    assert render_paper(notice(language)) == render_paper(notice(language))


def test_papers_made_at_the_same_time_are_the_same_as_one_made_alone() -> None:
    alone = render_paper(notice("zh"))
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: render_paper(notice("zh")), range(8))) == {alone}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("system", [None, ()], ids=["fonts of the machine", "fonts of pip"])
def test_what_goes_in_can_be_read_out(language: str, system: tuple[()] | None) -> None:
    paper = notice(language)
    read = "".join(text_of(render_paper(paper, FontBook(system=system))))
    for text in (paper.issuer, paper.title, paper.number, paper.day, paper.addressee, *paper.opening, *paper.remedy,
                 *paper.facts[0], "A" * 300, paper.counter_signatures[0], paper.verification, paper.digest):
        assert "".join(text.split()) in read, text


def test_every_font_is_in_the_file() -> None:
    for page in PdfReader(BytesIO(render_paper(notice("zh")))).pages:
        for font in page["/Resources"]["/Font"].values():
            assert "/FontFile2" in font.get_object()["/FontDescriptor"], font["/BaseFont"]


def test_the_file_says_what_it_is_and_in_which_language() -> None:
    reader = PdfReader(BytesIO(render_paper(notice("zh"))))
    assert reader.metadata is not None
    assert reader.metadata.title == "责令限期整改通知书"
    assert reader.metadata.author == "吉林省公安厅督查室"
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert reader.outline[0].title == "责令限期整改通知书"


def test_chinese_pages_are_numbered_with_dashes_and_english_ones_of_the_total() -> None:
    assert "—2—" in text_of(long_table(60))[1]
    document = Document("en", "Annual report", issuer="Office", number="OFF [2012] No. 3")
    for _ in range(40):
        document.paragraph("A paragraph of several words that fills a line or two. " * 4)
    pages = text_of(document.render())
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert f"Page{number}of{len(pages)}" in page
        assert "OFF[2012]No.3" in page


def test_three_thousand_rows_are_all_there_once_under_a_header_on_each_page() -> None:
    pages = text_of(long_table(3000))
    assert all("名次单位得分" in page for page in pages)
    numbers = [int(number) for page in pages for number in re.findall(r"#(\d+)#", page)]
    assert numbers == list(range(1, 3001))


def test_no_row_stands_alone_on_the_last_page() -> None:
    for rows in range(20, 70):
        last = text_of(long_table(rows))[-1]
        assert len(re.findall(r"#\d+#", last)) >= 3


def test_a_cell_longer_than_a_page_is_continued() -> None:
    document = Document("zh", "长格", issuer="考评办")
    text = "".join(f"第{n}句话，" for n in range(900))
    document.table(Grid([Column("编号"), Column("内容", "left")], [("1", text), ("2", "完")]))
    read = "".join(text_of(document.render())).replace("编号内容", "").replace("—", "")
    for n in (0, 450, 899):
        assert f"第{n}句话，" in read


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    chain = font_book().chain("body")
    for width in range(60, 460, 7):
        for line in break_lines(atoms_of(PARAGRAPH, chain, 15.75, ""), width, width):
            assert line.text[0] not in NOT_FIRST
            assert line.text[-1] not in NOT_LAST
            assert line.width <= width + 8  # a closing mark may give up its empty half


def test_twenty_two_lines_of_twenty_eight_characters_fill_a_page() -> None:
    document = Document("zh", "满页", issuer="考评办")
    document.paragraph("测" * (28 * 22 - 2))
    assert len(text_of(document.render())) == 1
    document.paragraph("满")
    assert len(text_of(document.render())) == 2


def test_headings_are_numbered_in_the_manner_of_each_language() -> None:
    assert [chinese_number(n) for n in (1, 10, 11, 20, 35)] == ["一", "十", "十一", "二十", "三十五"]
    assert [letters(n) for n in (1, 26, 27, 53)] == ["a", "z", "aa", "ba"]
    for language, wanted in (("zh", "一、甲（一）乙（二）丙二、丁"), ("en", "1甲1.1乙1.2丙2丁")):
        document = Document(language, "题", issuer="考评办")
        for text, level in (("甲", 1), ("乙", 2), ("丙", 2), ("丁", 1)):
            document.heading(text, level)
        assert wanted in text_of(document.render())[0]

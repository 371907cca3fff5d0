"""The papers of the rooms on their sheets: head, rule, type area, lines and page numbers after GB/T 9704, to 0.5 mm."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from io import BytesIO
from itertools import pairwise

import pytest
from pypdf import PdfReader

from assessment.accountability.papers import CasePaper, render_case_paper
from assessment.bulletins.content import BulletinContent, IndicatorTable, PeerGroup, Standing
from assessment.bulletins.papers import render_bulletin
from assessment.bulletins.report_card import ItemLine, ReportCard, render_report_card
from assessment.foundation.i18n import Bilingual
from assessment.foundation.paper.fonts import MissingGlyph
from assessment.remediation.papers import NoticePaper, TaskLine, render_notice
from support.geometry import MM, Page, Written, pages_of

CLOSE = 0.5  # mm
TOP, BINDING, WIDTH, HEIGHT, SHEET = 37.0, 28.0, 156.0, 225.0, 210.0
BODY, FOLIO, PITCH = 15.75, 14, 29.53  # points
HEAD: Mapping[str, float] = {"bulletin": 35, "notice": 8, "decision": 8, "report card": 0}
"""How far below the top of the type area the issuer's name begins: everyday papers leave their text more room."""
DAY = date(2012, 3, 5)
TEXT = "根据考评办法，对各单位本月工作进行了考核评价，现将有关情况通报如下，请各单位认真查找失分原因并限期整改。" * 4
WORDS = "The results of the month are announced; every unit finds out what each lost point was lost for. " * 4


def bulletin(language: str, mark: str = "") -> bytes:
    rows = tuple(Standing(str(n), f"第{n}县{mark}", "90.00", "优秀", "—", "", "1–3") for n in range(1, 61))
    return render_bulletin(BulletinContent(
        language=language, issuer="吉林省公安厅" if language == "zh" else "Public Security Department",
        number="吉公通〔2012〕1号", title="关于考评结果的通报" if language == "zh" else "Bulletin on the results",
        day=DAY, addressees="各市（州）：", period="2012年1月", programme="考评", scheme="办法",
        cut_off=datetime(2012, 2, 1, tzinfo=UTC), overall=(TEXT if language == "zh" else WORDS,) * 6,
        groups=(PeerGroup("县（市、区）", rows),),
        annexes=(IndicatorTable("分", ("B1",), tuple((row.unit, "9.00") for row in rows), ("10",)),),
    ))  # fmt: skip


def notice(language: str, mark: str = "") -> bytes:
    tasks = tuple(TaskLine(f"ZG-{n:03d}", Bilingual("镜头被遮挡或画面模糊", "Lens covered"), f"第{n}号点位{mark}",
                           "第八条", Bilingual("一般隐患", "Minor"), DAY) for n in range(15))  # fmt: skip
    return render_notice(NoticePaper("ZG-DC-2012-01-001", Bilingual("吉林省公安厅", "Public Security Department"),
                                     Bilingual("铁东区", "Tiedong District"), "DC-2012-01-001", DAY, ("D08", "D17"),
                                     tasks, Bilingual("10个工作日", "10 working days")), language, DAY)  # fmt: skip


def decision(language: str, mark: str = "") -> bytes:
    text = TEXT if language == "zh" else WORDS
    return render_case_paper(CasePaper(
        language, "decision", "四川省国土资源厅" if language == "zh" else "Department of Land", "WZ-2012-003",
        "浑江区" if language == "zh" else "Hunjiang", "迟报数据" if language == "zh" else "Late figures",
        "2012年3月5日", (text,), (("决定", "书面检查" + mark),), (text, text), (text,), (text,),
    ))  # fmt: skip


def report_card(language: str, mark: str = "") -> bytes:
    lines = tuple(ItemLine(f"B{n}", f"第{n}项{mark}", "8.00", "10", Fraction(2)) for n in range(8))
    issuer, unit = ("吉林省公安厅", "甲市") if language == "zh" else ("Public Security Department", "Alpha")
    return render_report_card(ReportCard(language, issuer, "成绩单" if language == "zh" else "Report card", unit,
                                         (("得分", "64.00"),), lines, ("。",), "64.00", Fraction(80)))  # fmt: skip


MADE = {"bulletin": bulletin, "notice": notice, "decision": decision, "report card": report_card}
papers = pytest.mark.parametrize("kind", MADE)


@cache
def sheets(kind: str, language: str) -> list[Page]:
    return list(pages_of(MADE[kind](language)))


def left_of(number: int) -> float:
    """Bound at the left on odd pages, at the right on even ones."""
    return BINDING if number % 2 else SHEET - BINDING - WIDTH


def in_folio(one: Written) -> bool:
    return one.size == FOLIO and one.y > TOP + HEIGHT


@papers
def test_everything_stands_in_the_type_area_but_the_page_number(kind: str) -> None:
    for number, page in enumerate(sheets(kind, "zh"), start=1):
        left = left_of(number)
        for one in page.written:
            assert left - CLOSE <= one.x <= left + WIDTH + CLOSE, (number, one)
            assert in_folio(one) or one.top >= TOP - CLOSE, (number, one)
            assert in_folio(one) or one.y <= TOP + HEIGHT + CLOSE, (number, one)
        for rule in page.ruled:
            assert left - CLOSE <= min(rule.x1, rule.x2), (number, rule)
            assert max(rule.x1, rule.x2) <= left + WIDTH + CLOSE, (number, rule)
            assert max(rule.y1, rule.y2) <= TOP + HEIGHT + CLOSE, (number, rule)


@papers
def test_the_issuers_name_begins_where_this_kind_of_paper_has_it(kind: str) -> None:
    first = sheets(kind, "zh")[0]
    name = max(first.written, key=lambda one: one.size)
    assert abs(name.top - (TOP + HEAD[kind])) <= CLOSE


@papers
def test_one_red_rule_as_wide_as_the_type_area_stands_below_the_head(kind: str) -> None:
    first, *others = sheets(kind, "zh")
    (rule,) = [one for one in first.ruled if one.colour == (0.85, 0.0, 0.0)]
    assert abs(rule.x1 - BINDING) <= CLOSE
    assert abs(rule.x2 - rule.x1 - WIDTH) <= CLOSE
    assert not [one for page in others for one in page.ruled if one.colour == (0.85, 0.0, 0.0)]
    numbers = [one for one in first.written if one.size == BODY and one.y < rule.y1]
    if kind != "report card":  # which bears no number
        assert abs(rule.y1 - (numbers[-1].top + BODY / MM) - 4) <= CLOSE


@papers
def test_page_numbers_stand_7_mm_below_the_type_area_odd_right_even_left(kind: str) -> None:
    for number, page in enumerate(sheets(kind, "zh"), start=1):
        folio = [one for one in page.written if in_folio(one)]
        assert abs(folio[0].y - FOLIO * 0.36 / MM - (TOP + HEIGHT + 7)) <= CLOSE
        left = left_of(number)
        if number % 2:
            assert min(one.x for one in folio) > left + WIDTH - 30
            assert max(one.x for one in folio) < left + WIDTH - FOLIO / MM
        else:
            assert abs(min(one.x for one in folio) - left - FOLIO / MM) <= CLOSE


def lines_of(page: Page) -> list[float]:
    """The baselines of what is written in the body's size."""
    return sorted({round(one.y, 3) for one in page.written if one.size == BODY})


@pytest.mark.parametrize("kind", ["bulletin", "decision"])
def test_at_most_22_lines_of_text_stand_29_53_points_apart(kind: str) -> None:
    pages = [lines_of(page) for page in sheets(kind, "zh")]
    gaps = [(lower - upper) * MM for lines in pages for upper, lower in pairwise(lines)]
    assert min(gaps) > PITCH - 0.02
    assert sum(abs(gap - PITCH) < 0.02 for gap in gaps) > len(gaps) / 2
    assert max(map(len, pages)) == 22


@papers
def test_english_papers_keep_margins_of_25_mm(kind: str) -> None:
    for page in sheets(kind, "en"):
        for one in page.written:
            assert 25 - CLOSE <= one.x <= SHEET - 25 + CLOSE, one
            assert one.top >= 15 - CLOSE


def test_the_addressee_of_a_chinese_paper_ends_with_one_full_width_colon() -> None:
    for kind, name in (("bulletin", "各市（州）：\n"), ("notice", "铁东区：\n"), ("decision", "浑江区：\n")):
        assert name in PdfReader(BytesIO(MADE[kind]("zh"))).pages[0].extract_text(), kind


@papers
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_paper_is_made_with_a_character_that_no_font_has(kind: str, language: str) -> None:
    with pytest.raises(MissingGlyph, match=r"U\+E123"):
        MADE[kind](language, "\ue123")

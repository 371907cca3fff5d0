"""Chinese papers after GB/T 9704-2012, English ones after their own layout: measured from the PDF, to 0.5 mm."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from assessment.foundation.paper.document import Document
from assessment.foundation.paper.fonts import font_book
from support.geometry import MM, Page, pages_of

CLOSE = 0.5  # mm
TOP, LEFT, WIDTH, HEIGHT, SHEET = 37.0, 28.0, 156.0, 225.0, 210.0
PITCH = 29.53  # points
SIZE = 15.75


def paper(language: str = "zh") -> Document:
    return Document(language, "关于考评结果的通报" if language == "zh" else "Bulletin on the results",
                    issuer="吉林省公安厅" if language == "zh" else "Public Security Department",
                    number="吉公通〔2012〕12号")  # fmt: skip


@pytest.fixture(scope="module")
def full() -> list[Page]:
    """Four pages of nothing but text."""
    document = paper()
    document.paragraph("测" * (28 * 22 * 3 + 28 * 5))
    return list(pages_of(document.render()))


def body(page: Page) -> list[float]:
    """The baselines of the lines in the body's size, from the top."""
    return sorted({round(one.y, 3) for one in page.written if one.size == SIZE})


def close(found: float, wanted: float) -> bool:
    return abs(found - wanted) <= CLOSE


def test_the_type_area_begins_37_mm_down_and_28_mm_in_at_the_binding(full: list[Page]) -> None:
    for number, page in enumerate(full, start=1):
        mine = [one for one in page.written if one.size == SIZE]
        left = LEFT if number % 2 else SHEET - LEFT - WIDTH
        assert close(min(one.top for one in mine), TOP)
        if number == 1:  # its first line is indented by two characters
            assert close(min(one.x for one in mine if one.y == min(o.y for o in mine)), left + 2 * SIZE / MM)
        assert close(min(one.x for one in mine), left), number
        assert max(one.x for one in mine) + SIZE / MM <= left + WIDTH + CLOSE


def test_twenty_two_lines_stand_29_53_points_apart_and_fill_225_mm(full: list[Page]) -> None:
    for page in full[:3]:
        lines = body(page)
        assert len(lines) == 22
        for upper, lower in pairwise(lines):
            assert abs((lower - upper) * MM - PITCH) < 0.02
        first_top = min(one.top for one in page.written if one.size == SIZE)
        assert HEIGHT - PITCH / MM < lines[-1] + SIZE * 0.12 / MM - first_top <= HEIGHT + CLOSE


def test_page_numbers_stand_7_mm_below_the_type_area_odd_right_even_left_one_character_in(full: list[Page]) -> None:
    for number, page in enumerate(full, start=1):
        folio = [one for one in page.written if one.size == 14]
        assert folio, "4号"
        middle = folio[0].y - 14 * 0.36 / MM  # where the dashes stand
        assert close(middle, TOP + HEIGHT + 7)
        left = LEFT if number % 2 else SHEET - LEFT - WIDTH
        if number % 2:
            assert max(one.x for one in folio) < left + WIDTH - 14 / MM
            assert min(one.x for one in folio) > left + WIDTH - 30
        else:
            assert close(min(one.x for one in folio), left + 14 / MM)


@pytest.fixture(scope="module")
def first() -> Page:
    document = paper()
    document.masthead()
    document.heading_title()
    document.addressee("各市（州）：")
    document.heading("总体情况")
    document.heading("市（州）", level=2)
    document.heading("第一项", level=3)
    document.heading("第一点", level=4)
    document.paragraph("正文。")
    document.signature("2012年3月5日")
    return next(pages_of(document.render()))


def test_the_issuers_name_begins_35_mm_below_the_type_areas_top_and_is_centred(first: Page) -> None:
    name = max(first.written, key=lambda one: one.size)
    assert close(name.top, TOP + 35)
    heading = [one for one in first.written if one.size == name.size]
    assert close(min(one.x for one in heading) + 6 * name.size / MM / 2, LEFT + WIDTH / 2)


def test_the_red_rule_stands_4_mm_below_the_number_as_wide_as_the_type_area(first: Page) -> None:
    (rule,) = [one for one in first.ruled if one.colour == (0.85, 0.0, 0.0)]
    assert rule.is_level
    assert close(rule.x1, LEFT)
    assert close(rule.x2 - rule.x1, WIDTH)
    numbers = [one for one in first.written if one.size == SIZE and one.y < rule.y1]
    assert close(rule.y1 - (numbers[0].top + SIZE / MM), 4)


def test_the_number_stands_two_lines_below_the_name(first: Page) -> None:
    name = max(first.written, key=lambda one: one.size)
    number = next(one for one in first.written if one.size == SIZE)
    assert 1 * PITCH / MM < number.top - (name.top + name.size / MM) < 2.2 * PITCH / MM


def test_the_title_is_two_hao_and_stands_two_lines_below_the_rule(first: Page) -> None:
    (rule,) = [one for one in first.ruled if one.colour == (0.85, 0.0, 0.0)]
    title = next(one for one in first.written if one.size == 21)
    assert PITCH / MM - 1 <= title.top - rule.y1 <= 2 * PITCH / MM + 1


def test_the_four_levels_of_headings_are_set_in_hei_kai_and_the_bodys_own_font(first: Page) -> None:
    indented = [one for one in first.written if close(one.x, LEFT + 2 * SIZE / MM) and one.size == SIZE]
    fonts = [re.sub(r"^/\w+\+|-\d+$", "", one.font) for one in sorted(indented, key=lambda one: one.y)][:5]
    hei, kai, third, fourth, body_font = fonts
    assert third == fourth == body_font
    assert hei != body_font
    assert kai == font_book().chain("kai").first.font.face.name.decode() or kai == body_font


def test_the_day_ends_four_characters_from_the_margin(first: Page) -> None:
    lowest = max(one.y for one in first.written if one.size == SIZE)
    day = [one for one in first.written if one.y == lowest]
    wide = font_book().chain("body").width("2012年3月5日") * SIZE / MM
    assert close(min(one.x for one in day) + wide, LEFT + WIDTH - 4 * SIZE / MM)


def test_the_colophons_rules_are_0_35_and_0_25_mm_thick_and_the_last_stands_at_the_type_areas_foot() -> None:
    document = paper()
    document.paragraph("正文。")
    document.imprint("省委办公厅，各市（州）人民政府", "吉林省公安厅", "2012年3月5日")
    page = next(pages_of(document.render()))
    rules = sorted((one for one in page.ruled if one.is_level), key=lambda one: one.y1)
    assert len(rules) == 3
    assert [round(one.thickness, 2) for one in rules] == [0.35, 0.25, 0.35]
    for one in rules:
        assert close(one.x1, LEFT)
        assert close(one.x2 - one.x1, WIDTH)
    assert close(rules[-1].y1, TOP + HEIGHT)


def test_an_english_paper_has_margins_of_25_mm_and_text_of_11_points() -> None:
    document = paper("en")
    document.masthead()
    document.heading_title()
    for _ in range(60):
        document.paragraph("A paragraph of several words that fills more than a single line of the page. " * 2)
    pages = list(pages_of(document.render()))
    for page in pages:
        mine = [one for one in page.written if one.size == 11]
        assert close(min(one.x for one in mine), 25)
        assert min(one.top for one in page.written) >= 25 - CLOSE
        assert max(one.y for one in mine) <= 297 - 25 + CLOSE
    (rule,) = [one for one in pages[0].ruled if one.is_level]
    assert close(rule.x2 - rule.x1, 160)

"""Report cards: one page a unit, with the numbers of its scorecard, in both languages."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from io import BytesIO

import pytest
from pypdf import PdfReader

from assessment.bulletins.queries.facts import facts_about, item_points
from assessment.bulletins.queries.report_cards import report_card
from assessment.bulletins.report_card import ItemLine, ReportCard, render_report_card
from assessment.foundation.frame import Frame
from support.months import JANUARY, a_year


def flat(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_card_says_what_the_scorecard_says_on_one_page(frame: Frame, language: str) -> None:
    with frame.write() as session:
        facts = facts_about(session, a_year(session).approved("2012-01", JANUARY))
        for card in facts.cards:
            pdf = render_report_card(report_card(session, card, language))
            assert len(PdfReader(BytesIO(pdf)).pages) == 1
            text = flat(pdf)
            assert "".join(card.name.in_language(language).split()) in text
            assert facts.points(card.total) in text
            for item in card.items:
                assert item["code"] in text
                assert item_points(item, facts.places) in text
            assert facts.edition.results_sha256 in text


def card(items: int) -> ReportCard:
    lines = tuple(ItemLine(f"B{n}", f"第{n}项", "8.00", "10", Fraction(2)) for n in range(items))
    full = Fraction(10 * items)
    return ReportCard("zh", "厅", "成绩单", "甲市", (("得分", "80.00"),), lines, ("说明。",), "80.00", full)


def drawn(pdf: bytes) -> bool:
    return "由满分至得分" in flat(pdf)


def test_as_many_losses_are_drawn_as_the_page_has_room_for() -> None:
    assert drawn(render_report_card(card(6)))
    many = render_report_card(card(22))
    assert len(PdfReader(BytesIO(many)).pages) == 1
    assert not drawn(many)
    assert "B21" in flat(many), "every item stands in the table"


def test_no_waterfall_is_drawn_of_a_score_that_is_no_sum() -> None:
    assert not drawn(render_report_card(replace(card(6), full=None)))


def test_what_adjustments_took_closes_the_gap_between_losses_and_total() -> None:
    assert "加减分项" in flat(render_report_card(replace(card(3), adjusted=Fraction(5))))


def test_what_went_with_items_that_do_not_count_is_no_adjustment() -> None:
    without = replace(card(3).items[2], lost=None)
    text = flat(render_report_card(replace(card(3), items=(*card(3).items[:2], without), uncounted=Fraction(2))))
    assert "B2不计分" in text
    assert "加减分项" not in text

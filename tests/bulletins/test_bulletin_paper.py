from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from itertools import pairwise

import pytest
from pypdf import PdfReader

from assessment.bulletins.content import (
    Amount,
    BulletinContent,
    IndicatorTable,
    Mention,
    PeerGroup,
    Requirement,
    Standing,
)
from assessment.bulletins.papers import indicator_grids, ranking_grid, render_bulletin

SCORES = [f"{96.4 - n * 2.5:.1f}" for n in range(21)]


def content(language: str) -> BulletinContent:
    chinese = language == "zh"
    unit = "第{}市" if chinese else "City {}"
    rows = tuple(Standing(str(n + 1), unit.format(n + 1), score, movement="↑1", marks="※" if n == 3 else "")
                 for n, score in enumerate(SCORES))
    return BulletinContent(
        language=language,
        issuer="四川省人民政府办公厅" if chinese else "General Office",
        number="川办通〔2012〕12号" if chinese else "CBT [2012] No. 12",
        title="关于2011年度考核评价结果的通报" if chinese else "Bulletin on the assessment of 2011",
        day=date(2012, 3, 5),
        addressees="各市人民政府：" if chinese else "all cities",
        period="2011年度" if chinese else "2011",
        programme="政府信息公开" if chinese else "openness",
        scheme="《考核办法》（第2版）" if chinese else "the Rules (version 2)",
        cut_off=datetime(2012, 2, 20, 10, 0, tzinfo=UTC),
        groups=(PeerGroup("一类" if chinese else "Group one", rows[:12]),
                PeerGroup("二类" if chinese else "Group two", rows[12:])),
        overall=("平均得分71.4分。" if chinese else "The mean is 71.4.",),
        commended=(Mention(unit.format(1), "成绩突出。" if chinese else "Outstanding."),),
        problems=(Mention(unit.format(21), "F-31-1"),),
        amounts=(Amount(unit.format(1), "§21", "500,000"),),
        requirements=(Requirement("整改" if chinese else "Remedy", "X", date(2012, 3, 30)),),
        objection=("可申请复核。" if chinese else "You may apply for a review.",),
        annexes=(IndicatorTable("分项得分" if chinese else "Points by indicator", tuple(f"指标{n}" for n in range(20)),
                                tuple((row.unit, *(f"{n}.5" for n in range(20))) for row in rows)),),
        method=("总分为各项之和。" if chinese else "The total is the sum.",),
        audit_head="ab12" * 16,
        verification="https://example.org/verify/12",
        copies="省委办公厅" if chinese else "the archive",
    )


def read(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_edition_gives_the_same_bytes(language: str) -> None:
    assert render_bulletin(content(language)) == render_bulletin(content(language))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_row_of_the_ranking_is_printed_in_order(language: str) -> None:
    printed = read(render_bulletin(content(language)))
    rows = ["".join((row.rank, row.unit, row.score)).replace(" ", "") for group in content(language).groups
            for row in group.rows]
    places = [printed.index(row) for row in rows]
    assert all(before < after for before, after in pairwise(places))


def test_both_languages_say_the_same_parts_in_the_same_order() -> None:
    chinese, english = read(render_bulletin(content("zh"))), read(render_bulletin(content("en")))
    in_chinese = ["总体完成情况", "排名情况", "通报表扬", "存在的主要问题", "奖惩建议", "下一步工作要求",
                  "异议与申诉", "附件：", "计分与排名办法"]
    in_english = ["Overallresults", "Ranking", "Commended", "Mattersrequiringimprovement", "Proposedrewards",
                  "Requiredactions", "Howtoobject", "Annexes:", "Methodofscoring"]
    for text, parts in ((chinese, in_chinese), (english, in_english)):
        assert all(text.index(before) < text.index(after) for before, after in pairwise(parts))


def test_it_is_said_which_language_prevails_and_how_the_bulletin_is_checked() -> None:
    assert "本通报以中文文本为准" in read(render_bulletin(content("zh")))
    english = read(render_bulletin(content("en")))
    assert "TheChinesetextofthisbulletinprevails" in english
    assert "https://example.org/verify/12" in english
    assert "ab12" * 16 in english


def test_amounts_are_printed_as_proposed() -> None:
    assert "theseamountsareproposed" in read(render_bulletin(content("en"))).lower()


def test_a_column_that_says_nothing_is_left_out() -> None:
    grid = ranking_grid(content("en").groups[1], "en")
    assert [column.title for column in grid.columns] == ["Rank", "Unit", "Score", "Change"]


def test_indicators_that_find_no_room_go_on_in_a_further_table_with_every_unit() -> None:
    grids = indicator_grids(content("zh").annexes[0], "zh")
    assert [len(grid.columns) - 1 for grid in grids] == [8, 8, 4]
    assert all(len(grid.rows) == 21 for grid in grids)


def test_three_thousand_units_are_all_printed() -> None:
    rows = tuple(Standing(str(n), f"U{n}x", "50.0") for n in range(1, 3001))
    few = content("en")
    printed = read(render_bulletin(BulletinContent(**{**vars(few), "groups": (PeerGroup("", rows),), "annexes": ()})))
    assert all(f"{n}U{n}x50.0" in printed for n in range(1, 3001))

"""Charts are one definition: what the page shows as SVG is what the paper draws."""

from __future__ import annotations

import re
from fractions import Fraction
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from assessment.foundation.charts import (
    Age,
    Chart,
    Course,
    Line,
    Loss,
    Tile,
    Track,
    ages,
    bump,
    distribution,
    makeup,
    movers,
    progress,
    step_of,
    svg,
    tiles,
    waterfall,
)
from assessment.foundation.paper.document import Document

CHARTS = {
    "movement": bump("名次", ("1月", "2月", "3月"), [Line("甲市", (1, 2, 1), "hi"), Line("乙市", (2, 1, 2)),
                                                 Line("丙市", (None, 3, 3), "lo")]),
    "movers": movers("升降", [("甲县", 7), ("乙县", -3)]),
    "distribution": distribution("分布", [Fraction(n) for n in (71, 74, 78, 78, 95)], "平均79.20"),
    "makeup": makeup("构成", ("建设", "运行"), [Track("1 甲市", "96.5", ((Fraction(60), Fraction(60)),
                                                              (Fraction(73, 2), Fraction(40))))]),
    "tiles": tiles("方格图", [Tile(2, 3, "甲市", "95.77", 0, "甲市：第1"),
                           Tile(3, 4, "乙市", "71.20", 4, "乙市：第2", "/2")]),
    "ages": ages("在办", ("重大", "一般"), [Age("7天以内", (3, 40), ("重大3", "一般40")),
                                        Age("90天以上", (0, 2), ("", "一般2"))]),
    "progress": progress("进度", ("1月", "2月"), Course((Fraction(10), Fraction(30)), "应达30"),
                         Course((Fraction(12), None), "实达12", ("1月12", ""))),
}  # fmt: skip


def words(chart: Chart) -> list[str]:
    """What is written in the picture, as a browser reads it."""
    return ["".join(one.itertext()) for one in ET.fromstring(str(chart)).iter("text")]


def reach(text: svg.Text) -> tuple[Fraction, Fraction]:
    """From where to where its words go, about."""
    width, x = svg.wide(text.words), Fraction(text.x)
    start = x - width if "end" in text.css.split() else x - Fraction(width, 2) if "mid" in text.css.split() else x
    return start, start + width


LONG = ("甲市", "Qian Gorlos Autonomous County", "Yanbian Korean Autonomous Prefecture", "前郭尔罗斯蒙古族自治县")


@pytest.mark.parametrize("units", [4, 12, 30])
def test_long_names_stay_inside_the_picture_and_whole(units: int) -> None:
    names = [f"{LONG[n % 4]} {n}" for n in range(units)]
    ranks = bump("名次", ("1", "2"), [Line(name, (n + 1, units - n)) for n, name in enumerate(names)])
    made = makeup("构成", ("建设",), [Track(name, "9", ((Fraction(1), Fraction(2)),)) for name in names])
    lost = waterfall("失分", Fraction(100), [Loss(name, Fraction(1), "−1") for name in names], names[0], "90")
    for chart in (ranks, made, lost):
        written = "".join("".join(words(chart)).split())
        for shape in chart.marks():
            if isinstance(shape, svg.Text):
                start, end = reach(shape)
                assert start >= 0, shape
                assert end <= chart.width, shape
        for name in names:
            assert "".join(name.split()) in written


def test_words_are_parted_near_their_middle_and_only_where_they_may_be() -> None:
    assert svg.halves("Yanbian Korean Autonomous Prefecture") == ("Yanbian Korean", "Autonomous Prefecture")
    assert svg.halves("前郭尔罗斯蒙古族自治县") == ("前郭尔罗斯", "蒙古族自治县")
    assert svg.halves("Unpartable") == ("Unpartable",)
    assert [shape.y for shape in svg.label(0, 20, "one two", 10)] == [13, 27], "evenly about the line"
    assert [shape.y for shape in svg.label(0, 20, "one two", 100)] == [20]


def page_of(chart: Chart) -> str:
    document = Document("zh", "图", issuer="考评办")
    document.figure("图一", chart)
    return PdfReader(BytesIO(document.render())).pages[0].extract_text()


def test_every_word_of_the_picture_stands_on_the_paper_too() -> None:
    for name, chart in CHARTS.items():
        printed = "".join(page_of(chart).split())
        assert words(chart), name
        for word in words(chart):
            assert "".join(word.split()) in printed, (name, word)


def test_a_chart_on_paper_is_drawn_and_no_image() -> None:
    document = Document("zh", "图", issuer="考评办")
    for chart in CHARTS.values():
        document.figure("图", chart)
    for page in PdfReader(BytesIO(document.render())).pages:
        drawn = page["/Resources"].get("/XObject", {}).values()
        assert "/Image" not in {one.get_object()["/Subtype"] for one in drawn}


def test_every_class_that_a_chart_uses_has_a_colour_on_paper() -> None:
    from assessment.foundation.charts.svg import Text
    from assessment.foundation.paper.figures import LOOKS

    used = {shape.css for chart in CHARTS.values() for shape in chart.marks() if not isinstance(shape, Text)}
    assert used <= LOOKS.keys()


@given(st.lists(st.decimals(0, 100, places=2, allow_nan=False), min_size=1, max_size=60))
def test_every_score_is_counted_in_one_step_of_the_distribution(scores: list) -> None:  # type: ignore[type-arg]
    chart = distribution("x", [Fraction(score) for score in scores], "mean")
    counts = [int(word) for word in re.findall(r'class="s mid" x="[^"]*" y="[^"]*">(\d+)</text>', str(chart))
              ][: sum(shape.css == "fa" for shape in chart.marks() if hasattr(shape, "width"))]  # bars come first
    assert sum(counts) == len(scores)


def test_long_names_stay_within_the_picture() -> None:
    name = "Qian Gorlos Mongol Autonomous County"
    chart = bump("x", ("Jan", "Feb"), [Line(name, (1, 1))])
    for shape in chart.marks():
        if "end" in shape.css.split():
            assert shape.x > 150  # type: ignore[union-attr]


def test_tiles_lie_as_the_map_says_from_its_upper_left_corner() -> None:
    chart = CHARTS["tiles"]
    first, second = (next(shape for shape in one.shapes if isinstance(shape, svg.Rect)) for one in chart.shapes)
    assert (first.x, first.y) == (0, 0), "the map begins where its first tile does"
    assert (second.x - first.x, second.y - first.y) == (first.width + 4, first.height + 4)


def test_a_chart_with_links_is_no_image_to_a_reader_who_hears_it() -> None:
    """What lies inside an image cannot be reached by keyboard; a picture without links is one image."""
    assert 'role="group"' in str(CHARTS["tiles"])
    assert 'role="img"' in str(CHARTS["ages"])
    link = '<a href="/2" aria-label="乙市：第2" data-detail="乙市：第2"><title>乙市：第2</title>'
    assert link in str(CHARTS["tiles"])


@pytest.mark.parametrize(("lost", "step"), [("-1", 0), ("0.0499", 0), ("0.05", 1), ("0.1", 2), ("0.2", 4), ("0.3", 5)])
def test_heat_steps_are_half_open(lost: str, step: int) -> None:
    assert step_of(Fraction(lost)) == step


def test_bars_of_ages_are_as_long_as_their_counts_say() -> None:
    bars = [one for one in CHARTS["ages"].marks() if isinstance(one, svg.Rect) and one.height == 20]
    assert [round(one.width + 1) for one in bars] == [round(Fraction(460 * n, 43)) for n in (3, 40, 2)]

"""1,000 notices with embedded Chinese fonts against plain canvas drawing with the same fonts, in the same run."""

import csv
import io
import random
import time
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from importlib.resources import files

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from assessment.foundation.i18n import Bilingual
from assessment.foundation.paper.fonts import font_book
from assessment.remediation.papers import NoticePaper, TaskLine, render_notice

COUNT, DAY = 1_000, date(2012, 11, 13)
SEVERITIES = {"minor": Bilingual("一般隐患", "Minor"), "major": Bilingual("重大隐患", "Major")}


@lru_cache
def rows_of(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files("assessment.demo").joinpath("files", name).read_text("utf-8").splitlines()))


def notice(number: int) -> NoticePaper:
    """Fifteen tasks, as the two-month campaign of the example finds them at a visit: other units, other problems."""
    dice = random.Random(number)
    units, items = rows_of("jilin-2012.units.csv"), rows_of("jilin-2012.checklist.csv")
    unit, day = dice.choice(units[10:]), date.fromordinal(DAY.toordinal() + number % 60)
    return NoticePaper(
        number=f"ZG-DC-2012-01-{number:03d}", authority=Bilingual("吉林省公安厅", "Jilin Province"),
        unit=Bilingual(unit["name_zh"], unit["name_en"]), origin=f"DC-2012-01-{number:03d}", visited_on=day,
        inspectors=(f"D{number % 10:02d}", f"D{10 + number % 10}"),
        plan_within=Bilingual("10个工作日", "10 working days"),
        tasks=tuple(
            TaskLine(
                f"ZG-{number}-{n:03d}", Bilingual(item["text_zh"], item["text_en"]),
                f"{unit['name_zh']}{dice.randint(1, 400)}号点位机柜{n}", item["clause"],
                SEVERITIES[item["severity"]], day,
            )
            for n, item in enumerate(dice.choices(items, k=15), start=1)
        ),
    )  # fmt: skip


def plain(title: str, heading: str, font: str) -> Callable[[NoticePaper], bytes]:
    """The same words by ``drawString`` alone: no layout, no breaking of lines, no table."""

    def draw(one: NoticePaper) -> bytes:
        file = io.BytesIO()
        canvas = Canvas(file, pagesize=A4)
        for name, text, height in ((title, "整改通知书", 820), (heading, "问题要求逾期不改", 810)):
            canvas.setFont(name, 10)
            canvas.drawString(50, height, text)
        canvas.setFont(font, 10)
        words = [one.number, one.authority.zh, one.unit.zh, one.origin, *one.inspectors, one.plan_within.zh]
        for task in one.tasks:
            words += [task.number, task.title.zh, task.place, task.clause, task.severity.zh, str(task.due_on)]
        words += REQUIREMENTS
        for line, text in enumerate(words):
            canvas.drawString(50 + line % 3 * 160, 800 - line // 3 * 18, text)
        canvas.save()
        return file.getvalue()

    return draw


REQUIREMENTS = (
    "请签收本通知书；报送整改方案的期限自签收之日起计算。",
    "对每项重大隐患报送方案：措施、资金、责任人、期限、预案。",
    "整改完成后附整改后证据报告，经复查予以销号。",
    "举一反三，排查本单位其他设施的同类问题。",
    "需延期的，应在期限届满前说明理由申请。",
    "逾期未改的，按考核办法升级督办并计入考核。",
    "对问题有异议的，可与检查报告一并提出复核。",
)  # fmt: skip


@pytest.mark.bench
def test_a_thousand_notices() -> None:
    """One of each in turn, so that whatever else the machine does slows down both."""
    title, heading, face = (font_book().chain(role).first for role in ("title", "hei", "body"))
    draw, spent = plain(title.name, heading.name, face.name), [0.0, 0.0]
    for number in range(-1, COUNT):
        paper = notice(number)
        begun = time.process_time()
        draw(paper)
        middle = time.process_time()
        render_notice(paper, "zh", DAY)
        if number >= 0:  # fonts are read once a process
            spent[0] += middle - begun
            spent[1] += time.process_time() - middle
    bare, ours = spent
    print(f"{COUNT} notices, {face.name}: {COUNT / ours:.0f}/s; plain canvas {COUNT / bare:.0f}/s; {bare / ours:.2f} x")
    assert bare / ours >= 0.9

"""1,000 notices with embedded Chinese fonts against plain canvas drawing with the same fonts, in the same run."""

import io
import time
from collections.abc import Callable
from datetime import date

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from assessment.foundation.i18n import Bilingual
from assessment.foundation.paper.fonts import font_book
from assessment.remediation.papers import NoticePaper, TaskLine, render_notice

COUNT, DAY = 1_000, date(2012, 11, 13)


def notice(number: int) -> NoticePaper:
    """Fifteen tasks, as the two-month campaign of the example finds them at a visit."""
    return NoticePaper(
        number=f"ZG-DC-2012-01-{number:03d}", authority=Bilingual("吉林省公安厅", "Jilin Province"),
        unit=Bilingual(f"第{number}单位", f"Unit {number}"), origin=f"DC-2012-01-{number:03d}", visited_on=DAY,
        inspectors=("D01", "D12"), plan_within=Bilingual("10个工作日", "10 working days"),
        tasks=tuple(
            TaskLine(
                f"ZG-{number}-{n:03d}", Bilingual("电源线路裸露，接地电阻超标", "Bare power lines"),
                f"{number}号点位机柜{n}", "运行管理规定第八条", Bilingual("一般隐患", "Minor"), DAY,
            )
            for n in range(1, 16)
        ),
    )  # fmt: skip


def plain(title: str, heading: str, font: str) -> Callable[[int], bytes]:
    """The same words by ``drawString`` alone: no layout, no breaking of lines, no table."""

    def draw(number: int) -> bytes:
        one, file = notice(number), io.BytesIO()
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


def seconds(draw: Callable[[int], bytes]) -> float:
    draw(0)  # fonts are read once a process
    begun = time.process_time()
    for number in range(COUNT):
        draw(number)
    return time.process_time() - begun


@pytest.mark.bench
def test_a_thousand_notices() -> None:
    title, heading, face = (font_book().chain(role).first for role in ("title", "hei", "body"))
    bare = seconds(plain(title.name, heading.name, face.name))
    ours = seconds(lambda number: render_notice(notice(number), "zh", DAY))
    print(f"{COUNT} notices, {face.name}: {COUNT / ours:.0f}/s; plain canvas {COUNT / bare:.0f}/s; {bare / ours:.2f} x")

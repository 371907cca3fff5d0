"""Tables on paper beside plain canvas drawing: the same rows, the same embedded Chinese font, in the same run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from statistics import median
from time import process_time

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from assessment.foundation.paper.document import Column, Document, Grid
from assessment.foundation.paper.fonts import font_book

pytestmark = pytest.mark.bench
TITLES = ("名次", "单位", "得分", "等次", "区间", "升降", "备注", "说明")


def rows(count: int) -> list[tuple[str, ...]]:
    """Distinct Chinese names, over a thousand different characters."""
    known = font_book().chain("body").first.characters
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 1300) if code in known]
    size = len(characters)
    return [
        (str(n), f"{characters[n % size]}{characters[n // size]}县", f"{100 - n / count * 60:.2f}", "优秀",
         f"{n}–{n + 3}", "↑2", "", "")
        for n in range(1, count + 1)
    ]  # fmt: skip


def ours(lines: Sequence[Sequence[str]]) -> bytes:
    document = Document("zh", "全表", issuer="考评办")
    document.table(Grid([Column(title) for title in TITLES], lines))
    return document.render()


def plain(lines: Sequence[Sequence[str]]) -> bytes:
    """What anybody would write first: a call a cell, no glyph asked for before it is drawn."""
    made, size, step, font = BytesIO(), 12, 24.4, font_book().chain("body").first.name
    canvas, y = Canvas(made, pagesize=A4, invariant=1, pageCompression=1), 0.0
    for line in lines:
        if y < 100:
            if y:
                canvas.showPage()
            canvas.setFont(font, size)
            y = A4[1] - 110
            _cells(canvas, TITLES, y)
        y -= step
        _cells(canvas, line, y)
        canvas.line(80, y - 8, 520, y - 8)
    canvas.save()
    return made.getvalue()


def _cells(canvas: Canvas, cells: Sequence[str], y: float) -> None:
    for place, cell in enumerate(cells):
        canvas.drawCentredString(107 + 55 * place, y, cell)


def seconds(draw: Callable[[Sequence[Sequence[str]]], bytes], lines: Sequence[Sequence[str]]) -> float:
    begin = process_time()
    draw(lines)
    return process_time() - begin


def test_three_thousand_rows_beside_plain_canvas_drawing() -> None:
    lines = rows(3000)
    assert len({line[1] for line in lines}) == 3000
    ours(lines), plain(lines)  # both find the font's glyphs drawn already
    ratios = [seconds(ours, lines) / seconds(plain, lines) for _ in range(7)]
    print(f"\n3,000 rows: {median(ratios):.2f} of the time of plain canvas drawing")
    assert median(ratios) <= 1.0


MAKE_MANY = """
from pathlib import Path
from statistics import median
from test_paper import ours, rows, seconds

few, many = rows(3000), rows(50_000)
ours(few)
small, large = median(seconds(ours, few) for _ in range(3)), seconds(ours, many)
lines = Path("/proc/self/status").read_text().splitlines()
print(small, large, next(line for line in lines if line.startswith("VmHWM")).split()[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell what a process took")
def test_fifty_thousand_rows_in_a_process_of_their_own() -> None:
    """The memory is all of the process: the rows, two Chinese fonts of 65,000 glyphs, and the finished file."""
    here = Path(__file__).parent
    found = {"PYTHONPATH": os.pathsep.join([str(here), str(here.parents[1])])}
    made = subprocess.run([sys.executable, "-c", MAKE_MANY], env=os.environ | found, capture_output=True, check=True)
    small, large, peak = map(float, made.stdout.split())
    print(f"\n50,000 rows: {large:.1f} s, {large / small:.1f} times 3,000 rows, {peak / 1024:.0f} MB at most")
    assert large / small <= 20
    assert peak / 1024 <= 150

"""How cost grows with units, 60 to 50,000: scored with every step explained, scored from arrays, printed as a bulletin.

``--figures=docs/pictures/growth.svg`` draws it, both axes by powers of ten: growth in proportion is a straight line.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial

import pytest

from assessment.bulletins.content import BulletinContent, IndicatorTable, PeerGroup, Standing
from assessment.bulletins.papers import render_bulletin
from assessment.foundation.charts import svg
from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.arrays.standings import standings
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.values import UnitInput, Value
from support import boundaries
from support.country.records import texts
from support.country.scheme import codes, source
from support.country.sizes import Size

SIZES = (60, 600, 3_000, 50_000)
COUNTRY = Size(indicators=10)
Took = dict[str, dict[int, float]]


@pytest.mark.bench
def test_cost_grows_with_units_and_no_faster(request: pytest.FixtureRequest) -> None:
    scheme = load_scheme(source(COUNTRY))
    took: Took = {"scored, explained": {}, "scored from arrays": {}, "bulletin, one language": {}}
    render_bulletin(content(60))  # fonts are read once a process
    for size in SIZES:
        times = 3 if size <= 3_000 else 1
        took["scored, explained"][size] = seconds(partial(explain, scheme, size), times)
        arrays = boundaries.ordinary(size, COUNTRY.indicators)
        took["scored from arrays"][size] = seconds(partial(standings, *arrays), 3)
        took["bulletin, one language"][size] = seconds(partial(render_bulletin, content(size)), times)
        told = ", ".join(f"{name} {some[size]:.4f} s" for name, some in took.items())
        print(f"{size} units x {COUNTRY.indicators}: {told}")
    for name, some in took.items():
        print(f"{name}: 50,000 units take {some[50_000] / some[3_000]:.1f} times 3,000 (16.7 times as many)")
    figures = request.config.getoption("--figures")
    if figures:
        figures.write_text(drawn(took), encoding="utf-8")


def seconds(work: Callable[[], object], times: int) -> float:
    """Processor time, the least of some: what a neighbour takes is not ours."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)


def explain(scheme: Scheme, size: int) -> None:
    chance, asked = random.Random(size), codes(COUNTRY)
    units = [
        UnitInput(
            f"{n:06}",
            {code: Value(Decimal(text or 60)) for code, text in zip(asked, texts(COUNTRY, chance), strict=True)}
            | {"tasks_due": Value(Decimal(5)), "tasks_closed": Value(Decimal(n % 6))},
            {"level": "county"},
        )
        for n in range(size)
    ]
    assert len(score(scheme, units).scorecards) == size


def content(size: int) -> BulletinContent:
    """A bulletin of one group with an annex of every mark."""
    rows = tuple(Standing(str(n + 1), f"虚构第{n + 1}县", f"{99 - 40 * n / size:.2f}", "良好", "↑1", "", "")
                 for n in range(size))  # fmt: skip
    marks = tuple((row.unit, *("7.50",) * COUNTRY.indicators) for row in rows)
    return BulletinContent(
        language="zh", issuer="虚构机关", number="虚考通〔2012〕1号", title="通报", day=date(2012, 3, 1), addressees="",
        period="", programme="", scheme="", cut_off=datetime(2012, 2, 1, tzinfo=UTC), groups=(PeerGroup("县", rows),),
        annexes=(IndicatorTable("分", tuple(f"B{n}" for n in range(COUNTRY.indicators)), marks,
                                ("10",) * COUNTRY.indicators),),
    )  # fmt: skip


# --- drawn -----------------------------------------------------------------------------------------------------------

LEFT, TOP, RIGHT, BOTTOM = 70, 20, 500, 330
LEAST, MOST = -4, 3  # seconds, as powers of ten
STYLE = (
    "text{font:12px sans-serif;fill:#333}.grid{stroke:#ccc;fill:none}.ln{stroke:#1f5a8a;stroke-width:2;fill:none}"
    ".pt{fill:#1f5a8a}.end{text-anchor:end}.mid{text-anchor:middle}"
)


def drawn(took: Mapping[str, Mapping[int, float]]) -> str:
    """The chart as a file of its own."""
    shapes: list[svg.Shape] = []
    for power in range(LEAST, MOST + 1):
        y = height(10**power)
        shapes.append(svg.path(f"M{LEFT} {svg.place(y)}H{RIGHT}", "grid"))
        shapes.append(svg.text(LEFT - 8, y + 4, f"{10.0**power:g} s", "end"))
    for size in SIZES:
        x = across(size)
        shapes += [svg.path(f"M{svg.place(x)} {TOP}V{BOTTOM}", "grid"), svg.text(x, BOTTOM + 18, f"{size:,}", "mid")]
    for name, some in took.items():
        points = [(across(size), height(spent)) for size, spent in some.items()]
        shapes.append(svg.path(line(points), "ln"))
        shapes += [svg.circle(x, y, 3, "pt") for x, y in points]
        shapes.append(svg.text(points[-1][0] + 8, points[-1][1] + 4, name))
    whole = str(svg.chart(680, BOTTOM + 40, "Seconds of processor time by number of units, 10 indicators", shapes))
    named = whole.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return named.replace(">", f"><style>{STYLE}</style>", 1) + "\n"


def across(size: int) -> Fraction:
    span = math.log10(SIZES[-1] / SIZES[0])
    return LEFT + Fraction(math.log10(size / SIZES[0]) / span) * (RIGHT - LEFT)


def height(spent: float) -> Fraction:
    return BOTTOM - Fraction((math.log10(spent) - LEAST) / (MOST - LEAST)) * (BOTTOM - TOP)


def line(points: Sequence[tuple[Fraction, Fraction]]) -> str:
    (x, y), *rest = points
    return f"M{svg.place(x)} {svg.place(y)}" + "".join(f"L{svg.place(a)} {svg.place(b)}" for a, b in rest)

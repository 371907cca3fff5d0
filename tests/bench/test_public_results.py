"""The public league table beside a hello view of the same application: cached, filtered, and asked for again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import cycle
from pathlib import Path
from statistics import median
from time import process_time

import pytest
from flask import Blueprint, Flask

from assessment.bulletins import queries
from assessment.bulletins.content import BulletinContent, IndicatorTable, PeerGroup, Standing
from assessment.faces.web import pages as rooms
from assessment.faces.web.app import create_app
from assessment.faces.web.kit import public
from assessment.foundation.frame import Frame
from support.months import JANUARY
from support.published import publish_months
from support.web import settings

pytestmark = pytest.mark.bench
ROWS, ITEMS, ASKED = 100, 12, 200

hello = Blueprint("hello", __name__)


@hello.get("/hello")
@public
def world() -> str:
    return "hello"


@pytest.fixture
def app(frame: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A house in which a bulletin is published; its table is made to hold 100 rows."""
    place = settings(tmp_path)
    with frame.write() as session:
        publish_months(session, place, {"2012-01": JANUARY})
    monkeypatch.setattr(queries, "content_of", lambda *_: content())
    return create_app(replace(place, public=True), frame, rooms=[*rooms.found(), hello])


def content() -> BulletinContent:
    rows = tuple(Standing(str(n + 1), f"第{n + 1}县", f"{99 - n / 2:.2f}", "优秀", "↑1", "", f"{n + 1}–{n + 3}")
                 for n in range(ROWS))  # fmt: skip
    marks = tuple((row.unit, *("7.50",) * ITEMS) for row in rows)
    return BulletinContent(
        language="zh", issuer="厅", number="公通〔2012〕1号", title="通报", day=date(2012, 3, 1), addressees="",
        period="", programme="", scheme="", cut_off=datetime(2012, 2, 1, tzinfo=UTC),
        groups=(PeerGroup("市", rows[:50]), PeerGroup("县", rows[50:])),
        annexes=(IndicatorTable("分", tuple(f"B{n}" for n in range(ITEMS)), marks, ("10",) * ITEMS),),
    )  # fmt: skip


def seconds(ask: Callable[[], int], wanted: int) -> float:
    """Processor time of one answer, the median of five rounds."""
    rounds = []
    for _ in range(5):
        begin = process_time()
        for _ in range(ASKED):
            assert ask() == wanted
        rounds.append((process_time() - begin) / ASKED)
    return median(rounds)


def test_the_public_table_beside_a_hello_view(app: Flask) -> None:
    client = app.test_client()
    tag = client.get("/results/1").headers["ETag"]
    words = cycle([f"第{n}" for n in range(1000)])  # more than are kept: each is a filter nobody asked for before
    base = seconds(lambda: client.get("/hello").status_code, 200)
    cached = seconds(lambda: client.get("/results/1").status_code, 200)
    filtered = seconds(lambda: client.get("/results/1?group=市").status_code, 200)
    fresh = seconds(lambda: client.get(f"/results/1?q={next(words)}").status_code, 200)
    asked = seconds(lambda: client.get("/results/1", headers={"If-None-Match": tag}).status_code, 304)
    shares = {"cached": cached, "filtered": filtered, "filtered as nobody did before": fresh, "conditional": asked}
    told = ", ".join(f"{name} {base / one:.2f}" for name, one in shares.items())
    print(f"\nhello {base * 1000:.2f} ms; of its throughput: {told}")
    assert base / cached >= 0.5
    assert base / filtered >= 1 / 3
    assert base / asked >= 0.75

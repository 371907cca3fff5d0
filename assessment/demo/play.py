"""Play the examples into an empty instance: two programmes, day by day, by the acts of those who would do them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from assessment.bulletins.services import BULLETIN_FILES, folder_handler
from assessment.demo import beginning, sichuan
from assessment.demo.stage import Stage, moment
from assessment.demo.year import MONTHS, plan_year
from assessment.foundation import outbox
from assessment.foundation.frame import Frame
from assessment.foundation.settings import Settings

NOW = moment(date(2012, 11, 13), 9)
"""Where the business clock stands."""


def play(frame: Frame, settings: Settings, tell: Callable[[str], None] = lambda sentence: None) -> None:
    """Everything up to the morning of 13 November 2012; then the outbox writes what is published."""
    begun = time.monotonic()
    with seldom_collecting():
        _play(frame, settings, tell, begun)


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """A day makes thousands of records and lets go of them at its end; looking for circles meanwhile is vain."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _play(frame: Frame, settings: Settings, tell: Callable[[str], None], begun: float) -> None:
    stage, split = Stage(frame, settings), beginning.split_of_2012()
    beginning.plan(stage, split)
    sichuan.plan(stage)
    stage.play(moment(date(2011, 12, 31)))
    tell(f"units, people, scheme, letters: {time.monotonic() - begun:.1f} s")
    sichuan.plan_year(stage)
    plan_year(stage, split)
    for month in MONTHS:
        days = stage.play(min(NOW, moment(month.last_day, 23)))
        tell(f"{days} days up to {month.last_day}: {time.monotonic() - begun:.1f} s")
    stage.plan_clock(NOW)
    stage.play(NOW)
    files = {BULLETIN_FILES: folder_handler(frame, stage.store, settings.documents)}
    outbox.work(frame, files)
    tell(f"up to {NOW.date()}: {time.monotonic() - begun:.1f} s")

"""What a unit has reached against its letter's schedule, period by period, as its own scorecards say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.faces.web.kit import _, said
from assessment.faces.web.pages.scoring import Standing, item_name
from assessment.faces.web.pages.scoring_bumps import short_period
from assessment.foundation.charts import Course, progress
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import Bilingual, number_text
from assessment.programmes.models import Period
from assessment.scoring.models import Edition, EditionState, Scorecard


@dataclass(frozen=True)
class Step:
    """One period: what was due by its end, what was reached, and the scorecard that says so."""

    period: str
    planned: Fraction
    done: Fraction
    address: str

    @property
    def due(self) -> str:
        return _plain(self.planned)

    @property
    def reached(self) -> str:
        return _plain(self.done)


@dataclass(frozen=True)
class Progress:
    code: str
    name: Bilingual
    picture: Markup
    steps: tuple[Step, ...]


def progress_of(session: Session, standing: Standing, unit_id: int, states: frozenset[str]) -> list[Progress]:
    """A picture for each item that is scored against a schedule, over the periods of the same kind and year."""
    found: dict[str, list[Step]] = {}
    for period, card in _cards(session, standing.period, unit_id, states):
        for item in card.items:
            numbers = _against_schedule(item)
            if numbers is not None:
                address = url_for("scoring.scorecard", card_id=card.id, item=item["code"])
                step = Step(short_period(period.code), *numbers, f"{address}#item-{item['code']}")
                found.setdefault(item["code"], []).append(step)
    return [
        _drawn(code, item_name(standing.scheme, standing.period, code), tuple(steps))
        for code, steps in found.items()
        if len(steps) > 1 and any(step.planned for step in steps)
    ]


def _cards(
    session: Session, period: Period, unit_id: int, states: frozenset[str]
) -> Iterator[tuple[Period, Scorecard]]:
    """The unit's scorecards in force, the earliest first."""
    rows = session.execute(
        select(Period, Scorecard)
        .join(Edition, Edition.period_id == Period.id)
        .join(Scorecard, Scorecard.edition_id == Edition.id)
        .where(Scorecard.unit_id == unit_id, Period.programme_id == period.programme_id, Period.kind == period.kind)
        .where(Period.state.in_(states), Edition.state != EditionState.SUPERSEDED.value)
        .where(Period.last_day <= period.last_day, Period.first_day >= period.first_day.replace(month=1, day=1))
        .order_by(Period.last_day, Edition.number.desc())
    )
    seen: set[int] = set()
    for one, card in rows:
        if one.id not in seen:
            seen.add(one.id)
            yield one, card


def _against_schedule(item: Mapping[str, Any]) -> tuple[Fraction, Fraction] | None:
    """(due by the schedule, reached) out of an item's explanation; ``None`` where it is not scored so."""
    if item.get("rule") != "completion" or len(item.get("inputs", ())) != 1:
        return None
    planned = done = None
    for step in item["steps"]:
        if step["about"] == "target" and "number" in step["facts"]:
            planned = step["facts"]["number"]  # the schedule's amount stands after the term's
        if step["about"] == "input" and step["facts"].get("name") == item["inputs"][0]:
            done = step["facts"].get("number")
    try:
        return (Fraction(planned), Fraction(done)) if planned is not None and done is not None else None
    except ValueError:  # a number too long to be printed whole is no point of a picture
        return None


def _drawn(code: str, name: Bilingual, steps: tuple[Step, ...]) -> Progress:
    last = steps[-1]
    told = [
        _("{period}: {done} of {planned} due", period=one.period, done=one.reached, planned=one.due)
        for one in steps
    ]
    planned = Course(tuple(one.planned for one in steps), _("due {number}", number=last.due))
    done = Course(tuple(one.done for one in steps), _("reached {number}", number=last.reached), tuple(told))
    label = _("{item}: reached against the letter's schedule", item=said(name))
    picture = progress(label, tuple(one.period for one in steps), planned, done)
    return Progress(code, name, Markup(picture), steps)  # noqa: S704 - drawn by us, texts escaped there


def _plain(number: Fraction) -> str:
    """To a tenth: a picture's words; the scorecard has every digit."""
    return number_text(int(number) if number.denominator == 1 else rounded(number, 1, "half_up"))


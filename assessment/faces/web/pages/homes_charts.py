"""The pictures of the first pages: what made a score, a place on the line of its group, the timetable of the cycle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from assessment.faces.web.kit import _, said
from assessment.foundation.charts import svg
from assessment.foundation.i18n import MONTHS, N_, Bilingual, Label, local_day, reading_zone
from assessment.programmes.rules.indicators import Dimension
from assessment.programmes.rules.scheme import Scheme

COLOURS = ("fa", "fb", "fc", "fd")
NONE = Fraction(0)


@dataclass(frozen=True)
class Part:
    """A heading of the scheme: its name, what it weighs, and the colour it always has."""

    name: Bilingual
    codes: tuple[str, ...]
    css: str


def parts_of(scheme: Scheme) -> list[Part]:
    """The first four headings; a scheme without headings is cut by its items."""
    headings = (one for one in scheme.indicators if isinstance(one, Dimension))
    entries = [(one, tuple(item.code for item in one.leaves)) for one in headings]
    if not entries:
        entries = [(item, (item.code,)) for item in scheme.items]  # type: ignore[misc]
    return [
        Part(
            Bilingual(f"{_short(one.code)}{one.zh}", f"{_short(one.code)}{one.en}"),
            codes,
            COLOURS[place % len(COLOURS)],
        )
        for place, (one, codes) in enumerate(entries)
    ]


def _short(code: str) -> str:
    """A code such as A or B2 stands before the name; one that is a word itself would only say it twice."""
    return f"{code} " if len(code) <= 3 else ""


def earned(items: Iterable[dict[str, Any]], part: Part) -> tuple[Fraction, Fraction]:
    """Marks won in a part, and marks there were to win."""
    won = whole = NONE
    for item in items:
        if item["code"] in part.codes:
            whole += Fraction(str(item["maximum"]).rstrip("…"))
            won += Fraction(item["exact"] or 0)
    return won, whole


def makeup(items: Sequence[dict[str, Any]], parts: Sequence[Part]) -> Markup:
    """A track of 100, cut by weight; what is not filled was lost."""
    shapes, told, x = [], [], NONE
    pairs = [(part, *earned(items, part)) for part in parts]
    whole = sum((most for _part, _won, most in pairs), NONE) or Fraction(1)
    for part, won, most in pairs:
        width = 200 * most / whole
        if width <= 3:
            continue
        filled = max(min(won / most, Fraction(1)), NONE) * (width - 3)
        told.append(f"{said(part.name)} {float(won):.2f}/{float(most):g}")
        marks = (svg.rect(x, 3, width - 3, 10, "lost"), svg.rect(x, 3, filled, 10, part.css))
        shapes.append(svg.Detail(told[-1], marks))
        x += width
    return Markup(svg.chart(200, 16, "; ".join(told), shapes))  # noqa: S704 - made here, texts escaped


def sparkline(totals: Sequence[Any], label: str) -> Markup:
    """The totals of the last periods as a line; its end is the newest."""
    some = [Fraction(total) for total in totals[-10:] if total is not None]
    if len(some) < 2:
        return Markup()
    low, high = min(some), max(some)
    step, span = Fraction(112, len(some) - 1), (high - low) or Fraction(1)
    points = [(4 + place * step, 28 - 24 * (one - low) / span) for place, one in enumerate(some)]
    line = "M" + "L".join(f"{svg.place(x)} {svg.place(y)}" for x, y in points)
    return Markup(  # noqa: S704
        svg.chart(120, 32, label, [svg.path(line, "ln"), svg.circle(points[-1][0], points[-1][1], 4, "dot")])
    )


def line_of(cards: Sequence[Any], own: int, label: str) -> Markup:
    """The scores of a group on one line, the own unit marked; only neighbours are named where it is crowded."""
    some = [card for card in cards if card.total is not None]
    if len(some) < 2:
        return Markup()
    low, high = min(Fraction(c.total) for c in some), max(Fraction(c.total) for c in some)
    span = (high - low) or Fraction(1)
    at = next((place for place, card in enumerate(some) if card.unit_id == own), 0)
    named = set(range(len(some))) if len(some) <= 6 else {0, at - 1, at, at + 1, len(some) - 1}
    shapes: list[svg.Shape] = [svg.path("M4 40H342", "axis")]
    free_to = Fraction(346)
    for place, card in enumerate(some):
        x = 40 + 266 * (Fraction(card.total) - low) / span
        mine = card.unit_id == own
        name = f"{card.rank} {said(card.name)}"
        if not mine:
            shapes.append(svg.Detail(f"{name}: {card.total}", (svg.circle(x, 40, 6, "pt"),)))
        y = 66 if mine else 22
        if place not in named:
            continue
        anchor = "end" if x > 240 else "" if x < 100 else "mid"
        edge = x + 10 if anchor == "end" else x - 10 if not anchor else x
        if mine:
            shapes.append(svg.text(edge, y, name, f"{anchor} b".strip()))
            continue
        length = _wide(name)
        left = edge - (length if anchor == "end" else length // 2 if anchor == "mid" else 0)
        if left + length <= free_to and left >= 0:  # from the right to the left: what does not fit any more stays a dot
            shapes.append(svg.text(edge, y, name, anchor))
            free_to = left
    mine_at = 40 + 266 * (Fraction(some[at].total) - low) / span
    shapes.append(svg.circle(mine_at, 40, 8, "me-dot"))
    return Markup(svg.chart(346, 74, label, shapes))  # noqa: S704


# --- the timetable ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Phase:
    """One stretch of a period's cycle."""

    label: str
    css: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Course:
    """A period with its phases in their order."""

    title: Any
    phases: tuple[Phase, ...]
    address: str = ""


PHASES = {
    "report": (N_("Reporting"), "ph-1"),
    "late": (N_("Late"), "ph-2"),
    "verify": (N_("Verify"), "ph-2"),
    "object": (N_("Objections"), "ph-3"),
}
LEGEND = (PHASES["report"], (N_("Late, then verified"), "ph-2"), PHASES["object"])
WIDTH, LEFT, RIGHT = 820, 92, 812


def timetable(courses: Sequence[Course], at: datetime) -> Markup:
    """One row a period, phases as bars, a line for today."""
    first = min(course.phases[0].start for course in courses).astimezone(reading_zone()).date().replace(day=1)
    last = max(course.phases[-1].end for course in courses).astimezone(reading_zone()).date() + timedelta(days=2)
    days = max((last - first).days, 1)
    bottom = 30 + 48 * len(courses)

    def x_of(when: datetime | date) -> Fraction:
        day = when.astimezone(reading_zone()).replace(tzinfo=None) if isinstance(when, datetime) else when
        if isinstance(day, datetime):
            minutes = (day.date() - first).days * 1440 + day.hour * 60 + day.minute
            return LEFT + Fraction((RIGHT - LEFT) * minutes, days * 1440)
        return LEFT + Fraction((RIGHT - LEFT) * (day - first).days, days)

    shapes = list(_months(first, last, x_of, bottom))
    for place, course in enumerate(courses):
        y = 32 + 48 * place
        shapes.append(svg.text(0, y + 18, said(course.title), "b"))
        for phase in course.phases:
            start, end = x_of(phase.start), x_of(phase.end)
            word = said(Label(phase.label))
            marks: list[svg.Mark] = [svg.rect(start, y, max(end - start - 1, Fraction(3)), 26, phase.css)]
            if end - start > _wide(word):
                marks.append(svg.text(start + 5, y + 18, word))
            told = _("{phase}: {start} until {end}", phase=word, start=phase.start, end=phase.end)
            shapes.append(svg.Detail(told, tuple(marks)))
    now_at = x_of(at)
    shapes.append(svg.path(f"M{svg.place(now_at)} 22V{bottom + 4}", "today"))
    shapes.append(svg.text(now_at, bottom + 18, _("today"), "b mid"))
    titles = [course.title for course in courses]
    label = _("Timetable of {periods}; today is {day}.", periods=titles, day=local_day(at))
    return Markup(svg.chart(WIDTH, bottom + 24, label, shapes, "not-phone"))  # noqa: S704


def _wide(word: str) -> int:
    return sum(14 if ord(letter) > 0x2E80 else 8 for letter in word) + 8


def _months(first: date, last: date, x_of: Any, bottom: int) -> Iterable[svg.Shape]:
    month = first
    while month < last:
        x = x_of(month)
        yield svg.path(f"M{svg.place(x)} 4V{bottom}", "axis")
        name = Bilingual(f"{month.year}年{month.month}月", f"{MONTHS[month.month - 1]} {month.year}")
        if x < RIGHT - 60:
            yield svg.text(x + 4, 14, said(name), "s")
        month = (month.replace(day=28) + timedelta(days=4)).replace(day=1)

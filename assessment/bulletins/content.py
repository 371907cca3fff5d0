"""What a bulletin prints, as plain values: the one shape between the results and the paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assessment.foundation.charts import Line


@dataclass(frozen=True)
class Standing:
    """One unit's row. ``movement`` is text ("↑2", "—"), ``marks`` such as ※ for a score under review."""

    rank: str
    unit: str
    score: str
    band: str = ""
    movement: str = ""
    marks: str = ""
    range: str = ""
    """Between which ranks the unit lies when the method is varied ("3–5")."""


@dataclass(frozen=True)
class PeerGroup:
    """Units that are ranked among themselves; without a name when all are ranked together."""

    name: str
    rows: tuple[Standing, ...]


@dataclass(frozen=True)
class Mention:
    """A unit named for good or ill, with what is said of it (finding numbers included)."""

    unit: str
    text: str


@dataclass(frozen=True)
class Amount:
    """An amount as proposed; the reward round grants it."""

    unit: str
    article: str
    amount: str


@dataclass(frozen=True)
class Requirement:
    text: str
    owner: str = ""
    due: date | None = None


@dataclass(frozen=True)
class IndicatorTable:
    """Every unit's points indicator by indicator; rows begin with the unit."""

    title: str
    indicators: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    maxima: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Movement:
    """One peer group's ranks over the periods; of a large group the places won and lost by those who moved most."""

    group: str
    periods: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    moves: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Spread:
    """One peer group's scores and their mean, as printed."""

    group: str
    scores: tuple[str, ...]
    mean: str


@dataclass(frozen=True)
class Made:
    """What a score is made of: marks won and to be won, part by part."""

    unit: str
    score: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Pictures:
    """What the charts are drawn from, on paper as on the page."""

    movement: tuple[Movement, ...] = ()
    spread: tuple[Spread, ...] = ()
    parts: tuple[str, ...] = ()
    made: tuple[Made, ...] = ()


@dataclass(frozen=True)
class BulletinContent:
    """All that a bulletin prints, in its language already; the same facts in the same order in both."""

    language: str
    issuer: str
    number: str
    title: str
    day: date
    addressees: str
    period: str
    programme: str
    scheme: str  # name and version
    cut_off: datetime
    groups: tuple[PeerGroup, ...]
    opening: str = ""  # in place of the usual first paragraph
    overall: tuple[str, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    legend: tuple[str, ...] = ()  # what the marks in the table mean
    commended: tuple[Mention, ...] = ()
    problems: tuple[Mention, ...] = ()
    amounts: tuple[Amount, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    objection: tuple[str, ...] = ()
    annexes: tuple[IndicatorTable, ...] = ()
    method: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    replies: tuple[Mention, ...] = ()
    pictures: Pictures = Pictures()
    audit_head: str = ""
    verification: str = ""
    copies: str = ""
    sample: str = ""  # said at the head of every page of an example
    data: str = ""  # the open-data twin: the table as CSV, the same in both languages
    snapshot: str = ""  # the edition as data, carried inside the file: whoever holds it can recompute the ranking

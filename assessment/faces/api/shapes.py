"""The shapes of the interface's answers; `openapi` writes them down, and nothing else leaves.

Numbers by which somebody is judged are decimal text, moments are UTC, names are in both languages.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from assessment.foundation.exact import canonical
from assessment.foundation.i18n import Bilingual
from assessment.scoring.explanation_shape import Names, Stated

Id = Annotated[int, Field(ge=1)]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Number = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$", description="An exact decimal number.")]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Address = Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]


class Ref(Stated):
    """Another record: its number here, the code that people know it by, and its address."""

    id: Id
    code: str
    address: Address


class Unit(Stated):
    """A unit with its name and place of today; where it has ended or not begun, its newest name."""

    id: Id
    code: str
    name: Names
    level: str
    parent: Id | None
    valid_from: Day
    valid_to: Day | None
    address: Address


class Programme(Stated):
    """What is assessed, and the authority that answers for it."""

    id: Id
    code: str
    title: Names
    authority: Names
    unit: Id
    zone: str
    is_example: bool
    is_illustrative: bool
    created_at: Moment
    address: Address
    periods: Address


class Period(Stated):
    """A month, quarter or year of a programme, with its moments."""

    id: Id
    code: str
    title: Names
    programme: Id
    kind: str
    state: str
    first_day: Day
    last_day: Day
    opens_at: Moment
    report_by: Moment | None
    late_until: Moment | None
    verify_by: Moment | None
    address: Address
    editions: Address


class Edition(Stated):
    """The frozen snapshot of one computation, with the hashes that prove what it was made from."""

    id: Id
    number: Id
    period: Ref
    state: str
    computed_at: Moment
    approved_at: Moment | None
    cut_off: Moment
    scheme: str
    scheme_sha256: Sha256
    inputs_sha256: Sha256
    results_sha256: Sha256
    address: Address
    ranking: Address
    scores: Address


class Score(Stated):
    """One unit's result in an edition."""

    id: Id
    edition: Id
    edition_state: str
    period: Ref
    unit: Ref
    name: Names
    group: str
    total: Number | None
    rank: int | None
    band: str
    late_days: int
    address: Address
    explanation: Address


class Item(Stated):
    """What one indicator gave; ``exact`` is a decimal, else a fraction; an ellipsis ends what neither can write."""

    code: str
    exact: str | None
    maximum: str


class WholeScore(Score):
    """The same with its items."""

    items: tuple[Item, ...]


class Range(Stated):
    """Between which ranks the unit stood when the method was varied."""

    low: int
    median: int
    high: int
    tier: int


class Ranked(Stated):
    """A line of a ranking; units that are not ranked come last in their group."""

    score: Id
    unit: Ref
    name: Names
    group: str
    rank: int | None
    total: Number | None
    band: str
    range: Range | None
    address: Address
    explanation: Address


class Severity(Names):
    """How grave, by the scheme's own word."""

    code: str


class Task(Stated):
    """One thing that a unit has to put right."""

    id: Id
    number: str
    title: Names
    place: str
    clause: str
    unit: Id
    severity: Severity
    is_major: bool
    state: str
    is_overdue: bool
    issued_at: Moment
    first_due_at: Moment
    due_at: Moment
    reported_at: Moment | None
    closed_at: Moment | None
    closed_in_time: bool | None
    reopen_count: int
    address: Address


class Documents(Stated):
    """SHA-256 of the paper in each language: signed once published, before that as it was submitted."""

    zh: Sha256 | None
    en: Sha256 | None


class Papers(Stated):
    """Where the paper lies in each language."""

    zh: Address
    en: Address


class Bulletin(Stated):
    """A bulletin's particulars; what it says of units is its data."""

    id: Id
    number: str
    title: Names
    programme: Id
    edition: Id
    state: str
    dated: Day | None
    published_at: Moment | None
    corrects: Id | None
    audit_head: Sha256 | None
    documents: Documents
    papers: Papers
    address: Address
    data: Address
    page: Address


class Root(Stated):
    """What there is, and where it is described."""

    title: str
    software: str
    description: Address
    resources: dict[str, Address]


class Problem(Stated):
    """Why there is no answer, and what to do, in the language asked for (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    faults: tuple[str, ...] = ()


def names(name: Bilingual) -> Names:
    return Names(zh=name.zh, en=name.en)


def moment(at: datetime | None) -> str | None:
    """UTC to the second."""
    return None if at is None else said(at)


def said(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def number(value: Decimal | None) -> str | None:
    return None if value is None else canonical(value)

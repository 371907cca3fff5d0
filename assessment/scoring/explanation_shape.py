"""The shape of an explanation: from the rank to the total, the headings, each indicator, its figures, its records.

Numbers are text, so that no reader's binary fractions change them: a decimal where there is one, else a fraction such
as `250/3`; an ellipsis ends a number that neither can write. `docs/explanation.md` says it for readers.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Text = str
Exact = str


class Stated(BaseModel):
    """Whatever stands in an explanation; nothing else may."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Names(Stated):
    """A name or sentence in both languages."""

    zh: Text
    en: Text


class Line(Names):
    """One step: what it is about, and the sentence."""

    about: str


class Place(Stated):
    """Where the unit would stand."""

    total: Exact | None
    rank: int | None
    band: str


class Wanted(Names):
    """What it would have taken for a goal; `needed` is None where nothing would have done."""

    goal: Literal["full", "band", "rank"]
    value: str
    """The value that is supposed different, or `total`."""
    now: Exact
    needed: Exact | None
    then: Place | None


class Held(Names):
    """A cap, limit, veto or quota that held, and where the unit would stand without it."""

    bound: str
    origin: str
    then: Place


class File(Stated):
    """A file of evidence, by the hash of its bytes."""

    name: str
    sha256: str


class Source(Stated):
    """The reported figure behind a value, in its three columns, with its evidence."""

    value: str
    unit: str
    submission: int
    claimed: Text
    verified: Text
    validated: Text
    set_by: Text
    evidence: tuple[File, ...]
    ballots: tuple[Exact, ...] = ()
    """The marks of a panel without names, the lowest first; empty where no panel voted, or too few did."""


class Input(Stated):
    """A collected figure: its number, or what it is instead."""

    value: str
    number: Exact | None
    state: str


class Indicator(Stated):
    """One indicator of the unit."""

    code: str
    name: Names
    rule: str
    clause: str
    points: Exact
    state: str
    undecided: bool
    exact: Exact | None
    rounded: Exact | None
    """Where the scheme rounds indicators: the number that enters the total."""
    inputs: tuple[Input, ...]
    steps: tuple[Line, ...]
    would_change: tuple[Wanted, ...]
    bounds: tuple[Held, ...]
    records: tuple[tuple[str, str], ...]
    """(kind, number) of every record it rests on."""
    sources: tuple[Source, ...]


class Heading(Stated):
    """A heading with what stands beneath it."""

    code: str
    name: Names
    exact: Exact | None
    points: Exact
    headings: tuple[Heading, ...]
    indicators: tuple[Indicator, ...]


class Adjusted(Stated):
    """A bonus, deduction, veto or cap that entered the result, with what it rests on."""

    kind: str
    clause: str
    points: Exact
    """As a magnitude: the kind says whether they are added or taken; 0 for a veto or cap."""
    record: str
    """The adjustment, as in `adjustment 12`."""
    rests_on: tuple[tuple[str, str], ...]
    """(kind, id) of its origin and of everything that it counts; as far as the reader may see it."""
    evidence: tuple[File, ...]
    """The files behind these."""


class Total(Stated):
    """How the total came about."""

    exact: Exact | None
    published: Exact | None
    rounding: Literal["half_up", "half_even"]
    places: int
    points: Exact
    """The full marks of what applies to the unit."""
    bonus: Exact
    deductions: Exact
    adjustments: tuple[Adjusted, ...]
    headings: tuple[Heading, ...]
    indicators: tuple[Indicator, ...]
    """Those under no heading; the parts of a composed period."""


class Rank(Stated):
    """The place among the peer group, and everything under it."""

    rank: int | None
    of: int
    tied: bool
    band: str
    vetoes: tuple[str, ...]
    steps: tuple[Line, ...]
    would_change: tuple[Wanted, ...]
    bounds: tuple[Held, ...]
    total: Total


class Explanation(Stated):
    """One unit's result in one period, explained."""

    format: Literal[1] = 1
    scheme: str
    version: str
    scheme_sha256: str
    period: str
    edition: int | None
    unit: str
    name: Names
    group: str
    rank: Rank


def json_schema() -> dict[str, Any]:
    """The shape as a JSON Schema."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Explanation.model_json_schema()}

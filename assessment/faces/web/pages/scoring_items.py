"""One item of a scorecard as its page explains it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import request

from assessment.faces.web.kit import (
    address_of,
    said,
)
from assessment.faces.web.pages.scoring import Standing, cell_of, item_name
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import N_, Bilingual, Sentence
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.models import Scorecard
from assessment.scoring.rules.frozen import thawed_step

ABOUT = {
    "input": N_("Value"),
    "target": N_("Target"),
    "peers": N_("The others"),
    "formula": N_("Computed"),
    "bound": N_("Bounds"),
    "state": N_("State"),
    "adjustment": N_("Adjustment"),
    "rounding": N_("Rounding"),
    "band": N_("Band"),
    "rank": N_("Rank"),
}
RULES = {
    "given": N_("As given"),
    "completion": N_("Completion"),
    "control": N_("Control"),
    "efficacy": N_("Efficacy"),
    "banded": N_("Between standards"),
    "peer_minmax": N_("Against the others"),
    "position": N_("By place"),
    "sliding": N_("Around the average"),
    "steps": N_("By steps"),
    "deduct": N_("Deduction"),
    "deduct_several": N_("Deductions for several things"),
    "panel": N_("Votes of a panel"),
    "min_max": N_("From lowest to highest"),
    "z_score": N_("Distance from the mean"),
    "goalposts": N_("Between goalposts"),
    "distance_to_target": N_("Distance to the target"),
    "percentile_rank": N_("Percentile rank"),
    "rank": N_("Place from the lowest"),
    "borda": N_("How many are worse"),
    "composed": N_("Composed of parts"),
}
INSIDE = ("submission_value",)
"""Shown as the value's own line, not as a record of its own."""


@dataclass(frozen=True)
class Cite:
    """A record that an item rests on."""

    kind: str
    record_id: str
    address: str


@dataclass(frozen=True)
class Item:
    """One item as the page explains it."""

    code: str
    name: Bilingual
    rule: str
    clause: str
    maximum: str
    score: str
    lost: Decimal | None
    since: Decimal | None
    kind: str
    steps: tuple[tuple[str, Sentence], ...]
    """What each step is about, and the step."""
    cites: tuple[Cite, ...]
    is_open: bool
    is_undecided: bool


def _full(maximum: str) -> str:
    """Full marks as a column can hold them: a third of a hundred is 33.33 there, and exact in the steps."""
    return f"{rounded(Fraction(maximum.rstrip('…')), 2, 'half_up'):f}" if maximum.endswith("…") else maximum


def item_of(standing: Standing, item: Mapping[str, Any], previous: Scorecard | None) -> Item:
    earlier = next((one for one in previous.items if one["code"] == item["code"]), None) if previous else None
    places = standing.places
    lost = since = None
    if item["exact"] is not None:
        score = Fraction(item["exact"])
        lost = rounded(Fraction(str(item["maximum"]).rstrip("…")) - score, places, "half_up")
        if earlier is not None and earlier["exact"] is not None:
            since = rounded(score - Fraction(earlier["exact"]), places, "half_up")
    return Item(
        item["code"],
        item_name(standing.scheme, standing.period, item["code"]),
        RULES.get(item["rule"], item["rule"]),
        _clause(standing.scheme, item["clause"]),
        _full(item["maximum"]),
        cell_of(item, places).score,
        lost,
        since,
        item["kind"],
        tuple((ABOUT.get(step["about"], ""), thawed_step(step)) for step in item["steps"]),
        tuple(Cite(kind, one, address_of(kind, one)) for kind, one in item["cites"] if kind not in INSIDE),
        request.args.get("item") == item["code"],
        bool(item["undecided"]),
    )


def _clause(scheme: Scheme, code: str) -> str:
    named = scheme.basis.get(code)
    return said(Bilingual(named.zh, named.en)) if named is not None and (named.zh or named.en) else code

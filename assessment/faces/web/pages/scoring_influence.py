"""What a score and a ranking rest on: a unit's strong and weak sides, and the ranks without each indicator."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from assessment.faces.web.kit import _
from assessment.foundation.charts.svg import chart, circle, path
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import Bilingual
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.frozen import thawed_unit
from assessment.scoring.rules.insight import Placing, removals, strengths, weaknesses

MOST = 3
WIDTH = 120


@dataclass(frozen=True)
class Place:
    """One indicator in which a unit stands out, and where it stands among all."""

    code: str
    name: Bilingual
    rank: int
    of: int
    shared: int
    picture: Markup


def sides(found: Sequence[Placing], names: Mapping[str, Bilingual]) -> tuple[list[Place], list[Place]]:
    """The strong and the weak sides, at most three of each; both empty where nothing stands out."""
    strong, weak = strengths(found, MOST), weaknesses(found, MOST)
    return [_place(one, names, "hi") for one in strong], [_place(one, names, "lo") for one in weak]


def _place(one: Placing, names: Mapping[str, Bilingual], css: str) -> Place:
    label = _("Place {rank} of {of}", rank=one.rank, of=one.of)
    x = 6 + Fraction((WIDTH - 12) * (one.rank - 1), max(1, one.of - 1))
    picture = chart(WIDTH, 12, label, [path(f"M6 6H{WIDTH - 6}", "axis"), circle(x, 6, 5, f"pt {css}")])
    drawn = Markup(picture)  # noqa: S704 - drawn by us, texts escaped there
    return Place(one.code, names[one.code], one.rank, one.of, one.shared, drawn)


@dataclass(frozen=True)
class Without:
    """One indicator left out: how many units move, by how much on average, and who moves farthest."""

    code: str
    name: Bilingual
    moved: int
    mean: str
    unit: str
    rank: int
    rank_without: int


def without_each(scheme: Scheme, inputs: str) -> Iterator[Without]:
    """An edition ranked again without each of its indicators; those that move most come first."""
    names = {item.code: Bilingual(item.zh, item.en) for item in scheme.items}

    units = [thawed_unit(one) for one in json.loads(inputs)["units"]]
    for one in sorted(removals(scheme, units), key=lambda removal: -removal.mean):
        far = one.largest
        if far is not None:
            mean = f"{rounded(one.mean, 2, 'half_up'):f}"
            yield Without(one.code, names[one.code], one.moved, mean, far.unit, far.rank, far.without)

"""What an edition's frozen inputs say of values that the scores do not show: for ladders that compare them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assessment.foundation.reals import Number
from assessment.programmes import queries as programmes
from assessment.scoring.models import Edition
from assessment.scoring.rules.frozen import thawed_unit
from assessment.scoring.rules.reading import find


@dataclass(frozen=True)
class Measured:
    """Values of one unit as the scheme computes them, and whether one of its standards is not met."""

    values: Mapping[str, Number]
    is_below_standard: bool


def measured(session: Session, edition_id: int, names: Iterable[str]) -> dict[str, Measured]:
    """By unit code; a value that was not given, or cannot be computed, is left out. Composites have none."""
    edition = session.get_one(Edition, edition_id)
    scheme = programmes.scheme(session, edition.scheme_version_id)
    wanted = tuple(names)
    found: dict[str, Measured] = {}
    for data in json.loads(edition.inputs)["units"]:
        if "values" not in data:
            continue
        unit = thawed_unit(data)
        numbers = {name: find(scheme, unit, name).number for name in dict.fromkeys((*wanted, *scheme.standards))}
        known = {name: number for name, number in numbers.items() if number is not None}
        below = any(name in known and not standard.holds(known[name]) for name, standard in scheme.standards.items())
        found[unit.code] = Measured({name: known[name] for name in wanted if name in known}, below)
    return found

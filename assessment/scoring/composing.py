"""What a quarter or a year is composed of: the published totals of its parts, and what was proposed for itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.adjustments import queries as adjustments
from assessment.adjustments.queries import AdjustmentView
from assessment.foundation.errors import NotNow
from assessment.foundation.i18n import say
from assessment.organisations.queries import UnitView, units_on
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, PeriodPart
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.editions import edition_in_force
from assessment.scoring.gathering import SCORED, as_input
from assessment.scoring.models import Edition, Scorecard
from assessment.scoring.rules.composition import CompositeInput, Part, carried
from assessment.scoring.rules.frozen import frozen_adjustments
from assessment.scoring.rules.values import Adjustment

Totals = dict[str, tuple[Decimal | None, str]]
"""Part -> the published total and the number of its edition."""


@dataclass(frozen=True)
class Composed:
    """The units of a composite period with their parts, and the editions these come from."""

    scheme: Scheme
    units: Mapping[str, UnitView]
    inputs: tuple[CompositeInput, ...]
    editions: tuple[Edition, ...]
    adjustments: Mapping[str, Sequence[AdjustmentView]]

    @property
    def has_undecided(self) -> bool:
        return any(view.is_open for views in self.adjustments.values() for view in views)

    def with_proposed(self) -> list[CompositeInput]:
        """The same as if every adjustment still undecided were confirmed."""
        return [
            replace(one, adjustments=_taken(self.adjustments.get(one.code, ()), self.scheme)) for one in self.inputs
        ]


def gather_parts(session: Session, period: Period) -> Composed:
    """Everything a composite period is computed from, as it stands now."""
    scheme = programmes.scheme(session, period.scheme_version_id)
    units = units_on(session, period.last_day)
    editions: list[Edition] = []
    totals: dict[int, Totals] = {}
    groups: dict[int, str] = {}
    # Its own parts first: a year-end assessment by another scheme may name other peer groups.
    for one in sorted(period.parts, key=lambda part: part.is_year_end):
        edition = edition_in_force(session, one.part_id)
        if edition is None:
            raise NotNow(say("{part} has no scores yet.", part=one.title))
        editions.append(edition)
        cards = select(Scorecard.unit_id, Scorecard.total, Scorecard.group_code)
        for unit_id, total, group in session.execute(cards.where(Scorecard.edition_id == edition.id)):
            totals.setdefault(unit_id, {})[one.code] = (total, str(edition.number))
            if not one.is_year_end:
                groups[unit_id] = group
            elif group in scheme.groups:
                groups.setdefault(unit_id, group)
    proposed = {
        units[unit_id].code: views
        for unit_id, views in adjustments.for_period(session, period.id).items()
        if unit_id in units
    }
    inputs = [
        CompositeInput(
            units[unit_id].code, groups[unit_id], parts_of(period.parts, found),
            _taken((one for one in proposed.get(units[unit_id].code, ()) if one.is_confirmed), scheme),
        )
        for unit_id, found in sorted(totals.items(), key=lambda pair: units[pair[0]].code if pair[0] in units else "")
        if unit_id in units and unit_id in groups
    ]  # fmt: skip
    return Composed(scheme, {one.code: one for one in units.values()}, tuple(inputs), tuple(editions), proposed)


def parts_of(parts: Sequence[PeriodPart], totals: Totals) -> tuple[Part, ...]:
    """A unit's parts in percent of the whole; what a missing one weighs is carried by the others of its programme."""
    whole = sum((Fraction(one.weight) for one in parts), Fraction(0))
    found = [Part(one.code, Fraction(one.weight) * 100 / whole, *totals.get(one.code, (None, ""))) for one in parts]
    if not any(one.is_year_end for one in parts):
        return tuple(found)
    return carried(found, {one.code for one in parts if not one.is_year_end})


def is_adjusted_since(session: Session, period: Period, edition: Edition) -> bool:
    """Whether what was confirmed or lifted for the whole itself is other than what its edition froze."""
    scheme = programmes.scheme(session, period.scheme_version_id)
    cards = select(Scorecard.unit_id, Scorecard.unit_code).where(Scorecard.edition_id == edition.id)
    codes = dict(session.execute(cards).all())
    now = {
        codes[unit_id]: frozen
        for unit_id, views in adjustments.for_period(session, period.id).items()
        if unit_id in codes
        and (frozen := frozen_adjustments(_taken((one for one in views if one.is_confirmed), scheme)))
    }
    units = json.loads(edition.inputs)["units"]
    return now != {unit["code"]: unit["adjustments"] for unit in units if unit.get("adjustments")}


def _taken(views: Iterable[AdjustmentView], scheme: Scheme) -> tuple[Adjustment, ...]:
    return tuple(as_input(view, scheme) for view in views if view.kind in SCORED)

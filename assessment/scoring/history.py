"""What a computation takes from earlier periods: their published inputs, through all successions since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.organisations.queries import Forebears, forebears_between, subtree_ids, unit_views
from assessment.programmes.models import Period
from assessment.programmes.queries import AssessedUnit
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.models import Edition, Scorecard
from assessment.scoring.rules.frozen import thawed_unit
from assessment.scoring.rules.succession import Forebear, inherited
from assessment.scoring.rules.values import Value

Values = Mapping[str, Value]


@dataclass(frozen=True)
class Earlier:
    """The inputs of an earlier edition by unit id, and what has become of the units since."""

    day: date
    codes: Mapping[int, str]
    values: Mapping[int, Values]
    forebears: Forebears

    def leaves_below(self, session: Session, unit_id: int) -> set[int]:
        """Who reported below a unit then."""
        below = subtree_ids(session, unit_id, self.day) & self.values.keys()
        return {one for one in below if subtree_ids(session, one, self.day) & self.values.keys() == {one}}


def earlier_values(
    session: Session,
    scheme: Scheme,
    names: Sequence[str],
    units: Sequence[AssessedUnit],
    below: Mapping[int, Sequence[int]],
    earlier: Earlier,
) -> dict[int, dict[str, Value]]:
    """By unit: values of an earlier period, as the units of now would have had them.

    ``below``: the leaves of each unit. Where other bodies lay below a unit then, its own figures of then are not
    comparable, and are made anew of those that lie below it now.
    """
    return {one.unit_id: _of(session, scheme, names, one, below[one.unit_id], earlier) for one in units}


def _of(
    session: Session, scheme: Scheme, names: Sequence[str], one: AssessedUnit, leaves: Sequence[int], earlier: Earlier
) -> dict[str, Value]:
    own = _inherited(scheme, names, one, earlier.forebears.of(one.unit_id), earlier)
    if one.is_leaf:
        return own
    shares: dict[int, Fraction] = {}
    for leaf in leaves:
        for then, share in earlier.forebears.of(leaf).items():
            shares[then] = shares.get(then, Fraction(0)) + share
    if shares.keys() == earlier.leaves_below(session, one.unit_id) and set(shares.values()) == {1}:
        return own
    rolled = _inherited(scheme, names, one, shares, earlier)
    return {name: own[name] if name in scheme.values and scheme.values[name].own else rolled[name] for name in names}


def _inherited(
    scheme: Scheme, names: Sequence[str], one: AssessedUnit, shares: Mapping[int, Fraction], earlier: Earlier
) -> dict[str, Value]:
    forebears = [
        Forebear(earlier.codes.get(then, str(then)), share, earlier.values.get(then, {}))
        for then, share in sorted(shares.items(), key=lambda pair: earlier.codes.get(pair[0], ""))
    ]
    return inherited(scheme, one.unit.code, names, forebears)


def read_earlier(session: Session, before: Period, edition: Edition, now: date) -> Earlier:
    """The inputs that an earlier edition froze, and what has become of its units by a later day."""
    query = select(Scorecard.unit_id, Scorecard.unit_code).where(Scorecard.edition_id == edition.id)
    codes = {unit_id: code for unit_id, code in session.execute(query)}  # noqa: C416 - rows are no pairs to mypy
    inputs = {unit["code"]: thawed_unit(unit).values for unit in json.loads(edition.inputs)["units"]}
    values = {unit_id: inputs[code] for unit_id, code in codes.items() if code in inputs}
    return Earlier(before.last_day, codes, values, forebears_between(session, before.last_day, now))


# --- within the period -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TakenOver:
    """The units that ended within a period, and who carries on what they reported and promised."""

    forebears: Forebears
    codes: Mapping[int, str]

    def by(self, leaves: Sequence[int]) -> dict[int, Fraction]:
        """Ended unit -> the share that these leaves took over together."""
        shares: dict[int, Fraction] = {}
        for leaf in leaves:
            for then, share in self.forebears.of(leaf).items():
                if then in self.forebears.ended_on:
                    shares[then] = shares.get(then, Fraction(0)) + share
        return shares


def taken_over(session: Session, period: Period) -> TakenOver:
    """Units that were there when a period began, and not when it ended."""
    forebears = forebears_between(session, period.first_day - timedelta(days=1), period.last_day)
    views = unit_views(session, forebears.ended_on, period.last_day)
    return TakenOver(forebears, {unit_id: view.code for unit_id, view in views.items()})


def with_reports(
    scheme: Scheme,
    one: AssessedUnit,
    values: Values,
    leaves: Sequence[int],
    taken: TakenOver,
    reported: Mapping[int, Values],
) -> dict[str, Value]:
    """A unit's reported values with those of the units it took over, where these had reported for the period."""
    ended = [
        Forebear(taken.codes[then], share, reported[then])
        for then, share in sorted(taken.by(leaves).items(), key=lambda pair: taken.codes[pair[0]])
        if then in reported
    ]
    if not ended:
        return dict(values)
    names = [name for name in values if _adds_up(scheme, name)]
    together = inherited(scheme, one.unit.code, names, [Forebear(one.unit.code, Fraction(1), values), *ended])
    return {**values, **together}


def _adds_up(scheme: Scheme, name: str) -> bool:
    value = scheme.values.get(name)
    return value is not None and not value.own and (value.of is not None or value.through_successions != "dropped")


def adds(scheme: Scheme, name: str) -> bool:
    """Whether a value is an amount, so that the amounts of two units make one."""
    return name in scheme.values and scheme.values[name].through_successions == "added"


def with_share(
    mine: Mapping[str, Decimal], share: Fraction, theirs: Mapping[str, Decimal], names: Iterable[str]
) -> dict[str, Decimal]:
    """Amounts with a share of others'; shares are decimals, so that nothing is rounded."""
    with localcontext() as context:
        context.prec = 200
        part = Decimal(share.numerator) / Decimal(share.denominator)
        return {**mine, **{name: mine[name] + part * theirs[name] for name in names if name in mine and name in theirs}}

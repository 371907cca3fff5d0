"""One peer group's totals rounded, ranked and banded: in float64 where that is proved to suffice, else exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from math import ceil, floor

import numpy as np

from assessment.foundation.exact import RoundingMode, rounded
from assessment.foundation.reals import Number
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.rules.shape import Bound
from assessment.scoring.rules.arrays.enclosed import HALF_AN_ULP
from assessment.scoring.rules.arrays.lines import Floats, Ints
from assessment.scoring.rules.arrays.peers import Pair
from assessment.scoring.rules.arrays.readings import Readings
from assessment.scoring.rules.arrays.sheet import Places, Sheet
from assessment.scoring.rules.arrays.stored import Stored, Unfit
from assessment.scoring.rules.standing import limits
from assessment.scoring.rules.totals import in_total
from assessment.scoring.rules.values import UnitInput

Exactly = Pair | Number
"""A total of which nothing is left open."""


class League:
    """One peer group on its way to totals, ranks and bands."""

    def __init__(self, scheme: Scheme, stored: Stored, members: Places | slice, columns: Sheet) -> None:
        self.scheme, self.stored, self.columns = scheme, stored, columns
        self.members: Places = np.arange(len(stored.units))[members]
        self.maximum, self.unit_points = columns.maximum()
        self.standing = np.flatnonzero((self.maximum > 0) & ~columns.blocked())
        self.added = self._adjustments()

    def placed(self) -> tuple[Places, Ints, Ints, Ints]:
        """The units that have a total, with it (in units of the last published place), their ranks and bands."""
        units = self.members[self.standing]
        if not units.size:
            return units, units, units, units
        places = self.scheme.rounding.of_total.places
        totals, bound = self._totals(places)
        published = self._published(totals, bound, places)
        classes = self._classes(published, totals, bound)
        ranks = _ranks(classes, dense=self.scheme.ranking.ties == "1223")
        bands = self._bands(published, classes, places) if self.scheme.bands else np.full(units.size, -1)
        return units, published, ranks, bands

    def _adjustments(self) -> dict[int, Fraction]:
        """What bonuses and deductions change in the totals of units (by their place in the group)."""
        if not self.stored.adjustments:
            return {}
        adds = self.scheme.bonus is not None and self.scheme.bonus.mode == "add"
        found = {}
        for place, unit in enumerate(self.members.tolist()):
            if unit in self.stored.adjustments:
                card = in_total(self.scheme, "", self._input(unit), ())
                found[place] = (card.bonus if adds else 0) - card.deductions
        return found

    def _input(self, unit: int) -> UnitInput:
        return UnitInput(self.stored.units[unit], {}, adjustments=self.stored.adjustments.get(unit, ()))

    def _totals(self, places: int) -> tuple[Floats, Floats]:
        """Totals in units of the last published place, and how far each can lie from the truth."""
        earned, wrong = self.columns.earned()
        factor = 100.0 * self.unit_points * 10.0**places / self.maximum[self.standing]
        totals = earned[self.standing] * factor
        bound = factor * wrong[self.standing]
        if self.added:
            added = np.zeros(self.maximum.size)
            for place, points in self.added.items():
                added[place] = points.numerator / points.denominator * 10.0**places
            totals += added[self.standing]
            bound += 8 * HALF_AN_ULP * np.abs(added[self.standing])
        if np.abs(totals).max() > 2.0**50:
            raise Unfit("the totals have too many digits")
        return totals, bound + 16 * HALF_AN_ULP * (np.abs(totals) + bound)

    def _exact(self, places: Places) -> list[Exactly]:
        """Exact totals of some standing units: pairs not reduced, or numbers where a formula has a hand in them."""
        units = self.standing[places]
        pairs: list[Exactly] = []
        for unit, (top, bottom) in zip(units.tolist(), self.columns.earned_exactly(units), strict=True):
            top, bottom = top * 100 * self.unit_points, bottom * int(self.maximum[unit])
            if unit in self.added:
                more, of = self.added[unit].as_integer_ratio()
                top, bottom = top * of + more * bottom, bottom * of
            pairs.append((top, bottom))
        if not self.columns.derived:
            return pairs
        shares = (Fraction(100 * self.unit_points, maximum) for maximum in self.maximum[units].tolist())
        beside = zip(pairs, self.columns.earned_beside(units), shares, strict=True)
        return [_number(pair) + earned * share for pair, earned, share in beside]

    def _published(self, totals: Floats, bound: Floats, places: int) -> Ints:
        """Rounded by the scheme; who lies within the bound of a boundary is rounded exactly."""
        nearest = np.rint(totals)
        published: Ints = nearest.astype(np.int64)
        unsure = np.flatnonzero(np.abs(totals - nearest) + bound >= 0.5)
        if unsure.size:
            mode = self.scheme.rounding.of_total.mode
            published[unsure] = [_nearest(one, places, mode) for one in self._exact(unsure)]
        return published

    def _classes(self, published: Ints, totals: Floats, bound: Floats) -> Ints:
        """For each standing unit the number of its class, best first from 0; equals share one."""
        if self.scheme.ranking.of == "published_total":
            classes = _dense(published.max() - published)
        else:
            classes = self._by_exact_total(totals, bound)
        bonus = self.scheme.bonus is not None and self.scheme.bonus.mode == "tie_break_only"
        keys = [("bonus", True)] if bonus else []
        keys += [(key.value, key.descending) for key in self.scheme.ranking.then]
        return self._separated(classes, keys) if keys else classes

    def _by_exact_total(self, totals: Floats, bound: Floats) -> Ints:
        order = np.argsort(-totals, kind="stable")
        apart = (totals[order[:-1]] - bound[order[:-1]]) > (totals[order[1:]] + bound[order[1:]])
        starts = np.flatnonzero(np.concatenate(([True], apart)))
        # What is apart by sorted neighbours is apart for good only if all before lie higher.
        lowest = np.minimum.accumulate((totals - bound)[order])
        highest = np.maximum.accumulate((totals + bound)[order][::-1])[::-1]
        starts = starts[[start == 0 or lowest[start - 1] > highest[start] for start in starts.tolist()]]
        sizes = np.diff(np.append(starts, order.size))
        near = np.repeat(sizes > 1, sizes)
        exact = dict(zip(order[near].tolist(), self._exact(order[near]), strict=True))
        classes, taken = np.zeros(order.size, np.int64), 0
        for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
            for run in _runs(order[start : start + size].tolist(), exact):
                classes[run] = taken
                taken += 1
        return classes

    def _separated(self, classes: Ints, keys: Sequence[tuple[str, bool]]) -> Ints:
        order = np.argsort(classes, kind="stable")
        starts = np.flatnonzero(np.diff(classes[order], prepend=-1))
        separated, taken = np.zeros_like(classes), 0
        for run in np.split(order, starts[1:]):
            for part in self._parted(run.tolist(), keys):
                separated[part] = taken
                taken += 1
        return separated

    def _parted(self, run: list[int], keys: Sequence[tuple[str, bool]]) -> Iterator[list[int]]:
        """Split equals by the keys; one that some unit lacks separates nobody."""
        if len(run) == 1 or not keys:
            yield run
            return
        (name, descending), further = keys[0], keys[1:]
        values = {place: self._key(place, name) for place in run}
        known = {place: -value if descending else value for place, value in values.items() if value is not None}
        if len(known) < len(run):
            yield from self._parted(run, further)
            return
        for _, equal in groupby(sorted(run, key=known.__getitem__), known.__getitem__):
            yield from self._parted(list(equal), further)

    def _key(self, place: int, name: str) -> Number | None:
        unit = int(self.members[self.standing[place]])
        if name == "bonus" and "bonus" not in self.scheme.values:
            adjusted = unit in self.stored.adjustments
            return in_total(self.scheme, "", self._input(unit), ()).bonus if adjusted else Fraction(0)
        if name in self.scheme.formulas:
            return self._readings.known(name, int(self.standing[place]))
        row = self.stored.values.row(name)
        return None if row is None else self.stored.values.number(row, unit)

    @cached_property
    def _readings(self) -> Readings:
        return Readings(self.scheme, self.stored, self.members)

    def _bands(self, published: Ints, classes: Ints, places: int) -> Ints:
        """By total, lowered by vetoes and caps, then by quotas."""
        table = self.scheme.band_table
        codes = [band.code for band, _ in table]
        lows = [_first(span.low, 10**places) for _, span in table if span.low is not None]
        # The table runs from the best band down: as many bands lie above a total as have their lower bound above it.
        bands: Ints = (len(lows) - np.searchsorted(np.array(lows[::-1]), published, "right")).astype(np.int64)
        for place, unit in enumerate(self.members[self.standing].tolist()):
            if unit in self.stored.adjustments:
                for _, code in limits(self.scheme, self._input(unit)):
                    bands[place] = max(int(bands[place]), codes.index(code))
        for place, (band, _) in enumerate(table[:-1]):
            if band.quota is not None:
                _within_quota(bands, classes, place, int(band.quota * published.size))
        return bands


def _runs(units: list[int], exact: Mapping[int, Exactly]) -> Iterator[list[int]]:
    """Units of one cluster by exact total, best first, equals together."""
    if len(units) == 1:
        yield units
        return
    values = {unit: _number(exact[unit]) for unit in units}
    for _, equal in groupby(sorted(units, key=values.__getitem__, reverse=True), values.__getitem__):
        yield list(equal)


def _number(exact: Exactly) -> Number:
    return Fraction(*exact) if isinstance(exact, tuple) else exact


def _nearest(exact: Exactly, places: int, mode: RoundingMode) -> int:
    if not isinstance(exact, tuple):
        return int(rounded(exact, places, mode).scaleb(places))
    top, bottom = exact[0] * 10**places, exact[1]
    whole: int
    whole, rest = divmod(abs(top), bottom)
    twice = 2 * rest - bottom
    whole += twice > 0 or (twice == 0 and (mode == "half_up" or whole % 2 == 1))
    return whole if top >= 0 else -whole


def _dense(values: Ints) -> Ints:
    """Whole numbers from 0 up as 0, 1, 2, ... without gaps, equals alike."""
    if int(values.max()) > 2**20:
        classes: Ints = np.unique(values, return_inverse=True)[1]
        return classes
    return (np.cumsum(np.bincount(values) > 0) - 1)[values]


def _ranks(classes: Ints, dense: bool) -> Ints:
    if dense:
        return classes + 1
    return np.concatenate(([0], np.cumsum(np.bincount(classes))))[classes] + 1


def _first(low: Bound, one: int) -> int:
    """The first published total of a band."""
    at = Fraction(low.at) * one
    return ceil(at) if low.owned else floor(at) + 1


def _within_quota(bands: Ints, classes: Ints, place: int, most: int) -> None:
    """Fill a band from the top; equals stay or fall together, and once one class has fallen all after it fall."""
    wanting = np.bincount(classes, bands == place)
    full = np.maximum.accumulate(np.cumsum(wanting) > most)
    bands[(bands == place) & full[classes]] = place + 1

"""From the stored form to a peer group's sheet: every indicator entered by what its rule makes of its column."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from assessment.foundation.exact import rounded
from assessment.programmes.rules.indicators import Completion, Control, Item, PeerMinmax
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.rules.standing import Rounding
from assessment.scoring.rules.arrays.derived import Derived, derives
from assessment.scoring.rules.arrays.gaps import Gaps
from assessment.scoring.rules.arrays.lines import (
    EXACT,
    LINES,
    NOUGHT,
    Cells,
    Line,
    Ratio,
    against_targets,
    rounded_line,
)
from assessment.scoring.rules.arrays.peers import Pair, extremes, lines_among_peers
from assessment.scoring.rules.arrays.readings import Readings
from assessment.scoring.rules.arrays.sheet import Places, Sheet, floats
from assessment.scoring.rules.arrays.stored import GIVEN, MISSING, Stored, Unfit
from assessment.scoring.rules.values import AdjustmentKind

Cell = TypeVar("Cell", np.float64, np.uint8)
NOTHING: tuple[Pair, Pair, int] = ((0, 1), (0, 1), 0)
"""The line of an indicator that is counted beside the lines."""


def sheet(scheme: Scheme, group: str, stored: Stored, members: Places | slice) -> Sheet:
    """A group's indicators as columns; raises ``Unfit`` where they need more room than float64 has."""
    scored = [(item, share) for item in scheme.items if (share := item.points_in(group)) is not None]
    items, points = [item for item, _ in scored], [share.as_integer_ratio() for _, share in scored]
    rows = {name: row for row, name in enumerate(stored.values.names)}
    where = [rows.get(item.reads, -1) for item in items]
    numbers, states = _block(stored.values.mantissas, where, members), _block(stored.values.kinds, where, members)
    policies = _policies(scheme, items)
    slopes, bases, reach = np.zeros((3, len(items)))
    made = Sheet(items, points, numbers, states, slopes, bases, reach, Gaps(states, policies))
    apart = {place for place, item in enumerate(items) if derives(scheme, item)} if scheme.formulas else set[int]()
    peers = [place for place, item in enumerate(items) if type(item) is PeerMinmax and place not in apart]
    _among_peers(made, peers)
    if len(peers) < len(items) or scheme.rounding.item or "peer_mean" in policies:
        _by_themselves(made, scheme, stored, members, where, policies, apart)
    if scheme.vetoes:
        _zeroed(scheme, made, stored, members, policies)
    if made.states is not states:
        made.gaps = Gaps(made.states, policies)
    return made


def _block(table: npt.NDArray[Cell], rows: Sequence[int], members: Places | slice) -> npt.NDArray[Cell]:
    """Some rows for some units; rows that follow one another are not copied, those of -1 are all nought or missing."""
    if rows and rows[0] >= 0 and rows == list(range(rows[0], rows[0] + len(rows))):
        return np.ascontiguousarray(table[rows[0] : rows[0] + len(rows), members])
    empty = np.full((1, table.shape[1]), MISSING if table.dtype == np.uint8 else 0, table.dtype)
    return np.ascontiguousarray(np.concatenate((table, empty))[rows][:, members])


def _policies(scheme: Scheme, items: Sequence[Item]) -> list[str]:
    gaps = scheme.missing
    same = None if gaps.submission or gaps.provider or gaps.panel else gaps.default
    return [item.missing or same or scheme.policy(item) for item in items]


def _among_peers(made: Sheet, places: Sequence[int]) -> None:
    """All indicators that are scored against the peers, at once."""
    if not places:
        return
    block = slice(None) if len(places) == len(made.items) else list(places)
    items = [item for place in places if isinstance(item := made.items[place], PeerMinmax)]
    lows, highs = extremes(made.counts[block], made.gaps.dense[block])
    points = floats([made.points[place] for place in places])
    made.slopes[block], made.bases[block] = lines_among_peers(items, points, lows, highs)
    made.reach[block] = np.maximum(highs, -lows)
    made.extremes = np.zeros((len(made.items), 2))
    made.extremes[block, 0], made.extremes[block, 1] = lows, highs


def _by_themselves(
    made: Sheet, scheme: Scheme, stored: Stored, members: Places | slice, where: Sequence[int], policies: list[str],
    apart: Collection[int],
) -> None:  # fmt: skip
    """All other indicators, one at a time; and every column whose scores are rounded or averaged themselves."""
    made.states, made.counts = made.states.copy(), made.counts.copy()
    rounding, readings = scheme.rounding.item, Readings(scheme, stored, members)
    for place, item in enumerate(made.items):
        line: Line | Ratio
        if place in apart:
            _derive(made, place, Derived(item, Fraction(*made.points[place]), readings), rounding, policies)
            continue
        if not isinstance(item, PeerMinmax):
            row = where[place]
            decimals = stored.values.places[row] if row >= 0 else 0
            cells = Cells(made.counts[place].astype(np.int64), decimals, made.states[place])
            line = _scored(item, Fraction(*made.points[place]), cells, stored, members)
        elif rounding or policies[place] == "peer_mean":
            counts = made.counts[place].astype(np.int64)
            slope, base, shift = made.line(place)
            line = Line(counts - shift, Fraction(*slope), Fraction(*base))
        else:
            continue
        _take(made, place, line, rounding, policies)


def _scored(item: Item, points: Fraction, cells: Cells, stored: Stored, members: Places | slice) -> Line | Ratio:
    if isinstance(item, Completion | Control) and isinstance(item.target, str):
        return against_targets(item, points, cells, stored, members)
    return LINES[type(item)](item, points, cells)


def _take(made: Sheet, place: int, line: Line | Ratio, rounding: Rounding | None, policies: list[str]) -> None:
    """Enter a column; the peers' mean is that of the exact scores, and is rounded itself."""
    states = made.states[place]
    if policies[place] == "peer_mean":
        assert isinstance(line, Line)
        present = int(np.count_nonzero((states == GIVEN) | (states == NOUGHT)))
        given = line.counts[states == GIVEN]
        mean = (line.slope * sum(given.tolist()) + line.base * given.size) / present if present else None
        _average(made, place, mean, rounding, policies)
    if rounding:
        line = rounded_line(line, rounding)
    if isinstance(line, Ratio):
        made.counts[place], made.ratios[place], made.lines[place] = 0, line, NOTHING
        return
    _enter(made, place, line)


def _average(made: Sheet, place: int, mean: Fraction | None, rounding: Rounding | None, policies: list[str]) -> None:
    """Keep the peers' mean; where nobody has a score, gaps block."""
    if mean is None:
        policies[place] = "block"
    else:
        made.means[place] = Fraction(rounded(mean, rounding.places, rounding.mode)) if rounding else mean


def _enter(made: Sheet, place: int, line: Line) -> None:
    counts = np.where(made.states[place] == GIVEN, line.counts, 0)
    made.reach[place] = int(np.abs(counts).max(initial=0))
    if made.reach[place] > EXACT:
        raise Unfit("the counts of this indicator do not fit")
    made.counts[place] = counts
    made.slopes[place], made.bases[place] = float(line.slope), float(line.base)
    made.lines[place] = line.slope.as_integer_ratio(), line.base.as_integer_ratio(), 0


def _derive(made: Sheet, place: int, one: Derived, rounding: Rounding | None, policies: list[str]) -> None:
    """Enter a column that a formula has a hand in; once its scores are rounded it is a column like any other."""
    made.states[place] = one.states
    if policies[place] == "peer_mean":
        _average(made, place, one.mean(), rounding, policies)
    if rounding:
        _enter(made, place, one.rounded(rounding))
    else:
        made.counts[place], made.derived[place], made.lines[place] = 0, one, NOTHING


def _zeroed(scheme: Scheme, made: Sheet, stored: Stored, members: Places | slice, policies: Sequence[str]) -> None:
    """Vetoes that take all points of an indicator."""
    taking = {veto.code: veto.effect.item_zero for veto in scheme.vetoes if veto.effect.item_zero}
    places = {item.code: place for place, item in enumerate(made.items)}
    if not taking or not stored.adjustments:
        return
    for unit, code in enumerate(np.arange(len(stored.units))[members].tolist()):
        for one in stored.adjustments.get(code, ()):
            place = places.get(taking.get(one.code, "")) if one.kind is AdjustmentKind.VETO else None
            if place is None:
                continue
            if policies[place] == "peer_mean":
                raise Unfit("a veto on an indicator with the peers' mean is left to the explained engine")
            if made.states[place, unit] == GIVEN:
                if made.states is made.gaps.states:
                    made.states, made.counts = made.states.copy(), made.counts.copy()
                made.states[place, unit], made.counts[place, unit] = NOUGHT, 0

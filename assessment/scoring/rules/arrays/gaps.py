"""What a cell without a score of its own does to its unit's total."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from assessment.scoring.rules.arrays.lines import Floats, Ints, States
from assessment.scoring.rules.arrays.stored import GIVEN, MISSING, WITHHELD

COUNTED, GONE, ZERO, MEAN, BLOCKED = range(5)
"""What a cell does to the total: it counts, leaves its points to the others, earns 0 or the peers' mean, or blocks."""

_OTHERWISE = (COUNTED, BLOCKED, GONE, BLOCKED, GONE, BLOCKED, ZERO)
_BY_POLICY = {"zero_by_decision": {MISSING: ZERO, WITHHELD: ZERO}, "reweight": {MISSING: GONE},
              "peer_mean": {MISSING: MEAN}, "block": {}}  # fmt: skip
EFFECTS: dict[str, list[int]] = {
    policy: [changed.get(state, effect) for state, effect in enumerate(_OTHERWISE)]
    for policy, changed in _BY_POLICY.items()
}


class Gaps:
    """Every cell that does not simply count: its indicator and unit, and its effect by the indicator's policy."""

    def __init__(self, states: States, policies: Sequence[str]) -> None:
        """`states` are indicators x units."""
        self.states, self.policies = states, policies
        used = range(1, int(states.max(initial=0)) + 1)
        effects = {EFFECTS[policy][state] for policy in set(policies) for state in used}
        self.alike = effects.pop() if len(effects) == 1 else None

    @cached_property
    def dense(self) -> Floats:
        """1 where there is a gap."""
        dense: Floats = (self.states != GIVEN).astype(np.float64)
        return dense

    @cached_property
    def cells(self) -> tuple[Ints, Ints, npt.NDArray[np.uint8]]:
        """Indicator, unit and effect of each gap."""
        table = np.array([EFFECTS[policy] for policy in self.policies], np.uint8)
        items, units = np.nonzero(self.states)
        return items, units, table[items, self.states[items, units]]

    def sums(self, by_item: Floats, effect: int | None = None) -> Floats:
        """For each unit the sum over its gaps (those of one effect, or all) of a number by indicator."""
        if effect is None or effect == self.alike:
            by_unit: Floats = by_item @ self.dense
            return by_unit
        items, units, effects = self.cells
        mine = effects == effect
        return np.asarray(np.bincount(units[mine], by_item[items[mine]], self.states.shape[1]), np.float64)

    def units(self, effect: int) -> Ints:
        """The units with such a gap."""
        if self.alike is not None and self.alike != effect:
            return np.zeros(0, np.intp)
        _, units, effects = self.cells
        found: Ints = units[effects == effect]
        return found

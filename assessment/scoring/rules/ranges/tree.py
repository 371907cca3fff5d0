"""A total as a tree of weighted means, and its weights as they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from assessment.programmes.rules.indicators import Dimension, Item
from assessment.programmes.rules.robustness import Mean
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.ranges.chance import Words, balanced

Floats = npt.NDArray[np.float64]

FINE = 2.0**26
"""Weights and scores are whole multiples of a 2**-26th of their whole: sums of their products are exact in a float64,
so that no order of adding (of BLAS, of chunks, of threads) changes a rank."""


class CannotVary(Exception):
    """This scheme's totals are no means of weighted parts."""


@dataclass(frozen=True)
class Node:
    """A mean of some power of its parts: indicators (by their place in the group) or further nodes."""

    code: str
    power: Fraction
    parts: tuple[Node | int, ...]
    weights: tuple[Fraction, ...]
    entries: tuple[int, ...]
    """Which of the scheme's entries each part is: an entry has its own chance, in whatever group."""

    def nodes(self) -> Iterator[Node]:
        """This one and all beneath."""
        yield self
        for part in self.parts:
            if isinstance(part, Node):
                yield from part.nodes()


    def by(self, mean: Mean) -> Node:
        """The same parts and weights, taken together by another mean, here and beneath."""
        if mean == "as_scheme":
            return self
        parts = tuple(part.by(mean) if isinstance(part, Node) else part for part in self.parts)
        return replace(self, power=POWERS[mean], parts=parts)


POWERS: Mapping[Mean, Fraction] = {"arithmetic": Fraction(1), "geometric": Fraction(0), "harmonic": Fraction(-1)}


def entries(scheme: Scheme) -> tuple[str, ...]:
    """What has a weight: every indicator, and in a composite every heading, in the order of the file."""
    return scheme.codes if scheme.composite else tuple(item.code for item in scheme.items)


def tree(scheme: Scheme, group: str) -> Node:
    """How a group's total is made of its indicators; raises ``CannotVary`` for a comparison of pairs."""
    order = {code: place for place, code in enumerate(entries(scheme))}
    places = {item.code: place for place, item in enumerate(scheme.items_in(group))}
    if scheme.composite is None:
        items = scheme.items_in(group)
        weights = tuple(Fraction(item.points_in(group) or 0) for item in items)
        return Node("", Fraction(1), tuple(places.values()), weights, tuple(order[item.code] for item in items))
    return _node(group, "", scheme.composite.aggregate.power, scheme.indicators, places, order)


def _node(
    group: str, code: str, power: Fraction | None, below: Sequence[Dimension | Item], places: Mapping[str, int],
    order: Mapping[str, int],
) -> Node:  # fmt: skip
    if power is None:
        raise CannotVary
    parts: list[tuple[Node | int, Fraction, int]] = []
    for entry in below:
        if isinstance(entry, Dimension):
            if any(item.code in places for item in entry.leaves):
                made = _node(group, entry.code, entry.aggregation.power, entry.items, places, order)
                parts.append((made, Fraction(entry.points), order[entry.code]))
        elif entry.code in places:
            parts.append((places[entry.code], Fraction(entry.points_in(group) or 0), order[entry.code]))
    nodes, weights, chances = zip(*parts, strict=True)
    return Node(code, power, nodes, weights, chances)


def weights(node: Node, numbers: Words, reach: Fraction) -> Floats:
    """Draws x parts: each weight times 1 plus or minus up to `reach`, made a whole again, in 2**-26ths."""
    whole = sum(node.weights)
    shares = np.array([float(weight / whole) for weight in node.weights])
    varied = np.rint(shares * (1 + float(reach) * balanced(numbers[:, list(node.entries)])) * 2.0**40)
    scaled: Floats = np.rint(varied * (FINE / varied.sum(axis=1))[:, None])
    return scaled

"""The form of a what-if, read from an address, and its answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from assessment.foundation.exact import canonical, parse_decimal
from assessment.foundation.i18n import Bilingual, Sentence, say
from assessment.programmes.rules.indicators import LETTER, Dimension, Item
from assessment.programmes.rules.robustness import Robustness
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.frozen import thawed_unit
from assessment.scoring.rules.weighing import weighed

if TYPE_CHECKING:
    from assessment.scoring.rules.whatif import Outcome

LIVE = 1000
"""Draws while somebody waits."""


@dataclass(frozen=True)
class Field:
    """One number that may be supposed: points in a peer group, or a target in per cent of the letters'."""

    key: str
    name: Bilingual
    group: str
    stated: str
    supposed: str

    @property
    def is_changed(self) -> bool:
        """Whether it says something else than the scheme or the letters."""
        return self.supposed != self.stated


class Form:
    """What somebody supposes, kept as it was typed; ``faults`` empty means that it can be computed."""

    def __init__(self, scheme: Scheme, said: Mapping[str, str]) -> None:
        """Read the fields ``w.INDICATOR.GROUP`` and ``t.VALUE``."""
        self.scheme, self.faults = scheme, list[Sentence]()
        self._groups = ["", *scheme.groups]
        self.weights = [
            self._field(f"w.{entry.code}.{group}", entry, group, canonical(points), said)
            for entry, group, points in sorted(_weights(scheme), key=lambda one: self._groups.index(one[1]))
        ]
        asked = {item.reads: item for item in scheme.items if getattr(item, "target", None) == LETTER}
        self.targets = [self._field(f"t.{name}", item, "", "100", said) for name, item in asked.items()]
        self._checked()

    def _field(self, key: str, item: Item | Dimension, group: str, stated: str, said: Mapping[str, str]) -> Field:
        return Field(key, Bilingual(item.zh or item.code, item.en or item.code), group, stated,
                     said.get(key, "").strip() or stated)  # fmt: skip

    def _checked(self) -> None:
        for field in (*self.weights, *self.targets):
            try:
                number = parse_decimal(field.supposed)
            except ValueError:
                self.faults.append(say("{name}: “{text}” is not a decimal number.", name=field.name,
                                       text=field.supposed[:60]))  # fmt: skip
                continue
            if number < 0 or number > 1000 or (number == 0 and field in self.targets):
                self.faults.append(say("{name}: {text} lies outside 0 to 1000.", name=field.name, text=field.supposed))
        if not self.faults and any(not self._indicators(group) for group in self.scheme.groups):
            self.faults.append(say("All weights are 0; give at least one indicator some."))

    @property
    def points(self) -> dict[tuple[str, str], Decimal]:
        """What is supposed of each weight."""
        return {(field.key.split(".")[1], field.group): parse_decimal(field.supposed) for field in self.weights}

    def _indicators(self, group: str) -> tuple[Item, ...]:
        """The indicators of a group to which some weight is left."""
        if self.scheme.composite is not None:
            return weighed(self.scheme, self.points).items_in(group)
        return tuple(item for item in self.scheme.items_in(group) if self.points.get((item.code, group)))

    @property
    def is_changed(self) -> bool:
        """Whether anything is supposed that is not so."""
        return any(field.is_changed for field in (*self.weights, *self.targets))

    def outcomes(self, inputs: str) -> list[Outcome]:
        """Every unit before and after, from an edition's frozen inputs; nothing is written."""
        # Arrays are loaded only where they are used.
        from assessment.scoring.rules.whatif import Supposed, what_if

        points = self.points if any(field.is_changed for field in self.weights) else {}
        targets = {field.key.split(".")[1]: Decimal(field.supposed) for field in self.targets if field.is_changed}
        said = (self.scheme.robustness or Robustness()).model_copy(update={"draws": LIVE})
        units = [thawed_unit(one) for one in json.loads(inputs)["units"]]
        return what_if(self.scheme, units, Supposed(points, targets), said)


def _weights(scheme: Scheme) -> Iterator[tuple[Item | Dimension, str, Decimal]]:
    """What has a weight in which group; in a composite headings too, and no group where all share the weight."""
    if scheme.composite is None:
        for item in scheme.items:
            shares = {group: points for group in scheme.groups if (points := item.points_in(group)) is not None}
            yield from ((item, group, points) for group, points in shares.items())
        return
    entries: dict[str, Item | Dimension] = {one.code: one for one in scheme.dimensions}
    entries |= {one.code: one for one in scheme.items}
    for entry in (entries[code] for code in scheme.codes):
        shares = dict(entry.points) if isinstance(entry.points, dict) else {"": entry.points}
        yield from ((entry, group, points) for group, points in shares.items())

"""Lots: what a draw is computed from, and the draw itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from assessment.foundation import draw as drawing

# --- lots ------------------------------------------------------------------------------------------------------------


RATE = re.compile(r"([0-9]{1,9})(?:/([1-9][0-9]{0,8})|\.([0-9]{1,9}))?(%?)", re.ASCII)


def rate_of(text: str) -> Fraction | None:
    """``3/10``, ``0.3`` or ``30%`` as a share of one; nothing for what is none, or more than all."""
    found = RATE.fullmatch(text.strip())
    if found is None:
        return None
    whole, below, decimals, percent = found.groups()
    rate = Fraction(f"{whole}.{decimals}") if decimals else Fraction(int(whole), int(below or 1))
    rate = rate / 100 if percent else rate
    return rate if rate <= 1 else None


def by_rates(strata: Iterable[str], rates: Mapping[str, str]) -> dict[str, int]:
    """How many objects each stratum gives at its own rate (``3/10``), never fewer than the rate asks for."""
    return drawing.sizes_by_rate(strata, {stratum: Fraction(rate) for stratum, rate in rates.items()})


@dataclass(frozen=True)
class Lot:
    """One object drawn, with its team in the order of their tickets."""

    order: int
    id: str
    ticket: str
    team: tuple[str, ...]


@dataclass(frozen=True)
class Lots:
    """All that a draw is computed from but the seed: the rolls, who is kept from what, and how many are drawn."""

    objects: Mapping[str, str]
    """Code -> stratum ("" where there are none)."""
    inspectors: Mapping[str, bool]
    """Code -> whether he may lead."""
    recusals: frozenset[tuple[str, str]]
    """(inspector, object)."""
    size: int
    per_object: int = 2
    rates: Mapping[str, str] = field(default_factory=dict)

    @property
    def population_hash(self) -> str:
        return drawing.population_hash(self.objects)

    @cached_property
    def tables(self) -> dict[str, tuple[tuple[str, ...], Sequence[tuple[str, ...]]]]:
        """The rolls as the second hash takes them, by the name of their file; rates only where there are some."""
        leads = [(code, "yes" if may_lead else "no") for code, may_lead in self.inspectors.items()]
        found: dict[str, tuple[tuple[str, ...], Sequence[tuple[str, ...]]]] = {
            "objects": (("id", "stratum"), list(self.objects.items())),
            "inspectors": (("id", "may_lead"), leads),
            "recusals": (("inspector", "id"), sorted(self.recusals)),
        }
        if self.rates:
            found["rates"] = (("stratum", "rate"), list(self.rates.items()))
        return found

    @property
    def inputs_hash(self) -> str:
        return drawing.inputs_hash(*self.tables.values())

    def csv(self, name: str) -> str:
        """One of the tables as a file; raises ``KeyError`` for a name that is none."""
        return drawing.canonical_csv(*self.tables[name])

    def draw(self, seed: str) -> tuple[Lot, ...]:
        """Objects by ticket within their strata, and for each its team; the same lots and seed draw the same."""
        sizes = by_rates(self.objects.values(), self.rates) if self.rates else None
        size = sum(sizes.values()) if sizes is not None else self.size
        drawn = drawing.draw(sorted(self.objects), size, seed, self.objects, sizes)
        teams = drawing.assign_teams(
            [one.id for one in drawn], self.inspectors, self._leaders, seed, self.per_object, self.recusals
        )
        return tuple(Lot(one.order, one.id, one.ticket, teams[one.id]) for one in drawn)

    @cached_property
    def _leaders(self) -> frozenset[str]:
        return frozenset(code for code, may_lead in self.inspectors.items() if may_lead)

    def is_short(self, lot: Lot) -> bool:
        """Too few inspectors are free for this object, or none of them may lead."""
        return len(lot.team) < self.per_object or not self._leaders & set(lot.team)

    def as_json(self, drawn: Sequence[Lot]) -> dict[str, Any]:
        """What a record of the draw holds."""
        return {
            "size": self.size, "per_object": self.per_object, "rates": dict(self.rates),
            "objects": [{"id": one, "stratum": stratum} for one, stratum in self.objects.items()],
            "inspectors": [{"id": one, "may_lead": may_lead} for one, may_lead in self.inspectors.items()],
            "recusals": [{"inspector": inspector, "id": thing} for inspector, thing in sorted(self.recusals)],
            "drawn": [
                {"order": one.order, "id": one.id, "ticket": one.ticket, "inspectors": list(one.team)} for one in drawn
            ],
        }  # fmt: skip

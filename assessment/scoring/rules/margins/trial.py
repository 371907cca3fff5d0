"""One unit of a computed period, supposed to be different: the rules score again, and its place is found anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from assessment.foundation.exact import rounded
from assessment.foundation.reals import Number
from assessment.programmes.rules.indicators import Given, Item
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import ItemScore, Results, Scorecard
from assessment.scoring.rules.composition import COMPOSED
from assessment.scoring.rules.engine import score_item
from assessment.scoring.rules.standing import ranked_groups
from assessment.scoring.rules.totals import in_total
from assessment.scoring.rules.values import UnitInput


@dataclass(frozen=True)
class Standing:
    """Where a unit would stand."""

    total: Decimal | None
    rank: int | None
    band: str


@dataclass(frozen=True)
class Trial:
    """One unit of a computed period, to be supposed different."""

    scheme: Scheme
    units: Mapping[str, UnitInput]
    results: Results
    unit: str

    @cached_property
    def card(self) -> Scorecard:
        """Its own scorecard."""
        found = self.results.of(self.unit)
        if found is None:
            raise ValueError(f"no unit {self.unit}")
        return found

    @cached_property
    def own(self) -> UnitInput:
        """Its own inputs."""
        return self.units[self.unit]

    @cached_property
    def _members(self) -> tuple[UnitInput, ...]:
        cards = (card for card in self.results.scorecards if card.group == self.card.group)
        return tuple(self.units[card.unit] for card in cards)

    @property
    def is_composed(self) -> bool:
        """Whether the items are other periods, by their published totals."""
        return any(item.explanation.rule == COMPOSED for item in self.card.items)

    @property
    def items(self) -> tuple[Item, ...]:
        """The indicators, or the parts as if each were one."""
        if not self.is_composed:
            return self.scheme.items_in(self.card.group)
        return tuple(Given.model_construct(rule="given", code=one.code, points=Decimal(1)) for one in self.card.items)

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        return _standing(self.card)

    # --- supposing ---------------------------------------------------------------------------------------------------

    def ranked(
        self, changed: Mapping[str, Scorecard], scheme: Scheme | None = None, own: UnitInput | None = None
    ) -> Standing:
        """Where the unit stands when some scorecards of its peer group are replaced."""
        scheme = scheme or self.scheme
        groups = scheme.groups if any(band.quota_of_all is not None for band in scheme.bands) else (self.card.group,)
        inputs = {**self.units, **({own.code: own} if own else {})}
        cards: dict[str, list[Scorecard]] = {group: [] for group in groups}
        for card in self.results.scorecards:
            if card.group in cards:
                cards[card.group].append(changed.get(card.unit, card))
        given = {group: [inputs[card.unit] for card in some] for group, some in cards.items()}
        return _standing(next(card for card in ranked_groups(scheme, cards, given) if card.unit == self.unit))

    def with_total(self, total: Decimal) -> Standing:
        """With another published total."""
        return self.ranked({self.unit: replace(self.card, total_exact=Fraction(total), total_published=total)})

    def supposed(self, item: Item, name: str, number: Number, *, alone: bool) -> dict[str, ItemScore]:
        """One indicator when the unit's value is another: by unit, or of the unit alone where peers do not matter."""
        if self.is_composed:  # a part counts by its weight, whatever the others have
            score = self.card.item(item.code)
            return {self.unit: replace(score, exact=score.points * number / 100)} if score else {}
        members = (self.own,) if alone else self._members
        scores = score_item(self.scheme, self.card.group, item, members, {self.unit: {name: number}})
        return dict(zip((one.code for one in members), scores, strict=True))

    def with_scores(self, item: Item, scores: Mapping[str, ItemScore]) -> Standing:
        """With other scores in one indicator."""
        return self.ranked({unit: self._carded(unit, item, score) for unit, score in scores.items()})

    def _carded(self, unit: str, item: Item, score: ItemScore) -> Scorecard:
        card = self.results.of(unit)
        items = [score if one.code == item.code else one for one in (card.items if card else ())]
        return in_total(self.scheme, self.card.group, self.units[unit], items)

    def total_with(self, score: ItemScore) -> Decimal | None:
        """The published total with another score in one indicator, all else as it was."""
        before, exact = self.card.item(score.code), self.card.total_exact
        if before is None or exact is None or score.counted is None or before.counted is None:
            return None
        rounding = self.scheme.rounding.of_total
        moved = exact + (score.counted - before.counted) * 100 / self.card.maximum
        return rounded(moved, rounding.places, rounding.mode)


def _standing(card: Scorecard) -> Standing:
    return Standing(card.total_published, card.rank, card.band or "")

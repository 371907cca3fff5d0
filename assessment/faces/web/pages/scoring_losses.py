"""Where a unit's marks went: what each item took, and the pictures of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from markupsafe import Markup

from assessment.faces.web.kit import _, said
from assessment.faces.web.pages.scoring import COLOURS, FULL, Standing
from assessment.faces.web.pages.scoring_items import Item
from assessment.foundation.charts import Loss, bars, waterfall
from assessment.foundation.exact import rounded
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.models import Scorecard
from assessment.scoring.rules.totals import carried


def losses_of(standing: Standing, card: Scorecard, items: Sequence[Item]) -> list[Loss]:
    """Marks lost by item, largest first, then what bonuses and deductions made of the rest."""
    colours = _colours(standing.scheme)
    found = [
        Loss(
            f"{one.code} {said(one.name)}".strip(), Fraction(one.lost), _signed(-one.lost), colours.get(one.code, "fa")
        )
        for one in items
        if one.lost
    ]
    found.sort(key=lambda loss: -loss.amount)
    return [*found, *_beside_items(standing, card)] if card.total is not None and _is_sum(standing) else found


def _beside_items(standing: Standing, card: Scorecard) -> Iterator[Loss]:
    """What went with items that do not count, and what bonuses and deductions made of the rest."""
    marks = [(Fraction(one["exact"]) if one["exact"] is not None else None, Fraction(str(one["maximum"]).rstrip("…")))
             for one in card.items]  # fmt: skip
    lost = sum((most - score for score, most in marks if score is not None), Fraction(0))
    passed_on = carried(marks)
    adjusted = FULL - lost - passed_on - Fraction(card.total or 0)
    codes = ", ".join(one["code"] for one in card.items if one["exact"] is None)
    for name, amount in ((_("{codes} not counted", codes=codes), passed_on), (_("Adjustments"), adjusted)):
        if abs(amount) >= Fraction(1, 10**standing.places):  # less is what rounding the total left
            shown = rounded(amount, standing.places, "half_up")
            yield Loss(name, Fraction(shown), _signed(-shown), "fc")


def _is_sum(standing: Standing) -> bool:
    """Whether the total is what the items leave of 100: neither made of other periods nor of means."""
    return not standing.period.is_composite and standing.scheme.composite is None


def _signed(number: Decimal) -> str:
    return f"{number:+f}".replace("-", "\u2212")


def _colours(scheme: Scheme) -> dict[str, str]:
    """Each dimension's own colour, always in the same order."""
    return {
        item.code: COLOURS[place % len(COLOURS)]
        for place, dimension in enumerate(scheme.dimensions)
        for item in dimension.leaves
    }


def pictures_of(standing: Standing, card: Scorecard, losses: Sequence[Loss]) -> tuple[Markup, Markup] | None:
    if card.total is None or not losses or not _is_sum(standing):
        return None
    total = standing.points(card.total)
    label = _("From 100 to {total}: marks lost by item, largest first", total=total)
    wide = waterfall(label, FULL, losses, said(card.name), total)
    narrow = bars(_("Marks lost by item, largest first"), losses)
    return Markup(wide), Markup(narrow)  # noqa: S704 - drawn by us, texts escaped there

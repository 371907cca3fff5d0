"""Quarters and years: composed of published totals by weight, ranked and banded as any period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import About, Explanation, ItemScore, Results, Scorecard, Step
from assessment.scoring.rules.standing import ranked_groups
from assessment.scoring.rules.totals import in_total
from assessment.scoring.rules.values import Adjustment, Kind, UnitInput, Value

COMPOSED = "composed"


@dataclass(frozen=True)
class Part:
    """A period's published total and its weight; no total means that the unit was not ranked then."""

    code: str
    weight: Fraction
    total: Decimal | None
    edition: str = ""


@dataclass(frozen=True)
class CompositeInput:
    """A unit's parts; adjustments only those that belong to the composite itself, such as vetoes."""

    code: str
    group: str
    parts: tuple[Part, ...]
    adjustments: tuple[Adjustment, ...] = ()
    values: Mapping[str, Value] | None = None


def quarter_parts(months: Mapping[str, Decimal | None], editions: Mapping[str, str] | None = None) -> tuple[Part, ...]:
    """The months of a quarter, with equal weights."""
    return tuple(
        Part(month, Fraction(100, len(months)), total, (editions or {}).get(month, ""))
        for month, total in months.items()
    )


def year_parts(
    scheme: Scheme, quarters: Mapping[str, Decimal | None], editions: Mapping[str, str] | None = None
) -> tuple[Part, ...]:
    """The quarters of a year, with the weights of the scheme; a quarter not handed in has no total."""
    weights = scheme.year.weights if scheme.year else {}
    return tuple(
        Part(quarter, Fraction(weight), quarters.get(quarter), (editions or {}).get(quarter, ""))
        for quarter, weight in weights.items()
        if weight
    )


def compose(scheme: Scheme, units: Sequence[CompositeInput]) -> Results:
    """Compose, band and rank all units, each within its peer group."""
    groups = list(dict.fromkeys([*scheme.groups, *(unit.group for unit in units)]))
    totals: dict[str, list[Scorecard]] = {}
    given: dict[str, list[UnitInput]] = {}
    for group in groups:
        members = [unit for unit in units if unit.group == group]
        given[group] = [
            UnitInput(unit.code, unit.values or {}, adjustments=unit.adjustments, group=group) for unit in members
        ]
        totals[group] = [
            in_total(scheme, group, inputs, [_item(part) for part in unit.parts])
            for unit, inputs in zip(members, given[group], strict=True)
        ]
    return Results(tuple(ranked_groups(scheme, totals, given)), ())


def _item(part: Part) -> ItemScore:
    edition = part.edition or "—"
    if part.total is None:
        step = Step(
            About.STATE,
            N_("{part}: not ranked (edition {edition}); the other parts carry its weight."),
            {"part": part.code, "edition": edition},
        )
        return ItemScore(part.code, part.weight, Kind.NOT_APPLICABLE, None, None, Explanation(COMPOSED, "", (step,)))
    exact = part.weight * Fraction(part.total) / 100
    step = Step(
        About.FORMULA,
        N_("{part}: {total} (edition {edition}) × {weight} % = {exact}"),
        {
            "part": part.code,
            "total": format(part.total, "f"),
            "edition": edition,
            "weight": shown(part.weight),
            "exact": shown(exact),
        },
    )
    return ItemScore(part.code, part.weight, Kind.GIVEN, exact, None, Explanation(COMPOSED, "", (step,)))

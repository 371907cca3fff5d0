"""Quarters and years: composed of published totals by weight, ranked and banded as any period."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import About, Explanation, ItemScore, Results, Scorecard, Step, Trouble
from assessment.scoring.rules.composites.aggregating import Aggregated
from assessment.scoring.rules.standing import ranked_groups
from assessment.scoring.rules.totals import in_total
from assessment.scoring.rules.values import Adjustment, Kind, UnitInput, Value

COMPOSED = "composed"
YEAR_END = "year_end"


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
    scheme: Scheme, totals: Mapping[str, Decimal | None], editions: Mapping[str, str] | None = None
) -> tuple[Part, ...]:
    """The quarters of a year and its year-end assessment, as the scheme weighs them; what is not there has no total."""
    if scheme.year is None:
        return ()
    said = scheme.year.year_end
    quarters = {quarter: Fraction(weight) for quarter, weight in scheme.year.weights.items() if weight}
    weights = quarters
    if said is not None:
        weights = {quarter: weight * (1 - said.share) for quarter, weight in quarters.items()}
        weights[YEAR_END] = 100 * said.share
    parts = [Part(code, weight, totals.get(code), (editions or {}).get(code, "")) for code, weight in weights.items()]
    return carried(parts, quarters) if said else tuple(parts)


def carried(parts: Sequence[Part], together: Collection[str]) -> tuple[Part, ...]:
    """What a missing quarter weighs is carried by the other quarters, not by the year-end assessment."""
    quarters = [part for part in parts if part.code in together]
    present = sum((part.weight for part in quarters if part.total is not None), Fraction(0))
    if not present:
        return tuple(parts)
    factor = sum((part.weight for part in quarters), Fraction(0)) / present
    return tuple(
        replace(part, weight=part.weight * factor) if part.code in together and part.total is not None else part
        for part in parts
    )


def compose(scheme: Scheme, units: Sequence[CompositeInput]) -> Results:
    """Compose, band and rank all units, each within its peer group."""
    troubles = [trouble for unit in units for trouble in _troubles(scheme, unit)]
    groups = list(dict.fromkeys([*scheme.groups, *(unit.group for unit in units)]))
    totals: dict[str, list[Scorecard]] = {}
    given: dict[str, list[UnitInput]] = {}
    for group in groups:
        members = [unit for unit in units if unit.group == group]
        given[group] = [
            UnitInput(unit.code, unit.values or {}, adjustments=unit.adjustments, group=group) for unit in members
        ]
        totals[group] = [
            in_total(scheme, group, inputs, [_item(part) for part in unit.parts], _not_ranked(scheme, unit))
            for unit, inputs in zip(members, given[group], strict=True)
        ]
    return Results(tuple(ranked_groups(scheme, totals, given)), tuple(troubles))


def _troubles(scheme: Scheme, unit: CompositeInput) -> Iterator[Trouble]:
    if scheme.year is not None and scheme.year.without_part == "block":
        for part in unit.parts:
            if part.total is None:
                message = N_("There is no score for {part}, and the scheme lets nobody be ranked without one.")
                yield Trouble(unit.code, "", message, {"part": part.code})


def _not_ranked(scheme: Scheme, unit: CompositeInput) -> Aggregated | None:
    """Why the parts that a unit has are not enough to rank it by; None where they are."""
    missing = [part for part in unit.parts if part.total is None]
    if scheme.year is None or not missing:
        return None
    maximum = sum((part.weight for part in unit.parts if part.total is not None), Fraction(0))
    left = 100 - sum((part.weight for part in missing), Fraction(0))
    facts = {"parts": ", ".join(part.code for part in missing)}
    if scheme.year.without_part == "not_ranked":
        message = N_("Without a score for {parts} the unit is not ranked.")
        return Aggregated(None, (), maximum, (Step(About.STATE, message, facts),))
    least = scheme.year.at_least
    if least is not None and left < least * 100:
        message = N_("Without {parts} only {left} % of the whole are there, and {least} % are needed: not ranked.")
        step = Step(About.STATE, message, {**facts, "left": shown(left), "least": shown(least * 100)})
        return Aggregated(None, (), maximum, (step,))
    return None


def _item(part: Part) -> ItemScore:
    edition = part.edition or "—"
    if part.total is None:
        step = Step(
            About.STATE,
            N_("{part}: not ranked (edition {edition}); the other parts carry its weight.")
            if part.edition
            else N_("{part}: not assessed then; the other parts carry its weight."),
            {"part": part.code, **({"edition": edition} if part.edition else {})},
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

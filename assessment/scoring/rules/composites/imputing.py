"""Filling gaps: by the mean or median of the peer group, or of those of the unit's own group within it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number, total
from assessment.programmes.rules.normalised import Imputation
from assessment.scoring.rules.cards import About, Step
from assessment.scoring.rules.facts import CannotScore


@dataclass(frozen=True)
class Row:
    """A unit's value, None where it is to be imputed, and the group within which that is done."""

    number: Number | None
    group: str = ""


def mean(numbers: Sequence[Number]) -> Number:
    """The plain mean."""
    return total(numbers) * Fraction(1, len(numbers))


def median(numbers: Sequence[Number]) -> Number:
    """The middle value, or the mean of the two in the middle."""
    ordered, middle = sorted(numbers), len(numbers) // 2
    return ordered[middle] if len(numbers) % 2 else mean(ordered[middle - 1 : middle + 1])


_AVERAGES: Mapping[str, Callable[[Sequence[Number]], Number]] = {
    "mean": mean, "median": median, "group_mean": mean, "group_median": median,
}  # fmt: skip
_SAID: Mapping[str, str] = {
    "mean": N_("Not reported; imputed by the mean of {count} units: {number}."),
    "median": N_("Not reported; imputed by the median of {count} units: {number}."),
    "group_mean": N_("Not reported; imputed by the mean of {count} units of the group “{group}”: {number}."),
    "group_median": N_("Not reported; imputed by the median of {count} units of the group “{group}”: {number}."),
}


def imputed(rows: Sequence[Row], how: Imputation | None) -> list[tuple[Number, tuple[Step, ...]] | CannotScore]:
    """Every row's number, with a step where it was imputed; a refusal where nobody has a value to impute from."""
    by_group: dict[str, list[Number]] = {}
    for row in rows:
        if row.number is not None:
            by_group.setdefault(row.group if how and how.startswith("group") else "", []).append(row.number)
    average = _AVERAGES.get(how or "")
    averages = {group: average(numbers) for group, numbers in by_group.items()} if average else {}
    return [_filled(row, how, by_group, averages) for row in rows]


def _filled(
    row: Row, how: Imputation | None, by_group: Mapping[str, Sequence[Number]], averages: Mapping[str, Number]
) -> tuple[Number, tuple[Step, ...]] | CannotScore:
    if row.number is not None:
        return row.number, ()
    group = row.group if how and how.startswith("group") else ""
    if how is None or group not in averages:
        return CannotScore(
            N_("The value is missing, and no unit of the group “{group}” has one to impute it from; report it.")
            if group
            else N_("The value is missing, and no unit of the peer group has one; report it."),
            group=group,
        )
    facts = {"count": str(len(by_group[group])), "group": group, "number": shown(averages[group])}
    return averages[group], (Step(About.STATE, _SAID[how], facts),)

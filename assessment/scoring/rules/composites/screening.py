"""Screening: a unit with too few values is not ranked, and enters no statistic."""

from collections.abc import Callable, Iterable, Sequence

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import About, Step
from assessment.scoring.rules.composites.aggregating import Aggregated
from assessment.scoring.rules.composites.columns import scale_of
from assessment.scoring.rules.values import Kind, UnitInput


def screened(
    scheme: Scheme, units: Sequence[UnitInput], kinds: Callable[[UnitInput], Iterable[Kind]]
) -> dict[str, tuple[UnitInput, Aggregated]]:
    """The units with a value for fewer of the indicators that apply to them than the composite asks for, and why."""
    share = scheme.composite.available if scheme.composite else None
    if share is None:
        return {}
    out = {}
    for unit in units:
        applicable = [kind for kind in kinds(unit) if kind is not Kind.NOT_APPLICABLE]
        given = applicable.count(Kind.GIVEN)
        if applicable and given < share * len(applicable):
            message = N_("{given} of {applicable} values are given, fewer than {share}: the unit is not ranked.")
            facts = {"given": str(given), "applicable": str(len(applicable)), "share": f"{shown(share * 100)}%"}
            why = Aggregated(None, (), scale_of(scheme).high, (Step(About.STATE, message, facts),))
            out[unit.code] = unit, why
    return out

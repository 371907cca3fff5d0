"""Which schemes the arrays score: those of whom they understand every word."""

from __future__ import annotations

from collections.abc import Mapping

from assessment.programmes.rules.indicators import (
    Completion,
    Control,
    Deduct,
    Efficacy,
    Given,
    Item,
    PeerMinmax,
    Steps,
)
from assessment.programmes.rules.scheme import Scheme

_SECTIONS = frozenset({
    # Understood here.
    "indicators", "peer_group", "peer_groups", "rounding", "ranking", "missing", "bonus", "deductions", "vetoes",
    "bands", "values", "formulas",
    # Of no effect on a period's scores.
    "format", "scheme", "version", "title", "authority", "zone", "working_days", "basis", "periods", "calendar", "year",
    "unit_column", "robustness", "severities", "escalation", "ladders", "rewards",
})  # fmt: skip
_OF_BANDS = frozenset({"zh", "en", "code", "from_", "above", "below", "up_to", "quota"})
_OF_ITEMS = frozenset({"zh", "en", "code", "points", "value", "basis", "source", "missing", "not_applicable", "rule"})
_FIELDS: Mapping[type[Item], frozenset[str]] = {
    Given: _OF_ITEMS,
    Completion: _OF_ITEMS | {"target", "schedule", "full_when", "cap"},
    Control: _OF_ITEMS | {"target", "schedule", "full_when"},
    Efficacy: _OF_ITEMS | {"satisfactory", "unacceptable", "clip"},
    PeerMinmax: _OF_ITEMS | {"direction", "floor", "all_equal"},
    Steps: _OF_ITEMS | {"steps"},
    Deduct: _OF_ITEMS | {"each", "per", "part_of_a_step", "over", "at_most", "zero_from"},
}


def covers(scheme: Scheme) -> bool:
    """Whether the arrays know everything that the scheme says; a word that is new to them sends it to the other engine.

    Not covered are changes, values carried forward, the peers' mean where each unit has its own target, and equal
    totals that an indicator's score separates.
    """
    if not scheme.model_fields_set <= _SECTIONS or not scheme.rounding.model_fields_set <= {"total", "item"}:
        return False
    if not scheme.ranking.model_fields_set <= {"of", "ties", "then"}:
        return False
    if not all(_separates(scheme, key.value) for key in scheme.ranking.then):
        return False
    if not all(band.model_fields_set <= _OF_BANDS for band in scheme.bands):
        return False
    gaps = scheme.missing
    if not gaps.model_fields_set <= {"default", "submission", "provider", "panel"}:
        return False
    same = None if gaps.submission or gaps.provider or gaps.panel else gaps.default
    return all(_covers(item, item.missing or same or scheme.policy(item)) for item in scheme.items)


def _separates(scheme: Scheme, key: str) -> bool:
    """Whether a tie-break key is a value, and not an indicator's score."""
    return key in scheme.names or all(key != item.code for item in scheme.items)


def _covers(item: Item, policy: str) -> bool:
    known = _FIELDS.get(type(item))
    if known is None or not item.model_fields_set <= known or policy == "carry_forward":
        return False
    if type(item) not in (Completion, Control):  # asked of types: isinstance is slow on models, and there are hundreds
        return True
    return not isinstance(getattr(item, "target", None), str) or policy != "peer_mean"

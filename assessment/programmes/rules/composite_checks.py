"""Whether a composite is whole: no ordinary scheme with its rules, no mean of what may be negative, groups named."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assessment.foundation.i18n import N_
from assessment.programmes.rules.finding import Found, find
from assessment.programmes.rules.normalised import Aggregation, Normalised, ZScore
from assessment.programmes.rules.reading import Document, Place
from assessment.programmes.rules.robustness import Robustness

if TYPE_CHECKING:
    from assessment.programmes.rules.scheme import Scheme

_NOT_COMPOSITE = N_("“{name}” belongs to a composite; add “composite:” with its scale to the scheme, or leave it out.")


def composites(scheme: "Scheme", document: Document) -> Found:
    """Everything that a composite needs is said, and nothing of it stands in an ordinary scheme."""
    for dimension in scheme.dimensions if scheme.composite is None else ():
        for key in ("points", "aggregate", "available"):
            if key in dimension.model_fields_set:
                yield find(document, "indicators", dimension.code, dimension.code, key), _NOT_COMPOSITE, {"name": key}
    for item in scheme.items:
        for key, message, facts in _of(scheme, item) if isinstance(item, Normalised) else ():
            yield find(document, "indicators", item.code, key), message, facts
    for place, aggregation, parts in _levels(scheme, document):
        for part in parts:
            if aggregation.needs_positive and isinstance(part, ZScore):
                message = N_("“{name}” may be negative, as z-scores are, and cannot be taken into a {mean} mean.")
                yield place, message, {"name": part.code, "mean": str(aggregation)}


def ranges(scheme: "Scheme", document: Document) -> Found:
    """No geometric or harmonic mean is drawn of what may be negative."""
    if scheme.robustness is not None and (name := may_be_negative(scheme, scheme.robustness)):
        message = N_("“{name}” may be negative, and cannot be taken into a geometric or harmonic mean; leave one out.")
        yield ("robustness", "aggregation"), message, {"name": name}


def may_be_negative(scheme: "Scheme", said: Robustness) -> str:
    """What may be negative where geometric or harmonic means are drawn; empty where nothing is."""
    if not {"geometric", "harmonic"} & set(said.aggregation):
        return ""
    if "z_score" in said.normalisation:
        return "z_score"
    as_scheme = scheme.composite is not None and "as_scheme" in said.normalisation
    return next((item.code for item in scheme.items if as_scheme and isinstance(item, ZScore)), "")


def nothing_to_vary(scheme: "Scheme", document: Document) -> Found:
    """Copeland's comparison has no weights that a simulation could vary."""
    for place, aggregation, _ in _levels(scheme, document) if scheme.robustness is not None else ():
        if aggregation.power is None:
            message = N_("Copeland's method compares units pair by pair and leaves no weights to vary: leave out "
                         "“robustness”, or aggregate by a mean.")  # fmt: skip
            yield place, message, {}


def _of(scheme: "Scheme", item: Normalised) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if scheme.composite is None and not item.is_bounded:
        yield "rule", _NOT_COMPOSITE, {"name": item.rule_name}
    if scheme.policy(item) == "zero_by_decision" and isinstance(item, ZScore):
        yield "missing", N_("A z-score has no lowest value; say “missing: block”, or “impute”."), {}
    grouped = scheme.imputation(item) in {"group_mean", "group_median"}
    if grouped and (scheme.composite is None or scheme.composite.group is None):
        message = N_("Name the property of units whose groups are meant, such as composite: {example}.")
        yield "impute", message, {"example": "{group: region}"}


def _levels(scheme: "Scheme", document: Document) -> Iterator[tuple[Place, Aggregation, tuple[Any, ...]]]:
    if scheme.composite is None:
        return
    yield ("composite", "aggregate"), scheme.composite.aggregate, scheme.indicators
    for dimension in scheme.dimensions:
        yield find(document, "indicators", dimension.code), dimension.aggregation, dimension.items

"""Whether every value that a scheme reads is declared, and whether formulas and changes can be computed at all."""

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from assessment.foundation.i18n import N_
from assessment.programmes.rules.finding import Found, find
from assessment.programmes.rules.formulas import MOST_FORMULAS, MOST_TOGETHER, Size, size_of
from assessment.programmes.rules.indicators import Completion, Item, Sliding
from assessment.programmes.rules.normalised import Normalised
from assessment.programmes.rules.reading import Document

if TYPE_CHECKING:
    from assessment.programmes.rules.scheme import Scheme


def values(scheme: "Scheme", document: Document) -> Found:
    """Indicators and tie-break keys read what is declared; a scheme without values declares nothing."""
    for item in scheme.items:
        for key, name in _read(item):
            if scheme.values and name not in scheme.names:
                yield find(document, "indicators", item.code, key), _UNKNOWN, {"name": name}
        if "divisor_is_zero" in item.not_applicable and not _divides(scheme, item):
            yield (
                find(document, "indicators", item.code, "not_applicable"),
                N_("“divisor_is_zero” is for values from a formula or a change; “{name}” is none."),
                {"name": item.reads},
            )
    for tie in scheme.ranking.then:
        if scheme.values and tie.value not in {*scheme.names, *(item.code for item in scheme.items), "bonus"}:
            yield ("ranking", "then"), _UNKNOWN, {"name": tie.value}


_UNKNOWN = N_("There is no value “{name}”; declare it under values, formulas or changes.")


def _read(item: Item) -> Iterator[tuple[str, str]]:
    """The values an indicator reads, each with the key under which it names them."""
    several = next((key for key in ("votes", "marks", "losses") if getattr(item, key, None)), "value")
    yield from ((several, name) for name in item.parts)
    for name in item.needs:
        growth = isinstance(item, Completion) and name == item.growth
        key = "average" if isinstance(item, Sliding) else "denominate" if isinstance(item, Normalised) else "target"
        yield "growth" if growth else key, name


def _divides(scheme: "Scheme", item: Item) -> bool:
    has_denominator = isinstance(item, Normalised) and item.denominate is not None
    return has_denominator or any(name in scheme.formulas or name in scheme.changes for name in item.parts)


def formulas(scheme: "Scheme", document: Document) -> Found:
    """Formulas have names of their own, read what is declared, and do not need themselves."""
    for name, formula in scheme.formulas.items():
        if name in scheme.values:
            yield ("formulas", name), N_("“{name}” is both a value and a formula; rename one."), {"name": name}
        for part in formula.names:
            if scheme.values and part not in scheme.names:
                yield ("formulas", name), _UNKNOWN, {"name": part}
    if len(scheme.formulas) > MOST_FORMULAS:
        yield ("formulas",), N_("There are more than {most} formulas; take out what nobody reads."), {
            "most": MOST_FORMULAS
        }  # fmt: skip
        return
    reads = {name: [part for part in one.names if part in scheme.formulas] for name, one in scheme.formulas.items()}
    try:
        order = tuple(TopologicalSorter(reads).static_order())
    except CycleError:
        for name in scheme.formulas:
            if name in _behind(name, scheme):
                yield ("formulas", name), N_("The formula “{name}” needs its own result; take it out."), {"name": name}
        return
    yield from _sizes(scheme, order)


def _sizes(scheme: "Scheme", order: Sequence[str]) -> Found:
    """Formulas of formulas can double the work with every step: no more than anyone could check."""
    sizes: dict[str, Size] = {}
    for name in order:
        sizes[name] = size_of(scheme.formulas[name], sizes)
        if sizes[name].is_too_much:
            message = N_(
                "With all the formulas that it reads, “{name}” has more than {most} parts or too many within one "
                "another; read collected values instead."
            )
            yield ("formulas", name), message, {"name": name, "most": MOST_TOGETHER}
            sizes[name] = Size()  # said once


def changes(scheme: "Scheme", document: Document) -> Found:
    """A change is of a value or formula that rests on no change itself, and knows the standard it speaks of."""
    for name, change in scheme.changes.items():
        if name in scheme.values or name in scheme.formulas:
            yield ("changes", name), N_("“{name}” is a value or a formula, too; rename one."), {"name": name}
        if scheme.values and change.of not in {*scheme.values, *scheme.formulas, *scheme.changes}:
            yield ("changes", name, "of"), _UNKNOWN, {"name": change.of}
        if any(part in scheme.changes for part in (change.of, *_behind(change.of, scheme))):
            yield (
                ("changes", name, "of"),
                N_("“{name}” rests on a change itself; a change of a change is not computed."),
                {"name": change.of},
            )
        if change.standard_met != "counts" and scheme.standard_of(change.of) is None:
            yield (
                ("changes", name, "standard_met"),
                N_("The value “{name}” has no standard; add “standard: {example}” to it."),
                {"name": change.of, "example": "{at_most: 35}"},
            )


def _behind(name: str, scheme: "Scheme") -> set[str]:
    """Everything that a formula or change rests on, however far behind."""
    seen = set[str]()
    ahead = [name]
    while ahead:
        one = ahead.pop()
        parts = list(scheme.formulas[one].names) if one in scheme.formulas else []
        parts += [scheme.changes[one].of] if one in scheme.changes else []
        ahead += [part for part in parts if part not in seen]
        seen.update(parts)
    return seen

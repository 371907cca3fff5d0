"""What a value is held against: a number of the scheme, the letter (its schedule first), or another value."""

from decimal import Decimal
from fractions import Fraction

from assessment.foundation.exact import canonical
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number
from assessment.programmes.rules.indicators import LETTER, PEER_MEAN, Completion, Item, Sliding, Targeted
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import About, Step
from assessment.scoring.rules.facts import CannotScore
from assessment.scoring.rules.reading import find
from assessment.scoring.rules.values import UnitInput

Found = tuple[Number | None, tuple[Step, ...]]


def agreed_value(item: Item, unit: UnitInput) -> str:
    """The value that is scored: where growth may be agreed instead, the one for which the letter sets a target."""
    if not isinstance(item, Completion) or item.growth is None or item.growth not in unit.targets:
        return item.reads
    if item.reads not in unit.targets:
        return item.growth
    return item.growth if item.when_both == "growth" else item.reads


def target_of(scheme: Scheme, unit: UnitInput, item: Item, name: str) -> Found:
    """The target or average for a value, and where it comes from; none where the rule has no use for one."""
    if isinstance(item, Sliding):
        return (None, ()) if item.average == PEER_MEAN else _stated(scheme, unit, item.average)
    if not isinstance(item, Targeted):
        return None, ()
    if item.target != LETTER:
        return _stated(scheme, unit, item.target)
    if isinstance(item, Completion) and item.growth and not item.when_both and {item.reads, item.growth} <= set(
        unit.targets
    ):
        raise CannotScore(
            N_("The letter sets both an amount and a growth; say in the scheme which counts: “when_both: growth”.")
        )
    return _promised(unit, name, by_schedule=item.schedule is not None)


def _stated(scheme: Scheme, unit: UnitInput, stated: Decimal | str) -> Found:
    if isinstance(stated, Decimal):
        return Fraction(stated), (_step(N_("Target of the scheme: {number}"), stated),)
    other = find(scheme, unit, stated)
    if other.number is None:
        raise CannotScore(N_("The value “{name}” that serves as the target is not given; supply it."), name=stated)
    return other.number, other.steps


def _promised(unit: UnitInput, name: str, *, by_schedule: bool) -> Found:
    target = unit.targets.get(name)
    due = unit.schedules.get(name) if by_schedule else None
    units = unit.letters.get(name, ())
    if due is not None:
        message = N_("Due by the end of this period by the letter's schedule: {number}")
        if units:
            message = N_("Due by the end of this period by the schedules of {units}: {number}")
        whole = (_of_letter(target, units),) if target is not None else ()
        return Fraction(due), (*whole, _step(message, due, units))
    if target is None:
        raise CannotScore(N_("There is no target; set one in the letter."))
    return Fraction(target), (_of_letter(target, units),)


def _of_letter(target: Decimal, units: tuple[str, ...]) -> Step:
    message = N_("Target of the letters of {units}: {number}") if units else N_("Target of the letter: {number}")
    return _step(message, target, units)


def _step(message: str, number: Decimal, units: tuple[str, ...] = ()) -> Step:
    facts = {"number": canonical(number)}
    return Step(About.TARGET, message, facts | ({"units": ", ".join(units)} if units else {}))

"""How a pool is shared: exactly, by weight, between a floor and a cap for each unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assessment.foundation.exact import round_to_sum
from assessment.foundation.i18n import N_, Sentence, say


@dataclass(frozen=True)
class Claim:
    """A unit's weight in a pool, and the least and most it may receive."""

    unit: str
    weight: Fraction
    floor: int = 0
    cap: int | None = None


@dataclass(frozen=True)
class Award:
    """What a unit receives: its quota after floors and caps, and the whole amount."""

    unit: str
    weight: Fraction
    quota: Fraction
    amount: int
    bound: str = ""


@dataclass(frozen=True)
class Objection:
    """Why a pool cannot be shared; `unit` where it lies with one, `about` what of it: weight, floor or cap."""

    unit: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""

    @property
    def sentence(self) -> Sentence:
        """The objection as a sentence for a reader."""
        return say(self.message, **self.facts)


class CannotShare(Exception):
    """A pool that cannot be shared under its bounds, with all reasons at once."""

    def __init__(self, objections: Sequence[Objection]) -> None:
        """Keep the reasons."""
        self.objections = tuple(objections)
        super().__init__("; ".join(str(objection.sentence) for objection in objections))


def apportion(pool: int, claims: Sequence[Claim]) -> tuple[Award, ...]:
    """Share a pool exactly; a unit of weight 0 receives its floor and no more. In the order of the claims."""
    if objections := _objections(pool, claims):
        raise CannotShare(objections)
    quotas, bounds = _quotas(pool, claims)
    amounts = round_to_sum(pool, quotas, {claim.unit: claim.weight for claim in claims})
    return tuple(
        Award(claim.unit, claim.weight, quotas[claim.unit], amounts[claim.unit], bounds.get(claim.unit, ""))
        for claim in claims
    )


def _quotas(pool: int, claims: Sequence[Claim]) -> tuple[dict[str, Fraction], dict[str, str]]:
    """Quotas by weight; whoever lies outside a bound is fixed there and the rest is shared anew."""
    quotas = {claim.unit: Fraction(claim.floor) for claim in claims if not claim.weight}
    bounds = {claim.unit: "floor" for claim in claims if not claim.weight and claim.floor}
    free = [claim for claim in claims if claim.weight]
    while free:
        left = pool - sum(quotas.values(), Fraction(0))
        total = sum((claim.weight for claim in free), Fraction(0))
        shares = {claim.unit: left * claim.weight / total for claim in free}
        over = {claim.unit: claim.cap for claim in free if claim.cap is not None and shares[claim.unit] > claim.cap}
        under = {claim.unit: claim.floor for claim in free if shares[claim.unit] < claim.floor}
        if not over and not under:
            return {**quotas, **shares}, bounds
        # The side that is violated more is fixed first; if both are equally, the caps.
        excess = sum((shares[unit] - cap for unit, cap in over.items()), Fraction(0))
        lack = sum((floor - shares[unit] for unit, floor in under.items()), Fraction(0))
        fixed, bound = (over, "cap") if excess >= lack else (under, "floor")
        quotas.update({unit: Fraction(limit) for unit, limit in fixed.items()})
        bounds.update(dict.fromkeys(fixed, bound))
        free = [claim for claim in free if claim.unit not in fixed]
    return quotas, bounds


def _objections(pool: int, claims: Sequence[Claim]) -> list[Objection]:
    found = [objection for claim in claims for objection in objections_to(claim)]
    units = [claim.unit for claim in claims]
    found += [
        Objection(unit, N_("{unit} stands here twice; keep one."), {"unit": unit})
        for unit in dict.fromkeys(units)
        if units.count(unit) > 1
    ]
    return found or _of_all(pool, claims)


def objections_to(claim: Claim) -> list[Objection]:
    """What stands against a claim by itself."""
    found, unit = [], {"unit": claim.unit}
    if claim.weight < 0:
        found.append(Objection(claim.unit, N_("The weight of {unit} is negative; write 0 or more."), unit, "weight"))
    if claim.floor < 0:
        found.append(Objection(claim.unit, N_("The floor of {unit} is negative; write 0 or more."), unit, "floor"))
    if claim.cap is not None and claim.cap < claim.floor:
        facts = {**unit, "cap": Decimal(claim.cap), "floor": Decimal(claim.floor)}
        message = N_("The cap of {unit} ({cap}) lies below its floor ({floor}).")
        found.append(Objection(claim.unit, message, facts, "cap"))
    return found


def _of_all(pool: int, claims: Sequence[Claim]) -> list[Objection]:
    facts = {"pool": Decimal(pool)}
    if pool < 0:
        return [Objection("", N_("The pool is negative; write 0 or more."), {})]
    floors = sum(claim.floor for claim in claims)
    if floors > pool:
        message = N_("The floors sum to {floors}, more than the pool of {pool}; lower the floors or enlarge the pool.")
        return [Objection("", message, {**facts, "floors": Decimal(floors)})]
    if not any(claim.weight for claim in claims):
        if floors == pool:
            return []
        message = N_(
            "All weights are 0 and the floors sum to {floors}, not to the pool of {pool}; nobody could take the rest."
        )
        return [Objection("", message, {**facts, "floors": Decimal(floors)})]
    most = [claim.cap if claim.weight else claim.floor for claim in claims]
    reachable = sum(limit for limit in most if limit is not None)
    if None not in most and reachable < pool:
        message = N_(
            "Caps and floors together allow {most}, less than the pool of {pool}; raise the caps or reduce the pool."
        )
        return [Objection("", message, {**facts, "most": Decimal(reachable)})]
    return []

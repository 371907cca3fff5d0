"""Random pools with floors and caps, and a plain second opinion on how each is to be shared."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from random import Random

from assessment.rewards.rules.apportionment import Award, CannotShare, Claim, apportion


def a_pool(dice: Random) -> tuple[int, list[Claim]]:
    """A few to a few dozen units; a third of the pools lie at or beyond what their bounds allow."""
    claims = []
    for place in range(dice.choice((1, 2, 3, 5, 9, 30))):
        weight = dice.choice((Fraction(0), Fraction(dice.randint(1, 9)), Fraction(dice.randint(1, 10**6), 1_000)))
        floor = dice.choice((0, 0, dice.randint(0, 400)))
        cap = None if dice.random() < 0.3 else floor + dice.choice((0, dice.randint(0, 20), dice.randint(0, 2_000)))
        claims.append(Claim(f"u{place:02}", weight, floor, cap))
    least, most = sum(claim.floor for claim in claims), reach(claims)
    edge = dice.choice((least - 1, least, most, most + 1))
    pool = edge if dice.random() < 1 / 3 else dice.randint(least, max(least, most))
    return max(pool, 0), claims


def reach(claims: Sequence[Claim]) -> int:
    """The most that these claims can take; whoever has no cap takes a round sum more."""
    return sum((claim.floor + 5_000 if claim.cap is None else claim.cap) if claim.weight else claim.floor
               for claim in claims)  # fmt: skip


def can_be_shared(pool: int, claims: Sequence[Claim]) -> bool:
    takers = [claim for claim in claims if claim.weight]
    least = sum(claim.floor for claim in claims)
    if not takers:
        return pool == least
    is_open = any(claim.cap is None for claim in takers)
    return least <= pool and (is_open or pool <= reach(claims))


def level_quotas(pool: int, claims: Sequence[Claim]) -> dict[str, Fraction]:
    """One price a unit of weight for all, between the bounds: found where the sum crosses the pool, not by rounds."""

    def at(price: Fraction) -> dict[str, Fraction]:
        return {one.unit: _between(price * one.weight, one) if one.weight else Fraction(one.floor) for one in claims}

    takers = [one for one in claims if one.weight]
    turns = {Fraction(bound) / one.weight for one in takers for bound in (one.floor, one.cap) if bound is not None}
    low = max((turn for turn in turns if sum(at(turn).values()) <= pool), default=Fraction(0))
    # Whose share grows just above this price: past its floor, short of its cap.
    rising = sum(
        one.weight
        for one in takers
        if one.floor <= low * one.weight and (one.cap is None or low * one.weight < one.cap)
    )
    missing = pool - sum(at(low).values())
    return at(low + missing / rising) if missing else at(low)


def _between(quota: Fraction, claim: Claim) -> Fraction:
    return max(Fraction(claim.floor), quota if claim.cap is None else min(quota, Fraction(claim.cap)))


def objection_to(pool: int, claims: Sequence[Claim]) -> str:
    """What is wrong with how a pool was shared or refused; "" where it is right."""
    try:
        awards = apportion(pool, claims)
    except CannotShare as refused:
        return "refused although it can be shared" if can_be_shared(pool, claims) else _unsaid(refused)
    if not can_be_shared(pool, claims):
        return "shared although it cannot be"
    if sum(award.amount for award in awards) != pool:
        return "the amounts do not sum to the pool"
    for award, claim in zip(awards, claims, strict=True):
        if award.amount < claim.floor or (claim.cap is not None and award.amount > claim.cap):
            return f"{claim.unit} lies outside its bounds"
        if not claim.weight and award.amount != claim.floor:
            return f"{claim.unit} has no weight and more than its floor"
    if {award.unit: award.quota for award in awards} != level_quotas(pool, claims):
        return "the quotas are not those of one price"
    return _misrounded(awards)


def _unsaid(refused: CannotShare) -> str:
    return "" if refused.objections and all(str(one.sentence) for one in refused.objections) else "no reason is given"


def _misrounded(awards: Sequence[Award]) -> str:
    """Who was rounded up has the larger remainder, then the larger weight, then the first code."""
    if any(abs(award.amount - award.quota) >= 1 for award in awards):
        return "an amount lies a whole unit from its quota"
    keys = {one.unit: (-(one.quota % 1), -one.weight, one.unit) for one in awards if one.quota % 1}
    up = [keys[one.unit] for one in awards if one.unit in keys and one.amount > one.quota]
    down = [keys[one.unit] for one in awards if one.unit in keys and one.amount < one.quota]
    return "a smaller remainder went first" if up and down and max(up) > min(down) else ""


def nearest_distance(pool: int, claims: Sequence[Claim], awards: Sequence[Award]) -> Fraction:
    """Of all whole sharings within the bounds, the least sum of distances from the quotas; every one is tried."""
    ranges = [range(claim.floor, (claim.floor if not claim.weight else pool if claim.cap is None else claim.cap) + 1)
              for claim in claims]  # fmt: skip
    quotas = [award.quota for award in awards]
    return min(
        sum((abs(amount - quota) for amount, quota in zip(some, quotas, strict=True)), Fraction(0))
        for some in product(*ranges)
        if sum(some) == pool
    )

"""A composite indicator computed plainly: one long way with eighty decimal digits, written apart from the engine.

It knows nothing of schemes: it takes columns of `Decimal | None` with what is to be done to each. Its totals are right
to some seventy digits, which is enough to round them to ten.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from statistics import median

CONTEXT = Context(prec=80)
TINY = Decimal("1e-60")


@dataclass
class PlainIndicator:
    values: list[Decimal | None]
    rule: str
    weight: Decimal = Decimal(1)
    lower_is_better: bool = False
    divisors: list[Decimal] | None = None
    impute: str = "none"
    groups: list[str] = field(default_factory=list)
    winsorise: int | None = None
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(1)
    logarithmic: bool = False
    target: Decimal = Decimal(0)
    cap: bool = False


@dataclass
class PlainHeading:
    parts: "list[PlainIndicator | PlainHeading]"
    aggregate: str
    weight: Decimal = Decimal(1)


Column = list[Decimal | None]


def totals(top: PlainHeading, scale: tuple[Decimal, Decimal]) -> Column:
    with localcontext(CONTEXT):
        return _heading(top, scale)


def rounded(total: Decimal, places: int) -> Decimal:
    # An exact half may have come out a hair below it: nothing else comes so close.
    with localcontext(CONTEXT):
        nudged = total + TINY.copy_sign(total)
        return nudged.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0


def _heading(heading: PlainHeading, scale: tuple[Decimal, Decimal]) -> Column:
    columns = [
        _heading(part, scale) if isinstance(part, PlainHeading) else _indicator(part, scale) for part in heading.parts
    ]
    weights = [part.weight for part in heading.parts]
    rows = [[(row, weight) for row, weight in zip(cells, weights, strict=True) if row is not None]
            for cells in zip(*columns, strict=True)]  # fmt: skip
    if heading.aggregate == "copeland":
        return _copeland(columns, weights)
    return [_mean(row, heading.aggregate) if row else None for row in rows]


def _mean(row: Sequence[tuple[Decimal, Decimal]], how: str) -> Decimal:
    whole = sum(weight for _, weight in row)
    if how == "arithmetic":
        return sum((value * weight for value, weight in row), Decimal(0)) / whole
    power = {"geometric": Decimal(0), "harmonic": Decimal(-1)}.get(how)
    power = Decimal(how.removeprefix("power ")) if power is None else power
    if any(value == 0 for value, _ in row) and power <= 0:
        return Decimal(0)
    if power == 0:
        return sum((weight / whole * value.ln() for value, weight in row), Decimal(0)).exp()
    summed = sum((weight / whole * _to(value, power) for value, weight in row), Decimal(0))
    return _to(summed, 1 / power)


def _to(value: Decimal, power: Decimal) -> Decimal:
    return Decimal(0) if value == 0 else (power * value.ln()).exp()


def _copeland(columns: Sequence[Column], weights: Sequence[Decimal]) -> Column:
    found: Column = []
    for i in range(len(columns[0])):
        if all(column[i] is None for column in columns):
            found.append(None)
            continue
        score = Decimal(0)
        for j in range(len(columns[0])):
            if i == j or all(column[j] is None for column in columns):
                continue
            won = whole = Decimal(0)
            for column, weight in zip(columns, weights, strict=True):
                mine, other = column[i], column[j]
                if mine is not None and other is not None:
                    whole += weight
                    won += weight if mine - other > TINY else weight / 2 if abs(mine - other) <= TINY else 0
            score += won / whole if whole else Decimal("0.5")
        found.append(score)
    return found


def _indicator(one: PlainIndicator, scale: tuple[Decimal, Decimal]) -> Column:
    column: Column = list(one.values)
    if one.divisors:
        column = [None if v is None else v / d for v, d in zip(column, one.divisors, strict=True)]
    column = _imputed(one, column)
    column = _winsorised(one, column)
    present = [value for value in column if value is not None]
    return [None if value is None else _normal(one, value, present, scale) for value in column]


def _imputed(one: PlainIndicator, column: Column) -> Column:
    if one.impute == "none":
        return column
    found = []
    for place, value in enumerate(column):
        if value is None:
            grouped = one.impute.startswith("group")
            peers = [other for at, other in enumerate(column)
                     if other is not None and (not grouped or one.groups[at] == one.groups[place])]  # fmt: skip
            value = sum(peers, Decimal(0)) / len(peers) if one.impute.endswith("mean") else median(peers)
        found.append(value)
    return found


def _winsorised(one: PlainIndicator, column: Column) -> Column:
    present = [value for value in column if value is not None]
    if one.winsorise is None or len(present) < 4 or len(set(present)) == 1:
        return column
    now = list(present)
    while _is_skewed(now):
        third = sum((v - sum(now, Decimal(0)) / len(now)) ** 3 for v in now)
        edge, rest = (max(now), max) if third >= 0 else (min(now), min)
        bound = rest(v for v in now if v != edge)
        after = [bound if v == edge else v for v in now]
        if sum(a != b for a, b in zip(after, present, strict=True)) > one.winsorise:
            break
        now = after
    if _is_skewed(now):
        low, high = min(present), max(present)
        return [None if v is None else (v - low + (high - low) / 100).ln() for v in column]
    return [None if v is None else min(max(v, min(now)), max(now)) for v in column]


def _is_skewed(sample: Sequence[Decimal]) -> bool:
    n = Decimal(len(sample))
    mean = sum(sample, Decimal(0)) / n
    second, third, fourth = (sum((v - mean) ** k for v in sample) / n for k in (2, 3, 4))
    if second == 0:
        return False
    skewness = (n * (n - 1)).sqrt() / (n - 2) * third / second ** Decimal("1.5")
    kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (fourth / second**2 - 3) + 6)
    return abs(skewness) > 2 and kurtosis > Decimal("3.5")


def _normal(one: PlainIndicator, value: Decimal, column: Sequence[Decimal], scale: tuple[Decimal, Decimal]) -> Decimal:
    low, high = scale
    sign = -1 if one.lower_is_better else 1
    value, column = sign * value, [sign * other for other in column]
    worse = sum(other < value - TINY for other in column)
    if one.rule == "z_score":
        mean = sum(column, Decimal(0)) / len(column)
        if max(column) - min(column) < TINY:
            return Decimal(0)
        return (value - mean) / (sum((v - mean) ** 2 for v in column) / (len(column) - 1)).sqrt()
    if one.rule == "goalposts":
        bottom, top = sorted((sign * one.low, sign * one.high))
        share = _share(one, sign, min(max(value, bottom), top))
    elif one.rule == "min_max":
        share = (value - min(column)) / (max(column) - min(column)) if max(column) > min(column) else Decimal(1)
    elif one.rule == "distance_to_target":
        gap = sign * one.target - min(column)
        share = (value - min(column)) / gap if gap > 0 else Decimal(1)
        share = min(share, Decimal(1)) if one.cap else share
    elif one.rule == "percentile_rank":
        share = Decimal(worse) / (len(column) - 1) if len(column) > 1 else Decimal(1)
    else:
        return Decimal(worse + (one.rule == "rank"))
    return low + (high - low) * share


def _share(one: PlainIndicator, sign: int, value: Decimal) -> Decimal:
    low, high, value = one.low, one.high, sign * value
    if one.logarithmic:
        low, high, value = low.ln(), high.ln(), value.ln()
    return (value - low) / (high - low) if sign > 0 else (high - value) / (high - low)

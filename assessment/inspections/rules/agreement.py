"""Whether inspectors measure alike: agreement beyond chance, and how far each lies from the mean of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


def kappa(pairs: Sequence[tuple[str, str]]) -> Fraction | None:
    """Cohen's kappa of two judgements of the same things, exactly; none without pairs or where only one word is used.

    Cohen (1960), Educational and Psychological Measurement 20: (observed - expected) / (1 - expected).
    """
    count = len(pairs)
    if not count:
        return None
    observed = Fraction(sum(first == second for first, second in pairs), count)
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    expected = sum((Fraction(firsts[word] * seconds[word], count * count) for word in firsts), Fraction(0))
    return None if expected == 1 else (observed - expected) / (1 - expected)


@dataclass(frozen=True)
class Inspected:
    """One visit as one member of its team made it: how much was found, how much of it grave, what it cost."""

    inspector: str
    month: str
    findings: int
    major: int
    points: Fraction


@dataclass(frozen=True)
class Leaning:
    """How one inspector's visits differ from those of all; 1 is the mean."""

    visits: int
    findings: Fraction
    """A visit."""
    severity: Fraction | None
    """His findings a visit over those of all: below 1 lenient, above 1 severe; none where nobody found anything."""
    major_share: Fraction | None
    drift: Fraction | None
    """His last month over his first: how far he has moved; none with one month, or nothing found in the first."""


def leanings(visits: Iterable[Inspected]) -> dict[str, Leaning]:
    """Each inspector against all. Lots decide who goes where, so differences beyond chance are the inspectors' own."""
    rows = list(visits)
    mean = _mean(rows)
    mine: dict[str, list[Inspected]] = {}
    for row in rows:
        mine.setdefault(row.inspector, []).append(row)
    return {one: _leaning(found, mean) for one, found in sorted(mine.items())}


def _mean(rows: Sequence[Inspected]) -> Fraction:
    return Fraction(sum(row.findings for row in rows), len(rows)) if rows else Fraction(0)


def _leaning(rows: Sequence[Inspected], mean: Fraction) -> Leaning:
    months: Mapping[str, list[Inspected]] = {
        month: [row for row in rows if row.month == month] for month in sorted({row.month for row in rows})
    }
    first, *later = [_mean(found) for found in months.values()]
    own, found = _mean(rows), sum(row.findings for row in rows)
    share = Fraction(sum(row.major for row in rows), found) if found else None
    drift = later[-1] / first if later and first else None
    return Leaning(len(rows), own, own / mean if mean else None, share, drift)

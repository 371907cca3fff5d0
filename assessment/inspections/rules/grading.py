"""The score of a visit and its grade: the full points less those of the problems, never below zero."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

Grades = Sequence[tuple[str, Decimal]]
"""A grade and from which score on, the best first."""
GRADE = re.compile(r"\s*(\S{1,20})\s+([0-9]{1,6}(?:\.[0-9]{1,4})?)\s*", re.ASCII)
PARTS = re.compile(r"[;；]")


def score(full: Decimal, points: Iterable[Decimal]) -> Decimal:
    """What is left of the full points (LA County: 100 less the points of each violation)."""
    return max(full - sum(points, Decimal(0)), Decimal(0))


def grade(grades: Grades, reached: Decimal) -> str:
    """The best grade whose threshold is reached; empty below the last one, where the score itself is shown."""
    return next((name for name, least in grades if reached >= least), "")


def grades_of(text: str) -> Grades | None:
    """``A 90; B 80; C 70`` as grades; nothing where it cannot be read or does not fall."""
    found = []
    for part in filter(str.strip, PARTS.split(text)):
        match = re.fullmatch(GRADE, part)
        if match is None:
            return None
        found.append((match[1], Decimal(match[2])))
    falls = all(upper[1] > lower[1] for upper, lower in pairwise(found))
    return found if falls and len({name for name, _ in found}) == len(found) else None

"""The double-random draw: anyone with the rolls and the seed gets the same objects and the same inspectors."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from math import ceil


@dataclass(frozen=True)
class Drawn:
    """One object drawn; ``order`` counts from 1."""

    order: int
    id: str
    ticket: str


def population_hash(ids: Iterable[str]) -> str:
    """SHA-256 of the ids sorted by code point and joined by line feeds; shown before the seed may be entered."""
    return sha256("\n".join(sorted(ids)).encode()).hexdigest()


def canonical_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Header, then the rows sorted by code point; commas, line feeds, quotes only where needed."""
    return "".join([_line(columns), *sorted(map(_line, rows))])


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()


def inputs_hash(*tables: tuple[Sequence[str], Iterable[Sequence[str]]]) -> str:
    """SHA-256 over the canonical CSV of all inputs, in this order: population, inspectors, recusals."""
    return sha256("".join(canonical_csv(columns, rows) for columns, rows in tables).encode()).hexdigest()


def ticket(seed: str, *ids: str) -> str:
    """Lower-case hex SHA-256 of the text ``seed,id``; the smallest is drawn first."""
    return sha256(",".join((seed, *ids)).encode()).hexdigest()


def by_ticket(seed: str, ids: Iterable[str], *before: str) -> list[tuple[str, str]]:
    """(ticket, id) in the order of the draw; those after the ones drawn replace a no-show, one by one."""
    return sorted((ticket(seed, *before, one), one) for one in ids)


def draw(
    ids: Sequence[str],
    size: int,
    seed: str,
    strata: Mapping[str, str] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> tuple[Drawn, ...]:
    """Draw ``size`` of the ids, each stratum by itself if ``strata`` gives every id one, all in one order.

    ``sizes`` fixes how many a stratum gives (see ``sizes_by_rate``), else they follow from the strata's counts.
    Raises ``ValueError`` for ids that are empty or stand twice, and for more to draw than there are.
    """
    if len(set(ids)) < len(ids) or not all(ids):
        raise ValueError("an id is empty or stands twice in the roll")
    members: dict[str, list[str]] = {}
    for one in ids:
        members.setdefault(strata[one] if strata else "", []).append(one)
    counts = {stratum: len(inside) for stratum, inside in members.items()}
    wanted = stratum_sizes(counts, size) if sizes is None else sizes
    if sum(wanted.values()) != size or any(n > counts.get(stratum, 0) for stratum, n in wanted.items()):
        raise ValueError(f"{size} cannot be drawn from {len(ids)} by these strata")
    chosen = [pair for stratum, n in wanted.items() for pair in by_ticket(seed, members.get(stratum, ()))[:n]]
    return tuple(Drawn(order, one, drawn) for order, (drawn, one) in enumerate(sorted(chosen), 1))


def draw_with_risks(risks: Mapping[str, int], at_random: int, by_risk: int, seed: str) -> list[tuple[Drawn, bool]]:
    """First so many of all ids, by ticket alone; then so many more of those with a risk, again by ticket.

    The flag says which were drawn for their risk: only the others speak for the whole roll. Raises ``ValueError`` where
    there are fewer than asked for.
    """
    first = draw(list(risks), at_random, seed)
    taken = {one.id for one in first}
    left = [name for name, count in risks.items() if count and name not in taken]
    more = draw(left, by_risk, seed) if by_risk <= len(left) else None
    if more is None:
        raise ValueError(f"{by_risk} cannot be drawn from {len(left)} with a risk")
    return [*((one, False) for one in first), *((one, True) for one in more)]


def stratum_sizes(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """Each stratum its share of the draw, whole ones by largest remainder, ties by stratum name."""
    total = sum(counts.values())
    if not 0 <= size <= total:
        raise ValueError(f"{size} cannot be drawn from {total}")
    sizes = {stratum: size * count // total for stratum, count in counts.items()} if total else {}
    by_remainder = sorted(counts, key=lambda stratum: (-(size * counts[stratum] % total), stratum))
    for stratum in by_remainder[: size - sum(sizes.values())]:
        sizes[stratum] += 1
    return sizes


def sizes_by_rate(strata: Iterable[str], rates: Mapping[str, Fraction]) -> dict[str, int]:
    """Each stratum its own rate (high risk 30 %, low risk 1 %), never fewer than the rate asks for."""
    return {stratum: ceil(count * rates[stratum]) for stratum, count in Counter(strata).items()}


def assign_inspectors(
    objects: Iterable[str],
    inspectors: Collection[str],
    seed: str,
    per_object: int = 2,
    recusals: Collection[tuple[str, str]] = (),
) -> dict[str, tuple[str, ...]]:
    """For each object its inspectors in the order of their tickets ``seed,object,inspector``, barred ones skipped.

    ``recusals`` holds (inspector, object). Where fewer are free than asked for, all that are free are named.
    """
    barred = set(recusals)
    return {
        thing: tuple(
            one for _, one in by_ticket(seed, (one for one in inspectors if (one, thing) not in barred), thing)
        )[:per_object]
        for thing in objects
    }


def assign_teams(
    objects: Iterable[str],
    inspectors: Collection[str],
    leaders: Collection[str],
    seed: str,
    per_object: int = 2,
    recusals: Collection[tuple[str, str]] = (),
) -> dict[str, tuple[str, ...]]:
    """As ``assign_inspectors``; where none of those drawn may lead, the next by ticket who may joins them.

    The first in a team who may lead leads it. A team without one is what too few free inspectors leave.
    """
    order = assign_inspectors(objects, inspectors, seed, len(inspectors), recusals)
    found = {}
    for thing, free in order.items():
        team, later = free[:per_object], free[per_object:]
        found[thing] = team if set(team) & set(leaders) else team + tuple(one for one in later if one in leaders)[:1]
    return found

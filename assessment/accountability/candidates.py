"""Whom a ladder can have counted at all: found by the database, so that nobody else's past is read and climbed.

A superset, never less: what the database cannot judge (a value of the scheme, a fact found elsewhere) it lets pass,
and where it can judge nothing, everybody is a candidate. The climbing decides.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from assessment.adjustments.models import Adjustment, AdjustmentKind
from assessment.programmes.rules.conditions import ACTIONS, TALLIES, VETOES, Comparison, Counting, InBands
from assessment.programmes.rules.consequences import Ladder
from assessment.remediation.models import FalseClosure
from assessment.remediation.queries import FALSE
from assessment.scoring.models import Scorecard

Judge = ColumnElement[bool] | None
"""A condition on a place of a period; ``None`` where the database cannot tell."""

SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt, "=": operator.eq,
}  # fmt: skip


def candidates(
    session: Session, ladders: Iterable[Ladder], edition_ids: Collection[int], given: Iterable[int]
) -> frozenset[int] | None:
    """Units that one of these ladders may have counted in one of these editions; ``None``: everybody.

    ``given``: the units to which something was given, for ladders that count that.
    """
    group = (Scorecard.edition_id, Scorecard.group_code)
    size = func.count(Scorecard.rank).over(partition_by=group)
    places = (
        select(Scorecard.unit_id, Scorecard.rank, Scorecard.band, (size - Scorecard.rank + 1).label("rank_from_bottom"))
        .where(Scorecard.edition_id.in_(edition_ids))
        .subquery()
    )
    found = set(given)
    judges = []
    for ladder in ladders:
        if ladder.count.what in ACTIONS:
            continue
        if ladder.count.what in TALLIES:
            some = _with_some(ladder.count.what)
            if some is None:
                return None
            found |= set(session.scalars(some))
            continue
        judge = _judged(ladder.count, places.c)
        if judge is None:
            return None
        judges.append(judge)
    if judges:
        found |= set(session.scalars(select(places.c.unit_id).where(or_(false(), *judges)).distinct()))
    return frozenset(found)


def _judged(counting: Counting, place: Any) -> Judge:
    parts = [judge for part in counting.where if (judge := _condition(part, place)) is not None]
    return and_(*parts) if parts else None


def _condition(part: Comparison | InBands | str, place: Any) -> Judge:
    if isinstance(part, InBands):
        return place.band.in_(part.bands)  # type: ignore[no-any-return]
    if isinstance(part, Comparison) and part.name in ("rank", "rank_from_bottom") and part.number == int(part.number):
        return SIGNS[part.sign](place[part.name], int(part.number))  # type: ignore[no-any-return]
    return None


def _with_some(tally: str) -> Select[int] | None:
    """Units that have any record of the kind a counter counts, whenever it was; ``None`` where most have."""
    if tally == VETOES:
        return select(Adjustment.unit_id).where(Adjustment.kind == AdjustmentKind.VETO.value).distinct()
    if tally == FALSE:
        return select(FalseClosure.unit_id).distinct()
    return None

"""Units found by what somebody types: a code, a name, or the area they lie in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from assessment.foundation.i18n import Bilingual
from assessment.foundation.sql import among
from assessment.organisations.models import Placement, Unit, valid_on


def units_in(words: str, day: date) -> Select[int]:
    """The units whose code begins so or whose name holds these words, and all below them on a day."""
    named = or_(
        Unit.code.startswith(words, autoescape=True),
        *(name.icontains(words, autoescape=True) for name in (Unit.name_zh, Unit.name_en)),
    )
    found = select(Unit.id).where(named).cte("units_in", recursive=True)
    below = select(Placement.unit_id).join(found, Placement.parent_id == found.c.id).where(valid_on(Placement, day))
    return select(found.union(below).c.id)


def areas(session: Session, unit_ids: Iterable[int], day: date) -> list[tuple[str, Bilingual]]:
    """Code and name of those of these units that have others below them on a day, by code."""
    above = select(Placement.parent_id).where(valid_on(Placement, day))
    query = select(Unit.code, Unit.name_zh, Unit.name_en).where(Unit.id.in_(above), among(Unit.id, unit_ids))
    return [(code, Bilingual(zh, en)) for code, zh, en in session.execute(query.order_by(Unit.code))]

"""Drafting a bulletin with what other rooms know: overdue tasks named, findings counted, amounts proposed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.bulletins import services as bulletins
from assessment.bulletins.models import Bulletin
from assessment.bulletins.services import NewAmount, NewMention
from assessment.foundation.actors import Act
from assessment.foundation.i18n import InLanguages, say
from assessment.foundation.workdays import end_of
from assessment.inspections.models import Finding, FindingState, Visit
from assessment.programmes.models import Period
from assessment.remediation import queries as remediation
from assessment.remediation.models import Task
from assessment.rewards import queries as rewards
from assessment.scoring.models import Edition
from assessment.scoring.services import cut_off

NAMED = 10
"""How many units a bulletin names for one kind of problem; all of them stand in the annex and the exports."""
MAJOR = "remediation.overdue_major"


def draft(
    session: Session,
    edition: Edition,
    act: Act,
    *,
    corrects: Bulletin | None = None,
    corrections: Sequence[InLanguages] = (),
) -> Bulletin:
    """Draft the bulletin of an approved edition; whoever drafts it can still change every line of it."""
    period = session.get_one(Period, edition.period_id)
    unit_ids = [card.unit_id for card in edition.scorecards]
    problems = [*_overdue(session, period, unit_ids), *_found(session, period, unit_ids)]
    amounts = [
        NewAmount(one.unit_id, one.title, say("{amount} {money}", amount=one.amount, money=one.money))
        for one in rewards.of_edition(session, edition.id)
        if one.amount and not one.is_held
    ]
    return bulletins.draft(
        session, act, edition, problems=problems, amounts=amounts, corrects=corrects, corrections=corrections
    )


def _overdue(session: Session, period: Period, unit_ids: list[int]) -> Iterator[NewMention]:
    """Major tasks that were overdue at the period's last moment, the units with most of them first."""
    counted = remediation.counted(session, unit_ids, period.first_day, period.last_day, cut_off(period))
    late = sorted(((found[MAJOR], unit_id) for unit_id, found in counted.items() if found[MAJOR]), key=_most)
    for count, unit_id in late[:NAMED]:
        ids = counted[unit_id].ids(MAJOR)
        numbers = session.scalars(select(Task.number).where(Task.id.in_(ids)).order_by(Task.number)).all()
        text = say(
            "{count} major tasks were overdue at the end of the period: {numbers}.", count=count, numbers=numbers
        )
        yield NewMention(unit_id, text, tuple(("task", one) for one in ids))


def _found(session: Session, period: Period, unit_ids: list[int]) -> Iterator[NewMention]:
    """What visits settled in the period confirmed and gave points for, the units with most of it first."""
    before = end_of(period.first_day - timedelta(days=1), ZoneInfo(period.programme.zone))
    rows = session.execute(
        select(Finding.unit_id, Finding.id, Visit.number)
        .join(Visit, Visit.id == Finding.visit_id)
        .where(Finding.state == FindingState.CONFIRMED.value, Finding.points != 0, Finding.unit_id.in_(unit_ids))
        .where(Visit.settled_at > before, Visit.settled_at <= cut_off(period))
        .order_by(Finding.id)
    )
    by_unit: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for unit_id, finding_id, visit in rows:
        by_unit[unit_id].append((finding_id, visit))
    for unit_id, found in sorted(by_unit.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:NAMED]:
        visits = list(dict.fromkeys(visit for _, visit in found))
        text = say("{count} major problems confirmed by inspection ({visits}).", count=len(found), visits=visits)
        yield NewMention(unit_id, text, tuple(("finding", one) for one, _ in found))


def _most(pair: tuple[int, int]) -> tuple[int, int]:
    return (-pair[0], pair[1])

"""Recusal, computed from the trail: who had a hand in a matter, or holds or held a post there, does not decide it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation.audit import TOUCHED, AuditRef, AuditRow
from assessment.foundation.i18n import NOTHING, Sentence, local_day, say
from assessment.organisations import queries
from assessment.organisations.officers import Officer

LOOK_BACK_YEARS = 3
NO_HAND_IN_IT = frozenset({"compute", "compose"})
"""Running a computation sets no value: these acts bar nobody."""


def barred(
    session: Session,
    officer: Officer,
    matter: Iterable[tuple[str, object]],
    unit_ids: Iterable[int],
    day: date,
    look_back_years: int = LOOK_BACK_YEARS,
    *,
    forgiven: frozenset[str] = frozenset(),
) -> Sentence:
    """What bars an officer from deciding: an act on exactly these records, or a post at these units."""
    by_act = barred_by_act(session, officer, matter, forgiven)
    return by_act or barred_by_post(session, officer, unit_ids, day, look_back_years)


def barred_by_act(
    session: Session, officer: Officer, matter: Iterable[tuple[str, object]], forgiven: frozenset[str] = frozenset()
) -> Sentence:
    """The first act on one of these records; ``forgiven`` acts are those of the very deciding that is going on."""
    wanted: dict[str, set[str]] = {}
    for kind, record_id in matter:
        wanted.setdefault(kind, set()).add(str(record_id))
    first: AuditRow | None = None
    for kind, ids in wanted.items():
        listed = sorted(ids)
        for start in range(0, len(listed), 500):
            row = session.scalar(
                select(AuditRow)
                .join(AuditRef, AuditRef.seq == AuditRow.seq)
                .where(
                    AuditRow.who == officer.key,
                    AuditRow.act.not_in(NO_HAND_IN_IT | forgiven),
                    AuditRef.relation == TOUCHED,
                    AuditRef.kind == kind,
                    AuditRef.record_id.in_(listed[start : start + 500]),
                )
                .order_by(AuditRow.seq)
                .limit(1)
            )
            if row is not None and (first is None or row.seq < first.seq):
                first = row
    if first is None:
        return NOTHING
    return say(
        "{name} had a hand in this matter (“{act}” on {day}, no. {seq} of the trail) and cannot decide it.",
        name=officer.name, act=first.act, day=local_day(first.at), seq=first.seq,
    )  # fmt: skip


def barred_by_post(
    session: Session, officer: Officer, unit_ids: Iterable[int], day: date, look_back_years: int = LOOK_BACK_YEARS
) -> Sentence:
    places = queries.tree_on(session, day).with_forebears(unit_ids)
    since = years_before(day, look_back_years)
    held = queries.held_posts_at(session, officer.person_id, places, since)
    if not held:
        return NOTHING
    post = held[-1]
    unit = queries.unit_views(session, [post.unit_id], day)[post.unit_id]
    facts = {"name": officer.name, "unit": unit.name, "title": post.title}
    if post.valid_to is None or post.valid_to > day:
        return say("{name} holds a post at {unit} ({title}) and cannot decide this.", **facts)
    return say(
        "{name} held a post at {unit} ({title}) until {day}, less than {years} years ago, and cannot decide this.",
        **facts, day=post.valid_to, years=look_back_years,
    )  # fmt: skip


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)

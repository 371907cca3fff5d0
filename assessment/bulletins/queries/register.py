"""The register: which numbers are given out, which bulletins there are, and who may see them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from assessment.bulletins.models import Bulletin, BulletinNumber, BulletinState
from assessment.foundation import audit
from assessment.foundation.actors import Actor
from assessment.foundation.trail_verifier import GENESIS
from assessment.organisations.duties import Duty
from assessment.programmes.models import Programme
from assessment.scoring.models import Edition

SHOWN = (BulletinState.PUBLISHED.value, BulletinState.SUPERSEDED.value, BulletinState.WITHDRAWN.value)
"""What was published is seen for ever, also when another took its place."""
ALIVE = (
    BulletinState.DRAFTED.value,
    BulletinState.SUBMITTED.value,
    BulletinState.APPROVED.value,
    BulletinState.RETURNED.value,
    BulletinState.PUBLISHED.value,
)
WORKERS = (Duty.PREPARE, Duty.APPROVE, Duty.PUBLISH, Duty.AUDIT)


@dataclass(frozen=True)
class Number:
    """A place in the register: 吉公通〔2012〕12号."""

    mark: str
    year: int
    ordinal: int

    def __str__(self) -> str:
        return f"{self.mark}〔{self.year}〕{self.ordinal}号"


def next_number(session: Session, programme: Programme, year: int) -> Number:
    """The first number that is free. Programmes of one authority share its mark, and so one register."""
    mark = programme.reference or programme.code
    last = session.scalar(
        select(func.max(BulletinNumber.ordinal))
        .join(Programme, Programme.id == BulletinNumber.programme_id)
        .where(BulletinNumber.year == year, or_(Programme.reference == mark, Programme.code == mark))
    )
    return Number(mark, year, (last or 0) + 1)


def numbers(session: Session, programme_id: int | None = None) -> list[BulletinNumber]:
    """Every number given out, used or not, newest first."""
    query = select(BulletinNumber).order_by(BulletinNumber.year.desc(), BulletinNumber.ordinal.desc())
    return list(
        session.scalars(query if programme_id is None else query.where(BulletinNumber.programme_id == programme_id))
    )


_UNSAFE = re.compile(r"[^\w〔〕-]+")


def file_stem(number: str) -> str:
    """The number as a file can be named on every system: letters, digits, 〔 〕, and dashes for all else."""
    return _UNSAFE.sub("-", number).strip("-_.")[:100] or "bulletin"


def all_of(session: Session, states: Iterable[str] = (), unit_ids: Iterable[int] | None = None) -> list[Bulletin]:
    """Bulletins, newest first; ``unit_ids`` are those of the authorities whose drafts the viewer works on."""
    query = select(Bulletin).order_by(Bulletin.id.desc())
    if states:
        query = query.where(Bulletin.state.in_(list(states)))
    if unit_ids is not None:
        query = query.where(or_(Bulletin.state.in_(SHOWN), Bulletin.unit_id.in_(list(unit_ids))))
    return list(session.scalars(query))


def published(session: Session) -> list[Bulletin]:
    """Those that are in force, oldest first: what lies in the folder of bulletins."""
    return list(
        session.scalars(
            select(Bulletin)
            .where(Bulletin.state == BulletinState.PUBLISHED.value)
            .order_by(Bulletin.published_at, Bulletin.id)
        )
    )


def of_period(session: Session, period_id: int) -> list[Bulletin]:
    return list(
        session.scalars(
            select(Bulletin)
            .join(Edition, Edition.id == Bulletin.edition_id)
            .where(Edition.period_id == period_id)
            .order_by(Bulletin.id)
        )
    )


def alive_for(session: Session, edition_id: int) -> Bulletin | None:
    """The bulletin of an edition that is being made or stands published."""
    return session.scalar(select(Bulletin).where(Bulletin.edition_id == edition_id, Bulletin.state.in_(ALIVE)).limit(1))


def with_one() -> Select[int]:
    """The editions of which a bulletin is being made or stands published."""
    return select(Bulletin.edition_id).where(Bulletin.state.in_(ALIVE))


def by_number(session: Session, number: str) -> Bulletin | None:
    """A published bulletin by its number, however its brackets were typed."""
    wanted = _plain(number)
    found = session.scalars(select(Bulletin).where(Bulletin.state.in_(SHOWN)))
    return next((one for one in found if wanted and _plain(one.number) == wanted), None)


def _plain(number: str) -> str:
    return re.sub(r"\W+", "", number.casefold())


def place_in_trail(session: Session, head: str) -> int | None:
    """Which act a printed head is: 0 for the empty trail, None for a head that this trail does not have."""
    if head == GENESIS:
        return 0
    return session.scalar(select(audit.AuditRow.seq).where(audit.AuditRow.hash == head))


def by_document(session: Session, sha256: str) -> tuple[Bulletin, str] | None:
    """The published bulletin that this very file is, and its language."""
    found = session.scalar(
        select(Bulletin)
        .where(Bulletin.state.in_(SHOWN))
        .where(or_(Bulletin.signed_zh == sha256, Bulletin.signed_en == sha256))
    )
    return None if found is None else (found, "zh" if found.signed_zh == sha256 else "en")


def may_see(session: Session, bulletin: Bulletin, viewer: Actor) -> bool:
    """Published ones are everybody's who signs in; drafts are seen by those who work on them."""
    return bulletin.state in SHOWN or any(viewer.holds(duty, bulletin.unit_id) for duty in WORKERS)

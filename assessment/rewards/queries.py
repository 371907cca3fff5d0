"""What pages, papers and other rooms read of reward rounds: who may see them, awards, sums, the payment list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from assessment.foundation.actors import Actor
from assessment.foundation.i18n import N_, Bilingual, local_day
from assessment.objections import queries as objections
from assessment.objections.models import Objection
from assessment.organisations.duties import Duty
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.programmes.rules.consequences import Reward
from assessment.rewards.models import Award, Mode, Round, RoundState
from assessment.scoring.models import Edition

KIND = "reward_round"
PUBLIC = (RoundState.PUBLICITY.value, RoundState.APPROVED.value, RoundState.GRANTED.value)
READERS = (Duty.PREPARE, Duty.APPROVE, Duty.PUBLISH, Duty.AUDIT)


def may_see(session: Session, one: Round, viewer: Actor) -> bool:
    """From its publicity on it is everybody's who signs in; before, the office's and the leaders'."""
    if one.state in PUBLIC or (one.state == RoundState.REVOKED and one.publicity_from is not None):
        return True
    return any(viewer.holds(duty, one.unit_id) for duty in READERS)


def rounds(session: Session, *, states: Iterable[str] = (), edition_id: int | None = None) -> list[Round]:
    """Newest first."""
    query = select(Round).options(selectinload(Round.awards)).order_by(Round.prepared_at.desc(), Round.id.desc())
    if states:
        query = query.where(Round.state.in_(list(states)))
    if edition_id is not None:
        query = query.where(Round.edition_id == edition_id)
    return list(session.scalars(query))


def standing_round(session: Session, edition_id: int, rule_code: str) -> Round | None:
    """The round of a rule over an edition that was not revoked."""
    return session.scalar(
        select(Round).where(
            Round.edition_id == edition_id, Round.rule_code == rule_code, Round.state != RoundState.REVOKED.value
        )
    )


def standing_in(session: Session, period_id: int, rule_code: str) -> Round | None:
    """The round of a rule over whichever edition of a period that was not revoked: nothing is paid twice."""
    return session.scalar(
        select(Round)
        .join(Edition, Edition.id == Round.edition_id)
        .where(Edition.period_id == period_id, Round.rule_code == rule_code)
        .where(Round.state != RoundState.REVOKED.value)
        .limit(1)
    )


def rules_due(session: Session, period: Period) -> list[Reward]:
    """The rewards that the scheme gives for periods of this kind."""
    return [one for one in programmes.scheme(session, period.scheme_version_id).rewards if one.period == period.kind]


def not_prepared(session: Session, period: Period, edition_id: int) -> list[Reward]:
    """Those for which no round stands yet."""
    return [one for one in rules_due(session, period) if standing_round(session, edition_id, one.code) is None]


def period_of(session: Session, one: Round) -> Period:
    return session.get_one(Period, session.get_one(Edition, one.edition_id).period_id)


def sum_of(one: Round) -> Decimal:
    return sum((award.amount for award in one.awards), Decimal(0))


def nominal_sum(one: Round) -> Decimal:
    """What all places together are worth, whether paid or not: this must be the pool, or 0."""
    return sum((award.nominal for award in one.awards), Decimal(0))


def held_sum(one: Round) -> Decimal:
    return sum((award.amount for award in one.awards if award.is_held), Decimal(0))


def objections_to(session: Session, one: Round) -> list[Objection]:
    """Every objection to the round or to an award in it."""
    found = objections.against(session, KIND, one.id)
    return found + objections.against_any(session, Award.__tablename__, [award.id for award in one.awards])


def open_objections(session: Session, one: Round) -> list[Objection]:
    """Those that are not decided and applied."""
    return [objection for objection in objections_to(session, one) if objection.state in objections.UNDECIDED]


def publicity_over(session: Session, now: datetime) -> list[Round]:
    """Rounds whose time for objections has passed: they wait for a leader."""
    query = select(Round).where(Round.state == RoundState.PUBLICITY.value, Round.publicity_until < now)
    return list(session.scalars(query.order_by(Round.publicity_until)))


def held_back(session: Session) -> list[Award]:
    """Awards that wait for the end of a case, in rounds that stand."""
    query = select(Award).join(Round).where(Award.is_held, Round.state != RoundState.REVOKED.value)
    return list(session.scalars(query.order_by(Award.id)))


def awards_of(session: Session, unit_ids: Iterable[int]) -> list[Award]:
    """What units were awarded or excluded from, in rounds that are public; newest first."""
    query = (
        select(Award)
        .join(Round)
        .options(selectinload(Award.round))
        .where(Award.unit_id.in_(list(unit_ids)), Round.state.in_(PUBLIC))
        .order_by(Round.prepared_at.desc(), Award.id)
    )
    return list(session.scalars(query))


# --- what others print -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AwardView:
    """One award by value, as a bulletin or a payment list prints it."""

    unit_id: int
    unit_code: str
    name: Bilingual
    group_code: str
    rank: int | None
    place: int | None
    amount: Decimal
    money: str
    title: Bilingual
    rule_code: str
    is_held: bool


def of_edition(session: Session, edition_id: int) -> list[AwardView]:
    """What standing rounds award over an edition; amounts before the grant are proposals."""
    return [
        view(one, award)
        for one in reversed(rounds(session, edition_id=edition_id))
        if one.state != RoundState.REVOKED
        for award in one.awards
        if award.is_awarded
    ]


def view(one: Round, award: Award) -> AwardView:
    return AwardView(
        award.unit_id, award.unit_code, award.name, award.group_code, award.rank, award.place, award.amount,
        one.money, one.title, one.rule_code, award.is_held,
    )  # fmt: skip


PAYMENT_COLUMNS: Mapping[str, str] = {
    "round": N_("Round"),
    "unit": N_("Unit code"),
    "name": N_("Unit"),
    "amount": N_("Amount"),
    "money": N_("Money unit"),
    "for": N_("To be spent on"),
    "granted": N_("Granted on"),
}


def payments(one: Round, language: str) -> list[tuple[str, str, str, Decimal, str, str, str]]:
    """The payment list: what was granted in money and neither held back, forfeited nor clawed back."""
    if one.mode not in (Mode.POOL, Mode.LADDER):
        return []
    return [
        (
            one.number, award.unit_code, award.name.in_language(language), award.amount, one.money, one.ring_fence,
            local_day(award.granted_at).isoformat(),
        )
        for award in one.awards
        if award.granted_at is not None and award.clawed_back_at is None and award.amount != 0
    ]  # fmt: skip

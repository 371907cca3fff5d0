"""What pages, papers and other rooms read of reward rounds: who may see them, awards, sums, the payment list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import exists, func, select, type_coerce
from sqlalchemy.orm import Session, aliased, contains_eager, selectinload

from assessment.foundation.actors import Actor
from assessment.foundation.i18n import N_, NOTHING, Bilingual, Sentence, local_day, say, translate
from assessment.foundation.sql import among
from assessment.objections import queries as objections
from assessment.objections.models import Objection
from assessment.organisations.duties import Duty
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.programmes.rules.rewards import Reward
from assessment.rewards.models import GONE, Award, Round, RoundState
from assessment.scoring.models import Edition

KIND, AWARD = "reward_round", "award"
NO_MORE = [state.value for state in GONE]
PUBLIC = (RoundState.PUBLICITY.value, RoundState.APPROVED.value, RoundState.GRANTED.value)
READERS = (Duty.PREPARE, Duty.APPROVE, Duty.PUBLISH, Duty.AUDIT)


def may_see(session: Session, one: Round, viewer: Actor) -> bool:
    """From its publicity on it is everybody's who signs in; before, the office's and the leaders'."""
    if one.state in PUBLIC or (one.state in GONE and one.publicity_from is not None):
        return True
    return any(viewer.holds(duty, one.unit_id) for duty in READERS)


def rounds(
    session: Session, *, states: Iterable[str] = (), edition_id: int | None = None, is_light: bool = False
) -> list[Round]:
    """Newest first. ``is_light``: without their awards, which are as many as there are units."""
    query = select(Round).order_by(Round.prepared_at.desc(), Round.id.desc())
    if not is_light:
        query = query.options(selectinload(Round.awards))
    if states:
        query = query.where(Round.state.in_(list(states)))
    if edition_id is not None:
        query = query.where(Round.edition_id == edition_id)
    return list(session.scalars(query))


def standing_round(session: Session, edition_id: int, rule_code: str) -> Round | None:
    """The latest round of a rule over an edition that is not revoked or replaced."""
    return session.scalar(
        select(Round)
        .where(Round.edition_id == edition_id, Round.rule_code == rule_code, Round.state.not_in(NO_MORE))
        .order_by(Round.id.desc())
        .limit(1)
    )


def standing_in(session: Session, period_id: int, rule_code: str) -> Round | None:
    """The round of a rule over whichever edition of a period that was not revoked: nothing is paid twice."""
    return session.scalar(
        select(Round)
        .join(Edition, Edition.id == Round.edition_id)
        .where(Edition.period_id == period_id, Round.rule_code == rule_code)
        .where(Round.state.not_in(NO_MORE))
        .order_by(Round.id.desc())
        .limit(1)
    )


def standing_rules(session: Session) -> set[tuple[int, str]]:
    """(period, rule) of every round that was not revoked or replaced: `standing_in`, of all at once."""
    query = select(Edition.period_id, Round.rule_code).join(Round, Round.edition_id == Edition.id)
    return {(period_id, code) for period_id, code in session.execute(query.where(Round.state.not_in(NO_MORE)))}


def rules_due(session: Session, period: Period) -> list[Reward]:
    """The rewards that the scheme gives for periods of this kind."""
    return [one for one in programmes.scheme(session, period.scheme_version_id).rewards if one.period == period.kind]


def not_prepared(session: Session, period: Period, edition_id: int) -> list[Reward]:
    """Those for which no round stands yet."""
    return [one for one in rules_due(session, period) if standing_round(session, edition_id, one.code) is None]


def period_of(session: Session, one: Round) -> Period:
    return session.get_one(Period, session.get_one(Edition, one.edition_id).period_id)


# --- corrections -----------------------------------------------------------------------------------------------------


def correction_of(session: Session, one: Round) -> Round | None:
    """The round that is to take, or has taken, this one's place."""
    query = select(Round).where(Round.corrects_id == one.id, Round.state != RoundState.REVOKED.value)
    return session.scalar(query.order_by(Round.id.desc()).limit(1))


def correction_is_due(session: Session, one: Round, edition: Edition) -> Sentence:
    """What stands against correcting a round by these results, or ``NOTHING``."""
    if one.state not in (RoundState.APPROVED, RoundState.GRANTED):
        return say("Only what was approved is corrected; before, the round is discarded or revoked, and prepared anew.")
    if edition.id == one.edition_id and not one.flagged:
        return say("Nothing on which this round rests has changed.")
    return NOTHING


def to_be_corrected(session: Session) -> list[Round]:
    """Approved rounds whose ground has moved, and of which nobody has prepared the correction."""
    approved = Round.state.in_([RoundState.APPROVED.value, RoundState.GRANTED.value])
    correction = aliased(Round)
    is_corrected = exists().where(correction.corrects_id == Round.id, correction.state != RoundState.REVOKED.value)
    query = select(Round).where(approved, Round.flagged != "", ~is_corrected)
    return list(session.scalars(query.order_by(Round.prepared_at.desc(), Round.id.desc())))


def kept_is_as_noted(session: Session, one: Round) -> bool:
    """Whether what was granted under the round to be corrected is still what the correction reckons with."""
    if one.corrects_id is None:
        return True
    earlier = {award.unit_id: award.kept for award in session.get_one(Round, one.corrects_id).awards}
    now = {award.unit_id: (award.before_amount, award.before_place) for award in one.awards}
    units = earlier.keys() | now.keys()
    return all(earlier.get(unit, (None, None)) == now.get(unit, (None, None)) for unit in units)


def due_sum(one: Round) -> Decimal:
    """What the grant moves in all: for a correction what is paid more, less what is returned."""
    return sum((award.due for award in one.awards), Decimal(0))


def sum_of(one: Round) -> Decimal:
    return sum((award.amount for award in one.awards), Decimal(0))


def sums(session: Session, some: Iterable[Round]) -> dict[int, Decimal]:
    """`sum_of` by round, for lists: the database adds up."""
    total = type_coerce(func.sum(Award.amount), Award.amount.type)
    query = select(Award.round_id, total).where(Award.round_id.in_([one.id for one in some]))
    return dict(session.execute(query.group_by(Award.round_id)).all())


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
    query = select(Award).join(Round).where(Award.is_held, Round.state.not_in(NO_MORE))
    return list(session.scalars(query.order_by(Award.id)))


def awards_of(session: Session, unit_ids: Iterable[int], *, newest: int | None = None) -> list[Award]:
    """What units were awarded or excluded from, in rounds that are public; newest first, so many."""
    query = (
        select(Award)
        .join(Round)
        .options(contains_eager(Award.round))
        .where(among(Award.unit_id, unit_ids), Round.state.in_(PUBLIC))
        .order_by(Round.prepared_at.desc(), Award.id)
        .limit(newest)
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
        if one.state not in GONE
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
    "act": N_("Act"),
    "unit": N_("Unit code"),
    "name": N_("Unit"),
    "awarded": N_("Awarded"),
    "before": N_("Granted before"),
    "due": N_("To be paid (negative: to be returned)"),
    "money": N_("Money unit"),
    "for": N_("To be spent on"),
    "day": N_("Day"),
}


class Payment(NamedTuple):
    """One line of the payment list; ``due`` is what flows, with its sign."""

    number: str
    act: str
    unit: str
    name: str
    awarded: Decimal
    before: Decimal
    due: Decimal
    money: str
    spent_on: str
    day: str



def payments(one: Round, language: str) -> list[Payment]:
    """The payment list: what was granted in money, and what was asked back since with the other sign.

    A correction moves the difference to what was granted before it; the list sums to what really flows.
    """
    if not one.has_money:
        return []
    lines = []
    for award in sorted(one.awards, key=lambda each: (each.group_code, each.unit_code)):
        if award.granted_at is not None:
            before = award.before_amount or Decimal(0)
            lines.append(_payment(award, language, N_("Grant"), award.amount, before, award.granted_at))
        if award.clawed_back_at is not None:
            lines.append(_payment(award, language, N_("Claw-back"), Decimal(0), award.amount, award.clawed_back_at))
    return [line for line in lines if line.due != 0]


def _payment(award: Award, language: str, label: str, now: Decimal, before: Decimal, at: datetime) -> Payment:
    one = award.round
    return Payment(
        one.number, translate(label, language), award.unit_code, award.name.in_language(language), now, before,
        now - before, one.money, one.ring_fence, local_day(at).isoformat(),
    )  # fmt: skip

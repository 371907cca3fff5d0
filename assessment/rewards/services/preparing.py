"""From approved results to a round that waits to be checked: who receives what, who does not, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotFound, NotNow
from assessment.foundation.i18n import Bilingual, InLanguages, say
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, Programme
from assessment.programmes.rules.rewards import LadderReward, MoneyReward, MostImproved, PoolReward, Reward
from assessment.rewards import queries
from assessment.rewards.eligibility import conditions_not_met
from assessment.rewards.models import Award, Mode, Round
from assessment.rewards.process import ROUND
from assessment.rewards.sharing import Ground, Worth, shared
from assessment.scoring import queries as scoring
from assessment.scoring.models import Edition, EditionState, Scorecard

PUBLICITY_WITHIN = "5w"
"""Working days of publicity 公示; kept with each round."""

Reason = tuple[int, InLanguages | str, tuple[str, object]]
"""(unit id, why, the record that says so): a veto, an adjustment of eligibility, an open case."""
Excluded = tuple[InLanguages | str, tuple[str, object]]
"""(why, the record that says so)."""


def prepare(
    session: Session,
    act: Act,
    *,
    edition: Edition,
    rule_code: str,
    exclusions: Iterable[Reason] = (),
    held: Iterable[Reason] = (),
) -> Round:
    """Compute who receives what under one rule of the scheme; amounts are proposals until the round is approved."""
    exclusions, held = list(exclusions), list(held)
    one = prepared(session, act, edition, rule_code, exclusions, held)
    return started(session, one, "prepare", act, (*exclusions, *held))


def prepared(
    session: Session, act: Act, edition: Edition, rule_code: str, exclusions: Iterable[Reason], held: Iterable[Reason]
) -> Round:
    """What that round would say; it is there for nobody yet."""
    _may_begin(session, session.get_one(Period, edition.period_id), edition, _rule(session, edition, rule_code))
    one = reckoned(session, act, edition, rule_code, exclusions)
    keep_gains_back(one.awards, held)
    return one


def started(session: Session, one: Round, opening: str, act: Act, reasons: Iterable[Reason], *others: Any) -> Round:
    """The round in the trail, with all that its amounts rest on."""
    edition = session.get_one(Edition, one.edition_id)
    before = session.get_one(Edition, one.before_id) if one.before_id else None
    units = {award.unit_id for award in one.awards}
    cards = [card for card in scoring.league_table(session, edition.id) if card.unit_id in units]
    relied_on: list[Any] = [edition, *([before] if before else []), *cards, *others]
    relied_on += [origin for _, _, origin in reasons]
    body: dict[str, Any] = {"rule": one.rule_code, "sum": queries.sum_of(one), "awards": len(one.awards)}
    if one.corrects_id is not None:
        body["differences"] = {award.unit_code: award.due for award in one.awards if award.is_changed}
    ROUND.start(session, one, opening, act, touched=one.awards, relied_on=relied_on, body=body)
    session.flush()
    return one


def reckoned(session: Session, act: Act, edition: Edition, rule_code: str, exclusions: Iterable[Reason]) -> Round:
    """The round as the rule gives it, not yet there for anybody."""
    period = session.get_one(Period, edition.period_id)
    rule = _rule(session, edition, rule_code)
    before = edition_before(session, period) if isinstance(rule, MostImproved) else None
    cards = _cards(session, edition, rule)
    excluded: dict[int, list[Excluded]] = defaultdict(list)
    for unit_id, why, origin in exclusions:
        excluded[unit_id].append((why, origin))
    for card in cards:
        if against := conditions_not_met(rule, card, _size(cards, card)):
            excluded[card.unit_id].append((against, ("scorecard", card.id)))
    out = {card.unit_id for card in cards if excluded[card.unit_id]}
    worth = shared(Ground(session, period, edition, before), rule, cards, out)
    awards = []
    for card in cards:
        award = _award(card, worth[card.unit_id])
        if card.unit_id in out:
            _exclude(award, excluded[card.unit_id])
        awards.append(award)
    one = _round(session, act, period, edition, rule, before)
    one.expected = _expected(rule, cards)
    one.awards = awards
    return one


def _may_begin(session: Session, period: Period, edition: Edition, rule: Reward) -> None:
    if edition.state != EditionState.APPROVED:
        raise NotNow(say("Rewards are prepared from approved results only."))
    if rule.period != period.kind:
        raise Invalid(say("“{rule}” is not given for {period}.", rule=_title(rule), period=period.title))
    if queries.standing_round(session, edition.id, rule.code) is not None:
        raise NotNow(say("A round of “{rule}” stands for {period} already.", rule=_title(rule), period=period.title))
    earlier = queries.standing_in(session, period.id, rule.code)
    if earlier is not None:
        raise NotNow(say("Round {number} rests on earlier results and still stands; correct it, or revoke it first.",
                         number=earlier.number))  # fmt: skip


def _rule(session: Session, edition: Edition, rule_code: str) -> Reward:
    for rule in programmes.scheme(session, edition.scheme_version_id).rewards:
        if rule.code == rule_code:
            return rule
    raise NotFound(say("The scheme has no reward “{code}”.", code=rule_code))


def _title(rule: Reward) -> Bilingual:
    return Bilingual(rule.zh or rule.code, rule.en or rule.code)


def _cards(session: Session, edition: Edition, rule: Reward) -> list[Scorecard]:
    groups = programmes.scheme(session, edition.scheme_version_id).groups
    wanted = groups if rule.per == "peer_group" else (rule.per,)
    return [card for card in scoring.league_table(session, edition.id) if card.group_code in wanted]


def _size(cards: Sequence[Scorecard], card: Scorecard) -> int:
    return sum(one.rank is not None and one.group_code == card.group_code for one in cards)


def edition_before(session: Session, period: Period) -> Edition:
    before = session.scalar(
        select(Period)
        .where(Period.programme_id == period.programme_id, Period.kind == period.kind)
        .where(Period.last_day < period.first_day)
        .order_by(Period.last_day.desc())
        .limit(1)
    )
    edition = scoring.edition_in_force(session, before.id) if before else None
    if edition is None or edition.state != EditionState.APPROVED:
        raise NotNow(say("There are no approved results before {period} to compare with.", period=period.title))
    return edition


def _expected(rule: Reward, cards: Sequence[Scorecard]) -> Decimal | None:
    """The pool, once for every group that shares one; 0 where the scheme says so."""
    if isinstance(rule, PoolReward):
        return Decimal(rule.pool * len({card.group_code for card in cards}))
    return Decimal(0) if isinstance(rule, LadderReward) and rule.zero_sum else None


def _award(card: Scorecard, worth: Worth) -> Award:
    return Award(
        unit_id=card.unit_id, unit_code=card.unit_code, name_zh=card.name_zh, name_en=card.name_en,
        group_code=card.group_code, rank=card.rank, total=card.total, place=worth.place, amount=Decimal(worth.amount),
        nominal=Decimal(worth.nominal), basis=worth.basis, is_eligible=True, is_held=False, forfeited="",
    )  # fmt: skip


def _both(why: InLanguages | str) -> tuple[str, str]:
    return (why, why) if isinstance(why, str) else (why.in_language("zh"), why.in_language("en"))


def _exclude(award: Award, reasons: Sequence[Excluded]) -> None:
    """Every reason is kept: where one falls, the others still stand."""
    (why, origin), *others = reasons
    award.is_eligible = False
    award.exclusion_zh, award.exclusion_en = _both(why)
    award.exclusion_kind, award.exclusion_id = origin[0], str(origin[1])
    award.also_excluded = [
        {"zh": zh, "en": en, "kind": kind, "id": str(record_id)}
        for also, (kind, record_id) in others
        for zh, en in [_both(also)]
    ]


def keep_gains_back(awards: Iterable[Award], held: Iterable[Reason]) -> None:
    """Only what a unit would gain waits for the end of a case; what it owes by its rank does not."""
    keeping: dict[int, Excluded] = {}
    for unit_id, why, origin in held:
        keeping.setdefault(unit_id, (why, origin))  # the next open case holds on when this one is over
    for award in awards:
        if award.unit_id in keeping and award.is_gain and not award.forfeited:
            keep_back(award, *keeping[award.unit_id])


def keep_back(award: Award, why: InLanguages | str, origin: tuple[str, object]) -> None:
    award.is_held = True
    award.held_zh, award.held_en = _both(why)
    award.held_kind, award.held_id = origin[0], str(origin[1])


def _round(
    session: Session, act: Act, period: Period, edition: Edition, rule: Reward, before: Edition | None
) -> Round:
    attempts = session.scalar(
        select(func.count()).select_from(Round).where(Round.edition_id == edition.id, Round.rule_code == rule.code)
    )
    count = session.scalar(select(func.count()).select_from(Round).where(Round.number.like(f"JL-{act.at.year}-%")))
    title = _title(rule)
    paid = rule if isinstance(rule, MoneyReward) else None
    return Round(
        number=f"JL-{act.at.year}-{(count or 0) + 1:03d}",
        edition_id=edition.id,
        before_id=before.id if before else None,
        unit_id=session.get_one(Programme, period.programme_id).unit_id,
        rule_code=rule.code,
        attempt=(attempts or 0) + 1,
        mode=Mode(rule.mode).value,
        title_zh=f"{period.title.zh}{title.zh}",
        title_en=f"{title.en}, {period.title.en}",
        basis=rule.basis or (str(rule.eligible) if rule.eligible else ""),
        money=paid.unit if paid else "",
        ring_fence=(paid.ring_fence or "") if paid else "",
        pool=Decimal(rule.pool) if isinstance(rule, PoolReward) else None,
        publicity_within=PUBLICITY_WITHIN,
        prepared_by=act.by.key,
        prepared_at=act.at,
    )

"""What can be done with a reward round; who is vetoed, excluded or in an open case is handed in from above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.delivery.services import NewPaper, calendar, serve_many
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotFound, NotNow
from assessment.foundation.i18n import Bilingual, InLanguages, reading_zone, say
from assessment.foundation.workdays import Duration, due
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, Programme
from assessment.programmes.rules.consequences import LadderReward, MostImproved, PoolReward, Reward
from assessment.rewards import queries
from assessment.rewards.eligibility import conditions_not_met
from assessment.rewards.models import Award, Mode, Round
from assessment.rewards.process import ROUND
from assessment.rewards.queries import KIND
from assessment.rewards.sharing import Worth, shared
from assessment.scoring import queries as scoring
from assessment.scoring.models import Edition, EditionState, Scorecard

PUBLICITY_WITHIN = "5w"
"""Working days of publicity 公示; kept with each round."""

Reason = tuple[int, InLanguages | str, tuple[str, object]]
"""(unit id, why, the record that says so): a veto, an adjustment of eligibility, an open case."""


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
    if edition.state != EditionState.APPROVED:
        raise NotNow(say("Rewards are prepared from approved results only."))
    period = session.get_one(Period, edition.period_id)
    rule = _rule(session, edition, rule_code)
    if rule.period != period.kind:
        raise Invalid(say("“{rule}” is not given for {period}.", rule=_title(rule), period=period.title))
    if queries.standing_round(session, edition.id, rule_code) is not None:
        raise NotNow(say("A round of “{rule}” stands for {period} already.", rule=_title(rule), period=period.title))
    earlier = queries.standing_in(session, period.id, rule_code)
    if earlier is not None:
        raise NotNow(say("Round {number} rests on earlier results and still stands; revoke it first.",
                         number=earlier.number))  # fmt: skip
    before = _edition_before(session, period) if isinstance(rule, MostImproved) else None
    cards = _cards(session, edition, rule)
    excluded = {unit_id: (why, origin) for unit_id, why, origin in exclusions}
    keeping = {unit_id: (why, origin) for unit_id, why, origin in held}
    awards = []
    by_rule = {card.unit_id: conditions_not_met(rule, card, _size(cards, card)) for card in cards}
    out = {card.unit_id for card in cards if card.unit_id in excluded or by_rule[card.unit_id]}
    worth = shared(session, period, edition, rule, cards, out, before)
    for card in cards:
        award = _award(card, worth[card.unit_id])
        if card.unit_id in out:
            why, origin = excluded.get(card.unit_id, (by_rule[card.unit_id], ("scorecard", card.id)))
            _exclude(award, why, origin)
        if card.unit_id in keeping and (award.amount > 0 or award.place is not None):
            _hold(award, *keeping[card.unit_id])
        awards.append(award)
    round_ = _round(session, act, period, edition, rule, before)
    round_.expected = _expected(rule, cards)
    round_.awards = awards
    relied_on: list[Any] = [edition, *([before] if before else []), *cards]
    relied_on += [origin for _, origin in (*excluded.values(), *keeping.values())]
    return ROUND.start(
        session, round_, "prepare", act, touched=awards, relied_on=relied_on,
        body={"rule": rule_code, "sum": queries.sum_of(round_), "awards": len(awards)},
    )  # fmt: skip


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


def _edition_before(session: Session, period: Period) -> Edition:
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


def _exclude(award: Award, why: InLanguages | str, origin: tuple[str, object]) -> None:
    award.is_eligible = False
    award.exclusion_zh, award.exclusion_en = _both(why)
    award.exclusion_kind, award.exclusion_id = origin[0], str(origin[1])


def _hold(award: Award, why: InLanguages | str, origin: tuple[str, object]) -> None:
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
    paid = rule if isinstance(rule, (PoolReward, LadderReward)) else None
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


# --- the round -------------------------------------------------------------------------------------------------------


def check(session: Session, one: Round, act: Act) -> None:
    """The sums are right to the last unit: who checks says so."""
    ROUND.perform(session, one, "check", act, body={"sum": queries.nominal_sum(one), "expected": one.expected})


def open_publicity(session: Session, one: Round, act: Act) -> None:
    """Show everybody the whole list 公示, and serve it on every unit in it; objections are lodged in this time."""
    until = due(act.at, Duration.parse(one.publicity_within), calendar(session), reading_zone())
    ROUND.perform(session, one, "open_publicity", act)
    one.publicity_from, one.publicity_until = act.at, until
    title = Bilingual(f"公示：{one.title_zh}", f"Public list: {one.title_en}")
    subject = (KIND, one.id)
    serve_many(session, act, "reward_list", [NewPaper(each.unit_id, subject, title, one.number) for each in one.awards])


def approve_round(session: Session, one: Round, act: Act) -> None:
    """The amounts are final; nothing is paid yet."""
    ROUND.perform(session, one, "approve_round", act, relied_on=one.awards, body={"sum": queries.sum_of(one)})
    one.approved_by, one.approved_at = act.by.key, act.at


def grant(session: Session, one: Round, act: Act) -> None:
    """Grant what is not held back: a letter to each unit, and the payment list."""
    granted = [award for award in one.awards if award.is_awarded and not award.is_held]
    ROUND.perform(session, one, "grant", act, touched=granted, body={"sum": sum(award.amount for award in granted)})
    one.granted_at = act.at
    _grant(session, one, granted, act)


def _grant(session: Session, one: Round, awards: Sequence[Award], act: Act) -> None:
    for award in awards:
        award.granted_at = act.at
    titles = {
        True: Bilingual(f"扣减通知：{one.title_zh}", f"Notice of a deduction: {one.title_en}"),
        False: Bilingual(f"奖励通知：{one.title_zh}", f"Letter of award: {one.title_en}"),
    }
    papers = [NewPaper(each.unit_id, ("award", each.id), titles[each.amount < 0], one.number) for each in awards]
    if papers:
        serve_many(session, act, "grant_letter", papers)


def hold(
    session: Session, one: Round, act: Act, *, unit_id: int, why: InLanguages | str, origin: tuple[str, object]
) -> None:
    """A matter found since keeps an award back, without deciding about it; what is granted is not held back."""
    award = next((each for each in one.awards if each.unit_id == unit_id and each.granted_at is None), None)
    ROUND.perform(session, one, "hold", act, touched=[award] if award else [], relied_on=[origin])
    if award is None:
        raise Invalid(say("This unit has nothing in this round that could be held back."))
    _hold(award, why, origin)


def release(session: Session, one: Round, act: Act, *, unit_id: int) -> None:
    """The case ended without fault: the amount is no longer held back, and is granted if the round was."""
    award = _perform_on_held(session, one, "release", act, unit_id)
    award.is_held, award.released_at = False, act.at
    if one.granted_at is not None and award.is_awarded:
        _grant(session, one, [award], act)


def forfeit(session: Session, one: Round, act: Act, *, unit_id: int) -> None:
    """The case found fault: what was held back is not paid, and stays in the fund."""
    award = _perform_on_held(session, one, "forfeit", act, unit_id)
    award.is_held, award.forfeited = False, act.reason.strip()


def _perform_on_held(session: Session, one: Round, action: str, act: Act, unit_id: int) -> Award:
    award = next((each for each in one.awards if each.unit_id == unit_id and each.is_held), None)
    behind = [(award.held_kind, award.held_id)] if award else []
    ROUND.perform(session, one, action, act, touched=[award] if award else [], relied_on=behind)
    if award is None:
        raise Invalid(say("Nothing is held back from this unit in this round."))
    return award


def claw_back(session: Session, one: Round, act: Act, *, unit_id: int) -> None:
    """Ask an award back: it rested on a falsified report, or a corrigendum took its ground away."""
    granted = (each for each in one.awards if each.granted_at is not None and each.clawed_back_at is None)
    award = next((each for each in granted if each.unit_id == unit_id), None)
    ROUND.perform(session, one, "claw_back", act, touched=[award] if award else [])
    if award is None:
        raise Invalid(say("This unit has nothing of this round that could be asked back."))
    award.clawed_back_at, award.clawed_back_why = act.at, act.reason.strip()
    title = Bilingual(f"追回通知：{one.title_zh}", f"Notice of claw-back: {one.title_en}")
    serve_many(session, act, "claw_back", [NewPaper(award.unit_id, ("award", award.id), title, one.number)])


def revoke(session: Session, one: Round, act: Act) -> None:
    """Take the whole round back; another can be prepared from the results that stand."""
    ROUND.perform(session, one, "revoke", act, touched=one.awards)
    for award in one.awards:
        if award.granted_at is not None and award.clawed_back_at is None:
            award.clawed_back_at, award.clawed_back_why = act.at, act.reason.strip()


def recompute(session: Session, one: Round, act: Act) -> None:
    """An upheld objection ends this list; the joint act that applies it prepares another one as decided."""
    ROUND.perform(session, one, "recompute", act, touched=one.awards)


def flag(session: Session, one: Round, act: Act) -> None:
    """What it rests on has changed; whoever answers for it decides what follows."""
    ROUND.perform(session, one, "flag", act, relied_on=[("edition", one.edition_id)])
    one.flagged = act.reason.strip()

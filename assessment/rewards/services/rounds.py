"""What becomes of a round: checked, shown to everybody, approved, granted, held back in part, taken back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assessment.delivery.services import NewPaper, calendar, serve_many
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import Bilingual, InLanguages, reading_zone, say
from assessment.foundation.workdays import Duration, due
from assessment.rewards import queries
from assessment.rewards.models import Award, Round
from assessment.rewards.process import ROUND
from assessment.rewards.queries import KIND
from assessment.rewards.services.preparing import keep_back


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
    """Grant what is not held back: a letter to each unit for which something changes, and the payment list."""
    granted = [award for award in one.awards if award.is_awarded and not award.is_held]
    body = {"sum": sum(award.amount for award in granted), "moved": sum(award.due for award in granted)}
    ROUND.perform(session, one, "grant", act, touched=granted, body=body)
    one.granted_at = act.at
    _grant(session, one, granted, act)
    if one.corrects_id is not None:
        why = f"由{one.number}更正。 Corrected by {one.number}."
        supersede(session, session.get_one(Round, one.corrects_id), act.because(why))


def supersede(session: Session, one: Round, act: Act) -> None:
    """Part of granting its correction: what was granted under this round is reckoned with there."""
    ROUND.perform(session, one, "supersede", act)


def _grant(session: Session, one: Round, awards: Sequence[Award], act: Act) -> None:
    for award in awards:
        award.granted_at = act.at
    papers = [
        NewPaper(award.unit_id, ("award", award.id), _letter_title(one, award), one.number)
        for award in awards
        if award.is_changed
    ]
    if papers:
        serve_many(session, act, "grant_letter", papers)


def _letter_title(one: Round, award: Award) -> Bilingual:
    if one.corrects_id is not None:
        return Bilingual(f"更正通知：{one.title_zh}", f"Notice of a correction: {one.title_en}")
    if award.amount < 0:
        return Bilingual(f"扣减通知：{one.title_zh}", f"Notice of a deduction: {one.title_en}")
    return Bilingual(f"奖励通知：{one.title_zh}", f"Letter of award: {one.title_en}")


def hold(
    session: Session, one: Round, act: Act, *, unit_id: int, why: InLanguages | str, origin: tuple[str, object]
) -> None:
    """A matter found since keeps an award back, without deciding about it; what is granted is not held back."""
    award = next((each for each in one.awards if each.unit_id == unit_id and each.granted_at is None), None)
    ROUND.perform(session, one, "hold", act, touched=[award] if award else [], relied_on=[origin])
    if award is None:
        raise Invalid(say("This unit has nothing in this round that could be held back."))
    keep_back(award, why, origin)


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
    _ask_back(session, one, [award], act)


def revoke(session: Session, one: Round, act: Act) -> None:
    """Take the whole round back; another can be prepared from the results that stand."""
    ROUND.perform(session, one, "revoke", act, touched=one.awards)
    granted = [award for award in one.awards if award.granted_at is not None and award.clawed_back_at is None]
    _ask_back(session, one, granted, act)


def _ask_back(session: Session, one: Round, awards: Sequence[Award], act: Act) -> None:
    for award in awards:
        award.clawed_back_at, award.clawed_back_why = act.at, act.reason.strip()
    title = Bilingual(f"追回通知：{one.title_zh}", f"Notice of claw-back: {one.title_en}")
    papers = [NewPaper(award.unit_id, ("award", award.id), title, one.number) for award in awards]
    if papers:
        serve_many(session, act, "claw_back", papers)


def recompute(session: Session, one: Round, act: Act) -> None:
    """An upheld objection ends this list; the joint act that applies it prepares another one as decided."""
    ROUND.perform(session, one, "recompute", act, touched=one.awards)


def flag(session: Session, one: Round, act: Act) -> None:
    """What it rests on has changed; whoever answers for it decides what follows."""
    ROUND.perform(session, one, "flag", act, relied_on=[("edition", one.edition_id)])
    one.flagged = act.reason.strip()

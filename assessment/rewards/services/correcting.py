"""A round whose ground has moved is corrected by another: who would have received what, and the difference."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.errors import NotNow
from assessment.foundation.i18n import say
from assessment.rewards import queries
from assessment.rewards.models import Award, Round
from assessment.rewards.services.preparing import Reason, keep_back, keep_gains_back, reckoned, started
from assessment.scoring.models import Edition, EditionState


def correct(
    session: Session, one: Round, act: Act, *, edition: Edition, exclusions: Iterable[Reason], held: Iterable[Reason]
) -> Round:
    """Prepare the round that takes this one's place: public like any other, and approved by another person."""
    exclusions, held = list(exclusions), list(held)
    against = queries.correction_is_due(session, one, edition)
    if against:
        raise NotNow(against)
    under_way = queries.correction_of(session, one)
    if under_way is not None:
        number = under_way.number
        raise NotNow(say("Its correction {number} is under way; go on with that, or discard it.", number=number))
    made = corrected(session, one, act, edition, exclusions, held)
    return started(session, made, "correct", act, (*exclusions, *held), one)


def corrected(
    session: Session, one: Round, act: Act, edition: Edition, exclusions: Iterable[Reason], held: Iterable[Reason]
) -> Round:
    """What the rule gives by the results of now, beside what was granted; not yet there for anybody.

    What was taken from a unit for a fault of its own does not come back to it by a correction.
    """
    if edition.state != EditionState.APPROVED:
        raise NotNow(say("Rewards are prepared from approved results only."))
    made = reckoned(session, act, edition, one.rule_code, exclusions)
    made.corrects_id = one.id
    earlier = {award.unit_id: award for award in one.awards}
    for award in made.awards:
        if award.unit_id in earlier:
            _beside(award, earlier.pop(award.unit_id))
    made.awards += [_gone(award) for award in earlier.values() if award.kept != (None, None)]
    keep_gains_back(made.awards, held)
    return made


def _beside(award: Award, earlier: Award) -> None:
    award.before_amount, award.before_place = earlier.kept
    if award.is_gain:
        award.forfeited = earlier.forfeited or earlier.clawed_back_why
        if earlier.is_held:
            keep_back(award, earlier.held, (earlier.held_kind, earlier.held_id))


def _gone(earlier: Award) -> Award:
    """A unit that these results do not hold any more: what it was granted is asked back."""
    amount, place = earlier.kept
    return Award(
        unit_id=earlier.unit_id, unit_code=earlier.unit_code, name_zh=earlier.name_zh, name_en=earlier.name_en,
        group_code=earlier.group_code, rank=None, total=None, place=None, amount=0, nominal=0, basis={},
        is_eligible=False, exclusion_zh="更正后的结果中没有该单位。",
        exclusion_en="The corrected results do not hold this unit.", exclusion_kind=queries.AWARD,
        exclusion_id=str(earlier.id), is_held=False, forfeited="", before_amount=amount, before_place=place,
    )  # fmt: skip

"""From a round or an award to its paper, in one language."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assessment.faces.web.pages.accountability_papers import issuer_of
from assessment.foundation.i18n import N_, day_text, local_day, moment_text, number_text, say, translate
from assessment.organisations.queries import unit_views
from assessment.rewards import queries
from assessment.rewards.models import Award, Round
from assessment.rewards.papers import GrantPaper, ListLine, ListPaper


def list_paper(session: Session, one: Round, language: str) -> ListPaper:
    """The whole list as it is public, each exclusion and each amount held back with its reason."""
    assert one.publicity_from is not None
    day = local_day(one.publicity_from)
    issuer, sample = issuer_of(session, language, one.awards[0].unit_id, day) if one.awards else ("", "")
    awards = sorted(one.awards, key=lambda each: (each.group_code, each.rank is None, each.rank or 0, each.unit_code))
    return ListPaper(
        language=language, issuer=issuer, number=one.number, title=one.title.in_language(language),
        day=day_text(day, language),
        until=moment_text(one.publicity_until, language) if one.publicity_until else "", money=one.money,
        lines=tuple(_line(one, award, language) for award in awards), total=number_text(queries.sum_of(one)),
        basis=one.basis, sample=sample,
    )  # fmt: skip


def _line(one: Round, award: Award, language: str) -> ListLine:
    amount = number_text(award.amount) if one.has_money else str(award.place or "")
    remarks = [award.exclusion.in_language(language)] if not award.is_eligible else []
    if award.is_held:
        remarks.append(say("Held back: {why}", why=award.held).in_language(language))
    return ListLine(award.name.in_language(language), str(award.rank or ""), amount, "; ".join(remarks))


def grant_paper(session: Session, award: Award, language: str) -> GrantPaper:
    """What one unit receives or loses."""
    assert award.granted_at is not None
    one, day = award.round, local_day(award.granted_at)
    issuer, sample = issuer_of(session, language, award.unit_id, day)
    facts = [(translate(N_("Rule"), language), f"{one.rule_code} {one.basis}".strip())]
    if one.has_money:
        facts.append((translate(N_("Amount"), language), f"{number_text(award.amount)} {one.money}"))
    elif award.place:
        facts.append((translate(N_("Placing"), language), str(award.place)))
    if one.ring_fence:
        facts.append((translate(N_("To be spent on"), language), one.ring_fence))
    is_taken = award.amount < 0
    text = say("By the approved results the following is deducted.") if is_taken else say(
        "By the approved results the following is awarded."
    )  # fmt: skip
    return GrantPaper(
        language=language, issuer=issuer, number=one.number, sample=sample, day=day_text(day, language),
        unit=unit_views(session, {award.unit_id}, day)[award.unit_id].name.in_language(language),
        title=one.title.in_language(language), text=text.in_language(language), facts=tuple(facts),
        heading=N_("Notice of a deduction") if is_taken else N_("Letter of award"),
    )  # fmt: skip

"""From a round or an award to its paper, in one language."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from assessment.faces.web.pages.accountability_papers import issuer_of
from assessment.foundation.i18n import (
    N_,
    InLanguages,
    Sentence,
    day_text,
    local_day,
    moment_text,
    number_text,
    said,
    say,
    translate,
)
from assessment.organisations.queries import unit_views
from assessment.programmes import queries as programmes
from assessment.rewards import queries
from assessment.rewards.models import Award, Mode, Round
from assessment.rewards.papers import GrantPaper, ListLine, ListPaper
from assessment.rewards.wording import reached, rests_on

SEMICOLON = {"zh": "；", "en": "; "}


def basis_of(session: Session, one: Round) -> InLanguages | str:
    period = queries.period_of(session, one)
    return rests_on(one, programmes.scheme(session, period.scheme_version_id))


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
        basis=said(basis_of(session, one), language), sample=sample,
    )  # fmt: skip


def _line(one: Round, award: Award, language: str) -> ListLine:
    amount = number_text(award.amount) if one.has_money else str(award.place or "")
    remarks = [why.in_language(language) for why, _record in award.exclusions]
    if award.is_held:
        remarks.append(say("Held back: {why}", why=award.held).in_language(language))
    return ListLine(award.name.in_language(language), str(award.rank or ""), amount, SEMICOLON[language].join(remarks))


def claw_back_paper(session: Session, award: Award, language: str) -> GrantPaper:
    """What one unit is asked to give back, and why."""
    assert award.clawed_back_at is not None
    one, day = award.round, local_day(award.clawed_back_at)
    facts = [(translate(N_("Rule"), language), f"{one.rule_code} {said(basis_of(session, one), language)}".strip())]
    if one.has_money:
        facts.append((translate(N_("Amount"), language), f"{number_text(award.amount)} {one.money}"))
    elif award.place:
        facts.append((translate(N_("Placing"), language), str(award.place)))
    facts.append((translate(N_("Reason"), language), award.clawed_back_why))
    text = say("What was granted under this round is taken back; the amount is returned.") if award.amount > 0 else say(
        "What was decided under this round for the unit is taken back."
    )  # fmt: skip
    return _paper(session, award, language, day, text, facts, N_("Notice of claw-back"))


def _correction_paper(session: Session, award: Award, language: str, facts: list[tuple[str, str]]) -> GrantPaper:
    """What changes for one unit by a correction, and which way the difference goes."""
    one = award.round
    assert award.granted_at is not None
    earlier = session.get_one(Round, one.corrects_id)
    before = (award.before_amount or 0) if one.has_money else award.before_place
    shown = "—" if before is None else number_text(before)
    facts = [*facts, (translate(N_("Granted before"), language), f"{shown} {one.money}".strip())]
    if one.has_money:
        towards = N_("To be paid in addition") if award.due > 0 else N_("To be returned")
        facts.append((translate(towards, language), f"{number_text(abs(award.due))} {one.money}"))
    number = earlier.number
    text = say("The results have been corrected. This takes the place of what round {number} said.", number=number)
    return _paper(session, award, language, local_day(award.granted_at), text, facts, N_("Notice of a correction"))


def _certificate(session: Session, award: Award, language: str, facts: list[tuple[str, str]]) -> GrantPaper:
    """Praise by bulletin 通报表扬 for a place or a gain; a commendation 表彰 is another authority's to give."""
    one, period = award.round, queries.period_of(session, award.round)
    assert award.granted_at is not None
    if one.mode == Mode.MOST_IMPROVED:
        known = {"period": period.title}
        text = say("This certifies that the unit is among the most improved of its group in {period}.", **known)
        facts = [*facts, (translate(N_("Gain"), language), str(award.basis.get("gain", "")))]
    else:
        text = say("This certifies that the unit is among the first of its group in {period}.", period=period.title)
    if award.total is not None:
        facts = [*facts, (translate(N_("Total"), language), number_text(award.total))]
    return _paper(session, award, language, local_day(award.granted_at), text, facts, N_("Certificate of praise"))


def _paper(
    session: Session, award: Award, language: str, day: date, text: Sentence, facts: list[tuple[str, str]], heading: str
) -> GrantPaper:
    issuer, sample = issuer_of(session, language, award.unit_id, day)
    one = award.round
    return GrantPaper(
        language=language, issuer=issuer, number=one.number, sample=sample, day=day_text(day, language),
        unit=unit_views(session, {award.unit_id}, day)[award.unit_id].name.in_language(language),
        title=one.title.in_language(language), text=text.in_language(language), facts=tuple(facts), heading=heading,
    )  # fmt: skip


def grant_paper(session: Session, award: Award, language: str) -> GrantPaper:
    """What one unit receives or loses."""
    assert award.granted_at is not None
    one, day = award.round, local_day(award.granted_at)
    facts = [(translate(N_("Rule"), language), f"{one.rule_code} {said(basis_of(session, one), language)}".strip())]
    if one.has_money:
        facts.append((translate(N_("Amount"), language), f"{number_text(award.amount)} {one.money}"))
    elif award.place:
        facts.append((translate(N_("Placing"), language), str(award.place)))
    if how := SEMICOLON[language].join(step.in_language(language) for step in reached(award)):
        facts.append((translate(N_("How it was reached"), language), how))
    if one.ring_fence:
        facts.append((translate(N_("To be spent on"), language), one.ring_fence))
    if one.corrects_id is not None:
        return _correction_paper(session, award, language, facts)
    if not one.has_money:
        return _certificate(session, award, language, facts)
    is_taken = award.amount < 0
    text = say("By the approved results the following is deducted.") if is_taken else say(
        "By the approved results the following is awarded."
    )  # fmt: skip
    heading = N_("Notice of a deduction") if is_taken else N_("Letter of award")
    return _paper(session, award, language, day, text, facts, heading)

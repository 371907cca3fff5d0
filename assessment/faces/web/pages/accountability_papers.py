"""From a case or an interview to its paper: what is said, in one language, without a person's name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability import ladders, queries
from assessment.accountability.models import Case, CaseFact, Interview, Outcome, Responsibility
from assessment.accountability.papers import CallPaper, CasePaper
from assessment.delivery.queries import papers_about
from assessment.foundation.i18n import N_, Label, Sentence, day_text, local_day, moment_text, say, translate
from assessment.foundation.workdays import Duration
from assessment.organisations.queries import tree_on, unit_views
from assessment.programmes.models import Programme

WARNED = say("This warning states no fault. It says what was counted and what may follow.")


def case_paper(session: Session, case: Case, kind: str, language: str) -> CasePaper | None:
    """The notice, decision or warning that was served; ``None`` where none was."""
    served = next((one for one in papers_about(session, (queries.KIND, case.id)) if one.kind == kind), None)
    if served is None or served.available_at is None:
        return None
    day = local_day(served.available_at)
    issuer, sample = issuer_of(session, language, case.unit_id, day)
    unit = unit_views(session, {case.unit_id}, day)[case.unit_id].name.in_language(language)
    parts: dict[str, Any] = {"text": (case.allegations,)}
    if kind == queries.WARNING:
        parts = {
            "text": (_said(WARNED, language),),
            "findings": tuple(_said(one, language) for one in ladders.told(case.computation)),
        }
    elif kind in (queries.NOTICE, queries.SUPPLEMENT):
        told = ((N_("Authority"), case.authority), (N_("Ground"), case.ground))
        parts["facts"] = tuple((_word(label, language), fact) for label, fact in told)
        parts["findings"] = _facts([one for one in case.facts if one.told_at == served.available_at], language)
        within = Duration.parse(case.reply_within)
        reply = say("You may reply point by point within {within} of receiving this notice.", within=within)
        parts["remedy"] = (_said(reply, language), _said(say("A reply never makes your case worse."), language))
    elif kind == queries.PROPOSAL:
        parts = {"unit": case.organ, **_proposal(case, unit, language)}
    else:
        parts = _decision(case, language)
    return CasePaper(
        language=language, kind=kind, issuer=issuer, number=served.number, sample=sample,
        title=case.title.in_language(language), day=day_text(day, language), **{"unit": unit, **parts},
    )  # fmt: skip


def _proposal(case: Case, unit: str, language: str) -> dict[str, Any]:
    """What is put to the organ: posts and what they answered for; whom it is about, the organ reads in the file."""
    assert case.decided_at is not None
    facts = [(N_("Unit"), unit), (N_("Decided on"), day_text(local_day(case.decided_at), language)),
             (N_("The norm in force at the time"), case.norm)]  # fmt: skip
    kept = say("The organ decides by itself what follows; its answer is recorded with the case.")
    copied = say("The unit receives a copy of this proposal with the decision, and may ask for a review.")
    return {
        "text": (case.decision,),
        "facts": tuple((_word(label, language), fact) for label, fact in facts if fact),
        "findings": _facts(case.standing_facts, language),
        "responsible": tuple(
            _said(say("{post}: {part}", post=one.post, part=Label(Responsibility(one.responsibility).label)), language)
            for one in case.chain
        ),
        "answers": _answers(case, language),
        "remedy": (_said(kept, language), _said(copied, language)),
    }


def _decision(case: Case, language: str) -> dict[str, Any]:
    assert case.outcome is not None
    facts = [(_word(N_("Decision"), language), _word(Outcome(case.outcome).label, language))]
    if case.execute_by:
        facts.append((_word(N_("To be carried out by"), language), day_text(case.execute_by, language)))
    if case.effect_until:
        facts.append((_word(N_("Effect until"), language), day_text(case.effect_until, language)))
    if case.norm:
        facts.append((_word(N_("The norm in force at the time"), language), case.norm))
    within = Duration.parse(case.appeal_within)
    remedy = (
        say("You may ask for a review within {within} of receiving this decision.", within=within),
        say("A review does not stop the decision from being carried out, and never makes it worse."),
    )
    return {
        "text": (case.decision,),
        "facts": tuple(facts),
        "findings": _facts(case.standing_facts, language),
        "answers": _answers(case, language),
        "remedy": tuple(_said(one, language) for one in remedy),
    }


def _facts(some: Sequence[CaseFact], language: str) -> tuple[str, ...]:
    return tuple(_said(say("{day}: {what}", day=one.happened_on, what=one.statement), language) for one in some)


def _answers(case: Case, language: str) -> tuple[str, ...]:
    return tuple(
        _said(say("{point} Answer: {answer}", point=point.statement, answer=point.answer), language)
        for point in case.points
    )


def call_paper(session: Session, talk: Interview, language: str) -> CallPaper:
    day = local_day(talk.called_at)
    issuer, sample = issuer_of(session, language, talk.unit_id, day)
    return CallPaper(
        language=language, issuer=issuer, number=talk.number, sample=sample,
        unit=unit_views(session, {talk.unit_id}, day)[talk.unit_id].name.in_language(language),
        day=day_text(day, language), when=moment_text(talk.takes_place_at, language), place=talk.place,
        reason=talk.reason,
    )  # fmt: skip


def issuer_of(session: Session, language: str, unit_id: int, day: date) -> tuple[str, str]:
    """The authority that holds the unit to account that day, and what every page of an example says."""
    above = {unit_id, *(unit.id for unit in tree_on(session, day).path(unit_id))}
    newest = select(Programme).where(Programme.unit_id.in_(above)).order_by(Programme.id.desc())
    programme = session.scalar(newest.limit(1))
    if programme is None:
        return "", ""
    sample = _word(N_("Example: no real decision"), language) if programme.is_example else ""
    return programme.authority.in_language(language), sample


def _said(sentence: Sentence, language: str) -> str:
    return sentence.in_language(language)


def _word(message: str, language: str) -> str:
    return translate(message, language)

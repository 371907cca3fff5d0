"""The investigation: facts with their proof, who held which post then, circumstances, the report and its review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from assessment.accountability import queries
from assessment.accountability.models import (
    Case,
    CaseFact,
    CaseResponsible,
    Circumstance,
    CircumstanceKind,
    Conduct,
    Part,
    Responsibility,
)
from assessment.accountability.norms import norm_faults
from assessment.accountability.process import CASE
from assessment.accountability.services.needs import need
from assessment.accountability.services.opening import declare_part
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.i18n import say
from assessment.organisations.queries import posts_held


def add_fact(
    session: Session,
    case: Case,
    act: Act,
    *,
    happened_on: date,
    statement: str,
    evidence: Sequence[tuple[str, object]],
) -> CaseFact:
    """Record what happened, when, and the records that prove it."""
    need("statement", statement, say("Say what happened."))
    _need_proof(evidence)
    fact = CaseFact(
        number=len(case.facts) + 1,
        happened_on=happened_on,
        statement=statement.strip(),
        evidence=[[kind, str(record_id)] for kind, record_id in evidence],
        is_struck=False,
    )
    CASE.perform(session, case, "add_fact", act, touched=[fact], relied_on=list(evidence))
    case.facts.append(fact)
    return fact


def strike_fact(session: Session, case: Case, act: Act, *, number: int) -> None:
    """A finding that does not hold is struck, and stays readable."""
    fact = next((one for one in case.standing_facts if one.number == number), None)
    if fact is None:
        raise Invalid(say("There is no finding of fact {number} in this case.", number=number))
    CASE.perform(session, case, "strike_fact", act, touched=[fact])
    fact.is_struck, fact.struck_why = True, act.reason.strip()


def name_responsible(
    session: Session,
    case: Case,
    act: Act,
    *,
    person_id: int,
    day: date,
    responsibility: Responsibility,
    duty: str,
    reason: str,
) -> None:
    """Add a link to the chain; the post is read from who held it at the unit on that day, never typed."""
    held = next((one for one in posts_held(session, case.unit_id, day) if one.person_id == person_id), None)
    if held is None:
        raise Invalid(say("Nobody of that name held a post at this unit on {day}.", day=day))
    need("duty", duty, say("Quote the duty that the post had."))
    need("why", reason, say("Say what makes this person responsible."))
    if any((one.person_id, one.post_id, one.day) == (person_id, held.post_id, day) for one in case.chain):
        raise NotNow(say("This person is named already for that day."))
    link = CaseResponsible(
        person_id=person_id, post_id=held.post_id, day=day, person=held.person, post_zh=held.title.zh,
        post_en=held.title.en, responsibility=responsibility.value, duty=duty.strip(), reason=reason.strip(),
    )  # fmt: skip
    CASE.perform(session, case, "name_responsible", act, touched=[link])
    case.chain.append(link)


def answer_point(session: Session, case: Case, act: Act, *, number: int, answer: str) -> None:
    """Answer one point of the reply, with the reason it is followed or not."""
    point = next((one for one in case.points if one.number == number), None)
    if point is None:
        raise Invalid(say("There is no point {number} in this reply.", number=number))
    need("answer", answer, say("Give the reason for your answer to point {number}.", number=number))
    CASE.perform(session, case, "answer_point", act, touched=[point])
    point.answer = answer.strip()


def record_circumstance(
    session: Session,
    case: Case,
    act: Act,
    *,
    kind: CircumstanceKind,
    statement: str,
    evidence: Sequence[tuple[str, object]],
    responsible_id: int | None = None,
) -> Circumstance:
    """What exempts, mitigates or aggravates, or that somebody in the chain dissented; proved like a fact."""
    need("statement", statement, say("Say what speaks for or against them."))
    _need_proof(evidence)
    links = {one.id for one in case.chain}
    if responsible_id is not None and responsible_id not in links:
        raise Invalid(say("Nobody of the chain of responsibility is meant by this."))
    if kind is CircumstanceKind.DISSENT and responsible_id is None:
        sentence = say("Say whose dissent it is; name that person in the chain first.")
        raise Invalid(sentence, fields={"responsible_id": sentence})
    one = Circumstance(
        number=len(case.circumstances) + 1, kind=kind.value, responsible_id=responsible_id,
        statement=statement.strip(), evidence=[[of, str(record_id)] for of, record_id in evidence],
    )  # fmt: skip
    CASE.perform(session, case, "record_circumstance", act, touched=[one], relied_on=list(evidence))
    case.circumstances.append(one)
    return one


def _need_proof(evidence: Sequence[tuple[str, object]]) -> None:
    if not evidence:
        sentence = say("Name the records that prove it, such as “task 12”.")
        raise Invalid(sentence, fields={"evidence": sentence})


def file_report(
    session: Session,
    case: Case,
    act: Act,
    *,
    norm: str,
    causes: str,
    conduct: Conduct,
    proposal: str,
    exempting: str = "",
    norms: Sequence[tuple[str, object]] = (),
) -> None:
    """Close the investigation: the norm in force then, causes, what excuses, and what is proposed."""
    need("norm", norm, say("Name the rule, target or letter that was in force at the time of the facts."))
    need("causes", causes, say("Say what caused it."))
    need("proposal", proposal, say("Say what you propose."))
    against = norm_faults(session, case, norms)
    if against:
        raise Invalid(against, fields={"norms": against})
    CASE.perform(session, case, "file_report", act, touched=[*case.facts, *case.chain, *case.points],
                 relied_on=[*queries.matter_of(case)[1:], *norms])  # fmt: skip
    case.norm, case.causes, case.conduct = norm.strip(), causes.strip(), conduct.value
    case.norms = [[kind, str(record_id)] for kind, record_id in norms]
    case.exempting, case.proposal = exempting.strip(), proposal.strip()
    case.reported_by, case.reported_at = act.by.key, act.at


def dissent(session: Session, case: Case, act: Act) -> None:
    """An investigator who does not share the report says what he or she holds against it; that goes with the report."""
    CASE.perform(session, case, "dissent", act)
    mine = next(one for one in case.active_investigators if one.person_id == getattr(act.by, "person_id", None))
    mine.dissent = act.reason.strip()


def review_law(session: Session, case: Case, act: Act, *, opinion: str, declaration: str = "") -> None:
    """Procedure, competence, evidence and law are in order."""
    need("opinion", opinion, say("Write the opinion."))
    CASE.perform(session, case, "review_law", act, relied_on=[*case.facts, *case.points])
    declare_part(session, case, act, Part.LEGAL_REVIEWER, declaration)
    case.legal_opinion, case.reviewed_by, case.reviewed_at = opinion.strip(), act.by.key, act.at


def return_report(session: Session, case: Case, act: Act) -> None:
    """Back to the investigators, with what is missing."""
    CASE.perform(session, case, "return_report", act)
    case.legal_opinion, case.reviewed_by = act.reason.strip(), act.by.key

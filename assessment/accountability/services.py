"""What can be done with a prompt and a case; each part is done by another person than the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.accountability import queries
from assessment.accountability.models import (
    Case,
    CaseFact,
    CaseInvestigator,
    CaseResponsible,
    CaseState,
    Commitment,
    Conduct,
    Interview,
    Outcome,
    ReplyPoint,
    Responsibility,
    Source,
)
from assessment.accountability.process import CASE, INTERVIEW
from assessment.accountability.queries import CALL, DECISION, KIND, NOTICE, REVOCATION, SUPPLEMENT, WARNING
from assessment.delivery.services import serve
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.i18n import N_, Bilingual, Sentence, local_day, say, translate
from assessment.organisations import handover
from assessment.organisations.duties import Duty
from assessment.organisations.officers import officer_on
from assessment.organisations.queries import posts_held
from assessment.organisations.recusal import barred

REPLY_WITHIN = "10w"
"""Working days from service (考核办法); kept with each case, so that another rule can set another."""

LONGEST_TITLE = 200


# --- prompts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewPrompt:
    """One prompt as a ladder, a task, a veto or a person gives it."""

    unit_id: int
    title: Bilingual
    source: Source
    origin: tuple[str, object]
    rule: str = ""
    proposes: str = ""
    occurrence: str = ""
    edition_id: int | None = None
    computation: Sequence[dict[str, Any]] = field(default_factory=tuple)

    @property
    def identity(self) -> tuple[str, int, str, str, str]:
        return (self.rule, self.unit_id, self.origin[0], str(self.origin[1]), self.occurrence)


def prompt(session: Session, act: Act, new: NewPrompt) -> Case | None:
    """Put one matter before the authority; ``None`` when the same fact has prompted the same before."""
    made = prompt_many(session, act, [new])
    return made[0] if made else None


def prompt_many(session: Session, act: Act, prompts: Sequence[NewPrompt]) -> list[Case]:
    """Prompt what has not been prompted before, by one act. It opens nothing."""
    known = queries.known_origins(session, {one.unit_id for one in prompts})
    number = _last_number(session, act.at.year)
    made = []
    for new in prompts:
        if new.identity in known:
            continue
        known.add(new.identity)
        number += 1
        case = Case(
            number=f"WZ-{act.at.year}-{number:03d}", unit_id=new.unit_id,
            title_zh=new.title.zh[:LONGEST_TITLE], title_en=new.title.en[:LONGEST_TITLE],
            source=new.source.value, rule=new.rule, proposes=new.proposes, origin_kind=new.origin[0],
            origin_id=str(new.origin[1]), origin_occurrence=new.occurrence, edition_id=new.edition_id,
            computation=list(new.computation), prompted_by=act.by.key, prompted_at=act.at, reply_within=REPLY_WITHIN,
        )  # fmt: skip
        CASE.begin(case, "prompt", act)
        made.append(case)
    if made:
        session.add_all(made)
        origins = sorted({case.origin for case in made})
        audit.record(
            session, act, "prompt", None, kind=KIND, touched=made, relied_on=origins, body={"count": len(made)}
        )
        session.flush()
    return made


def _last_number(session: Session, year: int) -> int:
    """Counted, not read from the greatest text: "WZ-2012-1000" sorts before "WZ-2012-999"; no case is ever deleted."""
    return session.scalar(select(func.count()).select_from(Case).where(Case.number.like(f"WZ-{year}-%"))) or 0


def dismiss(session: Session, case: Case, act: Act) -> None:
    """Nothing follows from the prompt; the reason stays with it."""
    CASE.perform(session, case, "dismiss", act, relied_on=[case.origin])


def warn(session: Session, case: Case, act: Act) -> None:
    """Serve an early warning 预警: it says what was counted and what may come, and states no fault."""
    CASE.perform(session, case, "warn", act, relied_on=[case.origin])
    case.settled_by = "early_warning"
    title = Bilingual(f"预警：{case.title_zh}", f"Early warning: {case.title_en}")
    serve(session, act, unit_id=case.unit_id, kind=WARNING, subject=(KIND, case.id), title=title, number=case.number)


def settle_by_interview(
    session: Session, case: Case, act: Act, *, takes_place_at: datetime, place: str
) -> Interview:
    """Call an interview instead of opening a case."""
    CASE.perform(session, case, "settle_by_interview", act, relied_on=[case.origin])
    case.settled_by = "interview"
    return call_interview(
        session, act, unit_id=case.unit_id, takes_place_at=takes_place_at, place=place, reason=act.reason, case=case
    )


def ask_inspection(session: Session, case: Case, act: Act) -> None:
    """Ask the supervision office to look, before anybody speaks of fault."""
    CASE.perform(session, case, "ask_inspection", act, relied_on=[case.origin])
    case.settled_by = "special_inspection"


# --- the case --------------------------------------------------------------------------------------------------------


def open_case(
    session: Session, case: Case, act: Act, *, authority: str, ground: str, investigators: Sequence[int]
) -> None:
    """Open a case: by which authority, on what ground, and by whom it is investigated: two at least, tied to none."""
    _need("authority", authority, say("Say which authority opens the case."))
    _need("ground", ground, say("Say on what ground the case is opened; a rank alone is none."))
    chosen = sorted(set(investigators))
    if len(chosen) < 2:
        sentence = say("Choose two investigators at least.")
        raise Invalid(sentence, fields={"investigators": sentence})
    for person_id in chosen:
        officer = officer_on(session, person_id, local_day(act.at))
        if officer.key == act.by.key or not officer.holds(Duty.INVESTIGATE, case.unit_id):
            raise NotPermitted(say("{name} cannot investigate this case.", name=officer.name))
        against = barred(session, officer, [case.origin], [case.unit_id], local_day(act.at))
        if against:
            raise NotPermitted(against)
    CASE.perform(
        session, case, "open_case", act,
        relied_on=[case.origin], body={"ground": ground, "investigators": [f"person:{one}" for one in chosen]},
    )  # fmt: skip
    case.authority, case.ground = authority.strip(), ground.strip()
    case.opened_by, case.opened_at = act.by.key, act.at
    case.investigators = [CaseInvestigator(person_id=one) for one in chosen]


def declare(session: Session, case: Case, act: Act, *, declaration: str = "") -> None:
    """An investigator's own word that nothing ties him or her to the unit, its people or the matter."""
    CASE.perform(session, case, "declare", act)
    mine = next(one for one in case.investigators if one.person_id == getattr(act.by, "person_id", None))
    mine.declaration = declaration.strip() or N_("I have no interest in this matter and no tie to those concerned.")
    mine.declared_at = act.at


def serve_notice(session: Session, case: Case, act: Act, *, allegations: str) -> None:
    """Tell the unit the facts alleged and the intended ground; from its receipt on it has its time to reply."""
    _need("allegations", allegations, say("Say what is alleged, and on what ground it would be decided."))
    CASE.perform(session, case, "serve_notice", act)
    case.allegations, case.notice_at = allegations.strip(), act.at
    _tell(case, act)
    title = Bilingual(f"问责立案通知书：{case.title_zh}", f"Notice of an accountability case: {case.title_en}")
    serve(session, act, unit_id=case.unit_id, kind=NOTICE, subject=(KIND, case.id), title=title, number=case.number)


def serve_supplement(session: Session, case: Case, act: Act) -> None:
    """Put to the unit what was found since it was last told; its time to reply begins again with the receipt."""
    CASE.perform(session, case, "serve_supplement", act, touched=queries.untold_facts(case))
    _tell(case, act)
    title = Bilingual(f"补充告知书：{case.title_zh}", f"Further facts in an accountability case: {case.title_en}")
    serve(session, act, unit_id=case.unit_id, kind=SUPPLEMENT, subject=(KIND, case.id), title=title, number=case.number)


def _tell(case: Case, act: Act) -> None:
    for fact in queries.untold_facts(case):
        fact.told_at = act.at


def reply(session: Session, case: Case, act: Act, *, points: Sequence[str]) -> None:
    """The unit's reply, point by point, in its own words; it may not make its case worse."""
    statements = [point.strip() for point in points if point.strip()]
    if not statements:
        sentence = say("Write at least one point.")
        raise Invalid(sentence, fields={"points": sentence})
    first = len(case.points) + 1  # a unit that is heard again goes on where it ended
    new = [ReplyPoint(number=number, statement=text, answer="") for number, text in enumerate(statements, first)]
    CASE.perform(session, case, "reply", act, touched=new)
    case.points.extend(new)
    case.replied_at = act.at


def lapse(session: Session, case: Case, act: Act) -> None:
    """The clock's: the time for a reply is over, and the case goes on without one."""
    CASE.perform(session, case, "lapse", act)


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
    _need("statement", statement, say("Say what happened."))
    if not evidence:
        sentence = say("Name the records that prove it, such as “task 12”.")
        raise Invalid(sentence, fields={"evidence": sentence})
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
    _need("duty", duty, say("Quote the duty that the post had."))
    _need("why", reason, say("Say what makes this person responsible."))
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
    _need("answer", answer, say("Give the reason for your answer to point {number}.", number=number))
    CASE.perform(session, case, "answer_point", act, touched=[point])
    point.answer = answer.strip()


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
) -> None:
    """Close the investigation: the norm in force then, causes, what excuses, and what is proposed."""
    _need("norm", norm, say("Name the rule, target or letter that was in force at the time of the facts."))
    _need("causes", causes, say("Say what caused it."))
    _need("proposal", proposal, say("Say what you propose."))
    CASE.perform(session, case, "file_report", act, touched=[*case.facts, *case.chain, *case.points],
                 relied_on=queries.matter_of(case)[1:])  # fmt: skip
    case.norm, case.causes, case.conduct = norm.strip(), causes.strip(), conduct.value
    case.exempting, case.proposal = exempting.strip(), proposal.strip()
    case.reported_by, case.reported_at = act.by.key, act.at


def review_law(session: Session, case: Case, act: Act, *, opinion: str) -> None:
    """Procedure, competence, evidence and law are in order."""
    _need("opinion", opinion, say("Write the opinion."))
    CASE.perform(session, case, "review_law", act, relied_on=[*case.facts, *case.points])
    case.legal_opinion, case.reviewed_by, case.reviewed_at = opinion.strip(), act.by.key, act.at


def return_report(session: Session, case: Case, act: Act) -> None:
    """Back to the investigators, with what is missing."""
    CASE.perform(session, case, "return_report", act)
    case.legal_opinion, case.reviewed_by = act.reason.strip(), act.by.key


def decide(
    session: Session,
    case: Case,
    act: Act,
    *,
    outcome: Outcome,
    decision: str,
    publicity: str = "",
    organ: str = "",
    execute_by: date | None = None,
    effect_until: date | None = None,
) -> None:
    """Decide on what the checklist holds; what is decided is stated with its reasons, time limit and range."""
    _need("decision", decision, say("State the decision with its reasons."))
    if outcome is Outcome.PROPOSAL:
        _need("organ", organ, say("Name the competent organ to which the proposal goes."))
    if outcome is not Outcome.NO_CASE:
        if execute_by is None or execute_by < _today(act):
            sentence = say("Say until when it is carried out; the day cannot lie in the past.")
            raise Invalid(sentence, fields={"execute_by": sentence})
        if effect_until is None or effect_until < execute_by:
            sentence = say("Say until when the effect lasts: no decision lasts for ever.")
            raise Invalid(sentence, fields={"effect_until": sentence})
    _check_not_graver(case, outcome)
    CASE.perform(
        session, case, "decide", act,
        relied_on=[*case.standing_facts, *case.points, *case.chain, *queries.matter_of(case)[1:]],
        body={"outcome": outcome, "execute_by": execute_by, "effect_until": effect_until},
    )  # fmt: skip
    case.outcome, case.decision, case.publicity, case.organ = outcome.value, decision.strip(), publicity.strip(), organ
    case.decided_by, case.decided_at = act.by.key, act.at
    if outcome is not Outcome.NO_CASE:
        case.execute_by, case.effect_until = execute_by, effect_until


def _check_not_graver(case: Case, outcome: Outcome) -> None:
    """不因申诉加重: what is decided anew after a review is no graver than what was decided before."""
    graver_ones = list(Outcome)
    if case.outcome is not None and graver_ones.index(outcome) > graver_ones.index(Outcome(case.outcome)):
        sentence = say("A review never makes a decision worse; decide no graver than before.")
        raise Invalid(sentence, fields={"outcome": sentence})


def serve_decision(session: Session, case: Case, act: Act) -> None:
    """Put the decision with its remedy and time limits before the unit; what it may ask for runs from receipt."""
    CASE.perform(session, case, "serve_decision", act, body={"appeal_within": case.appeal_within})
    case.served_at = act.at
    title = Bilingual(f"问责决定书：{case.title_zh}", f"Decision in an accountability case: {case.title_en}")
    serve(session, act, unit_id=case.unit_id, kind=DECISION, subject=(KIND, case.id), title=title, number=case.number)


def record_organ_answer(session: Session, case: Case, act: Act, *, answer: str) -> None:
    """A proposal is followed until the competent organ has answered it."""
    _need("answer", answer, say("Write what the organ answered."))
    CASE.perform(session, case, "record_organ_answer", act)
    case.organ_answer, case.organ_answered_at = answer.strip(), act.at


def execute(session: Session, case: Case, act: Act, *, how: str) -> None:
    """Note how and that the decision was carried out."""
    _need("how", how, say("Say how it was carried out."))
    CASE.perform(session, case, "execute", act)
    case.execution, case.executed_at = how.strip(), act.at


def expire(session: Session, case: Case, act: Act) -> None:
    """The clock's: from now on nothing follows from the decision."""
    CASE.perform(session, case, "expire", act)


def revoke(session: Session, case: Case, act: Act) -> None:
    """Take the decision back, and say so in the same range in which it was published."""
    CASE.perform(session, case, "revoke", act, body={"range": case.publicity})
    case.revoked_at = act.at
    title = Bilingual(f"撤销问责决定并恢复名誉：{case.title_zh}", f"Revocation of a decision: {case.title_en}")
    serve(session, act, unit_id=case.unit_id, kind=REVOCATION, subject=(KIND, case.id), title=title, number=case.number)


def reconsider(session: Session, case: Case, act: Act) -> None:
    """A review upheld part of what the unit said: the decision stands until another takes its place."""
    CASE.perform(session, case, "reconsider", act)


def flag(session: Session, case: Case, act: Act) -> None:
    """The fact behind it has fallen; whoever has the case reads why and decides what follows."""
    CASE.perform(session, case, "flag", act, relied_on=[case.origin])
    case.flagged = act.reason.strip()


def read_case(session: Session, case: Case, act: Act) -> None:
    """An auditor says why; from then on, for this day, the case is open to him or her."""
    CASE.perform(session, case, "read_case", act)


# --- interviews ------------------------------------------------------------------------------------------------------


def call_interview(
    session: Session,
    act: Act,
    *,
    unit_id: int,
    takes_place_at: datetime,
    place: str,
    reason: str,
    case: Case | None = None,
) -> Interview:
    """Call a unit's leaders to a talk: when, where and why are told beforehand."""
    _need("place", place, say("Say where the interview takes place."))
    _need("reason", reason, say("Say why the interview is called."))
    if takes_place_at <= act.at:
        sentence = say("An interview is called beforehand; choose a later time.")
        raise Invalid(sentence, fields={"takes_place_at": sentence})
    if case is not None and case.state not in (CaseState.SETTLED, CaseState.SERVED):
        raise NotNow(say("An interview answers a prompt, or carries out a decision that was served."))
    if case is not None and case.state == CaseState.SERVED and queries.decision_served_at(session, case) is None:
        raise NotNow(say("The decision has not been received yet; it is carried out after that."))
    count = session.scalar(
        select(func.count()).select_from(Interview).where(Interview.number.like(f"YT-{act.at.year}-%"))
    )
    interview = Interview(
        number=f"YT-{act.at.year}-{(count or 0) + 1:03d}", unit_id=unit_id, case_id=case.id if case else None,
        called_by=act.by.key, called_at=act.at, takes_place_at=takes_place_at, place=place.strip(),
        reason=reason.strip(),
    )  # fmt: skip
    INTERVIEW.start(session, interview, "call_interview", act, relied_on=[case] if case else [])
    session.flush()
    title = Bilingual("约谈通知书", translate(N_("Call to an interview"), "en"))
    serve(
        session, act, unit_id=unit_id, kind=CALL, subject=("interview", interview.id), title=title,
        number=interview.number,
    )  # fmt: skip
    return interview


def hold_interview(session: Session, interview: Interview, act: Act, *, minutes: str) -> None:
    """Keep the minutes: questions, explanation, requirements, statement."""
    _need("minutes", minutes, say("Write the minutes: questions, explanations, requirements, statements."))
    INTERVIEW.perform(session, interview, "hold_interview", act)
    interview.minutes, interview.held_at = minutes.strip(), act.at


def record_commitment(session: Session, interview: Interview, act: Act, *, text: str, due_on: date) -> None:
    """What the unit undertook, and by when."""
    _need("text", text, say("Say what the unit undertook to do."))
    if due_on < _today(act):
        sentence = say("The day cannot lie in the past.")
        raise Invalid(sentence, fields={"due_on": sentence})
    new = Commitment(number=len(interview.commitments) + 1, text=text.strip(), due_on=due_on)
    INTERVIEW.perform(session, interview, "record_commitment", act, touched=[new])
    interview.commitments.append(new)


def fulfil_commitment(session: Session, interview: Interview, act: Act, *, number: int, how: str) -> None:
    """Note that a commitment was kept, and how."""
    kept = next((one for one in interview.commitments if one.number == number and one.done_at is None), None)
    if kept is None:
        raise Invalid(say("There is no open commitment {number}.", number=number))
    _need("how", how, say("Say how it was done."))
    INTERVIEW.perform(session, interview, "fulfil_commitment", act, touched=[kept])
    kept.done_at, kept.done_how = act.at, how.strip()


def conclude_interview(session: Session, interview: Interview, act: Act) -> None:
    INTERVIEW.perform(session, interview, "conclude_interview", act)


def cancel_interview(session: Session, interview: Interview, act: Act) -> None:
    INTERVIEW.perform(session, interview, "cancel_interview", act)


def _need(name: str, text: str, sentence: Sentence) -> None:
    if not (text or "").strip():
        raise Invalid(sentence, fields={name: sentence})


def _today(act: Act) -> date:
    return local_day(act.at)


# --- handed over -----------------------------------------------------------------------------------------------------

INVESTIGATED = (CaseState.OPENED, CaseState.NOTICE_SERVED, CaseState.REPLIED, CaseState.LAPSED, CaseState.RETURNED)


def investigated_by(session: Session, person_id: int) -> list[Case]:
    """Cases that this person investigates and has not reported on yet."""
    query = select(Case).join(CaseInvestigator).where(CaseInvestigator.person_id == person_id)
    return list(session.scalars(query.where(Case.state.in_([one.value for one in INVESTIGATED])).order_by(Case.id)))


def pass_on(session: Session, case: Case, predecessor_id: int, successor_id: int, act: Act) -> None:
    """The successor investigates in the predecessor's place, if nothing ties him to the matter; he declares it himself.

    Who is refused is not told which case it is: whoever administers accounts sees none.
    """
    day = local_day(act.at)
    successor = officer_on(session, successor_id, day)
    together = any(one.person_id == successor_id for one in case.investigators)
    if together or barred(session, successor, [case.origin], [case.unit_id], day):
        name = successor.name
        raise NotPermitted(say("{name} cannot take over an investigation; choose another successor.", name=name))
    session.delete(next(one for one in case.investigators if one.person_id == predecessor_id))
    session.flush()
    session.expire(case, ["investigators"])
    case.investigators.append(CaseInvestigator(person_id=successor_id))
    audit.record(session, act, "pass_on", case, body={"from": f"person:{predecessor_id}", "to": successor.key})


handover.register(handover.Bound(KIND, N_("Cases to investigate"), investigated_by, pass_on))

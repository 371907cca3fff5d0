"""Second opinions: a sample of settled findings put before others, who do not see what the first made of them."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.draw import by_ticket
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.i18n import say
from assessment.inspections.models import Campaign, Finding, FindingState, SecondOpinion, Visit, VisitInspector
from assessment.inspections.process import CAMPAIGN
from assessment.inspections.queries import inspectors_of, recusals_of, severities


def ask_second_opinions(session: Session, campaign: Campaign, act: Act, size: int, seed: str) -> list[SecondOpinion]:
    """Draw confirmed findings by the seed, and for each the first by ticket who was not there and is not kept away."""
    if not re.fullmatch(r"[0-9]{20}", seed):
        sentence = say("A seed has 20 digits: from dice, or from a public number.")
        raise Invalid(sentence, fields={"seed": sentence})
    found = {f"{number}/{one.number}": (one, thing) for one, number, thing in _confirmed(session, campaign.id)}
    if not 0 < size <= len(found):
        sentence = say("There are {count} findings; choose a sample between 1 and that.", count=len(found))
        raise Invalid(sentence, fields={"size": sentence})
    CAMPAIGN.perform(session, campaign, "ask_second_opinions", act, body={"seed": seed, "size": size})
    there: dict[int, set[int]] = {}
    for visit_id, person_id in session.execute(select(VisitInspector.visit_id, VisitInspector.person_id)):
        there.setdefault(visit_id, set()).add(person_id)
    barred = {(one.inspector_id, one.object_id) for one in recusals_of(session, campaign.id)}
    people = {one.code: one for one in inspectors_of(session, campaign.id)}
    made = []
    for ticket, code in by_ticket(seed, found)[:size]:
        finding, thing = found[code]
        free = [
            one.code for one in people.values()
            if one.person_id not in there.get(finding.visit_id, set()) and (one.id, thing) not in barred
        ]  # fmt: skip
        if not free:
            raise NotNow(say("Nobody else on the roll is free for finding {number}.", number=code))
        chosen = people[by_ticket(seed, free, code)[0][1]]
        made.append(SecondOpinion(
            campaign_id=campaign.id, finding_id=finding.id, person_id=chosen.person_id, ticket=ticket, asked_at=act.at,
            severity="", note="",
        ))  # fmt: skip
    session.add_all(made)
    session.flush()
    return made


def _confirmed(session: Session, campaign_id: int) -> list[tuple[Finding, str, int]]:
    """Confirmed findings nobody has looked at a second time, with the visit's number and object."""
    asked = select(SecondOpinion.finding_id)
    query = (
        select(Finding, Visit.number, Visit.object_id)
        .join(Visit, Visit.id == Finding.visit_id)
        .where(Visit.campaign_id == campaign_id, Finding.state == FindingState.CONFIRMED.value)
        .where(Finding.id.not_in(asked))
    )
    return [(one, number, thing) for one, number, thing in session.execute(query.order_by(Finding.id))]


def give_second_opinion(
    session: Session, campaign: Campaign, act: Act, opinion_id: int, severity: str, note: str = ""
) -> SecondOpinion:
    """One's own, once, before one is told anything; it changes no finding, only what is known of the measuring."""
    CAMPAIGN.perform(
        session, campaign, "give_second_opinion", act, body={"opinion": opinion_id, "severity": severity}
    )
    opinion = session.get(SecondOpinion, opinion_id)
    if opinion is None or opinion.campaign_id != campaign.id or act.by.key != f"person:{opinion.person_id}":
        raise Invalid(say("Choose a finding on which you were asked."))
    if opinion.given_at is not None:
        raise NotNow(say("You have given your opinion on this finding; it is not changed."))
    if severity not in severities(session, campaign):
        sentence = say("The scheme knows no severity “{code}”.", code=severity)
        raise Invalid(sentence, fields={"severity": sentence})
    opinion.severity, opinion.note, opinion.given_at = severity, note.strip(), act.at
    return opinion

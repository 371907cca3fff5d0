"""A case is opened by an authority on a ground, and investigated by two whom nothing ties to it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability.models import Case, CaseInvestigator, CaseState, Declaration, Part
from assessment.accountability.process import CASE
from assessment.accountability.queries import KIND
from assessment.accountability.services.needs import need
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.i18n import N_, local_day, say
from assessment.organisations import handover
from assessment.organisations.duties import Duty
from assessment.organisations.officers import Officer, officer_on
from assessment.organisations.recusal import barred

UNTIED = N_("I have no interest in this matter and no tie to those concerned.")


def open_case(
    session: Session,
    case: Case,
    act: Act,
    *,
    authority: str,
    ground: str,
    investigators: Sequence[int],
    declaration: str = "",
) -> None:
    """Open a case: by which authority, on what ground, and by whom it is investigated: two at least, tied to none."""
    need("authority", authority, say("Say which authority opens the case."))
    need("ground", ground, say("Say on what ground the case is opened; a rank alone is none."))
    chosen = sorted(set(investigators))
    if len(chosen) < 2:
        sentence = say("Choose two investigators at least.")
        raise Invalid(sentence, fields={"investigators": sentence})
    for person_id in chosen:
        _check_investigator(session, case, act, person_id)
    CASE.perform(
        session, case, "open_case", act,
        relied_on=[case.origin], body={"ground": ground, "investigators": [f"person:{one}" for one in chosen]},
    )  # fmt: skip
    case.authority, case.ground = authority.strip(), ground.strip()
    case.opened_by, case.opened_at = act.by.key, act.at
    case.investigators = [CaseInvestigator(person_id=one) for one in chosen]
    declare_part(session, case, act, Part.OPENER, declaration)


def _check_investigator(session: Session, case: Case, act: Act, person_id: int) -> None:
    officer = officer_on(session, person_id, local_day(act.at))
    if officer.key in (act.by.key, case.opened_by) or not officer.holds(Duty.INVESTIGATE, case.unit_id):
        raise NotPermitted(say("{name} cannot investigate this case.", name=officer.name))
    against = barred(session, officer, [case.origin], [case.unit_id], local_day(act.at))
    if against:
        raise NotPermitted(against)


def declare_part(session: Session, case: Case, act: Act, part: Part, words: str) -> None:
    """What whoever takes a part declares; left empty, it says that nothing ties him or her to it."""
    assert isinstance(act.by, Officer)  # the duties of a part are held by people only
    text = words.strip() or UNTIED
    session.merge(
        Declaration(
            case_id=case.id, part=part.value, person_id=act.by.person_id, label=act.by.label, text=text,
            declared_at=act.at,
        )
    )  # once for each part, also where it is taken a second time
    session.flush()
    session.expire(case, ["declarations"])


def declare(session: Session, case: Case, act: Act, *, declaration: str = "") -> None:
    """An investigator's own word that nothing ties him or her to the unit, its people or the matter."""
    CASE.perform(session, case, "declare", act)
    mine = _mine(case, act)
    mine.declaration, mine.declared_at = declaration.strip() or UNTIED, act.at


def step_aside(session: Session, case: Case, act: Act) -> None:
    """Something ties the investigator to the matter: he or she says what, and another is appointed."""
    CASE.perform(session, case, "step_aside", act)
    mine = _mine(case, act)
    mine.stepped_aside_at, mine.aside_why = act.at, act.reason.strip()


def appoint_investigator(session: Session, case: Case, act: Act, *, person_id: int) -> None:
    """In the place of one who stepped aside, or beside the others; who joins declares first."""
    if any(one.person_id == person_id for one in case.investigators):
        raise NotNow(say("This person investigates the case, or has stepped aside from it."))
    _check_investigator(session, case, act, person_id)
    CASE.perform(session, case, "appoint_investigator", act, body={"investigator": f"person:{person_id}"})
    case.investigators.append(CaseInvestigator(person_id=person_id))


def _mine(case: Case, act: Act) -> CaseInvestigator:
    return next(one for one in case.active_investigators if one.person_id == getattr(act.by, "person_id", None))


INVESTIGATED = (CaseState.OPENED, CaseState.NOTICE_SERVED, CaseState.REPLIED, CaseState.LAPSED, CaseState.RETURNED)


def investigated_by(session: Session, person_id: int) -> list[Case]:
    """Cases that this person investigates and has not reported on yet."""
    query = select(Case).join(CaseInvestigator).where(
        CaseInvestigator.person_id == person_id, CaseInvestigator.stepped_aside_at.is_(None)
    )
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

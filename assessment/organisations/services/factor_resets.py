"""Taking away a second factor that its owner has lost: one asks, another confirms, the person is told of both."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation import clock
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.i18n import Sentence, say
from assessment.organisations.models import FactorReset, Person, ResetState
from assessment.organisations.process import FACTOR_RESET, is_somebody_elses
from assessment.organisations.services.notices import tell
from assessment.organisations.services.posts import permit
from assessment.organisations.services.second_factors import forget, has_second_factor
from assessment.organisations.services.sign_ins import end_sessions


def ask_factor_reset(session: Session, person: Person, act: Act) -> FactorReset:
    """The first hand. Nothing changes yet; whoever it is about may say that it was not they who asked."""
    permit(is_somebody_elses(session, person, act))
    if not act.reason.strip():
        sentence = say("Say why, and how you made sure that it is {name} who asks.", name=person.name)
        raise Invalid(sentence, fields={"reason": sentence})
    if not has_second_factor(session, person.id):
        raise NotNow(say("{name} has no second factor.", name=person.name))
    if open_reset(session, person.id) is not None:
        raise NotNow(say("This has been asked for already; another administrator confirms it."))
    made = FactorReset(person_id=person.id, asked_by=act.by.key, asked_at=act.at, why=act.reason.strip())
    FACTOR_RESET.start(session, made, "ask_factor_reset", act, touched=[person])
    session.flush()
    _tell(session, made, person, "asked", [
        say("On {moment} an administrator asked that your second factor be taken away.", moment=act.at),
        say("Nothing has changed yet: a second administrator must confirm it. If you did not ask for it, sign in and "
            "decline it on the first page, or tell an administrator at once."),
    ])  # fmt: skip
    return made


def confirm_factor_reset(session: Session, reset: FactorReset, act: Act) -> None:
    """The second hand: secret and recovery codes are gone, every session ends; the password stays as it is."""
    person = reset.person
    reset.decided_by, reset.decided_at = act.by.key, act.at
    FACTOR_RESET.perform(session, reset, "confirm_factor_reset", act, touched=[person],
                         body={"asked_by": reset.asked_by})  # fmt: skip
    forget(session, person.id)
    end_sessions(session, [person.id], "second factor taken away")
    _tell(session, reset, person, "done", [
        say("On {moment} your second factor was taken away by two administrators.", moment=act.at),
        say("Sign in with your password and set up a new one. If you did not ask for this, tell an administrator at "
            "once."),
    ])  # fmt: skip


def decline_factor_reset(session: Session, reset: FactorReset, act: Act) -> None:
    """It stays: the person did not ask for it, or an administrator does not believe it."""
    reset.decided_by, reset.decided_at = act.by.key, act.at
    FACTOR_RESET.perform(session, reset, "decline_factor_reset", act, touched=[reset.person])


def open_reset(session: Session, person_id: int) -> FactorReset | None:
    """The one that waits for its second hand."""
    found = select(FactorReset).where(FactorReset.person_id == person_id, FactorReset.state == ResetState.ASKED.value)
    return session.scalars(found.order_by(FactorReset.id.desc())).first()


def _tell(session: Session, reset: FactorReset, person: Person, what: str, lines: list[Sentence]) -> None:
    stamp = f"{clock.system_now().timestamp():.0f}"
    tell(session, person, f"factor-reset/{reset.id}/{what}/{stamp}", say("Your second factor"), lines)

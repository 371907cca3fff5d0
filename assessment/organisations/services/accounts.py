"""People's accounts: invited, active, suspended, ended. Password hashes come in finished, made beforehand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assessment.foundation import audit, mail
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotPermitted
from assessment.foundation.i18n import LANGUAGES, Sentence, say
from assessment.organisations import handover, queries
from assessment.organisations.models import Credential, Holding, Mails, Person
from assessment.organisations.process import ACCOUNT, day_of, is_own, is_somebody_elses
from assessment.organisations.services.posts import end_holding, make_holding, permit
from assessment.organisations.services.sign_ins import end_sessions
from assessment.organisations.services.tokens import end_tokens

ONE_TIME_PASSWORD_LASTS = timedelta(days=7)
USERNAME = re.compile(r"[\w][\w.@-]{1,79}")


def invite(session: Session, act: Act, *, username: str, name: str, email: str = "", language: str = "zh") -> Person:
    """An account without a password and without a duty; both come later, from an administrator."""
    person = make_person(session, act, username, name, email, language)
    audit.record(session, act, "invite", person, body={"username": person.username, "to": person.state})
    return person


def make_person(session: Session, act: Act, username: str, name: str, email: str, language: str) -> Person:
    """The row of an account, checked, without a row in the trail: an import makes many in one act."""
    username = username.strip().lower()
    fields = check_person(name, email, language)
    if not USERNAME.fullmatch(username):
        fields["username"] = say("A user name has 2 to 80 letters, digits, dots, hyphens or underscores.")
    elif queries.person_by_username(session, username) is not None:
        fields["username"] = say("The user name {username} is taken.", username=username)
    _refuse(fields)
    person = Person(username=username, name=name.strip(), email=email.strip(), language=language)
    ACCOUNT.begin(person, "invite", act)
    session.add(person)
    session.flush()
    return person


def check_person(name: str, email: str, language: str) -> dict[str, Sentence]:
    """What is wrong with these, by field."""
    fields: dict[str, Sentence] = {}
    if not name.strip():
        fields["name"] = say("A person has a name.")
    if email.strip() and not mail.is_address(email.strip()):
        fields["email"] = say("“{email}” is no mail address.", email=email.strip()[:80])
    if language not in LANGUAGES:
        fields["language"] = say("The language is one of {languages}.", languages=list(LANGUAGES))
    return fields


def edit_person(
    session: Session, person: Person, act: Act, *, name: str, email: str, language: str, mails: str = ""
) -> None:
    """Change how a person is called and reached; the own language and address anyone may change."""
    if not is_own(act, person.id):
        permit(is_somebody_elses(session, person, act))
        if not ACCOUNT.may_open("invite", act.by):
            raise NotPermitted(say("Only an administrator can change other people's accounts."))
    elif name.strip() != person.name:
        raise NotPermitted(say("An administrator changes the name; the trail would not know you otherwise."))
    _refuse(check_person(name, email, language))
    before = {"name": person.name, "email": person.email, "language": person.language, "mails": person.mails}
    person.name, person.email, person.language = name.strip(), email.strip(), language
    if mails:
        person.mails = Mails(mails).value
    audit.record(session, act, "edit_person", person, body={"before": before})


def issue_one_time_password(session: Session, person: Person, act: Act, *, password_hash: str, now: datetime) -> None:
    """Let a person in once, to choose a password; ``now`` is system time."""
    ACCOUNT.perform(session, person, "issue_one_time_password", act)
    _set_password(session, person, password_hash, now, now + ONE_TIME_PASSWORD_LASTS)
    end_sessions(session, [person.id], "password change")
    end_tokens(session, person, act, "password change")


def change_password(session: Session, person: Person, act: Act, *, password_hash: str, now: datetime) -> None:
    """The person's own act; every session ends, also this one: the face opens a fresh one."""
    ACCOUNT.perform(session, person, "change_password", act)
    _set_password(session, person, password_hash, now, None)
    end_sessions(session, [person.id], "password change")
    end_tokens(session, person, act, "password change")


def let_in(session: Session, people: Sequence[Person], act: Act) -> None:
    """The people of the examples: active, and without a password; one looks through their eyes."""
    ACCOUNT.perform_all(session, people, "let_in", act)


def suspend(session: Session, person: Person, act: Act) -> None:
    """Out at once, until reinstated; the posts stay, their duties rest."""
    ACCOUNT.perform(session, person, "suspend", act)
    end_sessions(session, [person.id], "suspension")
    end_tokens(session, person, act, "suspension")


def reinstate(session: Session, person: Person, act: Act) -> None:
    """In again, with the password as it was."""
    ACCOUNT.perform(session, person, "reinstate", act)


def end(session: Session, person: Person, act: Act) -> None:
    """Gone for good: posts end today, the trail keeps the name. Hand the work over first."""
    day = day_of(act)
    holdings = _holdings(session, person.id, day)
    left = handover.open_work(session, person.id)
    ACCOUNT.perform(session, person, "end", act, touched=holdings, body={"open_work_left": len(left)})
    for holding in holdings:
        holding.valid_to = max(day, holding.valid_from)
    end_sessions(session, [person.id], "end")
    end_tokens(session, person, act, "end")


def hand_over(session: Session, holding: Holding, act: Act, *, successor: Person, day: date) -> Holding:
    """A post passes to a successor, and with it the open work that is bound to its holder by name."""
    predecessor = holding.person_id
    if successor.id == predecessor:
        raise Invalid(say("Choose somebody else as successor."))
    end_holding(session, holding, act, day=day)
    new = make_holding(session, successor, act, holding.post, day, None)
    moved = handover.move_all(session, predecessor, successor.id, act)
    body = {"from": predecessor, "person": successor.id, "since": day, "moved": len(moved)}
    audit.record(session, act, "hand_over", new, touched=[holding, successor, holding.post, *moved], body=body)
    end_sessions(session, [successor.id], "change of duty")
    return new


# --- parts -----------------------------------------------------------------------------------------------------------


def _refuse(fields: dict[str, Sentence]) -> None:
    if fields:
        raise Invalid(next(iter(fields.values())), fields=fields)


def _set_password(session: Session, person: Person, password_hash: str, now: datetime, until: datetime | None) -> None:
    credential = session.get(Credential, person.id)
    if credential is None:
        credential = Credential(person_id=person.id)
        session.add(credential)
    credential.password_hash, credential.set_at = password_hash, now
    credential.must_change, credential.usable_until = until is not None, until


def _holdings(session: Session, person_id: int, day: date) -> list[Holding]:
    still = or_(Holding.valid_to.is_(None), Holding.valid_to > day)
    return list(session.scalars(select(Holding).where(Holding.person_id == person_id, still)))

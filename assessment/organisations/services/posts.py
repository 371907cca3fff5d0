"""Posts, their duties and who holds them. Nobody grants himself a duty, and the weighty ones take two hands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotFound, NotNow, NotPermitted
from assessment.foundation.i18n import Bilingual, Sentence, say
from assessment.organisations import queries
from assessment.organisations.duties import OF_MACHINES, ROLES, TO_BE_CONFIRMED, Duty, against_together
from assessment.organisations.models import AccountState, Covers, Holding, Person, Post, PostDuty, Unit
from assessment.organisations.process import (
    against_administering,
    against_appointing,
    against_confirming,
    against_duty,
    is_own,
    waiting_grants,
)
from assessment.organisations.services.sign_ins import end_sessions


def add_post(
    session: Session,
    act: Act,
    *,
    unit_id: int,
    title: Bilingual,
    role: str = "",
    duties: Iterable[Duty] = (),
    covers: str = Covers.SUBTREE,
    valid_from: date,
    valid_to: date | None = None,
) -> Post:
    """A post at a unit with the duties of a role, or with these."""
    post = make_post(session, act, unit_id, title, role, duties, covers, valid_from, valid_to)
    body = {"title": [title.zh, title.en], "unit": unit_id, "role": role, "since": valid_from}
    audit.record(session, act, "add_post", post, body=body | {"duties": sorted(_of_role(role, duties))})
    return post


def make_post(
    session: Session,
    act: Act,
    unit_id: int,
    title: Bilingual,
    role: str,
    duties: Iterable[Duty],
    covers: str,
    valid_from: date,
    valid_to: date | None,
) -> Post:
    """The rows of a post, checked, without a row in the trail."""
    permit(against_administering(session, unit_id, act))
    if session.get(Unit, unit_id) is None:
        raise NotFound(say("There is no such unit."))
    if not title.zh.strip() or not title.en.strip():
        sentence = say("A post has a title in both languages.")
        raise Invalid(sentence, fields={"title": sentence})
    wanted = _of_role(role, duties)
    against = against_together(wanted)
    if against:
        raise Invalid(say(against))
    post = Post(
        unit_id=unit_id, title_zh=title.zh.strip(), title_en=title.en.strip(), valid_from=valid_from, valid_to=valid_to
    )
    session.add(post)
    session.flush()
    session.add_all(_granted(act, post, duty, covers, valid_from, valid_to) for duty in sorted(wanted))
    session.flush()
    return post


def grant_duty(
    session: Session,
    post: Post,
    act: Act,
    *,
    duty: Duty,
    covers: str = Covers.SUBTREE,
    valid_from: date,
    valid_to: date | None = None,
) -> PostDuty:
    """One more duty for a post. One to approve, decide or publish waits for another administrator."""
    permit(against_duty(session, post, duty, act))
    _check_duties({duty})
    row = _granted(act, post, duty, covers, valid_from, valid_to)
    session.add(row)
    session.flush()
    body = {"duty": duty, "covers": covers, "since": valid_from, "takes_effect": row.confirmed_by is not None}
    audit.record(session, act, "grant_duty", post, touched=[row], body=body)
    end_sessions(session, _holders(session, post), "change of duty")
    return row


def end_duty(session: Session, row: PostDuty, act: Act, *, day: date) -> None:
    """The post goes without this duty from a day on."""
    permit(against_administering(session, row.post.unit_id, act))
    with somebody_administers(session, day):
        _shorten(row, day)
    audit.record(session, act, "end_duty", row.post, touched=[row], body={"duty": row.duty, "day": day})
    end_sessions(session, _holders(session, row.post), "change of duty")


def end_post(session: Session, post: Post, act: Act, *, day: date) -> None:
    """No such post from a day on; whoever holds it then holds it no more."""
    permit(against_administering(session, post.unit_id, act))
    people = _holders(session, post)
    with somebody_administers(session, day):
        for row in (post, *_rows(session, Holding, post), *_rows(session, PostDuty, post)):
            if row.valid_to is None or row.valid_to > day:
                row.valid_to = max(day, row.valid_from)
    audit.record(session, act, "end_post", post, body={"day": day})
    end_sessions(session, people, "change of duty")


def appoint(
    session: Session,
    person: Person,
    act: Act,
    *,
    post: Post,
    valid_from: date,
    valid_to: date | None = None,
    is_acting: bool = False,
) -> Holding:
    """Give a person a post; as acting substitute for a time. Weighty duties take effect once confirmed."""
    holding = make_holding(session, person, act, post, valid_from, valid_to, is_acting)
    weighty = session.scalars(select(PostDuty).where(PostDuty.post_id == post.id, PostDuty.duty.in_(_weighty()))).all()
    waits = bool(weighty) and holding.confirmed_by is None
    body = {"person": person.id, "since": valid_from, "until": valid_to, "acting": is_acting, "to_be_confirmed": waits}
    audit.record(session, act, "appoint", holding, touched=[person, post], body=body)
    end_sessions(session, [person.id], "change of duty")
    return holding


def make_holding(
    session: Session,
    person: Person,
    act: Act,
    post: Post,
    valid_from: date,
    valid_to: date | None,
    is_acting: bool = False,
) -> Holding:
    """The row of a holding, checked, without a row in the trail."""
    permit(against_appointing(session, person.id, post, act))
    if person.state == AccountState.ENDED:
        raise NotNow(say("The account of {name} has ended.", name=person.name))
    if is_acting and valid_to is None:
        sentence = say("An acting substitute holds a post for a time; say until when.")
        raise Invalid(sentence, fields={"valid_to": sentence})
    if valid_to is not None and valid_to <= valid_from:
        sentence = say("The last day lies before the first.")
        raise Invalid(sentence, fields={"valid_to": sentence})
    dates = {"valid_from": valid_from, "valid_to": valid_to}
    holding = Holding(person=person, post=post, is_acting=is_acting, **dates, **_hands(act))
    session.add(holding)
    session.flush()
    return holding


def end_holding(session: Session, holding: Holding, act: Act, *, day: date) -> None:
    """The person holds the post no more from a day on."""
    permit(against_administering(session, holding.post.unit_id, act))
    if is_own(act, holding.person_id):
        raise NotPermitted(say("This is your own post; another administrator does this."))
    with somebody_administers(session, day):
        _shorten(holding, day)
    audit.record(session, act, "end_holding", holding, touched=[holding.person, holding.post], body={"day": day})
    end_sessions(session, [holding.person_id], "change of duty")


def confirm_grants(session: Session, holding: Holding, act: Act) -> None:
    """The second hand: from now on the weighty duties of this holding have effect."""
    permit(against_confirming(session, holding, act))
    rows = [row for row in waiting_grants(session, holding) if row.granted_by != act.by.key]
    for row in rows:
        row.confirmed_by, row.confirmed_at = act.by.key, act.at
    duties = [row.duty for row in rows if isinstance(row, PostDuty)]
    audit.record(
        session, act, "confirm_grants", holding, touched=[*rows, holding.person, holding.post],
        body={"person": holding.person_id, "granted_by": sorted({row.granted_by for row in rows}), "duties": duties},
    )  # fmt: skip
    if not is_own(act, holding.person_id):
        end_sessions(session, [holding.person_id], "change of duty")


@contextmanager
def somebody_administers(session: Session, day: date) -> Iterator[None]:
    """Whatever ends in here, somebody must be left on that day who can let people in."""
    session.flush()
    before = queries.administrators(session, day)
    yield
    session.flush()
    if before and not queries.administrators(session, day):
        raise NotNow(say("Nobody would administer from {day} on; appoint another administrator first.", day=day))


# --- parts -----------------------------------------------------------------------------------------------------------


def permit(against: Sentence) -> None:
    if against:
        raise NotPermitted(against)


def _weighty() -> list[str]:
    return [duty.value for duty in TO_BE_CONFIRMED]


def _of_role(role: str, duties: Iterable[Duty]) -> frozenset[Duty]:
    if role and role not in ROLES:
        sentence = say("“{role}” is no role; choose one of {roles}.", role=role, roles=list(ROLES))
        raise Invalid(sentence, fields={"role": sentence})
    wanted = frozenset({*(ROLES[role][1] if role else ()), *duties})
    _check_duties(wanted)
    return wanted


def _check_duties(duties: Iterable[Duty]) -> None:
    if set(duties) & OF_MACHINES:
        raise Invalid(say("This duty is the software's own; no post can carry it."))


def _granted(act: Act, post: Post, duty: Duty, covers: str, valid_from: date, valid_to: date | None) -> PostDuty:
    dates = {"valid_from": valid_from, "valid_to": valid_to}
    return PostDuty(post=post, duty=duty.value, covers=str(covers), **dates, **_hands(act))


def _hands(act: Act) -> dict[str, Any]:
    """What the set-up grants is there from the start; there is nobody yet who could confirm it."""
    if act.by.holds(Duty.SET_UP):
        return {"granted_by": act.by.key, "confirmed_by": act.by.key, "confirmed_at": act.at}
    return {"granted_by": act.by.key}


def _rows(session: Session, model: Any, post: Post) -> list[Any]:
    return list(session.scalars(select(model).where(model.post_id == post.id)))


def _holders(session: Session, post: Post) -> list[int]:
    return sorted({row.person_id for row in _rows(session, Holding, post)})


def _shorten(row: PostDuty | Holding, day: date) -> None:
    if row.valid_to is not None and row.valid_to <= day:
        raise NotNow(say("This has ended already, before {day}.", day=row.valid_to))
    row.valid_to = max(day, row.valid_from)

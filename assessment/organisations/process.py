"""The life of an account, and what stands against granting, confirming and ending duties."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Sentence, Word, local_day, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.organisations import queries
from assessment.organisations.duties import TO_BE_CONFIRMED, Duty, against_together
from assessment.organisations.models import AccountState as S
from assessment.organisations.models import FactorReset, Holding, Person, Post, PostDuty
from assessment.organisations.models import ResetState as R
from assessment.organisations.officers import key_of

ADMINISTRATORS = (Duty.ADMINISTER, Duty.SET_UP)


def day_of(act: Act) -> date:
    """The day of an act, in the zone of those who read it."""
    return local_day(act.at)


def is_own(act: Act, person_id: int) -> bool:
    return act.by.key == key_of(person_id)


def is_own_account(session: Session, person: Person, act: Act) -> Sentence:
    return NOTHING if is_own(act, person.id) else say("Only {name} can change this password.", name=person.name)


def is_somebody_elses(session: Session, person: Person, act: Act) -> Sentence:
    """An administrator looks after other people's accounts, within the units he administers."""
    if is_own(act, person.id):
        return say("This is your own account; another administrator does this.")
    if act.by.holds(Duty.SET_UP):
        return NOTHING
    units = {post.unit_id for post in queries.posts_of(session, person.id, day_of(act))}
    if not all(act.by.holds(Duty.ADMINISTER, unit_id) for unit_id in units):
        return say("{name} holds a post at a unit that you do not administer.", name=person.name)
    return NOTHING


def can_be_spared(session: Session, person: Person, act: Act) -> Sentence:
    """Somebody must be left who can let people in."""
    against = is_somebody_elses(session, person, act)
    if not against and queries.administrators(session, day_of(act)) == [person.id]:
        return say("{name} is the only administrator; appoint another one first.", name=person.name)
    return against


ACCOUNT = Process[Person](
    name="person",
    states=S,
    initial=S.INVITED,
    openings=(Opening("invite", ADMINISTRATORS, N_("Invite a person")),),
    transitions=(
        Transition("change_password", (S.INVITED,), S.ACTIVE, Duty.OWN_ACCOUNT, N_("Choose a password"),
                   guard=is_own_account),
        Transition("change_password", (S.ACTIVE,), None, Duty.OWN_ACCOUNT, N_("Change the password"),
                   guard=is_own_account),
        Transition("let_in", (S.INVITED,), S.ACTIVE, Duty.SET_UP, N_("Let in without a password (examples)")),
        Transition("issue_one_time_password", (S.INVITED, S.ACTIVE), None, ADMINISTRATORS,
                   N_("Issue a one-time password"), guard=is_somebody_elses),
        Transition("suspend", (S.INVITED, S.ACTIVE), S.SUSPENDED, ADMINISTRATORS, N_("Suspend the account"),
                   guard=can_be_spared, needs_reason=True),
        Transition("reinstate", (S.SUSPENDED,), S.ACTIVE, ADMINISTRATORS, N_("Reinstate the account"),
                   guard=is_somebody_elses, needs_reason=True),
        Transition("end", (S.INVITED, S.ACTIVE, S.SUSPENDED), S.ENDED, ADMINISTRATORS, N_("End the account"),
                   guard=can_be_spared, needs_reason=True),
    ),
    words={
        S.INVITED: Word("person", "invited"),
        S.ACTIVE: Word("person", "active"),
        S.SUSPENDED: Word("person", "suspended"),
        S.ENDED: Word("person", "ended"),
    },
)  # fmt: skip


# --- taking away a second factor -------------------------------------------------------------------------------------

STANDS_FOR = timedelta(days=3)
"""How long one may take to confirm what another asked for; then it is asked for anew."""


def is_second_hand(session: Session, reset: FactorReset, act: Act) -> Sentence:
    """Another one than who asked, never the person; at the console only where administrators are too few for two."""
    if is_own(act, reset.person_id):
        return say("This is your own second factor; another administrator does this.")
    if act.at - reset.asked_at > STANDS_FOR:
        return say("This was asked for on {moment}, too long ago. Decline it and ask anew.", moment=reset.asked_at)
    if act.by.holds(Duty.SET_UP):
        return are_too_few(session, reset.person_id, act, 0 if reset.asked_by == act.by.key else 1)
    if act.by.key == reset.asked_by:
        return say("You asked for this; another administrator confirms it.")
    return is_somebody_elses(session, reset.person, act)


def are_too_few(session: Session, person_id: int, act: Act, most: int) -> Sentence:
    """The machine's keeper stands in only where fewer than two administrators are left to ask and to confirm."""
    others = set(queries.administrators(session, day_of(act))) - {person_id}
    if len(others) > most:
        return say("There are {count} other administrators: one asks for this on the person’s page, another confirms it.",
                   count=len(others))  # fmt: skip
    return NOTHING


def is_concerned(session: Session, reset: FactorReset, act: Act) -> Sentence:
    """The person named says no at any time; so does whoever looks after the account."""
    if is_own(act, reset.person_id) or act.by.key == reset.asked_by:
        return NOTHING
    if not any(act.by.holds(duty) for duty in ADMINISTRATORS):
        return say("Only {name} or an administrator can decline this.", name=reset.person.name)
    return is_somebody_elses(session, reset.person, act)


FACTOR_RESET = Process[FactorReset](
    name="factor_reset",
    states=R,
    initial=R.ASKED,
    openings=(Opening("ask_factor_reset", ADMINISTRATORS, N_("Ask that the second factor be taken away")),),
    transitions=(
        Transition("confirm_factor_reset", (R.ASKED,), R.DONE, ADMINISTRATORS, N_("Take the second factor away"),
                   guard=is_second_hand),
        Transition("decline_factor_reset", (R.ASKED,), R.DECLINED, (*ADMINISTRATORS, Duty.OWN_ACCOUNT),
                   N_("Decline; it stays"), guard=is_concerned, needs_reason=True),
    ),
    words={
        R.ASKED: Word("factor_reset", "asked for"),
        R.DONE: Word("factor_reset", "taken away"),
        R.DECLINED: Word("factor_reset", "declined"),
    },
)  # fmt: skip


# --- grants ----------------------------------------------------------------------------------------------------------


def against_administering(session: Session, unit_id: int | None, act: Act) -> Sentence:
    """Units, posts and their duties are the administrators' business."""
    if act.by.holds(Duty.SET_UP) or act.by.holds(Duty.ADMINISTER, unit_id):
        return NOTHING
    return say("Only an administrator of this unit can do this.")


def against_adding(session: Session, parent_id: int | None, act: Act) -> Sentence:
    """A unit is added by an administrator of the one above it; a new top, by one of all there are."""
    if parent_id is not None:
        return against_administering(session, parent_id, act)
    tops = queries.tree_on(session, day_of(act)).children.get(None, [])
    places: list[int | None] = [*tops] or [None]
    against = (against_administering(session, unit_id, act) for unit_id in places)
    return next((sentence for sentence in against if sentence), NOTHING)


def against_appointing(session: Session, person_id: int, post: Post, act: Act) -> Sentence:
    """Nobody grants himself a duty, and whoever administers accounts gets no other one."""
    if is_own(act, person_id):
        return say("Nobody appoints himself; another administrator does this.")
    against = against_administering(session, post.unit_id, act)
    return against or against_mixing(session, person_id, _duties_of_post(session, post.id), act)


def against_mixing(session: Session, person_id: int, more: Iterable[str], act: Act) -> Sentence:
    held = session.scalars(
        select(PostDuty.duty)
        .join(Holding, Holding.post_id == PostDuty.post_id)
        .where(Holding.person_id == person_id, *_from_now_on(act))
    )
    against = against_together(frozenset(Duty(duty) for duty in (*held, *more)))
    return say(against) if against else NOTHING


def against_duty(session: Session, post: Post, duty: Duty, act: Act) -> Sentence:
    """Nobody adds a duty to a post he holds or is appointed to; no post carries a machine's duty."""
    against = against_administering(session, post.unit_id, act)
    if against:
        return against
    holders = session.scalars(
        select(Holding.person_id).where(Holding.post_id == post.id, *_still(Holding, act)).distinct()
    ).all()
    if any(is_own(act, person_id) for person_id in holders):
        return say("Nobody adds a duty to a post he holds himself; another administrator does this.")
    together = against_together(frozenset({duty, *(Duty(one) for one in _duties_of_post(session, post.id))}))
    if together:
        return say(together)
    mixed = (against_mixing(session, person_id, [duty], act) for person_id in holders)
    return next((sentence for sentence in mixed if sentence), NOTHING)


def against_confirming(session: Session, holding: Holding, act: Act) -> Sentence:
    """The second hand: another administrator; while there is only one, the person named."""
    waiting = waiting_grants(session, holding)
    if not waiting:
        return say("Nothing here waits to be confirmed.")
    if all(row.granted_by == act.by.key for row in waiting):
        return say("You granted this; another administrator confirms it.")
    if is_own(act, holding.person_id):
        if len(queries.administrators(session, day_of(act))) > 1:
            return say("There is more than one administrator; another one confirms this, not the person named.")
        return NOTHING
    return against_administering(session, holding.post.unit_id, act)


def waiting_grants(session: Session, holding: Holding) -> list[Holding | PostDuty]:
    """The rows behind a holding that have no effect until confirmed."""
    duties = session.scalars(
        select(PostDuty).where(
            PostDuty.post_id == holding.post_id, PostDuty.duty.in_([duty.value for duty in TO_BE_CONFIRMED])
        )
    ).all()
    waiting: list[Holding | PostDuty] = [duty for duty in duties if duty.confirmed_by is None]
    return [holding, *waiting] if duties and holding.confirmed_by is None else waiting


def _duties_of_post(session: Session, post_id: int) -> list[str]:
    return list(session.scalars(select(PostDuty.duty).where(PostDuty.post_id == post_id, PostDuty.valid_to.is_(None))))


def _still(model: type[Holding] | type[PostDuty], act: Act) -> list[ColumnElement[bool]]:
    """Not over yet, begun or not."""
    day = day_of(act)
    return [model.valid_to.is_(None) | (model.valid_to > day)]


def _from_now_on(act: Act) -> list[ColumnElement[bool]]:
    return [*_still(Holding, act), *_still(PostDuty, act)]

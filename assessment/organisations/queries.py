"""Reads of units, posts and people, each as of a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from assessment.foundation.i18n import Bilingual
from assessment.organisations.duties import TO_BE_CONFIRMED, Duty
from assessment.organisations.models import (
    AccountState,
    Holding,
    Mails,
    Person,
    Placement,
    Post,
    PostDuty,
    Succession,
    Unit,
    UnitName,
    valid_on,
)
from assessment.organisations.trees import Tree as Tree
from assessment.organisations.trees import UnitView as UnitView
from assessment.organisations.trees import forget_trees as forget_trees
from assessment.organisations.trees import know_trees as know_trees
from assessment.organisations.trees import tree_on as tree_on
from assessment.organisations.trees import trees_of as trees_of


def units_on(session: Session, day: date) -> dict[int, UnitView]:
    """Every unit valid on a day, by id."""
    return dict(tree_on(session, day).units)


def subtree_ids(session: Session, unit_id: int, day: date) -> frozenset[int]:
    return tree_on(session, day).subtree(unit_id)


def unit_by_code(session: Session, code: str) -> Unit | None:
    return session.scalar(select(Unit).where(Unit.code == code))


def unit_views(session: Session, unit_ids: Iterable[int], day: date) -> dict[int, UnitView]:
    """These units as of a day, also those that had ended or not begun, by their newest names."""
    units = tree_on(session, day).units
    wanted = set(unit_ids)
    found = {one: units[one] for one in wanted if one in units}
    missing = wanted - set(found)
    if missing:
        for unit in session.scalars(select(Unit).where(Unit.id.in_(missing))):
            found[unit.id] = UnitView(unit.id, unit.code, unit.name, unit.level, None)
    return found


def tiles_of(session: Session, unit_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(row, column) on the tile map of those that have a tile."""
    wanted = set(unit_ids)
    rows = session.execute(select(Unit.id, Unit.tile_row, Unit.tile_column).where(Unit.tile_row.is_not(None)))
    return {
        unit_id: (row, column)
        for unit_id, row, column in rows
        if unit_id in wanted and row is not None and column is not None
    }


def successors_on(session: Session, unit_id: int, day: date) -> dict[int, Decimal]:
    """Who carries on a unit's matters on a day, with what share of its figures; itself while it is valid."""
    ended = session.execute(select(Succession).where(Succession.on <= day)).scalars()
    heirs: dict[int, list[Succession]] = {}
    for one in ended:
        heirs.setdefault(one.predecessor_id, []).append(one)
    found: dict[int, Decimal] = {}
    waiting = [(unit_id, Decimal(1), frozenset({unit_id}))]
    while waiting:
        current, share, seen = waiting.pop()
        if current not in heirs:
            found[current] = found.get(current, Decimal(0)) + share
        waiting += [
            (one.successor_id, share * one.share, seen | {one.successor_id})
            for one in heirs.get(current, ())
            if one.successor_id not in seen
        ]
    return found


@dataclass(frozen=True)
class Forebears:
    """Whose figures of an earlier day a unit of a later one carries on, and until when others had them."""

    between: Mapping[int, Mapping[int, Fraction]]
    """Unit now -> unit then -> share of its figures; only units that a succession touched."""
    ended_on: Mapping[int, date]
    """Unit then -> the day from which others carried it on."""

    def of(self, unit_id: int) -> Mapping[int, Fraction]:
        """Itself, wholly, where nothing happened."""
        return self.between.get(unit_id, {unit_id: Fraction(1)})


def forebears_between(session: Session, then: date, now: date) -> Forebears:
    """Follow every succession after the earlier day, up to the later one, through as many hands as it took."""
    heirs: dict[int, dict[int, Fraction]] = {}
    ended_on: dict[int, date] = {}
    for one in session.scalars(select(Succession).where(Succession.on > then, Succession.on <= now)):
        heirs.setdefault(one.predecessor_id, {})[one.successor_id] = Fraction(one.share)
        ended_on[one.predecessor_id] = one.on
    found: dict[int, dict[int, Fraction]] = {}
    for unit_id in sorted({*heirs, *(heir for some in heirs.values() for heir in some)}):
        if not session.get_one(Unit, unit_id).is_valid_on(then):
            continue
        waiting = [(unit_id, Fraction(1))]
        while waiting:
            current, share = waiting.pop()
            waiting += [(heir, share * part) for heir, part in heirs.get(current, {}).items()]
            if current not in heirs:
                mine = found.setdefault(current, {})
                mine[unit_id] = mine.get(unit_id, Fraction(0)) + share
    return Forebears(found, ended_on)


def continued_on(session: Session, day: date) -> dict[int, int]:
    """Ended unit -> the unit that is the same under another code: it began that day, as the only heir of only this one.

    A merger or a division makes units of another kind, whose past is not that of one before them.
    """
    successions = session.scalars(select(Succession).where(Succession.on <= day)).all()
    heirs = Counter(one.predecessor_id for one in successions)
    forebears = Counter(one.successor_id for one in successions)
    rows = session.execute(select(Unit.id, Unit.valid_from).where(Unit.id.in_(forebears)))
    began = {unit_id: valid_from for unit_id, valid_from in rows}  # noqa: C416 - rows are no pairs to mypy
    same = {
        one.predecessor_id: one.successor_id
        for one in successions
        if heirs[one.predecessor_id] == forebears[one.successor_id] == 1 and began[one.successor_id] == one.on
    }
    return {unit_id: _followed(unit_id, same) for unit_id in same}


def _followed(unit_id: int, same: Mapping[int, int]) -> int:
    while unit_id in same:
        unit_id = same[unit_id]
    return unit_id


def heirs_on(session: Session, day: date) -> dict[int, int]:
    """Ended unit -> the one that has what cannot be shared, such as a task: the heir with the largest share."""
    ended = session.scalars(select(Succession.predecessor_id).where(Succession.on <= day).distinct())
    shares = {unit_id: successors_on(session, unit_id, day) for unit_id in ended}
    return {unit_id: min(some.items(), key=lambda heir: (-heir[1], heir[0]))[0] for unit_id, some in shares.items()}


def lineage(session: Session, unit_id: int, day: date) -> frozenset[int]:
    """The unit and, through successions, all that it was before: what its history is made of."""
    return tree_on(session, day).with_forebears((unit_id,))


# --- who holds what --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HeldDuty:
    """A duty that a person has on a day, through which post."""

    duty: str
    covers: str
    unit_id: int


@dataclass(frozen=True)
class HeldPost:
    """Who held which post, and when."""

    person_id: int
    person: str
    post_id: int
    title: Bilingual
    unit_id: int
    is_acting: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Recipient:
    """Somebody to be told."""

    person_id: int
    label: str
    language: str
    email: str
    mails: str = Mails.DAILY.value


def takes_effect() -> ColumnElement[bool]:
    """A holding's duty counts when both rows stand: those that take two, only once confirmed."""
    sensitive = [duty.value for duty in TO_BE_CONFIRMED]
    return or_(
        PostDuty.duty.not_in(sensitive),
        and_(PostDuty.confirmed_by.is_not(None), Holding.confirmed_by.is_not(None)),
    )


def _duties(day: date) -> Select[str, str, int]:
    return (
        select(PostDuty.duty, PostDuty.covers, Post.unit_id)
        .join(Post, Post.id == PostDuty.post_id)
        .join(Holding, Holding.post_id == Post.id)
        .where(valid_on(PostDuty, day), valid_on(Post, day), valid_on(Holding, day), takes_effect())
    )


def duties_of(session: Session, person_id: int, day: date) -> list[HeldDuty]:
    """The duties a person has on a day, confirmed where that takes two."""
    rows = session.execute(_duties(day).where(Holding.person_id == person_id).distinct())
    return [HeldDuty(duty, covers, unit_id) for duty, covers, unit_id in rows]


def people_holding_many(session: Session, duty: Duty, day: date) -> dict[int, list[Recipient]]:
    """For every unit, who holds a duty for it on a day, the nearest post first; in one query."""
    rows = session.execute(
        _duties(day)
        .add_columns(Person.id, Person.name, Person.language, Person.email, Person.mails)
        .join(Person, Person.id == Holding.person_id)
        .where(PostDuty.duty == duty, Person.state.in_([AccountState.INVITED.value, AccountState.ACTIVE.value]))
        .order_by(Person.id)
    ).all()
    tree = tree_on(session, day)
    depth = {unit_id: len(tree.path(unit_id)) for unit_id in {row.unit_id for row in rows}}
    found: dict[int, dict[int, Recipient]] = {}
    for row in sorted(rows, key=lambda one: -depth[one.unit_id]):
        person = Recipient(row.id, row.name, row.language, row.email, row.mails)
        for unit_id in tree.covered(row.unit_id, row.covers):
            found.setdefault(unit_id, {}).setdefault(person.person_id, person)
    return {unit_id: list(people.values()) for unit_id, people in found.items()}


def people_holding(session: Session, duty: Duty, unit_id: int, day: date) -> list[Recipient]:
    """Who holds a duty for a unit on a day, the nearest post first."""
    return people_holding_many(session, duty, day).get(unit_id, [])


HeldPosts = Select[int, str, int, str, str, int, bool, date, date | None]


def _held_posts() -> HeldPosts:
    return (
        select(
            Holding.person_id, Person.name, Holding.post_id, Post.title_zh, Post.title_en, Post.unit_id,
            Holding.is_acting, Holding.valid_from, Holding.valid_to,
        )
        .join(Post, Post.id == Holding.post_id)
        .join(Person, Person.id == Holding.person_id)
        .where(or_(Holding.valid_to.is_(None), Holding.valid_to > Holding.valid_from))
        .order_by(Post.unit_id, Post.id, Holding.valid_from, Holding.id)
    )  # fmt: skip


def _views(session: Session, query: HeldPosts) -> list[HeldPost]:
    return [
        HeldPost(person_id, name, post_id, Bilingual(zh, en), unit_id, acting, start, end)
        for person_id, name, post_id, zh, en, unit_id, acting, start, end in session.execute(query)
    ]


def posts_held(session: Session, unit_id: int, day: date) -> list[HeldPost]:
    """Who held which post at a unit on a day; for the trace of a case."""
    return _views(session, _held_posts().where(Post.unit_id == unit_id, valid_on(Holding, day), valid_on(Post, day)))


def posts_ever_held(session: Session, unit_id: int) -> list[HeldPost]:
    """Everybody who ever held a post at a unit: whose names a text about it must not bear."""
    return _views(session, _held_posts().where(Post.unit_id == unit_id))


def posts_of(session: Session, person_id: int, day: date | None = None) -> list[HeldPost]:
    """The posts a person holds on a day, or ever held."""
    query = _held_posts().where(Holding.person_id == person_id)
    return _views(session, query if day is None else query.where(valid_on(Holding, day), valid_on(Post, day)))


def held_posts_at(session: Session, person_id: int, unit_ids: Iterable[int], since: date) -> list[HeldPost]:
    """The posts a person held at any of these units on or after a day."""
    return _views(
        session,
        _held_posts().where(
            Holding.person_id == person_id,
            Post.unit_id.in_(set(unit_ids)),
            or_(Holding.valid_to.is_(None), Holding.valid_to > since),
        ),
    )


def person_by_username(session: Session, username: str) -> Person | None:
    return session.scalar(select(Person).where(Person.username == username.strip().lower()))


def people_by_username(session: Session, usernames: Iterable[str]) -> dict[str, Person]:
    """Those of these who are there; user names in lower case."""
    wanted = sorted(set(usernames))
    some = (wanted[start : start + 500] for start in range(0, len(wanted), 500))
    found = (session.scalars(select(Person).where(Person.username.in_(each))) for each in some)
    return {person.username: person for people in found for person in people}


def administrators(session: Session, day: date) -> list[int]:
    """The people who can administer accounts on a day."""
    return sorted(
        session.scalars(
            _duties(day)
            .with_only_columns(Holding.person_id)
            .join(Person, Person.id == Holding.person_id)
            .where(
                PostDuty.duty == Duty.ADMINISTER,
                Person.state.in_([AccountState.INVITED.value, AccountState.ACTIVE.value]),
            )
            .distinct()
        )
    )


# --- lists and pages -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GrantToConfirm:
    """A grant that waits for its second hand."""

    holding_id: int
    person_id: int
    person: str
    title: Bilingual
    unit_id: int
    duties: tuple[str, ...]
    granted_by: str


def grants_to_confirm(session: Session, day: date) -> list[GrantToConfirm]:
    """Holdings whose duties to approve, decide or publish have no effect yet."""
    rows = session.execute(
        select(Holding, Person.name, Post, PostDuty.duty)
        .join(Person, Person.id == Holding.person_id)
        .join(Post, Post.id == Holding.post_id)
        .join(PostDuty, PostDuty.post_id == Post.id)
        .where(
            PostDuty.duty.in_([duty.value for duty in TO_BE_CONFIRMED]),
            or_(PostDuty.confirmed_by.is_(None), Holding.confirmed_by.is_(None)),
            or_(Holding.valid_to.is_(None), Holding.valid_to > day),
            or_(PostDuty.valid_to.is_(None), PostDuty.valid_to > day),
            Person.state != AccountState.ENDED.value,
        )
        .order_by(Holding.id, PostDuty.id)
    ).all()
    found: dict[int, list[tuple[Holding, str, Post, str]]] = {}
    for holding, name, post, duty in rows:
        found.setdefault(holding.id, []).append((holding, name, post, duty))
    return [
        GrantToConfirm(
            holding_id, some[0][0].person_id, some[0][1], some[0][2].title, some[0][2].unit_id,
            tuple(dict.fromkeys(one[3] for one in some)), some[0][0].granted_by,
        )
        for holding_id, some in found.items()
    ]  # fmt: skip


@dataclass(frozen=True)
class PersonView:
    """A line of the list of people."""

    id: int
    username: str
    name: str
    state: str
    posts: tuple[HeldPost, ...]


def people(
    session: Session, day: date, *, words: str = "", state: str = "", unit_ids: Iterable[int] | None = None
) -> list[PersonView]:
    """People with the posts they hold on a day, filtered by part of a name, by state, by unit."""
    query = select(Person.id, Person.username, Person.name, Person.state).order_by(Person.username)
    if words:
        like = f"%{words.lower()}%"
        query = query.where(
            or_(Person.username.like(like), func.lower(Person.name).like(like), func.lower(Person.email).like(like))
        )
    if state:
        query = query.where(Person.state == state)
    posts: dict[int, list[HeldPost]] = {}
    for post in _views(session, _held_posts().where(valid_on(Holding, day), valid_on(Post, day))):
        posts.setdefault(post.person_id, []).append(post)
    rows = [PersonView(*row, tuple(posts.get(row.id, ()))) for row in session.execute(query)]
    if unit_ids is None:
        return rows
    wanted = set(unit_ids)
    return [row for row in rows if any(post.unit_id in wanted for post in row.posts)]


@dataclass(frozen=True)
class PostView:
    """A post of a unit with its duties and holders, past and present."""

    id: int
    unit_id: int
    title: Bilingual
    valid_from: date
    valid_to: date | None
    duties: tuple[PostDuty, ...]
    holders: tuple[HeldPost, ...]


def posts_at(session: Session, unit_ids: Sequence[int]) -> list[PostView]:
    """The posts at these units, with everything that was ever granted to them."""
    posts = session.scalars(select(Post).where(Post.unit_id.in_(unit_ids)).order_by(Post.unit_id, Post.id)).all()
    ids = [post.id for post in posts]
    duties: dict[int, list[PostDuty]] = {}
    for duty in session.scalars(select(PostDuty).where(PostDuty.post_id.in_(ids)).order_by(PostDuty.id)):
        duties.setdefault(duty.post_id, []).append(duty)
    holders: dict[int, list[HeldPost]] = {}
    for held in _views(session, _held_posts().where(Holding.post_id.in_(ids))):
        holders.setdefault(held.post_id, []).append(held)
    return [
        PostView(
            post.id, post.unit_id, post.title, post.valid_from, post.valid_to,
            tuple(duties.get(post.id, ())), tuple(holders.get(post.id, ())),
        )
        for post in posts
    ]  # fmt: skip


# --- who sees whom ---------------------------------------------------------------------------------------------------


def may_see_unit(session: Session, unit: Unit, officer: Reader) -> bool:
    """Units with which one has something to do; administrators and auditors of all see all."""
    return unit.id in officer.unit_ids or (officer.holds(Duty.ADMINISTER) and _is_over(session, unit, officer))


def _is_over(session: Session, unit: Unit, officer: Reader) -> bool:
    """One that has not begun, or ended without an heir, is in no subtree of today; administrators of all see it."""
    tree = tree_on(session, officer.day)
    tops = tree.children.get(None, [])
    return unit.id not in tree.units and any(officer.holds(Duty.ADMINISTER, top) for top in tops)


def may_see_person(session: Session, person: Person, officer: Reader) -> bool:
    """Oneself, and who holds or held a post at a unit one has to do with; without a post, administrators only."""
    if officer.person_id == person.id:
        return True
    units = {post.unit_id for post in posts_of(session, person.id)}
    return bool(units & officer.unit_ids) or (not units and officer.holds(Duty.ADMINISTER))


class Reader(Protocol):
    """An officer, as far as reading needs one."""

    @property
    def person_id(self) -> int: ...
    @property
    def day(self) -> date: ...
    @property
    def unit_ids(self) -> frozenset[int]: ...
    def holds(self, duty: str, unit_id: int | None = None) -> bool: ...


def unit_history(session: Session, unit_id: int) -> tuple[list[UnitName], list[Placement], list[Succession]]:
    """Everything dated about a unit: its names, its places, and to or from whom its matters went."""
    names = session.scalars(select(UnitName).where(UnitName.unit_id == unit_id).order_by(UnitName.valid_from))
    places = session.scalars(select(Placement).where(Placement.unit_id == unit_id).order_by(Placement.valid_from))
    heirs = session.scalars(
        select(Succession)
        .where(or_(Succession.predecessor_id == unit_id, Succession.successor_id == unit_id))
        .order_by(Succession.on)
    )
    return (
        [one for one in names if one.valid_to != one.valid_from],
        [one for one in places if one.valid_to != one.valid_from],
        list(heirs),
    )


def holdings_of(session: Session, person_id: int) -> list[Holding]:
    """Every holding of a person, the newest first."""
    query = select(Holding).where(Holding.person_id == person_id)
    return list(session.scalars(query.order_by(Holding.valid_from.desc(), Holding.id.desc())))

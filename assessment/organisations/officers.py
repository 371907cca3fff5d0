"""An officer: a person as an actor, with the duties of the posts held on a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from assessment.foundation.errors import NotFound, NotPermitted
from assessment.foundation.i18n import say
from assessment.organisations import queries
from assessment.organisations.duties import Duty
from assessment.organisations.models import AccountState, Person
from assessment.organisations.queries import HeldPost, Tree
from assessment.organisations.trees import Place

NOWHERE: frozenset[int] = frozenset()


@dataclass(frozen=True, eq=False)
class Officer:
    """Who acts, and where: each duty with the units it is held for. Made anew for every day and transaction."""

    person_id: int
    name: str
    label: str
    language: str
    home_unit_id: int | None
    """The unit of the post held longest; where the first page begins."""
    day: date
    posts: tuple[HeldPost, ...] = ()
    reach: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return key_of(self.person_id)

    def holds(self, duty: str, unit_id: int | None = None) -> bool:
        if duty == Duty.OWN_ACCOUNT:
            return True
        units = self.reach.get(duty)
        return bool(units) if unit_id is None else units is not None and unit_id in units

    def unit_ids_for(self, duty: str) -> frozenset[int]:
        """Every unit for which the duty is held; also ended ones whose matters these units carry on."""
        return self.reach.get(duty, NOWHERE)

    def unit_ids_for_any(self, duties: Iterable[str]) -> frozenset[int]:
        """Every unit for which one of these duties is held; most duties of a post reach the very same units."""
        parts = list({id(units): units for duty in duties if (units := self.reach.get(duty))}.values())
        return parts[0] if len(parts) == 1 else NOWHERE.union(*parts)

    @property
    def duties(self) -> frozenset[Duty]:
        return frozenset(Duty(duty) for duty in self.reach)

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        """Every unit with which this officer has anything to do."""
        return self.unit_ids_for_any(self.reach)


def key_of(person_id: int) -> str:
    """How the trail knows a person."""
    return f"person:{person_id}"


def person_id_of(key: str) -> int | None:
    """The person behind a key of the trail; none behind the clock's."""
    kind, _, number = key.partition(":")
    return int(number) if kind == "person" and number.isdecimal() else None


SEEN_AS = "seen as, 换身份查看"


def officer_on(session: Session, person_id: int, day: date, *, seen_as: bool = False, marked: str = "") -> Officer:
    """A person with the duties of a day; raises ``NotFound`` where there is none of this number.

    ``marked`` stands behind the label in the trail, such as "at the console".
    """
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(say("There is no such person."))
    tree = queries.tree_on(session, day)
    places: dict[str, set[Place]] = {}
    for held in queries.duties_of(session, person_id, day):
        places.setdefault(held.duty, set()).add((held.unit_id, held.covers))
    posts = tuple(sorted(queries.posts_of(session, person_id, day), key=lambda one: (one.is_acting, one.valid_from)))
    return Officer(
        person_id=person.id,
        name=person.name,
        label=_label(person.name, posts, tree, SEEN_AS if seen_as else marked),
        language=person.language,
        home_unit_id=posts[0].unit_id if posts else None,
        day=day,
        posts=posts,
        reach={duty: tree.reached(frozenset(some)) for duty, some in places.items()},
    )


def officer_named(session: Session, username: str, day: date, *, marked: str = "") -> Officer:
    """The same by user name, for commands; refuses an account that is suspended or has ended."""
    person = queries.person_by_username(session, username)
    if person is None:
        raise NotFound(say("There is no person with the user name {username}.", username=username))
    if person.state in (AccountState.SUSPENDED, AccountState.ENDED):
        raise NotPermitted(say("The account of {name} is suspended or has ended.", name=person.name))
    return officer_on(session, person.id, day, marked=marked)


def _label(name: str, posts: tuple[HeldPost, ...], tree: Tree, marked: str) -> str:
    parts = [name, *(_post_label(post, tree) for post in posts)]
    return "; ".join(parts) + (f" ({marked})" if marked else "")


def _post_label(post: HeldPost, tree: Tree) -> str:
    """English, then Chinese, as the trail keeps it for readers of either."""
    unit = tree.units.get(post.unit_id)
    english = f"{unit.name.en}: {post.title.en}" if unit else post.title.en
    chinese = f"{unit.name.zh}{post.title.zh}" if unit else post.title.zh
    return f"{english}, acting {chinese}（代理）" if post.is_acting else f"{english} {chinese}"


BOTH = re.compile(r"(?P<en>[^\u3400-\u9fff]*[^\u3400-\u9fff ]) (?P<zh>[\u3400-\u9fff].*)")
HAN = re.compile(r"[\u3400-\u9fff]")
MARKED = re.compile(r" \([^()]*\)$")


def label_in(label: str, language: str) -> str:
    """A label of the trail for readers of one language: the name as it is, each post in theirs."""
    marked = MARKED.search(label)
    name, *posts = (label[: marked.start()] if marked else label).split("; ")
    # Machines have no posts; their names are in both languages. A person's is as it is.
    kept = [*([name] if posts else []), *(_of_both(part, language) for part in posts or [name])]
    how = _said_so(marked[0].strip(" ()"), language) if marked else ""
    return ("；" if language == "zh" else "; ").join(kept) + (f" ({how})" if how else "")


def _said_so(mark: str, language: str) -> str:
    """A mark is written in both languages, English first, then Chinese."""
    english, _, chinese = mark.rpartition(", ")
    return (chinese if language == "zh" else english) if english and HAN.search(chinese) else mark


def _of_both(part: str, language: str) -> str:
    found = BOTH.fullmatch(part)
    return found["zh" if language == "zh" else "en"] if found else part

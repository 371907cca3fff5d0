"""The tree of units as of a day: read once after each change, however many transactions look at it.

The database draws a new token with every change of units, their names, places and successions, whoever makes it
(`TreeVersion`). A process keeps trees by that token, so that what another process changes is never missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from assessment.foundation.i18n import Bilingual
from assessment.foundation.kept import Kept
from assessment.organisations.models import Covers, Placement, Succession, TreeVersion, Unit, UnitName, valid_on

Place = tuple[int, str]
"""A unit, and how far a duty held there reaches (`Covers`)."""


@dataclass(frozen=True)
class UnitView:
    """A unit as it was on a day."""

    id: int
    code: str
    name: Bilingual
    level: str
    parent_id: int | None


@dataclass(frozen=True, eq=False)
class Tree:
    """All units of a day, and where those that had ended by then went. Shared between requests: nobody changes it."""

    day: date
    units: Mapping[int, UnitView]
    heirs: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """Ended unit -> the units that carry on its matters."""
    _reached: dict[frozenset[Place], frozenset[int]] = field(default_factory=dict, repr=False)

    @cached_property
    def children(self) -> dict[int | None, list[int]]:
        found: dict[int | None, list[int]] = {}
        for unit in sorted(self.units.values(), key=lambda one: one.code):
            found.setdefault(unit.parent_id, []).append(unit.id)
        return found

    @cached_property
    def forebears(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for ended, heirs in self.heirs.items():
            for heir in heirs:
                found.setdefault(heir, []).append(ended)
        return found

    def subtree(self, unit_id: int) -> frozenset[int]:
        """The unit and all below it on the day; a unit that is not valid then is alone."""
        found, waiting = {unit_id}, [unit_id]
        while waiting:
            fresh = [child for child in self.children.get(waiting.pop(), ()) if child not in found]
            found.update(fresh)
            waiting += fresh
        return frozenset(found)

    def with_forebears(self, unit_ids: Iterable[int]) -> frozenset[int]:
        """These units and the ended ones whose matters they carry on."""
        if not self.heirs:
            return frozenset(unit_ids)
        found = set(unit_ids)
        waiting = list(found)
        while waiting:
            fresh = [one for one in self.forebears.get(waiting.pop(), ()) if one not in found]
            found.update(fresh)
            waiting += fresh
        return frozenset(found)

    def covered(self, unit_id: int, covers: str) -> frozenset[int]:
        """What a duty of a post at this unit reaches."""
        return self.reached(frozenset({(unit_id, covers)}))

    def reached(self, places: frozenset[Place]) -> frozenset[int]:
        """What a duty held at all these places reaches; the same set for the same places, made once."""
        if places not in self._reached:
            parts = [self._covered(*place) for place in places]
            self._reached[places] = parts[0] if len(parts) == 1 else frozenset().union(*parts)
        return self._reached[places]

    def _covered(self, unit_id: int, covers: str) -> frozenset[int]:
        if covers == Covers.ALL:
            return self.with_forebears(self.units)
        return self.with_forebears(self.subtree(unit_id) if covers == Covers.SUBTREE else (unit_id,))

    def path(self, unit_id: int | None) -> list[UnitView]:
        """From the top of the tree down to the unit."""
        found: list[UnitView] = []
        while unit_id is not None and unit_id in self.units and self.units[unit_id] not in found:
            found.append(self.units[unit_id])
            unit_id = found[-1].parent_id
        return found[::-1]


# --- read once -------------------------------------------------------------------------------------------------------


KEPT: Kept[tuple[str, date], Tree] = Kept(most=12)
"""By token and day."""


def tree_on(session: Session, day: date) -> Tree:
    """The tree of a day; asked for once a transaction, and read only if it has changed since anybody here read it."""
    trees: dict[date, Tree] = session.info.setdefault("unit_trees", {})
    if day not in trees:
        trees[day] = _known_or_read(session, day)
    return trees[day]


def trees_of(session: Session) -> dict[date, Tree]:
    """What was read of the tree so far, for a session that reads on at the same moment (`know_trees`)."""
    return dict(session.info.get("unit_trees", {}))


def know_trees(session: Session, trees: Mapping[date, Tree]) -> None:
    """Begin with these: they need not be asked for twice to answer one request."""
    session.info["unit_trees"] = dict(trees)


def forget_trees(session: Session) -> None:
    """To be called by whatever changes the tree: its own transaction reads on."""
    session.info.pop("unit_trees", None)


def _known_or_read(session: Session, day: date) -> Tree:
    token = _token(session)
    found = KEPT.get((token, day)) if token else None
    if found is None:
        found = _read(session, day)
        if token and token == _token(session):  # where each statement sees the newest commit, one may lie between
            KEPT.put((token, day), found)
    return found


def _token(session: Session) -> str | None:
    return session.scalar(select(TreeVersion.token))


def _read(session: Session, day: date) -> Tree:
    rows = session.execute(
        select(Unit.id, Unit.code, Unit.level, UnitName.name_zh, UnitName.name_en, Placement.parent_id)
        .join(UnitName, and_(UnitName.unit_id == Unit.id, valid_on(UnitName, day)))
        .outerjoin(Placement, and_(Placement.unit_id == Unit.id, valid_on(Placement, day)))
        .where(valid_on(Unit, day))
        .order_by(Unit.code)
    )
    units = {
        unit_id: UnitView(unit_id, code, Bilingual(name_zh, name_en), level, parent_id)
        for unit_id, code, level, name_zh, name_en, parent_id in rows
    }
    heirs: dict[int, tuple[int, ...]] = {}
    for one in session.scalars(select(Succession).where(Succession.on <= day)):
        heirs[one.predecessor_id] = (*heirs.get(one.predecessor_id, ()), one.successor_id)
    return Tree(day, units, heirs)

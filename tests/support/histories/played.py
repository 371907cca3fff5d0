"""A history played: what each of its steps means, and what is asked on the way and at its end."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from support.histories.always import ALWAYS, what_is_announced_stays
from support.histories.moves import DETOURS, MOVES, ONWARDS, Move
from support.histories.world import PEOPLE, Quarter, in_order
from support.invariants import INVARIANTS

KINDS = ("on", "on", "on", "on", "on", "on", "detour", "wrong hands", "time", "time")
AT_ONCE = 4
Step = tuple[str, int]
"""What kind of thing happens, and from what number the rest of it is drawn."""


def played(world: Quarter, history: Sequence[Step]) -> None:
    """Raises ``AssertionError`` where something does not hold that must."""
    for kind, number in history:
        chance = Random(number)
        if kind == "on":
            goes_on(world, chance)
        elif kind == "detour":
            somewhere(world, DETOURS, chance)
        elif kind == "wrong hands":
            somewhere(world, MOVES, chance, by=chance.choice(PEOPLE))
        else:
            world.passes(number % 4)
        assert not list(what_is_announced_stays(world))
    found = [fault for holds in INVARIANTS for fault in holds(world.session)]
    found += [fault for always in ALWAYS for fault in always(world)]
    assert not found, found[:5]


def goes_on(world: Quarter, chance: Random) -> None:
    """Some of the moves that lead on, in any order; where every one is refused, time passes."""
    moved = 0
    for move in in_order(ONWARDS, chance):
        records = in_order(move.found(world), chance)
        some = [one for one in records if chance.random() < 0.85] if move.many else records[:1]
        moved += any([made(world, move, one, chance) for one in some])  # noqa: C419 - each of them is made
        if moved == AT_ONCE:
            return
    if not moved:
        world.passes(3)


def somewhere(world: Quarter, moves: Sequence[Move], chance: Random, by: str = "") -> None:
    for move in in_order(moves, chance):
        if records := move.found(world):
            made(world, move, chance.choice(records), chance, by)
            return


def made(world: Quarter, move: Move, record: object, chance: Random, by: str = "") -> bool:
    act = world.act(by or move.by(world, record), "事出有因")
    return world.tried(move.name, lambda: move.do(world, record, act, chance))

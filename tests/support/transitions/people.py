"""The same person with fewer duties, with more, or with the same somewhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assessment.foundation.actors import Act, Actor, Machine
from assessment.organisations.duties import Duty
from assessment.organisations.officers import Officer
from support.programmes import Somebody

Reach = dict[str, frozenset[int]]

NOBODY = Machine("nobody", "Nobody in particular", frozenset())


def duties_of(needed: str | tuple[str, ...]) -> frozenset[str]:
    return frozenset((needed,) if isinstance(needed, str) else needed)


def with_reach(actor: Actor, change: Callable[[Reach], Reach]) -> Actor:
    """The same person with other duties."""
    if isinstance(actor, Officer):
        return replace(actor, reach=change(dict(actor.reach)))
    if isinstance(actor, Somebody):
        return Somebody(actor.key, change(dict(actor.duties)))
    assert isinstance(actor, Machine)
    return Somebody(actor.key, change(dict.fromkeys(actor.duties, frozenset())))


def everything_but(act: Act, needed: str | tuple[str, ...], units: frozenset[int]) -> Act:
    """The same act by the same person, who holds every duty there is, everywhere, but not these."""
    gone = duties_of(needed)
    if Duty.OWN_ACCOUNT in gone:  # everybody's own: only what is no person lacks it
        return replace(act, by=NOBODY)
    all_others = {duty.value: units for duty in Duty if duty not in gone}
    return replace(act, by=with_reach(act.by, lambda _reach: all_others))


def only_at(act: Act, needed: str | tuple[str, ...], unit_id: int | None) -> Act:
    """The same person, who holds these duties for another unit only."""
    at = frozenset({unit_id or 0})
    return replace(act, by=with_reach(act.by, lambda reach: {**reach, **dict.fromkeys(duties_of(needed), at)}))


def also(act: Act, *duties: str) -> Act:
    """The same person, who also holds these duties wherever he holds any."""

    def more(reach: Reach) -> Reach:
        everywhere = frozenset().union(*reach.values())
        return {**reach, **dict.fromkeys(duties, everywhere)}

    return replace(act, by=with_reach(act.by, more))

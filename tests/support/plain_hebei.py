"""The escalation of Hebei 2018 written a second time, from the printed rule alone: what a month prompts, for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

TAKEN_FROM = {"channel_cities": 3, "channel_counties": 10, "other_counties": 3}
"""How many of the last of each group pay, every month."""


class Told(NamedTuple):
    """What the bulletin says of one unit."""

    from_bottom: int | None
    is_worse: bool | None = None
    """Than a year before; not known of everybody."""
    is_below: bool = False
    """Below the standard."""


Bulletins = Sequence[Mapping[str, Told]]
Prompt = tuple[str, str, str]
"""(ladder, unit, proposal)"""


def of_month(
    group_of: Mapping[str, str], year_so_far: Bulletins, so_far: Bulletins, interviews: Sequence[set[str]]
) -> set[Prompt]:
    """What the newest month prompts; ``interviews``: who was interviewed on account of each month, so far."""
    found = set()
    for unit, now in so_far[-1].items():
        is_last = at_the_bottom(now, group_of[unit])
        if is_last:
            found.add(("H1", unit, "early_warning"))
        if is_last and now.is_worse:
            times = sum(at_the_bottom(one[unit], group_of[unit]) and bool(one[unit].is_worse) for one in year_so_far)
            if times >= 2:
                found.add(("H2", unit, "circulated_criticism" if times == 2 else "interview"))
        if len(interviews) >= 3 and all(unit in month for month in interviews[-3:]):
            found.add(("H3", unit, "special_inspection"))
        if three_worse_below_standard([month[unit] for month in so_far]):
            found.add(("H6", unit, "regional_permit_restriction"))
    return found


def at_the_bottom(told: Told, group: str) -> bool:
    return told.from_bottom is not None and told.from_bottom <= TAKEN_FROM[group]


def three_worse_below_standard(months: Sequence[Told]) -> bool:
    """The last three of which it is known, this one among them, with nothing better between."""
    if not (months[-1].is_below and months[-1].is_worse):
        return False
    known = [one for one in months if not (one.is_below and one.is_worse is None)]
    return len(known) >= 3 and all(one.is_below and one.is_worse for one in known[-3:])


def of_quarter(group_of: Mapping[str, str], this: Mapping[str, Told], before: Mapping[str, Told]) -> set[Prompt]:
    """Two quarters running among the last ten, or the last five, of the counties on the channel."""
    found = set()
    for unit, now in this.items():
        places = (now.from_bottom, before[unit].from_bottom if unit in before else None)
        if group_of[unit] == "channel_counties" and None not in places:
            worst = max(place for place in places if place is not None)
            if worst <= 10:
                found.add(("H4", unit, "accountability_of_government_head"))
            if worst <= 5:
                found.add(("H5", unit, "accountability_of_party_head"))
    return found

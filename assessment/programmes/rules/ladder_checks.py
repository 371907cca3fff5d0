"""Whether a ladder fits its scheme: what it names is there, and what it counts can happen often enough."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assessment.foundation.i18n import N_
from assessment.programmes.rules.conditions import ACTIONS, RECORDED, VETOES
from assessment.programmes.rules.consequences import Ladder
from assessment.programmes.rules.finding import Found, find
from assessment.programmes.rules.reading import Document
from assessment.programmes.rules.rewards import LadderReward

if TYPE_CHECKING:
    from assessment.programmes.rules.scheme import Scheme

KINDS = {"months": "month", "quarters": "quarter", "years": "year"}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
Fits = Iterator[tuple[str, dict[str, Any]]]


def ladders(scheme: "Scheme", document: Document) -> Found:
    """The peer group, the values and the standard that it names are declared."""
    for ladder in scheme.ladders:
        if ladder.per is not None and ladder.per not in {"peer_group", *scheme.groups}:
            yield (
                find(document, "ladders", ladder.code, "per"),
                N_("There is no peer group “{group}”; known are: {known}."),
                {"group": ladder.per, "known": ", ".join(scheme.groups)},
            )
        for name in ladder.count.values:
            if name not in scheme.names:
                yield (
                    find(document, "ladders", ladder.code, "count"),
                    N_("“{name}” is neither rank, rank_from_bottom or total nor a declared value; correct it."),
                    {"name": name},
                )
        if "below_standard" in ladder.count.where and not scheme.standards:
            yield (
                find(document, "ladders", ladder.code, "count"),
                N_("No value has a standard to be below of; add one, such as standard: {example}."),
                {"example": "{at_most: 35}"},
            )


def ladders_that_count(scheme: "Scheme", document: Document) -> Found:
    """Nothing that a ladder counts is impossible under its scheme, nor any of its rungs out of reach."""
    for ladder in scheme.ladders:
        path = find(document, "ladders", ladder.code, "count")
        yield from ((path, message, facts) for message, facts in (*_counted(scheme, ladder), *_reach(scheme, ladder)))


def kind_counted(scheme: "Scheme", ladder: Ladder) -> str | None:
    """The kind of period it counts: the one that it names, else that in which the scheme assesses."""
    return KINDS.get(ladder.count.what) or (scheme.periods.every if scheme.periods else None)


def _counted(scheme: "Scheme", ladder: Ladder) -> Fits:
    count, kind = ladder.count, kind_counted(scheme, ladder)
    if count.what in ACTIONS and count.what not in RECORDED:
        yield (
            N_("“{name}” is only ever proposed, so it cannot be counted; what is given can be: {known}."),
            {"name": count.what, "known": ", ".join(RECORDED)},
        )
    known = {band.code for band in scheme.bands}
    for band in count.bands:
        if band not in known:
            message = N_("There is no band “{name}”; known are: {known}.")
            yield message, {"name": band, "known": ", ".join(sorted(known))}
    if VETOES in count.tallies and not scheme.vetoes:
        yield N_("The scheme has no vetoes to count; add one under vetoes."), {}
    if scheme.periods is None or kind is None:
        return
    if kind not in _kinds(scheme):
        message = N_("The scheme has no {what}, so this is never counted; known are: {known}.")
        yield message, {"what": count.what, "known": ", ".join(_kinds(scheme))}
    elif kind != scheme.periods.every and (count.values or "below_standard" in count.where):
        yield N_("What is made of shorter periods has no values of its own; compare rank, total or band."), {}
    if "in_bottom" in count.where and not _takes_money(scheme, ladder, kind):
        message = N_("No reward takes from the last of a {kind}, so nobody is in_bottom; write one in mode: ladder.")
        yield message, {"kind": kind}


def _kinds(scheme: "Scheme") -> list[str]:
    assert scheme.periods is not None
    every = scheme.periods.every
    made = ["quarter"] if every == "month" and scheme.year and scheme.year.quarter else []
    return list(dict.fromkeys([every, *made, *(["year"] if scheme.year else [])]))


def _takes_money(scheme: "Scheme", ladder: Ladder, kind: str) -> bool:
    groups = set(scheme.groups) if ladder.per in (None, "peer_group") else {ladder.per}
    taking = [one for one in scheme.rewards if isinstance(one, LadderReward) and one.period == kind and one.from_bottom]
    return any(one.per == "peer_group" or one.per in groups for one in taking)


def _reach(scheme: "Scheme", ladder: Ladder) -> Fits:
    """Periods count once each, so that no more can count within a year than it has."""
    count, kind = ladder.count, kind_counted(scheme, ladder)
    if not count.consecutive and ladder.reset == "period not counted":
        yield N_("A count that begins anew at a period not counted is consecutive; write that, or leave reset out."), {}
    per_period = bool(count.where) or count.what in ACTIONS
    if kind is None or count.within is None or not per_period:
        return
    most = count.window or max(1, {"year": 12, "quarter": 3}[count.within] // _MONTHS[kind])
    if max(ladder.at) > most:
        message = N_("At most {most} can be counted within {within}, so {times} is never reached.")
        yield message, {"most": most, "within": count.within, "times": max(ladder.at)}

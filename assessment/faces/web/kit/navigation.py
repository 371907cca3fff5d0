"""The main navigation: what is there, for whom, in which order; a room that has no pages yet is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request, url_for
from sqlalchemy.orm import Session

from assessment.faces.web.kit.marks import mark_of
from assessment.foundation.i18n import N_, Word

ON_THE_BAR = 7


@dataclass(frozen=True)
class Entry:
    """``duties`` narrows who is shown the entry beyond the page's own mark."""

    label: str | Word
    endpoint: str
    order: int
    duties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    label: str | Word
    address: str
    is_here: bool
    count: int = 0
    """How much waits there for this person."""


Count = Callable[[Session, Any], int]
COUNTS: dict[str, Count] = {}
ENTRIES: list[Entry] = [
    Entry(N_("Home"), "home.index", 0),
    Entry(Word("navigation", "Ranking"), "scoring.ranking", 10),
    Entry(N_("Scores"), "scoring.index", 20),
    Entry(N_("Reporting"), "submissions.index", 30),
    Entry(N_("Inspections"), "inspections.index", 40),
    Entry(N_("Remediation"), "remediation.index", 50),
    Entry(N_("Objections"), "objections.index", 60),
    Entry(N_("Bulletins"), "bulletins.index", 65),
    Entry(N_("Accountability"), "accountability.index", 70),
    Entry(N_("Rewards"), "rewards.index", 80),
    Entry(N_("Papers"), "delivery.index", 90),
    Entry(N_("Practices"), "practices.index", 95),
    Entry(N_("Adjustments"), "adjustments.index", 96),
    Entry(N_("Programmes"), "programmes.index", 100),
    Entry(N_("Diary"), "cycles.index", 110),
    Entry(N_("People"), "organisations.index", 120),
    Entry(N_("Audit"), "audit.index", 130),
]


def entry(label: str | Word, endpoint: str, order: int, duties: tuple[str, ...] = ()) -> None:
    """Place a page in the navigation; ``<room>.index`` of the rooms above is there by itself."""
    ENTRIES[:] = [one for one in ENTRIES if one.endpoint != endpoint]
    ENTRIES.append(Entry(label, endpoint, order, duties))
    ENTRIES.sort(key=lambda one: one.order)


def badge(endpoint: str) -> Callable[[Count], Count]:
    """Register ``(session, officer) -> how much waits`` on the page of an entry; asked with every page: one query."""

    def keep(function: Count) -> Count:
        COUNTS[endpoint] = function
        return function

    return keep


def count(session: Session, officer: Any) -> None:
    """Ask before the view: what the base page is drawn from must stand even when the database does not."""
    g.counts = {endpoint: ask(session, officer) for endpoint, ask in COUNTS.items()}


def links(actor: Any) -> tuple[list[Link], list[Link]]:
    """The bar, and what goes under "More"."""
    found = []
    for one in ENTRIES:
        if one.endpoint not in current_app.view_functions or not mark_of(current_app, one.endpoint).admits(actor):
            continue
        if one.duties and not any(actor.holds(duty) for duty in one.duties):
            continue
        waits = g.get("counts", {}).get(one.endpoint, 0)
        found.append(Link(one.label, url_for(one.endpoint), _is_here(one.endpoint), waits))
    if len(found) <= ON_THE_BAR:
        return found, []
    return found[: ON_THE_BAR - 1], found[ON_THE_BAR - 1 :]


def _is_here(endpoint: str) -> bool:
    """The page itself, or another page of the same room that has no entry of its own."""
    if request.endpoint == endpoint:
        return True
    own = {one.endpoint for one in ENTRIES}
    room = endpoint.partition(".")[0]
    return request.endpoint not in own and request.blueprint == room and endpoint == f"{room}.index"

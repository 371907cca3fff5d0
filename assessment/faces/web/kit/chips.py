"""State chips: each state's own word from its process, in one of five shapes; a shape never varies by page."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache
from typing import Any

import assessment
from assessment.foundation.db import kind_of
from assessment.foundation.workflow import Process

RING, GOING, SOON, DONE, STOP = "", "going", "soon", "done", "stop"
SHAPES: dict[str, str] = {
    # not begun, or at rest without having had an effect
    **dict.fromkeys(("planned", "due", "drafted", "issued", "invited", "assigned", "asked", "convened", "cancelled",
                     "ended", "superseded", "withdrawn", "dropped", "waived", "closed_without", "lapsed", "lifted",
                     "expired", "revoked"), RING),
    # with someone, or not final yet
    **dict.fromkeys(("open", "draft", "submitted", "verifying", "provisional", "objections", "publicity", "offered",
                     "checked", "available", "opened", "lodged", "admitted", "under_way", "reported_done", "reported",
                     "plan_filed", "recorded", "proposed", "heard", "prepared", "served", "commented", "drawn",
                     "computed", "under_review", "investigating", "consequences", "answered", "consulted", "prompted",
                     "notice_served", "replied", "law_reviewed", "called", "held", "committed", "frozen",
                     "rechecked", "listed", "public"), GOING),
    # needs care
    **dict.fromkeys(("returned", "plan_returned", "suspended", "inadmissible", "stayed"), SOON),
    # finished
    **dict.fromkeys(("closed", "received", "deemed_received", "signed", "in_force", "approved", "published", "endorsed",
                     "verified", "validated", "granted", "accepted", "commended", "decided", "applied", "confirmed",
                     "settled", "concluded", "in_use", "active", "plan_accepted", "paid", "awarded", "executed",
                     "done", "closure_public", "counted", "handed_in"), DONE),
    # refused or failed; overdue is a fact of the clock and never a state
    **dict.fromkeys(("refused", "failed", "declined", "dismissed", "rejected"), STOP),
}  # fmt: skip
OWN_SHAPES: dict[tuple[str, str], str] = {}
PROCESSES: dict[str, Process[Any]] = {}


def shape(process: str, state: str, chip_class: str) -> None:
    """Where a room's state needs another shape than its word has elsewhere: ``shape("reward", "closed", "")``."""
    OWN_SHAPES[(process, state)] = chip_class


def processes(kind: str, process: Process[Any]) -> None:
    """Say which process the records of a kind live through, where its name is not the kind's."""
    PROCESSES[kind] = process


@lru_cache
def _found() -> dict[str, Process[Any]]:
    """Every process in the house by its name."""
    found = {}
    for module in pkgutil.iter_modules(assessment.__path__):
        try:
            rows = vars(importlib.import_module(f"assessment.{module.name}.process"))
        except ModuleNotFoundError as missing:
            if missing.name not in (f"assessment.{module.name}.process", f"assessment.{module.name}"):
                raise
            continue
        found.update({one.name: one for one in rows.values() if isinstance(one, Process)})
    return found


def process_of(record: Any) -> Process[Any]:
    """The process a record lives through."""
    kind = kind_of(record)
    return PROCESSES.get(kind) or _found()[kind]


def chip_class(process: Process[Any], state: str) -> str:
    return OWN_SHAPES.get((process.name, state), SHAPES.get(state, GOING))


def shapeless() -> list[str]:
    """States for which nobody chose a shape, as "process.state"; a test keeps this empty."""
    return [
        f"{process.name}.{state.value}"
        for process in _found().values()
        for state in process.states
        if state.value not in SHAPES and (process.name, state.value) not in OWN_SHAPES
    ]

"""What happened to a record: the trail's rows, newest first, each with its audit number and the process's own words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from assessment.faces.web.kit import words
from assessment.faces.web.kit.chips import PROCESSES, _found
from assessment.foundation import audit
from assessment.foundation.audit import AuditRow
from assessment.foundation.db import kind_of
from assessment.foundation.i18n import N_, Label
from assessment.foundation.workflow import Process

OTHER_ACTS: dict[str, str] = {
    "refused": N_("Refused"),
    "see_as": N_("Seen as somebody else"),
    "sign_in": N_("Signed in"),
    "sign_out": N_("Signed out"),
    "sign_in_failed": N_("Sign-in failed"),
    "change_password": N_("Password changed"),
    "seal": N_("Sealed"),
    "export": N_("Exported"),
    "import": N_("Imported"),
}


def act_word(action: str, label: str) -> None:
    """Name an act that belongs to no process: ``act_word("import", N_("Imported"))``."""
    OTHER_ACTS[action] = label


@dataclass(frozen=True)
class Happening:
    """One act as a timeline shows it."""

    seq: int
    at: datetime
    what: Any
    who: str
    reason: str
    is_newest: bool = False


def timeline(session: Session, record: Any, also: Iterable[Any] = ()) -> list[Happening]:
    """Every act on a record (and on what belongs to it), newest first; draw it with the ``timeline`` macro."""
    keys = [(kind_of(one), audit.identity(one)) for one in (record, *also)]
    rows = audit.acts_on(session, keys)
    return happenings(reversed(rows))


def happenings(rows: Iterable[AuditRow]) -> list[Happening]:
    return [
        Happening(row.seq, row.at, act_label(row.kind, row.act), words.actor(row.label), row.reason, place == 0)
        for place, row in enumerate(rows)
    ]


def act_label(kind: str, action: str) -> Label:
    """An act's words: the transition's or opening's label, else its name here, else the bare word."""
    process = PROCESSES.get(kind) or _found().get(kind)
    return Label((process and _in_process(process, action)) or OTHER_ACTS.get(action) or action.replace("_", " "))


def _in_process(process: Process[Any], action: str) -> str:
    opened = next((one.label for one in process.openings if one.action == action), "")
    return next((one.label for one in process.transitions if one.action == action), opened)

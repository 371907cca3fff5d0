"""Who may see a record: what one may not see is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import g, request
from sqlalchemy.orm import Session

from assessment.faces.web.kit.transactions import current_session
from assessment.faces.web.kit.viewer import viewer
from assessment.foundation.db import kind_of
from assessment.foundation.errors import NotFound, OutOfDate
from assessment.foundation.i18n import say

T = TypeVar("T")
MaySee = Callable[[Session, Any, Any], bool]
SCOPES: dict[type, MaySee] = {}
LARGEST_ID = 2**31 - 1  # what an INTEGER column of PostgreSQL holds; a larger one would be an error, not an answer


def scope(model: type, may_see: MaySee) -> None:
    """Say who sees records of a model: ``scope(Task, queries.may_see)`` with ``(session, record, officer) -> bool``."""
    SCOPES[model] = may_see


def not_there() -> NotFound:
    return NotFound(say("There is nothing at this address, or it is not yours to see."))


def access(model: type[T], record_id: int | str, **belongs: object) -> T:
    """The record, if it is there, if the viewer may see it and if it belongs where the address says; else 404.

    ``access(Finding, finding_id, visit_id=visit.id)`` also refuses a finding of another visit.
    """
    may_see = SCOPES[model]  # a model without a scope is a bug, found by the first request
    if isinstance(record_id, int) and not 0 <= record_id <= LARGEST_ID:
        raise not_there()
    session = current_session()
    record = session.get(model, record_id)
    if record is None or any(getattr(record, name) != value for name, value in belongs.items()):
        raise not_there()
    g.setdefault("accessed", []).append((kind_of(record), record_id))
    if not may_see(session, record, viewer()):
        raise not_there()
    return record


def check_version(record: Any) -> None:
    """Refuse what was typed against an older state of the record: no silent overwriting."""
    given = request.form.get("version", "")
    if given and given != str(record.version):
        raise OutOfDate(
            say("Somebody else changed this after you opened it. What you typed is kept: compare, then send it again.")
        )


def may_see_kind(kind: str, record_id: object) -> bool:
    """Whether the viewer may see a record known by kind and id only, as the trail knows it."""
    model = next((one for one in SCOPES if getattr(one, "__tablename__", "") == kind), None)
    text = str(record_id)
    if model is None or not text.isdecimal() or int(text) > LARGEST_ID:
        return False
    record: Any = current_session().get(model, int(text))
    return record is not None and SCOPES[model](current_session(), record, viewer())

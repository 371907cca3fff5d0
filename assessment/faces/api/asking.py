"""What a program asks of a list: filters, how many, after which; an unknown parameter is refused, not ignored."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request
from sqlalchemy import ColumnElement

from assessment.faces.web.kit.scopes import LARGEST_ID
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import say

A_PAGE, LARGEST_PAGE = 100, 500
LONGEST_TEXT = 80


@dataclass(frozen=True)
class Filter:
    """One parameter that narrows a list. ``kind``: an id, a truth or a text; with ``choices`` one of these."""

    name: str
    meaning: str
    where: Callable[[Any], ColumnElement[bool]]
    kind: type = int
    choices: tuple[str, ...] = ()

    def schema(self) -> dict[str, Any]:
        if self.kind is bool:
            return {"type": "boolean"}
        if self.kind is int:
            return {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
        return {"type": "string", "enum": list(self.choices)} if self.choices else {"type": "string", "maxLength": 80}

    def read(self, text: str) -> Any:
        """The fact that a text stands for; raises ``Invalid`` with what would do."""
        if self.kind is int:
            return whole(self.name, text, LARGEST_ID)
        if self.kind is bool and text in ("true", "false"):
            return text == "true"
        if self.kind is bool or (self.choices and text not in self.choices):
            known = ("true", "false") if self.kind is bool else self.choices
            raise refused(self.name, say("{name} is one of {known}.", name=self.name, known=", ".join(known)))
        if not 0 < len(text) <= LONGEST_TEXT:
            raise refused(self.name, say("{name} has 1 to {most} characters.", name=self.name, most=LONGEST_TEXT))
        return text


@dataclass(frozen=True)
class Asked:
    """A page of a list as it was asked for; ``after`` is the last record of the page before."""

    limit: int
    after: int
    conditions: tuple[ColumnElement[bool], ...] = field(default=())


def asked(name: str, filters: Sequence[Filter]) -> Asked:
    """The parameters of this request for the list of this name."""
    known: Mapping[str, Filter] = {one.name: one for one in filters}
    for given in request.args:
        if given not in known and given not in ("limit", "cursor"):
            every = ", ".join((*known, "limit", "cursor"))
            raise refused(given[:40], say("There is no parameter {name} here; there are {known}.",
                                          name=given[:40], known=every))  # fmt: skip
        if len(request.args.getlist(given)) > 1:
            raise refused(given, say("{name} is given more than once.", name=given))
    limit = whole("limit", request.args.get("limit", str(A_PAGE)), LARGEST_PAGE)
    some = tuple(one.where(one.read(request.args[one.name])) for one in filters if one.name in request.args)
    return Asked(limit, after_of(name, request.args.get("cursor", "")), some)


def whole(name: str, text: str, most: int) -> int:
    found = int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else 0
    if not 1 <= found <= most:
        raise refused(name, say("{name} is a whole number from 1 to {most}.", name=name, most=most))
    return found


def refused(name: str, sentence: Any) -> Invalid:
    return Invalid(sentence, fields={name: sentence})


# --- cursors: opaque to programs, so that what they are made of may change -------------------------------------------


def cursor_of(name: str, last: int) -> str:
    return base64.urlsafe_b64encode(f"{name}:{last}".encode()).decode().rstrip("=")


def after_of(name: str, cursor: str) -> int:
    """The place that a cursor of this list marks; 0 without one."""
    if not cursor:
        return 0
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    of, _, last = text.partition(":")
    if of != name or not last.isdecimal() or len(last) > 10:
        raise refused("cursor", say("This cursor is not one of this list. Begin without one, and follow “next”."))
    return int(last)

"""The one table from (kind, id) to an address: trail, inbox and search all link through it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import current_app, request, url_for
from werkzeug.routing import BuildError

from assessment.foundation.i18n import N_

ADDRESSES: dict[str, tuple[str, str]] = {}
KIND_WORDS: dict[str, str] = {}


def address(kind: str, endpoint: str, argument: str, word: str = "") -> None:
    """Say where records of a kind are shown: ``address("task", "remediation.show", "task_id", N_("Task"))``."""
    ADDRESSES[kind] = (endpoint, argument)
    if word:
        KIND_WORDS[kind] = word


def address_of(kind: str, record_id: object) -> str:
    """The record's page, or "" where its kind has none (yet)."""
    endpoint, argument = ADDRESSES.get(kind, ("", ""))
    if endpoint not in current_app.view_functions:
        return ""
    given: dict[str, Any] = {argument: record_id}
    try:
        return url_for(endpoint, **given)
    except (BuildError, ValueError):
        return ""


def kind_word(kind: str) -> str:
    """What a kind is called; its own word where nobody named it."""
    return KIND_WORDS.get(kind, kind.replace("_", " "))


def local_path(given: str | None) -> str:
    """A path on this site, or "": where to go on after sign-in is never somebody else's site."""
    text = (given or "").replace("\\", "/")
    parts = urlsplit(text)
    if not text.startswith("/") or text.startswith("//") or parts.scheme or parts.netloc or not text.isprintable():
        return ""
    return text


def here(**changes: str | int | None) -> str:
    """This page's address with some of its arguments changed (``None`` takes one away): sort and filter links."""
    arguments: dict[str, list[str]] = {key: request.args.getlist(key) for key in request.args}
    for key, value in changes.items():
        if value is None:
            arguments.pop(key, None)
        else:
            arguments[key] = [str(value)]
    query = urlencode(arguments, doseq=True)
    return f"{request.script_root}{request.path}{'?' + query if query else ''}"


KIND_WORDS.update(audit_row=N_("Audit entry"), business_clock=N_("Clock"))

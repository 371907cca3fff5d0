"""Files that pages receive: looked at and kept before the write transaction begins."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from assessment.faces.web.kit import download, viewer
from assessment.foundation import stored_files
from assessment.foundation.clock import system_now
from assessment.foundation.errors import NotFound, Refusal
from assessment.foundation.file_kinds import clean_name
from assessment.foundation.filestore import FileStore, Stored
from assessment.foundation.i18n import say
from assessment.foundation.tables import Table, read_table


@dataclass(frozen=True)
class Received:
    """One file in the store, not yet cited by any row."""

    stored: Stored
    mime: str
    name: str


def store() -> FileStore:
    return FileStore(current_app.extensions["assessment"]["settings"].uploads)


def keep_files(field: str = "files") -> list[Received] | Refusal:
    """Everything that was sent in this field; a refusal instead, where one of the files is not taken."""
    found = []
    for file in request.files.getlist(field):
        if file.filename:
            name = clean_name(file.filename)
            try:
                stored, mime = stored_files.receive(store(), file.read(), name)
            except Refusal as refusal:
                return refusal
            found.append(Received(stored, mime, name))
    return found


def recorded(session: Session, received: list[Received] | Refusal | None, at: datetime) -> Sequence[Received]:
    """The same files with their rows, inside the act; raises what was wrong with one of them."""
    if isinstance(received, Refusal):
        raise received
    for one in received or ():
        stored_files.record(session, one.stored, one.mime, one.name, at)
    return received or ()


# --- tables that are looked at before they are taken ------------------------------------------------------------------

KEPT_FOR = timedelta(days=1)
"""How long a table waits to be sent after it was checked."""


@dataclass(frozen=True)
class Sheet:
    """A table as it was received: read before any transaction, kept for a day under a name that only its sender has."""

    table: Table
    name: str
    token: str


def read_sheet(field: str = "file") -> tuple[Table, str] | Refusal | None:
    """The table that was sent in this field, with its name; read before the transaction that takes it begins."""
    file = request.files.get(field)
    if request.method != "POST" or file is None or not file.filename:
        return None
    name = clean_name(file.filename)
    try:
        return read_table(file.read(), name), name
    except Refusal as refusal:
        return refusal


def receive_sheet(field: str = "file") -> Sheet | Refusal | None:
    """The table that was sent in this field; a refusal where it cannot be read."""
    found = read_sheet(field)
    if not isinstance(found, tuple):
        return found
    table, name = found
    file = request.files[field]
    file.seek(0)
    stored = incoming().put(file.stream.read())
    return Sheet(table, name, _signer().dumps([viewer().key, stored.sha256, name]))


def received_sheet(token: str) -> Sheet:
    """The same table again; ``NotFound`` for a token of somebody else, of yesterday, or of nobody."""
    try:
        key, sha256, name = _signer().loads(token, max_age=int(KEPT_FOR.total_seconds()))
    except BadData as fault:
        raise _gone() from fault
    if key != viewer().key:
        raise _gone()
    with incoming().open(sha256) as file:
        return Sheet(read_table(file.read(), name), name, token)


def _gone() -> NotFound:
    return NotFound(say("The file is no longer here; send it again."))


def incoming() -> FileStore:
    """Tables on their way; what is older than a day is cleared away by whoever brings the next one."""
    folder = current_app.extensions["assessment"]["settings"].instance / "incoming"
    oldest = system_now().timestamp() - KEPT_FOR.total_seconds()
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
    return FileStore(folder)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="incoming")


def send(sha256: str, name: str, mime: str) -> Any:
    """A file's own bytes, to keep."""
    with store().open(sha256) as file:
        return download(file.read(), name, mime)

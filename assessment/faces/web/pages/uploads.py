"""Files that pages receive: looked at and kept before the write transaction begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, request
from sqlalchemy.orm import Session

from assessment.faces.web.kit import download
from assessment.foundation import stored_files
from assessment.foundation.errors import Refusal
from assessment.foundation.file_kinds import clean_name
from assessment.foundation.filestore import FileStore, Stored


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


def send(sha256: str, name: str, mime: str) -> Any:
    """A file's own bytes, to keep."""
    with store().open(sha256) as file:
        return download(file.read(), name, mime)

"""The folder of bulletins: exactly the published ones, each in two languages, made from the database and the store."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

from assessment.bulletins import queries
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.outbox import Delivery, Handler

BULLETIN_FILES = "bulletin_files"
FOLDER = "bulletins"
_OURS = re.compile(r".+\.(zh|en)\.pdf")


def folder_handler(frame: Frame, store: FileStore, documents: Path) -> Handler:
    """What the outbox does for ``BULLETIN_FILES``; doing it twice has one effect."""

    def handle(delivery: Delivery) -> str:
        written, removed = settle_folder(frame, store, documents)
        return f"{written} written, {removed} removed"

    return handle


def settle_folder(frame: Frame, store: FileStore, documents: Path) -> tuple[int, int]:
    """Write what is published and not there, remove what is there and not published."""
    folder = documents / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with frame.read() as session:
        wanted = {
            f"{queries.file_stem(one.number)}.{language}.pdf": name
            for one in queries.published(session)
            for language, name in (("zh", one.signed_zh), ("en", one.signed_en))
        }
    written = sum(_write(folder / name, store, content) for name, content in wanted.items())
    extra = [path for path in folder.iterdir() if _OURS.fullmatch(path.name) and path.name not in wanted]
    for path in extra:
        path.unlink(missing_ok=True)
    return written, len(extra)


def _write(path: Path, store: FileStore, name: str) -> bool:
    with store.open(name) as file:
        content = file.read()
    if path.exists() and path.read_bytes() == content:
        return False
    handle, temporary = tempfile.mkstemp(prefix=".incoming-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)
        Path(temporary).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
    return True

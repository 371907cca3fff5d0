"""What the database knows of the files received: their kind, and the name and time they first came with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from assessment.foundation.db import Base
from assessment.foundation.file_kinds import clean_name, sniff
from assessment.foundation.filestore import FileStore, Stored


class StoredFile(Base):
    """One content, whoever cites it; the file itself lies in the store under the same hash."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256_whole"),
        CheckConstraint("size > 0", name="size_positive"),
    )

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    mime: Mapped[str] = mapped_column(String(100))
    first_name: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime]


def receive(store: FileStore, content: bytes, filename: str) -> tuple[Stored, str]:
    """Look at a file and keep it, before the write transaction begins; raises ``Invalid`` for what is not taken."""
    mime = sniff(content, filename)
    return store.put(content), mime


def record(session: Session, stored: Stored, mime: str, filename: str, at: datetime) -> StoredFile:
    """The row of a file received; the same content again keeps its first row."""
    known = session.get(StoredFile, stored.sha256)
    if known is None:
        name = clean_name(filename)
        known = StoredFile(sha256=stored.sha256, size=stored.size, mime=mime, first_name=name, received_at=at)
        session.add(known)
        session.flush()
    return known

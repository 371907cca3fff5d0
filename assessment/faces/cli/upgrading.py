"""Upgrades of a database: never a newer one, never without a backup, whole or not at all."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import Engine

from assessment.faces.backups.making import BEFORE_UPGRADE, create
from assessment.foundation import schema
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import Sentence, say
from assessment.foundation.settings import Settings

LOG = logging.getLogger(__name__)


def upgrade(found: Settings, engine: Engine, tell: Callable[[Sentence], None]) -> None:
    """Bring an older database to this program's schema. Raises ``Refusal`` where it is newer, cannot be backed up
    first, or does not take a migration; it then stands where it stood."""
    at, wanted = schema.current(engine), schema.expected()
    if at and not schema.known(at):
        raise Refusal(say("The database is newer than the program (its schema is {at}). Run the newer program.", at=at))
    if not at or at == wanted:
        return
    path = create(found, label=BEFORE_UPGRADE)
    tell(say("Backed up before the upgrade from {at} to {wanted}: {file}", at=at, wanted=wanted, file=path))
    try:
        schema.migrate(engine)
    except Exception as fault:
        LOG.exception("the upgrade from %s to %s failed", at, wanted)
        raise Refusal(
            say("The upgrade to {wanted} failed, and nothing of it stays: the database stands at {at} as before, and "
                "the program before this one goes on with it. What failed: {why}. The backup made before: {file}",
                wanted=wanted, at=schema.current(engine), why=f"{type(fault).__name__}: {fault}"[:300], file=path)
        ) from fault  # fmt: skip

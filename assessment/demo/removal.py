"""Removing the examples: an instance that holds anything else is refused."""

from __future__ import annotations

import shutil

from sqlalchemy import select

from assessment.foundation import clock, schema
from assessment.foundation.errors import NotNow
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import say
from assessment.foundation.settings import Settings
from assessment.programmes.models import Programme


def remove_examples(frame: Frame, settings: Settings) -> None:
    """Leave an empty database without the examples' files and documents; the keys stay."""
    with frame.read() as session:
        if not clock.stands_still(session) or any(not one.is_example for one in session.scalars(select(Programme))):
            raise NotNow(say("This instance is not the examples alone; nothing was removed."))
    schema.migrate(frame.engine, "base")
    schema.migrate(frame.engine)
    for folder in (settings.uploads, settings.documents):
        shutil.rmtree(folder, ignore_errors=True)

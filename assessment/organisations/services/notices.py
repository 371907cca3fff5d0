"""What a person is told of the own account by mail, at once and whatever they chose: it may not have been they."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from assessment.foundation import letters, mail, outbox
from assessment.foundation.i18n import Sentence
from assessment.organisations.models import Person


def tell(session: Session, person: Person, key: str, subject: Sentence, lines: Iterable[Sentence]) -> bool:
    """Queue one message in this transaction, in the person's language; False where no address is known."""
    if not person.email:
        return False
    message = letters.written(person.email, person.name, person.language, person.id, subject, lines)
    return outbox.enqueue(session, mail.MAIL, key, message)

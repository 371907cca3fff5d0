"""What a person is told of the own account by mail, at once and whatever they chose: it may not have been they."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from assessment.foundation import mail, outbox
from assessment.foundation.i18n import Sentence
from assessment.organisations.models import Person


def tell(session: Session, person: Person, key: str, subject: Sentence, lines: Iterable[Sentence]) -> bool:
    """Queue one message in this transaction, in the person's language; False where no address is known."""
    if not person.email:
        return False
    language = person.language or "zh"
    message = {
        "to": person.email, "subject": subject.in_language(language), "person": str(person.id),
        "body": "\n".join([*(line.in_language(language) for line in lines), ""]),
    }  # fmt: skip
    return outbox.enqueue(session, mail.MAIL, key, message)

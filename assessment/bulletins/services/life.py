"""From draft to withdrawal: what was submitted is what is approved, and what was approved is what is published."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.bulletins import queries
from assessment.bulletins.models import Bulletin, BulletinNumber, BulletinState
from assessment.bulletins.papers import render_bulletin
from assessment.bulletins.process import BULLETIN
from assessment.bulletins.queries import Number
from assessment.bulletins.queries.contents import Printed, frozen
from assessment.bulletins.services.folder import BULLETIN_FILES
from assessment.foundation import audit, outbox
from assessment.foundation.actors import Act
from assessment.foundation.errors import NotNow, OutOfDate
from assessment.foundation.filestore import LARGEST, FileStore
from assessment.foundation.i18n import LANGUAGES, say
from assessment.foundation.paper.signature import Signer, sign
from assessment.programmes.models import Programme

# A file cannot be larger than this: a bulletin of 50,000 rows takes about 20 MB.
LARGEST_DOCUMENT = 8 * LARGEST


@dataclass(frozen=True)
class Prepared:
    """A submission made ready before the transaction: number, date, head and both bodies, already in the store."""

    bulletin_id: int
    version: int
    number: Number
    dated: date
    audit_head: str
    body_zh: str
    body_en: str
    contents: dict[str, Any]


@dataclass(frozen=True)
class Signed:
    """Both bodies with the authority's signature appended, already in the store."""

    bulletin_id: int
    body_zh: str
    body_en: str
    signed_zh: str
    signed_en: str


def prepare_submission(
    session: Session, bulletin: Bulletin, store: FileStore, *, at: datetime, address: str = ""
) -> Prepared:
    """In a reading frame: render both bodies with the next number and the trail's head of this moment."""
    if bulletin.state != BulletinState.DRAFTED:
        raise NotNow(say("Only a draft can be submitted."))
    programme = session.get_one(Programme, bulletin.programme_id)
    dated = at.astimezone(ZoneInfo(programme.zone)).date()
    number = queries.next_number(session, programme, dated.year)
    verification = f"{address}?number={quote(str(number))}" if address else ""
    printed = Printed(str(number), dated, audit.head(session), verification)
    facts = queries.facts_of(session, bulletin)
    bodies, contents = {}, {}
    for language in LANGUAGES:
        content = queries.compose(facts, bulletin, language, printed)
        bodies[language] = store.put(render_bulletin(content), LARGEST_DOCUMENT).sha256
        contents[language] = frozen(content)
    return Prepared(
        bulletin.id, bulletin.version, number, dated, printed.audit_head, bodies["zh"], bodies["en"], contents
    )


def submit(session: Session, bulletin: Bulletin, act: Act, prepared: Prepared) -> None:
    """Fix number, date, audit head and both bodies, as they were prepared, and ask for approval."""
    if (prepared.bulletin_id, prepared.version) != (bulletin.id, bulletin.version):
        raise OutOfDate(say("The draft was changed while it was being rendered. Submit it again."))
    programme = session.get_one(Programme, bulletin.programme_id)
    if queries.next_number(session, programme, prepared.number.year) != prepared.number:
        raise OutOfDate(say("{number} was given out in the meantime. Submit again.", number=prepared.number))
    if queries.place_in_trail(session, prepared.audit_head) is None:
        raise OutOfDate(say("The head of the audit trail is not known here. Submit again."))
    number = BulletinNumber(
        programme_id=programme.id, year=prepared.number.year, ordinal=prepared.number.ordinal,
        number=str(prepared.number), bulletin_id=bulletin.id,
    )  # fmt: skip
    BULLETIN.perform(
        session, bulletin, "submit", act, touched=[number], relied_on=[("edition", bulletin.edition_id)],
        body={"number": str(prepared.number), "head": prepared.audit_head, **_hashes(prepared)},
    )  # fmt: skip
    bulletin.number, bulletin.dated, bulletin.audit_head = str(prepared.number), prepared.dated, prepared.audit_head
    bulletin.body_zh, bulletin.body_en = prepared.body_zh, prepared.body_en
    bulletin.sections = {**bulletin.sections, "printed": prepared.contents}
    bulletin.submitted_by = act.by.key
    session.add(number)
    session.flush()


def _hashes(one: Any) -> dict[str, str]:
    return {"body_zh": one.body_zh, "body_en": one.body_en}


def approve(session: Session, bulletin: Bulletin, act: Act, *, seen_zh: str, seen_en: str) -> None:
    """Approve exactly the two documents that were read, by their hashes."""
    if (seen_zh, seen_en) != (bulletin.body_zh, bulletin.body_en):
        raise OutOfDate(say("These are not the documents that were submitted. Read them again before you approve."))
    BULLETIN.perform(
        session, bulletin, "approve", act, relied_on=[("edition", bulletin.edition_id)], body=_hashes(bulletin)
    )


def return_bulletin(session: Session, bulletin: Bulletin, act: Act) -> None:
    """Send it back with remarks; its number stays listed as unused and is never given out again."""
    row = session.scalar(select(BulletinNumber).where(BulletinNumber.number == bulletin.number))
    BULLETIN.perform(
        session, bulletin, "return_bulletin", act, touched=[row] if row else [], body={"number": bulletin.number}
    )
    bulletin.remarks = act.reason
    if row is not None:
        row.is_unused = True


def prepare_publication(bulletin: Bulletin, store: FileStore, signer: Signer, *, at: datetime) -> Signed:
    """Before the transaction: append the signature to both approved bodies. ``at`` is real time, as signatures are."""
    if bulletin.state != BulletinState.APPROVED:
        raise NotNow(say("Only an approved bulletin can be published."))
    signed = {}
    for language, name in (("zh", bulletin.body_zh), ("en", bulletin.body_en)):
        with store.open(name) as file:
            body = file.read()
        if hashlib.sha256(body).hexdigest() != name:
            raise NotNow(say("The document in the store is not the one that was approved; restore it from a backup."))
        signed[language] = store.put(sign(body, signer, bulletin.number, at), LARGEST_DOCUMENT).sha256
    return Signed(bulletin.id, bulletin.body_zh, bulletin.body_en, signed["zh"], signed["en"])


def mark_published(session: Session, bulletin: Bulletin, act: Act, signed: Signed) -> None:
    """The bulletin's part of the joint act that publishes it: the signed files are those of the approved bodies."""
    if (signed.bulletin_id, signed.body_zh, signed.body_en) != (bulletin.id, bulletin.body_zh, bulletin.body_en):
        raise OutOfDate(say("What was signed is not what was approved. Publish again."))
    BULLETIN.perform(
        session, bulletin, "publish", act, relied_on=[("edition", bulletin.edition_id)],
        body={"number": bulletin.number, **_hashes(bulletin), "signed": [signed.signed_zh, signed.signed_en]},
    )  # fmt: skip
    bulletin.signed_zh, bulletin.signed_en, bulletin.published_at = signed.signed_zh, signed.signed_en, act.at
    if bulletin.corrects_id is not None:
        before = session.get_one(Bulletin, bulletin.corrects_id)
        supersede(session, before, act.because(str(say("corrected by {number}", number=bulletin.number))))
    _settle_files(session, bulletin)


def supersede(session: Session, bulletin: Bulletin, act: Act) -> None:
    """Its corrigendum is published: it stays readable, and says what took its place."""
    BULLETIN.perform(session, bulletin, "supersede", act, relied_on=[("edition", bulletin.edition_id)])
    _settle_files(session, bulletin)


def withdraw(session: Session, bulletin: Bulletin, act: Act) -> None:
    """Take a published bulletin back, by a leader and with the reason; it stays readable as withdrawn."""
    BULLETIN.perform(session, bulletin, "withdraw", act, relied_on=[("edition", bulletin.edition_id)])
    bulletin.remarks = act.reason
    _settle_files(session, bulletin)


def _settle_files(session: Session, bulletin: Bulletin) -> None:
    session.flush()
    key = f"{BULLETIN_FILES}:{bulletin.id}:{bulletin.state}"
    outbox.enqueue(session, BULLETIN_FILES, key, {"bulletin": bulletin.id, "number": bulletin.number})

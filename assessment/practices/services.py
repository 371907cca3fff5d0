"""What is done with practices: handed in, judged, commended, used by others, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.i18n import Sentence, say
from assessment.practices import queries
from assessment.practices.models import Practice, PracticeUse
from assessment.practices.process import PRACTICE, USE
from assessment.programmes.models import Programme

LONGEST = 20_000


@dataclass(frozen=True)
class NewPractice:
    unit_id: int
    title: str
    text: str
    evidence: str = ""


def submit_practice(session: Session, act: Act, programme: Programme, new: NewPractice) -> Practice:
    """Hand in one case or method; it counts by the day it was handed in."""
    practice = _practice(programme, act, new)
    PRACTICE.start(session, practice, "submit_practice", act)
    session.flush()
    return practice


def submit_many(session: Session, act: Act, programme: Programme, many: Sequence[NewPractice]) -> list[Practice]:
    """Hand in many by one act."""
    practices = [_practice(programme, act, new) for new in many]
    for practice in practices:
        PRACTICE.begin(practice, "submit_practice", act)
    session.add_all(practices)
    if practices:
        audit.record(
            session, act, "submit_practice", None, kind="practice", touched=practices, body={"count": len(practices)}
        )
    session.flush()
    return practices


def _practice(programme: Programme, act: Act, new: NewPractice) -> Practice:
    fields: dict[str, Sentence] = {}
    if not new.title.strip():
        fields["title"] = say("Give the practice a title.")
    elif len(new.title.strip()) > 200:
        fields["title"] = say("The title is longer than {most} characters.", most=200)
    if not new.text.strip():
        fields["text"] = say("Say what was done and what it brought.")
    elif len(new.text) > LONGEST:
        fields["text"] = say("The text is longer than {most} characters.", most=LONGEST)
    if fields:
        raise Invalid(say("The practice cannot be handed in like this."), fields=fields)
    return Practice(
        programme_id=programme.id, unit_id=new.unit_id, title=new.title.strip(), text=new.text.strip(),
        evidence=new.evidence.strip(), submitted_on=act.at.astimezone(ZoneInfo(programme.zone)).date(),
        submitted_at=act.at, submitted_by=act.by.key,
    )  # fmt: skip


def accept(session: Session, practice: Practice, act: Act) -> None:
    """Take it into the library: it counts from the day it was handed in."""
    PRACTICE.perform(session, practice, "accept", act)
    practice.judged_by, practice.accepted_at = act.by.key, act.at


def accept_all(session: Session, practices: Sequence[Practice], act: Act) -> None:
    """Accept many by one act."""
    for practice in practices:  # before the one UPDATE: the table holds none that is accepted without its moment
        practice.judged_by, practice.accepted_at = act.by.key, act.at
    PRACTICE.perform_all(session, practices, "accept", act)


def decline(session: Session, practice: Practice, act: Act) -> None:
    """Say no, with a reason that the locality reads."""
    PRACTICE.perform(session, practice, "decline", act)
    practice.judged_by = act.by.key


def commend(session: Session, practice: Practice, act: Act) -> None:
    """Put it at the head of the library that all localities read."""
    PRACTICE.perform(session, practice, "commend", act)
    practice.commended_by, practice.commended_at = act.by.key, act.at


def withdraw_practice(session: Session, practice: Practice, act: Act) -> None:
    """The locality takes it back before it is judged."""
    PRACTICE.perform(session, practice, "withdraw_practice", act)
    practice.withdrawn_at = act.at


def take_back(session: Session, practice: Practice, act: Act) -> None:
    """Take it out of the library, with a reason; it no longer counts in periods still to be scored."""
    PRACTICE.perform(session, practice, "take_back", act)
    practice.withdrawn_at = act.at


def use_practice(session: Session, practice: Practice, act: Act, *, unit_id: int, note: str = "") -> PracticeUse:
    """Another locality says that it works this way too, and how; the author and the office read it."""
    if practice.state not in queries.LIBRARY:
        raise NotNow(say("This practice is not in the library; only what stands there can be taken up."))
    if unit_id == practice.unit_id:
        raise Invalid(say("This is your own practice; others say that they use it."))
    if queries.standing_use(session, practice.id, unit_id) is not None:
        raise NotNow(say("Your unit has said so already."))
    if len(note) > LONGEST:
        too_long = say("The text is longer than {most} characters.", most=LONGEST)
        raise Invalid(say("The note cannot be kept like this."), fields={"note": too_long})
    use = PracticeUse(
        practice_id=practice.id, unit_id=unit_id, note=note.strip(), said_at=act.at, said_by=act.by.key
    )
    USE.start(session, use, "use_practice", act, relied_on=[practice])
    session.flush()
    session.expire(practice, ["uses"])
    return use


def stop_using(session: Session, use: PracticeUse, act: Act) -> None:
    """The locality works this way no longer; that it did stays in the library."""
    USE.perform(session, use, "stop_using", act)
    use.ended_at = act.at

"""Key remediation in a letter: proposed from its record, taken in or left out by a person, kept by amendments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import InLanguages, say
from assessment.programmes.models import Letter, LetterMatter, MatterOutcome
from assessment.programmes.process import LETTER


@dataclass(frozen=True)
class NewMatter:
    """One thing to be put right, by the record it comes from."""

    origin: tuple[str, object]
    number: str
    title: InLanguages
    why: InLanguages
    due_on: date


def propose_matters(session: Session, letter: Letter, act: Act, matters: Sequence[NewMatter]) -> list[LetterMatter]:
    """Propose what the draft does not have yet; what was left out of it is not proposed to it again."""
    known = {(one.origin_kind, one.origin_id) for one in letter.matters}
    new = [one for one in matters if (one.origin[0], str(one.origin[1])) not in known]
    if not new:
        return []
    made = [_row(one, act) for one in new]
    body = {"matters": [one.number for one in new]}
    LETTER.perform(session, letter, "propose_matters", act, touched=made, relied_on=[one.origin for one in new],
                   body=body)  # fmt: skip
    letter.matters.extend(made)
    session.flush()
    return made


def _row(new: NewMatter, act: Act) -> LetterMatter:
    return LetterMatter(
        origin_kind=new.origin[0], origin_id=str(new.origin[1]), number=new.number,
        title_zh=new.title.in_language("zh"), title_en=new.title.in_language("en"),
        why_zh=new.why.in_language("zh"), why_en=new.why.in_language("en"), due_on=new.due_on,
        proposed_by=act.by.key, proposed_at=act.at, outcome=MatterOutcome.PROPOSED.value, reason="", decided_by="",
    )  # fmt: skip


def settle_matters(session: Session, letter: Letter, act: Act, *, taken_in: Collection[int]) -> None:
    """Take these of the proposed into the letter, by id, and leave the others out, with the reason."""
    waiting = letter.undecided_matters
    left_out = [one for one in waiting if one.id not in taken_in]
    if left_out and not act.reason.strip():
        sentence = say("Say why key remediation is left out of the letter.")
        raise Invalid(sentence, fields={"reason": sentence})
    body = {"left_out": [one.number for one in left_out]}
    LETTER.perform(session, letter, "settle_matters", act, touched=waiting, body=body)
    for one in waiting:
        one.outcome = (MatterOutcome.LEFT_OUT if one in left_out else MatterOutcome.TAKEN_IN).value
        one.reason = act.reason.strip() if one in left_out else ""
        one.decided_by, one.decided_label, one.decided_at = act.by.key, act.by.label, act.at
    session.flush()


def kept(letter: Letter) -> list[LetterMatter]:
    """What an amendment takes over of the letter it amends, decided as it was."""
    names = [column.key for column in LetterMatter.__table__.columns if column.key not in ("id", "letter_id")]
    return [LetterMatter(**{name: getattr(one, name) for name in names}) for one in letter.bound_to]

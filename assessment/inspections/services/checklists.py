"""Keep checklists: drafted, brought into use and frozen by that, superseded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import Bilingual, say
from assessment.inspections.models import AnswerKind, Checklist, ChecklistItem
from assessment.inspections.process import CHECKLIST
from assessment.inspections.rules.grading import Grades

EMPTY = Bilingual("", "")


@dataclass(frozen=True)
class NewItem:
    """One thing to look at."""

    code: str
    text: Bilingual
    severity: str
    points: Decimal = Decimal(0)
    section: Bilingual = EMPTY
    clause: str = ""
    method: Bilingual = EMPTY
    kind: AnswerKind = AnswerKind.CHECK
    choices: Sequence[Sequence[str]] = ()
    """(name, 中文, English, outcome or "") of a ``select_one``."""
    is_required: bool = False
    wants_photo: bool = False
    relevant: str = ""
    must_hold: str = ""


def draft_checklist(
    session: Session,
    act: Act,
    *,
    programme_id: int,
    unit_id: int,
    code: str,
    title: Bilingual,
    items: Sequence[NewItem] = (),
    full_points: Decimal | None = None,
    grades: Grades = (),
) -> Checklist:
    """Begin a checklist, or the next edition of one of the same code."""
    last = session.scalar(
        select(func.max(Checklist.edition)).where(Checklist.programme_id == programme_id, Checklist.code == code)
    )
    checklist = Checklist(
        programme_id=programme_id, unit_id=unit_id, code=code, edition=(last or 0) + 1,
        title_zh=title.zh, title_en=title.en, full_points=full_points,
        grades=[[name, str(least)] for name, least in grades],
    )  # fmt: skip
    CHECKLIST.start(session, checklist, "draft_checklist", act, body={"items": [item.code for item in items]})
    session.flush()
    _write(session, checklist, items)
    return checklist


def edit_items(session: Session, checklist: Checklist, act: Act, items: Sequence[NewItem]) -> None:
    """Replace its items, while it is a draft."""
    CHECKLIST.perform(session, checklist, "edit_items", act, body={"items": [item.code for item in items]})
    session.execute(delete(ChecklistItem).where(ChecklistItem.checklist_id == checklist.id))
    _write(session, checklist, items)


def _write(session: Session, checklist: Checklist, items: Sequence[NewItem]) -> None:
    codes = [item.code for item in items]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        raise Invalid(say("Item {code} stands twice.", code=twice))
    if any(item.points < 0 for item in items):
        raise Invalid(say("Points are not negative; they are taken off when a finding is settled."))
    session.add_all(
        ChecklistItem(
            checklist_id=checklist.id, place=place, code=item.code, section_zh=item.section.zh,
            section_en=item.section.en, text_zh=item.text.zh, text_en=item.text.en, method_zh=item.method.zh,
            method_en=item.method.en, severity=item.severity, points=item.points, clause=item.clause,
            kind=item.kind.value, choices=[list(one) for one in item.choices], is_required=item.is_required,
            wants_photo=item.wants_photo, relevant=item.relevant, must_hold=item.must_hold,
        )
        for place, item in enumerate(items, 1)
    )  # fmt: skip
    session.flush()


def bring_into_use(session: Session, checklist: Checklist, act: Act) -> None:
    """From here on it is never changed; a change is a new edition."""
    CHECKLIST.perform(session, checklist, "bring_into_use", act)


def supersede(session: Session, checklist: Checklist, act: Act) -> None:
    CHECKLIST.perform(session, checklist, "supersede", act)

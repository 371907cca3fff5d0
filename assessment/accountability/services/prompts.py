"""Prompts: what a ladder, task, veto or person puts before the authority, and how it is answered without a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.accountability import queries
from assessment.accountability.models import Case, Interview, Source
from assessment.accountability.process import CASE
from assessment.accountability.queries import KIND, WARNING
from assessment.accountability.services.interviews import call_interview
from assessment.delivery.services import serve
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.i18n import Bilingual

REPLY_WITHIN = "10w"
"""Working days from service (考核办法); kept with each case, so that another rule can set another."""

LONGEST_TITLE = 200


@dataclass(frozen=True)
class NewPrompt:
    """One prompt as a ladder, a task, a veto or a person gives it."""

    unit_id: int
    title: Bilingual
    source: Source
    origin: tuple[str, object]
    rule: str = ""
    proposes: str = ""
    occurrence: str = ""
    edition_id: int | None = None
    computation: Sequence[dict[str, Any]] = field(default_factory=tuple)

    @property
    def identity(self) -> tuple[str, int, str, str, str]:
        return (self.rule, self.unit_id, self.origin[0], str(self.origin[1]), self.occurrence)


def prompt(session: Session, act: Act, new: NewPrompt) -> Case | None:
    """Put one matter before the authority; ``None`` when the same fact has prompted the same before."""
    made = prompt_many(session, act, [new])
    return made[0] if made else None


def prompt_many(session: Session, act: Act, prompts: Sequence[NewPrompt]) -> list[Case]:
    """Prompt what has not been prompted before, by one act. It opens nothing."""
    known = queries.known_origins(session, {one.unit_id for one in prompts})
    number = _last_number(session, act.at.year)
    made = []
    for new in prompts:
        if new.identity in known:
            continue
        known.add(new.identity)
        number += 1
        case = Case(
            number=f"WZ-{act.at.year}-{number:03d}", unit_id=new.unit_id,
            title_zh=new.title.zh[:LONGEST_TITLE], title_en=new.title.en[:LONGEST_TITLE],
            source=new.source.value, rule=new.rule, proposes=new.proposes, origin_kind=new.origin[0],
            origin_id=str(new.origin[1]), origin_occurrence=new.occurrence, edition_id=new.edition_id,
            computation=list(new.computation), prompted_by=act.by.key, prompted_at=act.at, reply_within=REPLY_WITHIN,
        )  # fmt: skip
        CASE.begin(case, "prompt", act)
        made.append(case)
    if made:
        session.add_all(made)
        origins = sorted({case.origin for case in made})
        audit.record(
            session, act, "prompt", None, kind=KIND, touched=made, relied_on=origins, body={"count": len(made)}
        )
        session.flush()
    return made


def _last_number(session: Session, year: int) -> int:
    """Counted, not read from the greatest text: "WZ-2012-1000" sorts before "WZ-2012-999"; no case is ever deleted."""
    return session.scalar(select(func.count()).select_from(Case).where(Case.number.like(f"WZ-{year}-%"))) or 0


def dismiss(session: Session, case: Case, act: Act) -> None:
    """Nothing follows from the prompt; the reason stays with it."""
    CASE.perform(session, case, "dismiss", act, relied_on=[case.origin])


def warn(session: Session, case: Case, act: Act) -> None:
    """Serve an early warning 预警: it says what was counted and what may come, and states no fault."""
    CASE.perform(session, case, "warn", act, relied_on=[case.origin])
    case.settled_by = "early_warning"
    title = Bilingual(f"预警：{case.title_zh}", f"Early warning: {case.title_en}")
    serve(session, act, unit_id=case.unit_id, kind=WARNING, subject=(KIND, case.id), title=title, number=case.number)


def settle_by_interview(
    session: Session, case: Case, act: Act, *, takes_place_at: datetime, place: str
) -> Interview:
    """Call an interview instead of opening a case."""
    CASE.perform(session, case, "settle_by_interview", act, relied_on=[case.origin])
    case.settled_by = "interview"
    return call_interview(
        session, act, unit_id=case.unit_id, takes_place_at=takes_place_at, place=place, reason=act.reason, case=case
    )


def ask_inspection(session: Session, case: Case, act: Act) -> None:
    """Ask the supervision office to look, before anybody speaks of fault."""
    CASE.perform(session, case, "ask_inspection", act, relied_on=[case.origin])
    case.settled_by = "special_inspection"

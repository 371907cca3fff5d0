"""The unit is told what is held against it, and answers point by point."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assessment.accountability import queries
from assessment.accountability.models import Case, ReplyPoint
from assessment.accountability.process import CASE
from assessment.accountability.queries import KIND, NOTICE, SUPPLEMENT
from assessment.accountability.services.needs import need
from assessment.delivery.services import serve
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import Bilingual, say


def serve_notice(session: Session, case: Case, act: Act, *, allegations: str) -> None:
    """Tell the unit the facts alleged and the intended ground; from its receipt on it has its time to reply."""
    need("allegations", allegations, say("Say what is alleged, and on what ground it would be decided."))
    CASE.perform(session, case, "serve_notice", act)
    case.allegations, case.notice_at = allegations.strip(), act.at
    _tell(case, act)
    title = Bilingual(f"问责立案通知书：{case.title_zh}", f"Notice of an accountability case: {case.title_en}")
    serve(session, act, unit_id=case.unit_id, kind=NOTICE, subject=(KIND, case.id), title=title, number=case.number)


def serve_supplement(session: Session, case: Case, act: Act) -> None:
    """Put to the unit what was found since it was last told; its time to reply begins again with the receipt."""
    CASE.perform(session, case, "serve_supplement", act, touched=queries.untold_facts(case))
    _tell(case, act)
    title = Bilingual(f"补充告知书：{case.title_zh}", f"Further facts in an accountability case: {case.title_en}")
    serve(session, act, unit_id=case.unit_id, kind=SUPPLEMENT, subject=(KIND, case.id), title=title, number=case.number)


def _tell(case: Case, act: Act) -> None:
    for fact in queries.untold_facts(case):
        fact.told_at = act.at


def reply(session: Session, case: Case, act: Act, *, points: Sequence[str]) -> None:
    """The unit's reply, point by point, in its own words; it may not make its case worse."""
    statements = [point.strip() for point in points if point.strip()]
    if not statements:
        sentence = say("Write at least one point.")
        raise Invalid(sentence, fields={"points": sentence})
    first = len(case.points) + 1  # a unit that is heard again goes on where it ended
    new = [ReplyPoint(number=number, statement=text, answer="") for number, text in enumerate(statements, first)]
    CASE.perform(session, case, "reply", act, touched=new)
    case.points.extend(new)
    case.replied_at = act.at


def lapse(session: Session, case: Case, act: Act) -> None:
    """The clock's: the time for a reply is over, and the case goes on without one."""
    CASE.perform(session, case, "lapse", act)

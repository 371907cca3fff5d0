"""Excuses: a unit's period passed over on a ladder, for a reason the scheme admits; it changes no score and no rank."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assessment.accountability import queries
from assessment.accountability.models import ExcuseGround, LadderExcuse
from assessment.accountability.process import EXCUSE
from assessment.accountability.services.needs import need
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import Sentence, say
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period


def excuse(
    session: Session, act: Act, *, unit_id: int, period: Period, ladder: str, ground: ExcuseGround
) -> LadderExcuse:
    """Pass a unit's period over on a ladder; the reason stands in every computation that does so."""
    need("reason", act.reason, say("Say why the period is excused; the reason stands in the computation."))
    scheme = programmes.scheme(session, period.scheme_version_id)
    found = next((one for one in scheme.ladders if one.code == ladder), None)
    if found is None:
        unknown = say("The scheme of {period} has no ladder “{code}”.", period=period.title, code=ladder)
        raise _refused("ladder", unknown)
    if ground.value not in found.excused_by:
        raise _refused("ground", say("Ladder {code} does not admit this ground; the scheme says which.", code=ladder))
    if all(one.unit_id != unit_id for one in programmes.assessed_units(session, period)):
        raise _refused("unit_id", say("The unit is not assessed in {period}.", period=period.title))
    if queries.standing_excuse(session, unit_id, period.id, ladder) is not None:
        already = say("{period} is excused on ladder {code} already.", period=period.title, code=ladder)
        raise _refused("period_id", already)
    made = LadderExcuse(
        unit_id=unit_id, period_id=period.id, ladder=ladder, ground=ground.value, reason=act.reason.strip(),
        granted_by=act.by.key, granted_at=act.at,
    )  # fmt: skip
    EXCUSE.start(session, made, "excuse", act, relied_on=[period])
    session.flush()
    return made


def withdraw_excuse(session: Session, excuse: LadderExcuse, act: Act) -> None:
    """The period counts again; what that prompts is prompted at the next look."""
    excuse.withdrawn_at = act.at
    EXCUSE.perform(session, excuse, "withdraw_excuse", act)


def _refused(field: str, sentence: Sentence) -> Invalid:
    return Invalid(sentence, fields={field: sentence})

"""Over-reporting: what was claimed above what was verified proposes the scheme's consequence; a person confirms it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sqlalchemy.orm import Session

from assessment.adjustments.models import AdjustmentKind
from assessment.adjustments.services import Proposal
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import Bilingual, say
from assessment.programmes.models import Period
from assessment.programmes.rules.adjusting import DeductionItem
from assessment.programmes.rules.scheme import Scheme
from assessment.submissions.models import Submission
from assessment.submissions.queries import claimed, form_of, latest, of_period, with_values
from assessment.submissions.rules import Stage, over_reporting


def over_reported(session: Session, period: Period, scheme: Scheme) -> list[Proposal]:
    """One proposal for each value that a unit itself claimed too high; its origin is the verified value."""
    items = [one for one in (scheme.deductions.items if scheme.deductions else ()) if one.over_reporting]
    if not items:
        return []
    reports = [one for one in of_period(session, period.id) if one.source == "unit"]
    with_values(session, reports)
    return [proposal for one in reports for item in items for proposal in _of_report(session, period, one, item)]


def _of_report(session: Session, period: Period, one: Submission, item: DeductionItem) -> Iterator[Proposal]:
    before, names = claimed(one), {field.code: field.name for field in form_of(session, one)}
    for code, row in latest(one.values, Stage.VERIFIED).items():
        number = before[code].number if code in before else None
        over = over_reporting(number, row.number)
        times = item.times(over.share) if over is not None else None
        if over is None or times is None:
            continue
        points = item.each * times
        label, name = Bilingual(item.zh, item.en), names.get(code, code)
        if over.share is None:
            ground = say("{label}: {name}, {claimed} claimed, nothing of it found", label=label, name=name,
                         claimed=number)  # fmt: skip
        else:
            more = rounded(over.share * Fraction(100), 1, "half_up")
            ground = say("{label}: {name}, {claimed} claimed, {found} verified, {more} % more", label=label, name=name,
                         claimed=number, found=row.number, more=more)  # fmt: skip
        yield Proposal(
            one.unit_id, period.id, AdjustmentKind.DEDUCTION, item.code, ground.in_language("zh"),
            ("submission_value", row.id), points if item.at_most is None else min(points, item.at_most),
            ground_en=ground.in_language("en"),
        )  # fmt: skip

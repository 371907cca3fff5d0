"""What follows from a decided objection: the disputed thing is made as decided, each kind in its own room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from assessment.accountability import services as accountability
from assessment.accountability.models import Case, CaseState
from assessment.adjustments import queries as adjustment_queries
from assessment.adjustments import services as adjustments
from assessment.adjustments.models import Adjustment, AdjustmentState
from assessment.cycles.consequences import correct, prepare_round
from assessment.foundation.actors import Act
from assessment.foundation.errors import NotNow
from assessment.foundation.i18n import say
from assessment.foundation.reals import Number
from assessment.inspections import services as inspections
from assessment.inspections.models import Finding, FindingState
from assessment.objections.models import Objection, ObjectionPoint, ObjectionState, Outcome
from assessment.programmes.models import Period
from assessment.programmes.rules.scheme import Scheme
from assessment.rewards import services as rewards
from assessment.rewards.models import Award, Round, RoundState
from assessment.scoring import queries as scoring
from assessment.scoring import services as scores
from assessment.scoring.models import Edition
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.values import UnitInput, Value
from assessment.submissions import services as submissions
from assessment.submissions.models import Submission
from assessment.submissions.rules import given


def carry_out(session: Session, objection: Objection, act: Act) -> None:
    """Make the disputed thing as decided; a dismissed objection changes nothing."""
    if any(point.outcome != Outcome.DISMISSED for point in objection.points):
        CARRIED_OUT[objection.origin_kind](session, objection, act.because(f"{objection.number}: {objection.ground}"))


def _upheld(objection: Objection) -> list[ObjectionPoint]:
    return [point for point in objection.points if point.outcome == Outcome.UPHELD]


# --- scores --------------------------------------------------------------------------------------------------------


def _score(session: Session, objection: Objection, act: Act) -> None:
    """Upheld points set new validated values, by the decision; an adjustment that was disputed rightly falls."""
    harmful = points_that_would_lower(session, objection)
    views = adjustment_queries.for_period(session, objection.period_id or 0).get(objection.unit_id, [])
    for point in objection.points:
        if disputed := adjustment_with_points(session, objection, point):
            _lift_or_amend(session, disputed, point, act)
        elif point.granted is not None and point.subject and point.number not in harmful:
            submission = _submission_of(session, objection, point.subject)
            values = {point.subject: given(point.granted)}
            submissions.set_validated_by_decision(session, submission, act, values, ("objection_point", point.id))
        elif point.outcome == Outcome.UPHELD:
            for view in views:
                if point.subject == view.clause:
                    adjustments.overrule(session, session.get_one(Adjustment, view.id), act, by=_by(point))


def _by(point: ObjectionPoint) -> tuple[str, object]:
    return ("objection_point", point.id)


def points_that_would_lower(session: Session, objection: Objection) -> set[int]:
    """Points whose value would lower an item of the objector's own: they are left as they were (不因异议加重)."""
    set_points = [point for point in objection.points if point.granted is not None and point.subject]
    period = session.get(Period, objection.period_id)
    if not set_points or period is None or period.is_composite:
        return set()
    gathered = scoring.gather(session, period, scores.cut_off(period))
    at = next((place for place, one in enumerate(gathered.units) if one.unit_id == objection.unit_id), None)
    if at is None:
        return set()
    before = _items(gathered.scheme, gathered.inputs, at)
    lower = set()
    for point in set_points:
        one = gathered.inputs[at]
        changed = replace(one, values={**one.values, point.subject: Value(point.granted)})
        after = _items(gathered.scheme, (*gathered.inputs[:at], changed, *gathered.inputs[at + 1 :]), at)
        if any(after[code] < points for code, points in before.items() if code in after):
            lower.add(point.number)
    return lower


def _items(scheme: Scheme, inputs: Sequence[UnitInput], place: int) -> dict[str, Number]:
    """The item scores of one unit, as they would be from these inputs."""
    unit = inputs[place].code
    card = next(card for card in score(scheme, inputs).scorecards if card.unit == unit)
    return {item.code: item.counted for item in card.items if item.counted is not None}


def _submission_of(session: Session, objection: Objection, value_code: str) -> Submission:
    """The unit's report that carries a value, whichever source it came from."""
    reports = session.scalars(
        select(Submission).where(Submission.period_id == objection.period_id, Submission.unit_id == objection.unit_id)
    ).all()
    for one in reports:
        if any(value.value_code == value_code for value in one.values):
            return one
    raise NotNow(say("{code} was not reported by this unit itself; correct it where it was reported.", code=value_code))


def _adjustment(session: Session, objection: Objection, act: Act) -> None:
    one = session.get_one(Adjustment, int(objection.origin_id))
    upheld = _upheld(objection) or [point for point in objection.points if point.granted is not None]
    for point in upheld[:1]:
        _lift_or_amend(session, one, point, act)


def _lift_or_amend(session: Session, one: Adjustment, point: ObjectionPoint, act: Act) -> None:
    """Upheld, it falls; in part, it keeps the points that were decided, if they do not make the unit's case worse."""
    if point.outcome == Outcome.UPHELD:
        adjustments.overrule(session, one, act, by=_by(point))
    elif point.granted is not None and adjustments.is_better(one, point.granted):
        adjustments.amend(session, one, act, points=point.granted, by=_by(point))


def adjustment_with_points(session: Session, objection: Objection, point: ObjectionPoint) -> Adjustment | None:
    """The one adjustment that a point is about, whose points a decision in part can change."""
    if objection.origin_kind == "adjustment":
        one = session.get_one(Adjustment, int(objection.origin_id))
        return one if one.points is not None else None
    views = adjustment_queries.for_period(session, objection.period_id or 0).get(objection.unit_id, [])
    about = [view for view in views if point.subject == view.clause and view.points is not None]
    return session.get_one(Adjustment, about[0].id) if len(about) == 1 else None


# --- inspections ---------------------------------------------------------------------------------------------------


def _report(session: Session, objection: Objection, act: Act) -> None:
    """Of a report the findings whose points were decided; all of them where the whole was."""
    found = session.scalars(
        select(Finding).where(Finding.visit_id == int(objection.origin_id)).order_by(Finding.number)
    ).all()
    _settle_anew(session, objection, found, act)


def _finding(session: Session, objection: Objection, act: Act) -> None:
    _settle_anew(session, objection, [session.get_one(Finding, int(objection.origin_id))], act)


def _settle_anew(session: Session, objection: Objection, findings: Sequence[Finding], act: Act) -> None:
    """What one point upholds falls, whatever another leaves of it; what is upheld in part stays as was decided."""
    about = lambda point: [one for one in findings if _is_about(objection, point, one)]  # noqa: E731
    for point in _upheld(objection):
        _overturn(session, about(point), point, act)
    for point in objection.points:
        if point.outcome == Outcome.IN_PART:
            _lessen(session, about(point), point, act)


def _is_about(objection: Objection, point: ObjectionPoint, finding: Finding) -> bool:
    return objection.origin_kind == "finding" or point.subject in ("", str(finding.number))


def with_points(session: Session, objection: Objection, point: ObjectionPoint) -> Adjustment | Finding | None:
    """What a point is about that has points of its own, which a decision in part can change."""
    return adjustment_with_points(session, objection, point) or finding_with_points(session, objection, point)


def finding_with_points(session: Session, objection: Objection, point: ObjectionPoint) -> Finding | None:
    """The one confirmed finding that a point is about, whose points a decision in part can lower."""
    if objection.origin_kind == "finding":
        one: Finding | None = session.get_one(Finding, int(objection.origin_id))
    elif objection.origin_kind == "visit" and point.subject.isdecimal():
        of_visit = select(Finding).where(Finding.visit_id == int(objection.origin_id))
        one = session.scalar(of_visit.where(Finding.number == int(point.subject)))
    else:
        one = None
    return one if one is not None and one.state == FindingState.CONFIRMED and one.points > 0 else None


def _lessen(session: Session, findings: Iterable[Finding], point: ObjectionPoint, act: Act) -> None:
    """A finding keeps the points or words that were decided, and what it takes from a score follows by the same act."""
    for finding in findings:
        points = point.granted if point.granted is not None and inspections.is_milder(finding, point.granted) else None
        if finding.state != FindingState.CONFIRMED or (points is None and not point.changes):
            continue
        inspections.lessen_finding(session, finding, act, by=_by(point), points=points, words=point.changes)
        for one in _resting_on(session, ("finding", finding.id)):
            if points is not None and adjustments.is_better(one, points):
                adjustments.amend(session, one, act, points=points, by=_by(point))


def _overturn(session: Session, findings: Iterable[Finding], point: ObjectionPoint, act: Act) -> None:
    """A finding falls with its task, and what it took from a score falls by the same act."""
    for finding in findings:
        if finding.state == FindingState.CONFIRMED:
            inspections.overturn_finding(session, finding, act)
            for one in _resting_on(session, ("finding", finding.id)):
                adjustments.overrule(session, one, act, by=_by(point))


def _resting_on(session: Session, origin: tuple[str, object]) -> Sequence[Adjustment]:
    ended = (AdjustmentState.REFUSED.value, AdjustmentState.LIFTED.value)
    return session.scalars(
        select(Adjustment).where(
            Adjustment.origin_kind == origin[0], Adjustment.origin_id == str(origin[1]), Adjustment.state.not_in(ended)
        )
    ).all()


# --- decisions and rewards -----------------------------------------------------------------------------------------


def _decision(session: Session, objection: Objection, act: Act) -> None:
    """Wholly upheld, the decision is revoked and its subject restored; in part, somebody else decides anew."""
    case = session.get_one(Case, int(objection.origin_id))
    if case.state == CaseState.REVOKED:  # taken back meanwhile: more than the objection asks for
        return
    if len(_upheld(objection)) == len(objection.points):
        accountability.revoke(session, case, act)
    else:
        accountability.reconsider(session, case, act)


def _award(session: Session, objection: Objection, act: Act) -> None:
    """The round is computed anew without what kept the unit out, and shown to everybody again.

    Upheld in part, it is shown again beside what was decided in words; amounts follow the scheme's rule alone.
    """
    award = session.get_one(Award, int(objection.origin_id))
    old = award.round
    if old.state != RoundState.PUBLICITY:
        return
    rewards.recompute(session, old, act)
    let_in = overruled(session, old.edition_id, old.rule_code)
    if old.corrects_id is not None:
        correct(session, session.get_one(Round, old.corrects_id), act, overruled=let_in)
        return
    edition = session.get_one(Edition, old.edition_id)
    prepare_round(session, act, edition=edition, rule_code=old.rule_code, overruled=let_in)


def overruled(session: Session, edition_id: int, rule_code: str) -> set[int]:
    """Units whom an upheld objection to a round of the same rule over these results has let in: they stay in."""
    found = session.execute(
        select(Award.unit_id)
        .join(Round, Round.id == Award.round_id)
        .join(Objection, Objection.origin_id == cast(Award.id, String))
        .join(ObjectionPoint, ObjectionPoint.objection_id == Objection.id)
        .where(Objection.origin_kind == Award.__tablename__, Objection.state.in_(DECIDED))
        .where(ObjectionPoint.outcome == Outcome.UPHELD.value)
        .where(Round.edition_id == edition_id, Round.rule_code == rule_code)
    )
    return set(found.scalars())


def said_in_part(session: Session, one: Round) -> list[tuple[str, str]]:
    """What decisions on earlier lists of the same rule over these results say in words: objection, words."""
    query = (
        select(Objection.number, ObjectionPoint.changes)
        .join(ObjectionPoint, ObjectionPoint.objection_id == Objection.id)
        .join(Award, cast(Award.id, String) == Objection.origin_id)
        .join(Round, Round.id == Award.round_id)
        .where(Objection.origin_kind == Award.__tablename__, Objection.state.in_(DECIDED))
        .where(ObjectionPoint.changes != "", Round.id < one.id)
        .where(Round.edition_id == one.edition_id, Round.rule_code == one.rule_code)
        .order_by(Objection.id, ObjectionPoint.number)
    )
    return [(number, words) for number, words in session.execute(query)]


DECIDED = (ObjectionState.DECIDED.value, ObjectionState.APPLIED.value, ObjectionState.CLOSED.value)


CARRIED_OUT: dict[str, Callable[[Session, Objection, Act], None]] = {
    "scorecard": _score,
    "edition": _score,
    "adjustment": _adjustment,
    "visit": _report,
    "finding": _finding,
    "accountability_case": _decision,
    "award": _award,
}

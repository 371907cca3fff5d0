"""Joint acts: what touches two rooms or more, each as one act in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.adjustments import queries as adjustment_queries
from assessment.adjustments import services as adjustments
from assessment.adjustments.models import Adjustment, AdjustmentKind
from assessment.adjustments.services import Proposal
from assessment.bulletins import services as bulletins
from assessment.bulletins.models import Bulletin
from assessment.bulletins.services import Signed
from assessment.cycles import decisions, fallen, queries, remedies
from assessment.cycles.models import Consequence, DiaryEntry
from assessment.cycles.over_reporting import over_reported
from assessment.cycles.process import PERIOD, PUBLISHED
from assessment.delivery import services as delivery
from assessment.delivery.queries import service_of
from assessment.delivery.services import NewPaper
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.i18n import Bilingual, say
from assessment.objections import services as objections
from assessment.objections.models import Objection
from assessment.objections.services import NewPoint
from assessment.organisations.duties import Duty
from assessment.programmes.models import Period, PeriodState, SchemeVersion
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.services import periods
from assessment.rewards import services as rewards
from assessment.rewards.models import Round
from assessment.scoring import corrections, gathering
from assessment.scoring import queries as scoring
from assessment.scoring import services as scores
from assessment.scoring.gathering import Gathered
from assessment.scoring.models import Edition, Scorecard
from assessment.submissions import services as submissions

# --- a period from opening to closing ------------------------------------------------------------------------------


def plan(session: Session, version: SchemeVersion, act: Act, *, year: int | None = None) -> list[Period]:
    """Plan the periods a scheme names, and write into the diary what the clock will do for them."""
    planned = periods.plan_periods(session, act, version, year=year)
    if planned:
        plan_diary(session, act, planned)
    return planned


def plan_diary(session: Session, act: Act, periods: Sequence[Period]) -> list[DiaryEntry]:
    """Write down what the clock will do for these periods, and when; it can be looked at and moved."""
    made = []
    for period in periods:
        for step, moment in (
            ("open_reporting", None if period.is_composite else period.opens_at),
            ("close_reporting", None if period.is_composite else period.late_until),
            ("serve", period.provisional_on),
        ):
            if moment is not None:
                made.append(
                    DiaryEntry(
                        step=step,
                        subject_kind="period",
                        subject_id=str(period.id),
                        unit_id=period.programme.unit_id,
                        planned_at=moment,
                        due_at=moment,
                        is_provisional=period.is_provisional,
                    )
                )
    session.add_all(made)
    audit.record(session, act, "plan_diary", None, kind="diary_entry", touched=made, body={"count": len(made)})
    return made


MOMENTS = {"open_reporting": "opens_at", "close_reporting": "late_until", "serve": "provisional_on"}
"""Which of a period's planned moments a step stands for."""


def move_entry(session: Session, entry: DiaryEntry, act: Act, *, due_at: datetime) -> None:
    """Move a planned step, with a reason; the deadlines that hang on it move along, what has been done stays done."""
    if not act.by.holds(Duty.PLAN_CYCLES, entry.unit_id):
        raise NotPermitted(say("The diary is moved by the assessment office."))
    if entry.done_at is not None or entry.cancelled_at is not None:
        raise NotNow(say("This step is done; it cannot be moved any more."))
    if due_at <= act.at:
        raise Invalid(say("Choose a time that is still to come."))
    if not act.reason.strip():
        sentence = say("Say why the step is moved; the reason is shown to everyone whose deadline it is.")
        raise Invalid(sentence, fields={"reason": sentence})
    audit.record(session, act, "move_entry", entry, body={"step": entry.step, "from": entry.due_at, "to": due_at})
    if entry.subject_kind == "period":
        period = session.get_one(Period, int(entry.subject_id))
        periods.move_period(session, period, act, **{MOMENTS[entry.step]: due_at})
        submissions.move_deadlines(session, act, period)
    entry.due_at = due_at


def open_reporting(session: Session, period: Period, act: Act) -> None:
    """Reporting begins: every leaf unit and every data provider is asked for what the scheme collects."""
    PERIOD.perform(session, period, "open_reporting", act)
    submissions.open_submissions(session, act, period)


def close_reporting(session: Session, period: Period, act: Act) -> None:
    """Nothing is taken any more except under an extension; verification goes on."""
    PERIOD.perform(session, period, "close_reporting", act)


def compute(session: Session, period: Period, act: Act) -> Edition:
    """Propose what counts propose, then score and rank everybody as a new edition."""
    PERIOD.perform(session, period, "compute", act)
    gathered = None if period.is_composite else scoring.gather(session, period, scores.cut_off(period))
    if gathered is not None and propose_counted(session, period, act, gathered):
        gathered = gathering.proposed_anew(session, period, gathered)
    edition = scores.compute(session, act, period, gathered)
    if period.state == PeriodState.OBJECTIONS:
        _serve_changed(session, period, edition, act)
    return edition


def propose_counted(session: Session, period: Period, act: Act, gathered: Gathered) -> list[Adjustment]:
    """Counts under bonus and deductions only propose; the unit is heard on them with its provisional score."""
    scheme = gathered.scheme
    proposals = []
    for kind, items in _clauses(scheme):
        for clause, each, counter, at_most, label in items:
            for one in gathered.units:
                count = gathered.counted.get(one.unit_id, {}).get(counter, 0) if one.is_leaf else 0
                if not count:
                    continue
                points = each * count
                if at_most is not None:
                    points = min(points, at_most)
                ground = say("{label}: {count} × {each}", label=label, count=count, each=each)
                proposals.append(
                    Proposal(
                        one.unit_id,
                        period.id,
                        kind,
                        clause,
                        ground.in_language("zh"),
                        ("period", period.id),
                        points,
                        occurrence=counter,
                        ground_en=ground.in_language("en"),
                        evidence=tuple(gathered.records(one.unit_id, counter)),
                    )
                )
    proposals += over_reported(session, period, scheme)
    return adjustments.propose_many(session, act, proposals)


Clause = tuple[str, Decimal, str, Decimal | None, Bilingual]


def _clauses(scheme: Scheme) -> Iterable[tuple[AdjustmentKind, list[Clause]]]:
    for kind, part in ((AdjustmentKind.BONUS, scheme.bonus), (AdjustmentKind.DEDUCTION, scheme.deductions)):
        items = part.items if part else ()
        yield (
            kind,
            [
                (one.code, one.each, one.count, one.at_most, Bilingual(one.zh, one.en))
                for one in items
                if one.count is not None
            ],
        )


def serve(session: Session, period: Period, act: Act) -> None:
    """Put its provisional score into every unit's inbox, with the right of review; the windows start on receipt."""
    PERIOD.perform(session, period, "serve", act)
    edition = _edition(session, period)
    _serve_scores(session, scoring.league_table(session, edition.id, is_light=True), act, _provisional(period))
    for entry in _waiting_entries(session, period):
        if entry.step == "serve":
            entry.done_at = act.at  # whoever did it: the clock need not try again


def _edition(session: Session, period: Period) -> Edition:
    edition = scoring.edition_in_force(session, period.id)
    if edition is None:
        raise NotNow(say("The scores are not computed yet."))
    return edition


def _provisional(period: Period) -> Bilingual:
    return Bilingual(f"{period.title.zh}暂定得分告知书", f"Provisional score, {period.title.en}")


def _serve_scores(session: Session, cards: Sequence[Scorecard], act: Act, title: Bilingual) -> None:
    papers = [NewPaper(card.unit_id, ("scorecard", card.id), title) for card in cards]
    delivery.serve_many(session, act, queries.PROVISIONAL_SCORE, papers)


def _serve_changed(session: Session, period: Period, edition: Edition, act: Act) -> None:
    """After an upheld objection: whoever's score or rank changed by it is served anew, once.

    An adjustment that was announced with the provisional score and then confirmed is nothing new: it was heard.
    One that was proposed since is: its unit receives a score that lists it, and is heard by that.
    """
    before = session.scalar(select(Edition).where(Edition.period_id == period.id, Edition.number == edition.number - 1))
    old = {card.unit_id: card for card in scoring.league_table(session, before.id, is_light=True)} if before else {}
    new = scoring.league_table(session, edition.id, is_light=True)
    news = _not_told(session, period)
    is_announced = all(_was_announced(card, old.get(card.unit_id)) for card in new)
    changed = [
        card for card in new if card.unit_id in news or (not is_announced and _differs(card, old.get(card.unit_id)))
    ]
    if changed:
        _serve_scores(session, changed, act, _provisional(period))


def _not_told(session: Session, period: Period) -> set[int]:
    """Units against or for which something was proposed after their score went to them: they are heard on it, too."""
    told = queries.told_up_to(session, period.id)
    waiting = adjustment_queries.undecided(session, period.id)
    return {one.unit_id for one in waiting if one.unit_id in told and one.proposed_at > told[one.unit_id]}


def _differs(card: Scorecard, before: Scorecard | None) -> bool:
    return before is None or (before.total, before.rank, before.band) != (card.total, card.rank, card.band)


def _was_announced(card: Scorecard, before: Scorecard | None) -> bool:
    return before is not None and card.total in (before.total, before.total_with_proposed)


def approve(session: Session, period: Period, act: Act) -> None:
    """Results are final 审定: by a leader who did not compute them, when everybody was heard."""
    edition = _edition(session, period)
    PERIOD.perform(session, period, "approve", act, relied_on=[edition])
    scores.approve_edition(session, edition, act)


def correct(session: Session, period: Period, act: Act) -> Edition:
    """A fact fell after approval: compute edition n+1, and serve it on whom it changes; edition n stands meanwhile.

    What was counted stays as it was frozen, and nothing new is proposed: only what fell is corrected.
    """
    before = _edition(session, period)
    told = scoring.correction_waiting(session, period.id) or before
    PERIOD.perform(session, period, "correct", act, relied_on=[before])
    gathered = None
    if not period.is_composite:
        gathered = corrections.as_counted_in(session, before, scoring.gather(session, period, scores.cut_off(period)))
    edition = scores.compute(session, act, period, gathered)
    changed = [one.after for one in corrections.changes(session, told, edition)]
    title = Bilingual(f"{period.title.zh}更正得分告知书", f"Corrected score, {period.title.en}")
    _serve_scores(session, changed, act, title)
    return edition


def approve_correction(session: Session, period: Period, act: Act) -> None:
    """The corrected results take the place of those approved before; their bulletin follows as a corrigendum."""
    correction = scoring.correction_waiting(session, period.id)
    PERIOD.perform(session, period, "approve_correction", act, relied_on=[correction] if correction else [])
    assert correction is not None  # else the guard has refused
    scores.approve_edition(session, correction, act)


def announce(session: Session, period: Period, act: Act) -> None:
    PERIOD.perform(session, period, "announce", act)


def begin_consequences(session: Session, period: Period, act: Act) -> None:
    PERIOD.perform(session, period, "begin_consequences", act)


def waive(session: Session, period: Period, act: Act, *, rule_code: str) -> None:
    """A reward that the scheme gives for this period is not given this time; the reason stays in the trail."""
    edition = _edition(session, period)
    PERIOD.perform(session, period, "waive", act, relied_on=[edition], body={"rule": rule_code})
    if rule_code not in {rule.code for rule in queries.unsettled_rewards(session, period, edition.id)}:
        raise Invalid(say("The reward “{code}” does not wait for this period.", code=rule_code))
    session.add(
        Consequence(
            consequence=queries.WAIVED, origin_kind="period", origin_id=str(period.id), rule=rule_code,
            origin_occurrence=str(edition.number), result_kind="", result_id="", given_at=act.at,
        )
    )  # fmt: skip


def close(session: Session, period: Period, act: Act) -> None:
    PERIOD.perform(session, period, "close", act)


def cancel(session: Session, period: Period, act: Act) -> None:
    PERIOD.perform(session, period, "cancel", act)
    for entry in _waiting_entries(session, period):
        entry.cancelled_at = act.at


def _waiting_entries(session: Session, period: Period) -> Iterable[DiaryEntry]:
    """What the diary still has to do for a period."""
    return session.scalars(
        select(DiaryEntry).where(
            DiaryEntry.subject_kind == "period", DiaryEntry.subject_id == str(period.id), DiaryEntry.done_at.is_(None)
        )
    )


# --- objections --------------------------------------------------------------------------------------------------


def lodge(session: Session, subject: Any, act: Act, *, ground: str, points: Sequence[NewPoint]) -> Objection:
    """Object to a score, an adjustment, an inspection, a decision or an award, within the window of its receipt."""
    codes = [point.subject for point in points] or [""]
    right = remedies.remedy(session, subject, act.at, codes)
    beyond = remedies.unknown_part(right, codes)
    if beyond:
        raise Invalid(beyond)
    return objections.lodge(
        session, act, origin=right.origin, unit_id=right.unit_id, period_id=right.period_id, ground=ground,
        points=points, matter=right.matter, window_until=right.window_until, decide_by=right.decide_by,
    )  # fmt: skip


def apply(session: Session, objection: Objection, act: Act) -> None:
    """Make the disputed thing as decided, and note that it is."""
    objections.apply(session, objection, act)
    decisions.carry_out(session, objection, act)


def hear_adjustments(session: Session, act: Act) -> int:
    """The window of a unit's provisional score was its hearing on what is proposed in it; note that it is over.

    What was proposed after that score was computed is not in it: it waits for a score that lists it.
    """
    heard = []
    for period in session.scalars(select(Period).where(Period.state == PeriodState.OBJECTIONS.value)):
        waiting = [one for one in adjustment_queries.undecided(session, period.id) if one.state == "proposed"]
        if not waiting:
            continue
        windows, told = queries.objection_windows(session, period), queries.told_up_to(session, period.id)
        for one in waiting:
            end = windows.get(one.unit_id)
            if end is not None and end < act.at and one.proposed_at <= told[one.unit_id]:
                heard.append(one)
    adjustments.hear_all(session, heard, act)
    return len(heard)


# --- rewards -------------------------------------------------------------------------------------------------------


def grant(session: Session, one: Round, act: Act) -> None:
    """Grant a round's awards, but for those whose unit has a case open today, also one opened since it was prepared."""
    fallen.hold_awards(session, act, [one])
    rewards.grant(session, one, act)


# --- bulletins -----------------------------------------------------------------------------------------------------


def publish(session: Session, bulletin: Bulletin, act: Act, signed: Signed) -> None:
    """Publish a signed bulletin and its period's results, and serve it on every assessed unit: wholly or not at all."""
    edition = session.get_one(Edition, bulletin.edition_id)
    period = session.get_one(Period, edition.period_id)
    bulletins.mark_published(session, bulletin, act, signed)
    if period.state not in PUBLISHED:  # a corrigendum, or a new one after a withdrawal, finds it published
        PERIOD.perform(session, period, "publish", act, relied_on=[bulletin, edition])
    papers = [
        NewPaper(unit_id, ("bulletin", bulletin.id), bulletin.title, bulletin.number, bulletin.signed_zh)
        for unit_id in _readers(session, bulletin, edition)
    ]
    delivery.serve_many(session, act, "bulletin", papers)


def _readers(session: Session, bulletin: Bulletin, edition: Edition) -> list[int]:
    """Every assessed unit; a corrigendum also goes to whoever received what it corrects 在原范围内更正."""
    units = [card.unit_id for card in scoring.league_table(session, edition.id, is_light=True)]
    if bulletin.corrects_id is not None:
        told = service_of(session, "bulletin", ("bulletin", bulletin.corrects_id))
        units += sorted(told.keys() - set(units))
    return units

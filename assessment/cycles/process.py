"""The period's process: the clock opens, closes and serves; people compute, approve and publish; guards look at every room."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assessment.accountability import queries as cases
from assessment.adjustments import queries as adjustments
from assessment.cycles import queries
from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, Bilingual, Sentence, Word, say
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.objections import queries as objections
from assessment.objections.models import Objection, ObjectionState
from assessment.organisations.duties import Duty
from assessment.programmes.models import Period, PeriodState
from assessment.scoring import corrections
from assessment.scoring import queries as scoring
from assessment.scoring.models import EditionState

State = PeriodState


def everything_validated(session: Session, period: Period, act: Act) -> Sentence:
    """A month needs every submission settled; a composite needs every part published."""
    if period.is_composite:
        waiting = [part.title for part in period.parts if part.part.state not in PUBLISHED]
        if waiting:
            return say("These parts are not published yet: {parts}.", parts=waiting)
        return NOTHING
    if period.state == State.PLANNED:
        return say("Reporting has not begun yet.")
    missing = queries.unresolved_submissions(session, period.id)
    if missing:
        return say("{count} submissions have no validated values yet.", count=missing)
    return NOTHING


def scores_were_computed(session: Session, period: Period, act: Act) -> Sentence:
    if period.is_provisional:
        return say("This period lies beyond the working-day table; complete the table before anything is served.")
    if scoring.edition_in_force(session, period.id) is None:
        return say("The scores are not computed yet.")
    return NOTHING


def may_be_served_now(session: Session, period: Period, act: Act) -> Sentence:
    """The clock serves when the diary says; a person, where it did not, but never before the announced day."""
    against = scores_were_computed(session, period, act)
    planned = period.provisional_on
    if not against and planned is not None and act.at < planned and not act.by.holds(Duty.CLOCK):
        return say("The scores are to be served on {moment}; to serve them earlier, move that step in the diary.",
                   moment=planned)  # fmt: skip
    return against


def everybody_was_heard(session: Session, period: Period, act: Act) -> Sentence:
    """Results are final only when every window is over, every objection decided and applied, every adjustment decided,
    and the scores computed from all of that."""
    windows = queries.objection_windows(session, period)
    if any(end is None for end in windows.values()):
        return say("Not every unit has received its provisional score yet.")
    last = max((end for end in windows.values() if end), default=None)
    if last is not None and act.at <= last:
        return say("Units may object until {until}.", until=last)
    undecided = objections.open_in(session, period.id)
    if undecided:
        return say(
            "{count} objections are not decided and applied yet: {numbers}.",
            count=len(undecided),
            numbers=[o.number for o in undecided],
        )
    waiting = adjustments.undecided(session, period.id)
    if waiting:
        return say("{count} proposed adjustments are neither confirmed nor refused.", count=len(waiting))
    edition = scoring.edition_in_force(session, period.id)
    if edition is not None and edition.computed_by == act.by.key:
        return say("You computed these results; somebody else approves them.")
    if edition is not None and scoring.has_changed_since(session, period, edition):
        return say("Values or adjustments have changed since these scores were computed; compute them anew first.")
    return NOTHING


def something_fell(session: Session, period: Period, act: Act) -> Sentence:
    """Results are computed anew only where what they rest on has changed, never because other ones would please."""
    edition = scoring.edition_in_force(session, period.id)
    if edition is None or edition.state != EditionState.APPROVED:
        return say("There are no approved results to correct.")
    waiting = scoring.correction_waiting(session, period.id)
    changed = (
        scoring.has_changed_since(session, period, waiting)
        if waiting is not None
        else corrections.rests_on_what_changed(session, period, edition)
    )
    return NOTHING if changed else say("Nothing that these results rest on has changed since they were computed.")


def the_change_was_heard(session: Session, period: Period, act: Act) -> Sentence:
    """By another than who computed them, when whoever's score they change has received it and could object."""
    correction = scoring.correction_waiting(session, period.id)
    before = scoring.edition_in_force(session, period.id)
    if correction is None or before is None:
        return say("No corrected results wait for approval.")
    if correction.computed_by == act.by.key:
        return say("You computed these results; somebody else approves them.")
    ends = queries.objection_windows(session, period, later_than=before.number)
    if any(end is None for end in ends.values()):
        return say("Not every unit whose score changes has received the corrected one yet.")
    last = max((end for end in ends.values() if end), default=None)
    if last is not None and act.at <= last:
        return say("Units may object to the change until {until}.", until=last)
    waiting = _in_the_way(objections.open_in(session, period.id))
    if waiting:
        return say(
            "{count} objections are not decided and applied yet: {numbers}.", count=len(waiting), numbers=waiting
        )
    if scoring.has_changed_since(session, period, correction):
        return say("Values or adjustments have changed since these scores were computed; compute them anew first.")
    return NOTHING


def _in_the_way(undecided: list[Objection]) -> list[str]:
    """To the corrected score whatever their state, to the published one once decided: else a later edition follows."""
    return [
        one.number for one in undecided if one.state == ObjectionState.DECIDED or one.origin_kind == "scorecard"
    ]


def consequences_are_settled(session: Session, period: Period, act: Act) -> Sentence:
    """Each due prompt is answered, each reward begun or waived, and nothing about the results is still open."""
    edition = scoring.edition_in_force(session, period.id)
    if edition is None or scoring.correction_waiting(session, period.id) is not None:
        return say("Corrected results wait for approval.")
    undecided = objections.open_in(session, period.id)
    if undecided:
        return say(
            "{count} objections are not decided and applied yet: {numbers}.",
            count=len(undecided), numbers=[one.number for one in undecided],
        )  # fmt: skip
    if queries.published_editions(session, period.programme_id).get(period.id, edition.id) != edition.id:
        return say("The corrected results are approved; their corrigendum is not published yet.")
    if not queries.was_given(session, "ladders", ("edition", edition.id)):
        return say("The ladders have not been counted for these results yet; the clock does that.")
    prompts = [one.number for one in cases.prompts_of(session, period.id)]
    if prompts:
        return say("These prompts wait to be opened, dismissed or answered: {numbers}.", numbers=prompts)
    missing = queries.unsettled_rewards(session, period, edition.id)
    if missing:
        return say(
            "These rewards are neither prepared nor waived: {rules}.",
            rules=[Bilingual(one.zh or one.code, one.en or one.code) for one in missing],
        )
    return NOTHING


def a_reward_is_due(session: Session, period: Period, act: Act) -> Sentence:
    edition = scoring.edition_in_force(session, period.id)
    if edition is None or not queries.unsettled_rewards(session, period, edition.id):
        return say("No reward of this period waits to be prepared.")
    return NOTHING


AFTER_APPROVAL = (State.APPROVED, State.PUBLICITY, State.PUBLISHED, State.CONSEQUENCES, State.CLOSED)
BEFORE_APPROVAL = (State.PLANNED, State.OPEN, State.VERIFYING, State.PROVISIONAL, State.OBJECTIONS)
PUBLISHED = tuple(state.value for state in (State.PUBLISHED, State.CONSEQUENCES, State.CLOSED))

PERIOD: Process[Period] = Process(
    "period",
    states=State,
    initial=State.PLANNED,
    openings=(Opening("plan", (Duty.PLAN_CYCLES, Duty.SET_UP), N_("Plan the period")),),
    transitions=(
        Transition("open_reporting", (State.PLANNED,), State.OPEN, Duty.CLOCK, N_("Open reporting")),
        Transition("close_reporting", (State.OPEN,), State.VERIFYING, Duty.CLOCK, N_("Close reporting")),
        Transition("compute", (State.PLANNED, State.VERIFYING), State.PROVISIONAL, Duty.COMPUTE, N_("Compute the scores"),
                   guard=everything_validated),
        Transition("compute", (State.PROVISIONAL, State.OBJECTIONS), None, Duty.COMPUTE, N_("Compute anew"), guard=everything_validated),
        Transition("serve", (State.PROVISIONAL,), State.OBJECTIONS, (Duty.PLAN_CYCLES, Duty.CLOCK), N_("Serve the provisional scores"),
                   guard=may_be_served_now),
        Transition("approve", (State.OBJECTIONS,), State.APPROVED, Duty.APPROVE, N_("Approve the results"), guard=everybody_was_heard),
        # A joint act with the bulletin: pressed there.
        Transition("publish", (State.APPROVED, State.PUBLICITY), State.PUBLISHED, Duty.PUBLISH, N_("Publish the results")),
        Transition("announce", (State.APPROVED,), State.PUBLICITY, Duty.PUBLISH, N_("Put the results to publicity")),
        Transition("begin_consequences", (State.PUBLISHED,), State.CONSEQUENCES, (Duty.PREPARE, Duty.CLOCK), N_("Begin the consequences")),
        Transition("waive", (State.CONSEQUENCES,), None, Duty.APPROVE, N_("Waive a reward"), guard=a_reward_is_due, needs_reason=True),
        Transition("close", (State.CONSEQUENCES,), State.CLOSED, Duty.PLAN_CYCLES, N_("Close the period"), guard=consequences_are_settled),
        # A fact fell after approval: the approved edition stands until the corrected one, n+1, is approved by another.
        Transition("correct", AFTER_APPROVAL, None, Duty.COMPUTE, N_("Compute corrected results"), guard=something_fell, needs_reason=True),
        Transition("approve_correction", AFTER_APPROVAL, None, Duty.APPROVE, N_("Approve the corrected results"), guard=the_change_was_heard),
        Transition("cancel", BEFORE_APPROVAL, State.CANCELLED, Duty.APPROVE, N_("Cancel the period"), needs_reason=True),
    ),
    words={
        State.PLANNED: Word("period", "Planned"),
        State.OPEN: Word("period", "Reporting"),
        State.VERIFYING: Word("period", "Verifying"),
        State.PROVISIONAL: Word("period", "Provisional"),
        State.OBJECTIONS: Word("period", "Objections"),
        State.APPROVED: Word("period", "Approved"),
        State.PUBLICITY: Word("period", "In publicity"),
        State.PUBLISHED: Word("period", "Published"),
        State.CONSEQUENCES: Word("period", "Consequences"),
        State.CLOSED: Word("period", "Closed"),
        State.CANCELLED: Word("period", "Cancelled"),
    },
    unit_of=lambda period: period.programme.unit_id,
)  # fmt: skip

"""How a panel lives: convened, open, closed, counted; and a ballot: asked for, handed in, and then sealed."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assessment.delivery.services import calendar
from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, NOTHING, InZone, Sentence, Word, local_day, say
from assessment.foundation.workdays import Duration, due
from assessment.foundation.workflow import Opening, Process, Transition
from assessment.organisations.duties import Duty
from assessment.organisations.officers import key_of
from assessment.panels.models import Panel, PanelState, Seat, SeatState
from assessment.panels.queries import bars, items_of, reports_of, unfinished
from assessment.panels.rules import needs_every_seat, seats_of

P, S = PanelState, SeatState


def closing(session: Session, panel: Panel, act: Act) -> InZone:
    """When a ballot that is opened now ends."""
    zone = panel.period.programme.zone
    return InZone(due(act.at, Duration.parse(panel.term), calendar(session), ZoneInfo(zone)), zone)


def can_be_held(session: Session, panel: Panel, act: Act) -> Sentence:
    """In time, and with as many judges as the scheme needs."""
    end, latest = closing(session, panel, act), panel.period.late_until
    if latest is not None and end.moment > latest:
        return say(
            "The ballot would end on {end}, after reporting closes on {latest}. Convene it for fewer days.",
            end=end, latest=InZone(latest, panel.period.programme.zone),
        )  # fmt: skip
    return every_place_has_its_judge(session, panel, act)


def every_place_has_its_judge(session: Session, panel: Panel, act: Act) -> Sentence:
    """Where an empty place counts as 0, nobody may be barred: that would lower a unit for who sits there."""
    strict = next((item for item in items_of(session, panel.period) if needs_every_seat(item)), None)
    if strict is None:
        return NOTHING
    if len(panel.seats) != seats_of(strict):
        return say(
            "Under {item} an empty place counts as 0; there are {places} places, and {count} members.",
            item=strict.code, places=seats_of(strict) or 0, count=len(panel.seats),
        )  # fmt: skip
    reports, day = reports_of(session, panel.period_id), local_day(act.at)
    for seat in panel.seats:
        if bars(session, seat.person_id, reports, day):
            return say(
                "Under {item} an empty place counts as 0, and {who} is barred from a unit. Convene somebody else.",
                item=strict.code, who=seat.label,
            )  # fmt: skip
    return NOTHING


def is_over(session: Session, panel: Panel, act: Act) -> Sentence:
    if panel.closes_at is None or act.at > panel.closes_at or all(seat.state == S.HANDED_IN for seat in panel.seats):
        return NOTHING
    until = InZone(panel.closes_at, panel.period.programme.zone)
    return say("The panel votes until {moment}; until then only those who have all voted can be closed.", moment=until)


def may_vote(session: Session, seat: Seat, act: Act) -> Sentence:
    """One's own ballot, while the panel votes."""
    panel = seat.panel
    if act.by.key != key_of(seat.person_id):
        return say("This ballot is another member’s.")
    if panel.state == P.CONVENED:
        return say("The ballot has not been opened yet.")
    if panel.state != P.OPEN or panel.closes_at is None or act.at > panel.closes_at:
        ended = InZone(panel.closes_at, panel.period.programme.zone) if panel.closes_at else panel.number
        return say("The ballot ended on {moment}; what was not handed in by then does not count.", moment=ended)
    return NOTHING


def may_hand_in(session: Session, seat: Seat, act: Act) -> Sentence:
    against = may_vote(session, seat, act)
    if against:
        return against
    reports = reports_of(session, seat.panel.period_id)
    barred = bars(session, seat.person_id, reports, local_day(act.at))
    left = unfinished(seat, reports, items_of(session, seat.panel.period), barred)
    return say("{count} units have no mark yet. Mark each, or abstain.", count=left) if left else NOTHING


PANEL: Process[Panel] = Process(
    "panel",
    states=PanelState,
    initial=P.CONVENED,
    openings=(Opening("convene", Duty.PLAN_CYCLES, N_("Convene a panel")),),
    transitions=(
        Transition("open_ballot", (P.CONVENED,), P.OPEN, Duty.PLAN_CYCLES, N_("Open the ballot"), guard=can_be_held),
        Transition("close_ballot", (P.OPEN,), P.CLOSED, (Duty.PLAN_CYCLES, Duty.CLOCK), N_("Close the ballot"), guard=is_over),
        Transition("count_ballots", (P.CLOSED,), P.COUNTED, Duty.PLAN_CYCLES, N_("Count the ballots")),
        Transition("cancel_panel", (P.CONVENED, P.OPEN, P.CLOSED), P.CANCELLED, Duty.PLAN_CYCLES, N_("Cancel the ballot"),
                   needs_reason=True),
    ),
    words={
        P.CONVENED: Word("panel", "Convened"),
        P.OPEN: Word("panel", "Voting"),
        P.CLOSED: Word("panel", "Closed"),
        P.COUNTED: Word("panel", "Counted"),
        P.CANCELLED: Word("panel", "Cancelled"),
    },
    unit_of=lambda panel: panel.unit_id,
)  # fmt: skip

SEAT: Process[Seat] = Process(
    "panel_seat",
    states=SeatState,
    initial=S.ASKED,
    openings=(Opening("seat_member", Duty.PLAN_CYCLES, N_("Call somebody to a panel")),),
    transitions=(
        Transition("mark_unit", (S.ASKED,), None, Duty.OWN_ACCOUNT, N_("Mark a unit"), guard=may_vote),
        Transition("hand_in", (S.ASKED,), S.HANDED_IN, Duty.OWN_ACCOUNT, N_("Hand in the ballot"), guard=may_hand_in),
    ),
    words={S.ASKED: Word("panel", "Not yet handed in"), S.HANDED_IN: Word("panel", "Handed in")},
)  # fmt: skip

"""What is done with panels: convened, opened, voted, closed, and counted into the values of the panel's source."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation import letters, mail, outbox
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.exact import shown
from assessment.foundation.i18n import NOTHING, InZone, Sentence, local_day, say
from assessment.foundation.letters import Line
from assessment.foundation.trail_verifier import canonical
from assessment.organisations.duties import Duty
from assessment.organisations.models import AccountState, Person
from assessment.organisations.officers import key_of, officer_on
from assessment.organisations.queries import administrators
from assessment.panels.models import Panel, Seat, SeatState, Tallied
from assessment.panels.process import PANEL, SEAT, closing
from assessment.panels.queries import REPORTING, bars, items_of, overdue, reports_of, sitting
from assessment.panels.rules import FEWEST, Outcome, Tally, not_on_the_ballot, read_answer, seats_of, tally
from assessment.programmes.models import Period
from assessment.programmes.queries import scheme
from assessment.programmes.rules.counted import Panel as Item
from assessment.submissions import services as submissions
from assessment.submissions.models import Submission, SubmissionState
from assessment.submissions.rules import Value, ValueKind, given

Answers = Mapping[str, str]
"""Indicator -> the vote's word or the mark; empty for an abstention."""
KINDS = {Outcome.WITHHELD: ValueKind.WITHHELD, Outcome.NOT_APPLICABLE: ValueKind.NOT_APPLICABLE}
SALT_LENGTH = 32
LONGEST = 60
"""Working days."""


# --- convened --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewPanel:
    """Whom the office calls together, on what, and for how many working days."""

    period: Period
    number: str
    quorum: int
    days: int
    members: Sequence[int]


def convene(session: Session, act: Act, new: NewPanel) -> Panel:
    """Call a panel together for the values that a period asks of it; from now on only its count enters them."""
    reports = reports_of(session, new.period.id)
    fields = _faults(session, act, new, reports)
    if fields:
        raise Invalid(next(iter(fields.values())), fields=fields)
    panel = Panel(
        number=new.number.strip(), period=new.period, unit_id=new.period.programme.unit_id, quorum=new.quorum,
        term=f"{new.days}w", convened_by=act.by.key,
    )  # fmt: skip
    PANEL.start(session, panel, "convene", act, touched=reports, relied_on=[new.period],
                body={"members": sorted(set(new.members)), "quorum": new.quorum, "term": panel.term})  # fmt: skip
    submissions.leave_to_ballot(reports)
    session.flush()
    for person_id in sorted(set(new.members)):
        seat_member(session, panel, act, person_id)
    return panel


def _faults(session: Session, act: Act, new: NewPanel, reports: Sequence[Submission]) -> dict[str, Sentence]:
    found: dict[str, Sentence] = {}
    number = new.number.strip()
    if not number:
        found["number"] = say("Give the panel a number.")
    elif session.scalar(select(Panel.id).where(Panel.number == number)) is not None:
        found["number"] = say("There is a panel {number} already; give another number.", number=number)
    against = _not_to_be_voted_on(session, new.period, reports)
    if against:
        found["period"] = against
    if new.quorum < FEWEST:
        found["quorum"] = say(
            "A quorum is {count} at least: of fewer ballots everybody would know whose they are.", count=FEWEST
        )
    if not 1 <= new.days <= LONGEST:
        found["days"] = say("A panel votes for 1 to {count} working days.", count=LONGEST)
    return found | _not_to_be_seated(session, act, new)


def _not_to_be_voted_on(session: Session, period: Period, reports: Sequence[Submission]) -> Sentence:
    if period.state not in REPORTING:
        return say("{period} is not being reported on now.", period=period.title)
    if sitting(session, period.id) is not None:
        return say("A panel votes on {period} already.", period=period.title)
    if not items_of(session, period) or not reports:
        return say("The scheme of {period} asks no panel for votes or marks.", period=period.title)
    loose = not_on_the_ballot(scheme(session, period.scheme_version_id))
    if loose:
        return say(
            "The scheme does not say how ballots on “{code}” are put together; give it the rule “panel”.", code=loose[0]
        )
    if any(one.state != SubmissionState.DUE for one in reports):
        return say("Values of the panel have been entered for {period} already.", period=period.title)
    return NOTHING


def _not_to_be_seated(session: Session, act: Act, new: NewPanel) -> dict[str, Sentence]:
    items, members = items_of(session, new.period), set(new.members)
    places = min((seats for item in items if (seats := seats_of(item)) is not None), default=None)
    apart = set(administrators(session, local_day(act.at)))
    against = NOTHING
    if len(members) < new.quorum:
        against = say("{count} members cannot reach a quorum of {quorum}.", count=len(members), quorum=new.quorum)
    elif places is not None and len(members) > places:
        against = say("The scheme has places for {places} judges; call no more.", places=places)
    for person_id in sorted(members):
        person = session.get(Person, person_id)
        if person is None or person.state not in (AccountState.INVITED, AccountState.ACTIVE):
            against = say("Somebody on the list has no account that is in use.")
        elif key_of(person_id) == act.by.key:
            against = say("Who convenes a panel and counts its ballots does not sit on it.")
        elif person_id in apart:
            against = say("{name} administers accounts and sits on no panel.", name=person.name)
    return {"members": against} if against else {}


def seat_member(session: Session, panel: Panel, act: Act, person_id: int) -> Seat:
    """Give somebody a seat and an empty ballot."""
    if not act.by.holds(Duty.PLAN_CYCLES, panel.unit_id):
        raise NotPermitted(say("Panels are convened by the assessment office."))
    label = officer_on(session, person_id, local_day(act.at)).label
    seat = Seat(panel=panel, person_id=person_id, label=label)
    SEAT.start(session, seat, "seat_member", act, relied_on=[panel])
    session.flush()
    return seat


# --- voted -----------------------------------------------------------------------------------------------------------


def open_ballot(session: Session, panel: Panel, act: Act) -> None:
    """From now on its members vote; each is told by mail until when."""
    until = closing(session, panel, act)
    PANEL.perform(session, panel, "open_ballot", act, touched=panel.seats, body={"closes": until.moment})
    panel.opened_at, panel.closes_at = act.at, until.moment
    session.flush()
    for seat in panel.seats:
        _tell(session, seat, until)


def _tell(session: Session, seat: Seat, until: InZone) -> None:
    person = session.get_one(Person, seat.person_id)
    if not person.email:
        return
    panel = seat.panel
    subject = say("Your vote is asked for: {number}", number=panel.number)
    asked = say(
        "You sit on panel {number}. Mark every unit for {period}, and hand in your ballot by {moment}.",
        number=panel.number, period=panel.period.title, moment=until,
    )  # fmt: skip
    kept = say("Nobody sees your marks: not before the count, and after it only without your name.")
    parts = (Line(asked, ("panel_seat", seat.id)), kept)
    message = letters.written(person.email, person.name, person.language, person.id, subject, parts)
    outbox.enqueue(session, mail.MAIL, f"ballot/{panel.id}/{person.id}", message)


def mark_unit(session: Session, seat: Seat, act: Act, *, report: Submission, answers: Answers) -> None:
    """Keep one's marks for a unit; they may be changed until the ballot is handed in. The trail holds no mark."""
    SEAT.perform(session, seat, "mark_unit", act)
    panel = seat.panel
    if report.period_id != panel.period_id or report.id not in {one.id for one in reports_of(session, panel.period_id)}:
        raise Invalid(say("This unit is not on the ballot."))
    against = bars(session, seat.person_id, [report], local_day(act.at)).get(report.id)
    if against:
        raise NotPermitted(against)
    seat.marks = {**(seat.marks or {}), str(report.id): _read(items_of(session, panel.period), answers)}
    session.flush()


def _read(items: Sequence[Item], answers: Answers) -> dict[str, str]:
    read: dict[str, str] = {}
    fields: dict[str, Sentence] = {}
    for item in items:
        try:
            read[item.code] = read_answer(item, answers[item.code])
        except KeyError:
            fields[item.code] = say("Choose one, or abstain.")
        except ValueError:
            fields[item.code] = say("A mark is a number from 0 to 100, with at most two places.")
    if fields:
        raise Invalid(say("{count} answers are missing or cannot be read.", count=len(fields)), fields=fields)
    return read


def hand_in(session: Session, seat: Seat, act: Act, *, salt: str) -> None:
    """Seal the ballot: from now on nobody changes it, and until the count nobody reads it. The trail holds its hash.

    ``salt`` is 32 random characters; without them the few answers there are could be tried against the hash.
    """
    if len(salt) != SALT_LENGTH:
        raise ValueError(f"a salt has {SALT_LENGTH} characters")
    _one_by_one(session, seat.panel)
    barred = bars(session, seat.person_id, reports_of(session, seat.panel.period_id), local_day(act.at))
    kept = {name: marks for name, marks in (seat.marks or {}).items() if int(name) not in barred}
    sealed = seal(seat.panel.number, seat.id, salt, kept)
    SEAT.perform(session, seat, "hand_in", act, body={"sha256": sealed})
    seat.marks, seat.salt, seat.sha256, seat.handed_in_at = kept, salt, sealed, act.at
    session.flush()


def seal(number: str, seat_id: int, salt: str, marks: Mapping[str, Any]) -> str:
    """The hash of a ballot: of the panel, the seat, the salt and the marks, as JSON in one way only."""
    return hashlib.sha256(canonical({"panel": number, "seat": seat_id, "salt": salt, "marks": marks})).hexdigest()


def close_ballot(session: Session, panel: Panel, act: Act) -> None:
    """The time is over, or all have voted; nothing is counted by it."""
    _one_by_one(session, panel)
    PANEL.perform(session, panel, "close_ballot", act)


def close_overdue(session: Session, act: Act) -> int:
    """Close every ballot whose time is over."""
    some = overdue(session, act.at)
    for panel in some:
        close_ballot(session, panel, act)
    return len(some)


def _one_by_one(session: Session, panel: Panel) -> None:
    """Who hands in and who closes at the same moment come one after the other."""
    session.flush()
    session.refresh(panel, with_for_update={"of": Panel})


# --- counted ---------------------------------------------------------------------------------------------------------


def count_ballots(session: Session, panel: Panel, act: Act) -> None:
    """Count what was handed in, enter it as the panel's values, and let go of who gave what.

    Each ballot must be the one that was sealed. Afterwards only the marks of a unit are left, the lowest first.
    """
    _one_by_one(session, panel)
    ballots = [seat for seat in panel.seats if seat.state == SeatState.HANDED_IN]
    for seat in ballots:
        if seal(panel.number, seat.id, seat.salt, seat.marks or {}) != seat.sha256:
            raise NotNow(say("The ballot of {who} is not the one that was sealed; nothing is counted.", who=seat.label))
    items, reports = items_of(session, panel.period), reports_of(session, panel.period_id)
    rows: list[Tallied] = []
    values: dict[Submission, dict[str, Value]] = {}
    reasons: dict[Submission, str] = {}
    for report in reports:
        for item in items:
            answers = [marks[item.code] for seat in ballots if (marks := (seat.marks or {}).get(str(report.id)))]
            one = tally(item, answers, panel.quorum)
            rows.append(_row(panel, report, item, one, len(ballots) - len(answers)))
            values.setdefault(report, {}).update(_as_values(one))
            if one.outcome != Outcome.GIVEN:
                reasons[report] = _too_few(one)
    counted = {"ballots": len(ballots), "of": len(panel.seats), "seals": sorted(one.sha256 for one in ballots)}
    PANEL.perform(session, panel, "count_ballots", act, touched=rows, body=counted)
    panel.counted_at = act.at
    panel.tallies.extend(rows)
    _let_go(panel)
    session.flush()
    submissions.enter_ballots(session, values, act, number=panel.number, reasons=reasons)


def _row(panel: Panel, report: Submission, item: Item, one: Tally, barred: int) -> Tallied:
    return Tallied(
        panel_id=panel.id, submission_id=report.id, item_code=item.code, outcome=one.outcome.value, ballots=one.ballots,
        abstained=one.abstained, barred=barred, counted=one.counted, least=one.least, left_out=one.left_out,
        marks=" ".join(shown(mark) for mark in one.marks),
    )  # fmt: skip


def _as_values(one: Tally) -> dict[str, Value]:
    """An empty place among the judges is no gap in the report: it does not apply."""
    empty = Value(None, KINDS.get(one.outcome, ValueKind.NOT_APPLICABLE))
    return {code: empty if number is None else given(number) for code, number in one.values.items()}


def _too_few(one: Tally) -> str:
    """English, then Chinese, as the trail keeps what it says for readers of either."""
    gave = max(0, one.ballots - one.abstained)
    sentence = say("{count} ballots gave a mark; {least} are needed.", count=gave, least=one.least)
    return f"{sentence.in_language('en')} {sentence.in_language('zh')}"


def _let_go(panel: Panel) -> None:
    for seat in panel.seats:
        seat.marks, seat.salt = None, ""


def cancel_panel(session: Session, panel: Panel, act: Act) -> None:
    """End a panel without a count: its ballots are let go of unread, and the values can be asked for anew."""
    reports = [one for one in reports_of(session, panel.period_id) if one.by_ballot]
    PANEL.perform(session, panel, "cancel_panel", act, touched=reports)
    _let_go(panel)
    submissions.leave_to_ballot(reports, by_ballot=False)
    session.flush()

"""Serve papers, sign for them, deem them received; ask for more time and decide on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from assessment.delivery.models import Extension, ExtensionItem, Paper
from assessment.delivery.process import EXTENSION, PAPER
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.i18n import Bilingual, local_day, reading_zone, say
from assessment.foundation.workday_table import load_calendar
from assessment.foundation.workdays import Calendar, Duration, due

Subject = tuple[str, object]
"""A record as the trail knows it: kind and id."""

DEEMED_AFTER = Duration(3, "w")
DECIDE_EXTENSION_IN = Duration(10, "w")
LONGEST_EXTENSION = timedelta(days=3 * 366)


@dataclass(frozen=True)
class NewPaper:
    """What is to be served on one unit."""

    unit_id: int
    subject: Subject
    title: Bilingual
    number: str = ""
    document: str = ""
    dated: date | None = None


# --- papers ----------------------------------------------------------------------------------------------------------


def issue(session: Session, act: Act, kind: str, paper: NewPaper) -> Paper:
    """Make a paper whose document is still being rendered; it is served later."""
    return PAPER.start(session, _made(kind, paper), "issue", act)


def serve(
    session: Session,
    act: Act,
    *,
    unit_id: int,
    kind: str,
    subject: Subject,
    title: Bilingual,
    number: str = "",
    document: str = "",
    dated: date | None = None,
    deemed_after: Duration = DEEMED_AFTER,
) -> Paper:
    """Put one paper into a unit's inbox, now."""
    paper = NewPaper(unit_id, subject, title, number, document, dated)
    return serve_many(session, act, kind, [paper], deemed_after=deemed_after)[0]


def serve_many(
    session: Session,
    act: Act,
    kind: str,
    items: Sequence[NewPaper | tuple[int, Subject, Bilingual, str]],
    *,
    deemed_after: Duration = DEEMED_AFTER,
) -> list[Paper]:
    """Put a paper into each unit's inbox: one act, one row in the trail."""
    papers = [_made(kind, one if isinstance(one, NewPaper) else NewPaper(*one)) for one in items]
    for paper in papers:
        PAPER.begin(paper, "issue", act)
    session.add_all(papers)
    serve_issued(session, papers, act, deemed_after=deemed_after)
    return papers


def serve_issued(session: Session, papers: Sequence[Paper], act: Act, *, deemed_after: Duration = DEEMED_AFTER) -> None:
    """Put papers that were issued before into their units' inboxes. From now on their clocks run."""
    if not papers:
        return
    with session.no_autoflush:  # new ones are written once, whole, and not changed one by one afterwards
        deemed_at = due(act.at, deemed_after, calendar(session), reading_zone())
    today = local_day(act.at)
    for paper in papers:
        paper.dated = paper.dated or today
        if paper.dated < today:
            raise Invalid(
                say("A paper available on {day} cannot bear an earlier date, {dated}.", day=today, dated=paper.dated)
            )
        paper.available_at, paper.deemed_at = act.at, deemed_at
    session.flush()
    subjects = sorted({(paper.subject_kind, paper.subject_id) for paper in papers})
    PAPER.perform_all(
        session, papers, "serve", act, relied_on=subjects, body={"kind": papers[0].kind, "deemed": deemed_at}
    )


def open_paper(session: Session, paper: Paper, act: Act) -> None:
    """Note that somebody of the unit has opened it; no clock starts by this."""
    PAPER.perform(session, paper, "open_paper", act)
    paper.opened_at = act.at


def receive(session: Session, paper: Paper, act: Act) -> None:
    """Sign for a paper by name: it is served, and the clocks start."""
    PAPER.perform(session, paper, "receive", act)
    paper.opened_at = paper.opened_at or act.at
    paper.received_at, paper.received_by = act.at, act.by.label


def receive_all(session: Session, papers: Sequence[Paper], act: Act) -> None:
    """Sign for several papers by one act; all of them or none."""
    session.flush()  # an act of a moment ago stands first
    with session.no_autoflush:  # a signature and the state that it makes are written together
        for paper in papers:
            paper.opened_at = paper.opened_at or act.at
            paper.received_at, paper.received_by = act.at, act.by.label
        PAPER.perform_all(session, papers, "receive", act)


def deem_received(session: Session, papers: Sequence[Paper] | Paper, act: Act) -> None:
    """The clock's: nobody signed within the time, so these count as served from that moment on."""
    PAPER.perform_all(session, [papers] if isinstance(papers, Paper) else papers, "deem_received", act)


def fail(session: Session, paper: Paper, act: Act) -> None:
    """It could not be served (the unit has ended, the paper was wrong); no clock has started by it."""
    PAPER.perform(session, paper, "fail", act)


def _made(kind: str, new: NewPaper) -> Paper:
    subject_kind, subject_id = new.subject
    return Paper(
        kind=kind, unit_id=new.unit_id, subject_kind=subject_kind, subject_id=str(subject_id), number=new.number,
        title_zh=new.title.zh, title_en=new.title.en, document=new.document, dated=new.dated,
    )  # fmt: skip


def calendar(session: Session) -> Calendar:
    """The working-day table, read once a transaction."""
    found: Calendar | None = session.info.get("calendar")
    if found is None:
        found = session.info["calendar"] = load_calendar(session)
    return found


# --- extensions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deadline:
    """A deadline for which more time is asked: of which record, of which unit, and until when it can be asked."""

    unit_id: int
    subject: Subject
    due_at: datetime
    ask_by: datetime | None = None
    """Where the rule wants the request earlier than the deadline itself (major findings: 20 working days)."""


def ask_extension(
    session: Session,
    act: Act,
    *,
    unit_id: int,
    deadlines: Sequence[Deadline],
    until: datetime,
    grant_duty: str,
    decide_in: Duration = DECIDE_EXTENSION_IN,
) -> Extension:
    """Ask for more time, with a reason, before it has run out; one request may name the deadlines of many units."""
    _check_request(deadlines, until, act)
    extension = Extension(
        unit_id=unit_id, grant_duty=grant_duty, asked_by=act.by.key, asked_at=act.at, asked_until=until,
        reason=act.reason.strip(), decide_by=due(act.at, decide_in, calendar(session), reading_zone()),
        items=[
            ExtensionItem(unit_id=unit, subject_kind=kind, subject_id=str(subject_id), due_at=due_at)
            for unit, (kind, subject_id), due_at in ((one.unit_id, one.subject, one.due_at) for one in deadlines)
        ],
    )  # fmt: skip
    body = {"until": until, "grant_duty": grant_duty}
    return EXTENSION.start(
        session, extension, "ask_extension", act, relied_on=[one.subject for one in deadlines], body=body
    )


def _check_request(deadlines: Sequence[Deadline], until: datetime, act: Act) -> None:
    if not deadlines:
        raise Invalid(say("Name at least one deadline to be extended."))
    if not act.reason.strip():
        sentence = say("Say why more time is needed.")
        raise Invalid(sentence, fields={"reason": sentence})
    for one in deadlines:
        last = one.ask_by or one.due_at
        if act.at > last:
            raise NotNow(say("More time could be asked for until {moment}; that is over.", moment=last))
        if until <= one.due_at:
            sentence = say("Choose a time after the present deadline, {moment}.", moment=one.due_at)
            raise Invalid(sentence, fields={"until": sentence})


def grant_extension(session: Session, extension: Extension, act: Act, *, until: datetime | None = None) -> None:
    """Give more time, as asked or until another moment."""
    until = until or extension.asked_until
    _check_until(extension, until, act)
    EXTENSION.perform(
        session, extension, "grant_extension", act, touched=_subjects(extension), body={"until": until}
    )  # fmt: skip
    extension.granted_until = until
    _decided(extension, act)


def _check_until(extension: Extension, until: datetime, act: Act) -> None:
    last = max(item.due_at for item in extension.items)
    if until <= last:
        sentence = say("Choose a time after the present deadline, {moment}.", moment=last)
    elif until - act.at > LONGEST_EXTENSION:
        sentence = say("An extension of more than three years is surely a slip of the pen.")
    else:
        return
    raise Invalid(sentence, fields={"until": sentence})


def refuse_extension(session: Session, extension: Extension, act: Act) -> None:
    """Say no, with the reason; the deadline stays."""
    EXTENSION.perform(session, extension, "refuse_extension", act, touched=_subjects(extension))
    _decided(extension, act)


def _decided(extension: Extension, act: Act) -> None:
    extension.decided_by, extension.decided_at, extension.answer = act.by.key, act.at, act.reason.strip()


def _subjects(extension: Extension) -> list[Subject]:
    """The trail shows the extension beside whatever it moved."""
    return [(item.subject_kind, item.subject_id) for item in extension.items]

"""What must hold of everything stored, whatever was done in whatever order: asked of the rows alone, rule by rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from assessment.faces.web import pages
from assessment.faces.web.kit.chips import PROCESSES
from assessment.foundation import audit
from assessment.foundation.audit import TOUCHED, AuditRef, AuditRow
from assessment.foundation.db import Base
from assessment.foundation.trail_verifier import digest, faults
from assessment.scoring.models import Edition, EditionState, Scorecard

Invariant = Callable[[Session], Iterator[str]]


def snapshots_are_sealed(session: Session) -> Iterator[str]:
    """An edition's inputs, and every card's items, are what was sealed when they were computed."""
    for edition in session.scalars(select(Edition)):
        if digest(edition.inputs) != edition.inputs_sha256:
            yield f"edition {edition.id}: its inputs are not those that were sealed"
    for card in session.scalars(select(Scorecard)):
        if digest(card.items) != card.items_sha256:
            yield f"scorecard {card.id}: its items are not those that were sealed"


def ranks_follow_from_totals(session: Session) -> Iterator[str]:
    """In each group the higher total stands before the lower; a rank is one more than those before it, or as many."""
    query = select(Scorecard).where(Scorecard.rank.is_not(None)).order_by(Scorecard.edition_id, Scorecard.group_code)
    for key, some in groupby(session.scalars(query), lambda card: (card.edition_id, card.group_code)):
        cards = sorted(some, key=lambda card: card.rank or 0)
        for before, card in pairwise(cards):
            if card.total is None or before.total is None or card.total > before.total:
                yield f"{key}: {card.unit_code} at {card.rank} has more than {before.unit_code} at {before.rank}"
        for place, card in enumerate(cards):
            first = next(number for number, one in enumerate(cards, 1) if one.rank == card.rank)
            if card.rank not in (first, len({one.rank for one in cards[: place + 1]})):
                yield f"{key}: {card.unit_code} is at {card.rank}, the {first}th from above"


def scored_values_have_their_setter(session: Session) -> Iterator[str]:
    """Every value that an item cites was validated, by somebody, at a moment."""
    known = {str(one) for one in session.scalars(text("""SELECT id FROM submission_value
        WHERE stage = 'validated' AND set_by <> '' AND set_at IS NOT NULL"""))}  # fmt: skip
    for card in session.scalars(select(Scorecard)):
        for item in card.items:
            for kind, name in item.get("cites", ()):
                if kind == "submission_value" and name not in known:
                    yield f"scorecard {card.id}, {item['code']}: value {name} was not validated by anybody"


def closed_tasks_were_proved(session: Session) -> Iterator[str]:
    """Reported with evidence; closed by nobody who reported it."""
    proved = set(session.scalars(text("""SELECT r.task_id FROM task_report r
        JOIN task_evidence e ON e.report_id = r.id""")))  # fmt: skip
    doers: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    rows = select(AuditRef.record_id, AuditRow.act, AuditRow.who).join(AuditRow, AuditRow.seq == AuditRef.seq)
    acts = ("report_done", "close_task")
    for name, act, who in session.execute(rows.where(AuditRef.kind == "task", AuditRow.act.in_(acts))):
        for one in names_of(name):
            doers[one][act].add(who)
    for task in session.scalars(text("SELECT id FROM task WHERE state = 'closed'")):
        done = doers[str(task)]
        if task not in proved:
            yield f"task {task} was closed without evidence"
        if not done["close_task"] or done["close_task"] & done["report_done"]:
            yield f"task {task} was closed by {done['close_task']}, and reported by {done['report_done']}"


def states_were_reached_by_the_table(session: Session) -> Iterator[str]:
    """Each act in a record's trail is a row of its process, from the first state to the one in which it stands."""
    pages.found()
    tables = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    for kind, process in sorted(PROCESSES.items()):
        acts = acts_by_record(session, kind)
        rows: dict[str, list[Any]] = defaultdict(list)
        for row in process.transitions:
            rows[row.action].append(row)
        for record_id, state in session.execute(select(tables[kind].id, tables[kind].state)):
            stands = process.initial.value
            for act in (one for one in acts.get(str(record_id), ()) if one in rows):
                found = next((row for row in rows[act] if stands in [one.value for one in row.sources]), None)
                if found is None:
                    yield f"{kind} {record_id}: {act} from {stands} is no row of its process"
                    break
                stands = found.target.value if found.target is not None else stands
            else:
                if stands != state:
                    yield f"{kind} {record_id}: its acts lead to {stands}, and it is {state}"


def acts_by_record(session: Session, kind: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    rows = select(AuditRef.record_id, AuditRow.act).join(AuditRow, AuditRow.seq == AuditRef.seq)
    wanted = rows.where(AuditRef.kind == kind, AuditRow.kind == kind, AuditRef.relation == TOUCHED)
    for name, act in session.execute(wanted.order_by(AuditRow.seq)):
        for one in names_of(name):
            found[one].append(act)
    return found


def names_of(name: str) -> list[str]:
    """A bulk act names the first and the last of a lot."""
    first, dash, last = name.partition("-")
    return [str(one) for one in range(int(first), int(last) + 1)] if dash and last.isdecimal() else [name]


def the_trail_holds(session: Session) -> Iterator[str]:
    yield from (sentence for _, sentence in faults(audit.export(session)))


def each_planned_time_has_one_effect(session: Session) -> Iterator[str]:
    rows = text("""SELECT step, subject_kind, subject_id, planned_at, count(*) FROM diary_entry
        GROUP BY step, subject_kind, subject_id, planned_at HAVING count(*) > 1""")
    yield from (f"the diary holds {row} twice" for row in session.execute(rows))
    period_acts = select(AuditRef.record_id, AuditRow.act, func.count()).join(AuditRow, AuditRow.seq == AuditRef.seq)
    once = period_acts.where(
        AuditRef.kind == "period", AuditRow.kind == "period", AuditRef.relation == TOUCHED, AuditRow.who == "clock",
        AuditRow.act.in_(("open_reporting", "close_reporting", "serve")),
    )  # fmt: skip
    for row in session.execute(once.group_by(AuditRef.record_id, AuditRow.act).having(func.count() > 1)):
        yield f"the clock did {row[1]} for period {row[0]} {row[2]} times"


def what_follows_stands_on_what_was_decided(session: Session) -> Iterator[str]:
    """A round cites one announced edition (most improved: two), a decided case a motion that carried."""
    announced = {EditionState.APPROVED, EditionState.SUPERSEDED}
    states = {one.id: EditionState(one.state) for one in session.scalars(select(Edition))}
    for row in session.execute(text("SELECT id, mode, edition_id, before_id FROM reward_round")):
        cited = [one for one in (row.edition_id, row.before_id) if one is not None]
        wanted = 2 if row.mode == "most_improved" else 1
        if len(cited) != wanted or any(states[one] not in announced for one in cited):
            yield f"reward round {row.id} cites {cited}, {wanted} announced were needed"
    for row in session.execute(text("""SELECT c.id FROM accountability_case c WHERE c.outcome IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM case_motion m WHERE m.case_id = c.id AND m.fate = 'carried')""")):  # fmt: skip
        yield f"case {row.id} was decided by no motion that carried"


INVARIANTS: tuple[Invariant, ...] = (
    snapshots_are_sealed, ranks_follow_from_totals, scored_values_have_their_setter, closed_tasks_were_proved,
    states_were_reached_by_the_table, the_trail_holds, each_planned_time_has_one_effect,
    what_follows_stands_on_what_was_decided,
)  # fmt: skip

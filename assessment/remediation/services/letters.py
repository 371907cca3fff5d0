"""Supervision letters 督办单: a unit is asked in writing why a task still stands, and answers within a limit."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.delivery import services as papers
from assessment.delivery.models import Paper
from assessment.delivery.queries import is_served
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.i18n import Bilingual, reading_zone, say
from assessment.foundation.workdays import Duration, due
from assessment.remediation.models import SupervisionLetter, Task
from assessment.remediation.process import SUPERVISION_LETTER
from assessment.remediation.queries import OPEN

ANSWER_WITHIN = Duration(10, "w")
PAPER = "supervision_letter"


def issue_supervision_letter(
    session: Session, act: Act, *, task: Task, number: str, demand: str, answer_within: Duration = ANSWER_WITHIN
) -> SupervisionLetter:
    """Ask a unit about one task, and serve the letter."""
    if task.state not in OPEN:
        raise NotNow(say("Task {number} is not open; there is nothing to ask about.", number=task.number))
    if not demand.strip():
        sentence = say("Say what the unit is asked to do.")
        raise Invalid(sentence, fields={"demand": sentence})
    letter = SupervisionLetter(
        number=number, unit_id=task.unit_id, task_id=task.id, demand=demand.strip(),
        answer_within=str(answer_within), issued_at=act.at,
    )  # fmt: skip
    SUPERVISION_LETTER.start(session, letter, "issue_supervision_letter", act, relied_on=[task])
    session.flush()
    title = Bilingual(f"督办单{number}", f"Supervision letter {number}")
    papers.serve(
        session, act, unit_id=task.unit_id, kind=PAPER, subject=("supervision_letter", letter.id),
        title=title, number=number,
    )  # fmt: skip
    return letter


def receive_letter(session: Session, letter: SupervisionLetter, act: Act) -> None:
    """The unit signs for it; the clock follows a paper that was served already."""
    SUPERVISION_LETTER.perform(session, letter, "receive_letter", act)
    paper = session.scalar(
        select(Paper).where(
            Paper.kind == PAPER, Paper.subject_kind == "supervision_letter", Paper.subject_id == str(letter.id)
        )
    )
    if paper is None:
        raise NotNow(say("This letter has not been served."))
    if not is_served(paper):
        papers.receive(session, paper, act)
    letter.received_at = paper.served_at or act.at
    letter.answer_by = due(
        letter.received_at, Duration.parse(letter.answer_within), papers.calendar(session), reading_zone()
    )


def answer_letter(session: Session, letter: SupervisionLetter, act: Act, answer: str) -> None:
    if not answer.strip():
        sentence = say("Write the answer.")
        raise Invalid(sentence, fields={"answer": sentence})
    SUPERVISION_LETTER.perform(session, letter, "answer_letter", act)
    letter.answer, letter.answered_at = answer.strip(), act.at


def accept_answer(session: Session, letter: SupervisionLetter, act: Act) -> None:
    SUPERVISION_LETTER.perform(session, letter, "accept_answer", act)


def return_answer(session: Session, letter: SupervisionLetter, act: Act) -> None:
    SUPERVISION_LETTER.perform(session, letter, "return_answer", act)


def close_letter(session: Session, letter: SupervisionLetter, act: Act) -> None:
    SUPERVISION_LETTER.perform(session, letter, "close_letter", act)

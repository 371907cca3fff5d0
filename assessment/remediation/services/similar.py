"""举一反三: the same problem looked for at the unit's other installations, each place a task linked to the first."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import local_day, reading_zone, say
from assessment.foundation.workdays import end_of
from assessment.remediation.models import Notice, Task
from assessment.remediation.process import TASK
from assessment.remediation.services.notices import NewTask, issue_notice

MOST_PLACES = 200


def report_similar(session: Session, task: Task, act: Act, places: Sequence[str]) -> Notice:
    """One notice over all places, each with as much time as the first task had; nobody's finding, so without points."""
    exact = list(dict.fromkeys(place.strip() for place in places if place.strip()))
    if not exact or len(exact) > MOST_PLACES:
        sentence = say("Write one place a line: the place and the device; at most {count}.", count=MOST_PLACES)
        raise Invalid(sentence, fields={"places": sentence})
    TASK.perform(session, task, "report_similar", act, body={"places": exact})
    first = session.get_one(Notice, task.notice_id)
    until = end_of(local_day(act.at + (task.first_due_at - task.issued_at)), reading_zone())
    return issue_notice(
        session, act, unit_id=task.unit_id, origin=("task", task.id), number=f"{task.number}-J",
        scheme_version_id=first.scheme_version_id, is_illustrative=first.is_illustrative,
        tasks=[
            NewTask(
                title=task.title, origin=("task", task.id), severity=task.severity, severity_name=task.severity_name,
                due_at=until, place=place, clause=task.clause, is_major=task.is_major, needs_plan=task.needs_plan,
                found_by=tuple(task.found_by.split()), similar_to_id=task.id,
            )
            for place in exact
        ],
    )  # fmt: skip

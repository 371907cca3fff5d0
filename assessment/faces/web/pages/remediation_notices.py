"""Remediation notices: the page of one, and the paper as it was issued."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from assessment.delivery.queries import papers_about
from assessment.faces.web.kit import (
    access,
    address_of,
    current_session,
    download,
    language,
    now,
    signed_in,
    timeline,
)
from assessment.faces.web.pages import remediation as room
from assessment.foundation.i18n import Bilingual, local_day
from assessment.foundation.workdays import Duration
from assessment.inspections.models import Visit
from assessment.inspections.queries import teams_of
from assessment.programmes.models import SchemeVersion
from assessment.remediation import queries
from assessment.remediation.models import (
    Notice,
)
from assessment.remediation.papers import NoticePaper, TaskLine, render_notice


@room.pages.get("/notices/<int:notice_id>")
@signed_in
def notice(notice_id: int) -> str:
    session = current_session()
    one = access(Notice, notice_id)
    tasks = queries.tasks_of_notice(session, one.id)
    return render_template(
        "remediation/notice.html",
        notice=one,
        unit=room.units_of([one.unit_id])[one.unit_id],
        lines=[queries.line(task, now()) for task in tasks],
        open_ones=sum(task.state in queries.OPEN for task in tasks),
        papers=papers_about(session, ("notice", one.id)),
        origin=address_of(one.origin_kind, one.origin_id),
        plan_within=Duration.parse(one.plan_within),
        due_shown=room.due_shown,
        state_shown=room.state_shown,
        happened=timeline(session, one),
    )


@room.pages.get("/notices/<int:notice_id>.pdf")
@signed_in
def notice_pdf(notice_id: int) -> Response:
    """整改通知书: as it was issued, in the reader's language."""
    session = current_session()
    one = access(Notice, notice_id)
    visit = session.get(Visit, int(one.origin_id)) if one.origin_kind == "visit" else None
    authority, is_example = authority_of(session, one)
    tasks = queries.tasks_of_notice(session, one.id)
    team = teams_of(session, [visit.id])[visit.id] if visit else []
    paper = NoticePaper(
        number=one.number, authority=authority, unit=room.units_of([one.unit_id])[one.unit_id].name,
        origin=visit.number if visit else "", visited_on=visit.visited_on if visit else None,
        inspectors=tuple(member.code for member in team), plan_within=in_both(Duration.parse(one.plan_within)),
        is_example=is_example,
        tasks=tuple(
            TaskLine(task.number, task.title, task.place, task.clause, task.severity_name,
                     local_day(task.first_due_at))
            for task in tasks
        ),
    )  # fmt: skip
    day = local_day(one.issued_at)
    content = render_notice(paper, language(), day)
    return download(content, f"{one.number}-{language()}.pdf", "application/pdf", is_inline=True)


def in_both(fact: Any) -> Bilingual:
    return Bilingual(fact.in_language("zh"), fact.in_language("en"))


def authority_of(session: Any, one: Notice) -> tuple[Bilingual, bool]:
    """Who issues it: the authority of the programme whose scheme it goes by."""
    version = session.get(SchemeVersion, one.scheme_version_id) if one.scheme_version_id else None
    if version is None:
        return Bilingual("", ""), False
    return version.programme.authority, version.programme.is_example

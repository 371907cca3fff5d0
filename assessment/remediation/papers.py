"""整改通知书: the remediation notice as a paper, one task a line, with how to receive, plan, extend and object."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assessment.foundation.i18n import N_, Bilingual, day_text, translate
from assessment.foundation.paper.plain import PlainPaper, Section, render_paper
from assessment.foundation.paper.tables import Column, Grid


@dataclass(frozen=True)
class TaskLine:
    """One task of the notice: what, exactly where, against which clause, until when."""

    number: str
    title: Bilingual
    place: str
    clause: str
    severity: Bilingual
    due_on: date


@dataclass(frozen=True)
class NoticePaper:
    """Everything that stands on a notice."""

    number: str
    authority: Bilingual
    unit: Bilingual
    origin: str
    """The number of the visit."""
    visited_on: date | None
    inspectors: tuple[str, ...]
    """By their codes: persons are not named."""
    tasks: tuple[TaskLine, ...]
    plan_within: Bilingual
    is_example: bool = False


def render_notice(notice: NoticePaper, language: str, day: date) -> bytes:
    """The notice in one language; the same notice gives the same bytes."""

    def words(message: str, **facts: object) -> str:
        return translate(message, language, **facts)

    rows = [
        (one.number.rsplit("-", 1)[-1], one.title.in_language(language), one.place, one.clause,
         one.severity.in_language(language), day_text(one.due_on, language))
        for one in notice.tasks
    ]  # fmt: skip
    grid = Grid(
        columns=(
            Column(words(N_("No.")), "left"), Column(words(N_("Problem")), "left"),
            Column(words(N_("Exactly where")), "left"),
            Column(words(N_("Clause")), "left"), Column(words(N_("Severity")), "left"),
            Column(words(N_("Put right by")), "left"),
        ),
        rows=tuple(rows),
    )  # fmt: skip
    opening = [words(N_("Inspection {number} found the problems listed below. Put them right."), number=notice.origin)]
    if notice.visited_on:
        opening = [
            words(
                N_("On {day}, inspectors {codes} found the problems listed below (visit {number}). Put them right."),
                day=notice.visited_on, codes=list(notice.inspectors), number=notice.origin,
            )
        ]  # fmt: skip
    requirements = (
        words(N_("Sign for this notice; the time for plans starts with receipt.")),
        words(
            N_("Within {limit} file a plan for each major problem: measures, money, person, deadline, safeguards."),
            limit=notice.plan_within,
        ),
        words(N_("Report each fix with evidence taken after it; it is then looked at again and closed.")),
        words(N_("Look for the same problem at your other installations, and put it right there, too.")),
        words(N_("More time is asked for before the deadline, with a reason.")),
    )
    return render_paper(
        PlainPaper(
            language=language,
            issuer=notice.authority.in_language(language),
            title=words(N_("Remediation notice")),
            number=notice.number,
            day=day_text(day, language),
            addressee=notice.unit.in_language(language),
            opening=tuple(opening),
            sections=(
                Section(words(N_("Problems")), table=grid),
                Section(words(N_("Requirements")), items=requirements),
                Section(
                    words(N_("If it is not done")),
                    (words(N_("Overdue tasks are escalated as the scheme says and count in the assessment.")),),
                ),
            ),
            remedy=(words(N_("An objection to a finding is lodged with that to its inspection report.")),),
            sample=words(N_("Example: places are real, every figure is illustrative.")) if notice.is_example else "",
        )
    )

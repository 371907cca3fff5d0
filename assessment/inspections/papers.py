"""Papers of inspections: the report on a visit, and the supervision bulletin 督查通报 that concludes a campaign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from assessment.foundation.i18n import N_, Bilingual, day_text, number_text, translate
from assessment.foundation.paper.plain import PlainPaper, Section, render_paper
from assessment.foundation.paper.tables import Column, Grid


@dataclass(frozen=True)
class FindingLine:
    """One finding as a report prints it."""

    number: int
    description: Bilingual
    place: str
    clause: str
    severity: Bilingual


@dataclass(frozen=True)
class ReportPaper:
    """What the team reports of one visit."""

    number: str
    authority: Bilingual
    unit: Bilingual
    thing: Bilingual
    campaign: Bilingual
    visited_on: date
    inspectors: tuple[str, ...]
    findings: tuple[FindingLine, ...]
    comment_within: Bilingual
    is_example: bool = False


@dataclass(frozen=True)
class UnitLine:
    """What a campaign found at one unit."""

    unit: Bilingual
    visits: int
    by_severity: tuple[int, ...]
    closed: int

    @property
    def findings(self) -> int:
        return sum(self.by_severity)


@dataclass(frozen=True)
class NoticeLine:
    """One notice that puts a visit's problems to its unit, each as a task of its own."""

    unit: Bilingual
    number: str
    tasks: int
    closed: int


@dataclass(frozen=True)
class ProblemLine:
    """One confirmed problem with the task that it created."""

    unit: Bilingual
    description: Bilingual
    place: str
    severity: Bilingual
    task: str


@dataclass(frozen=True)
class SupervisionBulletin:
    """What concludes a campaign: problems by unit, each with its task."""

    number: str
    authority: Bilingual
    campaign: Bilingual
    scope: Bilingual
    first_day: date
    last_day: date
    day: date
    severities: tuple[Bilingual, ...]
    units: tuple[UnitLine, ...]
    population_hash: str
    seed: str
    notices: tuple[NoticeLine, ...] = ()
    problems: tuple[ProblemLine, ...] = ()
    is_example: bool = False


def _words(language: str) -> Callable[..., str]:
    return lambda message, **facts: translate(message, language, **facts)


def render_report(report: ReportPaper, language: str, day: date) -> bytes:
    """The report in one language; the same report gives the same bytes."""
    words = _words(language)
    rows = [
        (str(one.number), one.description.in_language(language), one.place, one.clause,
         one.severity.in_language(language))
        for one in report.findings
    ]
    grid = Grid(
        columns=(
            Column(words(N_("No.")), "left"), Column(words(N_("Problem")), "left"),
            Column(words(N_("Exactly where")), "left"),
            Column(words(N_("Clause")), "left"), Column(words(N_("Severity")), "left"),
        ),
        rows=tuple(rows),
    )  # fmt: skip
    found = (
        Section(words(N_("What was found")), table=grid)
        if rows
        else Section(words(N_("What was found")), (words(N_("No problem was found.")),))
    )
    return render_paper(
        PlainPaper(
            language=language,
            issuer=report.authority.in_language(language),
            title=words(N_("Inspection report")),
            number=report.number,
            day=day_text(day, language),
            addressee=report.unit.in_language(language),
            opening=(
                words(
                    N_("In the campaign “{campaign}”, inspectors {codes} visited {thing} on {day}."),
                    campaign=report.campaign, codes=list(report.inspectors), thing=report.thing, day=report.visited_on,
                ),
            ),
            sections=(found,),
            remedy=(
                words(
                    N_("You may comment on the facts, finding by finding, within {limit} of receipt."),
                    limit=report.comment_within,
                ),
                words(N_("Against the settled report an objection can be lodged within 30 days of receipt.")),
            ),
            sample=words(N_("Example: places are real, every figure is illustrative.")) if report.is_example else "",
        )
    )  # fmt: skip


def render_bulletin(bulletin: SupervisionBulletin, language: str) -> bytes:
    """The bulletin in one language; the same bulletin gives the same bytes. Bodies are named, never persons."""
    words = _words(language)
    found, visits = sum(one.findings for one in bulletin.units), sum(one.visits for one in bulletin.units)
    closed = sum(one.closed for one in bulletin.units)
    rows = [
        (one.unit.in_language(language), number_text(one.visits), *(number_text(n) for n in one.by_severity),
         number_text(one.findings), number_text(one.closed))
        for one in bulletin.units
    ]  # fmt: skip
    grid = Grid(
        columns=(
            Column(words(N_("Unit")), "left"), Column(words(N_("Visits")), "right"),
            *(Column(one.in_language(language), "right") for one in bulletin.severities),
            Column(words(N_("Findings")), "right"), Column(words(N_("Tasks closed")), "right"),
        ),
        rows=tuple(rows),
    )  # fmt: skip
    return render_paper(
        PlainPaper(
            language=language,
            issuer=bulletin.authority.in_language(language),
            title=words(N_("Supervision bulletin: {campaign}"), campaign=bulletin.campaign),
            number=bulletin.number,
            day=day_text(bulletin.day, language),
            opening=(
                words(
                    N_("{first} to {last}: {visits} visits, {found} problems confirmed, {closed} of them closed."),
                    first=bulletin.first_day, last=bulletin.last_day, visits=visits, found=found, closed=closed,
                ),
            ),
            sections=(
                Section(words(N_("Scope and draw")), (
                    bulletin.scope.in_language(language),
                    words(N_("Objects and inspectors were drawn; hash of the roll {hash}, seed {seed}."),
                        hash=bulletin.population_hash, seed=bulletin.seed),
                )),
                Section(words(N_("Problems by unit")), table=grid),
                Section(words(N_("What is required")), (
                    words(N_("Each problem has its task and its deadline; what is overdue is escalated.")),
                )),
                *((Section(words(N_("Notices and their tasks")), table=_notices(bulletin, language)),)
                  if bulletin.notices else ()),
            ),
            annexes=((words(N_("Problems and their tasks")), _problems(bulletin, language)),)
            if bulletin.problems else (),
            sample=words(N_("Example: places are real, every figure is illustrative.")) if bulletin.is_example else "",
        )
    )  # fmt: skip


def _notices(bulletin: SupervisionBulletin, language: str) -> Grid:
    """Which notice holds the tasks of which unit: every problem is one task of one notice."""
    words = _words(language)
    return Grid(
        columns=(
            Column(words(N_("Unit")), "left"), Column(words(N_("Remediation notice")), "left"),
            Column(words(N_("Tasks")), "right"), Column(words(N_("Tasks closed")), "right"),
        ),
        rows=tuple(
            (one.unit.in_language(language), one.number, number_text(one.tasks), number_text(one.closed))
            for one in bulletin.notices
        ),
    )  # fmt: skip


def _problems(bulletin: SupervisionBulletin, language: str) -> Grid:
    """Every problem, exactly where it is, with its task."""
    words = _words(language)
    return Grid(
        columns=(
            Column(words(N_("No.")), "right"), Column(words(N_("Unit")), "left"), Column(words(N_("Problem")), "left"),
            Column(words(N_("Exactly where")), "left"), Column(words(N_("Severity")), "left"),
            Column(words(N_("Task")), "left"),
        ),
        rows=tuple(
            (str(number), one.unit.in_language(language), one.description.in_language(language), one.place,
             one.severity.in_language(language), one.task)
            for number, one in enumerate(bulletin.problems, start=1)
        ),
    )  # fmt: skip

"""The responsibility letter as a paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from assessment.foundation.i18n import N_, Bilingual, day_text, number_text, translate
from assessment.foundation.paper.plain import PlainPaper, Section, render_paper
from assessment.foundation.paper.tables import Column, Grid


@dataclass(frozen=True)
class TargetLine:
    """One value's target, and what is to be reached by the end of each month."""

    name: Bilingual
    unit: str
    term: Decimal | None
    schedule: dict[int, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class LetterPaper:
    """Everything that stands on a responsibility letter."""

    number: str
    version_number: int
    authority: Bilingual
    unit: Bilingual
    programme: Bilingual
    scheme_number: str
    term_from: date
    term_to: date
    targets: tuple[TargetLine | tuple[Any, ...], ...]
    matters: tuple[tuple[str, Bilingual, Bilingual, date], ...] = ()
    """Key remediation: number, what is to be put right, why it is key, by when."""
    ground: str = ""
    evidence: str = ""
    effective_from: date | None = None
    signed_by: str = ""
    countersigned_by: str = ""
    is_example: bool = False


def render_letter(letter: LetterPaper, language: str, day: date) -> bytes:
    """The letter in one language; the same letter gives the same bytes."""

    def in_words(message: str, **facts: object) -> str:
        return translate(message, language, **facts)

    sections = [
        Section(
            in_words(N_("Targets")),
            (in_words(N_("By {day}, {unit} reaches the following targets."), day=letter.term_to, unit=letter.unit),),
            table=_targets(letter, language),
        ),
        *_key_remediation(letter, language),
        Section(
            in_words(N_("Data, assessment, reward and penalty")),
            (
                in_words(N_("The unit reports true data in time; what it reports is verified.")),
                in_words(
                    N_("Scores, ranks, rewards and penalties follow the scheme “{programme}”, {number}."),
                    number=letter.scheme_number,
                    programme=letter.programme,
                ),
            ),
        ),
        Section(
            in_words(N_("Changes")),
            (in_words(N_("A target changes on one of three grounds only: policy, reorganisation, force majeure.")),),
        ),
    ]
    facts = [
        (in_words(N_("First party")), letter.authority.in_language(language)),
        (in_words(N_("Second party")), letter.unit.in_language(language)),
        (in_words(N_("Term")), in_words(N_("{first} to {last}"), first=letter.term_from, last=letter.term_to)),
    ]
    if letter.version_number > 1 and letter.effective_from is not None:
        facts.append((in_words(N_("Version")), str(letter.version_number)))
        facts.append((in_words(N_("In effect from")), day_text(letter.effective_from, language)))
        facts.append((in_words(N_("Ground of the amendment")), in_words(letter.ground)))
        facts.append((in_words(N_("Evidence")), letter.evidence))
    return render_paper(
        PlainPaper(
            language=language,
            issuer=letter.authority.in_language(language),
            title=in_words(N_("Responsibility letter: {programme}"), programme=letter.programme),
            day=day_text(day, language),
            number=letter.number,
            addressee=letter.unit.in_language(language),
            facts=tuple(facts),
            sections=tuple(sections),
            counter_signatures=(
                letter.countersigned_by or in_words(N_("For the authority")),
                letter.signed_by or in_words(N_("For the unit")),
            ),
            sample=in_words(N_("Example: places are real, every figure is illustrative.")) if letter.is_example else "",
        )
    )


def _key_remediation(letter: LetterPaper, language: str) -> list[Section]:
    """What is to be put right, where anything is; the letter repeats each deadline and moves none."""
    if not letter.matters:
        return []
    text = translate(N_("{unit} puts the following right; each by the day that its task has set."), language,
                     unit=letter.unit)  # fmt: skip
    columns = (
        Column(translate(N_("Task"), language), "left"),
        Column(translate(N_("To be put right"), language), "left"),
        Column(translate(N_("Why it is key"), language), "left"),
        Column(translate(N_("Due"), language), "left"),
    )
    rows = [
        (number, title.in_language(language), why.in_language(language), day_text(due_on, language))
        for number, title, why, due_on in letter.matters
    ]
    return [Section(translate(N_("Key remediation"), language), (text,), table=Grid(columns, rows))]


def _line(target: TargetLine | tuple[Any, ...]) -> TargetLine:
    return target if isinstance(target, TargetLine) else TargetLine(*target)


def _targets(letter: LetterPaper, language: str) -> Grid:
    rows = []
    for one in map(_line, letter.targets):
        amount = "" if one.term is None else number_text(one.term)
        months = ", ".join(f"{month}: {number_text(number)}" for month, number in one.schedule.items())
        rows.append((one.name.in_language(language), one.unit, amount, months))
    columns = (
        Column(translate(N_("Value"), language), "left"),
        Column(translate(N_("Unit of measure"), language), "left"),
        Column(translate(N_("Target of the term"), language), "right"),
        Column(translate(N_("By the end of the month"), language), "left"),
    )
    return Grid(columns, rows)

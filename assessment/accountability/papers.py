"""The papers of a case and of an interview: what the unit is told, how it may answer, and no person's name."""

from __future__ import annotations

from dataclasses import dataclass

from assessment.foundation.i18n import N_, translate
from assessment.foundation.paper.plain import PlainPaper, Section, render_paper


@dataclass(frozen=True)
class CasePaper:
    """A notice, a decision or a warning, in its language already."""

    language: str
    kind: str
    """``case_notice``, ``case_supplement``, ``decision``, ``case_proposal`` or ``early_warning``."""
    issuer: str
    number: str
    unit: str
    title: str
    day: str
    text: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    findings: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    remedy: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    """Posts with the class of their responsibility."""
    sample: str = ""


TITLES = {
    "case_notice": N_("Notice of an accountability case"),
    "case_supplement": N_("Further facts in an accountability case"),
    "decision": N_("Decision in an accountability case"),
    "case_proposal": N_("Letter of proposal to the competent organ"),
    "early_warning": N_("Early warning"),
}


def render_case_paper(paper: CasePaper) -> bytes:
    """What is alleged or decided, on which findings, and how the unit may answer it."""
    said = paper.language
    sections = []
    if paper.findings:
        sections.append(Section(translate(N_("Findings of fact"), said), items=paper.findings))
    if paper.responsible:
        sections.append(Section(translate(N_("Chain of responsibility"), said), items=paper.responsible))
    if paper.answers:
        sections.append(Section(translate(N_("Answers to the reply"), said), items=paper.answers))
    remedy = paper.remedy
    if paper.kind == "case_proposal":  # the organ does not object: it decides
        sections.append(Section(translate(N_("How it goes on"), said), remedy))
        remedy = ()
    return render_paper(
        PlainPaper(
            language=said, issuer=paper.issuer, number=paper.number, title=translate(TITLES[paper.kind], said),
            subtitle=paper.title, addressee=paper.unit, day=paper.day, opening=paper.text, facts=paper.facts,
            sections=tuple(sections), remedy=remedy, sample=paper.sample,
        )
    )


@dataclass(frozen=True)
class CallPaper:
    """A call to an interview, in its language already."""

    language: str
    issuer: str
    number: str
    unit: str
    day: str
    when: str
    place: str
    reason: str
    sample: str = ""


def render_call(paper: CallPaper) -> bytes:
    """When, where and why; an interview states no fault."""
    said = paper.language
    return render_paper(
        PlainPaper(
            language=said,
            issuer=paper.issuer,
            number=paper.number,
            title=translate(N_("Call to an interview"), said),
            addressee=paper.unit,
            day=paper.day,
            opening=(translate(N_("Your leaders are called to an interview. It states no fault."), said),),
            facts=(
                (translate(N_("Takes place"), said), paper.when),
                (translate(N_("Place"), said), paper.place),
                (translate(N_("Reason"), said), paper.reason),
            ),
            sample=paper.sample,
        )
    )

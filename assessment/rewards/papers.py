"""The papers of a reward round: the public list, and the letter that grants, deducts or asks back."""

from __future__ import annotations

from dataclasses import dataclass

from assessment.foundation.i18n import N_, translate
from assessment.foundation.paper.plain import PlainPaper, Section, render_paper
from assessment.foundation.paper.tables import Column, Grid


@dataclass(frozen=True)
class ListLine:
    """One unit of the public list, in the paper's language."""

    unit: str
    rank: str
    amount: str
    remark: str


@dataclass(frozen=True)
class ListPaper:
    """The public list 公示, in its language already."""

    language: str
    issuer: str
    number: str
    title: str
    day: str
    until: str
    money: str
    lines: tuple[ListLine, ...]
    total: str
    basis: str = ""
    sample: str = ""


def render_list(paper: ListPaper) -> bytes:
    """Who receives what and why not, until when one may object; bodies only, no persons."""
    said = paper.language
    heads = [N_("Unit"), N_("Rank"), N_("Amount") if paper.money else N_("Placing"), N_("Remark")]
    grid = Grid(
        tuple(
            Column(
                translate(head, said) + (f" ({paper.money})" if paper.money and place == 2 else ""),
                align="left" if place == 3 else "centre", least=64 if place == 2 else 0,
            )
            for place, head in enumerate(heads)
        ),
        tuple((line.unit, line.rank, line.amount, line.remark) for line in paper.lines),
    )
    facts = [(translate(N_("Public until"), said), paper.until)]
    if paper.money:
        facts.append((translate(N_("Sum"), said), f"{paper.total} {paper.money}"))
    if paper.basis:
        facts.append((translate(N_("Rule"), said), paper.basis))
    return render_paper(
        PlainPaper(
            language=said, issuer=paper.issuer, number=paper.number, title=translate(N_("Public list"), said),
            subtitle=paper.title, day=paper.day, facts=tuple(facts), sections=(Section(table=grid),),
            remedy=(translate(N_("Objections are lodged while the list is public."), said),), sample=paper.sample,
        )
    )


@dataclass(frozen=True)
class GrantPaper:
    """A letter to one unit, in its language already."""

    language: str
    issuer: str
    number: str
    unit: str
    title: str
    day: str
    text: str
    facts: tuple[tuple[str, str], ...]
    heading: str = N_("Letter of award")
    sample: str = ""


def render_grant(paper: GrantPaper) -> bytes:
    """What is granted under which rule, and on what it may be spent."""
    return render_paper(
        PlainPaper(
            language=paper.language, issuer=paper.issuer, number=paper.number,
            title=translate(paper.heading, paper.language), subtitle=paper.title, addressee=paper.unit, day=paper.day,
            opening=(paper.text,), facts=paper.facts, sample=paper.sample,
        )
    )

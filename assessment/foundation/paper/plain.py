"""The everyday official paper: notices, letters, score sheets, supervision bulletins, decisions, grants, receipts."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.units import mm

from assessment.foundation.i18n import N_, translate
from assessment.foundation.paper.document import Document
from assessment.foundation.paper.fonts import FontBook
from assessment.foundation.paper.tables import Grid


@dataclass(frozen=True)
class Section:
    """A headed part; ``items`` become a numbered list below the paragraphs. Without a heading: an opening."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    table: Grid | None = None


@dataclass(frozen=True)
class PlainPaper:
    """Everything that stands on the paper, in its language already; only fixed labels are added."""

    language: str
    issuer: str
    title: str
    day: str
    number: str = ""
    subtitle: str = ""
    addressee: str = ""
    opening: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    remedy: tuple[str, ...] = ()  # how to object, to whom, until when
    attachments: tuple[str, ...] = ()
    annexes: tuple[tuple[str, Grid], ...] = ()
    signer: str = ""  # where it is not the issuer
    sealed: bool = True  # whether a seal belongs on it
    counter_signatures: tuple[str, ...] = ()  # posts of those who sign by hand, as on a responsibility letter
    copies: str = ""
    verification: str = ""  # the address that checks it
    digest: str = ""
    sample: str = ""  # said at the head of every page of an example


def render_paper(paper: PlainPaper, fonts: FontBook | None = None) -> bytes:
    """The paper as PDF."""
    document = Document(paper.language, paper.title, issuer=paper.issuer, number=paper.number, sample=paper.sample,
                        fonts=fonts)
    document.masthead(drop=8 * mm, largest=38)
    document.heading_title(paper.subtitle)
    if paper.addressee:
        document.addressee(paper.addressee)
    for text in paper.opening:
        document.paragraph(text)
    document.facts(paper.facts)
    for section in paper.sections:
        _section(document, section)
    if paper.remedy:
        _section(document, Section(translate(N_("How to object"), paper.language), paper.remedy))
    document.attachments(paper.attachments)
    if paper.counter_signatures:
        document.hand_signatures(paper.counter_signatures)
    document.signature(paper.day, paper.signer, seal=paper.sealed)
    if paper.verification:
        document.verification(paper.verification, verification_lines(paper.language, paper.verification, paper.digest))
    for title, grid in paper.annexes:
        document.annex(title, alone=len(paper.annexes) == 1)
        document.table(grid, dense=True)
    if paper.copies:
        document.imprint(paper.copies, paper.issuer, paper.day)
    return document.render()


def _section(document: Document, section: Section) -> None:
    if section.heading:
        document.heading(section.heading)
    for text in section.paragraphs:
        document.paragraph(text)
    document.items(section.items)
    if section.table:
        document.table(section.table)


def verification_lines(language: str, address: str, digest: str = "") -> list[str]:
    """The words beside the QR code."""
    lines = [translate(N_("This paper can be checked at: {address}"), language, address=address)]
    if digest:
        lines.append(translate(N_("Head of the audit trail when it was made: {digest}"), language, digest=digest))
    return lines

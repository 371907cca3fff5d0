"""The dossier 倒查卷宗: fourteen parts, paged, indexed and hashed; everything in it is read, nothing typed for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from reportlab.lib.units import mm

from assessment.foundation.i18n import N_, translate
from assessment.foundation.paper.document import Column, Document, Grid
from assessment.foundation.trail_verifier import canonical, digest

TITLES = (
    N_("Trigger and authority"),
    N_("Chronology"),
    N_("The norm in force at the time"),
    N_("What was done when"),
    N_("Chain of responsibility"),
    N_("Causes"),
    N_("Exempting, mitigating and aggravating facts"),
    N_("Notice, reply and answers"),
    N_("Report of the investigators"),
    N_("Legal review"),
    N_("Decision and votes"),
    N_("Service and range of publicity"),
    N_("Review and appeal"),
    N_("Execution, end of effect and restoration"),
)
"""The parts, in their order; one that has nothing yet says so."""
ACCESS_LOG = N_("Who has read this case")


LABELS, FACTS, NARROWEST = 130.0, 300.0, 34.0
"""Of tables, in points: labels and what they tell, and the narrowest column."""


@dataclass(frozen=True)
class Part:
    """One part in its language already: facts, paragraphs, a numbered list, tables (columns, then rows)."""

    facts: tuple[tuple[str, str], ...] = ()
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (any(fact for _, fact in self.facts) or self.paragraphs or self.items or self.rows)


@dataclass(frozen=True)
class Dossier:
    """A case as its file shows it on a day, in one language."""

    language: str
    issuer: str
    number: str
    title: str
    unit: str
    day: str
    taken_by: str
    state: str
    parts: tuple[Part, ...]
    readings: Part
    head: str
    """The trail's head of that moment: what the dossier was read from."""
    sample: str = ""

    @property
    def content(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def sha256(self) -> str:
        """Over the content as canonical JSON, which the file carries: anybody can compute it anew."""
        return digest(self.content)


@dataclass(frozen=True)
class Rendered:
    content: bytes
    pages: int


def render_dossier(dossier: Dossier) -> Rendered:
    """Twice: the index can name pages only once they are known, and takes the same room with and without them."""
    assert len(dossier.parts) == len(TITLES)
    found: Mapping[str, int] = {}
    while True:
        document = _composed(dossier, found)
        content = document.render()
        if document.pages == found:
            return Rendered(content, document.page_count)
        found = dict(document.pages)


def _composed(dossier: Dossier, pages: Mapping[str, int]) -> Document:
    said = dossier.language
    document = Document(
        said, translate(N_("Dossier of an accountability case"), said), issuer=dossier.issuer, number=dossier.number,
        sample=dossier.sample,
    )  # fmt: skip
    document.masthead(drop=8 * mm, largest=38)
    document.heading_title(dossier.title)
    document.facts([(translate(label, said), fact) for label, fact in (
        (N_("Unit"), dossier.unit), (N_("State"), dossier.state), (N_("Taken on"), dossier.day),
        (N_("Taken by"), dossier.taken_by), (N_("SHA-256 of its content"), dossier.sha256),
        (N_("Head of the audit trail"), dossier.head),
    )])  # fmt: skip
    document.note(translate(N_(
        "For the use of those who have this case. Names of persons stand in it; it is not passed on. "
        "The content is attached to this file as JSON, from which the hash can be computed anew."
    ), said))  # fmt: skip
    document.new_page()
    _index(document, said, pages)
    for title, part in zip(TITLES, dossier.parts, strict=True):
        document.heading(translate(title, said))
        _part(document, part, said)
    document.heading(translate(ACCESS_LOG, said))
    _part(document, dossier.readings, said)
    attached = canonical(dossier.content)
    document.carry("dossier.json", attached, translate(N_("Content of the dossier"), said))
    return document


def _index(document: Document, said: str, pages: Mapping[str, int]) -> None:
    """No., part and page; the page of a heading is found by how it ends, whatever number stands before it."""
    rows = []
    for number, title in enumerate((*TITLES, ACCESS_LOG), start=1):
        name = translate(title, said)
        page = next((page for heading, page in pages.items() if heading.endswith(name)), None)
        rows.append((str(number), name, str(page) if page else "000"))
    columns = (Column(translate(N_("No."), said)), Column(translate(N_("Part"), said), align="left", least=300),
               Column(translate(N_("Page"), said), align="right"))  # fmt: skip
    document.table(Grid(columns, rows, translate(N_("Index"), said)))
    document.new_page()


def _part(document: Document, part: Part, said: str) -> None:
    if part.is_empty:
        document.paragraph(translate(N_("Nothing is recorded in this part yet."), said))
        return
    facts = [(label, fact) for label, fact in part.facts if fact]
    if facts:  # as wide in every part, so that the eye finds what is told
        label = Column("", align="left", least=LABELS, strong=True)
        document.table(Grid((label, Column("", align="left", least=FACTS)), facts))
    for text in part.paragraphs:
        document.paragraph(text)
    document.items(part.items)
    if part.rows:
        columns = tuple(Column(title, align="left", least=NARROWEST) for title in part.columns)
        document.table(Grid(columns, part.rows), dense=True)

"""The ranking bulletin on paper: what an edition says, laid out after GB/T 9704 or as an English report."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.bulletins.content import BulletinContent, IndicatorTable, Mention, PeerGroup, Requirement
from assessment.bulletins.opendata import TABLE
from assessment.bulletins.pictures import drawn
from assessment.foundation.i18n import N_, day_text, translate
from assessment.foundation.paper.document import Column, Document, Grid
from assessment.foundation.paper.fonts import FontBook

SNAPSHOT = "snapshot.json"
CHARTS = N_("The results in charts")
INDICATORS_ACROSS = 8  # more columns than these are continued in a table below


def render_bulletin(content: BulletinContent, fonts: FontBook | None = None) -> bytes:
    """The bulletin as PDF: same content, same bytes."""
    document = Document(content.language, content.title, issuer=content.issuer, number=content.number,
                        sample=content.sample, fonts=fonts)
    _head(document, content)
    _results(document, content)
    _consequences(document, content)
    _foot(document, content)
    _annexes(document, content)
    if content.copies:
        document.imprint(content.copies, content.issuer, day_text(content.day, content.language))
    if content.data:
        document.carry(TABLE, content.data.encode(), "The table as open data", mime="text/csv")
    if content.snapshot:
        document.carry(SNAPSHOT, content.snapshot.encode("utf-8"), "Scheme, inputs and ranking of this edition")
    return document.render()


def _head(document: Document, content: BulletinContent) -> None:
    said = content.language
    if said == "zh":
        document.masthead()
        document.heading_title()
        document.addressee(content.addressees)
    else:
        document.masthead([day_text(content.day, said), translate(N_("To: {bodies}"), said, bodies=content.addressees)])
        document.heading_title()
        document.heading(translate(N_("Basis and period"), said))
    document.paragraph(content.opening or translate(
        N_("Under {scheme}, the assessment of {programme} for {period} has been completed. "
           "It rests on data as of {cut_off}. The results are announced as follows."),
        said, scheme=content.scheme, programme=content.programme, period=content.period, cut_off=content.cut_off,
    ))


def _results(document: Document, content: BulletinContent) -> None:
    said = content.language
    if content.overall or content.figures:
        document.heading(translate(N_("Overall results"), said))
        for text in content.overall:
            document.paragraph(text)
        document.facts(content.figures)
    document.heading(translate(N_("Ranking"), said))
    for group in content.groups:
        if group.name:
            document.heading(group.name, level=2)
        document.table(ranking_grid(group, said))
    for text in content.legend:
        document.note(text)


def ranking_grid(group: PeerGroup, language: str) -> Grid:
    """Rank, unit and score always; rank range, band, change and notes where any row has one."""
    def column(title: str, align: str = "centre") -> Column:
        return Column(translate(title, language), align)

    figures = "centre" if language == "zh" else "right"
    chosen = [(column(N_("Rank"), figures), [row.rank for row in group.rows]),
              (column(N_("Unit"), "left" if language == "en" else "centre"), [row.unit for row in group.rows]),
              (column(N_("Score"), figures), [row.score for row in group.rows])]
    for title, cells in ((N_("Rank range"), [row.range for row in group.rows]),
                         (N_("Band"), [row.band for row in group.rows]),
                         (N_("Change"), [row.movement for row in group.rows]),
                         (N_("Notes"), [row.marks for row in group.rows])):
        if any(cells):
            chosen.append((column(title), cells))
    return Grid([column for column, _ in chosen], list(zip(*(cells for _, cells in chosen), strict=True)))


def _consequences(document: Document, content: BulletinContent) -> None:
    said = content.language
    _mentions(document, translate(N_("Commended"), said), content.commended)
    _mentions(document, translate(N_("Matters requiring improvement"), said), content.problems)
    if content.amounts:
        document.heading(translate(N_("Proposed rewards and penalties"), said))
        document.paragraph(translate(
            N_("These amounts are proposed under the articles named; each is granted by the round held for it."), said))
        columns = [Column(translate(N_("Unit"), said), "left"), Column(translate(N_("Article"), said), "left"),
                   Column(translate(N_("Amount"), said), "right")]
        document.table(Grid(columns, [(amount.unit, amount.article, amount.amount) for amount in content.amounts]))
    if content.requirements:
        document.heading(translate(N_("Required actions"), said))
        document.items([_requirement(requirement, said) for requirement in content.requirements])


def _mentions(document: Document, heading: str, mentions: Sequence[Mention]) -> None:
    if mentions:
        document.heading(heading)
    stop = "。" if document.language == "zh" else "."
    for mention in mentions:
        document.paragraph(mention.text, lead=mention.unit + stop)


def _requirement(requirement: Requirement, language: str) -> str:
    facts = []
    if requirement.owner:
        facts.append(translate(N_("responsible: {body}"), language, body=requirement.owner))
    if requirement.due:
        facts.append(translate(N_("due {day}"), language, day=requirement.due))
    if not facts:
        return requirement.text
    if language == "zh":
        return f"{requirement.text}（{'，'.join(facts)}）"
    return f"{requirement.text} ({', '.join(facts)})"


def _foot(document: Document, content: BulletinContent) -> None:
    said = content.language
    document.heading(translate(N_("How to object"), said))
    for text in content.objection:
        document.paragraph(text)
    document.paragraph(translate(N_("The Chinese text of this bulletin prevails."), said))
    document.attachments(_annex_titles(content))
    document.signature(day_text(content.day, said))
    if content.verification:
        lines = [translate(N_("This bulletin can be checked at: {address}"), said, address=content.verification),
                 translate(N_("Scheme: {scheme}. Data as of {cut_off}."), said, scheme=content.scheme,
                           cut_off=content.cut_off)]
        if content.audit_head:
            lines.append(translate(N_("Head of the audit trail: {digest}"), said, digest=content.audit_head))
        document.verification(content.verification, lines)


def _annex_titles(content: BulletinContent) -> list[str]:
    said = content.language
    titles = [annex.title for annex in content.annexes]
    titles += [translate(CHARTS, said)] if any(drawn(content)) else []
    titles += [translate(N_("Method of scoring and ranking"), said)] if content.method else []
    titles += [translate(N_("Corrections since the last issue"), said)] if content.corrections else []
    return titles + ([translate(N_("Replies of the units"), said)] if content.replies else [])


def _annexes(document: Document, content: BulletinContent) -> None:
    said, alone = content.language, len(_annex_titles(content)) == 1
    for annex in content.annexes:
        document.annex(annex.title, alone)
        for grid in indicator_grids(annex, said):
            document.table(grid, dense=True)
    charts = list(drawn(content))
    if charts:
        document.annex(translate(CHARTS, said), alone)
        for title, chart in charts:
            document.figure(title, chart)
    if content.method:
        document.annex(translate(N_("Method of scoring and ranking"), said), alone)
        for text in content.method:
            document.paragraph(text)
    if content.corrections:
        document.annex(translate(N_("Corrections since the last issue"), said), alone)
        document.items(content.corrections)
    if content.replies:
        document.annex(translate(N_("Replies of the units"), said), alone)
        for reply in content.replies:
            document.paragraph(reply.text, lead=reply.unit + ("。" if said == "zh" else "."))


def indicator_grids(annex: IndicatorTable, language: str) -> list[Grid]:
    """The annex as tables that fit the page: indicators that find no room go on in a further table."""
    unit = Column(translate(N_("Unit"), language), "left")
    align = "centre" if language == "zh" else "right"
    grids = []
    for start in range(0, len(annex.indicators), INDICATORS_ACROSS):
        numbers = range(len(annex.indicators))[start:start + INDICATORS_ACROSS]
        columns = [unit, *(Column(annex.indicators[number], align) for number in numbers)]
        rows = [(row[0], *(row[number + 1] for number in numbers)) for row in annex.rows]
        grids.append(Grid(columns, rows))
    return grids

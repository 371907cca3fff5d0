"""A paper is built block by block and rendered to the same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Flowable, Frame, PageBreak, PageTemplate

from assessment.foundation.charts import Chart
from assessment.foundation.i18n import N_, translate
from assessment.foundation.paper.attachments import Attachment, attach
from assessment.foundation.paper.canvas import GREY, RED, Ink, PaperCanvas
from assessment.foundation.paper.figures import Figure
from assessment.foundation.paper.fonts import FontBook, font_book
from assessment.foundation.paper.layout import layout_for
from assessment.foundation.paper.marks import Colophon, SignaturePlace, Verification
from assessment.foundation.paper.numerals import chinese_number
from assessment.foundation.paper.tables import Column, Grid, Table, TableStyle
from assessment.foundation.paper.text import Bookmark, Gap, Rule, Span, Style, Text


class Bound(BaseDocTemplate):  # type: ignore[misc, unused-ignore]
    """Odd pages by the first template, even ones by the second."""

    def handle_pageBegin(self) -> None:  # noqa: N802 - reportlab's name
        self.pageTemplate = self.pageTemplates[self.page % 2]  # the page before is still counted
        super().handle_pageBegin()


class Document:
    """One paper in one language. Blocks appear in the order in which they are called."""

    def __init__(self, language: str, title: str, *, issuer: str, number: str = "", sample: str = "",
                 fonts: FontBook | None = None) -> None:
        self.language, self.title, self.issuer, self.number, self.sample = language, title, issuer, number, sample
        self.fonts = fonts or font_book()
        self.layout = layout_for(language)
        self._chinese = language == "zh"
        self._story: list[Flowable] = []
        self._counts = [0, 0, 0, 0, 0]  # headings of four levels, then paragraphs
        self._bookmarks = 0
        self._bookmark_level = -1
        self._annexes = 0
        self._files: list[Attachment] = []
        self.pages: dict[str, int] = {}
        """Heading, with its number -> the page on which it stands; known, like their count, once it is rendered."""
        self.page_count = 0

    # The head

    def masthead(
        self, lines: Sequence[str] = (), drop: float = 35 * mm, largest: float = 48, *, is_compact: bool = False
    ) -> None:
        """The issuer in red, ``drop`` below the top of the type area; number and further ``lines``; the red rule."""
        layout = self.layout
        if is_compact and self._chinese:
            self._add(Gap(drop), self._text(self.issuer, self._fitted(layout.issuer, largest)),
                      Rule(1.4, RED, below=20, above=6))
            return
        number = layout.number
        if self._chinese:
            name = self._text(self.issuer, self._fitted(layout.issuer, largest))
            self._add(Gap(drop), name, Gap(layout.body.leading))
            for line in (self.number, *lines):
                self._add(*([self._text(line, number)] if line else []))
            self._add(Rule(1.4, RED, below=layout.body.leading, above=4 * mm - 0.7 - (number.leading - number.size)))
        else:
            self._add(self._text(self.issuer, layout.issuer), Rule(1.2, RED, above=3, below=7))
            for line in (self.number, *lines):
                self._add(*([self._text(line, layout.number)] if line else []))
            self._add(Gap(16))

    def _fitted(self, style: Style, largest: float) -> Style:
        """As large as the issuer's name allows on one line."""
        width = self.fonts.chain(style.role).width(self.issuer) or 1.0
        size = min(largest, self.layout.width / width)
        return style.but(size=size, leading=size * 1.25)

    def heading_title(self, subtitle: str = "", *, is_compact: bool = False) -> None:
        self._bookmark(self.title.replace("\n", ""), 0)
        self._add(self._text(self.title, self.layout.title))
        if subtitle:
            self._add(self._text(subtitle, self.layout.subtitle))
        self._add(Gap(self.layout.body.leading if self._chinese and not is_compact else 4))

    def addressee(self, text: str) -> None:
        """To whom it goes; in Chinese a full-width colon follows."""
        self._add(self._text(text.rstrip("：:") + "：" if self._chinese else text, self.layout.addressee))

    # The body

    def heading(self, text: str, level: int = 1) -> None:
        """Numbered by itself: 一、 （一） 1. （1） or 1, 1.1, 1.1.1, (a)."""
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (5 - level)
        style = self.layout.heads[level - 1]
        label = self._heading_label(level)
        self._add(CondPageBreak(style.leading + 2.1 * self.layout.body.leading))
        if level <= 2:
            self._bookmark(label + text, level)
        if self._chinese:
            self._add(self._text(label + text, style))
        else:
            self._add(Text(text, style.but(left=28), self.fonts, label=label.strip()))

    def _heading_label(self, level: int) -> str:
        count = self._counts[level - 1]
        if self._chinese:
            numeral = chinese_number(count)
            return (f"{numeral}、", f"（{numeral}）", f"{count}. ", f"（{count}）")[level - 1]
        if level == 4:
            return f"({chr(96 + count)}) "
        return ".".join(str(part) for part in self._counts[:level]) + " "

    def paragraph(self, text: str, lead: str = "") -> None:
        """``lead`` opens the paragraph in Kai or bold. English paragraphs under a heading are numbered."""
        if self._chinese:
            self._add(Text([Span(lead, "kai"), text] if lead else text, self.layout.body, self.fonts))
            return
        spans: list[str | Span] = [Span(lead + " ", "latin-bold"), text] if lead else [text]
        self._counts[4] += 1
        label = f"{self._counts[0]}.{self._counts[4]}" if self._counts[0] and not self._counts[1] else ""
        style = self.layout.body.but(left=28.0) if self._counts[0] else self.layout.body
        self._add(Text(spans, style, self.fonts, label=label))

    def items(self, texts: Sequence[str]) -> None:
        """A numbered list: 1. 2. 3. or (a) (b) (c); one thing alone bears no number."""
        if len(texts) == 1:
            self.paragraph(texts[0])
            return
        for number, text in enumerate(texts, start=1):
            if self._chinese:
                self._add(self._text(f"{number}. {text}", self.layout.item))
            else:
                margin = 28.0 if self._counts[0] else 0.0
                style = self.layout.item.but(left=margin + 22, after=3.0)
                self._add(Text(text, style, self.fonts, label=f"({letters(number)})", label_at=margin))

    def note(self, text: str) -> None:
        self._add(self._text(text, self.layout.note))

    def table(self, grid: Grid, dense: bool = False) -> None:
        style = self.layout.dense if dense else self.layout.table
        if grid.name:
            self._add(CondPageBreak(5 * (style.leading + 2 * style.padding)), self._caption(grid.name, style))
        self._add(Table(grid, style, self.fonts))

    def _caption(self, text: str, style: TableStyle) -> Text:
        return self._text(text, Style(style.header_role, style.size, style.leading, latin=style.latin,
                                      align="centre" if self._chinese else "left", before=style.leading / 2))

    def figure(self, title: str, chart: Chart) -> None:
        """A chart as wide as the type area under its title."""
        style = self.layout.table
        height = chart.height * self.layout.width / chart.width + 2.3 * style.leading
        self._add(CondPageBreak(min(height, self.layout.height)), self._caption(title, style),
                  Figure(chart, style.role, style.header_role, self.fonts))

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """What and its value, a row each."""
        columns = (Column("", align="left", strong=True), Column("", align="left"))
        if pairs:
            self._add(Table(Grid(columns, pairs), self.layout.table, self.fonts))

    # The end

    def attachments(self, titles: Sequence[str]) -> None:
        """What is annexed, said below the body."""
        if not titles:
            return
        word = translate(N_("Annexes:"), self.language)
        style = self.layout.body
        self._add(Gap(style.leading / (1 if self._chinese else 3)))
        word += "" if self._chinese else " "
        indent = style.first_indent + self.fonts.chain(style.role).width(word) * style.size
        for number, title in enumerate(titles, start=1):
            label = f"{number}. " if len(titles) > 1 else ""
            width = self.fonts.chain(style.role).width(label) * style.size
            self._add(Text(title, style.but(first_indent=0.0, left=indent + width, align="left", after=0.0), self.fonts,
                           label=word + label if number == 1 else label,
                           label_at=style.first_indent if number == 1 else indent))

    def signature(self, day: str, signer: str = "", seal: bool = True) -> None:
        """Who signs and when, with the place of the seal marked; never alone on a page without what is signed."""
        layout = self.layout
        ring = translate(N_("Place of the seal"), self.language) if seal else ""
        self._add(Gap(4))
        for block in self._story[-2:]:
            block.keepWithNext = 1
        self._add(SignaturePlace(signer or self.issuer, day, ring, layout.signature, layout.signature_indent,
                                 layout.ring, self.fonts))

    def hand_signatures(self, posts: Sequence[str]) -> None:
        """A line to sign on by hand for each post, and room for the day."""
        by, day = translate(N_("Signature:"), self.language), translate(N_("Date:"), self.language)
        columns = (Column("", align="left", strong=True), Column("", align="left", least=190), Column("", align="left"))
        rows = [(post, by, day + " " * 16) for post in posts]
        self._add(Gap(self.layout.body.leading / 2))
        tall = replace(self.layout.table, padding=13.0)
        self._add(Table(Grid(columns, rows), tall, self.fonts))

    def verification(self, address: str, lines: Sequence[str]) -> None:
        self._add(Verification(address, lines, self.layout.small, self.fonts))

    def new_page(self) -> None:
        self._add(PageBreak())

    def annex(self, title: str, alone: bool = False) -> None:
        """A new page headed 附件1 and the title; the heading numbers begin again."""
        self._annexes += 1
        self._counts = [0] * 5
        word = translate(N_("Annex"), self.language)
        if not alone:
            word += f"{self._annexes}" if self._chinese else f" {self._annexes}"
        style, leading = self.layout.title.but(size=18), self.layout.body.leading
        self._add(PageBreak())
        self._bookmark(f"{word} {title}", 0)
        self._add(self._text(word, self.layout.annex), Gap(leading if self._chinese else 2))
        self._add(self._text(title, style), Gap(leading / 2 if self._chinese else 4))

    def imprint(self, copies: str, printer: str, day: str) -> None:
        """The foot of the last page: copies to whom; who issued it when."""
        to = translate(N_("Copies to: {bodies}"), self.language, bodies=copies) if copies else ""
        issued = translate(N_("Issued {day}"), self.language, day=day)
        style = self.layout.colophon
        self._add(Colophon(to, printer, issued, style, self.layout.foot, self.fonts))

    def carry(self, name: str, content: bytes, description: str, mime: str = "application/json") -> None:
        """A file inside the file: the data from which anyone can recompute what the paper says."""
        self._files.append(Attachment(name, content, description, mime))

    # Rendering

    def render(self) -> bytes:
        """The paper's bytes: the same for the same blocks and fonts."""
        made = BytesIO()
        layout = self.layout
        initial = self.fonts.chain(layout.body.role).first.name
        template = Bound(
            made, pagesize=A4, invariant=1, pageCompression=1, initialFontName=initial, lang=layout.language,
            title=self.title.replace("\n", ""), author=self.issuer, subject=self.number, creator="Five Measures",
            displayDocTitle=1, allowSplitting=1,
        )
        template.addPageTemplates([
            PageTemplate("odd", [self._frame("odd")], onPage=self._furnish),
            PageTemplate("even", [self._frame("even")], onPage=self._furnish),
        ])
        template.build(list(self._story), canvasmaker=self._canvas)
        return made.getvalue()

    def _canvas(self, *arguments: Any, **options: Any) -> PaperCanvas:
        canvas = PaperCanvas(*arguments, write_folio=self._write_folio, **options)
        attach(canvas, self._files)
        return canvas

    def _left(self, page: int) -> float:
        layout = self.layout
        return A4[0] - layout.binding - layout.width if layout.mirrored and page % 2 == 0 else layout.binding

    def _frame(self, name: str) -> Frame:
        layout = self.layout
        bottom = A4[1] - layout.top - layout.height
        return Frame(self._left(1 if name == "odd" else 2), bottom - 0.5, layout.width, layout.height + 0.5,
                     leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0, id=name)

    def _furnish(self, canvas: PaperCanvas, template: BaseDocTemplate) -> None:
        page = canvas.getPageNumber()
        canvas.folio_place(page)
        if self.sample:
            style = self.layout.note
            chain = self.fonts.chain(style.role)
            ink = Ink(canvas, GREY)
            x = self._left(page) + (self.layout.width - chain.width(self.sample) * style.size) / 2
            ink.write(x, A4[1] - 15 * mm, chain.runs(self.sample, "sample"), style.size)
            ink.done()

    def _write_folio(self, canvas: PaperCanvas, page: int, pages: int) -> None:
        """Chinese: — 1 — outside, 7 mm below the type area. English: the reference, and page x of y."""
        self.page_count = pages
        layout, style = self.layout, self.layout.folio
        chain, left = self.fonts.chain(style.role), self._left(page)
        ink = Ink(canvas, style.colour)
        if self._chinese:
            text = f"— {page} —"
            inset = style.size  # one character in from the edge
            right = left + layout.width - inset - chain.width(text) * style.size
            ink.write(right if page % 2 else left + inset, 28 * mm - style.size * 0.36, chain.runs(text), style.size)
        else:
            text = translate(N_("Page {page} of {pages}"), self.language, page=page, pages=pages)
            x = left + layout.width - chain.width(text) * style.size
            ink.write(left, 15 * mm, chain.runs(self.number or self.title), style.size)
            ink.write(x, 15 * mm, chain.runs(text), style.size)
        ink.done()

    def _text(self, text: str, style: Style) -> Text:
        return Text(text, style, self.fonts)

    def _add(self, *blocks: Flowable) -> None:
        self._story.extend(blocks)

    def _bookmark(self, title: str, level: int) -> None:
        self._bookmarks += 1
        self._bookmark_level = min(level, self._bookmark_level + 1)  # an outline may not skip a level
        self._add(Bookmark(title, f"b{self._bookmarks}", self._bookmark_level, self.pages))


def letters(number: int) -> str:
    """a to z, then aa, ab ..."""
    return letters((number - 1) // 26) + chr(97 + (number - 1) % 26) if number > 26 else chr(96 + number)


__all__ = ["Column", "Document", "Grid", "Span"]

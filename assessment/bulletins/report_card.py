"""The report card of one unit on one page: its score, its place, and where the marks went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO

from assessment.foundation.charts import Chart, Loss, waterfall
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import N_, translate
from assessment.foundation.paper.document import Column, Document, Grid
from assessment.foundation.paper.fonts import FontBook

LOSSES = (8, 5, 3, 0)  # drawn, as many as there is room for; all items stand in the table


@dataclass(frozen=True)
class ItemLine:
    """One item, as printed; ``lost`` as it is subtracted, None where nothing is known."""

    code: str
    name: str
    score: str
    maximum: str
    lost: Fraction | None
    css: str = "fa"


@dataclass(frozen=True)
class ReportCard:
    """Everything that stands on it, in its language already."""

    language: str
    issuer: str
    title: str
    unit: str
    facts: tuple[tuple[str, str], ...]
    items: tuple[ItemLine, ...]
    notes: tuple[str, ...]
    total: str
    full: Fraction | None = None
    """What the items add up to when nothing is lost; without it no waterfall is drawn."""
    uncounted: Fraction = Fraction(0)
    """What went with the items that do not count, whose points the others carry."""
    adjusted: Fraction = Fraction(0)
    """What bonuses, deductions and caps took away beside the items; a gain is negative."""
    sample: str = ""


def render_report_card(card: ReportCard, fonts: FontBook | None = None) -> bytes:
    """One page: as many losses are drawn as it has room for."""
    made = b""
    for count in LOSSES:
        made = _rendered(card, fonts, count)
        if _pages(made) == 1:
            break
    return made


def _pages(pdf: bytes) -> int:
    from pyhanko.pdf_utils.reader import PdfFileReader

    return int(PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Count"])


def _rendered(card: ReportCard, fonts: FontBook | None, count: int) -> bytes:
    said = card.language
    document = Document(said, card.title, issuer=card.issuer, sample=card.sample, fonts=fonts)
    document.masthead(drop=0, largest=28, is_compact=True)
    document.heading_title(card.unit, is_compact=True)
    halves = card.facts if len(card.facts) % 2 == 0 else (*card.facts, ("", ""))
    pairs = [(*left, *right) for left, right in zip(halves[::2], halves[1::2], strict=True)]
    document.table(Grid([Column("", "left", strong=n % 2 == 0) for n in range(4)], pairs), dense=True)
    texts = (N_("Indicator"), N_("Name"))
    numbers = (N_("Score"), N_("Of"), N_("Lost"))
    columns = [*(Column(translate(title, said), "left") for title in texts),
               *(Column(translate(title, said), "right") for title in numbers)]
    rows = [(one.code, one.name, one.score, one.maximum, "—" if one.lost is None else _plain(one.lost))
            for one in card.items]
    document.table(Grid(columns, rows), dense=True)
    losses = sorted((one for one in card.items if one.lost), key=lambda one: -(one.lost or 0))
    if count and card.full is not None and losses:
        document.figure(*_picture(card, card.full, losses[:count], losses[count:]))
    for note in card.notes:
        document.note(note)
    return document.render()


def _picture(
    card: ReportCard, full: Fraction, losses: Sequence[ItemLine], others: Sequence[ItemLine]
) -> tuple[str, Chart]:
    title = translate(N_("From full marks to the score, the largest loss first"), card.language)
    shown = [Loss(f"{one.code} {one.name}", one.lost or Fraction(0), f"−{_plain(one.lost or Fraction(0))}", one.css)
             for one in losses]
    rest = sum((one.lost or Fraction(0) for one in others), Fraction(0))
    if rest:
        shown.append(Loss(translate(N_("all others"), card.language), rest, f"−{_plain(rest)}"))
    codes = ", ".join(one.code for one in card.items if one.lost is None)
    uncounted = translate(N_("{codes} not counted"), card.language, codes=codes)
    for name, amount in ((uncounted, card.uncounted), (translate(N_("Adjustments"), card.language), card.adjusted)):
        if amount:
            shown.append(Loss(name, amount, f"{'+' if amount < 0 else '−'}{_plain(abs(amount))}", "fc"))
    return title, waterfall(title, full, shown, card.unit, card.total)


def _plain(number: Fraction) -> str:
    return f"{rounded(number, 2, 'half_up'):f}"

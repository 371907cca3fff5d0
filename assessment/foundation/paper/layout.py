"""The two looks of a paper: Chinese after GB/T 9704-2012, English as a numbered report. Lengths in points."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.units import mm

from assessment.foundation.paper.canvas import GREY, RED
from assessment.foundation.paper.tables import TableStyle
from assessment.foundation.paper.text import Style


@dataclass(frozen=True)
class Layout:
    """Where the type area lies on A4 and how each part in it is set."""

    language: str  # as the file declares it
    top: float
    binding: float  # the margin at the binding: left on odd pages, right on even ones
    width: float
    height: float
    foot: float  # what of the height lies below the type area: the space under its last line
    mirrored: bool
    body: Style
    item: Style
    heads: tuple[Style, Style, Style, Style]  # levels 1 to 4
    issuer: Style
    number: Style
    title: Style
    subtitle: Style
    addressee: Style
    note: Style
    small: Style  # beside the QR code
    annex: Style
    signature: Style
    signature_indent: float
    ring: float  # across the place of the seal
    colophon: Style
    folio: Style
    table: TableStyle
    dense: TableStyle


# 3号 is 15.75 pt; a line is a character and 7/8 of one, so 22 lines make 225 mm and 28 characters 156 mm.
SIZE = 15.75
LEADING = SIZE * 15 / 8
_zh = Style("body", SIZE, LEADING, first_indent=2 * SIZE)

CHINESE = Layout(
    language="zh-CN", top=37 * mm, binding=28 * mm, width=156 * mm, height=22 * LEADING, mirrored=True,
    foot=22 * LEADING - 225 * mm,
    body=_zh,
    item=_zh,
    heads=(_zh.but(role="hei"), _zh.but(role="kai"), _zh, _zh),
    issuer=Style("title", 48, 60, align="centre", colour=RED),
    number=_zh.but(align="centre", first_indent=0.0),
    title=Style("title", 21, 33, align="centre", balanced=True),
    subtitle=Style("kai", SIZE, LEADING, align="centre"),
    addressee=_zh.but(align="left", first_indent=0.0),
    note=Style("body", 10.5, 17, align="left", after=8.0),
    small=Style("body", 9, 14, align="left"),
    annex=Style("hei", SIZE, LEADING, align="left"),
    signature=Style("body", SIZE, LEADING, align="right"),
    signature_indent=4 * SIZE,
    ring=42 * mm,
    colophon=Style("body", 14, 20),
    folio=Style("song", 14, 14),
    table=TableStyle("body", "hei", 12, 16, 4.2, side=6.0),
    dense=TableStyle("song", "hei", 9, 12, 2.6, side=2.5),
)

_en = Style("latin", 11, 15.5, align="left", after=6, latin=True)

ENGLISH = Layout(
    language="en", top=25 * mm, binding=25 * mm, width=160 * mm, height=247 * mm - 12, foot=0.0, mirrored=False,
    body=_en,
    item=_en,
    heads=(
        _en.but(role="latin-bold", size=13, leading=18, before=10), _en.but(role="latin-bold", before=4),
        _en.but(role="latin-bold"), _en,
    ),
    issuer=Style("latin-bold", 15, 20, align="left", colour=RED, latin=True),
    number=_en.but(size=10, leading=14, after=0.0),
    title=Style("latin-bold", 19, 25, align="left", after=8, latin=True, balanced=True),
    subtitle=_en.but(size=12, leading=17, colour=GREY),
    addressee=_en.but(before=4),
    note=_en.but(size=9, leading=12.5, after=3),
    small=_en.but(size=9, leading=12.5, after=0.0),
    annex=Style("latin-bold", 11, 15, align="left", colour=GREY, latin=True),
    signature=_en,
    signature_indent=0.0,
    ring=30 * mm,
    colophon=_en.but(size=9.5, leading=13, after=0.0),
    folio=Style("latin", 9, 9, colour=GREY, latin=True),
    table=TableStyle("latin", "latin-bold", 9.5, 12.5, 3.2, framed=False, latin=True, before=4, after=8),
    dense=TableStyle("latin", "latin-bold", 8, 10.5, 2.2, side=2.5, framed=False, latin=True),
)


def layout_for(language: str) -> Layout:
    return CHINESE if language == "zh" else ENGLISH

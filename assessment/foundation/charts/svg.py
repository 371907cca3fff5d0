"""The few shapes that charts are made of."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from xml.sax.saxutils import escape, quoteattr

Number = int | Fraction


def place(number: Number) -> str:
    """A coordinate, to a tenth of a unit."""
    tenths = round(Fraction(number) * 10)
    sign, tenths = ("-" if tenths < 0 else ""), abs(tenths)
    return f"{sign}{tenths // 10}.{tenths % 10}" if tenths % 10 else f"{sign}{tenths // 10}"


def text(x: Number, y: Number, words: str, css: str = "") -> str:
    named = f' class="{css}"' if css else ""
    return f'<text{named} x="{place(x)}" y="{place(y)}">{escape(words)}</text>'


def path(d: str, css: str) -> str:
    return f'<path class="{css}" d="{d}"/>'


def rect(x: Number, y: Number, width: Number, height: Number, css: str) -> str:
    size = f'width="{place(width)}" height="{place(height)}"'
    return f'<rect class="{css}" x="{place(x)}" y="{place(y)}" {size} rx="1"/>'


def circle(x: Number, y: Number, r: int, css: str) -> str:
    return f'<circle class="{css}" cx="{place(x)}" cy="{place(y)}" r="{r}"/>'


def chart(width: int, height: int, label: str, shapes: Iterable[str], css: str = "") -> str:
    """The whole picture; its label is what a reader who cannot see it is told."""
    size = f'viewBox="0 0 {width} {height}"'
    head = f'<svg class="{f"chart {css}".strip()}" {size} role="img" aria-label={quoteattr(label)}>'
    return head + "".join(shapes) + "</svg>"

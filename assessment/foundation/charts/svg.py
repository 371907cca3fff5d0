"""The few shapes that charts are made of, and a chart as SVG: the same shapes are drawn on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from xml.sax.saxutils import escape, quoteattr

Number = int | Fraction


LEADING = 14
"""From line to line of words."""


def place(number: Number) -> str:
    """A coordinate, to a tenth of a unit."""
    tenths = round(Fraction(number) * 10)
    sign, tenths = ("-" if tenths < 0 else ""), abs(tenths)
    return f"{sign}{tenths // 10}.{tenths % 10}" if tenths % 10 else f"{sign}{tenths // 10}"


def wide(words: str) -> int:
    """About how wide words are: nobody here knows the reader's font."""
    return sum(13 if ord(letter) > 0x2E7F else 7 for letter in words)


@dataclass(frozen=True)
class Text:
    x: Number
    y: Number
    words: str
    css: str = ""

    def __str__(self) -> str:
        named = f' class="{self.css}"' if self.css else ""
        return f'<text{named} x="{place(self.x)}" y="{place(self.y)}">{escape(self.words)}</text>'


@dataclass(frozen=True)
class Path:
    """``d`` holds the commands M, L, H, V, C (absolute) and h, v (relative)."""

    d: str
    css: str

    def __str__(self) -> str:
        return f'<path class="{self.css}" d="{self.d}"/>'


@dataclass(frozen=True)
class Rect:
    x: Number
    y: Number
    width: Number
    height: Number
    css: str

    def __str__(self) -> str:
        size = f'width="{place(self.width)}" height="{place(self.height)}"'
        return f'<rect class="{self.css}" x="{place(self.x)}" y="{place(self.y)}" {size} rx="1"/>'


@dataclass(frozen=True)
class Circle:
    x: Number
    y: Number
    r: int
    css: str

    def __str__(self) -> str:
        return f'<circle class="{self.css}" cx="{place(self.x)}" cy="{place(self.y)}" r="{self.r}"/>'


@dataclass(frozen=True)
class Detail:
    """Shapes that tell one fact together: said where one points or steps to them; ``href`` is where they lead."""

    said: str
    shapes: tuple[Text | Path | Rect | Circle, ...]
    href: str = ""

    def __str__(self) -> str:
        said, inner = quoteattr(self.said), "".join(map(str, self.shapes))
        # a link without words is named by its label alone: its title is no name to every reader of screens
        tag, link = ("a", f" href={quoteattr(self.href)} aria-label={said}") if self.href else ("g", "")
        return f"<{tag}{link} data-detail={said}><title>{escape(self.said)}</title>{inner}</{tag}>"


Mark = Text | Path | Rect | Circle
Shape = Mark | Detail


def text(x: Number, y: Number, words: str, css: str = "") -> Mark:
    return Text(x, y, words, css)


def label(x: Number, y: Number, words: str, room: Number, css: str = "") -> list[Mark]:
    """Words in so much room: on two lines, evenly about ``y``, where one would not hold them."""
    parts = halves(words) if wide(words) > room else (words,)
    top = y - Fraction(LEADING * (len(parts) - 1), 2)
    return [Text(x, top + LEADING * number, part, css) for number, part in enumerate(parts)]


def halves(words: str) -> tuple[str, ...]:
    """Parted at the space nearest to the middle; Chinese has none and is parted anywhere."""
    places = [n for n, letter in enumerate(words) if letter == " "] or [
        n for n in range(1, len(words)) if min(ord(words[n - 1]), ord(words[n])) > 0x2E7F
    ]
    if not places:
        return (words,)
    middle = min(places, key=lambda n: abs(2 * wide(words[:n]) - wide(words)))
    return words[:middle], words[middle:].lstrip(" ")


def path(d: str, css: str) -> Mark:
    return Path(d, css)


def rect(x: Number, y: Number, width: Number, height: Number, css: str) -> Mark:
    return Rect(x, y, width, height, css)


def circle(x: Number, y: Number, r: int, css: str) -> Mark:
    return Circle(x, y, r, css)


@dataclass(frozen=True)
class Chart:
    """The whole picture; its label is what a reader who cannot see it is told."""

    width: int
    height: int
    label: str
    shapes: tuple[Shape, ...]
    css: str = ""

    def marks(self) -> Iterator[Mark]:
        """Every mark by itself, as paper draws them."""
        for shape in self.shapes:
            yield from shape.shapes if isinstance(shape, Detail) else (shape,)

    def __str__(self) -> str:
        size = f'viewBox="0 0 {self.width} {self.height}"'
        named = f"chart {self.css}".strip()
        has_links = any(isinstance(shape, Detail) and shape.href for shape in self.shapes)
        role = "group" if has_links else "img"  # what is inside an image cannot be reached
        head = f'<svg class="{named}" {size} role="{role}" aria-label={quoteattr(self.label)}>'
        return head + "".join(map(str, self.shapes)) + "</svg>"

    def __html__(self) -> str:
        return str(self)


def chart(width: int, height: int, label: str, shapes: Iterable[Shape], css: str = "") -> Chart:
    return Chart(width, height, label, tuple(shapes), css)

"""The tokens of the one sheet, read out of it, so that the page that shows them cannot say anything else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

SHEET = Path(__file__).parent.parent / "static" / "assessment.css"
TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
BLOCKS = {
    "light": re.compile(r"^:root \{(.*?)^\}", re.DOTALL | re.MULTILINE),
    "dark": re.compile(r"^:root\[data-theme=\"dark\"\] \{(.*?)^\}", re.DOTALL | re.MULTILINE),
}
TEXT_LEAST, OTHER_LEAST = Fraction(9, 2), Fraction(3)
"""WCAG 2.2: contrast of words (1.4.3) and of what is no word but must be seen (1.4.11)."""


@dataclass(frozen=True)
class Pair:
    """A colour upon a ground, both by name, and what contrast they need together."""

    ink: str
    ground: str
    least: Fraction = TEXT_LEAST

    def contrast(self, theme: str) -> Fraction:
        return contrast(tokens()[theme][self.ink], tokens()[theme][self.ground])


PAIRS = (
    *(Pair(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("surface", "paper", "sunken")),
    *(Pair(ink, "surface") for ink in ("accent", "accent-strong", "stop-fg", "done-fg", "soon-fg")),
    Pair("on-accent", "accent"),
    *(Pair(f"{one}-fg", f"{one}-bg") for one in ("neutral", "going", "soon", "done", "stop")),
    *(Pair("heat-ink", f"heat-{step}") for step in range(4)),
    *(Pair("heat-ink-rev", f"heat-{step}") for step in (4, 5)),
    *(Pair(one, "surface", OTHER_LEAST) for one in ("edge", "dim-a", "dim-b", "dim-c", "dim-d", "context",
                                                    "stop-line")),
)  # fmt: skip
"""Every pair that the sheet sets together; a new one is added here before it is used."""


@lru_cache
def tokens() -> dict[str, dict[str, str]]:
    """Theme -> name of a colour token -> its value (#rrggbb)."""
    sheet = SHEET.read_text(encoding="utf-8")
    found = {}
    for theme, block in BLOCKS.items():
        inside = block.search(sheet)
        assert inside is not None, theme
        found[theme] = {name: value for name, value in TOKEN.findall(inside.group(1)) if value.startswith("#")}
    return found


@lru_cache
def steps(prefix: str) -> list[tuple[str, str]]:
    """The tokens of a scale: ``steps("t")`` are the sizes of type, ``steps("s")`` the spaces."""
    inside = BLOCKS["light"].search(SHEET.read_text(encoding="utf-8"))
    assert inside is not None
    named = TOKEN.findall(inside.group(1))
    return [(name, value) for name, value in named if re.fullmatch(rf"{prefix}-\d", name)]


def contrast(one: str, other: str) -> Fraction:
    """The ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"); exact up to the curve of the luminance."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + Fraction(1, 20)) / (low + Fraction(1, 20))


def _luminance(colour: str) -> Fraction:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    weights = (Fraction(2126, 10_000), Fraction(7152, 10_000), Fraction(722, 10_000))
    return sum((weight * Fraction(part) for weight, part in zip(weights, linear, strict=True)), Fraction(0))

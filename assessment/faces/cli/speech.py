"""How commands speak: in the language asked for, or that of the terminal; tables with their columns in line."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import click

from assessment.foundation.i18n import LANGUAGES, said

Cell = str | int | Decimal | None
HERE = "assessment.language"


def of_the_terminal(environment: Mapping[str, str]) -> str:
    """The language of the locale: Chinese where it says so, else English."""
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next((name for name in names if name), "").startswith("zh") else "en"


def _choose(context: click.Context, _option: click.Parameter, chosen: str | None) -> None:
    context.meta[HERE] = chosen or of_the_terminal(os.environ)


lang = click.option(
    "--lang", type=click.Choice(LANGUAGES), callback=_choose, expose_value=False, is_eager=True,
    help="zh or en; without it, as the terminal's locale says",
)  # fmt: skip


def language() -> str:
    """The language of the command that runs; English where it has no choice."""
    context = click.get_current_context(silent=True)
    return str(context.meta.get(HERE, "en")) if context else "en"


def spoken(fact: Any) -> str:
    """A sentence, name, moment or number in the command's language."""
    return said(fact, language())


def text_of(cell: Cell) -> str:
    """A cell as it is printed."""
    return "" if cell is None else format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def table(names: Sequence[str], cells: Sequence[Sequence[Cell]]) -> str:
    """Columns side by side; numbers to the right, wide characters counted as two."""
    texts = [list(names), *([text_of(cell) for cell in row] for row in cells)]
    widths = [max(_width(row[place]) for row in texts) for place in range(len(names))]
    right = [any(isinstance(row[place], (int, Decimal)) for row in cells) for place in range(len(names))]
    lines = ("  ".join(_padded(*cell) for cell in zip(row, widths, right, strict=True)).rstrip() for row in texts)
    return "\n".join(lines) + "\n"


def _padded(text: str, width: int, right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if right else text + blanks


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)

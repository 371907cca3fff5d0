"""The workbook as a whole: its sheets, in the order in which one reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assessment.foundation.i18n import N_, Bilingual, Sentence
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import Results
from assessment.scoring.rules.replay import Inputs
from assessment.scoring.workbook.adjusting import adjustments
from assessment.scoring.workbook.book import A4, HEAD_ROWS, Book, Sheet, bilingual
from assessment.scoring.workbook.items import Items
from assessment.scoring.workbook.lines import (
    SOURCES,
    Block,
    Indicator,
    Key,
    Published,
    blocks,
    figure,
    keys,
)
from assessment.scoring.workbook.parameters import parameters
from assessment.scoring.workbook.scores import SAME, Scores, columns

NAME_COLUMNS = 3
LEGEND = (
    ("input", N_("Input: a validated figure, a target, a parameter. Change it, and all that rests on it follows.")),
    ("formula", N_("Formula: computed in this file, the same as in the record.")),
    ("as_published", N_("What was published, as text to compare with.")),
    ("by_value", N_(
        "A value without a formula: it rests on figures that are not in this file, or on a rule that sheets cannot say."
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What stands around the numbers."""

    title: str
    facts: Sequence[tuple[str, str]] = ()
    """(heading, text): what the file is made from; the headings are msgids."""
    names: Mapping[str, Bilingual] = field(default_factory=dict)
    parts: Mapping[str, Bilingual] = field(default_factory=dict)
    """The names of the parts that a quarter or year is composed of."""
    published: Mapping[str, Published] = field(default_factory=dict)
    would_change: Sequence[tuple[str, Sentence]] = ()
    """(indicator, or nothing for the whole; what would have changed it)."""


@dataclass(frozen=True)
class Made:
    """A workbook, and which of its cells hold a value where others compute."""

    content: bytes
    by_value: tuple[str, ...]


def workbook(scheme: Scheme, units: Inputs, results: Results, told: Told, only: str = "") -> Made:
    """All units of a period, or `only` one, with every figure, parameter and formula.

    The same inputs give the same bytes. `results` are those of the same scheme and units.
    """
    found = blocks(scheme, units, results, told.names, told.published, only)
    lines = [line for block in found for line in block.lines]
    book = Book(told.title)
    about = book.sheet(N_("About this file"), paper=A4)
    scores_sheet = book.sheet(N_("Scores"), (HEAD_ROWS, SAME + 1))
    items_sheet = book.sheet(N_("Items"), (HEAD_ROWS, NAME_COLUMNS))
    inputs_sheet = book.sheet(N_("Inputs"), (HEAD_ROWS, NAME_COLUMNS))
    limits = parameters(book, scheme)
    adjusted = adjustments(book, scheme, limits, [line.unit for line in lines])
    indicators = _indicators(scheme, found, told)
    headings = () if _is_composed(found) else scheme.dimensions
    places = _write_inputs(inputs_sheet, scheme, found)
    items = Items(items_sheet, inputs_sheet, scheme, limits, places, bool(only))
    sheet = Scores(
        scores_sheet, scheme, limits, items, adjusted, indicators, headings, found,
        columns(scheme, indicators, headings),
    )  # fmt: skip
    _names(items_sheet, scheme, found)
    items.heads(indicators, NAME_COLUMNS)
    sheet.heads()
    for block in found:
        sheet.group(block, group_name(scheme, block.group))
        for line in block.lines:
            sheet.line(block, line)
    _headings((scores_sheet, items_sheet, inputs_sheet), told.title, bool(book.by_value))
    _colour(scores_sheet, found)
    sheet.print_to_total()
    _write_about(about, told, len(book.by_value))
    if told.would_change:
        _write_changes(book.sheet(N_("If otherwise"), (HEAD_ROWS, 1)), told)
    scores_sheet.raw.activate()
    return Made(book.content(), tuple(book.by_value))


def _is_composed(found: Sequence[Block]) -> bool:
    return any(line.parts for block in found for line in block.lines)


def _indicators(scheme: Scheme, found: Sequence[Block], told: Told) -> list[Indicator]:
    if _is_composed(found):
        codes = dict.fromkeys(code for block in found for line in block.lines for code in line.parts)
        return [Indicator(code, told.parts.get(code, Bilingual("", "")), None) for code in codes]
    return [Indicator(item.code, Bilingual(item.zh, item.en), item) for item in scheme.items]


def group_name(scheme: Scheme, code: str) -> Bilingual:
    """The name of a peer group; that of a scheme with only one has none."""
    group = scheme.peer_groups.get(code)
    return Bilingual(group.zh, group.en) if group is not None else Bilingual("", "")


def _headings(sheets: Sequence[Sheet], title: str, has_values: bool) -> None:
    subtitles = (
        N_("Formulas over the sheets of items, inputs, parameters and adjustments; what is violet stays as it is.")
        if has_values
        else N_("Every number is a formula over the sheets of items, inputs, parameters and adjustments."),
        N_("What each indicator reads, what it is held against, and what its rule gives."),
        N_("The validated figures the scores were computed from; change one, and all that is not violet follows.")
        if has_values
        else N_("The validated figures the scores were computed from; change one to see what it would have done."),
    )
    for sheet, subtitle in zip(sheets, subtitles, strict=True):
        sheet.heading(title, bilingual(subtitle).replace("\n", " "))


def _names(sheet: Sheet, scheme: Scheme, found: Sequence[Block]) -> None:
    for place, (message, width) in enumerate(((N_("Code"), 10), (N_("Chinese name"), 16), (N_("English name"), 30))):
        sheet.column(place, "", bilingual(message), width)
    for block in found:
        name = group_name(scheme, block.group)
        sheet.text(block.row, 0, f"{name.zh} {name.en}".strip() or block.group, "group")
        for line in block.lines:
            sheet.row(line.row, (line.card.unit, line.name.zh, line.name.en))


def _write_inputs(sheet: Sheet, scheme: Scheme, found: Sequence[Block]) -> dict[Key, int]:
    _names(sheet, scheme, found)
    places = {key: NAME_COLUMNS + number for number, key in enumerate(keys(scheme, found))}
    for key, place in places.items():
        value = scheme.values.get(key[1])
        named = f"{value.zh}\n{value.en}".strip() if value else ""
        sheet.column(place, key[1], f"{bilingual(SOURCES[key[0]])}\n{named}".strip(), 14)
    for block in found:
        for line in block.lines:
            for key, place in places.items():
                now = figure(line, key)
                if now is None or isinstance(now, str):
                    sheet.text(line.row, place, now or "", "input")
                else:
                    sheet.number(line.row, place, now, "input", "General")
    return places


def _colour(sheet: Sheet, found: Sequence[Block]) -> None:
    """Green where the sheet gives what was published, red where it does not: somebody changed something."""
    for block in found:
        for word, style in (("✓", "good"), ("✗", "bad")):
            sheet.raw.conditional_format(
                block.first, SAME, block.last, SAME,
                {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": sheet.book.style(style)},
            )  # fmt: skip


def _write_changes(sheet: Sheet, told: Told) -> None:
    sheet.heading(told.title, bilingual(N_("all else as it was")).replace("\n", " "))
    for place, (message, width) in enumerate(((N_("Code"), 12), (N_("Chinese"), 70), (N_("English"), 90))):
        sheet.column(place, "", bilingual(message), width)
    for row, (code, sentence) in enumerate(told.would_change, HEAD_ROWS):
        sheet.row(row, (code, sentence.in_language("zh"), sentence.in_language("en")), "wrapped")


def _write_about(sheet: Sheet, told: Told, by_value: int) -> None:
    sheet.raw.set_column(0, 0, 24)
    sheet.raw.set_column(1, 1, 96)
    sheet.text(0, 0, told.title, "title")
    sheet.raw.set_row(0, 30)
    row = 2
    for message, text in told.facts:
        sheet.text(row, 0, bilingual(message), "label")
        sheet.text(row, 1, text, "wrapped")
        sheet.raw.set_row(row, 28)
        row += 1
    row += 1
    for style, message in LEGEND:
        sheet.text(row, 0, "123.45", style)
        sheet.text(row, 1, bilingual(message), "wrapped")
        sheet.raw.set_row(row, 30)
        row += 1
    sheet.raw.set_row(row + 1, 28)
    sheet.text(row + 1, 0, bilingual(N_("Values without a formula")), "label")
    sheet.text(row + 1, 1, str(by_value), "wrapped")

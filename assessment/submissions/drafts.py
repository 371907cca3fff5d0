"""Working copies: what several people type into one report, each cell with a version of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessment.submissions.rules import Value, ValueKind, read_value, written

LONGEST = 60
Cell = dict[str, Any]
"""``{"number": text as typed, "kind": kind, "version": how often it was changed, "by": who did last}``, as JSON."""
Typed = tuple[str, str]
"""A number as text, and the kind."""
REASONS = (ValueKind.NOT_APPLICABLE, ValueKind.WITHHELD)


@dataclass(frozen=True)
class Shown:
    """A cell as the page showed it when somebody began to type."""

    version: int = 0
    text: str = ""
    kind: str = ValueKind.GIVEN.value

    @property
    def typed(self) -> Typed:
        return self.text, self.kind


@dataclass(frozen=True)
class Overtaken:
    """A cell that somebody else has changed since it was shown: what was typed here, and what stands there now."""

    code: str
    mine: Typed
    theirs: Typed
    version: int
    by: str


def typed_cell(value: Typed | Value) -> Typed:
    """What somebody typed, in the one way it is kept: ``n/a`` in the field for the number is that kind."""
    if isinstance(value, Value):
        return "" if value.number is None else written(value), value.kind.value
    text, kind = value[0].strip()[:LONGEST], ValueKind(value[1]).value
    if kind == ValueKind.GIVEN:
        try:
            read = read_value(text)
        except ValueError:
            return text, kind
        if read.kind in REASONS:
            return "", read.kind.value
    return text, ValueKind.GIVEN.value if kind == ValueKind.MISSING else kind


def of_values(values: Mapping[str, Value]) -> dict[str, Cell]:
    """Cells of a copy that nobody has typed into yet."""
    return {code: _cell(typed_cell(value), 0, "") for code, value in values.items()}


def as_text(cell: Typed) -> str:
    """The cell as one text, as a spreadsheet would hold it."""
    text, kind = cell
    return text or written(Value(None, ValueKind(kind)))


def merged(
    stored: Mapping[str, Cell],
    typed: Mapping[str, Typed],
    shown: Mapping[str, Shown] | None,
    by: str,
    *,
    is_whole: bool = False,
) -> tuple[dict[str, Cell], list[Overtaken]]:
    """The copy with what was typed, and the cells in which somebody else was faster: those stay as they stand.

    A cell that was left as it was shown is nobody's change, unless the whole is about to be sent (``is_whole``): then
    what stands there must be what was seen. Without ``shown`` there was no page: everything typed is meant.
    """
    cells = dict(stored)
    overtaken = []
    for code, mine in typed.items():
        cell = cells.get(code) or _cell(Shown().typed, 0, "")
        theirs, seen = (cell["number"], cell["kind"]), (shown or {}).get(code, Shown())
        version = int(cell.get("version", 0))
        if mine == theirs or (mine == seen.typed and shown is not None and not is_whole):
            continue
        if shown is not None and (seen.version, seen.typed) != (version, theirs):
            overtaken.append(Overtaken(code, mine, theirs, version, str(cell.get("by", ""))))
        else:
            cells[code] = _cell(mine, version + 1, by)
    return cells, overtaken


def _cell(typed: Typed, version: int, by: str) -> Cell:
    return {"number": typed[0], "kind": typed[1], "version": version, "by": by}

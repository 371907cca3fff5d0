"""What is typed on the pages of reporting: cells as they come in a request, and what the page had shown in them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from assessment.faces.web.kit import now, words
from assessment.foundation import i18n
from assessment.submissions import queries, services
from assessment.submissions.drafts import Cell, Overtaken, Shown, Typed, as_text
from assessment.submissions.models import Submission
from assessment.submissions.rules import ValueKind

LARGEST_ID = 2**31 - 1
NOTHING_SHOWN = Shown()


def typed_fields() -> dict[str, Typed]:
    """The fields of one report: ``number-<code>`` with ``kind-<code>`` beside it."""
    found = {}
    for name, text in request.form.items():
        if name.startswith("number-"):
            code = name.removeprefix("number-")
            kind = request.form.get(f"kind-{code}", "")
            found[code] = (text.strip(), kind if kind in set(ValueKind) else ValueKind.GIVEN.value)
    return found


def typed_cells() -> dict[int, dict[str, Typed]]:
    """The cells of a grid, ``cell-<report>-<code>``: report -> value code -> what was typed."""
    found: dict[int, dict[str, Typed]] = defaultdict(dict)
    for name, text in request.form.items():
        _, report, code = [*name.split("-", 2), "", ""][:3]
        if name.startswith("cell-") and _is_id(report) and code:
            found[int(report)][code] = (text, ValueKind.GIVEN.value)
    return found


def shown() -> dict[int, dict[str, Shown]]:
    """What the page showed: report -> value code -> cell. What cannot be read was not shown, and overwrites nothing."""
    try:
        given = json.loads(request.form.get("shown", "") or "{}")
        return {
            int(report): {str(code): Shown(int(cell[0]), str(cell[1]), str(cell[2])) for code, cell in cells.items()}
            for report, cells in given.items()
            if _is_id(report)
        }
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError):
        return {}


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 11 and int(text) <= LARGEST_ID


def to_show(copies: Iterable[tuple[int, Mapping[str, Cell]]]) -> str:
    """The same for the page about to be drawn; cells that were never touched are left out."""
    return json.dumps(
        {str(report): cells for report, copy in copies if (cells := shown_cells(copy))},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def shown_cells(copy: Mapping[str, Cell]) -> dict[str, list[Any]]:
    seen = {code: [int(one.get("version", 0)), one["number"], one["kind"]] for code, one in copy.items()}
    untouched = [NOTHING_SHOWN.version, NOTHING_SHOWN.text, NOTHING_SHOWN.kind]
    return {code: cell for code, cell in seen.items() if cell != untouched}


def saved(kept: Iterable[tuple[Submission, list[Overtaken]]]) -> dict[str, Any]:
    """What a page is told of an autosave: the server's time, the cells as they stand, and those taken by another."""
    stands, lost = {}, {}
    for one, overtaken in kept:
        cells = {
            code: [int(cell.get("version", 0)), cell["number"], cell["kind"]]
            for code, cell in queries.working_copy(one).items()
        }
        stands[str(one.id)] = {code: cell for code, cell in cells.items() if code not in {o.code for o in overtaken}}
        if overtaken:
            lost[str(one.id)] = {o.code: contested(o) for o in overtaken}
    return {"at": f"{now().astimezone(i18n.reading_zone()):%H:%M}", "shown": stands, "overtaken": lost}


def contested(one: Overtaken) -> dict[str, Any]:
    return {
        "sentence": words.said(services.overtaken_sentence(one)),
        "text": as_text(one.theirs),
        "shown": [one.version, *one.theirs],
    }

"""Faults of form in words: what pydantic found wrong, where it stands in the file, and what would be right."""

import copy
import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from assessment.foundation.i18n import N_
from assessment.programmes.rules.at_hand import keys_at
from assessment.programmes.rules.faults import Fault, Ill
from assessment.programmes.rules.reading import Document, Place, heading, place_of
from assessment.programmes.rules.shape import Model

_PLAIN = {
    "string_type": N_("This must be a text; put numbers that are meant as a text in quotation marks."),
    "int_type": N_("This must be a whole number without decimals."),
    "bool_type": N_("This must be true or false."),
    "dict_type": N_("Keys with their values must stand here, such as {zh: ..., en: ...}."),
    "model_type": N_("Keys with their values must stand here, such as {zh: ..., en: ...}."),
    "tuple_type": N_("A list must stand here, such as [one, two]."),
    "too_short": N_("The list is too short; it needs at least one more entry."),
    "too_long": N_("The list is too long; take an entry out."),
    "string_too_short": N_("The text is empty; write it out."),
    "string_too_long": N_("The text is too long; shorten it."),
    "string_pattern_mismatch": N_("Use letters, digits, dots, hyphens and underscores only, and not many."),
}
_BEYOND = {
    "less_than_equal": ("le", N_("{value} is too large; the most is {bound}.")),
    "greater_than_equal": ("ge", N_("{value} is too small; the least is {bound}.")),
}
FEW = 14
"""So many known keys are all named."""
_STUBS = {"format": 1, "scheme": "unnamed", "version": "0"}


def faults_of(errors: Sequence[Any], document: Document, root: type[Model]) -> list[Fault]:
    """Each error of a file of the form `root` once, with its place and line in the file."""
    found: dict[tuple[str, str], Fault] = {}
    for error in errors:
        path = located(error["loc"], document.data)
        if path in document.unread or _follows(error, errors):
            continue
        message, facts = _worded(error, root)
        fault = Fault(place_of(path, document.data), line_of(path, document), message, facts)
        found.setdefault((fault.place, str(fault)), fault)
    return list(found.values())


def _follows(error: Any, errors: Sequence[Any]) -> bool:
    """Whether a list is too short, or keys are no word, only because of what is wrong within them."""
    place = error["loc"] or ("",)
    if isinstance(error["input"], dict) and str(place[-1]).startswith("literal["):
        place = place[:-1]  # one of the forms of a union, beside the other
    elif error["type"] != "too_short":
        return False
    return any(
        len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in errors if other is not error
    )


def _worded(error: Any, root: type[Model]) -> tuple[str, Mapping[str, Any]]:
    kind, context, last = error["type"], error.get("ctx", {}), error["loc"][-1] if error["loc"] else ""
    if kind == "value_error" and isinstance(context.get("error"), Ill):
        return context["error"].message, context["error"].facts
    if kind == "missing":
        return N_("“{key}” is missing; add it."), {"key": last}
    if kind == "union_tag_not_found":
        return N_("“{key}” is missing; add it."), {"key": context["discriminator"].strip("'")}
    if kind == "extra_forbidden":
        return _unknown(str(last), keys_at(error["loc"][:-1], root))
    if kind in {"literal_error", "union_tag_invalid"}:
        value = context.get("tag", error.get("input"))
        known = context.get("expected", context.get("expected_tags", "")).replace(" or ", ", ").replace("'", "")
        return N_("“{value}” is not known here; known are: {known}."), {"value": str(value)[:60], "known": known}
    if kind in _BEYOND:
        bound, message = _BEYOND[kind]
        return message, {"value": error["input"], "bound": context[bound]}
    if kind in _PLAIN:
        return _PLAIN[kind], {}
    return N_("“{value}” does not fit here: {reason}."), {"value": str(error.get("input"))[:60], "reason": error["msg"]}


def _unknown(key: str, known: Sequence[str]) -> tuple[str, Mapping[str, Any]]:
    if close := difflib.get_close_matches(key, known, 1):
        return N_("“{key}” is not known here; did you mean “{close}”?"), {"key": key, "close": close[0]}
    if 0 < len(known) <= FEW:
        return N_("“{value}” is not known here; known are: {known}."), {"value": key, "known": ", ".join(known)}
    return N_("“{key}” is not known here; remove it."), {"key": key}


def located(location: Sequence[str | int], data: Any) -> Place:
    """The path in the file for pydantic's path, which also names the member of a union and unfolds headings."""
    path: Place = ()
    current = data
    for part in location:
        if isinstance(current, dict) and part in current:
            path, current = (*path, part), current[part]
        elif (
            isinstance(current, dict)
            and (head := heading(current))
            and isinstance(current[head], dict)
            and part in current[head]
        ):
            path, current = (*path, head, part), current[head][part]
        elif isinstance(current, tuple) and isinstance(part, int) and part < len(current):
            path, current = (*path, part), current[part]
    return path


def line_of(path: Place, document: Document) -> int | None:
    """The line of a path, or of the nearest thing around it."""
    for length in range(len(path), -1, -1):
        if path[:length] in document.lines:
            return document.lines[path[:length]] if length else None
    return None


def without(errors: Sequence[Any], data: Any) -> tuple[Any, frozenset[str]]:
    """The data without what is wrong, so that the rest can still be checked, and the sections that lost something."""
    if not isinstance(data, dict):
        return None, frozenset()
    rest = copy.deepcopy(data)
    broken = set[str]()
    paths = set[Place]()
    for error in errors:
        path = located(error["loc"], data)
        if error["type"] == "extra_forbidden":
            paths.add(path)
            continue
        section = str(error["loc"][0]) if error["loc"] else ""
        if section in _STUBS:
            rest[section] = _STUBS[section]
        elif section not in data or path == ("indicators",):
            return None, frozenset({section})
        else:
            paths.add(_smallest_part(path))
        broken.add(section)
    # From the back, so that the places of what comes before stay right.
    for path in sorted(paths, key=lambda path: [str(part).zfill(6) for part in path], reverse=True):
        rest = _dropped(rest, path)
    return rest, frozenset(broken)


def _smallest_part(path: Place) -> Place:
    indices = [place for place, part in enumerate(path) if isinstance(part, int)]
    return path[: indices[-1] + 1] if indices else path[:2]


def _dropped(data: Any, path: Place) -> Any:
    if not path:
        return data
    head, rest = path[0], path[1:]
    if isinstance(data, dict) and head in data:
        if not rest:
            return {key: value for key, value in data.items() if key != head}
        return {**data, head: _dropped(data[head], rest)}
    if isinstance(data, tuple) and isinstance(head, int) and head < len(data):
        kept = () if not rest else (_dropped(data[head], rest),)
        return (*data[:head], *kept, *data[head + 1 :])
    return data

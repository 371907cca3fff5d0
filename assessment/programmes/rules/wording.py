"""Faults of form in words: what pydantic found wrong, where it stands in the file, and what would be right."""

import copy
import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assessment.foundation.i18n import N_
from assessment.programmes.rules.faults import Fault, Ill
from assessment.programmes.rules.reading import Document, Place
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
}
_STUBS = {"format": 1, "scheme": "unnamed", "version": "0"}


def faults_of(errors: Sequence[Any], document: Document) -> list[Fault]:
    """Each error once, with its place and line in the file."""
    found: dict[tuple[str, str], Fault] = {}
    for error in errors:
        path = located(error["loc"], document.data)
        message, facts = _worded(error)
        fault = Fault(place_of(path, document.data), line_of(path, document), message, facts)
        found.setdefault((fault.place, str(fault)), fault)
    return list(found.values())


def _worded(error: Any) -> tuple[str, Mapping[str, Any]]:
    kind, context, last = error["type"], error.get("ctx", {}), error["loc"][-1] if error["loc"] else ""
    if kind == "value_error" and isinstance(context.get("error"), Ill):
        return context["error"].message, context["error"].facts
    if kind == "missing":
        return N_("“{key}” is missing; add it."), {"key": last}
    if kind == "union_tag_not_found":
        return N_("“{key}” is missing; add it."), {"key": context["discriminator"].strip("'")}
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(str(last), _known_keys(), 1)
        if close:
            return N_("“{key}” is not known here; did you mean “{close}”?"), {"key": last, "close": close[0]}
        return N_("“{key}” is not known here; remove it."), {"key": last}
    if kind in {"literal_error", "union_tag_invalid"}:
        value = context.get("tag", error.get("input"))
        known = context.get("expected", context.get("expected_tags", "")).replace(" or ", ", ").replace("'", "")
        return N_("“{value}” is not known here; known are: {known}."), {"value": str(value)[:60], "known": known}
    if kind in _PLAIN:
        return _PLAIN[kind], {}
    return N_("“{value}” does not fit here: {reason}."), {"value": str(error.get("input"))[:60], "reason": error["msg"]}


def _known_keys() -> list[str]:
    def classes(base: type[Model]) -> Iterator[type[Model]]:
        for derived in base.__subclasses__():
            yield derived
            yield from classes(derived)

    return sorted({field.alias or name for model in classes(Model) for name, field in model.model_fields.items()})


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


def heading(entry: Mapping[Any, Any]) -> str | None:
    """The code of a heading as the file has it, `- build: ...` with `items` beneath."""
    heads = [key for key in entry if key != "items"]
    return heads[0] if "items" in entry and len(heads) == 1 and isinstance(heads[0], str) else None


def place_of(path: Place, data: Any) -> str:
    """The place as a person says it: `indicators › build › B1 › target`."""
    words: list[str] = []
    current = data
    for part in path:
        current = current[part]
        word = _label(current, part) if isinstance(part, int) and isinstance(current, dict) else str(part)
        if word != "items" and (not words or words[-1] != word):
            words.append(word)
    return " › ".join(words)


def _label(entry: Mapping[Any, Any], index: int) -> str:
    named = entry.get("code") or entry.get("level") or heading(entry)
    return str(named or index + 1)


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

"""Where in a scheme file a part with a code stands, so that a fault can name its line."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from assessment.programmes.rules.reading import Document, Place

if TYPE_CHECKING:
    from assessment.programmes.rules.scheme import Scheme

Found = Iterator[tuple[Place, str, dict[str, Any]]]
Check = Callable[["Scheme", Document], Found]


def find(document: Document, section: str, code: str, *keys: str) -> Place:
    """The path of the part with a code in a section, however deep it lies, followed by the keys that exist there."""
    path = _search(document.data.get(section), (section,), code) or ((section,) if section in document.data else ())
    current = document.data
    for part in path:
        current = current[part]
    for key in keys:
        if isinstance(current, dict) and key in current:
            path, current = (*path, key), current[key]
    return path


def _search(data: Any, path: Place, code: str) -> Place | None:
    if isinstance(data, dict):
        if data.get("code") == code or data.get("level") == code:
            return path
        if code in data:
            return path if "items" in data else (*path, code)
    parts: Iterable[tuple[Any, Any]] = (
        data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, tuple) else ()
    )
    found = (_search(part, (*path, key), code) for key, part in parts)
    return next((place for place in found if place), None)

"""Finds the words on the screen: what the source marks, what the Chinese catalogues hold, and the difference."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from assessment.foundation.i18n import CATALOGUES
from assessment.foundation.settings import ROOT

Key = tuple[str, str]
"""Context ("" for none) and English message."""

# Marking function -> which argument is the message. Of two arguments where the first is a context, the second.
MARKS = {"N_": 0, "say": 0, "_": 0, "gettext": 0, "lazy_gettext": 0, "ngettext": 0, "pgettext": 1, "Word": 1}
# These say at once, and are also handed what was marked elsewhere: only a literal in them is a message.
SAYING = {"translate": 0, "translate_in": 1, "translated": 0, "translated_in": 1, "counted": 0}
NAMED_WHOLE = {"gettext", "ngettext", "pgettext", "lazy_gettext", *SAYING}
"""Found also behind a dot: ``words.translated(...)``."""
IN_TEMPLATES = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


@dataclass(frozen=True)
class Place:
    """Where a message is used."""

    path: Path
    line: int

    @property
    def room(self) -> str:
        """The catalogue it belongs to: its room's, also from the room's page and templates; else the faces'."""
        parts = self.path.relative_to(ROOT).parts
        if parts[0] == "assessment" and len(parts) > 2 and parts[1] != "faces":
            return parts[1]
        words = {part.removesuffix(".py").removesuffix(".html") for part in parts}
        return next((room for room in _rooms() if room in words), "faces")

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}"


@cache
def _rooms() -> tuple[str, ...]:
    folders = (path.name for path in (ROOT / "assessment").iterdir() if (path / "__init__.py").is_file())
    return tuple(sorted(set(folders) - {"faces", "foundation"}))


@dataclass(frozen=True)
class Marked:
    """One call of a marking function; a message that is no literal cannot be found by anybody."""

    function: str
    context: str
    message: str | None
    place: Place
    facts: frozenset[str] | None
    """Names given beside the message; None when they are not all visible (``**facts``)."""
    handed_on: bool = False
    """The message is a name, an attribute or a table's entry: marked where it was written."""


def marked_in(path: Path) -> Iterator[Marked]:
    """Every marking call of a Python file, read from its syntax, so that calls inside calls are found too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if not isinstance(node, ast.Call):
            continue
        function = _name(node.func)
        position = {**MARKS, **SAYING}.get(function)
        if position is None or len(node.args) <= position:
            continue
        if function in SAYING and _text(node.args[position]) is None:
            continue
        keywords = [keyword.arg for keyword in node.keywords]
        facts = None if None in keywords else frozenset(str(name) for name in keywords)
        context = _text(node.args[0]) or "" if position else ""
        message = node.args[position]
        handed_on = isinstance(message, (ast.Name, ast.Attribute, ast.Subscript)) or _is_lookup(message)
        yield Marked(function, context, _text(message), Place(path, node.lineno), facts, handed_on)


def _is_lookup(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr if function.attr in NAMED_WHOLE else ""
    return function.id if isinstance(function, ast.Name) else ""


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def sources() -> list[Path]:
    return sorted((ROOT / "assessment").rglob("*.py"))


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt", ".xml", ".svg"))


@cache
def used() -> Mapping[Key, tuple[Place, ...]]:
    """Every message of the software with its places."""
    found: dict[Key, list[Place]] = {}
    for path in sources():
        for one in marked_in(path):
            if one.message:
                found.setdefault((one.context, one.message), []).append(one.place)
    for path in templates():
        for key, place in _in_template(path):
            found.setdefault(key, []).append(place)
    return {key: tuple(places) for key, places in found.items()}


def _in_template(path: Path) -> Iterator[tuple[Key, Place]]:
    options = {"silent": "false", "trimmed": "true"}
    for line, message, _, context in extract_from_file(
        "jinja2.ext:babel_extract", path, keywords=IN_TEMPLATES, options=options
    ):
        singular = message if isinstance(message, str) else message[0]
        yield (context or "", singular), Place(path, line)


def catalogues(language: str = "zh") -> dict[str, Catalog]:
    """Room -> its catalogue."""
    found = {}
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            found[path.stem] = read_po(file, locale=language, abort_invalid=True)
    return found


def translations(language: str = "zh") -> dict[Key, dict[str, str]]:
    """Key -> catalogue -> text; what is empty or only guessed ("fuzzy") is not there."""
    found: dict[Key, dict[str, str]] = {}
    for room, catalogue in catalogues(language).items():
        for message in catalogue:
            if message.id and message.string and not message.fuzzy:
                text = message.string if isinstance(message.string, str) else message.string[0]
                if text:
                    found.setdefault(_key(message), {})[room] = text
    return found


def missing(language: str = "zh") -> dict[Key, tuple[Place, ...]]:
    """What is used and has no translation; a word in a context may lean on the same word without one, as it does when
    it is shown."""
    known = translations(language)
    return {key: places for key, places in used().items() if key not in known and ("", key[1]) not in known}


def stale(language: str = "zh") -> list[tuple[str, Key]]:
    """What a catalogue holds and nobody uses any more, with its catalogue."""
    wanted = {*used(), *(("", message) for _, message in used())}
    found = []
    for room, catalogue in catalogues(language).items():
        found += [(room, _key(one)) for one in catalogue if one.id and _key(one) not in wanted]
        found += [(room, _key(one)) for one in catalogue.obsolete.values()]
    return found


def _key(message: Message) -> Key:
    return message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def home_of(places: Iterable[Place]) -> str:
    """The catalogue a message belongs into: its room's, or the common one when several rooms say it."""
    rooms = {place.room for place in places}
    return rooms.pop() if len(rooms) == 1 else "common"


@click.command("messages")
def messages() -> None:
    """Print what lacks a Chinese translation, as entries ready for each room's catalogue, and what nobody uses."""
    by_room: dict[str, Catalog] = {}
    for (context, message), places in sorted(missing().items()):
        catalogue = by_room.setdefault(home_of(places), Catalog(locale="zh"))
        where = [(str(place.path.relative_to(ROOT)), place.line) for place in places]
        catalogue.add(message, context=context or None, locations=where)
    for room in sorted(by_room):
        click.echo(f"# ---- assessment/translations/zh/{room}.po")
        write_po(sys.stdout.buffer, by_room[room], omit_header=True, width=120)
        sys.stdout.flush()
    for room, (_, message) in stale():
        click.echo(f"# {room}.po holds, and nobody uses: {message}")
    if not by_room:
        click.echo("Every message has its translation.")


commands = (messages,)

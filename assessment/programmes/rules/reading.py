"""YAML as a scheme may use it: plain data, exact numbers, no key twice, nothing that runs, and every line known."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from assessment.foundation.exact import parse_decimal
from assessment.foundation.i18n import N_
from assessment.programmes.rules.faults import Fault, SchemeFaults

LARGEST = 1_000_000
DEEPEST = 20

_NUMBER = re.compile(r"[+-]?(?:[0-9]|\.[0-9])[0-9.]*(?:[eE][+-]?[0-9]+)?", re.ASCII)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?\.(?:inf|nan)", re.IGNORECASE)
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}

Place = tuple[str | int, ...]


@dataclass
class Document:
    """What a file says, and the line on which it says it."""

    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    found: list[tuple[Place, Fault]] = field(default_factory=list)
    unread: set[Place] = field(default_factory=set)
    """Where a fault stands for a value, so that nothing more need be said of it."""


class _Loader(yaml.SafeLoader):
    # Nothing is guessed from a plain word (`on`, `12:30`, `2012-01` stay text); numbers are read below, exactly.
    yaml_implicit_resolvers: dict[str, Any] = {}
    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise self._refused("alias")
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._refused("depth")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def _refused(self, problem: str) -> yaml.MarkedYAMLError:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        return yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)


def read(text: str) -> Document:
    """Read a scheme file's text; raises `SchemeFaults` only where nothing at all can be read."""
    if len(text) > LARGEST:
        raise SchemeFaults([Fault("", None, N_("The file is longer than {most} characters."), {"most": LARGEST})])
    try:
        node = _Loader(text).get_single_node()
    except yaml.YAMLError as error:
        raise SchemeFaults([_broken(error)]) from error
    document = Document()
    if not isinstance(node, yaml.MappingNode):
        message = N_(
            "The file is not a scheme: it must be a list of keys with their values, beginning with “format: 1”."
        )
        raise SchemeFaults([Fault("", 1, message)])
    document.data = _value(node, (), document)
    # Only now is it known what the entries of a list are called.
    document.faults = [replace(fault, place=place_of(path, document.data)) for path, fault in document.found]
    return document


def _broken(error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    line = mark.line + 1 if mark else None
    if problem == "alias":
        return Fault("", line, N_("References (“*name”) are not used in scheme files; write the value out."))
    if problem == "depth":
        return Fault("", line, N_("The file is nested deeper than {most} levels."), {"most": DEEPEST})
    return Fault("", line, N_("The file cannot be read as YAML: {problem}."), {"problem": problem})


def _value(node: Any, place: Place, document: Document) -> Any:
    document.lines[place] = node.start_mark.line + 1
    if node.tag.rpartition(":")[2] not in {"str", "map", "seq"}:
        document.found.append(
            _fault(node, place, N_("Tags such as “{tag}” are not used in scheme files."), tag=node.tag)
        )
        document.unread.add(place)
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, document)
    if isinstance(node, yaml.SequenceNode):
        return tuple(_value(entry, (*place, index), document) for index, entry in enumerate(node.value))
    before = len(document.found)
    value = _scalar(node, place, document)
    if len(document.found) > before:
        document.unread.add(place)
    return value


def _mapping(node: yaml.MappingNode, place: Place, document: Document) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            document.found.append(_fault(key_node, place, N_("A key must be a single word or number.")))
            continue
        key = _scalar(key_node, place, document)
        key = key if isinstance(key, int) and not isinstance(key, bool) else key_node.value
        if key in result:
            document.found.append(
                _fault(key_node, (*place, key), N_("The key “{key}” stands here twice; keep one."), key=key)
            )
            continue
        result[key] = _value(value_node, (*place, key), document)
        document.lines[*place, key] = key_node.start_mark.line + 1
    return result


def _scalar(node: yaml.ScalarNode, place: Place, document: Document) -> Any:
    text = node.value
    if node.style is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _NOT_FINITE.fullmatch(text):
        document.found.append(_fault(node, place, N_("“{text}” is not a number; write a decimal number."), text=text))
        return None
    if not _NUMBER.fullmatch(text):
        return text
    try:
        number = parse_decimal(text)
    except ValueError:
        message = N_(
            "“{text}” is not a decimal number of at most 40 digits; if it is a text, put it in quotation marks."
        )
        document.found.append(_fault(node, place, message, text=text[:60]))
        return None
    return int(text) if _INTEGER.fullmatch(text) else number


def _fault(node: Any, place: Place, message: str, **facts: Any) -> tuple[Place, Fault]:
    return place, Fault("", node.start_mark.line + 1, message, facts)


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

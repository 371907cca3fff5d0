"""The conditions of a form as XLSForm writes them, ``${kitchen} = 'yes'``: a small part of XPath, no more."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

TOKEN = re.compile(
    r"\s*(?:(?P<name>\$\{[^{}\s]+\})|(?P<number>-?[0-9]+(?:\.[0-9]+)?)|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<word>(?:and|or|not|selected|true|false)\b)|(?P<sign><=|>=|!=|=|<|>|\(|\)|,|\.))"
)
COMPARE: Mapping[str, Callable[[Decimal | str, Decimal | str], bool]] = {
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,  # type: ignore[operator]
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,  # type: ignore[operator]
}  # fmt: skip
DEEPEST = 40


class Unknown(ValueError):
    """Something that these conditions do not know, at a place in the text."""


@dataclass(frozen=True)
class Condition:
    """A condition that was read; ``names`` are the items it asks about."""

    test: Callable[[Mapping[str, str], str], bool]
    names: frozenset[str]

    def holds(self, answers: Mapping[str, str], own: str = "") -> bool:
        """Whether it holds for these answers by name, and for the own one (``.``); an answer not given is empty."""
        return self.test(answers, own)


ALWAYS = Condition(lambda _answers, _own: True, frozenset())
Value = Callable[[Mapping[str, str], str], str]


def condition(text: str) -> Condition:
    """Read a condition; empty text always holds. Raises ``Unknown`` naming what is not understood."""
    if not text.strip():
        return ALWAYS
    reader = _Reader(_tokens(text))
    test = reader.either()
    if reader.here is not None:
        raise Unknown(reader.here)
    return Condition(test, frozenset(reader.names))


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None:
            raise Unknown(text[at:].strip()[:40])
        found.append(match[0].strip())
        at = match.end()
    return found


class _Reader:
    """Recursive descent: ``or`` of ``and`` of comparisons."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at, self.depth, self.names = tokens, 0, 0, set[str]()

    @property
    def here(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, *wanted: str) -> str:
        token = self.here
        if token is None or (wanted and token not in wanted):
            raise Unknown(token or "…")
        self.at += 1
        return token

    def either(self) -> Callable[[Mapping[str, str], str], bool]:
        parts = [self.both()]
        while self.here == "or":
            self.take()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else lambda answers, own: any(part(answers, own) for part in parts)

    def both(self) -> Callable[[Mapping[str, str], str], bool]:
        parts = [self.one()]
        while self.here == "and":
            self.take()
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else lambda answers, own: all(part(answers, own) for part in parts)

    def one(self) -> Callable[[Mapping[str, str], str], bool]:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unknown("(")
        token = self.here
        if token in ("not", "("):
            self.take()
            if token == "not":
                self.take("(")
            inner = self.either()
            self.take(")")
            self.depth -= 1
            return (lambda answers, own: not inner(answers, own)) if token == "not" else inner
        self.depth -= 1
        return self.selected() if token == "selected" else self.comparison()

    def selected(self) -> Callable[[Mapping[str, str], str], bool]:
        self.take("selected")
        self.take("(")
        chosen = self.value()
        self.take(",")
        wanted = self.value()
        self.take(")")
        return lambda answers, own: wanted(answers, own) in chosen(answers, own).split()

    def comparison(self) -> Callable[[Mapping[str, str], str], bool]:
        left = self.value()
        compare = COMPARE[self.take(*COMPARE)]
        right = self.value()

        def test(answers: Mapping[str, str], own: str) -> bool:
            a, b = left(answers, own), right(answers, own)
            numbers = _number(a), _number(b)
            if numbers[0] is not None and numbers[1] is not None:
                return compare(numbers[0], numbers[1])
            return compare(a, b)

        return test

    def value(self) -> Value:
        token = self.take()
        if token.startswith("${"):
            name = token[2:-1]
            self.names.add(name)
            return lambda answers, _own: answers.get(name, "")
        if token == ".":
            return lambda _answers, own: own
        if token[0] in "'\"":
            return lambda _answers, _own: token[1:-1]
        if token[0].isdigit() or token[0] == "-":
            return lambda _answers, _own: token
        raise Unknown(token)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None

"""Formulas of a scheme: plain arithmetic on named values, computed exactly."""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from assessment.foundation.exact import parse_decimal
from assessment.foundation.i18n import N_
from assessment.programmes.rules.faults import Ill

LONGEST = 500
MOST_NODES = 200
DEEPEST = 30

_OPERATORS: dict[type[ast.AST], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS: dict[str, Callable[..., Fraction]] = {"min": min, "max": max, "abs": abs}


class DividedByZero(ZeroDivisionError):
    """A formula whose divisor is 0 for these values."""


@dataclass(frozen=True)
class Formula:
    """A checked formula; `names` are the values it needs, in the order of their first use."""

    text: str
    names: tuple[str, ...]
    _tree: ast.expr

    def compute(self, values: Mapping[str, Fraction]) -> Fraction:
        """Compute it exactly; `DividedByZero` if a divisor is 0."""
        try:
            return _compute(self._tree, values, self.text.encode())
        except ZeroDivisionError as error:
            raise DividedByZero(self.text) from error

    def with_numbers(self, numbers: Mapping[str, str]) -> str:
        """The formula with numbers in the place of names, as an explanation shows it."""
        source = self.text.encode()
        places = [node for node in ast.walk(self._tree) if isinstance(node, ast.Name) and node.id in numbers]
        for node in sorted(places, key=lambda node: node.col_offset, reverse=True):
            source = source[: node.col_offset] + numbers[node.id].encode() + source[node.end_col_offset :]
        return source.decode()

    def __str__(self) -> str:
        return self.text


def parse_formula(text: object) -> Formula:
    """Check a formula: names, numbers, + - * /, parentheses, min, max and abs, and nothing else."""
    if not isinstance(text, str) or not text.strip():
        raise Ill(N_("A formula is arithmetic on values, such as “solved_by_video / solved_total * 100”."))
    text = " ".join(text.split())
    if len(text) > LONGEST or _nesting(text) > DEEPEST:
        raise Ill(N_("The formula is longer than {most} characters or nested too deeply; split it."), most=LONGEST)
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Ill(
            N_("“{text}” is not a formula; use names, numbers, + - * / and parentheses."), text=text[:60]
        ) from None
    names: dict[str, None] = {}
    if _count(tree, names, text.encode()) > MOST_NODES:
        raise Ill(N_("The formula has more than {most} parts; split it."), most=MOST_NODES)
    return Formula(text, tuple(names), tree)


def _nesting(text: str) -> int:
    """How deep brackets go; long chains of signs nest too."""
    depth = deepest = run = 0
    for mark in text:
        depth += (mark in "([{") - (mark in ")]}")
        run = run + 1 if mark in "+-~ " else 0
        deepest = max(deepest, depth, run)
    return deepest


def _count(node: ast.expr, names: dict[str, None], source: bytes) -> int:
    """Count the parts, note the names, and refuse everything that is not arithmetic."""
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return 1 + _count(left, names, source) + _count(right, names, source)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return 1 + _count(operand, names, source)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS and _fits(name, args):
            return 1 + sum(_count(argument, names, source) for argument in args)
        case ast.Name(id=name):
            names[name] = None
            return 1
        case ast.Constant(value=value) if type(value) in {int, float}:
            _number(node, source)
            return 1
    part = source[node.col_offset : node.end_col_offset].decode()
    raise Ill(
        N_("“{part}” is not allowed in a formula; use names, numbers, + - * /, parentheses, min, max and abs."),
        part=part[:60],
    )


def _fits(name: str, arguments: list[ast.expr]) -> bool:
    return len(arguments) == 1 if name == "abs" else len(arguments) >= 2


def _number(node: ast.expr, source: bytes) -> Fraction:
    # Read from the text: Python itself would make a float of 0.1.
    text = source[node.col_offset : node.end_col_offset].decode()
    try:
        return Fraction(parse_decimal(text))
    except ValueError:
        raise Ill(N_("“{text}” is not a decimal number of at most 40 digits."), text=text[:60]) from None


def _compute(node: ast.expr, values: Mapping[str, Fraction], source: bytes) -> Fraction:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_compute(left, values, source), _compute(right, values, source))
        case ast.UnaryOp(op=op, operand=operand):
            value = _compute(operand, values, source)
            return -value if isinstance(op, ast.USub) else value
        case ast.Call(func=ast.Name(id=name), args=args):
            return _FUNCTIONS[name](*(_compute(argument, values, source) for argument in args))
        case ast.Name(id=name):
            return values[name]
    return _number(node, source)

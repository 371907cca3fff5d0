"""Formulas of a scheme: a language of its own, read into a tree of nothing but arithmetic, computed exactly."""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, TypeVar

from assessment.foundation.exact import parse_decimal, shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number, log, sign_of, sqrt
from assessment.programmes.rules.faults import Ill

LONGEST = 500
MOST_NODES = 200
DEEPEST = 30
MOST_FORMULAS = 1_000
MOST_TOGETHER = 2_000  # parts of a formula and of all that it reads, each as often as it is read
LONGEST_CHAIN = 50  # of formulas that read formulas
HIGHEST = 40  # functions and divisors within one another, however many formulas they lie in
MOST_BITS = 20_000  # of a number on the way: formulas of formulas could double its length with every step

Computed = TypeVar("Computed")

_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class DividedByZero(ZeroDivisionError):
    """A formula whose divisor is 0 for these values."""


class Undefined(ArithmeticError):
    """A formula without a result for these values, as a msgid with its facts."""

    def __init__(self, message: str, **facts: str) -> None:
        """Say what cannot be computed."""
        super().__init__(message)
        self.message = message
        self.facts = facts


def _root(value: Number) -> Number:
    if sign_of(value) < 0:
        raise Undefined(N_("{number} has no square root; correct the value."), number=shown(value))
    return sqrt(value)


def _log(value: Number, base: Fraction | None = None) -> Number:
    if sign_of(value) <= 0:
        raise Undefined(N_("{number} has no logarithm; correct the value."), number=shown(value))
    return log(value, base)


def _log10(value: Number) -> Number:
    return _log(value, Fraction(10))


_FUNCTIONS: dict[str, Callable[..., Number]] = {
    "min": min, "max": max, "abs": abs, "sqrt": _root, "log": _log, "log10": _log10,
}  # fmt: skip
_OF_SEVERAL = frozenset({"min", "max"})


@dataclass(frozen=True)
class Arithmetic(Generic[Computed]):
    """What a formula is computed in: anything that knows + - * /, and how it takes numbers and functions.

    `kept` is given whatever + - * / make, and may refuse it.
    """

    number: Callable[[Fraction], Computed]
    functions: Mapping[str, Callable[..., Computed]]
    kept: Callable[[Computed], Computed]


@dataclass(frozen=True)
class Formula:
    """A checked formula; `names` are the values it needs, in the order of their first use."""

    text: str
    names: tuple[str, ...]
    _tree: ast.expr

    def compute(self, values: Mapping[str, Number]) -> Number:
        """Compute it exactly; `DividedByZero` if a divisor is 0, `Undefined` where there is no result."""
        try:
            return self.compute_in(EXACTLY, values)
        except ZeroDivisionError as error:
            raise DividedByZero(self.text) from error

    def compute_in(self, arithmetic: Arithmetic[Computed], values: Mapping[str, Computed]) -> Computed:
        """Compute it in another arithmetic, such as that of whole columns."""
        return _compute(self._tree, values, self.text.encode(), arithmetic)

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
    """Check a formula: names, numbers, + - * /, parentheses and the functions known here, and nothing else."""
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
        N_("“{part}” is not allowed in a formula; use names, numbers, + - * /, parentheses and {functions}."),
        part=part[:60],
        functions=", ".join(_FUNCTIONS),
    )


def _fits(name: str, arguments: list[ast.expr]) -> bool:
    return len(arguments) >= 2 if name in _OF_SEVERAL else len(arguments) == 1


def _number(node: ast.expr, source: bytes) -> Fraction:
    # Read from the text: Python itself would make a float of 0.1.
    text = source[node.col_offset : node.end_col_offset].decode()
    try:
        return Fraction(parse_decimal(text))
    except ValueError:
        raise Ill(N_("“{text}” is not a decimal number of at most 40 digits."), text=text[:60]) from None


def _compute(
    node: ast.expr, values: Mapping[str, Computed], source: bytes, arithmetic: Arithmetic[Computed]
) -> Computed:
    def below(part: ast.expr) -> Computed:
        return _compute(part, values, source, arithmetic)

    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return arithmetic.kept(_OPERATORS[type(op)](below(left), below(right)))
        case ast.UnaryOp(op=op, operand=operand):
            value: Any = below(operand)
            made: Computed = -value if isinstance(op, ast.USub) else value
            return made
        case ast.Call(func=ast.Name(id=name), args=args):
            return arithmetic.functions[name](*map(below, args))
        case ast.Name(id=name):
            return values[name]
    return arithmetic.number(_number(node, source))


def _sized(value: Number) -> Number:
    if isinstance(value, Fraction) and value.numerator.bit_length() + value.denominator.bit_length() > MOST_BITS:
        raise Undefined(N_("A number on the way has more than {most} digits; simplify the formula."), most="6000")
    return value


EXACTLY: Arithmetic[Number] = Arithmetic(lambda number: number, _FUNCTIONS, _sized)


@dataclass(frozen=True)
class Size:
    """How much work a formula is with all that it reads: its parts, how deep they lie, how many formulas on end."""

    parts: int = 1
    height: int = 0
    chain: int = 0

    @property
    def is_too_much(self) -> bool:
        """Whether formulas of formulas could take minutes or gigabytes where each of them is small."""
        return self.parts > MOST_TOGETHER or self.height > HIGHEST or self.chain > LONGEST_CHAIN

    def __neg__(self) -> "Size":
        return self

    def __add__(self, other: "Size") -> "Size":
        return Size(self.parts + other.parts + 1, max(self.height, other.height), max(self.chain, other.chain))

    __sub__ = __mul__ = __add__

    def __truediv__(self, other: "Size") -> "Size":
        return _nested(self, other)


def _nested(*sizes: Size) -> Size:
    parts = 1 + sum(one.parts for one in sizes)
    return Size(parts, 1 + max(one.height for one in sizes), max(one.chain for one in sizes))


SIZES: Arithmetic[Size] = Arithmetic(lambda _: Size(), dict.fromkeys(_FUNCTIONS, _nested), lambda size: size)


def size_of(formula: Formula, parts: Mapping[str, Size]) -> Size:
    """The size of a formula, from those of what it reads; collected values need not be named."""
    size = formula.compute_in(SIZES, {name: parts.get(name, Size()) for name in formula.names})
    return Size(size.parts, size.height, size.chain + 1)

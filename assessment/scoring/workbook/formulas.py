"""The scoring rules as spreadsheet formulas: cell references in, the text of a formula out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from assessment.programmes.rules.formulas import Formula
from assessment.programmes.rules.shape import Bound, Span

DIGITS = 10
"""Decimals to which a number is snapped before it is cut, compared or rounded: binary fractions miss the last ones."""

_SIGNS: dict[type[ast.AST], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_FUNCTIONS = {"min": "MIN", "max": "MAX", "abs": "ABS", "sqrt": "SQRT", "log": "LN", "log10": "LOG10"}

Parameter = Callable[[str, Decimal | Fraction], str]
"""(name, number) -> the cell in which the parameter stands."""


class Wordless(Exception):
    """This cannot be written as a formula; the value stands there instead."""


@dataclass(frozen=True)
class Cells:
    """Where a rule finds what it computes from: each a reference, or an expression that gives a number."""

    points: str
    values: Mapping[str, str]
    target: str
    peers: str
    """The values of the whole peer group, gaps among them as text."""
    parameter: Parameter

    @property
    def value(self) -> str:
        """The one value of a rule that reads only one."""
        return next(iter(self.values.values()))


def written(formula: Formula, cells: Mapping[str, str]) -> str:
    """A scheme's own formula with cells in the place of names."""
    return _node(ast.parse(formula.text, mode="eval").body, cells, formula.text.encode())


def _node(node: ast.expr, cells: Mapping[str, str], source: bytes) -> str:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            return f"({_node(left, cells, source)}{_SIGNS[type(op)]}{_node(right, cells, source)})"
        case ast.UnaryOp(op=op, operand=operand):
            return f"({'-' if isinstance(op, ast.USub) else '+'}{_node(operand, cells, source)})"
        case ast.Call(func=ast.Name(id=name), args=args):
            return f"{_FUNCTIONS[name]}({','.join(_node(one, cells, source) for one in args)})"
        case ast.Name(id=name):
            return cells[name]
    return source[node.col_offset : node.end_col_offset].decode()


def snapped(expression: str, digits: int = DIGITS) -> str:
    """Without the noise of binary fractions."""
    return f"ROUND({expression},{digits})"


def rounded(expression: str, places: str, mode: str) -> str:
    """Rounded once as the scheme says; halves are recognised because the number was snapped before."""
    exact = snapped(expression)
    if mode == "half_up":
        return f"ROUND({exact},{places})"
    scaled = snapped(f"{exact}*10^{places}", DIGITS - 2)
    return f"IF(ABS(MOD({scaled},1)-0.5)<0.0000001,2*ROUND({scaled}/2,0),ROUND({scaled},0))/10^{places}"


def by_span(expression: str, table: Sequence[tuple[Span, str]], parameter: Callable[[int, Bound], str]) -> str:
    """The result of the step that holds a number; the steps in either order, without gap."""
    falling = list(enumerate(table))
    if falling and falling[0][1][0].low is None:
        falling.reverse()
    found = falling[-1][1][1]
    for place, (span, result) in falling[-2::-1]:
        if span.low is None:
            raise Wordless
        found = f"IF({expression}{'>=' if span.low.owned else '>'}{parameter(place, span.low)},{result},{found})"
    return found


def by_rule(item: Any, cells: Cells) -> str:
    """The score that a rule gives to numbers; `Wordless` where a sheet has no words for it."""
    if item.rule not in _RULES:
        raise Wordless
    return _RULES[item.rule](item, cells)


def _given(_item: Any, cells: Cells) -> str:
    return cells.value


def _completion(item: Any, cells: Cells) -> str:
    share = f"{cells.points}*{cells.value}/{cells.target}"
    cut = f"MAX(0,MIN({share},{cells.points}*{cells.parameter('cap', item.cap)}))"
    return _unless_zero(item, cells, cut, f"{cells.value}>=0")


def _control(item: Any, cells: Cells) -> str:
    share = f"{cells.points}*(2-{cells.value}/{cells.target})"
    return _unless_zero(item, cells, f"MAX(0,MIN({share},{cells.points}))", f"{cells.value}<=0")


def _unless_zero(item: Any, cells: Cells, formula: str, fulfilled: str) -> str:
    at_zero = '"n/a"' if "target_is_zero" in item.not_applicable else f"IF({fulfilled},{cells.points},0)"
    return f"IF({cells.target}=0,{at_zero},{formula})"


def _efficacy(item: Any, cells: Cells) -> str:
    worst, best = cells.parameter("unacceptable", item.unacceptable), cells.parameter("satisfactory", item.satisfactory)
    mark = f"({cells.value}-{worst})/({best}-{worst})*40+60"
    if item.clip is not None:
        low, high = cells.parameter("clip_low", item.clip[0]), cells.parameter("clip_high", item.clip[1])
        mark = f"MAX({low},MIN({high},{mark}))"
    return f"{cells.points}*({mark})/100"


def _steps(item: Any, cells: Cells) -> str:
    table = [(span, cells.parameter(f"points_{place}", points)) for place, (span, points) in enumerate(item.table, 1)]
    return by_span(
        snapped(cells.value), table, lambda place, bound: cells.parameter(f"from_{place + 1}", bound.at)
    )


def _banded(item: Any, cells: Cells) -> str:
    at = [cells.parameter(f"standard_{place}", one) for place, one in enumerate(item.standards, 1)]
    worth = [cells.parameter(f"coefficient_{place}", one) for place, one in enumerate(item.coefficients, 1)]
    reaches = ">=" if item.higher_is_better else "<="
    value, found = snapped(cells.value), "0"
    for (better, lower), (most, least) in list(zip(pairwise(at), pairwise(worth), strict=True))[::-1]:
        share = f"({cells.value}-{lower})/({better}-{lower})"
        found = f"IF({value}{reaches}{lower},{cells.points}*({least}+{share}*({most}-{least})),{found})"
    return f"IF({value}{reaches}{at[0]},{cells.points}*{worth[0]},{found})"


def _peer_minmax(item: Any, cells: Cells) -> str:
    low, high = f"MIN({cells.peers})", f"MAX({cells.peers})"
    worst, best = (low, high) if item.direction == "higher_is_better" else (high, low)
    floor = cells.parameter("floor", item.floor)
    mark = f"{floor}+(100-{floor})*({cells.value}-{worst})/({best}-{worst})"
    return f"{cells.points}*IF({low}={high},{cells.parameter('all_equal', item.all_equal)},{mark})/100"


def _position(item: Any, cells: Cells) -> str:
    sign = ">" if item.direction == "higher_is_better" else "<"
    better = f"SUMPRODUCT(ISNUMBER({cells.peers})*({cells.peers}{sign}{cells.value}))"
    left = f"{cells.points}-{cells.parameter('step', item.step)}*{better}"
    return f"MIN({cells.points},MAX({cells.parameter('least', item.least)},{left}))"


def _sliding(item: Any, cells: Cells) -> str:
    average = cells.target or f"AVERAGE({cells.peers})"
    base, width = cells.parameter("base", item.base), cells.parameter("width", item.width)
    distance = f"ABS({cells.value}-{average})"
    parts = []
    for place, divisor in enumerate(item.divisors, 1):
        part = f"MAX(0,{distance}-{place - 1}*{width})"
        if place < len(item.divisors):
            part = f"MIN({width},{part})"
        parts.append(f"{part}*{base}/{cells.parameter(f'divisor_{place}', divisor)}")
    moved = f"{base}+IF({cells.value}>={average},1,-1)*({'+'.join(parts)})"
    return f"MAX(0,MIN({cells.points}*{cells.parameter('cap', item.cap)},{moved}))"


def _deduct(item: Any, cells: Cells) -> str:
    return _left(cells, _loss(item, cells.value, cells, ""), _spent(item, cells.value, cells, ""))


def _deduct_several(item: Any, cells: Cells) -> str:
    tagged = [(one, cells.values[one.value], f"_{place}") for place, one in enumerate(item.losses, 1)]
    lost = "+".join(_loss(one, value, cells, tag) for one, value, tag in tagged)
    if item.at_most is not None:
        lost = f"MIN({cells.parameter('at_most', item.at_most)},{lost})"
    spent = [reached for one, value, tag in tagged if (reached := _spent(one, value, cells, tag))]
    return _left(cells, lost, f"OR({','.join(spent)})" if spent else "")


def _loss(losing: Any, value: str, cells: Cells, tag: str) -> str:
    over, per = cells.parameter(f"over{tag}", losing.over), cells.parameter(f"per{tag}", losing.per)
    beyond = f"MAX(0,{value}-{over})/{per}"
    if losing.part_of_a_step == "dropped":
        beyond = f"INT({snapped(beyond)})"
    lost = f"{beyond}*{cells.parameter(f'each{tag}', losing.each)}"
    return lost if losing.at_most is None else f"MIN({cells.parameter(f'at_most{tag}', losing.at_most)},{lost})"


def _spent(losing: Any, value: str, cells: Cells, tag: str) -> str:
    if losing.zero_from is None:
        return ""
    return f"{snapped(value)}>={cells.parameter(f'zero_from{tag}', losing.zero_from)}"


def _left(cells: Cells, lost: str, spent: str) -> str:
    left = f"MAX(0,MIN({cells.points},{cells.points}-({lost})))"
    return f"IF({spent},0,{left})" if spent else left


def _panel(item: Any, cells: Cells) -> str:
    if item.trim or item.too_few == "not_applicable":
        raise Wordless
    if item.votes is None:
        marks = list(cells.values.values())
        cast = "+".join(f"N({one})" for one in marks)
        count = "+".join(f"ISNUMBER({one})" for one in marks) if item.abstaining == "excluded" else str(len(marks))
    else:
        cast = "+".join(f"{cells.values[name]}*{cells.parameter(f'mark_{place}', mark)}"
                        for place, (name, mark) in enumerate(item.votes.items(), 1))  # fmt: skip
        counted = list(item.votes) + ([item.abstentions] if item.abstentions and item.abstaining == "zero" else [])
        count = "+".join(cells.values[name] for name in counted)
    return f"{cells.points}*(({cast})/({count}))/100"


_RULES: Mapping[str, Callable[[Any, Cells], str]] = {
    "given": _given, "completion": _completion, "control": _control, "efficacy": _efficacy, "steps": _steps,
    "banded": _banded, "peer_minmax": _peer_minmax, "position": _position, "sliding": _sliding, "deduct": _deduct,
    "deduct_several": _deduct_several, "panel": _panel,
}  # fmt: skip

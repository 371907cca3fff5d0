"""Composite indicators as spreadsheet formulas: what normalises a value, and the means that take parts together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assessment.programmes.rules.indicators import Dimension
from assessment.programmes.rules.items import Item
from assessment.programmes.rules.normalised import Aggregation, Normalised
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.workbook.formulas import Cells, Wordless

LEAST: Mapping[str, str] = {"rank": "1", "borda": "0"}
"""What nothing earns by the rules that do not fill the scale."""
AMONG_ALL = frozenset({"min_max", "z_score", "distance_to_target", "percentile_rank", "rank", "borda"})


def normalised(scheme: Scheme, item: Item, cells: Cells) -> str:
    """The score of a value on the scale; `Wordless` where something was done to the column before."""
    if scheme.composite is None or not isinstance(item, Normalised):
        raise Wordless
    prepared = item.denominate or scheme.treatment(item) not in {None, "none"}
    if prepared or scheme.imputation(item) not in {None, "none"}:
        raise Wordless
    if scheme.composite.available is not None and item.rule_name in AMONG_ALL:
        raise Wordless  # who has too few values is none of the others
    return _RULES[item.rule_name](item, cells, _Scale(scheme, cells))


class _Scale:
    """The two ends of the scale, each in its cell."""

    def __init__(self, scheme: Scheme, cells: Cells) -> None:
        low, high = scheme.composite.scale if scheme.composite else (Decimal(0), Decimal(100))
        self.low, self.high = cells.parameter("scale, low", low), cells.parameter("scale, high", high)

    def at(self, share: str) -> str:
        return f"{self.low}+({self.high}-{self.low})*({share})"


def _rises(item: Normalised) -> bool:
    return item.direction == "higher_is_better"


def _ends(item: Normalised, cells: Cells) -> tuple[str, str]:
    """The worst and the best of the peer group."""
    ends = f"MIN({cells.peers})", f"MAX({cells.peers})"
    return ends if _rises(item) else ends[::-1]


def _goalposts(item: Any, cells: Cells, scale: _Scale) -> str:
    low, high = cells.parameter("low", item.low), cells.parameter("high", item.high)
    value = f"MAX({low},MIN({high},{cells.value}))" if item.beyond == "truncated" else cells.value
    share = f"LN({value}/{low})/LN({high}/{low})" if item.logarithmic else f"({value}-{low})/({high}-{low})"
    score = scale.at(share if _rises(item) else f"1-{share}")
    return f'IF({value}<=0,"÷0",{score})' if item.logarithmic else score


def _min_max(item: Any, cells: Cells, scale: _Scale) -> str:
    worst, best = _ends(item, cells)
    equal = scale.high if item.all_equal is None else cells.parameter("all_equal", item.all_equal)
    return f"IF({worst}={best},{equal},{scale.at(f'({cells.value}-{worst})/({best}-{worst})')})"


def _z_score(item: Any, cells: Cells, _scale: _Scale) -> str:
    worst, best = _ends(item, cells)
    middle, unit = cells.parameter("mean", item.mean), cells.parameter("deviation", item.deviation)
    sign = "+" if _rises(item) else "-"
    moved = f"{unit}*({cells.value}-AVERAGE({cells.peers}))/STDEV({cells.peers})"
    return f"IF({worst}={best},{middle},{middle}{sign}{moved})"


def _distance_to_target(item: Any, cells: Cells, scale: _Scale) -> str:
    worst, _ = _ends(item, cells)
    target = cells.parameter("target", item.target)
    score = scale.at(f"({cells.value}-{worst})/({target}-{worst})")
    reached = f"{worst}{'>=' if _rises(item) else '<='}{target}"
    return f"IF({reached},{scale.high},{f'MIN({scale.high},{score})' if item.cap else score})"


def _worse(item: Normalised, cells: Cells) -> str:
    sign = "<" if _rises(item) else ">"
    return f"SUMPRODUCT(ISNUMBER({cells.peers})*({cells.peers}{sign}{cells.value}))"


def _percentile_rank(item: Any, cells: Cells, scale: _Scale) -> str:
    share = f"{_worse(item, cells)}/(COUNT({cells.peers})-1)"
    return f"IF(COUNT({cells.peers})=1,{scale.high},{scale.at(share)})"


def _rank(item: Any, cells: Cells, _scale: _Scale) -> str:
    return f"1+{_worse(item, cells)}"


def _borda(item: Any, cells: Cells, _scale: _Scale) -> str:
    return _worse(item, cells)


_RULES: Mapping[str, Callable[[Any, Cells, _Scale], str]] = {
    "goalposts": _goalposts, "min_max": _min_max, "z_score": _z_score, "distance_to_target": _distance_to_target,
    "percentile_rank": _percentile_rank, "rank": _rank, "borda": _borda,
}  # fmt: skip


def mean(
    aggregation: Aggregation, available: Fraction | None, entries: Sequence[Any], parts: Sequence[tuple[str, str]]
) -> str:
    """The mean of what there is of some (cell, weight); empty where nothing is, or where a mean refuses what is."""
    on_scale = all(isinstance(entry, Dimension | Normalised) for entry in entries)
    if aggregation.power is None or available is not None or not on_scale:
        raise Wordless
    power = aggregation.power
    whole = "+".join(f"ISNUMBER({cell})*{weight}" for cell, weight in parts)
    exponent = f"({power.numerator}/{power.denominator})"
    raised = "{cell}" if power == 1 else "LN({cell})" if power == 0 else f"{{cell}}^{exponent}"
    summed = "+".join(f"IF(ISNUMBER({cell}),{weight}*{raised.format(cell=cell)},0)" for cell, weight in parts)
    found = f"({summed})/({whole})"
    if power != 1:
        found = f"EXP({found})" if power == 0 else f"({found})^(1/{exponent})"
        if power <= 0:
            found = f"IF({_some(parts, '=0')},0,{found})"
        found = f'IF({_some(parts, "<0")},"",{found})'
    return f'IF({whole}=0,"",{found})'


def _some(parts: Sequence[tuple[str, str]], holds: str) -> str:
    return "+".join(f"ISNUMBER({cell})*(N({cell}){holds})" for cell, _ in parts) + ">0"

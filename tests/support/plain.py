"""A second scoring of linear schemes, written from the rules' texts alone, in plain fractions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

F = Fraction
Row = Mapping[str, Any]
Answer = dict[str, tuple[str | None, int | None, str | None]]

BLOCKED, GONE = "blocked", "gone"
DIVIDED = "divided"
GRAVEST = ("withheld", "", "n/a", DIVIDED)
NUMBER = re.compile(r"\b\d+(\.\d+)?\b")


def scored(scheme: Mapping[str, Any], rows: Sequence[Row]) -> Answer:
    """Unit -> (published total as text, rank, band); a scheme as its file says it, rows as a spreadsheet has them."""
    answer: Answer = {}
    for group in scheme.get("peer_groups") or {"all": None}:
        members = [row for row in rows if scheme.get("peer_groups") is None or row["level"] == group]
        answer |= _group(scheme, members)
    return answer


def _group(scheme: Mapping[str, Any], rows: Sequence[Row]) -> Answer:
    totals: dict[str, tuple[int, F] | None] = {}
    table = {}
    for item in scheme["indicators"]:
        points = F(str(item["points"]))
        table[item["code"]] = (points, _column(scheme, item, points, rows))
    rounding = scheme["rounding"]["total"]
    for place, row in enumerate(rows):
        cells = [(points, column[place]) for points, column in table.values()]
        if any(cell == BLOCKED for _, cell in cells):
            totals[row["unit"]] = None
            continue
        applying = sum((points for points, cell in cells if cell != GONE), F(0))
        if applying == 0:
            totals[row["unit"]] = None
            continue
        earned = sum((cell for _, cell in cells if cell != GONE), F(0))
        exact = earned * 100 / applying + row.get("extra", F(0))
        totals[row["unit"]] = (_round(exact, rounding["places"], rounding["mode"]), exact)
    return _standing(scheme, totals)


def _standing(scheme: Mapping[str, Any], totals: Mapping[str, tuple[int, F] | None]) -> Answer:
    places = scheme["rounding"]["total"]["places"]
    which = 0 if scheme["ranking"]["of"] == "published_total" else 1
    values = {unit: total[which] for unit, total in totals.items() if total is not None}
    distinct = sorted(set(values.values()), reverse=True)
    ranks = {
        unit: distinct.index(value) + 1
        if scheme["ranking"]["ties"] == "1223"
        else 1 + sum(other > value for other in values.values())
        for unit, value in values.items()
    }
    bands = {}
    for unit, total in totals.items():
        if total is not None and scheme.get("bands"):
            share = F(total[0], 10**places)
            bands[unit] = next(band["code"] for band in scheme["bands"] if "from" not in band or share >= band["from"])
    answer: Answer = {}
    for unit, total in totals.items():
        text = None if total is None else _text(total[0], places)
        answer[unit] = (text, ranks.get(unit), bands.get(unit))
    return answer


def _text(whole: int, places: int) -> str:
    digits = str(abs(whole)).rjust(places + 1, "0")
    sign = "-" if whole < 0 else ""
    return sign + (digits if not places else f"{digits[:-places]}.{digits[-places:]}")


def _round(exact: F, places: int, mode: str) -> int:
    size = abs(exact) * 10**places
    whole = int(size)
    if size - whole > F(1, 2) or (size - whole == F(1, 2) and (mode == "half_up" or whole % 2)):
        whole += 1
    return whole if exact >= 0 else -whole


def _column(scheme: Mapping[str, Any], item: Mapping[str, Any], points: F, rows: Sequence[Row]) -> list[Any]:
    values = [_value(scheme, item.get("value", item["code"]), row) for row in rows]
    numbers = [value for value in values if isinstance(value, F)]
    policy = item.get("missing") or scheme["missing"]
    rounding = scheme["rounding"].get("item")
    exact: list[Any] = [
        _by_rule(scheme, item, points, value, row, numbers) if isinstance(value, F) else _gone(item, value)
        for value, row in zip(values, rows, strict=True)
    ]
    present = [cell for cell in exact if isinstance(cell, F)]
    cells = [_gap(cell, policy, present) if not isinstance(cell, F) else cell for cell in exact]
    if rounding:
        places = rounding["places"]
        mode = rounding["mode"]
        return [F(_round(cell, places, mode), 10**places) if isinstance(cell, F) else cell for cell in cells]
    return cells


def _value(scheme: Mapping[str, Any], name: str, row: Row) -> Any:
    """A number, or the gravest of what is wrong with it; formulas by Python's own arithmetic of fractions."""
    formulas = scheme.get("formulas", {})
    if name not in formulas:
        return row[name] if row[name] in GRAVEST else F(row[name])
    parts = {part: _value(scheme, part, row) for part in re.findall(r"\b[a-z]\w*", formulas[name]) if part not in WORDS}
    wrong = [word for word in GRAVEST if word in parts.values()]
    if wrong:
        return wrong[0]
    try:
        return F(eval(NUMBER.sub(r'F("\g<0>")', formulas[name]), {"F": F, **parts}))
    except ZeroDivisionError:
        return DIVIDED


WORDS = ("min", "max", "abs")


def _gone(item: Mapping[str, Any], value: str) -> str:
    if value != DIVIDED:
        return value
    return GONE if "divisor_is_zero" in item.get("not_applicable", ()) else BLOCKED


def _gap(cell: str, policy: str, present: Sequence[F]) -> Any:
    if cell in {GONE, BLOCKED}:
        return cell
    if cell == "n/a":
        return GONE
    if policy == "zero_by_decision":
        return F(0)
    if cell == "withheld":
        return BLOCKED
    if policy == "reweight":
        return GONE
    if policy == "peer_mean" and present:
        return sum(present, F(0)) / len(present)
    return BLOCKED


def _by_rule(
    scheme: Mapping[str, Any], item: Mapping[str, Any], points: F, x: F, row: Row, peers: Sequence[F]
) -> Any:
    match item["rule"]:
        case "given":
            return x if 0 <= x <= points else BLOCKED
        case "completion" | "control":
            return _against_target(scheme, item, points, x, row)
        case "efficacy":
            low, high = F(item["unacceptable"]), F(item["satisfactory"])
            mark = 60 + 40 * (x - low) / (high - low)
            clip = item.get("clip", [0, 100])
            if clip != "none":
                mark = min(max(mark, F(clip[0])), F(clip[1]))
            return points * mark / 100
        case "peer_minmax":
            worst, best = min(peers), max(peers)
            if worst == best:
                return points * F(item["all_equal"]) / 100
            share = (x - worst) / (best - worst)
            if item["direction"] == "lower_is_better":
                share = 1 - share
            floor = F(item["floor"])
            return points * (floor + (100 - floor) * share) / 100
        case "steps":
            return next(F(step["points"]) for step in item["steps"] if "from" not in step or x >= F(step["from"]))
        case "deduct":
            return _deduct(item, points, x)
    raise AssertionError(item["rule"])


def _against_target(scheme: Mapping[str, Any], item: Mapping[str, Any], points: F, x: F, row: Row) -> Any:
    if item["target"] == "letter":
        text = row[f"{item['code']}_target"]
        if text == "" or F(text) < 0:
            return BLOCKED
        target = F(text)
    elif isinstance(item["target"], str):
        target = _value(scheme, item["target"], row)
        if not isinstance(target, F) or target < 0:
            return BLOCKED
    else:
        target = F(item["target"])
    more = item["rule"] == "completion"
    if target == 0:
        if "target_is_zero" in item.get("not_applicable", ()):
            return GONE
        if item.get("full_when") != "target_is_zero":
            return BLOCKED
        return points if (x >= 0 if more else x <= 0) else F(0)
    if more:
        return points * max(F(0), min(x / target, F(item["cap"])))
    return points * max(F(0), min(2 - x / target, F(1)))


def _deduct(item: Mapping[str, Any], points: F, x: F) -> F:
    if "zero_from" in item and x >= F(item["zero_from"]):
        return F(0)
    count = max(F(0), x - F(item["over"])) / F(item["per"])
    if item["part_of_a_step"] == "dropped":
        count = F(int(count))
    lost = count * F(item["each"])
    if "at_most" in item:
        lost = min(lost, F(item["at_most"]))
    return max(F(0), min(points, points - lost))

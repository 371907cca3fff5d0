"""Random linear schemes and spreadsheets, as their files say them, for engines to agree on."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.values import MISSING, NOT_APPLICABLE, WITHHELD, UnitInput, Value

RULES = ("given", "completion", "control", "efficacy", "peer_minmax", "steps", "deduct")
WORDS = {"": MISSING, "n/a": NOT_APPLICABLE, "withheld": WITHHELD}


def a_scheme(dice: random.Random) -> dict[str, Any]:
    """A scheme of one to eight indicators; every parameter of every linear rule comes up."""
    count = dice.randint(1, 8)
    cuts = sorted(dice.sample(range(1, 1000), count - 1))
    shares = [Decimal(b - a) / 10 for a, b in zip([0, *cuts], [*cuts, 1000], strict=True)]
    modes, places = ["half_up", "half_even"], [0, 1, 2, 2, 3, 6]
    scheme: dict[str, Any] = {
        "format": 1, "scheme": "random", "version": "1",
        "rounding": {"total": {"mode": dice.choice(modes), "places": dice.choice(places)}},
        "ranking": {"of": dice.choice(["published_total", "exact_total"]), "ties": dice.choice(["1224", "1223"])},
        "missing": dice.choice(["reweight", "reweight", "zero_by_decision", "block"]),
        "bands": [{"code": "good", "from": 75}, {"code": "fair", "from": 60}, {"code": "poor", "below": 60}],
        "indicators": [_indicator(dice, f"i{place}", share) for place, share in enumerate(shares)],
    }  # fmt: skip
    if dice.random() < 0.3:
        scheme["rounding"]["item"] = {"mode": dice.choice(modes), "places": dice.choice([0, 1, 2])}
    if dice.random() < 0.3:
        scheme["peer_groups"] = {level: {"of": {"level": level}} for level in ("town", "county")}
    return scheme


def _indicator(dice: random.Random, code: str, points: Decimal) -> dict[str, Any]:
    rule = dice.choice(RULES)
    item: dict[str, Any] = {"code": code, "points": points, "rule": rule}
    if rule in {"completion", "control"}:
        letter = dice.random() < 0.5
        item["target"] = "letter" if letter else dice.choice([3, 7, Decimal("12.5"), 50])
        if rule == "completion":
            item["cap"] = dice.choice([1, Decimal("1.2"), Decimal("0.7")])
        if letter:
            item |= dice.choice([{}, {"full_when": "target_is_zero"}, {"not_applicable": ["target_is_zero"]}])
    elif rule == "efficacy":
        item["unacceptable"], item["satisfactory"] = dice.sample([0, 2, 9, Decimal("17.5"), 60], 2)
        item |= dice.choice([{}, {"clip": "none"}, {"clip": [60, 100]}, {"clip": [0, Decimal("99.9")]}])
    elif rule == "peer_minmax":
        item["direction"] = dice.choice(["higher_is_better", "lower_is_better"])
        item |= {"floor": dice.choice([0, 60, Decimal("33.3")]), "all_equal": dice.choice([100, 60])}
    elif rule == "steps":
        bounds = sorted(dice.sample([1, 5, Decimal("7.5"), 20, 40], dice.randint(1, 4)), reverse=True)
        earns = [points * Decimal(dice.randint(0, 10)) / 10 for _ in range(len(bounds) + 1)]
        item["steps"] = [{"from": bound, "points": earn} for bound, earn in zip(bounds, earns, strict=False)]
        item["steps"].append({"below": bounds[-1], "points": earns[-1]})
    elif rule == "deduct":
        item |= {"each": dice.choice([1, Decimal("0.25"), 3]), "per": dice.choice([1, Decimal("0.7"), 5])}
        item |= {"over": dice.choice([0, Decimal("2.5")]), "part_of_a_step": dice.choice(["dropped", "proportional"])}
        item |= dice.choice([{}, {"at_most": Decimal("4.4")}, {"zero_from": 40}, {"at_most": 2, "zero_from": 30}])
    own_target = item.get("target") == "letter"
    if dice.random() < 0.4:
        choices = ["reweight", "zero_by_decision", "block", *([] if own_target else ["peer_mean"])]
        item["missing"] = dice.choice(choices)
    return item


VALUES = ("v0", "v1", "v2")
"""Collected values that formulas are made of."""


def with_formulas(dice: random.Random, scheme: dict[str, Any], endless: bool = False) -> dict[str, Any]:
    """The scheme, some of whose indicators are computed, or held against what is; `endless` with roots and logarithms.

    Formulas read one another, divide by what is often 0, and leave gaps and refusals behind.
    """
    known = list(VALUES)
    formulas: dict[str, str] = {}
    for place in range(dice.randint(1, 4)):
        formulas[f"f{place}"] = _formula(dice, known, 1 if endless else dice.randint(1, 3), endless)
        known.append(f"f{place}")
    items = [dict(item) for item in scheme["indicators"]]
    for item in items:
        if item["rule"] in {"completion", "control"} and item["target"] != "letter" and dice.random() < 0.4:
            item["target"] = dice.choice(list(formulas))
            if item.get("missing") == "peer_mean":
                del item["missing"]
        if dice.random() < 0.6:
            name = f"g_{item['code']}"
            computed = _formula(dice, known, 1, endless)
            formulas[name] = f"min(max({computed}, 0), {item['points']})" if item["rule"] == "given" else computed
            item["value"] = name
            if dice.random() < 0.7:
                item["not_applicable"] = [*item.get("not_applicable", []), "divisor_is_zero"]
    return scheme | {"formulas": formulas, "indicators": items}


def _formula(dice: random.Random, names: list[str], depth: int, endless: bool) -> str:
    def part() -> str:
        if depth > 1 and dice.random() < 0.6:
            return f"({_formula(dice, names, depth - 1, endless)})"
        return dice.choice(names) if dice.random() < 0.8 else dice.choice(["2", "0.5", "100", "0.3", "7"])

    shapes = ["{} / {}", "{} / {} * 100", "{} + {}", "{} - {}", "{} * {}", "min({}, {})", "abs(-{} + {})"]
    if endless:
        shapes += ["sqrt({})", "log({})", "log10({} + {})", "sqrt({}) * sqrt({})", "log({} * {}) - log({})"]
    shape = dice.choice(shapes)
    return shape.format(*(part() for _ in range(shape.count("{}"))))


def a_row(dice: random.Random, scheme: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """A unit as a spreadsheet has it; few distinct values, so that ties and boundaries abound."""
    row: dict[str, Any] = {"unit": unit, "level": dice.choice(["town", "county"])}
    for item in scheme["indicators"]:
        row[item["code"]] = _value(dice, item)
        if item.get("target") == "letter":
            row[f"{item['code']}_target"] = dice.choice(["0", "3", "7.5", "12", "50", "50", "20", "80"])
    if "formulas" in scheme:
        row |= {name: _value(dice, {"rule": "formula"}) for name in VALUES}
    return row


def _value(dice: random.Random, item: Mapping[str, Any]) -> str:
    chance = dice.random()
    if chance < 0.06:
        return ""
    if chance < 0.09:
        return "n/a"
    if chance < 0.1:
        return "withheld"
    if item["rule"] == "given":
        return str(item["points"] * dice.randint(0, 20) / 20)
    if chance < 0.3:
        return str(dice.choice([0, 1, 5, 20, 40, Decimal("7.5"), Decimal(-2)]))
    return str(Decimal(dice.randint(0, 700)) / 10)


def as_scheme(said: Mapping[str, Any]) -> Scheme:
    """The scheme as the reader of files makes it."""
    return load_scheme(_said(said))


def _said(part: Any) -> str:
    """YAML in one line; decimals as they are written."""
    if isinstance(part, Mapping):
        return "{" + ", ".join(f"{key}: {_said(value)}" for key, value in part.items()) + "}"
    if isinstance(part, list):
        return "[" + ", ".join(map(_said, part)) + "]"
    return json.dumps(part) if isinstance(part, str) else format(part, "f") if isinstance(part, Decimal) else str(part)


def as_unit(scheme: Mapping[str, Any], row: Mapping[str, Any]) -> UnitInput:
    """A row as scoring takes it."""
    codes = [item["code"] for item in scheme["indicators"]]
    given = [*codes, *VALUES] if "formulas" in scheme else codes
    values = {code: WORDS.get(row[code]) or Value(Decimal(row[code])) for code in given}
    targets = {
        item.get("value", item["code"]): Decimal(row[f"{item['code']}_target"])
        for item in scheme["indicators"] if row.get(f"{item['code']}_target")
    }  # fmt: skip
    return UnitInput(row["unit"], values, {"level": row["level"]}, targets)

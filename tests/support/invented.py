"""Schemes and spreadsheets invented by a dice: every rule, every parameter; few distinct values, so that many tie."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

DIRECTIONS = ("higher_is_better", "lower_is_better")
POLICIES = ("block", "zero_by_decision", "reweight", "reweight", "peer_mean", "carry_forward")
RULES = (
    "given", "completion", "control", "efficacy", "banded", "peer_minmax", "position", "sliding", "steps", "deduct",
    "deduct_several", "panel",
)  # fmt: skip
Said = dict[str, Any]


def a_scheme(dice: random.Random, items: int = 5) -> Said:
    """A whole scheme as the plain data of its file."""
    shares = _shares(dice, items)
    said: Said = {
        "format": 1, "scheme": "invented", "version": "1",
        "peer_groups": {level: {"of": {"level": level}} for level in ("town", "county")},
        "rounding": {"total": _rounding(dice, [0, 1, 2, 2, 4])},
        "ranking": {
            "of": dice.choice(["published_total", "exact_total"]), "ties": dice.choice(["1224", "1223"]),
            "then": dice.sample(["late asc", "size desc", "fall desc"], dice.randint(0, 2)),
        },
        "values": {"late": {}, "size": {}, "air": {"standard": {"at_most": dice.choice([5, 20])}}},
        "changes": {"fall": _change(dice)},
        "missing": {"default": dice.choice(POLICIES)},
        "bonus": {
            "cap": dice.choice([3, 5]), "mode": dice.choice(["add", "tie_break_only", "separate"]),
            "same_matter": dice.choice(["all", "highest_only"]), "groups": {"g": 4},
            "items": [{"code": "P1", "each": 1, "group": "g"}, {"code": "P2", "each": 2, "at_most": 3}],
        },
        "deductions": {"cap": 6, "groups": {"h": 2},
                       "items": [{"code": "D1", "each": 1, "at_most": 3, "group": "h"}, {"code": "D2", "each": 1}]},
        "vetoes": [
            {"code": "V1", "on": "falsification.established", "effect": {"band": "poor"}},
            {"code": "V2", "on": "incident.critical", "effect": {"band_at_most": "fair"}},
            {"code": "V3", "on": "incident.critical", "effect": {"item_zero": "i0"}},
            {"code": "V4", "on": "incident.critical", "effect": {"no_commendation": True}},
        ],
        "bands": [
            {"code": "good", "from": 75, **_quota(dice)}, {"code": "fair", "from": 50, **_quota(dice)},
            {"code": "poor", "below": 50},
        ],
        "indicators": [],
    }  # fmt: skip
    if dice.random() < 0.3:
        said["rounding"]["item"] = _rounding(dice, [0, 1, 2])
    if dice.random() < 0.3:
        said["missing"]["withheld"] = dice.choice(["block", "zero_by_decision"])
    for place, share in enumerate(shares):
        said["indicators"].append(_item(dice, said, f"i{place}", share))
    return said


def _shares(dice: random.Random, items: int) -> list[Decimal]:
    cuts = sorted(dice.sample(range(40, 960, 10), items - 1))
    return [Decimal(high - low) / 10 for low, high in zip([0, *cuts], [*cuts, 1000], strict=True)]


def _rounding(dice: random.Random, places: list[int]) -> Said:
    return {"mode": dice.choice(["half_up", "half_even"]), "places": dice.choice(places)}


def _change(dice: random.Random) -> Said:
    return {
        "of": "air", "by": dice.choice(["absolute", "percent", "gap_closed"]), "direction": dice.choice(DIRECTIONS),
        "since": dice.choice(["period_before", "year_before"]),
        "standard_met": dice.choice(["counts", "left_out", "left_out_if_worse"]),
        "without_earlier": dice.choice(["missing", "left_out"]),
    }  # fmt: skip


def _quota(dice: random.Random) -> Said:
    return dice.choice([
        {}, {"quota": "30%"}, {"quota": "25%", "quota_rounding": "half_up"}, {"quota_of_all": dice.randint(0, 4)},
    ])  # fmt: skip


def _item(dice: random.Random, said: Said, code: str, points: Decimal) -> Said:
    rule = dice.choice(RULES)
    item: Said = {"code": code, "points": points, "rule": rule, **_PARAMETERS[rule](dice, said, code, points)}
    several = rule in {"deduct_several", "panel"}
    if not several:
        if rule not in {"given", "completion"} and dice.random() < 0.3:
            item |= {"value": "fall", **dice.choice([{}, {"not_applicable": ["divisor_is_zero"]}])}
        else:
            said["values"].setdefault(code, {})
    if dice.random() < 0.5:
        item["missing"] = dice.choice(POLICIES)
    return item


def _targeted(dice: random.Random, said: Said, code: str, points: Decimal) -> Said:
    target = dice.choice(["letter", "letter", 8, Decimal("12.5"), "size"])
    zero = [{}, {"full_when": "target_is_zero"}, {"not_applicable": ["target_is_zero"]}]
    return {"target": target, **(dice.choice(zero) if isinstance(target, str) else {})}


def _completion(dice: random.Random, said: Said, code: str, points: Decimal) -> Said:
    item = {**_targeted(dice, said, code, points), "cap": dice.choice([1, Decimal("1.2"), Decimal("0.7")])}
    if item["target"] == "letter" and dice.random() < 0.5:
        said["values"][f"{code}_growth"] = {}
        item |= {"growth": f"{code}_growth", **dice.choice([{}, {"when_both": "growth"}, {"when_both": "absolute"}])}
    return item


def _efficacy(dice: random.Random, said: Said, code: str, points: Decimal) -> Said:
    low, high = dice.sample([0, 2, 9, Decimal("17.5"), 40], 2)
    clip = dice.choice(["none", [0, 100], [60, 100]])
    return {"unacceptable": low, "satisfactory": high, "clip": clip}


def _banded(dice: random.Random, said: Said, code: str, points: Decimal) -> Said:
    standards = sorted(dice.sample([1, 3, Decimal("7.5"), 12, 20, 30], 3), reverse=dice.random() < 0.5)
    return {"standards": standards, "coefficients": [1, Decimal("0.7"), dice.choice([0, Decimal("0.2")])]}


def _peer_minmax(dice: random.Random, said: Said, code: str, points: Decimal) -> Said:
    return {"direction": dice.choice(DIRECTIONS), "floor": dice.choice([0, 60]), "all_equal": dice.choice([100, 60])}


def _position(dice: random.Random, said: Said, code: str, points: Decimal) -> Said:
    least = dice.choice([0, points / 8])
    return {"step": dice.choice([Decimal("0.5"), 2]), "direction": dice.choice(DIRECTIONS), "least": least}


def _sliding(dice: random.Random, said: Said, code: str, points: Decimal) -> Said:
    average = dice.choice(["peer_mean", "size", 10])
    divisors = sorted(dice.sample([10, 20, 40, 60, 60], dice.randint(1, 3)))
    cap = dice.choice([1, 2])
    return {"base": points / 2, "average": average, "width": dice.choice([3, 10]), "divisors": divisors, "cap": cap}


def _steps(dice: random.Random, said: Said, code: str, points: Decimal) -> Said:
    earned = [points, points / 2, Decimal(1)]
    steps = [{"from": bound, "points": mark} for bound, mark in zip([20, 8, 3], earned, strict=True)]
    return {"steps": [*steps, {"below": 3, "points": 0}]}


def _losing(dice: random.Random) -> Said:
    return {
        "each": dice.choice([1, Decimal("0.25")]), "per": dice.choice([1, Decimal("0.7"), 5]),
        "over": dice.choice([0, Decimal("2.5")]), "part_of_a_step": dice.choice(["dropped", "proportional"]),
        **dice.choice([{}, {"at_most": 3}, {"zero_from": 20}]),
    }  # fmt: skip


def _several(dice: random.Random, said: Said, code: str, points: Decimal) -> Said:
    names = [f"{code}_{part}" for part in "ab"]
    said["values"] |= {name: {} for name in names}
    losses = [{"value": name, **_losing(dice)} for name in names]
    return {"losses": losses, **dice.choice([{}, {"at_most": 4}])}


def _panel(dice: random.Random, said: Said, code: str, points: Decimal) -> Said:
    item: Said = {
        "abstaining": dice.choice(["excluded", "zero"]), "trim": dice.choice([0, 1, "10%", "30%"]),
        "at_least": dice.choice([1, 3]), "too_few": dice.choice(["block", "not_applicable"]),
    }  # fmt: skip
    if dice.random() < 0.5:
        item["marks"] = [f"{code}_judge{number}" for number in range(4)]
        said["values"] |= {name: {} for name in item["marks"]}
        return item
    item["votes"] = {f"{code}_votes{mark}": mark for mark in (100, 80, 40)}
    if dice.random() < 0.5:
        item["abstentions"] = f"{code}_silent"
    said["values"] |= {name: {} for name in (*item["votes"], item.get("abstentions", "late"))}
    return item


_PARAMETERS = {
    "given": lambda *_: {}, "completion": _completion, "control": _targeted, "efficacy": _efficacy, "banded": _banded,
    "peer_minmax": _peer_minmax, "position": _position, "sliding": _sliding, "steps": _steps,
    "deduct": lambda dice, *_: _losing(dice), "deduct_several": _several, "panel": _panel,
}  # fmt: skip


def a_sheet(dice: random.Random, said: Said, count: int) -> list[Said]:
    """So many units; every third or so repeats another but for its tie-break values, so that totals are equal."""
    rows: list[Said] = []
    for place in range(count):
        row = a_row(dice, said, f"u{place:03}")
        twin = dice.choice(rows) if rows and dice.random() < 0.35 else row
        own = ("unit", "late", "size") if dice.random() < 0.5 else ("unit",)
        rows.append({**twin, **{name: row[name] for name in own}})
    return rows


def a_row(dice: random.Random, said: Said, unit: str) -> Said:
    """A unit as a spreadsheet has it, and what was confirmed for it."""
    row: Said = {"unit": unit, "level": dice.choice(["town", "county"])}
    for name in said["values"]:
        row[name] = _cell(dice, said, name)
        for since in ("period_before", "year_before"):
            row[f"{name}_{since}"] = dice.choice(["", "n/a", "4", "8", "10", "25", "0", "withheld"])
    for item in said["indicators"]:
        if item.get("target") == "letter":
            for name in (item.get("value", item["code"]), *([item["growth"]] if "growth" in item else [])):
                row[f"{name}_target"] = dice.choice(["", "0", "8", "12.5", "20", "20"])
    codes = dice.choices(["P1", "P2", "D1", "D2", "V1", "V2", "V3", "V4"], k=dice.choice([0, 0, 0, 1, 2, 4]))
    row["adjustments"] = [(code, _points(dice, code), dice.choice(["", "case 1", "case 2"])) for code in codes]
    return row


def _points(dice: random.Random, code: str) -> str:
    return "0" if code.startswith("V") else dice.choice(["0.5", "1", "2", "3.3"])


def _cell(dice: random.Random, said: Said, name: str) -> str:
    chance = dice.random()
    if chance < 0.08:
        return dice.choice(["", "", "n/a", "withheld"])
    given = next((item for item in said["indicators"] if item["code"] == name and item["rule"] == "given"), None)
    if given is not None:
        return str(given["points"] * dice.randint(0, 20) / 20)
    if "votes" in name or "silent" in name:
        return str(dice.randint(0, 4))
    if "judge" in name:
        return dice.choice(["70", "80", "85.5", "90", "100", ""])
    return dice.choice(["0", "3", "5", "8", "8", "12.5", "20", "20", "31", "-2"])


def as_text(part: Any) -> str:
    """YAML in one line; decimals as they are written."""
    if isinstance(part, Mapping):
        return "{" + ", ".join(f"{key}: {as_text(value)}" for key, value in part.items()) + "}"
    if isinstance(part, list | tuple):
        return "[" + ", ".join(map(as_text, part)) + "]"
    return format(part, "f") if isinstance(part, Decimal) else json.dumps(part)

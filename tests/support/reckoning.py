"""A whole assessment reckoned a second time, from the words of the rules alone and in plain fractions.

It shares no code with the engine: a scheme is the plain data of its file, rows are those of a spreadsheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

F = Fraction
Said = Mapping[str, Any]

MISSING, GONE, WITHHELD, BLOCKED, NO_DIVISOR = "", "n/a", "withheld", "blocked", "divided by zero"
Answer = dict[str, tuple[str | None, int | None, str | None, dict[str, Any]]]
"""Unit -> total as published, rank, band, and the score of each indicator (or why there is none)."""


def reckoned(scheme: Said, rows: Sequence[Said]) -> Answer:
    answer: Answer = {}
    groups = list(scheme["peer_groups"])
    members = {group: [row for row in rows if row["level"] == group] for group in groups}
    cards = {group: _cards(scheme, group, members[group]) for group in groups}
    sizes = {group: sum(card["total"] is not None for card in cards[group]) for group in groups}
    for group in groups:
        ranked = [card for card in cards[group] if card["total"] is not None]
        _rank(scheme, ranked)
        _band(scheme, group, ranked, sizes)
        for card in cards[group]:
            total = None if card["total"] is None else _text(card["total"], scheme["rounding"]["total"]["places"])
            answer[card["row"]["unit"]] = (total, card.get("rank"), card.get("band"), card["items"])
    return answer


# --- scores ----------------------------------------------------------------------------------------------------------


def _cards(scheme: Said, group: str, rows: Sequence[Said]) -> list[dict[str, Any]]:
    table = {item["code"]: _column(scheme, item, group, rows) for item in _items(scheme, group)}
    return [
        _card(scheme, group, row, {code: column[place] for code, column in table.items()})
        for place, row in enumerate(rows)
    ]


def _items(scheme: Said, group: str) -> list[Said]:
    return [item for item in scheme["indicators"] if not isinstance(item["points"], dict) or group in item["points"]]


def _full(item: Said, group: str) -> F:
    return F(item["points"][group] if isinstance(item["points"], dict) else item["points"])


def _column(scheme: Said, item: Said, group: str, rows: Sequence[Said]) -> list[Any]:
    policy = item.get("missing", scheme["missing"]["default"])
    found = [_scored_value(scheme, item, row, policy == "carry_forward") for row in rows]
    peers = [one for one in found if isinstance(one, F)]
    zeroing = {veto["code"] for veto in scheme["vetoes"] if veto["effect"].get("item_zero") == item["code"]}
    zeroed = [any(code in zeroing for code, _, _ in row["adjustments"]) for row in rows]
    cells: list[Any] = []
    for row, one in zip(rows, found, strict=True):
        if one == NO_DIVISOR:
            cells.append(GONE if "divisor_is_zero" in item.get("not_applicable", ()) else BLOCKED)
        elif isinstance(one, str):
            cells.append(one)
        else:
            cells.append(_by_rule(scheme, item, _full(item, group), one, row, peers))
    by_rule = [F(0) if zero and isinstance(cell, F) else cell for cell, zero in zip(cells, zeroed, strict=True)]
    present = [cell for cell in by_rule if isinstance(cell, F)]
    filled = []
    for cell, zero in zip(by_rule, zeroed, strict=True):
        got = cell if isinstance(cell, F) else _by_policy(scheme, policy, cell, present)
        got = F(0) if zero and isinstance(got, F) else got
        rounding = scheme["rounding"].get("item")
        filled.append(_rounded(got, rounding["places"], rounding["mode"]) if rounding and isinstance(got, F) else got)
    return filled


def _by_policy(scheme: Said, policy: str, state: str, present: Sequence[F]) -> Any:
    if state in {GONE, BLOCKED}:
        return state
    if state == WITHHELD:
        return F(0) if scheme["missing"].get("withheld", policy) == "zero_by_decision" else BLOCKED
    if policy == "zero_by_decision":
        return F(0)
    if policy == "reweight":
        return GONE
    if policy == "peer_mean" and present:
        return sum(present, F(0)) / len(present)
    return BLOCKED


def _names(item: Said) -> list[str]:
    if item["rule"] == "deduct_several":
        return [loss["value"] for loss in item["losses"]]
    if item["rule"] == "panel":
        silent = [item["abstentions"]] if "abstentions" in item else []
        return list(item["marks"]) if "marks" in item else [*item["votes"], *silent]
    return [_agreed(item)]


def _agreed(item: Said) -> str:
    return str(item.get("value", item["code"]))


def _scored_value(scheme: Said, item: Said, row: Said, carried: bool) -> Any:
    """A number, the numbers of a rule that takes several, or the word for why there is none."""
    if "growth" in item and row.get(f"{item['growth']}_target"):
        amount = row.get(f"{_agreed(item)}_target")
        item = {**item, "value": item["growth"]} if not amount or item.get("when_both") == "growth" else item
    found = _together(scheme, item, row, {})
    if found != MISSING or not carried:
        return found
    earlier = {name: row.get(f"{name}_period_before", "") for name in _sources(scheme, _names(item))}
    lent = {
        name: text
        for name, text in earlier.items()
        if row.get(name, "") == "" and text not in {"", GONE, WITHHELD}
    }
    again = _together(scheme, item, row, lent)
    return again if not isinstance(again, str) or again == NO_DIVISOR else found


def _sources(scheme: Said, names: Sequence[str]) -> list[str]:
    return [scheme["changes"][name]["of"] if name in scheme["changes"] else name for name in names]


def _together(scheme: Said, item: Said, row: Said, lent: Mapping[str, str]) -> Any:
    found = {name: _value(scheme, name, {**row, **lent}) for name in _names(item)}
    if len(found) == 1 and item["rule"] not in {"panel", "deduct_several"}:
        return next(iter(found.values()))
    numbers = {name: one for name, one in found.items() if isinstance(one, F)}
    enough = "marks" in item and numbers
    for state in (WITHHELD,) if enough else (WITHHELD, MISSING, GONE):
        if state in found.values():
            return state
    return NO_DIVISOR if NO_DIVISOR in found.values() and not enough else numbers


def _value(scheme: Said, name: str, row: Said) -> Any:
    change = scheme["changes"].get(name)
    if change is None:
        text = row.get(name, "")
        return text if text in {"", GONE, WITHHELD} else F(text)
    now, old = _value(scheme, change["of"], row), row.get(f"{change['of']}_{change['since']}", "")
    if isinstance(now, str):
        return now
    if old in {"", GONE, WITHHELD}:
        return GONE if old == GONE or change["without_earlier"] == "left_out" else MISSING
    before, sign = F(old), 1 if change["direction"] == "higher_is_better" else -1
    gain = sign * (now - before)
    limit = scheme["values"][change["of"]].get("standard")
    met = limit is not None and now <= F(limit["at_most"])
    if met and (change["standard_met"] == "left_out" or (change["standard_met"] == "left_out_if_worse" and gain < 0)):
        return GONE
    if change["by"] == "absolute":
        return gain
    divisor = before if change["by"] == "percent" else sign * (F(100 if sign > 0 else 0) - before)
    return 100 * gain / divisor if divisor > 0 else NO_DIVISOR


# --- rules -----------------------------------------------------------------------------------------------------------


def _by_rule(scheme: Said, item: Said, full: F, x: Any, row: Said, peers: list[F]) -> Any:
    if item["rule"] in {"completion", "control"}:
        return _to_target(scheme, item, full, x, row)
    if item["rule"] == "sliding":
        return _sliding(scheme, item, full, x, row, peers)
    if item["rule"] in {"peer_minmax", "position"}:
        return _among(item, full, x, peers)
    return _COUNTED[item["rule"]](item, full, x) if item["rule"] in _COUNTED else _measured(item, full, x)


def _measured(item: Said, full: F, x: F) -> Any:
    match item["rule"]:
        case "given":
            return x if 0 <= x <= full else BLOCKED
        case "efficacy":
            d = (x - F(item["unacceptable"])) * 40 / (F(item["satisfactory"]) - F(item["unacceptable"])) + 60
            if item["clip"] != "none":
                d = sorted((F(item["clip"][0]), d, F(item["clip"][1])))[1]
            return full * d / 100
        case "banded":
            return _banded(item, full, x)
        case "steps":
            return next(F(step["points"]) for step in item["steps"] if "from" not in step or x >= F(step["from"]))
    raise AssertionError(item["rule"])


def _among(item: Said, full: F, x: F, peers: list[F]) -> F:
    rising = item["direction"] == "higher_is_better"
    if item["rule"] == "position":
        better = [other for other in peers if (other > x if rising else other < x)]
        return max(F(item["least"]), full - len(better) * F(item["step"]))
    if max(peers) == min(peers):
        return full * F(item["all_equal"]) / 100
    share = (x - min(peers)) / (max(peers) - min(peers))
    return full * (F(item["floor"]) + (100 - F(item["floor"])) * (share if rising else 1 - share)) / 100


def _deduct(item: Said, full: F, x: F) -> F:
    loss = _loss(item, x)
    return F(0) if loss is None else max(F(0), full - loss)


def _several(item: Said, full: F, x: Mapping[str, F]) -> F:
    losses = [_loss(one, x[one["value"]]) for one in item["losses"]]
    if None in losses:
        return F(0)
    total = sum((loss for loss in losses if loss is not None), F(0))
    return max(F(0), full - (min(total, F(item["at_most"])) if "at_most" in item else total))


def _to_target(scheme: Said, item: Said, full: F, x: F, row: Said) -> Any:
    target: Any = item["target"]
    if target == "letter":
        amount, growth = row.get(f"{_agreed(item)}_target", ""), row.get(f"{item.get('growth')}_target", "")
        if amount and growth and "when_both" not in item:
            return BLOCKED
        target = growth if growth and (not amount or item["when_both"] == "growth") else amount
    elif isinstance(target, str):
        target = _value(scheme, target, row)
        if isinstance(target, str):
            return BLOCKED
    if target == "" or F(target) < 0:
        return BLOCKED
    t, rising = F(target), item["rule"] == "completion"
    if t == 0:
        if "target_is_zero" in item.get("not_applicable", ()):
            return GONE
        if "full_when" not in item:
            return BLOCKED
        return full if (x >= 0 if rising else x <= 0) else F(0)
    score = full * x / t if rising else full * (2 - x / t)
    return max(F(0), min(score, full * F(item.get("cap", 1))))


def _banded(item: Said, full: F, x: F) -> F:
    marks = [(F(s), full * F(c)) for s, c in zip(item["standards"], item["coefficients"], strict=True)]
    if marks[0][0] < marks[-1][0]:
        x, marks = -x, [(-s, c) for s, c in marks]
    if x >= marks[0][0]:
        return marks[0][1]
    for (high, most), (low, least) in pairwise(marks):
        if low <= x < high:
            return least + (x - low) * (most - least) / (high - low)
    return F(0)


def _sliding(scheme: Said, item: Said, full: F, x: F, row: Said, peers: list[F]) -> Any:
    average: Any = item["average"]
    if average == "peer_mean":
        average = sum(peers, F(0)) / len(peers)
    elif isinstance(average, str) and average.isidentifier():
        average = _value(scheme, average, row)
        if isinstance(average, str):
            return BLOCKED
    base, width, rest = F(item["base"]), F(item["width"]), abs(x - F(average))
    gained = F(0)
    for divisor in item["divisors"][:-1]:
        gained += min(rest, width) * base / F(divisor)
        rest -= min(rest, width)
    gained += rest * base / F(item["divisors"][-1])
    return max(F(0), min(base + gained if x >= F(average) else base - gained, full * F(item["cap"])))


def _loss(one: Said, x: F) -> F | None:
    if "zero_from" in one and x >= F(one["zero_from"]):
        return None
    times = max(F(0), x - F(one.get("over", 0))) / F(one.get("per", 1))
    times = F(times.numerator // times.denominator) if one["part_of_a_step"] == "dropped" else times
    loss = times * F(one["each"])
    return min(loss, F(one["at_most"])) if "at_most" in one else loss


def _panel(item: Said, full: F, x: Mapping[str, F]) -> Any:
    cast: list[F] = []
    if "votes" in item:
        if any(count < 0 or count.denominator != 1 for count in x.values()):
            return BLOCKED
        for name, mark in item["votes"].items():
            cast += [F(mark)] * int(x[name])
        abstained = int(x[item["abstentions"]]) if "abstentions" in item else 0
    else:
        cast = list(x.values())
        if not all(0 <= mark <= 100 for mark in cast):
            return BLOCKED
        abstained = len(item["marks"]) - len(cast)
    cast = sorted(cast + ([F(0)] * abstained if item["abstaining"] == "zero" else []))
    trim = item["trim"]
    out = int(F(trim[:-1]) / 100 * len(cast)) if isinstance(trim, str) else trim
    if len(cast) < item["at_least"] or len(cast) <= 2 * out:
        return GONE if item["too_few"] == "not_applicable" else BLOCKED
    kept = cast[out : len(cast) - out]
    return full * sum(kept, F(0)) / len(kept) / 100


_COUNTED = {"deduct": _deduct, "deduct_several": _several, "panel": _panel}


# --- totals, ranks, bands --------------------------------------------------------------------------------------------


def _card(scheme: Said, group: str, row: Said, items: dict[str, Any]) -> dict[str, Any]:
    points = {item["code"]: _full(item, group) for item in _items(scheme, group)}
    bonus, lost = (_added(scheme, part, row) for part in ("bonus", "deductions"))
    card = {"row": row, "items": items, "bonus": bonus, "total": None, "exact": None}
    whole = sum((points[code] for code, cell in items.items() if cell != GONE), F(0))
    if BLOCKED in items.values() or whole == 0:
        return card
    exact = sum((cell for cell in items.values() if cell != GONE), F(0)) * 100 / whole
    exact += (bonus if scheme["bonus"]["mode"] == "add" else 0) - lost
    rounding = scheme["rounding"]["total"]
    return {**card, "exact": exact, "total": _rounded(exact, rounding["places"], rounding["mode"])}


def _added(scheme: Said, part: str, row: Said) -> F:
    known = {item["code"]: item for item in scheme[part]["items"]}
    given = [(code, F(points), matter) for code, points, matter in row["adjustments"] if code in known]
    if part == "bonus" and scheme["bonus"]["same_matter"] == "highest_only":
        kept = []
        for place, (code, points, matter) in enumerate(given):
            same = [(other, n) for n, (_, other, about) in enumerate(given) if about == matter]
            if not matter or not any(other > points or (other == points and n < place) for other, n in same):
                kept.append((code, points, matter))
        given = kept
    groups: dict[Any, F] = {}
    for code, item in known.items():
        points = sum((points for other, points, _ in given if other == code), F(0))
        points = min(points, F(item["at_most"])) if "at_most" in item else points
        groups[item.get("group")] = groups.get(item.get("group"), F(0)) + points
    caps = scheme[part].get("groups", {})
    total = sum((min(points, F(caps[name])) if name in caps else points for name, points in groups.items()), F(0))
    return min(total, F(scheme[part]["cap"]))


def _rank(scheme: Said, cards: list[dict[str, Any]]) -> None:
    which = "total" if scheme["ranking"]["of"] == "published_total" else "exact"
    keys = [("bonus", -1)] if scheme["bonus"]["mode"] == "tie_break_only" else []
    keys += [(key.split()[0], 1 if key.endswith("asc") else -1) for key in scheme["ranking"]["then"]]
    classes = [cards]
    for card in cards:
        card["place"] = -card[which]
    classes = _split(classes, lambda card: card["place"])
    for name, sign in keys:
        further: list[list[dict[str, Any]]] = []
        for equal in classes:
            values = [card["bonus"] if name == "bonus" else _value(scheme, name, card["row"]) for card in equal]
            if len(equal) == 1 or not all(isinstance(value, F) for value in values):
                further.append(equal)
                continue
            by_unit = {card["row"]["unit"]: sign * value for card, value in zip(equal, values, strict=True)}
            further += _split([equal], lambda card, known=by_unit: known[card["row"]["unit"]])
        classes = further
    taken = 0
    for place, equal in enumerate(classes, 1):
        for card in equal:
            card["rank"] = taken + 1 if scheme["ranking"]["ties"] == "1224" else place
            card["class"] = place
        taken += len(equal)


def _split(classes: list[list[dict[str, Any]]], key: Any) -> list[list[dict[str, Any]]]:
    found = []
    for some in classes:
        for value in sorted({key(card) for card in some}):
            found.append([card for card in some if key(card) == value])
    return found


def _band(scheme: Said, group: str, cards: list[dict[str, Any]], sizes: Mapping[str, int]) -> None:
    codes = [band["code"] for band in scheme["bands"]]
    for card in cards:
        holds = ["from" not in band or card["total"] >= F(band["from"]) for band in scheme["bands"]]
        place = holds.index(True)
        for code, _, _ in card["row"]["adjustments"]:
            for veto in scheme["vetoes"]:
                limit = veto["effect"].get("band") or veto["effect"].get("band_at_most")
                if veto["code"] == code and limit:
                    place = max(place, codes.index(limit))
        card["band"] = codes[place]
    for place, band in enumerate(scheme["bands"][:-1]):
        most = _quota(band, group, sizes)
        if most is None:
            continue
        taken = 0
        for number in sorted({card["class"] for card in cards}):
            wanting = [card for card in cards if card["class"] == number and card["band"] == band["code"]]
            taken += len(wanting)
            if taken > most:
                for card in wanting:
                    card["band"] = codes[place + 1]


def _quota(band: Said, group: str, sizes: Mapping[str, int]) -> int | None:
    if "quota_of_all" in band:
        whole = sum(sizes.values())
        exact = {name: F(band["quota_of_all"] * size, whole) for name, size in sizes.items()} if whole else {}
        given = {name: int(share) for name, share in exact.items()}
        over = band["quota_of_all"] - sum(given.values())
        order = sorted(exact, key=lambda name: (-(exact[name] - given[name]), -sizes[name], name))
        return given.get(group, 0) + (group in order[:over])
    if "quota" not in band:
        return None
    share = F(band["quota"][:-1]) / 100 * sizes[group]
    return int(share) if band.get("quota_rounding", "down") == "down" else int(share + F(1, 2))


def _rounded(number: F, places: int, mode: str) -> F:
    size = abs(number) * 10**places
    whole, rest = int(size), size - int(size)
    whole += rest > F(1, 2) or (rest == F(1, 2) and (mode == "half_up" or whole % 2 == 1))
    return F(whole if number > 0 else -whole, 10**places)


def _text(number: F, places: int) -> str:
    digits = str(abs(int(number * 10**places))).rjust(places + 1, "0")
    return ("-" if number < 0 else "") + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)

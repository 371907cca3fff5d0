"""From item scores to a total: headings, points that do not apply, bonuses and deductions, one rounding."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from assessment.foundation.exact import MOST_DIGITS, rounded, shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number, total
from assessment.programmes.rules.adjusting import Adjusting, Bonus
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import About, DimensionScore, ItemScore, Scorecard, Step, Trouble
from assessment.scoring.rules.composites.aggregating import Aggregated
from assessment.scoring.rules.values import Adjustment, AdjustmentKind, UnitInput

HUNDRED = Fraction(100)


def in_total(
    scheme: Scheme, group: str, unit: UnitInput, items: Sequence[ItemScore], made: Aggregated | None = None
) -> Scorecard:
    """Add a unit's items up, or take what a composite made of them; no total where something blocks or none applies."""
    steps: list[Step] = list(made.steps) if made else []
    maximum = made.maximum if made else sum((item.points for item in items if item.counted is not None), Fraction(0))
    blocked = any(item.trouble for item in items)
    base = None if blocked else made.total if made else _base(items, maximum, steps)
    bonus = _bonus(scheme, unit.adjustments, steps)
    lost = _deductions(scheme, unit.adjustments, steps)
    exact, published = None, None
    if base is not None:
        adds = scheme.bonus is not None and scheme.bonus.mode == "add"
        exact = base + (bonus if adds else 0) - lost
        if exact != base:
            steps.append(
                Step(
                    About.FORMULA,
                    N_("{base} + {bonus} − {lost} = {total}"),
                    {
                        "base": shown(base),
                        "bonus": shown(bonus if adds else 0),
                        "lost": shown(lost),
                        "total": shown(exact),
                    },
                )
            )
        published = _published(scheme, exact, steps)
    hindered = made.troubles if made else ()
    if published is not None and len(published.as_tuple().digits) > MOST_DIGITS:
        message = N_("The total has more than {most} digits; correct the values, or keep marks within limits.")
        published, hindered = None, (*hindered, Trouble(unit.code, "", message, {"most": MOST_DIGITS}))
    return Scorecard(
        unit=unit.code, group=group, items=tuple(items), maximum=maximum,
        dimensions=made.dimensions if made else _dimensions(scheme, items),
        bonus=bonus, deductions=lost, total_exact=exact, total_published=published, steps=tuple(steps),
        vetoes=tuple(one.code for one in unit.adjustments if one.kind is AdjustmentKind.VETO),
        commendable=not any(_forbids_commendation(scheme, one) for one in unit.adjustments),
        hindered=hindered,
    )  # fmt: skip


def _base(items: Sequence[ItemScore], maximum: Fraction, steps: list[Step]) -> Number | None:
    """The sum of the items, over the points that apply where some do not."""
    if maximum == 0:
        steps.append(Step(About.STATE, N_("No indicator applies to this unit; it is not ranked.")))
        return None
    earned = total(item.counted for item in items if item.counted is not None)
    steps.append(
        Step(
            About.FORMULA,
            N_("The items sum to {earned} of {maximum} points."),
            {"earned": shown(earned), "maximum": shown(maximum)},
        )
    )
    if maximum == HUNDRED:
        return earned
    base = earned * HUNDRED / maximum
    left = ", ".join(item.code for item in items if item.counted is None)
    message = N_("{left} do not count; the others carry their points: {earned} × 100 ÷ {maximum} = {base}")
    steps.append(
        Step(
            About.FORMULA,
            message,
            {"left": left, "earned": shown(earned), "maximum": shown(maximum), "base": shown(base)},
        )
    )
    return base


def carried(items: Iterable[tuple[Fraction | None, Fraction]]) -> Fraction:
    """What items that do not count take from the full marks: they are lost at the rate of those that carry them.

    ``items`` are (exact score, points), the score ``None`` where the item does not count. Nothing where none counts.
    """
    pairs = list(items)
    counted = [(score, points) for score, points in pairs if score is not None]
    maximum = sum((points for _, points in counted), Fraction(0))
    earned = sum((score for score, _ in counted), Fraction(0))
    full = sum((points for _, points in pairs), Fraction(0))
    return (full - maximum) * (1 - earned / maximum) if maximum else Fraction(0)


def _published(scheme: Scheme, exact: Number, steps: list[Step]) -> Decimal:
    rounding = scheme.rounding.of_total
    published = rounded(exact, rounding.places, rounding.mode)
    message = (
        N_("Total: {exact} rounded to {published}, halves away from zero.")
        if rounding.mode == "half_up"
        else N_("Total: {exact} rounded to {published}, halves to the even digit (GB/T 8170).")
    )
    steps.append(Step(About.ROUNDING, message, {"exact": shown(exact), "published": format(published, "f")}))
    return published


def _bonus(scheme: Scheme, adjustments: Sequence[Adjustment], steps: list[Step]) -> Fraction:
    found = [one for one in adjustments if one.kind is AdjustmentKind.BONUS]
    if not found or scheme.bonus is None:
        return Fraction(0)
    points = _capped(_counted_once(scheme.bonus, found, steps), scheme.bonus, steps)
    if scheme.bonus.mode == "tie_break_only":
        steps.append(
            Step(About.ADJUSTMENT, N_("Bonus points do not enter the total; they separate equal totals only."))
        )
    elif scheme.bonus.mode == "separate":
        steps.append(Step(About.ADJUSTMENT, N_("Bonus points do not enter the total; they are shown beside it.")))
    return points


def _deductions(scheme: Scheme, adjustments: Sequence[Adjustment], steps: list[Step]) -> Fraction:
    found = [one for one in adjustments if one.kind is AdjustmentKind.DEDUCTION]
    if not found or scheme.deductions is None:
        return Fraction(0)
    return _capped(found, scheme.deductions, steps)


def _counted_once(bonus: Bonus, found: Sequence[Adjustment], steps: list[Step]) -> list[Adjustment]:
    """A matter praised at several levels counts once, at the highest, where the scheme says so 就高不重复."""
    if bonus.same_matter == "all":
        return list(found)
    kept: list[Adjustment] = []
    for matter in dict.fromkeys(one.matter for one in found):
        same = [one for one in found if one.matter == matter]
        best = max(same, key=lambda one: one.points)  # the first of equals
        kept += [best] if matter else same
        if matter and len(same) > 1:
            left = ", ".join(one.code for one in same if one is not best)
            message = N_("{matter} counts once, at the highest: {code} with {points} points, not {left}.")
            facts = {"matter": matter, "code": best.code, "points": shown(best.points), "left": left}
            steps.append(Step(About.BOUND, message, facts))
    return kept


def _capped(found: Sequence[Adjustment], adjusting: Adjusting, steps: list[Step]) -> Fraction:
    """The points of confirmed adjustments, each kind, each group and all together within their caps."""
    limits = {item.code: Fraction(item.at_most) for item in adjusting.items if item.at_most is not None}
    group_of = {item.code: item.group for item in adjusting.items}
    groups: dict[str | None, Fraction] = {}
    for code in dict.fromkeys(one.code for one in found):
        points = sum((Fraction(one.points) for one in found if one.code == code), Fraction(0))
        origins = ", ".join(one.origin for one in found if one.code == code and one.origin)
        facts = {"code": code, "points": shown(points), "origins": origins or "—"}
        steps.append(Step(About.ADJUSTMENT, N_("{code}: {points} points confirmed ({origins})."), facts))
        if code in limits and points > limits[code]:
            points = limits[code]
            steps.append(
                Step(About.BOUND, N_("{code} counts at most {most} points."), {"code": code, "most": shown(points)})
            )
        group = group_of.get(code)
        groups[group] = groups.get(group, Fraction(0)) + points
    total = sum((_group(name, points, adjusting, steps) for name, points in groups.items()), Fraction(0))
    if total > adjusting.cap:
        facts = {"total": shown(total), "cap": shown(adjusting.cap)}
        steps.append(Step(About.BOUND, N_("{total} points together; at most {cap} count."), facts))
    return min(total, Fraction(adjusting.cap))


def _group(name: str | None, points: Fraction, adjusting: Adjusting, steps: list[Step]) -> Fraction:
    if name is None or points <= adjusting.groups[name]:
        return points
    cap = Fraction(adjusting.groups[name])
    facts = {"total": shown(points), "group": name, "cap": shown(cap)}
    steps.append(Step(About.BOUND, N_("{total} points in the group “{group}”; at most {cap} count."), facts))
    return cap


def _dimensions(scheme: Scheme, items: Sequence[ItemScore]) -> tuple[DimensionScore, ...]:
    scores = {item.code: item for item in items}
    found = []
    for dimension in scheme.dimensions:
        mine = [scores[item.code] for item in dimension.leaves if item.code in scores]
        if not mine:
            continue
        counted = [(item.counted, item.points) for item in mine if item.counted is not None]
        blocked = any(item.trouble for item in mine)
        exact = total(score for score, _ in counted) if counted and not blocked else None
        found.append(DimensionScore(dimension.code, exact, sum((points for _, points in counted), Fraction(0))))
    return tuple(found)


def _forbids_commendation(scheme: Scheme, adjustment: Adjustment) -> bool:
    codes = {veto.code for veto in scheme.vetoes if veto.effect.no_commendation}
    return adjustment.kind is AdjustmentKind.VETO and adjustment.code in codes

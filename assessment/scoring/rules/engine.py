"""From values to scorecards: each indicator by its rule, gaps by policy, totals rounded once, then bands and ranks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from assessment.foundation.exact import rounded, shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number, Undecided, total
from assessment.programmes.rules.indicators import Item
from assessment.programmes.rules.normalised import Normalised
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules import items as rules
from assessment.scoring.rules.cards import About, Explanation, ItemScore, Results, Scorecard, Step, Trouble
from assessment.scoring.rules.composites.aggregating import aggregated
from assessment.scoring.rules.composites.columns import column, denominated, is_imputed, scale_of
from assessment.scoring.rules.composites.imputing import Row
from assessment.scoring.rules.composites.normalising import lowest
from assessment.scoring.rules.composites.screening import screened
from assessment.scoring.rules.facts import ZERO, CannotScore, Facts, Outcome, Peers
from assessment.scoring.rules.reading import Found, find, find_for
from assessment.scoring.rules.standing import ranked_groups
from assessment.scoring.rules.targets import agreed_value, target_of
from assessment.scoring.rules.totals import in_total
from assessment.scoring.rules.values import AdjustmentKind, Kind, UnitInput, Value

IS_MISSING = N_("The value is missing; report it, or decide what follows.")
IS_WITHHELD = N_("The value was withheld; a person must decide what follows.")


def score(scheme: Scheme, units: Sequence[UnitInput]) -> Results:
    """Score, band and rank all units, each within its peer group."""
    try:
        return _scored_whole(scheme, units)
    except Undecided:
        message = N_(
            "Two numbers agree to {digits} digits, and nothing here says whether they are equal; rank published "
            "totals, or change a weight."
        )
        return Results((), (Trouble("", "", message, {"digits": "1,000"}),))


def _scored_whole(scheme: Scheme, units: Sequence[UnitInput]) -> Results:
    members, troubles = _grouped(scheme, units)
    order = {code: place for place, code in enumerate(scheme.groups)}
    groups = sorted(members, key=lambda code: (order.get(code, len(order)), code))
    cards = ranked_groups(scheme, {group: _score_group(scheme, group, members[group]) for group in groups}, members)
    troubles += [trouble for card in cards for trouble in card.troubles]
    return Results(tuple(cards), tuple(troubles))


def _grouped(scheme: Scheme, units: Sequence[UnitInput]) -> tuple[dict[str, list[UnitInput]], list[Trouble]]:
    members: dict[str, list[UnitInput]] = {}
    troubles: list[Trouble] = []
    for unit in units:
        groups = (unit.group,) if unit.group else scheme.group_of(unit.code, unit.attributes)
        if len(groups) == 1:
            members.setdefault(groups[0], []).append(unit)
            continue
        facts = {
            "unit": unit.code,
            "groups": ", ".join(groups),
            "attributes": ", ".join(f"{name}: {unit.attributes.get(name, '')}" for name in scheme.group_attributes),
        }
        message = (
            N_("{unit} belongs to several peer groups ({groups}); let exactly one hold it.")
            if groups
            else N_("{unit} belongs to no peer group ({attributes}); correct it, or the scheme's peer groups.")
        )
        troubles.append(Trouble(unit.code, "", message, facts))
    return members, troubles


def _score_group(scheme: Scheme, group: str, units: Sequence[UnitInput]) -> list[Scorecard]:
    out = screened(scheme, units, lambda unit: (_kind(scheme, item, unit) for item in scheme.items_in(group)))
    units = [unit for unit in units if unit.code not in out]
    columns = {item.code: score_item(scheme, group, item, units) for item in scheme.items_in(group)}
    rows = [[column[place] for column in columns.values()] for place in range(len(units))]
    codes = [unit.code for unit in units]
    whole = aggregated(scheme, group, codes, columns) if scheme.composite else [None] * len(rows)
    left_out = [in_total(scheme, group, unit, (), why) for unit, why in out.values()]
    return [in_total(scheme, group, *row) for row in zip(units, rows, whole, strict=True)] + left_out


def _kind(scheme: Scheme, item: Item, unit: UnitInput) -> Kind:
    return _case(scheme, item, Fraction(0), unit, scheme.policy(item)).found.kind


@dataclass(frozen=True)
class _Case:
    """One indicator of one unit, on its way to a score."""

    scheme: Scheme
    item: Item
    points: Fraction
    unit: UnitInput
    found: Found
    policy: str
    reads: str

    def result(self, outcome: Outcome, kind: Kind | None = None, undecided: bool = False) -> ItemScore:
        """The item's score with all its steps, rounded if the scheme rounds items."""
        steps = [*self.found.steps, *outcome.steps]
        exact, published = outcome.score, None
        if exact is not None and any(self._zeroed()):
            exact = self.nothing
            steps.append(
                Step(
                    About.ADJUSTMENT,
                    N_("A veto takes all points of this indicator: {vetoes}."),
                    {"vetoes": ", ".join(self._zeroed())},
                )
            )
        if exact is not None and (rounding := self.scheme.rounding.item):
            published = rounded(exact, rounding.places, rounding.mode)
            steps.append(rounding_step(exact, published, rounding.mode))
        shape = Explanation(rules.rule_of(self.item), self.item.basis or "", tuple(steps))
        return ItemScore(self.item.code, self.points, kind or self.found.kind, exact, published, shape, undecided)

    @property
    def nothing(self) -> Fraction:
        """What nothing earns: 0 points, or the least that a composite's rule can give."""
        if self.scheme.composite is None or not isinstance(self.item, Normalised):
            return ZERO
        return lowest(self.item, scale_of(self.scheme))

    def _zeroed(self) -> list[str]:
        zeroing = {veto.code for veto in self.scheme.vetoes if veto.effect.item_zero == self.item.code}
        return [one.code for one in self.unit.adjustments if one.kind is AdjustmentKind.VETO and one.code in zeroing]

    def blocked(self, message: str, facts: Mapping[str, object]) -> ItemScore:
        """No score until somebody acts."""
        trouble = Trouble(self.unit.code, self.item.code, message, facts)
        steps = (*self.found.steps, Step(About.STATE, message, facts))
        shape = Explanation(rules.rule_of(self.item), self.item.basis or "", steps)
        return ItemScore(self.item.code, self.points, self.found.kind, None, None, shape, trouble=trouble)


def rounding_step(exact: Number, published: Decimal, mode: str) -> Step:
    """Say how a number was rounded."""
    message = (
        N_("{exact} rounded to {published}, halves away from zero.")
        if mode == "half_up"
        else N_("{exact} rounded to {published}, halves to the even digit (GB/T 8170).")
    )
    return Step(About.ROUNDING, message, {"exact": shown(exact), "published": format(published, "f")})


Supposed = Mapping[str, Mapping[str, Number]]
"""Unit -> name of a value -> what it is supposed to be instead, in the one indicator that is scored."""


def score_item(
    scheme: Scheme, group: str, item: Item, units: Sequence[UnitInput], supposed: Supposed = MappingProxyType({})
) -> list[ItemScore]:
    """One indicator for all units of a peer group."""
    points, policy = Fraction(item.points_in(group) or 0), scheme.policy(item)
    if scheme.composite is not None and isinstance(item, Normalised):
        points = scale_of(scheme).high
    cases = [_supposing(_case(scheme, item, points, unit, policy), supposed.get(unit.code)) for unit in units]
    peers = Peers(case.found.number for case in cases if case.found.number is not None)
    scores = _normalised(item, cases) if isinstance(item, Normalised) else [_scored(case, peers) for case in cases]
    if any(case.policy == "peer_mean" for case in cases):
        present = [one.exact for one in scores if one.exact is not None and one.kind is Kind.GIVEN]
        scores = [
            _by_peer_mean(case, present) if _wants_mean(case) else one for case, one in zip(cases, scores, strict=True)
        ]
    return scores


def _supposing(case: _Case, instead: Mapping[str, Number] | None) -> _Case:
    if not instead:
        return case
    found = case.found
    if case.item.parts == (case.item.reads,):
        number = next(iter(instead.values()))
        found = replace(found, kind=Kind.GIVEN, number=number, divided_by_zero=False, undefined=None)
    else:
        found = replace(found, numbers={**found.numbers, **instead})
    return replace(case, found=found)


def _normalised(item: Normalised, cases: Sequence[_Case]) -> list[ItemScore]:
    """A rule that takes the whole column at once; what has no value and is not imputed follows its policy."""
    if not cases:
        return []
    scheme = cases[0].scheme
    group = scheme.composite.group if scheme.composite and scheme.composite.group else ""
    taken = [case for case in cases if case.found.number is not None or is_imputed(scheme, item, case.found.kind)]
    rows = [Row(case.found.number, case.unit.attributes.get(group, "")) for case in taken]
    outcomes = dict(zip(map(id, taken), column(scheme, item, cases[0].points, rows), strict=True))
    return [_settled(case, outcomes.get(id(case))) for case in cases]


def _settled(case: _Case, outcome: Outcome | CannotScore | None) -> ItemScore:
    if outcome is None:
        return _scored(case, Peers())
    return case.blocked(outcome.message, outcome.facts) if isinstance(outcome, CannotScore) else case.result(outcome)


def _case(scheme: Scheme, item: Item, points: Fraction, unit: UnitInput, policy: str) -> _Case:
    reads = agreed_value(item, unit)
    found = _found(scheme, unit, item, reads, unit.values)
    if found.kind is Kind.MISSING and policy == "carry_forward":
        found = _carried(scheme, unit, item, reads, found)
    return _Case(scheme, item, points, unit, found, policy, reads)


def _found(scheme: Scheme, unit: UnitInput, item: Item, reads: str, values: Mapping[str, Value]) -> Found:
    found = find(scheme, unit, reads, values) if reads != item.reads else find_for(scheme, unit, item, values)
    return denominated(scheme, unit, item, found, values)


def _carried(scheme: Scheme, unit: UnitInput, item: Item, reads: str, found: Found) -> Found:
    """Values of the period before stand in for missing ones."""
    values = dict(unit.values)
    lent: list[str] = []
    for name in scheme.inputs(item):
        before = unit.previous.get(name)
        if before is not None and before.kind is Kind.GIVEN and _is_missing(values.get(name)):
            values[name] = before
            lent.append(name)
    again = _found(scheme, unit, item, reads, values)
    if again.kind is not Kind.GIVEN:
        return found
    step = Step(
        About.STATE, N_("Not reported; carried forward from the period before: {names}."), {"names": ", ".join(lent)}
    )
    return replace(again, steps=(step, *again.steps))


def _is_missing(value: Value | None) -> bool:
    return value is None or value.kind is Kind.MISSING


def _wants_mean(case: _Case) -> bool:
    return case.policy == "peer_mean" and case.found.kind is Kind.MISSING


def _scored(case: _Case, peers: Peers) -> ItemScore:
    match case.found.kind:
        case Kind.GIVEN:
            return _by_rule(case, peers)
        case Kind.NOT_APPLICABLE:
            return case.result(Outcome(None, (Step(About.STATE, N_("The indicator does not apply to this unit.")),)))
        case kind:
            return _by_policy(case, kind)


def _by_rule(case: _Case, peers: Peers) -> ItemScore:
    if case.found.undefined is not None:
        return case.blocked(case.found.undefined.message, case.found.undefined.facts)
    if case.found.divided_by_zero:
        if "divisor_is_zero" in case.item.not_applicable:
            step = Step(About.STATE, N_("The divisor is 0: the indicator does not apply."))
            return case.result(Outcome(None, (step,)), Kind.NOT_APPLICABLE)
        return case.blocked(
            N_(
                "The divisor of its formula is 0 and the scheme does not say what that means; add "
                "“not_applicable: divisor_is_zero” to the indicator."
            ),
            {},
        )
    try:
        target, steps = target_of(case.scheme, case.unit, case.item, case.reads)
        actual = case.found.number if case.found.number is not None else ZERO
        outcome = rules.apply(case.item, Facts(case.points, actual, target, peers, case.found.numbers))
    except CannotScore as reason:
        return case.blocked(reason.message, reason.facts)
    kind = Kind.NOT_APPLICABLE if outcome.score is None else Kind.GIVEN
    return case.result(Outcome(outcome.score, (*steps, *outcome.steps)), kind)


def _by_policy(case: _Case, kind: Kind) -> ItemScore:
    """What a missing or withheld value does; a withheld one is never filled in from elsewhere."""
    policy = case.scheme.missing.withheld or case.policy if kind is Kind.WITHHELD else case.policy
    if policy == "zero_by_decision":
        reason = (
            Step(About.STATE, N_("Not reported: 0 points by decision {decision}."), {"decision": case.found.decision})
            if case.found.decision
            else Step(About.STATE, N_("Not reported: 0 points under the scheme, once a person has decided so."))
        )
        return case.result(Outcome(case.nothing, (reason,)), undecided=not case.found.decision)
    if policy == "reweight" and kind is Kind.MISSING:
        step = Step(About.STATE, N_("Not reported: the other indicators carry its points."))
        return case.result(Outcome(None, (step,)))
    if kind is Kind.WITHHELD:
        return case.blocked(IS_WITHHELD, {})
    return case.blocked(IS_MISSING, {})


def _by_peer_mean(case: _Case, present: Sequence[Number]) -> ItemScore:
    if not present:
        return case.blocked(N_("The value is missing, and no unit of the peer group has one; report it."), {})
    mean = total(present) / Fraction(len(present))
    step = Step(
        About.STATE,
        N_("Not reported: the mean of {count} units of the peer group counts, {mean}."),
        {"count": str(len(present)), "mean": shown(mean)},
    )
    return case.result(Outcome(mean, (step,)))

"""Ranks and bands within a peer group: equal totals share a rank, quotas and vetoes move bands and say so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from assessment.foundation.exact import largest_remainder, rounded, shown
from assessment.foundation.i18n import N_
from assessment.foundation.reals import Number
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.rules.standing import Band
from assessment.scoring.rules.cards import About, Scorecard, Step
from assessment.scoring.rules.reading import find
from assessment.scoring.rules.values import AdjustmentKind, UnitInput


@dataclass(frozen=True)
class _Key:
    """What separates equal totals."""

    name: str
    descending: bool


def ranked_groups(
    scheme: Scheme, cards: Mapping[str, Sequence[Scorecard]], units: Mapping[str, Sequence[UnitInput]]
) -> list[Scorecard]:
    """The scorecards of all peer groups, group by group, each ranked within its own."""
    sizes = {group: sum(card.total_published is not None for card in some) for group, some in cards.items()}
    return [card for group in cards for card in _ranked(scheme, group, cards[group], units[group], sizes)]


def _ranked(
    scheme: Scheme, group: str, cards: Sequence[Scorecard], units: Sequence[UnitInput], sizes: Mapping[str, int]
) -> list[Scorecard]:
    """The scorecards of one peer group with rank and band, by rank and then unit; the unranked last."""
    inputs = {unit.code: unit for unit in units}
    standing = [card for card in cards if card.total_published is not None]
    classes = list(_classes(scheme, standing, inputs))
    placed: list[list[Scorecard]] = []
    taken = 0
    for place, equal in enumerate(classes, 1):
        rank = taken + 1 if scheme.ranking.ties == "1224" else place
        placed.append([_placed(card, rank, equal) for card in equal])
        taken += len(equal)
    banded = [card for equal in _banded(scheme, group, placed, inputs, sizes) for card in equal]
    rest = sorted((card for card in cards if card.total_published is None), key=lambda card: card.unit)
    return banded + rest


def _placed(card: Scorecard, rank: int, equal: Sequence[Scorecard]) -> Scorecard:
    if len(equal) == 1:
        return replace(card, rank=rank)
    others = ", ".join(sorted(one.unit for one in equal if one.unit != card.unit))
    step = Step(About.RANK, N_("Rank {rank} is shared with {others}."), {"rank": str(rank), "others": others})
    return replace(card, rank=rank, tied=True, steps=(*card.steps, step))


def _classes(scheme: Scheme, cards: Sequence[Scorecard], inputs: dict[str, UnitInput]) -> Iterator[list[Scorecard]]:
    """Classes of units that nothing separates, best first."""
    keys = [_Key("bonus", True)] if scheme.bonus and scheme.bonus.mode == "tie_break_only" else []
    keys += [_Key(key.value, key.descending) for key in scheme.ranking.then]
    ordered = sorted(cards, key=lambda card: (-_ranked_value(scheme, card), card.unit))
    for equal in _runs(ordered, [_ranked_value(scheme, card) for card in ordered]):
        yield from _separated(scheme, equal, keys, inputs)


def _ranked_value(scheme: Scheme, card: Scorecard) -> Number:
    if scheme.ranking.of == "exact_total":
        return card.total_exact if card.total_exact is not None else Fraction(0)
    return Fraction(card.total_published or 0)


def _runs(cards: Sequence[Scorecard], values: Sequence[Number]) -> Iterator[list[Scorecard]]:
    run: list[Scorecard] = []
    for place, card in enumerate(cards):
        if run and values[place] != values[place - 1]:
            yield run
            run = []
        run.append(card)
    if run:
        yield run


def _separated(
    scheme: Scheme, equal: list[Scorecard], keys: Sequence[_Key], inputs: dict[str, UnitInput]
) -> Iterator[list[Scorecard]]:
    """Split equal totals by the tie-break keys; a key that some unit lacks separates nobody."""
    if len(equal) == 1 or not keys:
        yield equal
        return
    key, further = keys[0], keys[1:]
    found = {card.unit: _key_value(scheme, card, key, inputs) for card in equal}
    values = {unit: value for unit, value in found.items() if value is not None}
    if len(values) < len(equal):
        lacking = ", ".join(sorted(found.keys() - values.keys()))
        step = Step(
            About.RANK,
            N_("Equal totals; {key} is not known for {lacking} and separates nobody."),
            {"key": key.name, "lacking": lacking},
        )
        yield from _separated(scheme, [_with(card, step) for card in equal], further, inputs)
        return
    sign = -1 if key.descending else 1
    message = (
        N_("Equal totals; more {key} is better: {value}.")
        if key.descending
        else N_("Equal totals; less {key} is better: {value}.")
    )
    ordered = sorted(equal, key=lambda card: (sign * values[card.unit], card.unit))
    noted = [
        _with(card, Step(About.RANK, message, {"key": key.name, "value": shown(values[card.unit])})) for card in ordered
    ]
    for run in _runs(noted, [values[card.unit] for card in noted]):
        yield from _separated(scheme, run, further, inputs)


def _key_value(scheme: Scheme, card: Scorecard, key: _Key, inputs: dict[str, UnitInput]) -> Number | None:
    """A value, or the score of an indicator; a name that is both means the value."""
    if key.name == "bonus" and "bonus" not in scheme.values:
        return card.bonus
    found = find(scheme, inputs[card.unit], key.name).number
    item = card.item(key.name) if found is None and key.name not in scheme.names else None
    return item.counted if item is not None else found


def _with(card: Scorecard, step: Step) -> Scorecard:
    return replace(card, steps=(*card.steps, step))


def _banded(
    scheme: Scheme,
    group: str,
    classes: Sequence[list[Scorecard]],
    inputs: dict[str, UnitInput],
    sizes: Mapping[str, int],
) -> list[list[Scorecard]]:
    """Give bands: by total, lowered by vetoes, then the overflow of a quota falls to the next band."""
    if not scheme.bands:
        return list(classes)
    members = [[_by_total_and_veto(scheme, card, inputs[card.unit]) for card in equal] for equal in classes]
    table = [band for band, _ in scheme.band_table]
    for place, band in enumerate(table[:-1]):
        if band.has_quota:
            most, told = _quota(band, table[place + 1].code, group, sizes)
            members = _within_quota(members, band.code, table[place + 1].code, most, told)
    return members


def _quota(band: Band, below: str, group: str, sizes: Mapping[str, int]) -> tuple[int, Step]:
    """How many of a peer group may be in a band, and what those are told who fall out of it."""
    count = sizes[group]
    facts = {"count": str(count), "band": band.code, "below": below}
    if band.quota is None:
        shares = largest_remainder(band.quota_of_all or 0, sizes) if any(sizes.values()) else dict.fromkeys(sizes, 0)
        message = N_(
            "Of {all} units in all that may be “{band}”, {most} fall to this peer group of {count}; "
            "this unit falls to “{below}”."
        )
        facts |= {"all": str(band.quota_of_all), "most": str(shares[group])}
        return shares[group], Step(About.BAND, message, facts)
    exact = band.quota * count
    most = int(exact) if band.quota_rounding == "down" else int(rounded(exact, 0, "half_up"))
    message = N_("At most {share} of {count} units, that is {most}, may be “{band}”; this unit falls to “{below}”.")
    return most, Step(About.BAND, message, {**facts, "share": f"{shown(band.quota * 100)}%", "most": str(most)})


def _within_quota(
    members: list[list[Scorecard]], band: str, below: str, most: int, step: Step
) -> list[list[Scorecard]]:
    """Fill a band from the top; units of equal rank stay or fall together, and who falls is told why."""
    result: list[list[Scorecard]] = []
    taken, full = 0, False
    for equal in members:
        wanting = sum(card.band == band for card in equal)
        full = full or taken + wanting > most
        taken += 0 if full else wanting
        result.append(
            [replace(_with(card, step), band=below) if full and card.band == band else card for card in equal]
        )
    return result


def _by_total_and_veto(scheme: Scheme, card: Scorecard, unit: UnitInput) -> Scorecard:
    table = scheme.band_table
    codes = [band.code for band, _ in table]
    total = card.total_published if card.total_published is not None else Decimal(0)
    place = next(index for index, (_, span) in enumerate(table) if span.holds(total))
    card = _with(
        card,
        Step(
            About.BAND,
            N_("{total} lies in {span}: “{band}”."),
            {"total": format(total, "f"), "span": str(table[place][1]), "band": codes[place]},
        ),
    )
    for origin, band in limits(scheme, unit):
        limit = codes.index(band)
        if limit > place:
            place = limit
            card = _with(
                card,
                Step(
                    About.BAND,
                    N_("{origin} lowers the band to “{band}”; the score stays as it is."),
                    {"origin": origin, "band": codes[place]},
                ),
            )
    return replace(card, band=codes[place])


def limits(scheme: Scheme, unit: UnitInput) -> Iterator[tuple[str, str]]:
    """The bands that confirmed vetoes and caps allow at most, with what they rest on."""
    vetoes = {veto.code: veto for veto in scheme.vetoes}
    for one in unit.adjustments:
        origin = f"{one.code} ({one.origin})" if one.origin else one.code
        if one.kind is AdjustmentKind.BAND_CAP and one.band:
            yield origin, one.band
        if one.kind is AdjustmentKind.VETO and one.code in vetoes:
            effect = vetoes[one.code].effect
            if band := effect.band or effect.band_at_most:
                yield origin, band

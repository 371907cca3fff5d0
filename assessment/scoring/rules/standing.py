"""Ranks and bands within a peer group: equal totals share a rank, quotas and vetoes move bands and say so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from assessment.foundation.exact import shown
from assessment.foundation.i18n import N_
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import About, Scorecard, Step
from assessment.scoring.rules.reading import find
from assessment.scoring.rules.values import AdjustmentKind, UnitInput


@dataclass(frozen=True)
class _Key:
    """What separates equal totals."""

    name: str
    descending: bool


def ranked(scheme: Scheme, cards: Sequence[Scorecard], units: Sequence[UnitInput]) -> list[Scorecard]:
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
    banded = [card for equal in _banded(scheme, placed, inputs) for card in equal]
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


def _ranked_value(scheme: Scheme, card: Scorecard) -> Fraction:
    value = card.total_published if scheme.ranking.of == "published_total" else card.total_exact
    return Fraction(value if value is not None else 0)


def _runs(cards: Sequence[Scorecard], values: Sequence[Fraction]) -> Iterator[list[Scorecard]]:
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


def _key_value(scheme: Scheme, card: Scorecard, key: _Key, inputs: dict[str, UnitInput]) -> Fraction | None:
    if key.name == "bonus" and "bonus" not in scheme.values:
        return card.bonus
    return find(scheme, inputs[card.unit], key.name).number


def _with(card: Scorecard, step: Step) -> Scorecard:
    return replace(card, steps=(*card.steps, step))


def _banded(scheme: Scheme, classes: Sequence[list[Scorecard]], inputs: dict[str, UnitInput]) -> list[list[Scorecard]]:
    """Give bands: by total, lowered by vetoes, then the overflow of a quota falls to the next band."""
    if not scheme.bands:
        return list(classes)
    members = [[_by_total_and_veto(scheme, card, inputs[card.unit]) for card in equal] for equal in classes]
    count = sum(len(equal) for equal in members)
    table = [band for band, _ in scheme.band_table]
    for place, band in enumerate(table):
        if band.quota is not None and place + 1 < len(table):
            most = int(band.quota * count)
            members = _within_quota(
                members, band.code, table[place + 1].code, most, f"{shown(band.quota * 100)}%", count
            )
    return members


def _within_quota(
    members: list[list[Scorecard]], band: str, below: str, most: int, share: str, count: int
) -> list[list[Scorecard]]:
    """Fill a band from the top; units of equal rank stay or fall together, and who falls is told why."""
    step = Step(
        About.BAND,
        N_("At most {share} of {count} units, that is {most}, may be “{band}”; this unit falls to “{below}”."),
        {"share": share, "count": str(count), "most": str(most), "band": band, "below": below},
    )
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
    for origin, band in _limits(scheme, unit):
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


def _limits(scheme: Scheme, unit: UnitInput) -> Iterator[tuple[str, str]]:
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

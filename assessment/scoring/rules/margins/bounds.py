"""Every cap, limit, veto and quota that held for a unit, and where it would stand without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from assessment.programmes.rules.indicators import (
    Completion,
    Deduct,
    DeductSeveral,
    Efficacy,
    Item,
    PeerMinmax,
    Position,
    Sliding,
)
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import About, ItemScore
from assessment.scoring.rules.engine import score_item
from assessment.scoring.rules.margins.trial import Standing, Trial
from assessment.scoring.rules.totals import in_total
from assessment.scoring.rules.values import AdjustmentKind, Kind, UnitInput

ENDLESS = Decimal(10) ** 12
"""A cap that nothing reaches."""


@dataclass(frozen=True)
class Bound:
    """A cap, limit, veto or quota that held, and where the unit would stand without it; the others keep theirs."""

    code: str
    """The indicator, or empty where the bound is one of the whole."""
    name: str
    """The word of the scheme for it: cap, clip, at_most, zero_from, least, veto, band_cap, quota."""
    origin: str
    standing: Standing


def bounds(trial: Trial, only: str = "") -> list[Bound]:
    """Every cap, limit, veto and quota that held for the unit, and where it would stand without it."""
    if trial.card.total_exact is None:
        return []
    has_own = trial.scheme.composite is None and not trial.is_composed
    found = list(_of_items(trial, only)) if has_own else []
    return found if only else [*found, *_of_vetoes(trial), *_of_caps(trial), *_of_quotas(trial)]


def _of_items(trial: Trial, only: str) -> Iterator[Bound]:
    for item in trial.scheme.items_in(trial.card.group):
        score = trial.card.item(item.code)
        if score is None or score.kind is not Kind.GIVEN or (only and item.code != only):
            continue
        if any(step.about is About.BOUND for step in score.explanation.steps):
            for name, freed in _freed(item):
                again = _rescored(trial, freed, trial.own)
                if again.exact != score.exact and again.trouble is None:
                    yield Bound(item.code, name, "", trial.with_scores(item, {trial.unit: again}))


def _rescored(trial: Trial, item: Item, own: UnitInput) -> ItemScore:
    """The unit's score in an indicator that was changed, or with other inputs."""
    units: list[UnitInput] = [own]
    if isinstance(item, PeerMinmax | Position | Sliding):
        peers = (card.unit for card in trial.results.scorecards if card.group == trial.card.group)
        units = [own if unit == own.code else trial.units[unit] for unit in peers]
    place = [unit.code for unit in units].index(own.code)
    return score_item(trial.scheme, trial.card.group, item, units)[place]


def _freed(item: Item) -> Iterator[tuple[str, Item]]:
    """An indicator without each of the bounds that its scheme sets it."""
    match item:
        case Completion() | Sliding():
            yield "cap", item.model_copy(update={"cap": ENDLESS})
        case Efficacy() if item.clip is not None:
            yield "clip", item.model_copy(update={"clip": None})
        case Deduct():
            yield from ((name, item.model_copy(update={name: None})) for name in ("at_most", "zero_from")
                        if getattr(item, name) is not None)  # fmt: skip
        case DeductSeveral():
            freed = tuple(one.model_copy(update={"at_most": None, "zero_from": None}) for one in item.losses)
            yield "losses", item.model_copy(update={"at_most": None, "losses": freed})
        case Position() if item.least > 0:
            yield "least", item.model_copy(update={"least": Decimal(0)})


def _of_vetoes(trial: Trial) -> Iterator[Bound]:
    for one in trial.own.adjustments:
        if one.kind not in {AdjustmentKind.VETO, AdjustmentKind.BAND_CAP}:
            continue
        own = replace(trial.own, adjustments=tuple(other for other in trial.own.adjustments if other is not one))
        card = trial.card
        zeroed = {veto.effect.item_zero for veto in trial.scheme.vetoes if veto.code == one.code}
        lost = [item for item in trial.items if item.code in zeroed]
        if lost and trial.scheme.composite is None:
            again = {item.code: _rescored(trial, item, own) for item in lost}
            items = [again.get(score.code, score) for score in trial.card.items]
            card = in_total(trial.scheme, card.group, own, items)
        standing = trial.ranked({trial.unit: card}, own=own)
        if standing != trial.standing:
            yield Bound("", one.kind.value, f"{one.code} ({one.origin})" if one.origin else one.code, standing)


def _of_caps(trial: Trial) -> Iterator[Bound]:
    """The caps of bonuses and deductions: of a clause, of a group, of all together."""
    scheme = trial.scheme
    if scheme.composite is not None or trial.is_composed:
        return
    for name in ("bonus", "deductions"):
        adjusting = getattr(scheme, name)
        if adjusting is None:
            continue
        items = tuple(one.model_copy(update={"at_most": None, "group": None}) for one in adjusting.items)
        freed = adjusting.model_copy(update={"cap": ENDLESS, "items": items})
        card = in_total(_with(scheme, **{name: freed}), trial.card.group, trial.own, trial.card.items)
        if card.total_exact != trial.card.total_exact:
            yield Bound("", "cap", name, trial.ranked({trial.unit: card}))


def _of_quotas(trial: Trial) -> Iterator[Bound]:
    scheme = trial.scheme
    if not any(band.has_quota for band in scheme.bands):
        return
    bands = tuple(band.model_copy(update={"quota": None, "quota_of_all": None}) for band in scheme.bands)
    standing = trial.ranked({}, _with(scheme, bands=bands))
    if standing.band != trial.card.band:
        yield Bound("", "quota", standing.band, standing)


def _with(scheme: Scheme, **changed: Any) -> Scheme:
    """The same scheme but for some of its parts."""
    fields = {field: getattr(scheme, field) for field in type(scheme).model_fields}
    return Scheme.model_construct(scheme.model_fields_set, **{**fields, **changed})

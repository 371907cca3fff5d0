"""Whether a reward fits its scheme: the groups, bands, indicators and values that it names are there."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assessment.foundation.i18n import N_
from assessment.programmes.rules.conditions import MEASURES
from assessment.programmes.rules.finding import Found, find
from assessment.programmes.rules.reading import Document
from assessment.programmes.rules.rewards import FormulaReward, PoolReward, Reward, ThresholdReward

if TYPE_CHECKING:
    from assessment.programmes.rules.scheme import Scheme

Fits = Iterator[tuple[str, str, dict[str, Any]]]
"""The key at which it does not fit, what is said, and the facts."""

_NO_BAND = N_("There is no band “{name}”; known are: {known}.")


def rewards(scheme: "Scheme", document: Document) -> Found:
    """What a reward names is declared, and means one thing."""
    for reward in scheme.rewards:
        for key, message, facts in (*_named(scheme, reward), *_computed(scheme, reward), *_steps(scheme, reward)):
            yield find(document, "rewards", reward.code, key), message, facts


def _named(scheme: "Scheme", reward: Reward) -> Fits:
    if reward.per not in {"peer_group", *scheme.groups}:
        known = ", ".join(scheme.groups)
        yield "per", N_("There is no peer group “{group}”; known are: {known}."), {"group": reward.per, "known": known}
    for band in reward.eligible.bands if reward.eligible else ():
        if band not in _bands(scheme):
            yield "eligible", _NO_BAND, {"name": band, "known": ", ".join(sorted(_bands(scheme)))}


def _bands(scheme: "Scheme") -> set[str]:
    return {band.code for band in scheme.bands}


def _computed(scheme: "Scheme", reward: Reward) -> Fits:
    """The names in its formula; a share knows the total and the values, an amount also the rank and the marks."""
    if isinstance(reward, PoolReward):
        for name in reward.share.names:
            if name not in {"total", *scheme.names}:
                yield "share", N_("There is no value “{name}”; declare it under values or formulas."), {"name": name}
    if not isinstance(reward, FormulaReward):
        return
    items = {item.code: item for item in scheme.items}
    groups = scheme.groups if reward.per == "peer_group" else (reward.per,)
    for name in reward.amount.names:
        if name not in {*MEASURES, *items, *scheme.names}:
            yield "amount", N_(
                "“{name}” is neither rank, rank_from_bottom or total nor an indicator nor a declared value; correct it."
            ), {"name": name}  # fmt: skip
        if name in scheme.names and name in {*MEASURES, *items}:
            message = N_("“{name}” is a value of the scheme and a result, too; rename the value.")
            yield "amount", message, {"name": name}
        for group in groups if name in items and scheme.composite is None else ():
            if group in scheme.groups and items[name].points_in(group) is None:
                message = N_("The indicator “{name}” is not assessed in peer group “{group}”; say “per” which has it.")
                yield "amount", message, {"name": name, "group": group}


def _steps(scheme: "Scheme", reward: Reward) -> Fits:
    """Bands of steps are the scheme's, each once, the best first."""
    if not isinstance(reward, ThresholdReward):
        return
    order = [band.code for band, _ in scheme.band_table]
    last = -1
    for band in (step.band for step in reward.steps if step.band is not None):
        if band not in order:
            yield "steps", _NO_BAND, {"name": band, "known": ", ".join(order) or "-"}
        elif order.index(band) <= last:
            message = N_("The highest step stands first; {below} after {above} would never be reached.")
            yield "steps", message, {"above": order[last], "below": band}
        else:
            last = order.index(band)

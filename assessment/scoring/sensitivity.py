"""How far ranks depend on the method, as pages, papers and the console say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from assessment.foundation.i18n import N_, Sentence, say
from assessment.scoring.rules.ranges.found import RankRange

if TYPE_CHECKING:  # the console says it without a database
    from assessment.scoring.models import Edition, Scorecard


def specification(said: Mapping[str, Any], data_error: bool = False) -> Sentence:
    """What was varied, how often and by which chance (`Robustness.plainly`): enough to do it again."""
    low, high = said["interval"]
    facts = {"draws": said["draws"], "seed": str(said["seed"]), "low": low, "high": high}
    if data_error:
        message = N_("Sensitivity to errors in the data: {draws} draws, seed {seed}, values ±{reach} %, "
                     "percentiles {low} to {high}.")  # fmt: skip
        return say(message, reach=said["data_error"], **facts)
    facts |= {"reach": said["weights"], "normalisations": ", ".join(said["normalisation"])}
    if "aggregation" in said:
        message = N_("Method sensitivity range: {draws} draws, seed {seed}, weights ±{reach} %, normalisation "
                     "{normalisations}, aggregation {means}, percentiles {low} to {high}.")  # fmt: skip
        return say(message, means=", ".join(said["aggregation"]), **facts)
    message = N_("Method sensitivity range: {draws} draws, seed {seed}, weights ±{reach} %, "
                 "normalisation {normalisations}, percentiles {low} to {high}.")  # fmt: skip
    return say(message, **facts)


def rank_ranges(edition: Edition, table: Iterable[Scorecard] = ()) -> dict[str, RankRange]:
    """By unit code, as they were frozen with the edition; none where its scheme asks for none.

    ``table``: its scorecards, of whoever has read them already.
    """
    if edition.sensitivity is None:
        return {}
    cards = {card.unit_code: card for card in table or edition.scorecards}
    return {
        one["unit"]: RankRange(
            cards[one["unit"]].group_code, one["unit"], cards[one["unit"]].rank or 0, one["median"], one["low"],
            one["high"], one["tier"],
        )
        for one in edition.sensitivity.ranges
    }  # fmt: skip

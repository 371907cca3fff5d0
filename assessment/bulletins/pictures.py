"""A bulletin's charts, each with its title: drawn once, shown on paper and on the page."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from assessment.bulletins.content import BulletinContent, Movement
from assessment.foundation.charts import Chart, Track, bump, distribution, makeup, movers
from assessment.foundation.i18n import N_, translate


def drawn(content: BulletinContent) -> Iterator[tuple[str, Chart]]:
    """Movement, distribution and make-up, in this order; what there is nothing to draw from is left out."""
    said, pictures = content.language, content.pictures

    def title(message: str, group: str = "") -> str:
        words = translate(message, said)
        return words if not group else f"{words}：{group}" if said == "zh" else f"{words}: {group}"

    for movement in pictures.movement:
        named = title(N_("Places won and lost, those who moved most") if movement.moves else N_("Rank by period"),
                      movement.group)
        yield named, _movement(named, movement)
    for spread in pictures.spread:
        named = title(N_("How the scores are distributed"), spread.group)
        mean = translate(N_("mean {mean}"), said, mean=spread.mean)
        yield named, distribution(named, [Fraction(score) for score in spread.scores], mean)
    if pictures.made:
        named = title(N_("What the scores are made of; pale: marks lost"))
        yield named, makeup(named, pictures.parts, [
            Track(one.unit, one.score, tuple((Fraction(won), Fraction(most)) for won, most in one.parts))
            for one in pictures.made
        ])


def _movement(title: str, movement: Movement) -> Chart:
    if movement.moves:
        return movers(title, movement.moves)
    return bump(title, movement.periods, movement.lines)

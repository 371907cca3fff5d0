"""What a bulletin's charts are drawn from: movement, make-up and distribution as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from assessment.bulletins.content import Made, Movement, Pictures, Spread
from assessment.bulletins.queries.facts import Facts
from assessment.foundation.charts import Line
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import MONTHS, Bilingual
from assessment.programmes.rules.indicators import Dimension
from assessment.scoring.models import Scorecard

ALL_LINES = 24  # units of a group that still get a line and a track each
PERIODS = 12
MOVERS = 8  # of a larger group, on each side


def pictures_of(facts: Facts, language: str) -> Pictures:
    """Movement, make-up and distribution of every peer group."""
    groups = [(title.in_language(language), cards) for _, title, cards in facts.groups()]
    parts = [] if facts.period.is_composite or facts.scheme.composite else _parts(facts, language)
    return Pictures(
        tuple(one for name, cards in groups for one in _movement(facts, name, cards, language)),
        tuple(one for name, cards in groups for one in _spread(facts, name, cards)),
        tuple(name for name, _codes in parts),
        tuple(one for _name, cards in groups for one in _made(facts, parts, cards, language)) if parts else (),
    )


def _movement(facts: Facts, name: str, cards: Sequence[Scorecard], language: str) -> Iterator[Movement]:
    moved = {
        card.unit_id: facts.before[card.unit_id] - card.rank
        for card in cards if card.rank is not None and card.unit_id in facts.before
    }  # fmt: skip
    if not any(moved.values()):
        return
    if len(cards) > ALL_LINES:
        said_of = {card.unit_id: card.name.in_language(language) for card in cards}
        places = sorted(((said_of[unit_id], places) for unit_id, places in moved.items() if places),
                        key=lambda one: -one[1])  # fmt: skip
        ends = [*places[:MOVERS], *places[max(MOVERS, len(places) - MOVERS):]]
        yield Movement(name, moves=tuple(ends))
        return
    codes = sorted({one.period_code for one in facts.past})[-(PERIODS - 1):]
    ranks = {(one.unit_id, one.period_code): one.rank for one in facts.past}
    best, worst = max(moved, key=lambda one: moved[one]), min(moved, key=lambda one: moved[one])
    marked = {best: "hi" if moved[best] > 0 else "", worst: "lo" if moved[worst] < 0 else ""}
    lines = tuple(
        Line(card.name.in_language(language), (*(ranks.get((card.unit_id, code)) for code in codes), card.rank),
             marked.get(card.unit_id, ""))
        for card in cards
    )  # fmt: skip
    yield Movement(name, tuple(_short(code, language) for code in [*codes, facts.period.code]), lines)


def _short(code: str, language: str) -> str:
    """``Jan`` or ``1月`` for 2012-01; quarters and years as they are."""
    tail = code.rpartition("-")[2]
    if not (tail.isdecimal() and len(tail) == 2):
        return tail
    return f"{int(tail)}月" if language == "zh" else MONTHS[int(tail) - 1]


def _spread(facts: Facts, name: str, cards: Sequence[Scorecard]) -> Iterator[Spread]:
    totals = [card.total for card in cards if card.total is not None]
    if len(totals) < 3:
        return
    mean = rounded(sum(map(Fraction, totals), Fraction(0)) / len(totals), facts.places, "half_up")
    yield Spread(name, tuple(facts.points(total) for total in totals), f"{mean:f}")


def _parts(facts: Facts, language: str) -> list[tuple[str, frozenset[str]]]:
    """The scheme's first headings (at most four), each with the items below it; without headings, its items."""
    headings = [one for one in facts.scheme.indicators if isinstance(one, Dimension)]
    if not headings:
        return [(item.in_language(language), frozenset([code])) for code, item in _items(facts)][:4]
    return [
        (Bilingual(one.zh or one.code, one.en or one.code).in_language(language),
         frozenset(item.code for item in one.leaves))
        for one in headings
    ][:4]  # fmt: skip


def _items(facts: Facts) -> Iterator[tuple[str, Bilingual]]:
    for item in facts.scheme.items:
        yield item.code, Bilingual(item.zh or item.code, item.en or item.code)


def _made(
    facts: Facts, parts: Sequence[tuple[str, frozenset[str]]], cards: Sequence[Scorecard], language: str
) -> Iterator[Made]:
    """A track each; of a large group the first, the one in the middle and the last."""
    ranked = [card for card in cards if card.rank is not None]
    if len(ranked) > ALL_LINES:
        ranked = [ranked[0], ranked[len(ranked) // 2], ranked[-1]]
    for card in ranked:
        marks = []
        for _name, codes in parts:
            of_part = [item for item in card.items if item["code"] in codes]
            won = sum((Fraction(item["exact"] or 0) for item in of_part), Fraction(0))
            most = sum((Fraction(str(item["maximum"]).rstrip("…")) for item in of_part), Fraction(0))
            marks.append((str(won), str(most)))
        yield Made(f"{card.rank} {card.name.in_language(language)}", facts.points(card.total), tuple(marks))

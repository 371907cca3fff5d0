"""A unit's report card, from its scorecard."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sqlalchemy.orm import Session

from assessment.bulletins.queries.contents import item_label, movement
from assessment.bulletins.queries.facts import Facts, band_name, facts_about, group_name, item_points
from assessment.bulletins.report_card import ItemLine, ReportCard
from assessment.foundation.i18n import N_, said, say, translate
from assessment.programmes.rules.indicators import Dimension
from assessment.scoring.models import Edition, EditionState, Scorecard
from assessment.scoring.rules.totals import carried

HUNDREDTH = Fraction(1, 100)  # less is what rounding the total left
COLOURS = ("fa", "fb", "fc", "fd")


def report_card(session: Session, card: Scorecard, language: str) -> ReportCard:
    """As the scorecard stands: provisional until its edition is approved, and it says so."""
    facts = facts_about(session, session.get_one(Edition, card.edition_id))
    is_sum = not facts.period.is_composite and facts.scheme.composite is None and card.total is not None
    items = tuple(_items(facts, card, language))
    full = sum((Fraction(one.maximum.rstrip("…")) for one in items), Fraction(0))
    lost = sum((one.lost or Fraction(0) for one in items), Fraction(0))
    passed_on = carried((points - one.lost if one.lost is not None else None, points)
                        for one in items for points in [Fraction(one.maximum.rstrip("…"))])
    adjusted = full - lost - passed_on - Fraction(card.total) if card.total is not None else Fraction(0)
    title = said(say("Report card, {period}", period=facts.period.title), language)
    return ReportCard(
        language, facts.programme.authority.in_language(language), title, card.name.in_language(language),
        tuple(_facts(facts, card, language)), items, tuple(_notes(facts, card, language)), facts.points(card.total),
        full if is_sum else None, passed_on if passed_on >= HUNDREDTH else Fraction(0),
        adjusted if abs(adjusted) >= HUNDREDTH else Fraction(0),
        translate(N_("Sample: how the figures are split over the units is illustrative, their sums are the published "
                     "ones."), language) if facts.programme.is_illustrative else "",
    )  # fmt: skip


def _facts(facts: Facts, card: Scorecard, language: str) -> Iterator[tuple[str, str]]:
    def word(message: str) -> str:
        return translate(message, language)

    size = sum(one.rank is not None for one in facts.cards if one.group_code == card.group_code)
    yield word(N_("Assessed")), facts.programme.title.in_language(language)
    yield word(N_("Score")), facts.points(card.total)
    if card.rank is not None:
        group = group_name(facts.scheme, card.group_code)
        place = say("{rank} of {size}", rank=card.rank, size=size)
        if group.zh or group.en:
            place = say("{rank} of {size}, {group}", rank=card.rank, size=size, group=group)
        yield word(N_("Rank")), said(place, language)
    moved = movement(card.rank, facts.before.get(card.unit_id)) if facts.before else ""
    if moved:
        yield word(N_("Change")), moved
    if card.unit_code in facts.ranges:
        yield word(N_("Rank range")), str(facts.ranges[card.unit_code])
    if card.band:
        yield word(N_("Band")), band_name(facts.scheme, card.band).in_language(language)
    if card.late_days:
        yield word(N_("Days late")), str(card.late_days)


def _items(facts: Facts, card: Scorecard, language: str) -> Iterator[ItemLine]:
    headings = [one for one in facts.scheme.indicators if isinstance(one, Dimension)]
    colour = {item.code: COLOURS[n % len(COLOURS)] for n, one in enumerate(headings) for item in one.leaves}
    for item in card.items:
        known = item["exact"] is not None
        most = Fraction(str(item["maximum"]).rstrip("…"))
        yield ItemLine(
            item["code"], item_label(facts, item["code"]).in_language(language), item_points(item, facts.places),
            str(item["maximum"]), most - Fraction(item["exact"]) if known else None, colour.get(item["code"], "fa"),
        )  # fmt: skip


def _notes(facts: Facts, card: Scorecard, language: str) -> Iterator[str]:
    if facts.edition.state == EditionState.PROVISIONAL:
        yield translate(N_("These scores are provisional: the unit may object before they are approved."), language)
    if card.unit_id in facts.disputed:
        yield translate(N_("The score is under objection."), language)
    yield translate(
        N_("Edition {number}, data as of {cut_off}, scheme version {version}. SHA-256 of the results: {digest}."),
        language, number=facts.edition.number, cut_off=facts.edition.cut_off, version=facts.version.number,
        digest=facts.edition.results_sha256,
    )  # fmt: skip

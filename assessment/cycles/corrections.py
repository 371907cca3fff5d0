"""The corrigendum 更正通报: what corrected results change, and which awards and counters they alter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability import ladders
from assessment.adjustments.models import Adjustment, AdjustmentState
from assessment.bulletins import queries as bulletins
from assessment.bulletins.models import Bulletin, BulletinState
from assessment.bulletins.queries.facts import facts_about
from assessment.cycles import drafting
from assessment.cycles.queries import published_editions
from assessment.foundation.actors import Act
from assessment.foundation.i18n import Bilingual, InLanguages, said, say
from assessment.objections.models import Objection, ObjectionPoint, Outcome
from assessment.organisations.queries import unit_views
from assessment.programmes.models import Period
from assessment.rewards import queries as rewards
from assessment.rewards.models import GONE
from assessment.scoring import corrections as scoring_corrections
from assessment.scoring import queries as scoring
from assessment.scoring.corrections import Change
from assessment.scoring.models import Edition

NONE = "—"


def draft(session: Session, edition: Edition, act: Act) -> Bulletin:
    """Draft the bulletin of approved results; where others were published before, as a corrigendum to these."""
    published = corrected_bulletin(session, edition)
    if published is None:
        return drafting.draft(session, edition, act)
    before = session.get_one(Edition, published.edition_id)
    told = list(told_changes(session, before, edition))
    return drafting.draft(session, edition, act, corrects=published, corrections=told)


def corrected_bulletin(session: Session, edition: Edition) -> Bulletin | None:
    """The published bulletin of earlier results of the same period."""
    found = bulletins.of_period(session, edition.period_id)
    return next((one for one in found if one.state == BulletinState.PUBLISHED and one.edition_id != edition.id), None)


def told_changes(session: Session, before: Edition, after: Edition) -> Iterator[InLanguages]:
    """What a corrigendum names: why, whose scores, which awards, which counters."""
    yield say("Edition {after} takes the place of edition {before}.", after=after.number, before=before.number)
    yield from _grounds(session, before, after)
    changed = list(scoring_corrections.changes(session, before, after))
    if not changed:
        yield say("No score, rank or band changes.")
    yield from (_told(session, after, one) for one in changed)
    yield from _awards(session, before, changed)
    yield from _counters(session, before, after)


def _grounds(session: Session, before: Edition, after: Edition) -> Iterator[InLanguages]:
    upheld = session.scalars(
        select(Objection.number)
        .join(ObjectionPoint, ObjectionPoint.objection_id == Objection.id)
        .where(Objection.period_id == before.period_id, ObjectionPoint.outcome != Outcome.DISMISSED.value)
        .where(Objection.decided_at > before.computed_at, Objection.decided_at <= after.computed_at)
        .distinct()
        .order_by(Objection.number)
    ).all()
    if upheld:
        yield say("Objections upheld after approval: {numbers}.", numbers=list(upheld))
    lifted = session.scalars(
        select(Adjustment)
        .where(Adjustment.period_id == before.period_id, Adjustment.state == AdjustmentState.LIFTED.value)
        .where(Adjustment.decided_at > before.computed_at, Adjustment.decided_at <= after.computed_at)
        .order_by(Adjustment.id)
    ).all()
    names = unit_views(session, {one.unit_id for one in lifted}, after.cut_off.date())
    for one in lifted:
        yield say("{unit}: the adjustment under {clause} is lifted.", unit=names[one.unit_id].name, clause=one.clause)


def _told(session: Session, after: Edition, one: Change) -> InLanguages:
    facts = facts_about(session, after)
    was = one.before
    return say(
        "{unit}: {before} points become {after}, place {rank_before} becomes {rank_after}.",
        unit=one.after.name, before=facts.points(was.total) if was else NONE, after=facts.points(one.after.total),
        rank_before=was.rank if was and was.rank else NONE, rank_after=one.after.rank or NONE,
    )  # fmt: skip


def _awards(session: Session, before: Edition, changed: Sequence[Change]) -> Iterator[InLanguages]:
    """Rounds that rest on the corrected results: they are flagged, and prepared anew."""
    touched = {one.after.unit_id: one.after.name for one in changed}
    for one in rewards.rounds(session, edition_id=before.id):
        if one.state in GONE:
            continue
        named = [name for award in one.awards if (name := touched.get(award.unit_id)) is not None]
        units = Bilingual(*(said(named, language) or NONE for language in ("zh", "en")))
        yield say("Awards of “{title}” ({number}) are reckoned anew; changed units in it: {units}.",
                  title=one.title, number=one.number, units=units)  # fmt: skip


def _counters(session: Session, before: Edition, after: Edition) -> Iterator[InLanguages]:
    """Ladders whose count differs, in this period and those after it."""
    period = session.get_one(Period, after.period_id)
    names = {card.unit_id: card.name for card in scoring.league_table(session, after.id)}
    later = session.scalars(
        select(Period)
        .where(Period.programme_id == period.programme_id, Period.kind == period.kind)
        .where(Period.last_day >= period.last_day, Period.state.in_(scoring.PUBLIC))
        .order_by(Period.last_day)
    )
    for each in later:
        was = _counts(session, each, {period.id: before.id})
        for key, count in _counts(session, each, {period.id: after.id}).items():
            if was.get(key, 0) != count and key[0] in names:
                yield say("{unit}, {ladder}, {period}: the count of {before} becomes {after}.",
                          unit=names[key[0]], ladder=Bilingual(*key[2]), period=each.title,
                          before=was.get(key, 0), after=count)  # fmt: skip


Key = tuple[int, str, tuple[str, str]]


def _counts(session: Session, period: Period, instead: dict[int, int]) -> dict[Key, int]:
    return {
        (one.unit_id, one.ladder.code, (one.ladder.zh, one.ladder.en)): one.climb.count
        for one in ladders.standings(session, period, published_editions(session, period.programme_id) | instead)
    }

"""Prompts from ladders: what was published is counted, once; what changes later is counted again from there on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability import ladders
from assessment.accountability import queries as cases
from assessment.accountability import services as accountability
from assessment.accountability.models import ExcuseState, LadderExcuse, Source
from assessment.accountability.pasts import Pasts
from assessment.accountability.services import NewPrompt
from assessment.cycles.models import Consequence
from assessment.cycles.queries import NO_EDITION, published_editions
from assessment.foundation.actors import Act
from assessment.foundation.i18n import Bilingual
from assessment.programmes.models import Period
from assessment.programmes.rules.conditions import ACTIONS
from assessment.scoring import queries as scoring
from assessment.scoring.models import Edition

LADDERS = "ladders"
Fact = tuple[str, int]
"""(kind, id) of what was counted: an edition, a case that ended in an action, an excuse withdrawn."""


def prompt_from_ladders(session: Session, act: Act) -> int:
    """Each published edition is counted by every ladder of its scheme, with the counting shown; nothing twice.

    A corrected month, an interview given on account of one, an excuse withdrawn: each may make a later month trigger,
    so that counting goes on from the earliest period that something new is known of.
    """
    published = _published(session)
    instead = published_editions(session)
    standing = {one.period_id: one.id for one in scoring.editions_in_force(session, list(published)).values()}
    editions = {period_id: instead.get(period_id, edition_id) for period_id, edition_id in standing.items()}
    fresh = list(_fresh(session, published, editions))
    count = 0
    for group, (since, with_all) in _from_where(published, fresh).items():
        programme_id, kind = group
        pasts = Pasts(session, programme_id, instead)
        for period in published.values():
            if (period.programme_id, period.kind) == group and period.last_day >= since.last_day:
                is_whole = with_all is not None and period.last_day >= with_all.last_day
                count += _prompt(session, act, period, editions.get(period.id, NO_EDITION), pasts, is_whole=is_whole)
    for (kind, record_id), _ in fresh:
        note(session, act, LADDERS, kind, record_id)
    return count


def _published(session: Session) -> dict[int, Period]:
    query = select(Period).where(Period.state.in_(scoring.PUBLIC)).order_by(Period.last_day, Period.id)
    return {period.id: period for period in session.scalars(query)}


def _fresh(session: Session, published: Collection[int], editions: dict[int, int]) -> Iterator[tuple[Fact, int]]:
    """What is known now and was not counted yet, with the period that it is about."""
    counted = given(session, LADDERS)
    about: list[tuple[Fact, int]] = [(("edition", one), period_id) for period_id, one in editions.items() if one]
    about += [((cases.KIND, case_id), period_id) for case_id, period_id in cases.given_by_case(session)]
    withdrawn = select(LadderExcuse).where(LadderExcuse.state == ExcuseState.WITHDRAWN.value).order_by(LadderExcuse.id)
    about += [(("ladder_excuse", one.id), one.period_id) for one in session.scalars(withdrawn)]
    for (kind, record_id), period_id in about:
        if (kind, str(record_id)) not in counted and period_id in published:
            yield (kind, record_id), period_id


def _from_where(
    published: dict[int, Period], fresh: Iterable[tuple[Fact, int]]
) -> dict[tuple[int, str], tuple[Period, Period | None]]:
    """(programme, kind) -> from which period on to count, and from which on every ladder, not only those of actions."""
    first: dict[tuple[int, str], Period] = {}
    whole: dict[tuple[int, str], Period] = {}
    for (kind, _), period_id in fresh:
        period = published[period_id]
        group = (period.programme_id, period.kind)
        for found in (first, whole) if kind != cases.KIND else (first,):
            if group not in found or period.last_day < found[group].last_day:
                found[group] = period
    return {group: (period, whole.get(group)) for group, period in first.items()}


def _prompt(session: Session, act: Act, period: Period, edition_id: int, pasts: Pasts, *, is_whole: bool) -> int:
    edition = session.get(Edition, edition_id) if edition_id else None
    if edition is None:
        return 0
    known = cases.prompted_by_ladders(session, period.id)  # a corrigendum prompts what it adds, nothing twice
    new = [
        _from_ladder(one, period, edition)
        for one in ladders.due_now(session, period, pasts=pasts)
        if (one.unit_id, one.ladder.code) not in known and (is_whole or one.ladder.count.what in ACTIONS)
    ]
    return len(accountability.prompt_many(session, act, new)) if new else 0


def _from_ladder(due: ladders.Standing, period: Period, edition: Edition) -> NewPrompt:
    ladder = due.ladder
    return NewPrompt(
        due.unit_id,
        Bilingual(f"{ladder.zh}：{period.title.zh}", f"{ladder.en}: {period.title.en}"),
        Source.LADDER,
        ("edition", edition.id),
        rule=ladder.code,
        proposes=due.climb.action,
        occurrence=str(edition.number),
        edition_id=edition.id,
        computation=ladders.kept(due.climb.steps),
    )


# --- what was given its consequence ----------------------------------------------------------------------------------


def given(session: Session, consequence: str) -> set[tuple[str, str]]:
    """The records that have had a consequence already, by kind and id."""
    query = select(Consequence.origin_kind, Consequence.origin_id).where(Consequence.consequence == consequence)
    return {(kind, record_id) for kind, record_id in session.execute(query)}


def note(session: Session, act: Act, consequence: str, kind: str, record_id: object) -> None:
    session.add(
        Consequence(
            consequence=consequence, origin_kind=kind, origin_id=str(record_id), origin_occurrence="", rule="",
            result_kind="", result_id="", given_at=act.at,
        )
    )  # fmt: skip
    session.flush()

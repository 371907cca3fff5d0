"""Correcting approved results: whether what they rest on has changed, what stays frozen, and what becomes of whom."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.adjustments.models import Adjustment
from assessment.programmes.models import Period
from assessment.scoring import gathering, queries
from assessment.scoring.gathering import Gathered
from assessment.scoring.models import Edition, Scorecard
from assessment.scoring.rules.frozen import thawed_unit
from assessment.submissions.models import Submission, SubmissionValue


def rests_on_what_changed(session: Session, period: Period, edition: Edition) -> bool:
    """Whether these approved results would come out of other inputs now: by a decision, a lifting, a corrected part."""
    if period.is_composite:
        return bool(parts_changed(session, period, edition))
    return _was_touched(session, period, edition) and queries.has_changed_since(session, period, edition)


def _was_touched(session: Session, period: Period, edition: Edition) -> bool:
    """Asked first, because it is cheap: every page of a period asks, and next to never is anything changed."""
    value = (
        select(SubmissionValue.id)
        .join(Submission, Submission.id == SubmissionValue.submission_id)
        .where(Submission.period_id == period.id, SubmissionValue.set_at > edition.computed_at)
    )
    adjustment = select(Adjustment.id).where(
        Adjustment.period_id == period.id, Adjustment.decided_at > edition.computed_at
    )
    return any(session.scalar(query.limit(1)) is not None for query in (value, adjustment))


def parts_changed(session: Session, period: Period, edition: Edition) -> list[Period]:
    """The parts of a composite whose edition in force is not the one it was composed from."""
    used: dict[str, str] = {}
    for unit in json.loads(edition.inputs)["units"]:
        used.update({part["code"]: part["edition"] for part in unit.get("parts", ()) if part["edition"]})
    changed = []
    for one in period.parts:
        now = queries.edition_in_force(session, one.part_id)
        if now is not None and used.get(one.code, str(now.number)) != str(now.number):
            changed.append(one.part)
    return changed


def as_counted_in(session: Session, edition: Edition, gathered: Gathered) -> Gathered:
    """The same with every counted value, and the records behind it, as that edition froze them."""
    counted = {name: value for name, value in gathered.scheme.values.items() if "." in value.from_}
    frozen = {unit["code"]: thawed_unit(unit).values for unit in json.loads(edition.inputs)["units"]}
    inputs = tuple(
        replace(one, values={**one.values, **{name: frozen[one.code][name] for name in counted}})
        if one.code in frozen
        else one
        for one in gathered.inputs
    )
    behind = {unit_id: dict(found) for unit_id, found in gathered.behind.items()}
    for card in queries.league_table(session, edition.id):
        for item in card.items:
            for name in counted.keys() & set(item.get("inputs", ())):
                kind = gathering.kind_behind(gathering.counter_of(counted[name]))
                ids = tuple(int(record_id) for one, record_id in item.get("cites", ()) if one == kind)
                if card.unit_id in behind:
                    behind[card.unit_id][gathering.counter_of(counted[name])] = ids
    return replace(gathered, inputs=inputs, behind=behind)


@dataclass(frozen=True)
class Change:
    """One unit's score before and after a correction."""

    before: Scorecard | None
    after: Scorecard


def changes(session: Session, before: Edition, after: Edition) -> Iterator[Change]:
    """Every unit whose total, rank or band differs, in the order of the league table."""
    old: Mapping[int, Scorecard] = {card.unit_id: card for card in queries.league_table(session, before.id)}
    for card in queries.league_table(session, after.id):
        was = old.get(card.unit_id)
        if was is None or (was.total, was.rank, was.band) != (card.total, card.rank, card.band):
            yield Change(was, card)

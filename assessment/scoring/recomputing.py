"""Announced editions computed again from what they froze, by hand and after every upgrade; they are never altered."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation import audit, software
from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_, Label
from assessment.foundation.trail_verifier import digest
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, SchemeVersion
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.models import Edition, Recomputation, SoftwareVersion
from assessment.scoring.rules.cards import Results
from assessment.scoring.rules.replay import Result, computed_again, item_result, results_of, standing

LOG = logging.getLogger(__name__)


WORDS = {
    "group": N_("Peer group"), "total": N_("Total"), "rank": N_("Rank"), "band": N_("Band"), "range": N_("Range"),
    "inputs": N_("Frozen inputs"), "scheme": N_("Scheme"), "computation": N_("Computation"),
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One thing that is not what was announced: of a unit, or of the whole edition where ``unit`` is empty."""

    unit: str
    what: str
    stored: str
    again: str

    @property
    def word(self) -> Label | str:
        """What differs, for a reader; an indicator by its code."""
        return Label(WORDS[self.what]) if self.what in WORDS else self.what


@dataclass(frozen=True)
class Again:
    """An edition computed again: how many units and results were compared, and every difference."""

    edition_id: int
    units: int
    results: int
    differences: tuple[Difference, ...]


def compute_again(session: Session, edition: Edition) -> Again:
    """Hold an edition against what its frozen inputs give now, every item exactly; nothing is written."""
    stored = {(one.unit, one.what): one.text for one in _stored(edition)}
    try:
        again, broken = _again(session, edition), []
    except Exception as fault:  # whatever stops the computation is the finding, and the next edition goes on
        LOG.warning("edition %s could not be computed again", edition.id, exc_info=True)
        again, broken = {}, [Difference("", "computation", "", f"{type(fault).__name__}: {fault}"[:200])]
    differing = [] if broken else [
        Difference(unit, what, stored.get((unit, what)) or "", again.get((unit, what)) or "")
        for unit, what in dict.fromkeys([*stored, *again])
        if stored.get((unit, what)) != again.get((unit, what))
    ]  # fmt: skip
    found = (*_unsealed(session, edition), *broken, *differing)
    return Again(edition.id, len(edition.scorecards), len(stored), found)


def _stored(edition: Edition) -> Iterator[Result]:
    for card in edition.scorecards:
        yield from standing(card.unit_code, card.group_code, card.total, card.rank, card.band)
        for item in card.items:
            yield item_result(card.unit_code, item["code"], item["kind"], item["exact"])
    if edition.sensitivity is not None:
        for one in edition.sensitivity.ranges:
            yield _range(one["unit"], one["low"], one["median"], one["high"], one["tier"])


def _again(session: Session, edition: Edition) -> dict[tuple[str, str], str | None]:
    scheme = programmes.scheme(session, edition.scheme_version_id)
    results = computed_again(scheme, edition.inputs)
    ranges = _ranges(scheme, results) if edition.sensitivity is not None else ()
    return {(one.unit, one.what): one.text for one in (*results_of(results), *ranges)}


def _ranges(scheme: Scheme, results: Results) -> Iterator[Result]:
    from assessment.scoring.rules.ranges.method import method_ranges  # arrays are loaded only where ranks are varied

    if scheme.robustness is not None:
        for one in method_ranges(scheme, results, scheme.robustness):
            yield _range(one.unit, one.low, one.median, one.high, one.tier)


def _range(unit: str, low: int, median: int, high: int, tier: int) -> Result:
    return Result(unit, "range", f"{low}-{median}-{high}, {tier}")


def _unsealed(session: Session, edition: Edition) -> Iterator[Difference]:
    """The seals of what it is computed from: else a changed input could stand for a changed program."""
    if (found := digest(edition.inputs)) != edition.inputs_sha256:
        yield Difference("", "inputs", edition.inputs_sha256, found)
    version = session.get_one(SchemeVersion, edition.scheme_version_id)
    if version.sha256 != edition.method:
        yield Difference("", "scheme", edition.method, version.sha256)


# --- every announced edition, after an upgrade ---------------------------------------------------------------------


def announced(session: Session, period_ids: Iterable[int] | None = None) -> list[tuple[Period, Edition]]:
    """Every edition that was ever approved, those since corrected too: what was announced of it still stands."""
    query = (
        select(Period, Edition)
        .join(Edition, Edition.period_id == Period.id)
        .where(Edition.approved_at.is_not(None))
        .order_by(Period.programme_id, Period.first_day, Period.last_day, Edition.number)
    )
    if period_ids is not None:
        query = query.where(Period.id.in_(list(period_ids)))
    return [(period, edition) for period, edition in session.execute(query)]


def last_version(session: Session) -> SoftwareVersion | None:
    """The version of the software that opened this database last."""
    return session.scalar(select(SoftwareVersion).order_by(SoftwareVersion.id.desc()).limit(1))


def is_upgraded(session: Session) -> bool:
    """Whether another version, or none that was written down, opened this database last."""
    last = last_version(session)
    return last is None or last.version != software.version()


def record(session: Session, act: Act, now: datetime, found: Sequence[Again]) -> SoftwareVersion:
    """Write down which version runs now and what it made of every announced edition; ``now`` is system time."""
    before = last_version(session)
    rows = [
        Recomputation(
            edition_id=one.edition_id, units=one.units, differences=[asdict(other) for other in one.differences]
        )
        for one in found
    ]
    version = SoftwareVersion(version=software.version(), met_at=now, recomputations=rows)
    session.add(version)
    session.flush()
    audit.record(
        session, act, "recompute", version, touched=rows, relied_on=[("edition", one.edition_id) for one in found],
        body={
            "before": before.version if before else "", "version": version.version, "editions": len(found),
            "differing": [one.edition_id for one in found if one.differences],
        },
    )  # fmt: skip
    return version


def of_edition(session: Session, edition_id: int) -> Recomputation | None:
    """What the newest version that computed an edition again found."""
    return session.scalar(
        select(Recomputation)
        .where(Recomputation.edition_id == edition_id)
        .order_by(Recomputation.id.desc())
        .limit(1)
    )


def newest(session: Session) -> tuple[SoftwareVersion, list[Recomputation]] | None:
    """What the version that runs found, edition by edition; None before any was written down."""
    last = last_version(session)
    return (last, list(last.recomputations)) if last else None


def plain(differences: Iterable[dict[str, Any]]) -> list[Difference]:
    """Differences as they were written down."""
    return [Difference(**one) for one in differences]

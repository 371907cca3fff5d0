"""Computing an edition: gathered, scored by the pure rules, frozen with its hashes; nothing in it is changed later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import NotNow
from assessment.foundation.i18n import say
from assessment.foundation.trail_verifier import digest
from assessment.foundation.workdays import end_of
from assessment.organisations.queries import UnitView
from assessment.programmes.models import Period, SchemeVersion
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring import gathering, queries
from assessment.scoring.composing import gather_parts
from assessment.scoring.models import Edition, EditionState, Scorecard, Sensitivity
from assessment.scoring.process import EDITION
from assessment.scoring.rules import cards
from assessment.scoring.rules.composition import compose
from assessment.scoring.rules.engine import score
from assessment.scoring.rules.frozen import frozen_composite, frozen_item, frozen_standing, frozen_unit


def compute(session: Session, act: Act, period: Period, gathered: gathering.Gathered | None = None) -> Edition:
    """Score and rank a period from what stands now, as its next edition; the edition before is superseded.

    ``gathered`` spares a second reading to whoever has just read the same.
    """
    if period.is_composite:
        return _compose(session, act, period)
    return _score(session, act, period, gathered or gathering.gather(session, period, cut_off(period)))


def cut_off(period: Period) -> datetime:
    """The period's last moment: counted values are as at then."""
    return end_of(period.last_day, ZoneInfo(period.programme.zone))


def _score(session: Session, act: Act, period: Period, gathered: gathering.Gathered) -> Edition:
    results = score(gathered.scheme, gathered.inputs)
    _refuse_troubles(results)
    with_all = score(gathered.scheme, gathering.with_proposed(gathered)) if gathered.has_undecided else results
    proposed = {card.unit: card.total_published for card in with_all.scorecards}
    units = {one.unit.code: one.unit for one in gathered.units}
    cited = _cited(gathered)
    edition = _edition(session, act, period, [frozen_unit(one) for one in gathered.inputs])
    made = []
    for card in results.scorecards:
        unit = units[card.unit]
        late = gathered.late_days.get(unit.id, 0)
        made.append(_scorecard(gathered.scheme, card, unit, late, proposed.get(card.unit), cited.get(unit.id, {})))
    edition.sensitivity = _sensitivity(gathered.scheme, results)
    return _freeze(session, act, edition, made, relied_on=[period])


def _sensitivity(scheme: Scheme, results: cards.Results) -> Sensitivity | None:
    """The rank ranges, where the scheme asks for them; a composite period has none, its parts are no indicators."""
    said = scheme.robustness
    if said is None:
        return None
    from assessment.scoring.rules.ranges.method import method_ranges  # arrays are loaded only where ranks are varied

    ranges = [
        {"unit": one.unit, "low": one.low, "median": one.median, "high": one.high, "tier": one.tier}
        for one in method_ranges(scheme, results, said)
    ]
    if not ranges:
        return None
    return Sensitivity(draws=said.draws, seed=str(said.seed), specification=said.plainly(), ranges=ranges)


def _compose(session: Session, act: Act, period: Period) -> Edition:
    """Parts are the editions in force now; a later change of one is flagged, not followed."""
    gathered = gather_parts(session, period)
    scheme, inputs = gathered.scheme, gathered.inputs
    results = compose(scheme, inputs)
    _refuse_troubles(results)
    with_all = compose(scheme, gathered.with_proposed()) if gathered.has_undecided else results
    proposed = {card.unit: card.total_published for card in with_all.scorecards}
    edition = _edition(session, act, period, [frozen_composite(one) for one in inputs])
    made = [
        _scorecard(scheme, card, gathered.units[card.unit], 0, proposed.get(card.unit), {})
        for card in results.scorecards
    ]
    return _freeze(session, act, edition, made, relied_on=[period, *gathered.editions])


def _refuse_troubles(results: cards.Results) -> None:
    if results.troubles:
        sentences = [
            say("{unit} {item}: {trouble}", unit=t.unit, item=t.code, trouble=t.sentence) for t in results.troubles
        ]
        raise NotNow(say("{count} scores cannot be computed as things stand.", count=len(sentences)), faults=sentences)


Cited = dict[int, dict[str, list[tuple[str, object]]]]


def _cited(gathered: gathering.Gathered) -> Cited:
    """By unit and value, the records behind it: reported values (a higher unit's: those below it), tasks, practices."""
    found: Cited = {}
    for unit_id, by_code in gathered.reported.items():
        found[unit_id] = {code: list(value.matter) for code, value in by_code.items()}
    for name, value in gathered.scheme.values.items():
        for unit_id in gathered.behind:
            records = gathered.records(unit_id, gathering.counter_of(value))
            if records:
                found.setdefault(unit_id, {})[name] = records
    return found


def _edition(session: Session, act: Act, period: Period, inputs: list[dict[str, Any]]) -> Edition:
    version = session.get_one(SchemeVersion, period.scheme_version_id)
    number = (session.scalar(select(func.max(Edition.number)).where(Edition.period_id == period.id)) or 0) + 1
    text = queries.inputs_text(period, version.sha256, inputs)
    before = queries.correction_waiting(session, period.id) or queries.edition_in_force(session, period.id)
    if before is not None and before.state == EditionState.PROVISIONAL:  # an approved one stands until another is
        supersede(session, before, act.because(f"第{number}版取代 superseded by edition {number}"))
    return Edition(
        period_id=period.id,
        number=number,
        scheme_version_id=version.id,
        computed_at=act.at,
        computed_by=act.by.key,
        cut_off=cut_off(period),
        method=version.sha256,
        inputs=text,
        inputs_sha256=digest(text),
    )


def _scorecard(
    scheme: Scheme,
    card: cards.Scorecard,
    unit: UnitView,
    late_days: int,
    with_proposed: Decimal | None,
    cited: Mapping[str, list[tuple[str, object]]],
) -> Scorecard:
    items = []
    reads = {item.code: scheme.inputs(item) for item in scheme.items}
    for item in card.items:
        inputs = reads.get(item.code, ())
        items.append(frozen_item(item, inputs, [cite for name in inputs for cite in cited.get(name, ())]))
    return Scorecard(
        unit_id=unit.id,
        unit_code=unit.code,
        name_zh=unit.name.zh,
        name_en=unit.name.en,
        group_code=card.group,
        total=card.total_published,
        total_with_proposed=with_proposed,
        rank=card.rank,
        band=card.band or "",
        late_days=late_days,
        items=items,
        notes=frozen_standing(card),
        items_sha256=digest(items),
    )


def _freeze(
    session: Session, act: Act, edition: Edition, made: Sequence[Scorecard], relied_on: Iterable[Any]
) -> Edition:
    edition.results_sha256 = digest(
        [
            [card.unit_code, card.group_code, audit.plain(card.total), card.rank, card.band, card.items_sha256]
            for card in made
        ]
    )
    edition.scorecards = list(made)
    beside = [edition.sensitivity] if edition.sensitivity else []
    EDITION.start(
        session, edition, "compute", act, touched=[*made, *beside], relied_on=relied_on,
        body={"inputs": edition.inputs_sha256, "results": edition.results_sha256, "units": len(made)},
    )  # fmt: skip
    session.flush()
    return edition


def supersede(session: Session, edition: Edition, act: Act) -> None:
    """A later computation takes its place; what it holds stays as it was."""
    EDITION.perform(session, edition, "supersede", act)


def approve_edition(session: Session, edition: Edition, act: Act) -> None:
    """Called by the joint act that approves a period's results, at first or corrected; this one stands from now on."""
    before = queries.edition_in_force(session, edition.period_id)
    cards = select(Scorecard.id).where(Scorecard.edition_id == edition.id).order_by(Scorecard.id)
    relied_on = [(Scorecard.__tablename__, card_id) for card_id in session.scalars(cards)]
    EDITION.perform(session, edition, "approve_edition", act, relied_on=relied_on)
    edition.approved_at = act.at
    if before is not None and before is not edition and before.state == EditionState.APPROVED:
        supersede(session, before, act.because(f"第{edition.number}版取代 superseded by edition {edition.number}"))

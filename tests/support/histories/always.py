"""What must hold of a whole history beyond what the stored rows alone show: four of the twelve invariants."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from sqlalchemy import select

from assessment.foundation.audit import AuditRow
from assessment.programmes.models import Period
from assessment.programmes.queries import scheme
from assessment.scoring.models import Edition, Scorecard
from assessment.scoring.rules.replay import computed_again, standing
from assessment.scoring.seeing import cards_seen
from assessment.submissions.models import Submission
from support.histories.world import Quarter
from support.months import COUNTIES


def results_follow_from_their_inputs(world: Quarter) -> Iterator[str]:
    """Totals, ranks and bands are what the scheme makes of the frozen inputs, equals sharing a rank."""
    for edition in world.all(Edition):
        cards = {one.unit_code: one for one in edition.scorecards}
        for again in computed_again(scheme(world.session, edition.scheme_version_id), edition.inputs).scorecards:
            card = cards[again.unit]
            stored = (card.group_code, card.total, card.rank, card.band)
            found = (again.group, again.total_published, again.rank, again.band or "")
            if list(standing(card.unit_code, *stored)) != list(standing(again.unit, *found)):
                yield f"edition {edition.id}, {card.unit_code}: {stored} is stored, {found} follows"
            if {one["code"]: one["exact"] for one in card.items} != {
                one.code: None if one.counted is None else str(one.counted) for one in again.items
            }:
                yield f"edition {edition.id}, {card.unit_code}: its items do not follow from its inputs"


def what_is_announced_stays(world: Quarter) -> Iterator[str]:
    """An edition that was once approved keeps every number; only another edition can take its place."""
    for edition in world.all(Edition, Edition.approved_at.is_not(None)):
        cards = sorted((one.unit_code, one.total, one.rank, one.band, one.items_sha256) for one in edition.scorecards)
        now = (edition.inputs_sha256, edition.results_sha256, edition.approved_at, cards)
        if world.announced.setdefault(edition.id, now) != now:
            yield f"edition {edition.id} was announced and has changed"


def late_reports_are_marked(world: Quarter) -> Iterator[str]:
    """What first came after its day says so, and nothing else does."""
    zone = ZoneInfo(world.programme.zone)
    for one in world.all(Submission, Submission.first_complete_at.is_not(None)):
        sent = world.session.scalars(
            select(AuditRow.at).where(AuditRow.kind == "submission", AuditRow.act == "submit",
                                      AuditRow.subject_id == str(one.id)).order_by(AuditRow.seq)
        ).first()  # fmt: skip
        report_by = one.period.report_by
        assert report_by is not None
        if sent is None or one.first_complete_at != sent:
            yield f"submission {one.id} was sent at {sent}, and says {one.first_complete_at}"
            continue
        days = max(0, (sent.astimezone(zone).date() - report_by.astimezone(zone).date()).days)
        for card in world.session.scalars(
            select(Scorecard).join(Edition).where(Edition.period_id == one.period_id, Scorecard.unit_id == one.unit_id)
        ):
            if card.late_days != days:
                yield f"submission {one.id} came {days} days late, its score says {card.late_days}"


def localities_see_their_own(world: Quarter) -> Iterator[str]:
    """Of scores not announced a county sees its own alone, and that only once it is served."""
    for code in COUNTIES:
        officer = world.province.officer(f"officer-{code}", day=world.now.date())
        query = select(Scorecard, Edition, Period).join(Edition, Edition.id == Scorecard.edition_id)
        query = query.join(Period, Period.id == Edition.period_id)
        for card, edition, period in world.session.execute(query.where(cards_seen(officer))):
            is_public = period.state in ("published", "consequences", "closed") and edition.approved_at is not None
            if not is_public and (card.unit_code != code or period.state in ("planned", "open", "verifying",
                                                                            "provisional")):  # fmt: skip
                yield f"{code} sees {card.unit_code} in edition {edition.id} while {period.code} is {period.state}"


ALWAYS = (results_follow_from_their_inputs, what_is_announced_stays, late_reports_are_marked, localities_see_their_own)

"""A fact that falls after approval: edition n+1, heard, approved by another, and published as a corrigendum."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from assessment.accountability.models import Case
from assessment.adjustments import services as adjusting
from assessment.adjustments.models import Adjustment
from assessment.bulletins.models import BulletinState
from assessment.cycles import consequences, corrections
from assessment.cycles import services as cycles
from assessment.cycles.process import PERIOD
from assessment.cycles.queries import score_papers
from assessment.delivery.models import Paper
from assessment.foundation import audit
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import said
from assessment.foundation.paper.signature import ensure_signer
from assessment.objections.services import NewPoint
from assessment.scoring import queries as scoring
from assessment.scoring.models import Edition, EditionState
from support.corrections import Published
from support.months import EXTRA, FEBRUARY, Months, a_year
from support.programmes import SCHEME

LADDER = """\
ladders:
  - {code: L1, zh: 末位, en: Last places, per: peer_group, count: months where rank_from_bottom = 1 cumulative within year, at: {2: interview}}
"""  # noqa: E501 - a rule is one line of its file


@pytest.fixture
def months(frame: Frame, tmp_path: Path) -> Iterator[Published]:
    with frame.write() as session:
        made = a_year(session, SCHEME + EXTRA + LADDER)
        known = {one.name: getattr(made, one.name) for one in fields(Months)}
        signer = ensure_signer(tmp_path / "keys", "Alpha Province", made.now)
        yield Published(**known, store=FileStore(tmp_path / "store"), signer=signer)


def refusal(months: Published, action: str, who: str, code: str = "2012-01") -> str:
    """What the period says, and that its page draws no open button for it."""
    act = months.act(who, "r")
    offers = PERIOD.available(months.session, months.periods[code], act)
    assert action not in [offer.action for offer in offers if offer.is_open]
    with pytest.raises((NotNow, NotPermitted)) as found:
        PERIOD.perform(months.session, months.periods[code], action, act)
    return str(found.value)


def states(months: Published, code: str = "2012-01") -> list[str]:
    query = select(Edition.state).where(Edition.period_id == months.periods[code].id).order_by(Edition.number)
    return list(months.session.scalars(query))


# --- published results are disputed ----------------------------------------------------------------------------------


def test_published_results_can_be_disputed_for_fifteen_working_days_from_receipt(months: Published) -> None:
    edition = months.approved("2012-01", {"220101": (10, 96, 100), "220102": (12, 90, 100),
                                          "220201": (8, 80, 100), "220202": (4, 99, 100)})  # fmt: skip
    card = months.card("2012-01", "220102")
    with pytest.raises(NotNow, match="once the score is received"):
        months.object(card)
    bulletin = months.publish(edition)
    with pytest.raises(NotNow, match="once the score is received"):
        months.object(card)
    months.receive_bulletin(bulletin)
    one = months.object(card)
    assert (one.origin_kind, one.origin_id) == ("edition", str(edition.id))
    assert timedelta(days=20) < one.window_until - months.now < timedelta(days=26)
    months.now = one.window_until + timedelta(seconds=1)
    with pytest.raises(NotNow, match="ended at"):
        months.object(card)


# --- edition n+1 -----------------------------------------------------------------------------------------------------


def test_results_on_which_nothing_has_changed_are_not_computed_again(months: Published) -> None:
    months.published()
    assert "Nothing that these results rest on" in refusal(months, "correct", "office")
    assert "No corrected results wait" in refusal(months, "approve_correction", "leader")


def test_an_upheld_late_objection_leads_to_a_corrected_edition_that_another_approves(months: Published) -> None:
    session, first = months.session, months.published()
    card = months.card("2012-01", "220102")
    months.upheld(months.object(card))
    before = scoring.edition_in_force(session, card.edition.period_id)
    with pytest.raises(Invalid, match="needs a reason"):
        cycles.correct(session, months.periods["2012-01"], months.act("office"))
    assert "do not hold the duty" in refusal(months, "correct", "leader")
    second = months.correct()
    assert second.number == (before.number if before else 0) + 1
    assert scoring.edition_in_force(session, second.period_id) is before, "the approved one stands meanwhile"
    assert states(months)[-2:] == [EditionState.APPROVED, EditionState.PROVISIONAL]
    assert "has received the corrected one" in refusal(months, "approve_correction", "leader")
    months.receive("2012-01")
    assert "may object to the change until" in refusal(months, "approve_correction", "leader")
    months.now += timedelta(days=8)
    second.computed_by = months.act("leader").by.key
    assert "somebody else" in refusal(months, "approve_correction", "leader")
    second.computed_by = months.act("office").by.key
    cycles.approve_correction(session, months.periods["2012-01"], months.act("leader"))
    assert states(months)[-2:] == [EditionState.SUPERSEDED, EditionState.APPROVED]
    assert months.card("2012-01", "220102").total > card.total  # type: ignore[operator]
    assert first.state == BulletinState.PUBLISHED, "it is superseded when the corrigendum is published"
    assert "Nothing that these results rest on" in refusal(months, "correct", "office")


def test_only_whom_the_correction_changes_is_served_and_may_dispute_the_change_only(months: Published) -> None:
    months.published()
    months.upheld(months.object(months.card("2012-01", "220102")))
    known = len(score_papers(months.session, months.periods["2012-01"].id))
    second = months.correct()
    papers = score_papers(months.session, months.periods["2012-01"].id)[known:]
    told = {paper.unit_id for paper in papers}
    assert months.province.unit("220102").id in told
    assert months.province.unit("2202").id not in told, "the other prefecture stays as it was"
    months.receive("2012-01")
    card = scoring.scorecard(months.session, second.id, months.province.unit("220102").id)
    assert card is not None
    with pytest.raises(Invalid, match="Only what the correction has changed"):
        months.object(card, NewPoint("O1", "The rate, too."))
    months.object(card, NewPoint("B1", "The schedule was read wrongly."))
    months.now += timedelta(days=8)
    assert "not decided and applied" in refusal(months, "approve_correction", "leader")


def test_a_lifting_after_approval_counts_by_a_correction(months: Published) -> None:
    months.published(late={"220202": 2})
    one = months.session.scalars(select(Adjustment)).one()
    before = months.card("2012-01", "220202").total
    months.now += timedelta(days=1)
    adjusting.lift(months.session, one, months.act("leader", "系统故障所致"))
    second = months.corrected()
    after = months.card("2012-01", "220202").total
    assert before is not None
    assert after == before + one.points  # type: ignore[operator]
    assert scoring.edition_in_force(months.session, second.period_id) is second


# --- the corrigendum -------------------------------------------------------------------------------------------------


def test_the_corrigendum_names_what_changed_and_goes_to_the_same_readers(months: Published) -> None:
    session, first = months.session, months.published()
    months.upheld(months.object(months.card("2012-01", "220102"), NewPoint("cameras", "all", Decimal(40))))
    second = months.corrected()
    months.now += timedelta(hours=1)
    draft = corrections.draft(session, second, months.act("office"))
    session.flush()
    assert draft.corrects_id == first.id
    told = draft.sections["corrections"]["en"]
    assert told[0].startswith("Edition ")
    assert "YY-2012-0001" in told[1]
    assert any("Delta County: " in one and "points become" in one for one in told)
    assert len(told) == len(draft.sections["corrections"]["zh"])
    months.publish(second, draft)
    assert (first.state, draft.state) == (BulletinState.SUPERSEDED, BulletinState.PUBLISHED)
    readers = [
        set(session.scalars(select(Paper.unit_id).where(Paper.kind == "bulletin", Paper.subject_id == str(one.id))))
        for one in (first, draft)
    ]
    assert readers[0] == readers[1]
    assert months.periods["2012-01"].state == "published"
    session.flush()
    audit.link(session)
    assert audit.verify(session) == []


def test_the_corrigendum_names_the_counters_that_change(months: Published) -> None:
    months.published()
    last = next(
        one for one in months.card("2012-01", "220202").edition.scorecards
        if one.group_code == "counties" and one.rank == 4
    )  # fmt: skip
    months.upheld(months.object(last, NewPoint("cameras", "all", Decimal(40))))
    before = last.edition
    second = months.corrected()
    told = [said(one, "en") for one in corrections.told_changes(months.session, before, second)]
    assert any("Last places" in one and "the count of 1 becomes 0" in one for one in told)
    assert any("the count of 0 becomes 1" in one for one in told)


def test_results_without_a_bulletin_are_corrected_before_it_is_drafted(months: Published) -> None:
    session, edition = months.session, months.approved("2012-01", FEBRUARY)
    months.now += timedelta(days=1)
    report = months.reports_of("2012-01")["220101"]
    from assessment.submissions import services as submissions
    from assessment.submissions.rules import given

    submissions.set_validated_by_decision(
        session, report, months.act("office", "YY-2012-009"), {"cameras": given(13)}, ("objection_point", 9)
    )
    session.flush()
    months.corrected()
    draft = corrections.draft(session, months.card("2012-01", "220101").edition, months.act("office"))
    assert draft.corrects_id is None
    assert edition.state == EditionState.SUPERSEDED


def test_a_ladder_prompts_nothing_twice_for_a_corrected_month(months: Published) -> None:
    months.published()
    months.published("2012-02", {**FEBRUARY, "220202": (5, 70, 100)})
    session = months.session
    consequences.prompt_from_ladders(session, months.clock())
    first = session.scalars(select(Case)).all()
    assert len(first) >= 1
    other = next(code for code in ("220101", "220102") if months.card("2012-02", code).rank not in (None, 4))
    months.upheld(months.object(months.card("2012-02", other), NewPoint("cameras", "all", Decimal(60))))
    months.corrected("2012-02")
    consequences.prompt_from_ladders(session, months.clock())
    assert session.scalars(select(Case)).all() == first

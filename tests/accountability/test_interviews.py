"""An interview is called beforehand, held with minutes, and over when what was undertaken is done."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from assessment.accountability import queries, services
from assessment.accountability.models import Interview, InterviewState
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from support.accountability import Court, make_court


@pytest.fixture
def court(frame: Frame) -> Iterator[Court]:
    with frame.write() as session:
        yield make_court(session)


def call(court: Court, by: str = "leader", days: int = 3, place: str = "公安厅", reason: str = "末位") -> Interview:
    return services.call_interview(
        court.session, court.act(by), unit_id=court.county, takes_place_at=court.now + timedelta(days=days),
        place=place, reason=reason,
    )  # fmt: skip


def test_it_is_called_beforehand_with_place_and_reason(court: Court) -> None:
    for facts in ({"days": 0}, {"place": ""}, {"reason": " "}):
        with pytest.raises(Invalid):
            call(court, **facts)  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        call(court, by="office")
    talk = call(court)
    assert talk.number == "YT-2012-001"
    assert queries.may_see_interview(court.session, talk, court.act("head").by)
    assert not queries.may_see_interview(court.session, talk, court.act("other").by)
    assert not queries.may_see_interview(court.session, talk, court.act("admin").by)


def test_it_answers_a_prompt_or_carries_out_a_decision(court: Court) -> None:
    case = court.opened()
    with pytest.raises(NotNow, match="answers a prompt"):
        services.call_interview(
            court.session, court.act("leader"), unit_id=case.unit_id, takes_place_at=court.now + timedelta(days=1),
            place="厅", reason="x", case=case,
        )  # fmt: skip


def test_it_is_held_when_its_time_has_come_and_ends_with_its_commitments(court: Court) -> None:
    talk = call(court)
    with pytest.raises(NotNow, match="not before"):
        services.hold_interview(court.session, talk, court.act("leader"), minutes="x")
    with pytest.raises(NotNow):
        services.record_commitment(court.session, talk, court.act("leader"), text="x", due_on=court.now.date())
    court.now += timedelta(days=4)
    with pytest.raises(Invalid):
        services.hold_interview(court.session, talk, court.act("leader"), minutes="")
    with pytest.raises(NotPermitted):
        services.hold_interview(court.session, talk, court.act("head"), minutes="x")
    services.hold_interview(court.session, talk, court.act("leader"), minutes="问、答、要求")
    with pytest.raises(Invalid):
        services.record_commitment(
            court.session, talk, court.act("leader"), text="x", due_on=court.now.date() - timedelta(days=1)
        )
    services.record_commitment(
        court.session, talk, court.act("leader"), text="月底前完成", due_on=court.now.date() + timedelta(days=10)
    )
    court.session.flush()
    with pytest.raises(NotNow, match="not done yet: 1"):
        services.conclude_interview(court.session, talk, court.act("leader"))
    assert [one.text for one in queries.commitments_due(court.session, [court.county])] == ["月底前完成"]
    with pytest.raises(NotPermitted):
        services.fulfil_commitment(court.session, talk, court.act("other"), number=1, how="x")
    with pytest.raises(Invalid):
        services.fulfil_commitment(court.session, talk, court.act("head"), number=2, how="x")
    services.fulfil_commitment(court.session, talk, court.act("head"), number=1, how="已完成")
    services.conclude_interview(court.session, talk, court.act("leader"))
    assert talk.state == InterviewState.DONE
    with pytest.raises(NotNow):
        services.conclude_interview(court.session, talk, court.act("leader"))


def test_it_is_cancelled_with_a_reason_before_it_is_held(court: Court) -> None:
    talk = call(court)
    with pytest.raises(Invalid):
        services.cancel_interview(court.session, talk, court.act("leader"))
    services.cancel_interview(court.session, talk, court.act("leader", "改为检查"))
    assert talk.state == InterviewState.CANCELLED
    with pytest.raises(NotNow):
        services.cancel_interview(court.session, talk, court.act("leader", "再次"))
    with pytest.raises(NotNow):
        services.hold_interview(court.session, talk, court.act("leader"), minutes="x")

"""Practices: handed in by a locality, judged by the office, commended by a leader, counted by the day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.practices import queries, services
from assessment.practices.models import Practice
from assessment.practices.services import NewPractice
from support.programmes import Somebody, World, a_scheme_in_force, act

JUNE = datetime(2012, 6, 15, 3, tzinfo=UTC)
END = datetime(2012, 7, 1, tzinfo=UTC)


def handed_in(session: Session) -> tuple[World, Practice]:
    world = a_scheme_in_force(session)
    new = NewPractice(world.units["220101"], "Night patrols", "What we did.")
    return world, services.submit_practice(session, act(world.locality("220101"), JUNE), world.programme, new)


def shown(session: Session, own: Iterable[int] = (), judged: Iterable[int] = ()) -> list[Practice]:
    seen, in_turn = queries.listed(own, judged)
    return list(session.scalars(select(Practice).where(seen).order_by(*in_turn)))


def counted(session: Session, world: World, at: datetime = END) -> tuple[int, int]:
    unit = world.units["220101"]
    found = queries.counted(session, [unit], date(2012, 6, 1), date(2012, 6, 30), at)[unit]
    return found["practice.accepted"], found["practice.commended"]


def test_a_practice_counts_once_it_is_accepted_and_again_once_commended(frame: Frame) -> None:
    with frame.write() as session:
        world, one = handed_in(session)
        assert counted(session, world) == (0, 0)
        services.accept(session, one, act(world.office, JUNE))
        assert counted(session, world) == (1, 0)
        services.commend(session, one, act(world.leader, JUNE))
        assert counted(session, world) == (1, 1)
        assert counted(session, world, datetime(2012, 6, 14, tzinfo=UTC)) == (0, 0)
        assert shown(session) == [one]
        services.take_back(session, one, act(world.office, END, "copied from elsewhere"))
        assert counted(session, world, datetime(2012, 7, 2, tzinfo=UTC)) == (0, 0)
        assert shown(session) == []
    with frame.read() as session:
        assert audit.verify(session) == []


def test_what_waits_comes_first_then_ones_own_then_the_library_with_the_commended_on_top(frame: Frame) -> None:
    with frame.write() as session:
        world, accepted = handed_in(session)
        unit = world.units["220101"]

        def another(day: int) -> Practice:
            new = NewPractice(unit, f"Number {day}", "What we did.")
            by = act(world.locality("220101"), JUNE.replace(day=day))
            return services.submit_practice(session, by, world.programme, new)

        commended, declined, first, second = another(10), another(11), another(12), another(13)
        for one in (accepted, commended):
            services.accept(session, one, act(world.office, END))
        services.commend(session, commended, act(world.leader, END))
        services.decline(session, declined, act(world.office, END, "Known everywhere."))
        assert shown(session) == [commended, accepted]
        assert shown(session, own=[unit]) == [second, first, declined, commended, accepted]
        assert shown(session, judged=[unit]) == [first, second, commended, accepted]
        assert shown(session, own=[unit], judged=[unit]) == [first, second, declined, commended, accepted]


def test_each_step_asks_for_its_duty_its_state_and_somebody_else(frame: Frame) -> None:
    with frame.write() as session:
        world, one = handed_in(session)
        unit = world.locality("220101")
        with pytest.raises(NotPermitted):
            services.accept(session, one, act(unit, JUNE))
        with pytest.raises(NotNow):
            services.commend(session, one, act(world.leader, JUNE))
        judge_and_party = Somebody(unit.key, world.office.duties)
        for service in (services.accept, services.decline):
            with pytest.raises(NotNow, match="somebody else"):
                service(session, one, act(judge_and_party, JUNE, "because"))
        services.accept(session, one, act(world.office, JUNE))
        with pytest.raises(NotNow):
            services.withdraw_practice(session, one, act(unit, JUNE))
        both = Somebody(world.office.key, world.leader.duties)
        with pytest.raises(NotNow, match="did not"):
            services.commend(session, one, act(both, JUNE))
        with pytest.raises(Invalid, match="Say why"):
            services.take_back(session, one, act(world.office, JUNE))


def test_a_practice_is_declined_with_a_reason_or_withdrawn_before(frame: Frame) -> None:
    with frame.write() as session:
        world, one = handed_in(session)
        with pytest.raises(Invalid, match="Say why"):
            services.decline(session, one, act(world.office, JUNE))
        services.decline(session, one, act(world.office, JUNE, "nothing new"))
        assert one.state == "declined"
        with pytest.raises(NotNow):
            services.take_back(session, one, act(world.office, JUNE, "x"))
        unit = world.locality("220101")
        other = services.submit_practice(
            session, act(unit, JUNE), world.programme, NewPractice(world.units["220101"], "B", "C")
        )
        services.withdraw_practice(session, other, act(unit, JUNE))
        assert (other.state, queries.to_judge(session, world.units.values())) == ("withdrawn", [])


def test_only_the_locality_hands_in_and_says_something(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        where = world.units["220101"]
        with pytest.raises(NotPermitted):
            services.submit_practice(session, act(world.office), world.programme, NewPractice(where, "A", "B"))
        for new in (NewPractice(where, " ", "B"), NewPractice(where, "A" * 201, "B"), NewPractice(where, "A", "")):
            with pytest.raises(Invalid) as refused:
                services.submit_practice(session, act(world.locality("220101")), world.programme, new)
            assert refused.value.fields


def test_many_are_handed_in_and_accepted_by_one_act_each(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        new = [NewPractice(world.units["220101"], f"P{n}", "text") for n in range(10)]
        made = services.submit_many(session, act(world.locality("220101"), JUNE), world.programme, new)
        services.accept_all(session, made, act(world.office, JUNE))
        assert counted(session, world) == (10, 0)
    with frame.read() as session:
        assert [row.act for row in audit.history(session, made[0])] == ["submit_practice", "accept"]
        assert audit.verify(session) == []


def test_another_locality_says_that_it_uses_it_and_the_author_learns_of_it(frame: Frame) -> None:
    with frame.write() as session:
        world, one = handed_in(session)
        mine, other = world.units["220101"], world.units["220102"]
        by = act(world.locality("220102"), JUNE)
        with pytest.raises(NotNow, match="not in the library"):
            services.use_practice(session, one, by, unit_id=other)
        services.accept(session, one, act(world.office, JUNE))
        with pytest.raises(NotPermitted):
            services.use_practice(session, one, act(world.office, JUNE), unit_id=other)
        with pytest.raises(Invalid, match="your own"):
            services.use_practice(session, one, act(world.locality("220101"), JUNE), unit_id=mine)
        use = services.use_practice(session, one, by, unit_id=other, note="In three counties since May.")
        with pytest.raises(NotNow, match="already"):
            services.use_practice(session, one, by, unit_id=other)
        assert queries.times_used(session, [one.id]) == {one.id: 1}
        assert queries.newly_used(session, [mine], JUNE) == [use]
        assert queries.newly_used(session, [other], JUNE) == []
        with pytest.raises(NotPermitted):
            services.stop_using(session, use, act(world.locality("220101"), JUNE))
        services.stop_using(session, use, by)
        assert (queries.times_used(session, [one.id]), one.uses) == ({}, [use])
        assert services.use_practice(session, one, by, unit_id=other) is not use
        assert counted(session, world) == (1, 0)

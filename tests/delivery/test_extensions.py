"""More time: asked for in time and with a reason, decided by somebody else, shown wherever the deadline is."""

from datetime import UTC, datetime, timedelta

import pytest

from assessment.delivery import queries, services
from assessment.delivery.models import Extension, ExtensionState
from assessment.delivery.services import Deadline
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.organisations.duties import Duty
from support.organisations import NOW, Province, make_province

DUE = datetime(2012, 11, 20, 15, 59, 59, tzinfo=UTC)
UNTIL = DUE + timedelta(days=10)
TASK = ("task", 9)


def asked(province: Province, *, reason: str = "the road is under water", **facts: object) -> Extension:
    act = province.act("asker", "locality_officer", "2201", reason=reason)
    deadlines = facts.pop("deadlines", [Deadline(province.unit("220101").id, TASK, DUE)])
    given = {"unit_id": province.unit("2201").id, "until": UNTIL, "grant_duty": Duty.EXTEND_TASKS} | facts
    return services.ask_extension(province.session, act, deadlines=deadlines, **given)  # type: ignore[arg-type]


def test_granted_time_is_found_by_the_record(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        extension = asked(province)
        assert queries.extension_until(session, TASK) is None
        services.grant_extension(session, extension, province.act("boss", "supervision_office"))
        assert extension.state == ExtensionState.GRANTED
        assert queries.extension_until(session, TASK) == UNTIL
        assert queries.extensions_until(session, "task", [9, 10]) == {"9": UNTIL}


def test_less_may_be_granted_than_was_asked_for_but_no_less_than_there_was(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        boss = province.act("boss", "supervision_office")
        services.grant_extension(session, asked(province), boss, until=DUE + timedelta(days=1))
        assert queries.extension_until(session, TASK) == DUE + timedelta(days=1)
        with pytest.raises(Invalid, match="after the present deadline"):
            services.grant_extension(session, asked(province), boss, until=DUE)
        with pytest.raises(Invalid, match="slip of the pen"):
            services.grant_extension(session, asked(province), boss, until=DUE + timedelta(days=4000))


def test_a_refusal_says_why_and_leaves_the_deadline(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        extension, boss = asked(province), province.act("boss", "supervision_office")
        with pytest.raises(Invalid, match="Say why"):
            services.refuse_extension(session, extension, boss)
        services.refuse_extension(session, extension, boss.because("the water is gone"))
        assert (extension.state, extension.answer) == (ExtensionState.REFUSED, "the water is gone")
        assert queries.extension_until(session, TASK) is None
        for action in (services.grant_extension, services.refuse_extension):
            with pytest.raises(NotNow):
                action(session, extension, boss.because("again"))


def test_nobody_decides_on_his_own_request(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        act = province.act("boss", "supervision_office", reason="a flood")
        extension = services.ask_extension(
            session, act, unit_id=province.unit("22").id, until=UNTIL, grant_duty=Duty.EXTEND_TASKS,
            deadlines=[Deadline(province.unit("220101").id, TASK, DUE)],
        )  # fmt: skip
        for action in (services.grant_extension, services.refuse_extension):
            with pytest.raises(NotNow, match="somebody else"):
                action(session, extension, act)
        services.grant_extension(session, extension, province.act("other", "supervision_office"))


def test_the_duty_of_another_kind_of_deadline_is_not_enough(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        extension = asked(province)
        with pytest.raises(NotNow, match="for every unit"):
            services.grant_extension(session, extension, province.act("office", "assessment_office"))
        with pytest.raises(NotNow, match="for every unit"):
            extension = asked(province, deadlines=[Deadline(province.unit("220201").id, TASK, DUE)])
            services.grant_extension(session, extension, province.act("near", "supervision_office", "2201"))
        with pytest.raises(NotPermitted):
            services.grant_extension(session, extension, province.act("leader", "leader"))


def test_time_is_asked_for_before_it_has_run_out(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        unit_id = province.unit("2201").id
        with pytest.raises(NotNow, match="that is over"):
            asked(province, deadlines=[Deadline(unit_id, TASK, NOW - timedelta(seconds=1))])
        with pytest.raises(NotNow, match="that is over"):
            asked(province, deadlines=[Deadline(unit_id, TASK, DUE, ask_by=NOW - timedelta(days=1))])
        with pytest.raises(Invalid, match="Say why"):
            asked(province, reason=" ")
        with pytest.raises(Invalid, match="after the present deadline"):
            asked(province, until=DUE)
        with pytest.raises(Invalid, match="at least one"):
            asked(province, deadlines=[])


def test_one_request_may_cover_many_units(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        units = [province.unit(code).id for code in ("220101", "220102")]
        extension = asked(province, deadlines=[Deadline(unit_id, ("task", unit_id), DUE) for unit_id in units])
        services.grant_extension(session, extension, province.act("boss", "supervision_office"))
        assert set(queries.extensions_until(session, "task", units)) == {str(unit_id) for unit_id in units}
        assert queries.extensions(session, [units[0]], state="granted") == [extension]
        assert queries.extensions_about(session, ("task", units[1])) == [extension]
        assert queries.extensions(session, [province.unit("2202").id]) == []


def test_localities_ask_and_others_do_not(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        act = province.act("auditor", "auditor", reason="curious")
        with pytest.raises(NotPermitted):
            services.ask_extension(
                session, act, unit_id=province.unit("22").id, until=UNTIL, grant_duty=Duty.EXTEND_TASKS,
                deadlines=[Deadline(province.unit("220101").id, TASK, DUE)],
            )  # fmt: skip

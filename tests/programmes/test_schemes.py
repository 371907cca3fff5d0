"""The life of a scheme version: sealed once submitted, approved by another, superseded and never edited."""

import pytest
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.programmes import queries, services
from assessment.programmes.models import SchemeVersion
from support.programmes import SCHEME, Somebody, World, a_province, a_scheme_in_force, act


def drafted(session: Session) -> tuple[World, SchemeVersion]:
    world = a_province(session)
    return world, services.write_scheme(session, act(world.office), SCHEME, unit_id=world.units["220000"])


def test_a_scheme_is_checked_submitted_approved_and_brought_into_force(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        assert world.version.state == "in_force"
        assert world.programme.title.en == "Building the network"
    with frame.read() as session:
        assert audit.verify(session) == []


def test_only_the_office_writes_schemes(frame: Frame) -> None:
    with frame.write() as session:
        world = a_province(session)
        with pytest.raises(NotPermitted):
            services.write_scheme(session, act(world.verifier), SCHEME, unit_id=world.units["220000"])


def test_the_same_file_again_changes_nothing_and_a_changed_draft_is_revised(frame: Frame) -> None:
    with frame.write() as session:
        world, version = drafted(session)
        where = world.units["220000"]
        assert services.write_scheme(session, act(world.office), SCHEME, unit_id=where) is version
        changed = SCHEME.replace("points: 60", "points: 70").replace("points: 40", "points: 30")
        services.check(session, version, act(world.office))
        assert services.write_scheme(session, act(world.office), changed, unit_id=where) is version
        assert version.state == "drafted"


def test_a_sealed_version_is_never_edited(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        changed = SCHEME.replace("points: 60", "points: 70").replace("points: 40", "points: 30")
        with pytest.raises(Invalid, match="new version number"):
            services.write_scheme(session, act(world.office), changed, unit_id=world.units["220000"])
        with pytest.raises(NotNow):
            services.revise(session, world.version, act(world.office), source=changed)


def test_a_scheme_with_faults_is_not_taken_and_names_them_all(frame: Frame) -> None:
    with frame.write() as session:
        world = a_province(session)
        with pytest.raises(Invalid) as refused:
            services.write_scheme(
                session, act(world.office), SCHEME.replace("points: 60", "points: 6"), unit_id=world.units["220000"]
            )
        assert refused.value.faults


def test_a_draft_with_faults_is_kept_but_does_not_pass_the_check(frame: Frame) -> None:
    with frame.write() as session:
        world, version = drafted(session)
        services.revise(session, version, act(world.office), source="format: 1\n")
        with pytest.raises(NotNow, match="faults"):
            services.check(session, version, act(world.office))


def test_another_schemes_file_does_not_replace_a_draft(frame: Frame) -> None:
    with frame.write() as session:
        world, version = drafted(session)
        with pytest.raises(Invalid, match="file of its own"):
            services.revise(
                session, version, act(world.office), source=SCHEME.replace("scheme: cameras", "scheme: roads")
            )


def test_steps_cannot_be_skipped(frame: Frame) -> None:
    with frame.write() as session:
        world, version = drafted(session)
        for service, by in ((services.submit, world.office), (services.approve_scheme, world.leader)):
            with pytest.raises(NotNow):
                service(session, version, act(by))
        with pytest.raises(NotNow):
            services.bring_into_force(session, version, act(world.office), from_period="2012-01")
        with pytest.raises(NotNow):
            services.return_scheme(session, version, act(world.leader, reason="no"))


def test_who_submitted_a_scheme_does_not_approve_or_return_it(frame: Frame) -> None:
    with frame.write() as session:
        world, version = drafted(session)
        both = Somebody("office", {**world.office.duties, **world.leader.duties})
        services.check(session, version, act(both))
        services.submit(session, version, act(both))
        for service in (services.approve_scheme, services.return_scheme):
            with pytest.raises(NotNow, match="somebody else"):
                service(session, version, act(both, reason="because"))
        with pytest.raises(NotPermitted):
            services.approve_scheme(session, version, act(world.verifier))
        with pytest.raises(Invalid, match="Say why"):
            services.return_scheme(session, version, act(world.leader))
        services.return_scheme(session, version, act(world.leader, reason="B1 is too high"))
        assert version.state == "returned"


def test_a_later_version_supersedes_and_takes_over_the_planned_periods(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        periods = services.plan_periods(session, act(world.office), world.version)
        with pytest.raises(NotNow, match="none has"):
            services.supersede(session, world.version, act(world.office))
        newer = services.write_scheme(
            session, act(world.office), SCHEME.replace("2012.1", "2012.2"), unit_id=world.units["220000"]
        )
        services.check(session, newer, act(world.office))
        services.submit(session, newer, act(world.office))
        services.approve_scheme(session, newer, act(world.leader))
        services.bring_into_force(session, newer, act(world.office), from_period="2012-07")
        assert (newer.state, world.version.state) == ("in_force", "superseded")
        by_code = {one.code: one.scheme_version_id for one in periods}
        assert (by_code["2012-06"], by_code["2012-07"]) == (world.version.id, newer.id)
        assert queries.version_in_force(session, world.programme.id) is newer


def test_a_scheme_is_read_once_by_its_hash(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        assert queries.scheme(session, world.version.id) is queries.scheme(session, world.version.id)

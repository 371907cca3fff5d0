"""From the draw to settled findings: who may do what at a visit, and what follows from it."""

import pytest
from sqlalchemy import select
from support import inspections as given

from assessment.foundation.errors import Refusal
from assessment.foundation.frame import Frame
from assessment.inspections import services
from assessment.remediation.models import Task


def test_settling_issues_a_notice_with_a_task_for_each_finding(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        visit = given.under_way(world)[0]
        findings = given.reported(world, visit, 3)
        services.settle(session, visit, world.act("colleague", given.after_comments(world)))
        tasks = session.scalars(select(Task)).all()
        assert [task.origin_id for task in tasks] == [str(one.id) for one in findings]
        assert [task.is_major for task in tasks] == [False, True, False]


def test_inspectors_may_not_settle_their_own_findings(frame: Frame) -> None:
    with frame.write() as session:
        world = given.make_campaigning(session)
        visit = given.under_way(world)[0]
        given.reported(world, visit)
        with pytest.raises(Refusal, match="duty"):
            services.settle(session, visit, world.leader_of(visit, given.after_comments(world)))

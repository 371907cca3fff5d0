"""Key remediation becomes a target of the next letter: proposed from its task, decided by a person, printed, kept."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.cycles.key_remediation import propose_key_remediation
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.frame import Frame
from assessment.organisations.models import Succession, Unit, UnitName
from assessment.programmes import queries, services
from assessment.programmes.models import AmendmentGround, Letter, Programme
from assessment.programmes.papers import LetterPaper, render_letter
from assessment.programmes.services import Change, NewLetter
from assessment.remediation.models import Task
from support.inspections import Campaigning
from support.programmes import Somebody
from support.remediation import issued

NEXT_YEAR = datetime.fromisoformat("2013-01-10T01:00:00+00:00")


def office(world: Campaigning) -> Act:
    everywhere = frozenset(world.session.scalars(select(Unit.id)))
    return Act(Somebody("office", {"plan_cycles": everywhere}), NEXT_YEAR)


def a_draft(world: Campaigning, unit_id: int) -> Letter:
    programme = world.session.get_one(Programme, world.version.programme_id)
    new = NewLetter(unit_id, f"责〔2013〕{unit_id}号", date(2013, 1, 1), date(2013, 12, 31), {"cameras": Decimal(9)})
    return services.draft_letters(world.session, office(world), programme, world.version, [new])[0]


def a_major_task(session: Session) -> tuple[Campaigning, Task]:
    """Overdue since long: nobody has reported anything."""
    world, tasks = issued(session)
    return world, next(task for task in tasks if task.is_major)


def test_a_grave_open_task_is_proposed_once_for_its_units_draft_and_for_no_other(frame: Frame) -> None:
    with frame.write() as session:
        world, task = a_major_task(session)
        mine = a_draft(world, task.unit_id)
        other = a_draft(world, next(visit.unit_id for visit in world.visits if visit.unit_id != task.unit_id))
        assert propose_key_remediation(session, Act(CLOCK, NEXT_YEAR)) == 1
        assert propose_key_remediation(session, Act(CLOCK, NEXT_YEAR)) == 0
        assert [(one.origin_kind, one.origin_id, one.number) for one in mine.matters] == [
            ("task", str(task.id), task.number)
        ]
        assert "overdue" in mine.matters[0].why.en
        assert mine.matters[0].proposed_by == "clock"
        assert not other.matters


def test_the_letter_waits_for_a_person_who_says_why_something_is_left_out(frame: Frame) -> None:
    with frame.write() as session:
        world, task = a_major_task(session)
        letter = a_draft(world, task.unit_id)
        propose_key_remediation(session, Act(CLOCK, NEXT_YEAR))
        with pytest.raises(NotNow, match="Take it in or leave it out first"):
            services.offer(session, letter, office(world))
        with pytest.raises(NotNow, match="Take it in or leave it out first"):
            services.offer_all(session, [letter], office(world))
        with pytest.raises(Invalid, match="Say why key remediation is left out"):
            services.settle_matters(session, letter, office(world), taken_in=[])
        services.settle_matters(session, letter, office(world).because("已移交省厅"), taken_in=[])
        assert not letter.bound_to
        assert propose_key_remediation(session, Act(CLOCK, NEXT_YEAR)) == 0
        services.offer(session, letter, office(world))


def test_what_is_taken_in_is_printed_with_its_deadline_and_kept_by_an_amendment(frame: Frame) -> None:
    with frame.write() as session:
        world, task = a_major_task(session)
        letter = a_draft(world, task.unit_id)
        propose_key_remediation(session, Act(CLOCK, NEXT_YEAR))
        services.settle_matters(session, letter, office(world), taken_in=[one.id for one in letter.matters])
        services.offer(session, letter, office(world))
        services.sign(session, letter, Act(Somebody("head", {"sign_letters": {task.unit_id}}), NEXT_YEAR))
        services.countersign(session, letter, Act(Somebody("leader", {"approve": {task.unit_id}}), NEXT_YEAR))
        change = Change(AmendmentGround.FORCE_MAJEURE, "公函", date(2013, 7, 1), {"cameras": Decimal(8)})
        amended = services.amend(session, letter, office(world), change)
        assert [(one.number, one.outcome, one.due_on) for one in amended.matters] == [
            (task.number, "taken_in", letter.matters[0].due_on)
        ]
        for language, heading in (("en", "Key remediation"), ("zh", "重点整改事项")):
            paper = LetterPaper(**queries.letter_paper(session, letter))
            pages = PdfReader(BytesIO(render_letter(paper, language, date(2013, 1, 10)))).pages
            text = "".join("".join(page.extract_text() for page in pages).split())
            assert "".join(heading.split()) in text
            assert task.number in text


def test_a_unit_made_of_others_is_asked_to_put_right_what_they_left(frame: Frame) -> None:
    with frame.write() as session:
        world, task = a_major_task(session)
        merged = Unit(code="229999", level="county", name_zh="新县", name_en="New county", valid_from=date(2013, 1, 1))
        session.add(merged)
        session.flush()
        session.add(UnitName(unit_id=merged.id, name_zh="新县", name_en="New county", valid_from=date(2013, 1, 1)))
        others = [task.unit_id, next(one.unit_id for one in world.visits if one.unit_id != task.unit_id)]
        for one in others:
            session.add(Succession(predecessor_id=one, successor_id=merged.id, on=date(2013, 1, 1), share=Decimal(1)))
        session.flush()
        letter = a_draft(world, merged.id)
        propose_key_remediation(session, Act(CLOCK, NEXT_YEAR + timedelta(days=1)))
        assert [one.number for one in letter.matters] == [task.number]

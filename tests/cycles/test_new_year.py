"""A new year begins from last year's programme: copied, every state begun anew; mergers followed, differences shown."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.cycles import new_year
from assessment.foundation.actors import Act
from assessment.foundation.audit import AuditRow
from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.inspections import queries as inspections
from assessment.organisations.models import Succession, Unit, UnitName
from assessment.programmes import queries, services
from assessment.programmes.models import Letter, Period
from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.next_year import Difference, differences, moved_on
from support.inspections import make_campaigning
from support.programmes import SCHEME, Somebody, World, a_year_planned

NOW = datetime(2012, 12, 20, 2, 0, tzinfo=UTC)


def begun(session: Session, world: World, year: int = 2013) -> new_year.NewYear:
    return new_year.start_year(session, world.programme, Act(world.office, NOW), year=year)


def test_scheme_and_letters_are_drafts_of_the_next_year_and_nothing_that_was_decided_is_kept(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        made = begun(session, world)
        assert (made.version.number, made.version.state, made.version.approved_by) == ("2013.1", "drafted", "")
        assert queries.version_in_force(session, world.programme.id) is world.version
        assert len(made.letters) == len(world.letters)
        assert {one.state for one in made.letters} == {"drafted"}
        assert {(one.term_from, one.term_to) for one in made.letters} == {(date(2013, 1, 1), date(2013, 12, 31))}
        assert not any(one.signed_by or one.countersigned_by for one in made.letters)
        old = {(one.unit_id, row.value_code, row.month): row.number for one in world.letters for row in one.targets}
        new = {(one.unit_id, row.value_code, row.month): row.number for one in made.letters for row in one.targets}
        assert new == old
        row = session.scalars(select(AuditRow).where(AuditRow.act == "start_year")).one_or_none()
        session.flush()
        assert row is None  # the trail is written at the end
    with frame.read() as session:
        assert session.scalars(select(AuditRow).where(AuditRow.act == "start_year")).one().who == "office"


def test_it_begins_once_by_the_office_and_after_the_year_before(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        with pytest.raises(NotPermitted):
            new_year.start_year(session, world.programme, Act(world.leader, NOW), year=2013)
        with pytest.raises(Invalid, match="is for 2012 already"):
            begun(session, world, 2012)
        begun(session, world)
        with pytest.raises(NotNow, match="2013 has begun already"):
            begun(session, world)


def test_the_periods_of_the_new_year_are_planned_from_the_scheme_once_it_is_in_force(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        version = begun(session, world).version
        office, leader = Act(world.office, NOW), Act(world.leader, NOW)
        services.check(session, version, office)
        services.submit(session, version, office)
        services.approve_scheme(session, version, leader)
        services.bring_into_force(session, version, office, from_period="2013-01")
        planned = services.plan_periods(session, office, version)
        assert {one.code for one in planned} == {code.replace("2012", "2013") for code in world.periods}
        assert {one.state for one in planned} == {"planned"}
        old = session.scalars(select(Period).where(Period.code.startswith("2012"))).all()
        assert {one.scheme_version_id for one in old} == {world.version.id}


def succeed(session: Session, name: str, parts: list[tuple[int, str]]) -> int:
    """A county that carries on others from the first day of 2013, with a share of each."""
    new = Unit(code=name, level="county", name_zh=name, name_en=name, valid_from=date(2013, 1, 1))
    session.add(new)
    session.flush()
    session.add(UnitName(unit_id=new.id, name_zh=name, name_en=name, valid_from=date(2013, 1, 1)))
    for unit_id, share in parts:
        session.get_one(Unit, unit_id).valid_to = date(2013, 1, 1)
        session.add(Succession(predecessor_id=unit_id, successor_id=new.id, on=date(2013, 1, 1), share=Decimal(share)))
    session.flush()
    return new.id


def test_a_merged_unit_is_asked_for_the_sum_and_a_renamed_one_for_the_same(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        merged = succeed(session, "220199", [(world.units["220101"], "1"), (world.units["220102"], "1")])
        renamed = succeed(session, "220299", [(world.units["220201"], "1")])
        begun(session, world)  # nobody holds a duty at units that begin later
        everywhere = {"plan_cycles": frozenset(session.scalars(select(Unit.id)))}
        later = Act(Somebody("office", everywhere), datetime(2013, 1, 4, 2, 0, tzinfo=UTC))
        assert new_year.draft_missing_letters(session, world.programme, later, year=2013)
        assert new_year.draft_missing_letters(session, world.programme, later, year=2013) == []
        of_year = select(Letter).where(Letter.term_from == date(2013, 1, 1))
        targets = {one.unit_id: one.targets for one in session.scalars(of_year)}
        assert len({one.number for one in session.scalars(of_year)}) == len(targets)
        term = {unit: next(one.number for one in rows if one.month is None) for unit, rows in targets.items()}
        assert (term[merged], term[renamed]) == (Decimal(300), Decimal(120))
        assert world.units["220101"] not in term
        changes = new_year.target_changes(session, world.programme, 2012, 2013)
        mine = next(one for one in changes if one.unit_id == merged)
        assert mine.is_same
        assert mine.forebears == (world.units["220101"], world.units["220102"])
        assert set(new_year.units_left(session, world.programme, 2012)) == {
            world.units[code] for code in ("220101", "220102", "220201")
        }


def test_what_the_office_changes_afterwards_is_what_differs(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        made = begun(session, world)
        assert [one.place for one in differences(world.version.source, made.version.source)] == [
            "version", "periods › from", "periods › to"
        ]  # fmt: skip
        source = made.version.source.replace("points: 60", "points: 55").replace("points: 40", "points: 45")
        services.revise(session, made.version, Act(world.office, NOW), source=source)
        letter = made.letters[0]
        services.set_targets(session, letter, Act(world.office, NOW), targets={"cameras": Decimal(999)})
        assert Difference("indicators › B1 › points", "60", "55") in differences(world.version.source, source)
        changed = [one for one in new_year.target_changes(session, world.programme, 2012, 2013) if not one.is_same]
        assert [(one.unit_id, one.code, one.after) for one in changed] == [(letter.unit_id, "cameras", Decimal(999))]


def test_checklists_in_use_become_drafts_of_their_next_edition_once(frame: Frame) -> None:
    with frame.write() as session:
        world = make_campaigning(session)
        programme = world.version.programme
        keeper = Act(Somebody("keeper", {"keep_checklists": frozenset({programme.unit_id})}), NOW)
        with pytest.raises(NotPermitted):
            new_year.copy_checklists(session, programme, Act(Somebody("nobody"), NOW))
        made = new_year.copy_checklists(session, programme, keeper)
        old = world.checklist
        assert [(one.code, one.edition, one.state) for one in made] == [(old.code, old.edition + 1, "drafted")]
        assert old.state == "in_use"

        def said(checklist_id: int) -> list[tuple[object, ...]]:
            rows = inspections.items_of(session, checklist_id)
            return [(one.code, one.text, one.severity, one.points, one.clause, one.kind, one.choices) for one in rows]

        assert said(made[0].id) == said(old.id)
        assert new_year.copy_checklists(session, programme, keeper) == []


years = st.integers(1990, 2090)


@given(years, years)
def test_moving_on_changes_the_version_and_the_months_and_not_one_other_character(first: int, second: int) -> None:
    source = SCHEME.replace("2012-01", f"{first}-01").replace("2012-12", f"{first}-12") + "# 2012-01 stays\n"
    moved = moved_on(source, first, second)
    scheme = load_scheme(moved)
    assert scheme.version == f"{second}.1"
    assert scheme.periods is not None
    assert (str(scheme.periods.from_)[:4], str(scheme.periods.to)[:4]) == (str(second), str(second))
    one, other = source.splitlines(), moved.splitlines()
    apart = [line for line, now in zip(one, other, strict=True) if line != now]
    assert all(line.startswith(("version:", "periods:")) for line in apart)


def test_differences_know_what_is_new_and_what_is_gone() -> None:
    more = SCHEME.replace("inputs:", "").replace("  late_days:", "  late: {zh: 迟, en: Late}\n  late_days:")
    found = differences(SCHEME, more)
    assert [(one.place, one.is_new) for one in found] == [("values › late › zh", True), ("values › late › en", True)]
    back = differences(more, SCHEME)
    assert all(one.is_gone for one in back)
    assert [replace(one, before=one.after, after=one.before) for one in back] == found


def test_letters_of_a_year_that_did_not_begin_are_none(frame: Frame) -> None:
    with frame.write() as session:
        world = a_year_planned(session)
        changes = new_year.target_changes(session, world.programme, 2012, 2013)
        assert changes
        assert all(one.after is None for one in changes)
        assert session.scalars(select(Letter.id).where(Letter.term_from == date(2013, 1, 1))).all() == []

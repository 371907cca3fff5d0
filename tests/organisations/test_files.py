"""Units and people from files: every fault at once, a dry run, and the same file again changes nothing."""

from datetime import date

import pytest
from sqlalchemy import func, select

from assessment.foundation.audit import AuditRow
from assessment.foundation.frame import Frame
from assessment.foundation.tables import TableFaults
from assessment.organisations import files, queries
from assessment.organisations.models import Person, Unit
from assessment.organisations.officers import officer_on
from support.organisations import TODAY, by_setup, make_province

UNITS = """code,name_zh,name_en,level,parent,valid_from,valid_to,tile_row,tile_column
33,辛省,Theta Province,province,,2010-01-01,,,
3301,壬市,Iota City,prefecture,33,2010-01-01,,2,3
330101,癸县,Kappa County,county,3301,2010-01-01,2012-12-31,,
""".encode()

PEOPLE = """username,name,email,language,unit,title_zh,title_en,role,from,to
wang,王强,wang@example.org,zh,2201,局长,Head,locality_head,2012-01-01,
wang,王强,wang@example.org,zh,22,领导小组成员,Member,leader,2012-01-01,2012-12-31
li,李梅,,en,2201,经办人,Officer,locality_officer,2012-01-01,
""".encode()


def faults_of(call: object) -> list[str]:
    with pytest.raises(TableFaults) as refused:
        call()  # type: ignore[operator]
    return [str(fault) for fault in refused.value.faults]


def test_units_come_in_whole_and_once(frame: Frame) -> None:
    with frame.write() as session:
        found = files.import_units(session, by_setup(), UNITS, "units.csv")
        assert (found.new, found.changed, found.same) == (3, 0, 0)
    with frame.write() as session:
        found = files.import_units(session, by_setup(), UNITS, "units.csv")
        assert (found.new, found.changed, found.same) == (0, 0, 3)
        tree = queries.tree_on(session, TODAY)
        assert [unit.code for unit in tree.path(queries.unit_by_code(session, "330101").id)] == ["33", "3301", "330101"]
        assert queries.unit_by_code(session, "330101").valid_to == date(2013, 1, 1)
        assert session.scalar(select(func.count()).select_from(AuditRow)) == 1
        columns, *rows = [tuple(line.split(",")) for line in UNITS.decode().splitlines()]
        assert (columns, rows) == (files.UNIT_COLUMNS, files.export_units(session, TODAY))


def test_a_changed_name_or_place_holds_from_today(frame: Frame) -> None:
    with frame.write() as session:
        make_province(session)
        changed = "code,name_zh,name_en,level,parent\n220101,新县,New County,county,2202\n".encode()
        found = files.import_units(session, by_setup(), changed)
        assert (found.new, found.changed) == (0, 1)
        unit = queries.unit_by_code(session, "220101")
        now, before = queries.units_on(session, TODAY)[unit.id], queries.units_on(session, date(2012, 11, 12))[unit.id]
        assert (now.name.en, before.name.en) == ("New County", "Gamma County")
        assert queries.units_on(session, TODAY)[now.parent_id].code == "2202"


def test_a_tile_is_moved_by_a_file_that_names_it_and_by_no_other(frame: Frame) -> None:
    with frame.write() as session:
        make_province(session)
        head = "code,name_zh,name_en,level,parent,tile_row,tile_column\n"
        row = "220101,丙县,Gamma County,county,2201,{},{}\n"
        assert files.import_units(session, by_setup(), (head + row.format(4, 5)).encode()).changed == 1
        unit = queries.unit_by_code(session, "220101")
        assert queries.tiles_of(session, [unit.id]) == {unit.id: (4, 5)}
        assert files.import_units(session, by_setup(), (head + row.format("", "")).encode()).changed == 0
        assert queries.tiles_of(session, [unit.id]) == {unit.id: (4, 5)}
        for wrong in (("4", ""), ("0", "5"), ("4", "x"), ("41", "1")):
            file = (head + row.format(*wrong)).encode()
            faults = faults_of(lambda file=file: files.import_units(session, by_setup(), file))
            assert "from 1 to 40" in faults[0]


def test_a_dry_run_tells_and_takes_nothing(frame: Frame) -> None:
    with frame.write() as session:
        assert files.import_units(session, by_setup(), UNITS, dry_run=True).new == 3
    with frame.write() as session:
        make_province(session)
        before = session.scalar(select(func.count()).select_from(Person))
        assert files.import_people(session, by_setup(), PEOPLE, dry_run=True).new == 2
        assert session.scalar(select(func.count()).select_from(Person)) == before
    with frame.read() as session:
        assert queries.unit_by_code(session, "33") is None
        assert not session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.act.like("import%")))


def test_every_fault_of_a_units_file_is_told_with_its_place(frame: Frame) -> None:
    bad = """code,name_zh,name_en,level,parent,valid_from,valid_to
33,辛省,,province,,,
34,甲,A,village,,,
35,乙,B,county,99,,
36,丙,C,county,37,,
37,丁,D,county,36,,
38,戊,E,county,,2012-13-01,
39,己,F,county,,2012-02-01,2012-01-01
40,庚,G,county,,,
40,庚,G,county,,,
""".encode()
    with frame.write() as session:
        told = faults_of(lambda: files.import_units(session, by_setup(), bad))
        assert not session.scalar(select(func.count()).select_from(Unit))
    for part in ("Row 2, column “name_en”", "Row 3, column “level”", "code 99", "Row 5, column “parent”",
                 "“2012-13-01” is no day", "Row 8, column “valid_to”", "Row 9 has this code already"):  # fmt: skip
        assert any(part in fault for fault in told), (part, told)


def test_a_file_without_its_columns_is_refused(frame: Frame) -> None:
    with frame.write() as session:
        told = faults_of(lambda: files.import_units(session, by_setup(), b"code,name\n1,a\n"))
        assert len(told) == 3
        assert len(faults_of(lambda: files.import_people(session, by_setup(), b"username\nlee\n"))) == 5


def test_a_local_administrator_adds_units_below_his_own_only(frame: Frame) -> None:
    with frame.write() as session:
        act = make_province(session).act("local", "administrator", "2201")
        line = "code,name_zh,name_en,level,parent\n{},新县,New County,county,{}\n"
        assert files.import_units(session, act, line.format("220109", "2201").encode()).new == 1
        for parent in ("2202", ""):
            told = faults_of(lambda parent=parent: files.import_units(session, act, line.format("9", parent).encode()))
            assert "Only an administrator" in told[0]


def test_people_come_with_their_posts_and_once(frame: Frame) -> None:
    with frame.write() as session:
        make_province(session)
        found = files.import_people(session, by_setup(), PEOPLE)
        assert (found.new, found.changed, found.same) == (2, 1, 0)
        wang = queries.person_by_username(session, "wang")
        assert officer_on(session, wang.id, TODAY).holds("approve")
        assert officer_on(session, wang.id, date(2012, 12, 31)).holds("approve")
        assert not officer_on(session, wang.id, date(2013, 1, 1)).holds("approve")
        found = files.import_people(session, by_setup(), PEOPLE)
        assert (found.new, found.changed, found.same) == (0, 0, 3)


def test_weighty_duties_from_a_file_wait_for_another_administrator(frame: Frame) -> None:
    with frame.write() as session:
        act = make_province(session).act("ada", "administrator")
        files.import_people(session, act, PEOPLE)
        wang = queries.person_by_username(session, "wang")
        assert not officer_on(session, wang.id, TODAY).holds("approve")
        assert officer_on(session, wang.id, TODAY).holds("sign_letters")
        assert [grant.person for grant in queries.grants_to_confirm(session, TODAY)] == ["王强"]


def test_every_fault_of_a_people_file_is_told_with_its_place(frame: Frame) -> None:
    bad = """username,name,email,language,unit,title_zh,title_en,role,from,to
,王强,,zh,2201,局长,Head,locality_head,,
wang,王强,nowhere,fr,2201,局长,Head,king,,
li,李梅,,zh,9999,经办人,Officer,locality_officer,,
zhao,赵,,zh,,,,locality_officer,,
qian,钱,,zh,2201,经办人,Officer,locality_officer,,
qian,孙,,zh,2201,经办人,Officer,locality_officer,,
""".encode()
    with frame.write() as session:
        make_province(session)
        told = faults_of(lambda: files.import_people(session, by_setup(), bad))
    for part in ("Row 2, column “username”", "“nowhere” is no mail address", "“king” is no role", "code 9999",
                 "Row 5, column “unit”", "Row 6 has the same user name"):  # fmt: skip
        assert any(part in fault for fault in told), (part, told)


def test_what_the_duties_forbid_no_file_allows(frame: Frame) -> None:
    head = "username,name,unit,title_zh,title_en,role\n"
    with frame.write() as session:
        act = make_province(session).act("ada", "administrator")
        himself = f"{head}ada,Ada,22,核查员,Verifier,verifier\n".encode()
        assert "Nobody appoints himself" in faults_of(lambda: files.import_people(session, act, himself))[0]
    both = f"{head}bo,Bo,22,管理员,Admin,administrator\nbo,Bo,22,核查员,Verifier,verifier\n".encode()
    with frame.write() as session:
        act = make_province(session).act("bob", "administrator") if False else by_setup()
        assert "cannot be combined" in faults_of(lambda: files.import_people(session, act, both))[0]

"""Units over time: names, places, ends and heirs, each as of a day."""

from datetime import date
from decimal import Decimal

import pytest

from assessment.foundation.errors import Invalid, NotNow, NotPermitted
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.organisations import queries, services
from support.organisations import LONG_AGO, TODAY, by_setup, make_province

SPRING = date(2012, 4, 1)
BEFORE = date(2012, 3, 31)
NEW_NAME = Bilingual("新县", "New County")


def test_a_renamed_unit_keeps_its_old_name_on_earlier_days(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        unit = province.unit("220101")
        services.rename_unit(session, unit, by_setup(), name=NEW_NAME, day=SPRING)
        assert queries.units_on(session, BEFORE)[unit.id].name.en == "Gamma County"
        assert queries.units_on(session, SPRING)[unit.id].name.en == "New County"
        assert unit.name.zh == "新县"


def test_renaming_twice_on_a_day_corrects_the_slip(frame: Frame) -> None:
    with frame.write() as session:
        unit = make_province(session).unit("220101")
        services.rename_unit(session, unit, by_setup(), name=Bilingual("错", "Wrong"), day=SPRING)
        services.rename_unit(session, unit, by_setup(), name=NEW_NAME, day=SPRING)
        assert queries.units_on(session, SPRING)[unit.id].name == NEW_NAME
        assert queries.units_on(session, BEFORE)[unit.id].name.en == "Gamma County"


def test_a_change_before_one_entered_already_is_refused(frame: Frame) -> None:
    with frame.write() as session:
        unit = make_province(session).unit("220101")
        services.rename_unit(session, unit, by_setup(), name=NEW_NAME, day=SPRING)
        with pytest.raises(NotNow):
            services.rename_unit(session, unit, by_setup(), name=NEW_NAME, day=BEFORE)


def test_a_unit_placed_elsewhere_leaves_its_old_subtree_on_that_day(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        county, beta, epsilon = (province.unit(code) for code in ("220101", "2201", "2202"))
        services.place_unit(session, county, by_setup(), parent_id=epsilon.id, day=SPRING)
        assert county.id in queries.subtree_ids(session, beta.id, BEFORE)
        assert county.id not in queries.subtree_ids(session, beta.id, SPRING)
        assert county.id in queries.subtree_ids(session, epsilon.id, SPRING)


def test_no_unit_stands_below_one_of_its_own(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        with pytest.raises(Invalid, match="below itself"):
            services.place_unit(
                session, province.unit("2201"), by_setup(), parent_id=province.unit("220101").id, day=SPRING
            )


def test_a_merged_unit_lives_on_in_its_heir(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        gone, heir = province.unit("220102"), province.unit("220101")
        services.merge_units(session, [gone], by_setup(), into=heir, day=SPRING)
        assert gone.id in queries.units_on(session, BEFORE)
        assert gone.id not in queries.units_on(session, SPRING)
        assert queries.successors_on(session, gone.id, BEFORE) == {gone.id: 1}
        assert queries.successors_on(session, gone.id, SPRING) == {heir.id: 1}
        assert queries.lineage(session, heir.id, SPRING) == {gone.id, heir.id}
        officer = province.officer("he", "locality_officer", "220101")
        assert officer.holds("answer_notices", gone.id)
        assert not province.officer("she", "locality_officer", "220201").holds("answer_notices", gone.id)


def test_the_shares_of_heirs_sum_to_one(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        heirs = {province.unit("220101").id: Decimal("0.6"), province.unit("220201").id: Decimal("0.3")}
        with pytest.raises(Invalid, match="sum to 1"):
            services.end_unit(session, province.unit("220102"), by_setup(), day=SPRING, shares=heirs)
        heirs[province.unit("220201").id] = Decimal("0.4")
        services.end_unit(session, province.unit("220102"), by_setup(), day=SPRING, shares=heirs)
        assert queries.successors_on(session, province.unit("220102").id, TODAY) == heirs


def test_a_unit_with_others_below_it_does_not_end(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        with pytest.raises(NotNow, match="2 units"):
            services.end_unit(session, province.unit("2201"), by_setup(), day=SPRING)


def test_the_posts_of_an_ended_unit_end_with_it(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        officer = province.officer("he", "locality_officer", "220102")
        assert officer.holds("report", province.unit("220102").id)
        services.merge_units(session, [province.unit("220102")], by_setup(), into=province.unit("220101"), day=SPRING)
        assert not province.officer("he").holds("report")
        assert [post.person for post in queries.posts_held(session, province.unit("220102").id, BEFORE)] == ["He"]


def test_codes_are_unique_and_names_in_both_languages(frame: Frame) -> None:
    with frame.write() as session:
        parent = make_province(session).unit("22").id
        for code, name, level in (
            ("2201", NEW_NAME, "county"),
            ("2203", Bilingual("新县", ""), "county"),
            ("2203", NEW_NAME, "village"),
        ):
            with pytest.raises(Invalid) as refused:
                services.add_unit(
                    session, by_setup(), code=code, name=name, level=level, parent_id=parent, valid_from=LONG_AGO
                )
            assert refused.value.fields


def test_only_an_administrator_of_the_place_changes_units(frame: Frame) -> None:
    with frame.write() as session:
        province = make_province(session)
        leader = province.act("leader", "leader")
        local = province.act("local", "administrator", "2201")
        services.rename_unit(session, province.unit("220101"), local, name=NEW_NAME, day=SPRING)
        for act, code in ((leader, "220102"), (local, "220201")):
            with pytest.raises(NotPermitted):
                services.rename_unit(session, province.unit(code), act, name=NEW_NAME, day=SPRING)

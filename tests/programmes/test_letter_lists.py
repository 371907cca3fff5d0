"""The list of letters: what the database filters and sorts is what one may see, and costs the same at any length."""

from pathlib import Path

import pytest

from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.organisations.models import Unit
from assessment.organisations.officers import officer_on
from assessment.programmes import letter_lists, queries, services
from support.organisations import Province
from support.programmes import a_scheme_in_force, a_year_planned, act, new_letters
from support.submissions import IN_TIME
from support.web import questions_of_the_page, site


def test_whoever_may_see_a_letter_finds_it_in_the_list(frame: Frame) -> None:
    with frame.write() as session:
        world = a_scheme_in_force(session)
        drafts = services.draft_letters(session, act(world.office), world.programme, world.version, new_letters(world))
        services.offer_all(session, drafts[1:], act(world.office))
        session.flush()
        every = queries.letters(session, world.programme.id)
        for one in (world.office, world.leader, world.locality("220101"), world.locality("220201")):
            seen = letter_lists.seen(one)
            mine = [letter for letter in every if queries.may_see_letter(session, letter, one)]
            found = letter_lists.Wanted(world.programme.id, seen).read(session, "", None, 0)
            assert [line.id for line in found] == [letter.id for letter in mine]
            counts = letter_lists.counts(session, world.programme.id, seen)
            states = [letter.state for letter in mine]
            assert (counts.every, counts.to_offer) == (len(mine), states.count("drafted"))


@pytest.mark.parametrize("sort", ["", "unit", "-number", "state"])
def test_a_page_of_letters_reads_the_letters_of_that_page(frame: Frame, tmp_path: Path, sort: str) -> None:
    with frame.write() as session:
        clock.stand_at(session, IN_TIME)
        world = a_year_planned(session)
        province = Province(session, {code: session.get_one(Unit, one) for code, one in world.units.items()})
        person, programme = province.officer("otto", "assessment_office", "220000").person_id, world.programme.id
        seen = letter_lists.seen(officer_on(session, person, IN_TIME.date()))
        wanted = letter_lists.Wanted(programme, seen)
        whole = wanted.read(session, sort, None, 0)
        assert whole == [one for n in range(len(whole)) for one in wanted.read(session, sort, 1, n)]
        assert len(whole) == wanted.count(session) > 1
        assert letter_lists.Wanted(programme, seen, words=whole[0].number).count(session) == 1
        assert letter_lists.Wanted(programme, seen, words="%").count(session) == 0
    browser = site(frame, tmp_path).browser(person)
    asked, page = questions_of_the_page(frame.engine, browser, f"/programmes/{programme}/letters?sort={sort}")
    assert page.text.count("/programmes/letters/") >= len(whole)
    assert len(asked) <= 10, "\n\n".join(asked)

"""Two people on one report: no cell is overwritten unseen, and whoever was slower keeps what he typed."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given as trying
from hypothesis import strategies as st
from sqlalchemy import text

from assessment.foundation import audit
from assessment.foundation.errors import OutOfDate
from assessment.foundation.frame import Frame
from assessment.submissions import queries, services
from assessment.submissions.drafts import Cell, Shown, merged, typed_cell
from assessment.submissions.models import Submission
from support.programmes import World, act
from support.submissions import IN_TIME, a_period_open

CODES = ("cameras", "online", "all", "online_rate")
A, B = "officer A", "officer B"

texts = st.sampled_from(["", "1", "2", "3", "x", "n/a"])
typing = st.tuples(st.sampled_from([A, B]), st.sampled_from(CODES), texts, st.booleans())


def shown_of(cells: dict[str, Cell]) -> dict[str, Shown]:
    return {code: Shown(one["version"], one["number"], one["kind"]) for code, one in cells.items()}


@trying(st.lists(typing, max_size=30))
def test_whatever_two_people_type_nothing_unseen_is_overwritten(steps: list[tuple[str, str, str, bool]]) -> None:
    """A model: each looks when he looks, and what he replaces is always what he saw last."""
    cells: dict[str, Cell] = {}
    seen: dict[str, dict[str, Shown]] = {A: {}, B: {}}
    for who, code, typed, looks in steps:
        if looks:
            seen[who] = shown_of(cells)
        before = cells.get(code)
        mine = typed_cell((typed, "given"))
        cells, overtaken = merged(cells, {code: mine}, seen[who], who)
        if cells.get(code) != before:  # replaced: then it was what he had seen
            assert seen[who].get(code, Shown()) == (shown_of({code: before})[code] if before else Shown())
            assert not overtaken
            seen[who] = {**seen[who], code: Shown(cells[code]["version"], *mine)}  # the answer tells the new version
        elif overtaken:
            [lost] = overtaken
            assert lost.mine == mine != lost.theirs
            assert before is not None
            assert lost.theirs == (before["number"], before["kind"])


def test_what_was_left_as_it_was_shown_is_nobodys_change() -> None:
    cells, _ = merged({}, {"cameras": ("5", "given")}, {}, A)
    later, overtaken = merged(cells, {"cameras": ("", "given"), "online": ("1", "given")}, {}, B)
    assert (later["cameras"]["number"], overtaken) == ("5", [])
    _, overtaken = merged(cells, {"cameras": ("", "given")}, {}, B, is_whole=True)
    assert [one.code for one in overtaken] == ["cameras"]


def test_a_page_from_before_the_report_was_sent_overwrites_nothing() -> None:
    """Versions begin anew when a report comes back; then the text that was shown decides."""
    back = {"cameras": {"number": "10", "kind": "given", "version": 0, "by": ""}}
    cells, overtaken = merged(back, {"cameras": ("7", "given")}, {}, B)
    assert (cells, [one.theirs for one in overtaken]) == (back, [("10", "given")])


def test_reasons_are_typed_like_numbers() -> None:
    assert typed_cell((" N/A ", "given")) == ("", "not_applicable")
    assert typed_cell(("withheld", "given")) == ("", "withheld")
    assert typed_cell(("1O", "given")) == ("1O", "given")
    assert typed_cell(("", "missing")) == ("", "given")


class Desk:
    """One report that people in different processes type into, each in transactions of his own."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        with frame.write() as session:
            world, submissions = a_period_open(session)
            self.id = submissions["220101"].id
            self.people = [world.locality("220101", name=name) for name in (A, B)]

    def save(self, who: int, typed: dict[str, str], shown: dict[str, Shown]) -> list[Any]:
        with self.frame.write() as session:
            one = session.get_one(Submission, self.id)
            cells = {code: (number, "given") for code, number in typed.items()}
            return services.autosave(session, one, act(self.people[who], IN_TIME), cells, shown)

    def cells(self) -> dict[str, Cell]:
        with self.frame.read() as session:
            return dict(queries.working_copy(session.get_one(Submission, self.id)))


def race(desk: Desk, rounds: int, seed: int) -> Counter[str]:
    """In each round both save what they typed over the same page at the same time."""
    chance, told = random.Random(seed), Counter[str]()
    with ThreadPoolExecutor(2) as hands:
        for number in range(rounds):
            before = desk.cells()
            shown = shown_of(before)
            codes = [chance.sample(CODES, chance.randint(1, 3)) for _ in (0, 1)]
            typed = [dict.fromkeys(codes[who], f"{number}{who + 1}") for who in (0, 1)]
            lost = list(hands.map(desk.save, (0, 1), typed, (shown, shown)))
            after = desk.cells()
            told += judged(before, after, typed, lost)
    return told


def judged(before: dict[str, Cell], after: dict[str, Cell], typed: Any, lost: Any) -> Counter[str]:
    """Each cell: one of the two stands there, and the other was told, with both texts."""
    told = Counter[str]()
    refused = [{one.code: one for one in some} for some in lost]
    for code in CODES:
        wrote = [who for who in (0, 1) if code in typed[who]]
        if not wrote:
            assert after.get(code) == before.get(code)
            continue
        winner = next(who for who in wrote if after[code]["number"] == typed[who][code])
        assert code not in refused[winner]
        assert after[code]["version"] == before.get(code, {"version": 0})["version"] + 1
        for loser in (who for who in wrote if who != winner):
            assert refused[loser][code].mine == (typed[loser][code], "given")
            assert refused[loser][code].theirs == (typed[winner][code], "given")
            told["told"] += 1
        told["saved"] += 1
    return told


def test_a_thousand_racing_saves_overwrite_nothing_in_silence(frame: Frame) -> None:
    told = race(Desk(frame), rounds=500, seed=1)
    assert told["saved"] > 500
    assert told["told"] > 250
    with frame.read() as session:
        assert audit.verify(session) == []
        acts = session.execute(text("SELECT count(*) FROM audit_row WHERE act = 'save_draft'")).scalar()
    assert acts == 1  # typing buries no trail


@pytest.mark.postgres
def test_nor_do_they_where_writers_do_not_wait_for_each_other(frame: Frame) -> None:
    assert race(Desk(frame), rounds=100, seed=2)["told"] > 40


def test_whoever_saves_too_late_is_told_both_texts_and_nothing_of_his_is_kept_halfway(frame: Frame) -> None:
    with frame.write() as session:
        world, submissions = a_period_open(session)
        one = submissions["220101"]
        first, second = (act(world.locality("220101", name=name), IN_TIME) for name in (A, B))
        services.save_draft(session, one, first, {"cameras": ("5", "given")}, {})
        with pytest.raises(OutOfDate) as late:
            services.save_draft(session, one, second, {"cameras": ("6", "given"), "online": ("1", "given")}, {})
    assert str(late.value.fields["cameras"]) == "officer A, a post has entered: 5. You typed: 6."


def test_only_what_was_seen_is_sent(frame: Frame) -> None:
    def seen(session: Any, one: Submission) -> dict[str, Shown]:
        return shown_of(dict(queries.working_copy(one)))

    with frame.write() as session:
        world: World
        world, submissions = a_period_open(session)
        one = submissions["220101"]
        first, second = (act(world.locality("220101", name=name), IN_TIME) for name in (A, B))
        services.save_draft(session, one, first, {"cameras": ("5", "given")}, {})
        page = seen(session, one)
        services.save_draft(session, one, second, {"cameras": ("6", "given")}, page)
        with pytest.raises(OutOfDate):
            services.seen_whole(session, one, first, {}, page)
        values = services.seen_whole(session, one, first, {}, seen(session, one))
        assert str(values["cameras"]) == "6"

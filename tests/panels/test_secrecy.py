"""Until the count no act, no page and no row of the trail tells what anybody voted."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given as cases
from hypothesis import settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.audit import AuditBody, AuditRef, AuditRow
from assessment.foundation.db import Base, make_engine
from assessment.foundation.errors import Refusal
from assessment.foundation.frame import Frame
from assessment.panels import queries, services
from assessment.panels.rules import Outcome, mean, tally
from assessment.programmes.rules.counted import Panel as Item
from assessment.scoring.rules.counted import panel as rule
from assessment.scoring.rules.facts import CannotScore, Facts
from support.panels import Hall, a_hall
from support.submissions import IN_TIME
from support.transitions.scene import undone

MARK = "73.19"
"""A mark that stands nowhere else, so that it can be looked for."""


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    """One for all examples; whatever is done in it is taken back."""
    engine = make_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine.execution_options(writes=True), expire_on_commit=False) as session:
        found = a_hall(session)
        found.convened()
        session.flush()
        yield found
        session.rollback()
    engine.dispose()


WHO = st.integers(0, 4)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("mark"), WHO), st.tuples(st.just("hand in"), WHO), st.tuples(st.just("close"), WHO),
        st.tuples(st.just("open"), WHO), st.tuples(st.just("cancel"), WHO), st.tuples(st.just("late"), WHO),
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=15)
@cases(ACTS)
def test_no_sequence_of_acts_reveals_a_ballot_before_the_count(hall: Hall, steps: list[tuple[str, int]]) -> None:
    session, at = hall.session, IN_TIME
    with undone(session):
        for what, who in [("open", 0), *steps]:
            at += timedelta(minutes=1) if what != "late" else timedelta(days=1)
            with suppress(Refusal):
                acted(hall, what, who, at)
            session.flush()
        audit.link(session)
        for name in sorted(set(inspect(session.connection()).get_table_names()) - {"panel_seat"}):
            for row in session.execute(text(f"SELECT * FROM {name}")):
                assert MARK not in json.dumps([str(cell) for cell in row])
        for number, person in enumerate(hall.members):
            others = [seat for seat in hall.panel.seats if seat.person_id != person.id]
            assert not any(queries.may_see_seat(session, seat, hall.by(number).by) for seat in others)
        assert not any(queries.may_see_seat(session, seat, hall.office().by) for seat in hall.panel.seats)
        assert hall.panel.tallies == []


def acted(hall: Hall, what: str, who: int, at: object) -> None:
    session, panel = hall.session, hall.panel
    if what == "mark":
        for code in hall.reports:
            hall.mark(who, code, {"S1": "good", "S2": MARK}, at)  # type: ignore[arg-type]
    elif what in ("hand in", "late"):
        hall.hand_in(who, at)  # type: ignore[arg-type]
    elif what == "open":
        services.open_ballot(session, panel, hall.office(at))  # type: ignore[arg-type]
    elif what == "close":
        services.close_ballot(session, panel, hall.office(at))  # type: ignore[arg-type]
    else:
        services.cancel_panel(session, panel, hall.office(at).because("x"))  # type: ignore[arg-type]


def test_two_alike_ballots_have_unlike_seals_and_no_digest_of_the_trail_can_be_tried_out(frame: Frame) -> None:
    """There are few answers: a hash without a salt could be found by trying them all."""
    with frame.write() as session:
        hall = a_hall(session)
        hall.opened()
        for number in (0, 1):
            hall.vote(number, {"S1": "good", "S2": MARK})
        seats = [hall.seat(0), hall.seat(1)]
        assert seats[0].marks == seats[1].marks
        assert seats[0].sha256 != seats[1].sha256
        unsalted = services.seal("TP-1", seats[0].id, "", seats[0].marks or {})
        session.flush()
    with frame.read() as session:
        digests = set(session.scalars(select(AuditRef.digest))) | set(session.scalars(select(AuditRow.body_digest)))
        assert unsalted not in digests
        bodies = "".join(session.scalars(select(AuditBody.body)))
        assert all(seat.sha256 in bodies for seat in seats)
        assert MARK not in bodies


# --- the count -------------------------------------------------------------------------------------------------------

ITEMS = st.builds(
    lambda trim, least, zero, marks: Item.model_validate(
        {
            "code": "S", "points": 10, "rule": "panel", "trim": trim, "at_least": least,
            "abstaining": "zero" if zero else "excluded",
            **({"marks": tuple("abcdefg")} if marks else {"votes": {"a": 100, "b": 40}, "abstentions": "c"}),
        }
    ),
    st.sampled_from([0, 1, 2, "10%", "30%"]), st.integers(1, 5), st.booleans(), st.booleans(),
)  # fmt: skip


@settings(max_examples=60)
@cases(ITEMS, st.data())
def test_the_count_gives_what_the_rule_gives_from_the_values_it_enters(item: Item, data: st.DataObject) -> None:
    marks = st.one_of(st.just(""), st.decimals(0, 100, places=2).map(str))
    answers = data.draw(st.lists(marks if item.marks else st.sampled_from(["a", "b", ""]), max_size=7))
    found = tally(item, answers, 3)
    facts = Facts(Fraction(10), values={name: Fraction(one) for name, one in found.values.items() if one is not None})
    given = sum(answer != "" for answer in answers)
    if found.outcome != Outcome.GIVEN:
        assert given < found.least or found.counted < found.least
        assert (found.marks, set(found.values.values())) == ((), {None})
        return
    assert found.counted == len(found.marks) >= found.least >= 3
    score = rule(item, facts).score
    assert score is not None
    assert score * 10 == mean(found.marks, found.left_out)  # of 10 points; marks are out of 100


def test_what_the_count_refuses_the_rule_would_refuse_too() -> None:
    item = Item.model_validate({"code": "S", "points": 10, "rule": "panel", "marks": ("j1", "j2", "j3"), "trim": 1,
                                "at_least": 3})  # fmt: skip
    assert tally(item, ["80", "90", ""], 3).outcome == Outcome.WITHHELD
    with pytest.raises(CannotScore):
        rule(item, Facts(Fraction(10), values={"j1": Fraction(80), "j2": Fraction(90)}))

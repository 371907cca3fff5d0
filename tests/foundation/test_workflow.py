"""The workflow engine: a button is open exactly when pressing it works."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assessment.foundation.actors import Act, Machine
from assessment.foundation.audit import AuditRow
from assessment.foundation.db import Base, Moment, make_engine, one_of
from assessment.foundation.errors import Invalid, NotNow, NotPermitted, OutOfDate, Refusal
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import NOTHING, Sentence, Word, say
from assessment.foundation.workflow import Opening, Process, Stateful, Transition

NOW = datetime(2012, 11, 13, 9, 0, tzinfo=UTC)


class Own(DeclarativeBase):
    """A base of its own: the door is no table of the house."""

    type_annotation_map = {datetime: Moment}
    __judged__: tuple[str, ...] = ()


class DoorState(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"


class Door(Stateful, Own):
    __tablename__ = "door"
    __table_args__ = (one_of("state", DoorState),)

    id: Mapped[int] = mapped_column(primary_key=True)
    is_jammed: Mapped[bool] = mapped_column(default=False)


def not_jammed(session: Session, door: Door, act: Act) -> Sentence:
    return say("The door is jammed.") if door.is_jammed else NOTHING


DOOR: Process[Door] = Process(
    "door",
    states=DoorState,
    initial=DoorState.OPEN,
    openings=(Opening("hang", "joiner", "Hang a door"),),
    transitions=(
        Transition("shut", (DoorState.OPEN,), DoorState.SHUT, "porter", "Shut", guard=not_jammed),
        Transition("lock", (DoorState.SHUT,), DoorState.LOCKED, ("porter", "guard"), "Lock", needs_reason=True),
        Transition("open", (DoorState.SHUT,), DoorState.OPEN, "porter", "Open"),
        Transition("knock", (DoorState.SHUT, DoorState.LOCKED), None, "guest", "Knock"),
    ),
    words={state: Word("door", state.value) for state in DoorState},
)


def act(*duties: str, reason: str = "") -> Act:
    return Act(Machine("tester", "Tester", frozenset(duties)), NOW, reason)


@pytest.fixture
def frame(tmp_path: Path) -> Iterator[Frame]:
    engine = make_engine(f"sqlite:///{tmp_path / 'doors.sqlite3'}")
    Own.metadata.create_all(engine)
    Base.metadata.create_all(engine, tables=[Base.metadata.tables[t] for t in ("audit_row", "audit_ref", "audit_body")])
    yield Frame(engine)
    engine.dispose()


def hang(session: Session) -> Door:
    door = DOOR.start(session, Door(), "hang", act("joiner"))
    session.flush()
    return door


def test_a_record_starts_in_its_first_state_and_only_by_whoever_may(frame: Frame) -> None:
    with frame.write() as session:
        assert hang(session).state == "open"
        with pytest.raises(NotPermitted):
            DOOR.start(session, Door(), "hang", act("porter"))


def test_a_wrong_state_a_missing_duty_a_guard_and_a_missing_reason_each_say_why(frame: Frame) -> None:
    with frame.write() as session:
        door = hang(session)
        with pytest.raises(NotNow, match="cannot be done now"):
            DOOR.perform(session, door, "lock", act("porter", reason="night"))
        with pytest.raises(NotPermitted, match="do not hold the duty"):
            DOOR.perform(session, door, "shut", act("guest"))
        door.is_jammed = True
        with pytest.raises(NotNow, match="jammed"):
            DOOR.perform(session, door, "shut", act("porter"))
        door.is_jammed = False
        DOOR.perform(session, door, "shut", act("porter"))
        with pytest.raises(Invalid, match="needs a reason"):
            DOOR.perform(session, door, "lock", act("guard"))
        assert door.state == "shut"


def test_every_act_leaves_one_row_with_where_it_came_from(frame: Frame) -> None:
    with frame.write() as session:
        DOOR.perform(session, hang(session), "shut", act("porter"))
    with frame.read() as session:
        assert [(row.act, row.kind, row.subject_id) for row in session.query(AuditRow)] == [
            ("hang", "door", "1"),
            ("shut", "door", "1"),
        ]


@given(
    state=st.sampled_from(DoorState),
    duties=st.sets(st.sampled_from(["joiner", "porter", "guard", "guest"])),
    jammed=st.booleans(),
)
def test_a_button_is_open_exactly_when_pressing_it_works(state: DoorState, duties: set[str], jammed: bool) -> None:
    session = Session()
    for row in DOOR.transitions:
        door = Door(state=state.value, is_jammed=jammed)
        offered = {offer.action for offer in DOOR.available(session, door, act(*duties)) if offer.is_open}
        try:
            DOOR.perform(session, door, row.action, act(*duties, reason="because"))
            worked = True
        except Refusal:
            worked = False
        assert (row.action in offered) == worked


def test_many_move_by_one_act_or_none_of_them(frame: Frame) -> None:
    with frame.write() as session:
        doors = [hang(session) for _ in range(20)]
        doors[7].is_jammed = True
        with pytest.raises(NotNow, match="jammed"):
            DOOR.perform_all(session, doors, "shut", act("porter"))
        assert {door.state for door in doors} == {"open"}
        doors[7].is_jammed = False
        DOOR.perform_all(session, doors, "shut", act("porter"))
        assert {(door.state, door.version) for door in doors} <= {("shut", 2), ("shut", 3)}
        with pytest.raises(NotPermitted):
            DOOR.perform_all(session, doors, "open", act("guest"))
    with frame.read() as session:
        assert session.query(AuditRow).filter_by(act="shut").count() == 1


def test_many_at_different_steps_are_not_moved_by_one_act(frame: Frame) -> None:
    with frame.write() as session:
        doors = [hang(session) for _ in range(2)]
        DOOR.perform(session, doors[0], "shut", act("porter"))
        slam = Transition("slam", (DoorState.OPEN,), DoorState.SHUT, "porter", "Slam")
        twice = replace(slam, sources=(DoorState.SHUT,), target=DoorState.LOCKED)
        both = replace(DOOR, transitions=(*DOOR.transitions, slam, twice))
        with pytest.raises(NotNow, match="not all at the same step"):
            both.perform_all(session, doors, "slam", act("porter"))
        assert [door.state for door in doors] == ["shut", "open"]
        with pytest.raises(KeyError, match="no action 'kick'"):
            DOOR.transition("kick")


def test_a_guard_of_many_is_asked_once_and_refuses_all(frame: Frame) -> None:
    def none_jammed(_session: Session, doors: Sequence[Door], _act: Act) -> Sentence:
        return say("One of the doors is jammed.") if any(door.is_jammed for door in doors) else NOTHING

    shut = replace(DOOR.transitions[0], guard_many=none_jammed)
    process = replace(DOOR, transitions=(shut, *DOOR.transitions[1:]))
    with frame.write() as session:
        doors = [hang(session) for _ in range(3)]
        doors[2].is_jammed = True
        with pytest.raises(NotNow, match="One of the doors"):
            process.perform_all(session, doors, "shut", act("porter"))
        assert {door.state for door in doors} == {"open"}


def test_somebody_else_s_act_on_one_of_many_is_noticed(frame: Frame) -> None:
    with frame.write() as session:
        doors = [hang(session) for _ in range(3)]
    with frame.write() as session:
        session.get_one(Door, doors[1].id).state = "shut"
    with frame.write() as session, pytest.raises(OutOfDate):
        DOOR.perform_all(session, [session.merge(door, load=False) for door in doors], "shut", act("porter"))


def test_the_diagram_shows_every_transition() -> None:
    diagram = DOOR.as_mermaid()
    assert "[*] --> open: hang" in diagram
    assert "locked --> locked: knock" in diagram
    assert diagram.count("-->") == 1 + 5

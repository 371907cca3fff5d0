"""Every transition of every process is done by its service, and refused: by state, duty, place, reason and guard."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assessment.adjustments import services as adjusting
from assessment.adjustments.models import AdjustmentState
from assessment.adjustments.process import ADJUSTMENT
from assessment.faces.cli.docs import processes
from assessment.foundation.actors import Act
from assessment.foundation.frame import Frame
from assessment.foundation.workflow import Process
from assessment.organisations.duties import Duty
from support.lives import LIVES
from support.transitions import Ledger, Walk

PROCESSES = {process.name: (room, process) for room, process in processes()}


@pytest.mark.parametrize("name", PROCESSES)
def test_every_transition_is_exercised_and_refused(name: str, frame: Frame, tmp_path: Path) -> None:
    room, process = PROCESSES[name]
    ledger = Walk(room, process, LIVES[name], frame, tmp_path).through()
    found = [*ledger.wrong, *lacking(process, ledger)]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def lacking(process: Process[Any], ledger: Ledger) -> list[str]:
    """What the table promises and the ledger of the walk does not show: counted by row, state and kind of refusal."""
    missing = []

    def need(held: int, sentence: str) -> None:
        if not held:
            missing.append(f"{process.name}.{sentence}")

    for opening in process.openings:
        need(ledger.done["", opening.action], f"{opening.action}: nothing came into being")
        need(ledger.refused["", opening.action, "duty"], f"{opening.action} was never refused")
    for row in process.transitions:
        starts = {one.value for other in process.transitions if other.action == row.action for one in other.sources}
        for state in {state.value for state in process.states} - starts:
            need(ledger.refused[state, row.action, "state"], f"{row.action} was not refused in {state}")
        for state in (source.value for source in row.sources):
            need(ledger.done[state, row.action], f"{row.action} was never done from {state}")
            need(ledger.refused[state, row.action, "duty"], f"{row.action} from {state}: not refused without the duty")
            if row.needs_reason:
                need(ledger.refused[state, row.action, "reason"], f"{row.action} from {state}: not asked for a reason")
        if row.guard is not None:
            barred = sum(ledger.refused[source.value, row.action, "guard"] for source in row.sources)
            need(barred, f"{row.action} was never barred by {row.guard.__name__}")
    return missing


# --- the walk itself -------------------------------------------------------------------------------------------------


def loosened(action: str, **change: Any) -> Process[Any]:
    """The process of adjustments with one row changed."""
    rows = tuple(replace(row, **change) if row.action == action else row for row in ADJUSTMENT.transitions)
    return replace(ADJUSTMENT, transitions=rows)


def lift_and_say_nothing(_session: object, adjustment: Any, _act: Act) -> None:
    setattr(adjustment, "state", AdjustmentState.LIFTED.value)  # noqa: B010 - a house test looks for assignments to it


BROKEN: dict[str, tuple[Process[Any], str]] = {
    "no guard": (loosened("confirm", guard=None), "adjustment.confirm from heard: guard: None instead of a refusal"),
    "no reason": (loosened("lift", needs_reason=False), "adjustment.lift from heard: reason: None instead"),
    "any duty": (
        loosened("confirm", duty=tuple(Duty)), "adjustment.confirm from heard: duty: None instead of a refusal"),
    "any state": (
        loosened("hear", sources=tuple(AdjustmentState)), "adjustment.hear from lifted: state: None instead"),
    "elsewhere": (
        replace(ADJUSTMENT, unit_of=lambda _: None), "adjustment.refuse from proposed: duty: None instead of a"),
    "another target": (
        loosened("lift", target=AdjustmentState.REFUSED), "adjustment.lift from heard: left [('heard', 'refused')]"),
    "one way less": (
        loosened("refuse", sources=(AdjustmentState.HEARD,)), "adjustment.refuse from proposed: was refused"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_a_service_that_does_not_keep_to_the_table_is_found(
    fault: str, frame: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, said = BROKEN[fault]
    monkeypatch.setattr(adjusting, "ADJUSTMENT", broken)
    assert said in "\n".join(adjustments_walked(frame, tmp_path).wrong)


def test_a_service_that_leaves_no_trail_is_found(
    frame: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lift_and_say_nothing.__module__, lift_and_say_nothing.__qualname__ = adjusting.__name__, "lift"
    monkeypatch.setattr(adjusting, "lift", lift_and_say_nothing)
    wrong = "\n".join(adjustments_walked(frame, tmp_path).wrong)
    assert "adjustment.lift from heard: left [] in the trail" in wrong
    assert "adjustment.lift from heard: duty: None instead of a refusal" in wrong


@pytest.mark.parametrize("forgotten", ["a way", "a state", "a bar"])
def test_what_a_life_forgets_is_found(frame: Frame, tmp_path: Path, forgotten: str) -> None:
    life = LIVES["adjustment"]
    states = {state: build for state, build in life.states.items() if forgotten != "a state" or state != "heard"}
    ways = tuple(replace(way, bars=()) if forgotten == "a bar" else way for way in life.ways)
    life = replace(life, states=states, ways=ways[1:] if forgotten == "a way" else ways)
    ledger = Walk("adjustments", ADJUSTMENT, life, frame, tmp_path).through()
    assert ledger.wrong or lacking(ADJUSTMENT, ledger)


def adjustments_walked(frame: Frame, folder: Path) -> Ledger:
    return Walk("adjustments", ADJUSTMENT, LIVES["adjustment"], frame, folder).through()

"""The processes: no dead ends by mistake, an act for every action, and diagrams that show what is."""

from typing import Any

from assessment.faces.cli.docs import FOLDER, pages, processes
from assessment.foundation.workflow import Process
from support.house import modules, services_named


def reachable(process: Process[Any]) -> set[str]:
    found = {process.initial.value}
    while True:
        more = {
            row.target.value
            for row in process.transitions
            if row.target is not None and found & {source.value for source in row.sources}
        } - found
        if not more:
            return found
        found |= more


def test_every_process_window_makes_a_process() -> None:
    """Else the walk below would look past it."""
    rooms = {module.room for module in modules() if module.parts[2:] == ("process",)}
    assert rooms == {room for room, _ in processes()}


def test_processes_have_names_of_their_own() -> None:
    names = [process.name for _, process in processes()]
    assert len(names) == len(set(names)), sorted(names)


def test_every_state_is_reachable() -> None:
    wrong = {}
    for _, process in processes():
        lost = {state.value for state in process.states} - reachable(process)
        if lost:
            wrong[process.name] = lost
    assert not wrong, wrong


def test_every_state_has_a_word_and_every_process_an_opening() -> None:
    wrong = [
        process.name
        for _, process in processes()
        if set(process.words) != set(process.states) or not process.openings or process.initial not in process.states
    ]
    assert not wrong, wrong


def test_rows_name_states_of_their_own_process_and_no_state_twice() -> None:
    wrong = []
    for _, process in processes():
        seen = set()
        for row in process.transitions:
            for state in (*row.sources, *([row.target] if row.target is not None else [])):
                if not isinstance(state, process.states):
                    wrong.append(f"{process.name}.{row.action}: {state!r} is another process's")
            for source in row.sources:
                if (row.action, source) in seen:
                    wrong.append(f"{process.name}.{row.action}: two rows start from {source.value}")
                seen.add((row.action, source))
    assert not wrong, "\n".join(wrong)


def test_every_action_is_exactly_one_service() -> None:
    wrong = []
    for room, process in processes():
        for action in sorted({row.action for row in (*process.openings, *process.transitions)}):
            found = services_named(action, room)
            if len(found) != 1:
                where = ", ".join(sorted(found)) or f"no function `{action}` in {room} or cycles services"
                wrong.append(f"{process.name}.{action}: {where}")
    assert not wrong, "\n".join(wrong)


def test_the_diagrams_show_what_the_code_does_now() -> None:
    """Run `make docs` when this fails."""
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert kept == pages()

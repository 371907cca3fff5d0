"""Floors and walls: who may import whom, and whose tables may point at whose."""

import subprocess
import sys
import tomllib

import pytest
from sqlalchemy import Table

from assessment.foundation.db import Base
from support.databases import import_all_models
from support.house import NO_ROOMS, ROOT, floors, load, modules


def test_the_import_contracts_hold() -> None:
    command = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_contract_lists_the_floors_that_people_read() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    contract = next(one for one in settings["contracts"] if one["id"] == "floors")
    from_above = [{room.strip(" ()") for room in layer.split("|")} for layer in contract["layers"]]
    read = [{room for room, floor in floors().items() if floor == number} for number in range(len(from_above))]
    assert from_above[::-1] == read


def test_the_web_contract_watches_every_room_but_the_faces() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    contract = next(one for one in settings["contracts"] if one["id"] == "web")
    assert set(contract["source_modules"]) == {f"assessment.{room}.**" for room in floors() if room != "faces"}


def test_every_folder_is_a_room_of_the_plan() -> None:
    unknown = {module.room for module in modules()} - set(floors()) - set(NO_ROOMS)
    assert not unknown, f"not in docs/building.md: {unknown}"


@pytest.mark.parametrize("room", floors())
def test_every_module_can_be_imported(room: str) -> None:
    """A command or a page loads its modules late; one that cannot be loaded must not wait for that."""
    for module in modules():
        if module.room == room:
            load(module)


def room_of_tables() -> dict[str, str]:
    """Table -> room, by the module that defines its class, or names it."""
    import_all_models()
    rooms = {mapper.local_table.name: mapper.class_.__module__ for mapper in Base.registry.mappers}
    for module in modules():
        if module.window == "models":
            tables = [one for one in vars(load(module)).values() if isinstance(one, Table)]
            rooms.update({table.name: module.name for table in tables if table.name not in rooms})
    return {table: name.split(".")[1] for table, name in rooms.items()}


def test_every_table_lies_in_a_room() -> None:
    assert set(Base.metadata.tables) <= set(room_of_tables())


def test_foreign_keys_point_down_or_stay_in_their_room() -> None:
    rooms = room_of_tables()
    wrong = []
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            own, other = rooms[table.name], rooms.get(key.target_fullname.rsplit(".", 1)[0], "nowhere yet")
            if other not in floors():
                wrong.append(f"{table.name}.{key.parent.name} ({own}) points at {key.target_fullname}: there is none")
            elif own != other and floors()[other] >= floors()[own]:
                wrong.append(f"{table.name}.{key.parent.name} ({own}) points at {key.target_fullname} ({other})")
    assert not wrong, "\n".join(wrong)

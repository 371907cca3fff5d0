"""The windows of a room: what each may import, and that every module says what it is."""

import ast
from collections.abc import Iterator

import pytest

from support.house import HOUSE, Module, dotted, floors, is_standard, modules

# What each window may not import of its own room: nothing that stands on it.
ABOVE = {
    # Its own rules a table may know: a word that both compute with and store is declared where nothing has an effect.
    "models": {"process", "services", "queries", "files", "papers"},
    "rules": {"models", "process", "services", "queries", "files", "papers"},
    "queries": {"process", "services", "files", "papers"},
    "process": {"services", "files", "papers"},
    "papers": {"models", "process", "services", "queries", "files"},
}
UPWARDS_ALLOWED: dict[tuple[str, str], str] = {
    # (module, imported module): why
}

# Rules compute: from the standard library they take what has no effect and no clock.
IMPURE = {
    "asyncio", "ctypes", "http", "io", "logging", "multiprocessing", "os", "pathlib", "secrets", "shutil", "smtplib",
    "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
PURE_FOUNDATION = {"exact", "reals", "workdays", "draw", "i18n"}
# Of i18n only what makes a sentence; saying it in a language reads catalogues, and is done above.
MARKS = {"N_", "say", "Sentence", "Label", "Word", "Bilingual", "NOTHING", "InLanguages"}
PURE_PACKAGES: dict[str, set[str]] = {
    "numpy": {"*"},
    "threadpoolctl": {"assessment.scoring.rules.arrays.blas"},  # says how many threads BLAS has, never what it finds
    # A scheme file's whole shape is declared in one place, whose errors name the place in the file.
    "pydantic": {"assessment.programmes.rules"},
    "pydantic_core": {"assessment.programmes.rules"},
    "yaml": {"assessment.programmes.rules"},
}
FLOATS_ALLOWED: dict[str, str] = {
    # module: why its numbers are not points, rates or money
    "assessment.scoring.rules.arrays.gaps": "sums in float64 with a bound; exact ones are asked for beside it",
    "assessment.scoring.rules.arrays.derived": "as arrays.gaps; exact scores come from the explained engine's rules",
    "assessment.scoring.rules.arrays.enclosed": "the bound itself: numbers in float64 with how far each can be wrong",
    "assessment.scoring.rules.arrays.entering": "as arrays.gaps",
    "assessment.scoring.rules.arrays.peers": "as arrays.gaps",
    "assessment.scoring.rules.arrays.readings": "as arrays.enclosed; what the bound leaves open is computed exactly",
    "assessment.scoring.rules.arrays.sheet": "as arrays.gaps",
    "assessment.scoring.rules.ranges.chance": "a simulation: its numbers are no score, and shown as ranks only",
    "assessment.scoring.rules.ranges.contest": "as ranges.chance",
    "assessment.scoring.rules.ranges.ranking": "as ranges.chance",
    "assessment.scoring.rules.ranges.tree": "as ranges.chance",
    "assessment.scoring.rules.ranges.variance": "shares of variance: estimates, shown with four places",
    "assessment.scoring.rules.arrays.league": "totals in float64 with a bound; within it of a boundary they are exact",
}


def rules() -> list[Module]:
    return [module for module in modules() if module.window == "rules"]


def impurities(module: Module) -> Iterator[str]:
    for name, line in module.imported():
        if not is_pure(module, name):
            yield f"{module.at(line)} imports {name}"


def is_pure(module: Module, name: str) -> bool:
    top, *rest = name.split(".")
    if top == "assessment":
        if rest[:1] == ["foundation"]:
            return rest[1:2] != [] and rest[1] in PURE_FOUNDATION
        return len(rest) > 1 and rest[1] == "rules" and may_stand_on(module.room, rest[0])
    if is_standard(name):
        return top not in IMPURE
    homes = PURE_PACKAGES.get(top, set())
    return "*" in homes or any(module.name == home or module.name.startswith(f"{home}.") for home in homes)


def may_stand_on(room: str, other: str) -> bool:
    return room == other or floors()[other] < floors()[room]


def test_rules_import_nothing_that_has_an_effect() -> None:
    wrong = [fault for module in rules() for fault in impurities(module)]
    assert not wrong, "\n".join(wrong)


def test_rules_make_sentences_but_do_not_say_them() -> None:
    wrong = []
    for module in rules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module == "assessment.foundation.i18n":
                names = {alias.name for alias in node.names} - MARKS
                wrong += [f"{module.at(node.lineno)} imports {name}" for name in sorted(names)]
    assert not wrong, "\n".join(wrong)


def test_rules_hold_no_floats() -> None:
    wrong = []
    for module in rules():
        if module.name in FLOATS_ALLOWED:
            continue
        for node in ast.walk(module.tree):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            if literal or (isinstance(node, ast.Call) and dotted(node.func) == "float"):
                wrong.append(f"{module.at(node.lineno)} makes a float; points, rates and money are exact")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("window", ABOVE)
def test_windows_import_none_that_stand_on_them(window: str) -> None:
    wrong = []
    for module in modules():
        if module.window != window or floors().get(module.room, 99) >= floors()["demo"]:
            continue
        forbidden = {f"assessment.{module.room}.{other}" for other in ABOVE[window]}
        for name, line in module.imported():
            if ".".join(name.split(".")[:3]) in forbidden and (module.name, name) not in UPWARDS_ALLOWED:
                wrong.append(f"{module.at(line)} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_every_module_says_what_it_is() -> None:
    silent = [str(module.path.relative_to(HOUSE)) for module in modules() if not ast.get_docstring(module.tree)]
    assert not silent, silent


def test_the_front_door_holds_one_docstring_and_nothing_else() -> None:
    """Whoever writes `from assessment import db` ties the knot that no floor can undo."""
    door = next(module for module in modules() if module.name == "assessment")
    assert len(door.tree.body) == 1
    assert ast.get_docstring(door.tree)


def test_nothing_below_takes_the_day_of_a_moment_in_greenwich() -> None:
    """``moment.date()`` is yesterday for whoever reads it in China before eight; ``local_day`` is his day."""
    wrong = []
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "date":
                moment = node.func.value
                taken = ast.unparse(moment)
                is_local = taken.endswith(")") and ".astimezone(" in taken
                if not node.args and not is_local and (taken.endswith("_at") or "now" in taken or taken == "at"):
                    wrong.append(f"{module.at(node.lineno)} takes {taken}.date(); say local_day({taken})")
    assert not wrong, "\n".join(wrong)

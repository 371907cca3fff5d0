"""Things that have one home: the clock, chance, the transaction, and a record's state."""

import ast
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import inspect

from assessment.foundation.db import Base
from assessment.foundation.workflow import Stateful
from support.databases import import_all_models
from support.house import Module, dotted, modules

Check = Callable[[Module], Iterator[tuple[int, str]]]

# What may be done where, each with its reason. A folder ends in a dot.
HOMES: dict[str, dict[str, str]] = {
    "reads the clock": {
        "assessment.foundation.clock": "the one place that knows what time it is",
    },
    "draws by chance": {
        "assessment.faces.": "session keys, form tokens and first passwords must be unguessable",
        "assessment.foundation.sealing": "keys and nonces must be unguessable, and nonces never come twice",
        "assessment.organisations.second_factors": "so must the secrets of telephones and the codes on paper",
    },
    "commits": {
        "assessment.foundation.frame": "the frame opens and closes transactions",
    },
    "sets a state": {
        "assessment.foundation.workflow": "only a process moves a record",
        "assessment.faces.api.lists": "shapes of answers bear the names of the records they tell of; nothing is stored",
        "assessment.foundation.paper.outlines": "an attribute that reportlab expects of its fonts; no record",
    },
}

CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now",
    "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today", "dt.datetime.now", "dt.date.today",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.strftime", "time.ctime",
    "func.now", "func.current_timestamp", "func.current_date",
}  # fmt: skip
CHANCE = {"secrets", "random"}
CHANCY_CALLS = {"os.urandom", "os.getrandom", "uuid.uuid1", "uuid.uuid4", "uuid4", "uuid1", "func.random"}


def clock_reads(module: Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.tree):
        # Passing the function on (default=datetime.now) reads the clock as well as calling it.
        if isinstance(node, ast.Attribute) and dotted(node) in CLOCKS:
            yield node.lineno, dotted(node)
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from ((node.lineno, f"time.{one.name}") for one in node.names if f"time.{one.name}" in CLOCKS)


def chance(module: Module) -> Iterator[tuple[int, str]]:
    seeded = {
        id(node.func)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and dotted(node.func) == "random.Random" and node.args
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module in CHANCE:
            yield node.lineno, f"from {node.module}"
        elif isinstance(node, ast.Attribute):
            name = dotted(node)
            if (name.split(".")[0] in CHANCE and id(node) not in seeded) or name in CHANCY_CALLS:
                yield node.lineno, name
        elif isinstance(node, ast.Call) and dotted(node.func) in CHANCY_CALLS:
            yield node.lineno, dotted(node.func)


def commits(module: Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield node.lineno, ".commit("


def stateful() -> set[str]:
    import_all_models()
    found = {mapper.class_.__name__ for mapper in Base.registry.mappers if issubclass(mapper.class_, Stateful)}
    with_state = {m.class_.__name__ for m in Base.registry.mappers if "state" in inspect(m.class_).attrs}
    return found | with_state


def states_set(module: Module) -> Iterator[tuple[int, str]]:
    classes = stateful()
    for node in ast.walk(module.tree):
        for target in assigned(node):
            if isinstance(target, ast.Attribute) and target.attr == "state":
                yield target.lineno, ".state ="
        if isinstance(node, ast.Call):
            yield from state_given(node, classes)


def assigned(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from target.elts if isinstance(target, (ast.Tuple, ast.List)) else (target,)
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        yield node.target


def state_given(node: ast.Call, classes: set[str]) -> Iterator[tuple[int, str]]:
    name = dotted(node.func).split(".")[-1] or getattr(node.func, "attr", "")
    keywords = {keyword.arg for keyword in node.keywords}
    if "state" in keywords and (name == "values" or name in classes):
        yield node.lineno, f"{name}(state=...)"
    if name == "setattr" and len(node.args) > 1 and getattr(node.args[1], "value", "") == "state":
        yield node.lineno, 'setattr(..., "state")'


CHECKS: dict[str, Check] = {
    "reads the clock": clock_reads,
    "draws by chance": chance,
    "commits": commits,
    "sets a state": states_set,
}


def at_home(module: Module, what: str) -> bool:
    return any(module.name == home or (home[-1] == "." and module.name.startswith(home)) for home in HOMES[what])


@pytest.mark.parametrize("what", CHECKS)
def test_only_its_home(what: str) -> None:
    wrong = [
        f"{module.at(line)} {what}: {found}"
        for module in modules()
        if not at_home(module, what)
        for line, found in CHECKS[what](module)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("what", CHECKS)
def test_no_home_stands_empty(what: str) -> None:
    """A permission nobody uses any more is taken back. (The faces get theirs before they are built.)"""
    known = {module.name for module in modules()}
    empty = [home for home in HOMES[what] if home[-1] != "." and home in known and not lived_in(home, what)]
    assert not empty, f"these no longer need their place in HOMES: {empty}"


def lived_in(home: str, what: str) -> bool:
    return any(any(CHECKS[what](module)) for module in modules() if module.name == home)

"""The building seen from outside: floors as docs/building.md lists them, modules as files and as syntax trees."""

import ast
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "assessment"
NO_ROOMS = ("__main__", "translations", "")


@dataclass(frozen=True)
class Module:
    """One source file below assessment/."""

    path: Path

    @property
    def parts(self) -> tuple[str, ...]:
        names = self.path.relative_to(ROOT).with_suffix("").parts
        return names[:-1] if names[-1] == "__init__" else names

    @property
    def name(self) -> str:
        return ".".join(self.parts)

    @property
    def package(self) -> str:
        """What a relative import in it starts from."""
        return self.name if self.path.name == "__init__.py" else ".".join(self.parts[:-1])

    @property
    def room(self) -> str:
        return self.parts[1] if len(self.parts) > 1 else ""

    @property
    def window(self) -> str:
        """`rules` for assessment/scoring/rules/points.py."""
        return self.parts[2] if len(self.parts) > 2 else ""

    @cached_property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, str(self.path))

    def imported(self) -> Iterator[tuple[str, int]]:
        """Every module named by an import, with its line; `from a import b` gives a.b where that is a module."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                start = self._start(node)
                for alias in node.names:
                    whole = f"{start}.{alias.name}"
                    yield (whole if is_module(whole) else start), node.lineno

    def _start(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        base = self.package.split(".")
        base = base[: len(base) - node.level + 1]
        return ".".join([*base, node.module] if node.module else base)

    def at(self, line: int) -> str:
        return f"{self.path.relative_to(ROOT)}:{line}"


@lru_cache
def modules() -> tuple[Module, ...]:
    return tuple(Module(path) for path in sorted(HOUSE.rglob("*.py")) if "__pycache__" not in path.parts)


def is_module(name: str) -> bool:
    if name.split(".")[0] != "assessment":
        return False
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def load(module: Module) -> ModuleType:
    return importlib.import_module(module.name)


@lru_cache
def floors() -> dict[str, int]:
    """Room -> floor, from the one table that people read too."""
    text = (ROOT / "docs" / "building.md").read_text(encoding="utf-8")
    found = {}
    for floor, rooms in re.findall(r"^\| (\d+) \| (.+?) \|$", text, re.MULTILINE):
        for room in re.findall(r"`(\w+)`", rooms.split("(")[0]):
            found[room] = int(floor)
    return found


def is_standard(name: str) -> bool:
    return name.split(".")[0] in sys.stdlib_module_names


def dotted(node: ast.AST) -> str:
    """`datetime.now` for the syntax of it; "" for anything that is no plain dotted name."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


# --- services --------------------------------------------------------------------------------------------------------


def service_modules(room: str) -> Iterator[str]:
    name = f"assessment.{room}.services"
    if is_module(name):
        yield name
        path = getattr(importlib.import_module(name), "__path__", None)
        yield from (one.name for one in pkgutil.iter_modules(path or [], f"{name}."))


def services_named(action: str, room: str) -> set[str]:
    """Where the act is written: in the room's own services, else among the joint acts of `cycles`.

    A joint act may bear the name of the room's own service that it calls, as `lodge` does.
    """
    return _functions(action, room) or _functions(action, "cycles")


def _functions(action: str, room: str) -> set[str]:
    found = set()
    for where in service_modules(room):
        function = vars(importlib.import_module(where)).get(action)
        if inspect.isfunction(function) and function.__module__.startswith(f"assessment.{room}.services"):
            found.add(f"{function.__module__}.{function.__qualname__}")
    return found

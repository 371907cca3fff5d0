"""Writes docs/processes/, docs/exports.md and a schema from the code, so that they say what the program does."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

import assessment
from assessment.faces import exports
from assessment.faces.api.openapi import as_markdown as interface
from assessment.foundation.settings import ROOT
from assessment.foundation.workflow import Process
from assessment.scoring.explanation_shape import json_schema

FOLDER = ROOT / "docs" / "processes"
EXPORTS = ROOT / "docs" / "exports.md"
INTERFACE = ROOT / "docs" / "api.md"
EXPLANATION = ROOT / "docs" / "explanation.schema.json"


def processes() -> Iterator[tuple[str, Process[Any]]]:
    """Every process with its room: those that a room's ``process.py`` makes, not those it takes from a lower room."""
    for room in pkgutil.iter_modules(assessment.__path__):
        name = f"assessment.{room.name}.process"
        if not room.ispkg or importlib.util.find_spec(name) is None:
            continue
        module = importlib.import_module(name)
        for variable in _made_in(inspect.getsource(module)):
            value = getattr(module, variable, None)
            if isinstance(value, Process):
                yield room.name, value


def _made_in(source: str) -> Iterator[str]:
    for node in ast.parse(source).body:
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def page(room: str, process: Process[Any]) -> str:
    """One process as a page: the diagram, and the table it was drawn from."""
    lines = [
        f"# {process.name}",
        "",
        f"Written by `make docs` from `assessment/{room}/process.py`; change it there.",
        "",
        "```mermaid",
        process.as_mermaid().rstrip(),
        "```",
        "",
        "| action | button | from | to | duty | reason |",
        "|---|---|---|---|---|---|",
    ]
    for opening in process.openings:
        lines.append(f"| {opening.action} | {opening.label} | | {process.initial.value} | {_duties(opening.duty)} | |")
    for row in process.transitions:
        sources = ", ".join(source.value for source in row.sources)
        target = row.target.value if row.target is not None else "(stays)"
        needed = "needed" if row.needs_reason else ""
        lines.append(f"| {row.action} | {row.label} | {sources} | {target} | {_duties(row.duty)} | {needed} |")
    return "\n".join(lines) + "\n"


def _duties(duty: str | tuple[str, ...]) -> str:
    return " or ".join((duty,) if isinstance(duty, str) else duty)


def pages() -> dict[str, str]:
    """File name -> text, as docs/processes/ should hold them now."""
    return {f"{process.name}.md": page(room, process) for room, process in processes()}


def write(folder: Path = FOLDER) -> list[str]:
    """Bring the folder up to date; returns the names of what changed."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    changed = [name for name, text in wanted.items() if _text(folder / name) != text]
    for name in changed:
        (folder / name).write_text(wanted[name], encoding="utf-8")
    gone = [path for path in folder.glob("*.md") if path.name not in wanted]
    for path in gone:
        path.unlink()
    return sorted([*changed, *(path.name for path in gone)])


def explanation_schema() -> str:
    """docs/explanation.schema.json as it should be now."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


@click.command("docs")
def docs() -> None:
    """Rewrite docs/processes/ from the transition tables, and the pages of docs/ that say what files hold."""
    changed = [f"docs/processes/{name}" for name in write()]
    if _text(EXPORTS) != exports.as_markdown():
        EXPORTS.write_text(exports.as_markdown(), encoding="utf-8")
        changed.append("docs/exports.md")
    if _text(INTERFACE) != interface():
        INTERFACE.write_text(interface(), encoding="utf-8")
        changed.append("docs/api.md")
    if _text(EXPLANATION) != explanation_schema():
        EXPLANATION.write_text(explanation_schema(), encoding="utf-8")
        changed.append("docs/explanation.schema.json")
    click.echo("\n".join(changed) or "docs/ is up to date.")


commands = (docs,)

"""python -m assessment: the one door of the command line."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click

WINDOWS = {
    "calculator": ("score", "scheme"),
    "apportioning": ("apportion",),
    "robust": ("robustness",),
    "draw": ("draw",),
    "verifying": ("verify", "trail-verifier"),
    "serving": ("setup", "run", "web", "clock", "demo"),
    "users": ("user",),
    "periods": ("period",),
    "years": ("year",),
    "imports": ("import",),
    "exports": ("export",),
    "audit": ("audit",),
    "backups": ("backup",),
    "docs": ("docs",),
    "messages": ("messages",),
    "fonts": ("fonts",),
}
"""Module of ``faces/cli`` -> its commands; a module is loaded only when its command is called."""


class Door(click.Group):
    """Finds a command by name without loading the others: a calculation needs no database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(name for names in WINDOWS.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for window, names in WINDOWS.items():
            if cmd_name in names:
                commands: Sequence[click.Command] = importlib.import_module(f"assessment.faces.cli.{window}").commands
                return next(command for command in commands if command.name == cmd_name)
        return None


@click.command(cls=Door)
def main() -> None:
    """Five Measures: performance assessment and accountability of localities, fairly and in the open."""


if __name__ == "__main__":
    main(prog_name="python -m assessment")

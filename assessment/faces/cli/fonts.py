"""``fonts``: which fonts papers are set in here, and what would look better."""

from __future__ import annotations

import click

from assessment.faces.cli.instance import settings, speaks
from assessment.foundation.i18n import translate


@click.command()
@speaks
def fonts() -> None:
    """Say what is used for each role in a paper, and what would look better."""
    from assessment.foundation.paper import fonts as book

    book.use_fonts(settings().instance / "fonts")
    for use in book.font_report():
        click.echo(f"{use.role}: {use.file}")
        if use.better:
            click.echo(f"    {translate(use.better, 'en')}")


commands: tuple[click.Command, ...] = (fonts,)

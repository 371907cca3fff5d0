"""``verify`` and ``trail-verifier``: check a bulletin and a trail without a database, offline."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from assessment.bulletins.verification import Outcome, verify
from assessment.faces.cli.answering import FILE
from assessment.foundation import trail_verifier
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import say
from assessment.foundation.paper.signature import CERTIFICATE_FILE
from assessment.foundation.settings import BadSetting, Settings

LARGEST = 256 * 1024 * 1024


@click.command("verify")
@click.argument("bulletin", type=FILE, required=False)
@click.option("--certificate", type=FILE, help="The authority's certificate (PEM); else this installation's.")
@click.option("--log", "log", type=FILE, help="The trail as JSON lines, from: python -m assessment audit export")
def verify_command(bulletin: Path | None, certificate: Path | None, log: Path | None) -> None:
    """Check the file BULLETIN (a PDF), a trail, or both; exit 0 only if nothing failed."""
    if bulletin is None and log is None:
        raise click.UsageError("Give a bulletin, --log, or both.")
    try:
        pdf = _content(bulletin) if bulletin else None
        lines = verify(pdf, _certificate(certificate), _rows(log) if log else None)
    except Invalid as refused:
        click.echo(str(refused.sentence), err=True)
        sys.exit(1)
    for line in lines:
        click.echo(str(line))
    sys.exit(any(line.outcome is Outcome.FAILED for line in lines))


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise Invalid(say("“{file}” is larger than {limit} MB.", file=path.name, limit=LARGEST // 1024 // 1024))
        return path.read_bytes()
    except OSError as fault:
        raise Invalid(
            say(
                "“{file}” cannot be opened ({why}); check its name and that you may read it.",
                file=path.name,
                why=fault.strerror,
            )
        ) from fault


def _certificate(given: Path | None) -> bytes | None:
    """The one given, else that of the settings, else the installation's; none is no fault."""
    if given is None:
        try:
            settings = Settings.from_environment()
        except BadSetting as bad:
            raise click.UsageError(str(bad)) from bad
        given = Path(settings.certificate) if settings.certificate else settings.keys / CERTIFICATE_FILE
        if not settings.certificate and not given.exists():
            return None
    content = _content(given)
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise Invalid(say("“{file}” is no certificate in PEM form.", file=given.name))
    return content


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except ValueError:
                    row = None
                if not isinstance(row, dict):
                    raise Invalid(
                        say("“{file}”, line {number}: this is no act of a trail.", file=path.name, number=number)
                    )
                yield row
    except (OSError, UnicodeDecodeError) as fault:
        raise Invalid(say("“{file}” cannot be read; give the trail as JSON lines.", file=path.name)) from fault


@click.command("trail-verifier")
def trail_verifier_command() -> None:
    """Print the stand-alone verifier of a trail: one file that needs nothing but Python."""
    click.echo(Path(trail_verifier.__file__).read_text(encoding="utf-8"), nl=False)


commands: tuple[click.Command, ...] = (verify_command, trail_verifier_command)

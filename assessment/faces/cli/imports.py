"""``import``: units, people, a scheme, letters or reports from a file, by a named person."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from assessment.faces.cli.answering import FILE
from assessment.faces.cli.instance import act_as, as_user, open_frame, speaks
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotFound
from assessment.foundation.i18n import local_day, say
from assessment.foundation.tables import Table, read_table
from assessment.organisations.duties import Duty
from assessment.programmes.models import Programme

KINDS = ("units", "people", "scheme", "letters", "submissions")


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="read and check everything, take nothing")
@click.option("--programme", "code", default="", help="the programme’s code, where there are several")
@click.option("--period", default="", help="for reports: the period, where the file has no column for it")
@as_user
@speaks
def import_(kind: str, file: Path, dry_run: bool, code: str, period: str, username: str | None) -> None:
    """Take KIND from FILE: units, people, scheme, letters or submissions; with all faults at once, or whole."""
    source = _read(kind, file)  # before anybody has to wait
    with open_frame().write() as session:
        act = act_as(session, username)
        found = _take(session, act, kind, source, file.name, dry_run, code, period)
        for note in getattr(found, "notes", ()):
            click.echo(str(note), err=True)
    verb = "would be" if dry_run else "were"
    click.echo(f"{found.new} new, {found.changed} changed, {found.same} the same {verb} taken from {file.name}.")


def _read(kind: str, file: Path) -> Any:
    if kind != "scheme":
        return read_table(file, file.name)
    from assessment.programmes.files import read_scheme_file

    return read_scheme_file(file)


def _take(
    session: Session, act: Act, kind: str, source: Any, name: str, dry_run: bool, code: str, period: str
) -> Any:
    if kind in ("units", "people"):
        return _organisations(session, act, kind, source, name, dry_run)
    if kind == "scheme":
        from assessment.programmes.files import import_scheme

        return import_scheme(session, act, source, unit_id=_authority(session, act), dry_run=dry_run)
    programme = _programme(session, code)
    if kind == "letters":
        from assessment.programmes.files import import_letters
        from assessment.programmes.queries import versions

        sealed = [one for one in versions(session, programme.id) if one.state in ("approved", "in_force")]
        if not sealed:
            raise Invalid(say("No version of this programme’s scheme is approved yet; letters rest on one."))
        return import_letters(session, act, sealed[0], source, name, dry_run=dry_run)
    from assessment.submissions.files import import_submissions

    return import_submissions(session, act, programme, source, name, period=period, dry_run=dry_run)


def _organisations(session: Session, act: Act, kind: str, table: Table, name: str, dry_run: bool) -> Any:
    files = importlib.import_module("assessment.organisations.files")
    return getattr(files, f"import_{kind}")(session, act, table, name, dry_run=dry_run)


def _authority(session: Session, act: Act) -> int:
    """The unit for which this person plans cycles: the topmost one."""
    from assessment.organisations.queries import tree_on

    nowhere: frozenset[int] = frozenset()
    reach = getattr(act.by, "unit_ids_for", lambda duty: nowhere)(Duty.PLAN_CYCLES)
    tree = tree_on(session, local_day(act.at))
    tops = [unit for unit in tree.units.values() if unit.id in reach and unit.parent_id not in reach]
    if not tops:
        raise Invalid(say("You plan cycles for no unit; a scheme is imported by its assessment office."))
    return min(tops, key=lambda unit: unit.code).id


def _programme(session: Session, code: str) -> Programme:
    from assessment.programmes.queries import programme_by_code, programmes

    if code:
        found = programme_by_code(session, code)
        if found is None:
            raise NotFound(say("There is no programme “{code}”.", code=code))
        return found
    some = programmes(session)
    if len(some) != 1:
        raise Invalid(
            say("Say which programme with --programme: {codes}.", codes=[one.code for one in some])
            if some
            else say("There is no programme yet; import a scheme first.")
        )
    return some[0]


commands = (import_,)

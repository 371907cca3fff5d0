"""``year``: a new year begun from last year's programme, and what differs from it."""

from __future__ import annotations

from collections.abc import Iterator

import click
from sqlalchemy.orm import Session

from assessment.cycles import new_year
from assessment.faces.cli.instance import act_as, as_user, open_frame, speaks
from assessment.faces.cli.speech import lang, spoken, table
from assessment.foundation.errors import NotFound
from assessment.foundation.i18n import N_, Label, say
from assessment.organisations.queries import unit_views
from assessment.programmes import queries
from assessment.programmes.models import Programme
from assessment.programmes.rules.next_year import differences
from assessment.programmes.services.periods import span_of

in_year = click.argument("year_", metavar="YEAR", type=click.IntRange(1901, 2199))


@click.group()
def year() -> None:
    """New years: begun from last year's scheme, letters and checklists, and compared with it.

    Ends with 0 when done, 1 when refused, 2 when the command was written wrongly.
    """


@year.command()
@click.argument("programme")
@in_year
@as_user
@lang
@speaks
def start(programme: str, year_: int, username: str | None) -> None:
    """Draft the scheme and the letters of YEAR as they were; a person of the office is named with --as."""
    with open_frame().write() as session:
        found = _programme(session, programme)
        made = new_year.start_year(session, found, act_as(session, username), year=year_)
        facts = {"number": made.version.number, "letters": len(made.letters), "matters": made.matters}
    click.echo(spoken(say("Version {number} and {letters} letters are drafted as they were; key remediation proposed: "
                          "{matters}.", **facts)))  # fmt: skip


@year.command()
@click.argument("programme")
@in_year
@as_user
@lang
@speaks
def letters(programme: str, year_: int, username: str | None) -> None:
    """Draft the letters of YEAR that are missing, for units that have come up since it began."""
    with open_frame().write() as session:
        found = _programme(session, programme)
        made = new_year.draft_missing_letters(session, found, act_as(session, username), year=year_)
    click.echo(spoken(say("{n} letters were drafted.", n=len(made))))


@year.command()
@click.argument("programme")
@as_user
@lang
@speaks
def checklists(programme: str, username: str | None) -> None:
    """Draft the next edition of every checklist in use; a person of the supervision office is named with --as."""
    with open_frame().write() as session:
        made = new_year.copy_checklists(session, _programme(session, programme), act_as(session, username))
    click.echo(spoken(say("{n} checklists were drafted as their next edition.", n=len(made))))


@year.command()
@click.argument("programme")
@in_year
@lang
@speaks
def compare(programme: str, year_: int) -> None:
    """Every place of the scheme and every target in which YEAR differs from the year before it."""
    with open_frame().read() as session:
        found = _programme(session, programme)
        before = new_year.year_before(session, found, year_)
        heads = (str(before), str(year_))
        scheme, targets = list(_places(session, found, before, year_)), list(_targets(session, found, before, year_))
    click.echo(table([spoken(Label(N_("Place in the file"))), *heads], scheme), nl=False)
    click.echo(table([spoken(Label(name)) for name in (N_("Unit"), N_("Value"))] + list(heads), targets), nl=False)


def _places(session: Session, found: Programme, before: int, year_: int) -> Iterator[tuple[str, str, str]]:
    old, new = (new_year.version_of(session, found, one) for one in (before, year_))
    if old is not None and new is not None:
        yield from ((one.place, one.before, one.after) for one in differences(old.source, new.source))


def _targets(session: Session, found: Programme, before: int, year_: int) -> Iterator[tuple[str, ...]]:
    changes = [one for one in new_year.target_changes(session, found, before, year_) if not one.is_same]
    units = unit_views(session, {one.unit_id for one in changes}, span_of(str(year_))[1])
    for one in changes:
        yield spoken(units[one.unit_id].name), one.code, *(_number(number) for number in (one.before, one.after))


def _number(number: object) -> str:
    return "" if number is None else f"{number:f}"


def _programme(session: Session, code: str) -> Programme:
    found = queries.programme_by_code(session, code)
    if found is None:
        raise NotFound(say("There is no programme “{code}”.", code=code[:40]))
    return found


commands: tuple[click.Command, ...] = (year,)

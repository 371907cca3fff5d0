"""``user``: the people of an instance at the console; acts need the name of the administrator who acts."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from assessment.faces.cli.founding import one_time_password
from assessment.faces.cli.instance import act_as, as_user, open_frame, speaks
from assessment.faces.cli.speech import table
from assessment.foundation import clock
from assessment.foundation.actors import SETUP_DUTY, Act, Machine
from assessment.foundation.errors import NotFound
from assessment.foundation.i18n import LANGUAGES, reading_zone, say
from assessment.organisations import queries, services
from assessment.organisations.models import AccountState, Person
from assessment.organisations.passwords import hash_password
from assessment.organisations.process import ACCOUNT

reason = click.option("--reason", required=True, help="why; it stands in the trail")


@click.group()
def user() -> None:
    """People and their accounts: add, list, let in again, suspend, end, take a lost second factor away."""


@user.command("list")
@click.option("--state", type=click.Choice([state.value for state in AccountState]), default=None)
@speaks
def list_(state: str | None) -> None:
    """Who has an account, its state, and the posts held today."""
    with open_frame().read() as session:
        day = clock.business_now(session).astimezone(reading_zone()).date()
        units = queries.units_on(session, day)
        rows = [
            (one.username, one.name, str(ACCOUNT.word(one.state).in_language("en")), "; ".join(
                f"{units[post.unit_id].code if post.unit_id in units else '-'} {post.title.en}" for post in one.posts
            ))
            for one in queries.people(session, day, state=state or "")
        ]  # fmt: skip
    click.echo(table(("user", "name", "state", "posts"), rows), nl=False)


@user.command()
@click.argument("person")
@click.option("--name", required=True, help="as papers and the trail name the person")
@click.option("--email", default="")
@click.option("--language", type=click.Choice(LANGUAGES), default="zh")
@as_user
@speaks
def add(person: str, name: str, email: str, language: str, username: str | None) -> None:
    """Invite a person and print a one-time password; posts and duties are given on the page of people, or by import."""
    password = one_time_password()
    hashed = hash_password(password)
    with open_frame().write() as session:
        act = act_as(session, username)
        made = services.invite(session, act, username=person, name=name, email=email, language=language)
        services.issue_one_time_password(session, made, act, password_hash=hashed, now=clock.system_now())
    click.echo(f"One-time password for {person}: {password}")


@user.command("one-time-password")
@click.argument("person")
@as_user
@speaks
def one_time(person: str, username: str | None) -> None:
    """Print a new one-time password; it works for seven days and must be changed at the first sign-in."""
    password = one_time_password()
    hashed = hash_password(password)
    with open_frame().write() as session:
        act = act_as(session, username)
        services.issue_one_time_password(
            session, _person(session, person), act, password_hash=hashed, now=clock.system_now()
        )
    click.echo(f"One-time password for {person}: {password}")


@user.command()
@click.argument("person")
@reason
@as_user
@speaks
def suspend(person: str, reason: str, username: str | None) -> None:
    """Out at once, until reinstated."""
    with open_frame().write() as session:
        services.suspend(session, _person(session, person), act_as(session, username, reason))
    click.echo(f"{person} is suspended; every session has ended.")


@user.command()
@click.argument("person")
@reason
@as_user
@speaks
def reinstate(person: str, reason: str, username: str | None) -> None:
    """In again, after a suspension."""
    with open_frame().write() as session:
        services.reinstate(session, _person(session, person), act_as(session, username, reason))
    click.echo(f"{person} is active again.")


@user.command()
@click.argument("person")
@reason
@as_user
@speaks
def end(person: str, reason: str, username: str | None) -> None:
    """Gone for good; the posts end today, the trail keeps the name."""
    with open_frame().write() as session:
        services.end(session, _person(session, person), act_as(session, username, reason))
    click.echo(f"The account of {person} has ended.")


KEEPER = Machine("set-up", "The machine's keeper, at the console 控制台", frozenset({SETUP_DUTY}))
"""Whoever has the machine; he stands in only where people are too few."""


@user.command("reset-second-factor")
@click.argument("person")
@reason
@speaks
def reset_second_factor(person: str, reason: str) -> None:
    """Take a lost second factor away, where fewer than two other administrators are left to do it on the pages."""
    with open_frame().write() as session:
        one, act = _person(session, person), Act(KEEPER, clock.business_now(session), reason)
        reset = services.open_reset(session, one.id) or services.ask_factor_reset(session, one, act)
        services.confirm_factor_reset(session, reset, act)
    click.echo(f"The second factor of {person} is taken away; it stands in the trail, and {person} was told by mail "
               "where an address is known.")  # fmt: skip


def _person(session: Session, username: str) -> Person:
    found = queries.person_by_username(session, username)
    if found is None:
        raise NotFound(say("There is no person with the user name {username}.", username=username))
    return found


commands: tuple[click.Command, ...] = (user,)

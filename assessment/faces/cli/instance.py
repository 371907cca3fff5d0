"""The instance a command works on: its settings, its database, and the person it acts for."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import assessment
from assessment.faces.cli.speech import spoken
from assessment.foundation import clock, schema
from assessment.foundation.actors import Act, Machine
from assessment.foundation.db import make_engine
from assessment.foundation.errors import NotPermitted, Refusal
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import local_day, say, set_reading_zone
from assessment.foundation.settings import BadSetting, Settings

P = ParamSpec("P")
T = TypeVar("T")


def say_no(*sentences: object) -> None:
    """One sentence a line on standard error."""
    for sentence in sentences:
        click.echo(spoken(sentence), err=True)


@contextmanager
def refusals_spoken() -> Iterator[None]:
    """Bad settings, refusals and an unreachable database end with exit 1 and a sentence, never a traceback."""
    try:
        yield
    except Refusal as refusal:
        say_no(refusal.sentence, *refusal.faults)
        sys.exit(1)
    except BadSetting as fault:
        say_no(fault)
        sys.exit(1)
    except OperationalError as fault:
        say_no(f"The database cannot be used: {fault.orig}")
        sys.exit(1)


def speaks(function: Callable[P, T]) -> Callable[P, T]:
    """Mark a command whose refusals are sentences."""

    @wraps(function)
    def spoken(*args: P.args, **kwargs: P.kwargs) -> T:
        with refusals_spoken():
            return function(*args, **kwargs)

    return spoken


def settings() -> Settings:
    found = Settings.from_environment()
    set_reading_zone(found.zone)
    return found


def engine_of(found: Settings) -> Engine:
    if found.database_url.startswith("sqlite:///"):
        Path(found.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(found.database_url)
    click.get_current_context().call_on_close(engine.dispose)  # its connections end with the command
    return engine


def open_frame(found: Settings | None = None) -> Frame:
    """The instance's database, refused with a sentence when it does not stand at this code's schema."""
    from assessment.faces.backups.restoring import settle  # a calculator command needs no database rooms

    import_models()
    found = found or settings()
    settle(found)
    engine = engine_of(found)
    at, wanted = schema.current(engine), schema.expected()
    if at != wanted:
        raise Refusal(unfit(at))
    return Frame(engine)


def unfit(at: str) -> Any:
    if not at:
        return say("There is no instance here yet. Run: python -m assessment setup")
    if schema.known(at):
        return say(
            "The database is older than the program. Run: python -m assessment setup, which brings it up to date."
        )
    return say("The database is newer than the program (its schema is {at}). Run the newer program.", at=at)


def import_models() -> None:
    """Every table, so that foreign keys between rooms resolve whichever room is used first."""
    for module in pkgutil.iter_modules(assessment.__path__):
        if module.ispkg and module.name not in ("faces", "demo", "translations", "foundation"):
            package = importlib.import_module(f"assessment.{module.name}")
            for window in pkgutil.iter_modules(package.__path__):
                if window.name == "models":
                    importlib.import_module(f"assessment.{module.name}.models")
    for window_name in ("audit", "clock", "outbox", "stored_files", "workday_table"):
        importlib.import_module(f"assessment.foundation.{window_name}")


as_user = click.option("--as", "username", metavar="USER", help="the person who acts; his duties and recusals apply")


def act_as(session: Session, username: str | None, reason: str = "") -> Act:
    """The act of a person at the console; without a name it is refused."""
    from assessment.organisations.officers import officer_named  # a calculator command needs no database rooms

    if not username:
        raise NotPermitted(say("Say who acts: add --as and a user name."))
    now = clock.business_now(session)
    return Act(officer_named(session, username, local_day(now), marked="at the console"), now, reason)


CONSOLE = Machine("console", "At the console 控制台", frozenset())
"""Whoever reads there, unnamed; he holds no duty."""


def act_at_console(session: Session) -> Act:
    return Act(CONSOLE, clock.business_now(session))

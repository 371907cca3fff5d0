"""Setting up, serving pages, and running the clock: setup, run, web, clock, demo."""

from __future__ import annotations

import gc
import logging
import signal
import threading
from collections.abc import Callable
from typing import Any

import click

from assessment.faces import logs
from assessment.faces.backups.making import nightly
from assessment.faces.backups.restoring import settle
from assessment.faces.cli import founding
from assessment.faces.cli.instance import engine_of, import_models, open_frame, settings, speaks
from assessment.faces.cli.upgrading import upgrade
from assessment.foundation import mail, schema
from assessment.foundation.db import make_engine
from assessment.foundation.errors import Refusal
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual, say
from assessment.foundation.settings import Settings

THREADS = 8
LOG = logging.getLogger("assessment")


def handlers(found: Settings, frame: Frame) -> dict[str, Any]:
    """What the outbox can do in this installation."""
    from assessment.bulletins.services.folder import BULLETIN_FILES, folder_handler

    return {
        mail.MAIL: mail.handler(found),
        BULLETIN_FILES: folder_handler(frame, FileStore(found.uploads), found.documents),
    }


def _collect_less() -> None:
    """Look for garbage less often: a country's scores are millions of small records that all stay, and going through
    them again and again took a quarter of the time that scoring takes."""
    gc.set_threshold(50_000, 20, 100)


def play(frame: Frame, found: Settings) -> None:
    from assessment.demo.play import play as play_examples

    def tell(sentence: str) -> None:
        click.echo(f"  {sentence}")

    play_examples(frame, found, tell)


@click.command()
@click.option("--empty", is_flag=True, help="no examples: a root unit and an administrator with a one-time password")
@click.option("--code", default="authority", show_default=True, help="code of the root unit (--empty)")
@click.option("--zh", default="本级机关", show_default=True, help="its Chinese name (--empty)")
@click.option("--en", default="The authority", show_default=True, help="its English name (--empty)")
@speaks
def setup(empty: bool, code: str, zh: str, en: str) -> None:
    """Make the instance, or bring an older one up to date."""
    found = settings()
    _up_to_date(found, with_examples=not empty)
    if empty:
        frame = open_frame(found)
        if not founding.is_empty(frame):
            raise Refusal(say("There is an instance here already; nothing was changed."))
        password = founding.found(frame, Bilingual(zh, en), code)
        click.echo(
            f"The instance stands in {found.instance}. Sign in as “admin” with {password} and choose your own password."
        )


def _up_to_date(found: Settings, *, with_examples: bool) -> None:
    import_models()
    settle(found)
    engine = engine_of(found)
    upgrade(found, engine, lambda sentence: click.echo(str(sentence)))
    if with_examples and not schema.current(engine):
        engine.dispose()
        click.echo("Playing the examples: two programmes, about half a minute.")
        founding.played(found, make_engine, play)
    else:
        founding.prepare(found, engine, lambda sentence: click.echo(str(sentence)))
        engine.dispose()


def listening(app: Any, found: Settings) -> Any:
    """The server, not yet running; what proxies say reaches the site where the setting says that there are some."""
    from waitress.server import create_server

    return create_server(
        app, host=found.host, port=found.port, threads=THREADS, ident=None,
        clear_untrusted_proxy_headers=not found.proxies,
    )  # fmt: skip


def _serve(found: Settings, frame: Frame) -> None:
    """Serve pages until told to stop."""
    from assessment.cycles.tick import catch_up
    from assessment.faces.web.app import create_app

    app = create_app(found, frame)
    app.extensions["assessment"].update(move_clock=_moving(catch_up), expects_clock=True)
    server = listening(app, found)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what is being answered is answered to its end
    click.echo(f"Five Measures is at {found.url} ; its data lie in {found.instance}.")
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()


def _moving(catch_up: Callable[..., int]) -> Callable[..., None]:
    from assessment.foundation import audit, clock

    def move(session: Any, act: Any, moment: Any) -> None:
        clock.stand_at(session, moment)
        audit.record(session, act, "move_clock", None, kind="business_clock", body={"to": moment})
        catch_up(session, moment)

    return move


@click.command()
@speaks
def run() -> None:
    """Serve pages and run the clock in one process; the examples are played the first time."""
    logs.configure()
    _collect_less()
    found = settings()
    _up_to_date(found, with_examples=True)
    frame = open_frame(found)
    scheduler = _start_clock(found, frame)
    try:
        _serve(found, frame)
    finally:
        scheduler.shutdown(wait=False)


@click.command()
@speaks
def web() -> None:
    """Serve pages only; any number may run beside each other."""
    logs.configure()
    _collect_less()
    found = settings()
    _serve(found, open_frame(found))


@click.command()
@speaks
def clock() -> None:
    """Run the clock only; any number may run beside each other, each thing is done once."""
    logs.configure()
    _collect_less()
    found = settings()
    frame = open_frame(found)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = _start_clock(found, frame)
    click.echo(f"The clock runs over {frame.engine.url.render_as_string(hide_password=True)}.")
    stop.wait()
    scheduler.shutdown(wait=True)


def _start_clock(found: Settings, frame: Frame) -> Any:
    from assessment.cycles.tick import start

    return start(frame, handlers(found, frame), lambda: nightly(found))


@click.group(invoke_without_command=True)
@click.pass_context
@speaks
def demo(ctx: click.Context) -> None:
    """Play the examples into an empty instance."""
    if ctx.invoked_subcommand is None:
        found = settings()
        import_models()
        engine = engine_of(found)
        if schema.current(engine) and not founding.is_empty(Frame(engine)):
            raise Refusal(say("The examples are played into an empty instance only, and this one is not."))
        engine.dispose()
        founding.played(found, make_engine, play)


@demo.command()
@speaks
def remove() -> None:
    """Remove the examples and leave an empty database; nothing else is ever removed."""
    from assessment.demo.removal import remove_examples

    found = settings()
    remove_examples(open_frame(found), found)
    click.echo("The examples are gone. To start for real: python -m assessment setup --empty")


commands: tuple[click.Command, ...] = (setup, run, web, clock, demo)

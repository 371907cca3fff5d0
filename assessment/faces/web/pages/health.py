"""Health: is the process there, and is everything in order?"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from assessment.cycles.queries import last_tick
from assessment.faces.backups.making import age_of_backup
from assessment.faces.web.kit import frame, public
from assessment.foundation import schema
from assessment.foundation.clock import system_now
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import NOTHING, Sentence, say
from assessment.foundation.settings import Settings

pages = Blueprint("health", __name__)

LEAST_SPACE = 200 * 2**20
LATEST_TICK = timedelta(seconds=60)
LATEST_BACKUP = timedelta(hours=26)


@dataclass(frozen=True)
class Check:
    """One thing that must hold; ``wrong`` says what to do, or is ``NOTHING``."""

    name: Sentence
    wrong: Sentence


Ask = Callable[[Frame, Settings], Sentence]
CHECKS: list[tuple[Sentence, Ask]] = []


def check(name: Sentence) -> Callable[[Ask], Ask]:
    """Register a check; the clock's heartbeat and the backup's age are added by the rooms that know them."""

    def keep(function: Ask) -> Ask:
        CHECKS.append((name, function))
        return function

    return keep


@check(say("The database can be written"))
def database(place: Frame, settings: Settings) -> Sentence:
    try:
        with place.write():
            pass
    except SQLAlchemyError:
        return say("The database does not take writes: look at the disk and at the database's own log.")
    return NOTHING


@check(say("The database fits this version of the software"))
def fits(place: Frame, settings: Settings) -> Sentence:
    try:
        stands, wanted = schema.current(place.engine), schema.expected()
    except SQLAlchemyError:
        return say("The database cannot be asked for its version.")
    if stands == wanted:
        return NOTHING
    return say("The database stands at “{stands}”, the software needs “{wanted}”: restart to migrate.", stands=stands,
               wanted=wanted)  # fmt: skip


@check(say("There is room on the disk"))
def disk(place: Frame, settings: Settings) -> Sentence:
    settings.instance.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.instance).free
    if free >= LEAST_SPACE:
        return NOTHING
    return say("Only {free} MB are free where the instance lies: make room.", free=free // 2**20)


@check(say("The clock is running"))
def clock_runs(place: Frame, settings: Settings) -> Sentence:
    """Only where one is expected: beside `run` and `web`, not in a page served for a test."""
    if not current_app.extensions["assessment"].get("expects_clock"):
        return NOTHING
    with place.read() as session:
        last = last_tick(session)
    if last is not None and system_now() - last <= LATEST_TICK:
        return NOTHING
    return say("No clock has ticked within {seconds} seconds: start one with python -m assessment clock.",
               seconds=int(LATEST_TICK.total_seconds()))  # fmt: skip


@check(say("A backup was made within a day"))
def backed_up(place: Frame, settings: Settings) -> Sentence:
    age = age_of_backup(settings)
    if age is None or age <= LATEST_BACKUP:
        return NOTHING
    return say("The last backup is {hours} hours old: run python -m assessment backup create, and see why the clock "
               "made none.", hours=int(age.total_seconds() // 3600))  # fmt: skip


def checks() -> Iterator[Check]:
    ours = current_app.extensions["assessment"]
    for name, ask in CHECKS:
        yield Check(name, ask(frame(), ours["settings"]))


@pages.get("/healthz")
@public
def healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")


@pages.get("/readyz")
@public
def readyz() -> tuple[Response | str, int]:
    found = list(checks())
    status = 503 if any(one.wrong for one in found) else 200
    if request.accept_mimetypes.best_match(("application/json", "text/html"), "application/json") == "text/html":
        return render_template("account/ready.html", checks=found, is_ready=status == 200), status
    told = [{"name": str(one.name), "wrong": str(one.wrong)} for one in found]
    return jsonify(ready=status == 200, checks=told), status

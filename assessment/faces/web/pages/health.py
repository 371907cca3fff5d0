"""Health: is the process there, and is everything in order?"""

from __future__ import annotations

import hmac
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from assessment.cycles.models import DiaryEntry
from assessment.cycles.queries import last_tick
from assessment.faces.backups.making import age_of_backup, newest
from assessment.faces.web import metrics, watching
from assessment.faces.web.kit import frame, public
from assessment.faces.web.kit.banner import LOOPBACK
from assessment.foundation import schema
from assessment.foundation.clock import business_now, system_now
from assessment.foundation.errors import NotPermitted
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import NOTHING, Sentence, say
from assessment.foundation.mail import MAIL
from assessment.foundation.outbox import OutboxItem
from assessment.foundation.paper.signature import CERTIFICATE_FILE, ends_at
from assessment.foundation.settings import Settings, read

pages = Blueprint("health", __name__)

LEAST_SPACE = 200 * 2**20
LATEST_TICK = timedelta(seconds=55)
LATEST_STEP = timedelta(minutes=10)
SOONEST_END = timedelta(days=30)
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
        with place.write() as session:
            refused = place.engine.dialect.name == "postgresql" and (
                session.scalar(text("SHOW transaction_read_only")) == "on"
            )
    except SQLAlchemyError:
        refused = True
    if not refused:
        return NOTHING
    return say("The database does not take writes: look at the disk and at the database's own log.")


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
    free, last = shutil.disk_usage(settings.instance).free, newest(settings)
    if free >= LEAST_SPACE + (last.stat().st_size if last else 0):  # tonight's backup has to go somewhere
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


@check(say("The clock keeps up"))
def clock_keeps_up(place: Frame, settings: Settings) -> Sentence:
    """What waits for people is not the clock's fault; what it has not even tried is."""
    if not current_app.extensions["assessment"].get("expects_clock"):
        return NOTHING
    untried = select(func.min(DiaryEntry.due_at)).where(
        DiaryEntry.done_at.is_(None), DiaryEntry.cancelled_at.is_(None), DiaryEntry.failure == ""
    )
    with place.read() as session:
        oldest, now = session.scalar(untried), business_now(session)
    if oldest is None or now - oldest <= LATEST_STEP:
        return NOTHING
    return say("Something in the diary has been due for {minutes} minutes and was not tried: look at the clock's log.",
               minutes=int((now - oldest).total_seconds() // 60))  # fmt: skip


@check(say("Mail leaves"))
def mail_leaves(place: Frame, settings: Settings) -> Sentence:
    """One address that is refused is no fault of the server: others got through since."""
    mails = select(OutboxItem).where(OutboxItem.kind == MAIL).subquery().c
    stuck = select(func.count(), func.min(mails.created_at)).where(mails.done_at.is_(None), mails.failure != "")
    sent = select(func.max(mails.done_at)).where(mails.failure == "")
    with place.read() as session:
        count, since = session.execute(stuck).one()
        last = session.scalar(sent)
    if not count or (last is not None and last >= since):
        return NOTHING
    return say("{count} messages wait, and the mail server has taken none since {since}: see the page of mail for why.",
               count=count, since=since)  # fmt: skip


@check(say("The certificate that bulletins are signed with is good"))
def certificate(place: Frame, settings: Settings) -> Sentence:
    path = settings.keys / CERTIFICATE_FILE
    if not path.exists():
        return NOTHING
    try:
        ends = ends_at(path.read_bytes())
    except ValueError:
        return say("The certificate cannot be read: lay it back from a backup.")
    if ends - system_now() > SOONEST_END:
        return NOTHING
    return say("The certificate ends on {day}: put a new key and certificate in its place.", day=ends.date())


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
        try:
            wrong = ask(frame(), ours["settings"])
        except (SQLAlchemyError, OSError) as fault:
            wrong = say("This could not be looked at ({why}).", why=type(fault).__name__)
        yield Check(name, wrong)


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


@pages.get("/metrics")
@public
def figures() -> Response:
    """For Prometheus: whoever holds the token, or, where there is none and no proxy, the machine itself."""
    ours = current_app.extensions["assessment"]
    token = read(os.environ, "ASSESSMENT_METRICS_TOKEN", "")
    given = request.authorization.token if request.authorization else None
    is_here = not ours["settings"].proxies and request.remote_addr in LOOPBACK
    if not (hmac.compare_digest((given or "").encode(), token.encode()) if token else is_here):
        raise NotPermitted(say("The figures are for the machine itself, or for whoever sends the token of "
                               "ASSESSMENT_METRICS_TOKEN."))  # fmt: skip
    told = metrics.text_of(watching.meters().registry, frame(), ours["settings"])
    return Response(told, content_type=metrics.CONTENT_TYPE)

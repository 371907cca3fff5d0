"""``period``: the periods of an instance at the console: looked at, computed again, and moved on by a named person."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.bulletins import queries as bulletins
from assessment.bulletins import services as bulletin_services
from assessment.bulletins.models import Bulletin
from assessment.bulletins.process import BULLETIN
from assessment.cycles import services
from assessment.cycles.process import PERIOD
from assessment.faces.cli.instance import act_as, act_at_console, as_user, open_frame, settings, speaks
from assessment.faces.cli.speech import lang, spoken, table
from assessment.foundation import audit, clock, software
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotFound, NotNow, Refusal
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import N_, Label, Sentence, say
from assessment.foundation.paper.signature import ensure_signer
from assessment.organisations.duties import ROLES, Duty
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period, Programme
from assessment.scoring import queries as scoring
from assessment.scoring import recomputing
from assessment.scoring.models import Edition
from assessment.scoring.process import EDITION

of_programme = click.option("--programme", default="", metavar="CODE", help="where several have this period")


@click.group()
def period() -> None:
    """Periods: list, show and replay them; compute, serve, approve and publish as the person named with --as.

    Ends with 0 when done, 1 when refused or when a replay differs, 2 when the command was written wrongly.
    """


# --- looking -------------------------------------------------------------------------------------------------------


@period.command("list")
@click.option("--programme", default="", metavar="CODE", help="only this programme's")
@lang
@speaks
def list_(programme: str) -> None:
    """Every period with its state and the edition that stands."""
    with open_frame().read() as session:
        rows = [
            (one.code, found.code, spoken(found.title), spoken(PERIOD.word(found.state)), *_standing(session, found))
            for one in _programmes(session, programme)
            for found in programmes.periods(session, one.id)
        ]
    names = (N_("programme"), N_("period"), N_("name"), N_("state"), N_("edition"), N_("approved"))
    click.echo(table([spoken(Label(name)) for name in names], rows), nl=False)


def _standing(session: Session, found: Period) -> tuple[int | None, str]:
    edition = scoring.edition_in_force(session, found.id)
    return (None, "") if edition is None else (edition.number, _moment(edition.approved_at))


def _moment(moment: Any) -> str:
    return "" if moment is None else spoken(moment)


@period.command()
@click.argument("code")
@of_programme
@lang
@speaks
def show(code: str, programme: str) -> None:
    """One period: its planned moments, parts and editions, what comes next, and what still stands against it."""
    with open_frame().read() as session:
        found = _period(session, code, programme)
        for line in _shown(session, found):
            click.echo(spoken(line))


MOMENTS = (
    ("opens_at", N_("reporting opens")), ("report_by", N_("reports are on time until")),
    ("late_until", N_("reports are taken until")), ("verify_by", N_("verified until")),
    ("provisional_on", N_("provisional scores served")),
)  # fmt: skip


def _shown(session: Session, found: Period) -> Iterator[Sentence]:
    facts = {"code": found.code, "title": found.title, "programme": found.programme.code}
    yield say("{programme} {code}, {title}: {state}", state=PERIOD.word(found.state), **facts)
    for name, label in MOMENTS:
        if (moment := getattr(found, name)) is not None:
            yield say("  {what}: {moment}", what=Label(label), moment=moment)
    for one in found.parts:
        facts = {"code": one.code, "weight": f"{one.weight:f}", "state": PERIOD.word(one.part.state)}
        yield say("  part {code}, weight {weight}: {state}", **facts)
    for edition in _editions(session, found):
        yield _of_edition(session, edition)
    yield from _next(session, found)


def _of_edition(session: Session, edition: Edition) -> Sentence:
    facts = {"number": edition.number, "state": EDITION.word(edition.state), "at": edition.computed_at,
             "results": edition.results_sha256}  # fmt: skip
    bulletin = bulletins.alive_for(session, edition.id)
    if bulletin is None:
        return say("  edition {number}, {state}, computed {at}, results {results}", **facts)
    message = N_("  edition {number}, {state}, computed {at}, results {results}; bulletin {bulletin}: {its_state}")
    return say(message, bulletin=bulletin.number or "–", its_state=BULLETIN.word(bulletin.state), **facts)


def _next(session: Session, found: Period) -> Iterator[Sentence]:
    """What may be done from here, who does it, and what stands against it today whoever does."""
    act = act_at_console(session)
    for row in PERIOD.transitions:
        if found.state not in row.sources:
            continue
        held = row.duty if isinstance(row.duty, tuple) else (row.duty,)
        roles = [Label(ROLES[role][0]) for duty in held for role in Duty(duty).roles]
        who = roles or [Label(Duty(held[0]).label)]
        against = row.guard(session, found, act) if row.guard else None
        if against:
            yield say("  not yet: {action} ({who}): {against}", action=Label(row.label), who=who, against=against)
        else:
            yield say("  next: {action} ({who})", action=Label(row.label), who=who)


# --- computing again -----------------------------------------------------------------------------------------------


@period.command()
@click.argument("code", required=False)
@click.option("--all", "everything", is_flag=True, help="every edition that was ever approved, of every period")
@of_programme
@lang
@speaks
def replay(code: str | None, everything: bool, programme: str) -> None:
    """Compute the editions of CODE (or all approved ones) again from what they froze, and name every difference."""
    if everything == (code is not None):
        raise click.UsageError("Name one period, or say --all.")
    frame = open_frame()
    with frame.read() as session:
        chosen = [(found.id, found.code, edition.id) for found, edition in _chosen(session, code, programme)]
    differing = sum(_again(frame, *one) for one in chosen)
    facts = {"count": len(chosen), "version": software.version()}
    if differing:
        click.echo(spoken(say("{differing} of {count} editions differ under version {version}.", differing=differing,
                              **facts)))  # fmt: skip
        sys.exit(1)
    done = say("Computed again by version {version}: editions {count}, all equal to the last digit.", **facts)
    click.echo(spoken(done))


def _chosen(session: Session, code: str | None, programme: str) -> list[tuple[Period, Edition]]:
    """Of one period every edition, also provisional ones; of all together those that were announced."""
    if code is not None:
        found = _period(session, code, programme)
        editions = _editions(session, found)
        if not editions:
            raise NotNow(say("{code} has no scores yet; there is nothing to replay.", code=code))
        return [(found, edition) for edition in editions]
    within = {one.id for one in _programmes(session, programme)}
    return [(found, edition) for found, edition in recomputing.announced(session) if found.programme_id in within]


def _again(frame: Frame, period_id: int, code: str, edition_id: int) -> bool:
    """One edition, in a reading of its own; whether it differs."""
    with frame.read() as session:
        edition = session.get_one(Edition, edition_id)
        again = recomputing.compute_again(session, edition)
    facts = {"code": code, "number": edition.number, "units": again.units, "results": again.results}
    if not again.differences:
        click.echo(spoken(say("{code}, edition {number}: {units} units, {results} results, all equal.", **facts)))
        return False
    for one in again.differences:
        message = N_("{code}, edition {number}, {unit}: {what} was frozen as {stored}, computed again it is {again}.")
        click.echo(spoken(say(message, unit=one.unit or "–", what=one.word, stored=one.stored or "–",
                              again=one.again or "–", code=code, number=edition.number)))  # fmt: skip
    return True


# --- acting --------------------------------------------------------------------------------------------------------


@period.command()
@click.argument("code")
@of_programme
@as_user
@lang
@speaks
def compute(code: str, programme: str, username: str | None) -> None:
    """Score and rank everybody from what is validated now, as the period's next edition."""

    def do(session: Session, found: Period, act: Act) -> Sentence:
        edition = services.compute(session, found, act)
        ranked = sum(card.rank is not None for card in edition.scorecards)
        facts = {"number": edition.number, "period": found.title, "units": len(edition.scorecards), "ranked": ranked}
        return say("Edition {number} of {period} is computed: {units} units, {ranked} of them ranked.", **facts)

    _acted(code, programme, username, "compute", do)


@period.command()
@click.argument("code")
@of_programme
@as_user
@lang
@speaks
def serve(code: str, programme: str, username: str | None) -> None:
    """Put its provisional score into every unit's inbox, where the clock has not done it."""

    def do(session: Session, found: Period, act: Act) -> Sentence:
        services.serve(session, found, act)
        return say("The provisional scores of {period} are served; the time to object begins with their receipt.",
                   period=found.title)  # fmt: skip

    _acted(code, programme, username, "serve", do)


@period.command()
@click.argument("code")
@of_programme
@as_user
@lang
@speaks
def approve(code: str, programme: str, username: str | None) -> None:
    """Make the results final, when everybody was heard."""

    def do(session: Session, found: Period, act: Act) -> Sentence:
        services.approve(session, found, act)
        return say("The results of {period} are approved.", period=found.title)

    _acted(code, programme, username, "approve", do)


@period.command()
@click.argument("code")
@of_programme
@as_user
@lang
@speaks
def publish(code: str, programme: str, username: str | None) -> None:
    """Sign the approved bulletin of CODE, serve it, and publish the results with it: wholly or not at all."""
    frame = open_frame()
    with frame.read() as session:  # signing takes its time, and is done before the transaction
        signed = _signed(session, _bulletin(session, _period(session, code, programme)), act_as(session, username))

    def do(session: Session, found: Period, act: Act) -> Sentence:
        bulletin = _bulletin(session, found)
        if signed is None:
            BULLETIN.perform(session, bulletin, "publish", act)  # says why not
            raise NotNow(say("The bulletin has changed since; publish again."))
        services.publish(session, bulletin, act, signed)
        return say("{number} is published, with the results of {period}.", number=bulletin.number, period=found.title)

    _acted(code, programme, username, "publish", do, frame)


def _bulletin(session: Session, found: Period) -> Bulletin:
    edition = scoring.edition_in_force(session, found.id)
    bulletin = bulletins.alive_for(session, edition.id) if edition else None
    if bulletin is None:
        raise NotNow(say("{period} has no bulletin yet; results are published with theirs, which is drafted, submitted "
                         "and approved first.", period=found.title))  # fmt: skip
    return bulletin


def _signed(session: Session, bulletin: Bulletin, act: Act) -> bulletin_services.Signed | None:
    offers = BULLETIN.available(session, bulletin, act)
    if not any(offer.is_open and offer.action == "publish" for offer in offers):
        return None
    found = settings()
    programme = session.get_one(Programme, bulletin.programme_id)
    signer = ensure_signer(found.keys, programme.authority_en or programme.authority_zh, clock.system_now())
    return bulletin_services.prepare_publication(bulletin, FileStore(found.uploads), signer, at=clock.system_now())


Do = Callable[[Session, Period, Act], Sentence]


def _acted(code: str, programme: str, username: str | None, action: str, do: Do, frame: Frame | None = None) -> None:
    """Do it in one transaction; an act that was refused to a known person leaves a row of its own, as on the pages."""
    frame = frame or open_frame()
    found, act = None, None
    try:
        with frame.write() as session:
            act = act_as(session, username)
            found = _period(session, code, programme)
            done = do(session, found, act)
    except Refusal as refusal:
        if act is not None and found is not None and refusal.status in NOTED:
            _note(frame, found, act, action, refusal)
        raise
    click.echo(spoken(done))


NOTED = (403, 409)


def _note(frame: Frame, found: Period, act: Act, action: str, refusal: Refusal) -> None:
    body = {"address": f"period {action} {found.code}", "status": refusal.status, "sentence": str(refusal.sentence)}
    with frame.write() as session:
        audit.record(session, act, "refused", None, kind="period", relied_on=[("period", found.id)], body=body)


# --- finding -------------------------------------------------------------------------------------------------------


def _programmes(session: Session, code: str) -> list[Programme]:
    if not code:
        return programmes.programmes(session)
    found = programmes.programme_by_code(session, code)
    if found is None:
        raise NotFound(say("There is no programme “{code}”.", code=code))
    return [found]


def _period(session: Session, code: str, programme: str) -> Period:
    """The period of this code; where several programmes have one, the programme has to be named."""
    query = select(Period).where(Period.code == code)
    within = {one.id: one.code for one in _programmes(session, programme)}
    found = [one for one in session.scalars(query.order_by(Period.id)) if one.programme_id in within]
    if not found:
        raise NotFound(say("There is no period “{code}”; see: python -m assessment period list", code=code[:40]))
    if len(found) > 1:
        several = [within[one.programme_id] for one in found]
        raise Invalid(say("Say which programme with --programme: {codes}.", codes=several))
    return found[0]


def _editions(session: Session, found: Period) -> list[Edition]:
    return list(session.scalars(select(Edition).where(Edition.period_id == found.id).order_by(Edition.number)))


commands: tuple[click.Command, ...] = (period,)

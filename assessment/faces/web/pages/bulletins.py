"""Bulletins: the list of all, drafting one, and what waits for whom; their other pages are this module's neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from assessment.bulletins import queries
from assessment.bulletins.models import Bulletin, BulletinState
from assessment.bulletins.process import BULLETIN
from assessment.cycles import corrections
from assessment.faces.web.kit import (
    Column,
    Waiting,
    _,
    access,
    address,
    choice,
    current_act,
    current_session,
    holding,
    listing,
    now,
    scope,
    search,
    shape,
    signed_in,
    viewer,
    waiting,
)
from assessment.foundation.filestore import FileStore
from assessment.foundation.i18n import N_, Label, Sentence, local_day, say
from assessment.foundation.settings import Settings
from assessment.organisations.duties import Duty
from assessment.programmes.models import Period
from assessment.scoring.models import Edition, EditionState

pages = Blueprint("bulletins", __name__)
address("bulletin", "bulletins.show", "record_id", N_("Bulletin"))
scope(Bulletin, queries.may_see)
for _state in ("submitted", "approved"):
    shape("bulletin", _state, "going")
for _state in ("returned", "superseded"):
    shape("bulletin", _state, "soon")
shape("bulletin", "published", "done")
shape("bulletin", "withdrawn", "stop")

LANGUAGES = {"zh": "中文", "en": "English"}


def settings() -> Settings:
    return current_app.extensions["assessment"]["settings"]  # type: ignore[no-any-return]


def store() -> FileStore:
    return FileStore(settings().uploads)


def today() -> date:
    return local_day(now())


@pages.get("/bulletins")
@signed_in
def index() -> Response | str:
    session, who = current_session(), viewer()
    rows = session.execute(select(Edition.id, Period).join(Period, Period.id == Edition.period_id))
    periods = {edition_id: period for edition_id, period in rows}  # noqa: C416 - a row is no pair to the types
    shown = [one for one in queries.all_of(session) if queries.may_see(session, one, who)]
    found = listing(
        "bulletins",
        shown,
        columns=[
            Column("number", N_("Number"), lambda one: one.number or "–"),
            Column("title", N_("Bulletin"), lambda one: one.title, is_head=True,
                   link=lambda one: url_for("bulletins.show", record_id=one.id)),
            Column("period", N_("Period"), lambda one: periods[one.edition_id].title, is_minor=True,
                   key_for_sorting=lambda one: periods[one.edition_id].code),
            Column("published", N_("Published"), lambda one: one.published_at),
            Column("state", N_("State"), lambda one: BULLETIN.word(one.state), is_minor=True),
        ],
        filters=[
            choice("state", N_("State"), lambda one: one.state,
                   [(one.value, BULLETIN.word(one.value)) for one in BulletinState]),
            search(lambda one: one.title, lambda one: one.number),
        ],
        empty=say("No bulletin yet: the first is drafted when a period's results are approved."),
    )  # fmt: skip
    register = [one for one in queries.numbers(session) if one.is_unused] if _works_on_any(who) else []
    return found.answer(
        "bulletins/index.html",
        newest=next((one for one in shown if one.state == BulletinState.PUBLISHED), None),
        waiting=sum(one.state not in queries.SHOWN for one in shown),
        to_draft=list(without_bulletin(session, who)),
        unused=register,
    )


def _works_on_any(who: Any) -> bool:
    return any(who.holds(duty) for duty in (Duty.PREPARE, Duty.APPROVE, Duty.PUBLISH, Duty.AUDIT))


def without_bulletin(session: Session, who: Any) -> Iterator[tuple[Edition, Period]]:
    """Approved results that nobody has drafted a bulletin from yet."""
    rows = session.execute(
        select(Edition, Period)
        .join(Period, Period.id == Edition.period_id)
        .where(Edition.state == EditionState.APPROVED.value, Edition.id.not_in(queries.with_one()))
        .options(joinedload(Period.programme))
        .order_by(Period.last_day)
    )
    for edition, period in rows:
        if who.holds(Duty.PREPARE, period.programme.unit_id):
            yield edition, period


@pages.post("/bulletins/draft/<int:edition_id>")
@holding(Duty.PREPARE)
def draft(edition_id: int) -> Any:
    """Draft the bulletin of approved results; the figures compose themselves."""
    session = current_session()
    edition = access(Edition, edition_id)
    made = corrections.draft(session, edition, current_act())
    session.flush()
    flash(_("The draft is made. Read it, change what people write, then submit it."))
    return redirect(url_for("bulletins.show", record_id=made.id), 303)


def heading_of(bulletin: Bulletin) -> Sentence:
    number = bulletin.number or ""
    match bulletin.state:
        case BulletinState.DRAFTED:
            return say("This bulletin is a draft. Nothing in it is announced yet.")
        case BulletinState.SUBMITTED:
            return say("{number} awaits a leader's approval.", number=number)
        case BulletinState.APPROVED:
            return say("{number} is approved and can be published.", number=number)
        case BulletinState.RETURNED:
            return say("This bulletin was returned: it has to be changed.")
        case BulletinState.PUBLISHED:
            return say("{number} was published on {day}.", number=number, day=_day(bulletin.published_at))
        case BulletinState.SUPERSEDED:
            return say("{number} was superseded by a corrigendum.", number=number)
    return say("{number} was withdrawn.", number=number)


def _day(moment: datetime | None) -> Any:
    return local_day(moment) if moment else ""


# --- what waits for whom -------------------------------------------------------------------------------------------

ASKED = {
    BulletinState.SUBMITTED.value: ("approve", N_("Read and approve")),
    BulletinState.APPROVED.value: ("publish", N_("Publish")),
    BulletinState.RETURNED.value: ("edit", N_("Change")),
    BulletinState.DRAFTED.value: ("submit", N_("Submit")),
}


@waiting
def bulletins_to_carry_on(session: Session, officer: Any, at: datetime) -> Iterator[Waiting]:
    """A draft to submit, a bulletin to approve or to publish, results without one."""
    if not any(officer.holds(duty) for duty in (Duty.PREPARE, Duty.APPROVE, Duty.PUBLISH)):
        return
    for one in queries.all_of(session, ASKED):
        action, word = ASKED[one.state]
        offers = BULLETIN.available(session, one, current_act())
        if any(offer.is_open and offer.action == action for offer in offers):
            yield Waiting(one.title, heading_of(one), None, url_for("bulletins.show", record_id=one.id), Label(word))
    for _edition, period in without_bulletin(session, officer):
        yield Waiting(
            period.title,
            say("The results are approved; their bulletin is not drafted yet."),
            None,
            url_for("cycles.period", record_id=period.id),
            Label(N_("Draft the bulletin")),
        )

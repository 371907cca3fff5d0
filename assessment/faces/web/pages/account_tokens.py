"""Tokens for programs: anybody lets a program read as himself, sees when it last did, and takes that back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import DateField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from assessment.faces.web import sessions
from assessment.faces.web.kit import (
    _,
    act_word,
    current_act,
    current_session,
    frame,
    not_there,
    options,
    signed_in,
    stripped,
    viewer,
    without_transaction,
)
from assessment.faces.web.kit.scopes import LARGEST_ID
from assessment.faces.web.pages import account as room
from assessment.faces.web.pages.account_again import AgainForm, asked, is_themselves
from assessment.foundation import clock
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import N_, local_day, reading_zone
from assessment.organisations import services
from assessment.organisations.models import ApiToken, Person, Resource

act_word("make_token", N_("Token for a program made"))
act_word("revoke_token", N_("Token for a program revoked"))
act_word("end_tokens", N_("Tokens for programs ended"))
USUALLY = timedelta(days=90)


class TokenForm(AgainForm):
    name = StringField(
        N_("Name of the program"), [InputRequired(N_("Please fill this in.")), Length(max=80)], [stripped],
        description=N_("You will know by it what to revoke."),
    )  # fmt: skip
    resources = SelectMultipleField(
        N_("What it may read"), choices=options([(one.value, one.label) for one in Resource]),
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        description=N_("It sees what you see, and nothing else."),
    )  # fmt: skip
    ends = DateField(
        N_("Last day"), [InputRequired(N_("Choose a day."))], description=N_("Within a year; 90 days are usual.")
    )


@room.pages.get("/account/tokens")
@signed_in
def tokens() -> str:
    usual = local_day(clock.system_now()) + USUALLY
    return page(offered(current_session(), TokenForm(formdata=None, ends=usual)))


def offered(session: Session, form: TokenForm) -> TokenForm:
    """With the password and the code, which a session left open does not know. Visitors of the example, who look
    through another's eyes, know neither."""
    if is_seen_as():
        del form.current, form.code
        return form
    return asked(session, form, session.get_one(Person, viewer().person_id))  # type: ignore[no-any-return]


def is_seen_as() -> bool:
    here = sessions.here()
    return here is not None and here.is_seen_as


def page(form: TokenForm, token: str = "", refusal: Refusal | None = None) -> str:
    """``token`` is shown once, just after it was made: afterwards nobody knows it but its owner."""
    return render_template(
        "account/tokens.html", form=form, token=token, refusal=refusal,
        alive=services.tokens_of(current_session(), viewer().person_id, clock.system_now()),
        labels={one.value: one.label for one in Resource}, root=room.public_address("api.root"),
    )  # fmt: skip


@room.pages.post("/account/tokens")
@signed_in
@without_transaction
def make_token() -> ResponseReturnValue:
    """What was typed is looked at first, then who typed it: a slip costs no attempt."""
    with frame().read() as db:
        form, person = offered(db, TokenForm()), db.get_one(Person, viewer().person_id)
    if not form.validate() or not (is_seen_as() or is_themselves(form, person)):
        return page(form), 422
    token = sessions.new_token()
    try:
        with frame().write() as db:
            services.make_token(
                db, db.get_one(Person, person.id), current_act(), token=token, name=form.name.data,
                resources=form.resources.data, now=clock.system_now(), ends_at=end_of(form.ends.data),
                is_seen_as=is_seen_as(),
            )  # fmt: skip
    except Refusal as refused:
        form.take_over(refused)
        return page(form, refusal=None if refused.fields else refused), refused.status
    return page(offered(current_session(), TokenForm(formdata=None, ends=form.ends.data)), token)


def end_of(day: date) -> datetime:
    """The moment after the day, where those who read it are; the calendar's own last day is refused by the service."""
    return datetime.combine(min(day, date.max - timedelta(days=2)) + timedelta(days=1), time(), reading_zone())


@room.pages.post("/account/tokens/<int:token_id>/revoke")
@signed_in
def revoke_token(token_id: int) -> Response:
    row = current_session().get(ApiToken, token_id) if token_id <= LARGEST_ID else None
    if row is None or row.person_id != viewer().person_id:
        raise not_there()
    services.revoke_token(current_session(), row, current_act(), now=clock.system_now())
    flash(_("The token is revoked; whoever has it reads nothing any more."))
    return redirect(url_for("account.tokens"), 303)  # type: ignore[return-value]

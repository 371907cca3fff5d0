"""One's own second factor: set up by a QR code, with recovery codes shown once; replaced; removed where none asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import segno
from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from assessment.faces.web import sessions
from assessment.faces.web.kit import (
    Form,
    _,
    act_word,
    current_act,
    current_session,
    frame,
    signed_in,
    stripped,
    viewer,
    without_transaction,
)
from assessment.faces.web.pages import account as room
from assessment.faces.web.pages.account_again import AgainForm, asked, is_themselves, not_through_others_eyes, sealer
from assessment.foundation import clock
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import N_
from assessment.organisations import second_factors as factors
from assessment.organisations import services
from assessment.organisations.models import Person, SecondFactor

JUST_NOW = timedelta(minutes=10)
"""Whoever signed in so shortly ago need not repeat the password to set up the first one."""
for verb, word in (
    ("begin_second_factor", N_("Second factor begun")), ("set_up_second_factor", N_("Second factor set up")),
    ("renew_recovery_codes", N_("New recovery codes")), ("remove_second_factor", N_("Second factor removed")),
):  # fmt: skip
    act_word(verb, word)


class FirstCodeForm(Form):
    code = StringField(N_("Code that the telephone shows now"),
                       [InputRequired(N_("Enter the code.")), Length(max=60)], [stripped])  # fmt: skip


@room.pages.get("/account/second-factor")
@signed_in
def second_factor() -> str:
    not_through_others_eyes()
    person = room.me()
    return page(person, again(person))


def page(person: Person, form: Any) -> str:
    session = current_session()
    return render_template(
        "account/second_factor.html", form=form, factor=session.get(SecondFactor, person.id),
        has_factor=services.has_second_factor(session, person.id), is_needed=factors.is_needed(viewer().duties),
        left=services.recovery_codes_left(session, person.id),
    )  # fmt: skip


def again(person: Person) -> Any:
    """What is asked for before anything changes; nothing, where the first one is set up just after signing in."""
    with frame().read() as db:
        form, here = asked(db, AgainForm(), person), sessions.here()
    assert here is not None
    if "code" not in form and clock.system_now() - here.created_at <= JUST_NOW:
        del form.current
    return form


def confirmed(person: Person) -> tuple[Any, bool]:
    """The form as it was sent, and whether it really is they."""
    form = again(person)
    return form, bool(form.validate()) and ("current" not in form or is_themselves(form, person))


def myself() -> Person:
    """For views without a transaction of their own."""
    with frame().read() as db:
        return db.get_one(Person, viewer().person_id)


@room.pages.post("/account/second-factor/begin")
@signed_in
@without_transaction
def begin_second_factor() -> ResponseReturnValue:
    not_through_others_eyes()
    person = myself()
    form, is_they = confirmed(person)
    if not is_they:
        return page(person, form), 422
    sealed = sealer().seal(factors.new_secret(), services.place_of(person.id))
    with frame().write() as db:
        person = db.get_one(Person, person.id)
        services.begin_second_factor(db, person, current_act(), sealed=sealed, now=clock.system_now())
    return redirect(url_for("account.offered"), 303)


@room.pages.get("/account/second-factor/set-up")
@signed_in
def offered() -> ResponseReturnValue:
    """The secret as a picture and in letters, until its first code has come."""
    not_through_others_eyes()
    return offer(FirstCodeForm(formdata=None)) or redirect(url_for("account.second_factor"), 303)


def offer(form: FirstCodeForm) -> str:
    person = room.me()
    secret = services.pending_secret(current_session(), person.id, sealer(), clock.system_now())
    if secret is None:
        return ""
    host = urlsplit(current_app.extensions["assessment"]["settings"].url).hostname or "localhost"
    picture = segno.make(factors.address(secret, person.username, f"Five Measures {host}"), error="m")
    drawn = picture.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=False)
    letters = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    qr = Markup(drawn)  # noqa: S704 - drawn by segno from numbers only
    return render_template("account/factor_offered.html", form=form, picture=qr, letters=letters)


@room.pages.post("/account/second-factor/set-up")
@signed_in
def set_up_second_factor() -> ResponseReturnValue:
    not_through_others_eyes()
    form, here, codes = FirstCodeForm(), sessions.here(), factors.new_recovery_codes()
    assert here is not None
    if form.validate():
        try:
            services.set_up_second_factor(
                current_session(), room.me(), current_act(), code=form.code.data or "", sealer=sealer(),
                recovery_codes=codes, sign_in_id=here.sign_in_id, now=clock.system_now(),
            )  # fmt: skip
        except Invalid as refusal:
            form.take_over(refusal)
        else:
            return render_template("account/recovery_codes.html", codes=codes, is_new=True)
    return offer(form) or page(room.me(), again(room.me())), 422


@room.pages.post("/account/second-factor/recovery-codes")
@signed_in
@without_transaction
def renew_recovery_codes() -> ResponseReturnValue:
    not_through_others_eyes()
    person = myself()
    form, is_they = confirmed(person)
    if not is_they:
        return page(person, form), 422
    codes = factors.new_recovery_codes()
    with frame().write() as db:
        services.renew_recovery_codes(
            db, db.get_one(Person, person.id), current_act(), recovery_codes=codes, now=clock.system_now()
        )
    return render_template("account/recovery_codes.html", codes=codes, is_new=False)


@room.pages.post("/account/second-factor/remove")
@signed_in
@without_transaction
def remove_second_factor() -> ResponseReturnValue:
    not_through_others_eyes()
    person = myself()
    form, is_they = confirmed(person)
    if not is_they:
        return page(person, form), 422
    with frame().write() as db:
        services.remove_second_factor(db, db.get_one(Person, person.id), current_act(), now=clock.system_now())
    flash(_("The second factor is removed; the password alone opens your account now."))
    return redirect(url_for("account.second_factor"), 303)

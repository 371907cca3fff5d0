"""The second step of signing in: the password was right, and a code is asked for before anything opens."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from assessment.faces.web import refusals, sessions
from assessment.faces.web.kit import (
    Form,
    _,
    current_session,
    frame,
    local_path,
    public,
    stripped,
    without_transaction,
)
from assessment.faces.web.pages import account as room
from assessment.faces.web.pages.account_again import TOO_MANY_CODES, WRONG_CODE, sealer
from assessment.foundation import clock
from assessment.foundation.i18n import N_, Sentence
from assessment.organisations import services
from assessment.organisations.models import Person

Kept = list[tuple[str, str]]


class CodeForm(Form):
    code = StringField(
        N_("Code of the second factor"), [InputRequired(N_("Enter the code.")), Length(max=60)], [stripped],
        description=N_("Six digits from your telephone, or one of your recovery codes."),
    )  # fmt: skip


def ask(token: str, kept: Kept) -> Response:
    """The password was right: the browser gets a token that opens this question only."""
    sessions.begin_forms("")
    return sessions.hand_out(make_response(page(CodeForm(formdata=None), kept)), token)


def page(form: CodeForm, kept: Kept, refused: Sentence | None = None) -> str:
    goal = local_path(request.values.get("next")) or ""
    return render_template("account/code.html", form=form, kept=kept, goal=goal, refused=refused)


@room.pages.get("/sign-in/code")
@public
def code() -> ResponseReturnValue:
    if sessions.half(current_session()) is None:
        return redirect(url_for("account.sign_in"), 303)
    return page(CodeForm(formdata=None), [])


@room.pages.post("/sign-in/code")
@public
@without_transaction
def enter_code() -> ResponseReturnValue:
    """Each code is taken once; each wrong one is counted, from wherever it comes."""
    form: Any = CodeForm()
    kept = [(name, value) for name, value in request.form.items(multi=True) if name.startswith(sessions.KEPT)]
    with frame().read() as db:
        is_asked = sessions.half(db) is not None
    if not is_asked:
        return sign_in_again(kept)
    if not form.validate():
        return page(form, kept), 422
    token, proof = sessions.new_token(), services.Proof.WRONG
    with frame().write() as db:
        half = sessions.half(db)
        if half is not None:
            person, now = db.get_one(Person, half.person_id), clock.system_now()
            proof = services.prove(
                db, person, typed=form.code.data, sealer=sealer(), source=sessions.source(), now=now
            )
            if proof.is_right:
                services.finish_sign_in(db, half, token=token, now=now, at=clock.business_now(db), by=proof.value)
            left = services.recovery_codes_left(db, person.id)
    if not proof.is_right:
        refusals.SECURITY.warning("second factor: %s from %s", proof.value, sessions.source())
        form.code.data = ""
        locked = proof is services.Proof.LOCKED
        return page(form, kept, Sentence(TOO_MANY_CODES if locked else WRONG_CODE)), 429 if locked else 401
    going = room.let_in(token, kept)
    if proof is services.Proof.ON_PAPER:  # behind the door, where a new sheet of forms has begun
        flash(_("You used a recovery code; {count} are left. Make new ones before they run out.", count=left))
    return going


def sign_in_again(kept: Kept) -> ResponseReturnValue:
    refused = Sentence(N_("That took longer than ten minutes. Enter your password again."))
    return render_template("account/sign_in.html", form=room.SignInForm(formdata=None), kept=kept, refused=refused), 401

"""Showing anew that it is really they: before a password or a second factor is changed, in whatever session."""

from __future__ import annotations

from typing import Any

from flask import current_app
from sqlalchemy import update
from sqlalchemy.orm import Session
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from assessment.faces.web import refusals, sessions
from assessment.faces.web.kit import Form, frame, stripped
from assessment.faces.web.kit.transactions import stop_reading
from assessment.foundation import clock
from assessment.foundation.errors import NotNow
from assessment.foundation.i18n import N_, Sentence, say
from assessment.foundation.sealing import Sealer, own_secret
from assessment.organisations import passwords, services
from assessment.organisations.models import Person, SignInAttempt
from assessment.organisations.services.sign_ins import LOCKED

WRONG_CODE = N_("This code is not right, or it was used already. Wait for the next one, or take a recovery code.")
TOO_MANY_CODES = N_("Too many wrong codes. Wait five minutes, then take the code shown then. If you did not type them, "
                    "somebody knows your password: tell an administrator.")  # fmt: skip


class AgainForm(Form):
    """``code`` is asked for where there is a second factor; see ``asked``."""

    current = PasswordField(
        N_("Password until now"), [InputRequired(N_("Enter the password you have now.")), Length(max=1000)]
    )
    code = StringField(
        N_("Code of the second factor"), [InputRequired(N_("Enter the code.")), Length(max=60)], [stripped],
        description=N_("Six digits from your telephone, or one of your recovery codes."),
    )  # fmt: skip


def asked(session: Session, form: Any, person: Person) -> Any:
    """The form with what this person can be asked for."""
    if not services.has_second_factor(session, person.id):
        del form.code
    return form


def sealer() -> Sealer:
    """What opens and seals the secrets of second factors in this installation."""
    ours = current_app.extensions["assessment"]
    if "sealer" not in ours:
        settings = ours["settings"]
        ours["sealer"] = Sealer(settings.factor_key or own_secret(settings.keys, "factors"), "second factors")
    return ours["sealer"]  # type: ignore[no-any-return]


def is_themselves(form: Any, person: Person) -> bool:
    """The password is right, and so is the code where there is a second factor; guesses are counted as at the door.

    For views without a transaction: each part is counted in one of its own, whatever comes after.
    """
    stop_reading()
    if not _knows_password(form, person):
        return False
    if "code" not in form:
        return True
    with frame().write() as db:
        proof = services.prove(
            db, db.get_one(Person, person.id), typed=form.code.data, sealer=sealer(), source=sessions.source(),
            now=clock.system_now(),
        )  # fmt: skip
    if not proof.is_right:
        refusals.SECURITY.warning("code %s for %s from %s", proof.value, person.id, sessions.source())
        form.code.errors = [Sentence(TOO_MANY_CODES if proof is services.Proof.LOCKED else WRONG_CODE)]
    return proof.is_right


def _knows_password(form: Any, person: Person) -> bool:
    with frame().write() as db:
        evidence = services.begin_attempt(db, person.username, sessions.source(), clock.system_now())
    if evidence.is_locked:
        form.current.errors = [Sentence(LOCKED)]
        return False
    if not passwords.is_right(evidence.password_hash, form.current.data):
        with frame().write() as db:
            services.settle_failure(db, evidence)
        form.current.errors = [say("This is not the password you have now.")]
        return False
    with frame().write() as db:
        db.execute(update(SignInAttempt).where(SignInAttempt.id == evidence.attempt_id).values(outcome="right"))
    return True


def not_through_others_eyes() -> None:
    here = sessions.here()
    if here is not None and here.is_seen_as:
        raise NotNow(say("Seen as somebody else, one does not change their password or second factor; the example has "
                         "neither."))  # fmt: skip

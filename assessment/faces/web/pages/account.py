"""One's own account: signing in and out, the password, the sessions, language and mail, the calendar's address."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from assessment.cycles import dates
from assessment.faces.web import refusals, sessions
from assessment.faces.web.kit import (
    Form,
    _,
    act_word,
    address,
    address_of,
    current_act,
    current_session,
    download,
    frame,
    local_path,
    not_there,
    now,
    options,
    public,
    signed_in,
    stripped,
    viewer,
    without_transaction,
)  # fmt: skip
from assessment.faces.web.kit.transactions import stop_reading
from assessment.faces.web.kit.words import OWN_NAMES
from assessment.faces.web.pages.account_again import AgainForm, asked, is_themselves, not_through_others_eyes
from assessment.foundation import clock, icalendars
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import N_, Sentence, local_day, say, translate
from assessment.organisations import officers, passwords, services
from assessment.organisations.models import Mails, Person
from assessment.organisations.officers import Officer
from assessment.organisations.services.sign_ins import LOCKED, REFUSED, open_session

pages: Blueprint = Blueprint("account", __name__)
address("person", "organisations.person", "person_id", N_("Person"))
act_word("renew_calendar", N_("New address for the calendar"))
act_word("revoke_calendar", N_("Calendar’s address revoked"))


class SignInForm(Form):
    username = StringField(N_("User name"), [InputRequired(N_("Enter your user name.")), Length(max=200)])
    password = PasswordField(N_("Password"), [InputRequired(N_("Enter your password.")), Length(max=1000)])


class PasswordForm(AgainForm):
    new_password = PasswordField(
        N_("New password"),
        [InputRequired(N_("Choose a new password.")), Length(max=passwords.LONGEST)],
        description=N_("A sentence of several words is easy to remember and hard to guess."),
    )
    repeated = PasswordField(
        N_("New password again"), [InputRequired(N_("Repeat it.")), EqualTo("new_password", N_("The two differ."))]
    )


class ReachForm(Form):
    language = SelectField(N_("Language"), choices=options(OWN_NAMES.items()))
    email = EmailField(N_("Mail address"), [Length(max=200)], filters=[stripped])
    mails = SelectField(N_("Mail comes"), choices=options([(one.value, one.label) for one in Mails]))


# --- in and out ------------------------------------------------------------------------------------------------------


@pages.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    if sessions.here() is not None:
        return redirect(local_path(request.args.get("next")) or url_for("home.index"), 303)
    return render_template("account/sign_in.html", form=SignInForm(), kept=[])


@pages.post("/sign-in")
@public
@without_transaction
def enter() -> ResponseReturnValue:
    """Wrong name and wrong password: the same words, the same status, the same work."""
    form = SignInForm()
    kept = [(name, value) for name, value in request.form.items(multi=True) if name.startswith(sessions.KEPT)]
    if not form.validate():
        return render_template("account/sign_in.html", form=form, kept=kept), 422
    token, against, is_whole = attempt(form.username.data, form.password.data)
    if token is None:
        form.password.data = ""
        status = 429 if against == LOCKED else 401
        return render_template("account/sign_in.html", form=form, kept=kept, refused=Sentence(against)), status
    return let_in(token, kept) if is_whole else account_code.ask(token, kept)


def attempt(username: str, password: str) -> tuple[str | None, str, bool]:
    """A token, or why not, and whether it opens everything or only the question for a second factor; the attempt is
    counted before it is evaluated, and evaluated outside any transaction."""
    with frame().write() as db:
        evidence = services.begin_attempt(db, username, sessions.source(), clock.system_now())
    if evidence.is_locked:
        refusals.SECURITY.warning("sign-in locked from %s", sessions.source())
        return None, LOCKED, False
    if not passwords.is_right(evidence.password_hash, password):
        with frame().write() as db:
            services.settle_failure(db, evidence)
        refusals.SECURITY.warning("sign-in failed from %s", sessions.source())
        return None, REFUSED, False
    token = sessions.new_token()
    with frame().write() as db:
        opened = services.sign_in(
            db, evidence, token=token, source=sessions.source(), now=clock.system_now(), at=clock.business_now(db),
            agent=sessions.agent(),
        )  # fmt: skip
    return token, "", opened is not None


def let_in(token: str, kept: list[tuple[str, str]]) -> Response:
    """On to where one was going; what was typed before the session ended waits for one more look."""
    goal = local_path(request.form.get("next")) or url_for("home.index")
    sessions.begin_forms(token)
    if not kept:
        return sessions.hand_out(redirect(goal, 303), token)  # type: ignore[arg-type]
    typed = [(name.removeprefix(sessions.KEPT), value) for name, value in kept]
    return sessions.hand_out(make_response(render_template("account/kept.html", typed=typed, goal=goal)), token)


@pages.post("/sign-out")
@signed_in
def sign_out() -> Response:
    here = sessions.here()
    if here is not None:
        services.sign_out(current_session(), here.sign_in_id, current_act())
    return sessions.take_back(redirect(url_for("account.sign_in"), 303))  # type: ignore[arg-type]


# --- the account -----------------------------------------------------------------------------------------------------


@pages.get("/account")
@signed_in
def show() -> str:
    person = me()
    return page(person, ReachForm(formdata=None, language=person.language, email=person.email, mails=person.mails))


def page(person: Person, form: ReachForm, calendar_address: str = "") -> str:
    """``calendar_address`` is shown once, just after it was made: afterwards nobody knows it but its owner."""
    return render_template(
        "account/show.html", person=person, officer=viewer(), form=form, here=sessions.here(),
        open_count=len(account_sessions.open_sessions(person.id)),
        has_factor=services.has_second_factor(current_session(), person.id),
        calendar=services.calendar_of(current_session(), person.id),
        calendar_address=calendar_address,
    )  # fmt: skip


def me() -> Person:
    person = current_session().get(Person, viewer().person_id)
    assert person is not None
    return person


@pages.post("/account")
@signed_in
def edit() -> ResponseReturnValue:
    form, person = ReachForm(), me()
    if form.validate():
        try:
            services.edit_person(current_session(), person, current_act(), name=person.name, **form.facts())
        except Invalid as refusal:
            form.take_over(refusal)
        else:
            flash(_("Saved."))
            return redirect(url_for("account.show"), 303)
    return page(person, form), 422


# --- the calendar ----------------------------------------------------------------------------------------------------


@pages.route("/account/calendar", methods=["GET", "POST"])
@signed_in
def renew_calendar() -> ResponseReturnValue:
    """A new secret address, shown this once; the one before finds nothing any more."""
    if request.method == "GET":  # asked for again, or in the other language: what was shown once is gone
        return redirect(url_for("account.show"), 303)
    person, token = me(), sessions.new_token()
    services.renew_calendar(current_session(), person, current_act(), token=token, now=clock.system_now())
    current_session().flush()
    form = ReachForm(formdata=None, language=person.language, email=person.email, mails=person.mails)
    return page(person, form, public_address("account.calendar", token=token))


@pages.post("/account/calendar/revoke")
@signed_in
def revoke_calendar() -> Response:
    services.revoke_calendar(current_session(), me(), current_act())
    flash(_("The calendar’s address is revoked; whoever has it finds nothing there."))
    return redirect(url_for("account.show"), 303)  # type: ignore[return-value]


@pages.get("/calendar/<token>.ics")
@public
def calendar(token: str) -> Response:
    """The dates of whoever this address was made for, with the duties held today."""
    db = current_session()
    found = services.calendar_at(db, token)
    if found is None:
        raise not_there()
    officer = officers.officer_on(db, found.person_id, local_day(now()))
    answer = download(dates_of(db, officer), "five-measures.ics", "text/calendar")
    answer.headers["Content-Disposition"] = "inline; filename=five-measures.ics"
    answer.headers["Cache-Control"] = "private, no-store"
    if services.is_to_be_noted(found, clock.system_now()):
        stop_reading()
        with frame().write() as writing:
            services.note_use(writing, found.id, clock.system_now())
    return answer


def dates_of(db: Session, officer: Officer) -> bytes:
    some = dates.coming(db, officer, now())
    changes = dates.changes_of(db, some)
    tongue = officer.language
    return icalendars.written(
        translate(N_("Five Measures: {name}"), tongue, name=officer.name),
        [_dated(one, tongue, *changes.get((one.kind, str(one.record_id)), (0, None))) for one in some],
        tongue,
    )


def _dated(one: dates.Coming, tongue: str, count: int, changed_at: datetime | None) -> icalendars.Dated:
    host = urlsplit(current_app.extensions["assessment"]["settings"].url).hostname or "localhost"
    where = address_of(one.kind, one.record_id)
    return icalendars.Dated(
        f"{one.kind}-{one.record_id}-{one.aspect}@{host}", one.title.in_language(tongue), one.moment, one.zone,
        one.first, one.last, address=public_path(where) if where else "", sequence=count, changed_at=changed_at,
    )  # fmt: skip


def public_address(endpoint: str, **values: Any) -> str:
    """An address as somebody outside types it, by the installation's public one."""
    return public_path(url_for(endpoint, **values))


def public_path(path: str) -> str:
    base: str = current_app.extensions["assessment"]["settings"].url
    return base + path.removeprefix(urlsplit(base).path)


# --- the password ----------------------------------------------------------------------------------------------------


@pages.get("/account/password")
@signed_in
def password() -> str:
    not_through_others_eyes()
    form = asked(current_session(), PasswordForm(), me())
    return render_template("account/password.html", form=form, here=sessions.here())


@pages.post("/account/password")
@signed_in
@without_transaction
def change_password() -> ResponseReturnValue:
    """Hashing takes its time on purpose, so it is done between two short transactions. Every session ends with the old
    password; this browser gets a new one."""
    not_through_others_eyes()
    with frame().read() as db:
        person = db.get_one(Person, viewer().person_id)
        form = asked(db, PasswordForm(), person)
    if not form.validate() or not is_acceptable(form, person):
        return render_template("account/password.html", form=form, here=sessions.here()), 422
    hashed, token = passwords.hash_password(form.new_password.data), sessions.new_token()
    with frame().write() as db:
        person, here = db.get_one(Person, viewer().person_id), sessions.here()
        services.change_password(db, person, current_act(), password_hash=hashed, now=clock.system_now())
        open_session(
            db, person, token=token, source=sessions.source(), now=clock.system_now(), agent=sessions.agent(),
            proved_at=here.proved_at if here else None,
        )  # fmt: skip
    sessions.begin_forms(token)
    flash(_("The password is changed. Every other session of yours has ended."))
    return sessions.hand_out(redirect(url_for("home.index"), 303), token)  # type: ignore[arg-type]


def is_acceptable(form: PasswordForm, person: Person) -> bool:
    """It is really they, and the new password is not easily guessed."""
    if not is_themselves(form, person):
        return False
    try:
        passwords.check_password(form.new_password.data, person.username, person.name)
    except Invalid as refusal:
        form.new_password.errors = [refusal.sentence]
        return False
    if form.new_password.data == form.current.data:
        form.new_password.errors = [say("This is the password you have now; choose another one.")]
        return False
    return True


from assessment.faces.web.pages import (  # noqa: E402, F401 - more pages of this room
    account_code,
    account_factors,
    account_sessions,
    account_tokens,
)

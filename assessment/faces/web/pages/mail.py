"""Mail: what was sent to whom, what failed and why, and sending it again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, flash, get_template_attribute, redirect, render_template, url_for
from markupsafe import Markup

from assessment.cycles import mails
from assessment.cycles.mails import MailState
from assessment.faces.web.kit import (
    Column,
    _,
    access,
    act_word,
    address,
    choice,
    current_act,
    current_session,
    holding,
    listing,
    scope,
    search,
    timeline,
)
from assessment.foundation import mail
from assessment.foundation.i18n import N_, Label
from assessment.foundation.letters import with_addresses
from assessment.foundation.outbox import OutboxItem
from assessment.organisations.duties import Duty

pages = Blueprint("mail", __name__, url_prefix="/mail")
address("outbox_item", "mail.show", "item_id", N_("Message"))
scope(OutboxItem, lambda session, item, officer: item.kind == mail.MAIL and officer.holds(Duty.ADMINISTER))
act_word("send_again", N_("Sent again"))
SHAPES = {
    MailState.WAITING: "going", MailState.RETRYING: "wait", MailState.SENT: "done", MailState.FAILED: "stop",
}  # fmt: skip


@pages.get("")
@holding(Duty.ADMINISTER)
def index() -> Response | str:
    """The newest messages, with what became of each."""
    session = current_session()
    found = listing(
        "mail",
        list(mails.newest(session)),
        [
            Column("to", N_("Recipient"), lambda one: str(one.payload["to"]), is_head=True,
                   link=lambda one: url_for("mail.show", item_id=one.id)),
            Column("subject", N_("Subject"), lambda one: str(one.payload["subject"])),
            Column("queued", N_("Queued"), lambda one: one.created_at, is_minor=True),
            Column("state", N_("State"), lambda one: Label(mails.state_of(one).label), shown=chip),
            Column("tried", N_("Attempts"), lambda one: one.attempts, is_number=True, is_minor=True),
            Column("why", N_("What the server said"), lambda one: one.failure or one.result, is_minor=True),
        ],
        [
            choice("state", N_("State"), mails.state_of, [(state.value, state.label) for state in MailState]),
            search(lambda one: str(one.payload["to"]), lambda one: str(one.payload["subject"])),
        ],
    )  # fmt: skip
    server = bool(current_app.extensions["assessment"]["settings"].mail)
    return found.answer("mail/index.html", failed=mails.count_failed(session), has_server=server)


def chip(one: Any) -> Markup:
    state = mails.state_of(one)
    drawn = get_template_attribute("_macros.html", "chip")(Label(state.label), SHAPES[state])
    return Markup(drawn)  # noqa: S704 - our own macro, which has escaped what is in it


@pages.get("/<int:item_id>")
@holding(Duty.ADMINISTER)
def show(item_id: int) -> str:
    one, url = access(OutboxItem, item_id), current_app.extensions["assessment"]["settings"].url
    return render_template(
        "mail/show.html", item=one, body=with_addresses(str(one.payload["body"]), url),
        state=mails.state_of(one), shape=SHAPES[mails.state_of(one)],
        happened=timeline(current_session(), one), may_send=mails.state_of(one) != MailState.WAITING,
    )  # fmt: skip


@pages.post("/<int:item_id>/send_again")
@holding(Duty.ADMINISTER)
def send_again(item_id: int) -> Response:
    mails.send_again(current_session(), access(OutboxItem, item_id), current_act())
    flash(_("The message goes out again with the next tick of the clock."))
    return redirect(url_for("mail.show", item_id=item_id), 303)  # type: ignore[return-value]

"""What is done with a bulletin by a button: changed, submitted, approved, returned, published, withdrawn."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from assessment.bulletins import services
from assessment.bulletins.models import Bulletin
from assessment.bulletins.process import BULLETIN
from assessment.cycles import services as cycles
from assessment.faces.web.kit import Action, access, acts, current_act, current_session, now
from assessment.faces.web.pages import bulletins as room
from assessment.faces.web.pages.bulletins_forms import ApproveForm, EditForm
from assessment.foundation import clock
from assessment.foundation.i18n import N_, say
from assessment.foundation.paper.signature import Signer, ensure_signer
from assessment.programmes.models import Programme


def can(bulletin: Bulletin, action: str) -> bool:
    offers = BULLETIN.available(current_session(), bulletin, current_act())
    return any(offer.is_open and offer.action == action for offer in offers)


def submission_of(record_id: int) -> services.Prepared | None:
    """Before the transaction: both bodies rendered and stored. Who may not submit costs nobody a rendering."""
    bulletin = access(Bulletin, record_id)
    if not can(bulletin, "submit"):
        return None
    address_of_check = f"{room.settings().url}{url_for('bulletins.check')}"
    return services.prepare_submission(current_session(), bulletin, room.store(), at=now(), address=address_of_check)


def signatures_of(record_id: int) -> services.Signed | None:
    """Before the transaction: both approved bodies signed with the authority's key."""
    bulletin = access(Bulletin, record_id)
    if not can(bulletin, "publish"):
        return None
    return services.prepare_publication(bulletin, room.store(), signer_of(bulletin), at=clock.system_now())


def signer_of(bulletin: Bulletin) -> Signer:
    programme = current_session().get_one(Programme, bulletin.programme_id)
    return ensure_signer(room.settings().keys, programme.authority_en or programme.authority_zh, clock.system_now())


def publish(session: Session, bulletin: Bulletin, act: Any, *, prepared: services.Signed) -> None:
    cycles.publish(session, bulletin, act, prepared)


acts(
    room.pages,
    Bulletin,
    BULLETIN,
    {
        "edit": Action(
            services.edit,
            EditForm,
            fill=lambda form, session, bulletin: form.fill(bulletin),
            template="bulletins/edit.html",
            done=N_("The draft is changed."),
        ),
        "submit": Action(
            services.submit,
            prepare=submission_of,
            template="bulletins/read.html",
            explain=lambda session, bulletin: say(
                "Number, date and the head of the audit trail are fixed, and both documents are stored by their hash."
            ),
        ),
        "approve": Action(
            services.approve,
            ApproveForm,
            fill=lambda form, session, bulletin: form.fill(bulletin),
            template="bulletins/read.html",
            explain=lambda session, bulletin: say("You approve exactly these two documents, by their hashes."),
        ),
        "return_bulletin": Action(services.return_bulletin, template="bulletins/read.html"),
        "publish": Action(
            publish,
            prepare=signatures_of,
            template="bulletins/read.html",
            explain=lambda session, bulletin: say(
                "Both documents are signed, served on every assessed unit, and the period is published: all or nothing."
            ),
        ),
        "withdraw": Action(services.withdraw, template="bulletins/read.html"),
    },
    path="/bulletins/<int:record_id>",
)

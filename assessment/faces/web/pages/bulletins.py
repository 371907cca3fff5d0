"""Bulletins: drafted, read as they will be printed, approved, published; and a public page to check one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_wtf.file import FileField
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from assessment.bulletins import queries, services
from assessment.bulletins.models import Bulletin, BulletinState
from assessment.bulletins.papers import render_bulletin
from assessment.bulletins.pictures import drawn
from assessment.bulletins.process import BULLETIN
from assessment.bulletins.verification import Heads, Line, Outcome, verify
from assessment.cycles import corrections
from assessment.cycles import services as cycles
from assessment.delivery import queries as delivery
from assessment.faces.web.kit import (
    Action,
    Column,
    Form,
    Waiting,
    _,
    access,
    acts,
    address,
    buttons,
    choice,
    current_act,
    current_session,
    download,
    holding,
    language,
    listing,
    not_there,
    now,
    public,
    scope,
    search,
    shape,
    signed_in,
    stripped,
    timeline,
    viewer,
    waiting,
    without_transaction,
)
from assessment.foundation import clock
from assessment.foundation.errors import Invalid
from assessment.foundation.filestore import FileStore
from assessment.foundation.i18n import N_, Bilingual, Label, Sentence, local_day, say
from assessment.foundation.paper.signature import CERTIFICATE_FILE, Signer, ensure_signer
from assessment.foundation.settings import Settings
from assessment.organisations.duties import Duty
from assessment.programmes.models import Period, Programme
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

PDF = "application/pdf"
LANGUAGES = {"zh": "中文", "en": "English"}
LARGEST_FILE = 16 * 2**20


def settings() -> Settings:
    return current_app.extensions["assessment"]["settings"]  # type: ignore[no-any-return]


def store() -> FileStore:
    return FileStore(settings().uploads)


# --- all bulletins -------------------------------------------------------------------------------------------------


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
        .where(Edition.state == EditionState.APPROVED.value)
        .order_by(Period.last_day)
    )
    for edition, period in rows:
        if who.holds(Duty.PREPARE, period.programme.unit_id) and queries.alive_for(session, edition.id) is None:
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


# --- one bulletin --------------------------------------------------------------------------------------------------


@pages.get("/bulletins/<int:record_id>")
@signed_in
def show(record_id: int) -> str:
    session = current_session()
    bulletin = access(Bulletin, record_id)
    edition = session.get_one(Edition, bulletin.edition_id)
    period = session.get_one(Period, edition.period_id)
    content = queries.content_of(session, bulletin, language(), today())
    works = any(viewer().holds(duty, bulletin.unit_id) for duty in queries.WORKERS)
    served = delivery.service_of(session, "bulletin", ("bulletin", bulletin.id)) if works else {}
    return render_template(
        "bulletins/show.html",
        bulletin=bulletin,
        edition=edition,
        period=period,
        heading=heading_of(bulletin),
        content=content,
        pictures=[(title, Markup(chart)) for title, chart in drawn(content)],  # noqa: S704 - drawn and escaped by us
        offers=buttons(bulletin),
        corrects=session.get(Bulletin, bulletin.corrects_id) if bulletin.corrects_id else None,
        corrected_by=session.scalar(
            select(Bulletin).where(Bulletin.corrects_id == bulletin.id, Bulletin.state.in_(queries.SHOWN))
        ),
        received=sum(one is not None for one in served.values()),
        served=len(served),
        happened=timeline(session, bulletin) if works else [],
        works=works,
        languages=LANGUAGES,
    )


def today() -> date:
    return local_day(now())


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


@pages.get("/bulletins/<int:record_id>/<any(zh, en):rendition>.pdf")
@signed_in
def document(record_id: int, rendition: str) -> Response:
    """The paper itself: signed once published, as submitted before, and of a draft as it would be printed today."""
    bulletin = access(Bulletin, record_id)
    return paper_of(bulletin, rendition)


def paper_of(bulletin: Bulletin, rendition: str) -> Response:
    name = getattr(bulletin, f"signed_{rendition}") or getattr(bulletin, f"body_{rendition}")
    if name:
        with store().open(name) as file:
            content = file.read()
    else:
        content = render_bulletin(queries.content_of(current_session(), bulletin, rendition, today()))
    stem = queries.file_stem(bulletin.number or f"draft-{bulletin.id}")
    return download(content, f"{stem}.{rendition}.pdf", PDF, is_inline=True)


# --- acts ----------------------------------------------------------------------------------------------------------


class EditForm(Form):
    """What people write; one paragraph or entry a line, in both languages line by line."""

    title_zh = StringField(
        N_("Title, Chinese"), [DataRequired(N_("Write a title.")), Length(max=200)], filters=[stripped]
    )
    title_en = StringField(
        N_("Title, English"), [DataRequired(N_("Write a title.")), Length(max=200)], filters=[stripped]
    )
    overall_zh = TextAreaField(N_("Overall results, Chinese"), filters=[stripped])
    overall_en = TextAreaField(N_("Overall results, English"), filters=[stripped])
    problems_zh = TextAreaField(
        N_("Problems, Chinese"), description=N_("One a line: unit | what is found."), filters=[stripped]
    )
    problems_en = TextAreaField(
        N_("Problems, English"), description=N_("One a line: unit | what is found."), filters=[stripped]
    )
    requirements_zh = TextAreaField(
        N_("Required actions, Chinese"), description=N_("One a line: action | who | 2012-11-30."), filters=[stripped]
    )
    requirements_en = TextAreaField(
        N_("Required actions, English"), description=N_("One a line: action | who | 2012-11-30."), filters=[stripped]
    )
    addressees_zh = StringField(N_("Addressees, Chinese"), [Length(max=400)], filters=[stripped])
    addressees_en = StringField(N_("Addressees, English"), [Length(max=400)], filters=[stripped])
    copies_zh = StringField(N_("Copies to, Chinese"), [Length(max=400)], filters=[stripped])
    copies_en = StringField(N_("Copies to, English"), [Length(max=400)], filters=[stripped])

    def fill(self, bulletin: Bulletin) -> None:
        if request.method != "GET":
            return
        sections = bulletin.sections
        self.title_zh.data, self.title_en.data = bulletin.title_zh, bulletin.title_en
        for tongue in LANGUAGES:
            self[f"overall_{tongue}"].data = "\n".join(sections.get("overall", {}).get(tongue, ()))
            self[f"problems_{tongue}"].data = "\n".join(
                f"{one['unit'][tongue]} | {one['text'][tongue]}" for one in sections.get("problems", ())
            )
            self[f"requirements_{tongue}"].data = "\n".join(
                " | ".join(
                    part for part in (one["text"][tongue], one["owner"].get(tongue, ""), one["due"] or "") if part
                )
                for one in sections.get("requirements", ())
            )
            for name in ("addressees", "copies"):
                self[f"{name}_{tongue}"].data = sections.get(name, {}).get(tongue, "")

    def facts(self) -> dict[str, Any]:
        return {
            "title": Bilingual(self.title_zh.data, self.title_en.data),
            "sections": {
                "overall": {tongue: lines(self[f"overall_{tongue}"].data) for tongue in LANGUAGES},
                "problems": list(self._problems()),
                "requirements": list(self._requirements()),
                **{
                    name: {tongue: self[f"{name}_{tongue}"].data or "" for tongue in LANGUAGES}
                    for name in ("addressees", "copies")
                },
            },
        }

    def _problems(self) -> Iterator[dict[str, Any]]:
        for zh, en in self._pairs("problems"):
            chinese, english = parts(zh, 2), parts(en, 2)
            yield {
                "unit": {"zh": chinese[0], "en": english[0]}, "text": {"zh": chinese[1], "en": english[1]}, "cites": [],
            }  # fmt: skip

    def _requirements(self) -> Iterator[dict[str, Any]]:
        for zh, en in self._pairs("requirements"):
            chinese, english = parts(zh, 3), parts(en, 3)
            due = next(
                (found for found in map(day_of, (chinese[2], english[2], chinese[1], english[1])) if found), None
            )
            owners = ["" if day_of(one) else one for one in (chinese[1], english[1])]
            yield {
                "text": {"zh": chinese[0], "en": english[0]}, "owner": {"zh": owners[0], "en": owners[1]}, "due": due,
            }  # fmt: skip

    def _pairs(self, name: str) -> list[tuple[str, str]]:
        chinese, english = lines(self[f"{name}_zh"].data), lines(self[f"{name}_en"].data)
        if len(chinese) != len(english):
            wrong = say("Both languages have the same number of lines; yours have {zh} and {en}.",
                        zh=len(chinese), en=len(english))  # fmt: skip
            raise Invalid(wrong, fields={f"{name}_en": wrong})
        return list(zip(chinese, english, strict=True))


def lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def parts(line: str, count: int) -> list[str]:
    """``a | b`` as so many parts, the missing ones empty; the bar may be a full-width one."""
    found = [part.strip() for part in line.replace("｜", "|").split("|")]
    return [*found[: count - 1], " ".join(found[count - 1 :]), *[""] * count][:count]


def day_of(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


class ApproveForm(Form):
    """The hashes of the two documents that were before the leader's eyes."""

    seen_zh = HiddenField()
    seen_en = HiddenField()

    def fill(self, bulletin: Bulletin) -> None:
        if request.method == "GET":
            self.seen_zh.data, self.seen_en.data = bulletin.body_zh, bulletin.body_en


def can(bulletin: Bulletin, action: str) -> bool:
    offers = BULLETIN.available(current_session(), bulletin, current_act())
    return any(offer.is_open and offer.action == action for offer in offers)


def submission_of(record_id: int) -> services.Prepared | None:
    """Before the transaction: both bodies rendered and stored. Who may not submit costs nobody a rendering."""
    bulletin = access(Bulletin, record_id)
    if not can(bulletin, "submit"):
        return None
    address_of_check = f"{settings().url}{url_for('bulletins.check')}"
    return services.prepare_submission(current_session(), bulletin, store(), at=now(), address=address_of_check)


def signatures_of(record_id: int) -> services.Signed | None:
    """Before the transaction: both approved bodies signed with the authority's key."""
    bulletin = access(Bulletin, record_id)
    if not can(bulletin, "publish"):
        return None
    return services.prepare_publication(bulletin, store(), signer_of(bulletin), at=clock.system_now())


def signer_of(bulletin: Bulletin) -> Signer:
    programme = current_session().get_one(Programme, bulletin.programme_id)
    return ensure_signer(settings().keys, programme.authority_en or programme.authority_zh, clock.system_now())


def publish(session: Session, bulletin: Bulletin, act: Any, *, prepared: services.Signed) -> None:
    cycles.publish(session, bulletin, act, prepared)


acts(
    pages,
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


# --- anybody may check a bulletin ----------------------------------------------------------------------------------


class CheckForm(Form):
    number = StringField(N_("Number"), [Length(max=80)], filters=[stripped])
    file = FileField(N_("The PDF file"))


@pages.get("/verify")
@public
def check() -> str:
    """Check a bulletin by its number, or by the file itself."""
    form = CheckForm(formdata=None)
    number = request.args.get("number", "").strip()[:80]
    form.number.data = number
    found = queries.by_number(current_session(), number) if number else None
    return _checked(form, number=number, found=found)


@pages.post("/verify")
@public
@without_transaction
def check_file() -> Any:
    form = CheckForm()
    uploaded = form.file.data
    content = uploaded.read(LARGEST_FILE + 1) if uploaded else b""
    if not form.validate() or not content or len(content) > LARGEST_FILE:
        sentence = say("Choose the PDF file of a bulletin.")
        if len(content) > LARGEST_FILE:
            sentence = say("The file is larger than {limit} MB.", limit=LARGEST_FILE // 2**20)
        form.file.errors = [*form.file.errors, sentence]
        return _checked(form), 422
    known = queries.by_document(current_session(), hashlib.sha256(content).hexdigest())
    outcome = verify(content, certificate(), None, trusting=False, heads=heads())
    return _checked(form, outcome=outcome, known=known)


def heads() -> Heads:
    """What this installation's own trail says of a printed head."""
    session = current_session()

    def published_with(number: str) -> str | None:
        found = queries.by_number(session, number)
        return found.audit_head if found else None

    return Heads(lambda head: queries.place_in_trail(session, head), published_with)


def certificate() -> bytes | None:
    """The authority's own, so that anybody sees what a bulletin of this installation is signed with."""
    given = settings().certificate
    try:
        return (Path(given) if given else settings().keys / CERTIFICATE_FILE).read_bytes()
    except OSError:
        return None


def _checked(
    form: CheckForm,
    *,
    number: str = "",
    found: Bulletin | None = None,
    outcome: Sequence[Line] = (),
    known: tuple[Bulletin, str] | None = None,
) -> str:
    form.number.flags.required = form.file.flags.required = True  # each is all that its half of the page asks for
    return render_template(
        "bulletins/check.html",
        form=form,
        number=number,
        found=found,
        outcome=[(line, CHECK_WORDS[line.name], SHAPES[line.outcome]) for line in outcome],
        failed=any(line.outcome is Outcome.FAILED for line in outcome),
        known=known,
        has_results=settings().public,
    )


SHAPES = {Outcome.OK: "done", Outcome.FAILED: "stop", Outcome.NOT_CHECKED: ""}
CHECK_WORDS = {
    "signature": Label(N_("Signature")),
    "signer": Label(N_("Signer")),
    "attachment": Label(N_("Attachment")),
    "ranking": Label(N_("Ranking, recomputed")),
    "head": Label(N_("Head of the audit trail")),
    "chain": Label(N_("Audit trail")),
}


@pages.get("/verify/certificate.pem")
@public
def own_certificate() -> Response:
    """The certificate with which anyone can check a bulletin offline."""
    content = certificate()
    if content is None:
        raise not_there()
    return download(content, "certificate.pem", "application/x-pem-file")


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

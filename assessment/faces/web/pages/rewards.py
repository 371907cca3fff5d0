"""Rewards: rounds with every amount and its sum, until when a list is public, and what may be done."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from assessment.cycles import consequences
from assessment.cycles import services as cycles
from assessment.cycles.consequences import prepare_round, standing_results
from assessment.cycles.decisions import said_in_part
from assessment.faces.web.kit import (
    Action,
    Column,
    Form,
    Waiting,
    access,
    acts,
    address,
    address_of,
    buttons,
    choice,
    current_act,
    current_session,
    download,
    holding,
    language,
    listing,
    not_there,
    options,
    scope,
    search,
    shape,
    signed_in,
    timeline,
    viewer,
    waiting,
)  # fmt: skip
from assessment.faces.web.kit.scopes import may_see_kind
from assessment.faces.web.pages.rewards_papers import claw_back_paper, grant_paper, list_paper
from assessment.foundation import tables
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import N_, NOTHING, Bilingual, Label, said, say
from assessment.organisations.duties import Duty
from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.rewards import queries, services
from assessment.rewards.models import Award, Round, RoundState
from assessment.rewards.papers import render_grant, render_list
from assessment.rewards.process import ROUND
from assessment.rewards.wording import asks, reached, rests_on, stated
from assessment.scoring.models import Edition, EditionState
from assessment.scoring.queries import PUBLIC, editions_in_force

pages = Blueprint("rewards", __name__, url_prefix="/rewards")
address("reward_round", "rewards.show", "round_id", N_("Reward round"))
address("award", "rewards.award", "award_id", N_("Award"))
shape("reward_round", "checked", "going")
shape("reward_round", "publicity", "soon")
shape("reward_round", "revoked", "")
shape("reward_round", "superseded", "")
UNIT = N_("Unit")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TREASURY = (Duty.PREPARE, Duty.APPROVE, Duty.AUDIT)


def may_see_award(session: Session, award: Award, who: Any) -> bool:
    return queries.may_see(session, award.round, who)


scope(Round, queries.may_see)
scope(Award, may_see_award)


# --- lists -----------------------------------------------------------------------------------------------------------


@pages.get("")
@signed_in
def index() -> Response | str:
    session = current_session()
    known = [one for one in queries.rounds(session, is_light=True) if queries.may_see(session, one, viewer())]
    sums = queries.sums(session, known)
    found = listing(
        "rewards",
        known,
        [
            Column("number", N_("Number"), lambda one: one.number, link=_page_of, is_head=True),
            Column("title", N_("Reward"), lambda one: one.title),
            Column("sum", N_("Sum"), lambda one: sums.get(one.id, 0) if one.has_money else None, is_number=True),
            Column("money", N_("Money unit"), lambda one: one.money, is_minor=True),
            Column("until", N_("Public until"), lambda one: one.publicity_until, is_minor=True),
            Column("state", N_("State"), lambda one: ROUND.word(one.state)),
        ],
        [
            choice("state", N_("State"), lambda one: one.state, [(s.value, ROUND.words[s]) for s in RoundState]),
            search(lambda one: one.title, lambda one: one.number),
        ],
    )
    public = [one for one in known if one.state == RoundState.PUBLICITY]
    return found.answer(
        "rewards/index.html",
        public=public,
        count=len(known),
        due=_due(session) if viewer().holds(Duty.PREPARE) else [],
        to_correct=[one for one in queries.to_be_corrected(session) if viewer().holds(Duty.PREPARE, one.unit_id)],
        mine=queries.awards_of(session, viewer().unit_ids_for(Duty.RECEIVE_PAPERS), newest=10),
    )


def _page_of(one: Round) -> str:
    return address_of("reward_round", one.id)


def _due(session: Session) -> list[tuple[Period, Edition, Any, Bilingual]]:
    """Rounds that the scheme asks for over published results, and that nobody has prepared.

    One that rests on earlier results of the period is corrected, not prepared again.
    """
    periods = [
        period
        for programme in programmes.programmes(session)
        if viewer().holds(Duty.PREPARE, programme.unit_id)
        for period in programmes.periods(session, programme.id)
        if period.state in PUBLIC and queries.rules_due(session, period)
    ]
    editions, standing = editions_in_force(session, [one.id for one in periods]), queries.standing_rules(session)
    return [
        (period, editions[period.id], rule, Bilingual(rule.zh or rule.code, rule.en or rule.code))
        for period in periods
        if period.id in editions and editions[period.id].state == EditionState.APPROVED
        for rule in queries.rules_due(session, period)
        if (period.id, rule.code) not in standing
    ][::-1]


@pages.route("/prepare/<int:edition_id>/<rule_code>", methods=["GET", "POST"])
@holding(Duty.PREPARE)
def prepare(edition_id: int, rule_code: str) -> Response | str | tuple[str, int]:
    """Who is vetoed, excluded or in an open case is read from the other rooms, never typed."""
    session = current_session()
    edition = session.get(Edition, edition_id) if edition_id < 2**31 else None
    if edition is None:
        raise not_there()
    period = session.get_one(Period, edition.period_id)
    rules = {rule.code: rule for rule in queries.rules_due(session, period)}
    if rule_code not in rules or not viewer().holds(Duty.PREPARE, period.programme.unit_id):
        raise not_there()
    form, refusal = Form(), None
    if request.method == "POST" and form.validate():
        try:
            made = prepare_round(session, current_act(), edition=edition, rule_code=rule_code)
            return redirect(url_for(".show", round_id=made.id), 303)  # type: ignore[return-value]
        except Refusal as found:
            refusal = found
    rule = rules[rule_code]
    title = Bilingual(rule.zh or rule.code, rule.en or rule.code)
    page = render_template(
        "rewards/prepare.html", form=form, refusal=refusal, period=period, edition=edition, rule=rule, title=title,
        asked=asks(rule.eligible, programmes.scheme(session, period.scheme_version_id)) if rule.eligible else "",
        **_handed_in(session, edition, rule_code),
    )  # fmt: skip
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


def _handed_in(session: Session, edition: Edition, rule_code: str) -> dict[str, Any]:
    """What the round would say, and every reason that keeps a unit out or its award back, with the record behind it."""
    excluded, held = consequences.handed_in(session, edition)
    try:
        made = services.prepared(session, current_act(), edition, rule_code, excluded, held)
    except Refusal as found:
        return {"made": None, "why": found.sentence}
    waiting = {award.unit_id: award for award in made.awards if award.is_held}
    reasons: list[tuple[Bilingual, bool, Any, str]] = [
        (award.name, False, why, _seen(*record)) for award in made.awards for why, record in award.exclusions
    ]
    reasons += [(waiting[unit_id].name, True, why, _seen(*record)) for unit_id, why, record in held
                if unit_id in waiting]  # fmt: skip
    awards = sorted(made.awards, key=lambda each: (each.group_code, each.rank is None, each.rank or 0, each.unit_code))
    return {"made": made, "why": NOTHING, "reasons": reasons, "awards": awards}


def _seen(kind: str, record_id: object) -> str:
    """The address of a record, for whoever may see it: that there is a case is known, what is in it is not."""
    return address_of(kind, record_id) if may_see_kind(kind, record_id) else ""


# --- one round -------------------------------------------------------------------------------------------------------


@pages.get("/<int:round_id>")
@signed_in
def show(round_id: int) -> str:
    session = current_session()
    one = access(Round, round_id)
    period = queries.period_of(session, one)
    scheme = programmes.scheme(session, period.scheme_version_id)
    groups: dict[str, list[Award]] = {}
    for award in sorted(one.awards, key=lambda each: (each.rank is None, each.rank or 0, each.unit_code)):
        groups.setdefault(award.group_code, []).append(award)
    names = {code: Bilingual(group.zh or code, group.en or code) for code, group in scheme.peer_groups.items()}
    return render_template(
        "rewards/show.html",
        one=one,
        period=period,
        groups=[(names.get(code, code), awards) for code, awards in groups.items()],
        total=queries.sum_of(one),
        nominal=queries.nominal_sum(one),
        held=queries.held_sum(one),
        due=queries.due_sum(one),
        corrects=session.get(Round, one.corrects_id) if one.corrects_id else None,
        correction=_correction(session, one),
        may_correct=_may_correct(session, one),
        objections=queries.open_objections(session, one),
        in_part=_said_in_part(session, one),
        offers=buttons(one),
        happened=timeline(session, one),
        origin=_seen,
        reached=reached,
        stated=stated(one),
        basis=rests_on(one, scheme),
        is_payable=one.has_money and one.granted_at is not None and any(map(viewer().holds, TREASURY)),
    )


def _said_in_part(session: Session, one: Round) -> list[tuple[str, str]]:
    """For those who handle the list; the unit reads it in its objection, the others not at all."""
    handles = any(viewer().holds(duty, one.unit_id) for duty in queries.READERS)
    return said_in_part(session, one) if handles else []


def _correction(session: Session, one: Round) -> Round | None:
    """The round that corrects this one, once the viewer may see it."""
    found = queries.correction_of(session, one)
    return found if found is not None and queries.may_see(session, found, viewer()) else None


def _may_correct(session: Session, one: Round) -> bool:
    is_due = not queries.correction_is_due(session, one, standing_results(session, one))
    return is_due and viewer().holds(Duty.PREPARE, one.unit_id) and queries.correction_of(session, one) is None


@pages.route("/<int:round_id>/correct", methods=["GET", "POST"])
@holding(Duty.PREPARE)
def correct(round_id: int) -> Response | str | tuple[str, int]:
    """Who would receive what by the results of now, beside what was granted, before anybody proposes it."""
    session = current_session()
    one = access(Round, round_id)
    if not _may_correct(session, one):
        raise not_there()
    form, refusal = Form(), None
    if request.method == "POST" and form.validate():
        try:
            made = consequences.correct(session, one, current_act())
            return redirect(url_for(".show", round_id=made.id), 303)  # type: ignore[return-value]
        except Refusal as found:
            refusal = found
    page = render_template("rewards/correct.html", form=form, refusal=refusal, one=one, **_preview(session, one))
    return (page, refusal.status if refusal else 422) if request.method == "POST" else page


def _preview(session: Session, one: Round) -> dict[str, Any]:
    try:
        made = consequences.as_corrected(session, one, current_act())
    except Refusal as found:
        return {"made": None, "why": found.sentence, "due": None}
    changed = sorted((award for award in made.awards if award.is_changed), key=lambda each: each.unit_code)
    return {"made": made, "changed": changed, "due": queries.due_sum(made), "edition": standing_results(session, one)}


@pages.get("/<int:round_id>/list.pdf")
@signed_in
def public_list(round_id: int) -> Response:
    one = access(Round, round_id)
    if one.publicity_from is None:
        raise not_there()
    content = render_list(list_paper(current_session(), one, language()))
    return download(content, f"{one.number}.{language()}.pdf", "application/pdf", is_inline=True)


@pages.get("/<int:round_id>/payments.<any(csv, xlsx):kind>")
@holding(*TREASURY)
def payments(round_id: int, kind: str) -> Response:
    """The payment list, as the treasury takes it."""
    one = access(Round, round_id)
    names = [said(Label(label), language()) for label in queries.PAYMENT_COLUMNS.values()]
    rows = queries.payments(one, language())
    if kind == "xlsx":
        return download(tables.write_xlsx(names, rows, one.number), f"{one.number}.xlsx", XLSX)
    return download(b"\xef\xbb\xbf" + tables.write_csv(names, rows), f"{one.number}.csv", "text/csv")


@pages.get("/awards/<int:award_id>")
@signed_in
def award(award_id: int) -> Response:
    """An award is shown in its round."""
    one = access(Award, award_id)
    return redirect(url_for(".show", round_id=one.round_id, _anchor=f"award-{one.id}"))  # type: ignore[return-value]


@pages.get("/awards/<int:award_id>/letter.pdf")
@signed_in
def letter(award_id: int) -> Response:
    one = access(Award, award_id)
    if one.granted_at is None:
        raise not_there()
    paper = claw_back_paper if one.clawed_back_at is not None else grant_paper
    content = render_grant(paper(current_session(), one, language()))
    return download(content, f"{one.round.number}-{one.unit_code}.{language()}.pdf", "application/pdf", is_inline=True)


class _OneUnit(Form):
    unit_id = SelectField(UNIT, coerce=int, choices=[])


class ReleaseForm(_OneUnit):
    def fill(self, session: Session, one: Round) -> None:
        self.unit_id.choices = options((each.unit_id, each.name) for each in one.awards if each.is_held)


class _WithReason(_OneUnit):
    reason = TextAreaField(N_("Reason"), [DataRequired(N_("Say why.")), Length(max=4000)])


class ForfeitForm(_WithReason):
    def fill(self, session: Session, one: Round) -> None:
        self.unit_id.choices = options((each.unit_id, each.name) for each in one.awards if each.is_held)


class ClawBackForm(_WithReason):
    def fill(self, session: Session, one: Round) -> None:
        granted = (each for each in one.awards if each.granted_at is not None and each.clawed_back_at is None)
        self.unit_id.choices = options((each.unit_id, each.name) for each in granted)


acts(pages, Round, ROUND, {
    "check": Action(services.check, explain=lambda session, one: say(
        "The amounts sum to {found}; the rule asks for {expected}.", found=queries.nominal_sum(one),
        expected=one.expected if one.expected is not None else "\u2014",
    )),
    "open_publicity": Action(services.open_publicity, explain=lambda session, one: say(
        "The list is public for 5 working days and served on all {count} units in it.", count=len(one.awards)
    )),
    "approve_round": Action(services.approve_round),
    "grant": Action(
        cycles.grant, explain=lambda session, one: say("Letters are served at once; what is held back stays.")
    ),
    "release": Action(services.release, ReleaseForm, fill=ReleaseForm.fill),
    "forfeit": Action(services.forfeit, ForfeitForm, fill=ForfeitForm.fill),
    "claw_back": Action(services.claw_back, ClawBackForm, fill=ClawBackForm.fill),
    "revoke": Action(services.revoke, explain=lambda session, one: say(
        "Every unit that was granted something is asked for it by a letter."
    ) if one.state == RoundState.GRANTED else NOTHING),
})  # fmt: skip


# --- what waits ------------------------------------------------------------------------------------------------------


@waiting
def what_waits(session: Session, officer: Any, at: Any) -> list[Waiting]:
    """The office carries a round on, a leader approves it when its time is over."""
    if not (officer.holds(Duty.PREPARE) or officer.holds(Duty.APPROVE)):
        return []
    found = [
        Waiting(one.title, say("What it rests on has changed since it was approved."), None,
                url_for("rewards.correct", round_id=one.id), Label(N_("Prepare the correction")), ROUND.word(one.state))
        for one in queries.to_be_corrected(session)
        if officer.holds(Duty.PREPARE, one.unit_id)
    ]  # fmt: skip
    for one in queries.rounds(session, states=[s.value for s in STEPS], is_light=True):
        duty, button, sentence = STEPS[RoundState(one.state)]
        if officer.holds(duty, one.unit_id) and (one.state != RoundState.PUBLICITY or at > one.publicity_until):
            found.append(Waiting(one.title, sentence, None, _page_of(one), Label(button), ROUND.word(one.state)))
    return found


STEPS = {
    RoundState.PREPARED: (Duty.PREPARE, N_("Check the sums"), say("The round is prepared and not checked yet.")),
    RoundState.CHECKED: (Duty.PREPARE, N_("Make the list public"), say("The sums are right.")),
    RoundState.PUBLICITY: (Duty.APPROVE, N_("Approve the round"), say("The list has been public for its time.")),
    RoundState.APPROVED: (Duty.PREPARE, N_("Grant the awards"), say("The round is approved.")),
}

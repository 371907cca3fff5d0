"""What the sweeps over every route know of the house without asking its pages: who may open and see what, and where."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from assessment.faces.web.kit.actions import ACTS_ON
from assessment.faces.web.kit.chips import PROCESSES
from assessment.foundation import audit, clock
from assessment.foundation.actors import Act
from assessment.foundation.db import Base
from assessment.foundation.frame import Frame
from assessment.organisations.duties import ROLES, Duty
from assessment.organisations.officers import officer_named

PEOPLE = {
    "administrator": "admin", "assessment_office": "office", "leader": "leader", "supervision_office": "supervision",
    "team_leader": "team.leader.1", "team_member": "team.member.1", "data_provider": "provider",
    "verifier": "verifier", "review_officer": "reviewer", "legal_reviewer": "lawyer",
    "investigator": "investigator", "deciding_body": "decider", "auditor": "auditor",
}  # fmt: skip
"""Who has each role at the province; localities' people are named after their unit, as in ``head.220102``."""

# --- who sees a record of the own unit (processes.md, "Who") ---------------------------------------------------------

ALL = frozenset(ROLES)
LOCAL = frozenset({"locality_head", "locality_officer"})
AT_WORK = ALL - {"administrator"}
"""Whoever has anything to do with scores, tasks or cases: the administrator has not."""
OF_INSPECTION = AT_WORK - {"data_provider", "verifier"}
OF_SCORES = frozenset({"assessment_office", "leader", "review_officer", "auditor"})


@dataclass(frozen=True)
class Kind:
    """Who sees one record of this kind when it is their own unit's, and whether strangers see it, too."""

    sees: frozenset[str]
    is_open: bool = False
    """Published, or everybody's to know: strangers of these roles see it as well."""


KINDS: dict[str, Kind] = {
    # a unit's own matters: another unit's is not there
    "submission": Kind(LOCAL | OF_SCORES | {"verifier"}),
    "evidence": Kind(LOCAL | OF_SCORES | {"verifier"}),
    "task": Kind(OF_INSPECTION),
    "task_evidence": Kind(OF_INSPECTION),
    "notice": Kind(OF_INSPECTION),
    "supervision_letter": Kind(OF_INSPECTION),
    "listed_supervision": Kind(OF_INSPECTION),
    "counter_check": Kind(frozenset({"assessment_office", "leader", "verifier", "auditor"})),
    "panel": Kind(OF_SCORES | {"verifier"}),
    "panel_seat": Kind(frozenset()),  # a ballot is its member's alone
    "second_look": Kind(frozenset({"supervision_office", "team_leader", "team_member", "auditor"})),
    "visit": Kind(OF_INSPECTION),
    "finding": Kind(OF_INSPECTION),
    "finding_evidence": Kind(OF_INSPECTION),
    "campaign": Kind(OF_INSPECTION),
    "objection": Kind(LOCAL | OF_SCORES | {"supervision_office"}),
    "accountability_case": Kind(LOCAL | {"leader", "investigator", "legal_reviewer", "deciding_body", "auditor"}),
    "case_motion": Kind(LOCAL | {"leader", "investigator", "legal_reviewer", "deciding_body", "auditor"}),
    "interview": Kind(LOCAL | {"leader", "auditor"}),
    "ladder_excuse": Kind(LOCAL | {"leader", "assessment_office", "auditor"}),
    "paper": Kind(
        LOCAL | {"administrator", "assessment_office", "leader", "supervision_office", "team_leader", "auditor"}
    ),
    "extension": Kind(LOCAL | {"data_provider", "supervision_office", "auditor"}),
    "scorecard": Kind(LOCAL | OF_SCORES),
    "adjustment": Kind(LOCAL | OF_SCORES | {"supervision_office"}),
    "practice": Kind(LOCAL | {"assessment_office", "leader", "auditor"}),
    "practice_use": Kind(ALL, is_open=True),
    "letter": Kind(LOCAL | OF_SCORES | {"verifier"}),
    "unit": Kind(ALL),
    "person": Kind(ALL),
    "post": Kind(ALL),
    "post_duty": Kind(ALL),
    "holding": Kind(ALL),
    "factor_reset": Kind(frozenset({"administrator"})),
    "sign_in": Kind(frozenset()),  # only one's own: no record serves for all
    "api_token": Kind(frozenset()),
    # everybody's who signs in
    "programme": Kind(ALL, is_open=True),
    "scheme_version": Kind(ALL, is_open=True),
    "period": Kind(ALL, is_open=True),
    "diary_entry": Kind(ALL, is_open=True),
    "checklist": Kind(OF_INSPECTION, is_open=True),
    "edition": Kind(ALL, is_open=True),
    "bulletin": Kind(ALL, is_open=True),
    "reward_round": Kind(ALL, is_open=True),
    "award": Kind(ALL, is_open=True),
}

# --- the routes that are no acts -------------------------------------------------------------------------------------

LOOK = frozenset({200})
DONE = frozenset({200, 303, 409, 422})
"""What pressing may answer to somebody who may: done, or refused with a sentence."""
PAGE_OR_NOT = frozenset({200, 404, 409})
"""A paper, a file or a form that this very record may not have."""


@dataclass(frozen=True)
class Route:
    """One row: whose record the address names, which duties open the page, what it answers to those it is for."""

    kind: str = ""
    duties: tuple[Duty, ...] = ()
    ok: frozenset[int] = LOOK
    posted: frozenset[int] = DONE
    public: bool = False
    args: dict[str, Any] = field(default_factory=dict)
    """The address's other arguments."""
    of_unit: tuple[Duty, ...] = ()
    """Duties that the view asks for at the record's unit, after it was found."""
    query: str = ""
    may_idle: bool = False
    """Many at once, of which there may be none: then nothing is done, and nothing is in the trail."""


A, P, D = Duty.ADMINISTER, Duty.PREPARE, Duty
WATCHING = (
    D.ADMINISTER, D.AUDIT, D.PLAN_CYCLES, D.PREPARE, D.PUBLISH, D.APPROVE, D.OPEN_CASES, D.PLAN_INSPECTIONS,
    D.SETTLE_FINDINGS, D.LEAD_INSPECTION,
)  # fmt: skip

REPORTING = (D.REPORT, D.PROVIDE_DATA)
CHECKING = (D.VERIFY, D.SET_VALUES, D.COMPUTE, D.APPROVE, D.REVIEW, D.AUDIT)

ROUTES: dict[str, Route] = {
    # the kit's own
    "static": Route(public=True, args={"filename": "assessment.css"}, ok=frozenset({200, 304})),
    "health.healthz": Route(public=True),
    "health.readyz": Route(public=True, ok=frozenset({200, 503})),
    "health.figures": Route(public=True),
    "home.index": Route(),
    "home.go": Route(args={"kind": "task", "record_id": "1"}, ok=frozenset({302})),
    "search.index": Route(query="?q=1"),
    "account.sign_in": Route(public=True, ok=frozenset({200, 303})),
    "account.enter": Route(public=True, posted=frozenset({303, 401, 403, 422})),
    "account.sign_out": Route(posted=frozenset({303})),
    "account.show": Route(),
    "account.edit": Route(),
    "account.password": Route(),
    "account.change_password": Route(),
    "account.code": Route(public=True, ok=frozenset({303})),
    "account.enter_code": Route(public=True, posted=frozenset({401, 422})),
    "account.sessions_list": Route(),
    "account.end_session": Route("sign_in"),
    "account.end_other_sessions": Route(posted=frozenset({303})),
    "account.second_factor": Route(),
    "account.begin_second_factor": Route(posted=frozenset({303})),
    "account.offered": Route(ok=frozenset({303})),
    "account.set_up_second_factor": Route(posted=frozenset({422})),
    "account.renew_recovery_codes": Route(posted=frozenset({409})),
    "account.remove_second_factor": Route(posted=frozenset({409})),
    "account.renew_calendar": Route(ok=frozenset({303}), posted=LOOK),
    "account.revoke_calendar": Route(posted=frozenset({303, 404})),
    "account.tokens": Route(),
    "account.make_token": Route(),
    "account.revoke_token": Route("api_token"),
    "account.calendar": Route(public=True, args={"token": "nobodys"}, ok=frozenset({404})),
    "example.people": Route(public=True),
    "example.visit": Route(public=True),
    "example.go": Route(public=True, args={"number": 0}, posted=frozenset({303, 404}), may_idle=True),
    "example.see_as": Route("person", public=True, posted=frozenset({303})),
    "example.move": Route(posted=frozenset({303, 404})),
    # the interface for programs
    "api.root": Route(public=True),
    "api.openapi": Route(public=True),
    "api.units": Route(),
    "api.unit": Route("unit"),
    "api.programmes": Route(),
    "api.programme": Route("programme"),
    "api.periods": Route(),
    "api.period": Route("period"),
    "api.editions": Route(),
    "api.edition": Route("edition"),
    "api.ranking": Route("edition"),
    "api.scores": Route(),
    "api.score": Route("scorecard"),
    "api.explanation": Route("scorecard"),
    "api.tasks": Route(),
    "api.task": Route("task"),
    "api.bulletins": Route(),
    "api.bulletin": Route("bulletin"),
    "api.data": Route("bulletin"),
    "api.paper_zh": Route("bulletin"),
    "api.paper_en": Route("bulletin"),
    "audit.index": Route(duties=(D.AUDIT,)),
    "audit.export": Route(duties=(D.AUDIT,), posted=LOOK),
    "audit.export_rows": Route(duties=(D.AUDIT,), query="?act=sign_in"),
    "audit.show": Route("task", args={"of": "seq"}),
    "audit.of": Route("task", args={"kind": "task"}),
    "style.show": Route(public=True, ok=PAGE_OR_NOT),
    # organisations
    "organisations.index": Route(),
    "organisations.people": Route(),
    "organisations.unit": Route("unit"),
    "organisations.person": Route("person"),
    "organisations.add_unit": Route(duties=(A,)),
    "organisations.invite": Route(duties=(A,)),
    "organisations.rename_unit": Route("unit", (A,)),
    "organisations.place_unit": Route("unit", (A,)),
    "organisations.set_tile": Route("unit", (A,)),
    "organisations.end_unit": Route("unit", (A,)),
    "organisations.add_post": Route("unit", (A,)),
    "organisations.end_post": Route("post", (A,)),
    "organisations.grant_duty": Route("post", (A,)),
    "organisations.end_duty": Route("post_duty", (A,)),
    "organisations.edit_person": Route("person", (A,)),
    "organisations.ask_factor_reset": Route("person", (A,)),
    "organisations.factor_reset": Route("factor_reset"),
    "organisations.appoint": Route("person", (A,)),
    "organisations.confirm_grants": Route("holding", of_unit=(A,), posted=DONE | {403}),
    "organisations.import_": Route(duties=(A,), args={"kind": "people"}),
    "organisations.import_template": Route(duties=(A,), args={"kind": "units"}),
    "organisations.end_holding": Route("holding", (A,)),
    "organisations.hand_over": Route("holding", (A,)),
    # delivery
    "delivery.index": Route(ok=frozenset({200, 303})),
    "delivery.deliveries": Route(duties=WATCHING),
    "delivery.receive_all": Route(duties=(D.RECEIVE_PAPERS,)),
    "delivery.show": Route("paper"),
    "delivery.extensions": Route(),
    "delivery.extension": Route("extension"),
    # mail
    "mail.index": Route(duties=(A,)),
    "mail.show": Route(duties=(A,), args={"item_id": 2**30}, ok=frozenset({404})),
    "mail.send_again": Route(duties=(A,), args={"item_id": 2**30}, posted=frozenset({404})),
    # programmes
    "programmes.index": Route(),
    "programmes.show": Route("programme"),
    "programmes.write_scheme": Route(duties=(D.PLAN_CYCLES,)),
    "programmes.scheme": Route("scheme_version"),
    "programmes.source": Route("scheme_version"),
    "programmes.plan_periods": Route("programme", (D.PLAN_CYCLES,), of_unit=(D.PLAN_CYCLES,), may_idle=True),
    "programmes.year": Route("programme", (D.PLAN_CYCLES, D.APPROVE, D.AUDIT), args={"year": 2013}, ok=PAGE_OR_NOT),
    "programmes.start_year": Route("programme", (D.PLAN_CYCLES,), args={"year": 2013}, of_unit=(D.PLAN_CYCLES,)),
    "programmes.draft_missing_letters": Route(
        "programme", (D.PLAN_CYCLES,), args={"year": 2013}, of_unit=(D.PLAN_CYCLES,), posted=frozenset({303, 409})
    ),
    "programmes.copy_checklists": Route(
        "programme", (D.KEEP_CHECKLISTS,), args={"year": 2013}, of_unit=(D.KEEP_CHECKLISTS,), may_idle=True
    ),
    "programmes.letters": Route("programme"),
    "programmes.targets": Route("programme"),
    "programmes.draft_letters": Route("programme", (D.PLAN_CYCLES,)),
    "programmes.offer_all": Route("programme", (D.PLAN_CYCLES,), may_idle=True),
    "programmes.countersign_all": Route("programme", (D.APPROVE,), may_idle=True),
    "programmes.letter": Route("letter"),
    "programmes.letter_pdf": Route("letter"),
    "programmes.amend": Route("letter", of_unit=(D.PLAN_CYCLES,), ok=PAGE_OR_NOT),
    # cycles
    "cycles.index": Route(),
    "cycles.entry": Route("diary_entry"),
    "cycles.move_entry": Route("diary_entry", of_unit=(D.PLAN_CYCLES,)),
    "cycles.period": Route("period"),
    "place.show": Route(duties=(D.REPORT, D.OBJECT, D.SIGN_LETTERS)),
    # submissions
    "submissions.index": Route(),
    "submissions.show": Route("submission"),
    "submissions.receipt": Route("submission", ok=PAGE_OR_NOT | {302}),
    "submissions.versions": Route("submission", args={"code": "cameras_new"}),
    "submissions.template": Route("submission", args={"kind": "csv"}),
    "submissions.evidence": Route("evidence"),
    "submissions.autosave": Route("submission", of_unit=(D.REPORT,)),
    "submissions.ask_extension": Route("submission", of_unit=(D.REPORT,)),
    "submissions.answers": Route("submission", of_unit=(D.REPORT,), ok=PAGE_OR_NOT),
    "submissions.grid": Route("period", REPORTING, ok=PAGE_OR_NOT),
    "submissions.cells": Route("period", REPORTING, posted=DONE | {404}, may_idle=True),
    "submissions.save_grid": Route("period", REPORTING, posted=DONE | {404}, may_idle=True),
    "submissions.grid_answers": Route("period", REPORTING, ok=PAGE_OR_NOT),
    "submissions.send_grid": Route("period", REPORTING, posted=DONE | {404}, may_idle=True),
    "submissions.receipts": Route("period", REPORTING, ok=PAGE_OR_NOT),
    "submissions.grid_template": Route("period", REPORTING, args={"kind": "csv"}, ok=PAGE_OR_NOT),
    "submissions.import_": Route(duties=(D.REPORT, D.PROVIDE_DATA)),
    "submissions.send_import": Route(duties=REPORTING, args={"token": "none"}, posted=frozenset({404})),
    "submissions.marked_import": Route(duties=REPORTING, args={"token": "none"}, ok=frozenset({404})),
    "submissions.changes": Route("period"),
    "submissions.completeness": Route("period", CHECKING),
    "submissions.counter_checks": Route(duties=(D.SET_VALUES, D.VERIFY, D.APPROVE, D.AUDIT)),
    "submissions.counter_check": Route("counter_check"),
    "submissions.freeze_counter_check": Route(duties=(D.SET_VALUES,)),
    "submissions.validate_many": Route("period", (D.SET_VALUES,), may_idle=True),
    "submissions.verify_many": Route("period", (D.VERIFY,), may_idle=True),
    # panels
    "panels.index": Route(),
    "panels.show": Route("panel"),
    "panels.convene": Route(duties=(D.PLAN_CYCLES,)),
    "panels.ballot": Route("panel_seat"),
    "panels.mark_unit": Route("panel_seat", args={"report_id": 1}),
    # remediation
    "remediation.index": Route(query="?state=issued"),
    "remediation.board": Route(query="?by=severity"),
    "remediation.show": Route("task"),
    "remediation.evidence": Route("task_evidence"),
    "remediation.notice": Route("notice"),
    "remediation.notice_pdf": Route("notice"),
    "remediation.letter": Route("supervision_letter"),
    "remediation.listed": Route(public=True, ok=PAGE_OR_NOT),
    "remediation.listed_task": Route("listed_supervision"),
    "remediation.list_task": Route("task", of_unit=(D.ACCEPT_PLANS, D.APPROVE), ok=PAGE_OR_NOT),
    "remediation.looks": Route(duties=(D.DRAW, D.PLAN_INSPECTIONS, D.INSPECT, D.LEAD_INSPECTION, D.AUDIT)),
    "remediation.look": Route("second_look"),
    "remediation.freeze_second_look": Route(duties=(D.DRAW,)),
    "remediation.escalations": Route(duties=(D.ACCEPT_PLANS, D.APPROVE, D.AUDIT)),
    "remediation.bulk_start": Route(query="?action=receive", ok=frozenset({303})),
    "remediation.bulk": Route(duties=(D.ANSWER_NOTICES, D.RECEIVE_PAPERS), args={"action": "receive"}),
    "remediation.ask_extension": Route("task", of_unit=(D.ANSWER_NOTICES,), ok=PAGE_OR_NOT),
    "remediation.issue_supervision_letter": Route("task", of_unit=(D.ACCEPT_PLANS, D.APPROVE), ok=PAGE_OR_NOT),
    # inspections
    "inspections.index": Route(),
    "inspections.campaign": Route("campaign"),
    "inspections.draw_list": Route(public=True, ok=PAGE_OR_NOT),
    "inspections.draw_record": Route("campaign", public=True, ok=PAGE_OR_NOT),
    "inspections.draw_file": Route("campaign", public=True, ok=PAGE_OR_NOT),
    "inspections.draw_roll": Route("campaign", public=True, args={"name": "objects"}, ok=PAGE_OR_NOT),
    "inspections.fairness": Route(
        "campaign", (D.PLAN_INSPECTIONS, D.SETTLE_FINDINGS, D.APPROVE, D.AUDIT)
    ),
    "inspections.settle_all": Route("campaign", (D.SETTLE_FINDINGS,), may_idle=True),
    "inspections.register": Route(duties=(D.PLAN_INSPECTIONS, D.DRAW, D.APPROVE, D.AUDIT), args={"year": 2012}),
    "inspections.register_units": Route(duties=(D.PLAN_INSPECTIONS, D.DRAW, D.APPROVE, D.AUDIT), args={"year": 2012}),
    "inspections.draft_campaign": Route(duties=(D.PLAN_INSPECTIONS,)),
    "inspections.checklists": Route(),
    "inspections.checklist": Route("checklist"),
    "inspections.draft_checklist": Route(duties=(D.KEEP_CHECKLISTS,)),
    "inspections.import_form": Route(duties=(D.KEEP_CHECKLISTS,)),
    "inspections.visit": Route("visit"),
    "inspections.walk": Route("visit", ok=PAGE_OR_NOT),
    "inspections.walk_item": Route("visit", args={"item_id": 1}, posted=frozenset({303, 409, 422})),
    "inspections.visit_pdf": Route("visit", ok=PAGE_OR_NOT),
    "inspections.bulletin_pdf": Route("campaign", ok=PAGE_OR_NOT),
    "inspections.finding": Route("finding"),
    "inspections.evidence": Route("finding_evidence"),
    # scoring, objections, adjustments, practices
    "scoring.ranking": Route(),
    "scoring.index": Route(),
    "scoring.edition": Route("edition"),
    "scoring.edition_workbook": Route("edition"),
    "scoring.scorecard": Route("scorecard"),
    "scoring.scorecard_data": Route("scorecard"),
    "scoring.scorecard_workbook": Route("scorecard"),
    "report_cards.document": Route("scorecard", args={"rendition": "zh"}),
    "scoring.what_if": Route(ok=frozenset({404})),  # without an edition there is nothing; tests/faces/web asks with one
    "objections.index": Route(),
    "objections.outcomes": Route(),
    "objections.show": Route("objection"),
    "objections.lodge": Route("scorecard", of_unit=(D.OBJECT,), ok=PAGE_OR_NOT),
    "objections.lodge_other": Route("visit", of_unit=(D.OBJECT,), ok=PAGE_OR_NOT, args={"kind": "visit"}),
    "adjustments.index": Route(),
    "adjustments.show": Route("adjustment"),
    "adjustments.propose": Route(duties=(D.PREPARE,)),
    "adjustments.confirm_all": Route("period", (D.CONFIRM_ADJUSTMENTS,)),
    "practices.index": Route(),
    "practices.show": Route("practice"),
    "practices.submit_practice": Route(duties=(D.REPORT,)),
    "practices.use": Route("practice_use", ok=frozenset({302})),
    "practices.use_practice": Route("practice", (D.REPORT,), ok=PAGE_OR_NOT, posted=DONE | {404}),
    # bulletins
    "bulletins.index": Route(),
    "bulletins.show": Route("bulletin"),
    "bulletins.document": Route("bulletin", args={"rendition": "zh"}),
    "bulletins.receipts": Route("bulletin", (D.PREPARE, D.APPROVE, D.PUBLISH, D.AUDIT),
                                of_unit=(D.PREPARE, D.APPROVE, D.PUBLISH, D.AUDIT)),
    "bulletins.draft": Route("edition", (D.PREPARE,)),
    "bulletins.check": Route(public=True),
    "bulletins.check_file": Route(public=True, posted=frozenset({200, 400, 422})),
    "bulletins.own_certificate": Route(public=True),
    # results for everybody: only where the installation says so; tests/faces/web/test_public_results.py asks there
    "results.index": Route(public=True, ok=PAGE_OR_NOT),
    "results.show": Route("bulletin", public=True, ok=PAGE_OR_NOT),
    "results.data": Route("bulletin", public=True, ok=PAGE_OR_NOT),
    "results.package": Route("bulletin", public=True, ok=PAGE_OR_NOT),
    "results.document": Route("bulletin", public=True, args={"rendition": "en"}, ok=PAGE_OR_NOT),
    # accountability and rewards
    "accountability.index": Route(),
    "accountability.show": Route("accountability_case"),
    "accountability.back": Route("task", args={"kind": "task"}, ok=PAGE_OR_NOT),
    "accountability.dossier": Route("accountability_case", ok=PAGE_OR_NOT),
    "accountability.take_dossier": Route("accountability_case", posted=frozenset({200, 404, 422})),
    "accountability.circular": Route("case_motion", ok=PAGE_OR_NOT),
    "accountability.paper": Route("accountability_case", args={"paper": "case_notice"}, ok=PAGE_OR_NOT),
    "accountability.prompt": Route(duties=(D.OPEN_CASES, D.PREPARE, D.SETTLE_FINDINGS)),
    "accountability.interviews": Route(),
    "accountability.interview": Route("interview"),
    "accountability.call": Route("interview"),
    "accountability.call_interview": Route(duties=(D.CALL_INTERVIEWS,)),
    "accountability.ladders": Route(duties=(D.OPEN_CASES, D.PREPARE, D.CALL_INTERVIEWS, D.AUDIT)),
    "accountability.excuse_period": Route(duties=(D.OPEN_CASES,)),
    "accountability.excuse": Route("ladder_excuse"),
    "rewards.index": Route(),
    "rewards.show": Route("reward_round"),
    "rewards.public_list": Route("reward_round", ok=PAGE_OR_NOT),
    "rewards.payments": Route("reward_round", (D.PREPARE, D.APPROVE, D.AUDIT), args={"kind": "xlsx"}),
    "rewards.correct": Route("reward_round", (D.PREPARE,), ok=PAGE_OR_NOT, posted=DONE | {404}),
    "rewards.prepare": Route("edition", (D.PREPARE,), args={"rule_code": "G1"}, ok=PAGE_OR_NOT, posted=DONE | {404}),
    "rewards.award": Route("award", ok=frozenset({302})),
    "rewards.letter": Route("award", ok=PAGE_OR_NOT),
}  # fmt: skip


ACTS: dict[str, tuple[Duty, ...]] = {"organisations.issue_one_time_password": (A,)}
"""Acts whose page asks for a duty before it looks for the record."""


def act_of(app: Flask, endpoint: str) -> tuple[str, str] | None:
    """(kind, action) of a view that ``acts`` made."""
    found: tuple[str, str] | None = getattr(app.view_functions[endpoint], ACTS_ON, None)
    return found


def record_argument(rule: Rule, route: Route) -> str:
    """Which of the address's arguments names the record."""
    (left,) = rule.arguments - set(route.args)
    return left


def methods_of(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


# --- writing without leaving anything --------------------------------------------------------------------------------


class DryFrame(Frame):
    """Everything a request writes is written, linked into the trail, and undone."""

    written: int = 0
    """Rows that the last transaction left in the trail."""

    @contextmanager
    def write(self) -> Iterator[Session]:
        with Session(self.engine.execution_options(writes=True), expire_on_commit=False) as session:
            session.connection()
            yield session
            session.flush()
            self.written = len(session.info.get("trail", ()))
            audit.link(session)
            session.rollback()


# --- which records ---------------------------------------------------------------------------------------------------

RECORDS: dict[str, str] = {
    "submission": "SELECT min(s.id) FROM submission s JOIN unit u ON u.id = s.unit_id"
    " WHERE s.state = 'due' AND s.source = 'unit' AND u.level = 'county'",
    "evidence": "SELECT min(id) FROM evidence",
    "task": "SELECT min(id) FROM task WHERE state = 'reported_done'",
    "task_evidence": "SELECT min(id) FROM task_evidence",
    "notice": "SELECT max(id) FROM notice",
    "supervision_letter": "SELECT min(id) FROM supervision_letter",
    "listed_supervision": "SELECT min(id) FROM listed_supervision WHERE state = 'listed'",
    "counter_check": "SELECT min(id) FROM counter_check",
    "panel": "SELECT min(id) FROM panel",
    "panel_seat": "SELECT min(id) FROM panel_seat",
    "second_look": "SELECT min(id) FROM second_look",
    "visit": "SELECT min(id) FROM visit WHERE state = 'settled'",
    "finding": "SELECT max(id) FROM finding WHERE state = 'confirmed'",
    "finding_evidence": "SELECT min(id) FROM finding_evidence",
    "campaign": "SELECT max(id) FROM campaign WHERE state = 'under_way'",
    "objection": "SELECT min(id) FROM objection WHERE state = 'lodged'",
    "accountability_case": "SELECT min(id) FROM accountability_case WHERE state = 'notice_served'",
    "case_motion": "SELECT min(id) FROM case_motion",
    "interview": "SELECT min(id) FROM interview WHERE state = 'called'",
    "ladder_excuse": "SELECT min(id) FROM ladder_excuse WHERE state = 'granted'",
    "paper": "SELECT min(id) FROM paper WHERE state = 'available' AND kind = 'provisional_score'",
    "extension": "SELECT min(id) FROM extension WHERE state = 'asked'",
    "scorecard": "SELECT min(c.id) FROM scorecard c JOIN edition e ON e.id = c.edition_id"
    " JOIN period p ON p.id = e.period_id JOIN unit u ON u.id = c.unit_id"
    " WHERE e.state = 'provisional' AND p.state = 'objections' AND u.level = 'county'",
    "adjustment": "SELECT min(id) FROM adjustment WHERE state = 'proposed'",
    "practice": "SELECT min(id) FROM practice WHERE state = 'submitted'",
    "practice_use": "SELECT min(id) FROM practice_use",
    "letter": "SELECT max(l.id) FROM letter l JOIN unit u ON u.id = l.unit_id WHERE u.level = 'county'",
    "unit": "SELECT min(id) FROM unit WHERE level = 'county'",
    "post": "SELECT min(p.id) FROM post p JOIN unit u ON u.id = p.unit_id WHERE u.level = 'county'",
    "post_duty": "SELECT min(d.id) FROM post_duty d JOIN post p ON p.id = d.post_id JOIN unit u ON u.id = p.unit_id"
    " WHERE u.level = 'county'",
    "holding": "SELECT min(h.id) FROM holding h JOIN post p ON p.id = h.post_id JOIN unit u ON u.id = p.unit_id"
    " WHERE u.level = 'county'",
    "person": "SELECT min(h.person_id) FROM holding h JOIN post p ON p.id = h.post_id JOIN unit u ON u.id = p.unit_id"
    " WHERE u.level = 'county'",
    "sign_in": "SELECT min(id) FROM sign_in",
    "factor_reset": "SELECT min(id) FROM factor_reset",
    "programme": "SELECT min(id) FROM programme",
    "scheme_version": "SELECT min(id) FROM scheme_version WHERE state = 'in_force'",
    "period": "SELECT min(id) FROM period WHERE state = 'objections'",
    "diary_entry": "SELECT max(d.id) FROM diary_entry d JOIN unit u ON u.id = d.unit_id WHERE u.code = '220000'",
    "checklist": "SELECT min(id) FROM checklist WHERE state = 'in_use'",
    "edition": "SELECT max(id) FROM edition WHERE state = 'approved' AND period_id = 9",
    "bulletin": "SELECT max(id) FROM bulletin WHERE state = 'published'",
    "reward_round": "SELECT max(id) FROM reward_round WHERE state = 'publicity'",
    "api_token": "SELECT min(id) FROM api_token",
    "award": "SELECT max(id) FROM award WHERE is_eligible",
}
"""One record a kind, still unpublished where its kind is ever published."""

UNIT_OF: dict[str, str] = {
    "evidence": "SELECT unit_id FROM submission WHERE id = (SELECT submission_id FROM evidence WHERE id = :id)",
    "case_motion": "SELECT c.unit_id FROM accountability_case c JOIN case_motion m ON m.case_id = c.id"
    " WHERE m.id = :id",
    "task_evidence": "SELECT t.unit_id FROM task t JOIN task_report r ON r.task_id = t.id"
    " JOIN task_evidence e ON e.report_id = r.id WHERE e.id = :id",
    "finding_evidence": "SELECT f.unit_id FROM finding f JOIN finding_evidence e ON e.finding_id = f.id"
    " WHERE e.id = :id",
    "campaign": "SELECT min(v.unit_id) FROM visit v WHERE v.campaign_id = :id AND v.state = 'settled'",
    "unit": "SELECT :id",
    "post_duty": "SELECT p.unit_id FROM post p JOIN post_duty d ON d.post_id = p.id WHERE d.id = :id",
    "holding": "SELECT p.unit_id FROM post p JOIN holding h ON h.post_id = p.id WHERE h.id = :id",
    "person": "SELECT p.unit_id FROM post p JOIN holding h ON h.post_id = p.id WHERE h.person_id = :id",
}
NO_COUNTY = frozenset(
    {"panel", "panel_seat", "second_look", "counter_check", "factor_reset", "sign_in", "api_token", "programme",
     "scheme_version", "period", "diary_entry", "checklist", "edition", "bulletin", "reward_round", "award"}
)  # fmt: skip
"""Kinds that lie with the province: any county's people are as near to them as any other's."""


@dataclass(frozen=True)
class Target:
    """A record of the example, and the unit it is about."""

    kind: str
    id: int
    unit: str
    neighbour: str
    """A unit of the same level under the same one: near, but another."""


def targets(session: Session) -> dict[str, Target]:
    return {kind: target(session, kind) for kind in RECORDS}


def target(session: Session, kind: str) -> Target:
    record_id = session.scalar(text(RECORDS[kind]))
    assert record_id is not None, f"the example has no {kind} for the sweep"
    where = UNIT_OF.get(kind, f"SELECT unit_id FROM {kind} WHERE id = :id")
    unit_id = None if kind in NO_COUNTY else session.scalar(text(where), {"id": record_id})
    if unit_id is None:
        unit_id = session.scalar(text(RECORDS["unit"]))
    code = session.scalar(text("SELECT code FROM unit WHERE id = :id"), {"id": unit_id})
    visited = """ AND u.id NOT IN (SELECT v.unit_id FROM visit v JOIN campaign c ON c.id = v.campaign_id
        WHERE c.state = 'under_way')"""
    near = session.scalar(text("""SELECT min(u.code) FROM unit u JOIN placement p ON p.unit_id = u.id
        WHERE u.id <> :id AND u.level = (SELECT level FROM unit WHERE id = :id)
        AND p.parent_id = (SELECT parent_id FROM placement WHERE unit_id = :id)""" + visited * (kind == "campaign")
    ), {"id": unit_id})  # fmt: skip
    assert near is not None, f"the {kind} of the sweep lies at {code}, which has no neighbour"
    return Target(kind, record_id, code, near)


FILES = (
    """INSERT INTO evidence (submission_id, value_code, sha256, name, mime, size, added_at, added_by)
    SELECT (SELECT min(s.id) FROM submission s JOIN unit u ON u.id = s.unit_id
    WHERE s.state = 'due' AND s.source = 'unit' AND u.level = 'county'), 'cameras', sha256, name, mime, size,
    '2012-11-12 00:00:00.000000', 'test' FROM task_evidence ORDER BY id LIMIT 1""",
    """INSERT INTO finding_evidence (finding_id, sha256, name, mime, size)
    SELECT (SELECT max(id) FROM finding WHERE state = 'confirmed'), sha256, name, mime, size
    FROM task_evidence ORDER BY id LIMIT 1""",
    """INSERT INTO factor_reset (person_id, asked_by, asked_at, why, state, version)
    SELECT id, 'test', '2012-11-12 00:00:00.000000', 'lost', 'asked', 1 FROM person WHERE username = 'office.clerk'""",
    """INSERT INTO panel (number, period_id, unit_id, quorum, term, convened_by, closes_at, state, version)
    SELECT 'TP-1', p.id, u.id, 3, '5w', 'test', '2012-11-20 15:59:59.000000', 'open', 1
    FROM period p JOIN unit u ON u.code = '220000' WHERE p.code = '2012-10'""",
    """INSERT INTO panel_seat (panel_id, person_id, label, salt, sha256, state, version)
    SELECT (SELECT min(id) FROM panel), max(h.person_id), 'a member', '', '', 'asked', 1
    FROM holding h JOIN post p ON p.id = h.post_id JOIN unit u ON u.id = p.unit_id WHERE u.level = 'county'""",
)
"""Files that the example has nobody attach, and a panel: its scheme asks for none."""


# --- addresses -------------------------------------------------------------------------------------------------------


def rules(world: Any) -> list[Rule]:
    """All that have their row; one without fails the first test of this file, and that alone."""
    known = (rule for rule in world.app.url_map.iter_rules())
    return [rule for rule in known if rule.endpoint in ROUTES or act_of(world.app, rule.endpoint)]


def route_of(world: Any, endpoint: str) -> Route:
    act = act_of(world.app, endpoint)
    return Route(act[0], ACTS.get(endpoint, ())) if act else ROUTES[endpoint]


def address_of(world: Any, rule: Any, route: Route, record_id: object) -> str:
    given = {name: value for name, value in route.args.items() if name != "of"}
    if route.kind:
        given[record_argument(rule, route) if "of" not in route.args else route.args["of"]] = record_id
    path: str = world.app.url_map.bind("localhost").build(rule.endpoint, given, append_unknown=False)
    return path + route.query


def asked(world: Any, records: dict[str, Target]) -> Iterator[tuple[str, Route, str, str]]:
    """Every rule and method once, at a record that is there."""
    for rule in rules(world):
        route = route_of(world, rule.endpoint)
        record_id = real_id(world, rule.endpoint, route, records) if route.kind else None
        for method in methods_of(rule):
            yield rule.endpoint, route, method, address_of(world, rule, route, record_id)


def real_id(world: Any, endpoint: str, route: Route, records: dict[str, Target]) -> int:
    record_id = records[route.kind].id
    if endpoint == "audit.show":  # the entry of an act on this record
        with world.frame.read() as db:
            return int(db.scalar(text(
                "SELECT max(seq) FROM audit_ref WHERE kind = :kind AND record_id = :id AND relation = 'touched'"
            ), {"kind": route.kind, "id": str(record_id)}))  # fmt: skip
    return record_id


def holds(role: str, duties: Any) -> bool:
    wanted = (duties,) if isinstance(duties, str) else duties
    return any(duty == "own_account" or duty in ROLES[role][1] for duty in wanted)


# --- pages that open -------------------------------------------------------------------------------------------------


def open_pages(world: Any, records: dict[str, Target]) -> Iterator[tuple[str, Any, str]]:
    """Address, viewer and endpoint of every page, once, by somebody for whom it opens; and of every action."""
    for rule in rules(world):
        route = ROUTES.get(rule.endpoint)
        if route is None or "GET" not in methods_of(rule) or 200 not in route.ok or rule.endpoint == "static":
            continue
        record_id = real_id(world, rule.endpoint, route, records) if route.kind else None
        unit = records[route.kind or "task"].unit
        address = address_of(world, rule, route, record_id)
        for role in roles_for(route):
            viewer = world.own(role, unit)
            if route.ok == LOOK or viewer.ask("GET", address).status_code == 200:
                yield address, viewer, rule.endpoint
                break
    yield from open_actions(world)


def roles_for(route: Route) -> list[str]:
    """First those who work on it: they see most of it."""
    fitting = [
        role
        for role in ROLES
        if (not route.duties or holds(role, route.duties))
        and (not route.of_unit or holds(role, route.of_unit))
        and (not route.kind or role in KINDS[route.kind].sees)
    ]
    if not route.kind and not route.duties:  # a list or a first page: it differs with who looks
        return ["leader", *fitting]
    return fitting


def open_actions(world: Any) -> Iterator[tuple[str, Any, str]]:
    """Every action that anybody can do in the example as it stands."""
    ends = {act_of(world.app, rule.endpoint): rule for rule in rules(world) if act_of(world.app, rule.endpoint)}
    found: list[tuple[str, str, str, Any]] = []
    with world.dry.write() as session:
        now = clock.business_now(session)
        for kind, process in PROCESSES.items():
            wanted = {row.action for row in process.transitions if (kind, row.action) in ends}
            for record in some_of(session, model_of(kind)):
                for role in ROLES:
                    username = name_at(session, role, process.unit_of(record))
                    who = officer_named(session, username, now.date()) if username and wanted else None
                    if who is None:
                        continue
                    for offer in process.available(session, record, Act(who, now)):
                        if offer.is_open and offer.action in wanted:
                            wanted.discard(offer.action)
                            found.append((role, username, kind, (offer.action, record.id)))
    for role, username, kind, (action, record_id) in found:
        rule = ends[kind, action]
        address = world.app.url_map.bind("localhost").build(rule.endpoint, {"record_id": record_id})
        yield address, world.viewer(role, username), rule.endpoint


def name_at(session: Session, role: str, unit_id: int | None) -> str:
    """Who has this role for a unit; "" where nobody has."""
    if role not in LOCAL:
        return PEOPLE[role]
    code = session.scalar(text("SELECT code FROM unit WHERE id = :id"), {"id": unit_id})
    name = f"{role.removeprefix('locality_')}.{code}"
    return name if session.scalar(text("SELECT 1 FROM person WHERE username = :name"), {"name": name}) else ""


def model_of(kind: str) -> type[Any]:
    return next(one.class_ for one in Base.registry.mappers if one.class_.__tablename__ == kind)


def some_of(session: Session, model: type[Any], most: int = 3) -> Iterator[Any]:
    """Up to three records a state: the oldest, and the newest."""
    for state in session.scalars(select(model.state).distinct().order_by(model.state)):
        some = select(model).where(model.state == state)
        first = session.scalars(some.order_by(model.id).limit(1)).all()
        last = session.scalars(some.order_by(model.id.desc()).limit(most - 1)).all()
        yield from dict.fromkeys([*first, *last])

"""Reconciliation by level: facts without their consequence are found by a query and given it once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assessment.cycles import consequences, established, fallen, key_remediation, reminders, services
from assessment.delivery import queries as papers
from assessment.delivery import services as delivery
from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_
from assessment.panels import services as panels
from assessment.remediation import services as tasks


@dataclass(frozen=True)
class Reconciler:
    """One kind of fact that must have a consequence, in the words of the diary page."""

    label: str
    run: Callable[[Session, Act], int]


def deem_received(session: Session, act: Act) -> int:
    """Papers that nobody signed for within their time count as received from that moment on."""
    waiting = papers.due_to_be_deemed(session, act.at)
    if waiting:
        delivery.deem_received(session, waiting, act)
    return len(waiting)


RECONCILERS: tuple[Reconciler, ...] = (
    Reconciler(N_("Papers deemed received"), deem_received),
    Reconciler(N_("Tasks received with their notice"), consequences.receive_notices),
    Reconciler(N_("Tasks given more time"), tasks.take_over_extensions),
    Reconciler(N_("Hearings on adjustments ended"), services.hear_adjustments),
    Reconciler(N_("Adjustments heard with their finding"), consequences.hear_settled_findings),
    Reconciler(N_("Replies that lapsed"), consequences.lapse_replies),
    Reconciler(N_("Effects of decisions that ended"), consequences.expire_effects),
    Reconciler(N_("Adjustments lifted with their finding"), consequences.lift_adjustments),
    Reconciler(N_("Adjustments lifted with their decision or listing"), established.lift_with_their_fact),
    Reconciler(N_("Adjustments proposed for what was established"), established.propose_established),
    Reconciler(N_("Awards held back by a case"), fallen.hold_awards),
    Reconciler(N_("Awards released"), consequences.release_awards),
    Reconciler(N_("Cases whose facts have fallen"), fallen.flag_cases),
    Reconciler(N_("Rewards whose basis has changed"), fallen.flag_rounds),
    Reconciler(N_("Prompts from ladders"), consequences.prompt_from_ladders),
    Reconciler(N_("Prompts from false closures"), consequences.prompt_from_false_closures),
    Reconciler(N_("Prompts from major tasks overdue"), consequences.prompt_from_overdue_tasks),
    Reconciler(N_("Prompts from vetoes"), consequences.prompt_from_vetoes),
    Reconciler(N_("Key remediation proposed for letters"), key_remediation.propose_key_remediation),
    Reconciler(N_("Ballots closed"), panels.close_overdue),
    Reconciler(N_("Reminders"), reminders.remind),
    Reconciler(N_("Mail about papers served"), reminders.tell_at_once),
)


def reconcile(session: Session, act: Act) -> int:
    """Everything once; the number of consequences given."""
    return sum(one.run(session, act) for one in RECONCILERS)

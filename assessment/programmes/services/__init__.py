"""What is done with schemes, letters and periods: one function an action."""

from assessment.programmes.services.letters import (
    Change,
    NewLetter,
    accept_proposal,
    amend,
    approve_amendment,
    countersign,
    countersign_all,
    decline_proposal,
    draft_letters,
    end_letter,
    offer,
    offer_all,
    propose_targets,
    set_targets,
    sign,
    take_back_proposal,
    withdraw_offer,
)
from assessment.programmes.services.matters import NewMatter, propose_matters, settle_matters
from assessment.programmes.services.periods import move_period, plan_period, plan_periods
from assessment.programmes.services.schemes import (
    approve_scheme,
    bring_into_force,
    check,
    found_programme,
    return_scheme,
    revise,
    submit,
    supersede,
    write_scheme,
)

__all__ = [
    "Change", "NewLetter", "NewMatter", "accept_proposal", "amend", "approve_amendment", "approve_scheme",
    "bring_into_force", "check", "countersign", "countersign_all", "decline_proposal", "draft_letters", "end_letter",
    "found_programme", "move_period", "offer", "offer_all", "plan_period", "plan_periods", "propose_matters",
    "propose_targets", "return_scheme", "revise", "set_targets", "settle_matters", "sign", "submit", "supersede",
    "take_back_proposal", "withdraw_offer", "write_scheme",
]  # fmt: skip

"""What can be done with a reward round; who is vetoed, excluded or in an open case is handed in from above."""

from assessment.rewards.services.correcting import correct, corrected
from assessment.rewards.services.preparing import PUBLICITY_WITHIN, Reason, edition_before, prepare, prepared
from assessment.rewards.services.rounds import (
    approve_round,
    check,
    claw_back,
    flag,
    forfeit,
    grant,
    hold,
    open_publicity,
    recompute,
    release,
    revoke,
    supersede,
)

__all__ = [
    "PUBLICITY_WITHIN",
    "Reason",
    "approve_round",
    "check",
    "claw_back",
    "correct",
    "corrected",
    "edition_before",
    "flag",
    "forfeit",
    "grant",
    "hold",
    "open_publicity",
    "prepare",
    "prepared",
    "recompute",
    "release",
    "revoke",
    "supersede",
]

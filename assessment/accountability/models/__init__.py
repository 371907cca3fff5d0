"""A case with its people, the points of its reply, facts, chain of responsibility and decision; and interviews."""

from assessment.accountability.models.cases import (
    Case,
    CaseFact,
    CaseInvestigator,
    CaseResponsible,
    Circumstance,
    ReplyPoint,
)
from assessment.accountability.models.excuses import ExcuseGround, ExcuseState, LadderExcuse
from assessment.accountability.models.interviews import Commitment, Interview, InterviewState
from assessment.accountability.models.panels import Declaration, Motion, Vote
from assessment.accountability.models.words import (
    BEFORE_A_CASE,
    BEFORE_THE_DECISION,
    Ballot,
    CaseState,
    Circulation,
    CircumstanceKind,
    Conduct,
    MotionFate,
    Outcome,
    Part,
    Responsibility,
    Source,
)

__all__ = [
    "BEFORE_A_CASE",
    "BEFORE_THE_DECISION",
    "Ballot",
    "Case",
    "CaseFact",
    "CaseInvestigator",
    "CaseResponsible",
    "CaseState",
    "Circulation",
    "Circumstance",
    "CircumstanceKind",
    "Commitment",
    "Conduct",
    "Declaration",
    "ExcuseGround",
    "ExcuseState",
    "Interview",
    "InterviewState",
    "LadderExcuse",
    "Motion",
    "MotionFate",
    "Outcome",
    "Part",
    "ReplyPoint",
    "Responsibility",
    "Source",
    "Vote",
]

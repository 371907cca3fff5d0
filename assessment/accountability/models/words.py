"""The words of a case: its states, what prompts it, what it can end in, and how those concerned are told apart."""

from __future__ import annotations

from enum import StrEnum

from assessment.foundation.i18n import N_


class CaseState(StrEnum):
    PROMPTED = "prompted"
    DISMISSED = "dismissed"
    SETTLED = "settled"
    """Answered without a case: by an early warning, an interview or an inspection; no fault is stated."""
    OPENED = "opened"
    NOTICE_SERVED = "notice_served"
    REPLIED = "replied"
    LAPSED = "lapsed"
    REPORTED = "reported"
    RETURNED = "returned"
    LAW_REVIEWED = "law_reviewed"
    DECIDED = "decided"
    SERVED = "served"
    EXECUTED = "executed"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Source(StrEnum):
    """What prompted a case; none of these opens one."""

    LADDER = "ladder"
    OVERDUE_TASK = "overdue_task"
    FALSE_CLOSURE = "false_closure"
    VETO = "veto"
    PERSON = "person"

    @property
    def label(self) -> str:
        return SOURCES[self]


SOURCES = {
    Source.LADDER: N_("Prompted by a ladder"),
    Source.OVERDUE_TASK: N_("Prompted by an overdue critical task"),
    Source.FALSE_CLOSURE: N_("Prompted by a false closure"),
    Source.VETO: N_("Prompted by a veto"),
    Source.PERSON: N_("Prompted by a person"),
}


class Outcome(StrEnum):
    """What a case can end in, the mildest first. Discipline itself is not here: that is for the competent organ."""

    NO_CASE = "no_case"
    INTERVIEW = "interview"
    WRITTEN_INSPECTION = "written_inspection"
    CIRCULATED_CRITICISM = "circulated_criticism"
    PROPOSAL = "proposal"

    @property
    def label(self) -> str:
        return OUTCOMES[self]


OUTCOMES = {
    Outcome.NO_CASE: N_("No accountability"),
    Outcome.INTERVIEW: N_("Interview"),
    Outcome.WRITTEN_INSPECTION: N_("Written inspection"),
    Outcome.CIRCULATED_CRITICISM: N_("Circulated criticism"),
    Outcome.PROPOSAL: N_("Proposal to the competent organ"),
}


class Conduct(StrEnum):
    """How a duty was failed (Regulations on Accountability 2019, art. 10 asks to tell these apart)."""

    IMPROPER = "improper"
    WEAK = "weak"
    NONE = "none"

    @property
    def label(self) -> str:
        return CONDUCTS[self]


CONDUCTS = {
    Conduct.IMPROPER: N_("Duty carried out improperly"),
    Conduct.WEAK: N_("Duty carried out weakly"),
    Conduct.NONE: N_("Duty not carried out"),
}


class Responsibility(StrEnum):
    """Whose own acts decided the loss, who led the work, who took part in leading it."""

    DIRECT = "direct"
    MAIN = "main"
    IMPORTANT = "important"

    @property
    def label(self) -> str:
        return RESPONSIBILITIES[self]


RESPONSIBILITIES = {
    Responsibility.DIRECT: N_("Directly responsible"),
    Responsibility.MAIN: N_("Mainly responsible for leading"),
    Responsibility.IMPORTANT: N_("Importantly responsible for leading"),
}

BEFORE_A_CASE = (CaseState.PROMPTED, CaseState.DISMISSED, CaseState.SETTLED)
BEFORE_THE_DECISION = (
    CaseState.OPENED,
    CaseState.NOTICE_SERVED,
    CaseState.REPLIED,
    CaseState.LAPSED,
    CaseState.REPORTED,
    CaseState.RETURNED,
    CaseState.LAW_REVIEWED,
)


class CircumstanceKind(StrEnum):
    """What speaks for or against those concerned (Regulations on Accountability 2019, arts. 17, 18)."""

    EXEMPTING = "exempting"
    DISSENT = "dissent"
    """Somebody in the chain objected, or had a reservation recorded, when it was decided together."""
    MITIGATING = "mitigating"
    AGGRAVATING = "aggravating"

    @property
    def label(self) -> str:
        return CIRCUMSTANCES[self]


CIRCUMSTANCES = {
    CircumstanceKind.EXEMPTING: N_("Exempts"),
    CircumstanceKind.DISSENT: N_("Recorded dissent"),
    CircumstanceKind.MITIGATING: N_("Mitigates"),
    CircumstanceKind.AGGRAVATING: N_("Aggravates"),
}


class Circulation(StrEnum):
    """In what range a decision is told; a revocation is told in the same one."""

    UNIT = "unit"
    SUPERIOR = "superior"
    LOCALITIES = "localities"

    @property
    def label(self) -> str:
        return CIRCULATIONS[self]


CIRCULATIONS = {
    Circulation.UNIT: N_("The unit alone"),
    Circulation.SUPERIOR: N_("The unit and those above it"),
    Circulation.LOCALITIES: N_("Every locality"),
}


class Part(StrEnum):
    """A part in a case that nobody takes who is tied to it; each declares it, in words that are kept."""

    OPENER = "opener"
    LEGAL_REVIEWER = "legal_reviewer"
    DECIDER = "decider"

    @property
    def label(self) -> str:
        return PARTS[self]


PARTS = {
    Part.OPENER: N_("Who opened it"),
    Part.LEGAL_REVIEWER: N_("Legal reviewer"),
    Part.DECIDER: N_("Member of the deciding body"),
}


class MotionFate(StrEnum):
    OPEN = "open"
    CARRIED = "carried"
    LOST = "lost"


class Ballot(StrEnum):
    IN_FAVOUR = "in_favour"
    AGAINST = "against"
    ABSTAINED = "abstained"

    @property
    def label(self) -> str:
        return BALLOTS[self]


BALLOTS = {
    Ballot.IN_FAVOUR: N_("In favour"),
    Ballot.AGAINST: N_("Against"),
    Ballot.ABSTAINED: N_("Abstained"),
}

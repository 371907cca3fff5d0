"""How a case's papers, readings and states are named elsewhere."""

from assessment.accountability.models import BEFORE_THE_DECISION, CaseState
from assessment.organisations.duties import Duty

KIND = "accountability_case"
NOTICE, DECISION, WARNING, CALL = "case_notice", "decision", "early_warning", "interview_call"
SUPPLEMENT = "case_supplement"
"""Puts facts to the unit that were found after the notice; its time to reply runs again from its receipt."""
REVOCATION = "revocation"
PROPOSAL = "case_proposal"
"""The proposal to the competent organ, of which the unit receives a copy with the decision."""
CIRCULAR, RESTORATION = "case_circular", "case_restoration"
"""What others than the unit are told of a decision, and that it was taken back; both about its motion."""
OPENED_FILE, TOOK_DOSSIER = "open_file", "take_dossier"
"""Readings, as the trail knows them; with ``read_case``, by which an auditor says why first."""
READINGS = ("read_case", OPENED_FILE, TOOK_DOSSIER)
RETAINED_YEARS = 10
"""After its end, before its texts may be sealed (30 years or for ever is for what the archives take over)."""
OPEN = tuple(state.value for state in (*BEFORE_THE_DECISION, CaseState.DECIDED))
"""A case is open until its decision is served."""
WITHOUT_FAULT = (CaseState.DISMISSED.value, CaseState.SETTLED.value, CaseState.REVOKED.value)
ONLY_SCORES = frozenset({"scorecard", "edition", "period", "bulletin", KIND})
"""Records that say how a unit ranks; what happened is proved by others."""
OF_THE_UNIT = (Duty.REPLY, Duty.OBJECT, Duty.RECEIVE_PAPERS)
AUTHORITY = (Duty.OPEN_CASES, Duty.CALL_INTERVIEWS, Duty.DECIDE_CASES, Duty.REVIEW_LAW)

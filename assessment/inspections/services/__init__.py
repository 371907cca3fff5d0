"""What can be done with checklists, campaigns, visits and findings."""

from assessment.inspections.services.campaigns import (
    NewInspector,
    NewObject,
    approve_campaign,
    begin,
    close_campaign,
    conclude,
    declare_recusal,
    draft_campaign,
    draw,
    freeze_rolls,
    set_rolls,
)
from assessment.inspections.services.checklists import (
    NewItem,
    bring_into_use,
    draft_checklist,
    edit_items,
    supersede,
)
from assessment.inspections.services.settling import (
    Decision,
    amend_finding,
    answer_comment,
    drop_finding,
    overturn_finding,
    settle,
    settle_all,
)
from assessment.inspections.services.visits import (
    NewComment,
    NewEvidence,
    NewFinding,
    begin_visit,
    begin_visit_all,
    close_visit,
    close_visit_all,
    comment,
    plan_reinspection,
    record_finding,
    record_findings,
    record_findings_all,
    replace_inspector,
    report,
    report_all,
)

__all__ = [
    "Decision", "NewComment", "NewEvidence", "NewFinding", "NewInspector", "NewItem", "NewObject",
    "amend_finding", "answer_comment", "approve", "approve_campaign", "begin", "begin_visit", "begin_visit_all",
    "bring_into_use",
    "close_campaign", "close_visit", "close_visit_all", "comment", "conclude", "declare_recusal", "draft_campaign",
    "draft_checklist", "draw", "drop_finding", "edit_items", "freeze_rolls", "overturn_finding", "plan_reinspection",
    "record_finding", "record_findings", "record_findings_all", "replace_inspector", "report", "report_all",
    "set_rolls", "settle", "settle_all", "supersede",
]  # fmt: skip

approve = approve_campaign

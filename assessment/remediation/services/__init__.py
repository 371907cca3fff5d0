"""What can be done with notices, tasks, supervision letters and second looks; each step as one act for one or many."""

from assessment.remediation.services.escalations import accept_excuse, accept_excuse_all, escalate, escalate_all
from assessment.remediation.services.extensions import (
    ask_extension,
    grant_extension,
    refuse_extension,
    take_over_extensions,
)
from assessment.remediation.services.letters import (
    accept_answer,
    answer_letter,
    close_letter,
    issue_supervision_letter,
    receive_letter,
    return_answer,
)
from assessment.remediation.services.listings import list_task, publish_closure, publish_listing
from assessment.remediation.services.looks import (
    close_second_look,
    draw_second_look,
    freeze_second_look,
    look_again,
)
from assessment.remediation.services.notices import (
    NewNotice,
    NewTask,
    issue_notice,
    issue_notices,
    receive,
    receive_all,
)
from assessment.remediation.services.similar import report_similar
from assessment.remediation.services.tasks import (
    Done,
    NewEvidence,
    NewPlan,
    accept_plan,
    accept_plan_all,
    close_task,
    close_task_all,
    establish_false_closure,
    establish_false_closure_all,
    file_plan,
    file_plan_all,
    recheck,
    recheck_all,
    reopen,
    reopen_all,
    report_done,
    report_done_all,
    return_plan,
    return_plan_all,
    return_task,
    return_task_all,
    start_work,
    start_work_all,
    take_back_plan,
    take_back_plan_all,
    take_back_recheck,
    take_back_recheck_all,
    withdraw,
    withdraw_all,
)

__all__ = [
    "Done", "NewEvidence", "NewNotice", "NewPlan", "NewTask",
    "accept_answer", "accept_excuse", "accept_excuse_all", "accept_plan", "accept_plan_all", "answer_letter",
    "ask_extension", "close", "close_all", "close_letter", "close_second_look", "close_task", "close_task_all",
    "draw_second_look", "escalate",
    "escalate_all", "establish_false_closure", "establish_false_closure_all", "file_plan", "file_plan_all",
    "freeze_second_look", "grant_extension", "issue_notice", "issue_notices", "issue_supervision_letter",
    "list_task", "look_again", "publish_closure", "publish_listing",
    "receive", "receive_all", "receive_letter", "recheck", "recheck_all", "refuse_extension", "reopen", "reopen_all",
    "report_done", "report_done_all", "report_similar",
    "return_answer", "return_plan", "return_plan_all", "return_task",
    "return_task_all", "start_work", "start_work_all", "take_back_plan", "take_back_plan_all", "take_back_recheck",
    "take_back_recheck_all", "take_over_extensions", "withdraw", "withdraw_all",
]  # fmt: skip

close, close_all = close_task, close_task_all

"""With what facts each act is tried."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from assessment.accountability.models import (
    Ballot,
    Case,
    Circulation,
    CircumstanceKind,
    Conduct,
    Outcome,
    Responsibility,
)
from assessment.accountability.norms import norms_of
from assessment.objections.models import Objection
from assessment.objections.models import Outcome as Answer
from assessment.rewards.models import Award, Round
from support.accountability import TASK
from support.any_order.bench import HEAD, Bench

Said = Callable[[Bench, Any, int], dict[str, Any]]
"""From the bench, the record and how often this act was done or refused before."""
GRAVER = list(Outcome)


def opening(bench: Bench, case: Case, turn: int) -> dict[str, Any]:
    chosen = [bench.person_id(name) for name in ("ida", "ivan")]
    return {"authority": "公安厅", "ground": "第32条", "investigators": chosen}


def the_head(bench: Bench, case: Case, turn: int) -> dict[str, Any]:
    day = date(2012, 9, 1) + timedelta(days=len(case.chain))
    return {"person_id": bench.person_id(HEAD), "day": day, "responsibility": Responsibility.MAIN,
            "duty": "主管整改", "reason": "未督促"}  # fmt: skip


def the_first_open_point(bench: Bench, case: Case, turn: int) -> dict[str, Any]:
    number = next((point.number for point in case.points if not point.answer), 1)
    return {"number": number, "answer": "不予采纳，理由如下"}


def a_report(bench: Bench, case: Case, turn: int) -> dict[str, Any]:
    norms = [one.key for one in norms_of(bench.session, case)]
    return {"norm": "责任书第2版", "causes": "督促不力", "conduct": Conduct.WEAK, "proposal": "p", "norms": norms}


def a_motion(bench: Bench, case: Case, turn: int) -> dict[str, Any]:
    """The kinds of decision take turns; after a review one graver than before is tried now and then, and refused."""
    milder = GRAVER if case.outcome is None else GRAVER[: GRAVER.index(Outcome(case.outcome)) + 1]
    kinds = GRAVER if turn % 7 == 6 else milder
    today = bench.now.date()
    return {
        "outcome": kinds[-1 - turn % len(kinds)], "decision": "决定如下", "organ": "纪委监委",
        "circulation": Circulation.LOCALITIES, "circular": "该县逾期未整改",
        "execute_by": today + timedelta(days=10), "effect_until": today + timedelta(days=30),
    }  # fmt: skip


def a_vote(bench: Bench, case: Case, turn: int) -> dict[str, Any]:
    """In one run of four the first motion is lost."""
    is_lost = (bench.run + len(case.motions)) % 4 == 0
    return {"ballot": Ballot.AGAINST if is_lost else Ballot.IN_FAVOUR, "reason": "证据不足"}


def one_left_open(bench: Bench, case: Case, turn: int) -> dict[str, Any]:
    return {"number": next((one.number for one in case.standing_facts), 1)}


def a_reviewer(bench: Bench, objection: Objection, turn: int) -> dict[str, Any]:
    """Whoever reviews, those included whom something bars."""
    names = ("reviewer", "ruth", "rita", "judge")
    return {"reviewer_id": bench.person_id(names[turn % len(names)])}


def an_answer(bench: Bench, objection: Objection, turn: int) -> dict[str, Any]:
    number = next((point.number for point in objection.points if not point.outcome), 1)
    answers = (Answer.UPHELD, Answer.DISMISSED, Answer.IN_PART)
    return {"number": number, "outcome": answers[(turn + number) % 3], "answer": "已核实", "changes": "改写第二段"}


def one_of_them(wanted: Callable[[Award], bool]) -> Said:
    """The unit whose award it can be done to; now and then one to whom it cannot."""

    def said(bench: Bench, one: Round, turn: int) -> dict[str, Any]:
        found = [award.unit_id for award in one.awards if wanted(award)]
        return {"unit_id": found[turn % len(found)] if found else bench.units["220202"]}

    return said


def a_hold(bench: Bench, one: Round, turn: int) -> dict[str, Any]:
    units = [award.unit_id for award in one.awards if award.granted_at is None and award.is_awarded]
    unit = units[turn % len(units)] if units else bench.units["220202"]
    return {"unit_id": unit, "why": "问责案件尚未办结", "origin": (Case.__tablename__, bench.cases[1])}


OF_CASES: Mapping[str, Said] = {
    "settle_by_interview": lambda bench, *_: {"takes_place_at": bench.now + timedelta(days=3), "place": "厅"},
    "open_case": opening,
    "appoint_investigator": lambda bench, *_: {"person_id": bench.person_id("third")},
    "serve_notice": lambda *_: {"allegations": "逾期两个月"},
    "reply": lambda *_: {"points": ["设备未到"]},
    "add_fact": lambda *_: {"happened_on": date(2012, 9, 11), "statement": "逾期未整改", "evidence": [TASK]},
    "strike_fact": one_left_open,
    "name_responsible": the_head,
    "record_circumstance": lambda *_: {
        "kind": CircumstanceKind.MITIGATING, "statement": "已补正", "evidence": [TASK]
    },
    "answer_point": the_first_open_point,
    "file_report": a_report,
    "review_law": lambda *_: {"opinion": "程序合法"},
    "move": a_motion,
    "vote": a_vote,
    "hand_in_inspection": lambda *_: {"text": "检查如下"},
    "record_organ_answer": lambda *_: {"answer": "已诫勉"},
    "execute": lambda *_: {"how": "已执行"},
}  # fmt: skip
OF_ROUNDS: Mapping[str, Said] = {
    "hold": a_hold,
    "release": one_of_them(lambda award: award.is_held),
    "forfeit": one_of_them(lambda award: award.is_held),
    "claw_back": one_of_them(lambda award: award.granted_at is not None and award.clawed_back_at is None),
}
OF_OBJECTIONS: Mapping[str, Said] = {"assign": a_reviewer, "answer": an_answer}
SAID: Mapping[str, Mapping[str, Said]] = {
    "accountability_case": OF_CASES, "reward_round": OF_ROUNDS, "objection": OF_OBJECTIONS,
}  # fmt: skip


# --- what a run is spared --------------------------------------------------------------------------------------------


def leads_nowhere(record: Any, action: str, now: datetime) -> bool:
    """What would only be refused, or leave a case that nobody can go on with; chance tries it all the same."""
    wanted = WORTH_TRYING.get((type(record), action))
    return wanted is not None and not wanted(record, now)


def _is_counted(case: Case) -> bool:
    return case.motion is not None and len(case.motion.votes) >= case.deciders


def _is_carried(case: Case) -> bool:
    return case.motion is not None and 2 * case.motion.count(Ballot.IN_FAVOUR) > len(case.motion.votes)


WORTH_TRYING: Mapping[tuple[type, str], Callable[[Any, datetime], bool]] = {
    (Case, "step_aside"): lambda case, _: len(case.active_investigators) > 2 or len(case.investigators) == 2,
    (Case, "answer_point"): lambda case, _: not all(point.answer for point in case.points),
    (Case, "move"): lambda case, _: case.motion is None,
    (Case, "vote"): lambda case, _: case.motion is not None and not _is_counted(case),
    (Case, "decide"): lambda case, _: _is_counted(case) and _is_carried(case),
    (Case, "reject_motion"): lambda case, _: _is_counted(case) and not _is_carried(case),
    (Case, "circulate"): lambda case, _: case.outcome == Outcome.CIRCULATED_CRITICISM and not case.circulated_at,
    (Case, "record_organ_answer"): lambda case, _: case.outcome == Outcome.PROPOSAL,
    (Case, "hand_in_inspection"): lambda case, _: case.outcome == Outcome.WRITTEN_INSPECTION,
    (Case, "expire"): lambda case, now: case.effect_until is not None and now.date() > case.effect_until,
    (Case, "flag"): lambda case, _: not case.flagged,
    (Case, "seal_case"): lambda case, _: False,
    (Round, "approve_round"): lambda one, now: now > one.publicity_until,
    (Round, "release"): lambda one, _: any(award.is_held for award in one.awards),
    (Round, "forfeit"): lambda one, _: any(award.is_held for award in one.awards),
    (Round, "flag"): lambda one, _: not one.flagged,
    (Round, "recompute"): lambda one, _: False,
    (Objection, "answer"): lambda one, _: not all(point.outcome for point in one.points),
    (Objection, "decide"): lambda one, _: all(point.outcome for point in one.points),
}  # fmt: skip

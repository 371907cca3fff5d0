"""The scheme of a made-up country: reported values scored by four rules, and one indicator by counted tasks."""

from __future__ import annotations

from support.country.sizes import Size

HEAD = """\
format: 1
scheme: made-up-country
version: "{year}.1"
title: {{en: Made-up national assessment, zh: 虚构全国考评办法}}
authority: {{en: Made-up national authority, zh: 虚构国家主管部门, reference: 虚考通}}
zone: Asia/Shanghai
working_days: cn
periods: {{every: month, from: {first}, to: {last}}}
calendar:
  after_period_end: {{report_by: 3w, late_until: 4w, verify_by: 6w, provisional_on: 7w}}
  returned_within: 1w
  from_service: {{object_within: 3w}}
  after_last_window_or_decision: {{approve_within: 5w}}
peer_groups:
  counties: {{zh: 县（市、区）, en: Counties, of: {{level: county}}}}
missing: {{submission: reweight}}
bands:
  - {{code: excellent, from: 90, zh: 优秀, en: Excellent}}
  - {{code: good, from: 75, zh: 良好, en: Good}}
  - {{code: pass, from: 60, zh: 合格, en: Pass}}
  - {{code: failed, below: 60, zh: 不合格, en: Failed}}
values:
  tasks_due: {{zh: 到期任务数, en: Tasks due, unit: task, from: remediation.due}}
  tasks_closed: {{zh: 按期销号数, en: Tasks closed in time, unit: task, from: remediation.closed_in_time}}
"""
RULES = (
    "rule: completion, target: 100, cap: 1",
    "rule: efficacy, satisfactory: 98, unacceptable: 60, clip: [0, 100]",
    "rule: completion, target: 90, cap: 1",
    "rule: steps, steps: [{from: 95, points: 1}, {from: 80, points: 0.6}, {below: 80, points: 0}]",
    "rule: completion, target: 120, cap: 1",
    "rule: peer_minmax, floor: 40",
)


def codes(size: Size) -> list[str]:
    """The values that every county reports."""
    return [f"v{number:03}" for number in range(size.indicators - 1)]


def source(size: Size) -> str:
    """The scheme's text."""
    head = HEAD.format(year=size.last_year, first=size.months[0], last=size.months[-1])
    values = "".join(f"  {code}: {{zh: 虚构值{code}, en: Made-up value {code}, unit: '%', kind: level}}\n"
                     for code in codes(size))  # fmt: skip
    each = 100 / size.indicators
    points = f"{each:g}"
    items = "".join(
        f"  - {{code: I{code[1:]}, points: {points}, value: {code}, {rule_of(number, each)}, zh: 虚构指标{code[1:]}, "
        f"en: Made-up indicator {code[1:]}}}\n"
        for number, code in enumerate(codes(size))
    )
    counted = (
        f"  - {{code: T, points: {points}, value: tasks_closed, rule: completion, target: tasks_due, cap: 1, "
        "not_applicable: target_is_zero, zh: 按期整改率, en: Tasks closed in time}\n"
    )
    return f"{head}{values}indicators:\n{items}{counted}"


def rule_of(number: int, points: float) -> str:
    rule = RULES[number % len(RULES)]
    return rule.replace("points: 1}", f"points: {points:g}}}").replace("points: 0.6", f"points: {points * 0.6:g}")

"""What follows in a scheme: time limits, severities, escalation, ladders."""

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from assessment.foundation.i18n import N_
from assessment.programmes.rules.conditions import ACTIONS, Count, Trigger
from assessment.programmes.rules.faults import Ill
from assessment.programmes.rules.shape import (
    LimitAfterLastPart,
    LimitText,
    Model,
    Name,
    Named,
    NotNegative,
)

Action = Literal[
    "early_warning",
    "circulated_criticism",
    "interview",
    "special_inspection",
    "trace",
    "accountability_of_government_head",
    "accountability_of_party_head",
    "regional_permit_restriction",
]


class AfterPeriodEnd(Model):
    """Limits that start at the end of a period."""

    report_by: LimitText | None = None
    late_until: LimitText | None = None
    verify_by: LimitText | None = None
    provisional_on: LimitText | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "AfterPeriodEnd":
        limits = [limit for limit in (self.report_by, self.late_until, self.verify_by, self.provisional_on) if limit]
        for first, second in pairwise(limits):
            if first.working == second.working and first.days > second.days:
                raise Ill(
                    N_(
                        "Reporting, lateness, verification and provisional scores follow one another; {later} lies "
                        "before {earlier}."
                    ),
                    later=str(second),
                    earlier=str(first),
                )
        return self


class FromService(Model):
    """Limits that start when a paper is served."""

    object_within: LimitText | None = None
    object_to_year_within: LimitText | None = None
    object_to_published_within: LimitText | None = None


class FromLodging(Model):
    """Limits that start when an objection is lodged."""

    decide_within: LimitText | None = None


class AfterLastWindowOrDecision(Model):
    """Limits that start when the last objection is decided or the last window has passed."""

    approve_within: LimitText | None = None


class Composite(Model):
    """Limits of quarters and years."""

    provisional_on: LimitAfterLastPart | None = None


class Calendar(Model):
    """All time limits of the process."""

    after_period_end: AfterPeriodEnd = AfterPeriodEnd()
    returned_within: LimitText | None = None
    from_service: FromService = FromService()
    from_lodging: FromLodging = FromLodging()
    after_last_window_or_decision: AfterLastWindowOrDecision = AfterLastWindowOrDecision()
    composite: Composite = Composite()


class Severity(Named):
    """How grave a finding is: when it must be put right, and what it costs."""

    fix_within: LimitText
    points: NotNegative
    listed: bool = False
    ask_extension_before: LimitText | None = None
    basis: str | None = None


class Escalation(Named):
    """One level of escalation of a task; it proposes, a person decides."""

    level: Name
    when: Trigger
    tell: Annotated[tuple[Literal["unit", "superior", "leader"], ...], Field(min_length=1)]
    propose: Literal["supervision_letter", "listed_supervision", "special_inspection"] | None = None


def _rungs(value: Any) -> dict[int, str]:
    if not isinstance(value, dict) or not value:
        raise Ill(N_("Write the rungs as {1: early_warning, 2: circulated_criticism, 3: interview}."))
    for times, action in value.items():
        if isinstance(times, bool) or not isinstance(times, int) or times < 1:
            raise Ill(N_("“{value}” is not a number of times; write 1, 2, 3."), value=str(times)[:60])
        if action not in ACTIONS:
            raise Ill(
                N_("“{value}” is not an action; known are: {known}."), value=str(action)[:60], known=", ".join(ACTIONS)
            )
    return dict(sorted(value.items()))


Rungs = Annotated[
    dict[int, Action],
    PlainValidator(_rungs),
    WithJsonSchema(
        {
            "type": "object",
            "propertyNames": {"pattern": "^[1-9][0-9]*$"},
            "additionalProperties": {"enum": list(ACTIONS)},
        }
    ),
]


Excuse = Literal["force_majeure", "reorganisation", "data_failure"]


class Ladder(Named):
    """Repeated failure counted, and what each count proposes; a ladder alone never finds fault."""

    code: Name
    per: str | None = None
    count: Count
    at: Rungs
    reset: Literal["period not counted", "highest rung"] | None = None
    """When the count begins anew: at any period that does not count, or once the highest rung was reached."""
    excused_by: tuple[Excuse, ...] = ("force_majeure",)
    """On what grounds a leader may excuse a unit's period, which is then passed over."""
    basis: str | None = None

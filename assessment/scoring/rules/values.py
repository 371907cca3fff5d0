"""What scoring is given: a unit with its validated values, targets and confirmed adjustments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class Kind(StrEnum):
    """What a value is; nought is given."""

    GIVEN = "given"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Value:
    """A value as it was validated; `decision` names the decision by which a missing one counts as 0.

    A fraction only where a higher unit's rate is computed from sums: what is reported is a decimal. `units` are those
    before the unit, whose figures these are where it carries on the matters of others.
    """

    number: Decimal | Fraction | None = None
    kind: Kind = Kind.GIVEN
    decision: str = ""
    units: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.kind is Kind.GIVEN) != (self.number is not None):
            raise ValueError("a given value has a number, and no other has one")


MISSING = Value(None, Kind.MISSING)
NOT_APPLICABLE = Value(None, Kind.NOT_APPLICABLE)
WITHHELD = Value(None, Kind.WITHHELD)


class AdjustmentKind(StrEnum):
    """What a confirmed adjustment does."""

    BONUS = "bonus"
    DEDUCTION = "deduction"
    VETO = "veto"
    BAND_CAP = "band_cap"


@dataclass(frozen=True)
class Adjustment:
    """A confirmed adjustment: its code in the scheme, its points, where it came from, and what matter it is about."""

    kind: AdjustmentKind
    code: str
    points: Decimal = Decimal(0)
    band: str = ""
    origin: str = ""
    matter: str = ""


@dataclass(frozen=True)
class UnitInput:
    """All that scoring knows of one unit; `attributes` decide its peer group unless `group` names it.

    `previous` and `year_before` hold the values of earlier periods, where the scheme looks back at them. `letters`
    names the units whose letters a target is the sum of, where the unit took over others in the middle of a period.
    """

    code: str
    values: Mapping[str, Value]
    attributes: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, Decimal] = field(default_factory=dict)
    schedules: Mapping[str, Decimal] = field(default_factory=dict)
    adjustments: tuple[Adjustment, ...] = ()
    previous: Mapping[str, Value] = field(default_factory=dict)
    group: str = ""
    year_before: Mapping[str, Value] = field(default_factory=dict)
    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

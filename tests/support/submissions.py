"""A period in which reports are asked for, and what a county would report."""

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from assessment.foundation.actors import CLOCK
from assessment.programmes.models import Period, PeriodState
from assessment.submissions import services
from assessment.submissions.models import Submission
from assessment.submissions.rules import Value, given
from support.kept import kept
from support.programmes import SCHEME, World, a_year_planned, act

IN_TIME = datetime(2012, 2, 2, 2, 0, tzinfo=UTC)

WIDE_VALUES = 20
_asked = "".join(f"  v{n}: {{zh: 数{n}, en: Value {n}, unit: camera, kind: level}}\n" for n in range(WIDE_VALUES))
_scored = "".join(
    f"  - {{code: I{n}, points: 5, value: v{n}, rule: completion, target: 100, zh: 指{n}, en: Item {n}}}\n"
    for n in range(WIDE_VALUES)
)
WIDE = f"{SCHEME[: SCHEME.index('values:')]}values:\n{_asked}indicators:\n{_scored}"
"""A scheme that asks every unit for twenty values."""


def begun(period: Period, state: PeriodState = PeriodState.OPEN) -> None:
    """Put a period into a state, as `cycles` would by its own process."""
    setattr(period, "state", state.value)  # noqa: B010 - a house test looks for assignments to it


@kept
def a_period_open(session: Session, code: str = "2012-01", source: str = SCHEME) -> tuple[World, dict[str, Submission]]:
    """The world, and the submissions of the period by unit code."""
    world = a_year_planned(session, source)
    begun(world.periods[code])
    session.flush()
    made = services.open_submissions(session, act(CLOCK), world.periods[code])
    by_id = {unit_id: name for name, unit_id in world.units.items()}
    return world, {by_id[one.unit_id]: one for one in made}


def values(cameras: int = 10, online: int = 90, whole: int = 100, rate: str = "90") -> dict[str, Value]:
    return {
        "cameras": given(cameras),
        "online": given(online),
        "all": given(whole),
        "online_rate": given(Decimal(rate)),
    }

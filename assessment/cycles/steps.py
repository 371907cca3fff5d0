"""What the diary's steps do: one function each, by the name that stands in the diary."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from assessment.cycles import services
from assessment.cycles.clockwork import Step
from assessment.cycles.models import DiaryEntry
from assessment.foundation.actors import Act
from assessment.foundation.i18n import N_
from assessment.programmes.models import Period, PeriodState


def _on_period(service: Callable[[Session, Period, Act], None]) -> Callable[[Session, DiaryEntry, Act], None]:
    """A step on a period; one that was cancelled in the meantime needs nothing."""

    def run(session: Session, entry: DiaryEntry, act: Act) -> None:
        period = session.get_one(Period, int(entry.subject_id))
        if period.state != PeriodState.CANCELLED:
            service(session, period, act)

    return run


STEPS: dict[str, Step] = {
    "open_reporting": Step(N_("Open reporting"), _on_period(services.open_reporting)),
    "close_reporting": Step(N_("Close reporting"), _on_period(services.close_reporting)),
    "serve": Step(N_("Serve the provisional scores"), _on_period(services.serve)),
}

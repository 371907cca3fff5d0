"""What became of objections, counted: by period and by what was disputed. No unit and no reviewer is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from assessment.objections.models import Objection, ObjectionPoint, ObjectionState, Outcome
from assessment.objections.process import OF_CASES
from assessment.objections.queries import UNANSWERED

DECIDED = (ObjectionState.DECIDED.value, ObjectionState.APPLIED.value, ObjectionState.CLOSED.value)


@dataclass
class Tally:
    """Objections of one kind, by what became of them."""

    period_id: int | None
    origin_kind: str
    lodged: int = 0
    undecided: int = 0
    inadmissible: int = 0
    withdrawn: int = 0
    upheld: int = 0
    in_part: int = 0
    dismissed: int = 0
    late: int = 0
    """Decided after the day by which they were to be decided."""
    times: list[timedelta] = field(default_factory=list)

    @property
    def decided(self) -> int:
        return self.upheld + self.in_part + self.dismissed

    @property
    def median_days(self) -> int | None:
        """From lodging to decision, in whole days begun; the lower of the two middle ones."""
        if not self.times:
            return None
        middle = sorted(self.times)[(len(self.times) - 1) // 2]
        return middle.days + bool(middle % timedelta(days=1))

    def add(self, one: Objection) -> None:
        self.lodged += 1
        if one.state in UNANSWERED:
            self.undecided += 1
        elif one.state in DECIDED:
            word = outcome_of(one)
            setattr(self, word.value, getattr(self, word.value) + 1)
            if one.decided_at is not None:
                self.times.append(one.decided_at - one.lodged_at)
                self.late += one.decided_at > one.decide_by
        else:
            setattr(self, one.state, getattr(self, one.state) + 1)


def outcome_of(one: Objection) -> Outcome:
    """Upheld or dismissed as a whole where all its points were, else in part."""
    outcomes = {point.outcome for point in one.points}
    return Outcome(outcomes.pop() or Outcome.IN_PART) if len(outcomes) == 1 else Outcome.IN_PART


def _counted() -> Select[Objection]:
    """All but those against decisions of cases: that there is a case is not everybody's to know."""
    return select(Objection).where(Objection.origin_kind.not_in(OF_CASES))


def tallies(session: Session) -> list[Tally]:
    """By period and kind, the newest period first; what belongs to no period last."""
    found: dict[tuple[int | None, str], Tally] = {}
    for one in session.scalars(_counted().options(selectinload(Objection.points)).order_by(Objection.id)):
        key = (one.period_id, one.origin_kind)
        found.setdefault(key, Tally(*key)).add(one)
    return sorted(found.values(), key=lambda one: (one.period_id is None, -(one.period_id or 0), one.origin_kind))


def together(some: Iterable[Tally]) -> Tally:
    """All of them as one."""
    whole = Tally(None, "")
    for one in some:
        for name in ("lodged", "undecided", "inadmissible", "withdrawn", "upheld", "in_part", "dismissed", "late"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
        whole.times += one.times
    return whole


def points_by_subject(session: Session) -> dict[str, dict[str, int]]:
    """Disputed value -> outcome -> points: where reporting or counting goes wrong again and again."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys((one.value for one in Outcome), 0))
    decided = _counted().where(Objection.state.in_(DECIDED), ObjectionPoint.subject != "", ObjectionPoint.outcome != "")
    points = decided.join(ObjectionPoint, ObjectionPoint.objection_id == Objection.id)
    sums = points.with_only_columns(ObjectionPoint.subject, ObjectionPoint.outcome, func.count())
    for subject, outcome, number in session.execute(sums.group_by(ObjectionPoint.subject, ObjectionPoint.outcome)):
        found[subject][str(outcome)] = number
    return dict(sorted(found.items(), key=lambda item: (-sum(item[1].values()), item[0])))

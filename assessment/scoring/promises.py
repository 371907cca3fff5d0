"""What units are held to in a period: the targets of their letters, and of those they took over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.programmes.queries import AssessedUnit, LetterTargets
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring import history


@dataclass(frozen=True)
class Promised:
    """A unit's targets, what is due of them by now, and whose letters they are the sum of where there are several."""

    targets: Mapping[str, Decimal]
    schedules: Mapping[str, Decimal]
    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def promises(session: Session, scheme: Scheme, period: Period, units: Sequence[AssessedUnit]) -> dict[int, Promised]:
    """By unit; with it what those had promised that it took over within the period, where the scheme adds it."""
    targets = programmes.targets_on(session, period.programme_id, period.last_day)
    month = period.last_day.month
    found = {one.unit_id: _of_letter(targets.get(one.unit_id, {}), month) for one in units}
    if scheme.reorganised.targets == "of_successor":
        return found
    taken = history.taken_over(session, period)
    letters = programmes.letters_on(session, period.programme_id, period.last_day)
    for one in units:
        for then, share in sorted(taken.by([one.unit_id]).items()) if one.is_leaf else ():
            ended_on = taken.forebears.ended_on[then]
            # A letter amended since the takeover says already what was taken over.
            if one.unit_id not in letters or letters[one.unit_id].effective_from >= ended_on:
                continue
            last_day = ended_on - timedelta(days=1)
            theirs = programmes.targets_on(session, period.programme_id, last_day).get(then, {})
            mine, other = found[one.unit_id], _of_letter(theirs, month)
            added = {name for name in other.targets.keys() & mine.targets.keys() if history.adds(scheme, name)}
            units_of = {name: (*mine.letters.get(name, (one.unit.code,)), taken.codes[then]) for name in added}
            found[one.unit_id] = Promised(
                history.with_share(mine.targets, share, other.targets, added),
                history.with_share(mine.schedules, share, other.schedules, added),
                {**mine.letters, **units_of},
            )
    return found


def _of_letter(targets: Mapping[str, LetterTargets], month: int) -> Promised:
    return Promised(
        {name: target.term for name, target in targets.items() if target.term is not None},
        {name: due for name, target in targets.items() if (due := target.by_month(month)) is not None},
    )

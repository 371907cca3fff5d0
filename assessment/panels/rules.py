"""What a ballot asks by a scheme's panel rules (R12), which answers it takes, and how ballots are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from assessment.foundation.exact import canonical, parse_decimal
from assessment.programmes.rules.counted import Panel
from assessment.programmes.rules.scheme import Scheme

SOURCE = "panel"
ABSTAINED = ""
"""The answer of who gives no mark; no answer at all is something else: not yet answered."""
FEWEST = 3
"""Of fewer ballots than this everybody would know whose they are."""
PLACES = 2


class Outcome(StrEnum):
    """What the count gives for one indicator of one unit."""

    GIVEN = "given"
    WITHHELD = "withheld"
    NOT_APPLICABLE = "not_applicable"


def asked(scheme: Scheme) -> tuple[Panel, ...]:
    """The indicators on which a panel votes, in the order of the file."""
    items = (item for item in scheme.items if isinstance(item, Panel))
    return tuple(item for item in items if all(_from_panel(scheme, part) for part in item.parts))


def not_on_the_ballot(scheme: Scheme) -> tuple[str, ...]:
    """Values of the panel that no panel rule reads: how ballots on them would be put together, nobody has said."""
    read = {part for item in asked(scheme) for part in item.parts}
    return tuple(code for code in scheme.values if _from_panel(scheme, code) and code not in read)


def _from_panel(scheme: Scheme, code: str) -> bool:
    value = scheme.values.get(code)
    return value is not None and value.from_ == SOURCE


def may_abstain(item: Panel) -> bool:
    """Where votes are counted, an abstention needs a name to be counted under."""
    return item.marks is not None or item.abstentions is not None


def seats_of(item: Panel) -> int | None:
    """How many judges an indicator has places for; votes are counted, however many."""
    return len(item.marks) if item.marks is not None else None


def needs_every_seat(item: Panel) -> bool:
    """Whether an empty place would count as 0: then each place must have its judge, and none may be barred."""
    return item.marks is not None and item.abstaining == "zero"


def read_answer(item: Panel, text: str) -> str:
    """An answer as it is kept; raises ``ValueError`` for what is none. Marks: 0 to 100, two places at most."""
    text = text.strip()
    if text == ABSTAINED:
        if not may_abstain(item):
            raise ValueError("nobody abstains here")
        return ABSTAINED
    if item.votes is not None:
        if text not in item.votes:
            raise ValueError("no such vote")
        return text
    mark = parse_decimal(text)
    if not 0 <= mark <= 100 or -int(mark.as_tuple().exponent) > PLACES:
        raise ValueError("no such mark")
    return canonical(mark)


@dataclass(frozen=True)
class Tally:
    """One indicator of one unit, counted; ``values`` under the names of the scheme, ``None`` where there is none."""

    outcome: Outcome
    ballots: int
    abstained: int
    counted: int
    least: int
    left_out: int
    marks: tuple[Fraction, ...] = ()
    """What counts, the lowest first; empty where too few would give away who gave what."""
    values: Mapping[str, Decimal | None] = field(default_factory=dict)


def tally(item: Panel, answers: Sequence[str], quorum: int) -> Tally:
    """Count the answers of all who voted on a unit; the quorum is of marks given, not of abstentions."""
    given = [answer for answer in answers if answer != ABSTAINED]
    abstained = len(answers) - len(given)
    if needs_every_seat(item):  # the rule counts every empty place
        abstained = (seats_of(item) or 0) - len(given)
    zeros = abstained if item.abstaining == "zero" else 0
    marks = tuple(sorted([_mark(item, answer) for answer in given] + [Fraction(0)] * zeros))
    left_out = item.trim if isinstance(item.trim, int) else int(item.trim * len(marks))
    least = max(quorum, item.at_least, 2 * left_out + 1)
    found = Tally(Outcome.GIVEN, len(answers), abstained, len(marks), least, left_out)
    if len(given) < quorum or len(marks) < least:
        outcome = Outcome.NOT_APPLICABLE if item.too_few == "not_applicable" else Outcome.WITHHELD
        return replace(found, outcome=outcome, values=dict.fromkeys(item.parts))
    return replace(found, marks=marks, values=_values(item, given, abstained))


def _mark(item: Panel, answer: str) -> Fraction:
    return Fraction(item.votes[answer] if item.votes is not None else parse_decimal(answer))


def _values(item: Panel, given: Sequence[str], abstained: int) -> dict[str, Decimal | None]:
    """Counts of votes; or the marks, the lowest in the first place, so that no place is anybody's."""
    if item.votes is not None:
        counts: dict[str, Decimal | None] = {word: Decimal(given.count(word)) for word in item.votes}
        return {**counts, **({item.abstentions: Decimal(abstained)} if item.abstentions else {})}
    marks = sorted(parse_decimal(answer) for answer in given)
    return {name: marks[at] if at < len(marks) else None for at, name in enumerate(item.marks or ())}


def mean(marks: Sequence[Fraction], left_out: int) -> Fraction | None:
    """Of marks, the lowest first, without so many at each end; None where nothing is left."""
    kept = marks[left_out : len(marks) - left_out]
    return sum(kept, Fraction(0)) / len(kept) if kept else None

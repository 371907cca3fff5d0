"""What a unit's result is worth under a rule, and what that is read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from assessment.programmes import queries as programmes
from assessment.programmes.models import Period
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.models import Edition


@dataclass(frozen=True)
class Worth:
    """What a unit's result is worth under a rule; `nominal` before an exclusion took it."""

    amount: int = 0
    nominal: int = 0
    place: int | None = None
    basis: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ground:
    """The results that a round rests on; ``before`` for most improved only."""

    session: Session
    period: Period
    edition: Edition
    before: Edition | None = None

    @property
    def scheme(self) -> Scheme:
        return programmes.scheme(self.session, self.edition.scheme_version_id)


def gain_lost(amount: int, is_out: bool) -> int:
    """Who is not eligible loses a gain, which moves to nobody, but is spared no loss."""
    return 0 if is_out and amount > 0 else amount

"""How large a made-up country is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Size:
    """Counts of everything; ``FULL`` is about China's."""

    provinces: int = 34
    prefectures: int = 333
    counties: int = 2_844
    indicators: int = 100
    """As many points each as make 100: 5, 10, 20, 50 or 100 of them."""
    periods: int = 36
    """Months; the newest is still to be reported for."""
    filled: int = 35
    """So many before it are closed and hold reports and results; any earlier ones are planned and empty."""
    tasks: int = 200_000
    people: int = 1_000
    seed: int = 2012

    def times(self, share: float) -> Size:
        """A country of so much of its places, tasks and people; as many indicators and periods."""
        less = {
            name: max(least, round(getattr(self, name) * share))
            for name, least in (("provinces", 2), ("prefectures", 4), ("counties", 12), ("tasks", 100), ("people", 20))
        }
        return replace(self, **less)

    @property
    def last_year(self) -> int:
        return 2012

    @property
    def months(self) -> list[str]:
        """Their codes, the newest last: 2012-12."""
        end = self.last_year * 12 + 12
        return [f"{(end - back - 1) // 12}-{(end - back - 1) % 12 + 1:02}" for back in reversed(range(self.periods))]

    @property
    def years(self) -> range:
        """Those whose working days are wanted, with a year on either side."""
        return range(int(self.months[0][:4]) - 1, self.last_year + 2)

    @property
    def first_day(self) -> date:
        return date.fromisoformat(f"{self.months[0]}-01")


FULL = Size()
LONG_AGO = date(2000, 1, 1)

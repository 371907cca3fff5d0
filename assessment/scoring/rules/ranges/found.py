"""What a simulation of ranks finds for a unit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RankRange:
    """A unit's published rank, its median rank in the draws, the range that holds most of them, and its tier."""

    group: str
    unit: str
    rank: int
    median: int
    low: int
    high: int
    tier: int

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}–{self.high}"

"""What is wrong with a scheme file: each fault with its place, its line and what would be right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One thing wrong; `message` is a msgid, `facts` fill it, `place` reads `indicators › build › B1 › target`."""

    place: str
    line: int | None
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        what = self.message.format(**self.facts) if self.facts else self.message
        where = f"{self.place} (line {self.line})" if self.line and self.place else self.place or f"line {self.line}"
        return f"{where}: {what}" if self.place or self.line else what


class SchemeFaults(Exception):
    """A scheme file that cannot be used, with all its faults at once, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults by line."""
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line or 0))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Ill(ValueError):
    """A value of the wrong form, as a msgid with its facts; becomes a `Fault` once its place is known."""

    def __init__(self, message: str, /, **facts: Any) -> None:
        """Name what is wrong and what would be right."""
        super().__init__(message.format(**facts) if facts else message)
        self.message = message
        self.facts = facts

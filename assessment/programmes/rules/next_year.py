"""Last year's scheme as the draft of the next: version and months moved on; and in what two schemes differ."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assessment.programmes.rules.reading import place_of, read

KEY = re.compile(r"^\S")
VERSION = re.compile(r"""^(version:\s*["']?)([\w.-]+)""")
MONTH = re.compile(r"\b([12][0-9]{3})(-(?:0[1-9]|1[0-2]))\b")


def version_for(number: str, year: int) -> str:
    """``2012.3`` becomes ``2013.1``; a number that does not begin with a year is followed by the new year."""
    return f"{year}.1" if re.match(r"[12][0-9]{3}(\D|$)", number) else f"{number}-{year}"


def moved_on(source: str, from_year: int, to_year: int) -> str:
    """The text of a scheme for another year: its version, and the months of ``periods``; everything else to the letter.

    Comments, order and spelling stay, so that what the office changes afterwards is all that differs.
    """
    lines, section = [], ""
    for line in source.splitlines(keepends=True):
        if KEY.match(line) and not line.startswith("#"):
            section = line.partition(":")[0]
        if section == "version":
            line = VERSION.sub(lambda found: found[1] + version_for(found[2], to_year), line)
        elif section == "periods":
            line = MONTH.sub(lambda found: f"{int(found[1]) + to_year - from_year:04d}{found[2]}", line)
        lines.append(line)
    return "".join(lines)


@dataclass(frozen=True)
class Difference:
    """One place of the file that says something else: "" where it says nothing."""

    place: str
    """As the file is read: ``indicators › B1 › points``."""
    before: str
    after: str

    @property
    def is_new(self) -> bool:
        return not self.before

    @property
    def is_gone(self) -> bool:
        return not self.after


def differences(before: str, after: str) -> list[Difference]:
    """Every place in which two scheme files differ, in the order of the later one; entries are known by their code.

    Comments and spelling are no differences. Raises ``SchemeFaults`` where a text cannot be read at all.
    """
    old, new = (_said(read(text).data) for text in (before, after))
    places = [*new, *(place for place in old if place not in new)]
    return [
        Difference(place, old.get(place, ""), new.get(place, ""))
        for place in places
        if old.get(place, "") != new.get(place, "")
    ]


def _said(data: Any) -> dict[str, str]:
    return {place_of(path, data): text for path, text in _leaves(data, ())}


def _leaves(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(value, dict) and value:
        for key, part in value.items():
            yield from _leaves(part, (*path, key))
    elif isinstance(value, (list, tuple)) and any(isinstance(part, dict) for part in value):
        for index, part in enumerate(value):
            yield from _leaves(part, (*path, index))
    else:
        yield path, ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)

"""The published sums of October 2012, split over sixty counties: our own, illustrative split, exact in every sum."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil

from assessment.foundation.exact import canonical, largest_remainder, rounded

# As printed on 19 December 2012 of the state at the end of October.
NEW_CAMERAS, TARGET, CAMERAS = 66_974, 50_000, 287_000
CENTRES, HIGHWAY_SYSTEMS, HIGHWAY_RATE = 88, 385, Decimal("91.5")
CASES, SUSPECTS, HELP = 974, 428, 1_346
HAZARDS = 4_545

MONTHS = range(1, 11)
LAST = 10
PLANNED = (1, 3, 9, 20, 33, 47, 60, 72, 82, 90, 96, 100)
"""How much of the year's target is to stand by the end of each month, in per cent."""
BUILT = (2, 5, 12, 24, 38, 53, 67, 80, 91, 100)
"""The same of what stood at the end of October, for a county that builds evenly."""

Code = str
Reports = dict[Code, dict[str, str]]


def dice(sides: int, *what: object) -> int:
    """A throw from 0 that is the same in every play: the examples must not differ from machine to machine."""
    text = ":".join(str(one) for one in what)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:6], "big") % sides


class Split:
    """Every county's targets and monthly reports. ``places`` are (code, parent code, is a district)."""

    def __init__(self, places: Sequence[tuple[Code, Code, bool]], bodies: Iterable[Code]) -> None:
        self.codes = [code for code, _, _ in places]
        self.parents = {code: parent for code, parent, _ in places}
        self.districts = {code for code, _, is_district in places if is_district}
        self.bodies = list(bodies)

    # --- what is fixed for the year ------------------------------------------------------------------------------

    @cached_property
    def size(self) -> dict[Code, int]:
        return {code: 60 + dice(100, "size", code) for code in self.codes}

    @cached_property
    def pace(self) -> dict[Code, int]:
        """How a county builds, in per cent of what it promised; two lag behind all year."""
        laggards = {self.codes[7]: 62, self.codes[41]: 66}
        return {code: laggards.get(code, 112 + dice(50, "pace", code)) for code in self.codes}

    @cached_property
    def targets(self) -> dict[Code, int]:
        return largest_remainder(TARGET, self.size)

    @cached_property
    def new_cameras(self) -> dict[Code, int]:
        return largest_remainder(NEW_CAMERAS, {code: self.targets[code] * self.pace[code] for code in self.codes})

    @cached_property
    def old_cameras(self) -> dict[Code, int]:
        return largest_remainder(CAMERAS - NEW_CAMERAS, self.size)

    @cached_property
    def highway(self) -> dict[Code, int]:
        """Systems planned; districts without a trunk road have none."""
        with_roads = {
            code: size for code, size in self.size.items() if code not in self.districts or dice(3, "road", code)
        }
        return dict.fromkeys(self.codes, 0) | largest_remainder(HIGHWAY_SYSTEMS, with_roads)

    @cached_property
    def highway_progress(self) -> dict[Code, int]:
        """What stood in October, weighted by progress, in thousandths of a system: 91.5 % of 385 exactly."""
        whole = int(HIGHWAY_SYSTEMS * HIGHWAY_RATE * 10)
        unfinished = {code: 1 + dice(9, "unfinished", code) for code, count in self.highway.items() if count}
        missing = largest_remainder(HIGHWAY_SYSTEMS * 1000 - whole, unfinished)
        return {code: count * 1000 - missing.get(code, 0) for code, count in self.highway.items()}

    @cached_property
    def centres(self) -> dict[Code, int]:
        """Its own; where prefecture and province have theirs, and those of the bodies beside it."""
        found = dict.fromkeys(self.codes, 1)
        first: dict[Code, Code] = {}
        for code in self.codes:
            first.setdefault(self.parents[code], code)
        for code in first.values():
            found[code] += 1
        found[self.codes[0]] += 1
        for body in self.bodies:
            beside = [code for code in self.codes if self.parents[code] == body[:6]] or self.codes[:6]
            found[beside[dice(len(beside), "body", body)]] += 1
        return found

    @cached_property
    def cases(self) -> dict[Code, int]:
        return largest_remainder(CASES, {code: self.size[code] * (60 + dice(80, "cases", code)) for code in self.codes})

    @cached_property
    def suspects(self) -> dict[Code, int]:
        return largest_remainder(SUSPECTS, {code: self.cases[code] + dice(9, "suspects", code) for code in self.codes})

    @cached_property
    def help(self) -> dict[Code, int]:
        return largest_remainder(HELP, {code: self.size[code] + dice(90, "help", code) for code in self.codes})

    # --- letters -------------------------------------------------------------------------------------------------

    def letters(self) -> bytes:
        """Every unit's targets with the months of the year; a prefecture's are the sums of its counties'."""
        rows: list[tuple[str, str, int | str, int | str]] = []
        for code in [*dict.fromkeys(self.parents.values()), *self.codes]:
            below = [one for one in self.codes if code in (one, self.parents[one])]
            rows.append((code, "cameras_new", sum(self.targets[one] for one in below), ""))
            rows += [
                (code, "cameras_new", sum(self.targets[one] * part // 100 for one in below), month)
                for month, part in enumerate(PLANNED, 1)
            ]
            rows.append((code, "highway_systems", sum(self.highway[one] for one in below), ""))
            rows += [
                (code, "highway_systems", sum(self.highway[one] * part * 3 // 400 for one in below), month)
                for month, part in enumerate(PLANNED, 1)
            ]
            rows.append((code, "centres_online", sum(self.centres[one] for one in below), ""))
            need = Decimal(80 + dice(41, "need", code)) / 100
            rows.append((code, "need", canonical(need), ""))
        return table(("unit", "value", "target", "month"), rows)

    # --- reports -------------------------------------------------------------------------------------------------

    def built(self, code: Code, month: int) -> int:
        """A part of October's, in thousandths; some counties begin early, others late."""
        if month >= LAST:
            return 1000
        shift = dice(9, "shift", code) - 4
        return max(5, min(990, BUILT[month - 1] * 10 + shift * 6))

    def report(self, code: Code, month: int) -> dict[str, str]:
        """What a county reports for a month, as it types it."""
        part = self.built(code, month)
        new = self.new_cameras[code] * part // 1000
        whole = self.old_cameras[code] + new
        online = whole * (860 + month * 8 + dice(30, "online", code, month // 3)) // 1000
        faulty = whole * (75 - month * 4 + dice(25, "faulty", code, month // 3)) // 1000
        officers = 24 + self.size[code] // 3
        learning = min(officers, officers * (68 + month * 3 + dice(14, "learning", code)) // 100)
        trained = min(officers, officers * (60 + month * 4 + dice(14, "trained", code)) // 100)
        progress = self.highway_progress[code] * part // 1000
        planned = self.highway[code]
        joined = self.centres[code] - (1 if month < dice(16, "joined", code) - 5 else 0)
        return {
            "cameras_new": str(new),
            "highway_systems": str(progress // 1000),
            "highway_planned": str(planned),
            "highway_progress": canonical(Decimal(progress) / 1000),
            "highway_rate": percent(progress, planned * 1000) if planned else "n/a",
            "centres_online": str(joined),
            "cameras_all": str(whole),
            "cameras_online": str(online),
            "cameras_faulty": str(faulty),
            "online_rate": percent(online, whole),
            "fault_rate": percent(faulty, whole),
            "officers": str(officers),
            "officers_learning": str(learning),
            "officers_trained": str(trained),
            "learning_rate": percent(learning, officers),
            "training_rate": percent(trained, officers),
        }

    def cases_report(self, code: Code, month: int) -> dict[str, str]:
        """What the data provider reports on a county."""
        by_video = self.cases[code] * month // LAST
        share = 22 + dice(15, "share", code)
        return {
            "cases_by_video": str(by_video),
            "cases_solved": str(ceil(Fraction(by_video * 100, share)) + (month + dice(6, "solved", code)) // 3),
            "suspects": str(self.suspects[code] * month // LAST),
            "help_occasions": str(self.help[code] * month // LAST),
        }

    def reports(self, month: int, codes: Iterable[Code] | None = None) -> Reports:
        return {code: self.report(code, month) for code in (self.codes if codes is None else codes)}

    def cases_reports(self, month: int) -> Reports:
        return {code: self.cases_report(code, month) for code in self.codes}

    def sums(self, month: int) -> Mapping[str, Decimal]:
        """The province's figures of a month, for the overall paragraph of its bulletin."""
        every = [{**self.report(code, month), **self.cases_report(code, month)} for code in self.codes]
        summed = ("cameras_new", "cameras_all", "highway_systems", "highway_planned", "highway_progress",
                  "centres_online", "cases_by_video", "suspects", "help_occasions")  # fmt: skip
        return {name: sum((Decimal(one[name]) for one in every), Decimal(0)) for name in summed}


def percent(part: int, whole: int) -> str:
    """A rate as people report it: two decimals, and derivable from its counts."""
    return canonical(rounded(Fraction(part * 100, whole), 2, "half_up"))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A file as a unit hands it in."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def as_table(reports: Reports, change: Callable[[str, dict[str, str]], dict[str, str]] | None = None) -> bytes:
    """One row a unit, one column a value."""
    columns = list(next(iter(reports.values())))
    changed = {code: change(code, values) if change else values for code, values in reports.items()}
    return table(("unit", *columns), ([code, *values.values()] for code, values in changed.items()))

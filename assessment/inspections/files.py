"""Checklists from XLSForm workbooks: the sheets survey, choices and settings, in the words that ODK and Kobo use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assessment.foundation import sheets_in
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import N_, Bilingual, Sentence, say
from assessment.foundation.sheets_gate import Unreadable
from assessment.inspections.models import AnswerKind, Outcome
from assessment.inspections.rules.conditions import Unknown, condition
from assessment.inspections.rules.grading import Grades, grades_of
from assessment.inspections.services.checklists import NewItem

ASKED = {"integer", "decimal", "text", "image"}
SILENT = {"start", "end", "today", "deviceid", "username", "audit", "note"}
"""Kept by a phone by itself, or only read: nothing to answer."""
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?", re.ASCII)
YES = {"yes", "true", "true()", "1"}
NO = {"", "no", "false", "false()", "0"}
MOST_ITEMS = 2_000
WITHOUT_SEVERITY = N_("Say how grave it is: the column “severity” names one of the scheme's.")


@dataclass(frozen=True)
class Form:
    """A checklist as a workbook states it."""

    code: str
    title: Bilingual
    items: Sequence[NewItem]
    full_points: Decimal | None = None
    grades: Grades = ()


@dataclass
class _Sheet:
    """One sheet: its columns by name, its rows with their numbers in the file, and what is wrong with it."""

    name: str
    rows: list[tuple[int, dict[str, str]]]
    columns: list[str]
    faults: list[Sentence] = field(default_factory=list)

    def fault(self, row: int, column: str, what: Sentence) -> None:
        self.faults.append(
            say("Sheet “{sheet}”, row {row}, column “{column}”: {what}",
                sheet=self.name, row=row, column=column, what=what)
        )  # fmt: skip

    def both(self, row: Mapping[str, str], column: str) -> Bilingual:
        """``label::中文 (zh)`` and ``label::English (en)``, or ``label`` for both."""
        plain = row.get(column, "")
        found = {}
        for one in self.columns:
            base, _colons, language = one.partition("::")
            if base == column and language and row.get(one):
                tag = language.rpartition("(")[2].rstrip(")").strip().lower() or language.lower()
                found["zh" if tag.startswith("zh") or "中" in language else "en"] = row[one]
        zh, en = found.get("zh", plain), found.get("en", plain)
        return Bilingual(zh or en, en or zh)


def read_form(content: bytes, severities: Sequence[str] = ()) -> Form:
    """The checklist of a workbook; raises ``Invalid`` with every fault by sheet, row and column.

    Besides XLSForm's own columns, ``survey`` may have severity, points, clause and photo, ``choices`` an outcome
    (in_order, problem, not_applicable), ``settings`` full_points and grades (``A 90; B 80; C 70``).
    """
    try:
        sheets = sheets_in.read_sheets(content) if sheets_in.is_workbook(content) else {}
    except Unreadable as fault:
        at = fault.places[0]
        raise Invalid(say(at.message, **at.facts)) from fault
    if "survey" not in sheets:
        raise Invalid(say("This is no XLSForm: it has no sheet “survey”. Save the form as .xlsx and choose that file."))
    survey, choices, settings = (_sheet(name, sheets.get(name, [])) for name in ("survey", "choices", "settings"))
    items = _Items(survey, _lists(choices), severities).read()
    form = _settings(settings, items)
    faults = [*survey.faults, *choices.faults, *settings.faults]
    if not items and not faults:
        faults = [say("The sheet “survey” asks nothing.")]
    if faults:
        raise Invalid(say("The form cannot be used as it is; nothing was taken from it."), faults=faults[:50])
    return form


def _sheet(name: str, grid: Sequence[Sequence[str]]) -> _Sheet:
    filled = [(number, row) for number, row in enumerate(grid, 1) if any(cell.strip() for cell in row)]
    if not filled:
        return _Sheet(name, [], [])
    columns = [cell.strip() for cell in filled[0][1]]
    rows = [
        (number, {column: cell.strip() for column, cell in zip(columns, row, strict=False) if column})
        for number, row in filled[1:]
    ]
    return _Sheet(name, rows, [one for one in columns if one])


def _lists(sheet: _Sheet) -> dict[str, list[list[str]]]:
    """``list_name`` -> [[name, 中文, English, outcome], ...]."""
    found: dict[str, list[list[str]]] = {}
    for number, row in sheet.rows:
        of = row.get("list_name") or row.get("list name", "")
        name, outcome = row.get("name", ""), row.get("outcome", "")
        label = sheet.both(row, "label")
        if not of or not name:
            sheet.fault(number, "name" if of else "list_name", say("The cell is empty; fill it, or delete the row."))
        elif name in {one[0] for one in found.get(of, [])}:
            sheet.fault(number, "name", say("“{name}” stands twice in the list “{list}”.", name=name, list=of))
        elif " " in name:
            sheet.fault(number, "name", say("A choice's name has no blanks: “{name}”.", name=name))
        elif outcome and outcome not in set(Outcome):
            sheet.fault(number, "outcome", say("Write in_order, problem or not_applicable."))
        else:
            found.setdefault(of, []).append([name, label.zh or name, label.en or name, outcome])
    return found


@dataclass
class _Items:
    """Reads the survey row by row: groups become sections, questions become items."""

    sheet: _Sheet
    lists: Mapping[str, list[list[str]]]
    severities: Sequence[str]
    groups: list[tuple[int, Bilingual, str]] = field(default_factory=list)
    items: list[NewItem] = field(default_factory=list)

    def read(self) -> list[NewItem]:
        for number, row in self.sheet.rows[:MOST_ITEMS]:
            self.row(number, row)
        for number, _name, _relevant in self.groups:
            self.sheet.fault(number, "type", say("This group has no “end group”."))
        return self.items

    def row(self, number: int, row: dict[str, str]) -> None:
        kind, _blank, rest = row.get("type", "").partition(" ")
        whole = " ".join(row.get("type", "").split()).replace("_", " ")
        if whole == "begin group":
            self.groups.append((number, self.sheet.both(row, "label"), row.get("relevant", "")))
        elif whole == "end group":
            if not self.groups:
                self.sheet.fault(number, "type", say("Here a group ends that never began."))
            else:
                self.groups.pop()
        elif kind == AnswerKind.SELECT_ONE and rest.strip() in self.lists:
            self.item(number, row, AnswerKind.SELECT_ONE, self.lists[rest.strip()])
        elif kind == AnswerKind.SELECT_ONE:
            what = say("There is no list “{list}” on the sheet “choices”.", list=rest.strip())
            self.sheet.fault(number, "type", what)
        elif kind in ASKED and not rest:
            self.item(number, row, AnswerKind(kind), [])
        elif kind not in SILENT:
            self.sheet.fault(number, "type", say(
                "“{type}” is not taken; known are select_one, integer, decimal, text, image, note, begin group, "
                "end group.", type=row.get("type", "")[:60]))  # fmt: skip

    def item(self, number: int, row: dict[str, str], kind: AnswerKind, choices: list[list[str]]) -> None:
        name, label, before = row.get("name", ""), self.sheet.both(row, "label"), len(self.sheet.faults)
        points, severity = row.get("points", "") or "0", row.get("severity", "")
        if not NAME.fullmatch(name):
            self.sheet.fault(number, "name", say("“{name}” is no name: letters, digits, _ . -, no blanks.", name=name))
        elif name in {one.code for one in self.items}:
            self.sheet.fault(number, "name", say("“{name}” stands twice.", name=name))
        if not label.zh:
            self.sheet.fault(number, "label", say("Say what is asked."))
        if not NUMBER.fullmatch(points):
            self.sheet.fault(number, "points", say("“{text}” is no number of points.", text=points))
        if not severity:
            self.sheet.fault(number, "severity", say(WITHOUT_SEVERITY))
        elif self.severities and severity not in self.severities:
            self.sheet.fault(number, "severity", say("The scheme knows no severity “{code}”.", code=severity))
        required = row.get("required", "").lower()
        if required not in YES | NO:
            self.sheet.fault(number, "required", say("Write yes or no."))
        relevant = " and ".join(f"({one})" for one in self.conditions(row) if one)
        self.check(number, "relevant", relevant)
        self.check(number, "constraint", row.get("constraint", ""))
        if len(self.sheet.faults) == before:
            self.items.append(NewItem(
                code=name, text=label, severity=severity, points=Decimal(points), clause=row.get("clause", ""),
                section=self.groups[-1][1] if self.groups else Bilingual("", ""), method=self.sheet.both(row, "hint"),
                kind=kind, choices=tuple(map(tuple, choices)), is_required=required in YES, relevant=relevant,
                wants_photo=kind == AnswerKind.IMAGE or row.get("photo", "").lower() in YES,
                must_hold=row.get("constraint", ""),
            ))  # fmt: skip

    def conditions(self, row: dict[str, str]) -> list[str]:
        return [*(relevant for _number, _name, relevant in self.groups), row.get("relevant", "")]

    def check(self, number: int, column: str, text: str) -> None:
        """A condition is understood, and asks only about what stands before it."""
        try:
            names = condition(text).names
        except Unknown as fault:
            self.sheet.fault(number, column, say(
                "“{what}” is not understood; comparisons of ${{name}} or . with and, or, not(), selected() are.",
                what=str(fault)))  # fmt: skip
            return
        missing = sorted(names - {one.code for one in self.items})
        if missing:
            self.sheet.fault(number, column, say("Nothing called “{name}” is asked before this.", name=missing[0]))


def _settings(sheet: _Sheet, items: Sequence[NewItem]) -> Form:
    number, row = sheet.rows[0] if sheet.rows else (2, dict[str, Any]())
    full, told = row.get("full_points", ""), row.get("grades", "")
    if full and not NUMBER.fullmatch(full):
        sheet.fault(number, "full_points", say("“{text}” is no number of points.", text=full))
    grades = grades_of(told)
    if grades is None or (told and not full):
        what = say("Write the grades falling, “A 90; B 80; C 70”, and from how many full_points they are counted.")
        sheet.fault(number, "grades", what)
    title = sheet.both(row, "form_title")
    return Form(
        row.get("form_id", "") or row.get("id_string", ""), title, items,
        Decimal(full) if full and NUMBER.fullmatch(full) else None, grades or (),
    )  # fmt: skip

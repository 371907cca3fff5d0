"""Files in and out of programmes: scheme files, and letters as a table of targets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session

from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid
from assessment.foundation.exact import parse_decimal
from assessment.foundation.i18n import N_, Sentence, say
from assessment.foundation.tables import Row, Table, TableFault, TableFaults, read_table
from assessment.organisations.queries import units_on
from assessment.programmes.models import Letter, Programme, SchemeVersion
from assessment.programmes.queries import fault_sentence, letters, programme_by_code, read_scheme, versions
from assessment.programmes.rules.faults import SchemeFaults
from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.reading import LARGEST
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.services import NewLetter, draft_letters, write_scheme
from assessment.programmes.services.periods import span_of

LETTER_COLUMNS = ("unit", "value", "target", "month")


@dataclass(frozen=True)
class Imported:
    """What a file brought, or would bring if it were taken in."""

    new: int = 0
    changed: int = 0
    same: int = 0
    is_dry_run: bool = False
    notes: tuple[Sentence, ...] = field(default=())


# --- schemes ---------------------------------------------------------------------------------------------------------


def read_source(source: Path | bytes) -> str:
    """A scheme file's text; raises ``Invalid`` where it is none."""
    try:
        content = source if isinstance(source, bytes) else source.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as fault:
        raise Invalid(say("The file cannot be opened; check its name and that you may read it.")) from fault
    except UnicodeDecodeError as fault:
        raise Invalid(say("A scheme file is text in UTF-8; save it so.")) from fault
    if len(text) > LARGEST:
        raise Invalid(say("The file is longer than {most} characters.", most=LARGEST))
    return text


@dataclass(frozen=True)
class SchemeFile:
    """A scheme file that was read and found free of faults, before the transaction that takes it in begins."""

    text: str
    scheme: Scheme


def read_scheme_file(source: Path | bytes) -> SchemeFile:
    """Raises ``Invalid`` with everything that is wrong with it."""
    text = read_source(source)
    try:
        return SchemeFile(text, load_scheme(text))
    except SchemeFaults as found:
        faults = [fault_sentence(fault) for fault in found.faults]
        raise Invalid(say("The scheme cannot be used as it is; nothing was taken from it."), faults=faults) from found


def import_scheme(
    session: Session,
    act: Act,
    source: Path | bytes | SchemeFile,
    *,
    unit_id: int,
    dry_run: bool = False,
    is_example: bool = False,
    is_illustrative: bool = False,
) -> Imported:
    """Take a scheme file in as a draft; the same file again changes nothing."""
    file = source if isinstance(source, SchemeFile) else read_scheme_file(source)
    text, scheme = file.text, file.scheme
    programme = programme_by_code(session, scheme.scheme)
    known = [one for one in programme_versions(session, programme) if one.number == scheme.version]
    same = bool(known) and known[0].sha256 == hashlib.sha256(text.encode("utf-8")).hexdigest()
    if not dry_run:
        write_scheme(session, act, text, unit_id=unit_id, is_example=is_example, is_illustrative=is_illustrative,
                     scheme=scheme)  # fmt: skip
    return Imported(int(not known), int(bool(known) and not same), int(same), dry_run)


def programme_versions(session: Session, programme: Programme | None) -> list[SchemeVersion]:
    return versions(session, programme.id) if programme is not None else []


# --- letters ---------------------------------------------------------------------------------------------------------


def import_letters(
    session: Session,
    act: Act,
    version: SchemeVersion,
    source: Path | bytes | Table,
    name: str,
    *,
    dry_run: bool = False,
    term: str = "",
) -> Imported:
    """Draft the letters a table asks for: ``unit,value,target`` and, for a schedule, ``month``; or name all faults.

    A unit whose letter says the same already is left alone; one whose letter says something else must be amended.
    ``term`` is the year; without it, the year of the scheme's first period.
    """
    first, last = _term(version, term)
    table = read_table(source, name)
    faults: list[TableFault] = []
    targets = _targets(session, version, table, first, faults)
    known = _known(session, version.programme_id, first, last)
    drafts, same = [], 0
    by_id = {unit_id: code for code, unit_id in _unit_ids(session, first).items()}
    for number, (unit_id, (row, found)) in enumerate(sorted(targets.items(), key=lambda item: by_id[item[0]]), 1):
        letter = known.get(unit_id)
        if letter is None:
            drafts.append(_draft(version.programme, unit_id, number, first, last, found))
        elif {(one.value_code, one.month): one.number for one in letter.targets} == found:
            same += 1
        else:
            message = N_("This unit’s letter says something else already; amend it instead.")
            faults.append(TableFault(row, "unit", message))
    if faults:
        raise TableFaults(sorted(faults, key=lambda fault: fault.row or 0), name)
    if not dry_run:
        draft_letters(session, act, version.programme, version, drafts)
    return Imported(new=len(drafts), same=same, is_dry_run=dry_run)


def _term(version: SchemeVersion, term: str) -> tuple[date, date]:
    if not term:
        periods = read_scheme(version).periods
        if periods is None:
            raise Invalid(say("Say for which year the letters are; the scheme names no periods."))
        term = f"{periods.from_.year:04d}"
    return span_of(term)[1:]


def _unit_ids(session: Session, day: date) -> dict[str, int]:
    return {unit.code: unit.id for unit in units_on(session, day).values()}


Found = dict[tuple[str, int | None], Decimal]


def _targets(
    session: Session, version: SchemeVersion, table: Table, day: date, faults: list[TableFault]
) -> dict[int, tuple[int, Found]]:
    """unit id -> the first row it stands in, and its targets."""
    for column in LETTER_COLUMNS[:3]:
        if column not in table.columns:
            faults.append(
                TableFault(None, column, N_("This column is missing; it holds the {what}."), {"what": column})
            )
    if faults:
        return {}
    scheme, units = read_scheme(version), _unit_ids(session, day)
    codes = set(scheme.values) | {code for item in scheme.items for code in scheme.inputs(item)}
    found: dict[int, tuple[int, Found]] = {}
    for row in table.rows:
        cells = _row(row, units, codes, faults)
        if cells is None:
            continue
        unit_id, code, month, number = cells
        mine = found.setdefault(unit_id, (row.number, {}))[1]
        if (code, month) in mine:
            faults.append(TableFault(row.number, "value", N_("This target stands here twice; keep one.")))
        mine[code, month] = number
    return found


def _row(
    row: Row, units: dict[str, int], codes: set[str], faults: list[TableFault]
) -> tuple[int, str, int | None, Decimal] | None:
    before = len(faults)
    unit, code, month = row.text("unit"), row.text("value"), row.text("month")
    if unit not in units:
        message = N_("There is no unit “{unit}” on that day; write its code.")
        faults.append(TableFault(row.number, "unit", message, {"unit": unit[:40]}))
    if code not in codes:
        faults.append(TableFault(row.number, "value", N_("The scheme knows no value “{code}”."), {"code": code[:40]}))
    if month and not (month.isdecimal() and 1 <= int(month) <= 12):
        faults.append(TableFault(row.number, "month", N_("A month is a number from 1 to 12, or empty for the term.")))
    try:
        number = parse_decimal(row.text("target"))
    except ValueError:
        message = N_("“{text}” is not a number; write digits with a point for decimals.")
        faults.append(TableFault(row.number, "target", message, {"text": row.text("target")[:40]}))
        return None
    if len(faults) > before:
        return None
    return units[unit], code, int(month) if month else None, number


def _known(session: Session, programme_id: int, first: date, last: date) -> dict[int, Letter]:
    """The newest version of each unit's letter for the term."""
    found: dict[int, Letter] = {}
    for letter in letters(session, programme_id):
        if (letter.term_from, letter.term_to) == (first, last):
            found.setdefault(letter.unit_id, letter)
    return found


def _draft(programme: Programme, unit_id: int, number: int, first: date, last: date, found: Found) -> NewLetter:
    schedules: dict[str, dict[int, Decimal]] = {}
    for (code, month), amount in found.items():
        if month is not None:
            schedules.setdefault(code, {})[month] = amount
    return NewLetter(
        unit_id, f"{programme.reference}责〔{first.year}〕{number}号", first, last,
        {code: amount for (code, month), amount in found.items() if month is None}, schedules,
    )  # fmt: skip


def letter_rows(session: Session, programme_id: int, unit_codes: dict[int, str]) -> Iterable[Sequence[object]]:
    """Every target of every letter, as the import reads it and with the letter it stands in."""
    for letter in letters(session, programme_id):
        for target in letter.targets:
            yield (
                unit_codes.get(letter.unit_id, str(letter.unit_id)), target.value_code, target.number, target.month,
                letter.number, letter.version_number, letter.state,
            )  # fmt: skip


LETTER_EXPORT = (*LETTER_COLUMNS, "letter", "version", "state")

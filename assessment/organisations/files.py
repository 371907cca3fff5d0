"""Files into organisations: units, and people with their posts. Last days in a file are days that still count."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import LANGUAGES, N_, Bilingual
from assessment.foundation.tables import Row, Table, TableFault, TableFaults, read_table
from assessment.organisations import queries
from assessment.organisations.duties import ROLES
from assessment.organisations.models import Holding, Level, Person, Placement, Post, PostDuty, Unit, UnitName
from assessment.organisations.process import against_adding, day_of
from assessment.organisations.services import accounts, posts, units

UNIT_COLUMNS = (
    "code", "name_zh", "name_en", "level", "parent", "valid_from", "valid_to", "tile_row", "tile_column",
)  # fmt: skip
PEOPLE_COLUMNS = (
    "username", "name", "email", "language", "unit", "title_zh", "title_en", "role", "from", "to",
)  # fmt: skip
ONE_DAY = timedelta(days=1)


@dataclass
class Imported:
    """What a file brought, or would bring if it were taken in."""

    new: int = 0
    changed: int = 0
    same: int = 0
    is_dry_run: bool = False
    notes: list[str] = field(default_factory=list)


# --- units -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitRow:
    number: int
    code: str
    name: Bilingual
    level: str
    parent: str
    valid_from: date
    valid_to: date | None
    tile: tuple[int, int] | None = None


def import_units(
    session: Session, act: Act, source: Path | bytes | Table, name: str = "units.csv", *, dry_run: bool = False
) -> Imported:
    """Add what is new; rename and re-place from today what has changed. The same file again changes nothing."""
    table = read_table(source, name)
    faults: list[TableFault] = []
    _need_columns(table, UNIT_COLUMNS[:4], faults, name)
    today = day_of(act)
    rows = [row for row in (_unit_row(one, today, faults) for one in table.rows) if row is not None]
    known = {unit.code: unit for unit in session.scalars(select(Unit))}
    _check_units(rows, known, faults)
    _check_reach(session, act, rows, known, faults)
    _raise(faults, name)
    found = Imported(is_dry_run=dry_run)
    with _rehearsal(session, dry_run):
        fresh = _add_units(session, act, [row for row in rows if row.code not in known], known, table.sha256)
        found.new = len(fresh)
        for row in rows:
            if row.code not in {one.code for one in fresh}:
                with _faults_of(row.number, faults):
                    if _change_unit(session, act, known, row):
                        found.changed += 1
                    else:
                        found.same += 1
        _raise(faults, name)
    return found


def _unit_row(row: Row, today: date, faults: list[TableFault]) -> UnitRow | None:
    before = len(faults)
    for column in ("code", "name_zh", "name_en", "level"):
        if not row.text(column):
            faults.append(TableFault(row.number, column, N_("The cell is empty; every unit needs this.")))
    level = row.text("level").lower()
    if level and level not in list(Level):
        facts = {"levels": [one.value for one in Level]}
        faults.append(TableFault(row.number, "level", N_("The level is one of {levels}."), facts))
    start = _day(row, "valid_from", faults) or today
    end = _after(_day(row, "valid_to", faults))
    if end is not None and end <= start:
        faults.append(TableFault(row.number, "valid_to", N_("The last day lies before the first.")))
    tile = _tile(row, faults)
    if len(faults) > before:
        return None
    parent = row.text("parent") or row.text("parent_code")
    return UnitRow(
        row.number, row.text("code"), Bilingual(row.text("name_zh"), row.text("name_en")), level, parent, start, end,
        tile,
    )


def _tile(row: Row, faults: list[TableFault]) -> tuple[int, int] | None:
    """Where its tile lies; a file that does not say leaves it where it is."""
    texts = (row.text("tile_row"), row.text("tile_column"))
    if texts == ("", ""):
        return None
    numbers = [int(one) if one.isascii() and one.isdecimal() else None for one in texts]
    against = units.against_tile(*numbers)
    if against or None in numbers:
        facts = {"last": units.LAST_TILE}
        message = N_("A tile has a row and a column, each a whole number from 1 to {last}.")
        faults.append(TableFault(row.number, "tile_row", message, facts))
        return None
    return numbers[0], numbers[1]  # type: ignore[return-value]


def _check_units(rows: Sequence[UnitRow], known: dict[str, Unit], faults: list[TableFault]) -> None:
    by_code: dict[str, UnitRow] = {}
    for row in rows:
        if row.code in by_code:
            first = {"row": by_code[row.code].number}
            faults.append(TableFault(row.number, "code", N_("Row {row} has this code already."), first))
        by_code.setdefault(row.code, row)
        unit = known.get(row.code)
        if unit is not None and unit.level != row.level:
            message = N_("This unit is entered as {level}; a unit of another level is a new one, with its own code.")
            faults.append(TableFault(row.number, "level", message, {"level": unit.level}))
    for row in rows:
        if row.parent and row.parent not in by_code and row.parent not in known:
            facts = {"code": row.parent}
            faults.append(TableFault(row.number, "parent", N_("There is no unit with the code {code}."), facts))
        elif _is_circle(row, by_code):
            faults.append(TableFault(row.number, "parent", N_("The units above this one lead back to it.")))


def _check_reach(
    session: Session, act: Act, rows: Sequence[UnitRow], known: dict[str, Unit], faults: list[TableFault]
) -> None:
    """New units hang below one that this administrator looks after, or below others of the file."""
    coming = {row.code for row in rows if row.code not in known}
    for row in rows:
        if row.code in coming and row.parent not in coming and (not row.parent or row.parent in known):
            against = against_adding(session, known[row.parent].id if row.parent else None, act)
            if against:
                faults.append(TableFault(row.number, "parent", against.message, against.facts))


def _is_circle(row: UnitRow, by_code: dict[str, UnitRow]) -> bool:
    seen, current = {row.code}, row
    while current.parent in by_code:
        current = by_code[current.parent]
        if current.code in seen:
            return current.code == row.code
        seen.add(current.code)
    return False


def _add_units(
    session: Session, act: Act, rows: Sequence[UnitRow], known: dict[str, Unit], digest: str
) -> list[UnitRow]:
    """All new units in one act: three inserts and one row in the trail, however many they are."""
    made = {
        row.code: Unit(
            code=row.code, name_zh=row.name.zh, name_en=row.name.en, level=row.level,
            valid_from=row.valid_from, valid_to=row.valid_to,
            **(dict(zip(("tile_row", "tile_column"), row.tile, strict=True)) if row.tile else {}),
        )
        for row in rows
    }  # fmt: skip
    if not made:
        return []
    session.add_all(made.values())
    session.flush()
    every = {**known, **made}
    dated = [(row, made[row.code].id, {"valid_from": row.valid_from, "valid_to": row.valid_to}) for row in rows]
    session.add_all(UnitName(unit_id=i, name_zh=row.name.zh, name_en=row.name.en, **when) for row, i, when in dated)
    session.add_all(
        Placement(unit_id=i, parent_id=every[row.parent].id, **when) for row, i, when in dated if row.parent
    )
    session.flush()
    queries.forget_trees(session)
    body = {"file": digest, "count": len(made)}
    audit.record(session, act, "import_units", None, kind="unit", touched=made.values(), body=body)
    return list(rows)


def _change_unit(session: Session, act: Act, known: dict[str, Unit], row: UnitRow) -> bool:
    unit, today = known[row.code], day_of(act)
    changed = False
    if unit.name != row.name:
        units.rename_unit(session, unit, act, name=row.name, day=today)
        changed = True
    if row.parent and unit.is_valid_on(today):
        parent = queries.unit_by_code(session, row.parent)
        view = queries.tree_on(session, today).units[unit.id]
        if parent is not None and view.parent_id != parent.id:
            units.place_unit(session, unit, act, parent_id=parent.id, day=today)
            changed = True
    if row.tile is not None and (unit.tile_row, unit.tile_column) != row.tile:
        units.set_tile(session, unit, act, row=row.tile[0], column=row.tile[1])
        changed = True
    if row.valid_to is not None and unit.valid_to != row.valid_to:
        units.end_unit(session, unit, act, day=row.valid_to)
        changed = True
    return changed


# --- people ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonRow:
    number: int
    username: str
    name: str
    email: str
    language: str
    unit: str
    title: Bilingual
    role: str
    valid_from: date
    valid_to: date | None


def import_people(
    session: Session, act: Act, source: Path | bytes | Table, name: str = "people.csv", *, dry_run: bool = False
) -> Imported:
    """Invite who is new and appoint them; a person with several posts has several rows. Weighty duties wait."""
    table = read_table(source, name)
    faults: list[TableFault] = []
    _need_columns(table, ("username", "name", "unit", "title_zh", "title_en", "role"), faults, name)
    rows = [row for row in (_person_row(one, day_of(act), faults) for one in table.rows) if row is not None]
    _check_same_person(rows, faults)
    known = {unit.code: unit for unit in session.scalars(select(Unit))}
    for row in rows:
        if row.unit and row.unit not in known:
            facts = {"code": row.unit}
            faults.append(TableFault(row.number, "unit", N_("There is no unit with the code {code}."), facts))
    _raise(faults, name)
    found = Imported(is_dry_run=dry_run)
    with _rehearsal(session, dry_run):
        touched: list[object] = []
        people = queries.people_by_username(session, (row.username for row in rows))
        for row in rows:
            with _faults_of(row.number, faults):
                _take_person(session, act, row, known, people, found, touched)
        _raise(faults, name)
        if touched:
            appointed = [one.person_id for one in touched if isinstance(one, Holding)]
            posts.end_sessions(session, appointed, "change of duty")
            body = {"file": table.sha256, "new": found.new, "changed": found.changed}
            audit.record(session, act, "import_people", None, kind="person", touched=touched, body=body)
    return found


def _person_row(row: Row, today: date, faults: list[TableFault]) -> PersonRow | None:
    before = len(faults)
    for column in ("username", "name"):
        if not row.text(column):
            faults.append(TableFault(row.number, column, N_("The cell is empty; every person needs this.")))
    language = row.text("language").lower() or "zh"
    for field_name, sentence in accounts.check_person(row.text("name") or "-", row.text("email"), language).items():
        faults.append(TableFault(row.number, field_name, sentence.message, sentence.facts))
    role = row.text("role")
    if role and role not in ROLES:
        message = N_("“{role}” is no role; choose one of {roles}.")
        faults.append(TableFault(row.number, "role", message, {"role": role, "roles": list(ROLES)}))
    if bool(role) != bool(row.text("unit")):
        faults.append(TableFault(row.number, "unit", N_("A post needs its unit, its titles and its role.")))
    if role and not (row.text("title_zh") and row.text("title_en")):
        faults.append(TableFault(row.number, "title_zh", N_("A post has a title in both languages.")))
    start, end = _day(row, "from", faults) or today, _after(_day(row, "to", faults))
    if end is not None and end <= start:
        faults.append(TableFault(row.number, "to", N_("The last day lies before the first.")))
    if len(faults) > before:
        return None
    title = Bilingual(row.text("title_zh"), row.text("title_en"))
    return PersonRow(
        row.number, row.text("username").lower(), row.text("name"), row.text("email"), language if language in LANGUAGES
        else "zh", row.text("unit"), title, role, start, end,
    )  # fmt: skip


def _check_same_person(rows: Sequence[PersonRow], faults: list[TableFault]) -> None:
    first: dict[str, PersonRow] = {}
    for row in rows:
        other = first.setdefault(row.username, row)
        if (row.name, row.email, row.language) != (other.name, other.email, other.language):
            message = N_("Row {row} has the same user name and says something else about the person.")
            faults.append(TableFault(row.number, "username", message, {"row": other.number}))


def _take_person(
    session: Session,
    act: Act,
    row: PersonRow,
    known: dict[str, Unit],
    people: dict[str, Person],
    found: Imported,
    touched: list[object],
) -> None:
    person = people.get(row.username)
    is_new = person is None
    is_changed = False
    if person is None:
        person = people[row.username] = accounts.make_person(
            session, act, row.username, row.name, row.email, row.language
        )
        touched.append(person)
    elif (person.name, person.email, person.language) != (row.name, row.email, row.language):
        accounts.edit_person(session, person, act, name=row.name, email=row.email, language=row.language)
        is_changed = True
    if row.role:
        is_changed |= _take_post(session, act, row, person, known[row.unit].id, touched)
    found.new += is_new
    found.changed += is_changed and not is_new
    found.same += not is_new and not is_changed


def _take_post(session: Session, act: Act, row: PersonRow, person: Person, unit_id: int, touched: list[object]) -> bool:
    """The post, found by unit and title or made with the role's duties; and the holding, unless it is there."""
    post = session.scalar(
        select(Post).where(Post.unit_id == unit_id, Post.title_zh == row.title.zh, Post.valid_to.is_(None))
    )
    if post is None:
        unit = session.get_one(Unit, unit_id)
        start = max(min(row.valid_from, day_of(act)), unit.valid_from)
        post = posts.make_post(session, act, unit_id, row.title, row.role, (), "subtree", start, None)
        touched.append(post)
    else:
        _check_role(session, post, row)
    held = session.scalars(select(Holding).where(Holding.person_id == person.id, Holding.post_id == post.id)).all()
    if any(one.valid_from == row.valid_from and one.valid_to == row.valid_to for one in held):
        return False
    for one in held:
        if one.valid_to is None and row.valid_to is not None and one.valid_from == row.valid_from:
            posts.end_holding(session, one, act, day=row.valid_to)
            return True
    if any(one.valid_to is None for one in held):
        return False  # holds it still; a file without dates, read again on a later day, changes nothing
    touched.append(posts.make_holding(session, person, act, post, row.valid_from, row.valid_to))
    return True


def _check_role(session: Session, post: Post, row: PersonRow) -> None:
    held = set(session.scalars(select(PostDuty.duty).where(PostDuty.post_id == post.id)))
    if not {duty.value for duty in ROLES[row.role][1]} <= held:
        raise _Fault(N_("This post is there with other duties than those of the role; change the post first."))


# --- parts -----------------------------------------------------------------------------------------------------------


class _Fault(Exception):
    """A fault of the row at hand."""


@contextmanager
def _faults_of(row: int, faults: list[TableFault]) -> Iterator[None]:
    """What a service refuses is a fault of this row; the others are still looked at."""
    try:
        yield
    except Refusal as refusal:
        faults.append(TableFault(row, None, refusal.sentence.message, refusal.sentence.facts))
    except _Fault as fault:
        faults.append(TableFault(row, None, str(fault)))


@contextmanager
def _rehearsal(session: Session, dry_run: bool) -> Iterator[None]:
    """A dry run does everything and takes it back, the rows for the trail included."""
    if not dry_run:
        yield
        return
    pending: list[object] = session.info.setdefault("trail", [])
    before = len(pending)
    nested = session.begin_nested()
    try:
        yield
    finally:
        nested.rollback()
        del pending[before:]
        queries.forget_trees(session)


def _need_columns(table: Table, columns: Sequence[str], faults: list[TableFault], name: str) -> None:
    for column in columns:
        if column not in table.columns:
            faults.append(TableFault(None, column, N_("The column is missing.")))
    _raise(faults, name)


def _raise(faults: Sequence[TableFault], name: str) -> None:
    if faults:
        raise TableFaults(faults, name)


def _day(row: Row, column: str, faults: list[TableFault]) -> date | None:
    text = row.text(column)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10].replace("/", "-"))
    except ValueError:
        faults.append(TableFault(row.number, column, N_("“{text}” is no day; write 2012-11-13."), {"text": text[:40]}))
        return None


def _after(last: date | None) -> date | None:
    """A file names the last day; a table the first day that no longer counts."""
    return None if last is None else last + ONE_DAY


def export_units(session: Session, day: date) -> list[tuple[str, ...]]:
    """The units of a day, in the columns in which they are imported."""
    tree = queries.tree_on(session, day)
    dates = {unit.id: unit for unit in session.scalars(select(Unit))}
    return [
        (
            view.code, view.name.zh, view.name.en, view.level,
            tree.units[view.parent_id].code if view.parent_id is not None else "",
            dates[view.id].valid_from.isoformat(), _last_day(dates[view.id].valid_to),
            *("" if one is None else str(one) for one in (dates[view.id].tile_row, dates[view.id].tile_column)),
        )
        for view in sorted(tree.units.values(), key=lambda one: one.code)
    ]  # fmt: skip


def _last_day(day: date | None) -> str:
    return "" if day is None else (day - ONE_DAY).isoformat()


Importer = Callable[..., Imported]
IMPORTS: dict[str, Importer] = {"units": import_units, "people": import_people}

"""How long an import of 3,000 units x 100 values takes beside bare reading and writing of the same file."""

import csv
import gc
import io
import random
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Connection, text

from assessment.foundation import audit
from assessment.foundation.actors import CLOCK
from assessment.foundation.frame import Frame
from assessment.foundation.tables import read_table, write_csv, write_xlsx
from assessment.programmes import services as programmes
from assessment.submissions import services, writing
from assessment.submissions.files import import_submissions
from support.programmes import SCHEME, TREE, World, a_scheme_in_force, act
from support.submissions import IN_TIME, begun

UNITS, VALUES = 3_000, 100
ASKED = "".join(f"  v{n}: {{zh: 数{n}, en: Value {n}, unit: camera, kind: level}}\n" for n in range(VALUES))
ITEMS = "".join(
    f"  - {{code: I{n}, points: 1, value: v{n}, rule: completion, target: 100, zh: 指{n}, en: Item {n}}}\n"
    for n in range(VALUES)
)
SOURCE = f"{SCHEME[: SCHEME.index('values:')]}values:\n{ASKED}indicators:\n{ITEMS}"
COLUMNS = ("unit", "period", *(f"v{n}" for n in range(VALUES)))
READ: dict[str, Callable[[bytes], Any]] = {
    "csv": lambda content: list(csv.reader(io.StringIO(content.decode()))),
    "xlsx": lambda content: CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(),
}
WRITE: dict[str, Callable[..., bytes]] = {"csv": write_csv, "xlsx": lambda c, r: write_xlsx(c, r, "reports")}


def _timed(work: Callable[[], Any], timer: Callable[[], float] = time.process_time) -> tuple[float, Any]:
    gc.collect()
    begun_at = timer()
    found = work()
    return timer() - begun_at, found


def code_of(number: int) -> str:
    return f"22{3000 + number}"


def asked_of_all(frame: Frame, monkeypatch: pytest.MonkeyPatch) -> World:
    counties = {code_of(n): ("220100", "county") for n in range(UNITS)}
    monkeypatch.setattr("support.programmes.TREE", {**TREE, **counties})
    with frame.write() as session:
        world = a_scheme_in_force(session, SOURCE)
        periods = {one.code: one for one in programmes.plan_periods(session, act(world.office), world.version)}
        begun(periods["2012-01"])
        session.flush()
        services.open_submissions(session, act(CLOCK), periods["2012-01"])
        return world


def bare_write(frame: Frame, columns: list[str], rows: list[Any]) -> None:
    """The very rows of the import, by the driver alone, into a table with the same columns, keys and checks."""
    marks = ", ".join(["%s" if frame.engine.dialect.name == "postgresql" else "?"] * len(columns))
    with frame.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO submission_value ({', '.join(columns)}) VALUES ({marks})", rows)


@pytest.mark.bench
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_three_thousand_units_with_a_hundred_values(frame: Frame, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    world, chance = asked_of_all(frame, monkeypatch), random.Random(1)
    # PostgreSQL works in a process of its own: what it takes is seen by the clock on the wall alone.
    on_the_wall = frame.engine.dialect.name == "postgresql"
    timed = partial(_timed, timer=time.perf_counter if on_the_wall else time.process_time)

    def some(_: int) -> Decimal:
        return Decimal(chance.randint(0, 10**6)) / 10 ** chance.randint(0, 2)

    rows = [(code_of(n), "2012-01", *map(some, range(VALUES))) for n in range(UNITS)]
    content = WRITE[kind](COLUMNS, rows)
    sender = act(world.locality("220000"), IN_TIME)
    spent: dict[str, float] = {}

    def noted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            took, found = timed(lambda: function(*given, **named))
            spent[name] = max(took, spent.get(name, 0))  # the one long statement
            return found

        return run

    monkeypatch.setattr(Connection, "exec_driver_sql", noted("values", Connection.exec_driver_sql))
    if on_the_wall:  # there rows are copied, past any statement
        monkeypatch.setattr(writing, "insert_rows", noted("values", writing.insert_rows))
    reading, table = timed(lambda: read_table(content, f"a.{kind}"))
    with frame.write() as session:
        programme = session.merge(world.programme, load=False)
        taking, found = timed(lambda: import_submissions(session, sender, programme, table, "a"))
        closing, _ = timed(lambda: (session.flush(), audit.link(session), session.commit()))
    assert found.new == UNITS
    with frame.write() as session:
        again, found = timed(lambda: import_submissions(session, sender, programme, table, "a"))
        assert (found.new, found.same) == (0, UNITS)
        written = session.execute(text("SELECT count(*) FROM audit_row WHERE act = 'submit' AND kind = 'submission'"))
        assert written.scalar() == 1
    with frame.read() as session:
        result = session.execute(text("SELECT * FROM submission_value ORDER BY id"))
        columns, values = list(result.keys()), [tuple(row) for row in result]
        verifying, faults = timed(lambda: audit.verify(session))
        assert faults == []
    with frame.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("DELETE FROM submission_value")
    monkeypatch.undo()
    bare_reading, _ = timed(lambda: READ[kind](content))
    bare_writing, _ = timed(lambda: bare_write(frame, columns, values))
    whole, bare = reading + taking + closing, bare_reading + bare_writing
    share = bare_writing / spent["values"]
    print(
        f"\n{kind}, {len(values)} values: read {reading:.2f} s (bare {bare_reading:.2f}), taken {taking:.2f} s, closed "
        f"{closing:.2f} s; database {spent['values']:.2f} s (bare executemany {bare_writing:.2f}: {share:.0%}); whole "
        f"{whole:.2f} s = {whole / bare:.2f} x bare; the same again {again:.2f} s; trail verified {verifying:.2f} s"
    )

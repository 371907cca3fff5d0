"""Invented spreadsheets read as the calculator reads them."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from assessment.foundation.tables import Row, Table
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.values import Adjustment, AdjustmentKind, UnitInput
from assessment.scoring.scoresheet import Sheet

KINDS = {"P": AdjustmentKind.BONUS, "D": AdjustmentKind.DEDUCTION, "V": AdjustmentKind.VETO}


def units_of(scheme: Scheme, rows: list[dict[str, Any]]) -> list[UnitInput]:
    """Read as the calculator reads a spreadsheet; a column that a scheme does not ask for is ignored."""
    cells = [{name: cell for name, cell in row.items() if name != "adjustments"} for row in rows]
    columns = tuple(dict.fromkeys(name for row in cells for name in row))
    table = Table(columns, tuple(Row(number, row) for number, row in enumerate(cells, 2)))
    sheet = Sheet(scheme, table, "invented")
    units = sheet.units()
    assert not sheet.faults
    return [
        replace(unit, adjustments=tuple(
            Adjustment(KINDS[code[0]], code, Decimal(points), matter=matter)
            for code, points, matter in row["adjustments"]))
        for unit, row in zip(units, rows, strict=True)
    ]  # fmt: skip

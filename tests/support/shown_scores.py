"""What the sheet of scores of a recalculated workbook shows, and what it should show."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.cards import Results
from assessment.scoring.workbook.scores import BAND, CODE, RANK, SAME, TOTAL

Shown = dict[str, tuple[Decimal | None, int | None, str]]


def shown(sheets: Mapping[str, Sequence[Sequence[Any]]], places: int) -> Shown:
    """By unit: total, rank and band as LibreOffice shows them."""
    rows = next(rows for name, rows in sheets.items() if name.endswith("Scores"))
    found: Shown = {}
    for row in rows[4:]:
        if len(row) > SAME and row[SAME]:
            total = round(Decimal(row[TOTAL]), places) if isinstance(row[TOTAL], float) else None
            assert total is None or abs(float(total) - row[TOTAL]) < 1e-9, "the cell itself is rounded"
            found[row[CODE]] = (total, int(row[RANK]) if row[RANK] != "" else None, row[BAND])
    return found


def expected(scheme: Scheme, results: Results) -> Shown:
    names = {band.code: f"{band.zh} {band.en}".strip() or band.code for band in scheme.bands}
    return {card.unit: (card.total_published, card.rank, names.get(card.band or "", "")) for card in results.scorecards}

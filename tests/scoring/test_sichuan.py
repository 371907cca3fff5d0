"""A published assessment that nobody here made: the engine returns its totals and ranks, 21 of 21."""

from pathlib import Path

from assessment.foundation.tables import read_table
from assessment.programmes.rules.loading import load_scheme
from assessment.scoring.rules.engine import score
from assessment.scoring.scoresheet import Sheet, columns, rows

FILES = Path(__file__).parents[2] / "assessment/demo/files"


def test_all_published_totals_and_ranks_come_out_with_the_tie_at_nine() -> None:
    scheme = load_scheme((FILES / "sichuan-2011.scheme.yaml").read_text("utf-8"))
    table = read_table(FILES / "sichuan-2011.csv", "sichuan-2011.csv")
    sheet = Sheet(scheme, table, "sichuan-2011.csv")
    results = score(scheme, sheet.units())
    published = {row.text("unit_zh"): (int(row.text("rank")), float(row.text("total_100"))) for row in table.rows}
    found = {card.unit: (card.rank, float(card.total_published or 0)) for card in results.scorecards}
    assert found == published
    assert len(found) == 21
    assert sorted(card.unit for card in results.scorecards if card.rank == 9) == ["泸州市", "阿坝州"]
    assert columns(scheme)[:4] == ("group", "rank", "unit", "score")
    assert str(next(iter(rows(scheme, results)))[3]) == "96.40"

"""The open-data twin: the same rows as the bulletin, under a hash that the bulletin prints and carries."""

from __future__ import annotations

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from assessment.bulletins import opendata
from assessment.bulletins.opendata import Entry, lines, package, table

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
ENTRY = st.builds(
    Entry, group=TEXT, rank=st.none() | st.integers(1, 99), unit=TEXT, name_zh=TEXT, name_en=TEXT,
    score=st.sampled_from(("", "—", "0.00", "96.40", "100")), band=TEXT, places_won=st.none() | st.integers(-9, 9),
    rank_range=st.sampled_from(("", "1", "2–4")), days_late=st.integers(0, 9), under_objection=st.booleans(),
    marks=st.tuples(st.sampled_from(("", "—", "9.50")), st.sampled_from(("", "10"))),
)  # fmt: skip


@given(st.lists(ENTRY, max_size=5))
def test_what_is_written_is_read_again_line_by_line(entries: list[Entry]) -> None:
    read = lines(table(("B1", "B2"), entries))
    assert len(read) == len(entries)
    for line, entry in zip(read, entries, strict=True):
        assert line["score"] == entry.score.replace("—", "")
        assert (line["rank"], line["marks_B1"]) == (str(entry.rank or ""), entry.marks[0].replace("—", ""))
        assert line["under_objection"] == ("true" if entry.under_objection else "false")


def test_the_package_describes_the_table_by_size_hash_and_columns() -> None:
    data = table(("B1",), [Entry("g", 1, "220100", "长春市", "Changchun", "96.4", "", 2, "1–3", 0, False, ("9.5",))])
    whole = json.loads(package(data, name="jilin", title="t", number="1号", audit_head="ab", documents={}))
    resource = whole["resources"][0]
    assert resource["bytes"] == len(data.encode())
    assert resource["hash"] == f"sha256:{hashlib.sha256(data.encode()).hexdigest()}"
    assert resource["hash"] == f"sha256:{opendata.sha256(data)}"
    assert [field["name"] for field in resource["schema"]["fields"]] == data.splitlines()[0].split(",")
    assert (whole["profile"], resource["profile"]) == ("tabular-data-package", "tabular-data-resource")

"""The open-data twin of a bulletin: its table as CSV, and a Frictionless data package that describes it by its hash."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessment.foundation.tables import Cell, write_csv

TABLE = "ranking.csv"
FIXED = (
    ("group", "string"), ("rank", "integer"), ("unit", "string"), ("name_zh", "string"), ("name_en", "string"),
    ("score", "number"), ("band", "string"), ("places_won", "integer"), ("rank_range", "string"),
    ("days_late", "integer"), ("under_objection", "boolean"),
)  # fmt: skip
MARKS = "marks_"
"""Before an indicator's code: the column of the marks it gave."""


@dataclass(frozen=True)
class Entry:
    """A unit's line, in no language; what is not known or does not apply is empty."""

    group: str
    rank: int | None
    unit: str
    name_zh: str
    name_en: str
    score: str
    band: str
    places_won: int | None
    rank_range: str
    days_late: int
    under_objection: bool
    marks: tuple[str, ...]


def table(indicators: Sequence[str], entries: Sequence[Entry]) -> str:
    """The CSV: UTF-8, LF, a line a unit in the order of the bulletin."""
    columns = [*(name for name, _ in FIXED), *(MARKS + code for code in indicators)]
    return write_csv(columns, [_line(one) for one in entries]).decode()


def _line(one: Entry) -> list[Cell]:
    return [
        one.group, "" if one.rank is None else one.rank, one.unit, one.name_zh, one.name_en, _number(one.score),
        one.band, "" if one.places_won is None else one.places_won, one.rank_range, one.days_late,
        "true" if one.under_objection else "false", *map(_number, one.marks),
    ]  # fmt: skip


def _number(text: str) -> Cell:
    return Decimal(text) if text and text != "—" else ""


def lines(data: str) -> list[dict[str, str]]:
    """The table read again."""
    return list(csv.DictReader(io.StringIO(data)))


def sha256(data: str) -> str:
    return hashlib.sha256(data.encode()).hexdigest()


def package(data: str, *, name: str, title: str, number: str, audit_head: str, documents: dict[str, str]) -> bytes:
    """``datapackage.json`` (Frictionless Data Package 1): ``documents`` are the signed files' SHA-256 by language."""
    header = data.partition("\n")[0].split(",")
    kinds = dict(FIXED)
    fields = [{"name": column, "type": kinds.get(column, "number")} for column in header]
    whole = {
        "profile": "tabular-data-package", "name": name, "title": title,
        "resources": [{
            "profile": "tabular-data-resource", "name": "ranking", "path": TABLE, "format": "csv",
            "mediatype": "text/csv", "encoding": "utf-8", "bytes": len(data.encode()),
            "hash": f"sha256:{sha256(data)}",
            "schema": {"fields": fields, "primaryKey": "unit", "missingValues": [""]},
        }],
        "bulletin": {"number": number, "audit_head": audit_head,
                     "signed": {language: f"sha256:{digest}" for language, digest in sorted(documents.items())}},
    }  # fmt: skip
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()

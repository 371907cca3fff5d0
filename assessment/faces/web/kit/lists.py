"""Lists: filtered, sorted and exported by their address, so that what one sees can be passed on as a link.

    found = listing(
        "tasks", queries.tasks(session, unit_ids),
        columns=[Column("number", N_("Number"), lambda t: t.number, link=lambda t: address_of("task", t.id)),
                 Column("due", N_("Due"), lambda t: t.due_at),
                 Column("points", N_("Points"), lambda t: t.points, is_number=True)],
        filters=[choice("state", N_("State"), lambda t: t.state, [("issued", N_("Issued")), ...]),
                 search(lambda t: t.title)],
    )
    return found.answer("remediation/index.html", title=..., ...)      # the page, or CSV / XLSX of what it shows

and in the template ``{{ ui.list(found) }}``. Arguments: one a filter, ``sort`` (``-due``: downwards), ``page``, ``as``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from flask import Response, render_template, request

from assessment.faces.web.kit import words
from assessment.faces.web.kit.addresses import here
from assessment.foundation import tables
from assessment.foundation.i18n import N_

A_PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column:
    """One column. ``value`` gives the fact (shown by ``said``, sorted by itself); ``is_number`` sets it to the right.

    ``shown`` gives what the page shows instead (markup, a chip), ``link`` where the cell leads; ``key_for_sorting``
    sorts by something else; a column that phones drop has ``is_minor``.
    """

    name: str
    label: str
    value: Callable[[Any], Any]
    is_number: bool = False
    link: Callable[[Any], str] | None = None
    shown: Callable[[Any], Any] | None = None
    key_for_sorting: Callable[[Any], Any] | None = None
    is_minor: bool = False
    is_head: bool = False
    """The column that names the row."""


@dataclass(frozen=True)
class Filter:
    """One argument of the address that narrows the list; without ``choices`` it is a text to search for."""

    name: str
    label: str
    test: Callable[[Any, str], bool]
    choices: Sequence[tuple[str, Any]] = ()
    suggestions: Sequence[tuple[str, Any]] = ()
    """Of a text: what may be typed, each with its name."""
    is_of_the_line: bool = True
    """Of a text: that it stands in the line, so that what is shown can be narrowed while one types."""

    @property
    def chosen(self) -> str:
        return request.args.get(self.name, "").strip()


def choice(name: str, label: str, value: Callable[[Any], Any], choices: Sequence[tuple[str, Any]]) -> Filter:
    return Filter(name, label, lambda item, chosen: str(value(item)) == chosen, choices)


def typed(name: str, label: str, suggestions: Sequence[tuple[str, Any]] = ()) -> Filter:
    """A text that the database looks for."""
    return Filter(name, label, lambda item, chosen: True, suggestions=suggestions, is_of_the_line=False)


def search(*texts: Callable[[Any], Any], label: str = N_("Search")) -> Filter:
    """A text that occurs in one of these facts, in either language."""

    def test(item: Any, chosen: str) -> bool:
        wanted = chosen.casefold()
        return any(wanted in one.casefold() for text in texts for one in _both(text(item)))

    return Filter("q", label, test)


def _both(fact: Any) -> list[str]:
    if hasattr(fact, "in_language"):
        return [fact.in_language("zh"), fact.in_language("en")]
    return [str(fact)]


@dataclass
class Listing:
    """What a list shows now."""

    name: str
    columns: Sequence[Column]
    filters: Sequence[Filter]
    items: list[Any]
    total: int
    sort: str
    page: int
    rows_a_page: int = A_PAGE
    caption: Any = ""
    empty: Any = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many rows the filter leaves."""
        return len(self.items)

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.rows_a_page))

    @property
    def shown(self) -> list[Any]:
        start = (self.page - 1) * self.rows_a_page
        return self.items[start : start + self.rows_a_page]

    @property
    def is_filtered(self) -> bool:
        return any(one.chosen for one in self.filters)

    def sort_link(self, column: Column) -> str:
        return here(sort=f"-{column.name}" if self.sort == column.name else column.name, page=None)

    def sorted_by(self, column: Column) -> str:
        return {column.name: "ascending", f"-{column.name}": "descending"}.get(self.sort, "")

    def page_link(self, page: int) -> str:
        return here(page=page if page > 1 else None)

    def export_link(self, kind: str) -> str:
        return here(**{"as": kind, "page": None})

    def answer(self, template: str, **facts: Any) -> Response | str:
        """The page, or the file of exactly the rows that its filter shows."""
        kind = request.args.get("as", "")
        if kind not in ("csv", "xlsx"):
            return render_template(template, found=self, **facts)
        names = [words.label(column.label) for column in self.columns]
        rows = ([cell(column.value(item)) for column in self.columns] for item in self.items)
        if kind == "csv":
            return download(b"\xef\xbb\xbf" + tables.write_csv(names, rows), f"{self.name}.csv", "text/csv")
        return download(tables.write_xlsx(names, rows, self.name), f"{self.name}.xlsx", XLSX)


def listing(
    name: str,
    items: Iterable[Any],
    columns: Sequence[Column],
    filters: Sequence[Filter] = (),
    sort: str = "",
    caption: Any = "",
    empty: Any = None,
    rows_a_page: int = A_PAGE,
) -> Listing:
    """Filter and sort by the address. ``sort`` is the order where the address says none; "" keeps that of ``items``."""
    every = list(items)
    asked = [(one.test, one.chosen) for one in filters if one.chosen]
    found = [item for item in every if all(test(item, chosen) for test, chosen in asked)]
    wanted = request.args.get("sort", sort)
    column = next((one for one in columns if one.name == wanted.lstrip("-")), None)
    if column is not None:
        key = column.key_for_sorting or column.value
        found.sort(key=lambda item: _order(key(item)), reverse=wanted.startswith("-"))
    made = Listing(name, columns, filters, found, len(every), wanted if column else "", 1, rows_a_page, caption, empty)
    given = request.args.get("page", "1")
    made.page = min(max(1, int(given)), made.pages) if given.isdecimal() and len(given) < 9 else 1
    return made


@dataclass
class Paged(Listing):
    """A list that the database filters, sorts and cuts: ``items`` are those of the page, or of the file asked for."""

    left: int = 0

    @property
    def count(self) -> int:
        return self.left

    @property
    def shown(self) -> list[Any]:
        return self.items


def paged(
    name: str,
    read: Callable[[str, int | None, int], list[Any]],
    counts: tuple[int, int],
    columns: Sequence[Column],
    filters: Sequence[Filter] = (),
) -> Paged:
    """As ``listing``, for lists too long to read whole: ``read(sort, limit, offset)`` gives the rows of a page.

    ``counts``: how many the filter leaves, and how many there are. The filters are applied by ``read`` already.
    """
    sort = request.args.get("sort", "")
    made = Paged(name, columns, filters, [], counts[1], sort, 1, left=counts[0])
    if request.args.get("as", "") in ("csv", "xlsx"):
        made.items = read(sort, None, 0)
        return made
    given = request.args.get("page", "1")
    made.page = min(max(1, int(given)), made.pages) if given.isdecimal() and len(given) < 9 else 1
    made.items = read(sort, made.rows_a_page, (made.page - 1) * made.rows_a_page)
    return made


def _order(value: Any) -> tuple[int, Any]:
    """Numbers and dates by themselves, names as they are written, nothing last."""
    if value is None or value == "":
        return (2, "")
    if isinstance(value, (int, Decimal)):
        return (0, value)
    if isinstance(value, datetime):
        return (1, value.astimezone(UTC).isoformat())
    return (1, value.isoformat() if hasattr(value, "isoformat") else words.said(value))


def cell(value: Any) -> Any:
    """A fact as a file holds it: numbers and days typed, moments as ISO text, the rest in the reader's language."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if value is None or isinstance(value, (bool, int, Decimal, str)) or hasattr(value, "isoformat"):
        return value
    return words.said(value)


def download(content: bytes, name: str, mime: str, *, is_inline: bool = False) -> Response:
    """A file to keep; never run by the browser, whatever is in it."""
    response = Response(content, mimetype=mime)
    response.headers.set("Content-Disposition", "inline" if is_inline else "attachment", **_named(name))
    return response


def _named(name: str) -> dict[str, str]:
    """A header is ASCII and a file's name need not be: then it stands there twice (RFC 6266)."""
    if name.isascii():
        return {"filename": name}
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return {"filename": plain, "filename*": "UTF-8''" + quote(name, safe="")}

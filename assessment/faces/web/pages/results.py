"""Results for everybody: published rankings without signing in, as they were printed, with their open data."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import bindparam, select

from assessment.bulletins import opendata, queries
from assessment.bulletins.content import BulletinContent, Standing
from assessment.bulletins.models import Bulletin, BulletinState
from assessment.bulletins.papers import render_bulletin
from assessment.bulletins.pictures import drawn
from assessment.bulletins.public import public_edition
from assessment.faces.web.kit import current_session, download, frame, is_signed_in, language, not_there, now, public
from assessment.faces.web.kit.banner import is_example
from assessment.faces.web.pages.bulletins import settings, today
from assessment.faces.web.pages.scoring import shade
from assessment.foundation import software
from assessment.programmes.models import Programme

pages = Blueprint("results", __name__, url_prefix="/results")

A_PAGE = 200
FEW, MANY = 24, 256
CSV, JSON, PDF = "text/csv", "application/json", "application/pdf"


@dataclass(frozen=True)
class Row:
    """One unit's line of the table, drawn once, and what it is found by."""

    group: str
    words: str
    html: Markup


@dataclass(frozen=True)
class Table:
    """A published bulletin in one language, with its rows drawn: what every request for it shares."""

    content: BulletinContent
    rows: tuple[Row, ...]
    pictures: tuple[tuple[str, Markup], ...]

    @property
    def groups(self) -> list[str]:
        return [group.name for group in self.content.groups]


@pages.get("")
@public
def index() -> Any:
    """The bulletins that anybody may read, newest first; where there is one only, the newest itself."""
    session, ours = current_session(), settings()
    codes = {one.id: one for one in session.query(Programme)}
    shown = [one for one in queries.all_of(session, queries.SHOWN) if ours.is_public(codes[one.programme_id].code)]
    if not shown:
        raise not_there()
    return render_template("results/index.html", bulletins=shown, programmes=codes)


@pages.get("/<int:record_id>")
@public
def show(record_id: int) -> Response:
    """The league table as it was announced: peer groups, movement, rank range, every indicator, charts."""
    tag = tag_of(record_id)
    if is_signed_in():
        return make_response(page_of(public_bulletin(record_id)))
    if tag in request.if_none_match:
        return tagged(Response(status=304), tag)
    key = (tag, settings().instance)
    kept = _pages.get(key)
    if kept is None:
        if len(_pages) >= MANY:
            _pages.clear()
        kept = _pages[key] = page_of(public_bulletin(record_id)).encode()
    return tagged(Response(kept, mimetype="text/html"), tag)


_pages: dict[tuple[Any, ...], bytes] = {}
"""Whole pages for people who are not signed in, by all that they depend on."""


def tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def tag_of(record_id: int) -> str:
    """Everything that an anonymous page depends on: record, software, language, look, filter, an example's clock."""
    depends = (
        record_id, *standing_of(record_id), software.version(), language(), request.cookies.get("theme", ""),
        chosen("group"), chosen("q"), page_number(), request.script_root,
        now().isoformat(timespec="minutes") if is_example() else "",
    )  # fmt: skip
    return hashlib.sha256(repr(depends).encode()).hexdigest()[:32]


_bulletin, _programme = Bulletin.__table__.c, Programme.__table__.c
# Written once: putting it together would take longer than asking it.
STANDING = select(_bulletin.version, _bulletin.state, _programme.code).where(
    _bulletin.id == bindparam("bulletin"), _programme.id == _bulletin.programme_id, _bulletin.state.in_(queries.SHOWN)
)


def standing_of(record_id: int) -> tuple[int, str]:
    """A public bulletin's version and state, read without its texts; all other bulletins are not there."""
    with frame().engine.connect() as connection:  # a session would cost more than the question
        found = connection.execute(STANDING, {"bulletin": record_id}).one_or_none() if record_id < 2**31 else None
    if found is None or not settings().is_public(found.code):
        raise not_there()
    return found.version, found.state


def chosen(name: str) -> str:
    return request.args.get(name, "").strip()[:80]


def page_number() -> int:
    text = request.args.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 6 and int(text) else 1


def public_bulletin(record_id: int) -> Bulletin:
    standing_of(record_id)
    return current_session().get_one(Bulletin, record_id)


def page_of(bulletin: Bulletin) -> str:
    table = table_of(bulletin)
    group, wanted = chosen("group"), chosen("q").casefold()
    rows = [row for row in table.rows if (not group or row.group == group) and wanted in row.words]
    last = max(-(-len(rows) // A_PAGE), 1)
    page = min(page_number(), last)
    some = rows[(page - 1) * A_PAGE : page * A_PAGE]
    return render_template(
        "results/show.html",
        bulletin=bulletin,
        content=table.content,
        table=table,
        grouped=[(name, mine) for name in table.groups if (mine := [row for row in some if row.group == name])],
        shown=len(rows),
        page=page,
        last=last,
        pictures=table.pictures,
        is_current=bulletin.state == BulletinState.PUBLISHED,
        group=group,
        q=chosen("q"),
    )


_tables: dict[tuple[Any, ...], Table] = {}


def table_of(bulletin: Bulletin) -> Table:
    """The frozen content with its rows drawn; it never changes, so it is drawn once a language."""
    key = (settings().instance, settings().database_url, bulletin.id, bulletin.body_zh, language())
    found = _tables.get(key)
    if found is None:
        if len(_tables) >= FEW:
            _tables.clear()
        found = _tables[key] = _drawn(queries.content_of(current_session(), bulletin, language(), today()))
    return found


def _drawn(content: BulletinContent) -> Table:
    units = opendata.lines(content.data)
    annex = content.annexes[0] if content.annexes else None
    columns = columns_of(content)
    rows: list[Row] = []
    for group in content.groups:
        for standing in group.rows:
            place = len(rows)  # table, annex and open data stand in one order
            unit = units[place] if place < len(units) else {}
            words = " ".join((standing.unit, unit.get("unit", ""), unit.get("name_zh", ""), unit.get("name_en", "")))
            cells = _cells(annex.rows[place][1:], annex.maxima) if annex else []
            html = render_template("results/_row.html", row=standing, columns=columns, cells=cells)
            rows.append(Row(group.name, words.casefold(), Markup(html)))  # noqa: S704 - our template, escaped there
    pictures = tuple((title, Markup(chart)) for title, chart in drawn(content))  # noqa: S704
    return Table(content, tuple(rows), pictures)


def columns_of(content: BulletinContent) -> dict[str, bool]:
    """Which of the columns any row has something in."""
    rows: list[Standing] = [row for group in content.groups for row in group.rows]
    return {name: any(getattr(row, name) for row in rows) for name in ("range", "band", "movement", "marks")}


def _cells(marks: Sequence[str], maxima: Sequence[str]) -> list[tuple[str, str]]:
    """Marks with the shade that says how many were lost."""
    found = []
    for number, text in enumerate(marks):
        most = Fraction(maxima[number].rstrip("…")) if number < len(maxima) else Fraction(0)
        known = most and text.replace(".", "").replace("-", "").isdecimal()
        found.append((text, f"ht{shade(most - Fraction(Decimal(text)), most)}" if known else ""))
    return found


# --- open data and the public edition ------------------------------------------------------------------------------


@pages.get("/<int:record_id>/ranking.csv")
@public
def data(record_id: int) -> Response:
    """The table as open data: the very bytes that the bulletin carries."""
    content = table_of(public_bulletin(record_id)).content
    if not content.data:
        raise not_there()
    return conditional(download(content.data.encode(), opendata.TABLE, CSV))


@pages.get("/<int:record_id>/datapackage.json")
@public
def package(record_id: int) -> Response:
    """What the table is, as a Frictionless data package."""
    bulletin = public_bulletin(record_id)
    content = table_of(bulletin).content
    if not content.data:
        raise not_there()
    made = opendata.package(
        content.data, name=f"bulletin-{bulletin.id}", title=content.title, number=bulletin.number,
        audit_head=bulletin.audit_head, documents={"zh": bulletin.signed_zh, "en": bulletin.signed_en},
    )  # fmt: skip
    return conditional(download(made, "datapackage.json", JSON))


@pages.get("/<int:record_id>/<any(zh, en):rendition>.pdf")
@public
def document(record_id: int, rendition: str) -> Response:
    """The public edition on paper."""
    bulletin = public_bulletin(record_id)
    stem = f"{queries.file_stem(bulletin.number)}.public.{rendition}.pdf"
    return conditional(download(public_paper(bulletin, rendition), stem, PDF, is_inline=True))


def public_paper(bulletin: Bulletin, rendition: str) -> bytes:
    content = queries.content_of(current_session(), bulletin, rendition, today())
    return _rendered(public_edition(content))


@lru_cache(maxsize=8)
def _rendered(content: BulletinContent) -> bytes:
    return render_bulletin(content)


def conditional(response: Response) -> Response:
    response.add_etag()
    response.headers["Cache-Control"] = "public, no-cache"
    return response.make_conditional(request)  # type: ignore[return-value]


def link(record_id: int, **changes: Any) -> str:
    """This table with another filter or page."""
    asked = {"group": chosen("group"), "q": chosen("q"), **changes}
    kept = "&".join(f"{name}={quote(str(value))}" for name, value in asked.items() if value)
    return url_for("results.show", record_id=record_id) + (f"?{kept}" if kept else "")


pages.app_template_global("results_link")(link)
pages.app_template_global("results_columns")(columns_of)

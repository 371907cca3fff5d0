"""The one table of the interface: each address, what it answers, which resource it is of; views are made from it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, request

from assessment.faces.api import lists, results, shapes
from assessment.faces.api.asking import Filter, asked, cursor_of
from assessment.faces.api.lists import COLLECTIONS, Collection
from assessment.faces.web.kit import access, current_session, download, here, not_there, public, signed_in, viewer
from assessment.foundation.errors import NotPermitted
from assessment.foundation.i18n import say
from assessment.organisations.models import Resource
from assessment.scoring.explanation_shape import Explanation, Stated

JSON, CSV, PDF = "application/json", "text/csv", "application/pdf"
Listed = tuple[list[Any], str | None]


@dataclass(frozen=True)
class Route:
    """One address below ``/api/v1``. Without a resource it is everybody's; ``shape`` is that of one record."""

    name: str
    path: str
    meaning: str
    answer: Callable[..., Any]
    resource: Resource | None = None
    shape: type[Stated] | None = None
    filters: tuple[Filter, ...] = ()
    is_list: bool = False
    mime: str = JSON

    @property
    def is_of_record(self) -> bool:
        return "{id}" in self.path

    @property
    def rule(self) -> str:
        return self.path.replace("{id}", "<int:id>")


def _listed(of: Collection) -> Callable[[], Listed]:
    def answer() -> Listed:
        """Records in the order in which they were made, so that new ones come last and no page shifts."""
        wanted = asked(of.name, of.filters)
        query = of.rows(current_session(), viewer()).where(of.key > wanted.after, *wanted.conditions)
        rows = current_session().execute(query.order_by(of.key).limit(wanted.limit + 1)).all()
        made = [of.make(row) for row in rows[: wanted.limit]]
        if len(rows) <= wanted.limit:
            return made, None
        return made, here(cursor=cursor_of(of.name, made[-1].id))  # type: ignore[attr-defined]

    return answer


def _single(of: Collection, make: Callable[[Any], Stated]) -> Callable[[int], Stated]:
    def answer(id: int) -> Stated:  # noqa: A002 - the address's own word
        """Found as a page finds it, and read as the list reads it."""
        access(of.model, id)
        row = current_session().execute(of.rows(current_session(), viewer()).where(of.key == id)).one_or_none()
        if row is None:
            raise not_there()
        return make(row)

    return answer


def _of_collections() -> list[Route]:
    found = []
    for one in COLLECTIONS:
        found.append(
            Route(one.name, f"/{one.name}", one.meaning, _listed(one), one.resource, one.shape, one.filters, True)
        )
        is_score = one.resource is Resource.SCORES
        make, shape = (results.whole_score, shapes.WholeScore) if is_score else (one.make, one.shape)
        meaning = (shape.__doc__ or "").strip().splitlines()[0]
        found.append(Route(one.one, f"/{one.name}/{{id}}", meaning, _single(one, make), one.resource, shape))
    return found


ROUTES = (
    Route("root", "", "Where everything begins.", results.root, None, shapes.Root),
    *_of_collections(),
    Route("ranking", "/editions/{id}/ranking", "The league table: groups in the scheme's order, then by rank and code.",
          results.ranking, Resource.SCORES, shapes.Ranked, is_list=True),
    Route("explanation", "/scores/{id}/explanation",
          "From the rank down to the reported figures, their records and evidence; docs/explanation.md tells more.",
          results.explanation, Resource.SCORES, Explanation),
    Route("data", "/bulletins/{id}/ranking.csv", "The table as the bulletin carries it, byte by byte.",
          results.data, Resource.BULLETINS, mime=CSV),
    *(Route(f"paper_{rendition}", f"/bulletins/{{id}}/{rendition}.pdf", meaning, results.paper(rendition),
            Resource.BULLETINS, mime=PDF)
      for rendition, meaning in (
          ("zh", "The paper in Chinese, signed once it is published; the bulletin says its SHA-256."),
          ("en", "The paper in English, signed once it is published; the bulletin says its SHA-256."),
      )),
)  # fmt: skip


# --- views -----------------------------------------------------------------------------------------------------------

pages = Blueprint("api", __name__, url_prefix="/api/v1")


def view_of(route: Route) -> Callable[..., Response]:
    def view(**given: Any) -> Response:
        require(route.resource)
        if not route.is_list and request.args:
            asked(route.name, ())
        found = route.answer(**given)
        if route.mime == JSON:
            return conditional(Response(written(found), mimetype=JSON))
        return conditional(download(found[0], found[1], route.mime))

    return view


def require(resource: Resource | None) -> None:
    """A token opens what its maker chose, and no more."""
    if resource is not None and resource not in g.bearer.reads:
        raise NotPermitted(
            say("This token does not read {resource}. Its owner can make one that does.", resource=resource.value)
        )


def written(found: Any) -> str:
    """JSON of a record, or of a page of a list with the address of the next."""
    if isinstance(found, tuple):
        found = {"items": [one.model_dump() for one in found[0]], "next": found[1]}
    else:
        found = found if isinstance(found, dict) else found.model_dump()
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n"


def conditional(response: Response) -> Response:
    """With its hash; whoever has it already is told that nothing changed."""
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


for _route in ROUTES:
    _view = view_of(_route)
    # OpenAPI can only call the root "/", everybody else types it without: both are answered.
    pages.add_url_rule(
        _route.rule or "/", _route.name, signed_in(_view) if _route.resource else public(_view),
        strict_slashes=bool(_route.rule),
    )  # fmt: skip


@pages.get("/openapi.json")
@public
def openapi() -> Response:
    """What this table says, as OpenAPI 3.1."""
    from assessment.faces.api.openapi import document

    return conditional(Response(written(document()), mimetype=JSON))


__all__ = ["ROUTES", "Route", "lists", "pages"]

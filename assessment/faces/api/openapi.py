"""The interface described: OpenAPI 3.1, and the page of docs/, both from the one table of routes."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from assessment.faces.api import shapes
from assessment.faces.api.asking import A_PAGE, LARGEST_PAGE
from assessment.faces.api.routes import JSON, PDF, ROUTES, Route
from assessment.faces.web.kit.scopes import LARGEST_ID
from assessment.foundation.software import RELEASE
from assessment.organisations.models import Resource

BASE = "/api/v1"
REFUSALS = {
    400: "The address holds a NUL character, which no text has.",
    401: "No token, or one that opens nothing any more.",
    403: "The token does not read this resource.",
    404: "There is nothing here, or it is not the owner's to see.",
    409: "The record's state stands against it.",
    422: "A parameter is not known or cannot be taken as it is.",
    429: "Too many wrong tokens came from this address; Retry-After says when to try again.",
}
ABOUT = (
    "The facts that the pages show, for programs that only read. A token reads as its owner: what its owner cannot see "
    "is not there. Numbers by which somebody is judged are decimal text; moments are UTC; lists come in the order in "
    "which their records were made. Send `If-None-Match` with the last `ETag`, and an unchanged answer is an empty 304."
)


def document() -> dict[str, Any]:
    """OpenAPI 3.1 of every route there is."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Five Measures", "version": RELEASE, "description": ABOUT},
        "servers": [{"url": BASE}],
        "security": [{"token": []}],
        "tags": [{"name": one.value, "description": one.label} for one in Resource],
        "paths": {route.path or "/": {"get": _operation(route)} for route in ROUTES},
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas() -> dict[str, Any]:
    models: dict[type[BaseModel], None] = dict.fromkeys(
        [shapes.Problem, *(route.shape for route in ROUTES if route.shape)]
    )
    _, found = models_json_schema(
        [(one, "serialization") for one in models], ref_template="#/components/schemas/{model}"
    )
    return dict(found["$defs"])


def _operation(route: Route) -> dict[str, Any]:
    content = {route.mime: {"schema": schema(route)}}
    answers: dict[str, Any] = {"200": {"description": route.meaning, "content": content}}
    answers["304"] = {"description": "Unchanged since the answer with this ETag."}
    for status in statuses(route):
        problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
        answers[str(status)] = {
            "description": REFUSALS[status], "content": {"application/problem+json": problem},
        }  # fmt: skip
    made: dict[str, Any] = {"operationId": route.name, "summary": route.meaning, "parameters": _parameters(route)}
    if route.resource:
        made["tags"] = [route.resource.value]
    else:
        made["security"] = []
    return {**made, "responses": answers}


def statuses(route: Route) -> list[int]:
    """The refusals that this address can give; a wrong token is refused everywhere."""
    found = [400, 401, 422, 429]
    if route.resource:
        found.append(403)
    if route.is_of_record:
        found.append(404)
    return sorted([*found, 409] if route.name == "explanation" else found)


def schema(route: Route) -> dict[str, Any]:
    """Of a whole answer."""
    if route.mime == PDF:
        return {"type": "string", "contentMediaType": PDF}
    if route.shape is None:
        return {"type": "string"}
    one = {"$ref": f"#/components/schemas/{route.shape.__name__}"}
    if not route.is_list:
        return one
    following = {"type": ["string", "null"], "description": "The address of the next page; null on the last."}
    listed = {"items": {"type": "array", "items": one}, "next": following}
    return {"type": "object", "properties": listed, "required": list(listed), "additionalProperties": False}


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if route.is_of_record:
        whole = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
        found.append({"name": "id", "in": "path", "required": True, "schema": whole})
    for one in route.filters:
        found.append({"name": one.name, "in": "query", "description": one.meaning, "schema": one.schema()})
    if route.is_list:
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": A_PAGE}
        found.append({"name": "limit", "in": "query", "description": "Records a page.", "schema": size})
        found.append({
            "name": "cursor", "in": "query", "description": "From `next` of the page before.",
            "schema": {"type": "string", "maxLength": 80},
        })  # fmt: skip
    return found


# --- for people ------------------------------------------------------------------------------------------------------

OPENING = f"""# The interface for programs

Drawn from the code by `make docs`; the same as OpenAPI 3.1 lies at `{BASE}/openapi.json` of every installation.

{ABOUT}

## A token

Under *My account*, *Tokens for programs*, anybody makes a token for himself: a name, what it may read, and the day on
which it ends, within a year. The password is asked for again, and the second factor where there is one. The token is
shown once; the installation keeps its hash. The page says when it was last used, and revokes it. A token ends with its
owner's account, when the account is suspended, and with the password. Making, revoking and losing it stand in the
trail. The interface takes the header, never a cookie:

    curl -H "Authorization: Bearer $TOKEN" https://.../api/v1/editions?state=approved

## What comes back

- A list is `{{"items": [...], "next": "..."}}`. Follow `next` until it is null; `limit` says how many come at once
  ({A_PAGE}, at most {LARGEST_PAGE}). A parameter that is not known is refused.
- What is refused is a problem (`application/problem+json`, RFC 9457): its `detail` says what to do, in the language of
  `Accept-Language` (zh or en).
- After ten wrong tokens within fifteen minutes an address waits (429), also with a right one.
- No other site's pages may ask (no CORS): tokens belong on servers.

## Addresses
"""


def as_markdown() -> str:
    """``docs/api.md``."""
    lines = [OPENING]
    for route in ROUTES:
        lines += [f"### `GET {BASE}{route.path}`", "", _sentence(route), ""]
        if route.filters:
            lines += ["| parameter | meaning | values |", "|---|---|---|"]
            lines += [f"| `{one.name}` | {one.meaning} | {_values(one.schema())} |" for one in route.filters]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _sentence(route: Route) -> str:
    scope = f" Needs `{route.resource.value}`." if route.resource else " Needs no token."
    plain = "a PDF" if route.mime == PDF else "text"
    answer = plain if route.mime != JSON or route.shape is None else f"`{route.shape.__name__}`"
    return f"{route.meaning} Answers {'a list of ' if route.is_list else ''}{answer}.{scope}"


def _values(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    return {"integer": "an id", "boolean": "`true`, `false`", "string": "text"}[schema["type"]]

"""One transaction a request: GET looks, everything else acts; what is expensive is prepared before the write begins.

A view asks for ``current_session()`` and never opens or closes anything. In a GET that is a reading session. In any
other request it is the writing one, which commits when the view has answered with a status below 400 and is undone
otherwise. Because a writer keeps all others waiting, a view says what must be ready beforehand:

    def receive(submission_id: int) -> Prepared: ...      # runs with a reading session, returns anything

    @pages.post("/<int:submission_id>/evidence")
    @signed_in
    @prepares(receive)
    def add_evidence(submission_id: int) -> Response:
        file = prepared()                                 # what ``receive`` returned

Hashing a password, receiving a file, drawing or signing a document belong there.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assessment.foundation.frame import Frame
from assessment.organisations.queries import know_trees

View = TypeVar("View", bound=Callable[..., Any])
LOOKING = ("GET", "HEAD", "OPTIONS")
PREPARATION = "preparation"


def frame() -> Frame:
    """For the few pages that need a transaction of their own; the others have ``current_session()``."""
    return current_app.extensions["assessment"]["frame"]  # type: ignore[no-any-return]


def current_session() -> Session:
    """The request's session; in a GET (and in error pages) a reading one, opened when first asked for."""
    if "session" not in g:
        g.reading = ExitStack()
        g.session = g.reading.enter_context(frame().read())
        know_trees(g.session, g.get("trees", {}))
    return g.session  # type: ignore[no-any-return]


def stop_reading(_error: BaseException | None = None) -> None:
    """Close the reading session: on SQLite a commit waits until the last reader is gone, its own request's too."""
    reading = g.pop("reading", None)
    if reading is not None:
        g.pop("session", None)
        reading.close()


def prepares(preparation: Callable[..., Any]) -> Callable[[View], View]:
    """Run this with the view's own arguments before the write transaction begins; see the module."""

    def mark(view: View) -> View:
        setattr(view, PREPARATION, preparation)
        return view

    return mark


def prepared() -> Any:
    return g.prepared


class _Undo(Exception):
    def __init__(self, response: Response) -> None:
        self.response = response


class Site(Flask):
    """Flask, with the transaction around the view, inside the error handlers."""

    def dispatch_request(self) -> ResponseReturnValue:
        if request.method in LOOKING or request.routing_exception is not None:
            return super().dispatch_request()
        view = self.view_functions[request.endpoint or ""]
        if getattr(view, "without_transaction", False):
            stop_reading()
            return super().dispatch_request()
        preparation = getattr(view, PREPARATION, None)
        g.prepared = self.ensure_sync(preparation)(**(request.view_args or {})) if preparation else None
        stop_reading()
        try:
            with frame().write() as session:
                g.session = session
                response = self.make_response(super().dispatch_request())
                if response.status_code >= 400:
                    raise _Undo(response)
        except _Undo as undo:
            return undo.response
        finally:
            g.pop("session", None)
        return response


def without_transaction(view: View) -> View:
    """For a view that orders its transactions itself with ``frame()``: sign-in, which must record failures, too."""
    view.without_transaction = True  # type: ignore[attr-defined]
    return view

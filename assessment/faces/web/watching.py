"""Every request as it is seen from outside: its id, its line in the log, its place in the counts; never a name."""

from __future__ import annotations

import logging
import re
import secrets
import time

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram

from assessment.faces.web.kit.viewer import viewer
from assessment.foundation import clock

LOG = logging.getLogger("assessment.requests")
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Meters:
    """What one process has answered. Each process is asked by itself; what all share stands in the database."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "five_measures_requests", "Requests answered", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "five_measures_request_seconds", "Time to answer, by route", ("route",), buckets=BUCKETS,
            registry=self.registry,
        )  # fmt: skip

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        self.requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)


def meters() -> Meters:
    return current_app.extensions["assessment"]["meters"]  # type: ignore[no-any-return]


def install(app: Flask) -> None:
    """Before the gate, so that it is timed, too; what is installed first is asked last when an answer goes out."""
    app.extensions["assessment"]["meters"] = Meters()
    app.before_request(begin)
    app.after_request(end)


def begin() -> None:
    g.began = time.perf_counter()
    g.request_id = _id()


def _id() -> str:
    """The one that a trusted proxy gave, or our own: short enough to be read out on the telephone."""
    given = request.headers.get("X-Request-ID", "")
    if current_app.extensions["assessment"]["settings"].proxies and GIVEN.fullmatch(given):
        return given
    return f"{secrets.token_hex(4).upper()}-{clock.system_now():%d%H%M}"


def route() -> str:
    """The address as it is declared: no number, no search, no secret address of a calendar."""
    return request.url_rule.rule if request.url_rule is not None else "unknown"


def end(response: Response) -> Response:
    seconds = time.perf_counter() - g.began
    meters().note(request.method, route(), response.status_code, seconds)
    response.headers["X-Request-ID"] = g.request_id
    LOG.info(
        "answered",
        extra={
            "method": request.method,
            "route": route(),
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "person": getattr(viewer(), "person_id", None),
        },
    )
    return response

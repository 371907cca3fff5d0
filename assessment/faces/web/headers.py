"""What every answer carries: a content policy without exceptions, nothing sniffed, nothing kept in shared caches."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request

from assessment.faces.web.kit.viewer import is_program, is_signed_in

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}


A_YEAR = "max-age=31536000"


def transport_policy(url: str) -> str:
    """Behind https browsers keep to it for a year; for all names below where the host is the installation's alone, as
    one with a path of somebody else's site is not. "" where the public address is plain http."""
    where = urlsplit(url)
    if where.scheme != "https":
        return ""
    return A_YEAR if where.path.strip("/") else f"{A_YEAR}; includeSubDomains"


def install(app: Flask) -> None:
    strict = transport_policy(app.extensions["assessment"]["settings"].url)

    @app.after_request
    def seal(response: Response) -> Response:
        response.headers.update(ALWAYS)
        if strict or request.is_secure:
            response.headers["Strict-Transport-Security"] = strict or A_YEAR
        if request.endpoint == "static":
            return response
        if is_program():
            response.vary.update(("Authorization", "Accept-Language"))
            response.headers["Cache-Control"] = "private, no-cache"
            return response
        response.vary.update(("Cookie", "Accept-Language"))
        if is_signed_in() or request.method != "GET":
            response.headers["Cache-Control"] = "no-store"
        else:
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

"""What the strip above an example says, and whether one may look through another's eyes."""

from __future__ import annotations

from flask import current_app, g, request

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


def is_example() -> bool:
    """Business time stands still: this database holds the examples."""
    return bool(g.get("stands_still", False))


def may_see_as() -> bool:
    """Without passwords only on the machine itself, unless a setting says so; the Host header is asked, too, because a
    page elsewhere can point its own name at this machine; behind a proxy everybody seems to be on it."""
    if not is_example():
        return False
    ours = current_app.extensions["assessment"]
    if ours["see_as_anywhere"]:
        return True
    here = ours["settings"].host in LOOPBACK and request.host.rsplit(":", 1)[0] in LOOPBACK
    return here and request.remote_addr in LOOPBACK and not ours["settings"].proxies

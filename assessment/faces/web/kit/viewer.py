"""Who is looking: the officer behind the session cookie, known to Flask-Login as ``current_user``."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from flask import g
from flask_login import AnonymousUserMixin, current_user

from assessment.foundation.actors import Act


class Nobody(AnonymousUserMixin):
    """Somebody who is not signed in: an actor without a duty."""

    key = "nobody"
    label = ""
    person_id = None
    home_unit_id = None
    language = ""

    def holds(self, duty: str, unit_id: int | None = None) -> bool:
        return False

    def unit_ids_for(self, duty: str) -> frozenset[int]:
        return frozenset()


def viewer() -> Any:
    """The officer, or ``Nobody``."""
    return cast(Any, current_user)._get_current_object()  # noqa: SLF001 - werkzeug's own way to the object


def is_signed_in() -> bool:
    return not isinstance(viewer(), Nobody)


def is_program() -> bool:
    """Whether this is the interface for programs: no cookie counts there, and refusals are data."""
    from flask import request

    return request.path.startswith("/api/")


def now() -> datetime:
    """Business time at the start of this request."""
    return g.now  # type: ignore[no-any-return]


def current_act(reason: str = "") -> Act:
    """By whom and when; the reason from the form's field unless one is given."""
    from flask import request

    return Act(viewer(), now(), (reason or request.form.get("reason", "")).strip())

"""Access marks: who may ask for a view at all; an unmarked view keeps the whole site from starting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

from assessment.foundation.actors import Actor
from assessment.foundation.errors import NotPermitted
from assessment.foundation.i18n import say

View = TypeVar("View", bound=Callable[..., Any])
MARK = "access_mark"


@dataclass(frozen=True)
class Mark:
    """``public`` needs nobody; else somebody signed in, holding one of ``duties`` (none named: any)."""

    public: bool = False
    duties: tuple[str, ...] = ()

    def admits(self, actor: Actor) -> bool:
        return self.public or not self.duties or any(actor.holds(duty) for duty in self.duties)


def _marked(view: View, mark: Mark) -> View:
    setattr(view, MARK, mark)
    return view


def public(view: View) -> View:
    """Anybody, signed in or not."""
    return _marked(view, Mark(public=True))


def signed_in(view: View) -> View:
    """Anybody who is signed in; what they see is narrowed by ``access`` and by the room's queries."""
    return _marked(view, Mark())


def holding(*duties: str) -> Callable[[View], View]:
    """Whoever holds one of these duties, at whatever unit."""
    if not duties:
        raise TypeError("holding() needs a duty; use @signed_in where none is needed")
    return lambda view: _marked(view, Mark(duties=tuple(str(duty) for duty in duties)))


class UnmarkedView(Exception):
    """A view that nobody decided about; the site does not start."""


def mark_of(app: Flask, endpoint: str) -> Mark:
    return getattr(app.view_functions[endpoint], MARK)  # type: ignore[no-any-return]


def require_marks(app: Flask) -> None:
    """Refuse to start while a view has no mark."""
    bare = sorted(name for name, view in app.view_functions.items() if not isinstance(getattr(view, MARK, None), Mark))
    if bare:
        raise UnmarkedView(f"These views carry no access mark (@public, @signed_in, @holding): {', '.join(bare)}.")


def require(mark: Mark, actor: Actor) -> None:
    if not mark.admits(actor):
        raise NotPermitted(say("Your post does not hold a duty that opens this page."))

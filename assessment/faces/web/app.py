"""The application: every room's pages behind one gate, in front of one database."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from assessment.faces.api import routes as api
from assessment.faces.web import headers, pages, refusals, sessions, tokens, watching
from assessment.faces.web.kit import actions, addresses, banner, chips, marks, navigation, transactions, words
from assessment.faces.web.kit.viewer import Nobody, is_program, is_signed_in, viewer
from assessment.faces.web.pages import example_typed, example_visit
from assessment.faces.web.pages.about import ABOUT
from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import LANGUAGES, set_reading_zone
from assessment.foundation.sealing import own_secret
from assessment.foundation.settings import ROOT, Settings, switch
from assessment.organisations.queries import trees_of

LARGEST_REQUEST = 32 * 2**20
LARGEST_TEXT = 8 * 2**20
MOST_FIELDS = 20_000
THEMES = ("light", "dark")
WITHOUT_DATABASE = ("static", "health.healthz", "health.figures")
"""What answers alike to everybody, also while the database does not."""
A_YEAR = 366 * 24 * 3600

CSRF = CSRFProtect()


def create_app(
    settings: Settings,
    frame: Frame,
    *,
    rooms: Iterable[Blueprint] | None = None,
    see_as_anywhere: bool | None = None,
) -> Flask:
    """The whole site. Raises ``UnmarkedView`` if anybody forgot to say who may see a page."""
    app = transactions.Site(__name__, template_folder=str(ROOT / "templates"), static_folder="static")
    set_reading_zone(settings.zone)
    app.extensions["assessment"] = {
        "settings": settings,
        "frame": frame,
        "see_as_anywhere": switch(os.environ, "ASSESSMENT_SEE_AS") if see_as_anywhere is None else see_as_anywhere,
        "move_clock": None,  # set by `cycles`: (session, act, moment) -> None
    }
    _configure(app, settings)
    _login(app)
    CSRF.init_app(app)
    watching.install(app)
    app.before_request(gate)
    app.teardown_appcontext(transactions.stop_reading)
    refusals.install(app)
    headers.install(app)
    app.after_request(remember_choices)
    app.after_request(example_typed.read_out)
    words.install(app)
    _templates(app)
    marks.public(app.view_functions["static"])
    for room in pages.found() if rooms is None else rooms:
        app.register_blueprint(room)
    app.register_blueprint(api.pages)
    marks.require_marks(app)
    _behind_proxies(app, settings)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    secure = settings.url.startswith("https:")
    path = urlsplit(settings.url).path.rstrip("/") or "/"
    app.config.update(
        SECRET_KEY=settings.secret or own_secret(settings.keys, "secret"),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_TEXT,
        MAX_FORM_PARTS=MOST_FIELDS,
        APPLICATION_ROOT=path,
        SESSION_COOKIE_NAME=("" if not secure else "__Host-" if path == "/" else "__Secure-") + "five_measures_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        WTF_CSRF_CHECK_DEFAULT=False,  # the gate asks for the token, after it knows who sends the form
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session; a form that lay open over lunch is no attack
        WTF_CSRF_SSL_STRICT=False,  # the token is bound to the session; referrers are stripped by some proxies
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=1),
        JSON_AS_ASCII=False,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _login(app: Flask) -> None:
    """Flask-Login hands out ``current_user``; who it is comes from our own sessions, never from its cookie."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.anonymous_user = Nobody
    manager.request_loader(lambda _request: g.get("officer"))


def _behind_proxies(app: Flask, settings: Settings) -> None:
    """Trust exactly as many proxies as the setting says; serve below a path where the public address has one."""
    prefix = urlsplit(settings.url).path.rstrip("/")
    if prefix:
        app.wsgi_app = BelowPath(app.wsgi_app, prefix)  # type: ignore[method-assign,assignment]
    if settings.proxies:
        n = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=n, x_proto=n, x_host=n, x_prefix=0 if prefix else n
        )


class BelowPath:
    """For proxies that pass the whole path on: what lies below the public address's path is ours."""

    def __init__(self, application: Any, prefix: str) -> None:
        self.application, self.prefix = application, prefix

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        path = environ.get("PATH_INFO", "")
        if path == self.prefix or path.startswith(self.prefix + "/"):
            environ["PATH_INFO"] = path[len(self.prefix) :] or "/"
        environ["SCRIPT_NAME"] = self.prefix
        return self.application(environ, start)


# --- the gate --------------------------------------------------------------------------------------------------------


def gate() -> ResponseReturnValue | None:
    """Before every view: time, person, language, access, token; in this order."""
    if is_program():
        return gate_for_programs()
    ours = _ours()
    g.language = words.choose_language(ours.language)
    if request.endpoint in WITHOUT_DATABASE:
        return None
    _refuse_nul()
    try:
        with transactions.frame().read() as session:
            g.now, g.stands_still = clock.business_now(session), clock.stands_still(session)
            officer = sessions.officer_of_request(session, g.now)
            g.trees = trees_of(session)
            if officer is not None and request.method in transactions.LOOKING:
                navigation.count(session, officer)
    except SQLAlchemyError:
        if request.endpoint != "health.readyz":
            raise
        return None  # it says what is wrong, to nobody in particular
    g.officer = officer
    sessions.mark_seen()
    g.language = words.choose_language(ours.language, getattr(officer, "language", ""))
    sessions.bind_forms()
    if request.routing_exception is not None or request.endpoint is None:
        return None
    chosen = choices_in_address()
    if chosen is not None:
        return chosen
    mark = marks.mark_of(_app(), request.endpoint)
    if not mark.public and not is_signed_in():
        return sessions.ask_to_sign_in()
    marks.require(mark, viewer())
    if request.method not in transactions.LOOKING:
        CSRF.protect()
    return sessions.ask_first(mark)


def gate_for_programs() -> ResponseReturnValue | None:
    """The same before the interface: by token, without cookies, and nothing is ever asked for on another page."""
    g.language = request.accept_languages.best_match(LANGUAGES) or _ours().language
    _refuse_nul()
    with transactions.frame().read() as session:
        g.now, g.stands_still = clock.business_now(session), clock.stands_still(session)
        g.officer = tokens.officer_of_request(session, g.now)
        g.trees = trees_of(session)
    if not tokens.note():
        return refusals.page(401)
    if request.routing_exception is not None or request.endpoint is None:
        return None
    mark = marks.mark_of(_app(), request.endpoint)
    if not mark.public and not is_signed_in():
        return refusals.page(401)
    marks.require(mark, viewer())
    return None


def _refuse_nul() -> None:
    """PostgreSQL cannot hold a NUL, and nobody types one."""
    if "\x00" in request.path or any("\x00" in text for text in request.values.values()):
        raise BadRequest


def choices_in_address() -> Response | None:
    """``?language=zh`` and ``?theme=dark`` on any page: remembered in a cookie, then the plain address again."""
    given = {"language": request.args.get("language"), "theme": request.args.get("theme")}
    known = {"language": LANGUAGES, "theme": (*THEMES, "system")}
    chosen = {name: value for name, value in given.items() if value in known[name]}
    if request.method != "GET" or not chosen:
        return None
    g.choices = chosen
    return redirect(addresses.here(language=None, theme=None), 303)  # type: ignore[return-value]


def remember_choices(response: Response) -> Response:
    for name, value in g.get("choices", {}).items():
        path = _app().config["APPLICATION_ROOT"]
        secure = bool(_app().config["SESSION_COOKIE_SECURE"])
        if value == "system":
            response.delete_cookie(name, path=path)
        else:
            response.set_cookie(name, value, max_age=A_YEAR, path=path, samesite="Lax", httponly=True, secure=secure)
    return response


# --- templates -------------------------------------------------------------------------------------------------------


def _templates(app: Flask) -> None:
    app.jinja_env.globals.update(
        address_of=addresses.address_of, kind_word=addresses.kind_word, this_page=addresses.here,
        chip_class=chips.chip_class, process_of=chips.process_of, buttons=actions.buttons,
    )  # fmt: skip

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        """What the base page is drawn from; it must stand even when the database does not."""
        bar, more = navigation.links(viewer()) if is_signed_in() else ([], [])
        theme = request.cookies.get("theme", "")
        return {
            "viewer": viewer(),
            "viewer_post": sessions.post_line(),
            "is_signed_in": is_signed_in(),
            "may_search": is_signed_in() and "search.index" in _app().view_functions,
            "navigation": bar,
            "navigation_more": more,
            "theme": theme if theme in THEMES else "",
            "now": g.get("now"),
            "is_example": banner.is_example(),
            "may_see_as": banner.may_see_as(),
            "can_move_clock": banner.is_example() and _extension()["move_clock"] is not None,
            "led": example_visit.strip(),
            "page_about": ABOUT.get(request.endpoint or ""),
        }


def _app() -> Flask:
    from flask import current_app

    return current_app


def _extension() -> dict[str, Any]:
    return _app().extensions["assessment"]  # type: ignore[no-any-return]


def _ours() -> Settings:
    return _extension()["settings"]  # type: ignore[no-any-return]

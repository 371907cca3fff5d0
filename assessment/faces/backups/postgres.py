"""PostgreSQL's own tools, of the server's major version: what they write, and the same read back row by row."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL, make_url

from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import say

ASIDE = "replaced_"
"""Schemas that a restore has put aside begin so, and are in no backup."""
_COPY = re.compile(rb"COPY (?:public\.)?\"?(\w+)\"? .*FROM stdin;\n")
_END = b"\\.\n"


def major_of(connection: Connection) -> int:
    return int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000


def dump(url: str, target: Path, server: int, snapshot: str) -> None:
    """The database as that snapshot sees it; owners and rights stay behind, they are the installation's."""
    address = make_url(url)
    _run(
        [tool("pg_dump", server), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
         f"--exclude-schema={ASIDE}*", f"--file={target}", _without_password(address)],
        address,
    )  # fmt: skip


def _without_password(address: URL) -> str:
    return address.set(drivername="postgresql", password=None).render_as_string()


def _run(command: list[str], address: URL) -> None:
    """The password goes by the environment: everybody on the machine can read a command line."""
    secret = {"PGPASSWORD": str(address.password)} if address.password else {}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, **secret})  # noqa: S603
    if done.returncode:
        raise Refusal(say("{tool} failed: {why}", tool=Path(command[0]).name, why=done.stderr.strip()[:300]))


def tool(name: str, major: int, *, or_later: bool = False) -> str:
    """The program of exactly this major version, from the path or where distributions put it; a later one will do
    where a dump is only read."""
    for folder in _folders():
        path = folder / name
        if path.is_file() and os.access(path, os.X_OK):
            version = _version(str(path))
            if version == major or (or_later and version > major):
                return str(path)
    raise Refusal(
        say("{tool} of PostgreSQL {major} is needed and was not found on the path; install that version's client "
            "(on Debian: postgresql-client-{major}).", tool=name, major=major)
    )  # fmt: skip


def _folders() -> Iterator[Path]:
    yield from (Path(one) for one in os.environ.get("PATH", "").split(os.pathsep) if one)
    for pattern in ("lib/postgresql/*/bin", "pgsql-*/bin"):
        yield from sorted(Path("/usr").glob(pattern), reverse=True)


@cache
def _version(path: str) -> int:
    with suppress(OSError, subprocess.TimeoutExpired):
        told = subprocess.run([path, "--version"], check=False, capture_output=True, text=True, timeout=20).stdout  # noqa: S603
        found = re.search(r"\) (\d+)", told)
        return int(found[1]) if found else 0
    return 0


# --- reading a dump back ---------------------------------------------------------------------------------------------


@contextmanager
def _script(path: Path, program: str) -> Iterator[IO[bytes]]:
    """The dump as the lines of an SQL script."""
    command = [program, "--no-owner", "--no-privileges", "--file=-", str(path)]
    with tempfile.TemporaryFile() as told:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told) as reading:  # noqa: S603
            assert reading.stdout is not None
            yield reading.stdout
            reading.stdout.close()
        told.seek(0)
        if reading.returncode:
            why = told.read(300).decode("utf-8", "replace").strip()
            raise Refusal(say("{tool} failed: {why}", tool="pg_restore", why=why))


def rows_in(path: Path, major: int) -> dict[str, int]:
    """Table -> rows, counted in the dump itself, without a server."""
    rows: dict[str, int] = {}
    with _script(path, tool("pg_restore", major, or_later=True)) as lines:
        for line in lines:
            if found := _COPY.fullmatch(line):
                rows[found[1].decode()] = sum(1 for _ in _data(lines))
    return rows


def load(path: Path, connection: Connection, major: int) -> None:
    """Everything in the dump, in the caller's transaction: nobody sees it before that ends."""
    raw = connection.connection.driver_connection
    assert raw is not None
    with _script(path, tool("pg_restore", major)) as lines, raw.cursor() as cursor:
        waiting: list[bytes] = []
        for line in lines:
            if _COPY.fullmatch(line):
                _execute(cursor, waiting)
                with cursor.copy(line.rstrip(b";\n")) as rows:
                    for row in _data(lines):
                        rows.write(row)
            elif not line.startswith(b"\\"):  # psql's own commands, such as \restrict
                waiting.append(line)
        _execute(cursor, waiting)
    connection.execute(text("SET search_path TO public"))


def _execute(cursor: object, waiting: list[bytes]) -> None:
    if any(line.strip() and not line.startswith(b"--") for line in waiting):
        cursor.execute(b"".join(waiting))  # type: ignore[attr-defined]
    waiting.clear()


def _data(lines: IO[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line == _END:
            return
        yield line

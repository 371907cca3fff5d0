"""The real server as processes of its own: several beside each other over one database, killed without a word."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import Engine

from assessment.foundation import schema

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret"
DOWN = (OSError, http.client.HTTPException)
"""What asking a process that is dying comes to."""


def stamp(engine: Engine) -> None:
    """Say that the tables are those of this version; they were made from the models, without a migration."""
    with engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{schema.expected()}')")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Answer(NamedTuple):
    """What came back whole."""

    status: int
    text: str
    cookies: str
    """Those it sets, as a browser would send them back."""


@dataclass
class Server:
    """``python -m assessment web``, started again after each kill on the same port."""

    database_url: str
    instance: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self, command: str = "web") -> None:
        settings = {
            "DATABASE_URL": self.database_url, "ASSESSMENT_INSTANCE": str(self.instance), "ASSESSMENT_SECRET": SECRET,
            "ASSESSMENT_PORT": str(self.port),
        }  # fmt: skip
        with (self.instance / f"{command}-{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "assessment", command], cwd=ROOT, env={**os.environ, **settings},
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def wait(self, patience: float = 120) -> None:
        """Until it answers."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            try:
                if self.ask("GET", "/healthz").status == 200:
                    return
            except DOWN:
                assert self.process is not None
                assert self.process.poll() is None, f"the server ended by itself; see {self.instance}"
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def ask(
        self, method: str, path: str, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Raises one of ``DOWN`` where no whole answer came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            body = urlencode(data) if data is not None else None
            kind = {"Content-Type": "application/x-www-form-urlencoded"} if data is not None else {}
            connection.request(method, path, body, {**kind, **(headers or {})})
            answer = connection.getresponse()
            told = answer.headers.get_all("Set-Cookie") or []
            cookies = "; ".join(one.partition(";")[0] for one in told)
            return Answer(answer.status, answer.read().decode("utf-8", "replace"), cookies)
        finally:
            connection.close()

    def kill(self) -> None:
        """SIGKILL to the process and whatever it started."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

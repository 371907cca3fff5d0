"""Publication is all or nothing: killed at any point of it, what is seen is the old state or the new one."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from assessment.bulletins import services
from assessment.bulletins.models import Bulletin
from assessment.bulletins.services import settle_folder
from assessment.cycles import services as cycles
from assessment.delivery.models import Paper
from assessment.foundation import audit, outbox
from assessment.foundation.db import make_engine
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.paper.signature import Signer
from assessment.foundation.trail_verifier import faults
from assessment.programmes.models import Period
from assessment.scoring.models import Edition
from support.databases import SqliteDatabases
from support.months import JANUARY, Months, a_year, resumed

POINTS = 16
SIGNED_AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked to be killed")


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory, sqlite_databases: SqliteDatabases) -> Path:
    """A folder with a database, a store and an approved bulletin."""
    folder = tmp_path_factory.mktemp("approved")
    with sqlite_databases.fresh() as url:
        engine = make_engine(url)
        with Frame(engine).write() as session:
            months = a_year(session)
            bulletin = months.submitted(months.approved("2012-01", JANUARY), FileStore(folder / "store"))
            months.approve_bulletin(bulletin)
        engine.dispose()
        shutil.copy(url.removeprefix("sqlite:///"), folder / "house.sqlite3")
    return folder


def publish(folder: Path, signer: Signer, step: Callable[[str], None]) -> None:
    """The whole of it: both files signed and stored, the act, and the folder that the outbox then settles."""
    engine = watched(make_engine(f"sqlite:///{folder / 'house.sqlite3'}"), step)
    frame, store = Frame(engine), FileStore(folder / "store")
    with frame.read() as session:
        signed = services.prepare_publication(session.scalars(select(Bulletin)).one(), store, signer, at=SIGNED_AT)
    with frame.write() as session:
        bulletin = session.scalars(select(Bulletin)).one()
        cycles.publish(session, bulletin, resumed(session, Months).act("office"), signed)
    settle_folder(frame, store, folder / "documents")
    step("done")
    engine.dispose()


def watched(engine: Engine, step: Callable[[str], None]) -> Engine:
    """Every statement that writes, every commit, before and after."""

    @event.listens_for(engine, "before_cursor_execute")
    def _execute(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.split(maxsplit=1)[0] in ("INSERT", "UPDATE", "DELETE"):
            step("statement")

    event.listen(engine, "commit", lambda _connection: step("before the commit"))
    event.listen(engine, "checkin", lambda *_: step("after the connection"))
    return engine


class Steps:
    """Counts the points of a publication, and kills its own process at one of them."""

    def __init__(self, deadly: int = -1) -> None:
        self.names: list[str] = []
        self._deadly = deadly

    def __call__(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) - 1 == self._deadly:
            os.kill(os.getpid(), signal.SIGKILL)


def watch_files(step: Callable[[str], None]) -> None:
    """Each file opened to be written, each rename: in a process that will not live long."""

    def hook(name: str, arguments: tuple[object, ...]) -> None:
        if name == "os.rename":
            step("rename")
        elif name == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT:
            step("file")

    sys.addaudithook(hook)


def in_a_child(folder: Path, signer: Signer, deadly: int) -> tuple[int, list[str]]:
    """The signal that ended the child, and the points it came to."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            steps = Steps(deadly)
            watch_files(steps)
            publish(folder, signer, steps)
            os.write(tell, "\n".join(steps.names).encode())
            os._exit(0)
        finally:
            os._exit(1)
    os.close(tell)
    _, status = os.waitpid(child, 0)
    with os.fdopen(told, "rb") as pipe:
        names = pipe.read().decode().splitlines()
    assert not os.WIFEXITED(status) or os.WEXITSTATUS(status) == 0
    return (os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0), names


def seen(folder: Path) -> tuple[object, ...]:
    """What anybody sees of it: states, papers served, what waits to be sent; and a trail without a fault."""
    engine = make_engine(f"sqlite:///{folder / 'house.sqlite3'}")
    with Frame(engine).read() as session:
        one = session.scalars(select(Bulletin)).one()
        assert list(faults(audit.export(session))) == []
        found = (
            one.state, bool(one.signed_zh), bool(one.signed_en), session.get_one(Period, _period(one, session)).state,
            session.scalar(select(func.count()).select_from(Paper).where(Paper.kind == "bulletin")),
            session.scalar(select(func.count()).select_from(outbox.OutboxItem).where(
                outbox.OutboxItem.kind == services.BULLETIN_FILES)),
        )  # fmt: skip
        for name in (one.signed_zh, one.signed_en):
            assert not name or FileStore(folder / "store").path(name).exists(), "what is named is there"
    engine.dispose()
    return found


def _period(one: Bulletin, session: Session) -> int:
    return session.get_one(Edition, one.edition_id).period_id


def test_publication_killed_anywhere_leaves_the_old_or_the_new_state(
    approved: Path, tmp_path: Path, signer: Signer
) -> None:
    whole = shutil.copytree(approved, tmp_path / "whole")
    old = seen(whole)
    ended, names = in_a_child(whole, signer, -1)
    new = seen(whole)
    assert ended == 0
    assert (old[0], new[0]) == ("approved", "published")
    deadly = sorted({round(n * (len(names) - 1) / (POINTS - 1)) for n in range(POINTS)})
    assert len(deadly) >= 12
    outcomes = set()
    for point in deadly:
        folder = shutil.copytree(approved, tmp_path / f"killed-{point}")
        ended, _ = in_a_child(folder, signer, point)
        if ended == 0:
            continue  # a point that is reached in one run and not in the other, such as a connection given back
        assert ended == signal.SIGKILL
        after = seen(folder)
        assert after in (old, new), f"killed at point {point}: {after}"
        outcomes.add(after)
        if after == old:  # nothing is lost: it is published again as if nothing had been
            ended, _ = in_a_child(folder, signer, -1)
        else:  # the outbox makes up for what was not written any more
            engine = make_engine(f"sqlite:///{folder / 'house.sqlite3'}")
            settle_folder(Frame(engine), FileStore(folder / "store"), folder / "documents")
            engine.dispose()
        assert seen(folder) == new
        assert len([one for one in (folder / "documents" / "bulletins").iterdir() if one.suffix == ".pdf"]) == 2
        shutil.rmtree(folder)
    assert outcomes == {old, new}, "points before the commit and points after it were tried"

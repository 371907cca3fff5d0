"""Publication is all or nothing: killed at any point of it, what is seen is the old state or the new one."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
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
from support.databases import PostgresDatabases, SqliteDatabases
from support.ledger import Ledger
from support.months import JANUARY, Months, a_year, resumed

Databases = SqliteDatabases | PostgresDatabases
Copy = Callable[[str], AbstractContextManager["Place"]]
POINTS = 14
SIGNED_AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked to be killed")


@dataclass(frozen=True)
class Place:
    """A database, and the folder with its store and documents."""

    url: str
    folder: Path

    @property
    def store(self) -> FileStore:
        return FileStore(self.folder / "store")


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory, chosen_databases: Databases) -> Iterator[Place]:
    """An approved bulletin, to be published in copies."""
    with chosen_databases.fresh() as url:
        place = Place(url, tmp_path_factory.mktemp("approved"))
        engine = make_engine(url)
        with Frame(engine).write() as session:
            months = a_year(session)
            bulletin = months.submitted(months.approved("2012-01", JANUARY), place.store)
            months.approve_bulletin(bulletin)
        engine.dispose()
        yield place


@pytest.fixture
def copy(approved: Place, tmp_path: Path, chosen_databases: Databases) -> Copy:
    """``with copy("name") as place``: the approved bulletin again."""

    @contextmanager
    def made(name: str) -> Iterator[Place]:
        with chosen_databases.fresh(of=approved.url) as url:
            folder = shutil.copytree(approved.folder, tmp_path / name)
            yield Place(url, folder)
            shutil.rmtree(folder)

    return made


def publish(place: Place, signer: Signer, step: Callable[[str], None]) -> None:
    """The whole of it: both files signed and stored, the act, and the folder that the outbox then settles."""
    engine = watched(make_engine(place.url), step)
    frame, store = Frame(engine), place.store
    with frame.read() as session:
        signed = services.prepare_publication(session.scalars(select(Bulletin)).one(), store, signer, at=SIGNED_AT)
    with frame.write() as session:
        bulletin = session.scalars(select(Bulletin)).one()
        cycles.publish(session, bulletin, resumed(session, Months).act("office"), signed)
    settle_folder(frame, store, place.folder / "documents")
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


def in_a_child(place: Place, signer: Signer, deadly: int) -> tuple[int, list[str]]:
    """The signal that ended the child, and the points it came to."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            steps = Steps(deadly)
            watch_files(steps)
            publish(place, signer, steps)
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


def seen(place: Place) -> tuple[object, ...]:
    """What anybody sees of it: states, papers served, what waits to be sent; and a trail without a fault."""
    engine = make_engine(place.url)
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
            assert not name or place.store.path(name).exists(), "what is named is there"
    engine.dispose()
    return found


def _period(one: Bulletin, session: Session) -> int:
    return session.get_one(Edition, one.edition_id).period_id


def killed_at(place: Place, signer: Signer, point: int, old: object, new: object) -> object:
    """What was seen after the kill, once it was also made good; None where the point was not reached this time."""
    ended, _ = in_a_child(place, signer, point)
    if ended == 0:
        return None  # a point that is reached in one run and not in the other, such as a connection given back
    assert ended == signal.SIGKILL
    after = seen(place)
    assert after in (old, new), f"killed at point {point}: {after}"
    if after == old:  # nothing is lost: it is published again as if nothing had been
        in_a_child(place, signer, -1)
    else:  # the outbox makes up for what was not written any more
        engine = make_engine(place.url)
        settle_folder(Frame(engine), place.store, place.folder / "documents")
        engine.dispose()
    assert seen(place) == new
    assert len([one for one in (place.folder / "documents" / "bulletins").iterdir() if one.suffix == ".pdf"]) == 2
    return after


def killed(copy: Copy, signer: Signer, points: int) -> Counter[str]:
    """How often the old state was seen, and how often the new one, after kills at so many points."""
    with copy("whole") as whole:
        old = seen(whole)
        ended, names = in_a_child(whole, signer, -1)
        new = seen(whole)
    assert ended == 0
    assert (old[0], new[0]) == ("approved", "published")
    found: Counter[str] = Counter()
    for point in sorted({round(n * (len(names) - 1) / (points - 1)) for n in range(points)}):
        with copy(f"killed-{point}") as place:
            after = killed_at(place, signer, point, old, new)
        found["not reached" if after is None else "old" if after == old else "new"] += 1
    return found


def test_publication_killed_anywhere_leaves_the_old_or_the_new_state(
    copy: Copy, signer: Signer, request: pytest.FixtureRequest
) -> None:
    points = POINTS if request.config.getoption("--database") == "sqlite" else 4  # a copy takes PostgreSQL seconds
    found = killed(copy, signer, points)
    assert found["old"] + found["new"] >= points - 2
    assert min(found["old"], found["new"]) >= 1, "points before the commit and points after it were tried"


@pytest.mark.trust
def test_of_fifty_publications_killed_none_is_partial(
    copy: Copy, signer: Signer, size: Callable[[int], int], ledger: Ledger
) -> None:
    wanted, found = size(50), Counter[str]()
    while found["old"] + found["new"] < wanted:
        found += killed(copy, signer, max(2, wanted + found["not reached"]))
    ledger.note(
        "A4", "Publication is all or nothing",
        f"{found['old'] + found['new']} kills spread over every statement, commit, file and rename of a publication; "
        f"then it was done again, or made good by the outbox",
        f"0 partial: {found['old']} times the old state, {found['new']} times the new one", "0 of 50", True,
    )  # fmt: skip

"""Founding an instance: folders, schema, working days, keys, and its first administrator."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select

from assessment.foundation import audit, clock, schema, software, workday_table
from assessment.foundation.actors import SETUP, Act
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual, Sentence, local_day, say
from assessment.foundation.paper.signature import ensure_signer
from assessment.foundation.settings import Settings
from assessment.organisations.models import Unit
from assessment.organisations.passwords import hash_password
from assessment.organisations.services import accounts, posts, units
from assessment.scoring import recomputing
from assessment.scoring.models import Edition

YEARS = range(2010, 2028)
PATIENCE = timedelta(seconds=5)
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def nothing_said(_sentence: Sentence) -> None:
    """For whoever needs no word."""


def prepare(settings: Settings, engine: Engine, tell: Callable[[Sentence], None] = nothing_said) -> Frame:
    """Bring folders, keys, schema and the working-day table up to date; what is there stays.

    Where another version of the software was here last, every announced edition is computed again, and ``tell`` told.
    """
    for folder in (settings.instance, settings.uploads, settings.documents / "bulletins"):
        folder.mkdir(parents=True, exist_ok=True)
    ensure_signer(settings.keys, "Five Measures", clock.system_now())
    schema.migrate(engine)
    frame = Frame(engine)
    with frame.write() as session:
        if session.scalar(select(func.count()).select_from(workday_table.WorkingDay)) == 0:
            workday_table.fill(session, YEARS)
            act = Act(SETUP, clock.system_now())
            audit.record(
                session, act, "fill_working_days", None, kind="working_day", body={"years": [YEARS[0], YEARS[-1]]}
            )
    _compute_again(frame, tell)
    return frame


def _compute_again(frame: Frame, tell: Callable[[Sentence], None]) -> None:
    """Once a version: read first, since that takes its time, then write down what was found."""
    with frame.read() as session:
        if not recomputing.is_upgraded(session):
            return
        some = {edition.id: f"{period.code} ({edition.number})" for period, edition in recomputing.announced(session)}
    if some:
        tell(say("Computing {count} announced editions again with version {version}.",
                 count=len(some), version=software.version()))  # fmt: skip
    found = list(_each_again(frame, list(some), tell))
    with frame.write() as session:
        if recomputing.is_upgraded(session):  # else another process has done the same in the meantime
            recomputing.record(session, Act(SETUP, clock.business_now(session)), clock.system_now(), found)
    differing = [some[one.edition_id] for one in found if one.differences]
    if differing:
        tell(say("{count} of {all} differ, and stay as they were announced: {editions}. See: python -m assessment "
                 "period replay --all", count=len(differing), all=len(some), editions=differing))  # fmt: skip
    elif some:
        tell(say("All {count} are equal to the last digit.", count=len(some)))


def _each_again(
    frame: Frame, editions: Sequence[int], tell: Callable[[Sentence], None]
) -> Iterator[recomputing.Again]:
    """Each in a reading of its own, since a long one would keep others from writing; told every few seconds."""
    told = clock.system_now()
    for done, edition_id in enumerate(editions, 1):
        with frame.read() as session:
            yield recomputing.compute_again(session, session.get_one(Edition, edition_id))
        if clock.system_now() - told > PATIENCE:
            told = clock.system_now()
            tell(say("  {done} of {count}", done=done, count=len(editions)))


def is_empty(frame: Frame) -> bool:
    """Nobody has founded anything here yet."""
    with frame.read() as session:
        return session.scalar(select(func.count()).select_from(Unit)) == 0


def one_time_password() -> str:
    """Three groups that can be read aloud: about 59 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def found(frame: Frame, name: Bilingual, code: str) -> str:
    """The root unit and its administrator, whose one-time password is returned; everything else is his to enter."""
    password = one_time_password()
    hashed = hash_password(password)
    now = clock.system_now()
    with frame.write() as session:
        act = Act(SETUP, now)
        unit = units.add_unit(
            session, act, code=code, name=name, level="province", parent_id=None, valid_from=local_day(now)
        )
        post = posts.add_post(
            session, act, unit_id=unit.id, title=Bilingual("系统管理员", "System administrator"), role="administrator",
            valid_from=local_day(now),
        )  # fmt: skip
        person = accounts.invite(session, act, username="admin", name="Administrator 管理员")
        posts.appoint(session, person, act, post=post, valid_from=local_day(now))
        accounts.issue_one_time_password(session, person, act, password_hash=hashed, now=now)
    return password


def played(settings: Settings, make_engine: Callable[[str], Engine], play: Callable[[Frame, Settings], None]) -> None:
    """Play the examples so that they stand whole or not at all.

    On SQLite they are played into a file beside the database, without waiting for the disk at every commit; only when
    all is there and on the disk does the file take its place. A play that was cut off leaves nothing in the way.
    """
    prefix = "sqlite:///"
    if not settings.database_url.startswith(prefix):
        _play_into(settings, make_engine(settings.database_url), play)
        return
    path = Path(settings.database_url.removeprefix(prefix))
    beside = path.with_name(path.name + ".playing")
    for left in (beside, beside.with_name(beside.name + "-journal")):
        left.unlink(missing_ok=True)
    engine = make_engine(f"{prefix}{beside}")
    _do_not_wait(engine)
    _play_into(settings, engine, play)
    engine.dispose()
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    beside.replace(path)


def _play_into(settings: Settings, engine: Engine, play: Callable[[Frame, Settings], None]) -> None:
    frame = prepare(settings, engine)
    play(frame, settings)
    engine.dispose()


def _do_not_wait(engine: Engine) -> None:
    from sqlalchemy import event

    def relax(connection: object, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]
        connection.execute("PRAGMA journal_mode=MEMORY")  # type: ignore[attr-defined]

    event.listen(engine, "connect", relax)

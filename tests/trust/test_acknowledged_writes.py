"""Acknowledged writes: what the server said is done is there after it was killed, whole, and stands in the trail."""

from __future__ import annotations

import html
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from assessment.faces.web import sessions
from assessment.foundation import audit, clock
from assessment.foundation.audit import AuditRow
from assessment.foundation.frame import Frame
from assessment.organisations.duties import ROLES
from assessment.organisations.models import Post, PostDuty
from assessment.organisations.services.sign_ins import open_session
from support.ledger import Ledger
from support.organisations import make_province
from support.server_processes import DOWN, Server, stamp

CLIENTS, ROLE = 8, "auditor"
PROMISE = "An acknowledged write is never lost when a server is killed"


@dataclass
class House:
    """Two servers over one database: one is killed while the other meets what it left behind."""

    frame: Frame
    servers: tuple[Server, Server]
    unit_id: int
    cookies: list[str]


@pytest.fixture
def house(frame: Frame, database_url: str, tmp_path: Path) -> Iterator[House]:
    with frame.write() as session:
        province = make_province(session)
        province.officer("ada", "administrator")
        unit_id, ada, cookies = province.unit("22").id, province.person("ada"), []
        for _ in range(CLIENTS):
            cookies.append(sessions.new_token())
            now = clock.system_now()
            open_session(session, ada, token=cookies[-1], source="127.0.0.1", now=now, proved_at=now)
    stamp(frame.engine)
    servers = (Server(database_url, tmp_path), Server(database_url, tmp_path))
    yield House(frame, servers, unit_id, cookies)
    for server in servers:
        server.kill()


@dataclass
class Written:
    """What the clients sent, and which of it was acknowledged."""

    leave: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    acknowledged: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    is_over: bool = False


def client(house: House, number: int, written: Written) -> None:
    """Adds posts, each with its own title, wherever a server answers; never the same title twice."""
    chance, headers = random.Random(number), {"Cookie": f"{sessions.COOKIE}={house.cookies[number]}; language=en"}
    token, count = "", 0
    while True:
        written.leave.acquire()
        while not written.is_over:
            server = chance.choice(house.servers)
            title = f"{number}-{count}"
            count += 1
            try:
                if not token:
                    page = server.ask("GET", "/account", None, headers)
                    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
                    if found is None:
                        written.others.append(f"no form: {page.status} {page.text[:300]}")
                        break
                    token = html.unescape(found[1])
                    headers["Cookie"] += f"; {page.cookies}"
                data = {"csrf_token": token, "title_zh": title, "title_en": title, "role": ROLE, "covers": "subtree",
                        "valid_from": "2012-01-01"}  # fmt: skip
                answer = server.ask("POST", f"/organisations/units/{house.unit_id}/add_post", data, headers)
            except ConnectionRefusedError:
                time.sleep(0.05)
                continue
            except DOWN:
                written.unanswered.append(title)
                continue
            if answer.status == 303:
                written.acknowledged.append(title)
                break
            written.others.append(f"{title}: {answer.status} {answer.text[:300]}")
            break
        if written.is_over:
            return


def killed_while_writing(house: House, writes: int, kills: int) -> Written:
    """So many acknowledged writes, spread over so many kills, each somewhere among the writes that are its share."""
    written, chance = Written(), random.Random(2012)
    for server in house.servers:
        server.start()
    for server in house.servers:
        server.wait()
    clients = [threading.Thread(target=client, args=(house, number, written)) for number in range(CLIENTS)]
    for one in clients:
        one.start()
    try:
        for kill in range(kills):
            share = writes * (kill + 1) // kills
            begun = len(written.acknowledged)
            for _ in range(share - begun):
                written.leave.release()
            until(written, begun + chance.randint(0, max(0, (share - begun) * 3 // 4)))
            time.sleep(chance.uniform(0, 0.01))
            victim = house.servers[kill % 2]
            victim.kill()
            if kill + 1 == kills:  # the other one meets what the last kill left behind
                until(written, share)
                break
            victim.start()
            until(written, share)
            victim.wait()
    finally:
        written.is_over = True
        for _ in clients:
            written.leave.release()
        for one in clients:
            one.join()
    return written


def until(written: Written, count: int, patience: float = 300) -> None:
    deadline = time.monotonic() + patience
    while len(written.acknowledged) < count:
        assert not written.others, written.others[:3]
        assert time.monotonic() < deadline, f"{len(written.acknowledged)} of {count} writes within {patience} s"
        time.sleep(0.002)


def lost(house: House, written: Written) -> list[str]:
    """Every acknowledged write that is not there whole; and of the others, what is there in part."""
    with house.frame.read() as session:
        held = dict(
            session.execute(
                select(Post.title_en, func.count(PostDuty.id)).outerjoin(PostDuty).group_by(Post.id, Post.title_en)
            ).all()
        )
        acts = session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.act == "add_post"))
        posts = session.scalar(select(func.count()).select_from(Post))
        found = [f"{title} is lost" for title in written.acknowledged if title not in held]
        sent = [*written.acknowledged, *written.unanswered]
        found += [f"{one}: {held[one]} duties" for one in sent if one in held and held[one] != len(ROLES[ROLE][1])]
        found += [f"{posts} posts, {acts} acts that added one"] if posts != acts else []
        found += audit.verify(session)
        if house.frame.engine.dialect.name == "sqlite":
            found += [one for one in session.scalars(text("PRAGMA integrity_check")) if one != "ok"]
    return found


def test_no_acknowledged_write_is_lost_when_a_server_is_killed(house: House) -> None:
    written = killed_while_writing(house, writes=60, kills=1)
    assert lost(house, written) == []
    assert len(written.acknowledged) == 60


def test_a_write_that_is_not_there_would_be_found(house: House) -> None:
    assert "never-sent is lost" in lost(house, Written(acknowledged=["never-sent"]))


@pytest.mark.trust
def test_of_ten_thousand_acknowledged_writes_none_is_lost_in_two_hundred_kills(
    house: House, size: Callable[[int], int], ledger: Ledger
) -> None:
    kills = size(200)
    written = killed_while_writing(house, size(10_000), kills)
    found = lost(house, written)
    ledger.note(
        "A1", PROMISE,
        f"{CLIENTS} clients write to two `web` processes, {kills} times one of them gets SIGKILL; "
        f"{len(written.unanswered)} requests were cut off unanswered; trail and integrity checked",
        f"{len(found)} of {len(written.acknowledged):,} lost or half there", "0", not found,
    )  # fmt: skip

"""Races: of two who change the same at once one is told, keeps what was typed, and nothing is overwritten unseen."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from assessment.foundation.audit import AuditRow
from assessment.foundation.frame import Frame
from assessment.organisations.models import Person, Unit
from support.desks import Desk, shown
from support.ledger import Ledger
from support.organisations import Province
from support.web import Browser


class Race:
    """Two people in front of the same page, who send at the same moment."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.chance = desk, random.Random(2012)
        with desk.frame.write() as session:
            top = session.scalars(select(Unit).where(Unit.level == "province")).one()
            province = Province(session, {"22": top})
            for name in ("ada", "eve"):
                province.officer(name, "administrator", "22")
                desk.people[name] = province.people[name].id
            self.olga = province.person("olga").id
        self.typists = (desk.as_("first"), desk.as_("second"))
        self.admins = (desk.as_("ada"), desk.as_("eve"))

    def at_once(self, pair: tuple[Browser, Browser], path: str, forms: tuple[dict[str, str], dict[str, str]]) -> Any:
        """The answers to the two, each sent by a thread of its own when both are ready."""
        start = Barrier(2)

        def send(browser: Browser, form: dict[str, str]) -> Any:
            start.wait()
            return browser.post(path, form)

        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(send, pair, forms))

    def over_a_cell(self) -> str:
        """Both type another number into one cell of the same grid; "" where nothing was overwritten unseen."""
        where = f"{self.desk.where}/cells"
        seen = [shown(browser.get(f"{self.desk.where}/grid")) for browser in self.typists]
        cell, numbers = self.desk.cell("220101", "cameras"), [str(self.chance.randrange(10**6)) for _ in range(2)]
        forms = tuple({cell: number, "shown": one} for number, one in zip(numbers, seen, strict=True))
        answers = self.at_once(self.typists, where, forms)
        if [one.status_code for one in answers] != [200, 200]:
            return f"{[one.status_code for one in answers]} for two who type at once"
        report = cell.split("-")[1]
        losers = [place for place, one in enumerate(answers) if report in one.json["overtaken"]]
        stands = self.desk.typed("220101")["cameras"][0]
        if len(losers) != 1:
            return f"{len(losers)} were told that the other was faster"
        winner = numbers[1 - losers[0]]
        told = str(answers[losers[0]].json["overtaken"][report])
        return "" if stands == winner and winner in told else f"{stands} stands, {winner} was first; told: {told}"

    def over_an_act(self) -> str:
        """Both press the same button with another reason."""
        with self.desk.frame.read() as session:
            action = "suspend" if session.get_one(Person, self.olga).state == "active" else "reinstate"
        path = f"/organisations/people/{self.olga}/{action}"
        pages = [browser.get(path).text for browser in self.admins]
        reasons = [f"reason {self.chance.randrange(10**9)}" for _ in range(2)]
        forms = tuple(
            {"version": re.findall(r'name="version"[^>]*value="(\d+)"', page)[0], "reason": reason}
            for page, reason in zip(pages, reasons, strict=True)
        )
        answers = self.at_once(self.admins, path, forms)
        statuses = [one.status_code for one in answers]
        if sorted(statuses) != [303, 409]:
            return f"{action}: {statuses}"
        with self.desk.frame.read() as session:
            rows = select(AuditRow.reason).where(AuditRow.act == action).order_by(AuditRow.seq.desc()).limit(1)
            noted = session.scalar(rows)
        winner, loser = statuses.index(303), statuses.index(409)
        if noted != reasons[winner]:
            return f"{action}: “{noted}” stands in the trail, “{reasons[winner]}” was told that it is done"
        return "" if reasons[loser] in answers[loser].text else f"{action}: what the slower one typed is gone"


@pytest.fixture
def race(frame: Frame, tmp_path: Path) -> Race:
    return Race(Desk(frame, tmp_path))


def test_of_two_who_send_at_once_one_is_told(race: Race) -> None:
    assert [race.over_a_cell() for _ in range(3)] == [""] * 3
    assert [race.over_an_act() for _ in range(3)] == [""] * 3


@pytest.mark.trust
def test_in_a_thousand_races_nothing_is_overwritten_unseen(
    race: Race, size: Callable[[int], int], ledger: Ledger
) -> None:
    each = size(500)
    wrong = [fault for _ in range(each) for fault in (race.over_a_cell(), race.over_an_act()) if fault]
    ledger.note(
        "A5", "Two people editing: no silent overwrite, nothing typed is lost",
        f"{each} pairs type into one cell at once, {each} pairs press one button at once with different reasons",
        f"{len(wrong)} of {2 * each:,} silent or lost" + "".join(f"; {one}" for one in wrong[:2]), "0", not wrong,
    )  # fmt: skip

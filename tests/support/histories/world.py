"""A quarter of Alpha Province that anything may happen to: months, inspections, tasks, cases, rewards, one clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assessment.cycles import services as cycles
from assessment.cycles.models import DiaryEntry
from assessment.cycles.tick import catch_up
from assessment.foundation import audit
from assessment.foundation.audit import AuditRow
from assessment.foundation.errors import Refusal
from assessment.foundation.filestore import FileStore
from assessment.foundation.i18n import Bilingual
from assessment.inspections import services as inspections
from assessment.inspections.services import NewInspector, NewObject
from assessment.organisations.models import Unit
from assessment.programmes.models import Period
from support.inspections import ITEMS, SEED, SEVERITIES
from support.months import COUNTIES, EXTRA, Months, a_year
from support.programmes import SCHEME
from support.rewards import REWARDS

FIRST, LAST_DAY = ("2012-01", "2012-02", "2012-03"), date(2013, 6, 28)
ROLES = (
    ("supervisor", "supervision_office"), ("colleague", "supervision_office"), ("ida", "investigator"),
    ("ivan", "investigator"), *((f"inspector-{n}", "team_leader" if n < 3 else "team_member") for n in range(1, 5)),
)  # fmt: skip
PEOPLE = ("office", "leader", "verifier", "reviewer", "auditor", *(name for name, _ in ROLES),
          *(f"officer-{code}" for code in (*COUNTIES, "2201")))  # fmt: skip


@dataclass
class Quarter(Months):
    """Where a history stands: its people and months, what was done and refused, and what was announced on the way."""

    store: FileStore = None  # type: ignore[assignment]
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    announced: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)

    def code(self, unit_id: int) -> str:
        if not self.codes:
            self.codes = {one.id: one.code for one in self.session.scalars(select(Unit))}
        return self.codes[unit_id]

    def all(self, model: Any, *wanted: Any) -> list[Any]:
        return list(self.session.scalars(select(model).where(*wanted).order_by(model.id)))

    def months(self, *states: str) -> list[Period]:
        return [self.periods[code] for code in FIRST if self.periods[code].state in states]

    def tried(self, name: str, do: Callable[[], object]) -> bool:
        """Done as one transaction, or refused with a sentence and nothing left of it."""
        before, said = self._last_row(), ""
        try:
            with self.session.begin_nested():
                do()
                self.session.flush()
                audit.link(self.session)
        except Refusal as refusal:
            said = str(refusal.sentence) or "nothing"
        if not said:
            self.done[name] += 1
            return True
        self.session.info.pop("trail", None)
        assert said != "nothing", f"{name} is refused without a word"
        assert self._last_row() == before, f"{name} is refused and leaves a row"
        self.refused[name] += 1
        return False

    def _last_row(self) -> int:
        return self.session.scalar(select(func.max(AuditRow.seq))) or 0

    # --- time ----------------------------------------------------------------------------------------------------

    def passes(self, kind: int) -> None:
        """An hour, a day, a week and more, or up to the next planned moment; then the clock looks at the diary."""
        spans = (timedelta(hours=1), timedelta(days=1), timedelta(days=8))
        to = self._next_entry() if kind >= len(spans) else self.now + spans[kind]
        if to.date() < LAST_DAY:
            self.now = max(self.now, to)
        self.ticks()

    def _next_entry(self) -> datetime:
        waiting = select(func.min(DiaryEntry.due_at)).where(DiaryEntry.done_at.is_(None), DiaryEntry.due_at > self.now)
        return self.session.scalar(waiting) or self.now + timedelta(days=4)

    def ticks(self) -> None:
        """What is due is done, and once: a second look at the same moment finds nothing."""
        self.session.execute(update(DiaryEntry).values(not_before=None))  # the minutes of its patience are over
        self.session.flush()
        catch_up(self.session, self.now)
        self.session.flush()
        audit.link(self.session)
        again = catch_up(self.session, self.now)
        audit.link(self.session)
        assert not again, f"the clock did {again} things twice"


def a_quarter(session: Session, folder: Path) -> Quarter:
    """Three months planned in the diary; a campaign whose visits are drawn."""
    year = a_year(session, SCHEME + EXTRA + REWARDS + SEVERITIES)
    for username, role in ROLES:
        year.province.officer(username, role)
    world = Quarter(**vars(year), store=FileStore(folder / "store"))
    cycles.plan_diary(session, world.act("office"), [world.periods[code] for code in FIRST])
    _visits(world)
    session.flush()
    audit.link(session)
    return world


def _visits(world: Quarter) -> None:
    session, act = world.session, world.act("supervisor")
    top = world.province.unit("22").id
    checklist = inspections.draft_checklist(
        session, act, programme_id=world.programme.id, unit_id=top, code="centres",
        title=Bilingual("监控中心检查表", "Monitoring centres"), items=ITEMS,
    )  # fmt: skip
    inspections.bring_into_use(session, checklist, act)
    campaign = inspections.draft_campaign(
        session, act, programme_id=world.programme.id, scheme_version_id=world.version.id, unit_id=top,
        checklist_id=checklist.id, number="2012-01", title=Bilingual("专项督查", "Inspection of centres"),
        scope=Bilingual("全部中心", "All centres"), first_day=date(2012, 1, 3), last_day=date(2012, 12, 20), sample=3,
        objects=[NewObject(f"{code}-01", world.province.unit(code).id, Bilingual(f"{code}中心", f"Centre of {code}"))
                 for code in COUNTIES],
        inspectors=[NewInspector(f"{n:02d}", world.province.person(f"inspector-{n}").id, may_lead=n < 3)
                    for n in range(1, 5)],
    )  # fmt: skip
    inspections.approve_campaign(session, campaign, world.act("leader"))
    inspections.freeze_rolls(session, campaign, act)
    inspections.draw(session, campaign, act, SEED)
    inspections.begin(session, campaign, act)


def in_order(some: Iterable[Any], chance: Any) -> list[Any]:
    found = list(some)
    chance.shuffle(found)
    return found

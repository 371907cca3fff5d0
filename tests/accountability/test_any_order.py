"""Whatever anybody tries in any order on cases, rewards and objections: due process holds, and every sum is right."""

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import func, select

from assessment.accountability import services as cases
from assessment.accountability.models import Case, CaseState, Source
from assessment.accountability.process import CASE
from assessment.cycles import services as cycles
from assessment.delivery import services as delivery
from assessment.delivery.models import ON_ITS_WAY, Paper
from assessment.foundation import audit
from assessment.foundation.audit import AuditRow
from assessment.foundation.db import kind_of
from assessment.foundation.errors import Refusal
from assessment.foundation.frame import Frame
from assessment.foundation.trail_verifier import faults
from assessment.foundation.workflow import Process, Transition
from assessment.objections import services as objections
from assessment.objections.models import Objection
from assessment.objections.process import OBJECTION
from assessment.objections.services import NewPoint
from assessment.organisations.duties import Duty
from assessment.rewards import services as rewards
from assessment.rewards.models import Round
from assessment.rewards.process import ROUND
from support.any_order.always import ALWAYS, rows_since
from support.any_order.bench import CLOCK_IS, HEAD, PEOPLE, Bench, make_bench
from support.any_order.said import SAID, leads_nowhere
from support.organisations import NOW

PROCESSES: dict[type, Process[Any]] = {Case: CASE, Round: ROUND, Objection: OBJECTION}
JOINT: dict[tuple[str, str], Callable[..., None]] = {
    ("reward_round", "grant"): cycles.grant, ("objection", "apply"): cycles.apply,
}  # fmt: skip
ROOMS: dict[type, Any] = {Case: cases, Round: rewards, Objection: objections}
ONLY_JOINT = {("reward_round", "recompute")}
"""Done by the joint act that applies an objection, never alone."""
ENDED = (CaseState.DISMISSED, CaseState.SETTLED, CaseState.REVOKED, CaseState.EXPIRED)
LEADING_ON = {"declare", "answer_point", "move", "vote", "circulate", "hand_in_inspection", "record_organ_answer",
              "answer"}  # fmt: skip
RULES = ("R1", "R2", "R3", "R4")
SHORT, FIRST_LOOK = (100, 30), (4, 30)
"""Runs and steps of the suite; on PostgreSQL few, for what only it refuses. ``--runs=2000x50`` by hand."""
LATEST = 300

Name = tuple[str, str]
"""Of a process and of one of its acts."""
NOT_PLAYED = {("reward_round", "correct"), ("reward_round", "supersede")}
"""They follow a corrigendum, of which there is none here."""
EVERY: list[Name] = sorted({
    (process.name, row.action) for process in PROCESSES.values() for row in (*process.transitions, *process.openings)
} - NOT_PLAYED)  # fmt: skip


class AnyOrder(RuleBasedStateMachine):
    """Everybody at once, on whatever there is; acts done and refused are counted over all runs, from the trail."""

    bench: ClassVar[Bench]
    done: ClassVar[Counter[Name]]
    refused: ClassVar[Counter[Name]]
    said: ClassVar[set[str]]
    steps: ClassVar[list[int]]
    failures: ClassVar[list[Exception]]
    """What comes next depends on what came up before: a failing run cannot be run again, so the first is kept."""

    def __init__(self) -> None:
        super().__init__()
        bench, session = self.bench, self.bench.session
        self.began, self.turn_began = bench.now, bench.turn
        self.savepoint = session.begin_nested()
        bench.run += 1
        case, one = bench.run % len(bench.cases), bench.run // 2 % len(bench.rounds)  # few, to come far with each
        self.records: list[Any] = [session.get_one(Case, bench.cases[case]), session.get_one(Round, bench.rounds[one])]
        self.records += [session.get_one(Objection, bench.objections[each]) for each in bench.disputed(case, one)]
        self.states = {id(each): each.state for each in self.records}
        self.seen = session.scalar(select(func.max(AuditRow.seq))) or 0
        self.in_vain: set[tuple[Any, ...]] = set()

    def teardown(self) -> None:
        session = self.bench.session
        for record in self.records:
            self.look_at(record)
        assert "" not in self.said, "every refusal says why"
        assert not list(faults(audit.export(session)))
        self.savepoint.rollback()
        session.info.pop("trail", None)
        session.expunge_all()  # the next run's records bear the same numbers
        self.bench.now, self.bench.turn = self.began, self.turn_began

    # One rule for everything: Hypothesis leaves whole rules out of a run, and then little can happen in it.
    @rule(
        kind=st.sampled_from(("goes on", "goes on", "goes on", "goes on", "goes on", "tried", "begins", "passes")),
        chance=st.integers(0, 2**16),
        hurries=st.booleans(),
    )
    def something_happens(self, kind: str, chance: int, hurries: bool) -> None:
        try:
            self.happens(kind, chance, hurries=hurries)
        except Exception as failure:
            self.failures.append(failure)
            raise

    def happens(self, kind: str, number: int, *, hurries: bool) -> None:
        # Hypothesis repeats itself and likes small numbers: what comes up is drawn anew at every step.
        self.steps[0] += 1
        chance = Random(number + 65537 * self.steps[0])
        if kind == "goes on":
            self.whatever_can_be_done(chance, hurries=hurries)
        elif kind == "tried":
            for _ in range(3):
                self.whatever_was_refused_least(chance)
        elif kind == "begins":
            self.something_begins(chance)
        else:
            self.time_passes(chance.choice((1, 8, 20, 40, 200)))
            self.the_clock_does_what_is_due()

    def whatever_was_refused_least(self, chance: Random) -> None:
        names = [(one, row.action) for one in self.records for row in PROCESSES[type(one)].transitions]
        chance.shuffle(names)
        record, action = min(names, key=lambda one: self.refused[PROCESSES[type(one[0])].name, one[1]])
        self.attempt(record, action, chance.choice(PEOPLE))

    def time_passes(self, days: int) -> None:
        self.the_unit_signs_for_its_papers()
        if (self.bench.now - NOW).days < LATEST:  # there are working days for this year and the next
            self.bench.now += days * DAY
        self.in_vain.clear()

    def the_clock_does_what_is_due(self) -> None:
        for record, row in list(self.possible()):
            if row.duty == Duty.CLOCK and isinstance(record, Case) and row.target is not None:
                self.attempt(record, row.action, CLOCK_IS)

    def the_unit_signs_for_its_papers(self) -> None:
        query = select(Paper).where(Paper.unit_id == self.bench.county, Paper.state.in_(ON_ITS_WAY))
        for paper in self.bench.session.scalars(query.order_by(Paper.id)):
            delivery.receive(self.bench.session, paper, self.bench.act(HEAD))
        self.noted()

    # --- what leads on -----------------------------------------------------------------------------------------------

    def whatever_can_be_done(self, chance: Random, *, hurries: bool) -> None:
        """What was done least so far comes first, so that few runs come to everything; in a hurry, what leads on."""
        found = list(self.possible())
        chance.shuffle(found)
        for record, row in sorted(found, key=lambda one: self.order(*one, hurries=hurries)):
            for who in chance.sample(PEOPLE, len(PEOPLE)):
                name = (id(record), row.action, who)
                if name not in self.in_vain and self.holds(record, row, who):
                    if self.attempt(record, row.action, who):
                        return
                    self.in_vain.add(name)
        self.time_passes(20)

    def possible(self) -> Iterator[tuple[Any, Transition[Any]]]:
        for record in self.records:
            process = PROCESSES[type(record)]
            for row in process.transitions:
                if record.state in row.sources and not leads_nowhere(record, row.action, self.bench.now):
                    yield record, row

    def order(self, record: Any, row: Transition[Any], *, hurries: bool) -> tuple[bool, int]:
        waits = hurries and row.target is None and row.action not in LEADING_ON
        return waits, self.done[PROCESSES[type(record)].name, row.action]

    def holds(self, record: Any, row: Transition[Any], who: str) -> bool:
        duties = (row.duty,) if isinstance(row.duty, str) else row.duty
        by = self.bench.act(who).by
        return any(by.holds(duty, record.unit_id) for duty in duties)

    # --- what begins -------------------------------------------------------------------------------------------------

    def something_begins(self, chance: Random) -> None:
        bench, session, kind = self.bench, self.bench.session, chance.randrange(8)
        if kind == 0:
            self.start(CASE, "prompt", lambda: bench.prompted(chance.choice(list(Source)), by=chance.choice(PEOPLE)))
        elif kind == 1:
            self.an_ended_case_is_looked_at_after_its_term()
        elif kind == 2:
            by = chance.choice(("office", "ruth", chance.choice(PEOPLE)))
            self.start(ROUND, "prepare", lambda: bench.prepared(chance.choice(RULES), by))
        else:
            subjects = [award for one in self.records if isinstance(one, Round) for award in one.awards]
            subject = chance.choice(chance.choice([subjects, [one for one in self.records if isinstance(one, Case)]]))
            owner = next(f"officer-{code}" for code, unit in bench.units.items() if unit == subject.unit_id)
            who = chance.choice((owner, owner, owner, chance.choice(PEOPLE)))
            points = [NewPoint("", "不属实"), NewPoint("", "过重")][: chance.choice((1, 2))]
            self.start(OBJECTION, "lodge", lambda: cycles.lodge(
                session, subject, bench.act(who), ground="不服", points=points))  # fmt: skip

    def an_ended_case_is_looked_at_after_its_term(self) -> None:
        """Its term runs out, it may be sealed; then everybody is back in 2012."""
        for record in self.records:
            if isinstance(record, Case) and record.state in ENDED:
                now, self.bench.now = self.bench.now, NOW.replace(year=2025)
                self.attempt(record, "seal_case", "leader")
                self.bench.now = now

    def start(self, process: Process[Any], action: str, begin: Callable[[], Any]) -> None:
        found: list[Any] = []
        if self.tried((process.name, action), lambda: found.append(begin())):
            self.records += found

    # --- how ---------------------------------------------------------------------------------------------------------

    def attempt(self, record: Any, action: str, who: str) -> bool:
        """Do it by the room's own service, or be refused and leave everything as it was."""
        process, before = PROCESSES[type(record)], record.state
        name = (process.name, action)
        if name in ONLY_JOINT | NOT_PLAYED:
            return False
        service = JOINT.get(name) or getattr(ROOMS[type(record)], action)
        said, turn = SAID[process.name].get(action), self.done[name] + self.refused[name]
        facts = said(self.bench, record, turn) if said else {}
        act = self.bench.act(who)
        if not self.tried(name, lambda: service(self.bench.session, record, act, **facts)):
            assert record.state == before, name
            return False
        self.in_vain = {one for one in self.in_vain if one[0] != id(record)}
        return True

    def tried(self, name: Name, do: Callable[[], Any]) -> bool:
        session = self.bench.session
        try:
            with session.begin_nested():
                do()
                session.flush()
        except Refusal as refusal:
            session.info.pop("trail", None)
            self.refused[name] += 1
            self.said.add(str(refusal.sentence))
            return False
        assert name in self.noted(), f"{name} has its row"
        return True

    def noted(self) -> list[Name]:
        """The acts of this step as the trail has them; what always holds is asked of whatever moved on."""
        session = self.bench.session
        self.bench.link()
        rows = rows_since(session, self.seen)
        if rows:
            self.seen = rows[-1].seq
        known = {(kind_of(one), str(one.id)): one for one in self.records}
        for one in (session.get(Round, int(row.subject_id)) for row in rows if row.act == "prepare"):
            if one is not None and (kind_of(one), str(one.id)) not in known:  # the list that replaces another
                known[kind_of(one), str(one.id)] = one
                self.records.append(one)
        names = [(row.kind, row.act) for row in rows]
        self.done.update(names)
        for ref in {(row.kind, row.subject_id) for row in rows} & known.keys():
            if self.states.get(id(known[ref])) != known[ref].state:
                self.look_at(known[ref])
        return names

    def look_at(self, record: Any) -> None:
        self.states[id(record)] = record.state
        for holds in ALWAYS[type(record)]:
            holds(self.bench.session, record)


DAY = NOW.replace(day=2) - NOW.replace(day=1)


def never() -> list[Name]:
    """Acts that were not once done, or not once refused."""
    return [one for one in EVERY if not AnyOrder.done[one] or not (AnyOrder.refused[one] or one in ONLY_JOINT)]


def test_in_any_order_of_acts_due_process_holds_and_every_act_comes_up(
    frame: Frame, request: pytest.FixtureRequest
) -> None:
    asked = request.config.getoption("--runs")
    is_whole = bool(asked) or frame.engine.dialect.name == "sqlite"
    runs, steps = (int(part) for part in asked.split("x")) if asked else SHORT if is_whole else FIRST_LOOK
    with frame.write() as session:
        AnyOrder.bench = make_bench(session)
        session.flush()
        session.expunge_all()
        AnyOrder.done, AnyOrder.refused, AnyOrder.said = Counter(), Counter(), set()
        AnyOrder.steps, AnyOrder.failures = [0], []
        quick = settings(
            max_examples=runs, stateful_step_count=steps, deadline=None, database=None, derandomize=False,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate],
        )  # fmt: skip
        try:
            run_state_machine_as_test(seed(1)(AnyOrder) if settings.default.derandomize else AnyOrder, settings=quick)
        except Exception:  # noqa: BLE001 - whatever Hypothesis makes of a run that it cannot repeat
            raise AnyOrder.failures[0] from None
        session.rollback()
    counted = [f"{name[0]}.{name[1]} {AnyOrder.done[name]}/{AnyOrder.refused[name]}" for name in EVERY]
    print(f"{sum(AnyOrder.done.values())} acts done, {sum(AnyOrder.refused.values())} refused: {', '.join(counted)}")
    assert not (is_whole and never()), f"never done or never refused: {never()}"

"""Any history of whole cycles, all rooms together, keeps the twelve invariants: reports, scores, objections, bulletins,
visits, tasks, cases, rewards, and one clock over all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, true
from sqlalchemy.orm import Session

from assessment.bulletins.services import life
from assessment.foundation.frame import Frame
from support.histories import always
from support.histories.played import KINDS, Step, played
from support.histories.world import Quarter, a_quarter
from support.ledger import Ledger
from support.months import resumed

pytestmark = pytest.mark.usefixtures("papers_say_what_they_hold")
STEP = st.tuples(st.sampled_from(KINDS), st.integers(0, 2**16))


def drawn(seed: int, count: int) -> list[Step]:
    """A history that stays the same."""
    chance = Random(seed)
    return [(chance.choice(KINDS), chance.randrange(2**16)) for _ in range(count)]


LONG = drawn(3, 80)
"""Two months go to their consequences; one score is objected to after it was published, and corrected."""


@pytest.fixture
def papers_say_what_they_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bulletin takes a second to draw, and a history publishes many: its content stands for its pages."""
    monkeypatch.setattr(life, "render_bulletin", lambda content: repr(content).encode())


@pytest.fixture
def begin(frame: Frame, tmp_path: Path) -> Iterator[Callable[[], object]]:
    """The same quarter from its beginning each time; nothing of a history stays."""
    with frame.write() as session:
        world = a_quarter(session, tmp_path)
        began = world.now

        @contextmanager
        def beginning() -> Iterator[Quarter]:
            session.expunge_all()  # the next history's records may bear the same numbers
            with undone(session):
                yield replace(resumed(session, Quarter), now=began, store=world.store)

        yield beginning
        session.rollback()


@contextmanager
def undone(session: Session) -> Iterator[None]:
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        session.info.pop("trail", None)


def quick(count: int) -> settings:
    return settings(
        max_examples=count, deadline=None, database=None, phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


BREAKS = (
    (always.results_follow_from_their_inputs, "UPDATE scorecard SET total = '12.34' WHERE rank = 1"),
    (always.results_follow_from_their_inputs, "UPDATE scorecard SET rank = 3 WHERE rank = 2"),
    (always.what_is_announced_stays, "UPDATE scorecard SET band = 'another'"),
    (always.late_reports_are_marked, "UPDATE scorecard SET late_days = late_days + 1"),
    (always.late_reports_are_marked, "UPDATE submission SET first_complete_at = '2012-01-01 00:00:00.000000'"),
)  # fmt: skip


def test_a_history_comes_to_its_consequences_and_what_does_not_hold_is_noticed(
    begin: Callable[[], object], frame: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    with begin() as world:  # type: ignore[attr-defined]
        played(world, LONG)
        assert {"publish", "grant", "close_task", "apply", "correct"} <= set(world.done)
        if frame.engine.dialect.name != "sqlite":
            return
        session = world.session
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f'DROP TRIGGER "{name}"'))  # whoever holds the file can
        for holds, statement in BREAKS:
            with undone(session):
                session.execute(text(statement))
                session.expire_all()
                assert next(holds(world), None), statement
        monkeypatch.setattr(always, "cards_seen", lambda _officer: true())
        assert next(always.localities_see_their_own(world), None)


def test_any_short_history_keeps_every_invariant(begin: Callable[[], object]) -> None:
    @quick(2)
    @given(st.lists(STEP, min_size=20, max_size=32))
    def history(steps: list[Step]) -> None:
        with begin() as world:  # type: ignore[attr-defined]
            played(world, steps)

    history()


@pytest.mark.trust
def test_hundreds_of_long_histories_keep_every_invariant(
    begin: Callable[[], object], size: Callable[[int], int], ledger: Ledger
) -> None:
    count, faults = size(300), list[str]()
    done, refused = Counter[str](), Counter[str]()

    @quick(count)
    @given(st.lists(STEP, min_size=60, max_size=120))
    @example(LONG)
    def history(steps: list[Step]) -> None:
        with begin() as world:  # type: ignore[attr-defined]
            played(world, steps)
            done.update(world.done)
            refused.update(world.refused)

    try:
        history()
    except Exception as fault:  # noqa: BLE001 - whatever Hypothesis makes of it is the figure
        faults.append(str(fault)[:600])
    ledger.note(
        "A16", "The rules hold in any order of acts, all rooms together",
        f"{count + 1:,} histories of 60 to 120 steps over three months: {done.total():,} acts of {len(done)} kinds "
        f"done, {refused.total():,} refused; all invariants asked of each",
        "; ".join(faults) or "0 counter-examples", "0", not faults,
    )  # fmt: skip

"""Who is on a ladder is found among candidates, and is the same as when everybody's past is read and climbed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability import ladders, services
from assessment.accountability.models import ExcuseGround
from assessment.cycles.queries import published_editions
from assessment.faces.web.pages import ladder_looks
from assessment.foundation.actors import Act, Machine
from assessment.foundation.db import make_engine
from assessment.foundation.frame import Frame
from assessment.foundation.kept import Kept
from assessment.organisations.duties import Duty
from assessment.programmes.models import Period
from assessment.programmes.rules.consequences import Ladder
from support.example import copied, settings_of

LEADER = Machine("leader", "Leader", frozenset({Duty.OPEN_CASES.value}))
CONDITIONS = (
    "rank_from_bottom <= 1", "rank_from_bottom <= 5", "rank <= 2", "rank > 40", "rank = 3", "total < 70",
    "band in (failed)", "band in (good, excellent)", "in_bottom", "worse_than_last_year",
)  # fmt: skip
COUNTED = st.one_of(
    st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=2, unique=True).map(
        lambda some: f"periods where {' and '.join(some)}"
    ),
    st.sampled_from(["remediation.false_closures", "remediation.overdue", "vetoes", "interview", "early_warning"]),
)
LADDERS = st.builds(
    lambda what, how, reset: Ladder.model_validate(
        {"code": "L", "count": f"{what} {how}", "at": {1: "early_warning", 3: "interview"}, **reset}
    ),
    COUNTED,
    st.sampled_from(["consecutive", "cumulative", "cumulative within year"]),
    st.sampled_from([{}, {"reset": "period not counted"}, {"reset": "highest rung"}]),
)


@pytest.fixture(scope="module")
def session(played: Path) -> Iterator[Session]:
    engine = make_engine(settings_of(played).database_url)
    with Frame(engine).read() as found:
        yield found
    engine.dispose()


@settings(max_examples=8)
@given(st.lists(LADDERS, min_size=1, max_size=2))
def test_candidates_leave_nobody_out_whom_climbing_finds(session: Session, some: list[Ladder]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ladders, "counting", lambda _scheme, _period: some)
        for period in ladder_looks.newest(session):
            instead = published_editions(session, period.programme_id)
            everybody = [one for one in ladders.standings(session, period, instead) if one.is_begun]
            assert ladders.begun(session, period, instead) == everybody


def test_the_ladders_of_the_example_find_somebody(session: Session) -> None:
    """Else the property above would hold of nothing."""
    found = ladder_looks.looks(session)
    assert found
    assert found[0] in ladder_looks.looks_of(session, found[0].standing.unit_id)


def test_an_act_is_counted_at_the_next_look_and_no_other_look_counts_anew(
    played: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine(copied(played, tmp_path / "instance").database_url)
    frame, counted, begun = Frame(engine), list[int](), ladders.begun

    def counting(*facts: Any) -> list[ladders.Standing]:
        counted.append(1)
        return begun(*facts)

    monkeypatch.setattr(ladders, "begun", counting)
    monkeypatch.setattr(ladder_looks, "KEPT", Kept(most=2))
    for _ in range(2):
        with frame.read() as session:
            found = ladder_looks.looks(session)
    once = len(counted)
    newest = found[0].standing.history[-1]
    with frame.write() as session:
        period = session.scalar(select(Period).where(
            Period.programme_id == found[0].period.programme_id, Period.code == newest.period))  # fmt: skip
        act, standing = Act(LEADER, period.opens_at, "flood"), found[0].standing
        services.excuse(session, act, unit_id=standing.unit_id, period=period, ladder=standing.ladder.code,
                        ground=ExcuseGround.FORCE_MAJEURE)  # fmt: skip
    with frame.read() as session:
        again = ladder_looks.looks(session)
    assert len(counted) == 2 * once
    assert again != found
    engine.dispose()

"""Ladders count what was published; what comes to be known later is counted from there on, and nothing twice."""

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from assessment.accountability import services as accountability
from assessment.accountability.models import Case, ExcuseGround, LadderExcuse
from assessment.cycles import consequences, corrections, fallen
from assessment.cycles.queries import published_editions
from assessment.foundation.errors import Invalid, NotPermitted
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.paper.signature import ensure_signer
from assessment.objections.services import NewPoint
from support.corrections import Published
from support.months import EXTRA, FEBRUARY, Months, a_year
from support.programmes import SCHEME

LADDERS = """\
ladders:
  - {code: L1, per: counties, count: months where rank_from_bottom = 1 cumulative within year, at: {1: early_warning, 2: interview}}
  - {code: L2, per: counties, count: interview consecutive, at: {1: special_inspection}, excused_by: [data_failure]}
"""  # noqa: E501 - a rule is one line of its file


@pytest.fixture
def months(frame: Frame, tmp_path: Path) -> Iterator[Published]:
    with frame.write() as session:
        made = a_year(session, SCHEME + EXTRA + LADDERS)
        known = {one.name: getattr(made, one.name) for one in fields(Months)}
        signer = ensure_signer(tmp_path / "keys", "Alpha Province", made.now)
        yield Published(**known, store=FileStore(tmp_path / "store"), signer=signer)


def prompts(months: Published) -> set[tuple[str, str, str]]:
    """(ladder, unit, proposal) of everything prompted."""
    consequences.prompt_from_ladders(months.session, months.clock())
    names = {unit.id: code for code, unit in months.province.units.items()}
    return {(one.rule, names[one.unit_id], one.proposes) for one in months.session.scalars(select(Case))}


def last_of(months: Published, code: str) -> str:
    edition = months.card(code, "220101").edition
    return next(one.unit_code for one in edition.scorecards if one.group_code == "counties" and one.rank == 4)


def test_a_correction_counts_from_its_corrigendum_on_and_not_before(months: Published) -> None:
    bulletin = months.published()
    was = last_of(months, "2012-01")
    first = prompts(months)
    assert first == {("L1", was, "early_warning")}
    edition_id = bulletin.edition_id
    months.upheld(months.object(months.card("2012-01", was), NewPoint("cameras", "all", Decimal(90))))
    corrected = months.corrected()
    now = last_of(months, "2012-01")
    assert now != was
    assert published_editions(months.session)[corrected.period_id] == edition_id
    assert prompts(months) == first, "approved, not published"
    assert fallen.flag_cases(months.session, months.clock()) == 1, "but whoever has the prompt is told"

    corrigendum = corrections.draft(months.session, corrected, months.act("office"))
    months.session.flush()
    months.publish(corrected, corrigendum)
    assert published_editions(months.session)[corrected.period_id] == corrected.id
    assert prompts(months) == first | {("L1", now, "early_warning")}
    assert consequences.prompt_from_ladders(months.session, months.clock()) == 0


def test_an_interview_counts_when_it_is_called_though_its_month_was_counted_before(months: Published) -> None:
    months.published()
    unit = last_of(months, "2012-01")
    prompts(months)
    case = months.session.scalars(select(Case)).one()
    act, later = months.act("leader", "末位"), months.periods["2012-03"].opens_at
    talk = accountability.settle_by_interview(months.session, case, act, takes_place_at=later, place="厅")
    assert ("L2", unit, "special_inspection") in prompts(months)
    accountability.cancel_interview(months.session, talk, months.act("leader", "另有安排"))
    assert fallen.flag_cases(months.session, months.clock()) == 1
    flagged = months.session.scalars(select(Case).where(Case.rule == "L2")).one()
    assert "no longer triggers" in flagged.flagged


def excused(months: Published, unit: str, ladder: str = "L1", **facts: object) -> LadderExcuse:
    return accountability.excuse(
        months.session, months.act("leader", "百年一遇洪水"), unit_id=months.province.unit(unit).id,
        **{"period": months.periods["2012-01"], "ladder": ladder, "ground": ExcuseGround.FORCE_MAJEURE, **facts},  # type: ignore[arg-type]
    )  # fmt: skip


def test_an_excused_month_is_passed_over_and_its_prompt_says_so(months: Published) -> None:
    months.published()
    unit = last_of(months, "2012-01")
    prompts(months)
    one = excused(months, unit)
    assert fallen.flag_cases(months.session, months.clock()) == 1
    case = months.session.scalars(select(Case)).one()
    assert "no longer triggers" in case.flagged
    accountability.dismiss(months.session, case, months.act("leader", "不可抗力"))
    months.published("2012-02", {**FEBRUARY, unit: (1, 60, 100)})
    assert last_of(months, "2012-02") == unit
    assert ("L1", unit, "early_warning") in prompts(months)
    assert ("L1", unit, "interview") not in prompts(months), "the second last place, but only one that counts"
    accountability.withdraw_excuse(months.session, one, months.act("leader", "查无此事"))
    consequences.prompt_from_ladders(months.session, months.clock())
    fallen.flag_cases(months.session, months.clock())
    second = months.session.scalars(select(Case).order_by(Case.id.desc())).first()
    assert second is not None
    assert "proposes: interview" in second.flagged


def test_only_a_leader_excuses_what_is_there_once_on_a_ground_that_the_ladder_admits(months: Published) -> None:
    excused(months, "220101")
    with pytest.raises(Invalid, match="is excused on ladder L1 already"):
        excused(months, "220101")
    with pytest.raises(Invalid, match="does not admit this ground"):
        excused(months, "220101", "L2")
    with pytest.raises(Invalid, match="has no ladder “L9”"):
        excused(months, "220101", "L9")
    with pytest.raises(Invalid, match="is not assessed"):
        excused(months, "22")
    with pytest.raises(NotPermitted):
        accountability.excuse(
            months.session, months.act("officer-220101", "洪水"), unit_id=months.province.unit("220102").id,
            period=months.periods["2012-01"], ladder="L1", ground=ExcuseGround.FORCE_MAJEURE,
        )  # fmt: skip

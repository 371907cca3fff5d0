"""Rounds in the browser: the rule before it is prepared, how each amount was reached, and what flowed."""

from pathlib import Path

from assessment.foundation import clock
from assessment.foundation.frame import Frame
from assessment.rewards import services
from support.rewards import a_fund
from support.web import site

RULES = """\
rewards:
  - {code: F1, period: month, mode: formula, unit: 万元, amount: (total - 80) * 2.5, round: half_even, per: counties}
  - {code: T1, period: month, mode: thresholds, unit: 万元, steps: [{from: 92.6, amount: 50}, {from: 0, amount: -30}]}
  - {code: P1, period: month, mode: top, places_of_all: 3}
"""


def test_the_office_reads_how_amounts_are_found_and_what_flowed(frame: Frame, tmp_path: Path) -> None:
    with frame.write() as session:
        fund = a_fund(session, RULES)
        one, places = fund.granted("F1"), fund.prepared("P1")
        services.claw_back(session, one, fund.act("leader", "虚报"), unit_id=fund.unit("220101"))
        clock.stand_at(session, fund.year.now)
        office = fund.act("office").by.person_id  # type: ignore[attr-defined]
        round_id, places_id, edition_id = one.id, places.id, one.edition_id
    browser = site(frame, tmp_path).browser(office)
    shown = browser.get(f"/rewards/{round_id}").text
    assert "(total - 80) * 2.5 = (92.6 - 80) * 2.5 = 31.5; halves are rounded to the even digit" in shown
    assert "rounded once unless a bound takes its place" in shown
    assert "3 of 3 places for 4 of 4 units" in browser.get(f"/rewards/{places_id}").text
    assert "92.6 → 50; 0 → -30" in browser.get(f"/rewards/prepare/{edition_id}/T1").text
    lines = [line.split(",") for line in browser.get(f"/rewards/{round_id}/payments.csv").text.splitlines()[1:3]]
    assert [(act, unit, due) for _, act, unit, *_, due, _, _, _ in lines] == [
        ("Grant", "220101", "38"), ("Claw-back", "220101", "-38"),
    ]  # fmt: skip

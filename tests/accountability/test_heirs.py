"""A case outlives the unit that it is against: whoever carries the unit on has it, and its awards wait."""

from datetime import date
from decimal import Decimal

from assessment.accountability.queries import open_case_units
from assessment.foundation.frame import Frame
from assessment.organisations.models import Succession
from support.accountability import make_court


def test_an_open_case_against_a_merged_unit_holds_back_whoever_carries_it_on(frame: Frame) -> None:
    with frame.write() as session:
        court = make_court(session)
        case = court.opened()
        assert open_case_units(session) == {court.county: [case.id]}
        heir = court.province.unit("220201").id
        session.add(Succession(predecessor_id=court.county, successor_id=heir, on=date(2012, 11, 14), share=Decimal(1)))
        session.flush()
        assert open_case_units(session) == {court.county: [case.id], heir: [case.id]}

"""Who changed what since it was first given, and what of it after the results were approved."""

from datetime import timedelta
from pathlib import Path

from assessment.foundation import audit, clock
from assessment.foundation.frame import Frame
from assessment.organisations.models import Unit
from assessment.submissions import services
from assessment.submissions.rules import given as number
from support.organisations import Province
from support.programmes import act
from support.submissions import IN_TIME, a_period_open, values
from support.web import site


def test_later_versions_stand_beside_those_before_and_are_told_apart_by_the_approval(
    frame: Frame, tmp_path: Path
) -> None:
    later = IN_TIME + timedelta(hours=3)
    with frame.write() as session:
        clock.stand_at(session, later + timedelta(hours=1))
        world, asked = a_period_open(session)
        one = asked["220101"]
        county = world.locality("220101")
        services.submit(session, one, act(county, IN_TIME), values(17))
        services.withdraw(session, one, act(county, IN_TIME + timedelta(minutes=1)))
        services.submit(session, one, act(county, IN_TIME + timedelta(minutes=2)), values(18))
        services.validate(session, one, act(world.office, IN_TIME + timedelta(minutes=3)))
        period = world.periods["2012-01"]
        audit.record(session, act(world.leader, IN_TIME + timedelta(hours=1)), "approve", period)
        services.set_value(session, one, act(world.office, later, "A slip of the pen."), {"cameras": number(16)})
        province = Province(session, {code: session.get_one(Unit, unit) for code, unit in world.units.items()})
        for name, role, code in (
            ("otto", "assessment_office", "220000"), ("lee", "locality_officer", "220102"),
        ):  # fmt: skip
            province.officer(name, role, code)
        people, number_of = {name: person.id for name, person in province.people.items()}, period.id
    the_site = site(frame, tmp_path)
    otto = the_site.browser(people["otto"])
    page = otto.get(f"/submissions/periods/{number_of}/changes").text
    assert "2 values were changed after they had first been given." in page
    assert "1 changes came after that" in page
    table = otto.get(f"/submissions/periods/{number_of}/changes?since=approval&as=csv").text.splitlines()
    assert len(table) == 2
    assert table[1].split(",")[1:5] == ["cameras", "Validated", "18", "16"]
    assert "A slip of the pen." in table[1]
    assert "No value has been changed." in the_site.browser(people["lee"]).get(
        f"/submissions/periods/{number_of}/changes"
    ).text  # fmt: skip

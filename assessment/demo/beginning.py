"""December 2011: units, people, the scheme, the diary of the year and the letters, each by whoever does that."""

from __future__ import annotations

import csv
import io
from datetime import date

from sqlalchemy import select

from assessment.cycles import services as cycles
from assessment.demo.figures import Split
from assessment.demo.stage import Scene, Stage, moment, read
from assessment.foundation.workday_table import load_calendar
from assessment.organisations import files as organisations
from assessment.organisations import services as accounts
from assessment.organisations.models import Person
from assessment.programmes import files, queries, services
from assessment.programmes.models import Period, SchemeVersion

CODE = "jilin-video-network"
PROVINCE = "220000"
LAST_MONTH_PLAYED = "2012-10"


def split_of_2012() -> Split:
    """The split over the counties as the file of units names them."""
    rows = list(csv.DictReader(io.StringIO(read("jilin-2012.units.csv").decode("utf-8"))))
    places = [(row["code"], row["parent"], row["name_zh"].endswith("区")) for row in rows if row["level"] == "county"]
    return Split(places, [row["code"] for row in rows if row["level"] == "body"])


def plan(stage: Stage, split: Split) -> None:
    """What is to happen before the year begins."""
    stage.plan(moment(date(2011, 12, 1), 8), found)
    stage.plan(moment(date(2011, 12, 5), 9), write_scheme)
    stage.plan(moment(date(2011, 12, 9), 15), approve_scheme)
    stage.plan(moment(date(2011, 12, 12), 9), plan_year)
    stage.plan(moment(date(2011, 12, 14), 10), lambda scene: draft_letters(scene, split))
    stage.plan(moment(date(2011, 12, 20), 10), sign_letters)
    stage.plan(moment(date(2011, 12, 26), 16), countersign_letters)
    stage.plan_clock(moment(date(2011, 12, 22), 8))


def found(scene: Scene) -> None:
    """The set-up enters both provinces and their people: there is nobody yet who could confirm a duty."""
    session, act, stage = scene.session, scene.by_set_up(), scene.stage
    for name in ("jilin-2012", "sichuan-2011"):
        organisations.import_units(session, act, read(f"{name}.units.csv"), f"{name}.units.csv")
        organisations.import_people(session, act, read(f"{name}.people.csv"), f"{name}.people.csv")
    accounts.let_in(session, session.scalars(select(Person).order_by(Person.id)).all(), act)
    stage.know(session)
    stage.calendar = load_calendar(session)


def version_of(scene: Scene, code: str) -> SchemeVersion:
    programme = queries.programme_by_code(scene.session, code)
    assert programme is not None
    return queries.versions(scene.session, programme.id)[0]


def write_scheme(scene: Scene) -> None:
    session, act = scene.session, scene.act("office.clerk")
    files.import_scheme(
        session, act, read("jilin-2012.scheme.yaml"), unit_id=scene.stage.units[PROVINCE],
        is_example=True, is_illustrative=True,
    )  # fmt: skip
    version = version_of(scene, CODE)
    services.check(session, version, act)
    services.submit(session, version, act)


def approve_scheme(scene: Scene) -> None:
    services.approve_scheme(scene.session, version_of(scene, CODE), scene.act("leader"))


def plan_year(scene: Scene) -> None:
    """The scheme comes into force, and the diary of the year is written."""
    session, act, version = scene.session, scene.act("office"), version_of(scene, CODE)
    services.bring_into_force(session, version, act, from_period="2012-01")
    cycles.plan(session, version, act)


def draft_letters(scene: Scene, split: Split) -> None:
    session, act, version = scene.session, scene.act("office.clerk"), version_of(scene, CODE)
    files.import_letters(session, act, version, split.letters(), "letters-2012.csv")
    services.offer_all(session, queries.letters(session, version.programme_id), act)


def sign_letters(scene: Scene) -> None:
    """Every head signs for his own."""
    codes = {unit_id: code for code, unit_id in scene.stage.units.items()}
    for letter in queries.letters(scene.session, version_of(scene, CODE).programme_id):
        services.sign(scene.session, letter, scene.act(f"head.{codes[letter.unit_id]}"))


def countersign_letters(scene: Scene) -> None:
    letters = queries.letters(scene.session, version_of(scene, CODE).programme_id)
    services.countersign_all(scene.session, letters, scene.act("leader"))


def period_of(scene: Scene, code: str, programme: str = CODE) -> Period:
    """A period by its code."""
    known = scene.stage.periods
    if (programme, code) not in known:
        found = queries.programme_by_code(scene.session, programme)
        assert found is not None
        known.update({(programme, one.code): one.id for one in queries.periods(scene.session, found.id)})
    return scene.session.get_one(Period, known[programme, code])

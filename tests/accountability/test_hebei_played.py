"""Hebei 2018 played over 36 months: each prompt in the month the rule gives it, and none when nobody qualifies."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from accountability.test_hebei import LADDERS, SOURCE
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.accountability import services
from assessment.accountability.models import Case
from assessment.accountability.rules import Past, climb
from assessment.cycles import consequences
from assessment.foundation import audit, workday_table
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.frame import Frame
from assessment.foundation.i18n import Bilingual
from assessment.foundation.trail_verifier import canonical
from assessment.organisations import services as administering
from assessment.programmes import services as programmes
from assessment.programmes.models import Period, SchemeVersion
from assessment.scoring.models import Edition, Scorecard
from assessment.scoring.rules.frozen import frozen_unit
from assessment.scoring.rules.values import UnitInput, Value
from support import plain_hebei
from support.organisations import LONG_AGO, Province, by_setup
from support.plain_hebei import Prompt, Told

THREE_YEARS = SOURCE.replace("from: 2018-01, to: 2018-12", "from: 2018-01, to: 2020-12")
CITIES = ("130100", "130200", "130400", "130500", "130600", "130900", "131000", "131100")
GROUP_OF = {
    **dict.fromkeys(CITIES, "channel_cities"),
    **{f"{city[:4]}2{n}": "channel_counties" for city in CITIES for n in (1, 2, 3)},
    **{f"{city}2{n}": "other_counties" for city in ("1303", "1307", "1308") for n in (1, 2, 3)},
}
MONTHS = [f"{year}-{month:02}" for year in (2018, 2019, 2020) for month in range(1, 13)]

# --- what was measured -----------------------------------------------------------------------------------------------


def places(worth: Mapping[str, float]) -> dict[str, int]:
    """From the bottom, in each group; who has no worth is not ranked."""
    found: dict[str, int] = {}
    for group in plain_hebei.TAKEN_FROM:
        members = sorted((value, unit) for unit, value in worth.items() if GROUP_OF[unit] == group)
        found |= {unit: place for place, (_, unit) in enumerate(members, 1)}
    return found


def made_bulletins() -> dict[str, dict[str, Told]]:
    """By month and quarter: some places are slow and grow worse for a season, now and then one is not ranked."""
    chance = random.Random(2018)
    bulletins: dict[str, dict[str, Told]] = {}
    worth_of: dict[str, dict[str, float]] = {}
    for number, month in enumerate(MONTHS):
        slow = {unit for place, unit in enumerate(GROUP_OF) if (place + number // 7) % 6 == 0}
        worth = {
            unit: chance.random() - (0.9 if unit in slow else 0) for unit in GROUP_OF if chance.random() > 0.02
        }  # fmt: skip
        worth_of[month], at = worth, places(worth)
        bulletins[month] = {
            unit: Told(
                at.get(unit),
                None if number < 1 or chance.random() < 0.03 else chance.random() < (0.8 if unit in slow else 0.3),
                chance.random() < (0.9 if unit in slow else 0.5),
            )
            for unit in GROUP_OF
        }
        if month[5:] in ("03", "06", "09", "12"):
            last_three = [worth_of[one] for one in MONTHS[number - 2 : number + 1]]
            ranked = [unit for unit in GROUP_OF if all(unit in one for one in last_three)]
            in_all = places({unit: sum(one[unit] for one in last_three) for unit in ranked})
            code = f"{month[:4]}-Q{int(month[5:]) // 3}"
            bulletins[code] = {unit: Told(in_all.get(unit)) for unit in GROUP_OF}
    return bulletins


# --- laid into the database ------------------------------------------------------------------------------------------


@dataclass
class Play:
    """The programme, and results laid down as if they had been computed and published."""

    session: Session
    province: Province
    version: SchemeVersion
    now: datetime
    periods: dict[str, Period] = field(default_factory=dict)

    def clock(self) -> Act:
        return Act(CLOCK, self.now)

    def act(self, username: str, reason: str = "") -> Act:
        return Act(self.province.officer(username, code="13", day=self.now.date()), self.now, reason)

    def publish(self, code: str, told: Mapping[str, Told]) -> None:
        period = self.periods[code]
        self.now = datetime.combine(period.last_day, datetime.min.time(), UTC) + timedelta(days=9)
        edition = Edition(
            period_id=period.id, number=1, scheme_version_id=self.version.id, computed_at=self.now,
            computed_by="set-up", cut_off=self.now, method="0" * 64, inputs=inputs(told), inputs_sha256="0" * 64,
            results_sha256="0" * 64,
            state="approved",
        )  # fmt: skip
        sizes = {group: sum(told[unit].from_bottom is not None for unit in GROUP_OF if GROUP_OF[unit] == group)
                 for group in plain_hebei.TAKEN_FROM}  # fmt: skip
        edition.scorecards = [
            Scorecard(
                unit_id=self.province.unit(unit).id, unit_code=unit, name_zh=unit, name_en=unit,
                group_code=GROUP_OF[unit], total=None, items=[], notes=[], items_sha256="0" * 64,
                rank=sizes[GROUP_OF[unit]] + 1 - one.from_bottom if one.from_bottom else None,
            )
            for unit, one in told.items()
        ]  # fmt: skip
        self.session.add(edition)
        audit.record(self.session, self.clock(), "compute", edition, touched=edition.scorecards)
        period.state = "published"
        self.session.flush()

    def prompts(self, code: str) -> set[Prompt]:
        """All that the results of a period have prompted so far."""
        names = {unit.id: name for name, unit in self.province.units.items()}
        query = select(Case).join(Edition, Edition.id == Case.edition_id)
        cases = self.session.scalars(query.where(Edition.period_id == self.periods[code].id)).all()
        return {(case.rule, names[case.unit_id], case.proposes) for case in cases}

    def call_interviews(self) -> set[str]:
        """Every proposed interview is called; nobody is called who was not proposed."""
        names = {unit.id: name for name, unit in self.province.units.items()}
        waiting = self.session.scalars(
            select(Case).where(Case.state == "prompted", Case.proposes == "interview").order_by(Case.id)
        ).all()
        for case in waiting:
            act, later = self.act("leader", "连续恶化"), self.now + timedelta(days=3)
            services.settle_by_interview(self.session, case, act, takes_place_at=later, place="厅")
        return {names[case.unit_id] for case in waiting}


def inputs(told: Mapping[str, Told]) -> str:
    """The index fell or rose against 5 a year before, fine particles lie at 30 or 40."""
    units = []
    for unit, one in told.items():
        index = Decimal(6 if one.is_worse else 4)
        values = {"composite": Value(index), "pm25": Value(Decimal(40 if one.is_below else 30))}
        before = {} if one.is_worse is None else {"composite": Value(Decimal(5))}
        units.append(frozen_unit(UnitInput(unit, values, {}, {}, {}, (), group=GROUP_OF[unit], year_before=before)))
    return canonical({"units": units}).decode("utf-8")


@pytest.fixture
def play(frame: Frame) -> Iterator[Play]:
    with frame.write() as session:
        workday_table.fill(session, (2018, 2019, 2020, 2021))
        province = Province(session)
        province.units["13"] = administering.add_unit(
            session, by_setup(), code="13", name=Bilingual("河北省", "Hebei"), level="province", parent_id=None,
            valid_from=LONG_AGO,
        )  # fmt: skip
        for code, group in GROUP_OF.items():
            level = "prefecture" if group == "channel_cities" else "county"
            province.units[code] = administering.add_unit(
                session, by_setup(), code=code, name=Bilingual(code, code), level=level,
                parent_id=province.unit("13").id, valid_from=LONG_AGO,
            )  # fmt: skip
        for name, role in (("office", "assessment_office"), ("leader", "leader")):
            province.officer(name, role, "13", day=date(2018, 1, 2))
        now = datetime(2018, 1, 2, 1, tzinfo=UTC)
        office, leader = (Act(province.officer(one, code="13", day=now.date()), now) for one in ("office", "leader"))
        version = programmes.write_scheme(
            session, office, THREE_YEARS, unit_id=province.unit("13").id, is_illustrative=True
        )
        programmes.check(session, version, office)
        programmes.submit(session, version, office)
        programmes.approve_scheme(session, version, leader)
        programmes.bring_into_force(session, version, office, from_period="2018-01")
        periods = {one.code: one for one in programmes.plan_periods(session, office, version)}
        session.flush()
        yield Play(session, province, version, now, periods)


def test_each_of_36_months_prompts_what_the_printed_rule_says_and_nothing_else(play: Play) -> None:
    bulletins, interviews = made_bulletins(), []
    met: dict[str, set[str]] = {}
    quarter: Mapping[str, Told] = {}
    for number, month in enumerate(MONTHS):
        play.publish(month, bulletins[month])
        consequences.prompt_from_ladders(play.session, play.clock())
        interviews.append(play.call_interviews())
        if interviews[-1]:
            consequences.prompt_from_ladders(play.session, play.clock())
        so_far = [bulletins[one] for one in MONTHS[: number + 1]]
        due = plain_hebei.of_month(GROUP_OF, so_far[number // 12 * 12 :], so_far, interviews)
        assert play.prompts(month) == due, month
        met[month] = {ladder for ladder, _, _ in due}
        code = f"{month[:4]}-Q{int(month[5:]) // 3}"
        if code in bulletins and int(month[5:]) % 3 == 0:
            play.publish(code, bulletins[code])
            consequences.prompt_from_ladders(play.session, play.clock())
            due = plain_hebei.of_quarter(GROUP_OF, bulletins[code], quarter)
            assert play.prompts(code) == due, code
            quarter, met[code] = bulletins[code], {ladder for ladder, _, _ in due}
    assert set().union(*met.values()) == set(LADDERS), "every ladder was climbed"
    for ladder in ("H2", "H3", "H6"):
        assert any(ladder not in met[month] for month in MONTHS), f"{ladder} was silent when nobody qualified"
    assert met["2018-Q1"] == set(), "one quarter is not two"
    assert consequences.prompt_from_ladders(play.session, play.clock()) == 0, "nothing is prompted twice"


# --- by any history of ranks -----------------------------------------------------------------------------------------

OFTEN = st.booleans() | st.just(value=True)
TOLD = st.builds(Told, st.none() | st.integers(1, 8), st.none() | OFTEN, OFTEN)


@settings(max_examples=60)
@given(st.lists(st.tuples(TOLD, st.booleans()), min_size=1, max_size=16))
def test_any_history_of_a_city_prompts_what_the_printed_rule_says(history: list[tuple[Told, bool]]) -> None:
    """``bool``: whether an interview is held when it is proposed."""
    group, told = {"x": "channel_cities"}, [{"x": one} for one, _ in history]
    past: list[Past] = []
    interviews: list[set[str]] = []
    for number, (one, is_held) in enumerate(history):
        past.append(as_past(number, one))
        first = {(code, due) for code in ("H1", "H2", "H6") if (due := climb(LADDERS[code], past).action)}
        is_interviewed = is_held and ("H2", "interview") in first
        interviews.append({"x"} if is_interviewed else set())
        past[-1] = as_past(number, one, frozenset({"interview"} if is_interviewed else ()))
        due = climb(LADDERS["H3"], past).action
        expected = plain_hebei.of_month(group, told[number // 12 * 12 : number + 1], told[: number + 1], interviews)
        assert first | ({("H3", due)} if due else set()) == {(code, proposal) for code, _, proposal in expected}


def as_past(number: int, told: Told, actions: frozenset[str] = frozenset()) -> Past:
    in_bottom = plain_hebei.at_the_bottom(told, "channel_cities")
    marks = (("in_bottom", in_bottom), ("below_standard", told.is_below))
    return Past(
        MONTHS[number], "month", "channel_cities", 9 - told.from_bottom if told.from_bottom else None, 8,
        values={} if told.is_worse is None else {"composite_fall": Fraction(-1 if told.is_worse else 1)},
        facts=frozenset(name for name, is_so in marks if is_so), actions=actions,
    )  # fmt: skip

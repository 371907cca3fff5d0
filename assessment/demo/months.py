"""One month of the year: reported, checked, scored, served, disputed, approved, published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from assessment.cycles import services as cycles
from assessment.demo.beginning import CODE, period_of
from assessment.demo.figures import Split, as_table, dice
from assessment.demo.results import (
    Course,
    Problems,
    end_of,
    no_problems,
    plan_publication,
    plan_serving,
    receive_scores,
)
from assessment.demo.stage import Scene, Stage, moment
from assessment.objections import queries as objection_queries
from assessment.objections import services as objections
from assessment.objections.models import Objection, Outcome
from assessment.objections.services import NewPoint
from assessment.programmes import queries
from assessment.scoring import queries as scoring
from assessment.submissions import files, services
from assessment.submissions import queries as submissions
from assessment.submissions.models import Submission
from assessment.submissions.rules import Value, read_value


@dataclass(frozen=True)
class Dispute:
    """One objection: by whom, about which value, what it holds to be right, and what becomes of it."""

    unit: str
    value: str
    statement: str
    answer: str
    outcome: Outcome = Outcome.DISMISSED
    more: int = 0
    """By how much the unit says its number should be higher; an upheld objection sets that."""


@dataclass(frozen=True)
class Month:
    """What is particular about one month."""

    number: int
    late: tuple[str, ...] = ()
    returned: str = ""
    over_reported: Mapping[str, int] = field(default_factory=dict)
    counter_check: str = ""
    """The number of the sample of verified values that is to be verified anew; its seed has yet to be thrown."""
    """County -> how many cameras it claims too many; the verifier finds them."""
    disputes: tuple[Dispute, ...] = ()
    problems: Problems = no_problems

    @property
    def code(self) -> str:
        return f"2012-{self.number:02d}"

    @property
    def last_day(self) -> date:
        first_of_next = date(2012 + self.number // 12, self.number % 12 + 1, 1)
        return date.fromordinal(first_of_next.toordinal() - 1)

    @property
    def is_rescored(self) -> bool:
        return any(dispute.outcome is Outcome.UPHELD for dispute in self.disputes)


class MonthPlay:
    """Plans a month's days and plays them."""

    def __init__(self, stage: Stage, split: Split, month: Month) -> None:
        self.stage, self.split, self.month = stage, split, month
        self.course = Course(month.code)

    def on(self, n: int) -> date:
        """The n-th working day after the month."""
        return self.stage.workday(self.month.last_day, n)

    def plan_reporting(self) -> None:
        """Up to the provisional scores, which the clock serves on the seventh working day."""
        stage, on = self.stage, self.on
        stage.plan_clock(moment(date.fromordinal(self.month.last_day.toordinal() + 1), 0))
        prefectures = list(dict.fromkeys(self.split.parents.values()))
        for place, prefecture in enumerate(prefectures):
            stage.plan(
                moment(on(1 + place % 3), 10 + place // 3), partial(self.hand_in, prefecture=prefecture)
            )
        stage.plan(moment(on(3), 9), self.hand_in_cases)
        stage.plan(moment(on(4), 9), self.send_back)
        stage.plan(moment(on(4), 11), self.hand_in_late)
        stage.plan_clock(end_of(on(4)))
        stage.plan(moment(on(5), 10), self.send_again)
        stage.plan(moment(on(5), 14), self.verify)
        if self.month.counter_check:
            stage.plan(moment(on(5), 15), self.freeze_counter_check)
        stage.plan(moment(on(6), 14), self.validate)
        stage.plan(moment(on(7), 10), self.compute)
        self.window = plan_serving(stage, end_of(on(7)))

    def plan_results(self) -> date:
        """From the served scores to the published bulletin; returns the day of publication."""
        stage, on = self.stage, self.on
        stage.plan(moment(on(8), 10), lambda scene: receive_scores(scene, self.month.code, self.first_receivers()))
        heard = on(14)
        if self.month.disputes:
            stage.plan(moment(on(9), 11), self.object)
            stage.plan(moment(on(10), 9), self.admit)
            stage.plan(moment(on(12), 15), self.decide)
            stage.plan(moment(on(13), 9), self.apply)
        if self.month.is_rescored:
            plan_serving(stage, moment(on(13), 11))
            heard = on(20)
        return plan_publication(stage, self.course, heard, self.month.problems)

    # --- reported ------------------------------------------------------------------------------------------------

    def hand_in(self, scene: Scene, prefecture: str) -> None:
        """A prefecture's officer sends the table of its counties; a few counties are late."""
        codes = [
            one for one in self.split.codes if self.split.parents[one] == prefecture and one not in self.month.late
        ]
        content = as_table(self.split.reports(self.month.number, codes), self.mistaken)
        self.send(scene, f"officer.{prefecture}", content, f"{self.month.code}-{prefecture}.csv")

    def hand_in_late(self, scene: Scene) -> None:
        for code in self.month.late:
            content = as_table(self.split.reports(self.month.number, [code]))
            self.send(scene, f"officer.{code}", content, f"{self.month.code}-{code}.csv")

    def hand_in_cases(self, scene: Scene) -> None:
        content = as_table(self.split.cases_reports(self.month.number))
        self.send(scene, "provider", content, f"{self.month.code}-cases.csv")

    def send(self, scene: Scene, username: str, content: bytes, name: str) -> None:
        programme = queries.programme_by_code(scene.session, CODE)
        assert programme is not None
        files.import_submissions(scene.session, scene.act(username), programme, content, name, period=self.month.code)

    def mistaken(self, code: str, values: dict[str, str]) -> dict[str, str]:
        """As typed at first: one county mixes two columns up, another claims what does not stand yet."""
        if code == self.month.returned:
            return {**values, "cameras_online": values["cameras_all"], "cameras_all": values["cameras_online"]}
        more = self.month.over_reported.get(code, 0)
        return {**values, "cameras_new": str(int(values["cameras_new"]) + more)} if more else values

    def send_back(self, scene: Scene) -> None:
        if self.month.returned:
            reason = "在线探头数大于探头总数，请核对后重报。"
            services.return_submission(
                scene.session, self.report_of(scene, self.month.returned), scene.act("verifier", reason)
            )

    def send_again(self, scene: Scene) -> None:
        if self.month.returned:
            content = as_table(self.split.reports(self.month.number, [self.month.returned]))
            self.send(scene, f"officer.{self.month.returned}", content, f"{self.month.code}-again.csv")

    def report_of(self, scene: Scene, code: str) -> Submission:
        period = period_of(scene, self.month.code)
        found = submissions.find(scene.session, period.id, scene.stage.units[code])
        assert found is not None
        return found

    # --- checked and scored --------------------------------------------------------------------------------------

    def verify(self, scene: Scene) -> None:
        """A sample is looked at on the spot: what was built, and what is online."""
        sample = [code for code in self.split.codes if not dice(5, "verified", code, self.month.number)]
        codes = dict.fromkeys([*sample, *self.month.over_reported])
        found: dict[Submission, Mapping[str, Value] | None] = {}
        for one in self.reports_of(scene, codes):
            true = self.split.report(self.code_of(scene, one.unit_id), self.month.number)
            found[one] = {name: read_value(true[name]) for name in ("cameras_new", "cameras_online")}
        services.verify_many(scene.session, scene.act("verifier"), found)

    def freeze_counter_check(self, scene: Scene) -> None:
        services.freeze_counter_check(
            scene.session, scene.act("office"), period=period_of(scene, self.month.code),
            number=self.month.counter_check, at_random=6, by_risk=2,
        )  # fmt: skip

    def code_of(self, scene: Scene, unit_id: int) -> str:
        return next(code for code in self.split.codes if scene.stage.units[code] == unit_id)

    def reports_of(self, scene: Scene, codes: Sequence[str] | Mapping[str, object]) -> list[Submission]:
        wanted = {scene.stage.units[code] for code in codes}
        period = period_of(scene, self.month.code)
        some = submissions.of_period(scene.session, period.id)
        return [one for one in some if one.unit_id in wanted and one.source == "unit"]

    def validate(self, scene: Scene) -> None:
        period = period_of(scene, self.month.code)
        services.validate_many(scene.session, scene.act("office"), submissions.of_period(scene.session, period.id))

    def compute(self, scene: Scene) -> None:
        cycles.compute(scene.session, period_of(scene, self.month.code), scene.act("office.clerk"))

    # --- disputed ------------------------------------------------------------------------------------------------

    def first_receivers(self) -> list[str]:
        """Who signs at once: those who object, and a few more; for the others the clock runs."""
        some = [code for code in self.split.codes if not dice(9, "signs", code, self.month.number)]
        return list(dict.fromkeys([*(one.unit for one in self.month.disputes), *some]))

    def object(self, scene: Scene) -> None:
        period = period_of(scene, self.month.code)
        edition = scoring.edition_in_force(scene.session, period.id)
        assert edition is not None
        for dispute in self.month.disputes:
            unit_id = scene.stage.units[dispute.unit]
            card = scoring.scorecard(scene.session, edition.id, unit_id)
            assert card is not None
            number = submissions.validated_values(scene.session, period.id)[unit_id][dispute.value].number
            requested = number + dispute.more if number is not None and dispute.more else None
            point = NewPoint(dispute.value, dispute.statement, requested)
            cycles.lodge(
                scene.session, card, scene.act(f"officer.{dispute.unit}"),
                ground="对暂定得分有异议", points=[point],
            )  # fmt: skip

    def open_objections(self, scene: Scene) -> list[tuple[Objection, Dispute]]:
        period = period_of(scene, self.month.code)
        by_unit = {scene.stage.units[dispute.unit]: dispute for dispute in self.month.disputes}
        return [(one, by_unit[one.unit_id]) for one in objection_queries.open_in(scene.session, period.id)]

    def admit(self, scene: Scene) -> None:
        reviewer = scene.stage.people["reviewer"]
        for objection, _ in self.open_objections(scene):
            objections.admit(scene.session, objection, scene.act("office"))
            objections.assign(scene.session, objection, scene.act("office"), reviewer_id=reviewer)

    def decide(self, scene: Scene) -> None:
        for objection, dispute in self.open_objections(scene):
            act = scene.act("reviewer")
            granted = objection.points[0].requested if dispute.outcome is Outcome.UPHELD else None
            objections.answer(
                scene.session, objection, act, number=1, outcome=dispute.outcome, answer=dispute.answer, granted=granted
            )
            objections.decide(scene.session, objection, act)

    def apply(self, scene: Scene) -> None:
        """Decisions are carried out; where a value changed, everybody is scored anew."""
        for objection, _ in self.open_objections(scene):
            cycles.apply(scene.session, objection, scene.act("office"))
            objections.close(scene.session, objection, scene.act("office"))
        if self.month.is_rescored:
            self.compute(scene)

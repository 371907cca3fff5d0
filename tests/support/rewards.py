"""Rewards for tests: a year with a scheme that rewards in every mode, and results made for a rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.objections import services as objecting
from assessment.objections.models import Objection
from assessment.objections.services import NewPoint
from assessment.programmes.models import Period
from assessment.rewards import queries, services
from assessment.rewards.models import GONE, Round
from assessment.scoring import services as scores
from assessment.scoring.models import Edition, Scorecard
from support.months import COUNTIES, EXTRA, Months, a_year
from support.programmes import SCHEME

REWARDS = """\
rewards:
  - {code: R1, zh: 以奖代补, en: Performance grant, period: month, mode: pool, pool: 1000, unit: 万元, share: total, floor: 50, cap: 500, per: counties, eligible: "band in (excellent, good) and no veto and no open case", ring_fence: 视频监控}
  - {code: R2, zh: 通报表扬, en: Praise by bulletin, period: month, mode: top, places: 2, per: peer_group, ties: all}
  - {code: R3, zh: 进步奖, en: Most improved, period: month, mode: most_improved, by: points, places: 1, per: counties}
  - {code: R4, zh: 奖惩金, en: Ladder, period: month, mode: ladder, unit: 万元, top: [100, 60], bottom: mirror, zero_sum: true, per: counties}
"""  # noqa: E501 - a rule is one line of its file
TOTALS = {"220101": "95.20", "220102": "92.60", "220201": "81.40", "220202": "55.00"}


@dataclass
class Fund:
    """The year, and results as if they had been computed and approved."""

    year: Months
    editions: dict[str, Edition] = field(default_factory=dict)

    @property
    def session(self) -> Session:
        return self.year.session

    def unit(self, code: str) -> int:
        return self.year.province.unit(code).id

    def act(self, username: str, reason: str = "") -> Act:
        return self.year.act(username, reason)

    def results(self, code: str = "2012-01", totals: Mapping[str, str | None] = TOTALS, number: int = 1) -> Edition:
        """An approved edition with these totals of the counties; bands as the scheme has them."""
        period = self.year.periods[code]
        edition = Edition(
            period_id=period.id, number=number, scheme_version_id=self.year.version.id, computed_at=self.year.now,
            computed_by="set-up", cut_off=self.year.now, method="0" * 64, inputs='{"units": []}',
            inputs_sha256="0" * 64, results_sha256="0" * 64, state="approved",
        )  # fmt: skip
        order = sorted((Decimal(total) for total in totals.values() if total), reverse=True)
        edition.scorecards = [
            Scorecard(
                unit_id=self.unit(unit), unit_code=unit, name_zh=unit, name_en=f"Unit {unit}", group_code="counties",
                total=Decimal(total) if total else None, rank=order.index(Decimal(total)) + 1 if total else None,
                band=band(Decimal(total)) if total else "", items=[], notes=[], items_sha256="0" * 64,
            )
            for unit, total in totals.items()
        ]  # fmt: skip
        self.session.add(edition)
        audit.record(self.session, self.act("office"), "compute", edition, touched=edition.scorecards)
        self.session.flush()
        self.editions[code] = edition
        return edition

    def corrected_results(self, totals: Mapping[str, str | None], code: str = "2012-01") -> Edition:
        """The next edition in place of the one before, and the clock's flag on what rests on that."""
        before = self.editions[code]
        edition = self.results(code, totals, before.number + 1)
        scores.supersede(self.session, before, self.act("leader", "更正"))
        for one in queries.rounds(self.session, edition_id=before.id):
            if one.state not in GONE:
                services.flag(self.session, one, self.year.clock().because("结果已更正"))
        return edition

    def correct(self, one: Round, by: str = "office", **facts: object) -> Round:
        return services.correct(
            self.session, one, self.act(by), edition=self.editions["2012-01"],
            **{"exclusions": (), "held": (), **facts},  # type: ignore[arg-type]
        )  # fmt: skip

    def carried_through(self, one: Round) -> Round:
        """Checked, public for its time, approved by the leader and granted."""
        services.check(self.session, one, self.act("office"))
        services.open_publicity(self.session, one, self.act("office"))
        assert one.publicity_until is not None
        self.year.now = one.publicity_until + timedelta(minutes=1)
        services.approve_round(self.session, one, self.act("leader"))
        services.grant(self.session, one, self.act("office"))
        self.session.flush()
        return one

    def prepared(self, rule: str = "R1", **facts: object) -> Round:
        edition = self.editions.get("2012-01") or self.results()
        made = services.prepare(self.session, self.act("office"), edition=edition, rule_code=rule, **facts)  # type: ignore[arg-type]
        self.session.flush()
        return made

    def public(self, rule: str = "R1", **facts: object) -> Round:
        one = self.prepared(rule, **facts)
        services.check(self.session, one, self.act("office"))
        services.open_publicity(self.session, one, self.act("office"))
        self.session.flush()
        return one

    def approved(self, rule: str = "R1", **facts: object) -> Round:
        one = self.public(rule, **facts)
        assert one.publicity_until is not None
        self.year.now = one.publicity_until + timedelta(minutes=1)
        services.approve_round(self.session, one, self.act("leader"))
        return one

    def granted(self, rule: str = "R1", **facts: object) -> Round:
        one = self.approved(rule, **facts)
        services.grant(self.session, one, self.act("office"))
        self.session.flush()
        return one

    def object_to(self, one: Round, code: str = "220202") -> Objection:
        assert one.publicity_until is not None
        return objecting.lodge(
            self.session, self.act(f"officer-{code}"), origin=("reward_round", one.id), unit_id=self.unit(code),
            period_id=None, ground="应列入", points=[NewPoint("", "应列入")], matter=[("reward_round", one.id)],
            window_until=one.publicity_until, decide_by=one.publicity_until,
        )  # fmt: skip

    def period(self, code: str = "2012-01") -> Period:
        return self.year.periods[code]


def band(total: Decimal) -> str:
    return "excellent" if total >= 90 else "good" if total >= 75 else "pass" if total >= 60 else "failed"


def a_fund(session: Session, rewards: str = REWARDS) -> Fund:
    assert set(TOTALS) == set(COUNTIES)
    return Fund(a_year(session, SCHEME + EXTRA + rewards))

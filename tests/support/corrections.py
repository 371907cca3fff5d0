"""A published month of Alpha Province, and a county's late objection to it."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from assessment.bulletins import services as bulletins
from assessment.bulletins.models import Bulletin
from assessment.cycles import services as cycles
from assessment.delivery import services as delivery
from assessment.delivery.models import Paper
from assessment.foundation import audit
from assessment.foundation.filestore import FileStore
from assessment.foundation.paper.signature import Signer
from assessment.objections.models import Objection, Outcome
from assessment.objections.services import NewPoint
from assessment.scoring import queries as scoring
from assessment.scoring.models import Edition, Scorecard
from support.months import JANUARY, Months, Reports
from support.reviews import applied, decided


@dataclass
class Published(Months):
    """Months with a store and a signer, so that bulletins can be published."""

    store: FileStore = None  # type: ignore[assignment]
    signer: Signer = None  # type: ignore[assignment]

    def publish(self, edition: Edition, bulletin: Bulletin | None = None) -> Bulletin:
        """Its bulletin drafted (unless it is), submitted, approved, published, and received by everybody."""
        audit.link(self.session)
        if bulletin is None:
            bulletin = self.submitted(edition, self.store)
        else:
            self.submit(bulletin, self.store)
        self.approve_bulletin(bulletin)
        signed = bulletins.prepare_publication(bulletin, self.store, self.signer, at=self.now)
        cycles.publish(self.session, bulletin, self.act("office"), signed)
        self.session.flush()
        return bulletin

    def published(
        self, code: str = "2012-01", reports: Reports = JANUARY, late: dict[str, int] | None = None
    ) -> Bulletin:
        bulletin = self.publish(self.approved(code, reports, late))
        self.receive_bulletin(bulletin)
        return bulletin

    def receive_bulletin(self, bulletin: Bulletin) -> None:
        self.now += timedelta(hours=1)
        by_id = {unit.id: name for name, unit in self.province.units.items()}
        query = select(Paper).where(Paper.kind == "bulletin", Paper.subject_id == str(bulletin.id))
        for paper in self.session.scalars(query).all():
            delivery.receive(self.session, paper, self.act(f"officer-{by_id[paper.unit_id]}"))
        self.session.flush()

    def card(self, code: str, unit: str) -> Scorecard:
        """The scorecard that stands."""
        edition = scoring.edition_in_force(self.session, self.periods[code].id)
        assert edition is not None
        found = scoring.scorecard(self.session, edition.id, self.province.unit(unit).id)
        assert found is not None
        return found

    def object(self, card: Scorecard, point: NewPoint | None = None) -> Objection:
        points = [point or NewPoint("cameras", "Three were accepted on the last day.", Decimal(15))]
        act = self.act(f"officer-{card.unit_code}")
        return cycles.lodge(self.session, card, act, ground="漏计", points=points)

    def upheld(self, objection: Objection) -> None:
        self.now += timedelta(days=1)
        reviewer = self.province.person("reviewer").id
        decided(self.session, objection, self.act, {1: Outcome.UPHELD}, person_id=reviewer)
        applied(self.session, objection, self.act("office"))

    def correct(self, code: str = "2012-01") -> Edition:
        self.now += timedelta(hours=1)
        edition = cycles.correct(self.session, self.periods[code], self.act("office", "依复核决定更正"))
        self.session.flush()
        return edition

    def corrected(self, code: str = "2012-01") -> Edition:
        """Computed, received by whom it changes, and approved when their time is over."""
        edition = self.correct(code)
        self.receive(code)
        self.now += timedelta(days=8)
        cycles.approve_correction(self.session, self.periods[code], self.act("leader"))
        self.session.flush()
        return edition

"""The newest period of a made-up country from its opening to its published bulletin, people's steps as a script."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from assessment.bulletins import services as bulletins
from assessment.bulletins.models import Bulletin
from assessment.cycles import services
from assessment.cycles.queries import PROVISIONAL_SCORE
from assessment.delivery import services as delivery
from assessment.delivery.models import Paper
from assessment.foundation import clock, outbox
from assessment.foundation.actors import CLOCK, Act
from assessment.foundation.filestore import FileStore
from assessment.foundation.frame import Frame
from assessment.foundation.paper.signature import ensure_signer
from assessment.foundation.settings import Settings
from assessment.scoring.queries import edition_in_force
from assessment.submissions import services as submissions
from assessment.submissions.models import Submission
from assessment.submissions.queries import of_period
from assessment.submissions.rules import MISSING, given
from support.country.laying import Country
from support.country.records import texts
from support.country.scheme import codes


@dataclass
class Took:
    """What one step took."""

    wall: float
    own: float
    """Seconds of this process; PostgreSQL works in others."""
    statements: int


@dataclass
class Month:
    """The newest period on its way; each step is one transaction or several, and is timed."""

    country: Country
    place: Settings
    took: dict[str, Took] = field(default_factory=dict)
    now: datetime | None = None
    bulletin_id: int = 0

    def __post_init__(self) -> None:
        self.store = FileStore(self.place.uploads)
        self.signer = ensure_signer(self.place.keys, "Made-up national authority", clock.system_now())

    # --- before it closes, not counted ----------------------------------------------------------------------------

    def report(self) -> None:
        """Reporting opens, and a head of each province sends in what its counties report."""
        with self.frame.write() as session:
            period = self.country.period(session)
            self.now = period.opens_at
            services.open_reporting(session, period, self.clock())
        chance = random.Random(f"{self.country.size.seed} newest")
        asked = codes(self.country.size)
        for head in self.country.places.provinces:
            with self.frame.write() as session:
                period = self.country.period(session)
                assert period.report_by is not None
                act = self.country.act(session, f"head-{head}", period.report_by - timedelta(days=1))
                mine = [one for one in of_period(session, period.id) if act.by.holds("report", one.unit_id)]
                submissions.submit_many(session, act, [
                    (one, {
                        code: given(Decimal(text)) if text is not None else MISSING
                        for code, text in zip(asked, texts(self.country.size, chance), strict=True)
                    }) for one in mine
                ])  # fmt: skip

    # --- from closing to published bulletin --------------------------------------------------------------------------

    def publish(self) -> dict[str, Took]:
        """Every step in turn; returns what each took."""
        for name, do in self._steps():
            with self._timed(name):
                do()
        return self.took

    def _steps(self) -> Iterator[tuple[str, Callable[[], None]]]:
        yield "close reporting", self._close
        yield "verify all reports", lambda: self._all_reports(submissions_verified, "verifier")
        yield "validate all reports", lambda: self._all_reports(submissions.validate_many, "assessment_office")
        yield "score and rank", self._compute
        yield "serve every unit its score", self._serve
        yield "sign for every paper", self._sign
        yield "approve the results", self._approve
        yield "draft the bulletin", self._draft
        yield "set it in both languages", self._submit
        yield "approve the bulletin", self._approve_bulletin
        yield "sign, publish and serve it", self._publish
        yield "lay the files out", self._lay_out

    def _close(self) -> None:
        with self.frame.write() as session:
            period = self.country.period(session)
            assert period.late_until is not None
            self.now = period.late_until
            services.close_reporting(session, period, self.clock())

    def _all_reports(self, do: Callable[[Session, Act, list[Submission]], None], who: str) -> None:
        with self.frame.write() as session:
            self._later(hours=1)
            do(session, self._act(session, who), of_period(session, self.country.period_id))

    def _compute(self) -> None:
        with self.frame.write() as session:
            services.compute(session, self.country.period(session), self._act(session, "assessment_office"))

    def _serve(self) -> None:
        with self.frame.write() as session:
            period = self.country.period(session)
            self.now = period.provisional_on
            services.serve(session, period, self.clock())

    def _sign(self) -> None:
        """Each paper is an act of its own, as each is signed on a page of its own; a transaction a province."""
        self._later(hours=2)
        for head in self.country.places.provinces:
            with self.frame.write() as session:
                act = self._act(session, f"head-{head}")
                mine = Paper.unit_id.in_(act.by.unit_ids_for("receive_papers"))
                waiting = select(Paper).where(Paper.kind == PROVISIONAL_SCORE, Paper.state == "available", mine)
                for paper in session.scalars(waiting.order_by(Paper.id)).all():
                    delivery.receive(session, paper, act)

    def _approve(self) -> None:
        self._later(hours=24 * 15)
        with self.frame.write() as session:
            services.approve(session, self.country.period(session), self._act(session, "leader"))

    def _draft(self) -> None:
        with self.frame.write() as session:
            edition = edition_in_force(session, self.country.period_id)
            assert edition is not None
            bulletin = bulletins.draft(session, self._act(session, "assessment_office"), edition)
            session.flush()
            self.bulletin_id = bulletin.id

    def _submit(self) -> None:
        self._later(hours=1)
        assert self.now is not None
        with self.frame.read() as session:
            bulletin = session.get_one(Bulletin, self.bulletin_id)
            prepared = bulletins.prepare_submission(session, bulletin, self.store, at=self.now)
        with self.frame.write() as session:
            bulletin = session.get_one(Bulletin, self.bulletin_id)
            bulletins.submit(session, bulletin, self._act(session, "assessment_office"), prepared)

    def _approve_bulletin(self) -> None:
        with self.frame.write() as session:
            bulletin = session.get_one(Bulletin, self.bulletin_id)
            act = self._act(session, "leader")
            bulletins.approve(session, bulletin, act, seen_zh=bulletin.body_zh, seen_en=bulletin.body_en)

    def _publish(self) -> None:
        with self.frame.read() as session:
            bulletin = session.get_one(Bulletin, self.bulletin_id)
            signed = bulletins.prepare_publication(bulletin, self.store, self.signer, at=clock.system_now())
        with self.frame.write() as session:
            bulletin = session.get_one(Bulletin, self.bulletin_id)
            services.publish(session, bulletin, self._act(session, "assessment_office"), signed)
            assert self.now is not None
            clock.stand_at(session, self.now)

    def _lay_out(self) -> None:
        """What the outbox does for a published bulletin; receipts by mail are a mail server's time, not ours."""
        handler = bulletins.folder_handler(self.frame, self.store, self.place.documents)
        assert outbox.work(self.frame, {bulletins.BULLETIN_FILES: handler}) == 1

    # --- time ---------------------------------------------------------------------------------------------------------

    @property
    def frame(self) -> Frame:
        return self.country.frame

    def clock(self) -> Act:
        assert self.now is not None
        return Act(CLOCK, self.now)

    def _act(self, session: Session, who: str) -> Act:
        assert self.now is not None
        return self.country.act(session, who, self.now)

    def _later(self, *, hours: int) -> None:
        assert self.now is not None
        self.now += timedelta(hours=hours)

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        asked = 0

        def count(*_: object) -> None:
            nonlocal asked
            asked += 1

        event.listen(self.frame.engine, "before_cursor_execute", count)
        wall, own = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            event.remove(self.frame.engine, "before_cursor_execute", count)
            self.took[name] = Took(time.perf_counter() - wall, time.process_time() - own, asked)


def submissions_verified(session: Session, act: Act, some: list[Submission]) -> None:
    """Everything is found as it was claimed."""
    submissions.verify_many(session, act, dict.fromkeys(some))

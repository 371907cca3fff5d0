"""督查通报: the bulletin that concludes a campaign, rendered before the act that fixes it, and served on every unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assessment.delivery.services import NewPaper, serve_many
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, OutOfDate
from assessment.foundation.filestore import LARGEST, FileStore
from assessment.foundation.i18n import LANGUAGES, Bilingual, local_day, say
from assessment.inspections import queries
from assessment.inspections.models import Campaign, CampaignState
from assessment.inspections.papers import NoticeLine, ProblemLine, SupervisionBulletin, UnitLine, render_bulletin
from assessment.inspections.process import CAMPAIGN
from assessment.organisations.queries import unit_views
from assessment.programmes.models import Programme

BULLETIN = "supervision_bulletin"
LARGEST_BULLETIN = 8 * LARGEST  # 5,000 problems take about 2 MB


@dataclass(frozen=True)
class Rendered:
    """A bulletin made ready before the transaction, both renditions in the store under their hashes."""

    campaign_id: int
    content: SupervisionBulletin
    body_zh: str
    body_en: str


def compose(session: Session, campaign: Campaign, number: str, at: datetime) -> SupervisionBulletin:
    """What the bulletin says of the campaign as it stands."""
    grades = queries.severities(session, campaign)
    lines, problems = queries.findings_by_unit(session, campaign.id), queries.problems_of(session, campaign.id)
    units = unit_views(session, {line.unit_id for line in lines}, local_day(at))
    closed = queries.closed_by_unit(session, campaign.id)
    programme = session.get_one(Programme, campaign.programme_id)
    names = {code: Bilingual(grade.zh, grade.en) for code, grade in grades.items()}
    return SupervisionBulletin(
        number=number, authority=programme.authority, campaign=campaign.title, scope=campaign.scope,
        first_day=campaign.first_day, last_day=campaign.last_day, day=local_day(at),
        population_hash=campaign.population_hash, seed=campaign.seed,
        severities=tuple(names.values()), is_example=programme.is_example,
        units=tuple(
            UnitLine(units[line.unit_id].name, line.visits, tuple(line.by_severity.get(code, 0) for code in grades),
                     closed.get(line.unit_id, 0))
            for line in lines
        ),
        notices=tuple(
            NoticeLine(units[unit_id].name, notice, tasks, ended)
            for unit_id, notice, tasks, ended in queries.notices_of(session, campaign.id)
        ),
        problems=tuple(
            ProblemLine(units[one.unit_id].name, one.description, one.place,
                        names.get(one.severity, Bilingual(one.severity, one.severity)), one.task)
            for one in problems
        ),
    )  # fmt: skip


def prepare_conclusion(
    session: Session, campaign: Campaign, store: FileStore, number: str, at: datetime
) -> Rendered | None:
    """In a reading frame: compose and render in both languages; nothing where there is nothing to conclude."""
    if campaign.state != CampaignState.UNDER_WAY or not number.strip():
        return None
    content = compose(session, campaign, number.strip(), at)
    bodies = {
        language: store.put(render_bulletin(content, language), LARGEST_BULLETIN).sha256 for language in LANGUAGES
    }
    return Rendered(campaign.id, content, bodies["zh"], bodies["en"])


def conclude(session: Session, campaign: Campaign, act: Act, number: str, prepared: Rendered | None) -> None:
    """Fix the bulletin by its hashes and serve it on every unit visited; each problem in it has its task already."""
    number = number.strip()
    if not number:
        sentence = say("Give the bulletin a number.")
        raise Invalid(sentence, fields={"number": sentence})
    some = queries.visits(session, campaign_id=campaign.id, limit=100_000)
    bodies = {"body_zh": prepared.body_zh, "body_en": prepared.body_en} if prepared else {}
    CAMPAIGN.perform(session, campaign, "conclude", act, relied_on=some, body={"number": number, **bodies})
    # A campaign that may be concluded was rendered; what came between must not be missing from what is served.
    if prepared is None or (prepared.campaign_id, prepared.content) != (
        campaign.id, compose(session, campaign, number, act.at),
    ):  # fmt: skip
        raise OutOfDate(say("Findings or tasks changed while the bulletin was being rendered. Conclude again."))
    campaign.bulletin_number, campaign.concluded_at = number, act.at
    campaign.bulletin_zh, campaign.bulletin_en = prepared.body_zh, prepared.body_en
    title = Bilingual(f"督查通报{number}：{campaign.title_zh}", f"Supervision bulletin {number}: {campaign.title_en}")
    subject = ("campaign", campaign.id)
    units = sorted({visit.unit_id for visit in some})
    serve_many(
        session, act, BULLETIN, [NewPaper(unit, subject, title, number, prepared.body_zh) for unit in units]
    )  # fmt: skip

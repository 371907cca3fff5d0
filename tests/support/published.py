"""Months whose bulletins are published, a problem named in each: what the public pages show."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from assessment.bulletins import services
from assessment.bulletins.services import NewMention
from assessment.cycles import services as cycles
from assessment.foundation import clock
from assessment.foundation.filestore import FileStore
from assessment.foundation.i18n import Bilingual
from assessment.foundation.paper.signature import ensure_signer
from assessment.foundation.settings import Settings
from support.months import a_year


def publish_months(session: Session, place: Settings, months: Mapping[str, Any]) -> None:
    """A year in which the bulletins of these months, with these values, are out."""
    year, store = a_year(session), FileStore(place.uploads)
    for code, values in months.items():
        edition = year.approved(code, values)
        problem = NewMention(year.province.unit("220202").id, Bilingual("隐患F-1未整改", "Hazard F-1 is open."), ())
        bulletin = services.draft(session, year.act("office"), edition, problems=[problem])
        session.flush()
        year.submit(bulletin, store)
        year.approve_bulletin(bulletin)
        signer = ensure_signer(place.keys, "Alpha Province", clock.system_now())
        signed = services.prepare_publication(bulletin, store, signer, at=clock.system_now())
        cycles.publish(session, bulletin, year.act("office"), signed)
    clock.stand_at(session, year.now)

"""What several acts ask of what was typed, and of the day."""

from datetime import date

from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import Sentence, local_day


def need(name: str, text: str, sentence: Sentence) -> None:
    if not (text or "").strip():
        raise Invalid(sentence, fields={name: sentence})


def today(act: Act) -> date:
    return local_day(act.at)

"""What services raise when they say no: a sentence for a person, and the kind of no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from assessment.foundation.i18n import Sentence


class Refusal(Exception):
    """An act that was not done, and why; nothing was changed."""

    status: ClassVar[int] = 400

    def __init__(
        self, sentence: Sentence, faults: Sequence[Sentence] = (), fields: Mapping[str, Sentence] | None = None
    ) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.faults = tuple(faults)
        self.fields = dict(fields or {})


class NotPermitted(Refusal):
    """The person does not hold the duty, or is barred from this matter."""

    status = 403


class NotFound(Refusal):
    """It is not there, or it is not this person's to see: the answer is the same."""

    status = 404


class NotNow(Refusal):
    """The record's state or a clock stands against it."""

    status = 409


class OutOfDate(Refusal):
    """Somebody else changed the record since the page was drawn."""

    status = 409


class Invalid(Refusal):
    """The facts given cannot be taken as they are; ``faults`` and ``fields`` say which."""

    status = 422

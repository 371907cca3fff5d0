"""From a scorecard to its explanation: what would have changed it, the same as data, and as a computing workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.faces.web.kit import viewer
from assessment.faces.web.pages import scoring_evidence
from assessment.foundation.exact import canonical
from assessment.foundation.i18n import N_, Bilingual, Sentence, moment_text
from assessment.panels import queries as panels
from assessment.programmes.models import Period
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.explanation import Known, explained, trial
from assessment.scoring.explanation_shape import Explanation, File, Source
from assessment.scoring.models import Edition, Scorecard
from assessment.scoring.rules.cards import Results
from assessment.scoring.rules.margins import Trial, bounds
from assessment.scoring.rules.replay import Inputs, computed_with
from assessment.scoring.wanting import Teller, wanting
from assessment.scoring.workbook import Published, Told, workbook
from assessment.submissions import queries as submissions
from assessment.submissions.models import Submission, SubmissionValue
from assessment.submissions.rules import Value

REPORTED = "submission_value"
WHOLE = "-"
"""In the place of an indicator: none of them, only the whole."""


@dataclass(frozen=True)
class _Frozen:
    """What an edition was computed from; two are the same when their hashes are."""

    scheme_sha256: str
    inputs_sha256: str
    scheme: Scheme = field(compare=False)
    inputs: str = field(compare=False)


@lru_cache(maxsize=4)
def _computed(frozen: _Frozen) -> tuple[Inputs, Results]:
    return computed_with(frozen.scheme, frozen.inputs)


@dataclass(frozen=True)
class Explained:
    """One scorecard, or a whole edition, explained from what the edition froze."""

    session: Session
    scheme: Scheme
    period: Period
    edition: Edition
    sees_others: bool

    @cached_property
    def _found(self) -> tuple[Inputs, Results]:
        edition = self.edition
        return _computed(_Frozen(edition.method, edition.inputs_sha256, self.scheme, edition.inputs))

    @cached_property
    def _parts(self) -> Mapping[str, Bilingual]:
        return {one.part.code: one.part.title for one in self.period.parts}

    def _trial(self, card: Scorecard) -> Trial | None:
        """The unit to be supposed different; none where a later version of the software finds another result."""
        units, results = self._found
        found = results.of(card.unit_code)
        if found is None or (found.total_published, found.rank, found.band or "") != (card.total, card.rank, card.band):
            return None
        return trial(self.scheme, units, results, card.unit_code)

    def would_change(self, card: Scorecard, code: str = "") -> tuple[list[Sentence], list[Sentence]]:
        """What would have changed the whole result; and for an indicator, what would have changed that."""
        tried, teller = self._trial(card), Teller(self.scheme, self._parts)
        if tried is None:
            return [], []
        found = wanting(tried, code or WHOLE, sees_others=self.sees_others)
        held = bounds(tried) if self.sees_others else ()
        whole = [*map(teller.needed, found.needed), *(teller.bound(one) for one in held if not one.code)]
        return whole, [*map(teller.margin, found.margins), *map(teller.bound, found.bounds)]

    def as_data(self, card: Scorecard) -> Explanation | None:
        """The explanation in its stated shape."""
        tried = self._trial(card)
        if tried is None:
            return None
        return explained(tried, Known(
            name=card.name, period=self.period.code, edition=self.edition.number, scheme_sha256=self.edition.method,
            parts=self._parts,
            records={item["code"]: [(kind, one) for kind, one in item["cites"]] for item in card.items},
            sources=lambda code: list(self._sources(card, code)),
            behind=partial(scoring_evidence.behind, self.session), sees_others=self.sees_others,
        ))  # fmt: skip

    def _sources(self, card: Scorecard, code: str) -> Iterator[Source]:
        """The reported figures behind an indicator that the reader may see, with the hashes of their evidence."""
        item = next((one for one in card.items if one["code"] == code), {"cites": ()})
        ids = [int(one) for kind, one in item["cites"] if kind == REPORTED]
        rows = self.session.scalars(select(SubmissionValue).where(SubmissionValue.id.in_(ids))).all()
        reports = {one.id: one for one in self._reports({row.submission_id for row in rows})}
        for row in rows:
            if (report := reports.get(row.submission_id)) is not None:
                ballots = tuple(map(canonical, panels.marks_behind(self.session, report).get(row.value_code, ())))
                yield _source(report, row).model_copy(update={"ballots": ballots})

    def _reports(self, ids: set[int]) -> Iterator[Submission]:
        for one in self.session.scalars(select(Submission).where(Submission.id.in_(ids))):
            if submissions.may_see(self.session, one, viewer()):
                yield one

    def _changes(self, card: Scorecard) -> list[tuple[str, Sentence]]:
        tried = self._trial(card)
        if tried is None:
            return []
        return list(Teller(self.scheme, self._parts).everything(wanting(tried, sees_others=self.sees_others)))

    def as_workbook(self, cards: Sequence[Scorecard], language: str, only: str = "") -> bytes:
        """The edition, or one unit's part of it, as a workbook."""
        units, results = self._found
        facts = (
            (N_("Period"), self.period.title.in_language(language)), (N_("Edition"), str(self.edition.number)),
            (N_("Computed"), moment_text(self.edition.computed_at, language)),
            (N_("SHA-256 of the scheme"), self.edition.method),
            (N_("SHA-256 of the inputs"), self.edition.inputs_sha256),
            (N_("SHA-256 of the results"), self.edition.results_sha256),
        )  # fmt: skip
        published = {card.unit_code: Published(card.total, card.rank, card.band) for card in cards}
        title = f"{self.period.title.zh} {self.period.title.en}"
        named = {card.unit_code: card.name for card in cards}
        told = Told(title, facts, named, self._parts, published, self._changes(cards[0]) if only else ())
        return workbook(self.scheme, units, results, told, only).content


def _source(report: Submission, row: SubmissionValue) -> Source:
    columns = (submissions.claimed(report), submissions.verified(report), submissions.validated(report))
    claimed, verified, validated = (_text(column.get(row.value_code)) for column in columns)
    return Source(
        value=row.value_code, unit=str(report.unit_id), submission=report.id, claimed=claimed, verified=verified,
        validated=validated, set_by=row.set_by,
        evidence=tuple(File(name=one.name, sha256=one.sha256) for one in report.standing_evidence
                       if one.value_code == row.value_code),
    )  # fmt: skip


def _text(value: Value | None) -> str:
    if value is None:
        return ""
    return value.kind.value if value.number is None else canonical(value.number)

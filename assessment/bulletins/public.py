"""The public edition of a bulletin: what anybody may read, and at its head what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assessment.bulletins.content import BulletinContent
from assessment.foundation.i18n import N_, Label, said, say


def public_edition(content: BulletinContent) -> BulletinContent:
    """Ranking, charts, method and open data stay; what is said of single units' faults, their replies, the amounts
    proposed and the values behind the scores are for those the bulletin was served on."""
    note = say("Public edition of {number}, without: {parts}. The signed bulletin prevails.", number=content.number,
               parts=[Label(part) for part in _left_out(content)])  # fmt: skip
    heading = " ".join(part for part in (content.sample, said(note, content.language)) if part)
    return replace(content, problems=(), replies=(), amounts=(), copies="", snapshot="", sample=heading)


def _left_out(content: BulletinContent) -> Iterator[str]:
    if content.problems:
        yield N_("matters requiring improvement")
    if content.amounts:
        yield N_("proposed amounts")
    if content.replies:
        yield N_("replies of the units")
    yield N_("reported values")

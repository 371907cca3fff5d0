"""Whether a bulletin is what it claims to be: signature, signer, snapshot, ranking, and its place in the trail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from assessment.bulletins.opendata import TABLE, lines
from assessment.bulletins.papers import SNAPSHOT
from assessment.foundation.i18n import NOTHING, Sentence, Word, say
from assessment.foundation.paper.attachments import NotReadable, attached
from assessment.foundation.paper.signature import SignatureCheck, check
from assessment.foundation.trail_verifier import faults
from assessment.programmes.rules.faults import SchemeFaults
from assessment.programmes.rules.loading import load_scheme
from assessment.programmes.rules.scheme import Scheme
from assessment.scoring.rules.replay import replay

CHECKS = ("signature", "signer", "attachment", "ranking", "head", "chain")


class Outcome(StrEnum):
    OK = "ok"
    FAILED = "failed"
    NOT_CHECKED = "not checked"

    @property
    def word(self) -> Word:
        return WORDS[self]


WORDS = {
    Outcome.OK: Word("verification", "ok"),
    Outcome.FAILED: Word("verification", "failed"),
    Outcome.NOT_CHECKED: Word("verification", "not checked"),
}


@dataclass(frozen=True)
class Line:
    """One check: which, how it ended, and a sentence."""

    name: str
    outcome: Outcome
    sentence: Sentence

    def __str__(self) -> str:
        return f"{self.name}: {self.outcome} - {self.sentence}"


Rows = Iterable[dict[str, Any]]


@dataclass(frozen=True)
class Heads:
    """What an installation knows of heads without going through its whole trail."""

    place: Callable[[str], int | None]
    """Which act a hash is, if it is one."""
    published_with: Callable[[str], str | None]
    """With which head a bulletin's number was submitted."""


def verify(
    pdf: bytes | None,
    certificate: bytes | None,
    trail: Rows | None,
    *,
    trusting: bool = True,
    heads: Heads | None = None,
) -> list[Line]:
    """All six lines. Without ``trusting`` the snapshot of a file that is not signed by this signer is not computed;
    ``heads`` answers for the head where no log is given."""
    found = check(pdf, certificate) if pdf is not None else None
    lines = list(_signature(found, knows_signer=certificate is not None))
    snapshot: Mapping[str, Any] | None = None
    if pdf is not None and (trusting or (found is not None and found.valid)):
        line, snapshot = _attachment(pdf)
        lines.append(line)
        lines.append(_ranking(snapshot))
    else:
        why = say("No bulletin was given.") if pdf is None else say("The file is not signed by the signer known here.")
        lines += [Line(name, Outcome.NOT_CHECKED, why) for name in ("attachment", "ranking")]
    if trail is None and heads is not None:
        return lines + _by_heads(snapshot, heads)
    return lines + _trail(snapshot, trail)


def head_of(pdf: bytes) -> str:
    """The head of the trail that a bulletin carries, or nothing."""
    _, snapshot = _attachment(pdf)
    return str(snapshot["head"]) if snapshot else ""


def number_of(pdf: bytes) -> str:
    _, snapshot = _attachment(pdf)
    return str(snapshot["number"]) if snapshot else ""


# --- who signed ----------------------------------------------------------------------------------------------------


def _signature(found: SignatureCheck | None, *, knows_signer: bool) -> Iterator[Line]:
    if found is None:
        yield Line("signature", Outcome.NOT_CHECKED, say("No bulletin was given."))
        yield Line("signer", Outcome.NOT_CHECKED, say("No bulletin was given."))
        return
    if not found.signed:
        yield Line("signature", Outcome.FAILED, say("The file bears no signature. {why}", why=found.reason))
        yield Line("signer", Outcome.FAILED, say("Nobody signed this file."))
        return
    yield _intact(found)
    if not knows_signer:
        unknown = say("The signer is not known to you; give the authority's certificate.")
        yield Line("signer", Outcome.NOT_CHECKED, unknown)
    elif found.trusted:
        yield Line("signer", Outcome.OK, say("Signed by {signer}.", signer=found.signer))
    else:
        yield Line("signer", Outcome.FAILED, say("It was signed with another key than this certificate's."))


def _intact(found: SignatureCheck) -> Line:
    if not found.intact:
        return Line("signature", Outcome.FAILED, say("The file was changed after it was signed."))
    if not found.covers_file:
        return Line("signature", Outcome.FAILED, say("Something was added to the file after it was signed."))
    return Line("signature", Outcome.OK, say("Not one byte differs from what was signed on {at}.", at=found.at))


# --- what it carries -----------------------------------------------------------------------------------------------


def _attachment(pdf: bytes) -> tuple[Line, Mapping[str, Any] | None]:
    def failed(sentence: Sentence) -> tuple[Line, None]:
        return Line("attachment", Outcome.FAILED, sentence), None

    try:
        files = attached(pdf)
        content, data = files.get(SNAPSHOT), files.get(TABLE)
    except NotReadable as fault:
        return failed(say("The attachment cannot be read: {why}", why=str(fault)))
    if content is None:
        return failed(say("The file carries no snapshot of its results."))
    try:
        snapshot = json.loads(content)
        wrong = [
            name
            for name in ("scheme", "inputs")
            if hashlib.sha256(_sealed(name, snapshot[name])).hexdigest() != snapshot[f"{name}_sha256"]
        ]
        count = len(snapshot["ranking"])
        number, edition = str(snapshot["number"]), int(snapshot["edition"])
        is_twin = data is None or _same_table(data.decode(), snapshot["ranking"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return failed(say("The attachment is no snapshot of an edition."))
    if wrong:
        return failed(say("The attachment is not what its hashes say: {parts}.", parts=wrong))
    if not is_twin:
        line, _ = failed(say("The open-data table does not have the ranks and scores of the snapshot."))
        return line, snapshot
    sentence = say(
        "Snapshot of edition {edition}, {count} units, {number}.", edition=edition, count=count, number=number
    )
    return Line("attachment", Outcome.OK, sentence), snapshot


def _same_table(data: str, ranking: list[dict[str, Any]]) -> bool:
    """Whether the open-data table has the ranks and scores of the snapshot, in its order."""
    told = [(one["group"], one["rank"], one["unit"], one["score"], one["band"]) for one in lines(data)]
    return told == [
        (one["group"], "" if one["rank"] is None else str(one["rank"]), one["unit"],
         "" if one["score"] == "—" else one["score"], one["band"])
        for one in ranking
    ]  # fmt: skip


def _sealed(name: str, text: str) -> bytes:
    """Inputs are sealed as canonical JSON of their text, a scheme by the bytes of its file."""
    return json.dumps(text, ensure_ascii=False).encode("utf-8") if name == "inputs" else text.encode("utf-8")


def _ranking(snapshot: Mapping[str, Any] | None) -> Line:
    if snapshot is None:
        return Line("ranking", Outcome.NOT_CHECKED, say("There is nothing to recompute it from."))
    try:
        wrong = _differences(snapshot)
    except SchemeFaults:
        return Line("ranking", Outcome.FAILED, say("The scheme in the attachment cannot be read."))
    except (ValueError, KeyError, TypeError, ArithmeticError) as fault:
        return Line("ranking", Outcome.FAILED, say("The ranking cannot be recomputed: {why}", why=str(fault)))
    if wrong:
        return Line("ranking", Outcome.FAILED, say("Recomputed, these differ: {units}.", units=wrong[:10]))
    count = len(snapshot["ranking"])
    return Line(
        "ranking", Outcome.OK, say("Recomputed from the attachment: all {count} ranks and scores agree.", count=count)
    )


def _differences(snapshot: Mapping[str, Any]) -> list[str]:
    scheme = load_scheme(snapshot["scheme"], is_sealed=True)
    computed = {place[2]: place for place in recomputed(scheme, snapshot)}
    printed = {
        one["unit"]: (one["group"], one["rank"], one["unit"], one["score"], one["band"]) for one in snapshot["ranking"]
    }
    return [unit for unit in sorted(computed.keys() | printed.keys()) if computed.get(unit) != printed.get(unit)]


def recomputed(scheme: Scheme, snapshot: Mapping[str, Any]) -> list[tuple[str, int | None, str, str, str]]:
    """(group, rank, unit, score, band) of every unit, from the frozen inputs alone."""
    places = scheme.rounding.of_total.places
    return [
        (one.group, one.rank, one.unit, _points(one.total, places), one.band)
        for one in replay(scheme, snapshot["inputs"])
    ]


def _points(total: Decimal | None, places: int) -> str:
    return "—" if total is None else f"{total:.{places}f}"


# --- its place in the trail ----------------------------------------------------------------------------------------


def _trail(snapshot: Mapping[str, Any] | None, trail: Rows | None) -> list[Line]:
    head = str(snapshot.get("head", "")) if snapshot else ""
    if trail is None:
        printed = say("The printed head is {head}.", head=head) if head else NOTHING
        why = say("No log was given. {printed}", printed=printed) if printed else say("No log was given.")
        return [Line("head", Outcome.NOT_CHECKED, why), Line("chain", Outcome.NOT_CHECKED, say("No log was given."))]
    count = 0
    places: dict[str, int] = {}
    number, expected = str(snapshot.get("number", "")) if snapshot else "", ""

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal count, expected
        for row in trail:
            count += 1
            if row.get("hash") == head:
                places[head] = count
            elif row.get("previous") == head:
                places.setdefault(head, count - 1)
            if number and (row.get("kind"), row.get("act")) == ("bulletin", "submit"):
                expected = _submitted_with(row.get("body"), number) or expected
            yield row

    first = next(iter(faults(counted())), None)
    chain = (
        Line("chain", Outcome.OK, say("{count} acts, each chained to the one before.", count=count))
        if first is None
        else Line("chain", Outcome.FAILED, say("At seq {seq}: {what}", seq=first[0], what=first[1]))
    )
    return [_head(head, number, expected, places.get), chain]


def _submitted_with(body: Any, number: str) -> str:
    """The head that a submission of this number fixed, as its act says."""
    try:
        told = json.loads(body) if isinstance(body, str) else body
        return str(told["head"]) if told["number"] == number else ""
    except (ValueError, KeyError, TypeError):
        return ""


def _head(head: str, number: str, expected: str, place: Callable[[str], int | None]) -> Line:
    if not head:
        return Line("head", Outcome.NOT_CHECKED, say("No printed head is known."))
    seq = place(head)
    if seq is None:
        cut = say("The printed head does not occur in the log: it was cut or computed anew.")
        return Line("head", Outcome.FAILED, cut)
    if expected and head != expected:
        other = say("The printed head is act {seq} of the log; {number} was submitted with another.",
                    seq=seq, number=number)  # fmt: skip
        return Line("head", Outcome.FAILED, other)
    return Line("head", Outcome.OK, say("The printed head occurs in the log: act {seq}.", seq=seq))


def _by_heads(snapshot: Mapping[str, Any] | None, heads: Heads) -> list[Line]:
    head, number = (str(snapshot.get(name, "")) if snapshot else "" for name in ("head", "number"))
    expected = heads.published_with(number) if number else None
    console = say("The whole chain is gone through at the console: python -m assessment verify --log.")
    return [_head(head, number, expected or "", heads.place), Line("chain", Outcome.NOT_CHECKED, console)]

"""Responsibility letters: drafted in bulk, offered, signed by both sides, amended on three grounds only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.delivery.services import serve_many
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.exact import canonical, parse_decimal, rounded
from assessment.foundation.i18n import N_, Bilingual, Sentence, say
from assessment.programmes.models import (
    AmendmentGround,
    Letter,
    LetterProposal,
    LetterState,
    LetterTarget,
    Programme,
    ProposalOutcome,
    SchemeVersion,
)
from assessment.programmes.process import LETTER
from assessment.programmes.services.matters import kept

Schedule = Mapping[int, Decimal]


@dataclass(frozen=True)
class NewLetter:
    """A letter to be drafted: targets of the term by value code, and schedules by value code and month."""

    unit_id: int
    number: str
    term_from: date
    term_to: date
    targets: Mapping[str, Decimal]
    schedules: Mapping[str, Schedule] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """What an amendment changes; values that it does not name stay as they were."""

    ground: AmendmentGround
    evidence: str
    effective_from: date
    targets: Mapping[str, Decimal]
    schedules: Mapping[str, Schedule] = field(default_factory=dict)


def draft_letters(
    session: Session, act: Act, programme: Programme, version: SchemeVersion, drafts: Sequence[NewLetter]
) -> list[Letter]:
    """Draft the letters of many units by one act."""
    letters = []
    for new in drafts:
        letter = Letter(
            programme_id=programme.id, scheme_version_id=version.id, unit_id=new.unit_id, number=new.number,
            version_number=1, term_from=new.term_from, term_to=new.term_to, effective_from=new.term_from,
            drafted_by=act.by.key, targets=_rows(new.targets, new.schedules),
        )  # fmt: skip
        LETTER.begin(letter, "draft_letters", act)
        letters.append(letter)
    if not letters:
        return []
    session.add_all(letters)
    session.flush()
    audit.record(
        session, act, "draft_letters", None, kind="letter", relied_on=[version],
        touched=[*letters, *(target for letter in letters for target in letter.targets)], body={"count": len(letters)},
    )  # fmt: skip
    return letters


def _rows(targets: Mapping[str, Decimal], schedules: Mapping[str, Schedule]) -> list[LetterTarget]:
    rows = [LetterTarget(value_code=code, month=None, number=number) for code, number in targets.items()]
    return rows + [
        LetterTarget(value_code=code, month=month, number=number)
        for code, months in schedules.items()
        for month, number in sorted(months.items())
    ]


def set_targets(
    session: Session,
    letter: Letter,
    act: Act,
    *,
    targets: Mapping[str, Decimal],
    schedules: Mapping[str, Schedule] | None = None,
) -> None:
    """Change what a draft promises: the values named; a letter that was offered is withdrawn first."""
    known = {(row.value_code, row.month): row for row in letter.targets}
    touched = []
    for row in _rows(targets, schedules or {}):
        old = known.get((row.value_code, row.month))
        if old is None:
            letter.targets.append(row)
        else:
            old.number, row = row.number, old
        touched.append(row)
    LETTER.perform(session, letter, "set_targets", act, touched=touched, body={"targets": targets})
    session.flush()


def offer(session: Session, letter: Letter, act: Act) -> None:
    """Lay the letter before the unit: it is served, and its head may sign."""
    LETTER.perform(session, letter, "offer", act, touched=[*letter.targets, *letter.bound_to])
    letter.offered_at = act.at
    _serve(session, act, [letter], _TITLE)


def offer_all(session: Session, letters: Sequence[Letter], act: Act) -> None:
    """Offer many letters by one act."""
    LETTER.perform_all(session, letters, "offer", act)
    for letter in letters:
        letter.offered_at = act.at
    _serve(session, act, letters, _TITLE)


def withdraw_offer(session: Session, letter: Letter, act: Act) -> None:
    """Take a letter back before it is signed; what the unit had proposed is answered by it."""
    LETTER.perform(session, letter, "withdraw_offer", act)
    letter.offered_at = None
    if letter.open_proposal is not None:
        _answer(letter.open_proposal, ProposalOutcome.DECLINED, act)


# --- negotiated ------------------------------------------------------------------------------------------------------


def propose_targets(
    session: Session, letter: Letter, act: Act, *, targets: Mapping[str, Decimal]
) -> LetterProposal:
    """What the unit would sign instead, with its reason; the offer stands until the office has answered."""
    now = {row.value_code: row.number for row in letter.targets if row.month is None}
    unknown = sorted(set(targets) - set(now))
    if unknown:
        raise Invalid(say("The letter has no target for “{code}”.", code=unknown[0]))
    other = {code: number for code, number in targets.items() if number != now[code]}
    if not other:
        sentence = say("These are the targets as they were offered; change at least one.")
        raise Invalid(sentence, fields={"targets": sentence})
    proposal = LetterProposal(
        turn=len(letter.proposals) + 1, targets={code: canonical(number) for code, number in other.items()},
        reason=act.reason.strip(), proposed_by=act.by.key, proposed_label=act.by.label, proposed_at=act.at,
        outcome=ProposalOutcome.OPEN.value,
    )  # fmt: skip
    LETTER.perform(session, letter, "propose_targets", act, relied_on=letter.targets, body={"targets": other})
    letter.proposals.append(proposal)
    session.flush()
    return proposal


def take_back_proposal(session: Session, letter: Letter, act: Act) -> None:
    """The unit signs what was offered after all, or proposes something else."""
    LETTER.perform(session, letter, "take_back_proposal", act)
    _answer(_open(letter), ProposalOutcome.TAKEN_BACK, act)


def accept_proposal(session: Session, letter: Letter, act: Act) -> None:
    """Write the proposed targets into the draft, their schedules in proportion; then it is offered and served anew."""
    proposal = _open(letter)
    changed = {code: Decimal(text) for code, text in proposal.targets.items()}
    before = {row.value_code: row.number for row in letter.targets if row.month is None}
    for row in letter.targets:
        if row.value_code in changed and row.month is None:
            row.number = changed[row.value_code]
        elif row.value_code in changed and before.get(row.value_code):
            row.number = _in_proportion(row.number, changed[row.value_code], before[row.value_code])
    LETTER.perform(session, letter, "accept_proposal", act, touched=letter.targets, body={"targets": changed})
    letter.offered_at = None
    _answer(proposal, ProposalOutcome.ACCEPTED, act)


def _in_proportion(step: Decimal, after: Decimal, before: Decimal) -> Decimal:
    """A step of a schedule as large a part of the new target as of the old, with as many places as either has."""
    places = max(0, -int(step.as_tuple().exponent), -int(after.as_tuple().exponent))
    return parse_decimal(canonical(rounded(Fraction(step) * Fraction(after) / Fraction(before), places, "half_up")))


def decline_proposal(session: Session, letter: Letter, act: Act) -> None:
    """The offer stays as it is, with the reason; the unit may sign it, or propose again."""
    LETTER.perform(session, letter, "decline_proposal", act)
    _answer(_open(letter), ProposalOutcome.DECLINED, act)


def _open(letter: Letter) -> LetterProposal:
    if letter.open_proposal is None:
        raise NotNow(say("The unit has proposed no other targets."))
    return letter.open_proposal


def _answer(proposal: LetterProposal, outcome: ProposalOutcome, act: Act) -> None:
    proposal.outcome, proposal.answer = outcome.value, act.reason.strip()
    proposal.answered_label, proposal.answered_at = act.by.label, act.at


# --- signed ----------------------------------------------------------------------------------------------------------


def sign(session: Session, letter: Letter, act: Act) -> None:
    """The head of the locality signs."""
    LETTER.perform(session, letter, "sign", act, relied_on=[*letter.targets, *letter.bound_to])
    letter.signed_by, letter.signed_label, letter.signed_at = act.by.key, act.by.label, act.at


def countersign(session: Session, letter: Letter, act: Act) -> None:
    """The leader signs for the authority, and the letter is in force."""
    LETTER.perform(session, letter, "countersign", act, relied_on=[*letter.targets, *letter.bound_to])
    _countersigned(letter, act)


def countersign_all(session: Session, letters: Sequence[Letter], act: Act) -> None:
    """Countersign many letters by one act."""
    for letter in letters:  # before the one UPDATE: the table holds no letter in force that nobody countersigned
        _countersigned(letter, act)
    LETTER.perform_all(session, letters, "countersign", act)


def _countersigned(letter: Letter, act: Act) -> None:
    letter.countersigned_by, letter.countersigned_label, letter.countersigned_at = act.by.key, act.by.label, act.at


def amend(session: Session, letter: Letter, act: Act, change: Change) -> Letter:
    """Draft a new version of a letter in force, on one of the three grounds the law knows."""
    _check_change(session, letter, change)
    targets = {row.value_code: row.number for row in letter.targets if row.month is None}
    schedules: dict[str, dict[int, Decimal]] = {}
    for row in letter.targets:
        if row.month is not None and row.value_code not in change.schedules:
            schedules.setdefault(row.value_code, {})[row.month] = row.number
    amendment = Letter(
        programme_id=letter.programme_id, scheme_version_id=letter.scheme_version_id, unit_id=letter.unit_id,
        number=letter.number, version_number=letter.version_number + 1, amends_id=letter.id,
        ground=AmendmentGround(change.ground).value, evidence=change.evidence.strip(), term_from=letter.term_from,
        term_to=letter.term_to, effective_from=change.effective_from, drafted_by=act.by.key,
        targets=_rows({**targets, **change.targets}, {**schedules, **change.schedules}), matters=kept(letter),
    )  # fmt: skip
    touched = [*amendment.targets, *amendment.matters]
    LETTER.start(
        session, amendment, "amend", act, touched=touched, relied_on=[letter],
        body={"ground": change.ground, "effective_from": change.effective_from, "targets": change.targets},
    )  # fmt: skip
    session.flush()
    return amendment


def _check_change(session: Session, letter: Letter, change: Change) -> None:
    fields: dict[str, Sentence] = {}
    if letter.state != LetterState.IN_FORCE:
        raise Invalid(say("Only a letter in force is amended."))
    if not change.evidence.strip():
        fields["evidence"] = say("Name the document that shows the ground for the change.")
    if not letter.effective_from < change.effective_from <= letter.term_to:
        fields["effective_from"] = say(
            "The change takes effect after {first} and by {last}.", first=letter.effective_from, last=letter.term_to
        )
    if not change.targets and not change.schedules:
        fields["targets"] = say("Name at least one target that changes.")
    if fields:
        raise Invalid(say("The amendment cannot be drafted like this."), fields=fields)
    waiting = select(Letter.id).where(Letter.amends_id == letter.id, Letter.state == LetterState.DRAFTED)
    if session.scalar(waiting) is not None:
        raise Invalid(say("An amendment of this letter is already waiting for approval."))


def approve_amendment(session: Session, letter: Letter, act: Act) -> None:
    """Approve a changed target at the level that set it: the version before ends, and the letter is published again."""
    relied_on = [("letter", letter.amends_id), *letter.targets]
    LETTER.perform(session, letter, "approve_amendment", act, relied_on=relied_on)
    _countersigned(letter, act)
    before = session.get_one(Letter, letter.amends_id)
    before.effective_to = letter.effective_from - timedelta(days=1)
    end_letter(session, before, act)
    _serve(session, act, [letter], _AMENDED)


def end_letter(session: Session, letter: Letter, act: Act) -> None:
    """Close a letter whose term is over or whose place an amendment has taken; its days still count by it."""
    LETTER.perform(session, letter, "end_letter", act)


_TITLE = N_("Responsibility letter {number}")
_AMENDED = N_("Responsibility letter {number}, amended")


def _serve(session: Session, act: Act, letters: Sequence[Letter], title: str) -> None:
    session.flush()
    items = []
    for letter in letters:
        said = say(title, number=letter.number)
        titles = Bilingual(said.in_language("zh"), said.in_language("en"))
        items.append((letter.unit_id, ("letter", letter.id), titles, letter.number))
    serve_many(session, act, "letter", items)

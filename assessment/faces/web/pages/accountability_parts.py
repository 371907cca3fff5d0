"""The fourteen parts of a dossier: read from the case and from the audit trail, said in one language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from assessment.accountability import ladders, queries
from assessment.accountability.dossier import Dossier, Part
from assessment.accountability.models import (
    Ballot,
    Case,
    Circulation,
    CircumstanceKind,
    Conduct,
    Motion,
    Outcome,
    Responsibility,
    Source,
)
from assessment.accountability.models import Part as PartOf
from assessment.accountability.norms import norms_of
from assessment.accountability.process import CASE
from assessment.accountability.trace import Traced, trace
from assessment.faces.web.kit import act_label, kind_word
from assessment.faces.web.pages.accountability_papers import issuer_of
from assessment.foundation import audit
from assessment.foundation.actors import Act
from assessment.foundation.audit import AuditRow
from assessment.foundation.i18n import N_, day_text, local_day, moment_text, said, translate
from assessment.objections import queries as objections
from assessment.objections.process import OBJECTION
from assessment.organisations.models import Person
from assessment.organisations.officers import label_in, person_id_of
from assessment.organisations.queries import unit_views

MOST_ACTS = 400


def dossier_of(session: Session, case: Case, act: Act, language: str) -> Dossier:
    """Everything the file of a case holds now."""
    return _Writer(session, case, language).dossier(act)


class _Writer:
    """One case in one language; each method is a part."""

    def __init__(self, session: Session, case: Case, language: str) -> None:
        self.session, self.case, self.language = session, case, language
        self.colon = "：" if language == "zh" else ": "
        self.traced: Sequence[Traced] = trace(session, case.unit_id, (queries.KIND, str(case.id)))[::-1]

    def dossier(self, act: Act) -> Dossier:
        case, day = self.case, local_day(act.at)
        issuer, sample = issuer_of(self.session, self.language, case.unit_id, day)
        parts = (
            self.trigger(), self.chronology(), self.norm(), self.acts(), self.chain(), self.causes(),
            self.circumstances(), self.hearing(), self.report(), self.law(), self.decision(), self.service(),
            self.review(), self.execution(),
        )  # fmt: skip
        unit = unit_views(self.session, {case.unit_id}, day)[case.unit_id]
        return Dossier(
            language=self.language, issuer=issuer, number=case.number, title=self.say(case.title),
            unit=self.say(unit.name), day=moment_text(act.at, self.language), taken_by=self.who(act.by.label),
            state=self.say(CASE.word(case.state)), parts=parts, readings=self.readings(),
            head=audit.head(self.session), sample=sample,
        )  # fmt: skip

    # words

    def word(self, message: str) -> str:
        return translate(message, self.language)

    def say(self, fact: Any) -> str:
        return "" if fact is None else fact if isinstance(fact, str) else said(fact, self.language)

    def when(self, moment: datetime | None) -> str:
        return moment_text(moment, self.language) if moment else ""

    def facts(self, *pairs: tuple[str, Any]) -> tuple[tuple[str, str], ...]:
        return tuple((self.word(label), self.say(fact)) for label, fact in pairs if fact)

    def records(self, refs: Iterable[Sequence[str]]) -> str:
        return self.joined(f"{self.word(kind_word(kind))} {record_id}" for kind, record_id in refs)

    def joined(self, some: Iterable[str]) -> str:
        return ("；" if self.language == "zh" else "; ").join(some)

    def who(self, label: str) -> str:
        return label_in(label, self.language)

    def person(self, key: str) -> str:
        found = self.session.get(Person, person_id_of(key) or 0) if key else None
        return found.name if found is not None else key

    # parts

    def trigger(self) -> Part:
        case = self.case
        return Part(
            facts=self.facts(
                (N_("What prompted it"), self.word(Source(case.source).label)),
                (N_("Record"), self.records([case.origin])), (N_("Rule"), case.rule),
                (N_("Prompted on"), self.when(case.prompted_at)), (N_("Prompted by"), self.person(case.prompted_by)),
                (N_("Opened on"), self.when(case.opened_at)), (N_("Opened by"), self.person(case.opened_by)),
                (N_("Authority"), case.authority), (N_("Ground"), case.ground),
                (N_("The fact behind this has changed:"), case.flagged),
            ),
            items=tuple(self.say(one) for one in ladders.told(case.computation)),
        )  # fmt: skip

    def chronology(self) -> Part:
        """Facts with their proof, and the moments on which time limits hang, each with where it is read from."""
        case, session = self.case, self.session
        trail = self.word(N_("audit trail"))
        lines = [
            (fact.happened_on.isoformat(), day_text(fact.happened_on, self.language), fact.statement,
             self.records(fact.evidence))
            for fact in case.standing_facts
        ]  # fmt: skip
        for place, (label, moment, source) in enumerate((
            (N_("Prompted"), case.prompted_at, trail), (N_("Opened"), case.opened_at, trail),
            (N_("Notice available to the unit"), case.notice_at, self.word(N_("delivery"))),
            (N_("Notice received"), queries.notice_served_at(session, case), self.word(N_("delivery"))),
            (N_("Time to reply ends"), queries.reply_due(session, case), self.word(N_("computed from the receipt"))),
            (N_("Replied"), case.replied_at, trail), (N_("Report filed"), case.reported_at, trail),
            (N_("Passed the legal review"), case.reviewed_at, trail), (N_("Decided"), case.decided_at, trail),
            (N_("Decision available to the unit"), case.served_at, self.word(N_("delivery"))),
            (N_("Decision received"), queries.decision_served_at(session, case), self.word(N_("delivery"))),
            (N_("Time to ask for a review ends"), queries.appeal_until(session, case),
             self.word(N_("computed from the receipt"))),
            (N_("Carried out"), case.executed_at, trail), (N_("Revoked"), case.revoked_at, trail),
        )):  # fmt: skip
            if moment is not None:  # of one moment, in the order of the procedure
                order = f"{local_day(moment).isoformat()}{moment.isoformat()}{place:02}"
                lines.append((order, self.when(moment), self.word(label), source))
        columns = tuple(self.word(one) for one in (N_("When"), N_("What"), N_("Proved by or read from")))
        return Part(columns=columns, rows=tuple(line[1:] for line in sorted(lines)))

    def norm(self) -> Part:
        case = self.case
        chosen = {(kind, record_id) for kind, record_id in case.norms}
        then = tuple(
            f"{self.say(one.name)} ({', '.join(day_text(day, self.language) for day in sorted(one.days))})"
            for one in norms_of(self.session, case)
            if one.key in chosen
        )
        return Part(paragraphs=(case.norm,) if case.norm else (), items=then)

    def acts(self) -> Part:
        """From the trail alone: who did what to which record, and who held which post at the unit that day."""
        rows = []
        for one in self.traced[-MOST_ACTS:]:
            posts = self.joined(f"{self.say(post.title)}{self.colon}{post.person}" for post in one.posts)
            what = f"{self.act(one.row)} ({self.records(one.records[:3])})"
            rows.append((str(one.row.seq), self.when(one.row.at), what, self.who(one.row.label), posts))
        columns = (N_("Audit no."), N_("When"), N_("What"), N_("By whom"), N_("Posts held at the unit that day"))
        return Part(columns=tuple(self.word(one) for one in columns), rows=tuple(rows))

    def act(self, row: AuditRow) -> str:
        return self.say(act_label(row.kind, row.act))

    def chain(self) -> Part:
        columns = (N_("Person"), N_("Post that day"), N_("Day"), N_("Class"), N_("Duty"), N_("Reason"))
        rows = (
            (one.person, self.say(one.post), day_text(one.day, self.language),
             self.word(Responsibility(one.responsibility).label), one.duty, one.reason)
            for one in self.case.chain
        )  # fmt: skip
        return Part(columns=tuple(self.word(one) for one in columns), rows=tuple(rows))

    def causes(self) -> Part:
        case = self.case
        conduct = self.word(Conduct(case.conduct).label) if case.conduct else ""
        return Part(facts=self.facts((N_("Causes"), case.causes), (N_("How the duty was failed"), conduct)))

    def circumstances(self) -> Part:
        case = self.case
        names = {one.id: f"{one.person}, {self.say(one.post)}" for one in case.chain}
        columns = (N_("Kind"), N_("Whose part it concerns"), N_("What speaks for or against them"), N_("Proved by"))
        rows = (
            (self.word(CircumstanceKind(one.kind).label),
             names.get(one.responsible_id or 0, self.word(N_("The unit itself"))), one.statement,
             self.records(one.evidence))
            for one in case.circumstances
        )  # fmt: skip
        return Part(
            paragraphs=(case.exempting,) if case.exempting else (), rows=tuple(rows),
            columns=tuple(self.word(one) for one in columns),
        )  # fmt: skip

    def hearing(self) -> Part:
        case = self.case
        columns = (N_("No."), N_("What the unit said"), N_("Answer"))
        return Part(
            facts=self.facts(
                (N_("What is alleged"), case.allegations),
                (N_("Notice available to the unit"), self.when(case.notice_at)),
                (N_("Notice received"), self.when(queries.notice_served_at(self.session, case))),
                (N_("Replied"), self.when(case.replied_at)),
            ),
            columns=tuple(self.word(one) for one in columns),
            rows=tuple((str(one.number), one.statement, one.answer) for one in case.points),
        )  # fmt: skip

    def report(self) -> Part:
        case = self.case
        columns = (N_("Investigator"), N_("Declaration"), N_("Dissent from the report"))
        rows = (
            (self.person(f"person:{one.person_id}"), one.aside_why or self.word(one.declaration), one.dissent)
            for one in case.investigators
        )
        return Part(
            facts=self.facts(
                (N_("Report filed"), self.when(case.reported_at)), (N_("By whom"), self.person(case.reported_by)),
                (N_("Proposal"), case.proposal),
            ),
            columns=tuple(self.word(one) for one in columns), rows=tuple(rows),
        )  # fmt: skip

    def law(self) -> Part:
        case = self.case
        declared = [one for one in case.declarations if one.part == PartOf.LEGAL_REVIEWER]
        return Part(
            facts=self.facts(
                (N_("Legal reviewer"), self.person(case.reviewed_by)), (N_("Reviewed on"), self.when(case.reviewed_at)),
                (N_("Opinion"), case.legal_opinion),
                (N_("Declaration"), "; ".join(self.word(one.text) for one in declared)),
            )
        )  # fmt: skip

    def decision(self) -> Part:
        case = self.case
        declared = {one.person_id: self.word(one.text) for one in case.declarations if one.part == PartOf.DECIDER}
        rows = [
            (str(motion.number), self.who(vote.label), self.word(Ballot(vote.ballot).label), vote.reason,
             declared.get(vote.person_id, ""))
            for motion in case.motions
            for vote in motion.votes
        ]  # fmt: skip
        columns = (N_("Motion"), N_("Member of the deciding body"), N_("Vote"), N_("Reason"), N_("Declaration"))
        return Part(
            facts=self.facts(
                (N_("Decision"), self.word(Outcome(case.outcome).label) if case.outcome else ""),
                (N_("Decided on"), self.when(case.decided_at)), (N_("Wording, with its reasons"), case.decision),
                (N_("Competent organ"), case.organ),
            ),
            items=tuple(self.motion(one) for one in case.motions), rows=tuple(rows),
            columns=tuple(self.word(one) for one in columns),
        )  # fmt: skip

    def motion(self, one: Motion) -> str:
        counts = ", ".join(f"{self.word(ballot.label)} {one.count(ballot)}" for ballot in Ballot)
        became = {"carried": N_("carried"), "lost": N_("lost"), "open": N_("being voted on")}
        state = self.word(became[one.fate])
        return f"{self.word(Outcome(one.outcome).label)} · {self.who(one.moved_label)} · {counts} · {state}"

    def service(self) -> Part:
        case = self.case
        circulation = self.word(Circulation(case.circulation).label) if case.outcome else ""
        told = queries.told_by_circular(self.session, case)
        units = sum(len(some) for some in told.values())
        return Part(
            facts=self.facts(
                (N_("Decision available to the unit"), self.when(case.served_at)),
                (N_("Decision received"), self.when(queries.decision_served_at(self.session, case))),
                (N_("In what range it is told"), circulation),
                (N_("Where else it is told"), case.publicity), (N_("Circulated on"), self.when(case.circulated_at)),
                (N_("Units told"), str(units) if units else ""), (N_("What others are told:"), case.circular),
            )
        )  # fmt: skip

    def review(self) -> Part:
        """Remedies asked for against the decision, and what became of each."""
        rows = tuple(
            (one.number, self.when(one.lodged_at), one.ground, self.say(OBJECTION.word(one.state)),
             self.when(one.decided_at))
            for one in objections.against(self.session, queries.KIND, self.case.id)
        )  # fmt: skip
        columns = (N_("Number"), N_("Lodged"), N_("Ground"), N_("State"), N_("Decided"))
        until = self.when(queries.appeal_until(self.session, self.case))
        return Part(
            facts=self.facts((N_("A review may be asked for until"), until)), rows=rows,
            columns=tuple(self.word(one) for one in columns),
        )  # fmt: skip

    def execution(self) -> Part:
        case = self.case
        talks = queries.interviews_of(self.session, case.id)
        return Part(
            facts=self.facts(
                (N_("To be carried out by"), day_text(case.execute_by, self.language) if case.execute_by else ""),
                (N_("Written inspection"), case.inspection), (N_("The organ answered"), case.organ_answer),
                (N_("Carried out"), case.execution), (N_("Carried out on"), self.when(case.executed_at)),
                (N_("Effect until"), day_text(case.effect_until, self.language) if case.effect_until else ""),
                (N_("Revoked on"), self.when(case.revoked_at)), (N_("Sealed on"), self.when(case.sealed_at)),
            ),
            items=tuple(f"{talk.number}: {self.when(talk.held_at)} {talk.minutes}" for talk in talks if talk.minutes),
        )  # fmt: skip

    def readings(self) -> Part:
        columns = (N_("Audit no."), N_("When"), N_("Who"), N_("What"), N_("Reason"))
        rows = (
            (str(row.seq), self.when(row.at), row.label, self.act(row), row.reason)
            for row in queries.readings(self.session, self.case)
        )
        return Part(columns=tuple(self.word(one) for one in columns), rows=tuple(rows))

"""The forms of cases and interviews, and how what is typed becomes a service's facts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session
from wtforms import DateField, DateTimeLocalField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from assessment.accountability import queries
from assessment.accountability.models import Case, Conduct, Interview, Outcome, Responsibility
from assessment.faces.web.kit import Form, current_session, kind_word, label, now, options, stripped, viewer
from assessment.foundation.i18n import N_, Bilingual, local_day, reading_zone
from assessment.organisations.duties import Duty
from assessment.organisations.queries import people_holding, posts_held, unit_views

LONG = Length(max=8000)
SAY = N_("Fill this in.")
UNTIED_HINT = N_("Left empty, it says: I have no interest in this matter and no tie to those concerned.")


def today() -> date:
    return local_day(now())


def moment(field: Any) -> datetime:
    """What was typed as a time of day is one in the zone of those who read it."""
    typed: datetime = field.data
    return typed.replace(tzinfo=reading_zone()).astimezone(UTC)


def unit_choices(duties: Iterable[str], only: int | None = None) -> Any:
    reach = frozenset().union(*(viewer().unit_ids_for(duty) for duty in duties))
    units = unit_views(current_session(), reach if only is None else reach & {only}, today())
    return options((unit.id, unit.name) for unit in sorted(units.values(), key=lambda one: one.code))


def records(text: str) -> list[tuple[str, str]]:
    """``task 12`` a line; raises ``ValueError`` for anything else."""
    found = []
    for line in text.splitlines():
        if line.strip():
            named = re.fullmatch(r"([a-z_]{2,40})[ :/#]+([0-9]{1,12})", line.strip())
            if named is None:
                raise ValueError(line.strip()[:60])
            found.append((named[1], named[2]))
    return found


class Proved(Form):
    """A form with a field of records."""

    def validate_evidence(self, field: Any) -> None:
        try:
            records(field.data or "")
        except ValueError:
            raise ValidationError(N_("Write a record a line by its kind and number, such as “task 12”.")) from None


class PromptForm(Form):
    unit_id = SelectField(N_("Unit"), coerce=int, choices=[])
    title_zh = StringField(N_("Matter, in Chinese"), [DataRequired(SAY), Length(max=200)], [stripped])
    title_en = StringField(N_("Matter, in English"), [Length(max=200)], [stripped])
    origin = StringField(
        N_("The record that it is about"), [DataRequired(SAY)], [stripped],
        description=N_("By its kind and number, such as “task 12”."),
    )  # fmt: skip

    def validate_origin(self, field: Any) -> None:
        try:
            if len(records(field.data)) == 1:
                return
        except ValueError:
            pass
        raise ValidationError(N_("Write a record a line by its kind and number, such as “task 12”."))

    def record(self) -> tuple[str, str]:
        return records(self.origin.data)[0]


class CallForm(Form):
    unit_id = SelectField(N_("Unit"), coerce=int, choices=[])
    takes_place_at = DateTimeLocalField(N_("Takes place"), [DataRequired(N_("Say when."))])
    place = StringField(N_("Place"), [DataRequired(SAY), Length(max=200)], [stripped])
    reason = TextAreaField(N_("Reason"), [DataRequired(N_("Say why.")), LONG])


class SettleForm(Form):
    takes_place_at = DateTimeLocalField(N_("Takes place"), [DataRequired(N_("Say when."))])
    place = StringField(N_("Place"), [DataRequired(SAY), Length(max=200)], [stripped])
    reason = TextAreaField(N_("Reason"), [DataRequired(N_("Say why.")), LONG])

    def told(self) -> dict[str, Any]:
        return {"takes_place_at": moment(self.takes_place_at), "place": self.place.data}


class OpenForm(Form):
    authority = StringField(N_("Authority"), [DataRequired(SAY), Length(max=200)], [stripped])
    ground = TextAreaField(
        N_("Ground"), [DataRequired(SAY), LONG], description=N_("The article, and what is suspected to have happened.")
    )
    investigators = SelectMultipleField(
        N_("Investigators, two at least"), coerce=int, choices=[], widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )  # fmt: skip

    declaration = TextAreaField(N_("Declaration"), [LONG], description=UNTIED_HINT)

    def fill(self, session: Session, case: Case) -> None:
        people = people_holding(session, Duty.INVESTIGATE, case.unit_id, today())
        self.investigators.choices = options((one.person_id, Bilingual(one.label, one.label)) for one in people)


class DeclareForm(Form):
    declaration = TextAreaField(N_("Declaration"), [LONG], description=UNTIED_HINT)


class NoticeForm(Form):
    allegations = TextAreaField(
        N_("What is alleged, and on what ground"), [DataRequired(SAY), LONG],
        description=N_("The unit reads exactly this. No names of persons."),
    )  # fmt: skip


class ReplyForm(Form):
    points = TextAreaField(
        N_("Your reply"), [DataRequired(SAY), Length(max=20000)],
        description=N_("Leave an empty line between two points; each is answered by itself."),
    )  # fmt: skip

    def told(self) -> dict[str, Any]:
        return {"points": re.split(r"\r?\n\s*\r?\n", self.points.data)}


class FactForm(Proved):
    happened_on = DateField(N_("Happened on"), [DataRequired(N_("Say on which day."))])
    statement = TextAreaField(N_("What happened"), [DataRequired(SAY), LONG])
    evidence = TextAreaField(
        N_("Proved by"), [DataRequired(SAY), LONG],
        description=N_(
            "One record a line by its kind and number, such as “task 12”. A score proves nothing that happened."
        ),
    )  # fmt: skip

    def fill(self, session: Session, case: Case) -> None:
        if not self.is_submitted() and case.origin_kind not in queries.ONLY_SCORES:
            self.evidence.data = f"{case.origin_kind} {case.origin_id}"

    def told(self) -> dict[str, Any]:
        return {
            "happened_on": self.happened_on.data,
            "statement": self.statement.data,
            "evidence": records(self.evidence.data),
        }


class StrikeForm(Form):
    number = SelectField(N_("Finding of fact"), coerce=int, choices=[])
    reason = TextAreaField(N_("Reason"), [DataRequired(N_("Say why.")), LONG])

    def fill(self, session: Session, case: Case) -> None:
        shown = ((one.number, f"{one.number}. {one.statement[:60]}") for one in case.standing_facts)
        self.number.choices = options((number, Bilingual(text, text)) for number, text in shown)


class ResponsibleForm(Form):
    person_id = SelectField(N_("Person, by the posts held at the unit"), coerce=int, choices=[])
    day = DateField(N_("Held the post on"), [DataRequired(N_("Say on which day."))])
    responsibility = SelectField(N_("Responsibility"), choices=[])
    duty = TextAreaField(N_("Duty of the post, as the letter or rule words it"), [DataRequired(SAY), LONG])
    why = TextAreaField(N_("What makes this person responsible"), [DataRequired(SAY), LONG])

    def fill(self, session: Session, case: Case) -> None:
        days = {today(), *(fact.happened_on for fact in case.standing_facts)}
        held = {post.person_id: post for day in sorted(days) for post in posts_held(session, case.unit_id, day)}
        self.person_id.choices = options(
            (one.person_id, Bilingual(f"{one.person}，{one.title.zh}", f"{one.person}, {one.title.en}"))
            for one in held.values()
        )
        self.responsibility.choices = options((one.value, one.label) for one in Responsibility)
        if not self.is_submitted() and case.standing_facts:
            self.day.data = case.standing_facts[0].happened_on

    def told(self) -> dict[str, Any]:
        return {
            "person_id": self.person_id.data,
            "day": self.day.data,
            "responsibility": Responsibility(self.responsibility.data),
            "duty": self.duty.data,
            "reason": self.why.data,
        }


class AnswerForm(Form):
    number = SelectField(N_("Point of the reply"), coerce=int, choices=[])
    answer = TextAreaField(N_("Answer, with its reason"), [DataRequired(SAY), LONG])

    def fill(self, session: Session, case: Case) -> None:
        points = sorted(case.points, key=lambda one: (bool(one.answer), one.number))
        shown = ((one.number, f"{one.number}. {one.statement[:80]}") for one in points)
        self.number.choices = options((number, Bilingual(text, text)) for number, text in shown)


class InspectionForm(Form):
    text = TextAreaField(
        N_("Written inspection"), [DataRequired(SAY), Length(max=20000)],
        description=N_("What went wrong, why, and what is done about it."),
    )  # fmt: skip


class AppointForm(Form):
    person_id = SelectField(N_("Investigator"), coerce=int, choices=[])

    def fill(self, session: Session, case: Case) -> None:
        known = {one.person_id for one in case.investigators}
        people = people_holding(session, Duty.INVESTIGATE, case.unit_id, today())
        free = [one for one in people if one.person_id not in known]
        self.person_id.choices = options((one.person_id, Bilingual(one.label, one.label)) for one in free)


class OrganForm(Form):
    answer = TextAreaField(N_("What the organ answered"), [DataRequired(SAY), LONG])


class HowForm(Form):
    how = TextAreaField(N_("How it was carried out"), [DataRequired(SAY), LONG])


class MinutesForm(Form):
    minutes = TextAreaField(N_("Minutes"), [DataRequired(SAY), Length(max=20000)], description=N_(
        "Questions, explanations, requirements, statements; who was present by their posts."
    ))  # fmt: skip


class CommitmentForm(Form):
    text = TextAreaField(N_("What the unit undertook"), [DataRequired(SAY), LONG])
    due_on = DateField(N_("To be done by"), [DataRequired(N_("Say on which day."))])


class FulfilForm(Form):
    number = SelectField(N_("Commitment"), coerce=int, choices=[])
    how = TextAreaField(N_("How it was done"), [DataRequired(SAY), LONG])

    def fill(self, session: Session, talk: Interview) -> None:
        shown = ((one.number, f"{one.number}. {one.text[:80]}") for one in talk.commitments if one.done_at is None)
        self.number.choices = options((number, Bilingual(text, text)) for number, text in shown)


def words(case: Case) -> dict[str, Any]:
    """The words of a case's own lists, for its page."""
    return {
        "outcome": label(Outcome(case.outcome).label) if case.outcome else "",
        "conduct": label(Conduct(case.conduct).label) if case.conduct else "",
        "responsibility": lambda link: label(Responsibility(link.responsibility).label),
        "outcomes": [label(one.label) for one in Outcome],
        "kind_of_record": lambda kind: label(kind_word(kind)),
    }

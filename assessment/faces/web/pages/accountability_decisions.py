"""The forms of what leads to a decision: circumstances, the report, its review, the motion and the vote."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session
from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from assessment.accountability.models import Ballot, Case, Circulation, CircumstanceKind, Conduct, Outcome
from assessment.accountability.norms import norms_of
from assessment.faces.web.kit import Form, options, stripped
from assessment.faces.web.pages.accountability_forms import LONG, SAY, UNTIED_HINT, Proved, records
from assessment.foundation.i18n import N_, Bilingual

UNIT_ITSELF = N_("The unit itself")


class CircumstanceForm(Proved):
    kind = SelectField(N_("What it does"), choices=options((one.value, one.label) for one in CircumstanceKind))
    responsible_id = SelectField(N_("Whose part it concerns"), coerce=int, choices=[])
    statement = TextAreaField(N_("What speaks for or against them"), [DataRequired(SAY), LONG])
    evidence = TextAreaField(
        N_("Proved by"), [DataRequired(SAY), LONG],
        description=N_("One record a line by its kind and number, such as “task 12”."),
    )  # fmt: skip

    def fill(self, session: Session, case: Case) -> None:
        chain = [
            (one.id, Bilingual(f"{one.person}，{one.post.zh}", f"{one.person}, {one.post.en}")) for one in case.chain
        ]
        self.responsible_id.choices = options([(0, UNIT_ITSELF), *chain])

    def told(self) -> dict[str, Any]:
        return {
            "kind": CircumstanceKind(self.kind.data),
            "responsible_id": self.responsible_id.data or None,
            "statement": self.statement.data,
            "evidence": records(self.evidence.data),
        }


class ReportForm(Form):
    norms = SelectMultipleField(
        N_("In force on the days of the facts"), choices=[], widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=N_("Read from the periods and letters that cover these days; choose what was breached."),
    )  # fmt: skip
    norm = TextAreaField(N_("The norm in force at the time"), [DataRequired(SAY), LONG], description=N_(
        "The article or target, in its words of that time."
    ))  # fmt: skip
    causes = TextAreaField(N_("Causes"), [DataRequired(SAY), LONG])
    conduct = SelectField(N_("How the duty was failed"), choices=options((one.value, one.label) for one in Conduct))
    exempting = TextAreaField(N_("What excuses, mitigates or aggravates"), [LONG])
    proposal = TextAreaField(N_("Proposal"), [DataRequired(SAY), LONG])

    def fill(self, session: Session, case: Case) -> None:
        there = norms_of(session, case)
        self.norms.choices = options((f"{one.kind}:{one.id}", one.name) for one in there)
        if not self.is_submitted():
            self.norms.data = [f"{one.kind}:{one.id}" for one in there]

    def told(self) -> dict[str, Any]:
        norms = [tuple(one.split(":", 1)) for one in self.norms.data or ()]
        return {
            **self.facts(), "norms": norms, "conduct": Conduct(self.conduct.data),
            "exempting": self.exempting.data or "",
        }  # fmt: skip


class ReviewForm(Form):
    opinion = TextAreaField(
        N_("Opinion"), [DataRequired(SAY), LONG], description=N_("Procedure, competence, evidence, law, proportion.")
    )
    declaration = TextAreaField(N_("Declaration"), [LONG], description=UNTIED_HINT)


class MoveForm(Form):
    outcome = SelectField(N_("Decision"), choices=options((one.value, one.label) for one in Outcome))
    decision = TextAreaField(N_("Wording, with its reasons"), [DataRequired(SAY), LONG])
    circulation = SelectField(
        N_("In what range it is told"), choices=options((one.value, one.label) for one in Circulation)
    )
    circular = TextAreaField(
        N_("What others are told, for a circulated criticism"), [LONG], description=N_("No names of persons.")
    )
    publicity = StringField(N_("Where else it is told"), [Length(max=400)], [stripped])
    organ = StringField(N_("Competent organ, for a proposal"), [Length(max=200)], [stripped])
    execute_by = DateField(N_("To be carried out by"), [Optional()])
    effect_until = DateField(N_("Effect until"), [Optional()])

    def told(self) -> dict[str, Any]:
        return {
            **self.facts(), "outcome": Outcome(self.outcome.data), "circulation": Circulation(self.circulation.data),
            "circular": self.circular.data or "",
        }  # fmt: skip


class VoteForm(Form):
    ballot = RadioField(
        N_("Your vote"), [DataRequired(SAY)], choices=options((one.value, one.label) for one in Ballot)
    )
    why = TextAreaField(
        N_("Reason"), [LONG], description=N_("Needed for a vote against; your dissent stays with the case.")
    )
    declaration = TextAreaField(N_("Declaration"), [LONG], description=UNTIED_HINT)

    def told(self) -> dict[str, Any]:
        return {
            "ballot": Ballot(self.ballot.data), "reason": self.why.data or "",
            "declaration": self.declaration.data or "",
        }  # fmt: skip

    def take_over(self, refusal: Any) -> None:
        """The service calls ``reason`` what this form, whose act's reason is another thing, calls ``why``."""
        super().take_over(refusal)
        if "reason" in refusal.fields:
            self.why.errors = [refusal.fields["reason"]]

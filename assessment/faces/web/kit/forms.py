"""Forms: WTForms in the reader's language, with the token, the record's version, and errors tied to their fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectChoice, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from assessment.faces.web.kit import words
from assessment.foundation.errors import Refusal
from assessment.foundation.i18n import N_, Sentence, said, translate

OURS = ("csrf_token", "version", "reason", "submit")


class _OurWords:
    """WTForms' own messages through our catalogue."""

    def gettext(self, message: str) -> str:
        return words.label(message)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return words.label(one if n == 1 else many)


class Form(FlaskForm):
    """Every form's base. Labels are marked with ``N_`` and translated where they are shown."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, form: FlaskForm) -> _OurWords:
            return _OurWords()

    version = HiddenField()

    def facts(self) -> dict[str, Any]:
        """What was entered, by field; what the service is called with."""
        return {name: _fact(field) for name, field in self._fields.items() if name not in OURS}

    def take_over(self, refusal: Refusal) -> None:
        """Show a service's refusal at the fields it names."""
        put_errors(self, refusal.fields)

    def fields_shown(self) -> list[Field]:
        return [field for name, field in self._fields.items() if name not in ("csrf_token", "version")]


def _fact(field: Field) -> Any:
    """A text field that was not sent at all holds no text, as if it had been sent empty."""
    return "" if field.data is None and isinstance(field, StringField) else field.data


@dataclass(frozen=True)
class Said:
    """A choice's words, said when the page is drawn: a form's class is made before anybody knows the reader."""

    fact: Any

    def __str__(self) -> str:
        return self.in_language(words.language())

    def in_language(self, language: str) -> str:
        return translate(self.fact, language) if isinstance(self.fact, str) else said(self.fact, language)


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Choices for a ``SelectField`` or ``RadioField``: ``options([("yes", N_("Yes")), (unit.id, unit.name)])``."""
    return [SelectChoice(str(value), Said(word)) for value, word in pairs]  # type: ignore[arg-type]


class ReasonForm(Form):
    """For an act that needs no more than its reason."""

    reason = TextAreaField(N_("Reason"), [DataRequired(N_("Say why.")), Length(max=4000)])


class NoForm(Form):
    """For an act that needs nothing but a yes."""


def put_errors(form: FlaskForm, fields: Mapping[str, Sentence]) -> None:
    for name, sentence in fields.items():
        if name in form._fields:
            field = form[name]
            field.errors = [*field.errors, sentence]


def stripped(text: str | None) -> str:
    """A filter for text fields: no blanks around what was typed."""
    return (text or "").strip()

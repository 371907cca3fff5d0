"""What people write in a bulletin, and what a leader had before his eyes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import request
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from assessment.bulletins.models import Bulletin
from assessment.faces.web.kit import Form, stripped
from assessment.faces.web.pages.bulletins import LANGUAGES
from assessment.foundation.errors import Invalid
from assessment.foundation.i18n import N_, Bilingual, say


class EditForm(Form):
    """What people write; one paragraph or entry a line, in both languages line by line."""

    title_zh = StringField(
        N_("Title, Chinese"), [DataRequired(N_("Write a title.")), Length(max=200)], filters=[stripped]
    )
    title_en = StringField(
        N_("Title, English"), [DataRequired(N_("Write a title.")), Length(max=200)], filters=[stripped]
    )
    overall_zh = TextAreaField(N_("Overall results, Chinese"), filters=[stripped])
    overall_en = TextAreaField(N_("Overall results, English"), filters=[stripped])
    problems_zh = TextAreaField(
        N_("Problems, Chinese"), description=N_("One a line: unit | what is found."), filters=[stripped]
    )
    problems_en = TextAreaField(
        N_("Problems, English"), description=N_("One a line: unit | what is found."), filters=[stripped]
    )
    requirements_zh = TextAreaField(
        N_("Required actions, Chinese"), description=N_("One a line: action | who | 2012-11-30."), filters=[stripped]
    )
    requirements_en = TextAreaField(
        N_("Required actions, English"), description=N_("One a line: action | who | 2012-11-30."), filters=[stripped]
    )
    addressees_zh = StringField(N_("Addressees, Chinese"), [Length(max=400)], filters=[stripped])
    addressees_en = StringField(N_("Addressees, English"), [Length(max=400)], filters=[stripped])
    copies_zh = StringField(N_("Copies to, Chinese"), [Length(max=400)], filters=[stripped])
    copies_en = StringField(N_("Copies to, English"), [Length(max=400)], filters=[stripped])

    def fill(self, bulletin: Bulletin) -> None:
        if request.method != "GET":
            return
        sections = bulletin.sections
        self.title_zh.data, self.title_en.data = bulletin.title_zh, bulletin.title_en
        for tongue in LANGUAGES:
            self[f"overall_{tongue}"].data = "\n".join(sections.get("overall", {}).get(tongue, ()))
            self[f"problems_{tongue}"].data = "\n".join(
                f"{one['unit'][tongue]} | {one['text'][tongue]}" for one in sections.get("problems", ())
            )
            self[f"requirements_{tongue}"].data = "\n".join(
                " | ".join(
                    part for part in (one["text"][tongue], one["owner"].get(tongue, ""), one["due"] or "") if part
                )
                for one in sections.get("requirements", ())
            )
            for name in ("addressees", "copies"):
                self[f"{name}_{tongue}"].data = sections.get(name, {}).get(tongue, "")

    def facts(self) -> dict[str, Any]:
        return {
            "title": Bilingual(self.title_zh.data, self.title_en.data),
            "sections": {
                "overall": {tongue: lines(self[f"overall_{tongue}"].data) for tongue in LANGUAGES},
                "problems": list(self._problems()),
                "requirements": list(self._requirements()),
                **{
                    name: {tongue: self[f"{name}_{tongue}"].data or "" for tongue in LANGUAGES}
                    for name in ("addressees", "copies")
                },
            },
        }

    def _problems(self) -> Iterator[dict[str, Any]]:
        for zh, en in self._pairs("problems"):
            chinese, english = parts(zh, 2), parts(en, 2)
            yield {
                "unit": {"zh": chinese[0], "en": english[0]}, "text": {"zh": chinese[1], "en": english[1]}, "cites": [],
            }  # fmt: skip

    def _requirements(self) -> Iterator[dict[str, Any]]:
        for zh, en in self._pairs("requirements"):
            chinese, english = parts(zh, 3), parts(en, 3)
            due = next(
                (found for found in map(day_of, (chinese[2], english[2], chinese[1], english[1])) if found), None
            )
            owners = ["" if day_of(one) else one for one in (chinese[1], english[1])]
            yield {
                "text": {"zh": chinese[0], "en": english[0]}, "owner": {"zh": owners[0], "en": owners[1]}, "due": due,
            }  # fmt: skip

    def _pairs(self, name: str) -> list[tuple[str, str]]:
        chinese, english = lines(self[f"{name}_zh"].data), lines(self[f"{name}_en"].data)
        if len(chinese) != len(english):
            wrong = say("Both languages have the same number of lines; yours have {zh} and {en}.",
                        zh=len(chinese), en=len(english))  # fmt: skip
            raise Invalid(wrong, fields={f"{name}_en": wrong})
        return list(zip(chinese, english, strict=True))


def lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def parts(line: str, count: int) -> list[str]:
    """``a | b`` as so many parts, the missing ones empty; the bar may be a full-width one."""
    found = [part.strip() for part in line.replace("｜", "|").split("|")]
    return [*found[: count - 1], " ".join(found[count - 1 :]), *[""] * count][:count]


def day_of(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


class ApproveForm(Form):
    """The hashes of the two documents that were before the leader's eyes."""

    seen_zh = HiddenField()
    seen_en = HiddenField()

    def fill(self, bulletin: Bulletin) -> None:
        if request.method == "GET":
            self.seen_zh.data, self.seen_en.data = bulletin.body_zh, bulletin.body_en

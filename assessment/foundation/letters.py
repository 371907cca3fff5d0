"""What a mail says: a greeting, paragraphs, and things each with the page where it can be done; plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assessment.foundation.i18n import InLanguages, say

Record = tuple[str, object]
_PAGE = re.compile(r"^  page:([a-z_]+/[^\s/]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Line:
    """One thing, and the record whose page it is done on."""

    said: InLanguages
    record: Record | None = None

    def in_language(self, language: str) -> str:
        return self.said.in_language(language) + (_page(self.record) if self.record else "")


@dataclass(frozen=True)
class Things:
    """A heading and what stands under it, line by line."""

    heading: InLanguages
    lines: tuple[Line, ...]

    def in_language(self, language: str) -> str:
        lines = (f"- {line.in_language(language)}" for line in self.lines)
        return "\n".join([self.heading.in_language(language), *lines])


def _page(record: Record) -> str:
    """A record's page on a line of its own; the address of the installation is put before it when the mail is sent,
    because until then it may have moved."""
    return f"\n  page:{record[0]}/{record[1]}"


def with_addresses(body: str, url: str) -> str:
    """The text with every page's whole address; ``/go`` leads on to where such a record is shown today."""
    return _PAGE.sub(lambda found: f"  {url}/go/{found[1]}", body)


def written(
    to: str, name: str, language: str, person_id: int, subject: InLanguages, parts: Iterable[InLanguages]
) -> dict[str, str]:
    """The message as the outbox takes it, in its reader's language."""
    tongue = language or "zh"
    greeting = say("Dear {name},", name=name)
    return {
        "to": to, "person": str(person_id), "subject": subject.in_language(tongue),
        "body": "\n\n".join(part.in_language(tongue) for part in (greeting, *parts)) + "\n",
    }  # fmt: skip


def signature(url: str) -> str:
    """What stands under every mail: who wrote it, and where all of it can be done."""
    return f"-- \nFive Measures\n{url}/\n"

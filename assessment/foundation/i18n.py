"""Words below the faces: sentences in English, kept apart from their facts, said in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from babel.messages.pofile import read_po

LANGUAGES = ("zh", "en")
CATALOGUES = Path(__file__).parent.parent / "translations"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a label for translation; it is translated where it is shown."""
    return message


@runtime_checkable
class InLanguages(Protocol):
    """Anything that can say itself in a language: a unit's name, a scheme's title, a sentence."""

    def in_language(self, language: str) -> str: ...


@dataclass(frozen=True)
class Bilingual:
    """A name that exists in both languages, such as a place's or an indicator's."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


@dataclass(frozen=True)
class Sentence:
    """An English sentence and the facts in it; empty means "nothing stands against it"."""

    message: str
    facts: MappingProxyType[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __bool__(self) -> bool:
        return bool(self.message)

    def in_language(self, language: str) -> str:
        return translate(self.message, language, **self.facts)

    def __str__(self) -> str:
        return self.in_language("en")


NOTHING = Sentence("")


@dataclass(frozen=True)
class Label:
    """A label marked with ``N_`` elsewhere, used inside a sentence."""

    message: str

    def in_language(self, language: str) -> str:
        return translate(self.message, language)


@dataclass(frozen=True)
class Word:
    """A word that means different things in different places: ``Word("task", "closed")`` is 销号."""

    context: str
    message: str

    def in_language(self, language: str) -> str:
        return translate_in(self.context, self.message, language)


def say(message: str, /, **facts: Any) -> Sentence:
    """A sentence for a reader: ``say("Due on {day}.", day=date(2012, 11, 14))``."""
    return Sentence(message, MappingProxyType(facts))


@lru_cache
def catalogue(language: str) -> dict[tuple[str, str], str]:
    """All messages of a language as (context, English) -> translation; every room keeps its own file."""
    found: dict[tuple[str, str], str] = {}
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and isinstance(message.id, str) and message.string:
                    found[(message.context or "", message.id)] = str(message.string)
    return found


def translate(message: str, language: str, /, **facts: Any) -> str:
    """The message in a language with its facts filled in, each written as that language writes it."""
    return translate_in("", message, language, **facts)


def translate_in(context: str, message: str, language: str, /, **facts: Any) -> str:
    """As ``translate``, for a word that means different things in different places."""
    text = message
    if language != "en":
        words = catalogue(language)
        text = words.get((context, message)) or words.get(("", message)) or message
    return text.format(**{name: said(fact, language) for name, fact in facts.items()}) if facts else text


def said(fact: Any, language: str) -> str:
    """One fact as the language writes it: dates, moments, exact numbers, names, lists, sentences."""
    if isinstance(fact, str):
        return fact
    in_language = getattr(fact, "in_language", None)  # isinstance on a protocol takes fifty times as long
    if in_language is not None:
        return str(in_language(language))
    if isinstance(fact, datetime):
        return moment_text(fact, language)
    if isinstance(fact, date):
        return day_text(fact, language)
    if isinstance(fact, Decimal):
        return number_text(fact)
    if isinstance(fact, (list, tuple)):
        return join(fact, language)
    return str(fact)


def join(parts: Iterable[Any], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(said(part, language) for part in parts)


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(day: date, language: str) -> str:
    """``20 Nov 2012`` or ``2012年11月20日``: no leading zeros."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def moment_text(moment: datetime, language: str, zone: tzinfo | None = None) -> str:
    """A moment in the zone of those who read it, to the minute."""
    here = moment.astimezone(zone or reading_zone())
    return (
        f"{day_text(here.date(), language)} {here:%H:%M}"
        if language == "zh"
        else f"{day_text(here.date(), language)}, {here:%H:%M}"
    )


@dataclass(frozen=True)
class InZone:
    """A moment by the clocks of a place, which it names: ``30 Nov 2012, 23:59 (Europe/Berlin, UTC+01)``."""

    moment: datetime
    zone: str
    is_named: bool = True

    def in_language(self, language: str) -> str:
        there = ZoneInfo(self.zone)
        text = moment_text(self.moment, language, there)
        if not self.is_named:
            return text
        offset = self.moment.astimezone(there).strftime("%z")
        hours = f"UTC{offset[:3]}" if offset.endswith("00") else f"UTC{offset[:3]}:{offset[3:]}"
        return f"{text}（{self.zone}，{hours}）" if language == "zh" else f"{text} ({self.zone}, {hours})"


def number_text(number: Decimal | int) -> str:
    """Grouped by thousands, a true minus sign: ``66,974``, ``−4.18``."""
    return (
        f"{number:,f}".replace("-", "\u2212") if isinstance(number, Decimal) else f"{number:,}".replace("-", "\u2212")
    )


_zone: list[ZoneInfo] = [ZoneInfo("Asia/Shanghai")]


def reading_zone() -> ZoneInfo:
    """The zone in which moments are read out; one an installation."""
    return _zone[0]


def local_day(moment: datetime) -> date:
    """The day that a moment lies in for those who read it; its own ``date()`` is the day in Greenwich."""
    return moment.astimezone(reading_zone()).date()


def set_reading_zone(name: str) -> None:
    _zone[0] = ZoneInfo(name)

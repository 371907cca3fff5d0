"""Words on a page: the reader's language, and how facts are written in it."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, g, request
from markupsafe import Markup, escape

from assessment.foundation import i18n
from assessment.foundation.i18n import LANGUAGES
from assessment.organisations.officers import label_in

COOKIE = "language"
TAGS = {"zh": "zh-Hans", "en": "en"}
OWN_NAMES = {"zh": "中文", "en": "English"}
DAYS = {"en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "zh": ("一", "二", "三", "四", "五", "六", "日")}
NUMBERS_EN = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def choose_language(default: str, own: str = "") -> str:
    """Chosen in this browser, else the person's own, else what the browser asks for, else the installation's."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    if own in LANGUAGES:
        return own
    return request.accept_languages.best_match(LANGUAGES) or default


def language() -> str:
    return str(g.get("language", "zh"))


def _(message: str, /, **facts: Any) -> str:
    """The message for this reader. Facts that are markup (links) stay markup; the page escapes all else."""
    return _filled(i18n.translate(message, language()), facts)


def pgettext(context: str, message: str, /, **facts: Any) -> str:
    return _filled(i18n.translate_in(context, message, language()), facts)


def ngettext(one: str, many: str, n: int, /, **facts: Any) -> str:
    """``ngettext("{n} task", "{n} tasks", n)``. Chinese has one form: it is the translation of the first."""
    message = one if n == 1 or language() != "en" else many
    return _filled(i18n.translate(message, language()), {"n": n, **facts})


def _filled(text: str, facts: dict[str, Any]) -> str:
    if not facts:
        return text
    words = {name: fact if hasattr(fact, "__html__") else said(fact) for name, fact in facts.items()}
    if any(hasattr(word, "__html__") for word in words.values()):
        return Markup(text).format(**words)  # noqa: S704 - the text is ours; Markup.format escapes what is not
    return text.format(**words)


def said(fact: Any) -> str:
    """Any fact in the reader's language; a plain ``str`` marked with ``N_`` goes through ``_`` instead."""
    return "" if fact is None else i18n.said(fact, language())


def label(message: Any) -> str:
    """A label that was marked with ``N_`` where it was written, or anything else that can say itself."""
    return i18n.translate(message, language()) if isinstance(message, str) else said(message)


_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN = re.compile(r"[A-Za-z]{2}")


def language_of(text: str) -> str:
    """The language in which somebody typed: Chinese where there is a Chinese character, English where there are Latin
    words only, "" where there are neither (figures, codes)."""
    if _HAN.search(text):
        return "zh"
    return "en" if _LATIN.search(text) else ""


def typed(text: Any) -> Markup:
    """What people typed, marked with its language where that is not the page's: a screen reader then reads it right."""
    plain = said(text)
    tongue = language_of(plain)
    if not tongue or tongue == language():
        return escape(plain)
    return Markup('<span lang="{}">{}</span>').format(TAGS[tongue], plain)


def moment(value: datetime | None) -> str:
    return i18n.moment_text(value, language()) if value else ""


def day(value: date | datetime | None) -> str:
    """The day in the zone of those who read it."""
    if isinstance(value, datetime):
        value = value.astimezone(i18n.reading_zone()).date()
    return i18n.day_text(value, language()) if value else ""


def short_moment(value: datetime | None) -> str:
    """Without the year, for timelines: ``17 Dec, 15:40``; their ``time`` element holds the whole."""
    if value is None:
        return ""
    here = value.astimezone(i18n.reading_zone())
    if language() == "zh":
        return f"{here.month}月{here.day}日 {here:%H:%M}"
    return f"{here.day} {i18n.MONTHS[here.month - 1]}, {here:%H:%M}"


def weekday_moment(value: datetime) -> str:
    here = value.astimezone(i18n.reading_zone())
    if language() == "zh":
        return f"{i18n.day_text(here.date(), 'zh')}（周{DAYS['zh'][here.weekday()]}）{here:%H:%M}"
    return f"{DAYS['en'][here.weekday()]} {i18n.moment_text(value, 'en')}"


def number(value: Decimal | int | None) -> str:
    return "" if value is None else i18n.number_text(value)


def points(value: Decimal | int | None, places: int = 2) -> str:
    """Points with all their places: ``88.10``, ``−4.18``."""
    return "" if value is None else f"{Decimal(value):.{places}f}".replace("-", "\u2212")


SOON = 3


def due_word(due: datetime, at: datetime) -> tuple[str, str] | None:
    """A deadline's chip as (word, shape): overdue is red, the last three days are amber, earlier there is none."""
    zone = i18n.reading_zone()
    days = (due.astimezone(zone).date() - at.astimezone(zone).date()).days
    if due < at:
        return (ngettext("Overdue {n} day", "Overdue {n} days", -days), "stop") if days else (_("Overdue"), "stop")
    if days == 0:
        return _("Due today"), "soon"
    if days == 1:
        return _("Due tomorrow"), "soon"
    return (_("Due in {n} days", n=days), "soon") if days <= SOON else None


def count_word(n: int) -> str:
    """A count as a heading says it: ``Four``; from eleven on in figures. Chinese takes figures."""
    return NUMBERS_EN[n] if language() == "en" and 0 <= n < len(NUMBERS_EN) else str(n)


def actor(trail_label: str) -> str:
    """Who did it, as the trail names him, in the reader's language alone."""
    return label_in(trail_label, language())


def zone_name() -> str:
    zone = i18n.reading_zone().key
    return _("Beijing time") if zone == "Asia/Shanghai" else zone


def install(app: Flask) -> None:
    """``_``, ``ngettext`` and ``pgettext`` in templates, and the filters that write facts."""
    app.jinja_env.globals.update(
        _=_, gettext=_, ngettext=ngettext, pgettext=pgettext, due_word=due_word,
        language=language, zone_name=zone_name, language_tags=TAGS, language_names=OWN_NAMES,
    )  # fmt: skip
    app.jinja_env.filters.update(
        said=said, moment=moment, day=day, short_moment=short_moment, weekday_moment=weekday_moment, number=number,
        points=points, label=label, actor=actor, typed=typed, in_zone=i18n.InZone,
    )  # fmt: skip

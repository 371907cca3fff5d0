"""Drafting: an edition's figures composed in both languages, with what other rooms hand in as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.adjustments import queries as adjustments
from assessment.bulletins import queries
from assessment.bulletins.models import Bulletin
from assessment.bulletins.process import BULLETIN
from assessment.bulletins.queries.facts import Facts, band_name, facts_about
from assessment.foundation.actors import Act
from assessment.foundation.errors import Invalid, NotNow
from assessment.foundation.exact import rounded
from assessment.foundation.i18n import LANGUAGES, Bilingual, InLanguages, Sentence, said, say
from assessment.programmes.rules.rewards import TopReward
from assessment.scoring.models import Edition, EditionState, Scorecard

TOP = 3
NOBODY = Bilingual("", "")


@dataclass(frozen=True)
class NewMention:
    """A unit named, with what is said of it and the records that show it (finding, task)."""

    unit_id: int
    text: InLanguages
    cites: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class NewAmount:
    """An amount as proposed under an article; the reward round grants it."""

    unit_id: int
    article: InLanguages
    amount: InLanguages


@dataclass(frozen=True)
class NewRequirement:
    text: InLanguages
    owner: InLanguages = NOBODY
    due: date | None = None


def draft(
    session: Session,
    act: Act,
    edition: Edition,
    *,
    problems: Sequence[NewMention] = (),
    amounts: Sequence[NewAmount] = (),
    requirements: Sequence[NewRequirement] | None = None,
    replies: Sequence[NewMention] = (),
    corrects: Bulletin | None = None,
    corrections: Sequence[InLanguages] = (),
) -> Bulletin:
    """Draft the bulletin of an approved edition; everything in it can still be changed by people."""
    if edition.state != EditionState.APPROVED:
        raise NotNow(say("A bulletin is drafted from approved results. Approve the period's results first."))
    if queries.alive_for(session, edition.id) is not None:
        raise NotNow(say("These results have a bulletin already."))
    facts = facts_about(session, edition, is_light=True)
    names = {card.unit_id: card.name for card in facts.cards}
    title = _title(facts, is_correction=corrects is not None)
    attempts = session.scalar(select(func.max(Bulletin.attempt)).where(Bulletin.edition_id == edition.id))
    bulletin = Bulletin(
        programme_id=facts.programme.id,
        edition_id=edition.id,
        attempt=(attempts or 0) + 1,
        unit_id=facts.programme.unit_id,
        corrects_id=corrects.id if corrects else None,
        title_zh=title.zh,
        title_en=title.en,
        drafted_by=act.by.key,
        sections={
            "overall": _in_both(overall(facts)),
            "commended": [_mention(names, one) for one in _commended(session, facts)],
            "problems": [_mention(names, one) for one in problems],
            "amounts": [
                {"unit": _both(_known(names, one.unit_id)), "article": _both(one.article), "amount": _both(one.amount)}
                for one in amounts
            ],
            "requirements": [_requirement(one) for one in (_usual(facts) if requirements is None else requirements)],
            "replies": [_mention(names, one) for one in replies],
            "corrections": _in_both(corrections),
        },
    )
    cited = [cite for one in (*problems, *replies) for cite in one.cites]
    return BULLETIN.start(session, bulletin, "draft", act, relied_on=[edition, *cited])


def edit(
    session: Session,
    bulletin: Bulletin,
    act: Act,
    *,
    title: Bilingual | None = None,
    sections: Mapping[str, Any] | None = None,
) -> None:
    """Change what people write; figures, ranks and amounts come from their records and cannot be edited here."""
    changed = dict(sections or {})
    unknown = sorted(set(changed) - EDITABLE)
    if unknown:
        raise Invalid(say("“{section}” is no section that can be edited.", section=unknown[0]))
    if title is not None and not (title.zh.strip() and title.en.strip()):
        sentence = say("The bulletin has a title in both languages.")
        raise Invalid(sentence, fields={"title_zh": sentence})
    _check_both(changed)
    BULLETIN.perform(session, bulletin, "edit", act, body={"title": title is not None, "sections": sorted(changed)})
    kept = {name: part for name, part in bulletin.sections.items() if name != "printed"}
    bulletin.sections = {**kept, **changed}
    if title is not None:
        bulletin.title_zh, bulletin.title_en = title.zh.strip(), title.en.strip()
    # A returned bulletin's number stays unused in the register; the next submission takes a new one.
    bulletin.number, bulletin.dated, bulletin.audit_head = "", None, ""
    bulletin.body_zh = bulletin.body_en = bulletin.submitted_by = ""


EDITABLE = {"overall", "commended", "problems", "requirements", "replies", "corrections", "addressees", "copies"}


def _check_both(sections: Mapping[str, Any]) -> None:
    """Both languages say the same, so neither may say more."""
    for name in ("overall", "corrections"):
        part = sections.get(name)
        if part is not None and len(part.get("zh", ())) != len(part.get("en", ())):
            raise Invalid(say("Both languages have the same number of paragraphs; yours have {zh} and {en}.",
                              zh=len(part.get("zh", ())), en=len(part.get("en", ()))))  # fmt: skip
    texts = [
        one["text"] for name in ("commended", "problems", "requirements", "replies") for one in sections.get(name, ())
    ]
    if any(not (text.get("zh", "").strip() and text.get("en", "").strip()) for text in texts):
        raise Invalid(say("Write every entry in both languages."))


# --- composed from the figures -------------------------------------------------------------------------------------


def overall(facts: Facts) -> Iterator[Sentence]:
    """How many were assessed, each group's mean and range, its bands, and who reported late."""
    groups = list(facts.groups())
    yield say("{count} units were assessed.", count=len(facts.cards))
    for _, name, cards in groups:
        totals = [card.total for card in cards if card.total is not None]
        if not totals:
            continue
        mean = rounded(sum(map(Fraction, totals), Fraction(0)) / len(totals), facts.places, "half_up")
        spread = {"mean": f"{mean:f}", "high": facts.points(max(totals)), "low": facts.points(min(totals))}
        yield (
            say("{group}: {count} units, mean score {mean}, highest {high}, lowest {low}.",
                group=name, count=len(cards), **spread)
            if name.zh or name.en
            else say("The mean score is {mean}, the highest {high}, the lowest {low}.", **spread)
        )  # fmt: skip
    for _, name, cards in groups:
        counts = [
            say("{band} {count}", band=band_name(facts.scheme, band.code), count=number)
            for band, _ in facts.scheme.band_table
            if (number := sum(card.band == band.code for card in cards))
        ]
        if counts and (name.zh or name.en):
            yield say("Bands, {group}: {counts}.", group=name, counts=counts)
        elif counts:
            yield say("Bands: {counts}.", counts=counts)
    late = [card.name for card in facts.cards if card.late_days]
    if late:
        yield say("Units that reported late: {count}.", count=len(late))


def _commended(session: Session, facts: Facts) -> Iterator[NewMention]:
    """The first three of each group (of its better half) and all in the best band; not those whom a veto excludes."""
    excluded = _not_commendable(session, facts)
    top = max((one.places or 0 for one in facts.scheme.rewards if isinstance(one, TopReward)), default=0) or TOP
    best = facts.scheme.band_table[0][0].code if facts.scheme.bands else ""
    for _, name, cards in facts.groups():
        first = min(top, len(cards) // 2)
        for card in cards:
            is_best = bool(best) and card.band == best
            if card.rank is not None and card.unit_id not in excluded and (card.rank <= first or is_best):
                yield NewMention(card.unit_id, _praise(facts, name, card))


def _praise(facts: Facts, group: Bilingual, card: Scorecard) -> Sentence:
    told: dict[str, Any] = {"rank": card.rank, "points": facts.points(card.total)}
    if card.band:
        told["band"] = band_name(facts.scheme, card.band)
        if group.zh or group.en:
            return say("Place {rank} among {group}, {points} points, {band}.", group=group, **told)
        return say("Place {rank}, {points} points, {band}.", **told)
    if group.zh or group.en:
        return say("Place {rank} among {group}, {points} points.", group=group, **told)
    return say("Place {rank}, {points} points.", **told)


def _not_commendable(session: Session, facts: Facts) -> set[int]:
    barring = {veto.code for veto in facts.scheme.vetoes if veto.effect.no_commendation}
    return {
        unit_id
        for unit_id, views in adjustments.for_period(session, facts.period.id).items()
        if any(view.is_confirmed and view.kind == "veto" and view.clause in barring for view in views)
    }


def _usual(facts: Facts) -> Iterator[NewRequirement]:
    """What is asked of everybody when nobody writes anything else."""
    yield NewRequirement(
        say(
            "Every unit finds out what each lost point was lost for, and puts right what it can before the next period."
        ),
        Bilingual("各被考核单位", "every assessed unit"),
    )
    yield NewRequirement(
        say("Units ranked last in their group send the assessment office a written analysis with measures and dates."),
        Bilingual("各组末位单位", "units ranked last"),
    )


_SUFFIXES = ("办法", "细则", "规定", "方案")


def _title(facts: Facts, *, is_correction: bool) -> Bilingual:
    """关于2012年1月…绩效考评结果的通报: the scheme's subject and the period."""
    chinese = facts.programme.title.in_language("zh")
    for suffix in _SUFFIXES:
        chinese = chinese.removesuffix(suffix)
    if not chinese.endswith(("考评", "考核", "评价", "评估")):
        chinese += "考核"
    english = facts.programme.title.in_language("en")
    english = english[:1].lower() + english[1:] if english.startswith("Assessment ") else f"results: {english}"
    zh, en = f"{facts.period.title.zh}{chinese}", f"{english}, {facts.period.title.en}"
    return (
        Bilingual(f"关于更正{zh}结果的通报", f"Corrigendum to the bulletin on the {en}")
        if is_correction
        else Bilingual(f"关于{zh}结果的通报", f"Bulletin on the {en}")
    )


# --- kept in both languages ----------------------------------------------------------------------------------------


def _both(text: InLanguages) -> dict[str, str]:
    return {language: text.in_language(language) for language in LANGUAGES}


def _in_both(texts: Sequence[InLanguages] | Iterator[InLanguages]) -> dict[str, list[str]]:
    kept = list(texts)
    return {language: [said(text, language) for text in kept] for language in LANGUAGES}


def _known(names: Mapping[int, Bilingual], unit_id: int) -> Bilingual:
    if unit_id not in names:
        raise Invalid(say("A unit is named that was not assessed in this period."))
    return names[unit_id]


def _mention(names: Mapping[int, Bilingual], one: NewMention) -> dict[str, Any]:
    return {
        "unit": _both(_known(names, one.unit_id)),
        "text": _both(one.text),
        "cites": [[kind, str(record_id)] for kind, record_id in one.cites],
    }


def _requirement(one: NewRequirement) -> dict[str, Any]:
    return {"text": _both(one.text), "owner": _both(one.owner), "due": one.due.isoformat() if one.due else None}


__all__ = ["NewAmount", "NewMention", "NewRequirement", "draft", "edit", "overall"]

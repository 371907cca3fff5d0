"""What a bulletin says: an edition's results and the draft's sections as one content in each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from assessment.bulletins import opendata
from assessment.bulletins.content import (
    Amount,
    BulletinContent,
    IndicatorTable,
    Mention,
    PeerGroup,
    Requirement,
    Standing,
)
from assessment.bulletins.models import Bulletin
from assessment.bulletins.queries.facts import NONE, Facts, band_name, facts_about
from assessment.bulletins.queries.pictures import pictures_of
from assessment.foundation.audit import plain
from assessment.foundation.i18n import N_, Bilingual, Label, local_day, said, say, translate
from assessment.foundation.trail_verifier import canonical
from assessment.scoring.models import Edition, Scorecard
from assessment.scoring.sensitivity import specification

UNDER_OBJECTION = "※"
UNCHANGED, UP, DOWN = "—", "↑", "↓"
_content = TypeAdapter(BulletinContent)


@dataclass(frozen=True)
class Printed:
    """What is fixed at submission; a preview of a draft has none of it."""

    number: str
    day: date
    audit_head: str = ""
    verification: str = ""


def facts_of(session: Session, bulletin: Bulletin) -> Facts:
    return facts_about(session, session.get_one(Edition, bulletin.edition_id))


def content_of(session: Session, bulletin: Bulletin, language: str, day: date | None = None) -> BulletinContent:
    """As it was fixed at submission; of a draft, as it would be printed on ``day`` without number and head."""
    facts, content = facts_of(session, bulletin), _fixed(bulletin, language)
    if content is not None:
        return replace(content, snapshot=_snapshot(facts, content.number, content.audit_head))
    return compose(facts, bulletin, language, Printed("", day or local_day(facts.edition.computed_at)))


def words_of(session: Session, bulletin: Bulletin, language: str, day: date) -> BulletinContent:
    """The same without the edition as data: what a page shows needs no scorecard once the text is fixed."""
    return _fixed(bulletin, language) or content_of(session, bulletin, language, day)


def _fixed(bulletin: Bulletin, language: str) -> BulletinContent | None:
    fixed = bulletin.sections.get("printed", {}).get(language)
    return thawed(fixed) if fixed is not None else None


def frozen(content: BulletinContent) -> dict[str, Any]:
    """A content as plain data, from which the same bytes are rendered for ever; the snapshot lies in the edition."""
    return dict(_content.dump_python(content, mode="json", exclude_defaults=True, exclude={"snapshot"}))


def thawed(data: Mapping[str, Any]) -> BulletinContent:
    return _content.validate_python(dict(data))


def compose(facts: Facts, bulletin: Bulletin, language: str, printed: Printed) -> BulletinContent:
    """Write a bulletin in one language; the other has the same facts in the same order."""
    sections, name = bulletin.sections, _Name(language)
    data = _data(facts)
    return BulletinContent(
        language=language,
        issuer=name(facts.programme.authority),
        number=printed.number,
        title=name(bulletin.title),
        day=printed.day,
        addressees=_addressees(facts, sections, language),
        period=name(facts.period.title),
        programme=work_of(facts.programme.title).in_language(language),
        scheme=_scheme(facts, language),
        cut_off=facts.edition.cut_off,
        groups=tuple(
            PeerGroup(name(title), tuple(_row(facts, card, language) for card in members))
            for _, title, members in facts.groups()
        ),
        overall=tuple(sections.get("overall", {}).get(language, ())),
        legend=tuple(_legend(facts, language)),
        commended=tuple(_mentions(sections, "commended", name)),
        problems=tuple(_mentions(sections, "problems", name)),
        amounts=tuple(
            Amount(name(one["unit"]), name(one["article"]), name(one["amount"])) for one in sections.get("amounts", ())
        ),
        requirements=tuple(
            Requirement(name(one["text"]), name(one["owner"]), date.fromisoformat(one["due"]) if one["due"] else None)
            for one in sections.get("requirements", ())
        ),
        objection=(
            translate(
                N_("A unit that disputes these results may object within 15 working days of receiving this bulletin; "
                   "the objection is decided within 10 working days by people who had no part in the results."),
                language,
            ),
        ),
        annexes=(_annex(facts, language),),
        method=tuple(_method(facts, language, opendata.sha256(data))),
        corrections=tuple(sections.get("corrections", {}).get(language, ())),
        replies=tuple(_mentions(sections, "replies", name)),
        pictures=pictures_of(facts, language),
        audit_head=printed.audit_head,
        verification=printed.verification,
        copies=name(sections.get("copies", {})),
        sample=translate(
            N_("Sample: how the figures are split over the units is illustrative, their sums are the published ones."),
            language,
        )
        if facts.programme.is_illustrative
        else "",
        data=data,
        snapshot=_snapshot(facts, printed.number, printed.audit_head),
    )  # fmt: skip


def _data(facts: Facts) -> str:
    """The open-data twin of what is printed."""
    entries = []
    for card in facts.cards:
        marks = facts.marks[card.unit_id]
        before = facts.before.get(card.unit_id)
        entries.append(opendata.Entry(
            card.group_code, card.rank, card.unit_code, card.name_zh, card.name_en, facts.points(card.total), card.band,
            None if before is None or card.rank is None else before - card.rank,
            str(facts.ranges.get(card.unit_code, "")), card.late_days or 0, card.unit_id in facts.disputed,
            tuple(marks.get(code, "") for code in facts.codes),
        ))  # fmt: skip
    return opendata.table(facts.codes, entries)


def _snapshot(facts: Facts, number: str, head: str) -> str:
    """The edition as data: the scheme's text, the frozen inputs, and the ranking that follows from them."""
    ranking = [
        {
            "group": card.group_code,
            "rank": card.rank,
            "unit": card.unit_code,
            "score": facts.points(card.total),
            "band": card.band,
        }
        for card in facts.cards
    ]
    whole = {
        "format": 1, "number": number, "head": head, "period": facts.period.code, "edition": facts.edition.number,
        "computed_at": facts.edition.computed_at, "cut_off": facts.edition.cut_off, "scheme": facts.version.source,
        "scheme_sha256": facts.version.sha256, "inputs": facts.edition.inputs,
        "inputs_sha256": facts.edition.inputs_sha256, "ranking": ranking,
    }  # fmt: skip
    return canonical(plain(whole)).decode("utf-8")


@dataclass(frozen=True)
class _Name:
    """A name kept in both languages, said in one."""

    language: str

    def __call__(self, name: Bilingual | Mapping[str, str]) -> str:
        if isinstance(name, Bilingual):
            return name.in_language(self.language)
        return name.get(self.language) or name.get("zh") or name.get("en") or ""


def _mentions(sections: Mapping[str, Any], which: str, name: _Name) -> Iterator[Mention]:
    for one in sections.get(which, ()):
        yield Mention(name(one["unit"]), name(one["text"]))


def _addressees(facts: Facts, sections: Mapping[str, Any], language: str) -> str:
    written = sections.get("addressees", {}).get(language)
    if written:
        return str(written)
    names = [title for _, title, _ in facts.groups() if title.zh or title.en]
    if language == "zh":
        return f"各{said(names, 'zh')}：" if names else "各被考核单位："
    return said(names, "en") or "all assessed units"


_RULES = ("绩效考评办法", "绩效考核办法", "考评办法", "考核办法", "考核细则", "考评", "考核", "办法")


def work_of(title: Bilingual) -> Bilingual:
    """The work that a scheme is about, without the word for the scheme: 公共安全视频监控系统建设工作."""
    chinese = next((title.zh.removesuffix(end) for end in _RULES if title.zh.endswith(end)), title.zh)
    return Bilingual(chinese, title.en.removeprefix("Assessment of "))


def _scheme(facts: Facts, language: str) -> str:
    title = facts.scheme.title
    name = Bilingual(title.zh, title.en) if title.zh or title.en else facts.programme.title
    if language == "zh":
        return f"《{name.zh}》（{facts.version.number}版）"
    return f"“{name.in_language('en')}” (version {facts.version.number})"


def _row(facts: Facts, card: Scorecard, language: str) -> Standing:
    return Standing(
        rank=NONE if card.rank is None else str(card.rank),
        unit=card.name.in_language(language),
        score=facts.points(card.total),
        band=band_name(facts.scheme, card.band).in_language(language) if card.band else "",
        movement=movement(card.rank, facts.before.get(card.unit_id)) if facts.before else "",
        marks=said([*_marks(facts, card, language)], language),
        range=str(facts.ranges.get(card.unit_code, "")),
    )


def movement(rank: int | None, before: int | None) -> str:
    """``↑2``: two places better than in the period before."""
    if rank is None or before is None:
        return ""
    return UNCHANGED if rank == before else f"{UP if rank < before else DOWN}{abs(rank - before)}"


def _marks(facts: Facts, card: Scorecard, language: str) -> Iterator[str]:
    if card.unit_id in facts.disputed:
        yield UNDER_OBJECTION
    if card.late_days:
        yield translate(N_("late {days} d"), language, days=card.late_days)
    if card.rank is None:
        yield translate(N_("not ranked"), language)


def _legend(facts: Facts, language: str) -> Iterator[str]:
    if facts.before:
        yield translate(
            N_("Change: places won ({up}) or lost ({down}) since the period before; {same} no change."),
            language, up=UP, down=DOWN, same=UNCHANGED,
        )  # fmt: skip
    if any(card.unit_id in facts.disputed for card in facts.cards):
        yield translate(N_("{mark} The score is under objection."), language, mark=UNDER_OBJECTION)
    if any(card.late_days for card in facts.cards):
        yield translate(N_("late: days by which the report came after its time."), language)
    if facts.ranges:
        yield translate(
            N_("Rank range: between which ranks the unit lies when the method is varied; see the method."), language
        )
    equal = [(card.group_code, card.rank) for card in facts.cards if card.rank is not None]
    if len(set(equal)) < len(equal):
        yield translate(N_("Units with equal scores share a rank and stand by their code."), language)


def item_label(facts: Facts, code: str) -> Bilingual:
    """An item's name: an indicator's, or in a composite the period's of that code."""
    item = next((item for item in facts.scheme.items if item.code == code), None)
    if item is not None and (item.zh or item.en):
        return Bilingual(item.zh, item.en)
    part = next((one for one in facts.period.parts if one.code == code), None)
    return part.title if part is not None else Bilingual(code, code)


def _annex(facts: Facts, language: str) -> IndicatorTable:
    codes = facts.codes
    maxima = _maxima(facts)
    rows = []
    for card in facts.cards:
        by_code = facts.marks[card.unit_id]
        rows.append((card.name.in_language(language), *(by_code.get(code, NONE) for code in codes)))
    title = N_("Scores by indicator") if not facts.period.is_composite else N_("Scores by part")
    return IndicatorTable(
        translate(title, language), tuple(codes), tuple(rows), tuple(maxima[code] for code in codes),
        tuple(item_label(facts, code).in_language(language) for code in codes),
    )  # fmt: skip


def _maxima(facts: Facts) -> dict[str, str]:
    """What each item is worth, by the first unit that has it."""
    maxima: dict[str, str] = {}
    for card in facts.cards:
        for item in card.items:
            maxima.setdefault(item["code"], str(item["maximum"]))
    return maxima


def _method(facts: Facts, language: str, table: str) -> Iterator[str]:
    listed = [
        say("{code} {name} ({points} points)", code=code, name=item_label(facts, code), points=points)
        for code, points in _maxima(facts).items()
    ]
    if listed:
        yield translate(N_("The columns of the annex: {columns}."), language, columns=_semicolons(listed, language))
    rounding = facts.scheme.rounding.of_total
    yield translate(
        N_("The total is rounded once, {how}, to {places} decimals; ranks follow from the {ranked}; "
           "equal ones share a rank ({ties})."),
        language,
        how=Label(N_("half up") if rounding.mode == "half_up" else N_("half to even (GB/T 8170)")),
        places=rounding.places,
        ranked=Label(N_("published total") if facts.scheme.ranking.of == "published_total" else N_("exact total")),
        ties=facts.scheme.ranking.ties,
    )  # fmt: skip
    if facts.edition.sensitivity is not None:
        yield said(specification(facts.edition.sensitivity.specification), language)
    yield translate(
        N_("Computed as edition {number} from {units} units; SHA-256 of the scheme {method}, of the inputs {inputs}, "
           "of the results {results}."),
        language,
        number=facts.edition.number, units=len(facts.cards), method=facts.edition.method,
        inputs=facts.edition.inputs_sha256, results=facts.edition.results_sha256,
    )  # fmt: skip
    yield translate(
        N_("This file carries the table as open data ({name}, SHA-256 {digest}) and the snapshot it was computed "
           "from."),
        language, name=opendata.TABLE, digest=table,
    )  # fmt: skip


def _semicolons(parts: Sequence[Any], language: str) -> str:
    return ("；" if language == "zh" else "; ").join(said(part, language) for part in parts)


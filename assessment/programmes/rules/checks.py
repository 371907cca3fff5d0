"""Whether the parts of a scheme fit each other: codes, points, references, bands, groups."""

from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from assessment.foundation.exact import canonical
from assessment.foundation.i18n import N_
from assessment.programmes.rules.composite_checks import composites, nothing_to_vary, ranges
from assessment.programmes.rules.faults import Fault, Ill
from assessment.programmes.rules.finding import Check, Found, find
from assessment.programmes.rules.indicators import Steps
from assessment.programmes.rules.ladder_checks import ladders, ladders_that_count
from assessment.programmes.rules.reading import Document, place_of
from assessment.programmes.rules.references import changes, formulas, values
from assessment.programmes.rules.reward_checks import rewards
from assessment.programmes.rules.shape import spans
from assessment.programmes.rules.wording import line_of

if TYPE_CHECKING:
    from assessment.programmes.rules.scheme import Scheme

RESERVED = frozenset({"group", "rank", "unit", "score", "band"})
QUARTERS = ("Q1", "Q2", "Q3", "Q4")


def check(
    scheme: "Scheme", document: Document, broken: frozenset[str] = frozenset(), *, is_sealed: bool = False
) -> list[Fault]:
    """All faults between the parts; checks that rest on a section already found broken are left out.

    A sealed version was checked by the rules of its day: what is asked since is not held against it.
    """
    return [
        Fault(place_of(path, document.data), line_of(path, document), message, facts)
        for needs, checks in (*_CHECKS, *(() if is_sealed else _ASKED_SINCE))
        if not broken & needs
        for one in checks
        for path, message, facts in one(scheme, document)
    ]


def _codes(scheme: "Scheme", document: Document) -> Found:
    seen = set[str]()
    others = [("bonus", part.code) for part in (scheme.bonus.items if scheme.bonus else ())]
    others += [("deductions", part.code) for part in (scheme.deductions.items if scheme.deductions else ())]
    others += [("vetoes", veto.code) for veto in scheme.vetoes]
    for section, code in [*(("indicators", code) for code in scheme.codes), *others]:
        if code in RESERVED:
            yield (
                find(document, section, code),
                N_("The code “{code}” is the name of a column of the results; choose another."),
                {"code": code},
            )
        if code in seen:
            yield (
                find(document, section, code),
                N_("The code “{code}” stands here twice; give each its own."),
                {"code": code},
            )
        seen.add(code)


def _codes_of_lists(scheme: "Scheme", document: Document) -> Found:
    lists: tuple[tuple[str, list[str]], ...] = (
        ("bands", [band.code for band in scheme.bands]),
        ("ladders", [ladder.code for ladder in scheme.ladders]),
        ("rewards", [reward.code for reward in scheme.rewards]),
        ("escalation", [step.level for step in scheme.escalation]),
    )
    for section, codes in lists:
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield (
                find(document, section, code),
                N_("The code “{code}” stands here twice; give each its own."),
                {"code": code},
            )


def _points(scheme: "Scheme", document: Document) -> Found:
    for item in scheme.items:
        unknown = (
            [group for group in item.points if group not in scheme.groups] if isinstance(item.points, dict) else []
        )
        for group in unknown:
            if not scheme.peer_group or scheme.peer_groups:
                yield (
                    find(document, "indicators", item.code, "points", group),
                    N_("There is no peer group “{group}”; known are: {known}."),
                    {"group": group, "known": ", ".join(scheme.groups)},
                )
    for group in scheme.groups:
        total = sum((item.points_in(group) or Decimal(0) for item in scheme.items), Decimal(0))
        if total != 100 and scheme.composite is None:
            yield (
                ("indicators",),
                N_("The points of peer group “{group}” sum to {total}; they must sum to 100."),
                {"group": group, "total": canonical(total)},
            )


def _basis(scheme: "Scheme", document: Document) -> Found:
    cited: list[tuple[str, str, str | None]] = [("indicators", item.code, item.basis) for item in scheme.items]
    cited += [("vetoes", veto.code, veto.basis) for veto in scheme.vetoes]
    cited += [("bonus", item.code, item.basis) for item in (scheme.bonus.items if scheme.bonus else ())]
    cited += [("deductions", item.code, item.basis) for item in (scheme.deductions.items if scheme.deductions else ())]
    cited += [("ladders", ladder.code, ladder.basis) for ladder in scheme.ladders]
    cited += [("rewards", reward.code, reward.basis) for reward in scheme.rewards]
    cited += [("severities", name, severity.basis) for name, severity in scheme.severities.items()]
    for section, code, basis in cited:
        if basis is not None and basis not in scheme.basis:
            yield (
                find(document, section, code, "basis"),
                N_("There is no basis “{name}”; declare it under basis."),
                {"name": basis},
            )


def _bands(scheme: "Scheme", document: Document) -> Found:
    try:
        spans(scheme.bands)
    except Ill as ill:
        yield ("bands",), ill.message, ill.facts
        return
    if scheme.bands and scheme.band_table[-1][0].has_quota:
        lowest = scheme.band_table[-1][0].code
        yield (
            find(document, "bands", lowest, "quota"),
            N_("The lowest band “{band}” cannot have a quota; there is no band to fall into."),
            {"band": lowest},
        )


def _vetoes(scheme: "Scheme", document: Document) -> Found:
    bands = {band.code for band in scheme.bands}
    items = {item.code for item in scheme.items}
    for veto in scheme.vetoes:
        path = find(document, "vetoes", veto.code, "effect")
        band = veto.effect.band or veto.effect.band_at_most
        if band is not None and band not in bands:
            yield (
                path,
                N_("There is no band “{name}”; known are: {known}."),
                {"name": band, "known": ", ".join(sorted(bands))},
            )
        if veto.effect.item_zero is not None and veto.effect.item_zero not in items:
            yield path, N_("There is no indicator “{name}”."), {"name": veto.effect.item_zero}


def _groups(scheme: "Scheme", document: Document) -> Found:
    if scheme.peer_group or len(scheme.peer_groups) < 2:
        return
    for code, group in scheme.peer_groups.items():
        if group.of is None:
            yield (
                ("peer_groups", code),
                N_("Say who belongs to “{group}”, such as of: {example}."),
                {"group": code, "example": "{level: county}"},
            )


def _times(scheme: "Scheme", document: Document) -> Found:
    if scheme.zone not in available_timezones():
        yield ("zone",), N_("“{name}” is not a time zone; write one such as Asia/Shanghai."), {"name": scheme.zone}
    for quarter in scheme.year.weights if scheme.year else ():
        if quarter not in QUARTERS:
            yield (
                ("year", "weights", quarter),
                N_("“{name}” is not a quarter; write Q1, Q2, Q3 and Q4."),
                {"name": quarter},
            )


def _year(scheme: "Scheme", document: Document) -> Found:
    year_end = scheme.year.year_end if scheme.year else None
    if year_end is not None and year_end.scheme == scheme.scheme:
        yield ("year", "year_end", "scheme"), N_("The year-end assessment has a scheme of its own; name that one."), {}


def _steps(scheme: "Scheme", document: Document) -> Found:
    for item in scheme.items:
        if isinstance(item, Steps) and isinstance(item.points, dict) and len(set(item.points.values())) > 1:
            yield (
                find(document, "indicators", item.code, "points"),
                N_("A table of steps needs the same points in every peer group that has it."),
                {},
            )


_CHECKS: tuple[tuple[frozenset[str], tuple[Check, ...]], ...] = (
    (frozenset(), (_codes, _codes_of_lists, _times, _year, _steps)),
    (frozenset({"indicators", "peer_groups"}), (_points,)),
    (frozenset({"values", "formulas", "changes"}), (values, formulas, changes)),
    (frozenset({"composite", "indicators"}), (composites,)),
    (frozenset({"composite", "indicators", "robustness"}), (ranges,)),
    (frozenset({"basis"}), (_basis,)),
    (frozenset({"bands"}), (_bands,)),
    (frozenset({"bands", "indicators"}), (_vetoes,)),
    (frozenset({"peer_groups"}), (_groups,)),
    (frozenset({"bands", "peer_groups", "values", "formulas", "changes", "indicators"}), (rewards,)),
    (frozenset({"bands", "peer_groups", "values", "formulas", "changes"}), (ladders,)),
)
_ASKED_SINCE: tuple[tuple[frozenset[str], tuple[Check, ...]], ...] = (
    (frozenset({"composite", "indicators", "robustness"}), (nothing_to_vary,)),
    (frozenset({"bands", "periods", "year", "vetoes", "rewards", "ladders"}), (ladders_that_count,)),
)

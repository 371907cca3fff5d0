"""A scheme read aloud: each limit, bonus, veto and band as a sentence that a person in the office would say."""

from __future__ import annotations

from collections.abc import Iterator

from assessment.foundation.exact import canonical, shown
from assessment.foundation.i18n import N_, Label, Sentence, say
from assessment.foundation.workdays import Duration
from assessment.programmes.rules.adjusting import BonusItem, DeductionItem
from assessment.programmes.rules.indicators import Dimension, Item
from assessment.programmes.rules.normalised import Aggregation
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.rules.standing import CollectedValue

SOURCES = {
    "submission": N_("reported by the unit"),
    "provider": N_("reported by a data provider"),
    "panel": N_("given by a panel"),
    "letter": N_("set in the letter"),
}
EVENTS = {
    "falsification.established": N_("falsification is established"),
    "incident.critical": N_("a critical incident happens"),
    "supervision.listed": N_("a major task comes under listed supervision"),
    "case.interview": N_("a case is decided with an interview"),
    "case.written_inspection": N_("a case is decided with a written inspection"),
    "case.circulated_criticism": N_("a case is decided with circulated criticism"),
    "case.proposal": N_("a case is decided with a proposal to the competent organ"),
}


def parts(scheme: Scheme) -> list[tuple[Dimension | None, tuple[Item, ...]]]:
    """Headings with their indicators, in the order of the file; indicators without a heading stand under none."""
    found: list[tuple[Dimension | None, tuple[Item, ...]]] = []
    for entry in scheme.indicators:
        if isinstance(entry, Dimension):
            found.append((entry, entry.leaves))
        elif found and found[-1][0] is None:
            found[-1] = (None, (*found[-1][1], entry))
        else:
            found.append((None, (entry,)))
    return found


MEANS = {
    "arithmetic": N_("the arithmetic mean"),
    "geometric": N_("the geometric mean"),
    "harmonic": N_("the harmonic mean"),
    "copeland": N_("Copeland's comparison with all other units"),
}


def levels(scheme: Scheme) -> Iterator[Sentence]:
    """How a composite makes a total of its headings, and a heading of its parts; nothing for an ordinary scheme."""
    if scheme.composite is None:
        return
    low, high = scheme.composite.scale
    yield say(
        "Scores lie on a scale from {low} to {high}; points weigh an indicator or heading among its neighbours.",
        low=low, high=high,
    )  # fmt: skip
    yield say("The total is {mean} of the headings.", mean=_mean(scheme.composite.aggregate))
    for heading in scheme.dimensions:
        yield say("{name} is {mean} of its parts.", name=heading, mean=_mean(heading.aggregation))


def _mean(aggregation: Aggregation) -> object:
    if aggregation.power is None or str(aggregation) in MEANS:
        return Label(MEANS[str(aggregation)])
    return say("the generalised mean of power {power}", power=shown(aggregation.power))


def points(item: Item) -> str:
    """The full mark, or those of each peer group."""
    if isinstance(item.points, dict):
        return " / ".join(f"{group} {canonical(share)}" for group, share in item.points.items())
    return canonical(item.points)


def limits(scheme: Scheme) -> Iterator[tuple[object, object]]:
    """Every time limit, and the bands."""
    after, calendar = scheme.calendar.after_period_end, scheme.calendar
    for label, limit in (
        (N_("Report within"), after.report_by),
        (N_("Late until"), after.late_until),
        (N_("Verified within"), after.verify_by),
        (N_("Provisional scores after"), after.provisional_on),
        (N_("Send a returned report again within"), calendar.returned_within),
        (N_("Object within, from service"), calendar.from_service.object_within),
        (N_("Object to a year's score within, from service"), calendar.from_service.object_to_year_within),
        (N_("Object to published results within, from receipt"), calendar.from_service.object_to_published_within),
        (N_("Objections are decided within"), calendar.from_lodging.decide_within),
        (N_("Results are approved within"), calendar.after_last_window_or_decision.approve_within),
    ):
        if limit is not None:
            yield Label(label), Duration.parse(str(limit))
    if scheme.inspection_days is not None:
        yield Label(N_("Days of inspection at one unit, a year at most")), scheme.inspection_days
    for band, span in scheme.band_table:
        quota = None
        if band.quota is not None:
            quota = say("{span}; at most {quota} % of a peer group", span=str(span), quota=shown(band.quota * 100))
        elif band.quota_of_all is not None:
            quota = say("{span}; at most {count} units in all", span=str(span), count=band.quota_of_all)
        yield band, quota or str(span)


MEASURES = {
    "absolute": N_("as a difference"),
    "percent": N_("in percent"),
    "gap_closed": N_("in percent of the gap to the best"),
}
SINCE = {"year_before": N_("a year before"), "period_before": N_("the period before")}


def changes(scheme: Scheme) -> Iterator[Sentence]:
    """What improvement means, and what becomes of units that took over others in the middle of a period."""
    for code, change in scheme.changes.items():
        of = scheme.values.get(change.of)
        value = of if of is not None and (of.zh or of.en) else change.of
        yield say(
            "{name}: how much better {value} is than {when}, {how}.",
            name=change if change.zh or change.en else code,
            value=value,
            when=Label(SINCE[change.since]),
            how=Label(MEASURES[change.by]),
        )
        standard = str(scheme.standard_of(change.of))
        if change.standard_met == "left_out":
            yield say("Who meets the standard ({value} {standard}) is left out.", value=value, standard=standard)
        elif change.standard_met == "left_out_if_worse":
            yield say("Who meets the standard ({value} {standard}) is never worse.", value=value, standard=standard)
    if scheme.reorganised.reports == "added":
        yield say("Reports of a unit that ended within the period are added to those of its successor.")
    if scheme.reorganised.targets == "added":
        yield say("Targets of a unit that ended within the period are added, unless a later letter says so already.")


WITHOUT_PART = {
    "others_carry": N_("Where a unit has no score for a part, the others carry its weight."),
    "not_ranked": N_("A unit without a score for some part is not ranked."),
    "block": N_("Nobody is ranked while a unit lacks a score for some part."),
}


def year(scheme: Scheme) -> Iterator[Sentence]:
    """How a quarter and a year are made of their parts, and what follows where one is missing."""
    said = scheme.year
    if said is None:
        return
    if said.quarter is not None:
        yield say("A quarter is the mean of its months.")
    weights = [f"{quarter} {canonical(weight)}" for quarter, weight in said.weights.items() if weight]
    yield say("A year is made of its quarters: {weights}.", weights=weights)
    if said.year_end is not None:
        left, share = shown((1 - said.year_end.share) * 100), shown(said.year_end.share * 100)
        yield say("All quarters together count {left} %, the year-end assessment by the scheme “{scheme}” {share} %.",
                  left=left, share=share, scheme=said.year_end.scheme)  # fmt: skip
    yield say(WITHOUT_PART[said.without_part])
    if said.at_least is not None:
        yield say("Whose parts weigh less than {least} % of the whole is not ranked.", least=shown(said.at_least * 100))


def extras(scheme: Scheme) -> Iterator[Sentence]:
    """Bonuses, deductions and vetoes; each reaches a score as a confirmed adjustment only."""
    if scheme.bonus is not None:
        yield from (_each(N_("{name}: {each} points more each time"), one) for one in scheme.bonus.items)
        yield say("Together at most {cap} points more.", cap=scheme.bonus.cap)
        if scheme.bonus.same_matter == "highest_only":
            yield say("A matter praised at several levels counts once, at the highest.")
    if scheme.deductions is not None:
        for one in scheme.deductions.items:
            yield _each(N_("{name}: {each} points less each time"), one)
            yield from _over_reporting(one)
        yield say("Together at most {cap} points less.", cap=scheme.deductions.cap)
    for veto in scheme.vetoes:
        event = Label(EVENTS.get(veto.on, veto.on))
        if veto.effect.band is not None:
            yield say(
                "{name}: when {event}, the band is {band}.",
                name=veto,
                event=event,
                band=_band_name(scheme, veto.effect.band),
            )
        elif veto.effect.band_at_most is not None:
            yield say(
                "{name}: when {event}, the band is at most {band}.",
                name=veto,
                event=event,
                band=_band_name(scheme, veto.effect.band_at_most),
            )
        else:
            yield say("{name}: when {event}, the result is limited.", name=veto, event=event)


def _over_reporting(item: DeductionItem) -> Iterator[Sentence]:
    """From which share of over-reporting how much is proposed."""
    for step in item.over_reporting:
        yield say("{name}: claimed more than {above} % above what was verified, {points} points less",
                  name=item, above=step.above, points=item.each * step.times)  # fmt: skip
    if item.nothing_found is not None:
        yield say("{name}: claimed, and nothing of it found, {points} points less",
                  name=item, points=item.each * item.nothing_found)  # fmt: skip


def _each(message: str, one: BonusItem) -> Sentence:
    return say(message, name=one, each=one.each)


def _band_name(scheme: Scheme, code: str) -> object:
    return next((band for band in scheme.bands if band.code == code), code)


def source(value: CollectedValue) -> object:
    """Where a value comes from; counts are taken by the system."""
    return (
        Label(SOURCES[value.from_])
        if value.from_ in SOURCES
        else say("counted by the system ({what})", what=value.from_)
    )

"""The year's register of campaigns, and what they mean for each unit: days, overlaps, documents, caps exceeded."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR
from typing import Any

from flask import Response, url_for

from assessment.faces.web.kit import (
    Column,
    Filter,
    address_of,
    choice,
    current_session,
    holding,
    listing,
    not_there,
    search,
    viewer,
)
from assessment.faces.web.kit.words import actor
from assessment.faces.web.pages import inspections as room
from assessment.foundation.i18n import N_, Label
from assessment.inspections.models import CampaignState
from assessment.inspections.process import CAMPAIGN
from assessment.inspections.register import UnitYear, YearLine, year_of, years

OVER = ("over", N_("Over the cap of days"))
VIEWS = {"register": N_("Campaigns"), "register_units": N_("Units")}


def frame_of_page(view: str, year: int) -> dict[str, Any]:
    known = sorted({year, room.today().year, *years(current_session())}, reverse=True)
    return {
        "year": year,
        "years": [(one, url_for(f".{view}", year=one)) for one in known],
        "views": [(name, Label(word), url_for(f".{name}", year=year)) for name, word in VIEWS.items()],
        "view": view,
    }


@room.pages.get("/register")
@room.pages.get("/register/<int:year>")
@holding(*room.READ_YEAR)
def register(year: int = 0) -> Response | str:
    session, year = current_session(), known_year(year)
    some = [line for line in year_of(session, year).lines if reads(line)]
    units = room.units_of({unit for line in some for unit in line.over})
    return listing("register", some, columns(units), filters()).answer(
        "inspections/register.html", **frame_of_page("register", year), over=sum(bool(line.over) for line in some)
    )


def known_year(year: int) -> int:
    """This year where none is said; what no calendar holds is not there."""
    if year and not MINYEAR <= year <= MAXYEAR:
        raise not_there()
    return year or room.today().year


def reads(line: YearLine) -> bool:
    return any(viewer().holds(duty, line.campaign.unit_id) for duty in room.READ_YEAR)


def columns(units: dict[int, Any]) -> list[Column]:
    return [
        Column("number", N_("Number"), lambda one: one.campaign.number, is_minor=True),
        Column("title", N_("Campaign"), lambda one: one.campaign.title, is_head=True,
               link=lambda one: address_of("campaign", one.campaign.id)),
        Column("scope", N_("Scope"), lambda one: one.campaign.scope, is_minor=True),
        Column("first", N_("From"), lambda one: one.campaign.first_day),
        Column("last", N_("Until"), lambda one: one.campaign.last_day),
        Column("objects", N_("Objects on the roll"), lambda one: one.objects, is_number=True),
        Column("drawn", N_("To be drawn"), lambda one: one.campaign.sample, is_number=True, is_minor=True),
        Column("visits", N_("Visits"), lambda one: one.visits, is_number=True),
        Column("units", N_("Units"), lambda one: len(one.units), is_number=True),
        Column("overlaps", N_("Overlaps with"), lambda one: ", ".join(one.overlaps)),
        Column("over", N_("Units over the cap of days"), lambda one: ", ".join(units[u].code for u in one.over),
               is_minor=True),
        Column("by", N_("Approved by"), lambda one: actor(one.approved_by), is_minor=True),
        Column("why", N_("Why the cap is exceeded"), lambda one: one.campaign.excess_reason, is_minor=True),
        Column("state", N_("State"), lambda one: CAMPAIGN.word(one.campaign.state),
               shown=lambda one: room.state_shown(CAMPAIGN)(one.campaign)),
    ]  # fmt: skip


def filters() -> list[Filter]:
    states = [(state.value, CAMPAIGN.words[state]) for state in CampaignState]
    return [
        choice("state", N_("State"), lambda one: one.campaign.state, states),
        choice("burden", N_("Burden"), burden, [OVER, ("overlaps", N_("Overlapping"))]),
        search(lambda one: one.campaign.number, lambda one: one.campaign.title, lambda one: one.campaign.scope),
    ]  # fmt: skip


def burden(line: YearLine) -> str:
    return "over" if line.over else "overlaps" if line.overlaps else ""


@room.pages.get("/register/<int:year>/units")
@holding(*room.READ_YEAR)
def register_units(year: int) -> Response | str:
    session, year = current_session(), known_year(year)
    some = year_of(session, year).units
    units = room.units_of({one.unit_id for one in some})

    def name(one: UnitYear) -> Any:
        return units[one.unit_id].name

    found = listing(
        "unit_days", some,
        [
            Column("code", N_("Code"), lambda one: units[one.unit_id].code, is_minor=True),
            Column("unit", N_("Unit"), name, is_head=True),
            Column("days", N_("Days of inspection"), lambda one: one.days, is_number=True),
            Column("made", N_("Made"), lambda one: one.made, is_number=True),
            Column("drawn", N_("Drawn"), lambda one: one.drawn, is_number=True),
            Column("possible", N_("Possible by plans"), lambda one: one.possible, is_number=True, is_minor=True),
            Column("cap", N_("Cap of days"), lambda one: one.cap, is_number=True),
            Column("over", N_("Over the cap by"), lambda one: one.days - one.cap if one.is_over else None,
                   is_number=True),
            Column("campaigns", N_("Campaigns"), lambda one: ", ".join(one.campaigns), is_minor=True),
        ],
        [choice("burden", N_("Burden"), lambda one: "over" if one.is_over else "", [OVER]), search(name)],
    )  # fmt: skip
    over = sum(one.is_over for one in some)
    return found.answer("inspections/register.html", **frame_of_page("register_units", year), over=over)

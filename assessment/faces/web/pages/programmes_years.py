"""A new year: begun from last year's programme, and what differs from it before and after it was changed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from assessment.cycles import new_year
from assessment.cycles.new_year import TargetChange
from assessment.faces.web.kit import (
    Column,
    _,
    access,
    act_word,
    address_of,
    choice,
    current_act,
    current_session,
    holding,
    listing,
    now,
    search,
    viewer,
)
from assessment.faces.web.pages import programmes as room
from assessment.foundation.errors import NotFound
from assessment.foundation.i18n import N_, Label, local_day, said, say
from assessment.inspections import queries as inspections
from assessment.organisations.duties import Duty
from assessment.organisations.queries import unit_views
from assessment.programmes import queries
from assessment.programmes.models import Letter, LetterState, Programme, SchemeVersion
from assessment.programmes.process import SCHEME_VERSION
from assessment.programmes.rules.next_year import Difference, differences
from assessment.programmes.services.periods import span_of

act_word("start_year", N_("New year begun"))
MAKERS = (Duty.PLAN_CYCLES, Duty.APPROVE, Duty.AUDIT)


@dataclass(frozen=True)
class TargetLine:
    """One unit's target of a value in both years, as the list shows it."""

    unit: Any
    value: Any
    change: TargetChange
    others: str

    @property
    def difference(self) -> Decimal | None:
        one = self.change
        return None if one.before is None or one.after is None or one.is_same else one.after - one.before


@room.pages.get("/<int:programme_id>/years/<int:year>")
@holding(*MAKERS)
def year(programme_id: int, year: int) -> Response | str:
    session = current_session()
    programme = _of_makers(programme_id, year)
    before = new_year.year_before(session, programme, year)
    old, new = new_year.version_of(session, programme, before), new_year.version_of(session, programme, year)
    assert old is not None  # the year before has a scheme: else there is none before this one
    lines = target_lines(programme, before, year, old)
    letters = [one for one in queries.letters(session, programme.id) if one.term_from == span_of(str(year))[1]]
    found = listing("targets", lines, columns(before, year), filters(), caption=Label(N_("Targets of both years")))
    return found.answer(
        "programmes/year.html", programme=programme, year=year, before=before, old=old, new=new, letters=letters,
        number=new_year.new_number(old, year), differing=_differing(old, new),
        steps=steps(programme, year, new, letters),
        changed=sum(not line.change.is_same for line in lines), count=len(lines),
        left=named(new_year.units_left(session, programme, before)),
        missing=missing_letters(lines, letters) if new else [],
        to_settle=[one for one in letters if one.undecided_matters],
        may_plan=viewer().holds(Duty.PLAN_CYCLES, programme.unit_id),
        may_copy=viewer().holds(Duty.KEEP_CHECKLISTS, programme.unit_id),
        checklists=new_year.checklists_to_copy(session, programme), drafted=drafted_checklists(programme),
    )  # fmt: skip


def _of_makers(programme_id: int, year: int) -> Programme:
    """The programme, for those who make schemes and letters of it."""
    programme = _in_year(programme_id, year)
    if not any(viewer().holds(duty, programme.unit_id) for duty in MAKERS):
        raise NotFound(say("There is no such page."))
    return programme


def _in_year(programme_id: int, year: int) -> Programme:
    """The programme; a year that no scheme can name is not there."""
    programme = access(Programme, programme_id)
    if not 1900 < year < 2200:
        raise NotFound(say("There is no such page."))
    return programme


def _differing(old: SchemeVersion, new: SchemeVersion | None) -> list[Difference]:
    return differences(old.source, new.source) if new is not None else []


def target_lines(programme: Programme, before: int, year: int, old: SchemeVersion) -> list[TargetLine]:
    """Those that differ first, each in the order of the units."""
    session = current_session()
    changes = new_year.target_changes(session, programme, before, year)
    ids = {one.unit_id for one in changes} | {then for one in changes for then in one.forebears}
    units, names = unit_views(session, ids, span_of(str(year))[1]), queries.read_scheme(old).values
    lines = [
        TargetLine(units[one.unit_id], names.get(one.code) or one.code, one,
                   said([units[then].name for then in one.forebears], room.language()))
        for one in changes
    ]  # fmt: skip
    return sorted(lines, key=lambda line: line.change.is_same)


def columns(before: int, year: int) -> list[Column]:
    return [
        Column("unit", N_("Unit"), lambda line: line.unit.name, is_head=True,
               key_for_sorting=lambda line: line.unit.code),
        Column("value", N_("Value"), lambda line: line.value),
        Column("before", str(before), lambda line: line.change.before, is_number=True),
        Column("after", str(year), lambda line: line.change.after, is_number=True),
        Column("difference", N_("Difference"), lambda line: line.difference, is_number=True),
        Column("from", N_("Taken over from"), lambda line: line.others, is_minor=True),
    ]  # fmt: skip


def filters() -> list[Any]:
    kinds = [("changed", N_("Changed")), ("same", N_("As before"))]
    return [
        choice("change", N_("Against the year before"), lambda line: kinds[line.change.is_same][0], kinds),
        search(lambda line: line.unit.name, lambda line: line.value),
    ]


def steps(programme: Programme, year: int, new: SchemeVersion | None, letters: list[Letter]) -> list[tuple[Any, ...]]:
    """What a year needs before its first report, each with how far it is."""
    planned = [one for one in queries.periods(current_session(), programme.id) if one.code.startswith(str(year))]
    in_force = sum(one.state == LetterState.IN_FORCE for one in letters)
    return [
        (_("Scheme"), SCHEME_VERSION.word(new.state) if new else _("not begun"), "did" if new else ""),
        (_("Letters"), say("{count} of {all} in force", count=in_force, all=len(letters)) if letters else _("none yet"),
         "did" if letters else ""),
        (_("Timetable"), say("{count} planned", count=len(planned)) if planned else _("after the scheme is in force"),
         "did" if planned else ""),
    ]  # fmt: skip


def named(unit_ids: list[int]) -> list[Any]:
    views = unit_views(current_session(), unit_ids, local_day(now()))
    return [views[one].name for one in unit_ids]


def missing_letters(lines: list[TargetLine], letters: list[Letter]) -> list[Any]:
    """Units that had a letter, or carry one on, and have none for the new year."""
    there = {one.unit_id for one in letters}
    found = {line.unit.id: line.unit.name for line in lines if line.unit.id not in there}
    return list(found.values())


def drafted_checklists(programme: Programme) -> list[Any]:
    every = inspections.checklists(current_session(), programme.id)
    return [(one, address_of("checklist", one.id)) for one in every if one.state == "drafted"]


# --- acting ----------------------------------------------------------------------------------------------------------


def _back(programme: Programme, year: int) -> Response:
    return redirect(url_for(".year", programme_id=programme.id, year=year), 303)


@room.pages.post("/<int:programme_id>/years/<int:year>/start_year")
@holding(Duty.PLAN_CYCLES)
def start_year(programme_id: int, year: int) -> Response:
    programme = _in_year(programme_id, year)
    made = new_year.start_year(current_session(), programme, current_act(), year=year)
    flash(_("Version {number} and {letters} letters are drafted as they were; key remediation proposed: {matters}.",
            number=made.version.number, letters=len(made.letters), matters=made.matters))  # fmt: skip
    return _back(programme, year)


@room.pages.post("/<int:programme_id>/years/<int:year>/draft_missing_letters")
@holding(Duty.PLAN_CYCLES)
def draft_missing_letters(programme_id: int, year: int) -> Response:
    programme = _in_year(programme_id, year)
    made = new_year.draft_missing_letters(current_session(), programme, current_act(), year=year)
    flash(_("{n} letters were drafted.", n=len(made)))
    return _back(programme, year)


@room.pages.post("/<int:programme_id>/years/<int:year>/copy_checklists")
@holding(Duty.KEEP_CHECKLISTS)
def copy_checklists(programme_id: int, year: int) -> Response:
    programme = access(Programme, programme_id)
    made = new_year.copy_checklists(current_session(), programme, current_act())
    flash(_("{n} checklists were drafted as their next edition.", n=len(made)))
    if any(viewer().holds(duty, programme.unit_id) for duty in MAKERS):
        return _back(programme, year)
    return redirect(url_for(".show", programme_id=programme.id), 303)


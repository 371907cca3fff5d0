"""The scheme file as a whole."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from assessment.programmes.rules.adjusting import Bonus, Deductions, Veto
from assessment.programmes.rules.changes import Change, Since, Standard
from assessment.programmes.rules.composites import CompositeIndicator
from assessment.programmes.rules.consequences import Calendar, Escalation, Ladder, Severity
from assessment.programmes.rules.indicators import Dimension, Entry, Item, MissingPolicy, all_dimensions, all_items
from assessment.programmes.rules.normalised import POLICIES, Imputation, Normalised, Treatment
from assessment.programmes.rules.rewards import Reward
from assessment.programmes.rules.robustness import Robustness
from assessment.programmes.rules.shape import FormulaText, Model, Name, Named, Span, spans
from assessment.programmes.rules.standing import (
    Band,
    CollectedValue,
    Missing,
    MissingText,
    PeerGroup,
    Periods,
    Ranking,
    Reorganised,
    Roundings,
    Year,
)


class Authority(Named):
    """Who issues the scheme; `reference` opens the numbers of its bulletins."""

    reference: str = ""


class Scheme(Model):
    """One version of an assessment scheme 考核办法, checked."""

    format: Literal[1]
    scheme: Annotated[str, Field(pattern=r"^[\w.-]{1,60}$")]
    version: Annotated[str, Field(pattern=r"^[\w.-]{1,30}$")]
    title: Named = Named()
    authority: Authority | None = None
    zone: str = "Asia/Shanghai"
    working_days: Literal["cn"] | None = None
    basis: dict[str, Named] = {}
    periods: Periods | None = None
    calendar: Calendar = Calendar()
    year: Year | None = None
    unit_column: str = "unit"
    peer_group: str | None = None
    peer_groups: dict[str, PeerGroup] = {}
    rounding: Roundings = Roundings()
    ranking: Ranking = Ranking()
    values: dict[Name, CollectedValue] = {}
    formulas: dict[Name, FormulaText] = {}
    changes: dict[Name, Change] = {}
    composite: CompositeIndicator | None = None
    indicators: Annotated[tuple[Entry, ...], Field(min_length=1)]
    bonus: Bonus | None = None
    deductions: Deductions | None = None
    vetoes: tuple[Veto, ...] = ()
    missing: MissingText = Missing()
    reorganised: Reorganised = Reorganised()
    bands: tuple[Band, ...] = ()
    robustness: Robustness | None = None
    severities: dict[Name, Severity] = {}
    escalation: tuple[Escalation, ...] = ()
    inspection_days: Annotated[int, Field(ge=1, le=366)] | None = None
    ladders: tuple[Ladder, ...] = ()
    rewards: tuple[Reward, ...] = ()

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every indicator, in the order of the file."""
        return tuple(all_items(self.indicators))

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Every heading, in the order of the file."""
        return tuple(all_dimensions(self.indicators))

    @cached_property
    def band_table(self) -> tuple[tuple[Band, Span], ...]:
        """The bands with their bounds, best first."""
        table = tuple(zip(self.bands, spans(self.bands), strict=True))
        return table[::-1] if table and table[0][1].low is None else table

    @property
    def groups(self) -> tuple[str, ...]:
        """The peer groups by code; a scheme without any has one, of all units."""
        return tuple(self.peer_groups) or (ALL,)

    @property
    def codes(self) -> tuple[str, ...]:
        """Headings and indicators as they stand in the file: each heading before its indicators."""
        return tuple(code for entry in self.indicators for code in _codes(entry))

    def items_in(self, group: str) -> tuple[Item, ...]:
        """The indicators that are part of a peer group's assessment."""
        return tuple(item for item in self.items if item.points_in(group) is not None)

    def without(self, code: str) -> "Scheme":
        """The same scheme without an indicator; a heading left empty goes with it."""
        return self.made_of(tuple(entry for one in self.indicators if (entry := _without(one, code)) is not None))

    def made_of(self, indicators: tuple[Dimension | Item, ...]) -> "Scheme":
        """The same scheme with other indicators; nothing is checked again."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Scheme.model_construct(self.model_fields_set, **{**fields, "indicators": indicators})

    def group_of(self, unit: str, attributes: Mapping[str, str]) -> tuple[str, ...]:
        """The peer groups that claim a unit; exactly one is right."""
        if self.peer_group:
            named = attributes.get(self.peer_group, "")
            return (named,) if named and (not self.peer_groups or named in self.peer_groups) else ()
        if not self.peer_groups:
            return (ALL,)
        return tuple(
            code
            for code, group in self.peer_groups.items()
            if group.of is None or group.of.holds(unit, dict(attributes))
        )

    @property
    def group_attributes(self) -> tuple[str, ...]:
        """The properties of a unit that decide its peer group."""
        if self.peer_group:
            return (self.peer_group,)
        members = (group.of for group in self.peer_groups.values() if group.of is not None)
        return tuple(dict.fromkeys(name for member in members for name in member.where))

    @property
    def attributes(self) -> tuple[str, ...]:
        """The properties of a unit that scoring asks for: those of its peer group, and the group of imputation."""
        grouped = (self.composite.group,) if self.composite and self.composite.group else ()
        return tuple(dict.fromkeys((*self.group_attributes, *grouped)))

    def imputation(self, item: Item) -> Imputation | None:
        """How the gaps of an indicator are filled, by itself or by the composite; None where it is not said."""
        if not isinstance(item, Normalised) or item.missing:
            return None
        return item.impute or (self.composite.impute if self.composite else None)

    def treatment(self, item: Normalised) -> Treatment | str | None:
        """How the outliers of an indicator are treated, by itself or by the composite."""
        shared = self.composite.treat if self.composite and item.takes_treatment else None
        return shared if item.treat is None else item.treat

    def policy(self, item: Item) -> MissingPolicy:
        """What happens where this indicator's value was not given."""
        if item.missing:
            return item.missing
        if (imputation := self.imputation(item)) is not None:
            return POLICIES.get(imputation, "block")
        names = [name for part in item.parts for name in self.collected(part)]
        sources = {self.values[name].from_ if name in self.values else "submission" for name in names}
        policies = {self.missing.policy(source) for source in sources}
        return policies.pop() if len(policies) == 1 else "block"

    def inputs(self, item: Item) -> tuple[str, ...]:
        """The collected values that an indicator rests on, formulas resolved, each once."""
        found: dict[str, None] = {}
        for name in (*item.parts, *item.needs):
            found.update(dict.fromkeys(self.collected(name)))
        return tuple(found)

    def collected(self, name: str) -> Iterator[str]:
        """The collected values behind a value: itself, what it is the change of, or the parts of its formula."""
        if name in self.changes:
            yield from self.collected(self.changes[name].of)
        elif name in self.formulas:
            for part in self.formulas[name].names:
                yield from self.collected(part)
        else:
            yield name

    @cached_property
    def names(self) -> frozenset[str]:
        """Everything that is declared to be read: values, formulas and changes."""
        return frozenset({*self.values, *self.formulas, *self.changes})

    def looks_back(self, since: Since) -> tuple[str, ...]:
        """The collected values of an earlier period that scores depend on, each once."""
        changed = [name for change in self.changes.values() if change.since == since
                   for name in self.collected(change.of)]  # fmt: skip
        carried = [name for item in self.items if self.policy(item) == "carry_forward" for name in self.inputs(item)]
        return tuple(dict.fromkeys([*changed, *(carried if since == "period_before" else ())]))

    @property
    def standards(self) -> dict[str, Standard]:
        """The collected values that are held against a standard."""
        return {name: value.standard for name, value in self.values.items() if value.standard is not None}

    def standard_of(self, name: str) -> Standard | None:
        """The standard that a collected value is held against, if it has one."""
        return self.values[name].standard if name in self.values else None


ALL = "all"


def _without(entry: Dimension | Item, code: str) -> Dimension | Item | None:
    if not isinstance(entry, Dimension):
        return None if entry.code == code else entry
    kept = tuple(one for part in entry.items if (one := _without(part, code)) is not None)
    return entry.model_copy(update={"items": kept}) if kept else None


def _codes(entry: Dimension | Item) -> tuple[str, ...]:
    beneath = (code for one in entry.items for code in _codes(one)) if isinstance(entry, Dimension) else ()
    return (entry.code, *beneath)

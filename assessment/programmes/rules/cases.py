"""Worked cases of a scheme: what goes in and what must come out, as an official can read and write them."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, ValidationError, WithJsonSchema, model_validator

from assessment.foundation.exact import canonical
from assessment.foundation.i18n import N_
from assessment.programmes.rules.faults import Fault, Ill, SchemeFaults
from assessment.programmes.rules.reading import Document, read
from assessment.programmes.rules.shape import Model, Name, NotNegative
from assessment.programmes.rules.wording import faults_of

Cells = dict[str, dict[str, str]]
"""Unit -> column -> what stands in the cell, as in a spreadsheet; an empty one is missing."""


def _cells(value: Any) -> Cells:
    if not isinstance(value, dict) or not all(isinstance(cells, dict) for cells in value.values()):
        raise Ill(N_("Write each unit with its columns: {example}."), example="“220101: {cameras: 66974, rank: 1}”")
    return {str(unit): {str(name): _cell(cell) for name, cell in cells.items()} for unit, cells in value.items()}


def _cell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        # As it is written: 90.00 asks for two decimals.
        return format(value, "f") if isinstance(value, Decimal) else canonical(value)
    raise Ill(N_("A cell holds one number or word."))


CellsText = Annotated[
    Cells,
    PlainValidator(_cells),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "object"}}),
]


class CaseAdjustment(Model):
    """A confirmed bonus, deduction or veto by its code in the scheme."""

    code: Name
    points: NotNegative = Decimal(0)
    matter: str = ""


def _by_unit(value: Any) -> Any:
    return {str(unit): found for unit, found in value.items()} if isinstance(value, dict) else value


class Case(Model):
    """Units with their values, and what the scheme must make of them; `source` is where the numbers come from."""

    name: Annotated[str, Field(min_length=1)]
    source: str = ""
    units: CellsText = {}
    quarter: CellsText = {}
    """Unit -> month -> its published total; an empty one was not ranked, one left out not assessed."""
    year: CellsText = {}
    """Unit -> Q1 to Q4 and year_end -> its published total."""
    adjustments: Annotated[dict[str, tuple[CaseAdjustment, ...]], BeforeValidator(_by_unit)] = {}
    expected: CellsText

    @property
    def given(self) -> Cells:
        """The units with what goes in, whichever it is."""
        return self.units or self.quarter or self.year

    @model_validator(mode="after")
    def _one_kind(self) -> "Case":
        if sum(map(bool, (self.units, self.quarter, self.year))) != 1:
            raise Ill(N_("A case has either units with their values, or a quarter's months, or a year's parts."))
        return self


class Cases(Model):
    """A file of worked cases."""

    format: Literal[1]
    scheme: str
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]


def line_at(path: tuple[str | int, ...], document: Document) -> int | None:
    """The line of a path or of the nearest thing around it; a unit's code may stand there as a number."""
    lines = {tuple(map(str, known)): line for known, line in document.lines.items()}
    wanted = tuple(map(str, path))
    return next((lines[wanted[:size]] for size in range(len(wanted), 0, -1) if wanted[:size] in lines), None)


def load_cases(text: str) -> tuple[Cases, Document]:
    """The cases, and where in the file everything stands; raises `SchemeFaults` with all that is wrong at once."""
    document = read(text)
    try:
        cases = Cases.model_validate(document.data)
    except ValidationError as error:
        raise SchemeFaults([*document.faults, *faults_of(error.errors(include_url=False), document, Cases)]) from error
    strangers = [
        (("cases", place, "expected" if unit in case.expected else "adjustments", unit), unit)
        for place, case in enumerate(cases.cases)
        for unit in case.expected.keys() | case.adjustments.keys()
        if unit not in case.given
    ]
    message = N_("“{unit}” is none of the units of this case; write it under units, too.")
    faults = [Fault("", line_at(path, document), message, {"unit": unit}) for path, unit in strangers]
    if document.faults or faults:
        raise SchemeFaults([*document.faults, *faults])
    return cases, document

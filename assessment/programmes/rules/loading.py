"""Reading a scheme file: its form, then its sense, with all that is wrong at once."""

from typing import Any

from pydantic import ValidationError

from assessment.foundation.i18n import N_
from assessment.programmes.rules.checks import check
from assessment.programmes.rules.faults import Fault, SchemeFaults
from assessment.programmes.rules.reading import Document, read
from assessment.programmes.rules.scheme import Scheme
from assessment.programmes.rules.wording import faults_of, without


def load_scheme(text: str, *, is_sealed: bool = False) -> Scheme:
    """Read and check a scheme file; raises `SchemeFaults` with all that is wrong with it at once.

    A version that is sealed stays readable: what is asked only since is not held against it.
    """
    document = read(text)
    if isinstance(document.data, dict) and "cases" in document.data and "indicators" not in document.data:
        message = N_("This file holds the worked cases of a scheme; check the scheme itself, which works its cases.")
        raise SchemeFaults([Fault("cases", document.lines["cases",], message)])
    scheme, faults, broken = _validated(document)
    if scheme is not None:
        faults += check(scheme, document, broken, is_sealed=is_sealed)
    faults = [*document.faults, *faults]
    if faults or scheme is None:
        raise SchemeFaults(faults)
    return scheme


def _validated(document: Document) -> tuple[Scheme | None, list[Fault], frozenset[str]]:
    """The scheme, its faults of form, and the sections that had to be left out to read the rest."""
    data, broken = document.data, set[str]()
    faults: list[Fault] = []
    for _ in range(20):
        try:
            return Scheme.model_validate(data), faults, frozenset(broken)
        except ValidationError as error:
            errors = error.errors(include_url=False)
            if not faults:
                faults = faults_of(errors, document, Scheme)
            data, sections = without(errors, data)
            if data is None:
                return None, faults, frozenset(broken)
            broken |= sections
    return None, faults, frozenset(broken)


def scheme_json_schema() -> dict[str, Any]:
    """The JSON schema of a scheme file."""
    schema = Scheme.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
